"""Sessions: their state, their start times, what the agenda is warned about, and kinds of captured line (design 4; domain 5.1, 5.2)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from rr.labels import Labelled

LONGEST_WITHOUT_BREAK = 90
DAY = 24 * 60


class SessionState(Labelled):
    DRAFT = "draft", "Draft"
    PLANNED = "planned", "Planned"
    HELD = "held", "Held"
    CANCELLED = "cancelled", "Cancelled"


class CaptureKind(Labelled):
    """What a captured line is. `.icon` is the name of a Material icon."""

    ACHIEVEMENT = "achievement", "Achievement"
    IDEA = "idea", "Idea"
    DECISION = "decision", "Decision"
    ACTION = "action", "Action"

    @property
    def plural(self) -> str:
        return f"{self.label}s"

    @property
    def icon(self) -> str:
        return ICONS[self]


ICONS = {
    CaptureKind.ACHIEVEMENT: "emoji_events",
    CaptureKind.IDEA: "lightbulb",
    CaptureKind.DECISION: "how_to_vote",
    CaptureKind.ACTION: "flag",
}


@dataclass(frozen=True)
class AgendaRow:
    """A row of the agenda as the warnings see it. The group's bounds are its activity's; None where that has none."""

    title: str
    minutes: int
    is_break: bool = False
    closes: bool = False
    group_from: int | None = None
    group_to: int | None = None
    has_lead: bool = True


def state(starts_at: datetime | None, held_on: date | None, cancelled_at: datetime | None) -> SessionState:
    """Derived, never stored. What was held stays held, whatever was said before or after."""
    if held_on is not None:
        return SessionState.HELD
    if cancelled_at is not None:
        return SessionState.CANCELLED
    return SessionState.DRAFT if starts_at is None else SessionState.PLANNED


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


def end(start_minute: int, minutes: Sequence[int]) -> str:
    """When the last row ends, by the clock."""
    return _clock(start_minute + sum(minutes))


def _clock(minute: int) -> str:
    hours, minutes = divmod(minute % DAY, 60)
    return f"{hours:02}:{minutes:02}"


def warnings(rows: Sequence[AgendaRow], *, booked_minutes: int | None, people: int | None) -> tuple[str, ...]:
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


def _too_long_without_break(rows: Sequence[AgendaRow]) -> Iterator[str]:
    for stretch in _stretches(rows):
        minutes = sum(row.minutes for row in stretch)
        if minutes > LONGEST_WITHOUT_BREAK:
            first, last = stretch[0].title, stretch[-1].title
            where = f"“{first}” alone takes" if len(stretch) == 1 else f"From “{first}” to “{last}” is"
            yield f"{where} {minutes} minutes without a break. Plan one within {LONGEST_WITHOUT_BREAK}."


def _stretches(rows: Sequence[AgendaRow]) -> Iterator[list[AgendaRow]]:
    """The rows that take time, cut where there is a break."""
    stretch: list[AgendaRow] = []
    for row in rows:
        if row.minutes <= 0:
            continue
        if row.is_break:
            yield stretch
            stretch = []
        else:
            stretch.append(row)
    yield stretch


def _over_booking(rows: Sequence[AgendaRow], booked_minutes: int | None) -> Iterator[str]:
    total = sum(row.minutes for row in rows)
    if booked_minutes is not None and total > booked_minutes:
        yield f"The agenda takes {total} minutes; {booked_minutes} are booked."


def _group_size(rows: Sequence[AgendaRow], people: int | None) -> Iterator[str]:
    if people is None:
        return
    expected = "1 person is" if people == 1 else f"{people} people are"
    for row in rows:
        if row.group_from is not None and people < row.group_from:
            yield f"“{row.title}” needs at least {row.group_from} people; {expected} expected."
        elif row.group_to is not None and people > row.group_to:
            yield f"“{row.title}” suits at most {row.group_to} people; {expected} expected."


def _no_close(rows: Sequence[AgendaRow]) -> Iterator[str]:
    if not any(row.closes for row in rows):
        yield "The agenda has no close. Keep five minutes to end well together."


def _no_lead(rows: Sequence[AgendaRow]) -> Iterator[str]:
    alone = [row.title for row in rows if not row.has_lead and not row.is_break and row.minutes > 0]
    if alone:
        others = f" and {len(alone) - 1} more" if len(alone) > 1 else ""
        yield f"Nobody leads “{alone[0]}”{others}."
