"""What the stored facts of plans mean today: each state once in Python, and beside it the condition that finds the same rows in SQL."""

from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, and_, or_, select
from sqlmodel import col

from rr.clock import LONDON
from rr.labels import Labelled
from rr.plans.models import Action, ActionPlan, ActionUpdate, Review
from rr.plans.rules import CLOSED, ActionStatus

SOON = timedelta(days=7)
NO_WORD_DAYS = 30

Condition = ColumnElement[bool]


class PlanState(Labelled):
    DRAFT = "draft", "Draft"
    AGREED = "agreed", "Agreed"
    CLOSED = "closed", "Closed"


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


def urgency(status: ActionStatus, due: date | None, today: date) -> Urgency:
    """How near an action's date is: soon is within 7 days, today included; a finished or undated action has none."""
    if status in CLOSED or due is None:
        return Urgency.NONE
    if due < today:
        return Urgency.OVERDUE
    return Urgency.SOON if due <= today + SOON else Urgency.LATER


def where_urgency(wanted: Urgency, today: date) -> Condition:
    due, open_ = col(Action.due), and_(col(Action.due).is_not(None), col(Action.status).not_in(CLOSED))
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
    due_on = col(Review.due_on)
    near = {
        ReviewDue.OVERDUE: due_on < today,
        ReviewDue.SOON: due_on.between(today, today + SOON),
        ReviewDue.LATER: due_on > today + SOON,
    }[wanted]
    return and_(col(Review.held_on).is_(None), near)


def silent_days(last_word_on: date | None, agreed_on: date | None, today: date, *, closed_on: date | None = None) -> int | None:
    """Days without word on an agreed, open plan, once they are 30, else None. Word is an update, a review or a message, not an edit."""
    if agreed_on is None or closed_on is not None:
        return None
    days = (today - max(agreed_on, last_word_on or agreed_on)).days
    return days if days >= NO_WORD_DAYS else None


def where_silent(today: date) -> Condition:
    """Plans that `silent_days` counts. Looks for word through the indexes of one plan's actions and reviews."""
    last_day = today - timedelta(days=NO_WORD_DAYS)
    since = datetime.combine(last_day + timedelta(days=1), time(), tzinfo=LONDON)
    update = select(col(ActionUpdate.id)).join(Action, col(Action.id) == col(ActionUpdate.action_id))
    said = update.where(col(Action.plan_id) == col(ActionPlan.id), col(ActionUpdate.at) >= since)
    met = select(col(Review.id)).where(col(Review.plan_id) == col(ActionPlan.id), col(Review.held_on) > last_day)
    heard = or_(said.correlate(ActionPlan).exists(), met.correlate(ActionPlan).exists())
    return and_(where_plan_state(PlanState.AGREED), col(ActionPlan.agreed_on) <= last_day, ~heard)
