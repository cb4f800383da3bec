"""The chart of support needed: what was asked for, and how much of it was found."""

from collections.abc import Sequence

from sqlalchemy import and_, func, select
from sqlmodel import col

from rr.db import Session
from rr.labels import count
from rr.needs.models import SupportKind, SupportNeed
from rr.progress import figures
from rr.progress.bars import part_bar
from rr.progress.charts.record import BarRows, Chart
from rr.progress.figures import FigureQuestion, conditions, support_found


def _kinds(db: Session, question: FigureQuestion) -> tuple[tuple[str, str, int, int], ...]:
    """Support needed in the period by kind (code, label, how much, of that found in the period), the most needed first."""
    found = func.count().filter(and_(*support_found(question)))
    counted = (
        select(col(SupportNeed.kind).label("kind"), func.count().label("asked"), found.label("found"))
        .where(*conditions(figures.SUPPORT_OPEN, question))
        .group_by(col(SupportNeed.kind))
        .subquery()
    )
    rows = db.execute(
        select(col(SupportKind.code), col(SupportKind.label), counted.c.asked, counted.c.found)
        .join(counted, counted.c.kind == col(SupportKind.code))
        .order_by(counted.c.asked.desc(), col(SupportKind.position), col(SupportKind.code))
    )
    return tuple((row[0], row[1], row[2], row[3]) for row in rows)


def _sentence(rows: Sequence[tuple[str, str, int, int]]) -> str:
    asked, found = sum(row[2] for row in rows), sum(row[3] for row in rows)
    if asked == 0:
        return "No support was needed in this period."
    said = f"Support was found for {found:,} of {count(asked, 'need')}"
    _, label, most, met = max(rows, key=lambda row: row[2] - row[3])
    return f"{said}." if most == met else f"{said}. The widest gap is “{label}”: {most - met:,} not found."


def _bar_rows(code: str) -> BarRows:
    label = select(col(SupportKind.label)).where(col(SupportKind.code) == code)
    return BarRows(label, lambda question: [*figures.SUPPORT_OPEN.rule(question), col(SupportNeed.kind) == code])


SUPPORT_NEEDED = Chart(
    "support_needed",
    "Support needed",
    figure=figures.SUPPORT_OPEN,
    opens="needs",
    query=_kinds,
    bars=lambda rows: [part_bar(code, label, asked, found, "found", rest="stuck") for code, label, asked, found in rows],
    sentence=_sentence,
    bar_rows=_bar_rows,
)
