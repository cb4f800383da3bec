"""Sessions in a list: the next one with everything to know before going there, and the rest in short."""

import streamlit as st

from rr import clock, days
from rr.access import Actor, Can, Scope, scope
from rr.config import ROOT
from rr.sessions import queries
from rr.sessions.queries import Agenda, Facts, Filters, Listing, SessionRow
from rr.sessions.rules import Stage
from rr.ui import agenda as agenda_ui
from rr.ui import session_facts
from rr.ui.page import Page
from rr.ui.pages import go, link
from rr.ui.words import count, plain

WAITS = {
    Stage.TO_FINISH: ("session is over and waits to be finished", "sessions are over and wait to be finished"),
    Stage.TO_ARRANGE: ("has no date yet", "have no date yet"),
    Stage.COMING: ("is coming", "are coming"),
}


def stands(counts: dict[Stage, int]) -> str:
    """Where all sessions stand, in one sentence."""
    said = [f"{counts[stage]} {one if counts[stage] == 1 else many}" for stage, (one, many) in WAITS.items() if counts[stage]]
    if not said:
        return "Nothing waits and nothing is coming."
    return (", ".join(said[:-1]) + " and " + said[-1] if len(said) > 1 else said[0]) + "."


def next_card(facts: Facts, agenda: Agenda, page: Page) -> None:
    """The session that somebody goes to next."""
    with st.container(border=True):
        st.caption(f"Your next session, {session_facts.away(facts.day, page.today)}" if facts.day else "Your next session")
        st.header(plain(facts.partnership), anchor=False)
        if facts.starts_at is not None:
            st.markdown(f"**{session_facts.when(facts.starts_at, facts.minutes)}**")
        left, right = st.columns([3, 2], gap="large")
        with left:
            session_facts.glance(facts)
        with right:
            agenda_ui.timetable(agenda)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(
                "Go to the session",
                key="sessions_live",
                type="primary",
                icon=":material/edit_note:",
                on_click=go,
                args=("live",),
                kwargs={"id": facts.id},
            )
            link("session", "Open it", icon="event_note", id=facts.id)


def filters(page: Page, regions: list[str], facilitators: list[tuple[int, str]]) -> Filters:
    """What the list is narrowed to, kept in the address. Whoever only sees their own needs the first of them alone."""
    everything = scope(page.actor, Can.READ_SESSIONS) is Scope.ALL
    with st.container(horizontal=True, vertical_alignment="bottom"):
        stage = st.selectbox(
            "State",
            [stage.label for stage in Stage],
            index=None,
            placeholder="All states",
            key="sessions_state",
            bind="query-params",
            width=200,
        )
        region, name = None, None
        if everything:
            region = st.selectbox(
                "Region", regions, index=None, placeholder="All regions", key="sessions_region", bind="query-params", width=240
            )
            name = st.selectbox(
                "Facilitator",
                list(dict.fromkeys(name for _, name in facilitators)),
                index=None,
                placeholder="Anybody",
                key="sessions_facilitator",
                bind="query-params",
                width=240,
            )
    return Filters(
        stage=next((one for one in Stage if one.label == stage), None),
        region=region,
        facilitator_id=next((number for number, known in facilitators if known == name), None),
    )


def pages(total: int) -> int:
    """Which page of the list is shown; the control is drawn when there is more than one."""
    number = -(-total // queries.PAGE)
    return st.pagination(number, key="sessions_page", bind="query-params") if number > 1 else 1


def listing(found: Listing, page: Page) -> None:
    """The rows, under a heading for each state."""
    shown = None
    for row in found.rows:
        if row.stage is not shown:
            shown = row.stage
            st.subheader(f"{shown.label} ({found.counts[shown]})", anchor=False)
        _row(row, page)


def _row(row: SessionRow, page: Page) -> None:
    with st.container(border=True), st.container(horizontal=True, vertical_alignment="center"):
        with st.container(width=300, gap=None):
            st.markdown(f"**{plain(row.partnership)}**")
            st.caption(plain(row.region))
        with st.container(width="stretch", gap=None):
            st.markdown(_when(row, page))
            st.caption(_who(row))
        link("session", "Finish it" if row.stage is Stage.TO_FINISH else "Open it", icon="event_note", id=row.id)


def _when(row: SessionRow, page: Page) -> str:
    if row.held_on is not None:
        return f"Held on {days.say(row.held_on)}"
    if row.starts_at is None or row.day is None:
        return "No date yet"
    at = f"{row.starts_at.astimezone(clock.LONDON):%H:%M}"
    return f"{days.say(row.day)}, {at} :gray[({session_facts.away(row.day, page.today)})]"


def _who(row: SessionRow) -> str:
    people = count(row.head_count, "person", "people") if row.head_count is not None else ""
    if not people and row.people is not None:
        people = f"{count(row.people, 'person', 'people')} expected"
    place = row.place or session_facts.meets(row.format)
    who = " and ".join(row.facilitators) or "No facilitator yet"
    return " · ".join(plain(words) for words in (who, place, people) if words)


def nothing(actor: Actor, *, filtered: bool) -> None:
    """No session to show, and what to do next."""
    if filtered:
        st.markdown("No session fits these filters. Take one away to see more.")
        return
    st.image(ROOT / "rr/ui/static/growing.svg", width=260, alt="")
    if scope(actor, Can.TRIAGE) is Scope.NONE:
        st.markdown("No session is yours yet. Support staff name who facilitates; until then, look around the toolkit.")
        link("toolkit", "Open the toolkit", icon="handyman")
    else:
        st.markdown("There is no session yet. Accepting a request makes one, with its agenda.")
        link("requests", "Go to the requests", icon="inbox")
