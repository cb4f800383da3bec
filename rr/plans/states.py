"""What the stored facts of plans mean today: each state once in Python, and beside it the condition that finds the same rows in SQL."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, or_, select
from sqlmodel import col

from rr.base import choice
from rr.labels import Labelled
from rr.plans.models import Action, ActionPlan, Review
from rr.plans.rules import CLOSED, ActionStatus

SOON = timedelta(days=7)
SILENT_DAYS = 30

Condition = ColumnElement[bool]


class PlanState(Labelled):
    DRAFT = "draft", "Draft", "edit_note"
    AGREED = "agreed", "Agreed", "handshake", "green"
    CLOSED = "closed", "Closed", "inventory_2"


class Urgency(Labelled):
    NONE = "none", "Nothing due"
    LATER = "later", "Later"
    SOON = "soon", "Due soon"
    OVERDUE = "overdue", "Overdue"


class ReviewDue(Labelled):
    """How near a review is that is still to be held."""

    OVERDUE = "overdue", "Review overdue"
    SOON = "soon", "Review this week"
    LATER = "later", "Later"


def plan_state(agreed_on: date | None, closed_on: date | None) -> PlanState:
    if closed_on is not None:
        return PlanState.CLOSED
    return PlanState.DRAFT if agreed_on is None else PlanState.AGREED


def where_plan_state(wanted: PlanState) -> Condition:
    agreed, closed = col(ActionPlan.agreed_on).is_not(None), col(ActionPlan.closed_on).is_not(None)
    return {
        PlanState.DRAFT: and_(~closed, ~agreed),
        PlanState.AGREED: and_(~closed, agreed),
        PlanState.CLOSED: closed,
    }[wanted]


def is_open(status: ActionStatus) -> bool:
    """Whether an action is still to be done."""
    return status not in CLOSED


def where_open() -> Condition:
    """Written with the statuses in it, not as parameters: an index that holds open actions alone is only found by the same words."""
    closed = bindparam("closed", sorted(CLOSED), type_=choice(ActionStatus), expanding=True, literal_execute=True, unique=True)
    return col(Action.status).not_in(closed)


def is_current(status: ActionStatus, closed_on: date | None) -> bool:
    """Whether somebody can still act on an action: it is open, and so is its plan. `closed_on` is the plan's."""
    return is_open(status) and closed_on is None


def where_in_open_plan() -> Condition:
    """The plan is looked up for each action, so that an index's order of actions stays."""
    plan = select(col(ActionPlan.id)).where(col(ActionPlan.id) == col(Action.plan_id), col(ActionPlan.closed_on).is_(None))
    return plan.correlate(Action).exists()


def where_current() -> Condition:
    return and_(where_open(), where_in_open_plan())


def where_left() -> Condition:
    """Actions that were open when their plan was closed: done or dropped they are not, and nobody will do them there."""
    return and_(where_open(), col(Action.plan_id).in_(select(col(ActionPlan.id)).where(col(ActionPlan.closed_on).is_not(None))))


def urgency(status: ActionStatus, due: date | None, today: date) -> Urgency:
    """How near an action's date is: soon is within 7 days, today included; a finished or undated action has none."""
    if not is_open(status) or due is None:
        return Urgency.NONE
    if due < today:
        return Urgency.OVERDUE
    return Urgency.SOON if due <= today + SOON else Urgency.LATER


def where_urgency(wanted: Urgency, today: date) -> Condition:
    due, open_ = col(Action.due), and_(where_open(), col(Action.due).is_not(None))
    return {
        Urgency.NONE: ~open_,
        Urgency.OVERDUE: and_(open_, due < today),
        Urgency.SOON: and_(open_, due.between(today, today + SOON)),
        Urgency.LATER: and_(open_, due > today + SOON),
    }[wanted]


def review_due(due_on: date, held_on: date | None, today: date) -> ReviewDue | None:
    """How near a review is; None once it was held. Soon is within 7 days, today included."""
    if held_on is not None:
        return None
    if due_on < today:
        return ReviewDue.OVERDUE
    return ReviewDue.SOON if due_on <= today + SOON else ReviewDue.LATER


def where_review_due(wanted: ReviewDue, today: date) -> Condition:
    return and_(col(Review.held_on).is_(None), _near(col(Review.due_on), wanted, today))


def _near(due_on: Any, wanted: ReviewDue, today: date) -> Condition:
    return {
        ReviewDue.OVERDUE: due_on < today,
        ReviewDue.SOON: due_on.between(today, today + SOON),
        ReviewDue.LATER: due_on > today + SOON,
    }[wanted]


def next_review(reviews: Iterable[tuple[date, date | None]]) -> date | None:
    """The day of the earliest review (due on, held on) that is still to be held. A plan repeats it in `next_review_on`."""
    return min((due_on for due_on, held_on in reviews if held_on is None), default=None)


def next_review_due(next_review_on: date | None, closed_on: date | None, today: date) -> ReviewDue | None:
    """How near a plan's next review is; None for a plan that has none, or is closed."""
    if next_review_on is None or closed_on is not None:
        return None
    return review_due(next_review_on, None, today)


def where_next_review_due(wanted: ReviewDue, today: date) -> Condition:
    return and_(col(ActionPlan.closed_on).is_(None), _near(col(ActionPlan.next_review_on), wanted, today))


def silent_days(last_update_on: date | None, agreed_on: date | None, today: date, *, closed_on: date | None = None) -> int | None:
    """Days without an update on an agreed, open plan, once they are 30, else None. A held review or a message counts, an edit doesn't."""
    if agreed_on is None or closed_on is not None:
        return None
    days = (today - max(agreed_on, last_update_on or agreed_on)).days
    return days if days >= SILENT_DAYS else None


def where_silent(today: date) -> Condition:
    """Plans that `silent_days` counts, by what each plan repeats of its updates and reviews (rr/plans/roll_up.py)."""
    last_day = today - timedelta(days=SILENT_DAYS)
    last_update_on = col(ActionPlan.last_update_on)
    silent = or_(last_update_on.is_(None), last_update_on <= last_day)
    return and_(where_plan_state(PlanState.AGREED), col(ActionPlan.agreed_on) <= last_day, silent)
