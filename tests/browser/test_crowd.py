"""Several people on one page at the same moment: each run is their own."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from streamlit.proto.Alert_pb2 import Alert

from tests.bench.client import Tab, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

PEOPLE, RERUNS = 8, 50


@pytest.fixture
def log(demo_server: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the server has written down."""
    (path,) = tmp_path_factory.getbasetemp().glob("demo[0-9]*/server.log")
    return path


def errors(tab: Tab) -> list[str]:
    """The error elements that the tab's last run drew."""
    drawn = [message.delta.new_element for message in tab.messages if message.WhichOneof("type") == "delta"]
    alerts = [f"{one.alert.title} {one.alert.body}" for one in drawn if one.HasField("alert") and one.alert.format == Alert.ERROR]
    return alerts + [one.exception.message for one in drawn if one.HasField("exception")]


def test_people_who_rerun_one_page_at_once_all_see_it(demo_server: str, log: Path) -> None:
    tabs = [Tab(demo_server, sign_in(demo_server, "manager")) for _ in range(PEOPLE)]
    for tab in tabs:
        tab.open("imports")
    alone, logged = tabs[0].shows(), log.read_text()

    def rerun(tab: Tab) -> Iterator[tuple[str, list[str]]]:
        for _ in range(RERUNS):
            tab.rerun()
            yield tab.shows(), errors(tab)

    with ThreadPoolExecutor(PEOPLE) as crowd:
        seen = [run for runs in crowd.map(lambda tab: list(rerun(tab)), tabs) for run in runs]
    for tab in tabs:
        tab.close()

    assert len(seen) == PEOPLE * RERUNS
    assert [run for run in seen if run != (alone, [])] == []
    assert log.read_text() == logged
