"""Captured lines: storing what was typed, correcting it, and asking for the support that it needs."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from rr import clock
from rr.access import NOT_FOUND, Actor, Can, reach
from rr.base import LINE, clean, fold
from rr.db import Session
from rr.errors import NotFound, Refused
from rr.merge import merge
from rr.needs import commands as needs_commands
from rr.needs import queries as needs
from rr.needs.models import SupportNeed
from rr.plans.models import Action
from rr.sessions import rules
from rr.sessions.capture import queries
from rr.sessions.capture.parser import parse
from rr.sessions.capture.queries import access_line
from rr.sessions.drafts import CaptureDraft, LineDraft, LineSupportDraft
from rr.sessions.models import AgendaItem, Capture, SupportSession
from rr.sessions.rules import CaptureKind
from rr.toolkit import queries as toolkit
from rr.toolkit.models import Topic


def capture(db: Session, session_id: int, line: str, kind: CaptureKind, *, item_id: int | None = None, actor: Actor, now: datetime) -> int:
    """Store one typed line and return its id: what was understood of it (lead, date, topic, support needed) beside the line as typed.

    `kind` is the one chosen beside the box; "@" or "!" makes the line an action. Support that it asks for is asked at once.
    """
    session = reach(db, SupportSession, session_id, actor, Can.RUN_SESSIONS)
    rules.not_cancelled(session.cancelled_at)
    line = CaptureDraft(line=line).line
    if item_id is not None and db.execute(_item_of(session_id, item_id)).first() is None:
        item_id = None  # it was removed from the agenda meanwhile: the line is stored all the same
    parsed = parse(
        line,
        kind=kind,
        today=clock.london_day(now),
        topics=toolkit.topics(db),
        contacts=queries.contacts(db, session.partnership_id),
        support_words={known.code: known.words for known in needs.kinds(db)},
    )
    row = Capture(
        session_id=session_id,
        item_id=item_id,
        kind=parsed.kind,
        text=parsed.text,
        as_typed=line,
        lead=clean(parsed.lead, LINE, "line"),
        lead_contact_id=parsed.lead_contact_id,
        due=parsed.due,
        topic=parsed.topic,
        at=now,
        by_id=actor.account_id,
    )
    db.add(row)
    session.touch(now)
    db.flush()
    for support in parsed.support:
        _ask(db, session, row, words=support.words, kind=support.kind, actor=actor, now=now)
    return row.id


def correct(db: Session, capture_id: int, changes: Mapping[str, Any], base: Mapping[str, Any], *, actor: Actor, now: datetime) -> None:
    """Correct a line: fields of `LineDraft`. The rest of it stays, whatever its kind becomes, and so does what was typed.

    A lead who is known at the partnership by this name becomes that contact. Merges with what others changed (Conflict).
    """
    row, session = _line(db, capture_id, actor)
    mine = LineDraft.checked(changes, base)
    if mine.get("topic") and db.get(Topic, mine["topic"]) is None:
        LineDraft.refuse({"topic": "Choose one of the topics."})
    changed = merge(row, base, mine)
    if "lead" in changed:
        known = [one.id for one in queries.contacts(db, session.partnership_id) if fold(one.name) == fold(row.lead)]
        row.lead_contact_id = known[0] if len(known) == 1 else None
    db.flush()


def add_support(db: Session, capture_id: int, words: str, *, kind: str | None = None, actor: Actor, now: datetime) -> int:
    """Ask for support for a line; without a kind it is guessed from the words. Returns the need's id."""
    row, session = _line(db, capture_id, actor)
    draft = LineSupportDraft(words=words, kind=kind)
    return _ask(db, session, row, words=draft.words, kind=draft.kind, actor=actor, now=now)


def change_support(db: Session, need_id: int, words: str, kind: str, *, actor: Actor, now: datetime) -> int:
    """Ask for something else instead; returns the new need's id. The old one is withdrawn."""
    need, row, session = _need(db, need_id, actor)
    draft = LineSupportDraft(words=words, kind=kind)
    if (need.words, need.kind) == (draft.words, draft.kind):
        return need_id
    needs_commands.withdraw(db, need_id, actor=actor, now=now)
    return _ask(db, session, row, words=draft.words, kind=draft.kind, actor=actor, now=now)


def remove_support(db: Session, need_id: int, *, actor: Actor, now: datetime) -> None:
    """Withdraw support that a line asked for. Refuses once the line is in the plan: it is settled there."""
    _need(db, need_id, actor)
    needs_commands.withdraw(db, need_id, actor=actor, now=now)


def remove_line(db: Session, capture_id: int, *, actor: Actor, now: datetime) -> None:
    """Remove a line, and withdraw what support it asked for. Refuses one that is in the plan."""
    row, _ = _line(db, capture_id, actor)
    for need in needs.of_capture(db, [capture_id]).get(capture_id, ()):
        needs_commands.withdraw(db, need.id, actor=actor, now=now)
    db.delete(row)
    db.flush()


def _line(db: Session, capture_id: int, actor: Actor) -> tuple[Capture, SupportSession]:
    """A line and its session, which is locked. Refuses one that is in the plan: it is changed there."""
    row, session = access_line(db, capture_id, actor, Can.RUN_SESSIONS)
    rules.not_cancelled(session.cancelled_at)
    if db.execute(select(col(Action.id)).where(col(Action.capture_id) == capture_id)).first() is not None:
        raise Refused("This line is in the action plan now", "Change it there.")
    return row, session


def _need(db: Session, need_id: int, actor: Actor) -> tuple[SupportNeed, Capture, SupportSession]:
    need = reach(db, SupportNeed, need_id, actor, Can.ASK_SUPPORT)
    if need.capture_id is None:
        raise NotFound(*NOT_FOUND)
    return need, *_line(db, need.capture_id, actor)


def _item_of(session_id: int, item_id: int) -> Any:
    return select(col(AgendaItem.id)).where(col(AgendaItem.id) == item_id, col(AgendaItem.session_id) == session_id)


def _ask(db: Session, session: SupportSession, row: Capture, *, words: str, kind: str | None, actor: Actor, now: datetime) -> int:
    return needs_commands.ask(db, partnership_id=session.partnership_id, kind=kind, words=words, capture_id=row.id, actor=actor, now=now)
