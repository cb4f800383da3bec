"""Which partnership a request is from: the likeliest ones as buttons, and a search for another."""

from collections.abc import Sequence

import streamlit as st

from rr.intake.triage import commands
from rr.intake.triage.queries import RequestDetail
from rr.partnerships.queries import Place, search_places
from rr.ui.kit.act import act
from rr.ui.kit.markdown import plain
from rr.ui.kit.page import Page

CHANGE = "requests_change"


def choose(page: Page, detail: RequestDetail) -> None:
    """For a request without a partnership: the question, with what they wrote and what it may mean."""
    with st.container(border=True, gap="small"):
        wrote = f"They wrote “{plain(detail.area_text)}”." if detail.area_text else "They gave no area."
        st.markdown(f"**Which partnership?** {wrote}")
        search(page, detail)


def change(page: Page, detail: RequestDetail) -> None:
    """For a slip, or a name that meant another place: the search behind a button, drawn only while it is open."""
    opened = st.popover("Change partnership", key=CHANGE, icon=":material/swap_horiz:", type="tertiary", on_change="rerun")
    if opened.open:
        with opened:
            search(page, detail)


def search(page: Page, detail: RequestDetail, prefix: str = "requests") -> None:
    """What is suggested, and a search box with what it finds. `prefix` begins the keys, since a page may have two of them."""
    _buttons(detail, detail.suggestions, prefix)
    typed = st.text_input("Search partnerships", key=f"{prefix}_search_{detail.id}", type="search", live=True, placeholder="Part of a name")
    if typed.strip():
        with page.reading() as db:
            found = search_places(db, typed)
        _buttons(detail, [place for place in found if place not in detail.suggestions], prefix)
        if not found:
            st.caption("No partnership found. Try a part of its name.")


def _buttons(detail: RequestDetail, places: Sequence[Place], prefix: str) -> None:
    with st.container(gap="xsmall"):
        for place in places:
            if place.id == detail.partnership_id:
                st.caption(f"{plain(place.name)} is chosen now.")
                continue
            st.button(
                f"{plain(place.name)} ({place.region})",
                key=f"{prefix}_match_{place.id}",
                on_click=_match,
                args=(detail, place),
                width="stretch",
                wrap=True,
            )


def _match(detail: RequestDetail, place: Place) -> None:
    done = f"{detail.ref} matched to {place.name}. The next sign-up with this name will be matched automatically."
    if act(commands.choose_partnership, detail.id, place.id, done=done):
        st.session_state[CHANGE] = False
