"""Taking notes together: several people write down what comes up, and change the agenda, at the same moment."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.bench.client import Tab, sign_in
from tests.browser.conftest import Window

pytestmark = pytest.mark.browser

PEOPLE, TIMES = 8, 4


@pytest.fixture
def database(demo_server: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    (path,) = tmp_path_factory.getbasetemp().glob("demo[0-9]*/rr.db")
    return path


@pytest.fixture
def tabs(demo_server: str) -> Iterator[list[Tab]]:
    made = [Tab(demo_server, sign_in(demo_server, "support")) for _ in range(PEOPLE)]
    yield made
    for tab in made:
        tab.close()


def coming(tab: Tab, place: int) -> int:
    """The id of one of the sessions that are coming up, by its place in the list."""
    tab.open("sessions")
    (group,) = (one for one in json.loads(tab.widgets["sessions_list"][0].json)["groups"] if one["heading"].startswith("Coming up"))
    return group["rows"][place]["id"]


def rows(path: Path, statement: str, session_id: int) -> list[tuple[Any, ...]]:
    with sqlite3.connect(path) as database:
        return database.execute(statement, [session_id]).fetchall()


def all_at_once(tabs: list[Tab], gesture: Callable[[Tab, str], object]) -> list[str]:
    """Everybody does it several times, each time with other words; returns all the words. A run that shows an error raises."""
    words = [[f"Person {person} time {time}" for time in range(TIMES)] for person in range(PEOPLE)]
    with ThreadPoolExecutor(PEOPLE) as crowd:
        list(crowd.map(lambda tab, mine: [gesture(tab, each) for each in mine], tabs, words))
    return sorted(each for mine in words for each in mine)


def test_lines_that_eight_people_capture_at_once_are_all_stored(tabs: list[Tab], database: Path) -> None:
    session_id = coming(tabs[0], 0)
    for tab in tabs:
        tab.open(f"live?id={session_id}")

    captured = all_at_once(tabs, lambda tab, words: tab.rerun(live_line=words, live_add=True))

    assert sorted(rows(database, "SELECT text FROM capture WHERE session_id = ?", session_id)) == [(words,) for words in captured]


def test_rows_that_eight_people_add_to_an_agenda_at_once_are_all_stored_in_order(tabs: list[Tab], database: Path) -> None:
    session_id = coming(tabs[0], 1)
    for tab in tabs:
        tab.open(f"session?id={session_id}")

    added = all_at_once(tabs, lambda tab, words: tab.rerun(session_add_title=words, session_add=True))

    agenda = rows(database, "SELECT position, title FROM agenda_item WHERE session_id = ? ORDER BY position", session_id)
    assert sorted(title for _, title in agenda if title in added) == added
    assert [position for position, _ in agenda] == list(range(1, len(agenda) + 1))


def test_typing_goes_on_while_a_line_is_stored(demo_server: str, tabs: list[Tab], database: Path, window: Callable[..., Window]) -> None:
    session_id = coming(tabs[0], 2)
    person = window(demo_server).sign_in("support").open(f"live?id={session_id}")
    box = person.page.locator(".st-key-live_line input")
    lines = ["We opened the hall", "Ask for the old lease", "We fed 300 families"]

    box.click()
    for line in lines:
        person.page.keyboard.type(line, delay=15)
        person.page.keyboard.press("Enter")
    person.idle()

    assert rows(database, "SELECT text FROM capture WHERE session_id = ? ORDER BY id", session_id) == [(line,) for line in lines]
    assert box.input_value() == ""
    assert person.faults == []


def test_a_refused_line_comes_back_into_the_box(demo_server: str, tabs: list[Tab], window: Callable[..., Window]) -> None:
    session_id = coming(tabs[0], 3)
    person = window(demo_server).sign_in("support").open(f"live?id={session_id}")
    long = "x" * 5001

    person.type("live_line", long).page.keyboard.press("Enter")
    person.page.get_by_text("Make this shorter").wait_for()
    person.idle()

    assert person.page.locator(".st-key-live_line input").input_value() == long
