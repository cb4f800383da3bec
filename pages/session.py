"""One session. Whoever plans it agrees the day and the place, shapes the agenda, and afterwards says who came and finishes it."""

import streamlit as st

from rr.access import Can
from rr.accounts import queries as accounts
from rr.sessions import commands, queries
from rr.sessions.states import SessionStage, SessionState
from rr.ui.kit.act import act
from rr.ui.kit.markdown import plain
from rr.ui.kit.navigation import go, link
from rr.ui.kit.page import enter
from rr.ui.sessions import agenda as agenda_ui
from rr.ui.sessions import facts as on_screen

page = enter("session", Can.READ_SESSIONS)
with page.reading() as db:
    facts = queries.session(db, page.record(), actor=page.actor)
    clashes = queries.clashes(db, facts, actor=page.actor)
    everybody = accounts.facilitators(db)
stage = facts.stage(page.today)

page.title(plain(facts.partnership), on_screen.stands(facts, page.today))
with st.container(horizontal=True, vertical_alignment="center"):
    on_screen.badge(stage)
    link("partnership", "Their story so far", icon="groups", id=facts.partnership_id)
    if facts.plan_id is not None:
        link("plan", "Their action plan", icon="checklist", id=facts.plan_id)
    st.space("stretch")
    if facts.state is not SessionState.CANCELLED:
        st.button(
            "Go to the session",
            key="session_live",
            type="primary" if stage is SessionStage.COMING else "secondary",
            icon=":material/edit_note:",
            on_click=go,
            args=("live",),
            kwargs={"id": facts.id},
        )

left, right = st.columns([5, 7], gap="large")
with left:
    with st.container(border=True):
        on_screen.asked(facts)
    with st.container(border=True):
        st.subheader("At a glance", anchor=False)
        on_screen.glance(facts)
        if clashes and facts.state is not SessionState.DRAFT:
            for clash in clashes:
                st.warning(plain(clash), icon=":material/event_repeat:")
        if facts.state in (SessionState.DRAFT, SessionState.PLANNED):
            with st.expander("Session details", expanded=facts.state is SessionState.DRAFT, icon=":material/edit_calendar:"):
                on_screen.details_form(facts)
        on_screen.facilitators_form(facts, everybody, page.actor)
    if facts.state is not SessionState.CANCELLED and stage is not SessionStage.TO_ARRANGE:
        waits = stage in (SessionStage.TO_FINISH, SessionStage.FINISHED)
        label = "Mark as held" if facts.held_on is None else "Write up"
        with st.expander(label, expanded=stage is SessionStage.TO_FINISH, icon=":material/how_to_reg:"):
            on_screen.write_up(facts, page.today, primary=waits)
    if facts.state is SessionState.HELD:
        st.button(
            "Plan the next session",
            key="session_next",
            icon=":material/event_upcoming:",
            on_click=act,
            args=(commands.draft_next, facts.id),
            kwargs={"after": on_screen.to_session, "done": "A draft of their next session, with the agenda that suits a second one."},
        )
    on_screen.calling_off(facts)
with right:
    agenda_ui.editor(page, facts.id)
