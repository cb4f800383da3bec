"""What a gesture did is in view where it was made, whatever the page was scrolled to, and is undone from there."""

import json
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.bench.client import Tab, sign_in
from tests.browser.conftest import Window

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

SCROLLED = "document.querySelector('[data-testid=stMain]').scrollTop"
IN_VIEW = """node => { const {top, bottom, left, right} = node.getBoundingClientRect();
    return top >= 0 && bottom <= innerHeight && left >= 0 && right <= innerWidth; }"""
# The page's content ends where the bar begins.
OVERLAPS = """bar => document.querySelector('[data-testid=stMain]').getBoundingClientRect().bottom > bar.getBoundingClientRect().top + 1"""


@pytest.fixture(scope="module")
def database(demo_server: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    (path,) = tmp_path_factory.getbasetemp().glob("demo[0-9]*/rr.db")
    return path


def asked(database: Path, *needs: int) -> list[int]:
    """The support needed that waits for a partner; of these, or of all."""
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as raw:
        found = [number for (number,) in raw.execute("SELECT id FROM support_need WHERE status = 'asked' ORDER BY asked_on, id")]
    return [number for number in found if not needs or number in needs]


def bar(page: Page) -> Locator:
    return page.locator("#rr-news")


def last_need(person: Window) -> tuple[int, Locator]:
    """The last need of the list, and its button "Not available", scrolled to."""
    buttons = person.page.get_by_role("button", name="Not available")
    button = buttons.last
    button.scroll_into_view_if_needed()
    return int(button.evaluate("node => node.closest('li').dataset.id")), button


@pytest.mark.parametrize("width", [1280, 360])
def test_a_gesture_at_the_end_of_a_long_list_says_in_view_what_it_did_and_is_undone_there(
    demo_server: str, database: Path, window: Callable[..., Window], width: int
) -> None:
    person = window(demo_server, width=width).sign_in("support").open("needs")
    need, button = last_need(person)
    place = person.page.evaluate(SCROLLED)
    button.click()
    news = bar(person.page)
    expect(news.get_by_role("status")).to_contain_text("Saved as not available for ")
    seen = (place > 800, news.evaluate(IN_VIEW), news.evaluate(OVERLAPS), asked(database, need))
    person.idle()
    problems = Axe().run(person.page, context="#rr-news").response["violations"]
    news.get_by_role("button", name="Undo").click()
    expect(news.get_by_role("status")).to_contain_text("Undone: Saved as not available for ")
    by_mouse = asked(database, need)

    person.idle()
    last_need(person)[1].focus()
    person.page.keyboard.press("Enter")
    expect(news.get_by_role("status")).to_have_text("Saved as not available for " + news.inner_text().split(" for ")[1].split(".")[0] + ".")
    between = asked(database, need)
    person.page.keyboard.press("Control+z")
    expect(news.get_by_role("status")).to_contain_text("Undone: ")

    assert seen == (True, True, False, [])
    assert [each["id"] for each in problems] == []
    assert (by_mouse, between, asked(database, need)) == ([need], [], [need])
    assert person.faults == []


def test_a_refusal_is_said_in_view(demo_server: str, database: Path, window: Callable[..., Window]) -> None:
    person = window(demo_server).sign_in("support").open("needs")
    need, button = last_need(person)
    with closing(Tab(demo_server, sign_in(demo_server, "manager"))) as tab:
        tab.open("needs")
        settle(tab, need, "match", "1")
        button.click()
        expect(bar(person.page).get_by_role("alert")).to_contain_text("Somebody else changed this meanwhile")
        undo(tab)
    news = bar(person.page)
    seen = (news.evaluate(IN_VIEW), news.get_by_role("button", name="Undo").is_visible(), person.page.evaluate(SCROLLED) > 800)
    news.get_by_role("button", name="Close").click()

    assert seen == (True, False, True)
    assert not news.is_visible()
    assert asked(database, need) == [need]


def test_what_a_long_form_refused_is_brought_into_view(demo_server: str, database: Path, window: Callable[..., Window]) -> None:
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as raw:
        planned = "SELECT id FROM support_session WHERE starts_at IS NULL AND cancelled_at IS NULL AND held_on IS NULL ORDER BY id"
        (session,) = raw.execute(planned).fetchone()
    person = window(demo_server, width=360).sign_in("support").open(f"session?id={session}")
    person.page.locator(".st-key-session_minutes input").fill("1")
    person.click("session_save")
    alert = person.page.locator("[data-testid=stAlert]").first
    alert.wait_for()
    person.page.wait_for_function(f"node => ({IN_VIEW})(node)", arg=alert.element_handle())

    assert "Nothing was saved." in alert.inner_text()
    assert not bar(person.page).is_visible()


def settle(tab: Tab, need: int, act: str = "not_available", choice: str = "") -> None:
    tab.press("needs_list", "act", [{"number": 1, "id": need, "act": act, "choice": choice, "key": f"news {need} {act}"}])


def undo(tab: Tab) -> None:
    news: dict[str, Any] = json.loads(tab.widgets["rr_news"][0].json)
    tab.press("rr_news", "undo", news["number"])


def test_eight_people_who_undo_at_once_each_undo_their_own(demo_server: str, database: Path) -> None:
    needs = asked(database)[:8]

    def there_and_back(need: int) -> list[int]:
        with closing(Tab(demo_server, sign_in(demo_server, "support"))) as tab:
            tab.open("needs")
            settle(tab, need)
            between = asked(database, need)
            undo(tab)
        return between

    with ThreadPoolExecutor(8) as crowd:
        between = list(crowd.map(there_and_back, needs))

    assert between == [[]] * 8
    assert asked(database, *needs) == needs
