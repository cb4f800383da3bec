"""What of sessions belongs in a partnership's thread."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlmodel import col

from rr.accounts.models import Account
from rr.clock import london_day
from rr.days import say
from rr.db import Session
from rr.history import Event, of_day, of_instant
from rr.labels import count, sentence
from rr.sessions.models import Capture, SessionFacilitator, SupportSession
from rr.sessions.rules import CaptureKind


def sessions(db: Session, partnership_id: int, today: date) -> Iterator[Event]:
    rows = db.execute(
        select(
            *(
                col(getattr(SupportSession, name))
                for name in (
                    "id",
                    "recipe",
                    "starts_at",
                    "place",
                    "held_on",
                    "head_count",
                    "newcomers_came",
                    "cancelled_at",
                    "cancelled_why",
                    "made_at",
                )
            )
        ).where(col(SupportSession.partnership_id) == partnership_id)
    ).all()
    out = _captured(db, partnership_id)
    names = _facilitators(db, partnership_id)
    for row in rows:
        who, opens = ", ".join(names.get(row.id, ())), {"stem": "session", "id": row.id}
        yield of_instant(row.made_at, "edit_calendar", "We drafted a session", detail=sentence(row.recipe), **opens)
        if row.held_on:
            yield of_day(
                row.held_on,
                "groups",
                "They reflected and recharged",
                row.starts_at,
                detail=_held(row, out.get(row.id, {})),
                who=who,
                **opens,
            )
        elif row.cancelled_at:
            yield of_instant(row.cancelled_at, "event_busy", "The session was cancelled", detail=row.cancelled_why, who=who, **opens)
        elif row.starts_at:
            where = f" at {row.place}" if row.place else ""
            day = london_day(row.starts_at)
            ahead = "A session is planned" if day >= today else "A session was planned"
            yield of_instant(row.starts_at, "event", ahead, detail=sentence(f"For {say(day)}{where}"), who=who, **opens)


def _held(row: Any, out: dict[CaptureKind, int]) -> str:
    came = count(row.head_count, "person", "people") if row.head_count is not None else ""
    if came and row.newcomers_came:
        came += f", {row.newcomers_came} of them new"
    said = [count(out[kind], kind.label.lower(), kind.plural.lower()) for kind in CaptureKind if out.get(kind)]
    return " ".join(sentence(part) for part in (", ".join(part for part in (came, row.place) if part), ", ".join(said)) if part)


def _captured(db: Session, partnership_id: int) -> dict[int, dict[CaptureKind, int]]:
    """How many lines of each kind came out of each session."""
    found: dict[int, dict[CaptureKind, int]] = {}
    for session_id, kind, n in db.execute(
        select(col(Capture.session_id), col(Capture.kind), func.count())
        .join(SupportSession, col(SupportSession.id) == col(Capture.session_id))
        .where(col(SupportSession.partnership_id) == partnership_id)
        .group_by(col(Capture.session_id), col(Capture.kind))
    ):
        found.setdefault(session_id, {})[kind] = n
    return found


def _facilitators(db: Session, partnership_id: int) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for session_id, name in db.execute(
        select(col(SessionFacilitator.session_id), col(Account.name))
        .join(Account, col(Account.id) == col(SessionFacilitator.account_id))
        .join(SupportSession, col(SupportSession.id) == col(SessionFacilitator.session_id))
        .where(col(SupportSession.partnership_id) == partnership_id)
        .order_by(col(Account.name), col(Account.id))
    ):
        found.setdefault(session_id, []).append(name)
    return found
