"""What was measured: samples become rows, rows become one table and one file."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any


@dataclass
class Row:
    """One line of the table. Times are in milliseconds unless `unit` says otherwise; `goal` in words, `met` None where there is none.

    `floor` is the blank page's median, sampled by turns with this row's own runs; `ratio` is p50 divided by it.
    """

    size: str
    what: str
    samples: int
    p50: float
    p95: float
    worst: float
    floor: float | None = None
    ratio: float | None = None
    unit: str = "ms"
    goal: str = ""
    met: bool | None = None
    note: str = ""


def row(size: str, what: str, samples: list[float], floors: list[float] | None = None, *, most: float | None = None, **more: Any) -> Row:
    """A row of samples. With `most`, the goal is that many times the floor."""
    ordered = sorted(samples)
    p50, p95 = median(ordered), ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
    floor = median(floors) if floors else None
    ratio = p50 / floor if floor else None
    if most is not None and ratio is not None:
        more = {"goal": f"≤ {most:g} × floor", "met": ratio <= most} | more
    return Row(size, what, len(samples), p50, p95, ordered[-1], floor, ratio, **more)


def growth(rows: list[Row], small: str, large: str, most: float) -> list[Row]:
    """How much each page grew from one size to the other: its ratio to the floor there by the ratio here, so that a noisy hour cancels."""
    before = {each.what: each for each in rows if each.size == small and each.ratio}
    grown = []
    for each in rows:
        first = before.get(each.what)
        if each.size != large or first is None or not each.ratio or not first.ratio:
            continue
        times = each.ratio / first.ratio
        grown.append(
            Row(
                f"{small}→{large}",
                each.what,
                min(each.samples, first.samples),
                each.p50,
                each.p95,
                each.worst,
                ratio=times,
                goal=f"grows ≤ {most:g} ×",
                met=times <= most,
            )
        )
    return grown


HEADS = ("size", "what", "n", "floor", "p50", "p95", "worst", "ratio", "goal", "met")


def text(rows: list[Row]) -> str:
    """The table, for a terminal."""
    lines = [HEADS, *(_cells(each) for each in rows)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(HEADS))]
    left = {0, 1, 8, 9}
    shown = (
        "  ".join(
            cell.ljust(width) if place in left else cell.rjust(width) for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        for line in lines
    )
    return "\n".join(line.rstrip() for line in shown)


def _cells(each: Row) -> tuple[str, ...]:
    def number(value: float | None, unit: str = "") -> str:
        return "" if value is None else f"{value:,.0f}{unit}" if value >= 100 else f"{value:,.1f}{unit}"

    unit = "" if each.unit == "ms" else f" {each.unit}"
    met = "" if each.met is None else "yes" if each.met else "NO"
    what = f"{each.what} ({each.note})" if each.note else each.what
    return (
        each.size,
        what,
        str(each.samples),
        number(each.floor),
        number(each.p50, unit),
        number(each.p95, unit),
        number(each.worst, unit),
        "" if each.ratio is None else f"{each.ratio:.2f}",
        each.goal,
        met,
    )


def write(path: Path, rows: list[Row], about: dict[str, Any]) -> None:
    """The rows as JSON, with when and where they were measured."""
    path.write_text(
        json.dumps({"about": about, "rows": [asdict(each) for each in rows]}, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
