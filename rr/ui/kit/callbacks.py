"""Callbacks that run to their end before the next click is looked at, in the order of the clicks.

When another click arrives, Streamlit stops a running script wherever it next touches the session's state or draws something. It does so in
a callback too: a quick second tap stopped the first one's command before it had begun, which lost it, or between storing and showing
what was stored. The next click waits in `runner.fastReruns = false`, so that no two callbacks of one tab run at the same time.

Clicks that wait together are made one run, and there Streamlit puts the earlier click after the later one: of two quick taps on one action
the first one's status would stay.
"""

from functools import wraps
from typing import Any

from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.runtime.scriptrunner_utils import script_requests
from streamlit.runtime.state.safe_session_state import SafeSessionState


def run_to_the_end() -> None:
    """Keep Streamlit from stopping callbacks half-way. For the whole process; called again, it changes nothing.

    It uses the flag by which a script runner tells whether it may be stopped, which is Streamlit's own: a test fails if it goes.
    """
    original = SafeSessionState.on_script_will_rerun
    if getattr(original, "__wrapped__", None) is not None:
        return

    @wraps(original)
    def uninterrupted(self: SafeSessionState, *args: Any, **given: Any) -> None:
        runner = getattr(self._yield_callback, "__self__", None)
        if runner is None:
            original(self, *args, **given)
            return
        may_be_stopped, runner._execing = runner._execing, False
        try:
            original(self, *args, **given)
        finally:
            runner._execing = may_be_stopped

    SafeSessionState.on_script_will_rerun = uninterrupted  # ty: ignore[invalid-assignment]


def run_in_order() -> None:
    """Have the callbacks of clicks that wait together run in the order of the clicks, after those of what was typed or chosen.

    For the whole process; called again, it changes nothing. One button's clicks that wait together are one, at the place of the last.
    """
    original = script_requests._coalesce_widget_states
    if getattr(original, "__wrapped__", None) is not None:
        return

    @wraps(original)
    def in_order(old: WidgetStates | None, new: WidgetStates | None) -> WidgetStates | None:
        merged = original(old, new)
        if merged is None or not old or not new:
            return merged
        clicked = script_requests._has_active_trigger_value
        later = {state.id for state in new.widgets if clicked(state)}

        def place(state: WidgetState) -> int:
            return 2 if state.id in later else int(clicked(state))

        merged.widgets.sort(key=place)
        return merged

    script_requests._coalesce_widget_states = in_order  # ty: ignore[invalid-assignment]
