"""One action plan. Whoever follows it up fills the gaps, agrees it with the partnership, and hands it over."""

import streamlit as st

from rr.access import Can
from rr.accounts import queries as accounts
from rr.config import ROOT
from rr.plans import queries
from rr.plans.actions import commands
from rr.plans.states import PlanState
from rr.toolkit import queries as toolkit
from rr.ui.kit.act import act, drawn, show_refusal
from rr.ui.kit.markdown import plain, quote
from rr.ui.kit.navigation import link
from rr.ui.kit.page import enter
from rr.ui.plans import gaps as missing
from rr.ui.plans import sidebar as plan_side
from rr.ui.plans.action import LABELS, card
from rr.ui.plans.badges import stands, state_badge

page = enter("plan", Can.READ_PLANS)
with page.reading() as db:
    plan = queries.detail(db, page.record(), actor=page.actor, today=page.today)
    topics = toolkit.topics(db)
    facilitators = accounts.facilitators(db)
may_edit = plan.state is not PlanState.CLOSED  # whoever may read a plan on this page may edit it: the table says so


def add() -> None:
    said = {name: form.value(f"plan_add_{name}") for name in ("title", "lead", "due", "first_step", "topic")}
    said |= {name: said[name] or "" for name in ("title", "lead", "first_step")}
    act(commands.add_action, plan.id, **said, form=form, done="The action is in the plan.")


page.title(plain(plan.partnership), stands(plan))
with st.container(horizontal=True, vertical_alignment="center"):
    st.markdown(f"{state_badge(plan.state)} :gray-badge[{plain(plan.region)}]", width="content")
    link("partnership", "Their whole story", icon="groups", id=plan.partnership_id)
    if plan.session_id:
        link("session", "The session it came from", icon="event_note", id=plan.session_id)

left, right = st.columns([2, 1], gap="medium")
with left:
    if plan.sentence:
        with st.container(border=True):
            st.caption(f"What they asked for, {plain(plan.ref)}")
            quote(plan.sentence)
    if may_edit:
        missing.panel(plan)
    if not plan.actions:
        st.image(ROOT / "rr/ui/static/growing.svg", width=220)
        st.markdown("No actions yet. Add the first one below: what will be done, who leads, and by when.")
    for action in plan.actions:
        card(action, today=page.today, topics=topics, partnership_id=plan.partnership_id, may_edit=may_edit)
    if may_edit:
        form = drawn("plan_add_form")
        with (
            st.expander("Add an action", expanded=not plan.actions, icon=":material/add:"),
            st.form("plan_add_form", border=False),
        ):
            st.text_input(LABELS["title"], key=form.own("plan_add_title", ""))
            one, two = st.columns(2)
            one.text_input(LABELS["lead"], key=form.own("plan_add_lead", ""))
            two.date_input(LABELS["due"], value=None, format="DD/MM/YYYY", key=form.own("plan_add_due", None))
            st.text_input(LABELS["first_step"], key=form.own("plan_add_first_step", ""))
            codes = [None, *topics]
            st.selectbox(
                LABELS["topic"], codes, format_func=lambda code: topics.get(code, "No topic"), key=form.own("plan_add_topic", codes[0])
            )
            show_refusal(form, LABELS)
            st.form_submit_button("Add it", key="plan_add", icon=":material/add:", on_click=add)
with right:
    plan_side.agreeing(plan, page.today)
    plan_side.reviews(plan, may_edit=may_edit)
    plan_side.hand_over(plan)
    plan_side.following_up(plan, facilitators, page.actor)
    plan_side.ending(plan, page.today)
