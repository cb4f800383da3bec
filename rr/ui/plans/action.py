"""An action on screen: what it says, how it goes, its source, and the gestures on it."""

from datetime import date

import streamlit as st

from rr.clock import london_day
from rr.days import say
from rr.plans.actions import commands
from rr.plans.drafts import ActionDraft, ConfidenceDraft, UpdateDraft
from rr.plans.queries import ActionView, UpdateView
from rr.plans.rules import ActionStatus
from rr.plans.states import Urgency
from rr.ui.kit.act import act
from rr.ui.kit.form import Form, form_for
from rr.ui.kit.markdown import plain, quote
from rr.ui.kit.navigation import link
from rr.ui.kit.popover_form import panel
from rr.ui.kit.rows import Badge
from rr.ui.plans import badges, words


def card(action: ActionView, *, today: date, topics: dict[str, str], partnership_id: int, may_edit: bool) -> None:
    """One action with everything that can be done to it."""
    topic = Badge(action.topic_label, "gray", "sell") if action.topic_label else None
    with st.container(border=True, key=f"plan_action_{action.id}"):
        st.markdown(words.action(action, today, badges.confidence(action), topic))
        last_words(action)
        if may_edit and (update := action.last_update):
            question(action, update, "plan", unanswered_only=True)
        with st.container(horizontal=True, gap="small"):
            if may_edit:
                _going(action)
            with st.container(horizontal=True, gap="small", width="content"):  # a row of its own on a phone
                if may_edit:
                    _edit(action, topics)
                _source(action, partnership_id)


def last_words(action: ActionView) -> None:
    """The last update that came with words, as a quotation."""
    update = next((update for update in reversed(action.updates) if update.words), None)
    if update is not None:
        quote(update.words)
        st.caption(f"{update.status.label}, {say(london_day(update.at))}{f', {plain(update.name)}' if update.name else ''}")


def status_buttons(action: ActionView, key: str, shown: ActionStatus | None, review_id: int | None = None) -> None:
    """One tap sets how an action goes, and is saved at once. `shown` is marked as its status; a wrong tap is corrected by another.

    Buttons of two lines: 54 pixels high, where a segmented control's segments have 32.
    """
    with st.container(horizontal=True, gap="xsmall", key=key):
        for status in ActionStatus:
            st.button(
                f":material/{status.icon}:  \n{status.label}",
                key=f"{key}_{status.value}",
                type="primary" if status is shown else "secondary",
                width="stretch",
                wrap=True,
                on_click=act,
                args=(commands.update_action, action.id, status),
                kwargs={"review_id": review_id, "done": f"Action {action.number}: {status.label.lower()}."},
            )


def question(action: ActionView, update: UpdateView, prefix: str, *, unanswered_only: bool = False) -> None:
    """What this status asks in words, asked right there; what is typed is saved as soon as the field is left.

    Its key is `<prefix>_words_<action>`: a new update asks afresh, and lets go of what was typed for the one before.
    """
    key = f"{prefix}_words_{action.id}"
    form = form_for(UpdateDraft, prefix, update, id=action.id, name=f"{key}_{update.id}")
    if not update.status.question or (unanswered_only and update.words and form.refusal is None):
        return
    if not form.widgets:
        st.session_state.pop(key, None)

    def save() -> None:
        act(commands.set_words, update.id, form.values()["words"], form.base["words"], form=form)

    form.restored()
    form.summary()
    form.text("words", label=update.status.question, on_change=save, icon=None if update.words else ":material/edit:")


def ask_for_support(action: ActionView, update: UpdateView, key: str) -> None:
    """Stuck, and somebody said what would help: one more click makes it support needed."""
    if update.status is not ActionStatus.STUCK or not update.words:
        return
    asked = next((need for need in action.needs if need.words == update.words), None)
    if asked is not None:
        st.markdown(f":material/handshake: Support needed: {plain(asked.kind_label)} ({asked.status.label.lower()})")
        return
    st.button(
        "Ask for this support",
        key=key,
        icon=":material/handshake:",
        on_click=act,
        args=(commands.ask_support, action.id),
        kwargs={"words": update.words, "done": "Support asked for."},
    )


def _going(action: ActionView) -> None:
    with panel("How is it going?", f"plan_going_{action.id}", icon="rate_review") as form:
        if form is None:
            return
        status_buttons(action, f"plan_status_{action.id}", action.status)
        if action.last_update:
            question(action, action.last_update, "plan_status")
            ask_for_support(action, action.last_update, f"plan_ask_{action.id}")
        if action.due is not None and action.urgency is not Urgency.OVERDUE:
            _confidence(action, action.due)


def _confidence(action: ActionView, due: date) -> None:
    form = form_for(ConfidenceDraft, "plan", action, id=action.id, name=f"plan_confidence_form_{action.id}")

    def save() -> None:
        act(commands.set_confidence, action.id, **form.values(), base=form.base, form=form, done="Saved.")

    with form.fields():
        form.segments("confidence", label=f"Are we confident that this will be done by {say(due)}?")
        form.text("confidence_why")
        form.submit("Save", save, key="confidence_save")


def _edit(action: ActionView, topics: dict[str, str]) -> None:
    with panel("Edit", f"plan_edit_{action.id}", action, icon="edit", draft=ActionDraft, prefix="plan_edit", id=action.id) as form:
        if form is None:
            return

        def save() -> None:
            act(commands.edit_action, action.id, form.values(), form.base, form=form, done="Saved.")

        with form.fields():
            form.area("title")
            _fields(form, topics)
            form.area("why")
            form.submit("Save", save, type="primary")
        with st.container(horizontal=True):
            _move(action, -1, "up")
            _move(action, 1, "down")


def add_form(plan_id: int, topics: dict[str, str], *, opened: bool) -> None:
    """A new action, at the end of the plan."""
    form = form_for(ActionDraft, "plan_add", name=f"plan_add_form_{plan_id}")

    def add() -> None:
        act(commands.add_action, plan_id, **form.values(), form=form, done="Action added.")

    with st.expander("Add an action", expanded=opened or bool(form.unsaved), icon=":material/add:"), form.fields():
        form.text("title")
        _fields(form, topics)
        form.submit("Add action", add, key="", icon=":material/add:")


def _fields(form: Form, topics: dict[str, str]) -> None:
    """What both forms of an action have below its title."""
    left, right = st.columns(2)
    with left:
        form.text("lead")
    with right:
        form.date("due")
    form.text("first_step")
    form.choice("topic", topics)


def _move(action: ActionView, by: int, where: str) -> None:
    st.button(
        f"Move {where}",
        key=f"plan_{where}_{action.id}",
        icon=f":material/arrow_{where}ward:",
        on_click=act,
        args=(commands.move_action, action.id, by),
        kwargs={"repeat": True},
    )


def _source(action: ActionView, partnership_id: int) -> None:
    """From any action, the words that began it are one click away: the line as typed, the agenda item, the session, the sign-up."""
    with st.popover("Source", icon=":material/conversion_path:", type="tertiary"):
        if action.origin is None:
            st.markdown("Added on this page.")
            link("partnership", "Open partnership", icon="groups", id=partnership_id)
            return
        origin = action.origin
        if origin.sentence:
            st.caption(f"They asked, {plain(origin.ref)}")
            quote(origin.sentence)
        st.caption(
            f"In the session{f' on {say(origin.held_on)}' if origin.held_on else ''}{f', {plain(origin.item)}' if origin.item else ''}"
        )
        quote(origin.as_typed)
        if origin.session_id:
            link("session", "Open session", icon="event_note", id=origin.session_id)
        link("partnership", "Open partnership", icon="groups", id=partnership_id)
