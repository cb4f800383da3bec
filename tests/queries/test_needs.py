"""The list of support needed: its order, its pages, its counts and its filters."""

import pytest
from sqlalchemy import event

from rr.needs import queries
from rr.needs.queries import NeedFilters
from rr.needs.rules import NeedStatus
from tests import story
from tests.story import ago


@pytest.fixture
def needs(people):
    """Ids by what is asked for: two that wait, one found, one not available, in three regions."""
    whitley, par, aberfeldy = (story.area(name) for name in ("Whitley Bay", "Par Bay", "Aberfeldy"))
    found = {"status": NeedStatus.FOUND, "partner_id": story.partner(), "settled_on": ago(1)}
    return {
        "gone": story.need(whitley, "transport", ago(90), status=NeedStatus.NOT_AVAILABLE, settled_on=ago(2)),
        "found": story.need(par, "communications", ago(80), **found),
        "new": story.need(whitley, "transport", ago(3)),
        "old": story.need(aberfeldy, "transport", ago(60)),
    }


def listed(look, people, page=1, per_page=20, **filters):
    return look(queries.listed, NeedFilters(**filters), actor=people.support, page=page, per_page=per_page)


@pytest.mark.parametrize(
    ("filters", "order"),
    [
        ({}, ["old", "new", "found", "gone"]),
        ({"status": NeedStatus.ASKED}, ["old", "new"]),
        ({"kind": "transport"}, ["old", "new", "gone"]),
        ({"region": "North East"}, ["new", "gone"]),
        ({"region": "North East", "kind": "transport", "status": NeedStatus.NOT_AVAILABLE}, ["gone"]),
        ({"region": "North East", "kind": "communications"}, []),
    ],
)
def test_what_waits_comes_first_the_longest_wait_at_the_top(people, look, needs, filters, order):
    found = listed(look, people, **filters)

    assert [row.id for row in found.rows] == [needs[name] for name in order]
    assert (found.total, found.every, found.waiting, found.found) == (len(order), 4, 2, 1)


def test_a_page_at_a_time_and_the_last_one_for_a_number_beyond_it(people, look, needs):
    first, beyond = listed(look, people, per_page=3), listed(look, people, page=9, per_page=3)

    assert ([row.id for row in first.rows], first.page, first.pages) == ([needs[name] for name in ("old", "new", "found")], 1, 2)
    assert ([row.id for row in beyond.rows], beyond.page, beyond.total) == ([needs["gone"]], 2, 4)


def test_a_longer_list_takes_no_more_statements(people, look, database, needs):
    counted = []
    event.listen(database, "before_cursor_execute", lambda *given: counted.append(given[2]))
    listed(look, people, status=NeedStatus.FOUND)
    for_one = len(counted)
    listed(look, people, kind="transport")

    assert len(counted) == 2 * for_one


def test_each_region_with_support_needed_is_offered(people, look, needs):
    story.session(story.area("Par Bay"), facilitator=people.facilitator.account_id)

    assert look(queries.regions, actor=people.support) == ["London", "North East", "South West"]
    assert look(queries.regions, actor=people.facilitator) == ["South West"]
    assert look(queries.regions, actor=people.other_facilitator) == []
