"""How an open page holds on to its sign-in and lets go of it."""

import json
from contextlib import ExitStack
from urllib.parse import parse_qs

import pytest
from websockets.sync.client import connect

from rr import db, gesture
from rr.access import SYSTEM
from rr.accounts import commands, queries
from tests.conftest import working_on

pytestmark = pytest.mark.browser


def test_a_page_warns_before_the_end_and_a_click_puts_it_off(empty_server, window):
    address, _ = empty_server
    support = window(address).sign_in("support")
    asked, answers = [], [{"left": 100, "can_stay": True}]

    def answer(route):
        asked.append(parse_qs(route.request.post_data or ""))
        route.fulfill(status=200, content_type="application/json", body=json.dumps(answers[-1]))

    support.page.route("**/signin/stay", answer)
    support.open("requests")
    warning = support.page.get_by_role("alertdialog", name="Are you still there?")
    warning.wait_for()
    assert asked == [{}]
    assert "In two minutes or less you will be signed out." in warning.inner_text()
    answers.append({"left": 1800, "can_stay": True})
    warning.get_by_role("button", name="Stay signed in").click()
    warning.wait_for(state="hidden")
    assert asked[1] == {"active": ["1"]}
    support.page.keyboard.press("Shift")
    assert len(asked) == 2  # a word a minute is enough

    answers.append({"left": 90, "can_stay": False})
    support.open("live?id=7")
    warning.wait_for()
    assert asked[-1] == {"session": ["7"]}
    assert "signed in for twelve hours" in warning.inner_text()
    assert not support.outside
    assert not support.faults


def test_the_open_pages_of_a_disabled_account_go_to_the_sign_in_page(empty_server, window):
    address, path = empty_server
    facilitator, support = window(address).sign_in("facilitator").open("plans"), window(address).sign_in("support").open("requests")
    with working_on(db.make_engine(f"sqlite:///{path}")):
        with db.reading() as session:
            number = queries.account_id(session, "facilitator@example.org", actor=SYSTEM)
        assert number is not None
        gesture.perform(commands.disable, number, actor=SYSTEM)
        facilitator.page.wait_for_url("**/signin?next=%2Fplans")
        gesture.perform(commands.enable, number, actor=SYSTEM)
    support.idle()
    assert support.page.url == f"{address}/requests"


def test_the_oldest_of_thirteen_pages_says_that_it_was_closed_and_can_be_opened_again(empty_server, window):
    address, _ = empty_server
    support = window(address).sign_in("support").open("requests")
    [cookie] = [f"{held['name']}={held['value']}" for held in support.page.context.cookies() if held["name"] == "rr_session"]
    with ExitStack() as others:
        for _ in range(12):
            others.enter_context(connect(f"{address.replace('http', 'ws')}/_stcore/stream", additional_headers={"Cookie": cookie}))
        notice = support.page.get_by_role("alertdialog", name="This page was closed")
        notice.wait_for()
        assert "You have opened more than twelve pages, and this is the oldest." in notice.inner_text()
    notice.get_by_role("button", name="Open this page again").click()
    notice.wait_for(state="detached")
    support.idle()
    assert support.page.get_by_role("heading", level=1).inner_text() == "Requests"
    assert not support.outside
    assert not support.faults
