"""What the dashboard's words mean: stages, periods, waiting, and the sentence below each chart. No database, clock or screen."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from rr.days import ONE_DAY, add_months, quarter, say, working_days
from rr.intake.rules import LONG_WAIT
from rr.labels import Labelled, count
from rr.partnerships.rules import Stage

WAITS = ((0, 2, "0 to 2 days"), (3, LONG_WAIT, "3 to 5 days"), (LONG_WAIT + 1, 10, "6 to 10 days"), (11, None, "11 days or more"))


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
    """Those who wait for our first contact, in working days in England. Median and longest are None while nobody waits."""

    count: int = 0
    median: float | None = None
    longest: int | None = None
    over: int = 0
    bands: tuple[int, ...] = (0,) * len(WAITS)


def waiting(days: Iterable[tuple[date, int]], today: date) -> Waiting:
    """From how many people signed up on each day and still wait."""
    waits = sorted((working_days(on, today), number) for on, number in days)
    if not waits:
        return Waiting()
    return Waiting(
        sum(number for _, number in waits),
        median(waits),
        waits[-1][0],
        sum(number for wait, number in waits if wait > LONG_WAIT),
        tuple(sum(number for wait, number in waits if low <= wait and (high is None or wait <= high)) for low, high, _ in WAITS),
    )


def median(counted: Iterable[tuple[int, int]]) -> float | None:
    """The median of (value, how often) pairs; None of nothing. Of an even number, the mean of the two in the middle."""
    pairs = sorted(counted)
    total = sum(number for _, number in pairs)
    if total == 0:
        return None
    return (_at(pairs, (total - 1) // 2) + _at(pairs, total // 2)) / 2


def _at(pairs: Sequence[tuple[int, int]], place: int) -> int:
    for value, number in pairs:
        if place < number:
            return value
        place -= number
    raise IndexError(place)


def band(code: str | None) -> tuple[int, int | None] | None:
    """From and to of one of the bars of waiting, whose code is its lower end; None if there is no such bar."""
    return next(((low, high) for low, high, _ in WAITS if str(low) == code), None)


def number(value: float | None) -> str:
    """A figure as it stands on screen: "2", "2.5", or a dash for what can't be said."""
    if value is None:
        return "–"
    return f"{value:,.1f}".removesuffix(".0")


def headline(wait: Waiting, plans: int) -> str:
    """Where it all stands, in a sentence or two: progress first, then who waits for us."""
    stands = {0: "No plan is under way yet.", 1: "1 partnership is working on its plan."}.get(
        plans, f"{plans:,} partnerships are working on their plans."
    )
    if wait.count == 0:
        return f"{stands} Nobody is waiting for our first contact."
    who = "1 person is" if wait.count == 1 else f"{wait.count:,} people are"
    longest = "less than a working day" if not wait.longest else _days(wait.longest)
    return f"{stands} {who} waiting for our first contact, the longest for {longest}."


def say_waiting(wait: Waiting) -> str:
    if wait.count == 0:
        return "Nobody is waiting for our first contact."
    if wait.over == 0:
        return f"Everybody who waits has waited {_days(LONG_WAIT)} or fewer; half of them {number(wait.median)} or fewer."
    return f"{wait.over:,} of {wait.count:,} have waited more than {_days(LONG_WAIT)}; the longest wait is {_days(wait.longest or 0)}."


def say_stages(stages: Sequence[tuple[Stage, int]]) -> str:
    counts = dict(stages)
    reached = sum(n for stage, n in stages if stage is not Stage.NOT_REACHED)
    if reached == 0:
        return "No partnership has signed up yet."
    planned = counts.get(Stage.PLAN_AGREED, 0) + counts.get(Stage.PLAN_FINISHED, 0)
    signed = f"Of {count(reached, 'partnership')} that signed up, {planned:,} agreed a plan"
    left = counts.get(Stage.NOT_REACHED, 0)
    return f"{signed}; {left:,} more {'has' if left == 1 else 'have'} not signed up yet." if left else f"{signed}."


def say_most(rows: Sequence[tuple[str, int]], what: str, none: str) -> str:
    """Which of the bars is the longest: "Most sign-ups are about …". `what` is that beginning."""
    total = sum(count for _, count in rows)
    if total == 0:
        return none
    most = max(count for _, count in rows)
    names = [f"“{label}”" for label, count in rows if count == most]
    if len(names) > 2:
        return f"{what} spread over {len(names)} subjects alike, {most:,} each."
    return f"{what} about {' and '.join(names)}: {most:,}{' each' if len(names) == 2 else ''}."


def say_actions(counts: dict[str, int]) -> str:
    """`counts` by the value of the action's status."""
    total = sum(counts.values())
    if total == 0:
        return "There are no actions yet. They come out of sessions."
    done, stuck = counts.get("done", 0), counts.get("stuck", 0)
    rest = "none is stuck" if stuck == 0 else f"{stuck:,} {'is' if stuck == 1 else 'are'} stuck and need{'s' if stuck == 1 else ''} help"
    return f"{done:,} of {count(total, 'action')} {'is' if done == 1 else 'are'} done; {rest}."


def say_needs(rows: Sequence[tuple[str, int, int]]) -> str:
    """Rows of label, asked, found."""
    asked, found = sum(row[1] for row in rows), sum(row[2] for row in rows)
    if asked == 0:
        return "Nobody has asked for support in this period."
    gap = max(rows, key=lambda row: row[1] - row[2])
    said = f"Support was found for {found:,} of {asked:,} that were asked for"
    return f"{said}." if gap[1] == gap[2] else f"{said}. The widest gap is “{gap[0]}”: {gap[1] - gap[2]:,} not found."


def _days(number_of: int) -> str:
    return "1 working day" if number_of == 1 else f"{number_of:,} working days"
