"""The lists over all partnerships: plans, and actions, with the same filters."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import and_, case, func, select
from sqlmodel import col

from rr import clock
from rr.access import Actor, Can, demand, visible
from rr.accounts.models import Account
from rr.db import Session
from rr.needs.models import SupportNeed
from rr.needs.rules import NeedStatus
from rr.partnerships.models import Partnership
from rr.partnerships.queries import shown_name
from rr.plans.models import Action, ActionPlan, ActionUpdate, Review
from rr.plans.rules import CLOSED, ActionStatus, ends_on
from rr.plans.states import (
    SOON,
    PlanState,
    ReviewDue,
    Urgency,
    plan_state,
    silent_days,
    urgency,
    where_plan_state,
    where_silent,
    where_urgency,
)
from rr.toolkit.models import Topic

PER_PAGE = 50


@dataclass(frozen=True)
class PlanFilters:
    """What the lists of plans and of actions are narrowed to; None (or False) is all.

    `status` and `topic`: of plans, those with such an action. `since` and `until`: of plans, the days on which they were agreed;
    of actions, the days on which they came to their present status. `facilitator` is the account's id.
    """

    state: PlanState | None = None
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
    """A plan in the list. `counts` has each status that occurs; `silent_days` is None while word is not due."""

    id: int
    partnership_id: int
    partnership: str
    region: str
    lead: str
    state: PlanState
    agreed_on: date | None
    ends_on: date | None
    closed_on: date | None
    actions: int
    counts: dict[ActionStatus, int]
    overdue: int
    next_review_on: date | None
    last_word_on: date | None
    silent_days: int | None


@dataclass(frozen=True)
class PlanList:
    """One page of plans, and how many there are in all under the same filters; `silent` of them without word."""

    rows: tuple[PlanRow, ...]
    total: int
    agreed: int
    silent: int


@dataclass(frozen=True)
class ActionRow:
    """An action in the list over all plans."""

    id: int
    plan_id: int
    partnership: str
    region: str
    facilitator: str
    title: str
    lead: str
    due: date | None
    status: ActionStatus
    urgency: Urgency
    topic_label: str
    support_waiting: int
    status_on: date | None
    words: str


@dataclass(frozen=True)
class ActionList:
    """One page of actions, and how many there are in all under the same filters."""

    rows: tuple[ActionRow, ...]
    total: int


def listed(db: Session, filters: PlanFilters, *, actor: Actor, today: date, page: int = 1, per_page: int = PER_PAGE) -> PlanList:
    """Plans that this person may see, open ones first, by their next review. Two statements, whatever the number of rows."""
    demand(actor, Can.READ_PLANS)
    acts, words, held = _per_plan(today), _last_updates(), _last_reviews()
    quiet = where_silent(today)
    conditions = [visible(col(ActionPlan.partnership_id), actor, Can.READ_PLANS), *_plan_conditions(filters, acts, held, quiet, today)]

    def joined(statement: Any) -> Any:
        return (
            statement.select_from(ActionPlan)
            .join(Partnership, col(Partnership.id) == col(ActionPlan.partnership_id))
            .outerjoin(Account, col(Account.id) == col(ActionPlan.lead_id))
            .outerjoin(acts, acts.c.plan_id == col(ActionPlan.id))
            .outerjoin(words, words.c.plan_id == col(ActionPlan.id))
            .outerjoin(held, held.c.plan_id == col(ActionPlan.id))
            .where(*conditions)
        )

    is_agreed = and_(col(ActionPlan.agreed_on).is_not(None), col(ActionPlan.closed_on).is_(None))
    plans = func.count(col(ActionPlan.id))
    counted = db.execute(joined(select(plans, plans.filter(is_agreed), plans.filter(quiet)))).one()
    rows = db.execute(
        joined(
            select(
                col(ActionPlan.id),
                col(ActionPlan.partnership_id),
                shown_name().label("partnership"),
                col(Partnership.region),
                func.coalesce(col(Account.name), "").label("lead"),
                col(ActionPlan.agreed_on),
                col(ActionPlan.closed_on),
                *(column for column in acts.c if column.name != "plan_id"),
                words.c.last_at,
                held.c.last_held,
                held.c.next_due,
            )
        )
        .order_by(
            col(ActionPlan.closed_on).is_not(None),
            func.coalesce(held.c.next_due, date.max),
            shown_name(),
            col(ActionPlan.id),
        )
        .limit(per_page)
        .offset((max(page, 1) - 1) * per_page)
    ).all()
    return PlanList(tuple(_plan_row(row, today) for row in rows), *counted)


def _plan_row(row: Any, today: date) -> PlanRow:
    last_word_on = max((day for day in (row.last_at and clock.london_day(row.last_at), row.last_held) if day), default=None)
    return PlanRow(
        id=row.id,
        partnership_id=row.partnership_id,
        partnership=row.partnership,
        region=row.region,
        lead=row.lead,
        state=plan_state(row.agreed_on, row.closed_on),
        agreed_on=row.agreed_on,
        ends_on=ends_on(row.agreed_on) if row.agreed_on else None,
        closed_on=row.closed_on,
        actions=row.total or 0,
        counts={status: n for status in ActionStatus if (n := getattr(row, f"n_{status.value}") or 0)},
        overdue=row.overdue or 0,
        next_review_on=row.next_due if row.closed_on is None else None,
        last_word_on=last_word_on,
        silent_days=silent_days(last_word_on, row.agreed_on, today, closed_on=row.closed_on),
    )


def _per_plan(today: date) -> Any:
    """Each plan's actions, counted by status, and those whose date has passed."""
    of_status = {f"n_{status.value}": func.count().filter(col(Action.status) == status) for status in ActionStatus}
    return (
        select(
            col(Action.plan_id).label("plan_id"),
            func.count().label("total"),
            *(counted.label(name) for name, counted in of_status.items()),
            func.count().filter(where_urgency(Urgency.OVERDUE, today)).label("overdue"),
        )
        .group_by(col(Action.plan_id))
        .subquery("acts")
    )


def _last_updates() -> Any:
    return (
        select(col(Action.plan_id).label("plan_id"), func.max(col(ActionUpdate.at)).label("last_at"))
        .join(ActionUpdate, col(ActionUpdate.action_id) == col(Action.id))
        .group_by(col(Action.plan_id))
        .subquery("words")
    )


def _last_reviews() -> Any:
    return (
        select(
            col(Review.plan_id).label("plan_id"),
            func.max(col(Review.held_on)).label("last_held"),
            func.min(case((col(Review.held_on).is_(None), col(Review.due_on)))).label("next_due"),
        )
        .group_by(col(Review.plan_id))
        .subquery("held")
    )


def _shared_conditions(filters: PlanFilters) -> list[Any]:
    conditions = []
    if filters.state is not None:
        conditions.append(where_plan_state(filters.state))
    if filters.region is not None:
        conditions.append(col(Partnership.region) == filters.region)
    if filters.facilitator is not None:
        conditions.append(col(ActionPlan.lead_id) == filters.facilitator)
    return conditions


def _plan_conditions(filters: PlanFilters, acts: Any, held: Any, quiet: Any, today: date) -> list[Any]:
    conditions = _shared_conditions(filters)
    if filters.topic is not None:
        conditions.append(col(ActionPlan.id).in_(select(col(Action.plan_id)).where(col(Action.topic) == filters.topic)))
    if filters.status is not None:
        conditions.append(acts.c[f"n_{filters.status.value}"] > 0)
    if filters.silent:
        conditions.append(quiet)
    if filters.overdue:
        conditions.append(and_(acts.c.overdue > 0, col(ActionPlan.closed_on).is_(None)))
    if filters.review is not None:
        limit = held.c.next_due < today if filters.review is ReviewDue.OVERDUE else held.c.next_due.between(today, today + SOON)
        conditions.append(and_(limit, col(ActionPlan.closed_on).is_(None)))
    if filters.since is not None:
        conditions.append(col(ActionPlan.agreed_on) >= filters.since)
    if filters.until is not None:
        conditions.append(col(ActionPlan.agreed_on) <= filters.until)
    return conditions


def actions(db: Session, filters: PlanFilters, *, actor: Actor, today: date, page: int = 1, per_page: int = PER_PAGE) -> ActionList:
    """Actions of the plans that this person may see, the earliest date first. Two statements, whatever the number of rows."""
    demand(actor, Can.READ_PLANS)
    latest = (
        select(col(ActionUpdate.action_id).label("action_id"), func.max(col(ActionUpdate.id)).label("id"))
        .group_by(col(ActionUpdate.action_id))
        .subquery("latest")
    )
    waiting = (
        select(func.count())
        .select_from(SupportNeed)
        .where(col(SupportNeed.action_id) == col(Action.id), col(SupportNeed.status) == NeedStatus.ASKED)
        .scalar_subquery()
    )
    conditions = [visible(col(ActionPlan.partnership_id), actor, Can.READ_PLANS), *_action_conditions(filters, today)]

    def joined(statement: Any) -> Any:
        return (
            statement.select_from(Action)
            .join(ActionPlan, col(ActionPlan.id) == col(Action.plan_id))
            .join(Partnership, col(Partnership.id) == col(ActionPlan.partnership_id))
            .outerjoin(Account, col(Account.id) == col(ActionPlan.lead_id))
            .outerjoin(Topic, col(Topic.code) == col(Action.topic))
            .outerjoin(latest, latest.c.action_id == col(Action.id))
            .outerjoin(ActionUpdate, col(ActionUpdate.id) == latest.c.id)
            .where(*conditions)
        )

    total = db.execute(joined(select(func.count(col(Action.id))))).scalar_one()
    rows = db.execute(
        joined(
            select(
                col(Action.id),
                col(Action.plan_id),
                shown_name().label("partnership"),
                col(Partnership.region),
                func.coalesce(col(Account.name), "").label("facilitator"),
                col(Action.title),
                col(Action.lead),
                col(Action.due),
                col(Action.status),
                func.coalesce(col(Topic.label), "").label("topic_label"),
                waiting.label("waiting"),
                col(ActionUpdate.at),
                col(ActionUpdate.words),
            )
        )
        .order_by(
            col(Action.status).in_(CLOSED),
            func.coalesce(col(Action.due), date.max),
            shown_name(),
            col(Action.plan_id),
            col(Action.position),
            col(Action.id),
        )
        .limit(per_page)
        .offset((max(page, 1) - 1) * per_page)
    ).all()
    return ActionList(
        tuple(
            ActionRow(
                id=r.id,
                plan_id=r.plan_id,
                partnership=r.partnership,
                region=r.region,
                facilitator=r.facilitator,
                title=r.title,
                lead=r.lead,
                due=r.due,
                status=r.status,
                urgency=urgency(r.status, r.due, today),
                topic_label=r.topic_label,
                support_waiting=r.waiting,
                status_on=clock.london_day(r.at) if r.at else None,
                words=r.words or "",
            )
            for r in rows
        ),
        total,
    )


def _action_conditions(filters: PlanFilters, today: date) -> list[Any]:
    conditions = _shared_conditions(filters)
    if filters.topic is not None:
        conditions.append(col(Action.topic) == filters.topic)
    if filters.status is not None:
        conditions.append(col(Action.status) == filters.status)
    if filters.overdue:
        conditions.append(and_(where_urgency(Urgency.OVERDUE, today), col(ActionPlan.closed_on).is_(None)))
    if filters.silent or filters.review is not None:
        words, held = _last_updates(), _last_reviews()
        of_plan = PlanFilters(silent=filters.silent, review=filters.review)
        wanted = (
            select(col(ActionPlan.id))
            .outerjoin(words, words.c.plan_id == col(ActionPlan.id))
            .outerjoin(held, held.c.plan_id == col(ActionPlan.id))
            .where(*_plan_conditions(of_plan, None, held, where_silent(today), today))
        )
        conditions.append(col(Action.plan_id).in_(wanted))
    if filters.since is not None:
        conditions.append(col(ActionUpdate.at) >= datetime.combine(filters.since, time.min, clock.LONDON))
    if filters.until is not None:
        conditions.append(col(ActionUpdate.at) < datetime.combine(filters.until + timedelta(days=1), time.min, clock.LONDON))
    return conditions


@dataclass(frozen=True)
class Choices:
    """What the lists' filters offer, as far as this person sees plans: regions, and facilitators by their account's id."""

    regions: tuple[str, ...]
    facilitators: dict[int, str]


def choices(db: Session, *, actor: Actor) -> Choices:
    """The regions and facilitators of the plans that this person may see. Two statements."""
    demand(actor, Can.READ_PLANS)
    mine = visible(col(ActionPlan.partnership_id), actor, Can.READ_PLANS)
    of_plans = select(col(Partnership.region)).join(ActionPlan, col(ActionPlan.partnership_id) == col(Partnership.id)).where(mine)
    people = select(col(Account.id), col(Account.name)).join(ActionPlan, col(ActionPlan.lead_id) == col(Account.id)).where(mine)
    return Choices(
        tuple(db.execute(of_plans.distinct().order_by(col(Partnership.region))).scalars()),
        {row.id: row.name for row in db.execute(people.distinct().order_by(col(Account.name), col(Account.id)))},
    )
