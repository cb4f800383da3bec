"""Beside a plan's actions: agreeing it, its reviews, what is handed over, its contact, and its end."""

from datetime import date

import streamlit as st

from rr.access import Actor, Can, Scope, scope
from rr.days import say
from rr.plans import commands
from rr.plans.drafts import AgreementDraft, ClosingDraft, PlanContactDraft, ReviewDateDraft
from rr.plans.queries import PlanDetail, ReviewView
from rr.plans.reviews.commands import move_review
from rr.plans.states import PlanState
from rr.ui.kit.act import act
from rr.ui.kit.form import form_for
from rr.ui.kit.markdown import plain
from rr.ui.kit.navigation import go, link
from rr.ui.kit.popover_form import panel
from rr.ui.kit.rows import Badge
from rr.ui.plans import badges


def agreement(plan: PlanDetail, today: date) -> None:
    """A draft is agreed on the day that the partnership said yes."""
    if plan.state is not PlanState.DRAFT:
        return
    form = form_for(AgreementDraft, "plan", name=f"plan_agree_form_{plan.id}")

    def agree() -> None:
        act(commands.agree, plan.id, **form.values(), form=form, done="The plan is agreed, and its three reviews are set.")

    with st.container(border=True, key="plan_agreeing"):
        st.header("Agree the plan", anchor=False)
        st.markdown("The plan ends six months after the date below, and three reviews are set.")
        with form.fields():
            form.date("agreed_on", first=today, max_value=today)
            form.submit("Mark as agreed", agree, key="agree", type="primary", icon=":material/handshake:")


def reviews(plan: PlanDetail, *, may_edit: bool) -> None:
    """The three reviews; the next one can be started here, and each that is to come can be moved."""
    if not plan.reviews:
        return
    with st.container(border=True, key="plan_reviews"):
        st.header("Reviews", anchor=False)
        for review in plan.reviews:
            _review(review, is_next=review == plan.next_review, may_edit=may_edit and plan.state is PlanState.AGREED)


def _review(review: ReviewView, *, is_next: bool, may_edit: bool) -> None:
    day = f"held on {say(review.held_on)}" if review.held_on else say(review.due_on)
    late = badges.in_markdown(Badge("Overdue", "orange", "schedule")) if review.overdue else ""
    icon = "check_circle" if review.held_on else "event"
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f":material/{icon}: **{review.kind.label}**  \n{day} {late}", width="stretch")
        if may_edit and review.held_on is None:
            _move(review)
        if review.held_on is not None:
            link("review", "Open review", id=review.id)
    if may_edit and is_next:
        st.button(
            "Start review",
            key=f"plan_review_{review.id}",
            type="primary",
            icon=":material/call:",
            width="stretch",
            on_click=go,
            args=("review",),
            kwargs={"id": review.id},
        )


def _move(review: ReviewView) -> None:
    key = f"plan_move_{review.id}"
    with panel("Move", key, review, icon="edit_calendar", draft=ReviewDateDraft, prefix="plan_move", id=review.id, quiet=True) as form:
        if form is None:
            return

        def move() -> None:
            act(move_review, review.id, **form.values(), was=form.base["due_on"], form=form, done="Review moved.")

        with form.fields():
            form.date("due_on", key="day")
            form.submit("Move review", move)


def hand_over(plan: PlanDetail) -> None:
    """The plan as a document that the partnership keeps."""
    with st.container(border=True, key="plan_documents"):
        st.header("For the partnership", anchor=False)
        st.markdown("The plan, their own words and everything used, to read, print and change.")
        st.link_button("Word document", f"/files/plan/{plan.id}.docx", icon=":material/description:", width="stretch")
        st.link_button("Large print", f"/files/plan/{plan.id}.docx?print=large", icon=":material/text_increase:", width="stretch")


def contact(plan: PlanDetail, facilitators: list[tuple[int, str]], actor: Actor) -> None:
    """Who follows the plan up; support staff and managers name them."""
    with st.container(border=True, key="plan_follow_up"):
        st.header("Plan contact", anchor=False)
        st.markdown(plain(plan.contact) if plan.contact else "No plan contact yet.")
        if scope(actor, Can.NAME_FACILITATORS) is Scope.NONE:
            return
        with panel(
            "Change",
            "plan_name_lead",
            {"lead_id": plan.lead_id},
            icon="person_edit",
            draft=PlanContactDraft,
            prefix="plan",
            record=plan.id,
            quiet=True,
        ) as form:
            if form is None:
                return

            def save() -> None:
                act(commands.name_lead, plan.id, **form.values(), base=form.base, form=form, done="Saved.")

            names = dict(facilitators) | ({plan.lead_id: plan.contact} if plan.lead_id is not None else {})
            with form.fields():
                form.choice("lead_id", names, key="lead")
                form.submit("Save", save, key="lead_save")


def ending(plan: PlanDetail, today: date) -> None:
    """Closing a plan, reopening it, and undoing an agreement that was a slip."""
    if plan.state is PlanState.CLOSED:
        st.button(
            "Reopen plan", key="plan_reopen", on_click=act, args=(commands.reopen, plan.id), kwargs={"done": "The plan is open again."}
        )
        return
    with st.container(horizontal=True):
        with panel("Close plan", "plan_closing", icon="inventory_2", draft=ClosingDraft, prefix="plan", record=plan.id, quiet=True) as form:
            if form is not None:

                def close() -> None:
                    act(commands.close, plan.id, **form.values(), form=form, done="The plan is closed.")

                with form.fields():
                    form.date("closed_on", first=today, max_value=today)
                    form.text("why", key="closed_why")
                    form.submit("Close plan", close, key="close")
        if plan.state is PlanState.AGREED and not any(review.held_on for review in plan.reviews):
            st.button(
                "Undo agreement",
                key="plan_undo_agreement",
                type="tertiary",
                icon=":material/undo:",
                on_click=act,
                args=(commands.undo_agreement, plan.id),
                kwargs={"done": "The plan is a draft again."},
            )
