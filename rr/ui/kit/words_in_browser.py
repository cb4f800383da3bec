"""What the words mean that a browser shows in a field, as assets/typed.js reads them: the field's value, as its widget holds it."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from datetime import time as time_of_day
from typing import Any

Read = Callable[[Any], Any]  # ValueError or TypeError if the words mean none


def to_text(words: str) -> str:
    if not isinstance(words, str):
        raise TypeError(words)
    return words


def to_number(words: str) -> int | None:
    return int(words) if words else None


def to_date(words: str) -> date | None:
    return date.fromisoformat(words) if words else None


def to_time(words: str) -> time_of_day | None:
    return time_of_day.fromisoformat(words) if words else None


def by_words(offered: Iterable[Any], words: Callable[[Any], str], *, empty: Any = None, any_words: bool = False) -> Read:
    """Reads a choice by the words that the browser shows of it."""
    values = {words(one).strip(): one for one in offered}

    def read(shown: str) -> Any:
        if not shown:
            return empty
        if shown not in values and not any_words:
            raise ValueError(shown)
        return values.get(shown, shown)

    return read


def within(look: Mapping[str, Any], read: Read) -> Read:
    """Reads what its widget takes: by now, a day may be too early or too late for it."""
    least, most = look.get("min_value"), look.get("max_value")

    def read_within(words: Any) -> Any:
        value = read(words)
        if value is not None and ((least is not None and value < least) or (most is not None and value > most)):
            raise ValueError(words)
        return value

    return read_within


def same(one: Any, other: Any) -> bool:
    """Whether two values of a field are equal; a list and a tuple can be, and nothing is nothing."""
    one, other = ([*each] if isinstance(each, list | tuple) else each for each in (one, other))
    return one == other or (one in ("", None, []) and other in ("", None, []))
