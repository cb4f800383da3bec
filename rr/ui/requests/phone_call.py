"""Logging a phone call: three fields, written while the person is still on the line."""

from typing import Any

import streamlit as st

from rr.intake import commands
from rr.partnerships.queries import Place
from rr.ui.kit.act import act, drawn, forget, show_refusal

OPEN = "requests_calling"
FORM = "requests_call"
LABELS = {"area_text": "Area:", "name": "Who:", "phone_or_email": "How to reach them:", "words": "What they said:"}


def open_form() -> None:
    st.session_state[OPEN] = True


def dialog(places: tuple[Place, ...]) -> None:
    """Draw the form while it is open."""
    if st.session_state.get(OPEN):
        st.dialog("Log a phone call", icon=":material/call:", on_dismiss=_close)(_form)(places)


def _close() -> None:
    st.session_state.pop(OPEN, None)
    forget(drawn(FORM))


def _form(places: tuple[Place, ...]) -> None:
    if not st.session_state.get(OPEN):
        st.rerun()  # it was kept: the whole page is drawn again, without the form
    named = {f"{place.name} ({place.region})": place.id for place in places}
    form = drawn(FORM)

    def save() -> None:
        area = form.value("requests_call_area") or ""
        given: dict[str, Any] = {"partnership_id": named[area]} if area in named else {"area_text": area}
        said = {"name": form.value("requests_call_who") or "", "words": form.value("requests_call_words") or ""}
        if act(commands.log_call, form=form, done="The call is in the queue, as our first contact with them.", **given, **said):
            st.session_state.pop(OPEN, None)

    with st.form("requests_call_form", border=False):
        st.selectbox(
            "Which area?",
            list(named),
            index=None,
            accept_new_options=True,
            placeholder="Choose, or write the name that they said",
            key=form.own("requests_call_area", None),
        )
        st.text_input("Who, and how to reach them?", placeholder="Nia Larkin, 07700 900123", key=form.own("requests_call_who", ""))
        st.text_area("What did they say?", height=140, key=form.own("requests_call_words", ""))
        show_refusal(form, LABELS)
        st.form_submit_button("Keep it", key="requests_call_save", type="primary", on_click=save)
