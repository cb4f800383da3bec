"""The charts, each with its sentence, the link to its rows, and its table on demand."""

from datetime import date
from typing import Any

import streamlit as st

from rr.access import Actor, Can, cache_key
from rr.db import Session, revision
from rr.progress import queries
from rr.progress.bars import spec
from rr.progress.charts.record import Chart
from rr.progress.charts.registry import CHARTS
from rr.progress.figures import ProgressFilters
from rr.progress.queries import Board
from rr.ui.kit import charts
from rr.ui.kit.charts import ReadyChart
from rr.ui.kit.markdown import plain
from rr.ui.kit.page import Page
from rr.ui.progress.filters import ChosenFilters
from rr.ui.progress.links import go_to_rows, link_to_rows


def ready_board(page: Page, db: Session, filters: ProgressFilters) -> tuple[Board, dict[str, ReadyChart]]:
    """The figures and the finished charts, kept until the data, the day, the filters or what the viewer may see is another."""
    key = f"{revision(db)} {page.today} {cache_key(page.actor, Can.SEE_PROGRESS)} {filters!r}"
    return _ready(key, db, filters, page.actor, page.today)


@st.cache_data(max_entries=256, show_spinner=False)
def _ready(key: str, _db: Session, _filters: ProgressFilters, _actor: Actor, _today: date) -> tuple[Board, dict[str, ReadyChart]]:
    board = queries.board(_db, _filters, actor=_actor, today=_today)
    return board, {chart.name: charts.ready(spec(chart.bars(board.charts[chart.name]))) for chart in CHARTS}


def draw_charts(board: Board, ready: dict[str, ReadyChart], chosen: ChosenFilters) -> None:
    """All charts, two beside each other."""
    for left, right in zip(CHARTS[::2], CHARTS[1::2], strict=True):
        for column, chart in zip(st.columns(2), (left, right), strict=True):
            with column, st.container(border=True, height="stretch"):
                _panel(chart, board.charts[chart.name], ready[chart.name], chosen)


def _panel(chart: Chart, rows: Any, ready: ReadyChart, chosen: ChosenFilters) -> None:
    sentence, bars = chart.sentence(rows), chart.bars(rows)
    something = any(bar.total for bar in bars)
    st.header(chart.title, anchor=False)
    if something:
        charts.draw(
            ready,
            key=f"progress_chart_{chart.name}",
            says=f"{chart.title}. {sentence}",
            on_pick=lambda code: go_to_rows(chart.figure, chosen, code),
        )
    st.markdown(plain(sentence))
    if not something:
        return
    link_to_rows(chart.figure, f"Open the {chart.opens}", 1, chosen)
    table = st.expander("As a table", key=f"progress_table_{chart.name}", icon=":material/table_rows:", on_change="rerun")
    if table.open:
        with table:
            for bar in bars:
                link_to_rows(chart.figure, f"{plain(bar.label)}: **{plain(bar.number)}**", bar.total, chosen, bar.code)
