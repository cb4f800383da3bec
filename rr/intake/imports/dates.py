"""The day and time of an entry, in the ways in which forms, spreadsheet programs and people write them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from rr.clock import LONDON
from rr.intake.cleaning import ANY_LENGTH, Understood, line, quoted

WAY = "Write it like 2023-02-19 13:10:00."
FIRST_YEAR, LAST_YEAR = 2010, 2049  # what two digits may mean; others were something else than a year
SERIAL_FROM, SERIAL_TO = 40_179, 73_050  # a spreadsheet's numbers of 1 January 2010 and of the end of 2099

_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december")
_MONTH = {name[:letters]: number for number, name in enumerate(_MONTHS, start=1) for letters in range(3, len(name) + 1)}
_SPELT = "|".join(sorted(_MONTH, key=len, reverse=True))
_TIME = (
    r"(?:(?:\s*[,T]\s*|\s+at\s+|\s+|\s*-\s+)(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:[.,]\d+)?)?"
    r"\s*(?P<half>[ap]\.?m\.?)?)?\s*\(?(?P<zone>Z|UTC|GMT|BST|(?:GMT|UTC)?\s*[+-]\d{1,2}(?::?\d{2})?)?\)?"
)
_WEEKDAY = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+)?"
_FLAGS = re.ASCII | re.IGNORECASE
_YEAR_FIRST = re.compile(rf"(?P<year>\d{{4}})(?P<sep>[-/.])(?P<month>\d{{1,2}})(?P=sep)(?P<day>\d{{1,2}}){_TIME}", _FLAGS)
_NUMBERS = re.compile(rf"{_WEEKDAY}(?P<one>\d{{1,2}})(?P<sep>[/.-])(?P<other>\d{{1,2}})(?P=sep)(?P<year>\d{{4}}|\d{{2}}){_TIME}", _FLAGS)
_DAY_MONTH = re.compile(
    rf"{_WEEKDAY}(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:\s+of)?[\s-]+(?P<month>{_SPELT})\.?,?[\s-]+(?P<year>\d{{4}}|\d{{2}}){_TIME}", _FLAGS
)
_MONTH_DAY = re.compile(
    rf"{_WEEKDAY}(?P<month>{_SPELT})\.?[\s-]+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?[\s-]+(?P<year>\d{{4}}|\d{{2}}){_TIME}", _FLAGS
)
_SERIAL = re.compile(r"(?P<day>\d{5})(?:[.,](?P<part>\d+))?", re.ASCII)


@dataclass(frozen=True)
class DateOrder:
    """Whether dates such as 03/04/2023 have the day first (None: not known), and those that can't be read without knowing."""

    day_first: bool | None
    unclear: tuple[str, ...] = ()
    mixed: bool = False  # some of the file's dates can only have the day first, others only the month


def date_order(dates: Iterable[str], chosen: bool | None = None, usually: bool | None = None) -> DateOrder:
    """How a file's dates are to be read: as somebody chose, else as those among them tell that can be read in one way only, else as

    they usually are in files of this form.
    """
    ways, unclear = set[bool](), list[str]()
    for said in dates:
        found = _NUMBERS.fullmatch(line(said))
        if not found:
            continue
        one, other = int(found["one"]), int(found["other"])
        if (one > 12) != (other > 12):
            ways.add(one > 12)
        elif one != other and one <= 12:
            unclear.append(line(said))
    told = next(iter(ways)) if len(ways) == 1 else None if ways else usually
    settled = told if chosen is None else chosen
    return DateOrder(settled, () if settled is not None else tuple(unclear), mixed=len(ways) == 2)


def instant(words: str, *, day_first: bool | None = None) -> Understood[datetime | None]:
    """When an entry was made, in UTC. Times without an offset are London's, as the export writes them.

    Days and months that could be swapped are refused unless `day_first` says which comes first. Where the clocks go back, 01:30 happens
    twice and the first is taken; where they go forward, 01:30 never happens and counts as 02:30 summer time. So a time always gives
    the same instant, which an entry is known by.
    """
    said = line(words, ANY_LENGTH)
    if not said:
        return Understood(None, "There is no date and time.")
    if serial := _SERIAL.fullmatch(said):
        return _serial(said, serial)
    found = next((match for form in (_YEAR_FIRST, _NUMBERS, _DAY_MONTH, _MONTH_DAY) if (match := form.fullmatch(said))), None)
    if found is None:
        return Understood(None, f"{quoted(said)} isn't a date and time. {WAY}")
    day, month = _day_and_month(found, day_first)
    if not day:
        return Understood(None, f"{quoted(said)} can be read as two different days. {WAY}")
    year = _year(found["year"])
    try:
        hour = _hour(int(found["hour"] or 0), found["half"])
        zone = _zone(found["zone"])
        local = datetime(year, month, day, hour, int(found["minute"] or 0), int(found["second"] or 0), tzinfo=zone)
    except ValueError:
        return Understood(None, f"{quoted(said)} isn't a day and time that exist. {WAY}")
    first, last = (FIRST_YEAR, LAST_YEAR) if len(found["year"]) == 2 else (2000, 2099)
    if not first <= local.year <= last:
        return Understood(None, f"The year of {quoted(said)} can't be right. {WAY}")
    remark = "" if found["hour"] else f"{quoted(said)} has no time of day, so midnight is taken."
    return Understood(local.astimezone(UTC), remark)


def _day_and_month(found: re.Match[str], day_first: bool | None) -> tuple[int, int]:
    """(0, 0) if they could be swapped."""
    named = found.groupdict()
    if "one" not in named:
        month = named["month"]
        return int(named["day"]), int(month) if month.isdigit() else _MONTH[month.lower()]
    one, other = int(named["one"]), int(named["other"])
    if day_first is None and one != other and one <= 12 and other <= 12:
        return 0, 0
    is_day_first = one > 12 or (other <= 12 and day_first is not False)
    return (one, other) if is_day_first else (other, one)


def _year(digits: str) -> int:
    return int(digits) if len(digits) == 4 else 2000 + int(digits)


def _hour(hour: int, half: str | None) -> int:
    if not half or (hour > 12 and half[0] in "pP"):
        return hour
    if hour > 12:
        raise ValueError(half)  # 13:15 AM: one of the two is wrong
    return hour % 12 + (12 if half[0] in "pP" else 0)


def _zone(words: str | None) -> tzinfo:
    if not words:
        return LONDON
    if words.upper() in ("Z", "UTC", "GMT"):
        return UTC
    if words.upper() == "BST":
        return timezone(timedelta(hours=1))
    sign, hours, minutes = re.sub(r"[A-Za-z\s]", "", words)[0], *re.findall(r"(\d{1,2}):?(\d{2})?$", words)[0]
    offset = timedelta(hours=int(hours), minutes=int(minutes or 0))
    return timezone(-offset if sign == "-" else offset)


def _serial(said: str, found: re.Match[str]) -> Understood[datetime | None]:
    """A date as the number that a spreadsheet keeps for it. Refused where it is cut so short that its minute can't be told."""
    day, part = int(found["day"]), found["part"] or ""
    if not SERIAL_FROM <= day <= SERIAL_TO:
        return Understood(None, f"{quoted(said)} isn't a date and time. {WAY}")
    seconds = float(f"0.{part or 0}") * 86_400
    slack = 0.5 * 86_400 / 10 ** len(part) if part else 0.0
    if part and (seconds - slack) // 60 != (seconds + slack) // 60 and len(part) < 6:
        return Understood(None, f"{quoted(said)} is a spreadsheet's number for a day, but too short to tell the minute. {WAY}")
    local = datetime(1899, 12, 30) + timedelta(days=day, seconds=round(seconds))  # noqa: DTZ001 (London's, as the next line says)
    shown = f"{local.day} {_MONTHS[local.month - 1].capitalize()} {local:%Y %H:%M}"
    midnight = "" if part.strip("0") else " It has no time of day, so midnight is taken."
    return Understood(
        local.replace(tzinfo=LONDON).astimezone(UTC), f"{quoted(said)} is a spreadsheet's number for {shown}, which is taken.{midnight}"
    )
