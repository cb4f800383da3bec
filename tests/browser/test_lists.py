"""Lists in a real browser: what a person can do with rows, by mouse and by keys, and that a text stays a text."""

import re
from collections.abc import Callable, Iterator
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page

from tests.browser.conftest import Window, serve
from tests.browser.lists.texts import TEXTS

pytestmark = pytest.mark.browser

PLACES = ["h3 a", ".number", ".detail", ".words", ".badge", "dl dt", "dl dd", "summary", ".links a", ".actions button"]
READ_TEXTS = """(list, places) => [...list.querySelectorAll("li")].map(
    (row) => places.flatMap((place) => [...row.querySelectorAll(place)].map((part) => part.textContent)))"""
TAGS = "list => [...new Set([...list.querySelectorAll('*')].map(each => each.tagName.toLowerCase()))].sort()"


@pytest.fixture(scope="module")
def lists(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The page in tests/browser/lists, on a server of its own."""
    log = tmp_path_factory.mktemp("lists") / "server.log"
    yield from serve("tests/browser/lists/app.py", log)
    assert "Traceback" not in log.read_text()


def item(person: Window, number: int) -> Locator:
    return person.page.get_by_role("listitem").filter(has=person.page.get_by_role("heading", name=f"Greenmoor {number}", exact=True))


def heard(person: Window) -> str:
    return person.page.get_by_text(re.compile("^Heard:")).inner_text()


def focused(page: Page) -> str:
    return page.evaluate("() => document.activeElement.getAttribute('aria-label') || document.activeElement.textContent")


def test_a_press_sends_what_was_chosen_and_its_button_waits_meanwhile(lists: str, window: Callable[..., Window]) -> None:
    person = window(lists).open("")
    row = item(person, 2)
    match = row.get_by_role("button", name="Match partner: Greenmoor 2, legal advice")

    match.click()  # nothing is chosen yet: the browser asks for it
    asked = focused(person.page)
    row.get_by_role("combobox").select_option("Renewal Trust")
    match.click()
    waits = (match.get_attribute("aria-busy"), match.get_attribute("aria-disabled"))
    row.get_by_role("button", name="Ask again").wait_for()
    person.idle()

    assert asked == "Support partner: Greenmoor 2, legal advice"
    assert waits == ("true", "true")
    assert heard(person) == "Heard: 2 match 5."
    assert [button.get_attribute("aria-busy") for button in row.get_by_role("button").all()] == [None]
    assert person.faults == []


def test_quick_presses_are_all_heard_in_their_order_and_a_double_click_once(lists: str, window: Callable[..., Window]) -> None:
    person = window(lists).open("")

    for number in (3, 4, 5, 6):
        item(person, number).get_by_role("button", name="Not available").dblclick(delay=10)
    person.page.get_by_text("6 gone").wait_for()
    person.idle()

    assert heard(person) == "Heard: 3 gone, 4 gone, 5 gone, 6 gone."
    assert person.page.get_by_text("Keys: 4.").is_visible()
    assert person.page.get_by_role("heading", level=3).count() == 8


def test_a_press_that_another_click_interrupted_is_heard_all_the_same(lists: str, window: Callable[..., Window]) -> None:
    person = window(lists).open("")

    item(person, 3).get_by_role("button", name="Not available").click()
    person.page.get_by_role("button", name="Something else").click()
    item(person, 3).wait_for(state="detached")
    person.idle()

    assert heard(person) == "Heard: 3 gone."


def test_the_focus_and_the_scrolled_place_outlive_a_run(lists: str, window: Callable[..., Window]) -> None:
    person = window(lists).open("")
    page = person.page
    item(person, 7).get_by_role("combobox").select_option("Locality")
    item(person, 7).locator("summary").click()
    button = item(person, 6).get_by_role("button", name="Not available")
    button.focus()
    scrolled = page.evaluate("() => document.querySelector('[data-testid=stMain]').scrollTop")

    page.keyboard.press("Enter")
    item(person, 6).wait_for(state="detached")
    person.idle()

    assert scrolled > 0
    assert page.evaluate("() => document.querySelector('[data-testid=stMain]').scrollTop") == scrolled
    assert focused(page) == "Not available: Greenmoor 7"  # the row that took the place of the one that went
    assert item(person, 7).get_by_role("combobox").input_value() == "3"
    assert item(person, 7).locator("details").get_attribute("open") == ""


def test_everything_works_by_keys_alone(lists: str, window: Callable[..., Window]) -> None:
    person = window(lists).open("")
    page = person.page
    walked = []
    page.get_by_role("link", name="Greenmoor 1", exact=True).focus()
    for _ in range(6):
        walked.append(focused(page))
        page.keyboard.press("Tab")
    page.get_by_role("link", name="Greenmoor 1", exact=True).focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowUp"):
        page.keyboard.press(key)
    reached = focused(page)
    page.keyboard.press("Enter")
    page.locator("li.chosen").wait_for()
    person.idle()

    assert walked == [
        "Greenmoor 1",
        "How to do it: Greenmoor 1",
        "Open plan: Greenmoor 1",
        "Support partner: Greenmoor 1, legal advice",
        "Match partner: Greenmoor 1, legal advice",
        "Not available: Greenmoor 1",
    ]
    assert reached == "Greenmoor 2"
    assert page.url.endswith("/?id=2")
    assert (focused(page), page.get_attribute("li.chosen h3 a", "aria-current")) == ("Greenmoor 2", "true")


def test_the_headings_of_a_page_with_a_list_have_no_gap(lists: str, window: Callable[..., Window]) -> None:
    person = window(lists).open("")

    levels = person.page.evaluate("() => [...document.querySelectorAll('h1, h2, h3')].map(each => each.tagName + ' ' + each.textContent)")

    assert levels[:3] == ["H1 Support needed", "H2 Waiting", "H3 Greenmoor 1"]
    assert levels[6] == "H2 Waiting longer"


def test_every_text_is_shown_as_it_is(lists: str, window: Callable[..., Window]) -> None:
    person = window(lists, width=360).open("")
    element = person.page.locator(".rr-rows")
    usual = element.evaluate(TAGS)
    person.open("?hostile=1")
    person.page.get_by_role("listitem").first.wait_for()

    assert element.evaluate(READ_TEXTS, PLACES) == [texts_of(text) for text in TEXTS]
    assert element.locator("h2").all_text_contents() == list(TEXTS)
    assert element.locator("button").evaluate_all("all => all.map(each => each.getAttribute('aria-label'))") == [f"{t}: {t}" for t in TEXTS]
    assert element.locator("select").first.evaluate("each => [...each.options].map(option => option.value)") == ["", *TEXTS]
    assert element.evaluate(TAGS) == usual  # no text became an element
    assert "taken" not in person.page.title()
    assert width(person.page) == 360
    assert (person.faults, person.outside) == ([], [])


def texts_of(text: str) -> list[str]:
    """What a row shows of it, in the order of PLACES: facts and what is folded away have two labels and two texts."""
    return [*[text] * 9, f"{text}: {text}", text, text]


@pytest.mark.parametrize(
    ("layout", "scheme"), [("list", "light"), ("list", "dark"), ("lines", "light"), ("grid", "dark"), ("figures", "light")]
)
def test_it_is_accessible_on_a_desk_and_on_a_phone(
    layout: str, scheme: Literal["light", "dark"], lists: str, window: Callable[..., Window]
) -> None:
    person = window(lists, scheme=scheme).open(f"?layout={layout}")
    person.page.locator("summary").first.click()

    desk = faults(person.page)
    person.page.set_viewport_size({"width": 360, "height": 800})
    person.page.wait_for_timeout(300)
    phone = faults(person.page)

    assert (desk, phone) == ([], [])
    assert width(person.page) == 360
    assert min(person.page.locator(".rr-rows :is(button, select)").evaluate_all("all => all.map(each => each.offsetHeight)")) >= 44
    assert person.faults == []


def width(page: Page) -> int:
    return page.evaluate("() => document.querySelector('[data-testid=stMain]').scrollWidth")


def faults(page: Page) -> list[Any]:
    """What axe finds in the list, whatever its weight."""
    found = Axe().run(page, context=".rr-rows", options={"resultTypes": ["violations"]}).response["violations"]
    return [(each["id"], node["html"][:200], node["failureSummary"]) for each in found for node in each["nodes"]]


# In the app itself, behind its guard and its content security policy


def test_a_click_changes_the_page_without_loading_it_anew(demo_server: str, window: Callable[..., Window]) -> None:
    person = window(demo_server).sign_in("support").open("partnerships")
    page = person.page
    page.evaluate("() => { window.stays = true }")
    link = page.get_by_role("link", name="Barrowcliff", exact=True)
    href = link.get_attribute("href")

    link.click()
    page.get_by_role("heading", level=1, name="Barrowcliff").wait_for()
    person.idle()

    assert page.url == f"{demo_server}{href}"
    assert page.evaluate("() => window.stays")
    assert (person.faults, person.outside) == ([], [])


def test_a_new_tab_opens_the_record(demo_server: str, window: Callable[..., Window]) -> None:
    person = window(demo_server).sign_in("support").open("partnerships")
    link = person.page.get_by_role("link", name="Barrowcliff", exact=True)

    with person.page.context.expect_page() as by_key:
        link.click(modifiers=["Control"])
    with person.page.context.expect_page() as by_wheel:
        link.click(button="middle")

    for opened in (by_key, by_wheel):
        opened.value.get_by_role("heading", level=1, name="Barrowcliff").wait_for()
    assert person.page.get_by_role("heading", level=1).inner_text() == "Partnerships"
