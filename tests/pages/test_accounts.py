from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlmodel import col

from rr import db
from rr.accounts import commands, queries
from rr.accounts.models import FormKey
from rr.accounts.queries import AccountRow
from rr.accounts.rules import Role
from rr.accounts.states import AccountState
from rr.ui.accounts.listing import account_row
from rr.ui.kit.rows import Badge
from tests import rows
from tests.conftest import NOW
from tests.forms import beside


def test_an_administrator_adds_an_account_and_gets_its_link_once(app, people, look):
    page = app(people.admin, "accounts")
    page.get_by_key("accounts_name").input("Robin Day")
    page.get_by_key("accounts_email").input("robin@example.org")
    page.get_by_key("accounts_add").click().run()

    assert not page.exception
    assert "robin@example.org" in [row.email for row in look(queries.accounts, actor=people.admin).rows]
    assert "/password/" in page.code[0].value

    page.get_by_key("accounts_passed_on").click().run()
    assert not page.code


def test_a_refused_address_keeps_what_was_typed(app, people):
    page = app(people.admin, "accounts")
    page.get_by_key("accounts_name").input("Robin Day")
    page.get_by_key("accounts_email").input("support@example.org")
    page.get_by_key("accounts_add").click().run()

    assert beside(page, "accounts_email") == "There is an account with this address already. Make a new link for it instead."
    assert page.error[0].value == "Nothing was saved. Please check: **E-mail**."
    assert page.get_by_key("accounts_name").value == "Robin Day"


def test_a_role_is_changed_and_an_account_disabled_and_enabled(app, people, look):
    number = people.support.account_id
    page = app(people.admin, "accounts")
    states = []
    for act, choice in (("change_role", "manager"), ("disable", ""), ("enable", "")):
        rows.press(page, "accounts_list", number, act, choice)
        assert not page.exception
        states += [(row.role, row.state) for row in look(queries.accounts, actor=people.admin).rows if row.id == number]

    manager = Role.MANAGER
    assert states == [(manager, AccountState.INVITED), (manager, AccountState.DISABLED), (manager, AccountState.INVITED)]


def test_a_new_link_is_shown_once(app, people):
    page = app(people.admin, "accounts")
    rows.press(page, "accounts_list", people.support.account_id, "new_link")

    secret = page.code[0].value.partition("/password/")[2]
    assert secret
    with db.reading() as session:
        assert secret not in session.execute(select(col(FormKey.result))).scalars().all()


def test_the_list_is_narrowed_by_role_and_state(app, people, one):
    one(commands.disable, people.support.account_id, actor=people.admin)
    facilitators = app(people.admin, "accounts", accounts_filter_role="Facilitator")
    disabled = app(people.admin, "accounts", accounts_filter_state="Disabled")

    assert [row["heading"] for row in rows.drawn(facilitators, "accounts_list")] == ["Facilitator", "Other facilitator"]
    assert [row["heading"] for row in rows.drawn(disabled, "accounts_list")] == ["Support"]


def test_a_row_shows_who_and_offers_what_can_be_done():
    account = AccountRow(7, "Robin Day", "robin@example.org", Role.SUPPORT, AccountState.ACTIVE, NOW)
    shown = account_row(account, is_me=False)
    mine = account_row(account, is_me=True)

    assert (shown.heading, shown.detail) == ("Robin Day", ("robin@example.org", "Last signed in on 18 November 2026"))
    assert shown.badges == (Badge("Support staff"), Badge("Can sign in", "green", "check_circle"))
    assert [button.act for button in shown.buttons] == ["change_role", "new_link", "disable"]
    assert [button.act for button in account_row(replace(account, state=AccountState.DISABLED), is_me=False).buttons] == ["enable"]
    assert (mine.badges[0], mine.buttons) == (Badge("Support staff, that is you"), ())


@pytest.mark.parametrize("who", ["support", "facilitator", "manager"])
def test_nobody_else_has_the_page(app, people, who):
    page = app(getattr(people, who), "accounts")
    assert [title.value for title in page.title] == ["Not found"]
    assert [element.type for element in page.main] == ["main", "title", "warning", "page_link"]
