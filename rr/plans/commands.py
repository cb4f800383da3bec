"""Making a plan, filling it, agreeing it, and keeping it up to date.

Rows are locked in one order, plan then action or review, so that two people never wait for each other.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlmodel import col

from rr import clock
from rr.access import Actor, Can, reach
from rr.accounts.models import Account, Role
from rr.base import LINE, LONG, clean, fold
from rr.days import add_months
from rr.days import say as say_day
from rr.db import Session
from rr.errors import Invalid, Refused
from rr.merge import merge
from rr.needs import commands as needs
from rr.needs.models import SupportNeed
from rr.partnerships.models import Contact, Partnership
from rr.plans.models import Action, ActionPlan, ActionUpdate, Review
from rr.plans.queries import access_action, access_plan, access_review, access_update
from rr.plans.rules import CLOSED, ActionStatus, Confidence, ends_on, reviews
from rr.sessions.models import Capture, SessionFacilitator, SupportSession
from rr.sessions.rules import CaptureKind
from rr.toolkit.models import Topic

TEXTS = {"title": LONG, "why": LONG, "lead": LINE, "first_step": LONG}
EDITABLE = frozenset({*TEXTS, "due", "topic", "needs_none"})
LONGEST_AHEAD = timedelta(days=3 * 365)  # a later date is a slip of the pen


def take_in(db: Session, session_id: int, *, actor: Actor, now: datetime) -> int | None:
    """Take a session's captured actions into the partnership's open plan, which is made if there is none; return its id.

    A line that was taken is not taken twice; support that it asked for is tied to its action. None if there is no open plan
    and nothing to take. The plan's lead is the first facilitator of the session that made it.
    """
    session = reach(db, SupportSession, session_id, actor, Can.EDIT_PLANS)
    db.get(Partnership, session.partnership_id, with_for_update={"key_share": True})  # two sessions that end at once make one plan
    plan = db.execute(_open_plan(session.partnership_id).with_for_update()).scalar_one_or_none()
    lines = db.execute(_not_taken(session_id)).scalars().all()
    if plan is None and not lines:
        return None
    if plan is None:
        first = select(func.min(col(SessionFacilitator.account_id))).where(col(SessionFacilitator.session_id) == session_id)
        lead_id = db.execute(first).scalar()
        plan = ActionPlan(partnership_id=session.partnership_id, session_id=session_id, lead_id=lead_id, made_at=now)
        db.add(plan)
        db.flush()
    for position, line in enumerate(lines, start=_last_position(db, plan.id) + 1):
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


def _not_taken(session_id: int) -> Any:
    taken = select(col(Action.id)).where(col(Action.capture_id) == col(Capture.id)).exists()
    return (
        select(Capture)
        .where(col(Capture.session_id) == session_id, col(Capture.kind) == CaptureKind.ACTION, ~taken)
        .order_by(col(Capture.at), col(Capture.id))
    )


def _last_position(db: Session, plan_id: int) -> int:
    return db.execute(select(func.coalesce(func.max(col(Action.position)), 0)).where(col(Action.plan_id) == plan_id)).scalar_one()


# Actions


def add_action(
    db: Session,
    plan_id: int,
    *,
    title: str,
    lead: str = "",
    due: date | None = None,
    first_step: str = "",
    topic: str | None = None,
    actor: Actor,
    now: datetime,
) -> int:
    """Add an action at the end of an open plan and return its id."""
    plan = _open(access_plan(db, plan_id, actor, Can.EDIT_PLANS))
    said = _checked(db, {"title": title, "lead": lead, "due": due, "first_step": first_step, "topic": topic}, clock.london_day(now))
    action = Action(plan_id=plan.id, position=_last_position(db, plan.id) + 1, **said)
    action.lead_contact_id = _contact(db, plan.partnership_id, action.lead)
    db.add(action)
    db.flush()
    return action.id


def edit_action(
    db: Session,
    action_id: int,
    changes: Mapping[str, Any],
    base: Mapping[str, Any],
    *,
    support: str = "",
    kind: str | None = None,
    actor: Actor,
    now: datetime,
) -> int:
    """Change what an action says: its title, why, lead, due, first_step, topic, needs_none; an edit is not word on the plan.

    `base` holds the values that the form was drawn from: what somebody else changed meanwhile stays, and the same field
    changed by both is refused (Conflict). `support` asks for support in the same gesture (`kind` as in `needs.commands.ask`).
    """
    action, plan = access_action(db, action_id, actor, Can.EDIT_PLANS)
    _open(plan)
    if unknown := set(changes) - EDITABLE:
        raise ValueError(f"Not for editing: {sorted(unknown)}")
    said = _checked(db, changes, clock.london_day(now))
    set_now = merge(action, base, said)
    if "lead" in set_now:
        action.lead_contact_id = _contact(db, plan.partnership_id, action.lead)
    if clean(support):
        _ask(db, action, plan, kind, support, actor=actor, now=now)
    db.flush()
    return action.id


def say_none_needed(db: Session, action_id: int, *, actor: Actor, now: datetime) -> int:
    """Say that no support is needed for an action. Refused while support is asked for."""
    action, plan = access_action(db, action_id, actor, Can.EDIT_PLANS)
    _open(plan)
    asked = select(func.count()).select_from(SupportNeed).where(col(SupportNeed.action_id) == action_id)
    if db.execute(asked).scalar_one():
        raise Refused("Support has been asked for this action", "Take that back first if it isn't needed any more.")
    action.needs_none = True
    return action.id


def ask_support(db: Session, action_id: int, *, words: str, kind: str | None = None, actor: Actor, now: datetime) -> int:
    """Ask for support for an action and return the need's id; without a kind it is guessed from the words. Twice is one need."""
    action, plan = access_action(db, action_id, actor, Can.EDIT_PLANS)
    return _ask(db, action, _open(plan), kind, words, actor=actor, now=now)


def _ask(db: Session, action: Action, plan: ActionPlan, kind: str | None, words: str, *, actor: Actor, now: datetime) -> int:
    need_id = needs.ask(
        db,
        partnership_id=plan.partnership_id,
        kind=kind,
        words=words,
        action_id=action.id,
        actor=actor,
        now=now,
    )
    action.needs_none = False
    return need_id


def move_action(db: Session, action_id: int, by: int, *, actor: Actor, now: datetime) -> int:
    """Move an action up (-1) or down (+1) in its plan. At the end of the list nothing changes."""
    _action, plan = access_action(db, action_id, actor, Can.EDIT_PLANS)
    _open(plan)
    ordered = _actions(db, plan.id)
    here = next(place for place, action in enumerate(ordered) if action.id == action_id)
    there = min(max(here + by, 0), len(ordered) - 1)
    ordered.insert(there, ordered.pop(here))
    for position, action in enumerate(ordered, start=1):
        action.position = position
    db.flush()
    return action_id


def say_confidence(
    db: Session,
    action_id: int,
    confidence: Confidence | None,
    why: str = "",
    *,
    base: Mapping[str, Any] | None = None,
    actor: Actor,
    now: datetime,
) -> int:
    """Keep a person's answer to "Are we confident this will be done by its date?", with their reason; None takes it back.

    `base` holds the `confidence` and `confidence_why` that were on screen: another answer given meanwhile is refused (Conflict).
    """
    action, plan = access_action(db, action_id, actor, Can.EDIT_PLANS)
    _open(plan)
    why = clean(why, LONG, "confidence_why")
    if confidence is not None and not why:
        raise Invalid({"confidence_why": "Say why in a few words, so that the next person understands."})
    there = {"confidence": action.confidence, "confidence_why": action.confidence_why}
    merge(action, there | dict(base or {}), {"confidence": confidence, "confidence_why": why if confidence is not None else ""})
    db.flush()
    return action.id


def _actions(db: Session, plan_id: int) -> list[Action]:
    return list(
        db.execute(select(Action).where(col(Action.plan_id) == plan_id).order_by(col(Action.position), col(Action.id))).scalars().all()
    )


def _open(plan: ActionPlan) -> ActionPlan:
    if plan.closed_on is not None:
        raise Refused(f"This plan was closed on {say_day(plan.closed_on)}", "Open it again first if something is still to do.")
    return plan


def _checked(db: Session, said: Mapping[str, Any], today: date) -> dict[str, Any]:
    """The same values, tidied; Invalid names every field that can't be taken."""
    tidy, errors = dict(said), {}
    for field, limit in TEXTS.items():
        if field in tidy:
            try:
                tidy[field] = clean(tidy[field], limit, field)
            except Invalid as wrong:
                errors |= wrong.errors
    if not tidy.get("title", "-"):
        errors["title"] = "Say what will be done."
    if (due := tidy.get("due")) is not None and not today - LONGEST_AHEAD < due < today + LONGEST_AHEAD:
        errors["due"] = "Check the year of this date."
    if (topic := tidy.get("topic")) is not None and db.get(Topic, topic) is None:
        errors["topic"] = "Choose one of the topics."
    if errors:
        raise Invalid(errors)
    return tidy


def _contact(db: Session, partnership_id: int, lead: str) -> int | None:
    """The one contact of the partnership whose name this is; None if there is none, or more than one."""
    if not lead:
        return None
    known = db.execute(select(col(Contact.id), col(Contact.name)).where(col(Contact.partnership_id) == partnership_id)).all()
    same = [contact.id for contact in known if fold(contact.name) == fold(lead)]
    return same[0] if len(same) == 1 else None


# Word on actions


def update_action(
    db: Session,
    action_id: int,
    status: ActionStatus,
    *,
    words: str = "",
    review_id: int | None = None,
    actor: Actor,
    now: datetime,
) -> int:
    """Say how an action goes: sets its status and returns the update's id. A mistaken one is put right by another.

    Saying the same status again in the same review is the same update; it takes the words if it had none.
    """
    action, plan = access_action(db, action_id, actor, Can.EDIT_PLANS)
    _open(plan)
    words = clean(words, LONG)
    if review_id is not None:
        review = db.get(Review, review_id)
        if review is None or review.plan_id != plan.id:
            raise Refused("This review belongs to another plan", "Open the review again from its plan.")
        said = _last_said(db, action_id, review_id)
        if said is not None and said.status is status and action.status is status and (not words or words == said.words or not said.words):
            said.words = words or said.words
            return said.id
    update = ActionUpdate(
        action_id=action_id, review_id=review_id, before=action.status, status=status, words=words, at=now, by_id=actor.account_id
    )
    action.status, action.status_at = status, now
    db.add(update)
    db.flush()
    return update.id


def _last_said(db: Session, action_id: int, review_id: int) -> ActionUpdate | None:
    return db.execute(
        select(ActionUpdate)
        .where(col(ActionUpdate.action_id) == action_id, col(ActionUpdate.review_id) == review_id)
        .order_by(col(ActionUpdate.at).desc(), col(ActionUpdate.id).desc())
        .limit(1)
    ).scalar_one_or_none()


def say(db: Session, update_id: int, words: str, base: str = "", *, actor: Actor, now: datetime) -> int:
    """Keep the words that belong to an update: what would help, what changed, why it was dropped.

    `base` is what was there when the person began to type; other words that somebody kept meanwhile are refused with both shown.
    """
    update, plan = access_update(db, update_id, actor, Can.EDIT_PLANS)
    _open(plan)
    merge(update, {"words": base}, {"words": clean(words, LONG)})
    db.flush()
    return update.id


# The plan


def agree(db: Session, plan_id: int, agreed_on: date, *, actor: Actor, now: datetime) -> int:
    """Keep the day on which the partnership agreed its plan, and set the three reviews.

    Refused until there is an action, and each that isn't finished has a lead and a date; first steps and support may follow.
    Reviews move forward off weekends, bank holidays and the partnership's closed day; the end doesn't move.
    """
    plan = _open(access_plan(db, plan_id, actor, Can.EDIT_PLANS))
    if plan.agreed_on == agreed_on:
        return plan.id
    if plan.agreed_on is not None:
        raise Refused(f"This plan was agreed on {say_day(plan.agreed_on)}", "Take the agreement back first if that day is wrong.")
    today = clock.london_day(now)
    if agreed_on > today:
        raise Invalid({"agreed_on": "Enter the day on which it was agreed: today or earlier."})
    if ends_on(agreed_on) < today:
        raise Invalid({"agreed_on": "Check the date: a plan that was agreed then would be over."})
    _ready(_actions(db, plan_id))
    plan.agreed_on = agreed_on
    partnership = db.get(Partnership, plan.partnership_id)
    closed = _closed_days(agreed_on, partnership.closed_weekday if partnership else None)
    db.add_all(Review(plan_id=plan.id, kind=kind, due_on=due_on) for kind, due_on in reviews(agreed_on, closed))
    db.flush()
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


def take_back_agreement(db: Session, plan_id: int, *, actor: Actor, now: datetime) -> int:
    """Make a plan a draft again and take its reviews away. Refused once a review was held or anything was said in one."""
    plan = _open(access_plan(db, plan_id, actor, Can.EDIT_PLANS))
    planned = list(db.execute(select(Review).where(col(Review.plan_id) == plan_id).with_for_update()).scalars())
    said = select(func.count()).select_from(ActionUpdate).where(col(ActionUpdate.review_id).in_([review.id for review in planned]))
    if any(review.held_on for review in planned) or db.execute(said).scalar_one():
        raise Refused("A review of this plan has begun", "What was said in it would be lost. Close the plan instead.")
    for review in planned:
        db.delete(review)
    plan.agreed_on = None
    db.flush()
    return plan.id


def name_lead(
    db: Session, plan_id: int, account_id: int | None, *, base: Mapping[str, Any] | None = None, actor: Actor, now: datetime
) -> int:
    """Name the facilitator who follows a plan up. It makes the partnership theirs.

    `base` holds the `lead_id` that was on screen: somebody else named meanwhile is not overwritten (Conflict).
    """
    plan = access_plan(db, plan_id, actor, Can.NAME_FACILITATORS)
    if account_id is not None:
        account = db.get(Account, account_id)
        if account is None or account.disabled_at is not None or account.role is not Role.FACILITATOR:
            raise Invalid({"lead_id": "Choose one of the facilitators."})
    merge(plan, {"lead_id": plan.lead_id} | dict(base or {}), {"lead_id": account_id})
    db.flush()
    return plan.id


def close(db: Session, plan_id: int, closed_on: date, why: str = "", *, actor: Actor, now: datetime) -> int:
    """Close a plan: nothing more is changed in it, and the partnership may begin another. Before its end, a reason is asked."""
    plan = access_plan(db, plan_id, actor, Can.EDIT_PLANS)
    if plan.closed_on == closed_on:
        return plan.id
    _open(plan)
    why, errors = clean(why, LINE, "why"), {}
    if closed_on > clock.london_day(now):
        errors["closed_on"] = "Enter today or an earlier day."
    elif closed_on < (plan.agreed_on or clock.london_day(plan.made_at)):
        errors["closed_on"] = "Enter a day after the plan began."
    if not why and (plan.agreed_on is None or closed_on < ends_on(plan.agreed_on)):
        errors["why"] = "Say why it is closed before its six months are over."
    if errors:
        raise Invalid(errors)
    plan.closed_on, plan.closed_why = closed_on, why
    db.flush()
    return plan.id


def reopen(db: Session, plan_id: int, *, actor: Actor, now: datetime) -> int:
    """Open a closed plan again. Refused while the partnership has another open one."""
    plan = access_plan(db, plan_id, actor, Can.EDIT_PLANS)
    if plan.closed_on is None:
        return plan.id
    if db.execute(_open_plan(plan.partnership_id)).first():
        raise Refused("This partnership has another open plan", "Add what is still to do to that one.")
    plan.closed_on, plan.closed_why = None, ""
    db.flush()
    return plan.id


# Reviews


def move_review(db: Session, review_id: int, due_on: date, *, was: date | None = None, actor: Actor, now: datetime) -> int:
    """Move a review to a day that suits the partnership, a weekend too if they chose it. `was` is the day that was on screen."""
    review, plan = access_review(db, review_id, actor, Can.EDIT_PLANS)
    _open(plan)
    if review.held_on is not None:
        raise Refused(f"This review was held on {say_day(review.held_on)}", "Move one that is still to come.")
    if plan.agreed_on is None or not plan.agreed_on < due_on < add_months(plan.agreed_on, 12):
        raise Invalid({"due_on": "Choose a day after the plan was agreed, and within a year of it."})
    merge(review, {"due_on": was or review.due_on}, {"due_on": due_on})
    db.flush()
    return review.id


def finish_review(db: Session, review_id: int, *, words: str = "", held_on: date | None = None, actor: Actor, now: datetime) -> int:
    """Keep that a review was held, today unless `held_on` says otherwise, and what was said beside the actions."""
    review, plan = access_review(db, review_id, actor, Can.EDIT_PLANS)
    _open(plan)
    words, today = clean(words, LONG), clock.london_day(now)
    held_on = held_on or today
    if review.held_on is not None:
        if review.held_on == held_on and words in ("", review.words):
            return review.id
        raise Refused(f"This review was finished on {say_day(review.held_on)}", "What you say about an action is still kept.")
    if held_on > today or (plan.agreed_on is not None and held_on < plan.agreed_on):
        raise Invalid({"held_on": "Enter the day on which it was held: after the plan was agreed, and not in the future."})
    review.held_on, review.words, review.by_id = held_on, words, actor.account_id
    db.flush()
    return review.id
