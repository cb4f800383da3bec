"""The dashboard's filters: drawn in one row, and read from the address."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import streamlit as st

from rr.access import Can, Scope, scope
from rr.db import Session
from rr.labels import Labelled
from rr.progress import queries
from rr.progress.figures import ProgressFilters
from rr.progress.rules import PeriodName, period
from rr.ui.kit.page import Page


@dataclass(frozen=True)
class ChosenFilters:
    """The filters, and the same as they stand in the address; the topics by code, and whether this person sees all partnerships."""

    filters: ProgressFilters
    params: dict[str, Any]
    topics: dict[str, str]
    sees_all: bool


def draw_filters(page: Page, db: Session) -> ChosenFilters:
    """Draw the filters and read them. They live in the address; a facilitator has no filter for facilitators."""
    regions, topics, facilitators = queries.choices(db, actor=page.actor)
    labels = dict(topics)
    sees_all = scope(page.actor, Can.SEE_PROGRESS) is Scope.ALL
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = (
            st.selectbox("Period", list(PeriodName), format_func=_label, key="progress_period", bind="query-params", width=150)
            or PeriodName.ALL
        )
        days = _days(page.today) if name is PeriodName.CHOSEN else ()
        region = st.selectbox(
            "Region",
            [None, *regions],
            format_func=lambda each: each or "All regions",
            key="progress_region",
            bind="query-params",
            width=185,
        )
        topic = st.selectbox(
            "Topic",
            [None, *labels],
            format_func=lambda code: labels.get(code, "All topics"),
            key="progress_topic",
            bind="query-params",
            width=240,
        )
        facilitator = _facilitator(page, dict(facilitators)) if sees_all else None
    shown: dict[str, Any] = {
        "progress_period": name.label if name is not PeriodName.THIS_QUARTER else "",
        "progress_days": [day.isoformat() for day in days],
        "progress_region": region or "",
        "progress_topic": labels.get(topic, "") if topic else "",
        "progress_facilitator": str(facilitator or ""),
    }
    filters = ProgressFilters(region, topic, facilitator, period(name, page.today, days))
    return ChosenFilters(filters, {key: value for key, value in shown.items() if value}, labels, sees_all)


def _label(choice: Labelled) -> str:
    return choice.label


def _facilitator(page: Page, names: dict[int, str]) -> int | None:
    """By account, not by name: names don't go into addresses."""
    asked = page.param("progress_facilitator")
    st.session_state["progress_facilitator"] = asked if asked in names else None
    return st.selectbox(
        "Facilitator",
        [None, *names],
        format_func=lambda account_id: names.get(account_id, "All facilitators"),
        key="progress_facilitator",
        on_change=_facilitator_to_address,
        placeholder="All facilitators",
        width=185,
    )


def _facilitator_to_address() -> None:
    chosen = st.session_state["progress_facilitator"]
    if chosen is None:
        st.query_params.pop("progress_facilitator", None)
    else:
        st.query_params["progress_facilitator"] = str(chosen)


def _days(today: date) -> tuple[date, ...]:
    return st.date_input(
        "From – to", value=(date(today.year, 1, 1), today), format="DD/MM/YYYY", key="progress_days", bind="query-params", width=240
    )
