"""A page change in a real browser, on the demonstration data: from the click in the menu until the new page stands still.

Charts are drawn after that, one at a time (rr/web/static/app.js): they aren't in these times.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle, islice
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, Page, sync_playwright

from tests.bench.pages import Job
from tests.bench.problems import Failed
from tests.bench.sampling import Bench
from tests.bench.server import ROOT, Server, environment, running
from tests.bench.table import Row, Samples, make_row, p95_below

ROLES = ("support", "facilitator", "manager")
SETTLED = p95_below(250)
WARM_UP = 2  # rounds through the menu: a browser loads the parts of Streamlit's page as they are first needed
LINKS = "[data-testid=stSidebarNavLink]"
IDLE = "[data-testid=stApp][data-test-script-state=notRunning]"
CHANGE = """async ([href, patience]) => {
    const heading = () => document.querySelector("[data-testid=stMain] h1")?.textContent;
    const settled = () => document.querySelector("[data-testid=stApp]").dataset.testScriptState === "notRunning"
        && heading() && heading() !== before && !document.querySelector("[data-stale=true], [data-testid=stSkeleton]");
    const before = heading();
    const began = performance.now();
    document.querySelector(`[data-testid=stSidebarNavLink][href="${href}"]`).click();
    while (!settled() && performance.now() - began < patience) await new Promise(requestAnimationFrame);
    return settled() ? performance.now() - began : null;
}"""
PATIENCE = 10_000  # milliseconds


def jobs() -> dict[str, Job]:
    """What is measured here, by the name of its row."""
    return {"a page change in the browser": _changes}


def _changes(bench: Bench) -> Iterator[Row]:
    """A row for each role. Its note names the slowest page of the menu, by the middle of its own times."""
    with running(_demo_database(bench.options.folder)) as server, _chromium() as browser:
        for role in ROLES:
            times, samples = changes(browser, server, role, bench.options.samples)
            slowest = max(times, key=lambda page: median(times[page]), default="")
            note = f"slowest: {slowest}, p50 {median(times[slowest]):.0f} ms" if slowest else ""
            yield make_row("demo", f"a page change in the browser as {role}", samples, SETTLED, note=note)


def _demo_database(folder: Path) -> Path:
    path = folder / "demo.db"
    path.unlink(missing_ok=True)
    subprocess.run([sys.executable, "-m", "rr", "demo"], cwd=ROOT, env=environment(f"sqlite:///{path}"), check=True, capture_output=True)
    return path


@contextmanager
def _chromium() -> Iterator[Browser]:
    names = ("chromium", "chromium-browser", "google-chrome")
    found = os.environ.get("CHROMIUM") or next((path for name in names if (path := shutil.which(name))), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-background-networking"])
        yield browser
        browser.close()


def changes(browser: Browser, server: Server, role: str, many: int) -> tuple[dict[str, list[float]], Samples]:
    """Click through the menu's pages in turn, so many times: the times by address, and all of them."""
    page = browser.new_page(viewport={"width": 1280, "height": 900}, locale="en-GB")
    page.goto(f"{server.address}/signin")
    page.locator(f"button[name=role][value={role}], form:has(input[name=role][value={role}]) button").first.click()
    page.wait_for_selector(IDLE)
    page.wait_for_selector(LINKS)
    hrefs = [href for link in page.locator(LINKS).all() if (href := link.get_attribute("href"))]
    rounds = cycle([*hrefs[1:], hrefs[0]])  # the first is the one that is open
    for href in islice(rounds, WARM_UP * len(hrefs)):
        _change(page, href)
    times: dict[str, list[float]] = {}
    samples = Samples()
    for href in islice(rounds, many):
        try:
            took = _change(page, href)
        except Failed as failed:
            samples.failures.append(str(failed))
        else:
            samples.taken.append(took)
            times.setdefault(href.rpartition("/")[2], []).append(took)
    samples.failures += server.new_faults()
    page.close()
    return times, samples


def _change(page: Page, href: str) -> float:
    """The milliseconds of one change. Raises Failed if the page doesn't come, or comes with an error."""
    took = page.evaluate(CHANGE, [href, PATIENCE])
    if took is None:
        raise Failed(f"{href} did not come")
    if page.locator("[data-testid=stException]").count():
        raise Failed(f"{href} shows an error")
    return took
