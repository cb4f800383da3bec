"""Account. Everybody changes their own password, and sees and ends the places where they are signed in."""

import streamlit as st

from rr import clock
from rr.access import Can
from rr.accounts import commands, queries
from rr.labels import count
from rr.ui.accounts.listing import sign_in_row
from rr.ui.kit.act import act
from rr.ui.kit.news import News, tell
from rr.ui.kit.page import enter
from rr.ui.kit.rows import rows
from rr.ui.kit.signed_in import mark

page = enter("account", Can.KEEP_OWN)
with page.reading() as db:
    mine = queries.own_credentials(db, actor=page.actor)
    found = queries.sign_ins(db, actor=page.actor, now=clock.now())
here = mark() or ""

if st.query_params.pop("account_done", "") == "password":
    tell(News("Your password is changed. Every other browser is signed out."))
page.title("Your account")
st.text(f"{mine.name}, {mine.email}")
st.header("Password", anchor=False)
st.markdown("You need your present password to change it. Every other browser where you are signed in is then signed out.")
st.link_button("Change password", "/signin/password", icon=":material/password:")

st.header("Where you are signed in", anchor=False)
st.markdown("A sign-in ends after half an hour in which nothing was clicked or typed, and after twelve hours in any case.")
rows("account_sign_ins", (sign_in_row(one, is_here=one.mark == here) for one in found), label="Where you are signed in", layout="lines")
if len(found) > 1:
    st.button(
        "Sign out everywhere else",
        key="account_sign_out_elsewhere",
        icon=":material/logout:",
        on_click=act,
        args=(commands.sign_out_elsewhere, here),
        kwargs={"done": f"{count(len(found) - 1, 'other browser is', 'other browsers are')} signed out."},
    )
