"""What every page sits in: who you are, where you can go, and the search."""

import sys
from pathlib import Path

import streamlit as st

if (root := str(Path(__file__).resolve().parents[2])) not in sys.path:  # a page test starts here, without the server's path
    sys.path.insert(0, root)

from rr import db, gesture
from rr.access import SYSTEM
from rr.accounts import commands
from rr.config import settings
from rr.ui.kit import navigation as pages
from rr.ui.kit.markdown import plain
from rr.ui.kit.signed_in import mark, person, send_to_sign_in
from rr.ui.kit.typed import keep_typed
from rr.ui.story import search

STATIC = Path(__file__).parent / "static"


def _sign_out() -> None:
    gesture.perform(commands.sign_out, mark(), actor=SYSTEM)
    st.logout()


st.set_page_config(page_icon=STATIC / "favicon.png", layout="wide")
with db.reading() as session:
    actor = person(session)
if actor is None:
    send_to_sign_in()
if st.session_state.get("rr_account") != actor:  # somebody else, or another role: nothing of the person before stays
    st.session_state.clear()
    st.session_state["rr_account"] = actor
    st.session_state["rr_home"] = pages.HOME[actor.role]

st.logo(STATIC / "logo-dark.svg", size="large", icon_image=STATIC / "mark.svg")
chosen = st.navigation(pages.menu(actor))
st.set_page_config(page_title=f"{chosen.title} – Reflect | Recharge")
with st.sidebar:
    search.box(actor)
    st.caption(f"Signed in as {plain(actor.name)}")
    pages.link("account", "Your account", icon="person")
    st.button("Sign out", key="shell_sign_out", on_click=_sign_out, icon=":material/logout:", type="tertiary")
    if settings().demo:
        st.caption("Demonstration: all people and requests are invented.")
    keep_typed()
chosen.run()
