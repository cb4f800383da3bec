"""The dashboard's numbers, all aggregated by the database, and the rows behind each of them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import func, or_, select
from sqlmodel import col

from rr.access import Actor, Can, Scope, demand, scope, visible
from rr.accounts.models import Account
from rr.db import Session
from rr.paging import Paged, clamp, offset
from rr.partnerships.models import Partnership
from rr.partnerships.rules import Stage
from rr.plans.models import ActionPlan
from rr.progress.charts.registry import CHARTS, bar_of, chart_rows
from rr.progress.figures import COUNTED, COUNTED_OF_PERIOD, Figure, FigureQuestion, ProgressFilters, conditions, count_all, narrowed
from rr.progress.rows import FigureRow, RowKind
from rr.progress.rules import Waiting
from rr.progress.waits import waiting_times
from rr.sessions.models import SessionFacilitator, SupportSession
from rr.toolkit.models import Topic

PER_PAGE = 50


@dataclass(frozen=True)
class FigureNumbers:
    """By the code of a figure, how many rows it has; and for one with a median, how long they waited."""

    counts: Mapping[str, int]
    waits: Mapping[str, Waiting]


@dataclass(frozen=True)
class Board:
    """Everything that the dashboard shows, as plain numbers: no names of people, so it may be cached under `cache_key`.

    `before` is of the period before, None if there is none. `charts` has the rows of each chart by its name.
    """

    now: FigureNumbers
    before: FigureNumbers | None
    charts: Mapping[str, Any]

    @property
    def is_empty(self) -> bool:
        """Nothing to count, and nothing in any chart but partnerships that have not signed up."""
        bars = [bar for chart in CHARTS for bar in chart.bars(self.charts[chart.name]) if bar.code != Stage.NOT_REACHED.value]
        return not any(self.now.counts.values()) and not any(bar.total for bar in bars)


@dataclass(frozen=True)
class FigureRows(Paged[FigureRow]):
    """A page of the rows behind a figure, how many there are in all (the figure itself), and what stands above them."""

    heading: str


def board(db: Session, filters: ProgressFilters, *, actor: Actor, today: date) -> Board:
    """All figures and the rows of all charts in eight statements, and two more with a period before, whatever the data's size."""
    demand(actor, Can.SEE_PROGRESS)
    now = FigureQuestion(actor, filters, today)
    earlier = filters.period.before()
    before = FigureQuestion(actor, replace(filters, period=earlier), today) if earlier else None
    return Board(
        now=_numbers(db, COUNTED, now),
        before=_numbers(db, COUNTED_OF_PERIOD, before) if before else None,
        charts=chart_rows(db, now),
    )


def _numbers(db: Session, counted: tuple[Figure, ...], question: FigureQuestion) -> FigureNumbers:
    counts = db.execute(count_all(counted, question)).one()
    return FigureNumbers(
        counts={figure.code: n for figure, n in zip(counted, counts, strict=True)},
        waits={figure.code: waiting_times(db, figure, question) for figure in counted if figure.median},
    )


def behind(
    db: Session,
    figure: Figure,
    filters: ProgressFilters,
    *,
    of: str | None = None,
    actor: Actor,
    today: date,
    page: int = 1,
    per_page: int = PER_PAGE,
) -> FigureRows:
    """The rows behind a figure, from the same conditions that counted it: `total` is the figure. `of` is one bar of its chart.

    Two statements, and one more for the words of a bar. An `of` that means nothing gives no rows.
    """
    demand(actor, Can.SEE_PROGRESS)
    question, heading = FigureQuestion(actor, filters, today), figure.heading or figure.label
    where = conditions(figure, question)
    if of is not None:
        bar = bar_of(figure, of)
        if bar is None:
            return FigureRows((), 0, 1, per_page, heading)
        chart, opened = bar
        label = opened.label if isinstance(opened.label, str) else db.execute(opened.label).scalar() or ""
        heading = f"{chart.heading or heading}, {label}" if label else heading
        where = [*narrowed(figure.kind, question), *opened.where(question)]
    total = db.execute(select(func.count()).select_from(figure.kind.table).where(*where)).scalar_one()
    page = clamp(page, total, per_page)
    page_of_rows = figure.kind.listed().where(*where).limit(per_page).offset(offset(page, per_page))
    return FigureRows(tuple(_row(row, figure.kind, question) for row in db.execute(page_of_rows)), total, page, per_page, heading)


def _row(row: Any, kind: RowKind, question: FigureQuestion) -> FigureRow:
    title, detail = kind.text(row, question.today)
    if scope(question.actor, kind.open_needs) is Scope.NONE:
        return FigureRow(row.id, title, detail, "partnership", row.partnership_id)
    return FigureRow(row.id, title, detail, kind.opens[0], row.record_id)


def choices(db: Session, *, actor: Actor) -> tuple[list[str], list[tuple[str, str]], list[tuple[int, str]]]:
    """What the filters offer: regions and facilitators of what this person may see, and all topics (code, label)."""
    demand(actor, Can.SEE_PROGRESS)
    region = col(Partnership.region)
    regions = db.execute(select(region).where(visible(col(Partnership.id), actor, Can.SEE_PROGRESS)).distinct().order_by(region)).scalars()
    topics = db.execute(select(col(Topic.code), col(Topic.label)).order_by(col(Topic.position), col(Topic.code)))
    facilitates = (
        select(col(SessionFacilitator.session_id))
        .join(SupportSession, col(SupportSession.id) == col(SessionFacilitator.session_id))
        .where(col(SessionFacilitator.account_id) == col(Account.id), visible(col(SupportSession.partnership_id), actor, Can.SEE_PROGRESS))
    )
    leads = select(col(ActionPlan.id)).where(
        col(ActionPlan.lead_id) == col(Account.id), visible(col(ActionPlan.partnership_id), actor, Can.SEE_PROGRESS)
    )
    facilitators = db.execute(
        select(col(Account.id), col(Account.name))
        .where(or_(facilitates.correlate(Account).exists(), leads.correlate(Account).exists()))
        .order_by(col(Account.name), col(Account.id))
    )
    return list(regions), [(row[0], row[1]) for row in topics], [(row[0], row[1]) for row in facilitators]
