"""Adding activities and editing them."""

import pytest

from rr.access import SYSTEM
from rr.errors import Conflict, Invalid
from rr.toolkit import commands, queries
from rr.toolkit.queries import ActivityFilters


@pytest.fixture
def walk(one, people):
    answers = {"name": "A walk", "group_from": 5, "group_to": 20, "topics": ("hubs",)}
    return one(commands.add_activity, answers, actor=people.facilitator)


def stored(look, activity_id):
    return next(row for row in look(queries.library, ActivityFilters(), actor=SYSTEM).rows if row.id == activity_id)


def test_what_two_people_changed_is_both_kept_unless_it_is_the_same_field(one, people, look, walk):
    base = {"name": "A walk", "materials": "", "topics": ["hubs"]}
    one(commands.edit_activity, walk, base | {"materials": "Boots"}, base, actor=people.manager)
    one(commands.edit_activity, walk, base | {"topics": ["hubs", "vision"]}, base, actor=people.facilitator)
    with pytest.raises(Conflict) as refusal:
        one(commands.edit_activity, walk, base | {"materials": "A map"}, base, actor=people.facilitator)

    row = stored(look, walk)
    assert (row.materials, row.topics) == ("Boots", ("hubs", "vision"))
    assert refusal.value.clashes == {"materials": ("Boots", "A map")}


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"name": " "}, {"name": "Give it a name."}),
        ({"name": "Dot voting"}, {"name": "The toolkit has an activity of this name. Edit that one, or choose another name."}),
        ({"topics": ["magic"]}, {"topics": "Choose from the topics."}),
        ({"minutes_from": 481}, {"minutes_from": "Enter a whole number from 1 to 480."}),
        ({"minutes_to": 10}, {"minutes_to": "Between 15 and 480 minutes."}),
        ({"group_from": 0}, {"group_from": "At least one person, or leave it empty."}),
        ({"group_to": 4}, {"group_to": "Not fewer than it needs, or leave it empty."}),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field_and_nothing_is_changed(one, people, look, walk, changes, errors):
    before = stored(look, walk)
    with pytest.raises(Invalid) as refusal:
        one(commands.edit_activity, walk, changes, {name: getattr(before, name) for name in changes}, actor=people.facilitator)

    assert refusal.value.errors == errors
    assert stored(look, walk) == before
