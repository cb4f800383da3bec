"""One session to read: its details, and what it clashes with."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import case, func, select
from sqlmodel import col

from rr import clock, days
from rr.access import NOT_FOUND, WRITES, Actor, Can, demand, reach, visible
from rr.accounts.models import Account
from rr.db import Session
from rr.errors import NotFound
from rr.intake.models import SupportRequest
from rr.intake.rules import Format
from rr.partnerships.models import Partnership
from rr.plans.models import ActionPlan
from rr.sessions import rules, states
from rr.sessions.models import SessionFacilitator, SupportSession
from rr.sessions.states import SessionStage, SessionState

HALF_A_DAY = timedelta(hours=12)


@dataclass(frozen=True)
class DraftSession:
    """The session that accepting a request made. `edited`: a person has changed it since."""

    session_id: int
    edited: bool


@dataclass(frozen=True)
class SessionDetail:
    """One session but for its agenda and its captured lines. `asked` is the request's own sentence, `asked_ref` its reference."""

    id: int
    partnership_id: int
    partnership: str
    region: str
    request_id: int | None
    asked: str
    asked_ref: str
    recipe: str
    recipe_why: str
    minutes: int
    starts_at: datetime | None
    format: Format | None
    place: str
    link: str
    people: int | None
    newcomers: int | None
    access_needs: str
    avoid: str
    held_on: date | None
    head_count: int | None
    newcomers_came: int | None
    cancelled_at: datetime | None
    cancelled_why: str
    finished_at: datetime | None
    edited_at: datetime | None
    plan_id: int | None
    facilitators: tuple[tuple[int, str], ...]

    @property
    def state(self) -> SessionState:
        return states.state(self.starts_at, self.held_on, self.cancelled_at)

    @property
    def day(self) -> date | None:
        """The planned day, in London."""
        return clock.london_day(self.starts_at) if self.starts_at else None

    @property
    def time(self) -> time | None:
        """The planned start, in London."""
        return self.starts_at.astimezone(clock.LONDON).time().replace(tzinfo=None) if self.starts_at else None

    @property
    def start_minute(self) -> int | None:
        """The planned start in minutes from midnight, in London."""
        return None if self.time is None else self.time.hour * 60 + self.time.minute

    def stage(self, today: date) -> SessionStage:
        return states.stage(self.day, self.held_on, self.cancelled_at, self.finished_at, today)


def access_in_session(db: Session, table: Any, row_id: int, actor: Actor, need: Can) -> tuple[Any, SupportSession]:
    """A row of any table that belongs to a session, behind the session's gate. Read afresh when it is to be written."""
    demand(actor, need)
    session_id = db.execute(select(table.session_id).where(table.id == row_id)).scalar()
    session = reach(db, SupportSession, session_id or 0, actor, need)
    row = db.get(table, row_id, populate_existing=need in WRITES)
    if row is None:
        raise NotFound(*NOT_FOUND)
    return row, session


def draft_of(db: Session, request_id: int) -> DraftSession | None:
    """The session that accepting this request made, unless it was cancelled. For callers who have checked the request."""
    row = db.execute(
        select(col(SupportSession.id), col(SupportSession.edited_at))
        .where(col(SupportSession.request_id) == request_id, col(SupportSession.cancelled_at).is_(None))
        .order_by(col(SupportSession.id))
        .limit(1)
    ).first()
    return None if row is None else DraftSession(row.id, row.edited_at is not None)


def detail(db: Session, session_id: int, *, actor: Actor) -> SessionDetail:
    """One session with its facilitators, the sentence that its partnership asked with, and its plan. Three statements or four."""
    reach(db, SupportSession, session_id, actor, Can.READ_SESSIONS)
    plan = (
        select(func.max(col(ActionPlan.id)))
        .where(col(ActionPlan.partnership_id) == col(SupportSession.partnership_id), col(ActionPlan.closed_on).is_(None))
        .scalar_subquery()
    )
    row = db.execute(
        columns()
        .outerjoin(SupportRequest, col(SupportRequest.id) == col(SupportSession.request_id))
        .add_columns(
            col(SupportSession.request_id),
            func.coalesce(col(SupportRequest.words), "").label("asked"),
            func.coalesce(col(SupportRequest.ref), "").label("asked_ref"),
            col(SupportSession.recipe),
            col(SupportSession.recipe_why),
            col(SupportSession.link),
            col(SupportSession.newcomers),
            col(SupportSession.access_needs),
            col(SupportSession.avoid),
            col(SupportSession.newcomers_came),
            col(SupportSession.cancelled_why),
            col(SupportSession.edited_at),
            plan.label("plan_id"),
        )
        .where(col(SupportSession.id) == session_id)
    ).one()
    return SessionDetail(**row._asdict(), facilitators=facilitators(db, [session_id]).get(session_id, ()))


def is_running(db: Session, session_id: int, *, today: date, actor: Actor) -> bool:
    """Whether somebody may be in the hall with this session, writing down what comes up. For those who may write there."""
    demand(actor, Can.RUN_SESSIONS)
    row = reach(db, SupportSession, session_id, actor, Can.READ_SESSIONS)
    day = clock.london_day(row.starts_at) if row.starts_at else None
    return states.is_running(day, row.held_on, row.cancelled_at, row.finished_at, today)


def columns() -> Any:
    """What lists and one session read alike, with the partnership beside it."""
    return select(
        col(SupportSession.id),
        col(SupportSession.partnership_id),
        col(Partnership.name).label("partnership"),
        col(Partnership.region),
        col(SupportSession.starts_at),
        col(SupportSession.minutes),
        col(SupportSession.format),
        col(SupportSession.place),
        col(SupportSession.people),
        col(SupportSession.held_on),
        col(SupportSession.head_count),
        col(SupportSession.cancelled_at),
        col(SupportSession.finished_at),
    ).join(Partnership, col(Partnership.id) == col(SupportSession.partnership_id))


def facilitators(db: Session, ids: Iterable[int]) -> dict[int, tuple[tuple[int, str], ...]]:
    """For each of these sessions the id and name of everybody who facilitates it, by name."""
    rows = db.execute(
        select(col(SessionFacilitator.session_id), col(Account.id), col(Account.name))
        .join(Account, col(Account.id) == col(SessionFacilitator.account_id))
        .where(col(SessionFacilitator.session_id).in_(list(ids)))
        .order_by(col(Account.name), col(Account.id))
    ).all()
    found: dict[int, tuple[tuple[int, str], ...]] = {}
    for row in rows:
        found[row.session_id] = (*found.get(row.session_id, ()), (row.id, row.name))
    return found


def clashes(db: Session, session: SessionDetail, *, actor: Actor) -> tuple[str, ...]:
    """Sentences about sessions of its facilitators at the same time. Who has its details may read them, but a partnership that this

    person may not see isn't named.
    """
    if session.starts_at is None or session.state is not SessionState.PLANNED:
        return ()
    rows = db.execute(
        select(
            col(Account.name),
            col(SupportSession.starts_at),
            col(SupportSession.minutes),
            case((visible(col(SupportSession.partnership_id), actor, Can.READ_SESSIONS), col(Partnership.name)), else_="").label("where"),
        )
        .select_from(SupportSession)
        .join(Partnership, col(Partnership.id) == col(SupportSession.partnership_id))
        .join(SessionFacilitator, col(SessionFacilitator.session_id) == col(SupportSession.id))
        .join(Account, col(Account.id) == col(SessionFacilitator.account_id))
        .where(
            col(SessionFacilitator.account_id).in_([account_id for account_id, _ in session.facilitators]),
            col(SupportSession.id) != session.id,
            states.where_state(SessionState.PLANNED),
            col(SupportSession.starts_at) > session.starts_at - HALF_A_DAY,
            col(SupportSession.starts_at) < session.starts_at + HALF_A_DAY,
        )
        .order_by(col(SupportSession.starts_at), col(Account.name))
    ).all()
    return tuple(
        f"{row.name} also facilitates {row.where or 'another session'} on {days.say(clock.london_day(row.starts_at))}, "
        f"{_clock(row.starts_at)} to {_clock(row.starts_at + timedelta(minutes=row.minutes))}."
        for row in rows
        if rules.overlap(session.starts_at, session.minutes, row.starts_at, row.minutes)
    )


def _clock(at: datetime) -> str:
    return f"{at.astimezone(clock.LONDON):%H:%M}"
