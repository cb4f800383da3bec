"""The one place where the time is read."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def now() -> datetime:
    """The instant, aware and in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """The day in London, which is the day that people mean."""
    return now().astimezone(LONDON).date()


def london_day(at: datetime) -> date:
    """The day in London on which an instant falls."""
    return at.astimezone(LONDON).date()
