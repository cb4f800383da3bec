"""One thread, end to end: from an export file to a figure on the dashboard, as each person in turn, in a real browser."""

import json
import re
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import ROOT, Window

pytestmark = pytest.mark.browser

EXPORT = ROOT / "data" / "demo" / "sign-up-for-support-2024-05-02.csv"
LINES = (
    "Ask Locality about the lease @chair in 6 weeks #hubs !legal advice",
    "Open the hall on Saturdays @worker in 3 months",
    "Twelve people came to the first aid course",
)
CHANGED = "The hall is open on Saturdays, and thirty people came."
FIGURES = {
    "Plans agreed": "SELECT count(*) FROM action_plan WHERE agreed_on IS NOT NULL",
    "Sessions held": "SELECT count(*) FROM support_session WHERE held_on IS NOT NULL",
    "Actions done": "SELECT count(*) FROM action WHERE status = 'done'",
    "Plans under way": "SELECT count(*) FROM action_plan WHERE agreed_on IS NOT NULL AND closed_on IS NULL",
    "Waiting for us": "SELECT count(*) FROM support_request WHERE status IN ('new', 'waiting_for_them') AND first_contact_at IS NULL",
}


class Typist(Window):
    """Notes every value that somebody types in the journey."""

    typed: list[str]

    def type(self, key: str, words: str) -> "Typist":
        self.typed.append(words)
        super().type(key, words)
        return self


def sql(path: Path, statement: str, *values: object) -> Any:
    with sqlite3.connect(path) as database:
        found = database.execute(statement, values).fetchone()
    return found[0] if found else None


def enter(typed: list[str], opened: Window, role: str) -> Typist:
    person = Typist(opened.page, opened.address)
    person.typed = typed
    person.sign_in(role)
    return person


def test_a_sign_up_becomes_a_figure_and_nothing_is_typed_twice(empty_server, window):
    address, path = empty_server
    typed: list[str] = []

    # Support staff bring in the export and take the oldest sign-up.
    support = enter(typed, window(address), "support")
    support.open("imports")
    support.page.locator(".st-key-imports_file input[type=file]").set_input_files(EXPORT)
    support.idle()
    support.page.locator(".st-key-imports_take button").wait_for()
    support.click("imports_take")
    assert sql(path, "SELECT count(*) FROM support_request") == 20

    support.open("requests")
    asked_id = sql(path, "SELECT id FROM support_request ORDER BY received_on, id LIMIT 1")
    answers = json.loads(str(sql(path, "SELECT answers FROM support_request WHERE id = ?", asked_id)))
    words = str(sql(path, "SELECT words FROM support_request WHERE id = ?", asked_id))
    assert support.sees(words)
    support.page.keyboard.press("a")
    support.idle()
    assert sql(path, "SELECT status FROM support_request WHERE id = ?", asked_id) == "accepted"
    session_id = sql(path, "SELECT id FROM support_session WHERE request_id = ?", asked_id)
    proposed = sql(path, "SELECT count(*) FROM agenda_item WHERE session_id = ? AND why != ''", session_id)
    assert proposed == sql(path, "SELECT count(*) FROM agenda_item WHERE session_id = ?", session_id) >= 5

    support.open(f"session?id={session_id}")
    assert support.sees(words)
    support.page.locator(".st-key-session_facilitators input").first.click()
    support.page.keyboard.type("Fay")
    support.page.keyboard.press("Enter")
    support.page.keyboard.press("Escape")
    support.click("session_facilitators_save")
    assert sql(path, "SELECT count(*) FROM session_facilitator WHERE session_id = ?", session_id) == 1

    # The facilitator finds it, holds it and captures what comes of it.
    facilitator = enter(typed, window(address, width=1000), "facilitator")
    assert facilitator.page.url.endswith("/sessions")
    facilitator.open(f"live?id={session_id}")
    for line in LINES:
        if "@" not in line:
            facilitator.page.locator(".st-key-live_kind").get_by_text("Achievement").click()
            facilitator.idle()
        facilitator.type("live_line", line)
        facilitator.page.keyboard.press("Enter")
        facilitator.idle()
    assert sql(path, "SELECT count(*) FROM capture WHERE session_id = ?", session_id) == len(LINES)
    facilitator.page.get_by_role("button", name="Write up").first.click()
    facilitator.page.wait_for_timeout(400)
    facilitator.type("live_head_count", "9").type("live_newcomers_came", "2")
    facilitator.page.keyboard.press("Tab")
    facilitator.idle().click("live_finish")
    facilitator.page.wait_for_url("**/plan?id=*")
    facilitator.idle()
    plan_id = sql(path, "SELECT id FROM action_plan")
    action = "SELECT {} FROM action WHERE plan_id = ? ORDER BY position LIMIT 1"
    assert sql(path, action.format("title"), plan_id) == "Ask Locality about the lease"
    assert sql(path, action.format("topic"), plan_id) == "hubs"
    assert sql(path, action.format("lead"), plan_id)
    assert sql(path, "SELECT words FROM support_need") == "legal advice"
    assert facilitator.sees(words), "the sign-up's sentence stands on the plan"

    # What is missing is listed, one click away; then the plan is agreed and reviewed.
    steps = ("Find the old lease", "Ask who has a key")
    actions = "SELECT id FROM action WHERE plan_id = ? ORDER BY position LIMIT 1 OFFSET ?"
    for place, step in enumerate(steps):
        number = sql(path, actions, plan_id, place)
        field = facilitator.page.locator(f".st-key-plan_first_step_{number}")
        if not field.is_visible():  # the next one opens where the last was
            facilitator.page.locator(".st-key-plan_missing [data-testid=stPopover] button").first.click()
        field.wait_for()
        facilitator.type(f"plan_first_step_{number}", step)
        facilitator.page.keyboard.press("Tab")
        facilitator.click(f"plan_save_{number}")
        assert sql(path, "SELECT first_step FROM action WHERE id = ?", number) == step
    facilitator.click("plan_agree")
    assert sql(path, "SELECT agreed_on FROM action_plan WHERE id = ?", plan_id)
    review_id = sql(path, "SELECT id FROM review WHERE plan_id = ? ORDER BY due_on LIMIT 1", plan_id)
    assert sql(path, "SELECT count(*) FROM review WHERE plan_id = ?", plan_id) == 3
    facilitator.open(f"review?id={review_id}")
    done = sql(path, actions, plan_id, 1)
    facilitator.click(f"review_status_{done}_done")
    facilitator.type(f"review_words_{done}", CHANGED)
    facilitator.page.keyboard.press("Tab")
    facilitator.idle()
    assert sql(path, "SELECT status FROM action WHERE id = ?", done) == "done"

    document = facilitator.page.request.get(f"{address}/files/plan/{plan_id}.docx")
    assert document.ok
    assert document.body()[:2] == b"PK"

    # The manager's figures are the counts in the database, and the thread tells it all.
    manager = enter(typed, window(address), "manager")
    manager.open("progress")
    for figure, statement in FIGURES.items():
        shown = re.search(rf"{figure}\s+([\d,]+)", manager.page.inner_text("[data-testid=stMain]"))
        assert shown, figure
        assert int(shown[1]) == sql(path, statement), figure
    manager.page.locator("[data-testid=stMain]").get_by_role("link", name="Plans agreed").click()
    manager.idle()
    partnership = "SELECT p.{} FROM partnership p JOIN action_plan a ON a.partnership_id = p.id WHERE a.id = ?"
    assert manager.sees(str(sql(path, partnership.format("name"), plan_id))), "the rows behind the figure, in one click"
    manager.open(f"partnership?id={sql(path, partnership.format('id'), plan_id)}")
    for told in (words, "legal advice", CHANGED):
        assert manager.sees(told), told

    # The administrator looks after accounts, and finds no casework.
    admin = enter(typed, window(address), "admin")
    assert admin.page.url.endswith("/accounts")
    admin.open(f"partnership?id={sql(path, partnership.format('id'), plan_id)}")
    assert not admin.sees(words)

    # Nothing was typed twice, and nothing that the sign-up had said.
    assert len(typed) == len(set(typed))
    assert not set(typed) & {value for value in answers.values() if len(value) > 2}
    for person in (support, facilitator, manager):
        assert person.faults == []
        assert person.outside == []
    assert [fault for fault in admin.faults if "does not seem to exist" not in fault] == []
