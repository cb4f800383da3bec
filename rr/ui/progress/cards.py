"""What needs somebody now, and the figures in cards."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import streamlit as st

from rr.access import Can, Scope, scope
from rr.labels import count
from rr.progress.figures import COUNTED, Figure, Prompt
from rr.progress.queries import Board, FigureNumbers
from rr.progress.rules import shown_number
from rr.ui.kit import navigation as pages
from rr.ui.kit.page import Page
from rr.ui.kit.rows import Badge, Link, Row, Target, rows
from rr.ui.progress.filters import ChosenFilters
from rr.ui.progress.links import to_rows

GROWING = Path(__file__).parents[1] / "static/growing.svg"
NEEDS_YOU = "What needs you"


def nothing_to_show(page: Page) -> None:
    """In place of a dashboard of noughts: a sentence and a next step."""
    with st.container(border=True):
        st.image(GROWING, width=140, alt="")
        st.markdown("There is nothing to show under these filters yet. Figures appear here as people sign up and sessions are held.")
        if scope(page.actor, Can.IMPORT) is not Scope.NONE:
            pages.link("imports", "Import sign-ups", icon="upload_file")


def what_needs_you(page: Page, board: Board, chosen: ChosenFilters) -> None:
    """What waits for somebody to act, each with the rows one click away."""
    waiting = [
        _prompted(number, figure.prompt, to_rows(figure, total, chosen), total)
        for number, figure in enumerate(COUNTED)
        if figure.prompt and (total := board.now.counts[figure.code]) and scope(page.actor, figure.prompt.need) is not Scope.NONE
    ]
    if not waiting:
        st.header(NEEDS_YOU, anchor=False)
        st.markdown("Nothing needs you now. Every figure below opens the rows that it counts.")
    rows("progress_needs_you", waiting, label=NEEDS_YOU, layout="lines")


def _prompted(number: int, prompt: Prompt, target: Target, total: int) -> Row:
    says = f"{total:,} {prompt.one if total == 1 else prompt.many}"
    return Row(number, says, links=(Link(prompt.link, target, "arrow_forward"),), icon=prompt.icon, group=NEEDS_YOU)


def draw_cards(board: Board, chosen: ChosenFilters) -> None:
    """The figures of the chosen period with the change against the period before, and beside them those as they stand today."""
    halves = sorted(COUNTED, key=lambda figure: not figure.of_period)
    cards = [card for figure in halves for card in _cards(figure, board.now, board.before if figure.of_period else None, chosen)]
    rows("progress_figures", (replace(card, id=number) for number, card in enumerate(cards)), label="Figures", layout="figures")


def _cards(figure: Figure, now: FigureNumbers, before: FigureNumbers | None, chosen: ChosenFilters) -> Iterator[Row]:
    """The cards of one figure: its number, and the median of its waits. Both open its rows."""
    code, total, note = figure.code, now.counts[figure.code], figure.note
    if code in now.waits:
        longest = now.waits[code].longest
        note = note.format(longest=count(longest, "day")) if longest is not None else ""
    card = Row(0, figure.label, to_rows(figure, total, chosen), group="In this period" if figure.of_period else "As it stands today")
    if figure.on_card:
        yield replace(card, number=shown_number(total), badges=_badges(note, total, before.counts[code] if before else None))
    if figure.median:
        median = now.waits[code].median
        badges = _badges(figure.median.note, median, before.waits[code].median if before else None, less_is_better=True)
        yield replace(card, heading=figure.median.label, number=shown_number(median), badges=badges)


def _badges(note: str, value: float | None, before: float | None, *, less_is_better: bool = False) -> tuple[Badge, ...]:
    """Below the number: its note, else its change."""
    if note:
        return (Badge(note),)
    if value is None or before is None:
        return ()
    change = round(value - before, 1)
    better = bool(change) and (change < 0) is less_is_better
    icon = "arrow_upward" if change > 0 else "arrow_downward" if change else ""
    return (Badge(shown_number(change), "green" if better else "gray", icon),)
