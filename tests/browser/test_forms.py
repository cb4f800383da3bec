"""Forms as a browser really keeps them: what is shown after a save, two people at once, and double clicks."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from types import SimpleNamespace

import pytest

from rr import clock, db, gesture
from rr.access import SYSTEM, Actor, Who
from rr.plans.rules import ActionStatus
from tests.bench.client import Tab, sign_in
from tests.browser.conftest import IDLE
from tests.builders import a_plan, a_request

CLICK = """async ([keys, gap]) => {
    for (const [place, key] of keys.entries()) {
        if (place) await new Promise(next => setTimeout(next, gap));
        document.querySelector(`[class*="st-key-${key}"] button`)?.click();
    }
}"""
GAPS = (20, 60, 120, 200, 300)  # milliseconds between the halves of a double click
AT_ONCE = (0, 5, 10, 20, 60)  # milliseconds after which the second of two clicks mostly finds the first one still waiting
TIMES = 50

pytestmark = pytest.mark.browser


def value(path, statement):
    with sqlite3.connect(path) as database:
        return database.execute(statement).fetchone()[0]


def test_a_double_click_keeps_one_note_and_empties_the_box(empty_server, window):
    address, path = empty_server
    support = window(address).sign_in("support").open("partnership?id=3")
    support.type("partnership_note", "They prefer a call after four")
    support.page.keyboard.press("Tab")
    support.idle()
    support.page.locator(".st-key-partnership_note_save button").dblclick(delay=20)
    support.idle()

    assert value(path, "SELECT count(*) FROM note WHERE partnership_id = 3") == 1
    assert support.page.locator(".st-key-partnership_note textarea").input_value() == ""


def test_a_saved_form_shows_what_others_saved_and_does_not_undo_it(empty_server, window):
    address, path = empty_server
    support = window(address).sign_in("support").open("partnership?id=4")
    manager = window(address).sign_in("manager").open("partnership?id=4")
    for person in (support, manager):
        person.page.get_by_text("Edit facts").first.click()
        person.page.locator(".st-key-partnership_lto input").wait_for()

    def save(person, key, words):
        person.type(key, words)
        person.page.keyboard.press("Tab")
        person.click("partnership_facts_save")

    save(manager, "partnership_lto", "The Community Trust")
    save(support, "partnership_coordinator", "Mo Ellery")
    if not support.page.locator(".st-key-partnership_lto input").is_visible():
        support.page.get_by_text("Edit facts").first.click()
    field = support.page.locator(".st-key-partnership_lto input")
    field.wait_for()
    assert field.input_value() == "The Community Trust"
    save(support, "partnership_coordinator", "Mo Ellery, since May")

    assert value(path, "SELECT lto_name FROM partnership WHERE id = 4") == "The Community Trust"
    assert value(path, "SELECT area_coordinator FROM partnership WHERE id = 4") == "Mo Ellery, since May"


@pytest.fixture
def prepare(empty_server, monkeypatch):
    """Run a builder on the server's own database."""
    made = db.make_engine(f"sqlite:///{empty_server[1]}")
    monkeypatch.setattr(db, "engine", lambda: made)
    yield lambda build, *args, **given: build(gesture.perform, *args, **given)
    made.dispose()


def click(person, *keys, gap):
    """Click one button after the other, so many milliseconds apart, whatever the page does meanwhile."""
    person.page.evaluate(CLICK, [list(keys), gap])
    person.page.wait_for_selector(IDLE)


def wait_for_rows(person, path, counted, number):
    """Wait until so many rows are stored, ten seconds at most, and the page has shown them."""
    for _ in range(500):
        if value(path, counted) >= number:
            break
        person.page.wait_for_timeout(20)
    person.page.wait_for_selector(IDLE)


def test_two_actions_tapped_a_tenth_of_a_second_apart_are_both_stored(empty_server, window, prepare):
    address, path = empty_server
    people = SimpleNamespace(support=SYSTEM, facilitator=Actor(Who.FACILITATOR, "Fay Facilitator", 2))
    plan_id, (one, two) = prepare(a_plan, people, 2, agreed_on=clock.today() - timedelta(days=42))
    review_id = value(path, f"SELECT min(id) FROM review WHERE plan_id = {plan_id}")
    support = window(address).sign_in("support").open(f"review?id={review_id}")
    statuses = [status.value for status in ActionStatus]
    pairs = [(statuses[time % 5], statuses[(time + 2) % 5]) for time in range(TIMES)]
    updates = f"SELECT count(*) FROM action_update WHERE review_id = {review_id}"
    for time, (here, there) in enumerate(pairs, start=1):
        click(support, f"review_status_{one}_{here}", f"review_status_{two}_{there}", gap=100)
        wait_for_rows(support, path, updates, 2 * time)

    with sqlite3.connect(path) as database:
        said = database.execute("SELECT action_id, status FROM action_update WHERE review_id = ? ORDER BY id", [review_id]).fetchall()
    assert said == [tap for here, there in pairs for tap in ((one, here), (two, there))]
    assert support.faults == []


def test_two_answers_tapped_at_once_are_stored_in_that_order(empty_server, window, prepare):
    address, path = empty_server
    people = SimpleNamespace(support=SYSTEM, facilitator=Actor(Who.FACILITATOR, "Fay Facilitator", 2))
    plan_id, (action_id,) = prepare(a_plan, people, 1, agreed_on=clock.today() - timedelta(days=42), partnership_id=13)
    support = window(address).sign_in("support").open(f"plan?id={plan_id}")
    support.page.locator(f".st-key-plan_going_{action_id} button").first.click()
    support.page.locator(f".st-key-plan_status_{action_id} button").first.wait_for()
    statuses = [status.value for status in ActionStatus]
    pairs = [(statuses[time % 5], statuses[(time + 2) % 5]) for time in range(TIMES)]
    updates = f"SELECT count(*) FROM action_update WHERE action_id = {action_id}"
    for time, pair in enumerate(pairs):
        click(support, *(f"plan_status_{action_id}_{status}" for status in pair), gap=AT_ONCE[time % len(AT_ONCE)])
        wait_for_rows(support, path, updates, 2 * time + 2)

    with sqlite3.connect(path) as database:
        said = database.execute("SELECT status FROM action_update WHERE action_id = ? ORDER BY id", [action_id]).fetchall()
    assert [status for (status,) in said] == [status for pair in pairs for status in pair]
    assert support.faults == []


def test_eight_people_in_one_review_lose_no_tap(empty_server, prepare):
    address, path = empty_server
    people = SimpleNamespace(support=SYSTEM, facilitator=Actor(Who.FACILITATOR, "Fay Facilitator", 2))
    plan_id, ids = prepare(a_plan, people, 8, agreed_on=clock.today() - timedelta(days=42), partnership_id=12)
    review_id = value(path, f"SELECT min(id) FROM review WHERE plan_id = {plan_id}")
    statuses = [status.value for status in ActionStatus]
    tabs = [Tab(address, sign_in(address, "support")) for _ in ids]
    for tab in tabs:
        tab.open(f"review?id={review_id}")

    def taps(tab, action_id):
        """One tap after the other. A run that shows an error raises."""
        return [tab.rerun(**{f"review_status_{action_id}_{status}": True}) for status in statuses]

    with ThreadPoolExecutor(len(tabs)) as crowd:
        list(crowd.map(taps, tabs, ids))
    for tab in tabs:
        tab.close()

    with sqlite3.connect(path) as database:
        said = database.execute("SELECT action_id, status FROM action_update WHERE review_id = ? ORDER BY action_id, id", [review_id])
        assert said.fetchall() == [(action_id, status) for action_id in ids for status in statuses]
        plan = database.execute("SELECT last_update_on FROM action_plan WHERE id = ?", [plan_id]).fetchone()
    assert plan == (clock.today().isoformat(),)


def test_a_true_double_click_stores_one(empty_server, window):
    address, path = empty_server
    support = window(address).sign_in("support").open("partnership?id=6")
    notes = [f"Note {time}" for time in range(TIMES)]
    told = 0
    for time, words in enumerate(notes):
        support.type("partnership_note", words)
        support.page.keyboard.press("Tab")
        support.page.wait_for_selector(IDLE)
        click(support, "partnership_note_save", "partnership_note_save", gap=GAPS[time % len(GAPS)])
        told += support.idle().page.get_by_text("Saved once.").count() > 0

    with sqlite3.connect(path) as database:
        stored = database.execute("SELECT words FROM note WHERE partnership_id = 6 ORDER BY id").fetchall()
    assert [words for (words,) in stored] == notes
    assert told, "a click that was held back says so; two that arrive together are one"


def test_a_double_click_on_accept_leaves_the_next_request_alone(empty_server, window, prepare):
    address, path = empty_server
    for number in range(len(GAPS) + 1):
        prepare(a_request, email=f"double{number}@example.org")
    accepted = "SELECT count(*) FROM support_request WHERE status = 'accepted'"
    support = window(address).sign_in("support").open("requests")
    before = value(path, accepted)
    for time, gap in enumerate(GAPS, start=1):
        click(support, "requests_accept_", "requests_accept_", gap=gap)
        support.idle()
        assert value(path, accepted) == before + time, f"clicked {gap} milliseconds apart"
        support.page.wait_for_timeout(1_200)


def test_a_double_click_on_accept_decides_one_request(empty_server, window):
    address, path = empty_server
    for name in ("Nia", "Mo", "Ida"):
        with sqlite3.connect(path) as database:
            known = database.execute("SELECT count(*) FROM support_request").fetchone()[0]
        support = window(address).sign_in("support").open("requests")
        support.click("requests_log_call")
        support.type("requests_call_area", "Whitley Bay")
        support.type("requests_call_who", f"{name} Larkin, {name}@example.org")
        support.type("requests_call_words", f"We want a day to step back, {name}.")
        support.page.keyboard.press("Tab")
        support.click("requests_call_save")
        assert value(path, "SELECT count(*) FROM support_request") == known + 1
    support.open("requests?requests_state=All")
    before = value(path, "SELECT count(*) FROM support_request WHERE status = 'accepted'")
    support.page.locator("[class*=st-key-requests_accept_] button").dblclick(delay=20)
    support.idle()

    assert value(path, "SELECT count(*) FROM support_request WHERE status = 'accepted'") == before + 1
