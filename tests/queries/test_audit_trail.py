"""The audit in sentences: one row for each gesture, what each person may read of it, its filters and its pages."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event

from rr import gesture
from rr.access import PUBLIC, Actor, Who
from rr.accounts import commands as accounts
from rr.accounts.passwords import NewPassword
from rr.accounts.rules import Role
from rr.audit import AuditEntry
from rr.audit_trail import queries
from rr.audit_trail.queries import AuditFilters, main_entry
from rr.errors import NotFound
from rr.intake.imports import commands as imports
from rr.intake.rules import Move
from rr.intake.triage import commands as triage
from rr.needs import commands as needs
from rr.needs.rules import NeedStatus
from rr.partnerships import commands as partnerships
from rr.plans import commands as plans
from rr.plans.actions import commands as actions
from rr.plans.rules import ActionStatus
from rr.sessions import commands as sessions
from rr.sessions.capture import commands as capture
from rr.sessions.rules import CaptureKind
from rr.undo import undo
from tests import story
from tests.builders import a_need, a_plan, a_request, a_session, an_import
from tests.conftest import NOW, TODAY

DAY = timedelta(days=1)


def listed(look, actor, page=1, per_page=50, **filters):
    filters.setdefault("until", TODAY)  # the reference lists were loaded on the day on which the tests run
    return look(queries.listed, AuditFilters(**filters), actor=actor, page=page, per_page=per_page)


def sentences(look, actor, **filters):
    return [row.sentence for row in listed(look, actor, **filters).rows]


def since_now(clock):
    """The instant after everything before, so that the latest comes first for sure."""
    clock.shift(timedelta(minutes=1))


@pytest.fixture
def then(one, clock):
    """Run a command a minute after the one before it, since the audit is in the order of time."""

    def perform(command, *args, **given):
        since_now(clock)
        return one(command, *args, **given)

    return perform


def test_a_gesture_is_one_row_however_many_records_it_changed(look, one, people, then):
    request_id = a_request(one)
    then(triage.decide, request_id, Move.ACCEPT, actor=people.support)

    row, before = listed(look, people.manager, kind="support_request").rows
    assert (row.sentence, row.changed) == ("Support accepted RR-0001, Whitley Bay", "status from New to Accepted")
    assert row.pages == (("requests", request_id), ("partnership", story.area("Whitley Bay")))
    assert (row.at, before.sentence) == (NOW + timedelta(minutes=1), "The sign-up form took in RR-0001, Whitley Bay")


def test_what_people_did_reads_as_sentences(look, one, people, then):
    request_id = a_request(one)
    decision = then(triage.decide, request_id, Move.ASK_FOR_MORE, words="Which hall?", actor=people.support)
    then(triage.undo, decision, actor=people.support)
    then(triage.assign, request_id, people.support.account_id, actor=people.manager)
    then(triage.decide, request_id, Move.ACCEPT, actor=people.support)

    assert sentences(look, people.manager, person=people.support.account_id) == [
        "Support accepted RR-0001, Whitley Bay",
        "Support undid a change to RR-0001, Whitley Bay",
        "Support asked for more about RR-0001, Whitley Bay",
    ]
    assert sentences(look, people.manager, person=people.manager.account_id) == ["Manager changed who deals with RR-0001, Whitley Bay"]


def test_sessions_plans_and_needs_are_called_by_their_partnership(look, one, people, then, clock):
    session_id = a_session(one, people, day=TODAY, facilitator=people.facilitator)
    line = then(capture.capture, session_id, "Ask the council about the chapel", CaptureKind.ACTION, actor=people.facilitator)
    then(capture.remove_line, line, actor=people.facilitator)
    plan_id, (action_id,) = a_plan(one, people, 1, partnership_id=story.area("Par Bay"))
    then(plans.agree, plan_id, TODAY, actor=people.facilitator)
    then(actions.update_action, action_id, ActionStatus.GOING_WELL, actor=people.facilitator)
    need = a_need(one, people, partnership_id=story.area("Par Bay"))
    then(needs.settle, need, NeedStatus.NOT_AVAILABLE, was=NeedStatus.ASKED, actor=people.support)
    then(partnerships.add_note, story.area("Par Bay"), "Ring after five", actor=people.manager)

    rows = listed(look, people.manager, since=TODAY).rows
    told = {row.sentence: (row.changed, row.pages[:1]) for row in rows}
    par = (("partnership", story.area("Par Bay")),)
    assert told["Facilitator captured a line in the session of Whitley Bay on 18 November 2026"] == ("", (("session", session_id),))
    assert told["Facilitator removed a line of the session of Whitley Bay on 18 November 2026"] == ("", (("session", session_id),))
    assert told["Facilitator wrote down that the action plan of Par Bay was agreed"][1] == (("plan", plan_id),)
    assert told["Facilitator updated an action of Par Bay"] == ("status from Not started to Going well", (("plan", plan_id),))
    assert told["Support settled a need for support of Par Bay"][1] == par
    assert told["Manager added a note about Par Bay"] == ("", par)


def test_people_s_words_and_names_are_never_in_it(look, one, people, then, clock):
    hidden = ("Nia", "Larkin", "nia@example.org", "chapel", "Zebra")
    request_id = a_request(one)
    then(triage.decide, request_id, Move.ACCEPT, actor=people.support)
    contact = then(partnerships.add_contact, 3, name="Zebra Quill", email="zebra@example.org", actor=people.support)
    base = {"name": "Zebra Quill"}
    then(partnerships.edit_contact, contact, base, {"name": "Zebra Quince"}, actor=people.support)

    rows = listed(look, people.manager).rows
    assert not [word for word in hidden for row in rows if word in row.sentence + row.changed]
    assert rows[0].changed == "name"


def test_accounts_and_roles(look, one, people, then, clock):
    then(accounts.change_role, people.facilitator.account_id, Role.MANAGER, actor=people.admin)
    then(accounts.disable, people.support.account_id, actor=people.admin)

    both = ["Admin disabled the account of Support", "Admin changed the role of Facilitator from Facilitator to Manager"]
    assert sentences(look, people.manager)[:2] == both
    assert sentences(look, people.admin)[:2] == both  # what an administrator sees of an account anyway


def test_sign_ins_failures_and_one_time_links(look, people, then):
    number = people.facilitator.account_id
    then(accounts.sign_in_demo, role=Role.FACILITATOR, actor=PUBLIC)
    then(accounts.note_failure, number, actor=PUBLIC)
    then(accounts.note_failure, None, actor=PUBLIC)
    then(accounts.make_link, number, actor=people.admin)
    secret = then(accounts.make_link, number, actor=people.admin)
    then(accounts.set_password, secret, NewPassword("a hash"), actor=PUBLIC)

    told = [
        "Facilitator set a password with a one-time link",
        "Admin made a one-time link for Facilitator",
        "Admin made a one-time link for Facilitator",
        "Somebody failed to sign in",
        "Somebody failed to sign in as Facilitator",
        "Facilitator signed in",
    ]
    assert {who: sentences(look, getattr(people, who))[:6] for who in ("manager", "admin")} == {"manager": told, "admin": told}
    assert sentences(look, people.facilitator)[:5] == [told[0], *told[1:3], *told[4:]]
    assert told[0] not in sentences(look, people.support)


def test_undoing_and_importing(look, one, people, then, clock):
    since_now(clock)
    batch = one(imports.import_signups, an_import(), actor=people.support)
    since_now(clock)
    done = gesture.performed(partnerships.add_note, 3, "Ring after five", actor=people.manager)
    then(undo, done.changed, actor=people.manager)

    rows = listed(look, people.manager).rows
    assert [row.sentence for row in rows[:3]] == [
        f"Manager undid a change to {look(name_of, 3)}",
        f"Manager added a note about {look(name_of, 3)}",
        "Support imported sign-ups.csv",
    ]
    assert rows[2].pages == (("imports", batch),)


def name_of(session, partnership_id):
    from rr.partnerships.models import Partnership

    return session.get(Partnership, partnership_id).name


def test_administrators_read_who_when_and_what_kind_of_thing_and_nothing_of_the_records(look, one, people, then):
    request_id = a_request(one)
    then(triage.decide, request_id, Move.ACCEPT, actor=people.support)
    _, (action_id,) = a_plan(one, people, 1)
    then(actions.update_action, action_id, ActionStatus.GOING_WELL, actor=people.facilitator)

    rows = listed(look, people.admin).rows
    told = {(row.sentence, row.changed, row.pages) for row in rows}
    assert {("Facilitator updated an action", "", ()), ("Support decided about a sign-up", "", ())} <= told
    assert not [row for row in rows if "Whitley" in row.sentence or "RR-" in row.sentence]


def test_everybody_else_reads_what_they_did_and_what_happened_to_their_account(look, one, people, then):
    request_id = a_request(one)
    then(triage.decide, request_id, Move.ACCEPT, actor=people.support)
    then(accounts.change_role, people.support.account_id, Role.MANAGER, actor=people.admin)
    then(accounts.change_role, people.support.account_id, Role.SUPPORT, actor=people.admin)

    mine = sentences(look, people.support)
    assert mine[:3] == [
        "Admin changed the role of Support from Manager to Support staff",
        "Admin changed the role of Support from Support staff to Manager",
        "Support accepted RR-0001, Whitley Bay",
    ]
    assert [row.sentence for row in listed(look, people.support, person=people.admin.account_id).rows][:1] == mine[:1]
    assert sentences(look, people.facilitator) == ["The system made an account for Facilitator"]


def test_a_partnership_that_is_no_longer_theirs_isn_t_named_to_a_facilitator(look, one, people, then, clock):
    session_id = a_session(one, people, day=TODAY, facilitator=people.facilitator)
    then(sessions.arrange, session_id, {"people": 14}, {"people": 12}, actor=people.facilitator)
    before = listed(look, people.facilitator).rows[0]
    then(sessions.name_facilitators, session_id, [people.other_facilitator.account_id], actor=people.manager)
    after = listed(look, people.facilitator).rows[0]

    assert (before.sentence, before.changed) == (
        "Facilitator changed the details of the session of Whitley Bay on 18 November 2026",
        "people from 12 to 14",
    )
    assert after == replace(before, sentence="Facilitator changed the details of a session", changed="", pages=())


@pytest.mark.parametrize("actor", [PUBLIC, Actor(Who.LINK, partnership_id=1)])
def test_nobody_reads_it_without_an_account(look, people, actor):
    for query in (
        lambda session: queries.listed(session, AuditFilters(), actor=actor),
        lambda session: queries.people(session, actor=actor),
    ):
        with pytest.raises(NotFound):
            look(query)


def test_who_may_be_chosen(look, people):
    everybody = ["Admin", "Facilitator", "Manager", "Other facilitator", "Support"]

    assert {
        who: list(look(queries.people, actor=getattr(people, who)).values()) for who in ("admin", "manager", "support", "facilitator")
    } == {
        "admin": everybody,
        "manager": everybody,
        "support": [],
        "facilitator": [],
    }


@pytest.fixture
def entries(people):
    """Three days of entries as the audit's listener would write them, a gesture of two entries among them."""
    for number, (gesture_name, who, kind, row_id) in enumerate(
        [
            ("edit_facts", people.support, "partnership", "3"),
            ("add_note", people.support, "note", "1"),
            ("edit_facts", people.manager, "partnership", "4"),
        ]
    ):
        for _ in range(2):
            story.add(
                AuditEntry(
                    at=NOW - number * DAY, by_id=who.account_id, by=who.name, gesture=gesture_name, kind=kind, row_id=row_id, did="changed"
                )
            )


@pytest.mark.parametrize(
    ("filters", "order"),
    [
        ({}, [0, 1, 2]),
        ({"person": "support"}, [0, 1]),
        ({"kind": "partnership"}, [0, 2]),
        ({"gestures": ("edit_facts",)}, [0, 2]),
        ({"gestures": ("edit_facts", "add_note")}, [0, 1, 2]),
        ({"since": TODAY - DAY}, [0, 1]),
        ({"until": TODAY - DAY}, [1, 2]),
        ({"since": TODAY - DAY, "until": TODAY - DAY}, [1]),
        ({"person": "support", "kind": "partnership", "gestures": ("edit_facts",), "since": TODAY, "until": TODAY}, [0]),
        ({"person": "admin"}, []),
    ],
)
def test_filters(look, people, entries, filters, order):
    if "person" in filters:
        filters = filters | {"person": getattr(people, filters["person"]).account_id}
    asked = filters if filters.get("gestures") else {"gestures": ("edit_facts", "add_note"), **filters}
    found = listed(look, people.manager, **asked)

    assert [(NOW - row.at) // DAY for row in found.rows] == order
    assert (found.total, found.has_older) == (len(order), False)


def test_a_page_at_a_time_and_no_further_than_the_latest_thousand(look, people, entries, monkeypatch):
    monkeypatch.setattr(queries, "MOST", 2)
    of = {"gestures": ("edit_facts", "add_note")}
    first, beyond = listed(look, people.manager, per_page=1, **of), listed(look, people.manager, page=9, per_page=1, **of)

    assert [(NOW - row.at) // DAY for row in (*first.rows, *beyond.rows)] == [0, 1]
    assert (first.total, first.pages, beyond.page, first.has_older) == (2, 2, 2, True)


def test_more_rows_take_no_more_statements(look, people, database, entries):
    counted = []
    event.listen(database, "before_cursor_execute", lambda *given: counted.append(given[2]))
    one_row = listed(look, people.manager, kind="partnership", gestures=("edit_facts",), since=TODAY)
    for_one = len(counted)
    at, done = NOW - 3 * DAY, {"gesture": "edit_facts", "kind": "partnership", "did": "changed"}
    story.add(AuditEntry(at=at, by_id=people.admin.account_id, by="Admin", row_id="5", **done))
    counted.clear()
    three = listed(look, people.manager, kind="partnership", gestures=("edit_facts",))

    assert (len(one_row.rows), len(three.rows)) == (1, 3)
    assert len(counted) == for_one


def test_a_gesture_is_about_what_its_record_says_else_about_what_the_others_belong_to():
    about_request = {"capture": 1, "support_session": 2, "support_request": 3}

    assert main_entry("name_facilitators", {"session_facilitator": 1, "support_session": 2}) == 1
    assert main_entry("undo", about_request) == 3
    assert main_entry("unheard_of", {"recipe": 1, "capture": 2}) == 2
    assert main_entry("load_reference", {"recipe": 1}) == 1


def test_every_change_has_a_time_zone(look, one, people, clock):
    """At half past midnight in summer, the day in London isn't the day in UTC."""
    clock.move_to(NOW.replace(month=7, day=1, hour=23, minute=30))
    one(partnerships.add_note, 3, "x", actor=people.manager)

    day = TODAY.replace(month=7, day=2)
    assert len(sentences(look, people.manager, since=day, until=day)) == 1
    assert len(sentences(look, people.manager, since=day - DAY, until=day - DAY)) == 0
