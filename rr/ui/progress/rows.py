"""The rows behind a figure or one bar of its chart, each with the way to work on it."""

import streamlit as st

from rr.db import Session
from rr.progress import queries
from rr.progress.figures import Figure
from rr.ui.kit import navigation as pages
from rr.ui.kit.markdown import plain
from rr.ui.kit.page import Page
from rr.ui.progress.filters import ChosenFilters


def draw_rows(page: Page, db: Session, figure: Figure, of: str | None, chosen: ChosenFilters) -> None:
    """The rows, fifty a page."""
    shown = st.session_state.get("progress_page", 1)
    found = queries.behind(db, figure, chosen.filters, of=of, actor=page.actor, today=page.today, page=shown)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.header(f"{found.heading}: {found.total:,}", anchor=False)
        st.page_link(pages.page("progress"), label="Back to the figures", icon=":material/arrow_back:", query_params=chosen.params, help="")
    if not found.total:
        st.markdown("None under these filters. Choose a longer period or all regions to see more.")
    for row in found.rows:
        with st.container(border=True, horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.markdown(f"**{plain(row.title)}**  \n{plain(row.detail)}", width="stretch")
            pages.link(row.page, f"Open {row.page.removesuffix('s')}", icon="arrow_forward", id=row.record_id)
    if found.total > queries.PER_PAGE:
        st.pagination(-(-found.total // queries.PER_PAGE), key="progress_page")
