"""Six-month action plans: statuses, reviews, and what is derived from facts and today (design 4; domain 6.1 to 6.3)."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, timedelta

from rr.days import add_months, forward
from rr.labels import Colour, Labelled

PLAN_MONTHS = 6
AT_RISK_BEFORE = timedelta(days=14)
NOT_KNOWN_AFTER = timedelta(days=42)
FEWEST_ACTIONS, MOST_ACTIONS = 5, 10


class ActionStatus(Labelled):
    """How an action goes. Set only by a person; `question` is what it asks in words, "" when nothing; `headline` is for the thread.

    Stuck is orange, not red: it asks for help and blames nobody (domain 6.3).
    """

    question: str
    headline: str

    NOT_STARTED = "not_started", "Not started", "radio_button_unchecked", "gray", "", "An action was set back to not started"
    GOING_WELL = "going_well", "Going well", "trending_up", "blue", "", "An action is going well"
    STUCK = "stuck", "Stuck", "support", "orange", "What would help?", "They are stuck"
    DONE = "done", "Done", "check_circle", "green", "What changed?", "An action is done"
    DROPPED = "dropped", "Dropped", "do_not_disturb_on", "gray", "Why was it dropped?", "An action was dropped"

    def __init__(self, value: str, label: str, icon: str, colour: Colour, question: str, headline: str) -> None:
        super().__init__(value, label, icon, colour)
        self.question, self.headline = question, headline


class Confidence(Labelled):
    """The answer to 'Are we confident this will be done by its date?' (domain 6.3)."""

    ON_TRACK = "on_track", "On track", "thumb_up", "green"
    AT_RISK = "at_risk", "At risk", "warning", "orange"
    OFF_TRACK = "off_track", "Off track", "report", "orange"


CLOSED = frozenset({ActionStatus.DONE, ActionStatus.DROPPED})


class ReviewKind(Labelled):
    SIX_WEEKS = "six_weeks", "Six weeks"
    THREE_MONTHS = "three_months", "Three months"
    SIX_MONTHS = "six_months", "Six months"


class Missing(Labelled):
    """A detail that an action needs; `several` counts more than one of it."""

    several: str

    LEAD = "lead", "lead", "leads"
    DUE = "due", "date", "dates"
    FIRST_STEP = "first_step", "first step", "first steps"
    SUPPORT = "support", "support needed", "support needed"

    def __init__(self, value: str, label: str, several: str) -> None:
        super().__init__(value, label)
        self.several = several


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


def suggested_confidence(status: ActionStatus, due: date | None, last_update_on: date | None, today: date) -> Confidence | None:
    """What to suggest while nobody has said how confident they are (domain 6.3). None reads "Not known".

    Suggest, never store. `last_update_on` is the latest update, review or message on the action; pass the day that the plan was
    agreed while there is none. A finished or undated action gets no suggestion, and none whose date has passed: that says it already.
    """
    if status in CLOSED or due is None or due < today:
        return None
    if status is ActionStatus.NOT_STARTED and due <= today + AT_RISK_BEFORE:
        return Confidence.AT_RISK
    if last_update_on is None or last_update_on <= today - NOT_KNOWN_AFTER:
        return None
    # Ours: after somebody said "stuck", the tool doesn't suggest that all is well.
    return Confidence.AT_RISK if status is ActionStatus.STUCK else Confidence.ON_TRACK


def missing(action: ActionFacts) -> tuple[Missing, ...]:
    """The details that an action still needs, in the order to ask for them; none once it is finished."""
    if action.status in CLOSED:
        return ()
    known = {
        Missing.LEAD: bool(action.lead.strip()),
        Missing.DUE: action.due is not None,
        Missing.FIRST_STEP: bool(action.first_step.strip()),
        Missing.SUPPORT: action.support_settled,
    }
    return tuple(detail for detail, is_known in known.items() if not is_known)


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


def tally(counts: Mapping[ActionStatus, int]) -> str:
    """ "2 done, 4 going well, 1 stuck": what was achieved comes first; "" without any action."""
    order = (ActionStatus.DONE, ActionStatus.GOING_WELL, ActionStatus.STUCK, ActionStatus.NOT_STARTED, ActionStatus.DROPPED)
    return ", ".join(f"{number:,} {status.label.lower()}" for status in order if (number := counts.get(status, 0)))
