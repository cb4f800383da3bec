"""Forms as a browser really keeps them: what is shown after a save, two people at once, and double clicks."""

import sqlite3

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


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
        person.page.get_by_text("Change the facts").first.click()
        person.page.locator(".st-key-partnership_lto input").wait_for()

    def save(person, key, words):
        person.type(key, words)
        person.page.keyboard.press("Tab")
        person.click("partnership_facts_save")

    save(manager, "partnership_lto", "The Community Trust")
    save(support, "partnership_coordinator", "Mo Ellery")
    if not support.page.locator(".st-key-partnership_lto input").is_visible():
        support.page.get_by_text("Change the facts").first.click()
    field = support.page.locator(".st-key-partnership_lto input")
    field.wait_for()
    assert field.input_value() == "The Community Trust"
    save(support, "partnership_coordinator", "Mo Ellery, since May")

    assert value(path, "SELECT lto_name FROM partnership WHERE id = 4") == "The Community Trust"
    assert value(path, "SELECT area_coordinator FROM partnership WHERE id = 4") == "Mo Ellery, since May"


def test_a_double_click_on_accept_decides_one_request(empty_server, window):
    address, path = empty_server
    for number in (1, 2, 3):
        with sqlite3.connect(path) as database:
            known = database.execute("SELECT count(*) FROM support_request").fetchone()[0]
        support = window(address).sign_in("support").open("requests")
        support.click("requests_log_call")
        support.type("requests_call_area", "Whitley Bay")
        support.page.keyboard.press("Enter")
        support.type("requests_call_who", f"Nia Larkin {number}, nia{number}@example.org")
        support.type("requests_call_words", f"We want a day to step back, {number}.")
        support.page.keyboard.press("Tab")
        support.click("requests_call_save")
        assert value(path, "SELECT count(*) FROM support_request") == known + 1
    support.open("requests?requests_state=All")
    before = value(path, "SELECT count(*) FROM support_request WHERE status = 'accepted'")
    support.page.locator(".st-key-requests_accept button").dblclick(delay=20)
    support.idle()

    assert value(path, "SELECT count(*) FROM support_request WHERE status = 'accepted'") == before + 1
