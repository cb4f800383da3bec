"""Sentences that the program makes of numbers and of people's words, for none, one, two and many of each."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from rr.labels import count, sentence, share
from rr.needs.queries import NeedList
from rr.partnerships.rules import Stage
from rr.plans.lists import PlanCounts
from rr.plans.rules import ActionStatus, achievable, tally
from rr.sessions import history as sessions
from rr.sessions.rules import CaptureKind, ItemFacts, warnings
from rr.sessions.states import SessionStage
from rr.story.areas import AreaList
from rr.toolkit.queries import ActivityList
from rr.ui.needs import listing as needs
from rr.ui.plans import listing as plans
from rr.ui.plans import words
from rr.ui.sessions import details
from rr.ui.sessions import listing as session_list
from rr.ui.story import areas
from rr.ui.toolkit import listing as toolkit

TODAY = date(2026, 11, 18)
MANY = 1234


@pytest.mark.parametrize(
    ("number", "total", "said"),
    [
        (0, 1, "0 of 1 plan is"),
        (1, 1, "1 of 1 plan is"),
        (0, 2, "0 of 2 plans are"),
        (1, 2, "1 of 2 plans is"),
        (2, 2, "2 of 2 plans are"),
        (MANY, 2 * MANY, "1,234 of 2,468 plans are"),
        (0, 0, "0 of 0 plans are"),
    ],
)
def test_some_of_all(number: int, total: int, said: str) -> None:
    assert share(number, total, "plan", "is", "are") == said


@pytest.mark.parametrize(("number", "said"), [(0, "0 people"), (1, "1 person"), (2, "2 people"), (MANY, "1,234 people")])
def test_so_many(number: int, said: str) -> None:
    assert count(number, "person", "people") == said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("They carry on", "They carry on."),
        ("They carry on.", "They carry on."),
        ("They carry on. ", "They carry on."),
        ("Is it over?", "Is it over?"),
        ("At last!", "At last!"),
        ("And so on…", "And so on…"),
        ("And so on...", "And so on..."),
        ("They said “never again.”", "They said “never again.”"),
        ("They said “never again”", "They said “never again”."),
        ("Moved (see the notes.)", "Moved (see the notes.)"),
        ("The hall (upstairs)", "The hall (upstairs)."),
        ("St John's, Market St.", "St John's, Market St."),
        ("", ""),
        (" ", ""),
    ],
)
def test_peoples_words_end_with_one_stop(words: str, said: str) -> None:
    assert sentence(words) == said


@pytest.mark.parametrize(
    ("signed_up", "total", "said"),
    [
        (0, 0, ""),
        (0, 1, "0 of 1 partnership has signed up. Search forgives spelling."),
        (1, 1, "1 of 1 partnership has signed up. Search forgives spelling."),
        (1, 2, "1 of 2 partnerships has signed up. Search forgives spelling."),
        (2, 2, "2 of 2 partnerships have signed up. Search forgives spelling."),
        (66, 150, "66 of 150 partnerships have signed up. Search forgives spelling."),
    ],
)
def test_how_many_partnerships_signed_up(signed_up: int, total: int, said: str) -> None:
    counts = dict.fromkeys(Stage, 0) | {Stage.NOT_REACHED: total - signed_up, Stage.PLAN_AGREED: signed_up}

    assert areas.sentence(AreaList((), total, 1, 50, counts)) == said


@pytest.mark.parametrize(
    ("waiting", "found", "every", "said"),
    [
        (0, 0, 0, "0 needs wait for a support partner."),
        (1, 0, 1, "1 need waits for a support partner."),
        (0, 1, 1, "0 needs wait for a support partner. Support was found for 1 of 1."),
        (2, 1, 3, "2 needs wait for a support partner. Support was found for 1 of 3."),
        (MANY, MANY, 2 * MANY, "1,234 needs wait for a support partner. Support was found for 1,234 of 2,468."),
    ],
)
def test_how_much_support_is_needed(waiting: int, found: int, every: int, said: str) -> None:
    assert needs.sentence(NeedList((), every, 1, 20, every, waiting, found)) == said


@pytest.mark.parametrize(
    ("fit", "every", "said"),
    [
        (0, 0, "0 activities for sessions."),
        (1, 1, "1 activity for sessions."),
        (0, 2, "0 of 2 activities fit these filters."),
        (1, 2, "1 of 2 activities fits these filters."),
        (40, 40, "40 activities for sessions."),
        (12, 40, "12 of 40 activities fit these filters."),
    ],
)
def test_how_many_activities_there_are(fit: int, every: int, said: str) -> None:
    assert toolkit.sentence(ActivityList((), fit, 1, 50, every)) == said


@pytest.mark.parametrize(
    ("agreed", "silent", "said"),
    [
        (0, 0, "0 plans are under way."),
        (1, 0, "1 plan is under way."),
        (1, 1, "1 plan is under way. 1 has had no update for 30 days."),
        (2, 2, "2 plans are under way. 2 have had no update for 30 days."),
    ],
)
def test_how_many_plans_are_under_way(agreed: int, silent: int, said: str) -> None:
    assert plans.sentence(PlanCounts(agreed, silent)) == said


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ({}, "No actions yet"),
        ({ActionStatus.DONE: 1}, "1 action: 1 done"),
        ({ActionStatus.DONE: 1, ActionStatus.STUCK: 1}, "2 actions: 1 done, 1 stuck"),
        ({ActionStatus.NOT_STARTED: 12}, "12 actions: 12 not started"),
    ],
)
def test_how_a_plan_goes(counts: dict[ActionStatus, int], said: str) -> None:
    assert words.progress(counts) == said
    assert tally(counts) == said.partition(": ")[2]


@pytest.mark.parametrize(
    ("actions", "said"),
    [
        (0, "No actions yet. 5 to 10 are achievable in six months."),
        (1, "1 action so far. 5 to 10 are achievable in six months."),
        (2, "2 actions so far. 5 to 10 are achievable in six months."),
        (5, ""),
        (11, "11 actions are a lot for six months. 5 to 10 are achievable: which can wait?"),
    ],
)
def test_how_many_actions_are_achievable(actions: int, said: str) -> None:
    assert achievable(actions) == said


@pytest.mark.parametrize(
    ("to_write_up", "to_schedule", "coming", "said"),
    [
        (0, 0, 0, "Nothing to write up or to schedule, and no session is coming up."),
        (1, 0, 0, "1 session is over and not written up."),
        (2, 1, 0, "2 sessions are over and not written up and 1 has no date yet."),
        (1, 2, 1, "1 session is over and not written up, 2 have no date yet and 1 is coming up."),
        (0, 0, MANY, "1,234 sessions are coming up."),
    ],
)
def test_what_is_to_do_about_sessions(to_write_up: int, to_schedule: int, coming: int, said: str) -> None:
    counts = dict.fromkeys(SessionStage, 0)
    counts |= {SessionStage.TO_FINISH: to_write_up, SessionStage.TO_ARRANGE: to_schedule, SessionStage.COMING: coming}

    assert session_list.summary(counts) == said


@pytest.mark.parametrize(
    ("came", "said"),
    [
        (None, "Held on 18 November 2026. It is not written up yet."),
        (0, "Held on 18 November 2026 with 0 people. It is not written up yet."),
        (1, "Held on 18 November 2026 with 1 person. It is not written up yet."),
        (12, "Held on 18 November 2026 with 12 people. It is not written up yet."),
    ],
)
def test_how_many_came_to_a_session(came: int | None, said: str) -> None:
    held: Any = SimpleNamespace(held_on=TODAY, head_count=came, stage=lambda _today: SessionStage.TO_FINISH)

    assert details.summary(held, TODAY) == said


@pytest.mark.parametrize(
    ("row", "captured", "said"),
    [
        ({}, {}, ""),
        ({"head_count": 1}, {}, "1 person."),
        ({"head_count": 2, "newcomers_came": 1, "place": "The hall, Market St."}, {}, "2 people, 1 of them new, The hall, Market St."),
        ({"place": "The hall"}, {CaptureKind.ACTION: 1, CaptureKind.IDEA: 2}, "The hall. 2 ideas, 1 action."),
    ],
)
def test_what_came_out_of_a_session(row: dict[str, Any], captured: dict[CaptureKind, int], said: str) -> None:
    held = SimpleNamespace(**{"head_count": None, "newcomers_came": None, "place": ""} | row)

    assert sorted(sessions._held(held, captured).split(". ")) == sorted(said.split(". "))


@pytest.mark.parametrize(
    ("least", "expected", "said"),
    [
        (1, 0, "“River” needs at least 1 person; 0 people are expected."),
        (2, 1, "“River” needs at least 2 people; 1 person is expected."),
        (6, 2, "“River” needs at least 6 people; 2 people are expected."),
    ],
)
def test_an_activity_for_more_people(least: int, expected: int, said: str) -> None:
    item = ItemFacts(title="River", minutes=2, is_break=False, closes=True, has_lead=True, group_from=least, group_to=None)

    assert [line for line in warnings([item], booked_minutes=1, people=expected) if "needs" in line] == [said]
    assert "The agenda takes 2 minutes; 1 is booked." in warnings([item], booked_minutes=1, people=expected)


@pytest.mark.parametrize(
    ("why", "said"), [("It carries on.", "Reason: It carries on."), ("Moved", "Reason: Moved."), ("Why?", "Reason: Why?")]
)
def test_why_a_plan_was_closed(why: str, said: str) -> None:
    plan: Any = SimpleNamespace(agreed_on=TODAY, ends_on=TODAY, closed_on=TODAY, actions=(), counts={}, closed_why=why, silent_days=None)

    assert words.status(plan).replace("\\", "").endswith(said)
