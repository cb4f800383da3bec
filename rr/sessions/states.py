"""What a session's stored dates mean today: each state once in Python, and beside it the condition that finds the same rows in SQL."""

from datetime import date, datetime, time

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import col

from rr.labels import Colour, Labelled
from rr.sessions.models import SupportSession
from rr.sessions.rules import begins

Condition = ColumnElement[bool]


class SessionState(Labelled):
    DRAFT = "draft", "Draft"
    PLANNED = "planned", "Planned"
    HELD = "held", "Held"
    CANCELLED = "cancelled", "Cancelled"


class SessionStage(Labelled):
    """What comes next for a session, in the order in which lists show them: what somebody has to do comes first.

    `one` and `many` say so of one session and of several; for those that are over there is nothing to say.
    """

    one: str
    many: str

    TO_FINISH = "to_finish", "To write up", "edit_note", "orange", "is over and not written up", "are over and not written up"
    TO_ARRANGE = "to_arrange", "To schedule", "edit_calendar", "orange", "has no date yet", "have no date yet"
    COMING = "coming", "Coming up", "event", "blue", "is coming up", "are coming up"
    FINISHED = "finished", "Written up", "check_circle", "green"
    CANCELLED = "cancelled", "Cancelled", "event_busy", "gray"

    def __init__(self, value: str, label: str, icon: str, colour: Colour, one: str = "", many: str = "") -> None:
        super().__init__(value, label, icon, colour)
        self.one, self.many = one, many

    @property
    def is_over(self) -> bool:
        return not self.one


def state(starts_at: datetime | None, held_on: date | None, cancelled_at: datetime | None) -> SessionState:
    """What was held stays held, whatever was said before or after."""
    if held_on is not None:
        return SessionState.HELD
    if cancelled_at is not None:
        return SessionState.CANCELLED
    return SessionState.DRAFT if starts_at is None else SessionState.PLANNED


def where_state(wanted: SessionState) -> Condition:
    held, cancelled = col(SupportSession.held_on).is_not(None), col(SupportSession.cancelled_at).is_not(None)
    match wanted:
        case SessionState.HELD:
            return held
        case SessionState.CANCELLED:
            return and_(~held, cancelled)
        case SessionState.DRAFT:
            return and_(~held, ~cancelled, col(SupportSession.starts_at).is_(None))
        case SessionState.PLANNED:
            return and_(~held, ~cancelled, col(SupportSession.starts_at).is_not(None))


def stage(day: date | None, held_on: date | None, cancelled_at: datetime | None, finished_at: datetime | None, today: date) -> SessionStage:
    """`day` is the one in London on which it is planned; once that has passed, the session is to be written up."""
    if held_on is not None:
        return SessionStage.FINISHED if finished_at is not None else SessionStage.TO_FINISH
    if cancelled_at is not None:
        return SessionStage.CANCELLED
    if day is None:
        return SessionStage.TO_ARRANGE
    return SessionStage.TO_FINISH if day < today else SessionStage.COMING


def is_running(day: date | None, held_on: date | None, cancelled_at: datetime | None, finished_at: datetime | None, today: date) -> bool:
    """It is the day of the session, and it isn't written up yet."""
    return cancelled_at is None and finished_at is None and today in (day, held_on)


def where_stage(wanted: SessionStage, today: date) -> Condition:
    """Its day has passed = it starts before the midnight that began today in London."""
    starts_at, midnight = col(SupportSession.starts_at), begins(today, time())
    finished = col(SupportSession.finished_at).is_not(None)
    match wanted:
        case SessionStage.TO_FINISH:
            past = and_(where_state(SessionState.PLANNED), starts_at < midnight)
            return or_(and_(where_state(SessionState.HELD), ~finished), past)
        case SessionStage.TO_ARRANGE:
            return where_state(SessionState.DRAFT)
        case SessionStage.COMING:
            return and_(where_state(SessionState.PLANNED), starts_at >= midnight)
        case SessionStage.FINISHED:
            return and_(where_state(SessionState.HELD), finished)
        case SessionStage.CANCELLED:
            return where_state(SessionState.CANCELLED)
