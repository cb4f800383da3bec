from datetime import timedelta

import pytest

from rr.plans import queries
from rr.plans.actions import commands as actions
from rr.plans.rules import ActionStatus
from rr.ui.kit import act
from tests.builders import a_plan
from tests.conftest import TODAY
from tests.forms import beside

AGREED = TODAY - timedelta(days=42)


def shown(page):
    return " ".join(element.value for element in (*page.title, *page.markdown, *page.caption))


def progress(page):
    return [element.proto.text for element in page.get("progress")]


@pytest.fixture
def plan(one, people, look):
    plan_id, _ = a_plan(one, people, 8, agreed_on=AGREED)
    return lambda: look(queries.detail, plan_id, actor=people.support, today=TODAY)


def test_eight_actions_take_ten_clicks(app, people, plan):
    clicks = 1  # opening the review
    page = app(people.facilitator, "review", id=plan().reviews[0].id)
    for action in plan().actions:
        page.get_by_key(f"review_status_{action.id}_going_well").click().run()
        clicks += 1
    assert "8 of 8 reviewed" in progress(page)
    page.get_by_key("review_finish").click().run()
    clicks += 1

    assert not page.exception
    assert clicks == 10
    assert (plan().counts, plan().reviews[0].held_on) == ({ActionStatus.GOING_WELL: 8}, TODAY)
    assert "The review is finished" in shown(page)


def test_taps_that_follow_each_other_at_once_all_count(app, people, plan, monkeypatch):
    page = app(people.facilitator, "review", id=plan().reviews[0].id)
    monkeypatch.setattr(act, "AGAIN", 60)
    one, two = (action.id for action in plan().actions[:2])
    for tap in (f"{one}_going_well", f"{two}_stuck", f"{two}_done", f"{one}_stuck", f"{one}_going_well"):
        page.get_by_key(f"review_status_{tap}").click().run()
        assert not page.toast

    page.get_by_key(f"review_status_{one}_going_well").click().run()
    assert page.toast[0].value == "Saved once. The second click was not counted."
    said = [[update.status.value for update in action.updates] for action in plan().actions[:2]]
    assert said == [["going_well", "stuck", "going_well"], ["stuck", "done"]]


def test_each_tap_is_saved_at_once_and_put_right_by_another(app, people, plan):
    page = app(people.facilitator, "review", id=plan().reviews[0].id)
    action = plan().actions[0].id
    page.get_by_key(f"review_status_{action}_done").click().run()
    assert "1 of 8 reviewed" in progress(page)
    page.get_by_key(f"review_status_{action}_stuck").click().run()
    page.get_by_key(f"review_status_{action}_stuck").click().run()

    assert not page.exception
    assert [said.status for said in plan().actions[0].updates] == [ActionStatus.DONE, ActionStatus.STUCK]
    assert plan().reviews[0].held_on is None


@pytest.mark.parametrize(
    ("status", "question"),
    [("stuck", "What would help?"), ("done", "What changed?"), ("dropped", "Why was it dropped?"), ("going_well", None)],
)
def test_the_question_is_asked_right_there_and_may_stay_open(app, people, plan, status, question):
    page = app(people.support, "review", id=plan().reviews[0].id)
    action = plan().actions[0].id
    page.get_by_key(f"review_status_{action}_{status}").click().run()
    asked = [box.label for box in page.text_input if box.key == f"review_words_{action}"]
    assert asked == ([question] if question else [])
    page.get_by_key("review_finish").click().run()

    assert plan().reviews[0].held_on == TODAY
    if question:
        page.get_by_key(f"review_words_{action}").input("The council gave us the key").run()
        assert not page.exception
        assert plan().actions[0].last_update.words == "The council gave us the key"


def test_what_would_help_becomes_support_needed_in_one_more_click(app, people, plan):
    page = app(people.facilitator, "review", id=plan().reviews[0].id)
    action = plan().actions[0].id
    page.get_by_key(f"review_status_{action}_stuck").click().run()
    page.get_by_key(f"review_words_{action}").input("Somebody to read the lease").run()
    page.get_by_key(f"review_ask_{action}").click().run()

    assert not page.exception
    assert [need.words for need in plan().actions[0].needs] == ["Somebody to read the lease"]
    assert "Support needed: Community hubs" in shown(page)


def test_a_new_status_asks_its_own_question_afresh(app, people, plan):
    page = app(people.facilitator, "review", id=plan().reviews[0].id)
    action = plan().actions[0].id
    page.get_by_key(f"review_status_{action}_stuck").click().run()
    page.get_by_key(f"review_words_{action}").input("A key").run()
    page.get_by_key(f"review_status_{action}_done").click().run()

    assert page.get_by_key(f"review_words_{action}").value == ""
    assert [said.words for said in plan().actions[0].updates] == ["A key", ""]


def test_two_peoples_words_are_both_shown(app, one, people, plan):
    review = plan().reviews[0].id
    page = app(people.facilitator, "review", id=review)
    action = plan().actions[0].id
    page.get_by_key(f"review_status_{action}_stuck").click().run()
    one(actions.set_words, plan().actions[0].last_update.id, "A new lock", actor=people.support)
    page.get_by_key(f"review_words_{action}").input("A key").run()

    assert beside(page, f"review_words_{action}") == "Somebody else saved “A new lock”. You entered “A key”."
    assert page.get_by_key(f"review_words_{action}").value == "A key"
    assert plan().actions[0].last_update.words == "A new lock"


def test_what_was_finished_before_is_not_asked_again(app, one, people, plan):
    one(actions.update_action, plan().actions[0].id, ActionStatus.DONE, actor=people.support)
    page = app(people.support, "review", id=plan().reviews[0].id)

    assert "0 of 7 reviewed" in progress(page)
    assert "1 action finished before this review" in [expander.label for expander in page.expander]


@pytest.mark.parametrize(("who", "sees"), [("facilitator", True), ("support", True), ("manager", True), ("other_facilitator", False)])
def test_who_may_hold_a_review(app, people, plan, who, sees):
    page = app(getattr(people, who), "review", id=plan().reviews[0].id)

    assert not page.exception
    assert (page.title[0].value != "Not found") is sees


@pytest.mark.parametrize("params", [{}, {"id": 999}])
def test_a_review_that_is_not_there_ends_with_a_way_on(app, people, params):
    assert app(people.support, "review", **params).title[0].value == "Not found"
