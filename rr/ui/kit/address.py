"""What a page's address says of its filters and its page number. The address is the truth: widgets show it, and change it.

A link can so bring any filter along, and one that isn't drawn at the moment keeps its value.
"""

from typing import Any

import streamlit as st


def read(key: str) -> str:
    """The text under this key, "" if there is none."""
    return st.query_params.get(key, "")


def write(key: str, text: str) -> None:
    """Put a text there; "" takes the key out."""
    if text:
        st.query_params[key] = text
    else:
        st.query_params.pop(key, None)


def show(key: str, value: Any) -> None:
    """Let the widget with this key show a value. Call it before the widget is drawn."""
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value
