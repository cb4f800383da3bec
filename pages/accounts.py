"""Accounts. Administrators say who can sign in, and as what; they see no casework."""

import streamlit as st

from rr.access import Can
from rr.accounts import commands, queries
from rr.accounts.drafts import AccountDraft
from rr.accounts.rules import Role
from rr.config import settings
from rr.labels import count
from rr.ui.accounts.listing import ROLES, account_row, filters
from rr.ui.kit import pager
from rr.ui.kit.act import act
from rr.ui.kit.form import form_for
from rr.ui.kit.markdown import plain
from rr.ui.kit.page import enter
from rr.ui.kit.rows import Press, rows

page = enter("accounts", Can.ADMINISTER)
top = st.container()  # what it says of all accounts is read with the list below
chosen = filters()
with page.reading() as db:
    found = queries.accounts(db, chosen, actor=page.actor, page=pager.current("accounts_page"))
names, roles = {row.id: row.name for row in found.rows}, {row.id: row.role for row in found.rows}
form = form_for(AccountDraft, "accounts")


def new_link(account_id: int, name: str) -> None:
    """Make a link and keep it for the next run: it is shown once, and only its hash is stored. No key: its result would be stored."""
    if made := act(commands.make_link, account_id):
        st.session_state["accounts_link"] = (name, f"{settings().base_url}/password/{made.result}")


def add() -> None:
    given = form.values()
    if added := act(commands.add_account, form=form, done=f"{given['name']} has an account.", **given):
        new_link(added.result, given["name"])


def pressed(press: Press) -> None:
    name = names[press.id]
    if press.act == "new_link":
        new_link(press.id, name)
    elif press.act == "change_role":
        role = Role(press.choice)
        done, before = f"{name} is now: {role.label}.", roles[press.id]
        act(commands.change_role, press.id, role, key=press.key, done=done, undo=lambda _: (commands.change_role, press.id, before))
    elif press.act == "disable":
        act(commands.disable, press.id, key=press.key, done=f"{name} can no longer sign in.", undo=lambda _: (commands.enable, press.id))
    else:
        act(commands.enable, press.id, key=press.key, done=f"{name} can sign in again.", undo=lambda _: (commands.disable, press.id))


with top:
    page.title("Accounts", f"{count(found.enabled, 'person has', 'people have')} an account. People without a password need a link.")
    if "accounts_link" in st.session_state:
        whose, address = st.session_state["accounts_link"]
        with st.container(border=True):
            st.markdown(f"Give this link to **{plain(whose)}**. It works once, within three days, and is shown only now.")
            st.code(address, language=None, wrap_lines=True)
            st.button("I have passed it on", key="accounts_passed_on", on_click=lambda: st.session_state.pop("accounts_link"))
    with st.expander("Add an account", icon=":material/person_add:", expanded=not found.enabled or bool(form.unsaved)), form.fields():
        form.text("name")
        form.text("email", type="email")
        form.radio("role", horizontal=True)
        form.submit("Add and make a link", add, key="add", type="primary")
if not found.total:
    st.markdown("No account matches. Choose all roles and states to see the others.")
rows(
    "accounts_list",
    (account_row(row, is_me=row.id == page.actor.account_id) for row in found.rows),
    label="Accounts",
    on=pressed,
    options=ROLES,
)
pager.draw("accounts_page", found)
