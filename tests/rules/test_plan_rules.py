from datetime import date, timedelta

import pytest

from rr.labels import count
from rr.plans import rules, states
from rr.plans.rules import ActionFacts, ActionStatus, Confidence, Missing, ReviewKind
from rr.plans.states import PlanState, ReviewDue, Urgency

TODAY = date(2026, 11, 23)


def days(count):
    return timedelta(days=count)


@pytest.mark.parametrize(
    ("agreed_on", "expected"),
    [
        (date(2026, 8, 31), date(2027, 2, 28)),
        (date(2027, 8, 31), date(2028, 2, 29)),
        (date(2026, 11, 22), date(2027, 5, 22)),
    ],
)
def test_a_plan_ends_six_calendar_months_after_it_was_agreed_even_on_a_weekend(agreed_on, expected):
    assert rules.ends_on(agreed_on) == expected


def test_reviews_fall_six_weeks_three_months_and_six_months_on():
    assert rules.reviews(date(2026, 11, 17)) == [
        (ReviewKind.SIX_WEEKS, date(2026, 12, 29)),
        (ReviewKind.THREE_MONTHS, date(2027, 2, 17)),
        (ReviewKind.SIX_MONTHS, date(2027, 5, 17)),
    ]


def test_reviews_move_forward_off_weekends_bank_holidays_and_closed_days():
    closed = frozenset({date(2026, 12, 29), date(2026, 12, 30)})

    assert rules.reviews(date(2026, 11, 14), closed) == [
        (ReviewKind.SIX_WEEKS, date(2026, 12, 31)),  # Saturday 26 December, then the holidays, then two closed days
        (ReviewKind.THREE_MONTHS, date(2027, 2, 15)),  # Sunday
        (ReviewKind.SIX_MONTHS, date(2027, 5, 14)),
    ]


@pytest.mark.parametrize(
    ("agreed_on", "closed_on", "expected"),
    [
        (None, None, PlanState.DRAFT),
        (TODAY, None, PlanState.AGREED),
        (TODAY, TODAY, PlanState.CLOSED),
        (None, TODAY, PlanState.CLOSED),
    ],
)
def test_a_plans_state_follows_from_its_dates(agreed_on, closed_on, expected):
    assert states.plan_state(agreed_on, closed_on) is expected


@pytest.mark.parametrize(
    ("status", "due", "expected"),
    [
        (ActionStatus.NOT_STARTED, TODAY - days(1), Urgency.OVERDUE),
        (ActionStatus.GOING_WELL, TODAY, Urgency.SOON),
        (ActionStatus.STUCK, TODAY + days(7), Urgency.SOON),
        (ActionStatus.STUCK, TODAY + days(8), Urgency.LATER),
        (ActionStatus.NOT_STARTED, None, Urgency.NONE),
        (ActionStatus.DONE, TODAY - days(1), Urgency.NONE),
        (ActionStatus.DROPPED, TODAY - days(1), Urgency.NONE),
    ],
)
def test_urgency_follows_from_the_date_unless_the_action_is_finished(status, due, expected):
    assert states.urgency(status, due, TODAY) is expected


@pytest.mark.parametrize(
    ("status", "due", "last_update_on", "expected"),
    [
        pytest.param(ActionStatus.GOING_WELL, TODAY - days(1), TODAY, None, id="overdue, which its date says"),
        pytest.param(ActionStatus.NOT_STARTED, TODAY + days(14), TODAY, Confidence.AT_RISK, id="near and not started"),
        pytest.param(ActionStatus.NOT_STARTED, TODAY + days(15), TODAY, Confidence.ON_TRACK, id="not so near"),
        pytest.param(ActionStatus.GOING_WELL, TODAY + days(14), TODAY, Confidence.ON_TRACK, id="near and going well"),
        pytest.param(ActionStatus.GOING_WELL, TODAY, TODAY, Confidence.ON_TRACK, id="due today"),
        pytest.param(ActionStatus.GOING_WELL, TODAY + days(60), TODAY - days(41), Confidence.ON_TRACK, id="41 days without word"),
        pytest.param(ActionStatus.GOING_WELL, TODAY + days(60), TODAY - days(42), None, id="42 days without an update"),
        pytest.param(ActionStatus.GOING_WELL, TODAY + days(60), None, None, id="never an update"),
        pytest.param(ActionStatus.STUCK, TODAY + days(60), TODAY, Confidence.AT_RISK, id="stuck"),
        pytest.param(ActionStatus.DONE, TODAY - days(1), TODAY, None, id="done"),
        pytest.param(ActionStatus.DROPPED, TODAY + days(1), TODAY, None, id="dropped"),
        pytest.param(ActionStatus.GOING_WELL, None, TODAY, None, id="without a date"),
    ],
)
def test_confidence_is_suggested_from_the_facts(status, due, last_update_on, expected):
    assert rules.suggested_confidence(status, due, last_update_on, TODAY) is expected


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        (ActionFacts(" ", None, "", support_settled=False), (Missing.LEAD, Missing.DUE, Missing.FIRST_STEP, Missing.SUPPORT)),
        (ActionFacts("Chair", TODAY, "Ring them", support_settled=True), ()),
        (ActionFacts("Chair", None, "Ring them", support_settled=True), (Missing.DUE,)),
        (ActionFacts("", TODAY, "Ring them", support_settled=False), (Missing.LEAD, Missing.SUPPORT)),
        (ActionFacts("", None, "", support_settled=False, status=ActionStatus.DONE), ()),
        (ActionFacts("", None, "", support_settled=False, status=ActionStatus.DROPPED), ()),
    ],
)
def test_an_open_action_asks_for_what_it_lacks(action, expected):
    assert rules.missing(action) == expected


def test_missing_details_are_counted_in_words():
    assert [(count(1, detail.label, detail.several), count(2, detail.label, detail.several)) for detail in Missing] == [
        ("1 lead", "2 leads"),
        ("1 date", "2 dates"),
        ("1 first step", "2 first steps"),
        ("1 support needed", "2 support needed"),
    ]


@pytest.mark.parametrize(
    ("last_update_on", "agreed_on", "closed_on", "expected"),
    [
        (None, TODAY - days(30), None, 30),
        (None, TODAY - days(29), None, None),
        (TODAY - days(30), TODAY - days(90), None, 30),
        (TODAY - days(29), TODAY - days(90), None, None),
        (TODAY - days(90), TODAY - days(1), None, None),
        (None, None, None, None),
        (None, TODAY - days(90), TODAY, None),
    ],
)
def test_a_plan_is_silent_after_thirty_days_without_an_update(last_update_on, agreed_on, closed_on, expected):
    assert states.silent_days(last_update_on, agreed_on, TODAY, closed_on=closed_on) == expected


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (ActionStatus.STUCK, "What would help?"),
        (ActionStatus.DONE, "What changed?"),
        (ActionStatus.DROPPED, "Why was it dropped?"),
        (ActionStatus.GOING_WELL, ""),
        (ActionStatus.NOT_STARTED, ""),
    ],
)
def test_a_status_asks_its_question(status, expected):
    assert status.question == expected


@pytest.mark.parametrize(
    ("actions", "expected"),
    [
        (0, "No actions yet. 5 to 10 are achievable in six months."),
        (1, "1 action so far. 5 to 10 are achievable in six months."),
        (4, "4 actions so far. 5 to 10 are achievable in six months."),
        (5, ""),
        (10, ""),
        (11, "11 actions are a lot for six months. 5 to 10 are achievable: which can wait?"),
    ],
)
def test_five_to_ten_actions_are_advised(actions, expected):
    assert rules.achievable(actions) == expected


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ({}, ""),
        ({ActionStatus.STUCK: 1}, "1 stuck"),
        (dict.fromkeys(ActionStatus, 2), "2 done, 2 going well, 2 stuck, 2 not started, 2 dropped"),
        ({ActionStatus.DONE: 1200, ActionStatus.STUCK: 0}, "1,200 done"),
    ],
)
def test_statuses_are_counted_with_what_was_achieved_first(counts, expected):
    assert rules.tally(counts) == expected


@pytest.mark.parametrize(
    ("next_review_on", "closed_on", "expected"),
    [
        (TODAY - days(1), None, ReviewDue.OVERDUE),
        (TODAY, None, ReviewDue.SOON),
        (TODAY + days(7), None, ReviewDue.SOON),
        (TODAY + days(8), None, ReviewDue.LATER),
        (TODAY - days(1), TODAY, None),
        (None, None, None),
    ],
)
def test_a_plans_next_review_is_due_unless_it_is_closed(next_review_on, closed_on, expected):
    assert states.next_review_due(next_review_on, closed_on, TODAY) is expected


def test_every_action_status_has_a_look_of_its_own():
    assert len({status.icon for status in ActionStatus}) == len(ActionStatus)
    assert {status.colour for status in ActionStatus} <= {"gray", "blue", "orange", "green"}
