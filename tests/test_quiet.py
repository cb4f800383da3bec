"""Quiet transactions: bookkeeping that is no change of the record, and nothing else."""

import pytest
from sqlalchemy import func, select, update
from sqlmodel import col

from rr import db, gesture
from rr.access import PUBLIC, SYSTEM
from rr.accounts import commands as accounts
from rr.accounts.models import Account, FormKey, Role, SignIn, Throttle
from rr.accounts.rules import AccountEvent, digest
from rr.accounts.throttle import commands as throttle
from rr.accounts.throttle.rules import sign_in_limits
from rr.audit import AuditEntry, RowVersion
from rr.models import METADATA
from rr.partnerships.models import Note, Partnership
from rr.web.signin import attempt
from tests.conftest import NOW, chosen
from tests.web.conftest import PASSWORD


def written_down():
    """What a quiet transaction leaves as it is: the revision, and how much the audit and the versions hold."""
    with db.reading() as session:
        return db.revision(session), *(
            session.execute(select(func.count()).select_from(table)).scalar_one() for table in (AuditEntry, RowVersion)
        )


def count(session, key="k", *, actor=None, now=NOW):
    session.add(Throttle(key=key, tries=1, since=now))
    session.flush()
    return session.execute(select(func.count()).select_from(Throttle)).scalar_one()


def tries():
    with db.reading() as session:
        return {row.key: row.tries for row in session.execute(select(Throttle)).scalars()}


def test_the_tables_of_bookkeeping_are_these():
    quiet = {name for name, table in METADATA.tables.items() if table.info.get("quiet")}

    assert quiet == {"audit_entry", "row_version", "revision", "form_key", "throttle", "sign_in", "one_time_link", "draft"}


def test_a_quiet_transaction_is_stored_and_written_down_nowhere(people):
    before = written_down()

    with db.transaction(quiet=True) as session:
        count(session)
        session.execute(update(Throttle).values(tries=5))

    assert tries() == {"k": 5}
    assert written_down() == before


def adds(session):
    session.add(Note(partnership_id=1, words="x", at=NOW))


def changes(session):
    session.get(Partnership, 1).lto_name = "The Trust"


def changes_a_secret(session):
    session.execute(select(Account).limit(1)).scalar_one().password_hash = "x"


def removes(session):
    session.delete(session.execute(select(Note)).scalar_one())


def changes_in_bulk(session):
    session.execute(update(Note).values(words="x"), execution_options={"unaudited": True})


@pytest.mark.parametrize("write", [adds, changes, changes_a_secret, removes, changes_in_bulk])
def test_a_quiet_transaction_that_changes_the_record_is_refused_and_leaves_nothing(people, write):
    with db.transaction() as session:
        session.add(Note(partnership_id=1, words="Here", at=NOW))
    before = written_down()

    def misuse(session, *, actor, now):
        count(session)
        write(session)

    with pytest.raises(RuntimeError, match=r"quiet|not audited"):
        gesture.perform(db.quiet(misuse), actor=people.support)

    assert tries() == {}
    assert written_down() == before
    with db.transaction() as session:
        write(session)


def test_reading_and_setting_what_stands_there_already_is_no_change(people):
    with db.transaction(quiet=True) as session:
        partnership = session.get(Partnership, 1)
        partnership.name = str(partnership.name)
        count(session)

    assert tries() == {"k": 1}


def test_a_command_says_itself_that_it_is_quiet_and_is_done_once(people):
    before = written_down()

    answers = [gesture.perform(db.quiet(count), "once", actor=people.support, key="form") for _ in range(2)]

    assert answers == [1, 1]
    assert tries() == {"once": 1}
    assert written_down() == before
    with db.reading() as session:
        assert session.execute(select(func.count()).select_from(FormKey)).scalar_one() == 1


def test_signing_in_and_out_leaves_every_cached_figure_as_it_is(people):
    email = "support@example.org"
    link = gesture.perform(accounts.make_link, people.support.account_id, actor=SYSTEM)
    gesture.perform(accounts.set_password, link, chosen(PASSWORD), actor=PUBLIC)
    revision, entries, versions = written_down()

    wrong = attempt(email, "no", sign_in_limits(email, "a"))
    token = attempt(email, PASSWORD, sign_in_limits(email, "a"))
    demo = gesture.perform(accounts.sign_in_demo, role=Role.SUPPORT, carried=token, actor=PUBLIC)
    gesture.perform(accounts.sign_out, digest(demo), actor=PUBLIC)
    gesture.perform(throttle.count_sign_up, "a", actor=PUBLIC)

    assert wrong is None
    with db.reading() as session:
        assert session.execute(select(col(SignIn.ended_at))).scalars().all() == [NOW, NOW]
    assert sorted(tries().values()) == [0, 1, 1, 1, 1]  # this account from this address begins anew; the wrong try counts elsewhere
    assert written_down() == (revision, entries + 3, versions)
    with db.reading() as session:
        events = session.execute(select(col(AuditEntry.did)).order_by(col(AuditEntry.id))).scalars().all()[-3:]
    assert events == [AccountEvent.FAILED, AccountEvent.SIGNED_IN, AccountEvent.SIGNED_IN]
