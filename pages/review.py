"""A review. Whoever calls the partnership taps how each action goes, notes their words, and finishes: ten clicks for eight actions."""

import streamlit as st

from rr.access import Can
from rr.days import say
from rr.plans import queries
from rr.ui.kit.markdown import plain
from rr.ui.kit.navigation import link
from rr.ui.kit.page import enter
from rr.ui.plans.review import call
from rr.ui.plans.words import progress

page = enter("review", Can.EDIT_PLANS)
with page.reading() as db:
    plan = queries.detail(db, queries.plan_of_review(db, page.record(), actor=page.actor), actor=page.actor, today=page.today)
review = next(review for review in plan.reviews if review.id == page.record())
when = f"was held on {say(review.held_on)}" if review.held_on else f"is due on {say(review.due_on)}"
ends = f" The plan ends on {say(plan.ends_on)}." if plan.ends_on else ""

page.title(
    f"Review after {review.kind.label.lower()}: {plain(plan.partnership)}",
    f"{progress(plan.counts)}. This review {when}.{ends}",
)
with st.container(horizontal=True):
    link("plan", "Open plan", icon="checklist", id=plan.id)
    link("partnership", "Open partnership", icon="groups", id=plan.partnership_id)
call(page, plan.id, review.id)
