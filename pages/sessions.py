"""Sessions. A facilitator sees their next one at once; support staff and managers see all, what waits for us first."""

import streamlit as st

from rr import clock
from rr.access import Can
from rr.accounts import queries as accounts
from rr.sessions import lists, queries
from rr.ui.kit.page import enter
from rr.ui.sessions import listing as session_list

page = enter("sessions", Can.READ_SESSIONS)
with page.reading() as db:
    regions = lists.regions(db, actor=page.actor)
    facilitators = accounts.facilitators(db)
    next_id = lists.next_id(db, actor=page.actor, now=clock.now())
    coming = queries.session(db, next_id, actor=page.actor) if next_id is not None else None
    agenda = queries.agenda(db, coming, actor=page.actor) if coming is not None else None

top = st.container()  # its sentence counts what the filters below it leave
if regions:
    filters = session_list.filters(page, regions, facilitators)
else:
    filters = lists.Filters()
with page.reading() as db:
    found = lists.listed(db, filters, actor=page.actor, today=page.today)
with top:
    page.title("Sessions", session_list.stands(found.counts) if regions else "")
    if coming is not None and agenda is not None:
        session_list.next_card(coming, agenda, page)

rows = st.container()
shown = session_list.pages(found.total)
if shown > 1:
    with page.reading() as db:
        found = lists.listed(db, filters, actor=page.actor, today=page.today, page=shown)
with rows:
    if not found.total:
        session_list.nothing(page.actor, filtered=bool(regions))
    session_list.listing(found, page)
