"""Putting a need under another type of support: a dialog with the choice."""

from collections.abc import Sequence

import streamlit as st

from rr.needs import commands
from rr.needs.drafts import NeedKindDraft
from rr.needs.queries import KindRow, NeedRow
from rr.ui.kit.act import act
from rr.ui.kit.form import DIALOG, Form, forget, form_for
from rr.ui.kit.markdown import plain, quoted

OPEN = f"{DIALOG}need"  # the need whose type is being changed


def open_form(need: NeedRow) -> None:
    """Open the form from the next run on."""
    st.session_state[OPEN] = need


def dialog(kinds: Sequence[KindRow]) -> None:
    """Draw the form while it is open."""
    if OPEN in st.session_state:
        st.dialog("Change type", icon=":material/sell:", on_dismiss=_close)(_draw)(kinds)


def _form(need: NeedRow) -> Form:
    return form_for(NeedKindDraft, "needs", need, id=need.id)


def _close() -> None:
    forget(_form(st.session_state.pop(OPEN)))


def _draw(kinds: Sequence[KindRow]) -> None:
    if OPEN not in st.session_state:
        st.rerun()  # it was saved: the whole page is drawn again, without the form
    need = st.session_state[OPEN]
    form = _form(need)

    def save() -> None:
        if act(commands.change_kind, need.id, **form.values(), was=form.base["kind"], form=form, done="Saved."):
            del st.session_state[OPEN]

    with form.fields():
        st.markdown(f"**{plain(need.partnership)}**  \n{plain(quoted(need.words))}")
        form.choice("kind", {kind.code: kind.label for kind in kinds})
        form.submit("Save", save, type="primary")
