from datetime import timedelta

import pytest

from rr.plans import queries
from rr.plans.actions import commands as actions
from rr.plans.rules import ActionStatus, Confidence
from rr.ui.kit.form import PINNED
from tests.builders import a_plan
from tests.conftest import TODAY
from tests.forms import beside

LATER = TODAY + timedelta(days=60)


def shown(page):
    return " ".join(element.value for element in (*page.title, *page.markdown, *page.caption, *page.header))


def plan_of(look, people, plan_id):
    return look(queries.detail, plan_id, actor=people.support, today=TODAY)


def test_the_page_says_where_the_plan_stands(app, one, people):
    plan_id, (first, _, _) = a_plan(one, people, 3, agreed_on=TODAY)
    one(actions.update_action, first, ActionStatus.DONE, words="The lease is signed", actor=people.support)
    page = app(people.facilitator, "plan", id=plan_id)

    assert not page.exception
    assert "3 actions: 1 done, 2 not started. Agreed on 18 November 2026, ends 18 May 2027." in shown(page)
    assert "The lease is signed" in shown(page)


def test_what_is_missing_is_filled_right_there(app, one, people, look):
    plan_id, (first, _) = a_plan(one, people, 2, ready=False)
    page = app(people.facilitator, "plan", id=plan_id)
    assert "8 details in 2 actions: 2 leads, 2 dates, 2 first steps, 2 support needed." in shown(page)

    page.get_by_key(f"plan_lead_{first}").input("Maureen")
    page.get_by_key(f"plan_due_{first}").set_value(LATER)
    page.get_by_key(f"plan_first_step_{first}").input("Ring the council")
    page.get_by_key(f"plan_support_{first}").input("Legal advice on the lease")
    page.get_by_key(f"plan_save_{first}").click().run()

    assert not page.exception
    action = plan_of(look, people, plan_id).actions[0]
    assert (action.lead, action.due, action.first_step, action.missing) == ("Maureen", LATER, "Ring the council", ())
    assert [(need.words, need.kind) for need in action.needs] == [("Legal advice on the lease", "legal-body")]
    assert "4 details in 1 action" in shown(page)


def test_no_support_needed_is_one_click(app, one, people, look):
    plan_id, (action,) = a_plan(one, people, 1)
    app(people.facilitator, "plan", id=plan_id).get_by_key(f"plan_none_{action}").click().run()

    assert plan_of(look, people, plan_id).actions[0].needs_none


def test_no_support_needed_leaves_the_other_details_as_they_are(app, one, people):
    plan_id, (action,) = a_plan(one, people, 1, ready=False)
    page = app(people.facilitator, "plan", id=plan_id)
    begun = page.session_state[f"{PINNED}plan_missing_{action}"]
    page.get_by_key(f"plan_none_{action}").click().run()

    assert not page.exception
    assert page.session_state[f"{PINNED}plan_missing_{action}"] is begun
    assert page.get_by_key(f"plan_lead_{action}").value == ""
    with pytest.raises(KeyError):
        page.get_by_key(f"plan_support_{action}")


def test_two_editors_of_one_field_see_both_values_and_lose_nothing(app, one, people, look):
    plan_id, (action,) = a_plan(one, people, 1, ready=False)
    page = app(people.facilitator, "plan", id=plan_id)
    one(actions.edit_action, action, {"lead": "Jo"}, {"lead": ""}, actor=people.support)
    page.get_by_key(f"plan_lead_{action}").input("Maureen")
    page.get_by_key(f"plan_due_{action}").set_value(LATER)
    page.get_by_key(f"plan_save_{action}").click().run()

    assert "Nothing was saved. Please check: **Lead**." in page.error[0].value
    assert beside(page, f"plan_lead_{action}") == "Somebody else saved “Jo”. You entered “Maureen”."
    assert plan_of(look, people, plan_id).actions[0].lead == "Jo"
    assert page.get_by_key(f"plan_lead_{action}").value == "Maureen"

    page.get_by_key(f"plan_save_{action}").click().run()
    saved = plan_of(look, people, plan_id).actions[0]
    assert (saved.lead, saved.due) == ("Maureen", LATER)


def test_different_fields_of_two_editors_merge(app, one, people, look):
    plan_id, (action,) = a_plan(one, people, 1, ready=False)
    page = app(people.facilitator, "plan", id=plan_id)
    one(actions.edit_action, action, {"lead": "Jo"}, {"lead": ""}, actor=people.support)
    page.get_by_key(f"plan_due_{action}").set_value(LATER)
    page.get_by_key(f"plan_save_{action}").click().run()

    saved = plan_of(look, people, plan_id).actions[0]
    assert (saved.lead, saved.due) == ("Jo", LATER)


def test_agreeing_says_what_is_missing_and_then_sets_the_reviews(app, one, people, look):
    plan_id, (action,) = a_plan(one, people, 1, ready=False)
    page = app(people.facilitator, "plan", id=plan_id)
    page.get_by_key("plan_agree").click().run()
    assert "Action 1 needs a lead and a date" in page.error[0].value

    one(actions.edit_action, action, {"lead": "Jo", "due": LATER}, {"lead": "", "due": None}, actor=people.support)
    page.get_by_key("plan_agree").click().run()

    assert not page.exception
    plan = plan_of(look, people, plan_id)
    assert (plan.agreed_on, len(plan.reviews)) == (TODAY, 3)
    assert "30 December 2026" in shown(page)


def test_an_action_is_added_edited_and_moved(app, one, people, look):
    plan_id, (first,) = a_plan(one, people, 1)
    page = app(people.support, "plan", id=plan_id)
    page.get_by_key("plan_add_title").input("Open a bank account")
    page.get_by_key("plan_add").click().run()
    second = plan_of(look, people, plan_id).actions[1].id
    page.session_state[f"plan_edit_{second}"] = True
    page.run()
    page.get_by_key(f"plan_edit_why_{second}").input("So that we can be paid")
    page.get_by_key(f"plan_edit_save_{second}").click().run()
    page.session_state[f"plan_edit_{second}"] = True
    page.run()
    page.get_by_key(f"plan_up_{second}").click().run()

    assert not page.exception
    assert [(action.id, action.why) for action in plan_of(look, people, plan_id).actions] == [
        (second, "So that we can be paid"),
        (first, ""),
    ]


def test_an_action_without_words_is_refused_beside_its_form(app, one, people):
    plan_id, _ = a_plan(one, people, 1)
    page = app(people.support, "plan", id=plan_id)
    page.get_by_key("plan_add_lead").input("Jo")
    page.get_by_key("plan_add").click().run()

    assert beside(page, "plan_add_title") == "Enter what will be done."
    assert page.get_by_key("plan_add_lead").value == "Jo"


def test_how_it_goes_is_said_outside_a_review_too_and_the_question_stays_open(app, one, people, look):
    plan_id, (action,) = a_plan(one, people, 1, agreed_on=TODAY)
    page = app(people.facilitator, "plan", id=plan_id)
    page.session_state[f"plan_going_{action}"] = True
    page.run()
    page.get_by_key(f"plan_status_{action}_stuck").click().run()
    page.session_state[f"plan_going_{action}"] = False
    page.run()
    assert plan_of(look, people, plan_id).actions[0].status is ActionStatus.STUCK

    page.get_by_key(f"plan_words_{action}").input("A key to the hall").run()
    assert not page.exception
    assert plan_of(look, people, plan_id).actions[0].last_update.words == "A key to the hall"
    assert f"plan_words_{action}" not in [box.key for box in page.text_input]


def test_closing_asks_why_and_leaves_only_the_way_back(app, one, people, look):
    plan_id, (action,) = a_plan(one, people, 1, agreed_on=TODAY)
    page = app(people.manager, "plan", id=plan_id)
    page.session_state["plan_closing"] = True
    page.run()
    page.get_by_key("plan_close").click().run()
    assert beside(page, "plan_closed_why") == "Give the reason: its six months aren't over yet."
    page.get_by_key("plan_closed_why").input("The group has ended")
    page.get_by_key("plan_close").click().run()

    assert not page.exception
    assert "Reason: The group has ended" in shown(page)
    assert f"plan_none_{action}" not in [button.key for button in page.button]
    page.get_by_key("plan_reopen").click().run()
    assert plan_of(look, people, plan_id).closed_on is None


def test_peoples_words_are_shown_as_they_were_typed(app, one, people):
    plan_id, (action,) = a_plan(one, people, 1)
    one(actions.edit_action, action, {"title": "![x](http://evil) <b>:red[now]"}, {"title": "Action 1"}, actor=people.support)
    page = app(people.support, "plan", id=plan_id)

    assert not any("![x](" in element.value or "<b>" in element.value for element in page.markdown)


@pytest.mark.parametrize(("who", "sees"), [("facilitator", True), ("support", True), ("manager", True), ("other_facilitator", False)])
def test_who_sees_the_plan(app, one, people, who, sees):
    plan_id, _ = a_plan(one, people, 1)
    page = app(getattr(people, who), "plan", id=plan_id)

    assert not page.exception
    assert (page.title[0].value != "Not found") is sees


@pytest.mark.parametrize("params", [{}, {"id": 999}, {"id": "x"}])
def test_a_plan_that_is_not_there_ends_with_a_way_on(app, people, params):
    page = app(people.support, "plan", **params)

    assert page.title[0].value == "Not found"
    assert not page.exception


def test_confidence_and_the_plan_contact_are_saved(app, one, people, look):
    plan_id, (action,) = a_plan(one, people, 1, agreed_on=TODAY)
    page = app(people.support, "plan", id=plan_id)
    page.session_state[f"plan_going_{action}"] = True
    page.session_state["plan_name_lead"] = True
    page.run()
    answers = page.get_by_key(f"plan_confidence_{action}")
    assert answers.options == [f":yellow[{one.label}]" for one in Confidence]
    answers.set_value(Confidence.AT_RISK)
    page.get_by_key(f"plan_confidence_save_{action}").click().run()
    assert "Give the reason in a few words" in beside(page, f"plan_confidence_why_{action}")
    page.get_by_key(f"plan_confidence_why_{action}").input("It depends on the council")
    page.get_by_key(f"plan_confidence_save_{action}").click().run()
    page.get_by_key("plan_lead").set_value(people.other_facilitator.account_id)
    page.get_by_key("plan_lead_save").click().run()

    assert not page.exception
    plan = plan_of(look, people, plan_id)
    assert (plan.contact, plan.actions[0].confidence) == ("Other facilitator", Confidence.AT_RISK)


def test_a_review_is_moved_and_started_from_the_plan(app, one, people, look):
    plan_id, _ = a_plan(one, people, 1, agreed_on=TODAY)
    review = plan_of(look, people, plan_id).reviews[0].id
    page = app(people.facilitator, "plan", id=plan_id)
    page.session_state[f"plan_move_{review}"] = True
    page.run()
    page.get_by_key(f"plan_move_day_{review}").set_value(TODAY + timedelta(days=50))
    page.get_by_key(f"plan_move_save_{review}").click().run()
    assert plan_of(look, people, plan_id).reviews[0].due_on == TODAY + timedelta(days=50)

    page.get_by_key(f"plan_review_{review}").click().run()
    assert not page.exception
    assert page.title[0].value.startswith("Review after six weeks")
