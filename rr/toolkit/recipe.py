"""Proposing an agenda: which recipe suits a partnership, which activity each step of it takes, and why.

Everything here is deterministic: the same lists and the same ask give the same proposal, whatever order the rows come in.
Every choice carries a reason, written for the facilitator and the partnership who will read it.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from rr.errors import Refused
from rr.toolkit.rules import Phase, Place, When

MANY_NEW = Fraction(1, 3)  # of those taking part; from here on newcomers shape the session
LONGEST_REASON = 200  # characters: what a row of the agenda holds

# What counts towards an activity for a step. A wish of the recipe weighs most, then what the partnership ticked.
PREFERRED, TICKED, ANY_TOPIC, FOR_NEWCOMERS, FITS_TIME, WORKS_ANYWHERE = 4, 3, 2, 2, 1, 1
MOST_TOPICS = 2  # an activity that serves everything must not win by that alone


@dataclass(frozen=True)
class Ask:
    """What is known of the partnership and what it wants. None = not known."""

    topics: tuple[str, ...]
    people: int | None
    newcomers: int | None
    format: Place
    held_before: bool
    topic_labels: Mapping[str, str]

    @property
    def many_new(self) -> bool:
        """A third or more of those taking part are new. Not known counts as no."""
        return bool(self.people and self.newcomers and Fraction(self.newcomers, self.people) >= MANY_NEW)


@dataclass(frozen=True)
class ActivityFacts:
    """An activity of the library. No topics = any; no group bound = no limit on that side."""

    id: int | None
    code: str
    name: str
    phase: Phase
    minutes_from: int
    minutes_to: int
    group_from: int | None
    group_to: int | None
    place: Place
    topics: tuple[str, ...]
    celebrates: bool
    newcomers: bool


@dataclass(frozen=True)
class StepFacts:
    """A step of a recipe: a fixed activity by its code, or else a phase of which the best-fitting activity is taken."""

    position: int
    activity: str
    phase: Phase | None
    minutes: int
    prefer: str
    why: str


@dataclass(frozen=True)
class RecipeFacts:
    """A shape for a session. Its steps' minutes may leave some of its own to spare."""

    id: int | None
    code: str
    name: str
    when: When
    minutes: int
    steps: tuple[StepFacts, ...]


@dataclass(frozen=True)
class Proposed:
    """A row for the agenda. Without an activity, the title is the phase and the reason says what was looked for."""

    activity_id: int | None
    title: str
    minutes: int
    why: str


@dataclass(frozen=True)
class Proposal:
    """An agenda for an ask. `minutes` are those of the recipe: its steps may leave some to spare."""

    recipe_id: int | None
    recipe_name: str
    why: str
    minutes: int
    items: tuple[Proposed, ...]


def choose(recipes: Collection[RecipeFacts], ask: Ask) -> tuple[RecipeFacts, str]:
    """The recipe for this ask, with its reason. Of several for the same occasion the first by code counts.

    If the list has none for any occasion that applies, the first of all is taken and the reason says so. Refuses an empty list.
    """
    if not recipes:
        raise Refused("There is no recipe to propose an agenda from", "Ask a manager to add one under Lists.")
    in_order = sorted(recipes, key=lambda recipe: recipe.code)
    for when in When:
        reason = _occasion(when, ask)
        fitting = [recipe for recipe in in_order if recipe.when == when]
        if reason and fitting:
            return fitting[0], reason
    return in_order[0], "Because the list has no other recipe that suits them."


def propose(recipes: Collection[RecipeFacts], activities: Collection[ActivityFacts], ask: Ask) -> Proposal:
    """A whole agenda, a row for each step of the chosen recipe, in the order of the steps.

    A fixed activity that can't work here (too few or too many people, the wrong place) is exchanged for another of its phase.
    No activity is chosen twice, nor before a later step that names it. Refuses only when there is no recipe at all.
    """
    recipe, reason = choose(recipes, ask)
    library = {activity.code: activity for activity in activities}
    steps = sorted(recipe.steps, key=lambda step: step.position)
    taken = {step.activity for step in steps if step.activity}
    items = []
    for step in steps:
        fixed = library.get(step.activity)
        unfit = _unfit(fixed, ask) if fixed else ""
        if fixed and not unfit:
            items.append(_row(fixed, step, step.why or "Because every session of this kind has it."))
            continue
        phase = fixed.phase if fixed else step.phase
        best = _best(library.values(), phase, step, ask, taken)
        if best:
            taken.add(best.code)
            items.append(_row(best, step, unfit or _reason(best, step, ask)))
        else:
            title = phase.label if phase else "To be chosen"
            items.append(Proposed(None, title, step.minutes, _nothing_fits(step, phase, ask)))
    return Proposal(recipe.id, recipe.name, reason, recipe.minutes, tuple(items))


def instead(
    activities: Collection[ActivityFacts], phase: Phase | None, minutes: int, ask: Ask, taken: Collection[str]
) -> list[tuple[ActivityFacts, str]]:
    """What could stand in a row of so many minutes, best first, each with its reason.

    Of the phase, or of any where that isn't known. Leaves out what can't work here, what needs longer, and what is `taken` (codes).
    """
    step = StepFacts(0, "", phase, minutes, "topics", "")
    fitting = _fitting(activities, phase, minutes, ask, taken)
    return [(activity, _reason(activity, step, ask)) for activity in sorted(fitting, key=lambda one: (-_score(one, step, ask), one.code))]


def _occasion(when: When, ask: Ask) -> str:
    """Why a recipe for this occasion suits them, or nothing if it doesn't."""
    if when is When.FOLLOW_UP:
        return "Because they have had a first session: this one turns it into a plan." if ask.held_before else ""
    if when is When.ONLINE:
        return "Because they want to meet online." if ask.format == Place.ONLINE else ""
    if when is When.NEWCOMERS:
        return f"Because {_share_new(ask)}: the story so far gets a session of its own." if ask.many_new else ""
    if ask.newcomers is None or ask.people is None:
        return "Because one session is enough to look back and decide what next."
    return f"Because {_share_new(ask)}: one session is enough to look back and decide what next."


def _best(
    library: Collection[ActivityFacts], phase: Phase | None, step: StepFacts, ask: Ask, taken: Collection[str]
) -> ActivityFacts | None:
    if phase is None:
        return None
    fitting = _fitting(library, phase, step.minutes, ask, taken)
    return min(fitting, key=lambda activity: (-_score(activity, step, ask), activity.code), default=None)


def _fitting(
    library: Collection[ActivityFacts], phase: Phase | None, minutes: int, ask: Ask, taken: Collection[str]
) -> list[ActivityFacts]:
    return [
        activity
        for activity in library
        if (phase is None or activity.phase == phase)
        and activity.code not in taken
        and activity.minutes_from <= minutes  # one that needs longer can't be done in it
        and not _unfit(activity, ask)
    ]


def _score(activity: ActivityFacts, step: StepFacts, ask: Ask) -> int:
    ticked = len(_ticked(activity, ask))
    return (
        PREFERRED * _meets(activity, step.prefer, ask)
        + (TICKED * min(ticked, MOST_TOPICS) if activity.topics else ANY_TOPIC)
        + FOR_NEWCOMERS * (activity.newcomers and ask.many_new)
        + FITS_TIME * (activity.minutes_from <= step.minutes <= activity.minutes_to)
        + WORKS_ANYWHERE * (ask.format == Place.EITHER and activity.place == Place.EITHER)
    )


def _meets(activity: ActivityFacts, prefer: str, ask: Ask) -> bool:
    wishes: dict[str, Callable[[], bool]] = {
        "topics": lambda: bool(_ticked(activity, ask)),
        "celebrates": lambda: activity.celebrates,
        "newcomers": lambda: activity.newcomers,
    }
    return prefer in wishes and wishes[prefer]()


def _ticked(activity: ActivityFacts, ask: Ask) -> list[str]:
    return [topic for topic in dict.fromkeys(ask.topics) if topic in activity.topics]


def _unfit(activity: ActivityFacts, ask: Ask) -> str:
    """Why the activity can't be used here, or nothing if it can. People not known are no limit."""
    if Place.EITHER not in (activity.place, ask.format) and activity.place != ask.format:
        return _short(f"Because {activity.name} only works {_where(activity.place)}.", "Because the usual activity doesn't work there.")
    if ask.people is None:
        return ""
    if activity.group_to is not None and ask.people > activity.group_to:
        limit = f"is for up to {_people(activity.group_to)}"
    elif activity.group_from is not None and ask.people < activity.group_from:
        limit = f"needs at least {_people(activity.group_from)}"
    else:
        return ""
    sizes = f"{limit} and {ask.people} {'is' if ask.people == 1 else 'are'} taking part."
    return _short(f"Because {activity.name} {sizes}", f"Because the usual activity {sizes}")


def _reason(activity: ActivityFacts, step: StepFacts, ask: Ask) -> str:
    """One sentence: the wish of the step that was met, else what speaks for the activity most."""
    topics = _because_ticked(_ticked(activity, ask), ask)
    new = f"Because {_share_new(ask)}." if activity.newcomers and ask.newcomers else ""
    met = _meets(activity, step.prefer, ask)
    if met and step.prefer == "celebrates":
        return step.why or "So that they celebrate what they have achieved."
    if met and step.prefer == "newcomers":
        return new or step.why or "So that newer members know the story so far."
    return topics or (new if ask.many_new else "") or step.why or f"Because it suits {_setting(step, ask)}."


def _because_ticked(topics: Sequence[str], ask: Ask) -> str:
    if not topics:
        return ""
    labels = [ask.topic_labels.get(topic, topic) for topic in topics[:MOST_TOPICS]]
    return _short(f"Because they ticked {' and '.join(labels)}.", "Because of what they ticked.")


def _share_new(ask: Ask) -> str:
    """'4 of 12 are new'. Only asked when the number of newcomers is known."""
    new, people = ask.newcomers or 0, ask.people
    if new == 0:
        return "nobody is new"
    verb = "is" if new == 1 else "are"
    if people is None:
        return f"{new} {verb} new"
    if new < people:
        return f"{new} of {people} {verb} new"
    return {1: "the only one taking part is new", 2: "both are new"}.get(people, f"all {people} are new")


def _nothing_fits(step: StepFacts, phase: Phase | None, ask: Ask) -> str:
    if phase is None:
        return "Because the activity that the recipe names isn't in the toolkit any more."
    return f"Because nothing in the toolkit for this part suits {_setting(step, ask)}: choose one together."


def _setting(step: StepFacts, ask: Ask) -> str:
    """'12 people, online, in 20 minutes', as far as it is known."""
    people = "a group of any size" if ask.people is None else _people(ask.people)
    where = "" if ask.format == Place.EITHER else f", {_where(ask.format)},"
    return f"{people}{where} in {step.minutes} minutes"


def _people(number: int) -> str:
    return "1 person" if number == 1 else f"{number} people"


def _where(place: Place) -> str:
    return "online" if place == Place.ONLINE else "in person"


def _short(sentence: str, otherwise: str) -> str:
    """Names and labels are the team's own and may be long; a row of the agenda holds so much and no more."""
    return sentence if len(sentence) <= LONGEST_REASON else otherwise


def _row(activity: ActivityFacts, step: StepFacts, why: str) -> Proposed:
    return Proposed(activity.id, activity.name, step.minutes, why)
