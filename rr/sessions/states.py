"""What a session's stored dates mean today: each state once in Python, and beside it the condition that finds the same rows in SQL."""

from datetime import date, datetime, time

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import col

from rr.labels import Labelled
from rr.sessions.models import SupportSession
from rr.sessions.rules import begins

Condition = ColumnElement[bool]


class SessionState(Labelled):
    DRAFT = "draft", "Draft"
    PLANNED = "planned", "Planned"
    HELD = "held", "Held"
    CANCELLED = "cancelled", "Cancelled"


class SessionStage(Labelled):
    """Where a session stands for whoever looks after it, in the order in which lists show them: what waits for us comes first."""

    TO_FINISH = "to_finish", "To finish"
    TO_ARRANGE = "to_arrange", "To arrange"
    COMING = "coming", "Coming"
    FINISHED = "finished", "Finished"
    CANCELLED = "cancelled", "Cancelled"


def state(starts_at: datetime | None, held_on: date | None, cancelled_at: datetime | None) -> SessionState:
    """What was held stays held, whatever was said before or after."""
    if held_on is not None:
        return SessionState.HELD
    if cancelled_at is not None:
        return SessionState.CANCELLED
    return SessionState.DRAFT if starts_at is None else SessionState.PLANNED


def where_state(wanted: SessionState) -> Condition:
    held, cancelled = col(SupportSession.held_on).is_not(None), col(SupportSession.cancelled_at).is_not(None)
    dated = col(SupportSession.starts_at).is_not(None)
    return {
        SessionState.HELD: held,
        SessionState.CANCELLED: and_(~held, cancelled),
        SessionState.DRAFT: and_(~held, ~cancelled, ~dated),
        SessionState.PLANNED: and_(~held, ~cancelled, dated),
    }[wanted]


def stage(day: date | None, held_on: date | None, cancelled_at: datetime | None, finished_at: datetime | None, today: date) -> SessionStage:
    """`day` is the one in London on which it is planned; once that has passed, the session waits to be finished."""
    if held_on is not None:
        return SessionStage.FINISHED if finished_at is not None else SessionStage.TO_FINISH
    if cancelled_at is not None:
        return SessionStage.CANCELLED
    if day is None:
        return SessionStage.TO_ARRANGE
    return SessionStage.TO_FINISH if day < today else SessionStage.COMING


def where_stage(wanted: SessionStage, today: date) -> Condition:
    """Its day has passed = it starts before the midnight that began today in London."""
    held, finished = where_state(SessionState.HELD), col(SupportSession.finished_at).is_not(None)
    planned = where_state(SessionState.PLANNED)
    starts_at, midnight = col(SupportSession.starts_at), begins(today, time())
    return {
        SessionStage.TO_FINISH: or_(and_(held, ~finished), and_(planned, starts_at < midnight)),
        SessionStage.TO_ARRANGE: where_state(SessionState.DRAFT),
        SessionStage.COMING: and_(planned, starts_at >= midnight),
        SessionStage.FINISHED: and_(held, finished),
        SessionStage.CANCELLED: where_state(SessionState.CANCELLED),
    }[wanted]
