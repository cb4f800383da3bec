"""Accounts. Administrators say who can sign in, and as what; they see no casework."""

import streamlit as st

from rr.access import Can
from rr.accounts import commands, queries
from rr.accounts.queries import AccountRow
from rr.accounts.rules import Role
from rr.clock import london_day
from rr.config import settings
from rr.days import say
from rr.labels import count
from rr.ui.kit.act import act, drawn, show_refusal
from rr.ui.kit.markdown import plain
from rr.ui.kit.page import enter

LABELS = {"name": "Name:", "email": "E-mail:"}

page = enter("accounts", Can.ADMINISTER)
with page.reading() as db:
    rows = queries.accounts(db, actor=page.actor)
active = [row for row in rows if row.disabled_at is None]
page.title("Accounts", f"{count(len(active), 'person', 'people')} can have a sign-in. Whoever has no password yet waits for their link.")


def offer(name: str) -> None:
    """Keep the link for the next run: it is shown once, and only its hash is stored."""
    st.session_state["accounts_link"] = (name, f"{settings().base_url}/password/{st.session_state.pop('accounts_secret')}")


def new_link(row_id: int, name: str) -> None:
    if act(commands.make_link, row_id, after=lambda secret: st.session_state.update(accounts_secret=secret)):
        offer(name)


def add() -> None:
    name = form.value("accounts_name") or ""
    made: list[int] = []
    given = {"email": form.value("accounts_email") or "", "name": name, "role": form.value("accounts_role")}
    if act(commands.add_account, form=form, done=f"{name} has an account.", after=made.append, **given):
        new_link(made[0], name)


def card(row: AccountRow) -> None:
    """One account: who, what, since when, and what can be done about it."""
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        with st.container():
            st.markdown(f"**{plain(row.name)}**  \n{plain(row.email)}")
            seen = f"last signed in on {say(london_day(row.last_seen))}" if row.last_seen else "never signed in"
            st.caption("Disabled" if row.disabled_at else seen if row.has_password else "Waits for their link to be used")
        if row.id == page.actor.account_id:
            st.badge(f"{row.role.label}, that is you", color="gray")
            return
        if row.disabled_at:
            st.button("Enable", key=f"accounts_enable_{row.id}", on_click=act, args=(commands.enable, row.id), kwargs={"done": "Enabled."})
            return
        st.selectbox(
            f"Role of {row.name}",
            list(Role),
            index=list(Role).index(row.role),
            format_func=lambda role: role.label,
            key=f"accounts_role_{row.id}",
            label_visibility="collapsed",
            width=170,
            on_change=change_role,
            args=(row.id, row.name),
        )
        with st.container(horizontal=True, width="content"):  # a row of its own on a phone
            st.button("New link", key=f"accounts_link_{row.id}", icon=":material/link:", on_click=new_link, args=(row.id, row.name))
            st.button(
                "Disable",
                key=f"accounts_disable_{row.id}",
                icon=":material/block:",
                on_click=act,
                args=(commands.disable, row.id),
                kwargs={"done": f"{row.name} is disabled."},
            )


def change_role(row_id: int, name: str) -> None:
    role = st.session_state[f"accounts_role_{row_id}"]
    if not act(commands.change_role, row_id, role, done=f"{name} is now: {role.label}."):
        st.session_state.pop(f"accounts_role_{row_id}")


if "accounts_link" in st.session_state:
    whose, address = st.session_state["accounts_link"]
    with st.container(border=True):
        st.markdown(f"Give this link to **{plain(whose)}**. It works once, within three days, and is shown only now.")
        st.code(address, language=None, wrap_lines=True)
        st.button("I have passed it on", key="accounts_passed_on", on_click=lambda: st.session_state.pop("accounts_link"))

form = drawn("accounts_add")
with st.expander("Add an account", icon=":material/person_add:", expanded=not active), st.form("accounts_form", border=False):
    show_refusal(form, LABELS)
    st.text_input("Name", key=form.own("accounts_name", ""), max_chars=60)
    st.text_input("E-mail", key=form.own("accounts_email", ""), type="email")
    st.radio("Role", list(Role), format_func=lambda role: role.label, key=form.own("accounts_role", Role.SUPPORT), horizontal=True)
    st.form_submit_button("Add and make a link", type="primary", on_click=add, key="accounts_add")
for row in rows:
    card(row)
