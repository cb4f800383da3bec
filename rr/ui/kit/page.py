"""Entering a page: who it is, which record, and the reading that the page does."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import NoReturn

import streamlit as st

from rr import clock, db
from rr.access import Actor, Can, demand
from rr.db import Session
from rr.errors import NotFound, Refused
from rr.ui.kit import unsaved
from rr.ui.kit.act import show_news
from rr.ui.kit.form import forget_forms
from rr.ui.kit.navigation import link
from rr.ui.kit.signed_in import person, send_to_sign_in

AT = "rr_at"  # where this tab is: the page and its record


@dataclass(frozen=True)
class Page:
    """What a page script works with for one run."""

    stem: str
    need: Can
    actor: Actor
    today: date

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A reading session for one block of queries. Looks the person up again: they may have signed out since.

        What isn't there, or isn't theirs, ends the page with a sentence and the way on.
        """
        try:
            with db.reading() as session:
                if person(session) != self.actor:
                    send_to_sign_in()
                yield session
        except NotFound as missing:
            not_here(missing)

    def param(self, name: str) -> int | None:
        """A number from the address, such as the record's id; None if there is none or it isn't a number."""
        value = st.query_params.get(name, "")
        return int(value) if value.isdecimal() and len(value) < 10 else None

    def record(self) -> int:
        """The id of the record that this page is about. Without one, the page ends with the way on."""
        found = self.param("id")
        if found is None:
            not_here(NotFound("This page is about one record, and the address names none.", "Search for it by its partnership's name."))
        return found

    def title(self, title: str, stands: str = "") -> None:
        """The page's heading, and one computed sentence that says where it stands. News of the last gesture comes below."""
        st.title(title, anchor=False)
        if stands:
            st.markdown(stands)
        show_news()


def enter(stem: str, need: Can) -> Page:
    """The first line of every page. Ends it for whoever may not be here."""
    here = f"{stem} {st.query_params.get('id', '')}"
    with db.reading() as session:
        actor = person(session)
        if actor is not None and st.session_state.get(AT) != here:
            forget_forms()
            unsaved.read(session, actor)
            st.session_state[AT] = here
    if actor is None:
        send_to_sign_in()
    try:
        demand(actor, need)
    except NotFound as missing:
        not_here(missing)
    return Page(stem, need, actor, clock.today())


def is_entered() -> bool:
    """Whether this tab has entered a page yet. It hasn't while the first run on a server that was started anew is still to come."""
    return AT in st.session_state


def not_here(missing: Refused) -> NoReturn:
    """End the page with a sentence and a way on; the same for what isn't there and what isn't theirs."""
    st.title("Not found", anchor=False)
    st.warning(missing.way_forward or "Go back to where you came from.", title=missing.headline, icon=":material/search_off:")
    link(st.session_state["rr_home"], "Go to your first page", icon="arrow_forward")
    st.stop()
