"""One action plan. Whoever follows it up adds missing details, agrees it with the partnership, and hands it over."""

import streamlit as st

from rr.access import Can
from rr.accounts import queries as accounts
from rr.config import ROOT
from rr.plans import queries
from rr.plans.states import PlanState
from rr.toolkit import queries as toolkit
from rr.ui.kit.markdown import plain, quote
from rr.ui.kit.navigation import link
from rr.ui.kit.page import enter
from rr.ui.kit.rows import Badge
from rr.ui.plans import action as actions
from rr.ui.plans import badges, sidebar, words
from rr.ui.plans.gaps import missing_details

page = enter("plan", Can.READ_PLANS)
with page.reading() as db:
    plan = queries.detail(db, page.record(), actor=page.actor, today=page.today)
    topics = toolkit.topics(db)
    facilitators = accounts.facilitators(db)
may_edit = plan.state is not PlanState.CLOSED  # whoever may read a plan on this page may edit it: the table says so

page.title(plain(plan.partnership), words.status(plan))
with st.container(horizontal=True, vertical_alignment="center"):
    st.markdown(f"{badges.in_markdown(Badge.of(plan.state))} :gray-badge[{plain(plan.region)}]", width="content")
    link("partnership", "Open partnership", icon="groups", id=plan.partnership_id)
    if plan.session_id:
        link("session", "Open session", icon="event_note", id=plan.session_id)

left, right = st.columns([2, 1], gap="medium")
with left:
    if plan.sentence:
        with st.container(border=True):
            st.caption(f"They asked, {plain(plan.ref)}")
            quote(plan.sentence)
    if may_edit:
        missing_details(plan)
    if not plan.actions:
        st.image(ROOT / "rr/ui/static/growing.svg", width=220)
        st.markdown("No actions yet. Add the first one below: what will be done, who leads, and by when.")
    for action in plan.actions:
        actions.card(action, today=page.today, topics=topics, partnership_id=plan.partnership_id, may_edit=may_edit)
    if may_edit:
        actions.add_form(plan.id, topics, opened=not plan.actions)
with right:
    sidebar.agreement(plan, page.today)
    sidebar.reviews(plan, may_edit=may_edit)
    sidebar.hand_over(plan)
    sidebar.contact(plan, facilitators, page.actor)
    sidebar.ending(plan, page.today)
