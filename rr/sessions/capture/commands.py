"""Captured lines: keeping what was typed, correcting it, and asking for the support that it needs."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from rr import clock
from rr.access import NOT_HERE, Actor, Can, reach
from rr.base import LINE, LONG, clean, fold
from rr.db import Session
from rr.errors import Invalid, NotFound, Refused
from rr.merge import merge
from rr.needs import commands as needs_commands
from rr.needs import queries as needs
from rr.needs.models import SupportNeed
from rr.plans.models import Action
from rr.sessions import rules
from rr.sessions.capture import queries as captured
from rr.sessions.capture.parser import parse
from rr.sessions.capture.queries import access_line
from rr.sessions.models import AgendaItem, Capture, SupportSession
from rr.sessions.rules import CaptureKind
from rr.toolkit import queries as toolkit
from rr.toolkit.models import Topic


def capture(db: Session, session_id: int, line: str, kind: CaptureKind, *, item_id: int | None = None, actor: Actor, now: datetime) -> int:
    """Keep one typed line and return its id: what it means (lead, date, topic, support needed) beside the line as it was typed.

    `kind` is the one chosen beside the box; a mark or a date makes the line an action. Support that it asks for is asked at once.
    """
    row = reach(db, SupportSession, session_id, actor, Can.RUN_SESSIONS)
    rules.not_cancelled(row.cancelled_at)
    line = clean(line, LONG, "line")
    if not line:
        raise Invalid({"line": "Type what was said."})
    if item_id is not None and db.execute(_item_of(session_id, item_id)).first() is None:
        item_id = None  # it was taken out of the agenda meanwhile: the line is kept all the same
    kinds = needs.kinds(db)
    read = parse(
        line,
        kind=kind,
        today=clock.london_day(now),
        topics=toolkit.topics(db),
        contacts=captured.contacts(db, row.partnership_id),
        support_words={known.code: known.words for known in kinds},
    )
    made = Capture(
        session_id=session_id,
        item_id=item_id,
        kind=read.kind,
        text=read.text,
        as_typed=line,
        lead=clean(read.lead, LINE, "line"),
        lead_contact_id=read.lead_contact_id,
        due=read.due,
        topic=read.topic,
        at=now,
        by_id=actor.account_id,
    )
    db.add(made)
    row.touch(now)
    db.flush()
    for support in read.support:
        _ask(db, row, made, words=support.words, kind=support.kind, actor=actor, now=now)
    return made.id


def correct(db: Session, capture_id: int, changes: Mapping[str, Any], base: Mapping[str, Any], *, actor: Actor, now: datetime) -> None:
    """Correct a line's text, lead, due or topic; an empty one is taken away. What was typed stays beside it.

    A lead who is known at the partnership by this name becomes that contact. Merges with what others changed (Conflict).
    """
    line, row = _line(db, capture_id, actor)
    mine = {field: value for field, value in changes.items() if field in ("text", "lead", "due", "topic")}
    mine |= {field: clean(mine[field], limit, field) for field, limit in (("text", LONG), ("lead", LINE)) if field in mine}
    if "text" in mine and not mine["text"]:
        raise Invalid({"text": "A line needs some words. To take it away, choose “Remove”."})
    if mine.get("topic") and db.get(Topic, mine["topic"]) is None:
        raise Invalid({"topic": "Choose one of the topics."})
    changed = merge(line, base, mine)
    if "lead" in changed:
        known = [one.id for one in captured.contacts(db, row.partnership_id) if fold(one.name) == fold(line.lead)]
        line.lead_contact_id = known[0] if len(known) == 1 else None
    db.flush()


def change_kind(db: Session, capture_id: int, kind: CaptureKind, *, actor: Actor, now: datetime) -> None:
    """Make a line another kind. Its lead, date, topic and support stay: an idea may know who had it."""
    line, _ = _line(db, capture_id, actor)
    line.kind = kind
    db.flush()


def add_support(db: Session, capture_id: int, words: str, *, kind: str | None = None, actor: Actor, now: datetime) -> int:
    """Ask for support for a line; without a kind it is guessed from the words. Returns the need's id."""
    line, row = _line(db, capture_id, actor)
    return _ask(db, row, line, words=words, kind=kind, actor=actor, now=now)


def change_support(db: Session, need_id: int, words: str, kind: str, *, actor: Actor, now: datetime) -> int:
    """Ask for something else instead; returns the new need's id. The old one is taken back."""
    need, line, row = _line_of(db, need_id, actor)
    if (need.words, need.kind) == (clean(words, LONG, "words"), kind):
        return need_id
    needs_commands.withdraw(db, need_id, actor=actor, now=now)
    return _ask(db, row, line, words=words, kind=kind, actor=actor, now=now)


def drop_support(db: Session, need_id: int, *, actor: Actor, now: datetime) -> None:
    """Take back support that a line asked for. Refuses once the line is in the plan: it is settled there."""
    _line_of(db, need_id, actor)
    needs_commands.withdraw(db, need_id, actor=actor, now=now)


def remove_capture(db: Session, capture_id: int, *, actor: Actor, now: datetime) -> None:
    """Take a line away, and what support it asked for. Refuses one that is in the plan."""
    line, _ = _line(db, capture_id, actor)
    for need in needs.of_capture(db, [capture_id]).get(capture_id, ()):
        needs_commands.withdraw(db, need.id, actor=actor, now=now)
    db.delete(line)
    db.flush()


def _line(db: Session, capture_id: int, actor: Actor) -> tuple[Capture, SupportSession]:
    """A line and its session, which is locked. Refuses one that is in the plan: it is changed there."""
    line, row = access_line(db, capture_id, actor, Can.RUN_SESSIONS)
    rules.not_cancelled(row.cancelled_at)
    if db.execute(select(col(Action.id)).where(col(Action.capture_id) == capture_id)).first() is not None:
        raise Refused("This line is in the action plan by now", "Change it there.")
    return line, row


def _line_of(db: Session, need_id: int, actor: Actor) -> tuple[SupportNeed, Capture, SupportSession]:
    need = reach(db, SupportNeed, need_id, actor, Can.ASK_SUPPORT)
    if need.capture_id is None:
        raise NotFound(*NOT_HERE)
    return need, *_line(db, need.capture_id, actor)


def _item_of(session_id: int, item_id: int) -> Any:
    return select(col(AgendaItem.id)).where(col(AgendaItem.id) == item_id, col(AgendaItem.session_id) == session_id)


def _ask(db: Session, row: SupportSession, line: Capture, *, words: str, kind: str | None, actor: Actor, now: datetime) -> int:
    return needs_commands.ask(db, partnership_id=row.partnership_id, kind=kind, words=words, capture_id=line.id, actor=actor, now=now)
