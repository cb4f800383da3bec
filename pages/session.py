"""One session. Whoever plans it agrees the day and the place, shapes the agenda, and afterwards enters who came and writes it up."""

import streamlit as st

from rr.access import Can
from rr.accounts import queries as accounts
from rr.sessions import queries
from rr.sessions.states import SessionStage, SessionState
from rr.ui.kit.markdown import plain
from rr.ui.kit.navigation import go, link
from rr.ui.kit.page import enter
from rr.ui.sessions import details
from rr.ui.sessions.agenda import agenda_editor

page = enter("session", Can.READ_SESSIONS)
with page.reading() as db:
    session = queries.detail(db, page.record(), actor=page.actor)
    clashes = queries.clashes(db, session, actor=page.actor)
    everybody = accounts.facilitators(db)
stage = session.stage(page.today)

page.title(plain(session.partnership), details.summary(session, page.today))
with st.container(horizontal=True, vertical_alignment="center"):
    details.badge(stage)
    link("partnership", "Their story so far", icon="groups", id=session.partnership_id)
    if session.plan_id is not None:
        link("plan", "Their action plan", icon="checklist", id=session.plan_id)
    st.space("stretch")
    if session.state is not SessionState.CANCELLED:
        st.button(
            "Start session" if session.held_on is None else "Captured lines",
            key="session_live",
            type="primary" if stage is SessionStage.COMING else "secondary",
            icon=":material/edit_note:",
            on_click=go,
            args=("live",),
            kwargs={"id": session.id},
        )

left, right = st.columns([5, 7], gap="large")
with left:
    with st.container(border=True):
        details.request(session)
    with st.container(border=True):
        st.header("At a glance", anchor=False)
        details.glance(session)
        if session.state is not SessionState.DRAFT:
            for clash in clashes:
                st.warning(plain(clash), icon=":material/event_repeat:")
        if session.state in (SessionState.DRAFT, SessionState.PLANNED):
            details.details_form(session)
        details.facilitators_form(session, everybody, page.actor)
    if session.state is not SessionState.CANCELLED and stage is not SessionStage.TO_ARRANGE:
        is_past = stage in (SessionStage.TO_FINISH, SessionStage.FINISHED)
        label = "Mark as held" if session.held_on is None else "Write up"
        with st.expander(label, expanded=stage is SessionStage.TO_FINISH, icon=":material/how_to_reg:"):
            details.write_up(session, page.today, primary=is_past)
    if session.state is SessionState.HELD:
        st.button(
            "Plan the next session",
            key="session_next",
            icon=":material/event_upcoming:",
            on_click=details.plan_next,
            args=(session.id,),
        )
    details.cancel_controls(session)
with right:
    agenda_editor(page, session.id)
