"""During the session. The facilitator writes down what comes up, one line for one thing, and writes it up into a plan."""

import streamlit as st

from rr.access import Can
from rr.sessions import queries
from rr.sessions.states import SessionState
from rr.ui.kit.markdown import plain
from rr.ui.kit.navigation import link
from rr.ui.kit.page import enter
from rr.ui.sessions import details
from rr.ui.sessions.capture import capture_area

page = enter("live", Can.RUN_SESSIONS)
with page.reading() as db:
    session = queries.detail(db, page.record(), actor=page.actor)

page.title(plain(session.partnership), details.summary(session, page.today))
if session.state is SessionState.CANCELLED:
    st.info("This session was cancelled, so nothing can be written down. Reopen it first.", icon=":material/event_busy:")
    link("session", "Open session", icon="event_note", id=session.id)
    st.stop()

with st.container(horizontal=True, vertical_alignment="center"):
    link("session", "Agenda and details", icon="event_note", id=session.id)
    st.space("stretch")
    with st.popover("Write up", icon=":material/checklist:", width="content"):
        details.write_up(session, page.today, "live")
capture_area(page, session.id)
