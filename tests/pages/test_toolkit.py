"""The toolkit: looking things up, adding an activity and mending one."""

import pytest

from rr.access import SYSTEM
from rr.errors import NotFound
from rr.toolkit import commands, queries
from rr.toolkit.queries import Filters
from rr.toolkit.rules import Phase

A_WALK = {"name": "A walk round the area", "phase": Phase.EXPLORE, "minutes_from": 30, "minutes_to": 45}


def words(page):
    shown = [*page.markdown, *page.caption, *page.text, *page.title, *page.error, *page.success]
    return " ".join(f"{getattr(one, 'title', '')} {one.value}" for one in shown)


def named(look, name):
    return next(one for one in look(queries.library, Filters(), actor=SYSTEM).entries if one.name == name)


def test_everybody_looks_up_an_activity_and_narrows_the_library(people, look, app):
    page = app(people.admin, "toolkit")
    assert "39 activities for sessions." in words(page)
    assert "our estimate" in words(page)

    page.get_by_key("toolkit_phase").set_value("Planning actions").run()
    page.get_by_key("toolkit_people").set_value(30).run()
    assert "2 of 39 activities fit these filters." in words(page)
    assert "Dot voting" not in words(page)

    number = named(look, "15% solutions").id
    page.session_state[f"toolkit_open_{number}"] = True
    page.run()
    assert named(look, "15% solutions").source in [one.value for one in page.text]


def test_a_facilitator_adds_an_activity_and_mends_their_own_only(one, people, look, app):
    page = app(people.facilitator, "toolkit")
    page.session_state["toolkit_new"] = True
    page.run()
    page.get_by_key("toolkit_name_new").set_value("A walk round the area")
    page.get_by_key("toolkit_topics_new").set_value(["hubs"])
    page.get_by_key("toolkit_save_new").click().run()
    walk = named(look, "A walk round the area")
    assert (walk.topics, walk.added_by, walk.phase) == (("hubs",), "Facilitator", Phase.EXPLORE)
    assert "A walk round the area is in the toolkit now" in words(page)

    page.session_state[f"toolkit_open_{walk.id}"] = True
    page.run()
    page.session_state[f"toolkit_edit_{walk.id}"] = True
    page.run()
    page.get_by_key(f"toolkit_minutes_to_{walk.id}").set_value(90)
    page.get_by_key(f"toolkit_save_{walk.id}").click().run()
    assert named(look, "A walk round the area").minutes_to == 90

    reference = named(look, "Dot voting")
    for who, number in ((people.other_facilitator, walk.id), (people.facilitator, reference.id), (people.support, walk.id)):
        with pytest.raises(NotFound):
            one(commands.edit_activity, number, {"name": "Mine"}, {"name": "x"}, actor=who)
    one(commands.edit_activity, reference.id, {"materials": "Dots"}, {"materials": reference.materials}, actor=people.manager)
    assert named(look, "Dot voting").materials == "Dots"


def test_a_refusal_stands_in_the_form(people, look, app):
    page = app(people.facilitator, "toolkit")
    page.session_state["toolkit_new"] = True
    page.run()
    page.get_by_key("toolkit_name_new").set_value("Dot voting")
    page.get_by_key("toolkit_minutes_to_new").set_value(5)
    page.get_by_key("toolkit_save_new").click().run()

    assert "The toolkit has an activity of this name" in words(page)
    assert "Between 15 and 480 minutes" in words(page)
    assert look(queries.library, Filters(), actor=SYSTEM).total == 39


def test_support_staff_read_and_do_not_add(one, people, app):
    page = app(people.support, "toolkit")

    with pytest.raises(KeyError):
        page.get_by_key("toolkit_new")
    with pytest.raises(NotFound):
        one(commands.add_activity, A_WALK, actor=people.support)


def test_two_activities_of_like_names_get_codes_of_their_own(one, people, look):
    for name in ("A walk!", "A walk"):
        one(commands.add_activity, A_WALK | {"name": name}, actor=people.manager)

    codes = {one_.name: one_.code for one_ in look(queries.activities)}
    assert (codes["A walk!"], codes["A walk"]) == ("a-walk", "a-walk-2")


def test_recipes_show_their_steps(people, app):
    page = app(people.support, "toolkit")

    assert "**Who, what, when** :gray[25 min]" in words(page)
    assert "chosen to suit them" in words(page)
