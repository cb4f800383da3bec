"""Sessions. A facilitator sees their next one at once; support staff and managers see all, by what is to do about them."""

import streamlit as st

from rr import clock
from rr.access import Can
from rr.sessions import lists, queries
from rr.sessions.agenda import queries as agenda_queries
from rr.ui.kit import pager
from rr.ui.kit.filters import bar
from rr.ui.kit.page import enter
from rr.ui.sessions import listing

page = enter("sessions", Can.READ_SESSIONS)
heading, above = st.container(), st.empty()  # the heading's sentence counts what the filters below it leave
with page.reading() as db:
    coming_id = lists.next_id(db, actor=page.actor, now=clock.now())
    coming = queries.detail(db, coming_id, actor=page.actor) if coming_id is not None else None
    agenda = agenda_queries.agenda(db, coming) if coming is not None else None
    with above.container(), bar("sessions") as f:
        filters = listing.filters(db, page, f)
    found = lists.listed(db, filters, actor=page.actor, today=page.today, page=pager.current("sessions_page"))

anything = any(found.counts.values()) or f.narrowed
with heading:
    page.title("Sessions", listing.summary(found.counts) if anything else "")
    if coming is not None and agenda is not None:
        listing.next_card(coming, agenda, page)
if not found.total and (f.narrowed or not anything):
    listing.nothing(page.actor, narrowed=f.narrowed)
if not anything:
    above.empty()
listing.table(found, page.today)
pager.draw("sessions_page", found)
listing.over(found, filters)
