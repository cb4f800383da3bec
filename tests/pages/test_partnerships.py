"""The list of all areas on screen."""

from typing import Any

import pytest
import streamlit as st

from rr import access, db
from rr.access import Can, Scope, Who
from rr.ui.story import areas
from tests import rows, story
from tests.conftest import People
from tests.story import ago

HAVA = "Hawksworth Wood Estate, the Abbeydales and the Vespers (HAVA)"
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def words(test: Any) -> str:
    return "\n".join(element.value for element in [*test.title, *test.main.markdown])


def test_all_areas_are_listed_fifty_a_page_with_stage_and_story(people: People, app: Any) -> None:
    story.request(story.area("Aberfeldy"), ago(2))
    test = app(people.support, "partnerships")
    assert not test.exception
    assert "1 of 150 partnerships has signed up." in words(test)
    shown = rows.texts(test, "partnerships_list")
    assert shown[1] == "Aberfeldy | London · 16 November 2026: they signed up | Signed up"
    assert len(shown) == 50
    assert rows.drawn(test, "partnerships_list")[1]["href"] == f"/partnership?id={story.area('Aberfeldy')}"


def test_region_and_stage_stand_in_the_address(people: People, app: Any) -> None:
    story.request(story.area("Whitley"))
    story.request(story.area("Kirk Hallam"))
    test = app(people.support, "partnerships", partnerships_stage="Signed up", partnerships_region="South East")
    assert rows.texts(test, "partnerships_list") == ["Whitley | South East · 18 November 2026: they signed up | Signed up"]


def test_a_name_is_found_however_it_is_spelt(people: People, app: Any) -> None:
    test = app(people.support, "partnerships")
    test.text_input(key="partnerships_name").set_value("hawkswroth").run()
    assert [row["heading"] for row in rows.drawn(test, "partnerships_list")] == [HAVA]
    test.text_input(key="partnerships_name").set_value("xyzzyx").run()
    assert rows.drawn(test, "partnerships_list") == []
    assert "No partnership matches. Try a part of the name, or all regions and stages." in words(test)


def test_the_pages_are_in_the_address_and_another_name_begins_at_the_first(people: People, app: Any) -> None:
    test = app(people.support, "partnerships", partnerships_page=9)
    last = len(rows.drawn(test, "partnerships_list"))
    test.text_input(key="partnerships_name").set_value("wood").run()
    assert (last, "partnerships_page" in test.query_params) == (50, False)
    assert HAVA in [row["heading"] for row in rows.drawn(test, "partnerships_list")]


def test_a_name_opens_its_partnership(people: People, app: Any) -> None:
    test = app(people.support, "partnerships")
    rows.follow(test, "partnerships_list", f"/partnership?id={story.area('Aberfeldy')}")
    assert not test.exception
    assert [title.value for title in test.title] == ["Aberfeldy"]


def test_a_facilitator_sees_their_own_and_an_administrator_none(people: People, app: Any) -> None:
    story.session(story.area("Whitley"), facilitator=people.facilitator.account_id)
    assert len(rows.drawn(app(people.facilitator, "partnerships"), "partnerships_list")) == 1
    page = app(people.admin, "partnerships")
    assert [element.type for element in page.main] == ["main", "title", "warning", "page_link"]


def test_the_list_is_cached_by_the_permission_that_it_is_filtered_by(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    # In the table the dashboard's permission reaches as far. Here it reaches further, so that two facilitators share one view of it.
    own = {story.area("Whitley"): people.facilitator, story.area("Aberfeldy"): people.other_facilitator}
    for area, actor in own.items():
        story.session(area, facilitator=actor.account_id)
    monkeypatch.setitem(access.TABLE, Can.SEE_PROGRESS, {**access.TABLE[Can.SEE_PROGRESS], Who.FACILITATOR: Scope.ALL})
    st.cache_data.clear()

    with db.reading() as session:
        listed = {area: [row.id for row in areas.ready(session, actor, today=story.TODAY).rows] for area, actor in own.items()}

    assert listed == {area: [area] for area in own}
