"""Deciding a request: a button for each move, a question where the move asks one, and undoing it."""

from datetime import timedelta
from functools import partial
from typing import Any

import streamlit as st

from rr.days import ONE_DAY, forward
from rr.intake.rules import Answer, Move
from rr.intake.triage import commands, queries
from rr.intake.triage.drafts import DecisionDraft
from rr.intake.triage.queries import RequestDetail
from rr.ui.kit.act import Spot, act, spot
from rr.ui.kit.form import DIALOG, Form, forget, form_for
from rr.ui.kit.news import add_link
from rr.ui.kit.page import Page
from rr.ui.kit.rows import to
from rr.ui.requests import partnership

ASKING, ACCEPTED = f"{DIALOG}decision", "requests_accepted"
AWAY = timedelta(weeks=4)  # offered for "not now"; anybody may choose another day
NARROW = 130  # pixels of a button: three beside each other on a desk, two on a phone


def show(request_id: int | None) -> None:
    """Show this request: its id goes into the address. None shows the first of the list."""
    if request_id is None:
        st.query_params.pop("id", None)
    else:
        st.query_params["id"] = str(request_id)


def buttons(detail: RequestDetail, next_id: int | None) -> None:
    """The moves that are open, the likeliest first, with their keys. `next_id` is the request to show afterwards."""
    in_menu = [move for move in detail.moves if not move.key]
    with st.grid(3, min_column_width=NARROW, gap="xsmall"):
        for move in detail.moves:
            if move.key:
                _button(detail, move, next_id)
        if in_menu:
            st.menu_button(
                "More",
                [move.label for move in in_menu],
                key=f"requests_menu_{detail.id}",
                on_click=_chosen_from_menu,
                args=(detail, in_menu, next_id, spot("requests", detail.id)),
                width="stretch",
            )


def _button(detail: RequestDetail, move: Move, next_id: int | None) -> None:
    is_early = _is_early(detail, move)
    st.button(
        move.label,
        key=f"requests_{move}_{detail.id}",
        icon=f":material/{move.icon}:" if move.makes_session else None,  # with icons on all, three don't fit beside each other
        shortcut=move.key,
        type="primary" if move.makes_session and not is_early else "secondary",
        help="Choose the partnership first" if is_early else move.hint or None,
        on_click=_begin,
        args=(detail, move, next_id, spot("requests", detail.id)),
        width="stretch",
    )


def _is_early(detail: RequestDetail, move: Move) -> bool:
    """Whether its partnership has to be chosen first."""
    return move.makes_session and detail.partnership_id is None


def _chosen_from_menu(detail: RequestDetail, in_menu: list[Move], next_id: int | None, place: Spot) -> None:
    for move in in_menu:
        if move.label == st.session_state.get(f"requests_menu_{detail.id}"):
            _begin(detail, move, next_id, place)


def _begin(detail: RequestDetail, move: Move, next_id: int | None, place: Spot) -> None:
    """Decide at once, or ask first where the move needs an answer, or a partnership."""
    if move.asks is None and not _is_early(detail, move):
        _decide(detail, move, next_id, spot=place)  # the next request comes up under the same button
    else:
        st.session_state[ASKING] = (detail.id, move)


def _decide(detail: RequestDetail, move: Move, next_id: int | None, **more: Any) -> None:
    """Decide, then show the next request unless there is more to do about this one. Undoing it shows this one again."""
    done, undone = move.news.format(detail.ref), partial(show, detail.id)
    if act(commands.decide, detail.id, move, done=done, undo=lambda made: (commands.undo, made), undone=undone, **more):
        show(next_id if move.settles else detail.id)
        st.session_state.pop(ASKING, None)
        if move.makes_session:
            st.session_state[ACCEPTED] = detail.id


# The question of a move


def question(page: Page, detail: RequestDetail, next_id: int | None) -> None:
    """Draw the question while one is open for this request."""
    asked, move = st.session_state.get(ASKING, (None, None))
    if asked == detail.id and move in detail.moves and not (move.asks is None and not _is_early(detail, move)):
        st.dialog(f"{move.label}: {detail.ref}", on_dismiss=_close)(_ask)(page, detail, move, next_id)
    else:
        st.session_state.pop(ASKING, None)


def _form(request_id: int, move: Move) -> Form:
    return form_for(DecisionDraft, "requests_ask", name=f"requests_ask_{request_id}_{move}")


def _close() -> None:
    if asked := st.session_state.pop(ASKING, None):
        forget(_form(*asked))


def _ask(page: Page, detail: RequestDetail, move: Move, next_id: int | None) -> None:
    if st.session_state.get(ASKING) != (detail.id, move):
        st.rerun()  # it was decided: the whole page is drawn again, without the question
    if _is_early(detail, move):
        st.markdown("Choose the partnership first, then accept.")
        partnership.search(page, detail, "requests_accept")
        return
    if move.asks is Answer.OTHER_REQUEST and not detail.others:
        st.markdown("There are no other requests from this partnership or address.")
        return
    form = _form(detail.id, move)

    def save() -> None:
        answers = form.values()
        if isinstance(answers.get("partner_id"), str):  # somebody who isn't on the list
            answers = {"words": answers["partner_id"]}
        _decide(detail, move, next_id, **answers, form=form)

    with form.fields():
        _field(page, form, detail, move)
        form.submit(move.label, save, type="primary")


def _field(page: Page, form: Form, detail: RequestDetail, move: Move) -> None:
    match move.asks:
        case Answer.QUESTION:
            form.area(move.asks, height=110)
        case Answer.WHERE_TO:
            with page.reading() as db:
                form.choice(move.asks, dict(queries.partners(db)), accept_new_options=True)
        case Answer.BACK_ON:
            today = page.today
            form.date(move.asks, first=forward(today + AWAY), min_value=today + ONE_DAY)
        case Answer.OTHER_REQUEST:
            form.radio(move.asks, {other.id: other.label for other in detail.others})


# Undoing it


def lead_to_session(page: Page) -> None:
    """After an acceptance, the news leads to its draft session. Before the news is drawn."""
    accepted = st.session_state.pop(ACCEPTED, None)
    if accepted is not None:
        with page.reading() as db:
            session_id = queries.session_of(db, accepted, actor=page.actor)
        if session_id is not None:
            add_link("Open draft session", to("session", id=session_id))


def undo_button(decision_id: int, request_id: int, ref: str) -> None:
    key = f"requests_undo_{decision_id}"
    st.button("Undo", key=key, icon=":material/undo:", on_click=_undo, args=(decision_id, request_id, ref))


def _undo(decision_id: int, request_id: int, ref: str) -> None:
    if act(commands.undo, decision_id, done=f"Decision on {ref} undone.", undo=lambda _: ()):
        show(request_id)
