"""Callbacks that run to their end before the next click is looked at.

When another click arrives, Streamlit stops a running script wherever it next touches the session's state or draws something. It does so in
a callback too: a quick second tap stopped the first one's command before it had begun, which lost it, or between storing and showing
what was stored. The next click waits in `runner.fastReruns = false`, so that no two callbacks of one tab run at the same time.
"""

from functools import wraps
from typing import Any

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
