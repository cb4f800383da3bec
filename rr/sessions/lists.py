"""Lists of sessions: what waits for us first, and a facilitator's next one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlmodel import col

from rr import clock
from rr.access import Actor, Can, demand, visible
from rr.db import Session
from rr.intake.rules import Format
from rr.partnerships.models import Partnership
from rr.sessions import states
from rr.sessions.models import SessionFacilitator, SupportSession
from rr.sessions.queries import HALF_A_DAY, columns, facilitators
from rr.sessions.states import SessionStage, SessionState

PAGE = 50


@dataclass(frozen=True)
class Filters:
    """What a list of sessions is narrowed to; None is all."""

    stage: SessionStage | None = None
    region: str | None = None
    facilitator_id: int | None = None
    partnership_id: int | None = None


@dataclass(frozen=True)
class SessionRow:
    """A session as lists show it."""

    id: int
    partnership_id: int
    partnership: str
    region: str
    state: SessionState
    stage: SessionStage
    starts_at: datetime | None
    minutes: int
    format: Format | None
    place: str
    people: int | None
    held_on: date | None
    head_count: int | None
    facilitators: tuple[str, ...]

    @property
    def day(self) -> date | None:
        """The day in London: the one on which it was held, else the planned one."""
        return self.held_on or (clock.london_day(self.starts_at) if self.starts_at else None)


@dataclass(frozen=True)
class Listing:
    """One page of sessions, how many there are of each stage under the other filters, and how many in all under these."""

    rows: tuple[SessionRow, ...]
    counts: dict[SessionStage, int]
    total: int


def listed(db: Session, filters: Filters, *, actor: Actor, today: date, page: int = 1) -> Listing:
    """The sessions that this person may see: what waits for us first, then by date; 50 a page, pages from 1. Three statements."""
    demand(actor, Can.READ_SESSIONS)
    wanted = [visible(col(SupportSession.partnership_id), actor, Can.READ_SESSIONS), *_wanted(filters)]
    stages = {stage: states.where_stage(stage, today) for stage in SessionStage}
    counted = db.execute(
        select(*(func.count(col(SupportSession.id)).filter(condition).label(stage.value) for stage, condition in stages.items()))
        .join(Partnership, col(Partnership.id) == col(SupportSession.partnership_id))
        .where(*wanted)
    ).one()
    counts = {stage: getattr(counted, stage.value) for stage in SessionStage}
    if filters.stage:
        wanted.append(stages[filters.stage])
    rank = case(*((condition, number) for number, condition in enumerate(stages.values())))
    ahead = case((rank <= list(SessionStage).index(SessionStage.COMING), col(SupportSession.starts_at)))
    rows = db.execute(
        columns()
        .where(*wanted)
        .order_by(
            rank,
            ahead.is_(None),
            ahead,
            func.coalesce(col(SupportSession.held_on), date.min).desc(),
            col(SupportSession.id),
        )
        .limit(PAGE)
        .offset((max(page, 1) - 1) * PAGE)
    ).all()
    return Listing(_with_facilitators(db, rows, today), counts, counts[filters.stage] if filters.stage else sum(counts.values()))


def regions(db: Session, *, actor: Actor) -> list[str]:
    """The regions in which this person sees any session, by name: what the list's filter offers."""
    demand(actor, Can.READ_SESSIONS)
    return list(
        db.execute(
            select(col(Partnership.region))
            .join(SupportSession, col(SupportSession.partnership_id) == col(Partnership.id))
            .where(visible(col(SupportSession.partnership_id), actor, Can.READ_SESSIONS))
            .distinct()
            .order_by(col(Partnership.region))
        ).scalars()
    )


def next_id(db: Session, *, actor: Actor, now: datetime) -> int | None:
    """The next session that this person facilitates, or the one that is running; None if none is coming."""
    demand(actor, Can.READ_SESSIONS)
    rows = db.execute(
        select(col(SupportSession.id), col(SupportSession.starts_at), col(SupportSession.minutes))
        .join(SessionFacilitator, col(SessionFacilitator.session_id) == col(SupportSession.id))
        .where(
            col(SessionFacilitator.account_id) == actor.account_id,
            col(SupportSession.starts_at) > now - HALF_A_DAY,
            col(SupportSession.held_on).is_(None),
            col(SupportSession.cancelled_at).is_(None),
        )
        .order_by(col(SupportSession.starts_at), col(SupportSession.id))
        .limit(10)
    ).all()
    return next((row.id for row in rows if row.starts_at + timedelta(minutes=row.minutes) > now), None)


def _with_facilitators(db: Session, rows: Sequence[Any], today: date) -> tuple[SessionRow, ...]:
    named = facilitators(db, [row.id for row in rows])
    return tuple(
        SessionRow(
            row.id,
            row.partnership_id,
            row.partnership,
            row.region,
            states.state(row.starts_at, row.held_on, row.cancelled_at),
            states.stage(_day(row.starts_at), row.held_on, row.cancelled_at, row.finished_at, today),
            row.starts_at,
            row.minutes,
            row.format,
            row.place,
            row.people,
            row.held_on,
            row.head_count,
            tuple(name for _, name in named.get(row.id, ())),
        )
        for row in rows
    )


def _day(starts_at: datetime | None) -> date | None:
    return clock.london_day(starts_at) if starts_at else None


def _wanted(filters: Filters) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if filters.region:
        wanted.append(col(Partnership.region) == filters.region)
    if filters.partnership_id is not None:
        wanted.append(col(SupportSession.partnership_id) == filters.partnership_id)
    if filters.facilitator_id is not None:
        theirs = select(col(SessionFacilitator.session_id)).where(col(SessionFacilitator.account_id) == filters.facilitator_id)
        wanted.append(col(SupportSession.id).in_(theirs))
    return wanted
