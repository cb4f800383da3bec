"""Keeps what people type while they type it: assets/typed.js watches the fields of our forms, whichever are on screen.

    keep_typed()  # once, in what every page sits in

A native field sends nothing before it is left, and inside a form nothing before it is sent as a whole. The watcher sends what has changed
within two seconds to a fragment of its own: the page isn't run again, and no field is drawn anew.
"""

import logging
from functools import cache
from secrets import token_hex
from typing import Annotated, Any

import streamlit as st
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from rr.ui.kit import unsaved
from rr.ui.kit.form import Form, field_of
from rr.ui.kit.page import is_entered

log = logging.getLogger(__name__)

KEY, TAB, ANSWERED = "shell_typed", "rr_tab", "rr_typed_answered"


class _TypedWords(BaseModel):
    """The words of one field as a browser sends them, with their number: what wasn't answered yet is sent again."""

    number: int
    field: str = Field(max_length=200)
    words: bool | str | list[str]


_SENT = TypeAdapter(Annotated[list[_TypedWords], Field(max_length=200)])


@st.fragment
def keep_typed() -> None:
    """Draw the watcher, which nobody sees. One element, whatever is on the page."""
    tab = st.session_state.setdefault(TAB, token_hex(4))
    answered = st.session_state.setdefault(ANSWERED, 0)
    _component()(key=KEY, data={"tab": tab, "answered": answered}, on_typed_change=_typed)


@cache
def _component() -> Any:
    """Made once, when it is drawn: while a module is imported there may be no server yet that knows the component's files."""
    return st.components.v2.component("rr.typed", js="typed.js", css="typed.css", isolate_styles=False)


def _typed() -> None:
    """Keep what the browser sent, of forms that are on screen; what is none of theirs is ignored."""
    try:
        sent = _SENT.validate_python(st.session_state[KEY].typed)
    except ValidationError:
        log.warning("Ignored what a browser sent as typed: not in its shape")
        return
    if not is_entered():
        return  # a server that was started anew knows no form yet: what isn't answered comes again
    st.session_state[ANSWERED] = max([st.session_state.get(ANSWERED, 0), *(one.number for one in sent)])
    by_form: dict[str, tuple[Form, dict[str, Any]]] = {}
    for one in sent:
        if (found := field_of(one.field)) is None:
            continue
        form, name = found
        try:
            by_form.setdefault(form.name, (form, {}))[1][name] = form.to_keep(name, one.words)
        except (ValueError, TypeError):
            continue  # half a choice, or what no field of that kind holds
    for form, typed in by_form.values():
        if typed:
            unsaved.keep(form.name, typed, form.base)
