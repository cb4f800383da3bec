"""Sessions. A facilitator sees their next one at once; support staff and managers see all, by what is to do about them."""

import streamlit as st

from rr import clock
from rr.access import Can, Scope, scope
from rr.accounts import queries as accounts
from rr.partnerships import queries as partnerships
from rr.sessions import lists, queries
from rr.sessions.agenda import queries as agenda_queries
from rr.sessions.lists import SessionFilters
from rr.sessions.states import SessionStage
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
        stage = f.choice("state", "State", SessionStage, none="All states")
        region = facilitator_id = None
        if scope(page.actor, Can.READ_SESSIONS) is Scope.ALL:
            region = f.choice("region", "Region", partnerships.regions(db), none="All regions", width=240)
            facilitator_id = f.person("facilitator", "Facilitator", dict(accounts.facilitators(db)), width=240)
    filters = SessionFilters(stage, region, facilitator_id)
    found = lists.listed(db, filters, actor=page.actor, today=page.today, page=pager.current("sessions_page"))

anything = bool(found.total) or f.narrowed
with heading:
    page.title("Sessions", listing.summary(found.counts) if anything else "")
    if coming is not None and agenda is not None:
        listing.next_card(coming, agenda, page)
if not found.total:
    listing.nothing(page.actor, narrowed=f.narrowed)
if not anything:
    above.empty()
listing.table(found, page.today)
pager.draw("sessions_page", found)
