"""Drawing a finished chart, with a name for those who don't see it and bars that can be clicked."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import streamlit as st


@dataclass(frozen=True)
class ReadyChart:
    """A chart that may be cached: its specification, and apart from it its rows in the form in which Streamlit sends them.

    Streamlit would turn the rows of a specification into that form on every run, by way of pandas: a millisecond for each chart.
    """

    spec: dict[str, Any]
    rows: pa.Table


def ready(spec: dict[str, Any]) -> ReadyChart:
    """From a whole specification, which holds its rows as `data.values`."""
    return ReadyChart({name: value for name, value in spec.items() if name != "data"}, pa.Table.from_pylist(spec["data"]["values"]))


def draw(chart: ReadyChart, *, key: str, says: str, on_pick: Callable[[str], None]) -> None:
    """Draw a chart. `says` is its name for those who don't see it; a click on a bar calls `on_pick` with the bar's code."""

    def picked() -> None:
        chosen = st.session_state[key].selection.get("bar") or []
        if chosen:
            on_pick(chosen[0]["code"])

    ink = {"text": {"color": st.get_option(f"theme.{st.context.theme.type or 'light'}.textColor")}}  # the theme leaves these black
    drawn = {**chart.spec, "config": {**chart.spec["config"], **ink}}
    room = chart.spec["height"]  # there from the start: a chart draws itself last (rr/web/static/app.js), and nothing moves then
    st.vega_lite_chart(chart.rows, drawn, key=key, on_select=picked, alt=says, width="stretch", height=room)
