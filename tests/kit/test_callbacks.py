"""Clicks that reach the server before the run of the first one has begun: Streamlit makes one run of them."""

from typing import Any

import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData, ScriptRequests

from rr.ui.kit import act  # importing it prepares the process


def click(name: str) -> WidgetState:
    return WidgetState(id=name, trigger_value=True)


def press(name: str) -> WidgetState:
    """In one of our lists."""
    return WidgetState(id=name, json_trigger_value='[{"event": "act"}]')


def text(words: str) -> WidgetState:
    return WidgetState(id="box", string_value=words)


@pytest.mark.parametrize(
    ("requests", "run"),
    [
        pytest.param([[click("a")], [click("b")]], [click("a"), click("b")], id="two buttons"),
        pytest.param([[click("a")], [click("b")], [click("c")]], [click("a"), click("b"), click("c")], id="three buttons"),
        pytest.param([[click("b")], [click("a")], [click("c")]], [click("b"), click("a"), click("c")], id="not by their names"),
        pytest.param([[click("a")], [click("a")]], [click("a")], id="one button twice"),
        pytest.param([[click("a")], [click("b")], [click("a")]], [click("b"), click("a")], id="back to the first: it has the last word"),
        pytest.param([[press("list")], [click("b")]], [press("list"), click("b")], id="a list, then a button"),
        pytest.param([[click("a")], [press("list")]], [click("a"), press("list")], id="a button, then a list"),
        pytest.param([[text("x"), click("a")], [text("y"), click("b")]], [text("y"), click("a"), click("b")], id="typed meanwhile"),
        pytest.param([[click("a")], [text("y")]], [text("y"), click("a")], id="a click, then something typed"),
        pytest.param([[text("x")], [text("x"), click("b")]], [text("x"), click("b")], id="typed, then a click"),
    ],
)
def test_what_waits_together_is_run_in_the_order_of_the_clicks(requests: list[list[WidgetState]], run: list[WidgetState]) -> None:
    waiting = ScriptRequests()
    for states in requests:
        waiting.request_rerun(RerunData(widget_states=WidgetStates(widgets=states)))

    assert list(waiting.on_scriptrunner_ready().rerun_data.widget_states.widgets) == run


def test_a_run_without_clicks_waits_as_it_did() -> None:
    asked: list[Any] = [None, WidgetStates(widgets=[text("x")]), None]
    waiting = ScriptRequests()
    for states in asked:
        waiting.request_rerun(RerunData(widget_states=states))

    assert waiting.on_scriptrunner_ready().rerun_data.widget_states == asked[1]


def test_preparing_the_process_again_changes_nothing() -> None:
    from streamlit.runtime.scriptrunner_utils import script_requests

    prepared = script_requests._coalesce_widget_states
    act.run_in_order()

    assert script_requests._coalesce_widget_states is prepared
