"""Action plans. Whoever follows plans up sees where each one stands, which went quiet, and what is due."""

import streamlit as st

from rr.access import Can
from rr.labels import count
from rr.plans import lists
from rr.plans.actions import queries as actions
from rr.plans.lists import PlanFilters
from rr.toolkit import queries as toolkit
from rr.ui.kit.page import enter
from rr.ui.plans import listing as plan_lists

page = enter("plans", Can.READ_PLANS)
with page.reading() as db:
    options = lists.filter_options(db, actor=page.actor)
    topics = toolkit.topics(db)
    every = lists.counts(db, actor=page.actor, today=page.today)

quiet = f" {count(every.silent, 'plan has', 'plans have')} had no word for 30 days." if every.silent else ""
page.title("Action plans", f"{count(every.agreed, 'plan is', 'plans are')} under way.{quiet}")
chosen = plan_lists.filters(page, options, topics)
what = "action" if st.session_state["plans_view"] == "Actions" else "plan"


def draw_plans() -> int:
    shown = st.container()  # above the pages' numbers, which say what it shows
    with page.reading() as db:
        total = lists.listed(db, chosen, actor=page.actor, today=page.today).total
        number = plan_lists.page_number(total)
        rows = lists.listed(db, chosen, actor=page.actor, today=page.today, page=number).rows
    with shown:
        for row in rows:
            plan_lists.plan_card(row, page.today)
    return total


def draw_actions() -> int:
    shown = st.container()  # above the pages' numbers, which say what it shows
    with page.reading() as db:
        total = actions.listed(db, chosen, actor=page.actor, today=page.today).total
        number = plan_lists.page_number(total)
        rows = actions.listed(db, chosen, actor=page.actor, today=page.today, page=number).rows
    with shown:
        for row in rows:
            plan_lists.action_card(row, page.today)
    return total


how_many = st.empty()
total = draw_actions() if what == "action" else draw_plans()
if not total:
    plan_lists.nothing(chosen != PlanFilters(), f"{what}s")
elif chosen != PlanFilters():
    how_many.caption(f"{count(total, what)} like that.")
