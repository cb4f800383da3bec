"""One thing that happened with a partnership. Each subject tells its own in `history.py`; `rr/story/thread.py` puts them in order."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from rr.clock import LONDON, london_day

NOON = time(12)


@dataclass(frozen=True)
class Event:
    """`words` are people's own, `detail` is ours; both are plain text.

    `stem` and `id` name the page that tells more, where this person may open one. `undone`: a decision that was undone since.
    `at` orders the events; those of which only the day is known stand at noon.
    """

    on: date
    at: datetime
    icon: str
    headline: str
    detail: str = ""
    words: str = ""
    who: str = ""
    stem: str = ""
    id: int | None = None
    undone: bool = False


def noon(on: date) -> datetime:
    """Where an event stands of which only the day is known."""
    return datetime.combine(on, NOON, tzinfo=LONDON)


def of_instant(at: datetime, icon: str, headline: str, **more: Any) -> Event:
    """An event of which the instant is known."""
    return Event(london_day(at), at, icon, headline, **more)


def of_day(on: date, icon: str, headline: str, after: datetime | None = None, **more: Any) -> Event:
    """An event of which the day is known. `after`: what came before it that day, if anything did."""
    at = max(noon(on), after) if after and london_day(after) == on else noon(on)
    return Event(on, at, icon, headline, **more)
