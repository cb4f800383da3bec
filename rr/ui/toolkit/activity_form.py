"""Adding an activity to the library, or editing one: a dialog with its form."""

from collections.abc import Mapping

import streamlit as st

from rr.toolkit import commands
from rr.toolkit.drafts import ActivityDraft
from rr.toolkit.queries import ActivityRow
from rr.ui.kit.act import act
from rr.ui.kit.form import DIALOG, Form, forget, form_for

OPEN = f"{DIALOG}activity"  # the activity whose form is open, in a tuple; None in it for a new one


def open_form(activity: ActivityRow | None = None) -> None:
    """Open the form from the next run on."""
    st.session_state[OPEN] = (activity,)


def dialog(topics: Mapping[str, str]) -> None:
    """Draw the form while it is open."""
    if OPEN in st.session_state:
        (activity,) = st.session_state[OPEN]
        title = "Edit activity" if activity else "Add an activity"
        st.dialog(title, icon=":material/edit:" if activity else ":material/add:", on_dismiss=_close)(_draw)(topics)


def _form(activity: ActivityRow | None) -> Form:
    if activity is None:
        return form_for(ActivityDraft, "toolkit", id="new")
    base = ActivityDraft.values_of(activity) | {"topics": list(activity.topics)}
    return form_for(ActivityDraft, "toolkit", base, id=activity.id)


def _close() -> None:
    (activity,) = st.session_state.pop(OPEN)
    forget(_form(activity))


def _draw(topics: Mapping[str, str]) -> None:
    if OPEN not in st.session_state:
        st.rerun()  # it was saved: the whole page is drawn again, without the form
    (activity,) = st.session_state[OPEN]
    form = _form(activity)

    def save() -> None:
        answers = form.values()
        if activity is None:
            saved = act(commands.add_activity, answers, form=form, done=f"{answers['name']} was added to the toolkit.")
        else:
            saved = act(commands.edit_activity, activity.id, answers, form.base, form=form, done="Saved.")
        if saved:
            del st.session_state[OPEN]

    with form.fields():
        form.text("name")
        form.choice("phase")
        for pair in (("minutes_from", "minutes_to"), ("group_from", "group_to")):
            for name, column in zip(pair, st.columns(2), strict=True):
                with column:
                    form.number(name)
        form.choice("place")
        form.many("topics", topics)
        for name in ("celebrates", "newcomers"):
            form.tick(name)
        for name in ("purpose", "how", "materials", "source"):
            form.area(name, height="content")
        form.submit("Save", save, icon=":material/save:", type="primary")
