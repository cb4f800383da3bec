"""A partnership. Everybody who works with it reads its story, catches up in a minute, and keeps what they learn."""

import streamlit as st

from rr.access import Can, Scope, scope
from rr.partnerships import queries, thread
from rr.ui import thread_view
from rr.ui.page import enter
from rr.ui.segments import segments

page = enter("partnership", Can.READ_REQUESTS)
number = page.record()
with page.reading() as db:
    facts = queries.facts(db, number, actor=page.actor)
    contacts = queries.contacts(db, number, actor=page.actor)
    events = thread.thread(db, number, actor=page.actor, today=page.today)
    summary = thread.summary(db, number, actor=page.actor, today=page.today)

page.title(facts.shown)
thread_view.badges(facts, summary)
side_by_side = st.columns([2, 1], gap="large")
with side_by_side[1]:
    thread_view.people(contacts)
    thread_view.facts_card(facts, page.actor)
    if scope(page.actor, Can.EDIT_PARTNERSHIP) is not Scope.NONE:
        thread_view.note(number)
with side_by_side[0]:
    thread_view.catch_up(summary, page.today)
    if not events:
        st.image(thread_view.TABLE, width=160, alt="")
        st.markdown("Their story has not begun. It starts with their sign-up; notes can be kept already.")
    else:
        order = segments("Order", thread_view.ORDERS, str, key="partnership_order", default=thread_view.ORDERS[0], in_address=True)
        chosen = st.session_state.get("partnership_page", 1)
        thread_view.story(events, latest_first=order == thread_view.ORDERS[1], page=chosen)
        if len(events) > thread_view.PER_PAGE:
            st.pagination(-(-len(events) // thread_view.PER_PAGE), key="partnership_page")
