"""The lists of plans and of actions: their filters, and what of a plan or an action is shown as a row."""

from dataclasses import dataclass, replace
from datetime import date

import streamlit as st

from rr import days
from rr.config import ROOT
from rr.days import say, say_month
from rr.labels import count
from rr.plans.actions.queries import ActionRow
from rr.plans.lists import FilterOptions, PlanCounts, PlanFilters, PlanList, PlanRow
from rr.plans.rules import ActionStatus, tally
from rr.plans.states import PlanState, ReviewDue
from rr.ui.kit import address
from rr.ui.kit.filters import bar
from rr.ui.kit.markdown import quoted
from rr.ui.kit.navigation import link
from rr.ui.kit.rows import Badge, Row, to
from rr.ui.plans import badges

PLANS, ACTIONS = "Plans", "Actions"
OPEN, ALL = "Open", "All"  # beside the states of a plan: drafts and agreed ones, and every one
SHOWN_WORDS = 120  # characters of people's words in a row


@dataclass(frozen=True)
class PlanSelection:
    """What somebody looks at: plans or actions, under which filters."""

    view: str
    filters: PlanFilters

    @property
    def one(self) -> str:
        return "action" if self.view == ACTIONS else "plan"


def sentence(counts: PlanCounts) -> str:
    silent = f" {count(counts.silent, 'has', 'have')} had no update for 30 days." if counts.silent else ""
    return f"{count(counts.agreed, 'plan is', 'plans are')} under way.{silent}"


def needs_options() -> bool:
    """Whether somebody looks at the folded filters, or the address has one of theirs: their options aren't read for every run."""
    return st.session_state.get("plans_more", False) or bool(
        {"plans_region", "plans_topic", "plans_facilitator", "plans_month"} & {*st.query_params}
    )


def choose(options: FilterOptions) -> PlanSelection:
    """The filters in one row; those that are used less, or that a link from the dashboard brings, are folded away."""
    with bar("plans") as f:
        view = f.segments("view", "Show", (PLANS, ACTIONS), default=PLANS, narrows=False) or PLANS
        state = f.segments("state", "State", (OPEN, *PlanState, ALL), default=OPEN)
        named = f.search("name", "Partnership", hint="Any part of a name", width=180)
        dates = "Agreed" if view == PLANS else "Updated"
        with f.more():
            filters = PlanFilters(
                state=state if isinstance(state, PlanState) else None,
                open_only=state == OPEN,
                named=named,
                silent=f.toggle("silent", "No recent update"),
                overdue=f.toggle("overdue", "Actions overdue"),
                region=f.choice("region", "Region", options.regions, none="All regions"),
                topic=f.choice("topic", "Topic", options.topics, none="All topics"),
                facilitator=f.person("facilitator", "Plan contact", options.facilitators),
                status=f.choice("status", "Action status", ActionStatus),
                review=f.choice("review", "Next review", (ReviewDue.OVERDUE, ReviewDue.SOON), none="Any date"),
                since=f.day("from", f"{dates} from"),
                until=f.day("to", f"{dates} until"),
            )
            month = f.choice("month", f"{dates} in", {month: say_month(month) for month in options.months}, none="Any month")
    if month:
        filters = replace(filters, since=month, until=days.month(month)[1])
    return PlanSelection(view, filters)


def summary(chosen: PlanSelection, total: int) -> None:
    """How many match; an empty list says what to do next."""
    narrowed = chosen.filters != PlanFilters(open_only=True)
    if total:
        if narrowed:
            st.caption(f"{count(total, f'{chosen.one} matches', f'{chosen.one}s match')} the filters.")
        return
    st.image(ROOT / "rr/ui/static/growing.svg", width=220)
    if narrowed:
        st.markdown(f"No {chosen.one}s match. Remove a filter to see more.")
    else:
        st.markdown(f"No open {chosen.one}s. A plan is drafted when the first session with actions is written up.")
        link("sessions", "Open sessions", icon="event")


def closed(found: PlanList) -> None:
    """The way to the closed plans that the list leaves out."""
    if found.closed:
        st.button(
            f"Show {count(found.closed, 'closed plan')}",
            key="plans_closed",
            icon=":material/history:",
            type="tertiary",
            on_click=address.write,
            args=("plans_state", PlanState.CLOSED.label),
        )


def plan_row(plan: PlanRow) -> Row:
    """A plan in two lines. A date that a badge stands for isn't said again."""
    late = Badge(f"{plan.overdue:,} overdue", "orange", "schedule") if plan.overdue else None
    shown = (Badge.of(plan.state), badges.silent(plan.silent_days), late, badges.review(plan.review))
    return Row(
        plan.id,
        plan.partnership,
        to("plan", id=plan.id),
        detail=(" · ".join((plan.region, plan.contact or "No plan contact", tally(plan.counts) or "no actions yet", *_date(plan))),),
        badges=tuple(badge for badge in shown if badge is not None),
    )


def _date(plan: PlanRow) -> tuple[str, ...]:
    """The one date that matters most: when it was closed, what comes next, or its end."""
    if plan.closed_on:
        return (f"closed {say(plan.closed_on)}",)
    if plan.review is ReviewDue.LATER and plan.next_review_on:
        return (f"next review {say(plan.next_review_on)}",)
    return (f"ends {say(plan.ends_on)}",) if plan.ends_on and plan.review is None else ()


def action_row(action: ActionRow, today: date) -> Row:
    support = badges.support_waiting() if action.support_waiting else None
    shown = (badges.status(action.status, action.status_on, action.urgency), badges.due(action.urgency, action.due, today), support)
    lead = f"Lead: {action.lead}" if action.lead else "No lead"
    by = f"by {say(action.due)}" if action.due else "no date"
    return Row(
        action.id,
        action.title,
        to("plan", id=action.plan_id),
        detail=(" · ".join((action.partnership, lead, by)),),
        words=quoted(action.words, long=SHOWN_WORDS) if action.words else "",
        badges=tuple(badge for badge in shown if badge is not None),
    )
