"""Drafting a session, arranging it, marking it as held and writing it up: one function for one gesture."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

from sqlalchemy import func, select
from sqlmodel import col

from rr import clock
from rr.access import Actor, Can, demand, reach
from rr.accounts.models import Account, Role
from rr.db import Session
from rr.errors import Refused
from rr.intake.models import SupportRequest
from rr.intake.rules import undo_allowed
from rr.merge import merge
from rr.plans.commands import add_from_session
from rr.sessions import queries, rules
from rr.sessions.agenda import queries as agenda_queries
from rr.sessions.drafts import CancelDraft, FacilitatorsDraft, HeldDraft, SessionDraft
from rr.sessions.models import AgendaItem, Capture, SessionFacilitator, SupportSession
from rr.sessions.rules import CaptureKind
from rr.toolkit import queries as toolkit
from rr.toolkit.recipe import Proposal, propose

WHEN = ("day", "time")
DETAILS = tuple(name for name in SessionDraft.fields() if name not in WHEN)


# Drafts


def draft_session(db: Session, request_id: int, *, actor: Actor, now: datetime) -> int:
    """Make the draft session of a request, with the proposed agenda and all that the request said; return its id.

    A request has one draft: asked again, this returns it. Refuses a request that no partnership was chosen for.
    """
    request = reach(db, SupportRequest, request_id, actor, Can.RUN_SESSIONS)
    if request.partnership_id is None:
        raise Refused("No partnership chosen yet", "Choose the partnership first, then accept.")
    there = queries.draft_of(db, request_id)
    if there is not None:
        return there.session_id
    proposal = propose(toolkit.recipes(db), toolkit.activities(db), agenda_queries.ask_of(db, request, request_id, request.partnership_id))
    draft = SupportSession(
        partnership_id=request.partnership_id,
        request_id=request_id,
        format=request.format,
        people=request.people,
        newcomers=request.newcomers,
        access_needs=request.access_needs,
        avoid=request.avoid,
        minutes=proposal.minutes,
        made_at=now,
    )
    return _with_agenda(db, draft, proposal)


def draft_next(db: Session, session_id: int, *, actor: Actor, now: datetime) -> int:
    """Make the draft of the session after one that was held, with the same people and the agenda that suits a second one; return its id."""
    row = reach(db, SupportSession, session_id, actor, Can.RUN_SESSIONS)
    if row.held_on is None:
        raise Refused("This session hasn't been held yet", "Mark it as held, then plan the next one.")
    proposal = propose(toolkit.recipes(db), toolkit.activities(db), agenda_queries.ask_of(db, row, row.request_id, row.partnership_id))
    copied = ("partnership_id", "request_id", "format", "place", "link", "people", "newcomers", "access_needs", "avoid")
    draft = SupportSession(**{field: getattr(row, field) for field in copied}, minutes=proposal.minutes, made_at=now, edited_at=now)
    made = _with_agenda(db, draft, proposal)
    for account_id in db.execute(
        select(col(SessionFacilitator.account_id)).where(col(SessionFacilitator.session_id) == session_id)
    ).scalars():
        db.add(SessionFacilitator(session_id=made, account_id=account_id))
    db.flush()
    return made


def _with_agenda(db: Session, draft: SupportSession, proposal: Proposal) -> int:
    draft.recipe, draft.recipe_why = proposal.recipe_name, proposal.why
    db.add(draft)
    db.flush()
    for position, item in enumerate(proposal.items, start=1):
        row = AgendaItem(
            session_id=draft.id, activity_id=item.activity_id, position=position, title=item.title, minutes=item.minutes, why=item.why
        )
        db.add(row)
    db.flush()
    return draft.id


def discard_draft(db: Session, session_id: int, *, actor: Actor, now: datetime) -> None:
    """Delete a draft, as if it had never been made: for undoing an acceptance. Refuses one that a person has changed since."""
    demand(actor, Can.TRIAGE)
    row = reach(db, SupportSession, session_id, actor, Can.RUN_SESSIONS)
    undo_allowed(row.edited_at is not None)
    for item in db.execute(select(AgendaItem).where(col(AgendaItem.session_id) == session_id)).scalars():
        db.delete(item)
    db.flush()
    db.delete(row)
    db.flush()


# Details


def arrange(db: Session, session_id: int, changes: Mapping[str, Any], base: Mapping[str, Any], *, actor: Actor, now: datetime) -> None:
    """Set what is agreed about a session: fields of `SessionDraft`.

    Merges with what others changed since the form was drawn from `base`; the same field changed by both is refused (Conflict).
    A day needs its time and may not have passed. Refuses a session that was held or cancelled.
    """
    row = reach(db, SupportSession, session_id, actor, Can.RUN_SESSIONS)
    _still_ahead(row)
    starts_at = row.starts_at.astimezone(clock.LONDON) if row.starts_at else None
    stored = SimpleNamespace(
        day=starts_at.date() if starts_at else None,
        time=starts_at.time() if starts_at else None,
        **{field: getattr(row, field) for field in DETAILS},
    )
    changed = merge(stored, base, SessionDraft.checked(changes, base))
    errors = SessionDraft.contradictions(vars(stored), changed)
    if changed.get("day") and stored.day < clock.london_day(now):
        errors["day"] = "This date has passed. If the session was held then, use “Mark as held”."
    SessionDraft.refuse(errors)
    for field in DETAILS:
        if field in changed:
            setattr(row, field, changed[field])
    if changed.keys() & set(WHEN):
        row.starts_at = rules.begins(stored.day, stored.time) if stored.day else None
    if changed:
        row.touch(now)
    db.flush()


def _still_ahead(row: SupportSession) -> None:
    if row.held_on is not None:
        raise Refused("This session was held", "Correct the date and who came under “Write up”.")
    rules.not_cancelled(row.cancelled_at)


def name_facilitators(
    db: Session,
    session_id: int,
    account_ids: Collection[int],
    *,
    base: Collection[int] | None = None,
    actor: Actor,
    now: datetime,
) -> None:
    """Set who facilitates: the session's partnership becomes theirs. Support staff and managers only.

    With `base` (those named when the form was drawn) only what was added and removed counts, so two people's changes merge.
    """
    row = reach(db, SupportSession, session_id, actor, Can.NAME_FACILITATORS)
    there = {
        one.account_id: one
        for one in db.execute(select(SessionFacilitator).where(col(SessionFacilitator.session_id) == session_id)).scalars()
    }
    before = set(there if base is None else base)
    new, gone = set(account_ids) - before - set(there), (before - set(account_ids)) & set(there)
    can = select(col(Account.id)).where(col(Account.id).in_(new), col(Account.role) == Role.FACILITATOR, col(Account.disabled_at).is_(None))
    if set(db.execute(can).scalars()) != new:
        FacilitatorsDraft.refuse({"facilitators": "Choose people who have a facilitator's account."})
    for account_id in sorted(new):
        db.add(SessionFacilitator(session_id=session_id, account_id=account_id))
    for account_id in sorted(gone):
        db.delete(there[account_id])
    if new or gone:
        row.touch(now)
    db.flush()


def cancel(db: Session, session_id: int, why: str, *, actor: Actor, now: datetime) -> None:
    """Cancel a session, with the reason. Its agenda and its details stay. Refuses one that was held."""
    row = reach(db, SupportSession, session_id, actor, Can.RUN_SESSIONS)
    if row.held_on is not None:
        raise Refused("This session was held", "It can't be cancelled any more.")
    if row.cancelled_at is not None:
        return
    row.cancelled_why = CancelDraft(why=why).why
    row.cancelled_at = now
    row.touch(now)
    db.flush()


def reopen(db: Session, session_id: int, *, actor: Actor, now: datetime) -> None:
    """Reopen a cancelled session as it was. Its day may have passed meanwhile."""
    row = reach(db, SupportSession, session_id, actor, Can.RUN_SESSIONS)
    row.cancelled_at, row.cancelled_why = None, ""
    db.flush()


# Held and written up


def mark_held(
    db: Session,
    session_id: int,
    *,
    held_on: date | None,
    head_count: int | None,
    newcomers_came: int | None,
    base: Mapping[str, Any] | None = None,
    actor: Actor,
    now: datetime,
) -> None:
    """Mark a session as held: on which day, how many came, how many of them new (None = nobody counted). A second time, it corrects.

    `base` is what the form was drawn from, nothing by default; where somebody else saved another value meanwhile, it is refused (Conflict).
    """
    row = reach(db, SupportSession, session_id, actor, Can.RUN_SESSIONS)
    _hold(db, row, {"held_on": held_on, "head_count": head_count, "newcomers_came": newcomers_came}, base=base or {}, now=now)
    db.flush()


def _hold(db: Session, row: SupportSession, answers: Mapping[str, Any], *, base: Mapping[str, Any], now: datetime) -> None:
    if row.cancelled_at is not None:
        raise Refused("This session was cancelled", "Reopen it first, then mark it as held.")
    values, errors = HeldDraft.read(answers)
    HeldDraft.refuse(_wrong_day(db, row, values.get("held_on"), clock.london_day(now)) | errors)
    if merge(row, base, values):
        row.touch(now)
    HeldDraft(**HeldDraft.values_of(row))  # two people's counts, each right alone, can contradict each other


def _wrong_day(db: Session, row: SupportSession, held_on: date | None, today: date) -> dict[str, str]:
    if held_on is None:
        return {}
    if held_on > today:
        return {"held_on": "This date is still to come."}
    asked_on = db.execute(select(col(SupportRequest.received_on)).where(col(SupportRequest.id) == row.request_id)).scalar()
    if asked_on is not None and held_on < asked_on:
        return {"held_on": "This date is before they signed up."}
    return {}


def undo_held(db: Session, session_id: int, *, actor: Actor, now: datetime) -> None:
    """Undo that a session was held. Refuses once it was written up: its actions are in the plan."""
    row = reach(db, SupportSession, session_id, actor, Can.RUN_SESSIONS)
    if row.finished_at is not None:
        raise Refused("This session was written up", "Its actions are in the plan. Correct the date or who came instead.")
    row.held_on = row.head_count = row.newcomers_came = None
    db.flush()


def finish(
    db: Session,
    session_id: int,
    *,
    held_on: date | None = None,
    head_count: int | None = None,
    newcomers_came: int | None = None,
    base: Mapping[str, Any] | None = None,
    actor: Actor,
    now: datetime,
) -> int | None:
    """Write a session up: its actions go into the partnership's plan. Returns the plan's id, or None if it had no action.

    A session that nobody marked as held is marked in the same gesture, with these values. Written up again, only new lines are added.
    """
    row = reach(db, SupportSession, session_id, actor, Can.RUN_SESSIONS)
    if row.held_on is None or held_on is not None:
        _hold(db, row, {"held_on": held_on, "head_count": head_count, "newcomers_came": newcomers_came}, base=base or {}, now=now)
    if row.finished_at is None:
        row.finished_at = now
    db.flush()
    actions = (
        select(func.count()).select_from(Capture).where(col(Capture.session_id) == session_id, col(Capture.kind) == CaptureKind.ACTION)
    )
    return add_from_session(db, session_id, actor=actor, now=now) if db.execute(actions).scalar_one() else None
