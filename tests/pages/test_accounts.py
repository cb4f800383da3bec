import pytest

from rr.accounts import queries
from tests.forms import beside


def test_an_administrator_adds_an_account_and_gets_its_link_once(app, people, look):
    page = app(people.admin, "accounts")
    page.get_by_key("accounts_name").input("Robin Day")
    page.get_by_key("accounts_email").input("robin@example.org")
    page.get_by_key("accounts_add").click().run()

    assert not page.exception
    assert "robin@example.org" in [row.email for row in look(queries.accounts, actor=people.admin)]
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
    page.get_by_key(f"accounts_disable_{number}").click().run()
    page.get_by_key(f"accounts_enable_{number}").click().run()
    assert not page.exception

    assert {row.id: row.disabled_at for row in look(queries.accounts, actor=people.admin)}[number] is None


@pytest.mark.parametrize("who", ["support", "facilitator", "manager"])
def test_nobody_else_has_the_page(app, people, who):
    with pytest.raises(ValueError, match="Could not find a navigation page"):
        app(getattr(people, who), "accounts")
