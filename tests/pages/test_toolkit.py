"""The toolkit: looking things up, adding an activity and editing one."""

import pytest

from rr.access import SYSTEM
from rr.errors import NotFound
from rr.toolkit import commands, queries
from rr.toolkit.queries import ActivityFilters
from rr.toolkit.rules import Phase
from tests import news, rows
from tests.forms import beside, plain

A_WALK = {"name": "A walk round the area", "phase": Phase.EXPLORE, "minutes_from": 30, "minutes_to": 45}


def words(page):
    shown = [*page.markdown, *page.caption, *page.text, *page.title, *page.error]
    return " ".join([*(f"{getattr(one, 'title', '')} {one.value}" for one in shown), news.said(page), *news.refused(page)])


def named(look, name):
    pages = [look(queries.library, ActivityFilters(), actor=SYSTEM, page=number).rows for number in (1, 2)]
    return next(one for page in pages for one in page if one.name == name)


def test_everybody_looks_up_an_activity_and_narrows_the_library(people, look, app):
    page = app(people.admin, "toolkit")
    second = app(people.admin, "toolkit", toolkit_page=2)
    whole, sentence = rows.texts(page, "toolkit_list") + rows.texts(second, "toolkit_list"), words(page)
    narrowed = app(people.admin, "toolkit", toolkit_phase="Planning actions", toolkit_people=30)

    assert "39 activities for sessions." in sentence
    assert len(whole) == 39
    assert any("Minutes: Our estimate" in text for text in whole)
    assert {row["group"] for row in rows.drawn(narrowed, "toolkit_list")} == {"Planning actions"}
    assert "2 of 39 activities fit these filters." in words(narrowed)
    assert not any("Dot voting" in text for text in rows.texts(narrowed, "toolkit_list"))
    assert any(named(look, "15% solutions").source in text for text in rows.texts(narrowed, "toolkit_list"))


def test_a_facilitator_adds_an_activity_and_edits_their_own_only(one, people, look, app):
    page = app(people.facilitator, "toolkit")
    page.get_by_key("toolkit_add").click().run()
    page.get_by_key("toolkit_name_new").set_value("A walk round the area")
    page.get_by_key("toolkit_topics_new").set_value(["hubs"])
    page.get_by_key("toolkit_save_new").click().run()
    walk = named(look, "A walk round the area")
    assert (walk.topics, walk.added_by, walk.phase) == (("hubs",), "Facilitator", Phase.EXPLORE)
    assert plain("A walk round the area was added to the toolkit") in plain(words(page))

    page.run()
    rows.press(page, "toolkit_list", walk.id, "edit")
    page.get_by_key(f"toolkit_minutes_to_{walk.id}").set_value(90)
    page.get_by_key(f"toolkit_save_{walk.id}").click().run()
    edited = named(look, "A walk round the area")
    assert (edited.minutes_to, edited.topics) == (90, ("hubs",))
    with pytest.raises(AssertionError, match="no button 'edit'"):
        rows.press(page, "toolkit_list", named(look, "River of life").id, "edit")
    assert any(text.startswith("River of life") for text in rows.texts(page, "toolkit_list"))

    reference = named(look, "Dot voting")
    for who, number in ((people.other_facilitator, walk.id), (people.facilitator, reference.id), (people.support, walk.id)):
        with pytest.raises(NotFound):
            one(commands.edit_activity, number, {"name": "Mine"}, {"name": "x"}, actor=who)
    one(commands.edit_activity, reference.id, {"materials": "Dots"}, {"materials": reference.materials}, actor=people.manager)
    assert named(look, "Dot voting").materials == "Dots"


def test_each_refusal_stands_beside_its_field(people, look, app):
    page = app(people.facilitator, "toolkit")
    page.get_by_key("toolkit_add").click().run()
    page.get_by_key("toolkit_name_new").set_value("Dot voting")
    page.get_by_key("toolkit_minutes_to_new").set_value(5)
    page.get_by_key("toolkit_save_new").click().run()

    assert "The toolkit has an activity of this name" in beside(page, "toolkit_name_new")
    assert "Between 15 and 480 minutes" in beside(page, "toolkit_minutes_to_new")
    assert look(queries.library, ActivityFilters(), actor=SYSTEM).total == 39


def test_support_staff_read_and_do_not_add(one, people, app):
    page = app(people.support, "toolkit")

    with pytest.raises(KeyError):
        page.get_by_key("toolkit_add")
    with pytest.raises(NotFound):
        one(commands.add_activity, A_WALK, actor=people.support)


def test_two_activities_of_like_names_get_codes_of_their_own(one, people, look):
    for name in ("A walk!", "A walk"):
        one(commands.add_activity, A_WALK | {"name": name}, actor=people.manager)

    codes = {one_.name: one_.code for one_ in look(queries.activities)}
    assert (codes["A walk!"], codes["A walk"]) == ("a-walk", "a-walk-2")


def test_recipes_show_their_steps(people, app):
    shown = " ".join(rows.texts(app(people.support, "toolkit", toolkit_view="Recipes"), "toolkit_list"))

    assert "Who, what, when (25 minutes): " in shown
    assert "Chosen to suit them." in shown
