"""No page is taller than four screens of 800 pixels, on the demonstration data and a desktop window."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest

from tests.browser.conftest import Window

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

MOST = 3200
TALLEST = {  # of each record that has a page, the one with the most on it
    "plan": "SELECT plan_id FROM action GROUP BY plan_id ORDER BY COUNT(*) DESC, plan_id LIMIT 1",
    "partnership": "SELECT p.partnership_id FROM action a JOIN action_plan p ON p.id = a.plan_id GROUP BY 1 ORDER BY COUNT(*) DESC LIMIT 1",
    "session": "SELECT session_id FROM capture GROUP BY session_id ORDER BY COUNT(*) DESC, session_id LIMIT 1",
    "review": "SELECT v.id FROM review v JOIN action a ON a.plan_id = v.plan_id GROUP BY v.id ORDER BY COUNT(*) DESC, v.id LIMIT 1",
}
PAGES = {
    "support": ("requests", "imports"),
    "manager": (
        *("progress", "progress?progress_period=All+time", "rows?progress_rows=stage&progress_of=not_reached&progress_period=All+time"),
        *("sessions", "sessions?sessions_state=All+states", "plans", "plans?plans_state=All", "plans?plans_view=Actions"),
        *("plans?plans_view=Actions&plans_state=All", "partnerships", "needs", "toolkit", "toolkit?toolkit_view=Recipes", "audit"),
    ),
    "facilitator": ("sessions", "toolkit"),
    "admin": ("accounts", "audit"),
}


@pytest.mark.parametrize("role", PAGES)
def test_no_page_is_taller_than_four_screens(
    role: str, demo_server: str, window: Callable[..., Window], tmp_path_factory: pytest.TempPathFactory
) -> None:
    (path,) = tmp_path_factory.getbasetemp().glob("demo[0-9]*/rr.db")
    with closing(sqlite3.connect(path)) as db:
        ids: dict[str, Any] = {stem: db.execute(statement).fetchone()[0] for stem, statement in TALLEST.items()}
    records = [f"{stem}?id={number}" for stem, number in ids.items()] if role == "manager" else []
    person = window(demo_server).sign_in(role)

    heights = {}
    for page in [*PAGES[role], *records]:
        person.open(page).page.wait_for_timeout(300)  # a chart or a list draws itself after the run
        heights[page] = person.page.evaluate("document.querySelector('[data-testid=stMainBlockContainer]').scrollHeight")

    assert {page: height for page, height in heights.items() if height > MOST} == {}
