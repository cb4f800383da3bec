from datetime import timedelta

import pytest

from rr.plans import commands, queries
from rr.plans.actions import commands as actions
from rr.plans.rules import ActionStatus
from tests import rows, story
from tests.builders import a_plan
from tests.conftest import TODAY


def shown(page):
    return " ".join(element.value for element in (*page.markdown, *page.caption))


def headings(page):
    return [row["heading"] for row in rows.drawn(page, "plans_list")]


@pytest.fixture
def plans(one, people):
    """A draft of the facilitator's, and the other facilitator's plan, silent since it was agreed."""
    draft, _ = a_plan(one, people, 1, partnership_id=story.area("Whitley Bay"))
    other = people.other_facilitator
    silent, _ = a_plan(one, people, 2, agreed_on=TODAY - timedelta(days=40), partnership_id=story.area("Par Bay"), facilitator=other)
    return draft, silent


def test_the_list_says_how_many_plans_are_under_way_and_where_each_stands(app, people, plans):
    page = app(people.support, "plans")

    assert not page.exception
    assert "1 plan is under way. 1 has had no update for 30 days." in shown(page)
    assert rows.texts(page, "plans_list") == [
        "Par Bay | South West · Other facilitator · 2 not started | Agreed | No update for 40 days | Review this week",
        "Whitley Bay | North East · Facilitator · 1 not started | Draft",
    ]
    assert [row["href"] for row in rows.drawn(page, "plans_list")] == [f"/plan?id={plans[1]}", f"/plan?id={plans[0]}"]


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

    assert not page.exception
    assert headings(page) == [expected]
    assert "1 plan matches the filters." in shown(page)


def test_the_facilitator_is_in_the_address_by_number_not_by_name(app, people, plans):
    number = people.other_facilitator.account_id
    page = app(people.manager, "plans", plans_facilitator=number)
    assert headings(page) == ["Par Bay"]

    page.session_state["plans_more"] = True
    page.run()
    page.get_by_key("plans_facilitator").set_value(people.facilitator.account_id).run()
    assert not page.exception
    assert page.query_params["plans_facilitator"] == str(people.facilitator.account_id)
    assert headings(page) == ["Whitley Bay"]


def test_actions_are_listed_under_the_same_filters(app, one, people, plans, look):
    action = look(queries.detail, plans[1], actor=people.support, today=TODAY).actions[0].id
    one(actions.update_action, action, ActionStatus.STUCK, words="The key is lost", actor=people.support)
    one(actions.ask_support, action, words="A locksmith", actor=people.support)
    page = app(people.support, "plans", plans_view="Actions", plans_status="Stuck")

    assert not page.exception
    assert "1 action matches the filters." in shown(page)
    assert rows.texts(page, "plans_list") == [
        "Action 1 | Par Bay · Lead: Maureen · by 17 January 2027 | “The key is lost” | Stuck | Support needed"
    ]
    assert rows.drawn(page, "plans_list")[0]["href"] == f"/plan?id={plans[1]}"


def test_a_row_opens_its_plan(app, people, plans):
    page = rows.follow(app(people.support, "plans"), "plans_list", f"/plan?id={plans[1]}")

    assert not page.exception
    assert page.title[0].value == "Par Bay"


def test_changing_the_view_goes_back_to_its_first_page(app, people, plans):
    page = app(people.support, "plans", plans_page="7")
    assert headings(page) == ["Par Bay", "Whitley Bay"]

    page.get_by_key("plans_view").set_value("Actions").run()
    assert headings(page) == ["Action 1", "Action 1", "Action 2"]
    assert "plans_page" not in page.query_params


def test_a_filter_that_finds_nothing_says_so_and_facilitators_see_their_own(app, people, plans):
    assert "No plans match. Remove a filter to see more." in shown(app(people.support, "plans", plans_state="Closed"))
    assert headings(app(people.facilitator, "plans")) == ["Whitley Bay"]


def test_nobodys_plans_yet(app, people):
    page = app(people.facilitator, "plans")

    assert not page.exception
    assert "0 plans are under way." in shown(page)
    assert "A plan is drafted when the first session with actions is written up." in shown(page)


def test_the_names_of_dates_say_what_they_narrow(app, people, plans):
    names = {}
    for view in ("Plans", "Actions"):
        page = app(people.support, "plans", plans_view=view)
        page.session_state["plans_more"] = True
        names[view] = [each.label for each in page.run().date_input]

    assert names == {"Plans": ["Agreed from", "Agreed until"], "Actions": ["Updated from", "Updated until"]}


def test_closed_plans_wait_behind_a_filter_and_are_found_by_name_and_month(app, one, people, plans):
    one(commands.close, plans[1], TODAY, "Over", actor=people.support)
    page = app(people.support, "plans")
    assert headings(page) == ["Whitley Bay"]
    assert headings(app(people.support, "plans", plans_view="Actions")) == ["Action 1"]

    assert page.get_by_key("plans_closed").label == "Show 1 closed plan"
    page.get_by_key("plans_closed").click().run()
    assert (headings(page), page.query_params["plans_state"]) == (["Par Bay"], "Closed")

    agreed = "October 2026"  # forty days ago
    assert headings(app(people.support, "plans", plans_state="All", plans_month=agreed)) == ["Par Bay"]
    assert headings(app(people.support, "plans", plans_state="All", plans_month="November 2026")) == []
    assert headings(app(people.support, "plans", plans_state="All", plans_name="par")) == ["Par Bay"]
    assert headings(app(people.support, "plans", plans_name="par")) == []
