"""The dashboard's filters: drawn in one row, and read from the address."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import streamlit as st

from rr.access import Can, Scope, scope
from rr.db import Session
from rr.progress import queries
from rr.progress.figures import ProgressFilters
from rr.progress.rules import PeriodName, period
from rr.ui.kit.filters import as_day, bar
from rr.ui.kit.page import Page

YEARS = 10  # before this one and after it, that can be chosen


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
    usual, *others = PeriodName
    with bar("progress") as f:
        name = f.choice("period", "Period", others, none=usual.label, width=150) or usual
        days = _days(page.today) if name is PeriodName.CHOSEN else ()
        region = f.choice("region", "Region", regions, none="All regions", width=185)
        topic = f.choice("topic", "Topic", labels, none="All topics", width=240)
        facilitator = f.person("facilitator", "Facilitator", dict(facilitators), none="All facilitators", width=185) if sees_all else None
    shown: dict[str, Any] = {
        "progress_period": name.label if name is not usual else "",
        "progress_days": [day.isoformat() for day in days],
        "progress_region": region or "",
        "progress_topic": labels[topic] if topic else "",
        "progress_facilitator": str(facilitator or ""),
    }
    filters = ProgressFilters(region, topic, facilitator, period(name, page.today, days))
    return ChosenFilters(filters, {key: value for key, value in shown.items() if value}, labels, sees_all)


def _days(today: date) -> tuple[date, ...]:
    """The first and the last day, or the first alone while the last is being chosen. The address counts as far as the calendar goes."""
    key, least, most = "progress_days", date(today.year - YEARS, 1, 1), date(today.year + YEARS, 12, 31)
    said = sorted(day for text in st.query_params.get_all(key) if (day := as_day(text)) and least <= day <= most)
    days: Any = said[:2] or [date(today.year, 1, 1), today]

    def changed() -> None:
        st.query_params[key] = [day.isoformat() for day in st.session_state[key]]

    st.date_input("From – to", days, least, most, key=key, on_change=changed, format="DD/MM/YYYY", width=240)
    return tuple(days)
