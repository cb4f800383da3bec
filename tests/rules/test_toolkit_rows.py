"""What a row of the toolkit shows and offers."""

from dataclasses import replace

import pytest

from rr.toolkit.queries import ActivityRow, RecipeRow, StepRow
from rr.toolkit.rules import DeliveryMode, Phase, When
from rr.ui.kit.rows import Badge, Button, Row
from rr.ui.toolkit.listing import activity_row, group, recipe_row

TOPICS = {"hubs": "Community hubs", "money": "Money"}
WALK = ActivityRow(
    id=4,
    name="A walk",
    phase=Phase.EXPLORE,
    purpose="To see the area together.",
    how="Walk *slowly*.",
    materials="",
    minutes_from=30,
    minutes_to=45,
    minutes_are_ours=True,
    group_from=None,
    group_to=12,
    place=DeliveryMode.IN_PERSON,
    topics=("hubs", "money"),
    celebrates=False,
    newcomers=True,
    source="",
    added_by="Fay",
    added_by_id=3,
    may_edit=True,
)


def test_an_activity_shows_what_it_is_for_and_folds_away_how_it_is_done() -> None:
    assert activity_row(WALK, TOPICS) == Row(
        4,
        "A walk",
        detail=("30 to 45 minutes · up to 12 people", "To see the area together."),
        badges=(Badge("New members", "green", "group_add"),),
        more=(
            ("How to do it", "Walk *slowly*."),
            ("Minutes", "Our estimate"),
            ("Where it works", "In person"),
            ("Topics", "Community hubs, Money"),
            ("Added by", "Fay"),
        ),
        more_label="How to do it",
        buttons=(Button("edit", "Edit", icon="edit"),),
        group="Exploring",
    )


def test_an_activity_of_the_reference_list_is_only_read() -> None:
    row = activity_row(
        replace(WALK, may_edit=False, minutes_are_ours=False, topics=(), added_by=None, celebrates=True, newcomers=False, source="A book"),
        TOPICS,
    )

    assert (row.buttons, row.badges) == ((), (Badge("Celebrates", "green", "celebration"),))
    assert row.more[1:] == (("Where it works", "In person"), ("Topics", "Any"), ("Where it comes from", "A book"))


@pytest.mark.parametrize(
    ("least", "most", "words"),
    [
        (None, None, "any number of people"),
        (5, None, "5 people or more"),
        (None, 12, "up to 12 people"),
        (5, 12, "5 to 12 people"),
    ],
)
def test_the_size_of_the_group_in_words(least: int | None, most: int | None, words: str) -> None:
    assert group(replace(WALK, group_from=least, group_to=most)) == words


def test_a_recipe_folds_away_its_steps() -> None:
    steps = (StepRow("Welcome", 10, "So that all know each other.", is_chosen=False), StepRow("Exploring", 25, "", is_chosen=True))
    recipe = RecipeRow(2, "Together", When.OTHERWISE, 90, "One session.", steps)

    assert recipe_row(recipe) == Row(
        2,
        "Together",
        detail=("90 minutes · When nothing else applies", "One session."),
        more=(("Welcome (10 minutes)", "So that all know each other."), ("Exploring (25 minutes)", "Chosen to suit them.")),
        more_label="Steps",
    )
