"""What is typed outlives the tab, the sign-in and the server: tried in the middle of typing, and by eight people at once."""

import re
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from rr import clock, db, gesture
from rr.access import SYSTEM, Actor, Who
from tests.bench.client import Tab, sign_in
from tests.browser.conftest import ROOT, Window, start
from tests.builders import a_session, a_session_with
from tests.conftest import working_on

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

PEOPLE, TIMES = 8, 6
SAID = "They said that the hall is theirs from May and that the roof leaks where the choir stands. "


class Server:
    """The app with a database of its own, which can be stopped and started again."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._running = start(path)
        self.address = next(self._running)

    def stop(self) -> None:
        self._running.close()

    def go_on(self) -> None:
        self._running = start(self.path, int(self.address.rpartition(":")[2]))
        next(self._running)

    def kept(self) -> dict[tuple[str, str], str]:
        """What is kept, as JSON, by form and field."""
        with sqlite3.connect(self.path) as database:
            rows = database.execute("SELECT form, field, typed FROM draft ORDER BY id").fetchall()
        return {(form, field): typed for form, field, typed in rows}


@pytest.fixture(scope="module")
def server(empty_database: Path) -> Iterator[Server]:
    made = Server(empty_database)
    yield made
    made.stop()


@pytest.fixture(scope="module")
def places(server: Server) -> dict[str, tuple[str, str]]:
    """A note, the line of a session, and a long field: by the key of the field, its page's address and the form's name."""
    people: Any = SimpleNamespace(support=SYSTEM, facilitator=Actor(Who.FACILITATOR, "Fay Facilitator", 2))
    with working_on(db.make_engine(f"sqlite:///{server.path}")):
        to_arrange = a_session(gesture.perform, people)
        held = a_session_with(gesture.perform, people, made_at=clock.now() - timedelta(days=1))
    return {
        "partnership_note": ("partnership?id=3", "partnership_note_3"),
        "live_line": (f"live?id={held}", f"live_box_{held}"),
        "session_access_needs": (f"session?id={to_arrange}", f"session_details_{to_arrange}"),
    }


FIELDS = ("partnership_note", "live_line", "session_access_needs")


def field(person: Window, key: str) -> Locator:
    return person.page.locator(f".st-key-{key} textarea, .st-key-{key} input").first


def typing(person: Window, key: str, server: Server, form: str) -> tuple[str, str]:
    """Type without a pause until some of it is kept, and a little more; returns what was typed, and what was kept by then."""
    field(person, key).click()
    person.page.keyboard.press("Control+End")
    for place in count():
        assert place < 2_000, "nothing of it was kept"
        person.page.keyboard.type(SAID[place % len(SAID)], delay=20)
        found = [typed.strip('"') for (name, _), typed in server.kept().items() if name == form]
        if found:
            person.page.keyboard.type("and more", delay=5)
            return field(person, key).input_value(), found[0]
    raise AssertionError


def is_restored(person: Window, key: str, typed: str, kept: str) -> None:
    """What was kept is back, and what is back was typed; then it is discarded."""
    expect(person.page.get_by_text("Restored what you had typed")).to_have_count(1)
    back = field(person, key).input_value()
    assert back.startswith(kept), (back, kept)
    assert typed.startswith(back), (typed, back)
    person.page.get_by_role("button", name="Discard").click()
    expect(person.page.get_by_text("Restored what you had typed")).to_have_count(0)
    person.idle()


def test_what_is_sent_while_the_typing_goes_on_is_sent_within_two_seconds() -> None:
    source = (ROOT / "rr/ui/kit/assets/typed.js").read_text()
    soon, look = (int(re.search(rf"{name} = ([\d_]+);", source)[1]) for name in ("SOON", "LOOK"))

    assert soon + look < 2_000


@pytest.mark.parametrize("key", FIELDS)
def test_a_reload_and_a_sign_out_in_the_middle_of_typing_lose_no_more_than_was_not_kept_yet(
    key: str, server: Server, places: dict[str, tuple[str, str]], window: Callable[..., Window]
) -> None:
    path, form = places[key]
    person = window(server.address).sign_in("support").open(path)

    typed, kept = typing(person, key, server, form)
    person.page.reload()
    is_restored(person.idle(), key, typed, kept)
    assert (form, kept) not in [(name, words) for (name, _), words in server.kept().items()]

    typed, kept = typing(person, key, server, form)
    person.page.locator(".st-key-shell_sign_out button").click()
    expect(person.page.locator("input[name=email]")).to_be_visible()
    is_restored(person.sign_in("support").open(path), key, typed, kept)
    assert server.kept() == {}
    assert person.faults == []


@pytest.mark.parametrize("key", FIELDS)
def test_a_server_that_is_started_anew_in_the_middle_of_typing_loses_nothing(
    key: str, server: Server, places: dict[str, tuple[str, str]], window: Callable[..., Window]
) -> None:
    path, form = places[key]
    person = window(server.address).sign_in("support").open(path)

    typed, _ = typing(person, key, server, form)
    server.stop()
    expect(field(person, key)).to_be_disabled()  # Streamlit takes no typing while there is no server
    stands = field(person, key).input_value()
    assert stands.startswith(typed)

    server.go_on()
    expect(person.page.get_by_text("Restored what you had typed")).to_have_count(1, timeout=60_000)
    expect(field(person, key)).to_have_value(stands)
    expect_kept(server, form, stands, person)
    field(person, key).click()
    person.page.keyboard.press("Control+End")
    person.page.keyboard.type(", and after", delay=5)
    expect_kept(server, form, f"{stands}, and after", person)

    person.page.reload()
    is_restored(person.idle(), key, f"{stands}, and after", f"{stands}, and after")


def until_kept(server: Server, person: Window, fields: int) -> None:
    for _ in range(200):
        if len(server.kept()) == fields:
            person.idle()
            return
        person.page.wait_for_timeout(100)
    raise AssertionError(server.kept())


def expect_kept(server: Server, form: str, words: str, person: Window) -> None:
    for _ in range(200):
        if words in [typed.strip('"') for (name, _), typed in server.kept().items() if name == form]:
            return
        person.page.wait_for_timeout(100)
    raise AssertionError(server.kept())


def test_every_kind_of_field_of_an_unsent_form_is_there_after_a_reload(
    server: Server, places: dict[str, tuple[str, str]], window: Callable[..., Window]
) -> None:
    path, form = places["session_access_needs"]
    person = window(server.address).sign_in("support").open(path)
    page = person.page
    page.locator(".st-key-session_date [role=spinbutton]").first.click()
    page.keyboard.type("14032027")
    page.locator(".st-key-session_time [role=spinbutton]").first.click()
    page.keyboard.type("1830")
    page.locator(".st-key-session_minutes input").fill("95")
    until_kept(server, person, 3)
    page.locator(".st-key-session_format input").click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("Online")
    page.keyboard.press("Enter")
    until_kept(server, person, 4)
    page.locator(".st-key-session_facilitators input").click()
    page.keyboard.type("Fay")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    person.type("session_place", "The old chapel")
    page.keyboard.press("Tab")
    wanted = {"day": '"2027-03-14"', "time": '"18:30:00"', "minutes": '"95"', "format": '"Online"', "place": '"The old chapel"'}
    until_kept(server, person, len(wanted) + 1)
    assert {name: typed for (_, name), typed in server.kept().items()} == wanted | {"facilitators": '["Fay Facilitator"]'}

    page.reload()
    person.idle()
    assert page.locator(".st-key-session_date input[type=date]").input_value() == "2027-03-14"
    assert page.locator(".st-key-session_format input").input_value() == "Online"
    assert page.locator(".st-key-session_facilitators [data-tag]").get_attribute("aria-label") == "Fay Facilitator"
    assert not page.locator("[data-testid=stAlert]").count(), "a restored value is no reason for a warning"
    person.click("session_save")
    person.click("session_facilitators_save")
    assert server.kept() == {}
    with sqlite3.connect(server.path) as database:
        row = database.execute("SELECT minutes, place, format FROM support_session WHERE id = ?", [form.rpartition("_")[2]]).fetchone()
    assert row == (95, "The old chapel", "online")
    assert person.faults == []


def test_a_saved_line_leaves_nothing_behind_though_the_next_is_typed_at_once(
    server: Server, places: dict[str, tuple[str, str]], window: Callable[..., Window]
) -> None:
    path, form = places["live_line"]
    person = window(server.address).sign_in("support").open(path)
    typed, _ = typing(person, "live_line", server, form)
    person.page.keyboard.press("Enter")
    person.page.keyboard.type("The next", delay=20)
    expect_kept(server, form, "The next", person)
    person.idle()

    assert field(person, "live_line").input_value() == "The next"
    with sqlite3.connect(server.path) as database:
        (last,) = database.execute("SELECT as_typed FROM capture ORDER BY id DESC LIMIT 1").fetchone()
    assert last == typed.strip()
    person.page.keyboard.press("Enter")
    person.idle()
    assert server.kept() == {}


def test_eight_people_who_type_at_once_have_all_of_it_kept(demo_server: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    (folder,) = {path.parent for path in tmp_path_factory.getbasetemp().glob("demo[0-9]*/rr.db")}
    logged = (folder / "server.log").read_text()
    tabs = [Tab(demo_server, sign_in(demo_server, role)) for role in ("support", "manager") * (PEOPLE // 2)]

    def types(numbered: tuple[int, Tab]) -> None:
        """Each has a partnership of their own. A run that shows an error raises."""
        number, tab = numbered
        tab.open(f"partnership?id={20 + number}")
        for time in range(1, TIMES + 1):
            tab.press("shell_typed", "typed", [{"number": time, "field": "partnership_note", "words": f"Person {number} time {time}"}])

    with ThreadPoolExecutor(PEOPLE) as crowd:
        list(crowd.map(types, enumerate(tabs)))
    for tab in tabs:
        tab.close()

    with sqlite3.connect(f"file:{folder / 'rr.db'}?mode=ro", uri=True) as database:
        kept = database.execute("SELECT form, typed FROM draft WHERE form LIKE 'partnership_note_2_' ORDER BY form").fetchall()
    assert kept == [(f"partnership_note_{20 + number}", f'"Person {number} time {TIMES}"') for number in range(PEOPLE)]
    assert (folder / "server.log").read_text() == logged
