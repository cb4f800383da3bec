"""Dates in people's words: "by the end of May", "next Friday", "in six weeks" (design 4, 'A captured line').

A date without a year is the next such day to come, today included; a day of the week is always after today, and "next Friday" is the
Friday to come. A month alone means its last day ("before May": the last of April), "mid" its 15th, "early" its 7th.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import MAXYEAR, date, timedelta
from itertools import chain

from rr.days import MONTHS, WEEKDAYS, add_months, month_end, say

SHORT_MONTHS = {name[:3].lower(): number for number, name in enumerate(MONTHS, 1)}
SHORT_DAYS = {name[:3].lower(): number for number, name in enumerate(WEEKDAYS)}
NUMBERS = {
    word: number
    for number, word in enumerate(["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"], 1)
} | {
    "a": 1,
    "an": 1,
    "a couple of": 2,
}
FRIDAY = 4
EARLY, MIDDLE = 7, 15

# What stands before a date that isn't a day to do something by.
NOT_DUE = frozenset(["since", "after", "of", "last", "every", "each", "past"])
# Words that begin with a small letter and are a month only where something else says so: "5 may come", "march to the hall".
ALSO_VERBS = frozenset({"may", "march", "mar"})


@dataclass(frozen=True)
class SpokenDate:
    """Where in the text a date stands, its preposition included. Without `due` it can't be a date, and `problem` says why."""

    start: int
    end: int
    due: date | None
    problem: str = ""
    is_deadline: bool = False


class _CannotBe(Exception):
    """A date that is none; its sentence is for the person who typed it."""


_MONTH = "|".join([*MONTHS, "Sept", *(name[:3] for name in MONTHS if name != "May")])
_DAY = "|".join(WEEKDAYS)
_SHORT_DAY = "Mon|Tues|Tue|Wed|Thurs|Thur|Thu|Fri|Sat|Sun"
_YEAR = r"(?:,?\s+(?P<year>(?:19|20|21)\d\d))?"
_BEFORE = (
    r"(?<![\w£#./@-])(?:(?P<prep>(?:no|not)\s+later\s+than|due\s+by|due\s+on|due|by|before|on|until|till|for|from|around)\s+(?:the\s+)?)?"
)
_AFTER = r"(?![\w£]|['’]\w|[-/]\w)"
_TIME_OF_DAY = r"(?:\s+(?:morning|afternoon|evening|night))?"


def _pattern(words: str) -> re.Pattern[str]:
    # Letters compare as ASCII, so that a look-alike ("ſat", "İn") is not read as a day that no table knows.
    return re.compile(f"{_BEFORE}(?a:{words}){_AFTER}", re.IGNORECASE)


def find(text: str, today: date, names: AbstractSet[str] = frozenset()) -> list[SpokenDate]:
    """Every date in the text, in order. `names`: first names (small letters) that win over a month: "by June" may be June's work."""
    found = sorted(_all(text, today, names), key=lambda spoken: (spoken.start, -spoken.end))
    kept: list[SpokenDate] = []
    for spoken in found:
        if not kept or spoken.start >= kept[-1].end:
            kept.append(spoken)
    return kept


def _all(text: str, today: date, names: AbstractSet[str]) -> Iterator[SpokenDate]:
    for pattern, read in _READERS:
        for match in pattern.finditer(text):
            if _word_before(text, match.start()) in NOT_DUE or _is_name(match, names):
                continue
            prep = " ".join((match["prep"] or "").lower().split())
            is_deadline = prep in ("by", "before", "due", "due by", "due on", "no later than", "not later than")
            try:
                due = read(match, today)
            except _CannotBe as problem:
                yield SpokenDate(match.start(), match.end(), None, str(problem))
            except (ValueError, OverflowError):
                yield SpokenDate(match.start(), match.end(), None, f"“{match[0]}” is not a date we can keep.")
            else:
                if due is not None:
                    yield SpokenDate(match.start(), match.end(), due, _wrong_weekday(match, due), is_deadline)


def _word_before(text: str, position: int) -> str:
    words = [word for word in text[:position].lower().split() if word != "the"]
    return words[-1] if words else ""


def _is_name(match: re.Match[str], names: AbstractSet[str]) -> bool:
    parts = match.groupdict()
    return bool(parts.get("month_only")) and not parts.get("year") and parts["month_only"].lower() in names


def _wrong_weekday(match: re.Match[str], due: date) -> str:
    """A day of the week beside a date that falls on another one: the date counts."""
    name = match.groupdict().get("weekday")
    if not name or SHORT_DAYS[name[:3].lower()] == due.weekday():
        return ""
    return f"{say(due)} is a {WEEKDAYS[due.weekday()]}: is the date right?"


def _month(word: str) -> int:
    return SHORT_MONTHS[word[:3].lower()]


def _on(day: int, month: int, year: str | None, today: date) -> date:
    """That day of that year, or the next such day from today on."""
    if year is None:
        for year_to_come in range(today.year, min(today.year + 9, MAXYEAR + 1)):
            if 1 <= day <= monthrange(year_to_come, month)[1] and (due := date(year_to_come, month, day)) >= today:
                return due
        raise _CannotBe(f"There is no {day} {MONTHS[month - 1]}.")
    if not 1 <= day <= monthrange(int(year), month)[1]:
        raise _CannotBe(f"There is no {day} {MONTHS[month - 1]} {year}.")
    return _to_come(date(int(year), month, day), today)


def _to_come(due: date, today: date) -> date:
    if due < today:
        raise _CannotBe(f"{say(due)} has passed, so no date was set.")
    return due


def _last_of(month: int, year: str | None, today: date) -> date:
    if year is not None:
        return _to_come(month_end(int(year), month), today)
    due = month_end(today.year, month)
    return due if due >= today else month_end(today.year + 1, month)


def _day_month(match: re.Match[str], today: date) -> date | None:
    bare = not (match["prep"] or match["ordinal"] or match["year"] or match["weekday"])
    if bare and match["month"] in ALSO_VERBS and match.string[match.end() :].strip():
        return None
    return _on(int(match["day"]), _month(match["month"]), match["year"], today)


def _month_day(match: re.Match[str], today: date) -> date | None:
    if not (match["ordinal"] or match["prep"]):
        return None
    return _on(int(match["day"]), _month(match["month"]), match["year"], today)


def _numbers(match: re.Match[str], today: date) -> date:
    year, month, day = match["year"], int(match["month"]), int(match["day"])
    if not 1 <= month <= len(MONTHS):
        raise _CannotBe(f"There is no month {month}: write a date as day/month/year.")
    return _on(day, month, year if len(year) > 2 else f"20{year}", today)


def _part_of_month(match: re.Match[str], today: date) -> date | None:
    part = match["part"].lower()
    if match["month"] in ALSO_VERBS and not match["of"] and part not in ("mid", "early"):
        return None
    month = _month(match["month"])
    if part in ("mid", "middle"):
        return _on(MIDDLE, month, match["year"], today)
    if part in ("early", "beginning", "start"):
        return _on(EARLY, month, match["year"], today)
    return _last_of(month, match["year"], today)


def _month_alone(match: re.Match[str], today: date) -> date:
    month = _month(match["month_only"])
    if match["within"].lower() != "before":
        return _last_of(month, match["year"], today)
    first = _on(1, month, match["year"], today + timedelta(days=1))
    return first - timedelta(days=1)


def _end_of_period(match: re.Match[str], today: date) -> date:
    step = 1 if match["which"].lower() == "next" else 0
    period = match["period"].lower()
    if period == "week":
        return _friday(today, step)
    if period == "month":
        month = add_months(today, step)
        return month_end(month.year, month.month)
    return date(today.year + step, 12, 31)


def _next_period(match: re.Match[str], today: date) -> date:
    if match["period"].lower() == "week":
        return _friday(today, 1)
    month = add_months(today, 1)
    return month_end(month.year, month.month)


def _friday(today: date, weeks: int) -> date:
    """Friday of this week (of the week to come, at a weekend), or so many weeks later."""
    return today + timedelta(days=(FRIDAY - today.weekday()) % 7 if weeks == 0 else FRIDAY - today.weekday() + 7 * weeks)


def _weekday(match: re.Match[str], today: date) -> date | None:
    name = match["weekday"]
    is_short = len(name) <= 5 and not name.lower().endswith("day")
    if is_short and not (match["prep"] or match["which"]):
        return None
    if not match["prep"] and _word_before(match.string, match.start()) in ("a", "good", "black", "to", "and", "or"):
        return None
    if match.string[: match.start()].lower().endswith("the ") and not match["prep"]:
        return None
    return today + timedelta(days=(SHORT_DAYS[name[:3].lower()] - today.weekday() - 1) % 7 + 1)


def _after_a_while(match: re.Match[str], today: date) -> date:
    words = " ".join(match["count"].lower().split())
    count = NUMBERS[words] if words in NUMBERS else int(words)
    unit = match["unit"].lower()
    if unit in ("month", "year"):
        return add_months(today, count * (12 if unit == "year" else 1))
    return today + timedelta(days=count * {"day": 1, "week": 7, "fortnight": 14}[unit])


def _tomorrow(match: re.Match[str], today: date) -> date | None:
    if match["word"].lower() == "tomorrow":
        return today + timedelta(days=1)
    return today if match["prep"] else None


_COUNT = r"(?P<count>\d{1,6}|a\s+couple\s+of|an?|" + "|".join(word for word in NUMBERS if len(word) > 2 and " " not in word) + ")"
_UNIT = r"(?P<unit>day|week|fortnight|month|year)s?"

_READERS: list[tuple[re.Pattern[str], Callable[[re.Match[str], date], date | None]]] = [
    (
        _pattern(
            rf"(?:(?P<weekday>{_DAY}|{_SHORT_DAY}),?\s+(?:the\s+)?)?"
            rf"(?P<day>\d{{1,2}})(?P<ordinal>st|nd|rd|th)?\s+(?:of\s+)?(?P<month>{_MONTH}){_YEAR}"
        ),
        _day_month,
    ),
    (_pattern(rf"(?P<month>{_MONTH})\s+(?P<day>\d{{1,2}})(?P<ordinal>st|nd|rd|th)?{_YEAR}"), _month_day),
    (_pattern(r"(?P<day>\d{1,2})(?P<sep>[/.-])(?P<month>\d{1,2})(?P=sep)(?P<year>\d{4})"), _numbers),
    (_pattern(r"(?P<day>\d{1,2})/(?P<month>\d{1,2})/(?P<year>\d{2})"), _numbers),
    (_pattern(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})"), _numbers),
    (
        _pattern(
            rf"(?:in\s+(?:the\s+)?|at\s+the\s+)?(?P<part>end|late|mid|middle|early|beginning|start)[\s-]+(?P<of>of\s+)?(?P<month>{_MONTH}){_YEAR}"
        ),
        _part_of_month,
    ),
    (_pattern(rf"(?P<within>by|before|in|during)\s+(?P<month_only>{_MONTH}){_YEAR}(?!\s+\d)"), _month_alone),
    (_pattern(r"(?:at\s+the\s+)?end\s+of\s+(?P<which>the|this|next)\s+(?P<period>week|month|year)"), _end_of_period),
    (_pattern(r"next\s+(?P<period>week|month)"), _next_period),
    (
        _pattern(
            rf"(?P<which>next|this\s+coming|this|coming)?\s*\b(?P<weekday>{_DAY}|{_SHORT_DAY}){_TIME_OF_DAY}"
            rf"(?!\s*(?:to|and|or|-|–)\s*(?:{_DAY}))(?!\s+(?:mornings|afternoons|evenings|nights))"
        ),
        _weekday,
    ),
    (_pattern(rf"(?:with)?in\s+(?:the\s+next\s+|about\s+|around\s+)?{_COUNT}\s+{_UNIT}(?:['’]?\s+time)?"), _after_a_while),
    (_pattern(rf"{_COUNT}\s+{_UNIT}\s+from\s+(?:now|today)"), _after_a_while),
    (_pattern(rf"(?P<word>tomorrow|today){_TIME_OF_DAY}"), _tomorrow),
]


def best(dates: list[SpokenDate]) -> SpokenDate | None:
    """The date to go by: the first that a "by" or "before" makes a deadline, else the first that can be."""
    can_be = [spoken for spoken in dates if spoken.due is not None]
    return next(chain((spoken for spoken in can_be if spoken.is_deadline), can_be), None)
