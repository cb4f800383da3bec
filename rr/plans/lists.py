"""The list over all plans, and the filters that it shares with the list over all actions (rr/plans/actions/queries.py)."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlmodel import col

from rr.access import Actor, Can, Scope, demand, scope, visible
from rr.accounts.models import Account
from rr.days import months
from rr.db import Session
from rr.paging import Paged, clamp, offset
from rr.partnerships.models import Partnership
from rr.partnerships.queries import shown_name, where_named
from rr.plans.models import Action, ActionPlan
from rr.plans.rules import ActionStatus, ends_on
from rr.plans.states import (
    PlanState,
    ReviewDue,
    Urgency,
    next_review_due,
    plan_state,
    silent_days,
    where_next_review_due,
    where_plan_state,
    where_silent,
    where_urgency,
)
from rr.toolkit.queries import topics

PER_PAGE = 40  # four screens


@dataclass(frozen=True)
class PlanFilters:
    """What the lists of plans and of actions are narrowed to; None (or False) is all.

    `status` and `topic`: of plans, those with such an action. `since` and `until`: of plans, the days on which they were agreed;
    of actions, the days of their last update. `facilitator` is the id of the account that follows the plan up. `open_only` leaves out
    closed plans, and of actions without a `status` those that are finished. `named` is as forgiving as the search.
    """

    state: PlanState | None = None
    open_only: bool = False
    named: str = ""
    region: str | None = None
    topic: str | None = None
    facilitator: int | None = None
    status: ActionStatus | None = None
    silent: bool = False
    overdue: bool = False
    review: ReviewDue | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class PlanRow:
    """A plan in the list. `counts` has each status that occurs; `silent_days` is None while no update is due."""

    id: int
    partnership: str
    region: str
    contact: str
    state: PlanState
    agreed_on: date | None
    ends_on: date | None
    closed_on: date | None
    counts: dict[ActionStatus, int]
    overdue: int
    next_review_on: date | None
    review: ReviewDue | None
    last_update_on: date | None
    silent_days: int | None


@dataclass(frozen=True)
class PlanList(Paged[PlanRow]):
    """One page of plans; `closed` is how many more there are under the same filters that `open_only` left out."""

    closed: int = 0


@dataclass(frozen=True)
class PlanCounts:
    """How many plans are under way, and how many of them are silent."""

    agreed: int
    silent: int


@dataclass(frozen=True)
class FilterOptions:
    """What the filters offer: topics by their code, the months (by their first day) since the first plan was agreed, the latest first,

    and as far as this person sees plans, regions, and who follows plans up by account.
    """

    regions: tuple[str, ...] = ()
    topics: dict[str, str] = field(default_factory=dict)
    facilitators: dict[int, str] = field(default_factory=dict)
    months: tuple[date, ...] = ()


def listed(db: Session, filters: PlanFilters, *, actor: Actor, today: date, page: int = 1, per_page: int = PER_PAGE) -> PlanList:
    """Plans that this person may see: open ones by their next review, then those without one, then closed ones, the latest first.

    Six statements at the most, whatever the number of rows; none of them reads more plans in full than the page has.
    """
    demand(actor, Can.READ_PLANS)
    conditions = [*plan_conditions(db, replace(filters, open_only=False), actor, today), *_action_conditions(filters, today)]
    counted = select(func.count(), func.count(col(ActionPlan.closed_on))).select_from(ActionPlan).where(*conditions)
    total, closed = db.execute(counted).one()
    if filters.open_only:
        total -= closed
    page = clamp(page, total, per_page)
    parts = _parts(conditions)[: 2 if filters.open_only else 3]
    ids = in_turn(db, parts, limit=per_page, skip=offset(page, per_page))
    return PlanList(_rows(db, ids, today), total, page, per_page, closed if filters.open_only else 0)


def counts(db: Session, *, actor: Actor, today: date) -> PlanCounts:
    """Over all plans that this person may see. One statement, answered from an index."""
    demand(actor, Can.READ_PLANS)
    counted = select(func.count(), func.count().filter(where_silent(today))).select_from(ActionPlan)
    return PlanCounts(*db.execute(counted.where(where_plan_state(PlanState.AGREED), *visible_plans(actor))).one())


def filter_options(db: Session, *, actor: Actor, today: date) -> FilterOptions:
    """Four statements. A page that shows no such filter needn't ask."""
    demand(actor, Can.READ_PLANS)
    regions = select(col(Partnership.region)).where(visible(col(Partnership.id), actor, Can.READ_PLANS))
    people = select(col(Account.id), col(Account.name)).join(ActionPlan, col(ActionPlan.lead_id) == col(Account.id))
    named = people.where(*visible_plans(actor)).distinct().order_by(col(Account.name), col(Account.id))
    first = db.execute(select(func.min(col(ActionPlan.agreed_on))).where(*visible_plans(actor))).scalar()
    return FilterOptions(
        tuple(db.execute(regions.distinct().order_by(col(Partnership.region))).scalars()),
        topics(db),
        {row.id: row.name for row in db.execute(named)},
        tuple(months(first, today)) if first else (),
    )


# Which plans


def visible_plans(actor: Actor) -> list[ColumnElement[bool]]:
    """No condition at all for whoever sees every plan: a count without one is answered at once."""
    if scope(actor, Can.READ_PLANS) is Scope.ALL:
        return []
    return [visible(col(ActionPlan.partnership_id), actor, Can.READ_PLANS)]


def plan_conditions(db: Session, filters: PlanFilters, actor: Actor, today: date) -> list[ColumnElement[bool]]:
    """What both lists ask of a plan itself."""
    conditions = visible_plans(actor)
    if filters.state is not None:
        conditions.append(where_plan_state(filters.state))
    if filters.open_only:
        conditions.append(col(ActionPlan.closed_on).is_(None))
    conditions += where_named(db, col(ActionPlan.partnership_id), filters.named)
    if filters.region is not None:
        of_region = select(col(Partnership.id)).where(col(Partnership.region) == filters.region)
        conditions.append(col(ActionPlan.partnership_id).in_(of_region))
    if filters.facilitator is not None:
        conditions.append(col(ActionPlan.lead_id) == filters.facilitator)
    if filters.silent:
        conditions.append(where_silent(today))
    if filters.review is not None:
        conditions.append(where_next_review_due(filters.review, today))
    return conditions


def _action_conditions(filters: PlanFilters, today: date) -> list[ColumnElement[bool]]:
    """What the list of plans asks of a plan's actions, and of the day on which it was agreed."""
    conditions: list[ColumnElement[bool]] = []
    if filters.topic is not None:
        conditions.append(_has_action(col(Action.topic) == filters.topic))
    if filters.status is not None:
        conditions.append(_has_action(col(Action.status) == filters.status))
    if filters.overdue:
        conditions += [col(ActionPlan.closed_on).is_(None), _has_action(where_urgency(Urgency.OVERDUE, today))]
    if filters.since is not None:
        conditions.append(col(ActionPlan.agreed_on) >= filters.since)
    if filters.until is not None:
        conditions.append(col(ActionPlan.agreed_on) <= filters.until)
    return conditions


def _has_action(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return select(col(Action.id)).where(col(Action.plan_id) == col(ActionPlan.id), condition).correlate(ActionPlan).exists()


# The page


def in_turn(db: Session, parts: Iterable[Select[int]], *, limit: int, skip: int) -> list[int]:
    """The ids of one page of a list that has several parts, one after the other, each in an order that an index gives.

    One statement for each part, until the page is full; a part that lies before the page is counted too.
    """
    ids: list[int] = []
    for part in parts:
        found = db.execute(part.limit(limit - len(ids)).offset(skip)).scalars().all()
        ids += found
        if len(ids) == limit:
            break
        if skip and not found:
            skip -= db.execute(select(func.count()).select_from(part.order_by(None).subquery())).scalar_one()
        else:
            skip = 0
    return ids


def _parts(conditions: list[ColumnElement[bool]]) -> tuple[Select[int], ...]:
    plans = select(col(ActionPlan.id)).join(Partnership, col(Partnership.id) == col(ActionPlan.partnership_id)).where(*conditions)
    next_on, closed_on = col(ActionPlan.next_review_on), col(ActionPlan.closed_on)
    by_name = (shown_name(), col(ActionPlan.id))
    return (
        plans.where(closed_on.is_(None), next_on.is_not(None)).order_by(next_on, *by_name),
        plans.where(closed_on.is_(None), next_on.is_(None)).order_by(*by_name),
        plans.where(closed_on.is_not(None)).order_by(closed_on.desc(), *by_name),
    )


def _rows(db: Session, ids: list[int], today: date) -> tuple[PlanRow, ...]:
    """These plans with what their actions add up to, in the order of their ids."""
    if not ids:
        return ()
    found = db.execute(
        select(
            col(ActionPlan.id),
            shown_name().label("partnership"),
            col(Partnership.region),
            func.coalesce(col(Account.name), "").label("contact"),
            col(ActionPlan.agreed_on),
            col(ActionPlan.closed_on),
            col(ActionPlan.last_update_on),
            col(ActionPlan.next_review_on),
        )
        .join_from(ActionPlan, Partnership, col(Partnership.id) == col(ActionPlan.partnership_id))
        .outerjoin(Account, col(Account.id) == col(ActionPlan.lead_id))
        .where(col(ActionPlan.id).in_(ids))
    )
    actions = _actions(db, ids, today)
    rows = {row.id: _row(row, actions[row.id], today) for row in found}
    return tuple(rows[plan_id] for plan_id in ids)


def _actions(db: Session, ids: list[int], today: date) -> dict[int, dict[ActionStatus, tuple[int, int]]]:
    """By plan and status: how many actions, and of these those that are overdue."""
    overdue = func.count().filter(where_urgency(Urgency.OVERDUE, today))
    counted = select(col(Action.plan_id), col(Action.status), func.count(), overdue).where(col(Action.plan_id).in_(ids))
    found: dict[int, dict[ActionStatus, tuple[int, int]]] = {plan_id: {} for plan_id in ids}
    for plan_id, status, number, late in db.execute(counted.group_by(col(Action.plan_id), col(Action.status))):
        found[plan_id][status] = number, late
    return found


def _row(row: Any, actions: dict[ActionStatus, tuple[int, int]], today: date) -> PlanRow:
    review = next_review_due(row.next_review_on, row.closed_on, today)
    return PlanRow(
        id=row.id,
        partnership=row.partnership,
        region=row.region,
        contact=row.contact,
        state=plan_state(row.agreed_on, row.closed_on),
        agreed_on=row.agreed_on,
        ends_on=ends_on(row.agreed_on) if row.agreed_on else None,
        closed_on=row.closed_on,
        counts={status: actions[status][0] for status in ActionStatus if status in actions},
        overdue=sum(late for _, late in actions.values()) if row.closed_on is None else 0,
        next_review_on=row.next_review_on if review else None,
        review=review,
        last_update_on=row.last_update_on,
        silent_days=silent_days(row.last_update_on, row.agreed_on, today, closed_on=row.closed_on),
    )
