"""A choice of a few as segments. The chosen one is marked by its frame and its ground; the words of all keep the page's ink.

Streamlit takes one colour for the ground of a primary button, with white on it, and for the words of the chosen segment on nearly
the page's own ground. On a dark page no colour is read well as both: 4.5:1 under white leaves 3.4:1 for the segment.
"""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import streamlit as st

T = TypeVar("T")


def ink(words: str) -> str:
    """Words of a label in the page's ink, whatever Streamlit would give them. `yellowTextColor` of both themes is that ink."""
    return f":yellow[{words}]"


def segments(
    label: str,
    options: Iterable[T],
    words: Callable[[T], str],
    *,
    key: str,
    default: T | None = None,
    in_address: bool = False,
    on_change: Callable[..., None] | None = None,
    args: tuple[Any, ...] = (),
    hidden: bool = True,
    help: str | None = None,
) -> T | None:
    """Draw the segments and return the chosen one. With a default, one is always chosen.

    `in_address`: the choice stands in the address in plain words under its key, and is read from there; its default doesn't.
    """
    offered = list(options)
    required = default is not None
    if in_address:
        asked = st.query_params.get(key, "")
        st.session_state[key] = next((one for one in offered if words(one) == asked), default)

        def to_address() -> None:
            chosen = st.session_state[key]
            if chosen in (None, default):
                st.query_params.pop(key, None)
            else:
                st.query_params[key] = words(chosen)

        on_change = to_address
    return st.segmented_control(
        label,
        offered,
        default=None if in_address else default,
        required=required,
        format_func=lambda one: ink(words(one)),
        key=key,
        on_change=on_change,
        args=args,
        help=help,
        label_visibility="collapsed" if hidden else "visible",
        wrap=True,
    )
