"""Asking for support, and saying what came of it."""

from datetime import datetime

from sqlalchemy import select
from sqlmodel import col

from rr import clock
from rr.access import Actor, Can, Scope, demand_for, reach, scope
from rr.db import Session
from rr.errors import Invalid, Refused
from rr.needs import queries
from rr.needs.drafts import NeedDraft
from rr.needs.models import SupportKind, SupportNeed, SupportPartner
from rr.needs.rules import NeedStatus, support_kind
from rr.partnerships.models import Partnership
from rr.plans.models import Action, ActionPlan
from rr.sessions.models import Capture, SupportSession

LOCK = {"key_share": True}  # others may still add rows that point here


def ask(
    db: Session,
    *,
    partnership_id: int,
    kind: str | None,
    words: str,
    capture_id: int | None = None,
    action_id: int | None = None,
    actor: Actor,
    now: datetime,
) -> int:
    """Ask for support, for a captured line, an action or the partnership, and return the need's id.

    Without a `kind` it is guessed from the words. The same kind and words for the same line or action are one need: the first
    one's id is returned, and if it had not been available it is asked again. Locks what it is for, so that two people who ask at
    once make one need. A line that has become an action asks for that action.
    """
    demand_for(db, partnership_id, actor, Can.ASK_SUPPORT)
    words = NeedDraft(words=words).words
    kind = _kind(db, kind, words)
    if action_id is None and capture_id is not None:
        action_id = db.execute(select(col(Action.id)).where(col(Action.capture_id) == capture_id)).scalar()
    if action_id is not None:
        db.get(Action, action_id, with_for_update=LOCK)
    elif capture_id is not None:
        db.get(Capture, capture_id, with_for_update=LOCK)
    else:
        db.get(Partnership, partnership_id, with_for_update=LOCK)
    _of_partnership(db, partnership_id, capture_id, action_id)
    there = _same(db, partnership_id, kind, words, capture_id, action_id)
    if there is None:
        there = SupportNeed(
            partnership_id=partnership_id,
            capture_id=capture_id,
            action_id=action_id,
            kind=kind,
            words=words,
            asked_on=clock.london_day(now),
            at=now,
            by_id=actor.account_id,
        )
        db.add(there)
    elif there.status is NeedStatus.NOT_AVAILABLE:
        _settle(there, NeedStatus.ASKED, None, now)
    db.flush()
    return there.id


def withdraw(db: Session, need_id: int, *, actor: Actor, now: datetime) -> int:
    """Take a need back, as if it had not been asked; the audit keeps it. Refuses one for which support was found."""
    need = reach(db, SupportNeed, need_id, actor, Can.ASK_SUPPORT)
    if need.status is NeedStatus.FOUND:
        raise Refused("Support has been found for this", _way_forward(actor))
    db.delete(need)
    db.flush()
    return need_id


def tie(db: Session, capture_id: int, action_id: int, *, actor: Actor, now: datetime) -> int:
    """Give a captured line's needs the action that the line became, and return how many got it. Needs that have one keep theirs."""
    found = select(SupportNeed).where(col(SupportNeed.capture_id) == capture_id, col(SupportNeed.action_id).is_(None))
    needs = db.execute(found.order_by(col(SupportNeed.id)).with_for_update()).scalars().all()
    for partnership_id in {need.partnership_id for need in needs}:
        demand_for(db, partnership_id, actor, Can.ASK_SUPPORT)
        _of_partnership(db, partnership_id, capture_id, action_id)
    for need in needs:
        need.action_id = action_id
    db.flush()
    return len(needs)


def settle(
    db: Session,
    need_id: int,
    status: NeedStatus,
    partner_id: int | None = None,
    *,
    was: NeedStatus | None = None,
    actor: Actor,
    now: datetime,
) -> int:
    """Say what came of a need: found (with the support partner), not available, or asked again.

    `was` is the status that the person saw: if somebody else settled it meanwhile, this is refused with what they said.
    Saying the same again changes nothing.
    """
    need = reach(db, SupportNeed, need_id, actor, Can.MATCH_SUPPORT)
    partner = db.get(SupportPartner, partner_id) if partner_id is not None and status is NeedStatus.FOUND else None
    if status is NeedStatus.FOUND and partner is None:
        raise Invalid({"partner_id": "Choose the support partner who helps."})
    wanted = partner.id if partner else None
    if (need.status, need.partner_id) == (status, wanted):
        return need_id
    if was is not None and need.status is not was:
        theirs = db.get(SupportPartner, need.partner_id) if need.partner_id else None
        now_is = f"{need.status.label}{f': {theirs.name}' if theirs else ''}"
        raise Refused(f"Somebody else changed this meanwhile: {now_is}", "If that is wrong, choose “Ask again” first.")
    _settle(need, status, wanted, now)
    db.flush()
    return need_id


def change_kind(db: Session, need_id: int, kind: str, *, was: str | None = None, actor: Actor, now: datetime) -> int:
    """Put a need under another kind than was guessed or chosen. `was` is the kind on screen: what somebody else chose stays (refused).

    Choosing what it is already changes nothing.
    """
    need = reach(db, SupportNeed, need_id, actor, Can.ASK_SUPPORT)
    chosen = _kind(db, kind, need.words)
    if was not in (None, need.kind) and chosen != need.kind:
        theirs = db.get_one(SupportKind, need.kind)
        raise Refused(f"Somebody else changed the type meanwhile: {theirs.label}", "If that is wrong, change it again.")
    need.kind = chosen
    db.flush()
    return need_id


def _way_forward(actor: Actor) -> str:
    """How a match is taken back: those who match have a button for it."""
    if scope(actor, Can.MATCH_SUPPORT) is Scope.NONE:
        return "Ask the support team to undo the match, if it isn't needed any more."
    return "Choose “Ask again” on the page “Support needed” first, then “No longer needed”."


def _settle(need: SupportNeed, status: NeedStatus, partner_id: int | None, now: datetime) -> None:
    need.status, need.partner_id = status, partner_id
    need.settled_on = None if status is NeedStatus.ASKED else clock.london_day(now)


def _kind(db: Session, kind: str | None, words: str) -> str:
    kinds = queries.kinds(db)
    if kind is not None:
        if kind not in {known.code for known in kinds}:
            raise Invalid({"kind": "Choose a type of support from the list."})
        return kind
    return support_kind(words, {known.code: known.words for known in kinds}) or kinds[-1].code  # the last of the list is "something else"


def _of_partnership(db: Session, partnership_id: int, capture_id: int | None, action_id: int | None) -> None:
    """Refuse a line or an action of another partnership: access was checked for this one only."""
    homes: list[int | None] = []
    if capture_id is not None:
        of_line = select(col(SupportSession.partnership_id)).join(Capture, col(Capture.session_id) == col(SupportSession.id))
        homes.append(db.execute(of_line.where(col(Capture.id) == capture_id)).scalar())
    if action_id is not None:
        of_action = select(col(ActionPlan.partnership_id)).join(Action, col(Action.plan_id) == col(ActionPlan.id))
        homes.append(db.execute(of_action.where(col(Action.id) == action_id)).scalar())
    if any(home != partnership_id for home in homes):
        raise Refused("This belongs to another partnership", "Open the plan again and ask from there.")


def _same(db: Session, partnership_id: int, kind: str, words: str, capture_id: int | None, action_id: int | None) -> SupportNeed | None:
    wanted = select(SupportNeed).where(
        col(SupportNeed.partnership_id) == partnership_id, col(SupportNeed.kind) == kind, col(SupportNeed.words) == words
    )
    if action_id is not None:
        wanted = wanted.where(col(SupportNeed.action_id) == action_id)
    elif capture_id is not None:
        wanted = wanted.where(col(SupportNeed.capture_id) == capture_id)
    else:
        wanted = wanted.where(col(SupportNeed.action_id).is_(None), col(SupportNeed.capture_id).is_(None))
    return db.execute(wanted.order_by(col(SupportNeed.id)).limit(1)).scalar_one_or_none()
