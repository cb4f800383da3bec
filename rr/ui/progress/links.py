"""Links from a figure, or one bar of a chart, to its rows: on the page where they are worked on, or else listed on the dashboard."""

from typing import Any

import streamlit as st

from rr.errors import NotFound
from rr.progress.charts.registry import bar_of
from rr.progress.figures import FIGURES, Figure, WorkPage
from rr.ui.kit import navigation as pages
from rr.ui.kit.rows import Target, to
from rr.ui.progress.filters import ChosenFilters


def to_rows(figure: Figure, total: int, chosen: ChosenFilters, of: str | None = None) -> Target:
    """Where a link leads that opens the `total` rows behind a figure, or behind one bar of its chart."""
    stem, params = address_of_rows(figure, total, chosen, of)
    return to(_address(stem), **params)


def link_to_rows(figure: Figure, label: str, total: int, chosen: ChosenFilters, of: str | None = None) -> None:
    """That link as an element of its own."""
    stem, params = address_of_rows(figure, total, chosen, of)
    icon = ":material/arrow_forward:"
    st.page_link(pages.page(_address(stem)), label=label, icon=icon, icon_position="right", help="", query_params=params)


def go_to_rows(figure: Figure, chosen: ChosenFilters, of: str) -> None:
    """Leave for the rows behind one bar."""
    stem, params = address_of_rows(figure, 1, chosen, of)
    st.switch_page(pages.page(_address(stem)), query_params=params)


def address_of_rows(figure: Figure, total: int, chosen: ChosenFilters, of: str | None = None) -> tuple[str, dict[str, Any]]:
    """Where the rows behind a figure are: on the page where they are worked on, if its filters say exactly the same; else listed here."""
    listed = figure.work_page
    if of:
        bar = bar_of(figure, of)
        listed = bar[1].work_page if bar else None
    params = _params(listed, chosen) if listed and total else None
    if listed and params is not None:
        return listed.stem, params
    return "progress", {**chosen.params, "progress_rows": figure.code, **({"progress_of": of} if of else {})}


def asked_rows() -> tuple[Figure, str | None] | None:
    """The figure whose rows the address asks for, and the bar; None while it asks for the dashboard.

    Refuses a figure or a bar that there isn't, and the address of rows without a figure: the whole dashboard there would have each of
    its links marked as the page that one is on.
    """
    code, of = st.query_params.get("progress_rows", ""), st.query_params.get("progress_of") or None
    figure = FIGURES.get(code)
    if figure is None and (code or pages.is_at_rows()):
        raise NotFound("No figure has this name", "Open Progress and choose a figure there: each opens the rows that it counts.")
    if figure is not None and of is not None and bar_of(figure, of) is None:
        raise NotFound("No chart has this bar", "Open Progress and choose a bar there: each opens the rows that it counts.")
    return (figure, of) if figure else None


def _params(listed: WorkPage, chosen: ChosenFilters) -> dict[str, str] | None:
    """The filters of a work page that say what was chosen here; None if it lacks one of them."""
    filters, params = chosen.filters, dict(listed.filters)
    if filters.facilitator is not None:
        return None
    if filters.region is not None:
        if listed.regions_if_all and not chosen.sees_all:
            return None
        params[f"{listed.stem}_region"] = filters.region
    if filters.topic is not None:
        if not listed.topic:
            return None
        params[listed.topic] = chosen.topics[filters.topic]
    return params


def _address(stem: str) -> str:
    """A link to the dashboard itself leads to its rows."""
    return "rows" if stem == "progress" else stem
