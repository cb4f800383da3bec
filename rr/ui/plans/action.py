"""An action on screen: what it says, how it goes, where it came from, and the gestures on it."""

from datetime import date

import streamlit as st

from rr.clock import london_day
from rr.days import say
from rr.plans import commands
from rr.plans.queries import ActionView, Said
from rr.plans.rules import ActionStatus, Confidence
from rr.ui.kit.act import Drawn, act, drawn, show_refusal
from rr.ui.kit.markdown import plain, quote
from rr.ui.kit.navigation import link
from rr.ui.kit.popover_form import closing, panel
from rr.ui.kit.segments import segments
from rr.ui.plans.badges import confidence_badge, due_badge, facts, number, status_badge

LABELS = {
    "title": "What will be done",
    "why": "Why it matters",
    "lead": "Who leads",
    "due": "By when",
    "first_step": "First step",
    "topic": "Topic",
    "confidence": "How confident we are",
    "confidence_why": "Why do you think so?",
}


def card(action: ActionView, *, today: date, topics: dict[str, str], partnership_id: int, may_edit: bool) -> None:
    """One action with everything that can be done to it."""
    with st.container(border=True, key=f"plan_action_{action.id}"):
        st.markdown(heading(action, today, confidence_badge(action), topic=True))
        last_words(action)
        if may_edit and (said := action.last_said):
            question(action, said, f"plan_words_{action.id}", unanswered_only=True)
        with st.container(horizontal=True, gap="small"):
            if may_edit:
                _how_it_goes(action)
            with st.container(horizontal=True, gap="small", width="content"):  # a row of its own on a phone
                if may_edit:
                    _edit(action, topics)
                came_from(action, partnership_id)


def heading(action: ActionView, today: date, *more: str, topic: bool = False, status: bool = True) -> str:
    """What an action says, as lines of one paragraph: its number and title, its badges, and its facts."""
    about = f":gray-badge[:material/sell: {plain(action.topic_label)}]" if topic and action.topic_label else ""
    badges = [status_badge(action.status) if status else "", due_badge(action.urgency, action.due, today), *more, about]
    return "  \n".join(filter(None, (f"**{number(action)}**", " ".join(filter(None, badges)), facts(action))))


def last_words(action: ActionView) -> None:
    """The last that somebody said about an action in words, as a quotation."""
    spoken = next((said for said in reversed(action.said) if said.words), None)
    if spoken is not None:
        quote(spoken.words)
        st.caption(f"{spoken.status.label}, {say(london_day(spoken.at))}{f', {plain(spoken.name)}' if spoken.name else ''}")


def taps(action: ActionView, key: str, shown: ActionStatus | None, review_id: int | None = None) -> None:
    """One tap sets how an action goes, and is saved at once. `shown` is what has been said already; a wrong tap is put right by another.

    Buttons of two lines: 54 pixels high, where a segmented control's segments have 32.
    """
    with st.container(horizontal=True, gap="xsmall", key=key):
        for status in ActionStatus:
            mine = f"{key}_{status.value}"
            st.button(
                f":material/{status.icon}:  \n{status.label}",
                key=mine,
                type="primary" if status is shown else "secondary",
                width="stretch",
                wrap=True,
                on_click=act,
                args=(commands.update_action, action.id, status),
                kwargs={"review_id": review_id, "form": drawn(mine)},
            )


def question(action: ActionView, said: Said, key: str, *, unanswered_only: bool = False) -> None:
    """What this status asks in words, asked right there; what is typed is kept as soon as the field is left."""
    asked = said.status.question
    name = f"{key}_{said.id}"
    refused = st.session_state.get("rr_refusal", ("", None))[0] == name
    if not asked or (unanswered_only and said.words and not refused):
        return
    if f"rr_drawn_{name}" not in st.session_state:
        st.session_state[key] = said.words
    form = drawn(name, words=said.words)
    st.text_input(
        asked, key=form.own(key, ""), on_change=_say, args=(said.id, form, key), icon=":material/edit:" if not said.words else None
    )
    show_refusal(form, {"words": asked})


def _say(update_id: int, form: Drawn, key: str) -> None:
    act(commands.say, update_id, st.session_state[key], form.base["words"], form=form)


def ask_for_help(action: ActionView, said: Said, key: str) -> None:
    """Stuck, and somebody said what would help: one more click makes it support needed."""
    if said.status is not ActionStatus.STUCK or not said.words:
        return
    same = next((need for need in action.needs if need.words == said.words), None)
    if same is not None:
        st.markdown(f":material/handshake: Support needed: {plain(same.kind_label)} ({same.status.label.lower()})")
        return
    st.button(
        "Ask for this support",
        key=key,
        icon=":material/handshake:",
        on_click=act,
        args=(commands.ask_support, action.id),
        kwargs={"words": said.words},
    )


def came_from(action: ActionView, partnership_id: int) -> None:
    """From any action, the words that began it are one click away: the line as typed, the agenda item, the session, the sign-up."""
    with st.popover("Where it began", icon=":material/conversion_path:", type="tertiary"):
        if action.origin is None:
            st.markdown("It was added to the plan by hand.")
            link("partnership", "Their whole story", icon="groups", id=partnership_id)
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
            link("session", "The session", icon="event_note", id=origin.session_id)
        link("partnership", "Their whole story", icon="groups", id=partnership_id)


def _how_it_goes(action: ActionView) -> None:
    with panel("How is it going?", f"plan_going_{action.id}", {}, icon="rate_review") as form:
        if form is None:
            return
        taps(action, f"plan_status_{action.id}", action.status)
        if action.last_said:
            question(action, action.last_said, f"plan_status_words_{action.id}")
            ask_for_help(action, action.last_said, f"plan_ask_{action.id}")
        _confidence(action)


def _confidence(action: ActionView) -> None:
    if action.due is None:
        return
    form = drawn(f"plan_confidence_form_{action.id}", confidence=action.confidence, confidence_why=action.confidence_why)
    choice, why = f"plan_confidence_{action.id}", f"plan_confidence_why_{action.id}"
    with st.form(form.name, border=False):
        segments(
            f"Are we confident that this will be done by {say(action.due)}?",
            Confidence,
            lambda one: one.label,
            default=form.base["confidence"],
            key=form.own(choice, form.base["confidence"]),
            hidden=False,
        )
        st.text_input(LABELS["confidence_why"], value=form.base["confidence_why"], key=form.own(why, form.base["confidence_why"]))
        show_refusal(form, LABELS)
        st.form_submit_button(
            "Keep our answer", key=f"plan_confidence_save_{action.id}", on_click=_keep, args=(action.id, form, choice, why)
        )


def _keep(action_id: int, form: Drawn, choice: str, why: str) -> None:
    act(commands.say_confidence, action_id, form.value(choice), form.value(why) or "", base=form.base, form=form, done="Kept.")


def _edit(action: ActionView, topics: dict[str, str]) -> None:
    base = {name: getattr(action, name) for name in ("title", "lead", "due", "first_step", "topic", "why")}
    with panel("Edit", f"plan_edit_{action.id}", base, icon="edit") as form:
        if form is None:
            return
        keys = {name: form.own(f"plan_edit_{name}_{action.id}", form.base[name]) for name in base}
        with st.form(f"plan_edit_form_{action.id}", border=False):
            st.text_area(LABELS["title"], value=form.base["title"], key=keys["title"])
            st.text_input(LABELS["lead"], value=form.base["lead"], key=keys["lead"])
            st.date_input(LABELS["due"], value=form.base["due"], format="DD/MM/YYYY", key=keys["due"])
            st.text_input(LABELS["first_step"], value=form.base["first_step"], key=keys["first_step"])
            codes = [None, *topics]
            st.selectbox(
                LABELS["topic"],
                codes,
                index=codes.index(form.base["topic"]) if form.base["topic"] in codes else 0,
                format_func=lambda code: topics.get(code, "No topic"),
                key=keys["topic"],
            )
            st.text_area(LABELS["why"], value=form.base["why"], key=keys["why"])
            show_refusal(form, LABELS)
            st.form_submit_button("Save", key=f"plan_edit_save_{action.id}", type="primary", on_click=_save, args=(action.id, form, keys))
        with st.container(horizontal=True):
            for by, label, icon in ((-1, "Move up", "arrow_upward"), (1, "Move down", "arrow_downward")):
                st.button(
                    label,
                    key=f"plan_{'up' if by < 0 else 'down'}_{action.id}",
                    icon=f":material/{icon}:",
                    on_click=act,
                    args=(commands.move_action, action.id, by),
                    kwargs={"repeat": True},
                )


def _save(action_id: int, form: Drawn, keys: dict[str, str]) -> None:
    said = {name: form.value(key) for name, key in keys.items()}
    act(commands.edit_action, action_id, said, form.base, form=form, done="Kept.", after=closing(f"plan_edit_{action_id}"))
