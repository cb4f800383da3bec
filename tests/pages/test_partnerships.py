"""The list of all areas on screen."""

from typing import Any

import pytest
import streamlit as st

from rr import access, db
from rr.access import Can, Scope, Who
from rr.ui.story import areas
from tests import story
from tests.conftest import People
from tests.story import ago

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def words(test: Any) -> str:
    return "\n".join(element.value for element in [*test.title, *test.main.markdown])


def test_all_areas_are_listed_fifty_a_page_with_stage_and_story(people: People, app: Any) -> None:
    story.request(story.area("Aberfeldy"), ago(2))
    test = app(people.support, "partnerships")
    assert not test.exception
    assert "1 of 150 partnerships have signed up." in words(test)
    assert "**Aberfeldy**  \nLondon · 16 November 2026: they signed up" in words(test)
    assert len([link for link in test.main.get("page_link") if link.proto.label == "Open the story"]) == 50


def test_region_and_stage_stand_in_the_address(people: People, app: Any) -> None:
    story.request(story.area("Whitley"))
    story.request(story.area("Kirk Hallam"))
    test = app(people.support, "partnerships", partnerships_stage="Signed up", partnerships_region="South East")
    assert [link.proto.query_string for link in test.main.get("page_link")] == [f"id={story.area('Whitley')}"]


def test_a_name_is_found_however_it_is_spelt(people: People, app: Any) -> None:
    test = app(people.support, "partnerships")
    test.text_input(key="partnerships_name").set_value("hawkswroth").run()
    assert "Hawksworth Wood Estate" in words(test)
    test.text_input(key="partnerships_name").set_value("xyzzyx").run()
    assert "No partnership matches. Try a part of the name, or all regions and stages." in words(test)


def test_a_facilitator_sees_their_own_and_an_administrator_none(people: People, app: Any) -> None:
    story.session(story.area("Whitley"), facilitator=people.facilitator.account_id)
    assert len(app(people.facilitator, "partnerships").main.get("page_link")) == 1
    with pytest.raises(ValueError, match="navigation page"):
        app(people.admin, "partnerships")


def test_the_list_is_cached_by_the_permission_that_it_is_filtered_by(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    # In the table the dashboard's permission reaches as far. Here it reaches further, so that two facilitators share one view of it.
    own = {story.area("Whitley"): people.facilitator, story.area("Aberfeldy"): people.other_facilitator}
    for area, actor in own.items():
        story.session(area, facilitator=actor.account_id)
    monkeypatch.setitem(access.TABLE, Can.SEE_PROGRESS, {**access.TABLE[Can.SEE_PROGRESS], Who.FACILITATOR: Scope.ALL})
    st.cache_data.clear()

    with db.reading() as session:
        listed = {area: [row.id for row in areas.ready(session, actor).rows] for area, actor in own.items()}

    assert listed == {area: [area] for area in own}
