"""The list of sessions, in the order in which somebody has to do something about them, and a facilitator's next one."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, literal, select, union_all
from sqlmodel import col

from rr import clock, paging
from rr.access import Actor, Can, demand, visible
from rr.db import Session
from rr.intake.rules import Format
from rr.paging import Paged
from rr.partnerships.models import Partnership
from rr.sessions import states
from rr.sessions.models import SessionFacilitator, SupportSession
from rr.sessions.queries import HALF_A_DAY, columns, facilitators
from rr.sessions.states import SessionStage, SessionState

PER_PAGE = 50

Condition = ColumnElement[bool]


@dataclass(frozen=True)
class SessionFilters:
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
        return self.held_on or _day(self.starts_at)


@dataclass(frozen=True)
class SessionList(Paged[SessionRow]):
    """One page of sessions, and how many there are of each stage under all filters but the stage."""

    counts: dict[SessionStage, int]


def listed(db: Session, filters: SessionFilters, *, actor: Actor, today: date, page: int = 1) -> SessionList:
    """The sessions that this person may see, by stage; those ahead in the order of their dates, those over with the latest first.

    Three statements: the counts, and then the page's slice of each stage that is on it, with the facilitators.
    """
    demand(actor, Can.READ_SESSIONS)
    wanted = [visible(col(SupportSession.partnership_id), actor, Can.READ_SESSIONS), *_wanted(filters)]
    counts = _counts(db, wanted, today)
    stages = [filters.stage] if filters.stage else list(SessionStage)
    total = sum(counts[stage] for stage in stages)
    shown = paging.clamp(page, total, PER_PAGE)
    rows = _page(db, _slices(stages, counts, shown), wanted, today) if total else ()
    return SessionList(rows, total, shown, PER_PAGE, counts)


def next_id(db: Session, *, actor: Actor, now: datetime) -> int | None:
    """The next session that this person facilitates, or the one that is running; None if none is coming."""
    demand(actor, Can.READ_SESSIONS)
    rows = db.execute(
        select(col(SupportSession.id), col(SupportSession.starts_at), col(SupportSession.minutes))
        .join(SessionFacilitator, col(SessionFacilitator.session_id) == col(SupportSession.id))
        .where(
            col(SessionFacilitator.account_id) == actor.account_id,
            states.where_state(SessionState.PLANNED),
            col(SupportSession.starts_at) > now - HALF_A_DAY,
        )
        .order_by(col(SupportSession.starts_at), col(SupportSession.id))
        .limit(10)
    ).all()
    return next((row.id for row in rows if row.starts_at + timedelta(minutes=row.minutes) > now), None)


def _counts(db: Session, wanted: list[Condition], today: date) -> dict[SessionStage, int]:
    """How many there are of each stage, from an index alone."""
    counted = db.execute(
        select(*(func.count().filter(states.where_stage(stage, today)) for stage in SessionStage))
        .select_from(SupportSession)
        .where(*wanted)
    ).one()
    return dict(zip(SessionStage, counted, strict=True))


def _slices(stages: list[SessionStage], counts: dict[SessionStage, int], page: int) -> dict[SessionStage, tuple[int, int]]:
    """Of each stage that is on this page: after how many of its sessions the page's begin, and how many these are."""
    found: dict[SessionStage, tuple[int, int]] = {}
    skip, room = paging.offset(page, PER_PAGE), PER_PAGE
    for stage in stages:
        taken = min(max(counts[stage] - skip, 0), room)
        if taken:
            found[stage] = skip, taken
        skip, room = max(skip - counts[stage], 0), room - taken
    return found


def _page(db: Session, slices: dict[SessionStage, tuple[int, int]], wanted: list[Condition], today: date) -> tuple[SessionRow, ...]:
    places = union_all(
        *(_places(stage, skip, taken, [*wanted, states.where_stage(stage, today)]) for stage, (skip, taken) in slices.items())
    ).subquery()
    rows = db.execute(
        columns().join(places, places.c.id == col(SupportSession.id)).order_by(places.c.stage, places.c.place).add_columns(places.c.stage)
    ).all()
    named = facilitators(db, [row.id for row in rows])
    return tuple(_row(row, tuple(name for _, name in named.get(row.id, ()))) for row in rows)


def _places(stage: SessionStage, skip: int, taken: int, wanted: list[Condition]) -> Any:
    """The ids of a slice of a stage, each with its place in it. The places are numbered here, since a union has no order of its own."""
    dated = (col(SupportSession.id), col(SupportSession.starts_at), col(SupportSession.held_on), col(SupportSession.cancelled_at))
    part = select(*dated).where(*wanted).order_by(*_order(stage, SupportSession)).limit(taken).offset(skip).subquery().c
    rank = list(SessionStage).index(stage)
    return select(part.id, literal(rank).label("stage"), func.row_number().over(order_by=_order(stage, part)).label("place"))


def _order(stage: SessionStage, rows: Any) -> tuple[ColumnElement[Any], ...]:
    if stage.is_over:
        return rows.held_on.desc(), rows.cancelled_at.desc(), rows.id
    return rows.starts_at.is_(None), rows.starts_at, rows.held_on.desc(), rows.id


def _row(row: Any, named: tuple[str, ...]) -> SessionRow:
    return SessionRow(
        row.id,
        row.partnership_id,
        row.partnership,
        row.region,
        states.state(row.starts_at, row.held_on, row.cancelled_at),
        list(SessionStage)[row.stage],
        row.starts_at,
        row.minutes,
        row.format,
        row.place,
        row.people,
        row.held_on,
        row.head_count,
        named,
    )


def _day(starts_at: datetime | None) -> date | None:
    return clock.london_day(starts_at) if starts_at else None


def _wanted(filters: SessionFilters) -> list[Condition]:
    wanted: list[Condition] = []
    if filters.region:
        there = select(col(Partnership.id)).where(col(Partnership.region) == filters.region)
        wanted.append(col(SupportSession.partnership_id).in_(there))
    if filters.partnership_id is not None:
        wanted.append(col(SupportSession.partnership_id) == filters.partnership_id)
    if filters.facilitator_id is not None:
        theirs = select(col(SessionFacilitator.session_id)).where(col(SessionFacilitator.account_id) == filters.facilitator_id)
        wanted.append(col(SupportSession.id).in_(theirs))
    return wanted
