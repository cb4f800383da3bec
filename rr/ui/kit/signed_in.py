"""Who is signed in, as the guard names them to a running script."""

from typing import NoReturn

import streamlit as st

from rr import clock
from rr.access import Actor
from rr.accounts import queries
from rr.db import Session
from rr.errors import SignedOut


def mark() -> str | None:
    """The mark of this browser's sign-in, from the header that the guard sets."""
    value = st.user.get("session")
    return value if isinstance(value, str) else None


def person(session: Session) -> Actor | None:
    """Whoever is signed in at this moment. Looked up each time: a sign-out in another tab counts at once."""
    return queries.whose(session, mark(), clock.now())


def acting(session: Session) -> Actor:
    """Whoever is signed in, for a write: raises SignedOut if they have gone."""
    found = person(session)
    if found is None:
        raise SignedOut
    return found


def send_to_sign_in() -> NoReturn:
    """Let go of somebody who is signed out: their browser loads the sign-in page, and comes back to this address after."""
    st.logout()
    st.stop()
