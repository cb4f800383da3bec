"""The lists of plans and of actions: their filters, which live in the address, and their rows."""

from datetime import date
from typing import Any

import streamlit as st

from rr.config import ROOT
from rr.days import say
from rr.labels import count
from rr.plans.actions.queries import ActionRow
from rr.plans.lists import PER_PAGE, FilterOptions, PlanFilters, PlanRow
from rr.plans.rules import ActionStatus
from rr.plans.states import PlanState, ReviewDue
from rr.ui.kit.markdown import plain, quote
from rr.ui.kit.navigation import link
from rr.ui.kit.page import Page
from rr.ui.kit.segments import segments
from rr.ui.plans.badges import badge, due_badge, progress, state_badge, status_badge

VIEWS = ["Plans", "Actions"]
REVIEWS = {ReviewDue.OVERDUE: "Review overdue", ReviewDue.SOON: "Review this week"}


def filters(page: Page, options: FilterOptions, topics: dict[str, str]) -> PlanFilters:
    """One row of filters. Those that a link from the figures brings are in the panel, which says how many are set."""
    with st.container(horizontal=True, vertical_alignment="center"):
        segments("Show", VIEWS, str, key="plans_view", default=VIEWS[0], in_address=True)
        state = segments("State", PlanState, lambda one: one.label, key="plans_state", in_address=True)
        silent = st.toggle("Without word", key="plans_silent", bind="query-params")
        with st.popover(_more(), icon=":material/tune:"):
            overdue = st.toggle("With actions overdue", key="plans_overdue", bind="query-params")
            region = _choice("Region", "plans_region", list(options.regions), {})
            topic = _choice("Topic", "plans_topic", list(topics), topics)
            facilitator = _facilitator(page, options)
            status = _choice("Actions that are", "plans_status", list(ActionStatus), {one: one.label for one in ActionStatus})
            review = _choice("Next review", "plans_review", list(ReviewDue), REVIEWS)
            since = st.date_input("From", value=None, format="DD/MM/YYYY", key="plans_from", bind="query-params")
            until = st.date_input("To", value=None, format="DD/MM/YYYY", key="plans_to", bind="query-params")
    return PlanFilters(state, region, topic, facilitator, status, silent, overdue, review, since, until)


def _more() -> str:
    keys = ("plans_overdue", "plans_region", "plans_topic", "plans_facilitator", "plans_status", "plans_review", "plans_from", "plans_to")
    number = sum(key in st.query_params for key in keys)  # what is at its default isn't in the address
    return f"More filters ({number} set)" if number else "More filters"


def _choice(label: str, key: str, options: list[Any], words: dict[Any, str]) -> Any:
    return st.selectbox(
        label, [None, *options], format_func=lambda one: "All" if one is None else words.get(one, one), key=key, bind="query-params"
    )


def _facilitator(page: Page, options: FilterOptions) -> int | None:
    """By account, not by name: names don't go into addresses."""
    names = options.facilitators
    asked = page.param("plans_facilitator")
    st.session_state["plans_facilitator"] = asked if asked in names else None
    return st.selectbox(
        "Followed up by",
        [None, *names],
        format_func=lambda one: names.get(one, "Everybody"),
        key="plans_facilitator",
        on_change=_to_address,
    )


def _to_address() -> None:
    chosen = st.session_state["plans_facilitator"]
    if chosen is None:
        st.query_params.pop("plans_facilitator", None)
    else:
        st.query_params["plans_facilitator"] = str(chosen)


def page_number(total: int) -> int:
    """Which page of the list; draws the pages' numbers if there is more than one."""
    pages = -(-total // PER_PAGE)
    return st.pagination(pages, key="plans_page", bind="query-params") if pages > 1 else 1


def nothing(narrowed: bool, what: str) -> None:
    """An empty list says what to do next."""
    st.image(ROOT / "rr/ui/static/growing.svg", width=220)
    if narrowed:
        st.markdown(f"No {what} like that. Take a filter away to see more.")
    else:
        st.markdown(f"No {what} yet. A plan grows from the first session that is finished with actions.")
        link("sessions", "Go to the sessions", icon="event")


def plan_card(row: PlanRow, today: date) -> None:
    """One plan: whose, where it stands, what comes next."""
    with st.container(border=True, key=f"plans_row_{row.id}"):
        who = f" · followed up by {plain(row.contact)}" if row.contact else " · nobody follows it up yet"
        lines = [f"**{plain(row.partnership)}**", " ".join(_plan_badges(row, today)), f"{progress(row.counts)}."]
        _with_link("  \n".join(lines), f"{plain(row.region)}{who}{_dates(row)}", row.id)


def _with_link(words: str, facts: str, plan_id: int) -> None:
    said, way = st.columns([4, 1], vertical_alignment="center", gap="small")
    with said, st.container(gap=None):
        st.markdown(words)
        st.caption(facts)
    with way:
        link("plan", "Open the plan", icon="arrow_forward", id=plan_id)


def _plan_badges(row: PlanRow, today: date) -> list[str]:
    badges = [state_badge(row.state)]
    if row.silent_days is not None:
        badges.append(badge(f"No word for {count(row.silent_days, 'day')}", "orange", "hearing_disabled"))
    if row.overdue and row.state is not PlanState.CLOSED:
        badges.append(badge(f"{row.overdue} overdue", "orange", "schedule"))
    if row.next_review_on is not None and row.next_review_on < today:
        badges.append(badge("Review overdue", "orange", "event_busy"))
    return badges


def _dates(row: PlanRow) -> str:
    dates = [
        f"next review {say(row.next_review_on)}" if row.next_review_on else "",
        f"ends {say(row.ends_on)}" if row.ends_on and row.state is PlanState.AGREED else "",
        f"closed {say(row.closed_on)}" if row.closed_on else "",
        f"last word {say(row.last_update_on)}" if row.last_update_on else "",
    ]
    return "".join(f" · {words}" for words in dates if words)


def action_card(row: ActionRow, today: date) -> None:
    """One action: what, whose, how it goes, and the last that was said."""
    with st.container(border=True, key=f"plans_action_{row.id}"):
        badges = [status_badge(row.status), due_badge(row.urgency, row.due, today)]
        if row.support_waiting:
            badges.append(badge("Support needed", "orange", "handshake"))
        lead = f"{plain(row.lead)} leads" if row.lead else "nobody leads yet"
        by = f", by {say(row.due)}" if row.due else ""
        facts = f"{plain(row.partnership)} · {plain(row.region)} · {lead}{by}"
        _with_link("  \n".join([f"**{plain(row.title)}**", " ".join(filter(None, badges))]), facts, row.plan_id)
        if row.words:
            quote(row.words, long=200)
