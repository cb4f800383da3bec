import re
from datetime import UTC, date, datetime

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Enum, MetaData, insert, inspect, select, text
from sqlmodel import col

from rr import db, gesture, migrations
from rr.access import SYSTEM
from rr.base import fold
from rr.migrations.env_rules import compare_type
from rr.models import METADATA
from rr.name_words import NameWord
from rr.partnerships.models import Contact, Partnership
from rr.plans.models import Action
from rr.reference import load_reference
from rr.story import search
from tests import story


def test_the_migrations_make_what_the_models_say(database):
    with db.engine().connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": compare_type})
        assert compare_metadata(context, METADATA) == []
    assert migrations.is_current()


def test_every_choice_has_all_its_labels_in_its_check(database):
    """Alembic doesn't see a new label."""
    inspector = inspect(db.engine())
    seen = 0
    for table in METADATA.tables.values():
        checks = {check["name"]: check["sqltext"] for check in inspector.get_check_constraints(table.name)}
        for column in table.columns:
            if isinstance(column.type, Enum):
                labels = re.findall(r"'([^']*)'", checks[f"ck_{table.name}_{column.type.name}"])
                assert sorted(set(labels)) == sorted(column.type.enums), f"{table.name}.{column.name}"
                seen += 1
    assert seen >= 10


def test_the_database_refuses_a_label_that_is_none(database):
    with pytest.raises(Exception, match=r"ck_account_role|constraint"), db.writer().begin() as connection:
        connection.execute(
            text(
                "INSERT INTO account (email, name, role, password_hash, made_at) "
                "VALUES ('a@example.org', 'A', 'king', '', '2026-01-01 00:00:00')"
            )
        )


def test_down_and_up_again_ends_where_it_began(database):
    command.downgrade(migrations.config(), "base")
    assert set(inspect(db.engine()).get_table_names()) == {"alembic_version"}

    migrations.upgrade()
    assert migrations.is_current()


OLDER = [step.revision for step in ScriptDirectory.from_config(migrations.config()).walk_revisions()][1:]
ROWS = (1, 2)


DERIVED = ("name_word", "name_trigram", "name_folding")  # made anew from the names after the migrations


def some_value(column, number, checks):
    """A value that the database takes for this column in the row of this number, and another one in another row."""
    if column.name == "folded":
        return fold(some_value(column.table.c.name, number, checks))
    for key in column.foreign_keys:
        return None if key.column.table is column.table else some_value(key.column, number, checks)
    for sentence in (check["sqltext"] for check in checks[column.table.name]):
        if re.search(rf"\b{column.name}\b", sentence):
            return re.findall(r"'([^']*)'", sentence)[0]
    made = {
        str: f"{number} Zoë “a café”"[: getattr(column.type, "length", None)],
        date: date(2026, 2, number),
        datetime: datetime(2026, 7, number, 12, 30, tzinfo=UTC),
        bool: number == 1,
        int: number,
    }
    return made.get(column.type.python_type, {"who": ["Zoë", None, number]})


def fill(connection):
    """Rows in every table, as the database itself describes them; returns the tables."""
    tables = MetaData()
    tables.reflect(connection)
    checks = {table.name: inspect(connection).get_check_constraints(table.name) for table in tables.sorted_tables}
    filled = [table for table in tables.sorted_tables if table.name not in ("alembic_version", *DERIVED)]
    for table in filled:
        rows = [{column.name: some_value(column, number, checks) for column in table.columns} for number in ROWS]
        connection.execute(table.insert(), rows)
    return filled


def held(tables):
    with db.engine().connect() as connection:
        return {table.name: connection.execute(select(table).order_by(*table.primary_key)).all() for table in tables}


@pytest.mark.parametrize("revision", OLDER)
def test_an_older_filled_database_upgrades_and_keeps_its_rows(database, revision):
    command.downgrade(migrations.config(), "base")
    migrations.upgrade(revision)
    with db.writer().begin() as connection:
        tables = fill(connection)
    before = held(tables)

    migrations.upgrade()

    assert migrations.is_current()
    assert held(tables) == before
    assert {name: len(rows) for name, rows in before.items()} == {table.name: len(ROWS) for table in tables}
    assert {"partnership", "action", "audit_entry"} <= set(before)


def test_the_reference_lists_load_twice_and_leave_edits_alone(database):
    with db.transaction() as session:
        first = session.execute(select(Partnership).order_by(col(Partnership.id))).scalars().first()
        first.public_name = "Ours now"

    assert gesture.perform(load_reference, actor=SYSTEM) == 0

    with db.reading() as session:
        assert len(session.execute(select(Partnership)).scalars().all()) == 150
        assert session.get(Partnership, first.id).public_name == "Ours now"


def test_the_names_that_are_there_get_their_words(database):
    def words():
        with db.reading() as session:
            return session.execute(select(NameWord)).scalars().all()

    command.downgrade(migrations.config(), "0009-1")
    with db.writer().begin() as connection:
        connection.execute(
            text(
                "INSERT INTO contact (id, partnership_id, name, folded, email, phone) "
                "VALUES (7, 9, 'Søren Ørsted-Obi', 'søren ørsted-obi', '', '')"
            )
        )
    migrations.upgrade()

    contacts = sorted((row.source, row.row_id, row.word, row.partnership_id) for row in words() if row.source == "contact.name")
    assert contacts == [("contact.name", 7, word, 9) for word in ("obi", "orsted", "orstedobi", "soren")]
    assert len({row.row_id for row in words() if row.source == "partnership.name"}) == 150
    with db.reading() as session:
        assert session.get(Contact, 7).folded == "soren orsted-obi"
        assert search.find(session, "oersted", actor=SYSTEM)[0].label.startswith("Søren Ørsted-Obi, ")


def test_names_get_their_words_anew_once_the_rules_for_them_change_and_only_then(database, monkeypatch):
    before = story.contact(9, "Søren Ørsted-Obi")
    with db.writer().begin() as connection:
        connection.execute(text("DELETE FROM name_word"))
        connection.execute(text("UPDATE contact SET folded = 'x'"))

    def kept():
        with db.reading() as session:
            found = [hit.label for hit in search.find(session, "orsted", actor=SYSTEM)]
            return session.get(Contact, before).folded, bool(found and found[0].startswith("Søren Ørsted-Obi, "))

    migrations.upgrade()
    assert kept() == ("x", False)

    monkeypatch.setattr("rr.name_words._rules", lambda: "other rules")
    migrations.upgrade()
    assert kept() == ("soren orsted-obi", True)


def test_a_migration_that_fails_half_way_leaves_nothing(database, monkeypatch):
    command.downgrade(migrations.config(), "base")
    from alembic.operations import Operations

    made = Operations.create_table
    seen = []

    def third_fails(self, name, *columns, **more):
        seen.append(name)
        if len(seen) == 3:
            raise RuntimeError("power cut")
        return made(self, name, *columns, **more)

    monkeypatch.setattr(Operations, "create_table", third_fails)
    with pytest.raises(RuntimeError, match="power cut"):
        migrations.upgrade()

    assert set(inspect(db.engine()).get_table_names()) <= {"alembic_version"}


def test_an_action_is_given_the_time_at_which_its_status_was_last_said(database):
    command.downgrade(migrations.config(), "0004-1")
    plan, action, said = (METADATA.tables[name] for name in ("action_plan", "action", "action_update"))
    dull = {"version": 1, "why": "", "lead": "", "first_step": "", "needs_none": False, "status": "going_well", "confidence_why": ""}
    with db.writer().begin() as connection:
        connection.execute(
            insert(plan), {"id": 1, "version": 1, "partnership_id": 1, "made_at": datetime(2026, 1, 1, tzinfo=UTC), "closed_why": ""}
        )
        connection.execute(insert(action), [{"id": n, "plan_id": 1, "position": n, "title": "An action", **dull} for n in (1, 2)])
        for month in (3, 2):
            at = datetime(2026, month, 1, 10, tzinfo=UTC)
            connection.execute(insert(said), {"action_id": 1, "before": "not_started", "status": "going_well", "words": "", "at": at})

    migrations.upgrade()

    with db.reading() as session:
        assert session.get(Action, 1).status_at == datetime(2026, 3, 1, 10, tzinfo=UTC)
        assert session.get(Action, 2).status_at is None
