"""A review as a call: every action one tap, saved at once, with the question it raises asked right there."""

import streamlit as st

from rr.config import ROOT
from rr.days import say
from rr.labels import count
from rr.plans import queries
from rr.plans.queries import ActionView, PlanDetail, ReviewView
from rr.plans.reviews import commands
from rr.plans.rules import CLOSED
from rr.ui.kit.act import Drawn, act, drawn, show_news, show_refusal
from rr.ui.kit.markdown import quote
from rr.ui.kit.navigation import link
from rr.ui.kit.page import Page
from rr.ui.plans.action import ask_for_help, heading, last_words, question, taps


@st.fragment
def call(page: Page, plan_id: int, review_id: int) -> None:
    """The actions of the plan, those still open first, and the end of the review. Redrawn alone after each tap."""
    with page.reading() as db:
        plan = queries.detail(db, plan_id, actor=page.actor, today=page.today)
    review = next(review for review in plan.reviews if review.id == review_id)
    show_news()
    begun = {action.id: _before(action, review_id) for action in plan.actions}
    asked = [action for action in plan.actions if begun[action.id] not in CLOSED]
    finished = [action for action in plan.actions if begun[action.id] in CLOSED]
    said = sum(action.update_in(review_id) is not None for action in asked)
    if asked and review.held_on is None:
        st.progress(said / len(asked), text=f"{said} of {count(len(asked), 'action')} said")
    if not plan.actions:
        st.markdown("The plan has no actions. Open it and add what they want to do next.")
    for action in asked:
        _action(action, review_id, page, may_tap=plan.closed_on is None)
    if finished:
        with st.expander(f"{count(len(finished), 'action')} finished before this review", icon=":material/check_circle:"):
            for action in finished:
                _action(action, review_id, page, may_tap=plan.closed_on is None)
    _end(plan, review)


def _before(action: ActionView, review_id: int) -> object:
    """How the action stood when this review began."""
    return next((said.before for said in action.updates if said.review_id == review_id), action.status)


def _action(action: ActionView, review_id: int, page: Page, *, may_tap: bool) -> None:
    said = action.update_in(review_id)
    with st.container(border=True, key=f"review_action_{action.id}"):
        st.markdown(heading(action, page.today, status=said is None))
        if said is None:
            last_words(action)
        if not may_tap:
            return
        taps(action, f"review_status_{action.id}", said.status if said else None, review_id)
        if said is not None:
            question(action, said, f"review_words_{action.id}")
            ask_for_help(action, said, f"review_ask_{action.id}")


def _end(plan: PlanDetail, review: ReviewView) -> None:
    if review.held_on is not None:
        st.image(ROOT / "rr/ui/static/bunting.svg", width=260)
        upcoming = plan.next_review
        after = f" The next one is on {say(upcoming.due_on)}." if upcoming else " It was the last one."
        st.markdown(f"**The review is finished.**{after} What you say about an action is still kept.")
        if review.words:
            quote(review.words)
        link("plan", "Back to the plan", icon="checklist", id=plan.id)
        return
    if plan.closed_on is not None:
        st.markdown("The plan is closed, so nothing more is kept here.")
        return
    form = drawn("review_end")
    st.text_area("Anything else that was said", key=form.own("review_note", ""), height=80)
    show_refusal(form)
    st.button(
        "Finish the review", key="review_finish", type="primary", icon=":material/done_all:", on_click=_finish, args=(review.id, form)
    )


def _finish(review_id: int, form: Drawn) -> None:
    act(commands.finish_review, review_id, words=form.value("review_note") or "", form=form, done="The review is finished.")
