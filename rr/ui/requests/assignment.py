"""Who a request is assigned to."""

import streamlit as st

from rr.intake.triage import commands, queries
from rr.intake.triage.queries import RequestDetail
from rr.ui.kit.act import act
from rr.ui.kit.markdown import plain
from rr.ui.kit.page import Page

PANEL = "requests_assign"
UNASSIGNED = "Unassigned"


def assigned(page: Page, detail: RequestDetail) -> None:
    """Who it is assigned to; a click takes it, or opens the list of colleagues, which is read only then."""
    me = page.actor.account_id
    with st.container(horizontal=True, vertical_alignment="center"):
        opened = st.popover(f"Assigned to: {plain(detail.assigned or UNASSIGNED)}", key=PANEL, icon=":material/person:", on_change="rerun")
        if opened.open:
            with opened:
                _colleagues(page, detail)
        if me is not None and detail.assigned_id != me:
            st.button("Assign to me", key="requests_assign_me", icon=":material/person_add:", on_click=_assign, args=(detail, me, "you"))


def _colleagues(page: Page, detail: RequestDetail) -> None:
    with page.reading() as db:
        colleagues = queries.colleagues(db, actor=page.actor)
    with st.container(gap="xsmall"):
        for account_id, name in (*colleagues, (None, UNASSIGNED)):
            if account_id == detail.assigned_id:
                continue  # the panel's own label names them
            st.button(
                plain(name),
                key=f"requests_assign_{account_id or 'nobody'}",
                on_click=_assign,
                args=(detail, account_id, name),
                width="stretch",
            )


def _assign(detail: RequestDetail, account_id: int | None, name: str) -> None:
    done = f"{detail.ref} is assigned to {name}." if account_id is not None else f"{detail.ref} is no longer assigned."
    if act(commands.assign, detail.id, account_id, done=done):
        st.session_state[PANEL] = False
