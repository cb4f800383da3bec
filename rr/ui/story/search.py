"""The search box on every page: partnerships (forgiving spelling), people and references."""

import streamlit as st

from rr import db
from rr.access import Actor
from rr.story import search
from rr.ui.kit import navigation as pages
from rr.ui.kit.markdown import plain
from rr.ui.kit.signed_in import person, send_to_sign_in


@st.fragment
def box(actor: Actor) -> None:
    """Draw the box in the sidebar and, once something is typed, what was found: each one click away.

    A fragment: each pause in typing draws this alone, and looks up again who it is.
    """
    typed = st.text_input("Search", key="search", type="search", placeholder="Name or reference", icon=":material/search:")
    if not typed:
        return
    with db.reading() as session:
        if person(session) != actor:
            send_to_sign_in()
        found = search.find(session, typed, actor=actor)
    if not found:
        st.caption("Nothing found. Try a part of the area's name, a person's last name, or a reference such as RR-0001.")
    for hit in found:
        pages.link(
            "partnership" if hit.partnership_id else "requests", plain(hit.label), icon=hit.icon, id=hit.partnership_id or hit.request_id
        )
