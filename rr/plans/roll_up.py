"""What a plan repeats of its updates and reviews, so that lists and figures find it without reading them: kept by whoever writes those."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import bindparam, case, func, select, update
from sqlmodel import col

from rr.clock import london_day
from rr.db import Session
from rr.plans.models import Action, ActionPlan, ActionUpdate, Review


def note_update(plan: ActionPlan, day: date) -> None:
    """There was an update, a held review or a message on this day."""
    plan.last_update_on = max(plan.last_update_on or day, day)


def note_reviews(db: Session, plan: ActionPlan) -> None:
    """Its reviews were set, moved, held or taken away."""
    waiting = select(func.min(col(Review.due_on))).where(col(Review.plan_id) == plan.id, col(Review.held_on).is_(None))
    plan.next_review_on = db.execute(waiting).scalar()


def note_all(db: Session, plan: ActionPlan) -> None:
    """Updates or reviews of it were taken back: both dates are worked out anew."""
    updates = select(func.max(col(ActionUpdate.at))).join(Action, col(Action.id) == col(ActionUpdate.action_id))
    updated = db.execute(updates.where(col(Action.plan_id) == plan.id)).scalar()
    held_on = db.execute(select(func.max(col(Review.held_on))).where(col(Review.plan_id) == plan.id)).scalar()
    plan.last_update_on = max((day for day in (updated and london_day(updated), held_on) if day), default=None)
    note_reviews(db, plan)


def from_facts(db: Session) -> Sequence[dict[str, Any]]:
    """What every plan should repeat, worked out from all updates and reviews: `id`, `last_update_on`, `next_review_on`. Two statements."""
    updates = (
        select(col(Action.plan_id), func.max(col(ActionUpdate.at)))
        .join_from(ActionUpdate, Action, col(Action.id) == col(ActionUpdate.action_id))
        .group_by(col(Action.plan_id))
    )
    updated = {plan_id: london_day(at) for plan_id, at in db.execute(updates)}
    waiting = func.min(case((col(Review.held_on).is_(None), col(Review.due_on))))
    of_reviews = (
        select(col(ActionPlan.id), func.max(col(Review.held_on)), waiting)
        .outerjoin(Review, col(Review.plan_id) == col(ActionPlan.id))
        .group_by(col(ActionPlan.id))
    )
    return [
        {
            "id": plan_id,
            "last_update_on": max((day for day in (updated.get(plan_id), held_on) if day), default=None),
            "next_review_on": next_on,
        }
        for plan_id, held_on, next_on in db.execute(of_reviews)
    ]


def fill(db: Session) -> None:
    """Store `from_facts` in every plan, for whoever writes updates and reviews in bulk."""
    if facts := [{"plan_id": each.pop("id"), **each} for each in from_facts(db)]:
        plan: Any = ActionPlan.__table__  # ty: ignore[missing-attribute]
        stored = {name: bindparam(name) for name in ("last_update_on", "next_review_on")}
        db.execute(update(plan).where(plan.c.id == bindparam("plan_id")).values(stored), facts, execution_options={"unaudited": True})
