"""What was measured: samples become rows, rows become one table and one file."""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Any, Self


@dataclass
class Samples:
    """What one thing took each time, in milliseconds, beside the blank page's times in turn with it; and the runs that don't count."""

    taken: list[float] = field(default_factory=list)
    blank: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    messages: int | None = None
    kib: float | None = None


@dataclass(frozen=True)
class Percentiles:
    """The middle of some samples, and what 95 of 100 don't exceed."""

    p50: float
    p95: float

    @classmethod
    def of(cls, samples: Sequence[float]) -> Self | None:
        ordered = sorted(samples)
        return cls(median(ordered), ordered[-(-len(ordered) * 95 // 100) - 1]) if ordered else None

    def by(self, other: "Percentiles") -> "Percentiles":
        """Each divided by the other's own."""
        return Percentiles(self.p50 / other.p50, self.p95 / other.p95)

    def at_most(self, most: float) -> bool:
        return max(self.p50, self.p95) <= most


@dataclass
class Row:
    """One line of the table. Times are in milliseconds unless `unit` says otherwise; None where nothing was measured.

    `ratio` is `times` by `blank`, the blank page's own percentiles. `met` is None where there is no goal.
    """

    size: str
    what: str
    runs: int
    failed: int
    times: Percentiles | None = None
    worst: float | None = None
    blank: Percentiles | None = None
    ratio: Percentiles | None = None
    messages: int | None = None
    kib: float | None = None
    unit: str = "ms"
    goal: str = ""
    met: bool | None = None
    note: str = ""


@dataclass(frozen=True)
class Goal:
    """A goal in words, and whether a row keeps it. A row with failures misses every goal."""

    words: str
    keeps: Callable[[Row], bool]


def times_blank(most: float) -> Goal:
    """p50 and p95 each at most so many times the blank page's own."""
    return Goal(f"≤ {most:g} × blank", lambda row: row.ratio is not None and row.ratio.at_most(most))


def p95_below(most: float, unit: str = "ms") -> Goal:
    return Goal(f"p95 < {most:g} {unit}", lambda row: row.times is not None and row.times.p95 < most)


def worst_below(most: float) -> Goal:
    return Goal(f"worst < {most:g} ms, none fails", lambda row: row.worst is not None and row.worst < most)


NONE_FAILS = Goal("none fails", lambda row: True)


def make_row(size: str, what: str, samples: Samples, goal: Goal | None = None, *, unit: str = "ms", note: str = "") -> Row:
    """A row of samples. With failures it is missed, whatever its times; the note then says what failed most often."""
    failed = len(samples.failures)
    row = Row(size, what, len(samples.taken) + failed, failed, unit=unit, messages=samples.messages, kib=samples.kib)
    row.times, row.blank, row.worst = Percentiles.of(samples.taken), Percentiles.of(samples.blank), max(samples.taken, default=None)
    row.ratio = row.times.by(row.blank) if row.times and row.blank else None
    if goal:
        row.goal, row.met = goal.words, goal.keeps(row)
    if failed:
        row.met = False
        common, _ = Counter(samples.failures).most_common(1)[0]
        note = "; ".join(filter(None, (note, f"failed: {common}")))
    row.note = note
    return row


def growth(rows: Sequence[Row], small: str, large: str, most: float) -> list[Row]:
    """How much each page grew from one size to the other. Both were measured by turns, so their own times are compared."""
    before = {row.what: row for row in rows if row.size == small != large}
    grown = []
    for row in rows:
        first = before.get(row.what)
        if row.size != large or first is None or first.times is None or row.times is None or row.blank is None:
            continue
        times, failed = row.times.by(first.times), row.failed + first.failed
        met = not failed and times.at_most(most)
        grown.append(Row(f"{small}→{large}", row.what, row.runs + first.runs, failed, ratio=times, goal=f"grows ≤ {most:g} ×", met=met))
    return grown


# How it is shown

COLUMNS = (  # heading, width; a negative width is for words, which stand on the left
    ("size", -4),
    ("what", -46),
    ("blank p50", 9),
    ("blank p95", 9),
    ("p50", 7),
    ("p95", 7),
    ("worst", 7),
    ("×p50", 6),
    ("×p95", 6),
    ("msgs", 5),
    ("KiB", 5),
    ("failed", 10),
    ("goal", -27),
    ("", -6),
    ("note", -1),
)


def heading() -> str:
    return _line([name for name, _ in COLUMNS])


def line(row: Row) -> str:
    """One row, for a terminal."""
    unit = "" if row.unit == "ms" else f" {row.unit}"
    met = "" if row.met is None else "met" if row.met else "MISSED"
    return _line(
        [
            row.size,
            row.what,
            *_percentiles(row.blank, _number),
            *_percentiles(row.times, lambda value: _number(value, unit)),
            _number(row.worst, unit),
            *_percentiles(row.ratio, "{:.2f}".format),
            *(_number(value) for value in (row.messages, row.kib)),
            f"{row.failed} of {row.runs}",
            row.goal,
            met,
            row.note,
        ]
    )


def _line(cells: Sequence[str]) -> str:
    padded = (cell.ljust(-width) if width < 0 else cell.rjust(width) for cell, (_, width) in zip(cells, COLUMNS, strict=True))
    return "  ".join(padded).rstrip()


def _percentiles(shown: Percentiles | None, write: Callable[[float], str]) -> tuple[str, str]:
    return (write(shown.p50), write(shown.p95)) if shown else ("", "")


def _number(value: float | None, unit: str = "") -> str:
    if value is None:
        return ""
    return f"{value:,.0f}{unit}" if value >= 100 or isinstance(value, int) else f"{value:,.1f}{unit}"


def write(path: Path, rows: Sequence[Row], about: dict[str, Any]) -> None:
    """The rows as JSON, with when and where they were measured."""
    content = json.dumps({"about": about, "rows": [asdict(row) for row in rows]}, indent=1, ensure_ascii=False)
    path.write_text(content + "\n", encoding="utf-8")
