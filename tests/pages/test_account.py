import pytest

from rr import db, gesture
from rr.accounts import commands, queries
from tests import rows
from tests.conftest import NOW, sign_in
from tests.news import said, sent


def shown(page):
    return [(row["heading"], [badge["words"] for badge in row.get("badges", [])]) for row in rows.drawn(page, "account_sign_ins")]


@pytest.mark.parametrize("who", ["support", "facilitator", "manager", "admin"])
def test_everybody_sees_their_own_account_and_the_way_to_another_password(app, people, who):
    page = app(getattr(people, who), "account")

    assert not page.exception
    assert page.title[0].value == "Your account"
    assert page.text[0].value == f"{who.capitalize()}, {who}@example.org"
    assert page.get("link_button")[0].proto.url == "/signin/password"
    assert shown(page) == [("A browser", ["This browser"])]
    assert not [button for button in page.button if button.key == "account_sign_out_elsewhere"]


def test_signing_out_everywhere_else_keeps_this_browser_and_other_people(app, people, look):
    others = [sign_in(people.support), sign_in(people.support), sign_in(people.manager)]
    page = app(people.support, "account")
    here = page.user["session"]
    assert shown(page) == [("A browser", ["This browser"]), ("A browser", []), ("A browser", [])]

    page.get_by_key("account_sign_out_elsewhere").click().run()

    assert said(page) == "2 other browsers are signed out."
    assert shown(page) == [("A browser", ["This browser"])]
    assert look(queries.still_hold, {here, *others}, NOW) == {here, others[2]}


def test_a_changed_password_is_said_once(app, people):
    page = app(people.support, "account", account_done="password")

    assert said(page) == "Your password is changed. Every other browser is signed out."
    assert "account_done" not in page.query_params
    assert sent(page)["number"] == sent(page.run())["number"]  # the bar shows a number once


def test_somebody_who_was_disabled_meanwhile_signs_nobody_out(app, people, look):
    other = sign_in(people.support)
    page = app(people.support, "account")
    with db.transaction(now=NOW) as session:
        session.get(commands.Account, people.support.account_id).disabled_at = NOW
    page.get_by_key("account_sign_out_elsewhere").click().run()
    gesture.perform(commands.enable, people.support.account_id, actor=people.admin)

    assert look(queries.still_hold, {other}, NOW) == {other}
