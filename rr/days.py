"""Days as the team counts them: working days in England, calendar months, and dates in words (domain 7.2, design 3.7)."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from datetime import date, timedelta
from functools import cache
from types import MappingProxyType

import holidays
from dateutil.relativedelta import relativedelta

MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
SATURDAY = 5
ONE_DAY = timedelta(days=1)


@cache
def named_bank_holidays(year: int) -> Mapping[date, str]:
    """England's bank holidays of one year and their names in `holidays`; one in place of another ends in "(observed)".

    Worked out once a year asked for.
    """
    return MappingProxyType(dict(holidays.country_holidays("GB", subdiv="ENG", years=year)))


@cache
def bank_holidays(year: int) -> frozenset[date]:
    """England's bank holidays of one year, with the days given in place of those on a weekend."""
    return frozenset(named_bank_holidays(year))


def is_working(day: date, closed: AbstractSet[date] = frozenset()) -> bool:
    """Neither a weekend, nor a bank holiday in England, nor one of the `closed` days."""
    return day.weekday() < SATURDAY and day not in closed and day not in bank_holidays(day.year)


def working_days(after: date, until: date, closed: AbstractSet[date] = frozenset()) -> int:
    """Working days in England after `after`, up to and including `until`; 0 when `until` is not later (design 4: waiting).

    The cost depends on the number of years between, not of days, so lists can count it for every row.
    """
    if until <= after:
        return 0
    off = set(closed).union(*(bank_holidays(year) for year in range(after.year, until.year + 1)))
    return _weekdays_to(until) - _weekdays_to(after) - sum(after < day <= until and day.weekday() < SATURDAY for day in off)


def _weekdays_to(day: date) -> int:
    """Mondays to Fridays since the calendar's first day, 1 January of year 1, which was a Monday."""
    weeks, days = divmod(day.toordinal(), 7)
    return weeks * 5 + min(days, 5)


def forward(day: date, closed: AbstractSet[date] = frozenset()) -> date:
    """The day itself if it is a working day, else the next one."""
    while not is_working(day, closed):
        day += ONE_DAY
    return day


def add_months(day: date, months: int) -> date:
    """Calendar months on (or back); a day that the month lacks becomes its last one: 31 August + 6 = 28 or 29 February."""
    return day + relativedelta(months=months)


def month_end(year: int, month: int) -> date:
    return date(year, month, 1) + relativedelta(day=31)


def month(day: date) -> tuple[date, date]:
    """First and last day of the calendar month that the day is in."""
    return day.replace(day=1), month_end(day.year, day.month)


def months(first: date, last: date) -> list[date]:
    """The first day of each month between two days, the latest first."""
    number = (last.year - first.year) * 12 + last.month - first.month
    return [add_months(last.replace(day=1), -back) for back in range(number + 1)]


def quarter(day: date) -> tuple[date, date]:
    """First and last day of the calendar quarter that the day is in."""
    first = (day.month - 1) // 3 * 3 + 1
    return date(day.year, first, 1), month_end(day.year, first + 2)


def say(day: date) -> str:
    """As people read it: 14 March 2027."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def say_month(day: date) -> str:
    """ "March 2027"."""
    return f"{MONTHS[day.month - 1]} {day.year}"


def say_short(day: date) -> str:
    """Where the year is plain from around it: 14 Mar."""
    return f"{day.day} {MONTHS[day.month - 1][:3]}"
