"""Until when what was typed is kept, and how much of it."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

KEPT_FOR = timedelta(days=14)
MOST_CHARACTERS = 20_000  # of one field: more than any field takes
MOST_DRAFTS = 500  # of one person


def kept_since(now: datetime) -> datetime:
    """What was typed before this instant is too old."""
    return now - KEPT_FOR


def fits(typed: Any) -> bool:
    """Whether this much is kept of one field."""
    return len(typed if isinstance(typed, str) else str(typed)) <= MOST_CHARACTERS


def changed(typed: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of which something is to be kept: None stands for one that is as it was at first."""
    return {field: words for field, words in typed.items() if words is not None and fits(words)}


def as_json(value: Any) -> Any:
    """A field's value as JSON takes it. The draft of the form makes the value of it again."""
    return value.isoformat() if isinstance(value, date | time) else value
