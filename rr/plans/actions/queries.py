"""The list over the actions of all plans."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, Select, false, func, select, true
from sqlmodel import col

from rr.access import Actor, Can, demand
from rr.clock import LONDON, london_day
from rr.days import ONE_DAY
from rr.db import Session
from rr.needs.models import SupportNeed
from rr.needs.rules import NeedStatus
from rr.paging import Paged, clamp, offset
from rr.partnerships.models import Partnership
from rr.partnerships.queries import shown_name
from rr.plans.lists import PER_PAGE, PlanFilters, in_turn, plan_conditions
from rr.plans.models import Action, ActionPlan, ActionUpdate
from rr.plans.rules import ActionStatus
from rr.plans.states import PlanState, Urgency, is_open, urgency, where_current, where_in_open_plan, where_open, where_urgency
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
    of_plan = plan_conditions(db, replace(filters, open_only=False), actor, today)
    conditions: list[ColumnElement[bool]] = [col(Action.plan_id).in_(select(col(ActionPlan.id)).where(*of_plan))] if of_plan else []
    if filters.overdue:
        conditions.append(where_urgency(Urgency.OVERDUE, today))
    if filters.topic is not None:
        conditions.append(col(Action.topic) == filters.topic)
    if filters.status is not None:
        conditions.append(col(Action.status) == filters.status)
    elif filters.open_only:
        conditions.append(where_open())
    if filters.since is not None:
        conditions.append(col(Action.status_at) >= _midnight(filters.since))
    if filters.until is not None:
        conditions.append(col(Action.status_at) < _midnight(filters.until + ONE_DAY))
    if filters.overdue or filters.open_only:
        conditions.append(false() if filters.state is PlanState.CLOSED else where_in_open_plan())  # the last: it is the dearest
    return conditions


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, LONDON)


def _parts(conditions: list[ColumnElement[bool]], filters: PlanFilters) -> Iterator[Select[int]]:
    """What is still to be done, then the rest, each by date and then those without one. A closed plan's actions are the rest."""
    due, in_plan = col(Action.due), (col(Action.plan_id), col(Action.position), col(Action.id))
    current = where_current()
    parts = (current, ~current) if filters.status is None or is_open(filters.status) else (true(),)
    for part in (true(),) if filters.open_only or filters.overdue else parts:  # the conditions leave current ones alone
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
