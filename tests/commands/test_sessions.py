"""Drafting, arranging, calling off and finishing a session."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from rr import clock, db
from rr.access import SYSTEM
from rr.accounts import commands as accounts
from rr.errors import Conflict, Invalid, NotFound, Refused
from rr.intake.rules import Format, Move
from rr.intake.triage import commands as triage
from rr.sessions import commands, queries
from rr.sessions.agenda import commands as agenda_commands
from rr.sessions.agenda import queries as agenda_queries
from rr.sessions.capture import commands as capture_commands
from rr.sessions.capture import queries as capture_queries
from rr.sessions.models import SupportSession
from rr.sessions.rules import CaptureKind
from rr.sessions.states import SessionState
from tests.builders import a_request, a_session

TODAY = date(2026, 11, 18)
NEXT_WEEK = TODAY + timedelta(days=7)


def facts(look, session_id, actor):
    return look(queries.detail, session_id, actor=actor)


def agenda(look, session_id, actor):
    return look(lambda db_: agenda_queries.agenda(db_, queries.detail(db_, session_id, actor=actor)))


def held(one, people, session_id, **said):
    said = {"held_on": TODAY, "head_count": 10, "newcomers_came": 1} | said
    return one(commands.mark_held, session_id, **said, actor=people.support)


def test_a_draft_has_what_the_request_said_and_the_agenda_that_was_previewed(one, people, look):
    request_id = a_request(
        one, people=12, newcomers=2, format=Format.IN_PERSON, access_needs="A hearing loop", avoid="Not Mondays", topics=("hubs", "vision")
    )
    preview = look(agenda_queries.proposal_for, request_id, actor=people.support)
    assert look(queries.draft_of, request_id) is None
    one(triage.decide, request_id, Move.ACCEPT, actor=people.support)

    draft = look(queries.draft_of, request_id)
    made = facts(look, draft.session_id, people.support)
    items = agenda(look, draft.session_id, people.support).items
    assert not draft.edited
    assert made.state is SessionState.DRAFT
    assert (made.people, made.newcomers, made.format) == (12, 2, Format.IN_PERSON)
    assert (made.access_needs, made.avoid, made.request_id) == ("A hearing loop", "Not Mondays", request_id)
    assert (made.recipe, made.recipe_why, made.minutes) == (preview.recipe_name, preview.why, preview.minutes)
    assert [(item.activity_id, item.title, item.minutes, item.why) for item in items] == [
        (item.activity_id, item.title, item.minutes, item.why) for item in preview.items
    ]
    assert all(item.why for item in items)
    assert [item.position for item in items] == list(range(1, len(items) + 1))


def test_a_request_has_one_draft_however_often_it_is_asked_for(one, people, look):
    session_id = a_session(one, people)
    request_id = facts(look, session_id, people.support).request_id

    assert one(commands.draft_session, request_id, actor=people.support) == session_id


def test_a_request_without_its_partnership_gets_no_draft(one, people):
    request_id = a_request(one, area_text="Somewhere nobody knows")

    with pytest.raises(Refused, match="No partnership chosen yet"):
        one(commands.draft_session, request_id, actor=people.support)


def test_an_untouched_draft_is_discarded_with_its_agenda(one, people, look):
    session_id = a_session(one, people)
    one(commands.discard_draft, session_id, actor=people.support)

    with pytest.raises(NotFound):
        facts(look, session_id, people.support)


TOUCHES = {
    "the date": lambda one, people, number: one(
        commands.arrange, number, {"day": NEXT_WEEK, "time": time(18)}, {"day": None, "time": None}, actor=people.support
    ),
    "a facilitator": lambda one, people, number: one(
        commands.name_facilitators, number, [people.facilitator.account_id], actor=people.support
    ),
    "the agenda": lambda one, people, number: one(agenda_commands.add_item, number, title="A walk", actor=people.support),
    "a line": lambda one, people, number: one(
        capture_commands.capture, number, "We opened the hall", CaptureKind.ACHIEVEMENT, actor=people.support
    ),
}


@pytest.mark.parametrize("touch", TOUCHES)
def test_a_draft_that_a_person_changed_is_not_discarded(one, people, look, touch):
    session_id = a_session(one, people)
    TOUCHES[touch](one, people, session_id)

    assert look(queries.draft_of, facts(look, session_id, people.support).request_id).edited
    with pytest.raises(Refused, match="edited since"):
        one(commands.discard_draft, session_id, actor=people.support)


def test_a_save_without_a_change_leaves_the_draft_untouched(one, people, look):
    session_id = a_session(one, people)
    one(commands.arrange, session_id, {"people": 12}, {"people": 12}, actor=people.support)

    assert not look(queries.draft_of, facts(look, session_id, people.support).request_id).edited


@pytest.mark.parametrize(
    ("day", "instant"),
    [(date(2027, 3, 27), datetime(2027, 3, 27, 18, 30, tzinfo=UTC)), (date(2027, 3, 28), datetime(2027, 3, 28, 17, 30, tzinfo=UTC))],
)
def test_a_date_and_a_time_are_londons_on_both_sides_of_a_clock_change(one, people, look, day, instant):
    session_id = a_session(one, people, day=day)

    seen = facts(look, session_id, people.support)
    assert seen.starts_at == instant
    assert (seen.day, seen.time, seen.start_minute, seen.state) == (day, time(18, 30), 18 * 60 + 30, SessionState.PLANNED)


def test_two_people_change_different_facts_of_one_session_and_both_stay(one, people, look):
    session_id = a_session(one, people, day=NEXT_WEEK)
    base = {"day": NEXT_WEEK, "time": time(18, 30), "place": "", "people": 12}

    one(commands.arrange, session_id, base | {"place": "The old chapel", "day": NEXT_WEEK + timedelta(days=1)}, base, actor=people.support)
    one(commands.arrange, session_id, base | {"people": 14, "time": time(19)}, base, actor=people.manager)

    seen = facts(look, session_id, people.support)
    assert (seen.place, seen.people, seen.day, seen.time) == ("The old chapel", 14, NEXT_WEEK + timedelta(days=1), time(19))


def test_two_people_change_the_same_fact_and_the_second_sees_both_values(one, people, look):
    session_id = a_session(one, people)
    base = {"place": "", "link": ""}
    one(commands.arrange, session_id, {"place": "The old chapel", "link": ""}, base, actor=people.support)

    with pytest.raises(Conflict) as refusal:
        one(commands.arrange, session_id, {"place": "The library", "link": "https://example.org"}, base, actor=people.manager)

    assert refusal.value.clashes == {"place": ("The old chapel", "The library")}
    seen = facts(look, session_id, people.support)
    assert (seen.place, seen.link) == ("The old chapel", "")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"day": NEXT_WEEK}, "time"),
        ({"time": time(18)}, "day"),
        ({"day": TODAY - timedelta(days=1), "time": time(18)}, "day"),
        ({"minutes": 10}, "minutes"),
        ({"minutes": None}, "minutes"),
        ({"people": 0}, "people"),
        ({"people": 1}, "newcomers"),
        ({"newcomers": 13}, "newcomers"),
        ({"newcomers": -1}, "newcomers"),
        ({"link": "javascript:alert(1)"}, "link"),
        ({"place": "x" * 201}, "place"),
    ],
)
def test_facts_that_cannot_be_are_refused_beside_their_field(one, people, look, changes, field):
    session_id = a_session(one, people)
    before = facts(look, session_id, people.support)
    base = {name: getattr(before, name) for name in changes}

    with pytest.raises(Invalid) as refusal:
        one(commands.arrange, session_id, changes, base, actor=people.support)

    assert list(refusal.value.errors) == [field]
    assert facts(look, session_id, people.support) == before


def test_all_that_is_wrong_is_said_at_once_in_the_order_of_the_form(one, people):
    session_id = a_session(one, people)
    wrong = {"link": "ftp://example.org", "place": "x" * 201, "minutes": 601, "people": "many"}

    with pytest.raises(Invalid) as refusal:
        one(commands.arrange, session_id, wrong, {}, actor=people.support)
    assert list(refusal.value.errors.items()) == [
        ("minutes", "Enter a whole number from 15 to 600."),
        ("place", "Make this shorter: 200 characters at most, and it has 201."),
        ("link", "Enter a link that starts with https://."),
        ("people", "Enter a whole number from 1 to 500, or leave it empty."),
    ]
    with pytest.raises(Invalid) as refusal:
        held(one, people, session_id, held_on=TODAY + timedelta(days=1), head_count=0)
    assert list(refusal.value.errors.items()) == [
        ("held_on", "This date is still to come."),
        ("head_count", "Enter a whole number from 1 to 500."),
    ]


def test_a_value_from_before_a_limit_keeps_nobody_from_changing_another(one, people, look):
    request_id = a_request(one, people=800, newcomers=900)
    one(triage.decide, request_id, Move.ACCEPT, actor=people.support)
    session_id = look(queries.draft_of, request_id).session_id
    base = {"people": 800, "newcomers": 900, "place": ""}

    one(commands.arrange, session_id, base | {"place": "The old chapel"}, base, actor=people.support)

    seen = facts(look, session_id, people.support)
    assert (seen.people, seen.newcomers, seen.place) == (800, 900, "The old chapel")


def test_a_session_of_today_may_still_be_planned_for_today(one, people, look):
    assert facts(look, a_session(one, people, day=TODAY), people.support).day == TODAY


def test_naming_facilitators_makes_the_partnership_theirs_and_two_people_merge(one, people, look):
    session_id = a_session(one, people)
    with pytest.raises(NotFound):
        facts(look, session_id, people.facilitator)

    one(commands.name_facilitators, session_id, [people.facilitator.account_id], base=[], actor=people.support)
    one(commands.name_facilitators, session_id, [people.other_facilitator.account_id], base=[], actor=people.manager)
    assert [name for _, name in facts(look, session_id, people.facilitator).facilitators] == ["Facilitator", "Other facilitator"]

    both = [people.facilitator.account_id, people.other_facilitator.account_id]
    one(commands.name_facilitators, session_id, both[1:], base=both, actor=people.support)
    with pytest.raises(NotFound):
        facts(look, session_id, people.facilitator)


def test_only_people_with_a_facilitators_account_are_named(one, people):
    session_id = a_session(one, people)
    one(accounts.disable, people.other_facilitator.account_id, actor=people.admin)

    for wrong in (people.support, people.other_facilitator):
        with pytest.raises(Invalid) as refusal:
            one(commands.name_facilitators, session_id, [wrong.account_id], actor=people.support)
        assert list(refusal.value.errors) == ["facilitators"]


def test_a_cancelled_session_keeps_its_facts_takes_no_changes_and_comes_back(one, people, look):
    session_id = a_session(one, people, day=NEXT_WEEK)
    with pytest.raises(Invalid, match="problem"):
        one(commands.cancel, session_id, "  ", actor=people.support)
    one(commands.cancel, session_id, "The hall flooded", actor=people.support)

    seen = facts(look, session_id, people.support)
    assert (seen.state, seen.cancelled_why, seen.day) == (SessionState.CANCELLED, "The hall flooded", NEXT_WEEK)
    with pytest.raises(Refused, match="was cancelled"):
        one(commands.arrange, session_id, {"place": "Here"}, {"place": ""}, actor=people.support)
    with pytest.raises(Refused, match="was cancelled"):
        one(agenda_commands.add_item, session_id, title="A walk", actor=people.support)
    with pytest.raises(Refused, match="was cancelled"):
        held(one, people, session_id)

    one(commands.reopen, session_id, actor=people.support)
    seen = facts(look, session_id, people.support)
    assert (seen.state, seen.cancelled_why) == (SessionState.PLANNED, "")


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"held_on": None}, "held_on"),
        ({"held_on": TODAY + timedelta(days=1)}, "held_on"),
        ({"held_on": TODAY - timedelta(days=1)}, "held_on"),
        ({"head_count": None}, "head_count"),
        ({"head_count": 0}, "head_count"),
        ({"newcomers_came": 11}, "newcomers_came"),
        ({"newcomers_came": -1}, "newcomers_came"),
    ],
)
def test_a_session_cannot_be_held_like_this(one, people, look, said, field):
    session_id = a_session(one, people)  # they signed up today: yesterday is before that

    with pytest.raises(Invalid) as refusal:
        held(one, people, session_id, **said)

    assert list(refusal.value.errors) == [field]
    assert facts(look, session_id, people.support).held_on is None


def test_who_came_is_corrected_and_a_second_person_who_says_otherwise_sees_both(one, people, look):
    session_id = a_session(one, people, day=TODAY)
    held(one, people, session_id)
    held(one, people, session_id, head_count=11, base={"held_on": TODAY, "head_count": 10, "newcomers_came": 1})
    with pytest.raises(Conflict) as refusal:
        held(one, people, session_id, head_count=9, base={"held_on": TODAY, "head_count": 10, "newcomers_came": 1})

    assert refusal.value.clashes == {"head_count": (11, 9)}
    assert facts(look, session_id, people.support).head_count == 11
    with pytest.raises(Refused, match="was held"):
        one(commands.arrange, session_id, {"place": "Here"}, {"place": ""}, actor=people.support)
    with pytest.raises(Refused, match="was held"):
        one(commands.cancel, session_id, "Rain", actor=people.support)


def test_held_by_mistake_is_undone_until_it_was_written_up(one, people, look):
    session_id = a_session(one, people, day=TODAY)
    held(one, people, session_id)
    one(commands.undo_held, session_id, actor=people.support)
    seen = facts(look, session_id, people.support)
    assert (seen.state, seen.head_count, seen.newcomers_came) == (SessionState.PLANNED, None, None)

    one(commands.finish, session_id, held_on=TODAY, head_count=3, newcomers_came=None, actor=people.support)
    with pytest.raises(Refused, match="was written up"):
        one(commands.undo_held, session_id, actor=people.support)


def test_finishing_asks_who_came_and_makes_the_plan_in_one_gesture(one, people, look):
    session_id = a_session(one, people, day=TODAY, facilitator=people.facilitator)
    one(capture_commands.capture, session_id, "Ask the council #hubs", CaptureKind.ACTION, actor=people.facilitator)

    with pytest.raises(Invalid) as refusal:
        one(commands.finish, session_id, actor=people.facilitator)
    assert sorted(refusal.value.errors) == ["head_count", "held_on"]
    assert facts(look, session_id, people.support).finished_at is None

    plan_id = one(commands.finish, session_id, held_on=TODAY, head_count=10, newcomers_came=2, actor=people.facilitator)
    seen = facts(look, session_id, people.facilitator)
    assert (seen.plan_id, seen.held_on, seen.head_count) == (plan_id, TODAY, 10)
    assert seen.finished_at is not None


def test_finishing_again_adds_only_the_new_lines(one, people, look):
    session_id = a_session(one, people, day=TODAY)
    one(capture_commands.capture, session_id, "First", CaptureKind.ACTION, actor=people.support)
    plan_id = one(commands.finish, session_id, held_on=TODAY, head_count=10, newcomers_came=None, actor=people.support)
    one(capture_commands.capture, session_id, "Second", CaptureKind.ACTION, actor=people.support)

    assert [line.in_plan for line in look(capture_queries.lines, session_id, actor=people.support)] == [False, True]
    assert one(commands.finish, session_id, actor=people.support) == plan_id
    assert titles(plan_id) == ["First", "Second"]


def test_a_session_without_actions_is_finished_and_makes_no_plan(one, people, look):
    session_id = a_session(one, people, day=TODAY)
    one(capture_commands.capture, session_id, "We opened the hall", CaptureKind.ACHIEVEMENT, actor=people.support)

    assert one(commands.finish, session_id, held_on=TODAY, head_count=4, newcomers_came=0, actor=people.support) is None
    seen = facts(look, session_id, people.support)
    assert (seen.plan_id, seen.finished_at is not None) == (None, True)


def test_the_next_session_has_the_same_people_and_the_agenda_that_suits_a_second_one(one, people, look):
    first = a_session(one, people, day=TODAY, facilitator=people.facilitator, access_needs="A hearing loop")
    with pytest.raises(Refused, match="hasn't been held"):
        one(commands.draft_next, first, actor=people.facilitator)
    held(one, people, first)

    second = facts(look, one(commands.draft_next, first, actor=people.facilitator), people.facilitator)
    assert (second.state, second.people, second.access_needs) == (SessionState.DRAFT, 12, "A hearing loop")
    assert second.recipe == "Recharge: the second of two sessions"
    assert [name for _, name in second.facilitators] == ["Facilitator"]


def titles(plan_id):
    from sqlalchemy import select
    from sqlmodel import col

    from rr.plans.models import Action

    with db.reading() as session:
        return list(
            session.execute(select(col(Action.title)).where(col(Action.plan_id) == plan_id).order_by(col(Action.position))).scalars()
        )


# Who may

GESTURES = {  # in an order in which each can follow the one before
    "arrange": lambda one, number, who: one(commands.arrange, number, {"place": "Here"}, {"place": ""}, actor=who),
    "cancel": lambda one, number, who: one(commands.cancel, number, "Rain", actor=who),
    "bring back": lambda one, number, who: one(commands.reopen, number, actor=who),
    "capture": lambda one, number, who: one(capture_commands.capture, number, "A line", CaptureKind.IDEA, actor=who),
    "add an item": lambda one, number, who: one(agenda_commands.add_item, number, title="A walk", actor=who),
    "finish": lambda one, number, who: one(commands.finish, number, held_on=TODAY, head_count=3, actor=who),
    "plan the next": lambda one, number, who: one(commands.draft_next, number, actor=who),
    "name facilitators": lambda one, number, who: one(commands.name_facilitators, number, [], base=[], actor=who),
    "discard": lambda one, number, who: one(commands.discard_draft, number, actor=who),
}
OWN = set(GESTURES) - {"name facilitators", "discard"}


@pytest.mark.parametrize(
    ("who", "may"),
    [("support", set(GESTURES)), ("manager", set(GESTURES)), ("facilitator", OWN), ("other_facilitator", set()), ("admin", set())],
)
def test_who_may_do_what_with_a_session(one, people, who, may):
    session_id = a_session(one, people, facilitator=people.facilitator)
    refused = set()
    for gesture, run in GESTURES.items():
        try:
            run(one, session_id, getattr(people, who))
        except NotFound:
            refused.add(gesture)
        except Refused:  # they may, but it was edited since
            if gesture != "discard":
                raise

    assert set(GESTURES) - refused == may


def test_not_there_and_not_theirs_read_the_same(one, people, look):
    session_id = a_session(one, people, facilitator=people.other_facilitator)
    refusals = []
    for number in (session_id, session_id + 1000):
        with pytest.raises(NotFound) as refusal:
            one(commands.arrange, number, {"place": "Here"}, {"place": ""}, actor=people.facilitator)
        refusals.append((refusal.value.headline, refusal.value.way_forward))

    assert refusals[0] == refusals[1]


def test_a_draft_without_a_sign_up_is_there_too(one, people, look):
    with db.transaction() as session:
        row = SupportSession(partnership_id=9, minutes=120, made_at=datetime(2026, 11, 1, tzinfo=UTC))
        session.add(row)
        session.flush()
        number = row.id

    assert one(commands.finish, number, held_on=date(2026, 1, 5), head_count=3, newcomers_came=None, actor=SYSTEM) is None


def test_two_peoples_counts_that_contradict_each_other_are_refused(one, people, look):
    number = a_session(one, people)
    today = clock.today()
    one(commands.mark_held, number, held_on=today, head_count=10, newcomers_came=None, actor=people.support)
    seen = {"held_on": today, "head_count": 10, "newcomers_came": None}
    one(commands.mark_held, number, held_on=today, head_count=5, newcomers_came=None, base=seen, actor=people.manager)

    with pytest.raises(Invalid) as refusal:
        one(commands.mark_held, number, held_on=today, head_count=10, newcomers_came=8, base=seen, actor=people.support)

    assert list(refusal.value.errors) == ["newcomers_came"]
