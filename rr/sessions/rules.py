"""Sessions: their state, their start times, what the agenda is warned about, and kinds of captured line (design 4; domain 5.1, 5.2)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from rr.clock import LONDON
from rr.errors import Refused
from rr.labels import Labelled, count

LONGEST_WITHOUT_BREAK = 90
DAY = 24 * 60
BREAKS = frozenset({"break", "lunch", "refreshments"})
CLOSES = frozenset({"close", "closing", "goodbye", "goodbyes"})


class CaptureKind(Labelled):
    """What a captured line is."""

    ACHIEVEMENT = "achievement", "Achievement", "emoji_events"
    IDEA = "idea", "Idea", "lightbulb"
    DECISION = "decision", "Decision", "how_to_vote"
    ACTION = "action", "Action", "flag"

    @property
    def plural(self) -> str:
        return f"{self.label}s"


@dataclass(frozen=True)
class ItemFacts:
    """A row of the agenda as the warnings see it. The group's bounds are its activity's; None where that has none."""

    title: str
    minutes: int
    is_break: bool = False
    closes: bool = False
    group_from: int | None = None
    group_to: int | None = None
    has_lead: bool = True


def not_cancelled(cancelled_at: datetime | None) -> None:
    """Refuses to work on a session that was cancelled."""
    if cancelled_at is not None:
        raise Refused("This session was cancelled", "Reopen it first.")


def begins(day: date, at: time) -> datetime:
    """The instant at which a session starts, from the day and the time that people in London say."""
    return datetime.combine(day, at, tzinfo=LONDON)


def overlap(one: datetime, minutes: int, other: datetime, other_minutes: int) -> bool:
    """Do two sessions share any time? One that starts when the other ends doesn't."""
    return one < other + timedelta(minutes=other_minutes) and other < one + timedelta(minutes=minutes)


def item_at(minutes: Sequence[int], gone: int) -> int:
    """Which row of the agenda (from 0) is running, so many minutes after the start: the first before it, the last after its end."""
    end_of_row = 0
    for number, row in enumerate(minutes):
        end_of_row += row
        if gone < end_of_row:
            return number
    return max(len(minutes) - 1, 0)


def reads_as_break(title: str) -> bool:
    """Is a row with a title of its own a break, as far as its words say?"""
    return bool(BREAKS & set(title.casefold().split()))


def reads_as_close(title: str) -> bool:
    """Does a row with a title of its own end the session, as far as its words say?"""
    return bool(CLOSES & set(title.casefold().split()))


def starts(start_minute: int | None, minutes: Sequence[int]) -> list[str]:
    """When each row starts, from the minutes of the rows before it: "19:30" by the clock, and past midnight "00:15".

    `start_minute` counts from midnight, London time; while it is None the session has no time yet and rows read as time gone by: "0:40".
    A row of no minutes shows preparation (domain 5.2) and starts with the row after it.
    """
    rows = []
    gone = 0
    for row in minutes:
        rows.append(_clock(start_minute + gone) if start_minute is not None else f"{gone // 60}:{gone % 60:02}")
        gone += row
    return rows


def end(start_minute: int | None, minutes: Sequence[int]) -> str:
    """When the last row ends, read as `starts` does."""
    return starts(start_minute, [sum(minutes), 0])[-1]


def _clock(minute: int) -> str:
    hours, minutes = divmod(minute % DAY, 60)
    return f"{hours:02}:{minutes:02}"


def warnings(rows: Sequence[ItemFacts], *, booked_minutes: int | None, people: int | None) -> tuple[str, ...]:
    """What to look at in an agenda, as sentences (domain 5.1, design notes). They never block. An empty agenda has none."""
    if not rows:
        return ()
    return (
        *_too_long_without_break(rows),
        *_over_booking(rows, booked_minutes),
        *_group_size(rows, people),
        *_no_close(rows),
        *_no_lead(rows),
    )


def _too_long_without_break(rows: Sequence[ItemFacts]) -> Iterator[str]:
    for stretch in _stretches(rows):
        minutes = sum(row.minutes for row in stretch)
        if minutes > LONGEST_WITHOUT_BREAK:
            first, last = stretch[0].title, stretch[-1].title
            where = f"“{first}” alone takes" if len(stretch) == 1 else f"From “{first}” to “{last}” is"
            yield f"{where} {minutes} minutes without a break. Plan one within {LONGEST_WITHOUT_BREAK}."


def _stretches(rows: Sequence[ItemFacts]) -> Iterator[list[ItemFacts]]:
    """The rows that take time, cut where there is a break."""
    stretch: list[ItemFacts] = []
    for row in rows:
        if row.minutes <= 0:
            continue
        if row.is_break:
            yield stretch
            stretch = []
        else:
            stretch.append(row)
    yield stretch


def _over_booking(rows: Sequence[ItemFacts], booked_minutes: int | None) -> Iterator[str]:
    total = sum(row.minutes for row in rows)
    if booked_minutes is not None and total > booked_minutes:
        yield f"The agenda takes {count(total, 'minute')}; {booked_minutes} {'is' if booked_minutes == 1 else 'are'} booked."


def _group_size(rows: Sequence[ItemFacts], people: int | None) -> Iterator[str]:
    if people is None:
        return
    expected = "1 person is" if people == 1 else f"{people} people are"
    for row in rows:
        if row.group_from is not None and people < row.group_from:
            yield f"“{row.title}” needs at least {count(row.group_from, 'person', 'people')}; {expected} expected."
        elif row.group_to is not None and people > row.group_to:
            yield f"“{row.title}” suits at most {count(row.group_to, 'person', 'people')}; {expected} expected."


def _no_close(rows: Sequence[ItemFacts]) -> Iterator[str]:
    if not any(row.closes for row in rows):
        yield "The agenda has no close. Keep five minutes to end well together."


def _no_lead(rows: Sequence[ItemFacts]) -> Iterator[str]:
    without = [row.title for row in rows if not row.has_lead and not row.is_break and row.minutes > 0]
    if without:
        others = f" and {len(without) - 1} more" if len(without) > 1 else ""
        yield f"No lead for “{without[0]}”{others}."
