"""The list of sessions on screen: the next one with everything to know before going there, and a row for each of the rest."""

from datetime import date

import streamlit as st

from rr import clock, days
from rr.access import Actor, Can, Scope, scope
from rr.accounts import queries as accounts
from rr.config import ROOT
from rr.db import Session
from rr.labels import count
from rr.partnerships import queries as partnerships
from rr.sessions import lists
from rr.sessions.agenda.queries import Agenda
from rr.sessions.lists import SessionFilters, SessionList, SessionRow
from rr.sessions.queries import SessionDetail
from rr.sessions.states import SessionStage
from rr.ui.kit import address
from rr.ui.kit.filters import FilterBar
from rr.ui.kit.markdown import plain
from rr.ui.kit.navigation import go, link
from rr.ui.kit.page import Page
from rr.ui.kit.rows import Row, rows, to
from rr.ui.sessions import details
from rr.ui.sessions.agenda import timetable

MONTHS_AHEAD = 6  # sessions are planned up to half a year on
OPEN, ALL = "To do and coming up", "All states"


def filters(db: Session, page: Page, f: FilterBar) -> SessionFilters:
    """Draw the filters: by state, name and month; whoever sees all sessions also by region and facilitator."""
    stage = f.choice("state", "State", [*SessionStage, ALL], none=OPEN, width=190)
    named = f.search("name", "Partnership", hint="Any part of a name", width=200)
    first = lists.first_day(db, actor=page.actor) or page.today
    months = days.months(first, days.add_months(page.today, MONTHS_AHEAD))
    month = f.choice("month", "Month", {month: days.say_month(month) for month in months}, none="Any month", width=170)
    region = facilitator_id = None
    if scope(page.actor, Can.READ_SESSIONS) is Scope.ALL:
        region = f.choice("region", "Region", partnerships.regions(db), none="All regions", width=220)
        facilitator_id = f.person("facilitator", "Facilitator", dict(accounts.facilitators(db)), width=200)
    return SessionFilters(
        stage if isinstance(stage, SessionStage) else None,
        region,
        facilitator_id,
        open_only=stage is None,
        named=named,
        since=month,
        until=days.month(month)[1] if month else None,
    )


def over(found: SessionList, chosen: SessionFilters) -> None:
    """The way to the sessions that are over, while the list leaves them out."""
    number = sum(n for stage, n in found.counts.items() if stage.is_over)
    if chosen.open_only and number:
        st.button(
            f"Show {count(number, 'session that is', 'sessions that are')} written up or cancelled",
            key="sessions_over",
            icon=":material/history:",
            type="tertiary",
            on_click=address.write,
            args=("sessions_state", ALL),
        )


def summary(counts: dict[SessionStage, int]) -> str:
    """What is to do and what is coming up, in one sentence."""
    parts = [
        f"{counts[stage]:,} {stage.one if counts[stage] == 1 else stage.many}" for stage in SessionStage if stage.one and counts[stage]
    ]
    if not parts:
        return "Nothing to write up or to schedule, and no session is coming up."
    number, _, rest = parts[0].partition(" ")
    parts[0] = f"{number} {'session' if number == '1' else 'sessions'} {rest}"
    return (", ".join(parts[:-1]) + " and " + parts[-1] if len(parts) > 1 else parts[0]) + "."


def next_card(session: SessionDetail, agenda: Agenda, page: Page) -> None:
    """The session that somebody goes to next."""
    with st.container(border=True):
        with st.container(gap="xsmall"):
            st.caption(f"Your next session, {details.away(session.day, page.today)}" if session.day else "Your next session")
            st.header(plain(session.partnership), anchor=False)
            if session.starts_at is not None:
                st.markdown(f"**{details.when(session.starts_at, session.minutes)}**")
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(
                "Start session",
                key="sessions_live",
                type="primary",
                icon=":material/edit_note:",
                on_click=lambda: go("live", id=session.id),
            )
            link("session", "Agenda and details", icon="event_note", id=session.id)
        left, right = st.columns(2, gap="medium")
        with left:
            details.glance(session)
        with right:
            timetable(agenda)


def table(found: SessionList, today: date) -> None:
    """A row for each session, under a heading for each stage."""
    headings = {stage: f"{stage.label} ({number:,})" for stage, number in found.counts.items()}
    rows("sessions_list", [row(one, headings[one.stage], today) for one in found.rows], label="Sessions", layout="lines")


def row(session: SessionRow, group: str, today: date) -> Row:
    """A session in the list: its partnership's name opens it. One that is over takes a single line."""
    people = count(session.head_count, "person", "people") if session.head_count is not None else ""
    if not people and session.people is not None:
        people = f"{count(session.people, 'person', 'people')} expected"
    who = " and ".join(session.facilitators) or "No facilitator yet"
    region = "" if session.stage.is_over else session.region
    parts = (_when(session, today), who, session.place or details.meets(session.format), people, region)
    detail = " · ".join(part for part in parts if part)
    return Row(session.id, session.partnership, to("session", id=session.id), detail=(detail,), group=group)


def _when(session: SessionRow, today: date) -> str:
    if session.day is None:
        return ""
    if session.stage.is_over:
        return days.say(session.day)
    if session.held_on is not None or session.starts_at is None:
        return f"Held on {days.say(session.day)}"
    return f"{days.say(session.day)}, {session.starts_at.astimezone(clock.LONDON):%H:%M} ({details.away(session.day, today)})"


def nothing(actor: Actor, *, narrowed: bool) -> None:
    """No session to show, and what to do next."""
    if narrowed:
        st.markdown("No session matches these filters. Remove one to see more.")
        return
    st.image(ROOT / "rr/ui/static/growing.svg", width=260, alt="")
    if scope(actor, Can.TRIAGE) is Scope.NONE:
        st.markdown("You have no sessions yet. Support staff assign facilitators; until then, look around the toolkit.")
        link("toolkit", "Open the toolkit", icon="handyman")
    else:
        st.markdown("There are no sessions yet. Accepting a request makes one, with its agenda.")
        link("requests", "Open requests", icon="inbox")
