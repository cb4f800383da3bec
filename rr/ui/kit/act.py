"""Acting: what a button or a form does, and what the person sees of it."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from datetime import time as time_of_day
from secrets import token_hex
from typing import Any

import streamlit as st

from rr import faults, gesture
from rr.access import Actor
from rr.days import say
from rr.db import Session
from rr.errors import Conflict, Invalid, Refused, SignedOut
from rr.ui.kit.markdown import plain
from rr.ui.kit.signed_in import person

MOMENT, AGAIN = 1.5, 0.4  # seconds: how soon the same words, or the same button, are the same gesture


@dataclass
class Drawn:
    """A form on screen: its key, the values it was drawn from, and the widgets that belong to it."""

    name: str
    key: str
    base: dict[str, Any]
    widgets: set[str] = field(default_factory=set)

    def own(self, widget: str, value: Any) -> str:
        """The widget's key, noted as this form's, and its first value.

        The value goes in through the session state, because a browser keeps what it shows under a key: once a form was saved, its
        widgets would go on showing, and sending, what was typed before, and undo what somebody else changed meanwhile.
        """
        if widget not in self.widgets and widget not in st.session_state:
            st.session_state[widget] = value
        self.widgets.add(widget)
        return widget

    def value(self, widget: str) -> Any:
        """What the widget holds now. For callbacks, which run before the page is drawn."""
        return st.session_state.get(widget)


def drawn(name: str, /, **base: Any) -> Drawn:
    """The form of this name. Its key and base stay pinned until it is saved or left: a rerun would otherwise make somebody

    else's newer values the base of older typing, and saving would undo their change without a word.
    """
    return st.session_state.setdefault(f"rr_drawn_{name}", Drawn(name, token_hex(8), base))


def forget(form: Drawn) -> None:
    """Empty a form: the next run draws it afresh, from what is stored."""
    st.session_state.pop(f"rr_drawn_{form.name}", None)
    for widget in form.widgets:
        st.session_state.pop(widget, None)


def forget_forms() -> None:
    """Empty all forms. For when the page or its record changes."""
    for name in [name for name in st.session_state if str(name).startswith("rr_drawn_")]:
        forget(st.session_state[name])
    st.session_state.pop("rr_refusal", None)


def act(
    command: Callable[..., Any],
    *args: Any,
    form: Drawn | None = None,
    done: str = "",
    after: Callable[[Any], None] | None = None,
    **given: Any,
) -> Any:
    """Run a command as the callback of a button or a form, in a transaction of its own; draws nothing.

    Who it is, is found out inside that transaction. A refusal is kept for the next run, beside its form, and what was typed
    stays. With success the form is emptied and `done` is shown; `after(result)` comes last and may go to another page.
    Returns whether it succeeded.
    """
    if form is not None and _twice(form, command):
        return False
    st.session_state.pop("rr_refusal", None)
    try:
        result = gesture.perform(command, *args, actor=_actor, key=form.key if form else None, **given)
    except SignedOut:
        st.logout()
        return False
    except Refused as refusal:
        st.session_state["rr_refusal"] = (form.name if form else "", refusal)
        if isinstance(refusal, Conflict) and form is not None:
            form.base = form.base | {name: theirs for name, (theirs, _mine) in refusal.clashes.items()}
        return False
    except Exception as bug:
        reference = faults.record(bug, getattr(command, "__name__", "a command"))
        fault = Refused(
            "Something went wrong on our side, and nothing was saved", f"Try again. If it stays, tell us this reference: {reference}."
        )
        st.session_state["rr_refusal"] = (form.name if form else "", fault)
        return False
    if form is not None:
        st.session_state["rr_saved"] = (form.name, command, time.monotonic(), {widget: form.value(widget) for widget in form.widgets})
        forget(form)
    if done:
        st.session_state["rr_done"] = done
    if after is not None:
        after(result)
    return True


def _twice(form: Drawn, command: Callable[..., Any]) -> bool:
    """Whether this is the second click of a double click.

    The server has drawn the page anew by then, while the browser still shows the old one and sends its words: the same words in the
    same form within a moment are the same gesture. A button without words (accept) may stand for the next record already.
    """
    name, before, at, said = st.session_state.get("rr_saved", ("", None, 0.0, {}))
    ago = time.monotonic() - at
    if before is not command:
        return False
    if said:
        return name == form.name and ago < MOMENT and said == {widget: form.value(widget) for widget in said}
    return not form.widgets and ago < AGAIN


def _actor(session: Session) -> Actor:
    found = person(session)
    if found is None:
        raise SignedOut
    return found


def show_news() -> None:
    """What the last gesture did, or why it didn't, unless that belongs to a form (which shows it itself)."""
    if done := st.session_state.pop("rr_done", ""):
        st.success(plain(done), icon=":material/check_circle:")
    where, refusal = st.session_state.get("rr_refusal", (None, None))
    if where == "":
        _show(refusal, {})
        st.session_state.pop("rr_refusal")


def show_refusal(form: Drawn, labels: dict[str, str] | None = None) -> dict[str, str]:
    """Why this form wasn't saved, drawn where this is called; returns the sentence for each field that it names.

    `labels` gives the words on screen for the fields' names. If two people changed the same field, both values are shown.
    """
    where, refusal = st.session_state.get("rr_refusal", (None, None))
    if where != form.name:
        return {}
    _show(refusal, labels or {})
    return refusal.errors if isinstance(refusal, Invalid) else {}


def _show(refusal: Refused, labels: dict[str, str]) -> None:
    lines = [plain(refusal.way_forward)] if refusal.way_forward else []
    if isinstance(refusal, Invalid):
        lines = [(f"**{labels[name]}** " if name in labels else "") + plain(sentence) for name, sentence in refusal.errors.items()]
    if isinstance(refusal, Conflict):
        lines += [
            f"**{labels.get(name, name)}**: theirs is “{plain(_said(theirs))}”, yours is “{plain(_said(mine))}”."
            for name, (theirs, mine) in refusal.clashes.items()
        ]
    st.error("\n\n".join(lines) or " ", title=plain(refusal.headline), icon=":material/error:")


def _said(value: Any) -> str:
    """A value as the screen says it: a label, a date in words, a time without seconds."""
    if value in (None, ""):
        return "nothing"
    if isinstance(value, time_of_day):
        return f"{value:%H:%M}"
    return say(value) if isinstance(value, date) else str(getattr(value, "label", value))
