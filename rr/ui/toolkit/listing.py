"""The activity library and the recipes: the filters, and what each row shows and offers."""

from collections.abc import Mapping

from rr.labels import Labelled, count, share
from rr.toolkit.drafts import LONGEST, ActivityDraft
from rr.toolkit.queries import ActivityFilters, ActivityList, ActivityRow, RecipeRow, StepRow
from rr.toolkit.rules import Phase
from rr.ui.kit.filters import bar
from rr.ui.kit.rows import Badge, Button, Row
from rr.ui.sessions.agenda import span

LABELS = {name: said.label for name, said in ActivityDraft.fields().items()}


class View(Labelled):
    ACTIVITIES = "activities", "Activities"
    RECIPES = "recipes", "Recipes"


def view() -> View:
    """Which of the two lists is shown."""
    with bar("toolkit") as f:
        return f.segments("view", "View", View, default=View.ACTIVITIES, narrows=False) or View.ACTIVITIES


def filters(topics: Mapping[str, str]) -> ActivityFilters:
    with bar("toolkit") as f:
        return ActivityFilters(
            f.choice("phase", LABELS["phase"], [phase for phase in Phase if phase is not Phase.BREAK], none="All parts"),
            f.choice("topic", "Topic", topics, none="All topics", width=240),
            f.number("minutes", "Minutes you have", least=5, most=LONGEST, step=5),
            f.number("people", "People", least=1, most=500),
        )


def sentence(found: ActivityList) -> str:
    """How many there are, and how many of them fit the filters."""
    if found.total == found.every:
        return f"{count(found.every, 'activity', 'activities')} for sessions."
    return f"{share(found.total, found.every, 'activity', 'fits', 'fit', 'activities')} these filters."


def activity_row(activity: ActivityRow, topics: Mapping[str, str]) -> Row:
    """An activity in short; how it is done is folded away."""
    more = (
        (LABELS["how"], activity.how),
        ("Minutes", "Our estimate" if activity.minutes_are_ours else ""),
        (LABELS["place"], activity.place.label),
        ("Topics", ", ".join(topics.get(code, code) for code in activity.topics) or "Any"),
        (LABELS["materials"], activity.materials),
        (LABELS["source"], activity.source),
        ("Added by", activity.added_by or ""),
    )
    good_for = (
        (activity.celebrates, Badge("Celebrates", "green", "celebration")),
        (activity.newcomers, Badge("New members", "green", "group_add")),
    )
    return Row(
        activity.id,
        activity.name,
        detail=tuple(filter(None, (f"{span(activity.minutes_from, activity.minutes_to)} · {group(activity)}", activity.purpose))),
        badges=tuple(badge for is_so, badge in good_for if is_so),
        more=tuple((label, text) for label, text in more if text),
        more_label="How to do it",
        buttons=(Button("edit", "Edit", icon="edit"),) if activity.may_edit else (),
        group=activity.phase.label,
    )


def group(activity: ActivityRow) -> str:
    """How many people it suits."""
    least, most = activity.group_from or 1, activity.group_to
    if most is None:
        return "any number of people" if least == 1 else f"{least} people or more"
    return f"up to {most} people" if least == 1 else f"{least} to {most} people"


def recipe_row(recipe: RecipeRow) -> Row:
    """A recipe; its steps are folded away."""
    return Row(
        recipe.id,
        recipe.name,
        detail=(f"{recipe.minutes} minutes · {recipe.when.label}", recipe.summary),
        more=tuple((f"{step.title} ({step.minutes} minutes)", _why(step)) for step in recipe.steps),
        more_label="Steps",
    )


def _why(step: StepRow) -> str:
    """Why the step is there, and whether its activity is a fixed one."""
    return f"{step.why} Chosen to suit them.".strip() if step.is_chosen else step.why
