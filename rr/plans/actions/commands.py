"""What a plan's actions say, the support that they need, and how they go."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlmodel import col

from rr import clock
from rr.access import Actor, Can
from rr.base import LINE, LONG, clean, fold
from rr.db import Session
from rr.errors import Invalid, Refused
from rr.merge import merge
from rr.needs import commands as needs
from rr.needs.models import SupportNeed
from rr.partnerships.models import Contact
from rr.plans.access import access_action, access_plan, access_update, actions_of, next_position, still_open
from rr.plans.models import Action, ActionPlan, ActionUpdate, Review
from rr.plans.roll_up import note_update
from rr.plans.rules import ActionStatus, Confidence
from rr.toolkit.models import Topic

TEXTS = {"title": LONG, "why": LONG, "lead": LINE, "first_step": LONG}
EDITABLE = frozenset({*TEXTS, "due", "topic", "needs_none"})
LONGEST_AHEAD = timedelta(days=3 * 365)  # a later date is a slip of the pen


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
    plan = still_open(access_plan(db, plan_id, actor, Can.EDIT_PLANS))
    said = _checked(db, {"title": title, "lead": lead, "due": due, "first_step": first_step, "topic": topic}, clock.london_day(now))
    action = Action(plan_id=plan.id, position=next_position(db, plan.id), **said)
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
    still_open(plan)
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


def set_no_support_needed(db: Session, action_id: int, *, actor: Actor, now: datetime) -> int:
    """Say that no support is needed for an action. Refused while support is asked for."""
    action, plan = access_action(db, action_id, actor, Can.EDIT_PLANS)
    still_open(plan)
    asked = select(func.count()).select_from(SupportNeed).where(col(SupportNeed.action_id) == action_id)
    if db.execute(asked).scalar_one():
        raise Refused("Support has been asked for this action", "Take that back first if it isn't needed any more.")
    action.needs_none = True
    return action.id


def ask_support(db: Session, action_id: int, *, words: str, kind: str | None = None, actor: Actor, now: datetime) -> int:
    """Ask for support for an action and return the need's id; without a kind it is guessed from the words. Twice is one need."""
    action, plan = access_action(db, action_id, actor, Can.EDIT_PLANS)
    return _ask(db, action, still_open(plan), kind, words, actor=actor, now=now)


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
    still_open(plan)
    ordered = actions_of(db, plan.id)
    here = next(place for place, action in enumerate(ordered) if action.id == action_id)
    there = min(max(here + by, 0), len(ordered) - 1)
    ordered.insert(there, ordered.pop(here))
    for position, action in enumerate(ordered, start=1):
        action.position = position
    db.flush()
    return action_id


def set_confidence(
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
    still_open(plan)
    why = clean(why, LONG, "confidence_why")
    if confidence is not None and not why:
        raise Invalid({"confidence_why": "Say why in a few words, so that the next person understands."})
    there = {"confidence": action.confidence, "confidence_why": action.confidence_why}
    merge(action, there | dict(base or {}), {"confidence": confidence, "confidence_why": why if confidence is not None else ""})
    db.flush()
    return action.id


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
    still_open(plan)
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
    action.status = status
    note_update(plan, clock.london_day(now))
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


def set_words(db: Session, update_id: int, words: str, base: str = "", *, actor: Actor, now: datetime) -> int:
    """Keep the words that belong to an update: what would help, what changed, why it was dropped.

    `base` is what was there when the person began to type; other words that somebody kept meanwhile are refused with both shown.
    """
    update, plan = access_update(db, update_id, actor, Can.EDIT_PLANS)
    still_open(plan)
    merge(update, {"words": base}, {"words": clean(words, LONG)})
    db.flush()
    return update.id
