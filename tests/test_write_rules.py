"""The rules that every write keeps, on the ground itself: what commands build on."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone

import pytest
from sqlalchemy import Enum, String, delete, func, select, text, update
from sqlmodel import col
from sqlmodel.sql.sqltypes import AutoString

from rr import db, gesture
from rr.access import PUBLIC, SYSTEM
from rr.audit import AuditEntry
from rr.errors import Conflict, Refused
from rr.merge import merge
from rr.models import METADATA
from rr.partnerships.models import Note, Partnership
from rr.sessions.models import AgendaItem, Capture, SupportSession
from rr.sessions.rules import CaptureKind


def note(session, words, *, actor, now):
    row = Note(partnership_id=1, words=words, at=now, by_id=actor.account_id)
    session.add(row)
    session.flush()
    return row.id


def notes():
    with db.reading() as session:
        return session.execute(select(func.count()).select_from(Note)).scalar_one()


def audited(kind):
    with db.reading() as session:
        return session.execute(select(AuditEntry).where(col(AuditEntry.kind) == kind).order_by(col(AuditEntry.id))).scalars().all()


def test_a_form_sent_five_times_at_once_is_one_row_and_gives_one_answer(people):
    def send(_):
        return gesture.perform(note, "Once", actor=people.support, key="k1")

    with ThreadPoolExecutor(5) as crowd:
        answers = set(crowd.map(send, range(5)))

    assert len(answers) == 1
    assert notes() == 1


def test_a_form_of_somebody_else_is_refused(people):
    gesture.perform(note, "Mine", actor=people.support, key="k1")

    with pytest.raises(Refused, match="somebody else"):
        gesture.perform(note, "Theirs", actor=people.manager, key="k1")


def test_a_form_that_was_refused_can_be_sent_again(people):
    def refuse(session, *, actor, now):
        raise Refused("Not yet")

    with pytest.raises(Refused):
        gesture.perform(refuse, actor=people.support, key="k1")

    assert gesture.perform(note, "Now", actor=people.support, key="k1")
    assert notes() == 1


@pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit, GeneratorExit, type("StopException", (BaseException,), {})])
def test_a_run_interrupted_between_two_writes_leaves_nothing(people, stop):
    def half(session, *, actor, now):
        note(session, "first", actor=actor, now=now)
        raise stop

    with pytest.raises(stop):
        gesture.perform(half, actor=people.support)

    assert notes() == 0
    assert audited("note") == []


def test_no_update_is_lost_when_many_write_one_row(people):
    def earn(session, *, actor, now):
        row = session.get(Partnership, 1, with_for_update=True)
        row.money_remaining = (row.money_remaining or 0) + 1

    with ThreadPoolExecutor(8) as crowd:
        list(crowd.map(lambda _: gesture.perform(earn, actor=people.support), range(100)))

    with db.reading() as session:
        assert session.get(Partnership, 1).money_remaining == 100


def test_a_row_that_changed_after_it_was_read_is_refused_and_nothing_is_saved(people):
    def edit(session, *, actor, now):
        row = session.get(Partnership, 1)
        session.execute(text("UPDATE partnership SET version = version + 1 WHERE id = 1"))
        row.lto_name = "The Trust"

    with pytest.raises(Refused, match="at the same moment"):
        gesture.perform(edit, actor=people.support)

    with db.reading() as session:
        assert session.get(Partnership, 1).lto_name == ""


def test_each_changed_row_has_its_audit_row_with_who_when_and_what(people, clock):
    def two(session, *, actor, now):
        for number in (1, 2):
            session.get(Partnership, number).lto_name = f"Trust {number}"

    gesture.perform(two, actor=people.support)

    rows = audited("partnership")[-2:]
    assert [(row.row_id, row.did, row.by_id, row.gesture) for row in rows] == [
        ("1", "changed", people.support.account_id, "two"),
        ("2", "changed", people.support.account_id, "two"),
    ]
    assert json.loads(rows[0].changes) == {"lto_name": ["", "Trust 1"]}


def test_personal_words_are_audited_as_changed_without_their_value(people):
    gesture.perform(note, "Zoe is ill", actor=people.support)

    (row,) = audited("note")
    assert json.loads(row.changes)["words"] == "(changed)"
    assert "Zoe" not in row.changes


def test_every_text_column_says_whether_it_is_personal():
    """A key or a code says nothing by itself, an enum's value is ours. A new column with neither answer fails here."""
    unsaid = [
        str(column)
        for table in METADATA.sorted_tables
        for column in table.columns
        if isinstance(column.type, String | AutoString) and not isinstance(column.type, Enum) and "personal" not in column.info
        if not column.primary_key and not column.foreign_keys
    ]

    assert unsaid == ["audit_entry.changes"]  # what the rule keeps words out of


def test_a_name_in_a_captured_line_a_place_or_a_title_is_nowhere_in_the_audit(one, people):
    def write(session, *, actor, now):
        held = SupportSession(partnership_id=9, recipe="First session", minutes=90, made_at=now, place="Zoe's kitchen", avoid="Zoe's party")
        session.add(held)
        session.flush()
        words = {"title": "Zoe's tour", "why": "Zoe asked", "notes": "Zoe leads", "lead": "Zoe"}
        session.add(AgendaItem(session_id=held.id, position=1, minutes=10, **words))
        session.add(Capture(session_id=held.id, kind=CaptureKind.IDEA, text="Zoe is ill", as_typed="Zoe is ill", at=now))

    one(write, actor=people.support)

    kinds = ("support_session", "agenda_item", "capture")
    assert [row.kind for kind in kinds for row in audited(kind)] == list(kinds)
    assert not any("Zoe" in row.changes for kind in kinds for row in audited(kind))


def test_passwords_never_reach_the_audit(people):
    with db.reading() as session:
        everything = " ".join(session.execute(select(col(AuditEntry.changes)).where(col(AuditEntry.kind) == "account")).scalars())

    assert "email" in everything
    assert "password_hash" not in everything


def test_a_removed_row_is_audited_and_a_save_without_change_is_not(people):
    number = gesture.perform(note, "Gone soon", actor=people.support)

    def same(session, *, actor, now):
        session.get(Note, number).words = "Gone soon"

    def remove(session, *, actor, now):
        session.delete(session.get(Note, number))

    gesture.perform(same, actor=people.support)
    gesture.perform(remove, actor=people.support)

    assert [row.did for row in audited("note")] == ["added", "removed"]


@pytest.mark.parametrize("statement", [update(Note).values(words="x"), delete(Note)])
def test_a_bulk_write_that_no_audit_would_see_is_refused(people, statement):
    with pytest.raises(RuntimeError, match="not audited"), db.transaction() as session:
        session.execute(statement)


def test_a_reading_session_cannot_write(people):
    with db.reading() as session:
        session.add(Note(partnership_id=1, words="x", at=datetime.now(timezone(timedelta(0)))))
        with pytest.raises(Exception, match=r"(?i)read.?only"):
            session.flush()


def test_every_transaction_moves_the_revision_and_a_refused_one_does_not(people):
    def now_at():
        with db.reading() as session:
            return db.revision(session)

    before = now_at()
    gesture.perform(note, "One", actor=people.support)
    with pytest.raises(ZeroDivisionError):
        gesture.perform(lambda session, *, actor, now: 1 / 0, actor=people.support)

    assert now_at() == before + 1


def test_instants_keep_their_moment_and_refuse_to_have_no_zone(people):
    summer = datetime(2026, 7, 1, 12, 0, tzinfo=timezone(timedelta(hours=1)))
    with db.transaction() as session:
        session.add(Note(partnership_id=1, words="x", at=summer))
    with db.reading() as session:
        kept = session.execute(select(col(Note.at))).scalar_one()

    assert kept == summer
    assert kept.utcoffset() == timedelta(0)
    with pytest.raises(Exception, match=r"zone|timezone"), db.transaction() as session:
        session.add(Note(partnership_id=1, words="x", at=datetime(2026, 7, 1)))  # noqa: DTZ001


def test_changes_to_different_fields_merge_and_to_the_same_field_are_refused_with_both_values(people):
    drawn_from = {"lto_name": "", "area_coordinator": ""}

    def edit(session, mine, *, actor, now):
        merge(session.get(Partnership, 1, with_for_update=True), drawn_from, mine)

    gesture.perform(edit, {"lto_name": "The Trust", "area_coordinator": ""}, actor=people.support)
    gesture.perform(edit, {"lto_name": "", "area_coordinator": "Mo"}, actor=people.manager)
    with pytest.raises(Conflict) as refusal:
        gesture.perform(edit, {"lto_name": "Another", "area_coordinator": "Sam"}, actor=people.manager)

    assert refusal.value.clashes == {"lto_name": ("The Trust", "Another"), "area_coordinator": ("Mo", "Sam")}
    with db.reading() as session:
        row = session.get(Partnership, 1)
        assert (row.lto_name, row.area_coordinator) == ("The Trust", "Mo")


def test_the_system_and_the_public_are_named_in_the_audit(people):
    gesture.perform(note, "a", actor=SYSTEM)
    gesture.perform(note, "b", actor=PUBLIC)

    assert [row.by for row in audited("note")] == ["the system", "the sign-up form"]
