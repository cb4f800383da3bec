"""Small panels that open on a button, whose inside is drawn only while they are open."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

import streamlit as st

from rr.drafts import BaseDraft
from rr.ui.kit import unsaved
from rr.ui.kit.form import PINNED, Form, forget, form_for


@contextmanager
def panel(
    label: str,
    key: str,
    base: Any = None,
    *,
    icon: str,
    draft: type[BaseDraft] = BaseDraft,
    prefix: str = "",
    id: int | str | None = None,
    help: str | None = None,
    record: int | None = None,
    quiet: bool = False,
) -> Iterator[Form | None]:
    """A panel with a form of its own, drawn from `base`: gives the form while the panel is open, else None.

    `draft`, `prefix` and `id` are those of `form_for()`; `record` is what the form is about, if `key` doesn't name it. It closes once the
    form was saved. Closing it lets go of the form, so that opening it again starts from what is stored by then, and from what had been
    typed: that is said on the button.
    """
    name = key if record is None else f"{key}_{record}"
    kind: Literal["tertiary", "secondary"] = "tertiary" if quiet else "secondary"
    left = st.session_state.get(PINNED + name)
    if left is not None and not st.session_state.get(key):
        forget(left)
    opened = st.popover(opener(label, name), key=key, icon=f":material/{icon}:", help=help, type=kind, on_change="rerun")
    with opened:
        if opened.open:
            form = form_for(draft, prefix, base, id=id, name=name, panel=key)
            yield form
        else:
            yield None


def opener(label: str, form: str) -> str:
    """The label of what opens the form of this name: it says if something had been typed in there and isn't saved.

    It doesn't change while the form is open, or Streamlit would close it under somebody's hands.
    """
    pinned = st.session_state.get(PINNED + form)
    return f"{label} (not saved yet)" if (pinned.unsaved if pinned else unsaved.of_form(form)) else label
