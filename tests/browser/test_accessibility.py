"""Every page as somebody who may see it: axe in the light and in the dark, no wider than a phone, nothing from outside, a quiet console."""

import sqlite3
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from rr.ui.kit.navigation import PAGES
from tests.browser.conftest import Window

pytestmark = pytest.mark.browser

SIGNED_OUT = ("signin", "signup", "password/x")
WALKS = {
    "support": (
        "requests",
        "requests?id={request}",
        "imports",
        "plans",
        "plan?id={plan}",
        "review?id={review}",
        "partnerships",
        "partnership?id={partnership}",
        "needs",
        "toolkit",
        "account",
        "audit",
    ),
    "facilitator": ("sessions", "session?id={session}", "live?id={session}"),
    "manager": ("progress", "rows?progress_rows=waiting"),
    "admin": ("accounts",),
}
RECORDS = {
    "request": """SELECT id FROM support_request WHERE partnership_id IS NOT NULL AND status = 'new' ORDER BY received_at LIMIT 1""",
    "plan": "SELECT id FROM action_plan WHERE agreed_on IS NOT NULL AND closed_on IS NULL ORDER BY agreed_on LIMIT 1",
    "review": """SELECT review.id FROM review JOIN action_plan ON action_plan.id = plan_id
        WHERE held_on IS NULL AND closed_on IS NULL ORDER BY due_on LIMIT 1""",
    "partnership": "SELECT partnership_id FROM action_plan WHERE agreed_on IS NOT NULL ORDER BY agreed_on LIMIT 1",
    "session": """SELECT session_id FROM session_facilitator JOIN account ON account.id = account_id
        JOIN support_session ON support_session.id = session_id
        WHERE email = 'facilitator@example.org' AND starts_at IS NOT NULL AND held_on IS NULL ORDER BY starts_at LIMIT 1""",
}
OPENED = {"requests": ".st-key-requests_log_call button", "plan?id={plan}": "[class*=st-key-plan_going_] button"}
COLOURS = ("color-contrast", "link-in-text-block")  # what the dark can change: the page is otherwise the same
PHONE = 360
WIDTHS = "() => [document.documentElement, ...document.querySelectorAll('[data-testid=stMain]')].map(part => part.scrollWidth)"
HEADINGS = "() => [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].filter(each => each.checkVisibility()).map(each => each.tagName)"
NAMES = """() => [...document.querySelectorAll('[data-testid=stMain] :is(button, a)')]
    .filter(each => each.checkVisibility() && !each.closest('[aria-hidden=true]') && each.tabIndex >= 0 && each.role !== 'radio')
    .filter((each, place, all) => !each.href ||
        all.findIndex(one => one.href === each.href && one.textContent === each.textContent) === place)
    .map(each => each.ariaLabel ?? each.textContent.trim())"""  # links of one name may lead to the same place twice
ICONS_HEARD = "() => [...document.querySelectorAll('#root [translate=no]:not([aria-hidden=true])')].map(each => each.textContent)"
GROUND = "() => getComputedStyle(document.querySelector('.stApp') || document.body).backgroundColor"


@pytest.fixture
def records(demo_server: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, int]:
    """A record for each page that is about one."""
    (path,) = tmp_path_factory.getbasetemp().glob("demo[0-9]*/rr.db")
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
        return {name: database.execute(statement).fetchone()[0] for name, statement in RECORDS.items()}


def test_every_page_is_looked_at() -> None:
    looked_at = {address.partition("?")[0] for walk in WALKS.values() for address in walk}
    assert looked_at >= set(PAGES)


@pytest.mark.parametrize("role", WALKS)
def test_everybody_can_use_every_page(role: str, demo_server: str, records: dict[str, int], window: Callable[..., Window]) -> None:
    person = window(demo_server)
    person.sign_in(role)
    wrong: list[str] = []
    for address in WALKS[role]:
        person.page.set_viewport_size({"width": 1280, "height": 900})
        person.open(address.format(**records))
        assert person.page.get_by_role("heading", name="Not found", exact=True).count() == 0, address
        wrong += _looked_at(person.page, address, opens=OPENED.get(address))
    assert not wrong, "\n".join(wrong)
    assert (person.outside, person.faults) == ([], [])


def test_whoever_is_not_signed_in_can_use_every_form(demo_server: str, window: Callable[..., Window]) -> None:
    person = window(demo_server)
    wrong: list[str] = []
    for address in SIGNED_OUT:
        person.page.set_viewport_size({"width": 1280, "height": 900})
        person.page.goto(f"{demo_server}/{address}")
        wrong += _looked_at(person.page, address)
    assert not wrong, "\n".join(wrong)
    assert (person.outside, [fault for fault in person.faults if "404" not in fault]) == ([], [])  # password/x is no link that we gave


def test_the_form_for_ones_own_password_can_be_used_by_everybody(demo_server: str, window: Callable[..., Window]) -> None:
    person = window(demo_server).sign_in("support")
    person.page.goto(f"{demo_server}/signin/password")
    assert _looked_at(person.page, "signin/password") == []
    assert person.outside == []


def _looked_at(page: Page, address: str, opens: str | None = None) -> list[str]:
    """What is wrong with a page, in both colour schemes and on a phone; `opens` is pressed for the form behind it."""
    wrong = [f"{address}, light: {words}" for words in (*_axe(page), *_unheard(page))]
    if opens:
        page.locator(opens).first.click()
        page.wait_for_selector("[role=dialog], [data-testid=stPopoverBody]")
        page.wait_for_timeout(500)  # it fades in, and a half faded word has half its contrast
        wrong += [f"{address}, opened: {words}" for words in _axe(page)]
        page.keyboard.press("Escape")
        page.wait_for_selector("[role=dialog], [data-testid=stPopoverBody]", state="detached")
    light = page.evaluate(GROUND)
    page.emulate_media(color_scheme="dark")
    _until(page, lambda: page.evaluate(GROUND) != light)
    wrong += [f"{address}, dark: {words}" for words in _axe(page, COLOURS)]
    page.set_viewport_size({"width": PHONE, "height": 800})
    _until(page, lambda: max(page.evaluate(WIDTHS)) <= PHONE)
    if (widest := max(page.evaluate(WIDTHS))) > PHONE:
        wrong.append(f"{address}: {widest} pixels wide on a phone of {PHONE}")
    page.emulate_media(color_scheme="light")
    return wrong


def _unheard(page: Page) -> list[str]:
    """What somebody who hears the page would miss: headings without a gap, names that tell buttons apart, no icon's name among them."""
    levels = [int(tag[1]) for tag in page.evaluate(HEADINGS)]
    gaps = [f"a heading of level {now} after one of level {before}" for before, now in pairwise([0, *levels]) if now > before + 1]
    names = Counter(page.evaluate(NAMES))
    twice = [f"{number} buttons or links are called {name!r}" for name, number in names.items() if number > 1 or not name]
    return [*gaps, *twice, *(f"an icon is read out: {name}" for name in page.evaluate(ICONS_HEARD))]


def _until(page: Page, holds: Callable[[], bool]) -> None:
    """Wait two seconds at most. In turns, since the page's own rules forbid what Playwright would wait with."""
    for _ in range(20):
        if holds():
            return
        page.wait_for_timeout(100)


def _axe(page: Page, rules: Sequence[str] | None = None) -> list[str]:
    """The serious and critical violations, with where they are and what axe measured. `rules`: of these alone."""
    found: list[str] = []
    options = {"resultTypes": ["violations"], **({"runOnly": rules} if rules else {})}
    for violation in Axe().run(page, options=options).response["violations"]:
        if violation["impact"] in ("serious", "critical"):
            found += [f"{violation['id']}: {node['html'][:160]} {_measured(node)}" for node in violation["nodes"]]
    return found


def _measured(node: dict[str, Any]) -> str:
    measured = (node["any"] or [{}])[0].get("data")
    if not isinstance(measured, dict) or "fgColor" not in measured:
        return ""
    return f"({measured['fgColor']} on {measured['bgColor']} is {measured['contrastRatio']}:1)"
