"""A review as a call: every action one tap, saved at once, with the question it raises asked right there."""

import streamlit as st

from rr.config import ROOT
from rr.days import say
from rr.labels import count
from rr.plans import queries
from rr.plans.drafts import ReviewDraft
from rr.plans.queries import ActionView, PlanDetail, ReviewView
from rr.plans.reviews.commands import finish_review
from rr.plans.rules import ActionStatus
from rr.plans.states import is_open
from rr.ui.kit.act import act, show_news
from rr.ui.kit.form import form_for
from rr.ui.kit.markdown import quote
from rr.ui.kit.navigation import link
from rr.ui.kit.page import Page
from rr.ui.plans import words
from rr.ui.plans.action import ask_for_support, last_words, question, status_buttons


@st.fragment
def call(page: Page, plan_id: int, review_id: int) -> None:
    """The actions of the plan, those still open first, and the end of the review. Redrawn alone after each tap."""
    with page.reading() as db:
        queries.plan_of_review(db, review_id, actor=page.actor)  # refuses one that was undone meanwhile
        plan = queries.detail(db, plan_id, actor=page.actor, today=page.today)
    review = next(review for review in plan.reviews if review.id == review_id)
    show_news("review")
    asked = [action for action in plan.actions if is_open(_before(action, review_id))]
    finished = [action for action in plan.actions if not is_open(_before(action, review_id))]
    reviewed = sum(action.update_in(review_id) is not None for action in asked)
    if asked and review.held_on is None:
        st.progress(reviewed / len(asked), text=f"{reviewed} of {len(asked)} reviewed")
    if not plan.actions:
        st.markdown("The plan has no actions. Open it and add what they want to do next.")
    for action in asked:
        _action(action, review_id, page, may_tap=plan.closed_on is None)
    if finished:
        with st.expander(f"{count(len(finished), 'action')} finished before this review", icon=":material/check_circle:"):
            for action in finished:
                _action(action, review_id, page, may_tap=plan.closed_on is None)
    _end(plan, review)


def _before(action: ActionView, review_id: int) -> ActionStatus:
    """How the action stood when this review began."""
    return next((update.before for update in action.updates if update.review_id == review_id), action.status)


def _action(action: ActionView, review_id: int, page: Page, *, may_tap: bool) -> None:
    update = action.update_in(review_id)
    with st.container(border=True, key=f"review_action_{action.id}"):
        st.markdown(words.action(action, page.today, with_status=update is None))
        if update is None:
            last_words(action)
        if not may_tap:
            return
        status_buttons(action, f"review_status_{action.id}", update.status if update else None, review_id)
        if update is not None:
            question(action, update, "review")
            ask_for_support(action, update, f"review_ask_{action.id}")


def _end(plan: PlanDetail, review: ReviewView) -> None:
    if review.held_on is not None:
        st.image(ROOT / "rr/ui/static/bunting.svg", width=260)
        upcoming = plan.next_review
        after = f" The next one is on {say(upcoming.due_on)}." if upcoming else " It was the last one."
        st.markdown(f"**The review is finished.**{after} You can still update an action.")
        if review.words:
            quote(review.words)
        link("plan", "Open plan", icon="checklist", id=plan.id)
        return
    if plan.closed_on is not None:
        st.markdown("The plan is closed, so the review can't be finished.")
        return
    form = form_for(ReviewDraft, "review", name=f"review_end_{review.id}")

    def finish() -> None:
        act(finish_review, review.id, **form.values(), form=form, done="Review finished.")

    with form.fields():
        form.area("words", key="note", height=80)
        form.submit("Finish review", finish, key="finish", type="primary", icon=":material/done_all:")
