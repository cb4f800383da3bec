"""Small panels that open on a button, whose inside is drawn only while they are open."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Literal

import streamlit as st

from rr.ui.kit.act import Drawn, drawn, forget


@contextmanager
def panel(
    label: str, key: str, base: Mapping[str, Any], *, icon: str, help: str | None = None, quiet: bool = False
) -> Iterator[Drawn | None]:
    """A panel with a form of its own, drawn from `base`: gives the form while the panel is open, else None.

    Closing it lets go of the form, so that opening it again starts from what is stored by then.
    """
    kind: Literal["tertiary", "secondary"] = "tertiary" if quiet else "secondary"
    opened = st.popover(label, key=key, icon=f":material/{icon}:", help=help, type=kind, on_change="rerun")
    with opened:
        if opened.open:
            form = drawn(key)
            form.base = form.base or dict(base)
            yield form
        else:
            if (left := st.session_state.get(f"rr_drawn_{key}")) is not None:
                forget(left)
            yield None


def closing(key: str) -> Callable[[Any], None]:
    """For `act(after=…)`: close the panel once its gesture was done."""

    def close(_result: Any) -> None:
        st.session_state[key] = False

    return close
