"""A partnership. Everybody who works with it reads what happened, what to know in a minute, and adds notes."""

import streamlit as st

from rr.access import Can, Scope, scope
from rr.partnerships import queries
from rr.story import summary as summaries
from rr.story import thread
from rr.ui.kit.markdown import plain
from rr.ui.kit.page import enter
from rr.ui.kit.segments import segments
from rr.ui.story import people
from rr.ui.story import thread as thread_view

page = enter("partnership", Can.READ_REQUESTS)
number = page.record()
with page.reading() as db:
    facts = queries.facts(db, number, actor=page.actor)
    contacts = queries.contacts(db, number, actor=page.actor)
    events = thread.thread(db, number, actor=page.actor, today=page.today)
    summary = summaries.summary(db, number, actor=page.actor, today=page.today)

page.title(plain(facts.shown), thread_view.next_step(summary, page.today))
thread_view.badges(facts, summary)
known, who = st.columns([3, 2], gap="medium")  # two rows of columns: on a phone, people and the note come before the long story
with known:
    thread_view.summary_card(summary, page.today)
with who:
    people.card(contacts, number, page)
    if scope(page.actor, Can.EDIT_PARTNERSHIP) is not Scope.NONE:
        thread_view.note(number)
told, facts_side = st.columns([3, 2], gap="medium")
with facts_side:
    thread_view.facts_card(facts, page.actor)
with told:
    if not events:
        st.image(thread_view.TABLE, width=160, alt="")
        st.markdown("Nothing has happened yet. It begins with their sign-up; you can add a note now.")
    else:
        order = segments("Order", thread_view.ORDERS, str, key="partnership_order", default=thread_view.ORDERS[0], in_address=True)
        thread_view.story(events, latest_first=order == thread_view.ORDERS[1])
