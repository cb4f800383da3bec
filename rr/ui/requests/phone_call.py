"""Logging a phone call: what they said, and what they agree to, filled in while the person is still on the line."""

import streamlit as st

from rr.intake import commands
from rr.intake.drafts import CallDraft
from rr.ui.kit.act import act
from rr.ui.kit.form import DIALOG, Form, forget, form_for

OPEN = f"{DIALOG}call"


def open_form() -> None:
    st.session_state[OPEN] = True


def dialog() -> None:
    """Draw the form while it is open."""
    if st.session_state.get(OPEN):
        st.dialog("Log a phone call", icon=":material/call:", on_dismiss=_close)(_draw)()


def _close() -> None:
    st.session_state.pop(OPEN, None)
    forget(_form())


def _form() -> Form:
    return form_for(CallDraft, "requests_call")


def _draw() -> None:
    if not st.session_state.get(OPEN):
        st.rerun()  # it was saved: the whole page is drawn again, without the form
    form = _form()

    def save() -> None:
        if act(commands.log_call, **form.values(), form=form, done="Call saved. It is in the queue, marked as contacted."):
            st.session_state.pop(OPEN, None)

    with form.fields():
        form.text("area_text", key="area")
        form.text("caller", key="who")
        form.area("words", height=140)
        form.choice("role")
        form.tick("consent_contact")
        form.tick("consent_share")
        form.submit("Save", save, type="primary")
