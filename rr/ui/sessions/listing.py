"""Sessions in a list: the next one with everything to know before going there, and the rest in short."""

from itertools import groupby

import streamlit as st

from rr import clock, days
from rr.access import Actor, Can, Scope, scope
from rr.config import ROOT
from rr.labels import count
from rr.sessions import lists
from rr.sessions.lists import Filters, Listing, SessionRow
from rr.sessions.queries import Agenda, Facts
from rr.sessions.states import SessionStage
from rr.ui.kit.markdown import plain
from rr.ui.kit.navigation import go, link
from rr.ui.kit.page import Page
from rr.ui.sessions import agenda as agenda_ui
from rr.ui.sessions import facts as session_facts

OVER = (SessionStage.FINISHED, SessionStage.CANCELLED)
WAITS = {
    SessionStage.TO_FINISH: ("is over and waits to be finished", "are over and wait to be finished"),
    SessionStage.TO_ARRANGE: ("has no date yet", "have no date yet"),
    SessionStage.COMING: ("is coming", "are coming"),
}


def stands(counts: dict[SessionStage, int]) -> str:
    """Where all sessions stand, in one sentence."""
    said = [f"{counts[stage]:,} {one if counts[stage] == 1 else many}" for stage, (one, many) in WAITS.items() if counts[stage]]
    if not said:
        return "No session waits for us, and none is coming."
    first, _, rest = said[0].partition(" ")
    said[0] = f"{first} session{'' if first == '1' else 's'} {rest}"
    return (", ".join(said[:-1]) + " and " + said[-1] if len(said) > 1 else said[0]) + "."


def next_card(facts: Facts, agenda: Agenda, page: Page) -> None:
    """The session that somebody goes to next."""
    with st.container(border=True):
        st.caption(f"Your next session, {session_facts.away(facts.day, page.today)}" if facts.day else "Your next session")
        st.header(plain(facts.partnership), anchor=False)
        if facts.starts_at is not None:
            st.markdown(f"**{session_facts.when(facts.starts_at, facts.minutes)}**")
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
            link("session", "Agenda and arrangements", icon="event_note", id=facts.id)
        left, right = st.columns(2, gap="medium")
        with left:
            session_facts.glance(facts)
        with right:
            agenda_ui.timetable(agenda)


def filters(page: Page, regions: list[str], facilitators: list[tuple[int, str]]) -> Filters:
    """What the list is narrowed to, kept in the address. Whoever only sees their own needs the first of them alone."""
    everything = scope(page.actor, Can.READ_SESSIONS) is Scope.ALL
    with st.container(horizontal=True, vertical_alignment="bottom"):
        stage = st.selectbox(
            "State",
            [stage.label for stage in SessionStage],
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
        stage=next((one for one in SessionStage if one.label == stage), None),
        region=region,
        facilitator_id=next((number for number, known in facilitators if known == name), None),
    )


def pages(total: int) -> int:
    """Which page of the list is shown; the control is drawn when there is more than one."""
    number = -(-total // lists.PAGE)
    return st.pagination(number, key="sessions_page", bind="query-params") if number > 1 else 1


def listing(found: Listing, page: Page) -> None:
    """The rows, under a heading for each state: cards for what is still to do, a line each for what is over."""
    for stage, rows in groupby(found.rows, key=lambda row: row.stage):
        title = f"{stage.label} ({found.counts[stage]:,})"
        if stage not in OVER:
            st.subheader(title, anchor=False)
            for row in rows:
                _row(row, page)
            continue
        with st.expander(title, icon=f":material/{session_facts.LOOKS[stage][1]}:", expanded=found.rows[0].stage in OVER):
            for row in rows:
                _line(row, page)


def _row(row: SessionRow, page: Page) -> None:
    with st.container(border=True), st.container(horizontal=True, vertical_alignment="center"):
        with st.container(width=260, gap=None):
            st.markdown(f"**{plain(row.partnership)}**")
            st.caption(plain(row.region))
        with st.container(width="stretch", gap=None):
            st.markdown(_when(row, page))
            st.caption(_who(row))
        link("session", "Finish it" if row.stage is SessionStage.TO_FINISH else "Open it", icon="event_note", id=row.id)


def _line(row: SessionRow, page: Page) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        with st.container(width=300):
            link("session", plain(row.partnership), icon="arrow_forward", id=row.id)
        st.caption(f"{_when(row, page)} · {_who(row)}", width="stretch")


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
