"""Several people on one page at the same moment: each run is their own."""

import json
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.bench.client import Tab, sign_in

pytestmark = pytest.mark.browser

PEOPLE, RERUNS = 8, 50


@pytest.fixture
def log(demo_server: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the server has written down."""
    (path,) = tmp_path_factory.getbasetemp().glob("demo[0-9]*/server.log")
    return path


@pytest.mark.parametrize(("path", "reruns"), [("imports", RERUNS), ("account", 10), ("audit", 10)])
def test_people_who_rerun_one_page_at_once_all_see_it(path: str, reruns: int, demo_server: str, log: Path) -> None:
    tabs = [Tab(demo_server, sign_in(demo_server, "manager")) for _ in range(PEOPLE)]
    for tab in tabs:
        tab.open(path)
    alone, logged = [tab.drawn() for tab in tabs if tab.rerun()], log.read_text()

    def rerun(tab: Tab) -> list[list[bytes]]:
        """What each run drew. One that shows an error raises."""
        return [tab.drawn() for _ in range(reruns) if tab.rerun()]

    with ThreadPoolExecutor(PEOPLE) as crowd:
        seen = list(crowd.map(rerun, tabs))
    for tab in tabs:
        tab.close()

    assert [len(runs) for runs in seen] == [reruns] * PEOPLE
    assert [run for runs, first in zip(seen, alone, strict=True) for run in runs if run != first] == []
    assert log.read_text() == logged


def test_people_who_decide_and_undo_at_once_lose_nothing(demo_server: str, log: Path) -> None:
    database, logged = log.parent / "rr.db", log.read_text()
    asked = "SELECT id FROM support_request WHERE status IN ('new', 'waiting_for_them') ORDER BY id LIMIT ?"
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as before:
        last = before.execute("SELECT max(id) FROM decision").fetchone()[0]
        requests = [number for (number,) in before.execute(asked, (PEOPLE,))]

    def decide(request_id: int) -> None:
        tab = Tab(demo_server, sign_in(demo_server, "support"))
        tab.open(f"requests?id={request_id}")
        tab.rerun(**{f"requests_contacted_{request_id}": True})
        tab.press("rr_news", "undo", json.loads(tab.widgets["rr_news"][0].json)["number"])
        tab.close()

    with ThreadPoolExecutor(PEOPLE) as crowd:
        list(crowd.map(decide, requests))

    made = "SELECT request_id, move, undoes_id IS NOT NULL FROM decision WHERE id > ? ORDER BY request_id, id"
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as after:
        stored = after.execute(made, (last,)).fetchall()
    assert stored == [(number, "contacted", undone) for number in requests for undone in (0, 1)]
    assert log.read_text() == logged


def test_people_who_settle_needs_at_once_lose_nothing(demo_server: str, log: Path) -> None:
    database, logged = log.parent / "rr.db", log.read_text()
    waiting = "SELECT id FROM support_need WHERE status = 'asked' ORDER BY asked_on, id LIMIT ?"
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as before:
        needs = [number for (number,) in before.execute(waiting, (PEOPLE,))]

    def settle(need_id: int) -> None:
        tab = Tab(demo_server, sign_in(demo_server, "support"))
        tab.open("needs")
        tab.press("needs_list", "act", [{"number": 1, "id": need_id, "act": "not_available", "choice": "", "key": f"press {need_id}"}])
        tab.close()

    with ThreadPoolExecutor(PEOPLE) as crowd:
        list(crowd.map(settle, needs))

    settled = f"SELECT id FROM support_need WHERE status = 'not_available' AND id IN ({', '.join(map(str, needs))}) ORDER BY id"
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as after:
        assert [number for (number,) in after.execute(settled)] == sorted(needs)
    assert log.read_text() == logged
