"""Deciding a request: a button for each move, a question only where the move needs an answer, and the way back."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import streamlit as st

from rr import clock
from rr.days import forward
from rr.intake import commands, rules
from rr.intake.queries import Detail
from rr.intake.rules import Answer, Move
from rr.ui.kit.act import Drawn, act, drawn, forget, show_refusal
from rr.ui.kit.navigation import link
from rr.ui.requests.queue import choose

ASKING, LAST = "requests_asking", "requests_last"
LABELS = {"words": "What we asked:", "partner_id": "Where to:", "back_on": "The day:", "duplicate_of_id": "Which one:"}
AWAY = timedelta(weeks=4)  # offered for "not now"; anybody may choose another day
NARROW = 130  # pixels of a button: three beside each other on a desk, two on a phone

BUTTONS = {  # label, icon (only the likeliest, or three don't fit beside each other), shortcut
    Move.ACCEPT: ("Accept", "check", "a"),
    Move.ASK_FOR_MORE: ("Ask for more", "", "m"),
    Move.SIGNPOST: ("Signpost", "", "s"),
    Move.NOT_NOW: ("Not now", "", "n"),
    Move.CONTACTED: ("In touch", "", "t"),
    Move.COME_BACK: ("Bring back now", "", "b"),
}
MORE = (Move.DUPLICATE, Move.SPAM, Move.WITHDRAW)
DONE = {
    Move.CONTACTED: "You have been in touch about {}.",
    Move.ACCEPT: "{} accepted. Its draft session is ready for a date.",
    Move.ASK_FOR_MORE: "{} waits for their answer.",
    Move.SIGNPOST: "{} signposted.",
    Move.NOT_NOW: "{} set aside. It comes back by itself on its day.",
    Move.WITHDRAW: "{} withdrawn, as they asked.",
    Move.DUPLICATE: "{} marked as a duplicate.",
    Move.SPAM: "{} marked as spam.",
    Move.COME_BACK: "{} is back in the queue.",
}


def buttons(detail: Detail, next_id: int | None) -> None:
    """The moves that are open, the likeliest first, with their keys. `next_id` is the request to show afterwards."""
    shown = [move for move in BUTTONS if move in detail.moves]
    more = [move for move in MORE if move in detail.moves]
    with st.grid(3, min_column_width=NARROW, gap="xsmall"):
        for move in shown:
            _button(detail, move, next_id)
        if more:
            st.menu_button(
                "More",
                [move.label for move in more],
                key="requests_more",
                on_click=_chosen_from_menu,
                args=(detail, next_id),
                width="stretch",
            )


def _button(detail: Detail, move: Move, next_id: int | None) -> None:
    label, icon, key = BUTTONS[move]
    whose = move is Move.ACCEPT and detail.partnership_id is None  # a session is somebody's: it can't be accepted before
    said = "They answered us, or we rang or wrote to them" if move is Move.CONTACTED else None
    st.button(
        label,
        key=f"requests_{move.value}",
        icon=f":material/{icon}:" if icon else None,
        shortcut=key,
        type="primary" if move is Move.ACCEPT and not whose else "secondary",
        help="First say whose request it is" if whose else said,
        disabled=whose,
        on_click=_begin,
        args=(detail, move, next_id),
        width="stretch",
    )


def _chosen_from_menu(detail: Detail, next_id: int | None) -> None:
    chosen = next((move for move in MORE if move.label == st.session_state.get("requests_more")), None)
    if chosen is not None:
        _begin(detail, chosen, next_id)


def _begin(detail: Detail, move: Move, next_id: int | None) -> None:
    """Decide at once, or ask first where the move needs an answer."""
    if rules.needs(move) is None:
        after = _after(detail, move, next_id)  # the next request comes up under the same button
        act(commands.decide, detail.id, move, in_place="requests", done=DONE[move].format(detail.ref), after=after)
    else:
        st.session_state[ASKING] = (detail.id, move)


def _after(detail: Detail, move: Move, next_id: int | None) -> Callable[[int], None]:
    """Show the next request, and keep what can be taken back."""
    there = detail.id if move in (Move.CONTACTED, Move.COME_BACK) else next_id

    def go_on(decision_id: int) -> None:
        choose(there)
        st.session_state[LAST] = (decision_id, detail.id, detail.ref, move, str(there or ""))

    return go_on


# --- The question that goes with a move


def question(detail: Detail, next_id: int | None, partners: tuple[tuple[int, str], ...]) -> None:
    """Draw the question while one is open for this request."""
    asked, move = st.session_state.get(ASKING, (None, None))
    if asked != detail.id or move not in detail.moves:
        st.session_state.pop(ASKING, None)
        return
    title = f"{move.label}: {detail.ref}"
    st.dialog(title, on_dismiss=_close)(_ask)(detail, move, next_id, partners)


def _close() -> None:
    asked, move = st.session_state.pop(ASKING, (None, None))
    if move is not None:
        forget(drawn(f"requests_ask_{asked}_{move.value}"))


def _ask(detail: Detail, move: Move, next_id: int | None, partners: tuple[tuple[int, str], ...]) -> None:
    if st.session_state.get(ASKING) != (detail.id, move):
        st.rerun()  # it was decided: the whole page is drawn again, without the question
    form = drawn(f"requests_ask_{detail.id}_{move.value}")

    def save() -> None:
        given = _given(form, move, detail, partners)
        done = DONE[move].format(detail.ref)
        if act(commands.decide, detail.id, move, form=form, done=done, after=_after(detail, move, next_id), **given):
            st.session_state.pop(ASKING, None)

    with st.form("requests_ask_form", border=False):
        _fields(form, move, detail, partners)
        show_refusal(form, LABELS)
        st.form_submit_button(BUTTONS[move][0] if move in BUTTONS else move.label, key="requests_ask_save", type="primary", on_click=save)


def _fields(form: Drawn, move: Move, detail: Detail, partners: tuple[tuple[int, str], ...]) -> None:
    need = rules.needs(move)
    label = need.label if need else ""
    if need is Answer.QUESTION:
        st.text_area(label, key=form.own("requests_ask_words", ""), height=110)
    elif need is Answer.WHERE_TO:
        names = [name for _, name in partners]
        st.selectbox(
            label,
            names,
            index=None,
            accept_new_options=True,
            placeholder="Choose a support partner, or write who can help",
            key=form.own("requests_ask_where", None),
        )
    elif need is Answer.BACK_ON:
        first = clock.today() + timedelta(days=1)
        st.date_input(
            label,
            value=forward(clock.today() + AWAY),
            min_value=first,
            format="DD/MM/YYYY",
            key=form.own("requests_ask_back_on", forward(clock.today() + AWAY)),
        )
    elif not detail.others:
        st.markdown("There is no other request of this partnership or from this address.")
    else:
        st.radio(label, [other.words for other in detail.others], index=None, key=form.own("requests_ask_other", None))


def _given(form: Drawn, move: Move, detail: Detail, partners: tuple[tuple[int, str], ...]) -> dict[str, Any]:
    """What was answered, as `decide` takes it."""
    need = rules.needs(move)
    if need is Answer.QUESTION:
        return {"words": form.value("requests_ask_words") or ""}
    if need is Answer.WHERE_TO:
        where = form.value("requests_ask_where") or ""
        known = next((number for number, name in partners if name == where), None)
        return {"partner_id": known} if known is not None else {"words": where}
    if need is Answer.BACK_ON:
        return {"back_on": form.value("requests_ask_back_on")}
    other = form.value("requests_ask_other")
    return {"duplicate_of_id": next((one.id for one in detail.others if one.words == other), None)}


# --- The way back


def way_back(session_id: int | None) -> None:
    """Beside the news of the last decision: undo it, and after an acceptance the way to its draft session."""
    last = just_decided()
    if last is None:
        return
    decision_id, request_id, ref, move, _there = last
    with st.container(horizontal=True, vertical_alignment="center"):
        undo_button(decision_id, request_id, ref, key="requests_undo", label=f"Undo “{move.label.lower()}” for {ref}")
        if session_id is not None:
            link("session", "Open the draft session", icon="event_note", id=session_id)


def just_decided() -> tuple[int, int, str, Move, str] | None:
    """Decision, request, its reference, and the move, of what was decided a moment ago; None once another request is looked at."""
    last = st.session_state.get(LAST)
    if last is not None and last[-1] != st.query_params.get("id", ""):
        st.session_state.pop(LAST)
        return None
    return last


def undo_button(decision_id: int, request_id: int, ref: str, *, key: str, label: str = "Undo") -> None:
    st.button(label, key=key, icon=":material/undo:", on_click=_undo, args=(decision_id, request_id, ref))


def _undo(decision_id: int, request_id: int, ref: str) -> None:
    def back(_result: int) -> None:
        st.session_state.pop(LAST, None)
        choose(request_id)

    act(commands.undo, decision_id, done=f"{ref} is as it was before.", after=back)
