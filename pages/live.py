"""During the session. The facilitator writes down what comes up, one line for one thing, and finishes with a plan."""

import streamlit as st

from rr.access import Can
from rr.sessions import queries
from rr.sessions.states import SessionState
from rr.ui.kit.markdown import plain
from rr.ui.kit.navigation import link
from rr.ui.kit.page import enter
from rr.ui.sessions import facts as on_screen
from rr.ui.sessions.capture import capturing

page = enter("live", Can.RUN_SESSIONS)
with page.reading() as db:
    facts = queries.session(db, page.record(), actor=page.actor)

page.title(plain(facts.partnership), on_screen.stands(facts, page.today))
if facts.state is SessionState.CANCELLED:
    st.info("This session was cancelled, so nothing can be written down. Bring it back first.", icon=":material/event_busy:")
    link("session", "Open the session", icon="event_note", id=facts.id)
    st.stop()

with st.container(horizontal=True, vertical_alignment="center"):
    link("session", "Agenda and arrangements", icon="event_note", id=facts.id)
    st.space("stretch")
    with st.popover("Finish", icon=":material/checklist:", width="content"):
        on_screen.write_up(facts, page.today, "live")
capturing(page, facts.id)
