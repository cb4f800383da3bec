"""Accounts. Administrators say who can sign in, and as what; they see no casework."""

import streamlit as st

from rr.access import Can
from rr.accounts import commands, queries
from rr.accounts.drafts import AccountDraft
from rr.accounts.queries import AccountRow
from rr.accounts.rules import Role
from rr.clock import london_day
from rr.config import settings
from rr.days import say
from rr.labels import count
from rr.ui.kit.act import act
from rr.ui.kit.form import form_for
from rr.ui.kit.markdown import plain
from rr.ui.kit.page import enter

page = enter("accounts", Can.ADMINISTER)
with page.reading() as db:
    rows = queries.accounts(db, actor=page.actor)
active = [row for row in rows if row.disabled_at is None]
page.title("Accounts", f"{count(len(active), 'person has', 'people have')} an account. People without a password need a link.")


def new_link(account_id: int, name: str) -> None:
    """Make a link and keep it for the next run: it is shown once, and only its hash is stored."""
    if made := act(commands.make_link, account_id):
        st.session_state["accounts_link"] = (name, f"{settings().base_url}/password/{made.result}")


def add() -> None:
    given = form.values()
    if added := act(commands.add_account, form=form, done=f"{given['name']} has an account.", **given):
        new_link(added.result, given["name"])


def card(row: AccountRow) -> None:
    """One account: who, what, since when, and what can be done about it."""
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        with st.container():
            st.markdown(f"**{plain(row.name)}**  \n{plain(row.email)}")
            seen = f"last signed in on {say(london_day(row.last_seen))}" if row.last_seen else "never signed in"
            st.caption("Disabled" if row.disabled_at else seen if row.has_password else "Invitation not used yet")
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

form = form_for(AccountDraft, "accounts")
with st.expander("Add an account", icon=":material/person_add:", expanded=not active), form.fields():
    form.text("name")
    form.text("email", type="email")
    form.radio("role", horizontal=True)
    form.submit("Add and make a link", add, key="add", type="primary")
for row in rows:
    card(row)
