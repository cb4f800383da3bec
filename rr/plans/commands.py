"""Making a plan from what a session captured, agreeing it, and closing it."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlmodel import col

from rr.access import Actor, Can, reach
from rr.accounts.models import Account, Role
from rr.clock import london_day
from rr.days import add_months, say
from rr.db import Session
from rr.errors import Refused
from rr.merge import merge
from rr.needs import commands as needs
from rr.partnerships.models import Partnership
from rr.plans.access import access_plan, actions_of, next_position, still_open
from rr.plans.drafts import AgreementDraft, ClosingDraft, PlanContactDraft
from rr.plans.models import Action, ActionPlan, ActionUpdate, Review
from rr.plans.roll_up import note_reviews
from rr.plans.rules import CLOSED, ends_on, reviews
from rr.sessions.models import Capture, SessionFacilitator, SupportSession
from rr.sessions.rules import CaptureKind


def add_from_session(db: Session, session_id: int, *, actor: Actor, now: datetime) -> int | None:
    """Add a session's captured actions to the partnership's open plan, which is made if there is none; return its id.

    No line is added twice; support that it asked for is tied to its action. None if there is no open plan and nothing to add.
    The plan's contact is the first facilitator of the session that made it.
    """
    session = reach(db, SupportSession, session_id, actor, Can.EDIT_PLANS)
    db.get(Partnership, session.partnership_id, with_for_update={"key_share": True})  # two sessions that end at once make one plan
    plan = db.execute(_open_plan(session.partnership_id).with_for_update()).scalar_one_or_none()
    lines = db.execute(_not_added(session_id)).scalars().all()
    if plan is None and not lines:
        return None
    if plan is None:
        first = select(func.min(col(SessionFacilitator.account_id))).where(col(SessionFacilitator.session_id) == session_id)
        lead_id = db.execute(first).scalar()
        plan = ActionPlan(partnership_id=session.partnership_id, session_id=session_id, lead_id=lead_id, made_at=now)
        db.add(plan)
        db.flush()
    for position, line in enumerate(lines, start=next_position(db, plan.id)):
        action = Action(
            plan_id=plan.id,
            capture_id=line.id,
            position=position,
            title=line.text,
            lead=line.lead,
            lead_contact_id=line.lead_contact_id,
            due=line.due,
            topic=line.topic,
        )
        db.add(action)
        db.flush()
        needs.tie(db, line.id or 0, action.id, actor=actor, now=now)
    return plan.id


def _open_plan(partnership_id: int) -> Any:
    return select(ActionPlan).where(col(ActionPlan.partnership_id) == partnership_id, col(ActionPlan.closed_on).is_(None))


def _not_added(session_id: int) -> Any:
    added = select(col(Action.id)).where(col(Action.capture_id) == col(Capture.id)).exists()
    return (
        select(Capture)
        .where(col(Capture.session_id) == session_id, col(Capture.kind) == CaptureKind.ACTION, ~added)
        .order_by(col(Capture.at), col(Capture.id))
    )


def agree(db: Session, plan_id: int, agreed_on: date, *, actor: Actor, now: datetime) -> int:
    """Store the day on which the partnership agreed its plan, and set the three reviews.

    Refused until there is an action, and each that isn't finished has a lead and a date; first steps and support may follow.
    Reviews move forward off weekends, bank holidays and the partnership's closed day; the end doesn't move.
    """
    plan = still_open(access_plan(db, plan_id, actor, Can.EDIT_PLANS))
    agreed_on = AgreementDraft(agreed_on=agreed_on).agreed_on
    if plan.agreed_on == agreed_on:
        return plan.id
    if plan.agreed_on is not None:
        raise Refused(f"This plan was agreed on {say(plan.agreed_on)}", "Undo the agreement first if that date is wrong.")
    today = london_day(now)
    if agreed_on > today:
        AgreementDraft.refuse({"agreed_on": "Enter the date on which it was agreed: today or earlier."})
    if ends_on(agreed_on) < today:
        AgreementDraft.refuse({"agreed_on": "Check the date: a plan that was agreed then would be over."})
    _ready(actions_of(db, plan_id))
    plan.agreed_on = agreed_on
    partnership = db.get(Partnership, plan.partnership_id)
    closed = _closed_days(agreed_on, partnership.closed_weekday if partnership else None)
    db.add_all(Review(plan_id=plan.id, kind=kind, due_on=due_on) for kind, due_on in reviews(agreed_on, closed))
    note_reviews(db, plan)
    return plan.id


def _ready(actions: list[Action]) -> None:
    if not actions:
        raise Refused("This plan has no actions yet", "Add at least one. 5 to 10 are achievable in six months.")
    gaps = []
    for number, action in enumerate(actions, start=1):
        wanting = [what for what, known in (("a lead", action.lead), ("a date", action.due)) if not known]
        if wanting and action.status not in CLOSED:
            gaps.append(f"Action {number} needs {' and '.join(wanting)}.")
    if gaps:
        raise Refused("Before the plan is agreed, each action needs a lead and a date", " ".join(gaps))


def _closed_days(agreed_on: date, weekday: int | None) -> frozenset[date]:
    if weekday is None:
        return frozenset()
    days = (agreed_on + timedelta(days=n) for n in range((add_months(agreed_on, 7) - agreed_on).days))
    return frozenset(day for day in days if day.weekday() == weekday)


def undo_agreement(db: Session, plan_id: int, *, actor: Actor, now: datetime) -> int:
    """Make a plan a draft again and take its reviews away. Refused once a review was held or an action was updated in one."""
    plan = still_open(access_plan(db, plan_id, actor, Can.EDIT_PLANS))
    planned = list(db.execute(select(Review).where(col(Review.plan_id) == plan_id).with_for_update()).scalars())
    updates = select(func.count()).select_from(ActionUpdate).where(col(ActionUpdate.review_id).in_([review.id for review in planned]))
    if any(review.held_on for review in planned) or db.execute(updates).scalar_one():
        raise Refused("A review of this plan has begun", "Its updates would be lost. Close the plan instead.")
    for review in planned:
        db.delete(review)
    plan.agreed_on = None
    note_reviews(db, plan)
    return plan.id


def name_lead(db: Session, plan_id: int, lead_id: int | None, *, base: Mapping[str, Any] | None = None, actor: Actor, now: datetime) -> int:
    """Name the facilitator who follows a plan up, by their account. It makes the partnership theirs.

    `base` holds the `lead_id` that was on screen: somebody else named meanwhile is not overwritten (Conflict).
    """
    plan = access_plan(db, plan_id, actor, Can.NAME_FACILITATORS)
    wanted = dict(PlanContactDraft(lead_id=lead_id))
    if lead_id is not None:
        account = db.get(Account, lead_id)
        if account is None or account.disabled_at is not None or account.role is not Role.FACILITATOR:
            PlanContactDraft.refuse({"lead_id": "Choose one of the facilitators."})
    merge(plan, PlanContactDraft.values_of(plan) | dict(base or {}), wanted)
    db.flush()
    return plan.id


def close(db: Session, plan_id: int, closed_on: date, why: str = "", *, actor: Actor, now: datetime) -> int:
    """Close a plan: nothing more is changed in it, and the partnership may begin another. Before its end, a reason is asked."""
    plan = access_plan(db, plan_id, actor, Can.EDIT_PLANS)
    if plan.closed_on is not None and plan.closed_on == closed_on:
        return plan.id
    still_open(plan)
    draft, errors = ClosingDraft(closed_on=closed_on, why=why), {}
    if draft.closed_on > london_day(now):
        errors["closed_on"] = "Enter today or an earlier date."
    elif draft.closed_on < (plan.agreed_on or london_day(plan.made_at)):
        errors["closed_on"] = "Enter a date after the plan began."
    if not draft.why and (plan.agreed_on is None or draft.closed_on < ends_on(plan.agreed_on)):
        errors["why"] = "Give the reason: its six months aren't over yet."
    ClosingDraft.refuse(errors)
    plan.closed_on, plan.closed_why = draft.closed_on, draft.why
    db.flush()
    return plan.id


def reopen(db: Session, plan_id: int, *, actor: Actor, now: datetime) -> int:
    """Open a closed plan again. Refused while the partnership has another open one."""
    plan = access_plan(db, plan_id, actor, Can.EDIT_PLANS)
    if plan.closed_on is None:
        return plan.id
    if db.execute(_open_plan(plan.partnership_id)).first():
        raise Refused("This partnership has another open plan", "Add what is still to be done to that one.")
    plan.closed_on, plan.closed_why = None, ""
    db.flush()
    return plan.id
