"""All charts, in the order in which they are read, two beside each other."""

from collections.abc import Mapping
from typing import Any

from rr.db import Session
from rr.progress.charts.needs import SUPPORT_NEEDED
from rr.progress.charts.partnerships import PARTNERSHIP_STAGES
from rr.progress.charts.plans import ACTION_STATUSES, ACTION_TOPICS
from rr.progress.charts.record import BarRows, Chart
from rr.progress.charts.sign_ups import FIRST_CONTACT_WAITS, SIGN_UP_TOPICS
from rr.progress.figures import Figure, FigureQuestion

CHARTS = (PARTNERSHIP_STAGES, FIRST_CONTACT_WAITS, SIGN_UP_TOPICS, ACTION_STATUSES, ACTION_TOPICS, SUPPORT_NEEDED)


def chart_rows(db: Session, question: FigureQuestion) -> Mapping[str, Any]:
    """The rows of each chart by its name. A query that charts share runs once."""
    rows = {query: query(db, question) for query in dict.fromkeys(chart.query for chart in CHARTS)}
    return {chart.name: rows[chart.query] for chart in CHARTS}


def bar_of(figure: Figure, code: str) -> tuple[Chart, BarRows] | None:
    """The chart of this figure that has a bar of this code, and what that bar opens; None if there is none."""
    return next(((chart, found) for chart in CHARTS if chart.figure is figure and (found := chart.bar_rows(code))), None)
