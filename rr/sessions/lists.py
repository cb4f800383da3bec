"""The list of sessions, in the order in which somebody has to do something about them, and a facilitator's next one."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, and_, func, literal, or_, select, union_all
from sqlmodel import col

from rr import clock, paging
from rr.access import Actor, Can, demand, visible
from rr.db import Session
from rr.intake.rules import Format
from rr.paging import Paged
from rr.partnerships.models import Partnership
from rr.partnerships.queries import where_named
from rr.sessions import states
from rr.sessions.models import SessionFacilitator, SupportSession
from rr.sessions.queries import HALF_A_DAY, columns, facilitators
from rr.sessions.rules import begins
from rr.sessions.states import SessionStage, SessionState

PER_PAGE = 50

Condition = ColumnElement[bool]


@dataclass(frozen=True)
class SessionFilters:
    """What a list of sessions is narrowed to; None is all.

    `open_only` leaves out those that are over. `named` is as forgiving as the search. `since` and `until` are about `SessionRow.day`.
    """

    stage: SessionStage | None = None
    region: str | None = None
    facilitator_id: int | None = None
    partnership_id: int | None = None
    open_only: bool = False
    named: str = ""
    since: date | None = None
    until: date | None = None


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
class Slice:
    """What of a stage is on a page: so many sessions, after those that are on the pages before."""

    stage: SessionStage
    skip: int
    taken: int


@dataclass(frozen=True)
class SessionList(Paged[SessionRow]):
    """One page of sessions, and how many there are of each stage under all filters but the stage."""

    counts: dict[SessionStage, int]


def listed(db: Session, filters: SessionFilters, *, actor: Actor, today: date, page: int = 1) -> SessionList:
    """The sessions that this person may see, by stage; those ahead in the order of their dates, those over with the latest first.

    Three statements: the counts, and then the page's slice of each stage that is on it, with the facilitators.
    """
    demand(actor, Can.READ_SESSIONS)
    of_name = tuple(where_named(db, col(SupportSession.partnership_id), filters.named))
    counts = dict(zip(SessionStage, db.execute(_counts(filters, of_name, actor, today)).one(), strict=True))
    stages = [filters.stage] if filters.stage else [stage for stage in SessionStage if not (filters.open_only and stage.is_over)]
    total = sum(counts[stage] for stage in stages)
    shown = paging.clamp(page, total, PER_PAGE)
    found = db.execute(_page(filters, of_name, actor, today, _slices(stages, counts, shown))).all() if total else []
    named = facilitators(db, [row.id for row in found])
    rows = tuple(_row(row, tuple(name for _, name in named.get(row.id, ()))) for row in found)
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


# The statements. Making one costs as much as running it, and a list is mostly asked for the same way: they are kept.


@lru_cache(maxsize=256)
def _counts(filters: SessionFilters, of_name: tuple[Condition, ...], actor: Actor, today: date) -> Any:
    """How many there are of each stage, from an index alone."""
    counts = (func.count().filter(states.where_stage(stage, today)) for stage in SessionStage)
    return select(*counts).select_from(SupportSession).where(*of_name, *_wanted(filters, actor))


@lru_cache(maxsize=256)
def _page(filters: SessionFilters, of_name: tuple[Condition, ...], actor: Actor, today: date, slices: tuple[Slice, ...]) -> Any:
    wanted = [*of_name, *_wanted(filters, actor)]
    places = union_all(*(_places(part, [*wanted, states.where_stage(part.stage, today)]) for part in slices)).subquery()
    listed = columns().join(places, places.c.id == col(SupportSession.id)).add_columns(places.c.stage)
    return listed.order_by(places.c.stage, places.c.place)


def _slices(stages: list[SessionStage], counts: dict[SessionStage, int], page: int) -> tuple[Slice, ...]:
    """What of each stage is on this page."""
    found = []
    skip, room = paging.offset(page, PER_PAGE), PER_PAGE
    for stage in stages:
        taken = min(max(counts[stage] - skip, 0), room)
        if taken:
            found.append(Slice(stage, skip, taken))
        skip, room = max(skip - counts[stage], 0), room - taken
    return tuple(found)


def _places(part: Slice, wanted: list[Condition]) -> Any:
    """The ids of a slice, each with its place in it. The places are numbered here, since a union has no order of its own."""
    stage = part.stage
    dated = (col(SupportSession.id), col(SupportSession.starts_at), col(SupportSession.held_on), col(SupportSession.cancelled_at))
    ids = select(*dated).where(*wanted).order_by(*_order(stage, SupportSession)).limit(part.taken).offset(part.skip).subquery().c
    rank = list(SessionStage).index(stage)
    return select(ids.id, literal(rank).label("stage"), func.row_number().over(order_by=_order(stage, ids)).label("place"))


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


def _wanted(filters: SessionFilters, actor: Actor) -> list[Condition]:
    wanted = [visible(col(SupportSession.partnership_id), actor, Can.READ_SESSIONS)]
    if filters.region:
        there = select(col(Partnership.id)).where(col(Partnership.region) == filters.region)
        wanted.append(col(SupportSession.partnership_id).in_(there))
    if filters.partnership_id is not None:
        wanted.append(col(SupportSession.partnership_id) == filters.partnership_id)
    if filters.facilitator_id is not None:
        theirs = select(col(SessionFacilitator.session_id)).where(col(SessionFacilitator.account_id) == filters.facilitator_id)
        wanted.append(col(SupportSession.id).in_(theirs))
    held_on, starts_at = col(SupportSession.held_on), col(SupportSession.starts_at)
    if filters.since is not None:
        wanted.append(or_(held_on >= filters.since, and_(held_on.is_(None), starts_at >= begins(filters.since, time()))))
    if filters.until is not None:
        midnight = begins(filters.until + timedelta(days=1), time())
        wanted.append(or_(held_on <= filters.until, and_(held_on.is_(None), starts_at < midnight)))
    return wanted


def first_day(db: Session, *, actor: Actor) -> date | None:
    """The day of the first session that was ever held: where the months begin that a list can be narrowed to. From an index."""
    demand(actor, Can.READ_SESSIONS)
    return db.execute(select(func.min(col(SupportSession.held_on)))).scalar()
