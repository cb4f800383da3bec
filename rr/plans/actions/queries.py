"""The list over the actions of all plans."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true
from sqlalchemy.orm import aliased
from sqlmodel import col

from rr.access import Actor, Can, demand
from rr.clock import LONDON, london_day
from rr.db import Session
from rr.needs.models import SupportNeed
from rr.needs.rules import NeedStatus
from rr.paging import Paged, clamp, offset
from rr.partnerships.models import Partnership
from rr.partnerships.queries import shown_name
from rr.plans.lists import PER_PAGE, PlanFilters, in_turn, plan_conditions
from rr.plans.models import Action, ActionPlan, ActionUpdate
from rr.plans.rules import ActionStatus
from rr.plans.states import Urgency, is_open, urgency, where_current, where_urgency
from rr.toolkit.models import Topic


@dataclass(frozen=True)
class ActionRow:
    """An action in the list, with its last update: its day and its words. In a closed plan nothing is urgent any more."""

    id: int
    plan_id: int
    partnership: str
    title: str
    lead: str
    due: date | None
    status: ActionStatus
    urgency: Urgency
    topic_label: str
    support_waiting: int
    status_on: date | None
    words: str


def listed(db: Session, filters: PlanFilters, *, actor: Actor, today: date, page: int = 1, per_page: int = PER_PAGE) -> Paged[ActionRow]:
    """Actions of the plans that this person may see: those still to be done first, by date, and of one date in their plan's order.

    Six statements at the most, whatever the number of rows; none of them reads more actions in full than the page has.
    """
    demand(actor, Can.READ_PLANS)
    conditions = _conditions(db, filters, actor, today)
    total = db.execute(select(func.count()).select_from(Action).where(*conditions)).scalar_one()
    page = clamp(page, total, per_page)
    ids = in_turn(db, _parts(conditions, filters), limit=per_page, skip=offset(page, per_page))
    return Paged(_rows(db, ids, today), total, page, per_page)


def _conditions(db: Session, filters: PlanFilters, actor: Actor, today: date) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    of_plan = plan_conditions(db, filters, actor, today)
    if filters.overdue:
        conditions.append(where_urgency(Urgency.OVERDUE, today))
        of_plan.append(col(ActionPlan.closed_on).is_(None))
    if of_plan:
        conditions.append(col(Action.plan_id).in_(select(col(ActionPlan.id)).where(*of_plan)))
    if filters.topic is not None:
        conditions.append(col(Action.topic) == filters.topic)
    if filters.status is not None:
        conditions.append(col(Action.status) == filters.status)
    elif filters.open_only:
        conditions.append(where_current())
    if filters.since is not None or filters.until is not None:
        conditions.append(col(Action.id).in_(_last_updated(filters.since, filters.until)))
    return conditions


def _last_updated(since: date | None, until: date | None) -> Select[int]:
    """The actions whose last update was made in these days."""
    other = aliased(ActionUpdate)
    at, other_at = col(ActionUpdate.at), col(other.at)
    later = or_(other_at > at, and_(other_at == at, col(other.id) > col(ActionUpdate.id)))
    is_last = ~select(col(other.id)).where(col(other.action_id) == col(ActionUpdate.action_id), later).exists()
    found = select(col(ActionUpdate.action_id)).where(is_last)
    if since is not None:
        found = found.where(col(ActionUpdate.at) >= datetime.combine(since, time.min, LONDON))
    if until is not None:
        found = found.where(col(ActionUpdate.at) < datetime.combine(until + timedelta(days=1), time.min, LONDON))
    return found


def _parts(conditions: list[ColumnElement[bool]], filters: PlanFilters) -> Iterator[Select[int]]:
    """What is still to be done, then the rest, each by date and then those without one. A closed plan's actions are the rest."""
    due, in_plan = col(Action.due), (col(Action.plan_id), col(Action.position), col(Action.id))
    current = where_current()
    parts = (current,) if filters.open_only else (current, ~current)
    for part in parts if filters.status is None or is_open(filters.status) else (true(),):
        actions = select(col(Action.id)).where(*conditions, part)
        yield actions.where(due.is_not(None)).order_by(due, *in_plan)
        yield actions.where(due.is_(None)).order_by(*in_plan)


def _rows(db: Session, ids: list[int], today: date) -> tuple[ActionRow, ...]:
    """These actions with their last updates and the support that they wait for, in the order of their ids."""
    if not ids:
        return ()
    of_action = select(col(ActionUpdate.id)).where(col(ActionUpdate.action_id) == col(Action.id))
    last = of_action.order_by(col(ActionUpdate.at).desc(), col(ActionUpdate.id).desc()).limit(1).correlate(Action).scalar_subquery()
    waiting = (
        select(func.count())
        .select_from(SupportNeed)
        .where(col(SupportNeed.action_id) == col(Action.id), col(SupportNeed.status) == NeedStatus.ASKED)
        .correlate(Action)
        .scalar_subquery()
    )
    found = db.execute(
        select(
            col(Action.id),
            col(Action.plan_id),
            shown_name().label("partnership"),
            col(Action.title),
            col(Action.lead),
            col(Action.due),
            col(Action.status),
            col(ActionPlan.closed_on),
            func.coalesce(col(Topic.label), "").label("topic_label"),
            waiting.label("support_waiting"),
            col(ActionUpdate.at),
            func.coalesce(col(ActionUpdate.words), "").label("words"),
        )
        .join_from(Action, ActionPlan, col(ActionPlan.id) == col(Action.plan_id))
        .join(Partnership, col(Partnership.id) == col(ActionPlan.partnership_id))
        .outerjoin(Topic, col(Topic.code) == col(Action.topic))
        .outerjoin(ActionUpdate, col(ActionUpdate.id) == last)
        .where(col(Action.id).in_(ids))
    )
    rows = {row["id"]: _row(row, today) for row in found.mappings()}
    return tuple(rows[action_id] for action_id in ids)


def _row(row: Mapping[str, Any], today: date) -> ActionRow:
    known = dict(row)
    at, closed_on = known.pop("at"), known.pop("closed_on")
    near = urgency(known["status"], known["due"], today) if closed_on is None else Urgency.NONE
    return ActionRow(**known, urgency=near, status_on=london_day(at) if at else None)
