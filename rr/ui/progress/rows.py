"""The rows behind a figure or one bar of its chart, each with the way to work on it."""

from collections.abc import Sequence

import streamlit as st

from rr.db import Session
from rr.progress import queries
from rr.progress.figures import Figure
from rr.progress.rows import FigureRow
from rr.ui.kit import navigation as pages
from rr.ui.kit import pager
from rr.ui.kit.page import Page
from rr.ui.kit.rows import Row, rows, to
from rr.ui.progress.filters import ChosenFilters


def draw_rows(page: Page, db: Session, figure: Figure, of: str | None, chosen: ChosenFilters) -> None:
    """A page of the rows."""
    number = pager.current("progress_page")
    found = queries.behind(db, figure, chosen.filters, of=of, actor=page.actor, today=page.today, page=number)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.header(f"{found.heading}: {found.total:,}", anchor=False)
        st.page_link(pages.page("progress"), label="Back to the figures", icon=":material/arrow_back:", query_params=chosen.params, help="")
    if not found.total:
        st.markdown("None under these filters. Choose a longer period or all regions to see more.")
    rows("progress_list", as_rows(found.rows), label=found.heading, layout="lines")
    pager.draw("progress_page", found)


def as_rows(found: Sequence[FigureRow]) -> list[Row]:
    """Each row in two lines; its title opens it."""
    return [Row(each.id, each.title or "No area given", to(each.page, id=each.record_id), detail=(each.detail,)) for each in found]
