"""Each row as it was before it changed: the words that the audit must not hold."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, select
from sqlmodel import col

from rr import clock as clocks
from rr import db, gesture
from rr.access import SYSTEM
from rr.accounts import commands as accounts
from rr.accounts.models import Account
from rr.audit import AuditEntry, RowVersion, as_it_was
from rr.intake.models import ImportBatch, ImportRow, SupportRequest
from rr.intake.rules import RequestStatus, Source
from rr.partnerships.models import Note
from rr.partnerships.rules import ContactRole
from rr.sessions.models import SessionFacilitator, SupportSession
from tests.conftest import NOW, TODAY, chosen

MINUTE = timedelta(minutes=1)
WORDS = "Zoë – “a café”\nand a second line 🙂"


def note(session, words, *, actor, now):
    row = Note(partnership_id=1, words=words, at=now, by_id=actor.account_id)
    session.add(row)
    session.flush()
    return row.id


def reword(session, number, *said, actor, now):
    for words in said:
        session.get(Note, number).words = words
        session.flush()


def remove(session, number, *, actor, now):
    session.delete(session.get(Note, number))


def versions(kind):
    with db.reading() as session:
        found = session.execute(select(RowVersion).where(col(RowVersion.kind) == kind).order_by(col(RowVersion.id))).scalars()
        return [(row.row_id, row.from_at, row.until_at, row.values) for row in found]


def words_at(number, *minutes):
    """What a note said so many minutes after nine."""
    with db.reading() as session:
        then = [as_it_was(session, Note, number, NOW + each * MINUTE) for each in minutes]
    return [row and row["words"] for row in then]


def test_a_row_that_never_changed_has_no_version_and_was_always_as_it_is(people, clock):
    clock.shift(MINUTE)
    number = gesture.perform(note, "First", actor=people.support)

    assert versions("note") == []
    assert words_at(number, 0, 1, 2) == [None, "First", "First"]


def test_each_change_keeps_the_row_as_it_was_and_the_audit_stays_without_words(people, clock):
    number = gesture.perform(note, "First", actor=people.support)
    for words in ("Second", "Third"):
        clock.shift(10 * MINUTE)
        gesture.perform(reword, number, words, actor=people.support)

    row = {"id": number, "partnership_id": 1, "at": NOW.isoformat(), "by_id": people.support.account_id}
    ten, twenty = NOW + 10 * MINUTE, NOW + 20 * MINUTE
    assert versions("note") == [
        (str(number), NOW, ten, row | {"words": "First"}),
        (str(number), ten, twenty, row | {"words": "Second"}),
    ]
    assert words_at(number, -1, 0, 9, 10, 19, 20, 99) == [None, "First", "First", "Second", "Second", "Third", "Third"]
    with db.reading() as session:
        entries = session.execute(select(AuditEntry).where(col(AuditEntry.kind) == "note").order_by(col(AuditEntry.id))).scalars()
        assert [(entry.did, '"words": "(changed)"' in entry.changes) for entry in entries] == [
            ("added", True),
            ("changed", True),
            ("changed", True),
        ]


def test_a_removed_row_is_there_until_it_was_removed(people, clock):
    number = gesture.perform(note, "Gone soon", actor=people.support)
    clock.shift(10 * MINUTE)
    gesture.perform(remove, number, actor=people.support)

    assert words_at(number, -1, 9, 10) == [None, "Gone soon", None]


def test_a_key_that_comes_back_was_away_in_between(people, clock):
    who = {"session_id": 1, "account_id": people.facilitator.account_id}

    def name(session, *, actor, now):
        session.add(SessionFacilitator(**who))

    def unname(session, *, actor, now):
        session.delete(session.get(SessionFacilitator, tuple(who.values())))

    with db.transaction() as session:
        session.add(SupportSession(partnership_id=1, minutes=120, made_at=NOW))
    for step in (name, unname, name, unname, name):
        clock.shift(10 * MINUTE)
        gesture.perform(step, actor=people.support)

    with db.reading() as session:
        then = [as_it_was(session, SessionFacilitator, tuple(who.values()), NOW + minute * MINUTE) for minute in range(5, 60, 10)]
    assert then == [None, who, None, who, None, who]


def test_every_kind_of_value_comes_back_as_what_it_was(people, clock):
    with db.transaction() as session:
        row = SupportRequest(
            ref="RR-1", source=Source.FORM, received_at=NOW, received_on=TODAY, words=WORDS, people=12, consent_contact=True
        )
        row.role, row.first_contact_at, row.answers = ContactRole.CHAIR, NOW - MINUTE, {"who": ["Zoë", None, 1.5, True], "": {}}
        session.add(row)
        session.flush()
        before = {name: getattr(row, name) for name in SupportRequest.model_fields if name not in ("version", "folded")}
    clock.shift(10 * MINUTE)
    with db.transaction() as session:
        changed = session.get(SupportRequest, row.id)
        changed.words, changed.role, changed.consent_contact, changed.back_on = "", None, False, TODAY
        changed.received_at, changed.received_on, changed.status = NOW + MINUTE, TODAY + timedelta(days=1), RequestStatus.NOT_NOW

    with db.reading() as session:
        then = as_it_was(session, SupportRequest, row.id, NOW + MINUTE) or {}
        now = as_it_was(session, SupportRequest, row.id, clocks.now())

    assert then == before
    assert {name: type(value) for name, value in then.items()} == {name: type(value) for name, value in before.items()}
    assert now == before | {
        "words": "",
        "role": None,
        "consent_contact": False,
        "back_on": TODAY,
        "received_at": NOW + MINUTE,
        "received_on": TODAY + timedelta(days=1),
        "status": RequestStatus.NOT_NOW,
    }


def test_secrets_and_bookkeeping_have_no_version(people, clock):
    link = gesture.perform(accounts.make_link, people.support.account_id, actor=SYSTEM)
    gesture.perform(accounts.set_password, link, chosen("plum canal lantern"), actor=SYSTEM)
    gesture.perform(accounts.disable, people.support.account_id, actor=people.admin)

    with db.reading() as session:
        kept = session.execute(select(RowVersion).order_by(col(RowVersion.id))).scalars().all()
        now = as_it_was(session, Account, people.support.account_id, NOW) or {}
    assert [(row.kind, sorted(row.values)) for row in kept] == [
        ("account", ["disabled_at", "email", "id", "made_at", "name", "role"]),
    ]
    assert sorted(now) == ["disabled_at", "email", "id", "made_at", "name", "role"]


def test_what_only_one_transaction_saw_is_no_version(people, clock):
    number = gesture.perform(note, "First", actor=people.support)

    def all_at_once(session, *, actor, now):
        reword(session, number, "Second", "Third", actor=actor, now=now)
        other = note(session, "Other", actor=actor, now=now)
        reword(session, other, "Other again", actor=actor, now=now)
        remove(session, other, actor=actor, now=now)

    clock.shift(10 * MINUTE)
    gesture.perform(all_at_once, actor=people.support)

    assert [(row_id, until - NOW, values["words"]) for row_id, _, until, values in versions("note")] == [
        (str(number), 10 * MINUTE, "First")
    ]


def test_what_was_refused_leaves_no_version(people, clock):
    number = gesture.perform(note, "First", actor=people.support)

    def half(session, *, actor, now):
        reword(session, number, "Second", actor=actor, now=now)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        gesture.perform(half, actor=people.support)
    gesture.perform(reword, number, "First", actor=people.support)

    assert versions("note") == []


def test_a_row_that_nobody_wrote_down_was_there_for_all_that_is_known(people, clock):
    with db.transaction() as session:
        batch = ImportBatch(file_name="a.csv", at=NOW)
        session.add(batch)
        session.flush()
        row = {"id": 1, "batch_id": batch.id, "line": 2, "entry_id": "1", "result": "taken", "area": "", "why": "", "request_id": None}
        session.execute(insert(ImportRow), [row], execution_options={"unaudited": True})
    clock.shift(10 * MINUTE)
    with db.transaction() as session:
        session.get(ImportRow, 1).why = "Because"

    assert [(from_at, until_at) for _, from_at, until_at, _ in versions("import_row")] == [(None, NOW + 10 * MINUTE)]
    with db.reading() as session:
        assert as_it_was(session, ImportRow, 1, NOW - timedelta(days=99)) == row


def test_what_was_never_there_never_was(people, clock):
    with db.reading() as session:
        assert as_it_was(session, Note, 99, NOW) is None
