"""Six-month action plans: statuses, reviews, and what is derived from facts and today (design 4; domain 6.1 to 6.3)."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, timedelta

from rr.days import add_months, forward
from rr.labels import Labelled

PLAN_MONTHS = 6
SOON = timedelta(days=7)
AT_RISK_BEFORE = timedelta(days=14)
NOT_KNOWN_AFTER = timedelta(days=42)
NO_WORD_DAYS = 30
FEWEST_ACTIONS, MOST_ACTIONS = 5, 10


class ActionStatus(Labelled):
    """Set only by a person. Icons are Material icon names, colours Streamlit's badge colours."""

    NOT_STARTED = "not_started", "Not started"
    GOING_WELL = "going_well", "Going well"
    STUCK = "stuck", "Stuck"
    DONE = "done", "Done"
    DROPPED = "dropped", "Dropped"

    @property
    def icon(self) -> str:
        return LOOKS[self][0]

    @property
    def colour(self) -> str:
        return LOOKS[self][1]


# Stuck is orange, not red: it asks for help and blames nobody (domain 6.3).
LOOKS = {
    ActionStatus.NOT_STARTED: ("radio_button_unchecked", "gray"),
    ActionStatus.GOING_WELL: ("trending_up", "blue"),
    ActionStatus.STUCK: ("support", "orange"),
    ActionStatus.DONE: ("check_circle", "green"),
    ActionStatus.DROPPED: ("do_not_disturb_on", "gray"),
}

CLOSED = frozenset({ActionStatus.DONE, ActionStatus.DROPPED})

QUESTIONS = {
    ActionStatus.STUCK: "What would help?",
    ActionStatus.DONE: "What changed?",
    ActionStatus.DROPPED: "Why was it dropped?",
}


class Confidence(Labelled):
    """The answer to 'Are we confident this will be done by its date?' (domain 6.3)."""

    ON_TRACK = "on_track", "On track"
    AT_RISK = "at_risk", "At risk"
    OFF_TRACK = "off_track", "Off track"


class ReviewKind(Labelled):
    SIX_WEEKS = "six_weeks", "Six weeks"
    THREE_MONTHS = "three_months", "Three months"
    SIX_MONTHS = "six_months", "Six months"


class PlanState(Labelled):
    DRAFT = "draft", "Draft"
    AGREED = "agreed", "Agreed"
    CLOSED = "closed", "Closed"


class Urgency(Labelled):
    NONE = "none", "Nothing due"
    LATER = "later", "Later"
    SOON = "soon", "Due soon"
    OVERDUE = "overdue", "Overdue"


class Missing(Labelled):
    LEAD = "lead", "Who leads?"
    DUE = "due", "By when?"
    FIRST_STEP = "first_step", "What is the first step?"
    SUPPORT = "support", "What support is needed?"


@dataclass(frozen=True)
class ActionFacts:
    """What `missing` looks at. `support_settled`: some support is named, or somebody said that none is needed."""

    lead: str
    due: date | None
    first_step: str
    support_settled: bool
    status: ActionStatus = ActionStatus.NOT_STARTED


def ends_on(agreed_on: date) -> date:
    """Six calendar months after it was agreed. The end never moves off a weekend or holiday (design 4)."""
    return add_months(agreed_on, PLAN_MONTHS)


def reviews(agreed_on: date, closed_days: AbstractSet[date] = frozenset()) -> list[tuple[ReviewKind, date]]:
    """The plan's reviews in order, each moved forward to a working day that isn't one of the closed days (domain 6.2)."""
    due = [
        (ReviewKind.SIX_WEEKS, agreed_on + timedelta(weeks=6)),
        (ReviewKind.THREE_MONTHS, add_months(agreed_on, 3)),
        (ReviewKind.SIX_MONTHS, add_months(agreed_on, 6)),
    ]
    return [(kind, forward(day, closed_days)) for kind, day in due]


def plan_state(agreed_on: date | None, closed_on: date | None) -> PlanState:
    if closed_on is not None:
        return PlanState.CLOSED
    return PlanState.DRAFT if agreed_on is None else PlanState.AGREED


def urgency(status: ActionStatus, due: date | None, today: date) -> Urgency:
    """How near an action's date is: soon is within 7 days, today included; a finished or undated action has none."""
    if status in CLOSED or due is None:
        return Urgency.NONE
    if due < today:
        return Urgency.OVERDUE
    return Urgency.SOON if due <= today + SOON else Urgency.LATER


def suggested_confidence(status: ActionStatus, due: date | None, last_word_on: date | None, today: date) -> Confidence | None:
    """What to suggest while nobody has said how confident they are (domain 6.3). None reads "Not known".

    Suggest, never store. `last_word_on` is the latest update, review or message on the action; pass the day that the plan was
    agreed while there is none. A finished or undated action gets no suggestion.
    """
    if status in CLOSED or due is None:
        return None
    if due < today:
        return Confidence.OFF_TRACK
    if status is ActionStatus.NOT_STARTED and due <= today + AT_RISK_BEFORE:
        return Confidence.AT_RISK
    if last_word_on is None or last_word_on <= today - NOT_KNOWN_AFTER:
        return None
    # Ours: after somebody said "stuck", the tool doesn't suggest that all is well.
    return Confidence.AT_RISK if status is ActionStatus.STUCK else Confidence.ON_TRACK


def missing(action: ActionFacts) -> tuple[Missing, ...]:
    """What the partnership still has to say about an action, in the order to ask it; nothing once the action is finished."""
    if action.status in CLOSED:
        return ()
    said = {
        Missing.LEAD: bool(action.lead.strip()),
        Missing.DUE: action.due is not None,
        Missing.FIRST_STEP: bool(action.first_step.strip()),
        Missing.SUPPORT: action.support_settled,
    }
    return tuple(gap for gap, known in said.items() if not known)


def silent(last_word_on: date | None, agreed_on: date | None, today: date, *, closed_on: date | None = None) -> bool:
    """An agreed, open plan without word for 30 days. Word is an update, a review or a message; an edit is not (design 4)."""
    if agreed_on is None or closed_on is not None:
        return False
    heard_on = max(agreed_on, last_word_on or agreed_on)
    return (today - heard_on).days >= NO_WORD_DAYS


def needs_words(status: ActionStatus) -> str:
    """The question that a person answers in words with this status; "" when none is asked."""
    return QUESTIONS.get(status, "")


def achievable(actions: int) -> str:
    """Advice on the number of actions, "" between 5 and 10 (domain 6.1). Advice only: it never blocks."""
    if FEWEST_ACTIONS <= actions <= MOST_ACTIONS:
        return ""
    if actions == 0:
        return f"No actions yet. {FEWEST_ACTIONS} to {MOST_ACTIONS} are achievable in six months."
    if actions < FEWEST_ACTIONS:
        so_far = "1 action" if actions == 1 else f"{actions} actions"
        return f"{so_far} so far. {FEWEST_ACTIONS} to {MOST_ACTIONS} are achievable in six months."
    return f"{actions} actions are a lot for six months. {FEWEST_ACTIONS} to {MOST_ACTIONS} are achievable: which can wait?"
