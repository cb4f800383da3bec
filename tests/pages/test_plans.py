from datetime import timedelta

import pytest

from rr.plans.actions import commands as actions
from rr.plans.rules import ActionStatus
from tests import story
from tests.builders import a_plan
from tests.conftest import TODAY


def shown(page):
    return " ".join(element.value for element in (*page.markdown, *page.caption))


@pytest.fixture
def plans(one, people):
    """A draft of the facilitator's, and the other facilitator's plan, quiet since it was agreed."""
    draft, _ = a_plan(one, people, 1, partnership_id=story.area("Whitley Bay"))
    other = people.other_facilitator
    quiet, _ = a_plan(one, people, 2, agreed_on=TODAY - timedelta(days=40), partnership_id=story.area("Par Bay"), facilitator=other)
    return draft, quiet


def test_the_list_says_how_many_plans_are_under_way_and_which_went_quiet(app, people, plans):
    page = app(people.support, "plans")

    assert not page.exception
    assert "1 plan is under way. 1 plan has had no word for 30 days." in shown(page)
    assert "No word for 40 days" in shown(page)
    assert "**Whitley Bay**" in shown(page)


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"plans_state": "Draft"}, "Whitley Bay"),
        ({"plans_state": "Agreed"}, "Par Bay"),
        ({"plans_region": "South West"}, "Par Bay"),
        ({"plans_silent": "true"}, "Par Bay"),
        ({"plans_from": (TODAY - timedelta(days=41)).isoformat()}, "Par Bay"),
        ({"plans_review": "Review this week"}, "Par Bay"),
    ],
)
def test_filters_live_in_the_address(app, people, plans, params, expected):
    page = app(people.manager, "plans", **params)
    other = {"Whitley Bay", "Par Bay"} - {expected}

    assert not page.exception
    assert f"**{expected}**" in shown(page)
    assert f"**{other.pop()}**" not in shown(page)
    assert "1 plan like that." in shown(page)


def test_the_facilitator_is_in_the_address_by_number_not_by_name(app, people, plans):
    number = people.other_facilitator.account_id
    page = app(people.manager, "plans", plans_facilitator=number)
    assert "**Whitley Bay**" not in shown(page)

    page.get_by_key("plans_facilitator").set_value(people.facilitator.account_id).run()
    assert not page.exception
    assert page.query_params["plans_facilitator"] == str(people.facilitator.account_id)
    assert "**Par Bay**" not in shown(page)


def test_actions_are_listed_under_the_same_filters(app, one, people, plans, look):
    from rr.plans import queries

    action = look(queries.detail, plans[1], actor=people.support, today=TODAY).actions[0].id
    one(actions.update_action, action, ActionStatus.STUCK, words="The key is lost", actor=people.support)
    page = app(people.support, "plans", plans_view="Actions", plans_status="Stuck")

    assert not page.exception
    assert "1 action like that." in shown(page)
    assert "The key is lost" in shown(page)


def test_a_filter_that_finds_nothing_says_so_and_no_plans_at_all_says_what_to_do(app, people, plans):
    assert "Take a filter away" in shown(app(people.support, "plans", plans_state="Closed"))
    draft_of_theirs = app(people.facilitator, "plans")
    assert "**Par Bay**" not in shown(draft_of_theirs)


def test_nobodys_plans_yet(app, people):
    page = app(people.facilitator, "plans")

    assert not page.exception
    assert "A plan grows from the first session" in shown(page)
