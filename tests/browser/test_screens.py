"""What a screen does beside what is on it: for the keyboard, on a phone, on paper, while it loads, and at an address that is none."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import IDLE, Window
from tests.browser.test_accessibility import PHONE, RECORDS

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

SHIFTS = """
    window.shifted = 0;
    new PerformanceObserver(list => list.getEntries().forEach(entry => { if (!entry.hadRecentInput) window.shifted += entry.value; }))
        .observe({ type: "layout-shift", buffered: true });
"""
RING = "() => { const look = getComputedStyle(document.activeElement); return [look.outlineStyle, parseFloat(look.outlineWidth) >= 2]; }"
TURNS = "window.turns = []; window.requestIdleCallback = turn => window.turns.push(turn);"  # until a test gives them
PLACES = "charts => charts.map(chart => [chart.getBoundingClientRect().top, chart.getBoundingClientRect().height])"
ON_PAPER = {  # what is read on it, and what isn't
    "progress": (("What needs you", "Sign-ups", "Where partnerships stand now"), ("See who is waiting", "All regions")),
    "plan?id={plan}": (("They asked", "Lead:", "Plan contact"), ("Edit", "Word document")),
    "session?id={session}": (("At a glance", "Agenda", "Welcome and introductions"), ("Start session", "Swap")),
    "partnership?id={partnership}": (("Summary", "Plan agreed"), ("Save note", "Latest first", "Add a note")),
}


@pytest.fixture
def records(demo_server: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, int]:
    (path,) = tmp_path_factory.getbasetemp().glob("demo[0-9]*/rr.db")
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
        return {name: database.execute(statement).fetchone()[0] for name, statement in RECORDS.items()}


def focused(page: Page) -> str:
    return page.evaluate("() => document.activeElement.ariaLabel ?? document.activeElement.textContent.trim()")


def test_the_keyboard_goes_past_the_menu_to_the_work_and_is_seen_on_its_way(demo_server: str, window: Callable[..., Window]) -> None:
    person = window(demo_server)
    person.sign_in("support").open("plans")
    person.page.keyboard.press("Tab")
    assert focused(person.page) == "Skip to the main content"
    expect(person.page.locator(".skip")).to_be_in_viewport()
    person.page.keyboard.press("Enter")
    assert person.page.evaluate("() => document.activeElement.id") == "stMain"
    assert person.page.url.endswith("/plans")
    for part in ("[data-testid=stSidebarNavLink]", ".st-key-shell_sign_out button", ".rr-rows h3 a"):
        person.page.locator(part).first.focus()
        person.page.keyboard.press("Shift+Tab")
        person.page.keyboard.press("Tab")
        assert (part, *person.page.evaluate(RING)) == (part, "solid", True)


def test_a_status_keeps_the_focus_once_it_is_pressed(demo_server: str, records: dict[str, int], window: Callable[..., Window]) -> None:
    person = window(demo_server)
    person.sign_in("support").open(f"review?id={records['review']}")
    for label in ("Going well", "Stuck"):
        button = person.page.get_by_role("button", name=f"{label}: ").first
        button.focus()
        before = focused(person.page)
        person.page.keyboard.press("Enter")
        person.idle()
        expect(button).to_be_focused()
        assert focused(person.page) == before


def test_the_live_page_begins_in_the_line_to_type(demo_server: str, records: dict[str, int], window: Callable[..., Window]) -> None:
    person = window(demo_server)
    person.sign_in("facilitator").open(f"session?id={records['session']}").click("session_live")
    expect(person.page.locator(".st-key-live_line :is(input, textarea)")).to_be_focused()


def test_on_a_phone_the_menu_goes_once_a_page_is_chosen_and_groups_stay_in_a_row(demo_server: str, window: Callable[..., Window]) -> None:
    person = window(demo_server, width=PHONE)
    person.sign_in("support").open("plans")
    person.page.locator("[data-testid=stExpandSidebarButton]").click()
    person.page.get_by_role("link", name="Support needed").click()
    person.page.wait_for_url("**/needs")
    expect(person.page.locator("[data-testid=stSidebar]")).not_to_be_in_viewport()
    person.idle()
    tops = "() => new Set([...document.querySelectorAll('[role=radio]')].map(each => Math.round(each.getBoundingClientRect().top))).size"
    assert person.page.evaluate(tops) == 1


@pytest.mark.parametrize("width", [1280, PHONE])
def test_a_page_stays_where_it_is_while_it_loads_and_asks_for_nothing_in_vain(
    width: int, demo_server: str, window: Callable[..., Window]
) -> None:
    person = window(demo_server, width=width)
    person.sign_in("manager")
    failed: list[str] = []
    person.page.on("response", lambda answer: failed.append(answer.url) if answer.status >= 400 else None)
    person.page.add_init_script(SHIFTS)
    for address in ("requests", "plans", "progress", "rows?progress_rows=waiting"):
        person.open(address)
        assert (address, person.page.evaluate("() => window.shifted < 0.1")) == (address, True)
    assert (failed, person.faults) == ([], [])


def test_charts_are_drawn_once_their_page_is_there_each_in_its_room_and_in_its_turn(
    demo_server: str, window: Callable[..., Window]
) -> None:
    person = window(demo_server)
    person.sign_in("manager")
    person.page.add_init_script(TURNS)
    person.page.goto(f"{demo_server}/progress")
    charts = person.page.locator("[data-testid=stVegaLiteChart]")
    expect(charts).to_have_count(6)
    person.page.wait_for_selector(IDLE)
    person.page.wait_for_function("() => window.turns.length")
    places = charts.evaluate_all(PLACES)
    assert charts.locator("svg").count() == 0
    for drawn in range(1, 7):
        person.page.evaluate("() => window.turns.splice(0).forEach(turn => turn())")
        expect(charts.locator("svg")).to_have_count(drawn)
    assert charts.evaluate_all(PLACES) == places


@pytest.mark.parametrize(
    ("role", "address", "words"),
    [
        ("support", "plains", "Page not found"),
        ("support", "plans/7", "Page not found"),
        ("admin", "requests", "Not found"),
        ("support", "accounts", "Not found"),
        ("manager", "rows", "No figure has this name"),
        ("manager", "rows?progress_rows=nonsense", "No figure has this name"),
    ],
)
def test_an_address_that_is_none_says_so_in_our_words_with_a_way_on(
    role: str, address: str, words: str, demo_server: str, window: Callable[..., Window]
) -> None:
    person = window(demo_server)
    person.sign_in(role)
    person.page.goto(f"{demo_server}/{address}")
    expect(person.page.get_by_text(words).first).to_be_visible(timeout=30_000)
    expect(person.page.get_by_role("dialog")).to_have_count(0)
    expect(person.page.locator("main a[aria-current=page], [data-testid=stMain] a[aria-current=page]")).to_have_count(0)
    person.page.get_by_role("link", name="first page").click()
    expect(person.page.locator("[data-testid=stMain] h1")).not_to_have_text("Not found", timeout=30_000)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_paper_there_is_the_work_alone_in_black_and_white(
    scheme: str, demo_server: str, records: dict[str, int], window: Callable[..., Window], tmp_path: Path
) -> None:
    person = window(demo_server, scheme=scheme)
    person.sign_in("manager")
    for address, (read, unread) in ON_PAPER.items():
        person.open(address.format(**records))
        person.page.pdf(path=tmp_path / "page.pdf", prefer_css_page_size=True, print_background=True)
        with pypdfium2.PdfDocument(tmp_path / "page.pdf") as paper:
            text = " ".join(" ".join(page.get_textpage().get_text_range() for page in paper).split())
            images = [page.render(scale=0.5).to_pil().convert("RGB") for page in paper]
        assert [words for words in read if words not in text] == [], address
        assert [words for words in (*unread, "Sign out", "Signed in as") if words in text] == [], address
        for image in images:
            assert max(abs(red - blue) for _count, (red, _green, blue) in image.getcolors(2**20)) < 24, address
            assert image.getpixel((5, 5)) == (255, 255, 255), address
