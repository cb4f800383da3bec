"""One plan with all that it holds."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlmodel import col

from rr import clock
from rr.access import Actor, Can, demand
from rr.accounts.models import Account
from rr.db import Session
from rr.intake.models import SupportRequest
from rr.needs import queries as needs
from rr.needs.queries import Need
from rr.partnerships.models import Partnership
from rr.partnerships.queries import shown_name
from rr.plans.access import access_plan
from rr.plans.models import Action, ActionPlan, ActionUpdate, Review
from rr.plans.rules import ActionFacts, ActionStatus, Confidence, Missing, ReviewKind, ends_on, missing, suggested_confidence
from rr.plans.states import PlanState, ReviewDue, Urgency, plan_state, review_due, silent_days, urgency
from rr.sessions.models import AgendaItem, Capture, SupportSession
from rr.toolkit.models import Topic


@dataclass(frozen=True)
class Origin:
    """Where an action came from, as far back as it goes: the line as typed, the agenda item, the session, the sign-up."""

    as_typed: str
    item: str
    session_id: int | None
    held_on: date | None
    request_id: int | None
    ref: str
    sentence: str


@dataclass(frozen=True)
class UpdateView:
    """An update of an action. `name` is that of whoever gave it, "" for a partnership's own page."""

    id: int
    action_id: int
    review_id: int | None
    before: ActionStatus
    status: ActionStatus
    words: str
    at: datetime
    name: str


@dataclass(frozen=True)
class ActionView:
    """An action with what is derived from it and today. `updates` are in order of time; `number` counts from 1."""

    id: int
    number: int
    title: str
    why: str
    lead: str
    lead_contact_id: int | None
    due: date | None
    first_step: str
    topic: str | None
    topic_label: str
    needs_none: bool
    status: ActionStatus
    confidence: Confidence | None
    confidence_why: str
    suggested: Confidence | None
    urgency: Urgency
    missing: tuple[Missing, ...]
    needs: tuple[Need, ...]
    updates: tuple[UpdateView, ...]
    origin: Origin | None

    @property
    def last_update(self) -> UpdateView | None:
        return self.updates[-1] if self.updates else None

    def update_in(self, review_id: int) -> UpdateView | None:
        """Its last update in one review."""
        return next((update for update in reversed(self.updates) if update.review_id == review_id), None)


@dataclass(frozen=True)
class ReviewView:
    """A review. `overdue`: its day has passed and it was not held."""

    id: int
    kind: ReviewKind
    due_on: date
    held_on: date | None
    words: str
    overdue: bool


@dataclass(frozen=True)
class PlanDetail:
    """A plan as its page shows it. `sentence` is the sign-up's own; `silent_days` is None while no update is due."""

    id: int
    partnership_id: int
    partnership: str
    region: str
    state: PlanState
    agreed_on: date | None
    ends_on: date | None
    closed_on: date | None
    closed_why: str
    lead_id: int | None
    contact: str
    session_id: int | None
    held_on: date | None
    request_id: int | None
    ref: str
    sentence: str
    actions: tuple[ActionView, ...]
    reviews: tuple[ReviewView, ...]
    last_update_on: date | None
    silent_days: int | None

    @property
    def counts(self) -> dict[ActionStatus, int]:
        """How many actions have each status, in the order of the statuses; those without any are left out."""
        return {status: n for status in ActionStatus if (n := sum(action.status is status for action in self.actions))}

    @property
    def missing(self) -> int:
        """How many details are missing, over all actions."""
        return sum(len(action.missing) for action in self.actions)

    @property
    def next_review(self) -> ReviewView | None:
        return next((review for review in self.reviews if review.held_on is None), None)


def detail(db: Session, plan_id: int, *, actor: Actor, today: date) -> PlanDetail:
    """One plan with its actions, updates, support needed and reviews: as many statements for ten actions as for one."""
    access_plan(db, plan_id, actor, Can.READ_PLANS)
    plan = db.execute(_heading().where(col(ActionPlan.id) == plan_id)).one()
    updates = _updates(db, plan_id)
    reviews = tuple(
        ReviewView(r.id, r.kind, r.due_on, r.held_on, r.words, review_due(r.due_on, r.held_on, today) is ReviewDue.OVERDUE)
        for r in _reviews(db, plan_id)
    )
    return PlanDetail(
        id=plan.id,
        partnership_id=plan.partnership_id,
        partnership=plan.partnership,
        region=plan.region,
        state=plan_state(plan.agreed_on, plan.closed_on),
        agreed_on=plan.agreed_on,
        ends_on=ends_on(plan.agreed_on) if plan.agreed_on else None,
        closed_on=plan.closed_on,
        closed_why=plan.closed_why,
        lead_id=plan.lead_id,
        contact=plan.contact or "",
        session_id=plan.session_id,
        held_on=plan.held_on,
        request_id=plan.request_id,
        ref=plan.ref or "",
        sentence=plan.sentence or "",
        actions=_action_views(db, plan_id, updates, plan.agreed_on, today),
        reviews=reviews,
        last_update_on=plan.last_update_on,
        silent_days=silent_days(plan.last_update_on, plan.agreed_on, today, closed_on=plan.closed_on),
    )


def plan_of_review(db: Session, review_id: int, *, actor: Actor) -> int:
    """The id of the plan that a review belongs to, for whoever may review it."""
    demand(actor, Can.READ_PLANS)
    plan_id = db.execute(select(col(Review.plan_id)).where(col(Review.id) == review_id)).scalar()
    return access_plan(db, plan_id or 0, actor, Can.READ_PLANS).id


def _heading() -> Any:
    return (
        select(
            col(ActionPlan.id),
            col(ActionPlan.partnership_id),
            shown_name().label("partnership"),
            col(Partnership.region),
            col(ActionPlan.agreed_on),
            col(ActionPlan.closed_on),
            col(ActionPlan.closed_why),
            col(ActionPlan.last_update_on),
            col(ActionPlan.lead_id),
            col(Account.name).label("contact"),
            col(ActionPlan.session_id),
            col(SupportSession.held_on),
            col(SupportRequest.id).label("request_id"),
            col(SupportRequest.ref),
            col(SupportRequest.words).label("sentence"),
        )
        .select_from(ActionPlan)
        .join(Partnership, col(Partnership.id) == col(ActionPlan.partnership_id))
        .outerjoin(Account, col(Account.id) == col(ActionPlan.lead_id))
        .outerjoin(SupportSession, col(SupportSession.id) == col(ActionPlan.session_id))
        .outerjoin(SupportRequest, col(SupportRequest.id) == col(SupportSession.request_id))
    )


def _reviews(db: Session, plan_id: int) -> Sequence[Any]:
    return db.execute(
        select(col(Review.id), col(Review.kind), col(Review.due_on), col(Review.held_on), col(Review.words))
        .where(col(Review.plan_id) == plan_id)
        .order_by(col(Review.due_on), col(Review.id))
    ).all()


def _updates(db: Session, plan_id: int) -> list[UpdateView]:
    rows = db.execute(
        select(
            col(ActionUpdate.id),
            col(ActionUpdate.action_id),
            col(ActionUpdate.review_id),
            col(ActionUpdate.before),
            col(ActionUpdate.status),
            col(ActionUpdate.words),
            col(ActionUpdate.at),
            func.coalesce(col(Account.name), "").label("name"),
        )
        .join(Action, col(Action.id) == col(ActionUpdate.action_id))
        .outerjoin(Account, col(Account.id) == col(ActionUpdate.by_id))
        .where(col(Action.plan_id) == plan_id)
        .order_by(col(ActionUpdate.at), col(ActionUpdate.id))
    )
    return [UpdateView(**row) for row in rows.mappings()]


def _action_rows(db: Session, plan_id: int) -> Sequence[Any]:
    return db.execute(
        select(
            col(Action.id),
            col(Action.title),
            col(Action.why),
            col(Action.lead),
            col(Action.lead_contact_id),
            col(Action.due),
            col(Action.first_step),
            col(Action.topic),
            func.coalesce(col(Topic.label), "").label("topic_label"),
            col(Action.needs_none),
            col(Action.status),
            col(Action.confidence),
            col(Action.confidence_why),
            col(Capture.as_typed),
            col(AgendaItem.title).label("item"),
            col(SupportSession.id).label("session_id"),
            col(SupportSession.held_on),
            col(SupportRequest.id).label("request_id"),
            col(SupportRequest.ref),
            col(SupportRequest.words).label("sentence"),
        )
        .select_from(Action)
        .outerjoin(Topic, col(Topic.code) == col(Action.topic))
        .outerjoin(Capture, col(Capture.id) == col(Action.capture_id))
        .outerjoin(AgendaItem, col(AgendaItem.id) == col(Capture.item_id))
        .outerjoin(SupportSession, col(SupportSession.id) == col(Capture.session_id))
        .outerjoin(SupportRequest, col(SupportRequest.id) == col(SupportSession.request_id))
        .where(col(Action.plan_id) == plan_id)
        .order_by(col(Action.position), col(Action.id))
    ).all()


def _action_views(db: Session, plan_id: int, updates: Iterable[UpdateView], agreed_on: date | None, today: date) -> tuple[ActionView, ...]:
    rows = _action_rows(db, plan_id)
    support = needs.of_action(db, [row.id for row in rows])
    of_action: dict[int, tuple[UpdateView, ...]] = {}
    for update in updates:
        of_action[update.action_id] = (*of_action.get(update.action_id, ()), update)
    return tuple(
        _view(row, number, support.get(row.id, ()), of_action.get(row.id, ()), agreed_on, today) for number, row in enumerate(rows, 1)
    )


def _view(
    row: Any, number: int, support: tuple[Need, ...], updates: tuple[UpdateView, ...], agreed_on: date | None, today: date
) -> ActionView:
    last_update_on = clock.london_day(updates[-1].at) if updates else agreed_on
    origin = None
    if row.as_typed is not None:
        origin = Origin(row.as_typed, row.item or "", row.session_id, row.held_on, row.request_id, row.ref or "", row.sentence or "")
    return ActionView(
        id=row.id,
        number=number,
        title=row.title,
        why=row.why,
        lead=row.lead,
        lead_contact_id=row.lead_contact_id,
        due=row.due,
        first_step=row.first_step,
        topic=row.topic,
        topic_label=row.topic_label,
        needs_none=row.needs_none,
        status=row.status,
        confidence=row.confidence,
        confidence_why=row.confidence_why,
        suggested=suggested_confidence(row.status, row.due, last_update_on, today),
        urgency=urgency(row.status, row.due, today),
        missing=missing(ActionFacts(row.lead, row.due, row.first_step, row.needs_none or bool(support), row.status)),
        needs=support,
        updates=updates,
        origin=origin,
    )
