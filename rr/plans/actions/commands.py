"""What a plan's actions say, the support that they need, and how they go."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlmodel import col

from rr.access import Actor, Can
from rr.base import clean, fold
from rr.clock import london_day
from rr.db import Session
from rr.errors import Refused
from rr.merge import merge
from rr.needs import commands as needs
from rr.needs.models import SupportNeed
from rr.partnerships.models import Contact
from rr.plans.access import access_action, access_plan, access_update, actions_of, next_position, still_open
from rr.plans.drafts import ActionDraft, ConfidenceDraft, UpdateDraft
from rr.plans.models import Action, ActionPlan, ActionUpdate, Review
from rr.plans.roll_up import note_update
from rr.plans.rules import ActionStatus, Confidence
from rr.toolkit.models import Topic

LONGEST_AHEAD = timedelta(days=3 * 365)  # a later date is a slip of the pen


def add_action(db: Session, plan_id: int, *, actor: Actor, now: datetime, **answers: Any) -> int:
    """Add an action at the end of an open plan and return its id. The answers are fields of `ActionDraft`."""
    plan = still_open(access_plan(db, plan_id, actor, Can.EDIT_PLANS))
    values = dict(ActionDraft(**answers))
    _check(db, values, london_day(now))
    action = Action(plan_id=plan.id, position=next_position(db, plan.id), **values)
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
    """Change fields of `ActionDraft`; an edit is no update of the plan.

    `base` holds the values that the form was drawn from: what somebody else changed meanwhile stays, and the same field
    changed by both is refused (Conflict). `support` asks for support in the same gesture (`kind` as in `needs.commands.ask`).
    """
    action, plan = access_action(db, action_id, actor, Can.EDIT_PLANS)
    still_open(plan)
    wanted = ActionDraft.checked(changes, base)
    _check(db, wanted, london_day(now))
    changed = merge(action, base, wanted)
    if "lead" in changed:
        action.lead_contact_id = _contact(db, plan.partnership_id, action.lead)
    if clean(support):
        _ask(db, action, plan, kind, support, actor=actor, now=now)
    db.flush()
    return action.id


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


def _check(db: Session, values: Mapping[str, Any], today: date) -> None:
    errors = {}
    if (due := values.get("due")) is not None and not today - LONGEST_AHEAD < due < today + LONGEST_AHEAD:
        errors["due"] = "Check the year of this date."
    if (topic := values.get("topic")) is not None and db.get(Topic, topic) is None:
        errors["topic"] = "Choose one of the topics."
    ActionDraft.refuse(errors)


def _contact(db: Session, partnership_id: int, lead: str) -> int | None:
    """The one contact of the partnership whose name this is; None if there is none, or more than one."""
    if not lead:
        return None
    known = db.execute(select(col(Contact.id), col(Contact.name)).where(col(Contact.partnership_id) == partnership_id)).all()
    same = [contact.id for contact in known if fold(contact.name) == fold(lead)]
    return same[0] if len(same) == 1 else None


# Support


def ask_support(db: Session, action_id: int, *, words: str, kind: str | None = None, actor: Actor, now: datetime) -> int:
    """Ask for support for an action and return the need's id; without a kind it is guessed from the words. Twice is one need."""
    action, plan = access_action(db, action_id, actor, Can.EDIT_PLANS)
    return _ask(db, action, still_open(plan), kind, words, actor=actor, now=now)


def set_no_support_needed(db: Session, action_id: int, *, actor: Actor, now: datetime) -> int:
    """Note that no support is needed for an action. Refused while support is asked for."""
    action, plan = access_action(db, action_id, actor, Can.EDIT_PLANS)
    still_open(plan)
    asked = select(func.count()).select_from(SupportNeed).where(col(SupportNeed.action_id) == action_id)
    if db.execute(asked).scalar_one():
        raise Refused("Support has been asked for this action", "Choose “No longer needed” beside it on the page “Support needed” first.")
    action.needs_none = True
    return action.id


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


# How it goes


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
    """Set how an action goes and return the update's id. A mistaken one is corrected by another.

    The same status again in the same review is the same update; it takes the words if it had none.
    """
    action, plan = access_action(db, action_id, actor, Can.EDIT_PLANS)
    still_open(plan)
    words = UpdateDraft(words=words).words
    if review_id is not None:
        review = db.get(Review, review_id)
        if review is None or review.plan_id != plan.id:
            raise Refused("This review belongs to another plan", "Open the review again from its plan.")
        last = _last_update(db, action_id, review_id)
        if last is not None and last.status is status and action.status is status and (not words or last.words in ("", words)):
            last.words = words or last.words
            return last.id
    update = ActionUpdate(
        action_id=action_id, review_id=review_id, before=action.status, status=status, words=words, at=now, by_id=actor.account_id
    )
    action.status, action.status_at = status, now
    note_update(plan, london_day(now))
    db.add(update)
    db.flush()
    return update.id


def _last_update(db: Session, action_id: int, review_id: int) -> ActionUpdate | None:
    return db.execute(
        select(ActionUpdate)
        .where(col(ActionUpdate.action_id) == action_id, col(ActionUpdate.review_id) == review_id)
        .order_by(col(ActionUpdate.at).desc(), col(ActionUpdate.id).desc())
        .limit(1)
    ).scalar_one_or_none()


def set_words(db: Session, update_id: int, words: str, base: str = "", *, actor: Actor, now: datetime) -> int:
    """Store the words that belong to an update: what would help, what changed, why it was dropped.

    `base` is what was there when the person began to type; other words that somebody stored meanwhile are refused with both shown.
    """
    update, plan = access_update(db, update_id, actor, Can.EDIT_PLANS)
    still_open(plan)
    merge(update, {"words": base}, {"words": UpdateDraft(words=words).words})
    db.flush()
    return update.id


def set_confidence(
    db: Session,
    action_id: int,
    confidence: Confidence | None,
    confidence_why: str = "",
    *,
    base: Mapping[str, Any] | None = None,
    actor: Actor,
    now: datetime,
) -> int:
    """Store a person's answer to "Are we confident this will be done by its date?", with their reason; None takes it back.

    `base` holds the `confidence` and `confidence_why` that were on screen: another answer given meanwhile is refused (Conflict).
    """
    action, plan = access_action(db, action_id, actor, Can.EDIT_PLANS)
    still_open(plan)
    answer = dict(ConfidenceDraft(confidence=confidence, confidence_why=confidence_why if confidence is not None else ""))
    merge(action, ConfidenceDraft.values_of(action) | dict(base or {}), answer)
    db.flush()
    return action.id
