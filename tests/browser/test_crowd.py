"""Several people on one page at the same moment: each run is their own."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.bench.client import Tab, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

PEOPLE, RERUNS = 8, 50


@pytest.fixture
def log(demo_server: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the server has written down."""
    (path,) = tmp_path_factory.getbasetemp().glob("demo[0-9]*/server.log")
    return path


def test_people_who_rerun_one_page_at_once_all_see_it(demo_server: str, log: Path) -> None:
    tabs = [Tab(demo_server, sign_in(demo_server, "manager")) for _ in range(PEOPLE)]
    for tab in tabs:
        tab.open("imports")
    tabs[0].rerun()
    alone, logged = tabs[0].drawn(), log.read_text()

    def rerun(tab: Tab) -> list[list[bytes]]:
        """What each run drew. One that shows an error raises."""
        return [tab.drawn() for _ in range(RERUNS) if tab.rerun()]

    with ThreadPoolExecutor(PEOPLE) as crowd:
        seen = [run for runs in crowd.map(rerun, tabs) for run in runs]
    for tab in tabs:
        tab.close()

    assert len(seen) == PEOPLE * RERUNS
    assert [run for run in seen if run != alone] == []
    assert log.read_text() == logged
