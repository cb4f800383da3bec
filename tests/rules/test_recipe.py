"""Which recipe, which activities and why: small tables of our own, then the lists that the project ships."""

import csv
import random
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from rr.errors import Refused
from rr.toolkit.recipe import ActivityFacts, AgendaBrief, Proposal, RecipeFacts, StepFacts, choose, propose
from rr.toolkit.rules import DeliveryMode, Phase, When

DATA = Path(__file__).parents[2] / "data"


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


TOPICS = {row["code"]: row["label"] for row in rows("topics")}
ACTIVITIES = [
    ActivityFacts(
        id=number,
        code=row["code"],
        name=row["name"],
        phase=Phase(row["phase"]),
        minutes_from=int(row["minutes_from"]),
        minutes_to=int(row["minutes_to"]),
        group_from=int(row["group_from"]),
        group_to=int(row["group_to"]) if row["group_to"] else None,
        place=DeliveryMode(row["place"]),
        topics=tuple(row["topics"].split()),
        celebrates=row["celebrates"] == "yes",
        newcomers=row["newcomers"] == "yes",
    )
    for number, row in enumerate(rows("activities"), 1)
]
RECIPES = [
    RecipeFacts(
        id=number,
        code=row["code"],
        name=row["name"],
        when=When(row["when"]),
        minutes=int(row["minutes"]),
        steps=tuple(
            StepFacts(
                position=int(step["position"]),
                activity=step["activity"],
                phase=Phase(step["phase"]) if step["phase"] else None,
                minutes=int(step["minutes"]),
                prefer=step["prefer"],
                why=step["why"],
            )
            for step in rows("recipe_steps")
            if step["recipe"] == row["code"]
        ),
    )
    for number, row in enumerate(rows("recipes"), 1)
]
BY_ID = {activity.id: activity for activity in ACTIVITIES}
BY_CODE = {activity.code: activity for activity in ACTIVITIES}


def ask(
    *topics: str,
    people: int | None = None,
    newcomers: int | None = None,
    format: DeliveryMode = DeliveryMode.IN_PERSON,
    held_before: bool = False,
) -> AgendaBrief:
    return AgendaBrief(topics, people, newcomers, format, held_before, TOPICS)


def activity(code: str, **facts: Any) -> ActivityFacts:
    plain = ActivityFacts(ord(code[0]), code, code.title(), Phase.EXPLORE, 10, 60, None, None, DeliveryMode.EITHER, (), False, False)
    return replace(plain, **facts)


def one_step(
    prefer: str = "", *, minutes: int = 30, fixed: str = "", phase: Phase | None = Phase.EXPLORE, why: str = ""
) -> list[RecipeFacts]:
    step = StepFacts(1, fixed, None if fixed else phase, minutes, prefer, why)
    return [RecipeFacts(1, "only", "Only", When.OTHERWISE, minutes, (step,))]


def codes(proposal: Proposal) -> list[str]:
    return [BY_ID[item.activity_id].code for item in proposal.items if item.activity_id]


# --- Which recipe ---


@pytest.mark.parametrize(
    ("asked", "code", "reason"),
    [
        (ask(), "together", "Because one session is enough to look back and decide what next."),
        (ask(people=12, newcomers=3), "together", "Because 3 of 12 are new: one session is enough to look back and decide what next."),
        (ask(people=12, newcomers=0), "together", "Because nobody is new: one session is enough to look back and decide what next."),
        (ask(people=12, newcomers=4), "reflect", "Because 4 of 12 are new: the story so far gets a session of its own."),
        (ask(people=3, newcomers=1), "reflect", "Because 1 of 3 is new: the story so far gets a session of its own."),
        (ask(people=8, newcomers=8), "reflect", "Because all 8 are new: the story so far gets a session of its own."),
        (ask(newcomers=4), "together", "Because one session is enough to look back and decide what next."),
        (ask(people=12, newcomers=4, format=DeliveryMode.ONLINE), "online", "Because they want to meet online."),
        (
            ask(people=12, newcomers=4, format=DeliveryMode.EITHER),
            "reflect",
            "Because 4 of 12 are new: the story so far gets a session of its own.",
        ),
        (
            ask(people=12, newcomers=4, format=DeliveryMode.ONLINE, held_before=True),
            "recharge",
            "Because they have had a first session: this one turns it into a plan.",
        ),
    ],
)
def test_the_recipe_follows_from_what_is_known(asked: AgendaBrief, code: str, reason: str) -> None:
    recipe, why = choose(RECIPES, asked)
    assert (recipe.code, why) == (code, reason)


@pytest.mark.parametrize(("people", "words"), [(1, "the only one taking part is new"), (2, "both are new"), (3, "all 3 are new")])
def test_when_all_are_new_the_reason_says_so(people: int, words: str) -> None:
    assert choose(RECIPES, ask(people=people, newcomers=people))[1] == f"Because {words}: the story so far gets a session of its own."


def test_of_two_recipes_for_one_occasion_the_first_by_code_is_taken() -> None:
    first, second = (RecipeFacts(1, code, code, When.OTHERWISE, 60, ()) for code in ("a", "b"))
    assert choose([second, first], ask())[0] is first


def test_without_a_recipe_for_the_occasion_the_next_that_applies_is_taken() -> None:
    left = [recipe for recipe in RECIPES if recipe.when != When.FOLLOW_UP]
    assert choose(left, ask(held_before=True, format=DeliveryMode.ONLINE))[0].code == "online"


def test_a_list_with_none_that_applies_says_so() -> None:
    only = [recipe for recipe in RECIPES if recipe.when == When.ONLINE]
    assert choose(only, ask()) == (only[0], "Because the list has no other recipe that suits them.")


def test_an_empty_list_of_recipes_is_refused_with_a_way_forward() -> None:
    with pytest.raises(Refused) as refusal:
        propose([], ACTIVITIES, ask())
    assert refusal.value.way_forward


# --- Which activity ---


@pytest.mark.parametrize(
    ("better", "worse", "prefer", "asked"),
    [
        (activity("b", topics=("hubs",)), activity("a"), "", ask("hubs")),
        (activity("b"), activity("a", topics=("hubs",)), "", ask("vision")),
        (activity("b", topics=("hubs", "future")), activity("a", topics=("hubs",)), "", ask("hubs", "future")),
        (activity("b", celebrates=True), activity("a"), "celebrates", ask()),
        (activity("b", celebrates=True), activity("a", topics=("hubs",)), "celebrates", ask("hubs")),
        (activity("b", newcomers=True), activity("a"), "newcomers", ask()),
        (activity("b", newcomers=True), activity("a"), "", ask(people=6, newcomers=2)),
        (activity("a", newcomers=True), activity("b"), "", ask(people=7, newcomers=2)),
        (activity("b"), activity("a", minutes_to=20), "", ask()),
        (activity("b"), activity("a", place=DeliveryMode.IN_PERSON), "", ask(format=DeliveryMode.EITHER)),
        (activity("a"), activity("b"), "", ask()),
    ],
)
def test_the_better_fitting_activity_is_chosen_in_whatever_order_they_come(
    better: ActivityFacts, worse: ActivityFacts, prefer: str, asked: AgendaBrief
) -> None:
    for library in ([better, worse], [worse, better]):
        assert propose(one_step(prefer), library, asked).items[0].activity_id == better.id


@pytest.mark.parametrize(
    ("wrong", "asked"),
    [
        (activity("a", group_to=10), ask(people=11)),
        (activity("a", group_from=5), ask(people=4)),
        (activity("a", place=DeliveryMode.IN_PERSON), ask(format=DeliveryMode.ONLINE)),
        (activity("a", place=DeliveryMode.ONLINE), ask(format=DeliveryMode.IN_PERSON)),
        (activity("a", minutes_from=31), ask()),
        (activity("a", phase=Phase.ACT), ask()),
    ],
)
def test_an_activity_that_cannot_work_is_never_chosen(wrong: ActivityFacts, asked: AgendaBrief) -> None:
    (item,) = propose(one_step(), [wrong], asked).items
    assert (item.activity_id, item.title, item.minutes) == (None, "Exploring", 30)
    assert item.why.startswith("Because nothing in the toolkit for this part suits ")


@pytest.mark.parametrize(
    ("right", "asked"),
    [
        (activity("a", group_to=10), ask(people=10)),
        (activity("a", group_from=5), ask(people=5)),
        (activity("a", group_from=5, group_to=10), ask(people=None)),
        (activity("a", place=DeliveryMode.IN_PERSON), ask(format=DeliveryMode.EITHER)),
        (activity("a", minutes_from=30), ask()),
    ],
)
def test_an_activity_at_the_edge_of_what_it_can_is_chosen(right: ActivityFacts, asked: AgendaBrief) -> None:
    assert propose(one_step(), [right], asked).items[0].activity_id == right.id


def test_no_activity_is_chosen_twice_nor_ahead_of_a_step_that_names_it() -> None:
    steps = (
        StepFacts(3, "named", None, 30, "", ""),
        StepFacts(1, "", Phase.EXPLORE, 30, "", ""),
        StepFacts(2, "", Phase.EXPLORE, 30, "", ""),
    )
    library = [activity("named", topics=("hubs",)), activity("other")]
    items = propose([RecipeFacts(1, "r", "R", When.OTHERWISE, 90, steps)], library, ask("hubs")).items
    assert [item.title for item in items] == ["Other", "Exploring", "Named"]


@pytest.mark.parametrize(
    ("named", "asked", "reason"),
    [
        (activity("named", group_to=10), ask(people=12), "Because Named is for up to 10 people and 12 are taking part."),
        (activity("named", group_from=6), ask(people=4), "Because Named needs at least 6 people and 4 are taking part."),
        (activity("named", place=DeliveryMode.IN_PERSON), ask(format=DeliveryMode.ONLINE), "Because Named only works in person."),
        (
            activity("named", name="N" * 200, group_to=10),
            ask(people=12),
            "Because the usual activity is for up to 10 people and 12 are taking part.",
        ),
    ],
)
def test_a_named_activity_that_cannot_work_is_exchanged_for_another_of_its_phase(
    named: ActivityFacts, asked: AgendaBrief, reason: str
) -> None:
    (item,) = propose(one_step(fixed="named"), [named, activity("other"), activity("a", phase=Phase.ACT)], asked).items
    assert (item.title, item.why) == ("Other", reason)


def test_a_named_activity_that_is_gone_leaves_a_row_that_says_so() -> None:
    (item,) = propose(one_step(fixed="gone"), [activity("other")], ask()).items
    assert (item.activity_id, item.title) == (None, "To be chosen")
    assert item.why == "Because the activity that the recipe names isn't in the toolkit any more."


# --- Why ---

WHY = "So that everybody starts from the same story."


@pytest.mark.parametrize(
    ("chosen", "recipe", "asked", "reason"),
    [
        (activity("a", topics=("hubs",)), one_step("topics", why=WHY), ask("hubs"), "Because they ticked Community places or hubs."),
        (
            activity("a", topics=("future", "hubs", "vision")),
            one_step("topics"),
            ask("hubs", "future", "vision", "hubs"),
            "Because they ticked Community places or hubs and Future of our partnership.",
        ),
        (activity("a", celebrates=True, topics=("hubs",)), one_step("celebrates", why=WHY), ask("hubs"), WHY),
        (activity("a", celebrates=True), one_step("celebrates"), ask(), "So that they celebrate what they have achieved."),
        (activity("a", newcomers=True), one_step("newcomers", why=WHY), ask(people=12, newcomers=1), "Because 1 of 12 is new."),
        (activity("a", newcomers=True), one_step("newcomers", why=WHY), ask(newcomers=4), "Because 4 are new."),
        (activity("a", newcomers=True), one_step("newcomers"), ask(), "So that newer members know the story so far."),
        (activity("a", newcomers=True), one_step(), ask(people=12, newcomers=4), "Because 4 of 12 are new."),
        (activity("a", newcomers=True), one_step(why=WHY), ask(people=12, newcomers=3), WHY),
        (activity("a"), one_step("topics", why=WHY), ask("hubs"), WHY),
        (activity("a"), one_step(), ask(people=12), "Because it suits 12 people, in person, in 30 minutes."),
        (activity("a"), one_step(), ask(format=DeliveryMode.EITHER), "Because it suits a group of any size in 30 minutes."),
        (activity("a"), one_step(fixed="a", why=WHY), ask("hubs"), WHY),
        (activity("a"), one_step(fixed="a"), ask(), "Because every session of this kind has it."),
        (activity("a", topics=("gone",)), one_step(), ask("gone"), "Because they ticked gone."),
    ],
)
def test_the_reason_is_a_sentence_about_them(chosen: ActivityFacts, recipe: list[RecipeFacts], asked: AgendaBrief, reason: str) -> None:
    assert propose(recipe, [chosen], asked).items[0].why == reason


def test_a_reason_never_outgrows_the_row_that_keeps_it() -> None:
    asked = replace(ask("hubs", people=12, newcomers=4), topic_labels={"hubs": "H" * 200})
    assert propose(one_step(), [activity("a", topics=("hubs",))], asked).items[0].why == "Because of what they ticked."


# --- The lists that the project ships ---

ASKS = [
    ask(*topics, people=people, newcomers=newcomers, format=place, held_before=held)
    for topics in [(), *((topic,) for topic in TOPICS), ("future", "hubs", "vision", "relationships", "people")]
    for people, newcomers in [(None, None), (4, 0), (4, 4), (10, 1), (12, 4), (16, 16), (40, 5), (40, 40)]
    for place in DeliveryMode
    for held in (False, True)
]


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.code)
def test_every_recipe_proposes_a_complete_agenda_for_every_kind_of_group(recipe: RecipeFacts) -> None:
    for asked in ASKS:
        proposal = propose([recipe], ACTIVITIES, asked)
        chosen = [BY_ID[item.activity_id] for item in proposal.items]  # a row without an activity fails here
        assert len(chosen) == len(recipe.steps) == len({one.code for one in chosen})
        assert chosen[0].code in ("welcome", "recap")
        assert chosen[-1].phase == Phase.CLOSE
        assert Phase.ACT in {one.phase for one in chosen}
        assert all(item.why.startswith(("Because ", "So that ")) and item.why.endswith(".") for item in proposal.items)
        assert all(len(text) <= 200 for item in proposal.items for text in (item.title, item.why))
        for one in chosen:
            assert one.place == DeliveryMode.EITHER or asked.format in (DeliveryMode.EITHER, one.place)
            assert asked.people is None or (one.group_from or 0) <= asked.people <= (one.group_to or asked.people)


def test_the_order_of_the_lists_changes_nothing() -> None:
    shuffled = random.Random(7)
    for asked in ASKS:
        recipes, activities = shuffled.sample(RECIPES, len(RECIPES)), shuffled.sample(ACTIVITIES, len(ACTIVITIES))
        assert propose(recipes, activities, asked) == propose(RECIPES, ACTIVITIES, asked)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (
            ask("hubs", people=12, newcomers=3),
            ["welcome", "river-of-life", "stakeholder-map", "break", "headline", "dot-voting", "who-what-when-tables", "go-round"],
        ),
        (
            ask("relationships", people=9, newcomers=9),
            ["welcome", "group-agreement", "river-of-life", "break", "legacy-sentence", "fifteen-percent", "go-round"],
        ),
        (
            ask("future", people=40, held_before=True),
            ["recap", "skills-audit", "break", "dot-voting", "who-what-when-tables", "feedback-close"],
        ),
        (
            ask(people=4, format=DeliveryMode.ONLINE),
            ["welcome", "achievement-bunting", "one-two-four-all", "break", "who-what-when", "one-word"],
        ),
    ],
)
def test_what_partnerships_ask_shows_in_the_agenda(asked: AgendaBrief, expected: list[str]) -> None:
    assert codes(propose(RECIPES, ACTIVITIES, asked)) == expected


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.code)
def test_a_recipe_keeps_to_its_time_and_has_a_break_within_ninety_minutes(recipe: RecipeFacts) -> None:
    used = sum(step.minutes for step in recipe.steps)
    assert recipe.minutes - 10 <= used <= recipe.minutes
    longest = sitting = 0
    for step in recipe.steps:
        sitting = 0 if step.activity == "break" else sitting + step.minutes
        longest = max(longest, sitting)
    assert longest <= 90
    assert recipe.minutes <= 90 or "break" in {step.activity for step in recipe.steps}


def test_the_recipes_are_the_four_that_the_team_starts_with() -> None:
    assert {recipe.code: (recipe.when, recipe.minutes) for recipe in RECIPES} == {
        "together": (When.OTHERWISE, 150),
        "reflect": (When.NEWCOMERS, 120),
        "recharge": (When.FOLLOW_UP, 120),
        "online": (When.ONLINE, 90),
    }
    assert {row["recipe"] for row in rows("recipe_steps")} == {recipe.code for recipe in RECIPES}


def test_steps_name_either_a_known_activity_with_its_reason_or_a_phase() -> None:
    for recipe in RECIPES:
        assert [step.position for step in recipe.steps] == list(range(1, len(recipe.steps) + 1))
        for step in recipe.steps:
            assert bool(step.activity) != bool(step.phase)
            assert not step.activity or (step.activity in BY_CODE and step.why)
            assert step.prefer in ("", "topics", "celebrates", "newcomers")


@pytest.mark.parametrize(
    ("name", "key"),
    [("activities", "code"), ("activities", "name"), ("recipes", "code"), ("topics", "code"), ("support_kinds", "code"),
     ("support_kinds", "label"), ("support_partners", "name"), ("big_local_areas", "name")],
)  # fmt: skip
def test_codes_and_names_are_unique_and_tidy(name: str, key: str) -> None:
    values = [row[key] for row in rows(name)]
    assert len(values) == len({value.casefold() for value in values})
    assert all(value and value == value.strip() for value in values)


def test_activities_have_sound_facts() -> None:
    for row, facts in zip(rows("activities"), ACTIVITIES, strict=True):
        assert 0 < facts.minutes_from <= facts.minutes_to, facts.code
        assert 1 <= (facts.group_from or 1) <= (facts.group_to or 10_000), facts.code
        assert set(facts.topics) <= set(TOPICS) - {"other"}, facts.code
        assert {row["minutes_are_ours"], row["celebrates"], row["newcomers"]} <= {"yes", "no"}, facts.code
        assert row["purpose"].endswith("."), facts.code
        assert row["materials"], facts.code
        assert row["source"] == "" or row["source"].startswith(("https://", "http://")), facts.code
        steps = row["how"].split("\n")
        assert 3 <= len(steps) <= 6, facts.code
        assert [step.split(". ")[0] for step in steps] == [str(n) for n in range(1, len(steps) + 1)], facts.code


def test_every_topic_has_activities_that_serve_it() -> None:
    for topic in set(TOPICS) - {"other"}:
        assert len([one for one in ACTIVITIES if topic in one.topics and one.phase == Phase.EXPLORE]) >= 2, topic


def test_kinds_of_support_have_short_labels_and_keywords_of_their_own() -> None:
    kinds = rows("support_kinds")
    assert len(kinds) == 18
    seen: set[str] = set()
    for kind in kinds:
        words = [word.strip() for word in kind["words"].split(";") if word.strip()]
        assert len(kind["label"]) <= 40
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", kind["code"])
        assert bool(words) == (kind["code"] != "other")
        assert words == [word.lower() for word in words]
        assert not seen & set(words), kind["code"]
        seen |= set(words)


@pytest.mark.parametrize("path", sorted(DATA.glob("*.csv")), ids=lambda path: path.name)
def test_the_lists_are_plain_utf_8_and_every_row_is_whole(path: Path) -> None:
    assert not path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8", newline="") as file:
        header, *lines = csv.reader(file)
    assert {len(line) for line in lines} == {len(header)}
