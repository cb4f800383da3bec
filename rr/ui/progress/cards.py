"""What needs somebody now, and the figures in cards."""

from pathlib import Path
from typing import Any

import streamlit as st

from rr.access import Can, Scope, scope
from rr.labels import count
from rr.progress.figures import COUNTED, Figure
from rr.progress.queries import Board, FigureNumbers
from rr.progress.rules import shown_number
from rr.ui.kit import navigation as pages
from rr.ui.kit.page import Page
from rr.ui.progress.filters import ChosenFilters
from rr.ui.progress.links import link_to_rows

GROWING = Path(__file__).parents[1] / "static/growing.svg"


def nothing_to_show(page: Page) -> None:
    """In place of a dashboard of noughts: a sentence and a next step."""
    with st.container(border=True):
        st.image(GROWING, width=140, alt="")
        st.markdown("There is nothing to show under these filters yet. Figures appear here as people sign up and sessions are held.")
        if scope(page.actor, Can.IMPORT) is not Scope.NONE:
            pages.link("imports", "Import sign-ups", icon="upload_file")


def what_needs_you(page: Page, board: Board, chosen: ChosenFilters) -> None:
    """What waits for somebody to act, each with the rows one click away."""
    with st.container(border=True, key="progress_needs_you"):
        st.header("What needs you", anchor=False)
        waiting = [
            (figure.prompt, figure, total)
            for figure in COUNTED
            if figure.prompt and (total := board.now.counts[figure.code]) and scope(page.actor, figure.prompt.need) is not Scope.NONE
        ]
        if not waiting:
            st.markdown("Nothing needs you now. Every figure below opens the rows that it counts.")
        for prompt, figure, total in waiting:
            noun, _, rest = (prompt.one if total == 1 else prompt.many).partition(" ")
            with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
                st.markdown(f":material/{prompt.icon}: **{total:,} {noun}** {rest}", width="content")
                link_to_rows(figure, prompt.link, total, chosen)


def draw_cards(title: str, board: Board, chosen: ChosenFilters, *, of_period: bool) -> None:
    """The figures of the chosen period with the change against the period before, or those as they stand today."""
    st.header(title, anchor=False)
    with st.grid(2, min_column_width=140, gap="small"):
        for figure in COUNTED:
            if figure.of_period is of_period:
                _cards(figure, board.now, board.before if of_period else None, chosen)


def _cards(figure: Figure, now: FigureNumbers, before: FigureNumbers | None, chosen: ChosenFilters) -> None:
    """The cards of one figure: its number, and the median of its waits. Both open its rows."""
    code, total, note = figure.code, now.counts[figure.code], figure.note
    if code in now.waits:
        longest = now.waits[code].longest
        note = note.format(longest=count(longest, "day")) if longest is not None else ""
    if figure.on_card:
        with _card(figure, figure.label, total, chosen):
            _metric(figure.label, total, before.counts[code] if before else None, note)
    if figure.median:
        with _card(figure, figure.median.label, total, chosen):
            median = before.waits[code].median if before else None
            _metric(figure.median.label, now.waits[code].median, median, figure.median.note, less_is_better=True)


def _card(figure: Figure, label: str, total: int, chosen: ChosenFilters) -> Any:
    """A card whose name is the link to the rows; all are of one height."""
    card = st.container(border=True, height="stretch", gap="xsmall")
    with card:
        link_to_rows(figure, label, total, chosen, arrow=False)
    return card


def _metric(label: str, value: float | None, before: float | None, note: str, *, less_is_better: bool = False) -> None:
    """The number, and below it the note or its change."""
    change = None if value is None or before is None else value - before
    if change is not None:
        change = round(change, 1) if change % 1 else int(change)
    better = bool(change) and (change < 0) is less_is_better
    st.metric(
        label,
        shown_number(value),
        note or change,
        delta_color="green" if better else "gray",
        delta_arrow="off" if note else "auto",
        label_visibility="collapsed",
    )
