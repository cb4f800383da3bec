"""What of a plan or an action is sent as a row of a list."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from rr.plans.actions.queries import ActionRow
from rr.plans.lists import PlanCounts, PlanRow
from rr.plans.rules import ActionStatus
from rr.plans.states import PlanState, ReviewDue, Urgency
from rr.ui.kit.rows import Badge, Row, to
from rr.ui.plans import listing

TODAY = date(2026, 11, 18)


A_DRAFT = PlanRow(
    id=7,
    partnership="Whitley Bay",
    region="North East",
    contact="",
    state=PlanState.DRAFT,
    agreed_on=None,
    ends_on=None,
    closed_on=None,
    counts={},
    overdue=0,
    next_review_on=None,
    review=None,
    last_update_on=None,
    silent_days=None,
)
AGREED = replace(A_DRAFT, state=PlanState.AGREED, agreed_on=date(2026, 9, 1), ends_on=date(2027, 3, 1), contact="Fay Miller")
LATE = {"overdue": 2, "next_review_on": date(2026, 11, 10), "review": ReviewDue.OVERDUE, "silent_days": 77}


@pytest.mark.parametrize(
    ("plan", "detail", "badges"),
    [
        (A_DRAFT, "North East · No plan contact · no actions yet", [("Draft", "gray")]),
        (
            replace(AGREED, counts={ActionStatus.NOT_STARTED: 4, ActionStatus.DONE: 1}, **LATE),
            "North East · Fay Miller · 1 done, 4 not started",
            [("Agreed", "green"), ("No update for 77 days", "orange"), ("2 overdue", "orange"), ("Review overdue", "orange")],
        ),
        (
            replace(AGREED, counts={ActionStatus.STUCK: 1}, next_review_on=TODAY, review=ReviewDue.SOON),
            "North East · Fay Miller · 1 stuck",
            [("Agreed", "green"), ("Review this week", "gray")],
        ),
        (
            replace(AGREED, counts={ActionStatus.STUCK: 1}, next_review_on=date(2026, 12, 1), review=ReviewDue.LATER),
            "North East · Fay Miller · 1 stuck · next review 1 December 2026",
            [("Agreed", "green")],
        ),
        (replace(AGREED, counts={ActionStatus.STUCK: 1}), "North East · Fay Miller · 1 stuck · ends 1 March 2027", [("Agreed", "green")]),
        (
            replace(AGREED, state=PlanState.CLOSED, counts={ActionStatus.DONE: 3}, closed_on=date(2026, 10, 1)),
            "North East · Fay Miller · 3 done · closed 1 October 2026",
            [("Closed", "gray")],
        ),
    ],
)
def test_a_plan_says_where_it_stands_and_what_comes_next(plan, detail, badges):
    row = listing.plan_row(plan)

    assert (row.id, row.heading, row.target, row.detail) == (7, "Whitley Bay", to("plan", id=7), (detail,))
    assert [(badge.words, badge.colour) for badge in row.badges] == badges


AN_ACTION = ActionRow(
    id=3,
    plan_id=7,
    partnership="Whitley Bay",
    title="Ask Locality",
    lead="",
    due=None,
    status=ActionStatus.NOT_STARTED,
    urgency=Urgency.NONE,
    topic_label="",
    support_waiting=0,
    status_on=None,
    words="",
)


def test_an_action_without_anything_yet_says_so():
    assert listing.action_row(AN_ACTION, TODAY) == Row(
        3,
        "Ask Locality",
        to("plan", id=7),
        detail=("Whitley Bay · No lead · no date",),
        badges=(Badge("Not started", "gray", "radio_button_unchecked"),),
    )


def test_an_action_says_who_leads_by_when_and_what_was_said_last():
    words = "*We wait* for the council. " * 20
    overdue = {"due": TODAY - timedelta(days=3), "urgency": Urgency.OVERDUE, "status": ActionStatus.STUCK}
    row = listing.action_row(replace(AN_ACTION, lead="Maureen", support_waiting=2, words=words, **overdue), TODAY)

    assert row.detail == ("Whitley Bay · Lead: Maureen · by 15 November 2026",)
    assert (row.words[:26], row.words[-2:], len(row.words) <= listing.SHOWN_WORDS + 3) == ("“*We wait* for the council", "…”", True)
    assert [badge.words for badge in row.badges] == ["Stuck", "Due 3 days ago", "Support needed"]


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        (PlanCounts(0, 0), "0 plans are under way."),
        (PlanCounts(1, 1), "1 plan is under way. 1 has had no update for 30 days."),
        (PlanCounts(12, 3), "12 plans are under way. 3 have had no update for 30 days."),
    ],
)
def test_the_sentence_counts_plans_and_silent_ones(counts, expected):
    assert listing.sentence(counts) == expected
