"""Reading what goes into the document of a plan."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, or_, select
from sqlmodel import col

from rr.access import Actor, Can
from rr.accounts.models import Account
from rr.days import say
from rr.db import Session
from rr.intake.models import SupportRequest
from rr.needs import queries as needs
from rr.needs.queries import Need
from rr.partnerships.models import Partnership
from rr.partnerships.queries import shown_name
from rr.plans.access import access_plan
from rr.plans.handover.content import ActionLine, ActivityLine, PlanDocument, ReviewLine
from rr.plans.models import Action, ActionPlan, Review
from rr.plans.rules import ends_on
from rr.plans.states import Urgency, urgency
from rr.sessions.models import AgendaItem, Capture, SupportSession
from rr.sessions.rules import CaptureKind
from rr.toolkit.models import Activity, Topic


def document(db: Session, plan_id: int, *, actor: Actor, today: date) -> PlanDocument:
    """Everything that a partnership takes home with its plan: their own words, the actions, what came out of the sessions held

    for this plan, and the activities used there. The sessions are those held since the plan before it was closed.
    """
    access_plan(db, plan_id, actor, Can.READ_PLANS)
    plan = _plan(db, plan_id)
    sessions = _sessions(db, plan)
    session_ids = [session.id for session in sessions]
    lines = _lines(db, session_ids)
    return PlanDocument(
        partnership=plan.partnership,
        region=plan.region,
        agreed_on=plan.agreed_on,
        ends_on=ends_on(plan.agreed_on) if plan.agreed_on else None,
        sentence=plan.sentence or "",
        session_line=" ".join(_session_line(session) for session in sessions),
        actions=_actions(db, plan_id, today),
        achievements=lines[CaptureKind.ACHIEVEMENT],
        ideas=lines[CaptureKind.IDEA],
        decisions=lines[CaptureKind.DECISION],
        reviews=_reviews(db, plan_id),
        activities=_activities(db, session_ids),
        contact_line=f"Your contact for this plan is {plan.lead}. Email {plan.lead_email}." if plan.lead else "",
        handed_over_on=today,
        closed_on=plan.closed_on,
    )


def _plan(db: Session, plan_id: int) -> Any:
    return db.execute(
        select(
            col(ActionPlan.id),
            col(ActionPlan.partnership_id),
            shown_name().label("partnership"),
            col(Partnership.region),
            col(ActionPlan.agreed_on),
            col(ActionPlan.closed_on),
            col(ActionPlan.session_id),
            col(Account.name).label("lead"),
            col(Account.email).label("lead_email"),
            col(SupportRequest.words).label("sentence"),
        )
        .select_from(ActionPlan)
        .join(Partnership, col(Partnership.id) == col(ActionPlan.partnership_id))
        .outerjoin(Account, col(Account.id) == col(ActionPlan.lead_id))
        .outerjoin(SupportSession, col(SupportSession.id) == col(ActionPlan.session_id))
        .outerjoin(SupportRequest, col(SupportRequest.id) == col(SupportSession.request_id))
        .where(col(ActionPlan.id) == plan_id)
    ).one()


def _actions(db: Session, plan_id: int, today: date) -> tuple[ActionLine, ...]:
    rows = db.execute(
        select(
            col(Action.id),
            col(Action.title),
            col(Action.lead),
            col(Action.due),
            col(Action.first_step),
            func.coalesce(col(Topic.label), "").label("topic"),
            col(Action.needs_none),
            col(Action.status),
        )
        .select_from(Action)
        .outerjoin(Topic, col(Topic.code) == col(Action.topic))
        .where(col(Action.plan_id) == plan_id)
        .order_by(col(Action.position), col(Action.id))
    ).all()
    support = needs.of_action(db, [row.id for row in rows])
    return tuple(
        ActionLine(
            number=number,
            title=row.title,
            lead=row.lead,
            due=row.due,
            first_step=row.first_step,
            topic=row.topic,
            support=tuple(_support_line(need) for need in support.get(row.id, ())),
            needs_none=row.needs_none,
            status=row.status,
            is_late=urgency(row.status, row.due, today) is Urgency.OVERDUE,
        )
        for number, row in enumerate(rows, start=1)
    )


def _support_line(need: Need) -> str:
    return f"{need.words} (help from {need.partner})" if need.partner else need.words


def _reviews(db: Session, plan_id: int) -> tuple[ReviewLine, ...]:
    rows = db.execute(
        select(col(Review.kind), col(Review.held_on), col(Review.due_on))
        .where(col(Review.plan_id) == plan_id)
        .order_by(col(Review.due_on), col(Review.id))
    )
    return tuple(ReviewLine(row.kind.label, row.due_on, row.held_on) for row in rows)


def _sessions(db: Session, plan: Any) -> Sequence[Any]:
    before = select(func.max(col(ActionPlan.closed_on))).where(
        col(ActionPlan.partnership_id) == plan.partnership_id, col(ActionPlan.id) < plan.id
    )
    conditions = [col(SupportSession.partnership_id) == plan.partnership_id, col(SupportSession.held_on).is_not(None)]
    if (closed_on := db.execute(before).scalar()) is not None:
        conditions.append(or_(col(SupportSession.held_on) > closed_on, col(SupportSession.id) == plan.session_id))
    if plan.closed_on is not None:
        conditions.append(col(SupportSession.held_on) <= plan.closed_on)
    return db.execute(
        select(
            col(SupportSession.id),
            col(SupportSession.held_on),
            col(SupportSession.place),
            col(SupportSession.head_count),
            col(SupportSession.newcomers_came),
        )
        .where(*conditions)
        .order_by(col(SupportSession.held_on), col(SupportSession.id))
    ).all()


def _session_line(session: Any) -> str:
    people = ""
    if session.head_count:
        people = "1 person came" if session.head_count == 1 else f"{session.head_count} people came"
        people = f": {people}{f', {session.newcomers_came} for the first time' if session.newcomers_came else ''}"
    where = f" ({session.place})" if session.place else ""
    return f"We met on {say(session.held_on)}{where}{people}."


def _lines(db: Session, session_ids: Sequence[int]) -> dict[CaptureKind, tuple[str, ...]]:
    """What was captured in the sessions, by kind, in order of time."""
    lines: dict[CaptureKind, tuple[str, ...]] = dict.fromkeys(CaptureKind, ())
    for line in db.execute(
        select(col(Capture.kind), col(Capture.text))
        .where(col(Capture.session_id).in_(session_ids))
        .order_by(col(Capture.at), col(Capture.id))
    ):
        lines[line.kind] += (line.text,)
    return lines


def _activities(db: Session, session_ids: Sequence[int]) -> tuple[ActivityLine, ...]:
    """The activities used in the sessions, each once, in the order in which they were used first."""
    rows = db.execute(
        select(
            col(Activity.id),
            col(Activity.name),
            col(Activity.purpose),
            col(Activity.how),
            col(Activity.materials),
            col(AgendaItem.minutes),
        )
        .join(AgendaItem, col(AgendaItem.activity_id) == col(Activity.id))
        .join(SupportSession, col(SupportSession.id) == col(AgendaItem.session_id))
        .where(col(AgendaItem.session_id).in_(session_ids))
        .order_by(col(SupportSession.held_on), col(AgendaItem.position), col(AgendaItem.id))
    )
    once: dict[int, ActivityLine] = {}
    for row in rows:
        once.setdefault(row.id, ActivityLine(row.name, row.purpose, row.how, row.minutes, row.materials))
    return tuple(once.values())
