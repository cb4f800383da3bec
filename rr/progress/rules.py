"""What the dashboard's words mean: periods, waiting, medians, and how its numbers read. No database, clock or screen."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from rr.days import ONE_DAY, add_months, quarter, say
from rr.intake.rules import LONG_WAIT
from rr.labels import Labelled, count


@dataclass(frozen=True)
class WaitBand:
    """From how many to how many working days somebody has waited; None is open."""

    low: int
    high: int | None

    @property
    def code(self) -> str:
        return str(self.low)

    @property
    def label(self) -> str:
        return f"{self.low} days or more" if self.high is None else f"{self.low} to {self.high} days"

    def __contains__(self, days: int) -> bool:
        return self.low <= days and (self.high is None or days <= self.high)


WAIT_BANDS = (WaitBand(0, 2), WaitBand(3, LONG_WAIT), WaitBand(LONG_WAIT + 1, 10), WaitBand(11, None))


class PeriodName(Labelled):
    """The periods that can be chosen. A quarter is a calendar quarter, a year a calendar year."""

    THIS_QUARTER = "this_quarter", "This quarter"
    LAST_QUARTER = "last_quarter", "Last quarter"
    THIS_YEAR = "this_year", "This year"
    LAST_12_MONTHS = "last_12_months", "Last 12 months"
    ALL = "all", "All time"
    CHOSEN = "chosen", "From – to"


@dataclass(frozen=True)
class Period:
    """First and last day, both counted; None is open."""

    first: date | None = None
    last: date | None = None

    def before(self) -> "Period | None":
        """The period of equal length that ends the day before this one; None if this one is open."""
        if self.first is None or self.last is None:
            return None
        return Period(self.first - (self.last - self.first) - ONE_DAY, self.first - ONE_DAY)

    def say(self) -> str:
        """As people read it: "1 October to 18 November 2026"."""
        if self.first is None or self.last is None:
            return "all time"
        first = say(self.first)
        return f"{first.removesuffix(f' {self.first.year}') if self.first.year == self.last.year else first} to {say(self.last)}"


def period(name: PeriodName, today: date, chosen: tuple[date, ...] = ()) -> Period:
    """The days that a name means today.

    One that isn't over yet ends today: its change would otherwise compare some weeks with a whole quarter. A choice with only
    its first day so far ends today too; without any day it is all time.
    """
    if name is PeriodName.THIS_QUARTER:
        return Period(quarter(today)[0], today)
    if name is PeriodName.LAST_QUARTER:
        return Period(*quarter(quarter(today)[0] - ONE_DAY))
    if name is PeriodName.THIS_YEAR:
        return Period(date(today.year, 1, 1), today)
    if name is PeriodName.LAST_12_MONTHS:
        return Period(add_months(today, -12) + ONE_DAY, today)
    if name is PeriodName.CHOSEN and chosen:
        return Period(chosen[0], max(chosen[1] if len(chosen) > 1 else today, chosen[0]))
    return Period()


@dataclass(frozen=True)
class Waiting:
    """How long people waited, or have until today, in working days in England. Median and longest are None if nobody did."""

    count: int = 0
    median: float | None = None
    longest: int | None = None
    over: int = 0
    bands: tuple[int, ...] = (0,) * len(WAIT_BANDS)


def waiting(waits: Iterable[tuple[int, int]]) -> Waiting:
    """From how many people have waited so many working days, as (working days, people)."""
    counted = sorted(waits)
    if not counted:
        return Waiting()
    return Waiting(
        sum(people for _, people in counted),
        median(counted),
        counted[-1][0],
        sum(people for days, people in counted if days > LONG_WAIT),
        tuple(sum(people for days, people in counted if days in band) for band in WAIT_BANDS),
    )


def median(counted: Iterable[tuple[int, int]]) -> float | None:
    """The median of (value, how often) pairs; None of nothing. Of an even number, the mean of the two in the middle."""
    pairs = sorted(counted)
    total = sum(times for _, times in pairs)
    if total == 0:
        return None
    return (_at(pairs, (total - 1) // 2) + _at(pairs, total // 2)) / 2


def _at(pairs: Sequence[tuple[int, int]], place: int) -> int:
    for value, times in pairs:
        if place < times:
            return value
        place -= times
    raise IndexError(place)


def shown_number(value: float | None) -> str:
    """A figure as it stands on screen: "2", "2.5", "1,234", or a dash where there is none."""
    if value is None:
        return "–"
    return f"{value:,.1f}".removesuffix(".0")


def shown_days(days: float) -> str:
    """Working days in a sentence: "1 working day", "2.5 working days"; a wait that began today is less than one."""
    if days == 0:
        return "less than a working day"
    return "1 working day" if days == 1 else f"{shown_number(days)} working days"


def headline(wait: Waiting, plans: int) -> str:
    """Where it all stands, in two sentences: progress first, then who waits for us."""
    working = {0: "No plan is under way yet.", 1: "1 partnership is working on its plan."}.get(
        plans, f"{plans:,} partnerships are working on their plans."
    )
    if wait.longest is None:
        return f"{working} Nobody is waiting for our first contact."
    people = count(wait.count, "person is", "people are")
    return f"{working} {people} waiting for our first contact, the longest for {shown_days(wait.longest)}."
