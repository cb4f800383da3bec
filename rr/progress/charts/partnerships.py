"""The chart of partnerships: where each stands now."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import CompoundSelect, func, literal, select, union_all
from sqlmodel import col

from rr.db import Session
from rr.partnerships.models import Partnership
from rr.partnerships.rules import Stage
from rr.progress.bars import bar
from rr.progress.charts.record import BarRows, Chart
from rr.progress.figures import STAGE, FigureQuestion, WorkPage, narrowed
from rr.progress.rows import PARTNERSHIPS
from rr.story.states import stages, where_stage


def _stages(db: Session, question: FigureQuestion) -> tuple[tuple[Stage, int], ...]:
    """How many partnerships are at each stage. Those that reached none are the rest of all."""
    counts: dict[int, int] = {row[0]: row[1] for row in db.execute(_by_rank(question))}
    reached = sum(counts.get(stage.rank, 0) for stage in Stage if stage is not Stage.NOT_REACHED)
    counts[Stage.NOT_REACHED.rank] -= reached
    return tuple((stage, counts.get(stage.rank, 0)) for stage in Stage)


@lru_cache(maxsize=64)
def _by_rank(question: FigureQuestion) -> CompoundSelect[Any]:
    """How many partnerships have reached each rank, and under rank 0 how many there are. Kept, since making it costs milliseconds."""
    where = narrowed(PARTNERSHIPS, question)
    ranked = stages(question.today, select(col(Partnership.id)).where(*where) if where else None)
    everybody = select(literal(Stage.NOT_REACHED.rank), func.count()).select_from(Partnership).where(*where)
    return union_all(everybody, select(ranked.c.rank, func.count()).group_by(ranked.c.rank))


def _sentence(rows: Sequence[tuple[Stage, int]]) -> str:
    counts = dict(rows)
    left, working, finished = counts[Stage.NOT_REACHED], counts[Stage.PLAN_AGREED], counts[Stage.PLAN_FINISHED]
    signed_up = sum(counts.values()) - left
    if signed_up == 0:
        return "No partnership has signed up yet."
    if signed_up == 1:
        stands = "has a plan under way" if working else "has finished its plan" if finished else "has no plan under way"
        said = f"1 partnership has signed up and {stands}"
    else:
        said = f"Of {signed_up:,} partnerships that signed up, {_have(working)} a plan under way"
        others = "" if not working else " other" if finished == 1 else " others"
        said += f" and {finished:,}{others} {'has' if finished == 1 else 'have'} finished one" if finished else ""
    return f"{said}; {left:,} more {'has' if left == 1 else 'have'} not signed up yet." if left else f"{said}."


def _have(number: int) -> str:
    return {0: "none has", 1: "1 has"}.get(number, f"{number:,} have")


def _bar_rows(code: str) -> BarRows | None:
    if code not in {stage.value for stage in Stage}:
        return None
    stage = Stage(code)
    listed = WorkPage("partnerships", {"partnerships_stage": stage.label})
    return BarRows(stage.label, lambda question: [where_stage(stage, question.today)], listed)


PARTNERSHIP_STAGES = Chart(
    "partnership_stages",
    "Where partnerships stand now",
    figure=STAGE,
    opens="partnerships that signed up",
    query=_stages,
    bars=lambda rows: [bar(stage.value, stage.label, n, "done" if stage.rank else "not_started") for stage, n in rows],
    sentence=_sentence,
    bar_rows=_bar_rows,
    heading="Partnerships",
)
