"""How long people waited for our first contact, in working days in England: what medians and the chart of waiting are made of."""

from datetime import UTC, date, datetime, time

from sqlalchemy import func, select
from sqlmodel import col

from rr.clock import london_day
from rr.db import Session
from rr.intake.models import SupportRequest
from rr.intake.states import waited
from rr.progress.figures import Figure, FigureQuestion, conditions
from rr.progress.rules import Waiting, waiting


def waiting_times(db: Session, figure: Figure, question: FigureQuestion) -> Waiting:
    """How long the sign-ups of a figure waited until first contact, or have until today.

    The database groups by day, with the last hour of a day in UTC apart: in summer that is the next day in London.
    """
    on, at = col(SupportRequest.received_on), col(SupportRequest.first_contact_at)
    sqlite = db.get_bind().dialect.name == "sqlite"  # which keeps an instant as this text, in UTC
    text = at if sqlite else func.to_char(func.timezone("UTC", at), "YYYY-MM-DD HH24:MI")
    day, late = func.substr(text, 1, 10).label("day"), (func.substr(text, 12, 2) == "23").label("late")
    rows = db.execute(select(on, day, late, func.count()).where(*conditions(figure, question)).group_by(on, "day", "late"))
    counted: dict[int, int] = {}
    for received_on, utc_day, late, people in rows:
        days = waited(received_on, _in_london(utc_day, late=bool(late)) if utc_day else None, question.today)
        counted[days] = counted.get(days, 0) + people
    return waiting(counted.items())


def _in_london(utc_day: str, *, late: bool) -> date:
    day = date.fromisoformat(utc_day)
    return london_day(datetime.combine(day, time(23), tzinfo=UTC)) if late else day
