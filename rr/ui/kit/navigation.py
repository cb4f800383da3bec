"""The pages: where each script is, what it is called, and who finds it in the menu."""

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlsplit

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from rr.access import Actor, Can, Scope, Who, scope
from rr.config import ROOT


@dataclass(frozen=True)
class PageEntry:
    """One page. Those without a section are opened from another page and stay out of the menu."""

    title: str
    icon: str
    need: Can
    section: str | None
    help: str = ""


PAGES = {
    "requests": PageEntry("Requests", "inbox", Can.TRIAGE, "Work", "Sign-ups that wait for us, longest wait first"),
    "imports": PageEntry("Import sign-ups", "upload_file", Can.IMPORT, "Work", "Sign-ups from a file of the website's form"),
    "sessions": PageEntry("Sessions", "event", Can.READ_SESSIONS, "Work", "What is coming, and what was held"),
    "session": PageEntry("Session", "event_note", Can.READ_SESSIONS, None),
    "live": PageEntry("During the session", "edit_note", Can.RUN_SESSIONS, None),
    "plans": PageEntry("Action plans", "checklist", Can.READ_PLANS, "Work", "Six-month action plans and their reviews"),
    "plan": PageEntry("Action plan", "checklist", Can.READ_PLANS, None),
    "review": PageEntry("Review", "rate_review", Can.EDIT_PLANS, None),
    "partnerships": PageEntry("Partnerships", "groups", Can.READ_REQUESTS, "Work", "All areas, and each one's story"),
    "partnership": PageEntry("Partnership", "groups", Can.READ_REQUESTS, None),
    "needs": PageEntry("Support needed", "handshake", Can.ASK_SUPPORT, "Work", "What partnerships need to deliver their plans"),
    "progress": PageEntry("Progress", "monitoring", Can.SEE_PROGRESS, "See", "Figures and charts, with the rows behind them"),
    "toolkit": PageEntry("Toolkit", "handyman", Can.READ_TOOLKIT, "See", "Activities for sessions"),
    "account": PageEntry("Your account", "person", Can.KEEP_OWN, None),
    "accounts": PageEntry("Accounts", "manage_accounts", Can.ADMINISTER, "Run", "Who can sign in, and as what"),
    "audit": PageEntry("Audit", "history", Can.SEE_AUDIT, "Run", "Who did what, and when"),
}
TITLES = {"": "Home", "rows": "Rows of a figure"} | {stem: place.title for stem, place in PAGES.items()}  # of every address
HOME = {Who.SUPPORT: "requests", Who.FACILITATOR: "sessions", Who.MANAGER: "progress", Who.ADMIN: "accounts"}


def page(stem: str) -> StreamlitPage:
    """The page at an address, new for each caller: that of a script in pages/, by the script's name, or "rows".

    Streamlit marks the object of the page that it runs: people who shared one would take that mark from each other.
    """
    return rows() if stem == "rows" else copy(_made(stem))


def rows() -> StreamlitPage:
    """The progress page again, at an address of its own, for the rows behind a figure.

    Streamlit paints a link to the page that one is on as "you are here", which a dashboard full of doors to its rows would be.
    """
    return copy(_made("progress", "rows"))


def is_at_rows() -> bool:
    """Whether somebody is at the address of the rows behind a figure."""
    return urlsplit(st.context.url or "").path.endswith("/rows")


@cache
def _made(stem: str, address: str | None = None, *, in_menu: bool = True) -> StreamlitPage:
    """Made once: looking for the file takes seven times as long as copying."""
    place = PAGES[stem]
    in_menu = in_menu and place.section is not None and address is None
    return st.Page(
        ROOT / "pages" / f"{stem}.py",
        title=place.title,
        icon=f":material/{place.icon}:",
        url_path=address,
        visibility="visible" if in_menu else "hidden",
        help=place.help if in_menu else None,
    )


def menu(actor: Actor) -> dict[str, list[StreamlitPage]]:
    """What this person finds in the menu, by section, their own first page at the top. It hides; the gatekeeper protects.

    The others' pages are there too, hidden: whoever comes to one of them reads in our words that it isn't theirs.
    """
    first = HOME[actor.role]
    home = st.Page(_home, title="Home", default=True, visibility="hidden")
    sections: dict[str, list[StreamlitPage]] = {"": [home, page(first), rows()]}
    for stem, place in PAGES.items():
        if stem != first:
            theirs = scope(actor, place.need) is not Scope.NONE
            sections.setdefault(place.section if theirs and place.section else "", []).append(page(stem) if theirs else _hidden(stem))
    return sections


def _hidden(stem: str) -> StreamlitPage:
    return copy(_made(stem, in_menu=False))


def _home() -> None:
    """The address without a page's name leads to the first page of the role."""
    st.switch_page(page(st.session_state["rr_home"]))


def link(stem: str, label: str, *, icon: str | None = None, **params: object) -> None:
    """A link to a page, with its record or filters: `link("plan", "Open the plan", id=7)`."""
    shown = f":material/{icon}:" if icon else None
    st.page_link(page(stem), label=label, icon=shown, query_params=as_query(params))


def go(stem: str, **params: object) -> None:
    """Leave for another page at once. Works in callbacks too; nothing after it runs."""
    st.switch_page(page(stem), query_params=as_query(params))


def as_query(params: Mapping[str, object]) -> dict[str, str | tuple[str, ...]]:
    """The parameters of an address as text; a list or tuple is one that stands there several times."""
    return {name: tuple(map(str, value)) if isinstance(value, list | tuple) else str(value) for name, value in params.items()}
