"""How much a list sends: counted over a websocket as a browser's would be, on the demonstration data."""

import pytest

from tests.bench.client import Tab, sign_in

pytestmark = pytest.mark.browser

MOST = 150  # messages for a list page: its rows are one, the rest are the shell, the filters and the page's own words


PAGES = [
    ("support", "partnerships"),
    ("support", "requests"),
    ("support", "imports"),
    ("admin", "accounts"),
    ("manager", "audit"),
    ("manager", "plans"),
    ("manager", "plans?plans_view=Actions"),
    ("manager", "sessions"),
    ("manager", "needs"),
    ("manager", "toolkit"),
]


@pytest.mark.parametrize(("role", "path"), PAGES)
def test_a_list_page_sends_few_messages(role: str, path: str, demo_server: str) -> None:
    tab = Tab(demo_server, sign_in(demo_server, role))
    tab.open(path)
    opened, _kib = tab.size()
    tab.rerun()
    again, weight = tab.size()
    tab.close()

    assert f"{path.partition('?')[0]}_list" in tab.widgets
    assert (opened < MOST, again < MOST, weight < 64) == (True, True, True), (opened, again, weight)


def test_typing_in_the_search_draws_what_was_found_and_nothing_else(demo_server: str) -> None:
    tab = Tab(demo_server, sign_in(demo_server, "support"))
    tab.open("plans")
    tab.rerun(search="Barrowcliff")
    drawn = [message.delta for message in tab.messages if message.WhichOneof("type") == "delta"]
    tab.close()

    links = [delta.new_element.page_link.label for delta in drawn if delta.new_element.WhichOneof("type") == "page_link"]
    assert links[:1] == ["Barrowcliff, Yorkshire and the Humber"]
    assert len(drawn) < 12
