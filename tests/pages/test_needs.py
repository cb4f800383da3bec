import pytest

from rr.needs import queries
from rr.needs.queries import NeedFilters
from rr.needs.rules import NeedStatus
from tests import story
from tests.builders import a_need, a_plan


def rows(look, people):
    return look(queries.listed, NeedFilters(), actor=people.support).rows


def shown(page):
    return " ".join(element.value for element in page.markdown)


@pytest.fixture
def need(one, people):
    """Support for an action of the facilitator's own partnership, of a kind that one partner's words fit."""
    _, (action,) = a_plan(one, people, 1, partnership_id=story.area("Whitley Bay"))
    return a_need(one, people, "Advice on the building", partnership_id=story.area("Whitley Bay"), action_id=action)


def test_support_is_matched_in_one_click(app, people, look, need):
    page = app(people.support, "needs")
    assert "1 need waits for a support partner." in shown(page)
    page.get_by_key(f"needs_settle_{need}").click().run()

    assert not page.exception
    assert [(row.status, row.partner) for row in rows(look, people)] == [(NeedStatus.FOUND, "Locality")]
    assert "Support found for Whitley Bay" in page.success[0].value


def test_another_partner_not_available_and_asked_again(app, people, look, need):
    page = app(people.manager, "needs")
    page.get_by_key(f"needs_partner_{need}").set_value(story.partner("UnLtd"))
    page.get_by_key(f"needs_settle_{need}").click().run()
    assert rows(look, people)[0].partner == "UnLtd"
    page.get_by_key(f"needs_again_{need}").click().run()
    page.get_by_key(f"needs_none_{need}").click().run()

    assert not page.exception
    assert [(row.status, row.partner) for row in rows(look, people)] == [(NeedStatus.NOT_AVAILABLE, "")]


def test_without_a_partner_the_refusal_stands_beside_the_need(app, one, people, look):
    need = a_need(one, people, "A friendly ear")
    page = app(people.support, "needs")
    page.get_by_key(f"needs_settle_{need}").click().run()

    assert "Choose the support partner" in page.error[0].value
    assert rows(look, people)[0].status is NeedStatus.ASKED


def test_somebody_else_settled_it_meanwhile(app, one, people, look, need):
    from rr.needs import commands

    page = app(people.support, "needs")
    one(commands.settle, need, NeedStatus.NOT_AVAILABLE, actor=people.manager)
    page.get_by_key(f"needs_settle_{need}").click().run()

    assert "Somebody else settled this meanwhile" in page.error[0].proto.title + page.error[0].value
    assert rows(look, people)[0].status is NeedStatus.NOT_AVAILABLE


def test_a_kind_is_put_right(app, people, look, need):
    page = app(people.facilitator, "needs")
    page.session_state[f"needs_sort_{need}"] = True
    page.run()
    page.get_by_key(f"needs_kind_{need}").set_value("legal-body")
    page.get_by_key(f"needs_sort_save_{need}").click().run()

    assert not page.exception
    assert rows(look, people)[0].kind == "legal-body"


def test_filters_live_in_the_address(app, one, people, need):
    a_need(one, people, "A film about us", partnership_id=story.area("Par Bay"))
    page = app(people.support, "needs", needs_kind="Communications and telling our story")
    assert "A film about us" in shown(page)
    assert "Advice on the building" not in shown(page)

    page = app(people.support, "needs", needs_region="North East", needs_status="Not found yet")
    assert "Advice on the building" in shown(page)
    assert "A film about us" not in shown(page)


def test_facilitators_see_their_own_and_cannot_match(app, one, people, need):
    a_need(one, people, "A film about us", partnership_id=story.area("Par Bay"))
    page = app(people.facilitator, "needs")

    assert "Advice on the building" in shown(page)
    assert "A film about us" not in shown(page)
    assert not [button.key for button in page.button if str(button.key).startswith(("needs_settle", "needs_none", "needs_again"))]


def test_an_empty_list_says_where_needs_come_from(app, people):
    page = app(people.other_facilitator, "needs")

    assert not page.exception
    assert "Nobody needs support yet" in shown(page)
