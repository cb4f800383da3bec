"""Beside a plan's actions: agreeing it, its reviews, what is handed over, and who follows it up."""

from datetime import date

import streamlit as st

from rr.access import Actor, Can, Scope, scope
from rr.days import say
from rr.plans import commands
from rr.plans.queries import PlanDetail, ReviewView
from rr.plans.reviews import commands as reviews_commands
from rr.plans.states import PlanState
from rr.ui.kit.act import Drawn, act, drawn, show_refusal
from rr.ui.kit.markdown import plain
from rr.ui.kit.navigation import go, link
from rr.ui.kit.popover_form import closing, panel

LABELS = {"agreed_on": "Agreed on", "due_on": "Day of the review", "closed_on": "Closed on", "why": "Why", "lead_id": "Who follows it up"}


def agreeing(plan: PlanDetail, today: date) -> None:
    """A draft is agreed on the day that the partnership said yes."""
    if plan.state is not PlanState.DRAFT:
        return
    form = drawn("plan_agree_form")
    with st.container(border=True, key="plan_agreeing"):
        st.subheader("Agree the plan", anchor=False)
        st.markdown("It ends six months after that day, and three reviews are set.")
        with st.form("plan_agree_form", border=False):
            st.date_input(LABELS["agreed_on"], value=today, max_value=today, format="DD/MM/YYYY", key=form.own("plan_agreed_on", today))
            show_refusal(form, LABELS)
            st.form_submit_button(
                "The partnership agrees",
                key="plan_agree",
                type="primary",
                icon=":material/handshake:",
                on_click=_agree,
                args=(plan.id, form),
            )


def _agree(plan_id: int, form: Drawn) -> None:
    day = form.value("plan_agreed_on")
    if day is not None:
        act(commands.agree, plan_id, day, form=form, done="The plan is agreed, and its three reviews are set.")


def reviews(plan: PlanDetail, *, may_edit: bool) -> None:
    """The three reviews; the next one can be begun here, and each that is to come can be moved."""
    if not plan.reviews:
        return
    with st.container(border=True, key="plan_reviews"):
        st.subheader("Reviews", anchor=False)
        for review in plan.reviews:
            _review(review, is_next=review == plan.next_review, may_edit=may_edit and plan.state is PlanState.AGREED)


def _review(review: ReviewView, *, is_next: bool, may_edit: bool) -> None:
    day = f"held on {say(review.held_on)}" if review.held_on else say(review.due_on)
    late = " :orange-badge[:material/schedule: Its day has passed]" if review.overdue else ""
    icon = "check_circle" if review.held_on else "event"
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f":material/{icon}: **{review.kind.label}**  \n{day}{late}", width="stretch")
        if may_edit and review.held_on is None:
            with panel("Move", f"plan_move_{review.id}", {"due_on": review.due_on}, icon="edit_calendar", quiet=True) as form:
                if form is not None:
                    _move(review, form)
        if review.held_on is not None:
            link("review", "What was said", id=review.id)
    if may_edit and is_next:
        st.button(
            "Begin the review",
            key=f"plan_review_{review.id}",
            type="primary",
            icon=":material/call:",
            width="stretch",
            on_click=go,
            args=("review",),
            kwargs={"id": review.id},
        )


def _move(review: ReviewView, form: Drawn) -> None:
    key = form.own(f"plan_move_day_{review.id}", form.base["due_on"])
    with st.form(f"plan_move_form_{review.id}", border=False):
        st.date_input(LABELS["due_on"], value=form.base["due_on"], format="DD/MM/YYYY", key=key)
        show_refusal(form, LABELS)
        st.form_submit_button("Move it", key=f"plan_move_save_{review.id}", on_click=_moved, args=(review.id, form, key))


def _moved(review_id: int, form: Drawn, key: str) -> None:
    if (day := form.value(key)) is not None:
        after = closing(f"plan_move_{review_id}")
        act(reviews_commands.move_review, review_id, day, was=form.base["due_on"], form=form, done="The review was moved.", after=after)


def hand_over(plan: PlanDetail) -> None:
    """The plan as a document that the partnership keeps."""
    with st.container(border=True, key="plan_documents"):
        st.subheader("For the partnership", anchor=False)
        st.markdown("The plan, their own words and everything used, to read, print and change.")
        st.link_button("Word document", f"/files/plan/{plan.id}.docx", icon=":material/description:", width="stretch")
        st.link_button("Large print", f"/files/plan/{plan.id}.docx?print=large", icon=":material/text_increase:", width="stretch")


def following_up(plan: PlanDetail, facilitators: list[tuple[int, str]], actor: Actor) -> None:
    """Who follows the plan up; support staff and managers name them."""
    with st.container(border=True, key="plan_follow_up"):
        st.subheader("Who follows it up", anchor=False)
        st.markdown(plain(plan.contact) if plan.contact else "Nobody is named yet.")
        if scope(actor, Can.NAME_FACILITATORS) is Scope.NONE:
            return
        with panel("Name somebody", "plan_name_lead", {"lead_id": plan.lead_id}, icon="person_edit", quiet=True) as form:
            if form is None:
                return
            names = dict(facilitators)
            ids = [None, *names]
            st.selectbox(
                LABELS["lead_id"],
                ids,
                index=ids.index(form.base["lead_id"]) if form.base["lead_id"] in ids else 0,
                format_func=lambda one: names.get(one, "Nobody"),
                key=form.own("plan_lead", form.base["lead_id"] if form.base["lead_id"] in ids else ids[0]),
            )
            show_refusal(form, LABELS)
            st.button("Keep", key="plan_lead_save", on_click=_named, args=(plan.id, form))


def _named(plan_id: int, form: Drawn) -> None:
    after = closing("plan_name_lead")
    act(commands.name_lead, plan_id, form.value("plan_lead"), base=form.base, form=form, done="Kept.", after=after)


def ending(plan: PlanDetail, today: date) -> None:
    """Closing a plan, opening it again, and taking back an agreement that was a slip."""
    if plan.state is PlanState.CLOSED:
        st.button(
            "Open the plan again", key="plan_reopen", on_click=act, args=(commands.reopen, plan.id), kwargs={"done": "It is open again."}
        )
        return
    with st.container(horizontal=True):
        with panel("Close the plan", "plan_closing", {}, icon="inventory_2", quiet=True) as form:
            if form is not None:
                with st.form("plan_close_form", border=False):
                    st.date_input(
                        LABELS["closed_on"], value=today, max_value=today, format="DD/MM/YYYY", key=form.own("plan_closed_on", today)
                    )
                    st.text_input(LABELS["why"], key=form.own("plan_closed_why", ""), max_chars=200)
                    show_refusal(form, LABELS)
                    st.form_submit_button("Close the plan", key="plan_close", on_click=_closed, args=(plan.id, form))
        if plan.state is PlanState.AGREED and not any(review.held_on for review in plan.reviews):
            st.button(
                "Not agreed after all",
                key="plan_take_back",
                type="tertiary",
                icon=":material/undo:",
                on_click=act,
                args=(commands.undo_agreement, plan.id),
                kwargs={"done": "The plan is a draft again."},
            )


def _closed(plan_id: int, form: Drawn) -> None:
    if (day := form.value("plan_closed_on")) is not None:
        why = form.value("plan_closed_why") or ""
        act(commands.close, plan_id, day, why, form=form, done="The plan is closed.", after=closing("plan_closing"))
