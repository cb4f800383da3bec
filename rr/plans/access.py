"""Gatekeepers for plans and what belongs to them.

Rows are locked in one order, the plan first, so that two people never wait for each other.
"""

from typing import Any

from sqlalchemy import func, select
from sqlmodel import col

from rr.access import NOT_FOUND, WRITES, Actor, Can, demand, reach
from rr.days import say
from rr.db import Session
from rr.errors import NotFound, Refused
from rr.plans.models import Action, ActionPlan, ActionUpdate, Review


def access_plan(db: Session, plan_id: int, actor: Actor, need: Can) -> ActionPlan:
    """The plan, if it is there and this person may; locked when the need is a write."""
    return reach(db, ActionPlan, plan_id, actor, need)


def access_action(db: Session, action_id: int, actor: Actor, need: Can) -> tuple[Action, ActionPlan]:
    """The action and its plan, if they are there and this person may; both locked when the need is a write."""
    return _through_plan(db, Action, action_id, actor, need)


def access_review(db: Session, review_id: int, actor: Actor, need: Can) -> tuple[Review, ActionPlan]:
    """The review and its plan; as `access_action`."""
    return _through_plan(db, Review, review_id, actor, need)


def access_update(db: Session, update_id: int, actor: Actor, need: Can) -> tuple[ActionUpdate, ActionPlan]:
    """An action's update, and its plan; as `access_action`."""
    demand(actor, need)
    action_id = db.execute(select(col(ActionUpdate.action_id)).where(col(ActionUpdate.id) == update_id)).scalar()
    _action, plan = access_action(db, action_id or 0, actor, need)
    return _row(db, ActionUpdate, update_id, need), plan


def still_open(plan: ActionPlan) -> ActionPlan:
    """The plan itself; refused once it was closed."""
    if plan.closed_on is not None:
        raise Refused(f"This plan was closed on {say(plan.closed_on)}", "Reopen it first if there is more to do.")
    return plan


def _through_plan(db: Session, table: Any, row_id: int, actor: Actor, need: Can) -> tuple[Any, ActionPlan]:
    demand(actor, need)
    plan_id = db.execute(select(table.plan_id).where(table.id == row_id)).scalar()
    plan = access_plan(db, plan_id or 0, actor, need)
    return _row(db, table, row_id, need), plan


def _row(db: Session, table: Any, row_id: int, need: Can) -> Any:
    row = db.get(table, row_id, with_for_update=need in WRITES, populate_existing=need in WRITES)
    if row is None:
        raise NotFound(*NOT_FOUND)
    return row


# The rows that commands work on


def actions_of(db: Session, plan_id: int) -> list[Action]:
    """A plan's actions in their order, as rows that a command may change."""
    found = select(Action).where(col(Action.plan_id) == plan_id).order_by(col(Action.position), col(Action.id))
    return list(db.execute(found).scalars())


def next_position(db: Session, plan_id: int) -> int:
    """Where a new action comes: after the last one."""
    return db.execute(select(func.coalesce(func.max(col(Action.position)), 0)).where(col(Action.plan_id) == plan_id)).scalar_one() + 1
