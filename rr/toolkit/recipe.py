"""Proposing an agenda: which recipe suits a partnership, which activity each step of it takes, and why.

Everything here is deterministic: the same lists and the same brief give the same proposal, whatever order the rows come in.
Every choice carries a reason, written for the facilitator and the partnership who will read it.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from rr.errors import Refused
from rr.toolkit.rules import DeliveryMode, Phase, When

MANY_NEW = Fraction(1, 3)  # of those taking part; from here on newcomers shape the session
LONGEST_REASON = 200  # characters: what a row of the agenda holds

# What counts towards an activity for a step. A wish of the recipe weighs most, then what the partnership ticked.
PREFERRED, TICKED, ANY_TOPIC, FOR_NEWCOMERS, FITS_TIME, WORKS_ANYWHERE = 4, 3, 2, 2, 1, 1
MOST_TOPICS = 2  # an activity that serves everything must not win by that alone


@dataclass(frozen=True)
class AgendaBrief:
    """What is known of the partnership and what it wants. None = not known."""

    topics: tuple[str, ...]
    people: int | None
    newcomers: int | None
    format: DeliveryMode
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
    place: DeliveryMode
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
    """An agenda for a brief. `minutes` are those of the recipe: its steps may leave some to spare."""

    recipe_id: int | None
    recipe_name: str
    why: str
    minutes: int
    items: tuple[Proposed, ...]


def choose(recipes: Collection[RecipeFacts], brief: AgendaBrief) -> tuple[RecipeFacts, str]:
    """The recipe for this brief, with its reason. Of several for the same occasion the first by code counts.

    If the list has none for any occasion that applies, the first of all is taken and the reason says so. Refuses an empty list.
    """
    if not recipes:
        raise Refused("There is no recipe to propose an agenda from", "Ask an administrator to load the lists again.")
    in_order = sorted(recipes, key=lambda recipe: recipe.code)
    for when in When:
        reason = _occasion(when, brief)
        fitting = [recipe for recipe in in_order if recipe.when == when]
        if reason and fitting:
            return fitting[0], reason
    return in_order[0], "Because the list has no other recipe that suits them."


def propose(recipes: Collection[RecipeFacts], activities: Collection[ActivityFacts], brief: AgendaBrief) -> Proposal:
    """A whole agenda, a row for each step of the chosen recipe, in the order of the steps.

    A fixed activity that can't work here (too few or too many people, the wrong place) is exchanged for another of its phase.
    No activity is chosen twice, nor before a later step that names it. Refuses only when there is no recipe at all.
    """
    recipe, reason = choose(recipes, brief)
    library = {activity.code: activity for activity in activities}
    steps = sorted(recipe.steps, key=lambda step: step.position)
    taken = {step.activity for step in steps if step.activity}
    items = []
    for step in steps:
        fixed = library.get(step.activity)
        unfit = _unfit(fixed, brief) if fixed else ""
        if fixed and not unfit:
            items.append(_row(fixed, step, step.why or "Because every session of this kind has it."))
            continue
        phase = fixed.phase if fixed else step.phase
        best = _best(library.values(), phase, step, brief, taken)
        if best:
            taken.add(best.code)
            items.append(_row(best, step, unfit or _reason(best, step, brief)))
        else:
            title = phase.label if phase else "To be chosen"
            items.append(Proposed(None, title, step.minutes, _nothing_fits(step, phase, brief)))
    return Proposal(recipe.id, recipe.name, reason, recipe.minutes, tuple(items))


def instead(
    activities: Collection[ActivityFacts], phase: Phase | None, minutes: int, brief: AgendaBrief, taken: Collection[str]
) -> list[tuple[ActivityFacts, str]]:
    """What could stand in a row of so many minutes, best first, each with its reason.

    Of the phase, or of any where that isn't known. Leaves out what can't work here, what needs longer, and what is `taken` (codes).
    """
    step = StepFacts(0, "", phase, minutes, "topics", "")
    fitting = _fitting(activities, phase, minutes, brief, taken)
    return [
        (activity, _reason(activity, step, brief)) for activity in sorted(fitting, key=lambda one: (-_score(one, step, brief), one.code))
    ]


def _occasion(when: When, brief: AgendaBrief) -> str:
    """Why a recipe for this occasion suits them, or nothing if it doesn't."""
    if when is When.FOLLOW_UP:
        return "Because they have had a first session: this one turns it into a plan." if brief.held_before else ""
    if when is When.ONLINE:
        return "Because they want to meet online." if brief.format == DeliveryMode.ONLINE else ""
    if when is When.NEWCOMERS:
        return f"Because {_share_new(brief)}: the story so far gets a session of its own." if brief.many_new else ""
    if brief.newcomers is None or brief.people is None:
        return "Because one session is enough to look back and decide what next."
    return f"Because {_share_new(brief)}: one session is enough to look back and decide what next."


def _best(
    library: Collection[ActivityFacts], phase: Phase | None, step: StepFacts, brief: AgendaBrief, taken: Collection[str]
) -> ActivityFacts | None:
    if phase is None:
        return None
    fitting = _fitting(library, phase, step.minutes, brief, taken)
    return min(fitting, key=lambda activity: (-_score(activity, step, brief), activity.code), default=None)


def _fitting(
    library: Collection[ActivityFacts], phase: Phase | None, minutes: int, brief: AgendaBrief, taken: Collection[str]
) -> list[ActivityFacts]:
    return [
        activity
        for activity in library
        if (phase is None or activity.phase == phase)
        and activity.code not in taken
        and activity.minutes_from <= minutes  # one that needs longer can't be done in it
        and not _unfit(activity, brief)
    ]


def _score(activity: ActivityFacts, step: StepFacts, brief: AgendaBrief) -> int:
    ticked = len(_ticked(activity, brief))
    return (
        PREFERRED * _meets(activity, step.prefer, brief)
        + (TICKED * min(ticked, MOST_TOPICS) if activity.topics else ANY_TOPIC)
        + FOR_NEWCOMERS * (activity.newcomers and brief.many_new)
        + FITS_TIME * (activity.minutes_from <= step.minutes <= activity.minutes_to)
        + WORKS_ANYWHERE * (brief.format == DeliveryMode.EITHER and activity.place == DeliveryMode.EITHER)
    )


def _meets(activity: ActivityFacts, prefer: str, brief: AgendaBrief) -> bool:
    wishes: dict[str, Callable[[], bool]] = {
        "topics": lambda: bool(_ticked(activity, brief)),
        "celebrates": lambda: activity.celebrates,
        "newcomers": lambda: activity.newcomers,
    }
    return prefer in wishes and wishes[prefer]()


def _ticked(activity: ActivityFacts, brief: AgendaBrief) -> list[str]:
    return [topic for topic in dict.fromkeys(brief.topics) if topic in activity.topics]


def _unfit(activity: ActivityFacts, brief: AgendaBrief) -> str:
    """Why the activity can't be used here, or nothing if it can. People not known are no limit."""
    if DeliveryMode.EITHER not in (activity.place, brief.format) and activity.place != brief.format:
        return _short(f"Because {activity.name} only works {_where(activity.place)}.", "Because the usual activity doesn't work there.")
    if brief.people is None:
        return ""
    if activity.group_to is not None and brief.people > activity.group_to:
        limit = f"is for up to {_people(activity.group_to)}"
    elif activity.group_from is not None and brief.people < activity.group_from:
        limit = f"needs at least {_people(activity.group_from)}"
    else:
        return ""
    sizes = f"{limit} and {brief.people} {'is' if brief.people == 1 else 'are'} taking part."
    return _short(f"Because {activity.name} {sizes}", f"Because the usual activity {sizes}")


def _reason(activity: ActivityFacts, step: StepFacts, brief: AgendaBrief) -> str:
    """One sentence: the wish of the step that was met, else what speaks for the activity most."""
    topics = _because_ticked(_ticked(activity, brief), brief)
    new = f"Because {_share_new(brief)}." if activity.newcomers and brief.newcomers else ""
    met = _meets(activity, step.prefer, brief)
    if met and step.prefer == "celebrates":
        return step.why or "So that they celebrate what they have achieved."
    if met and step.prefer == "newcomers":
        return new or step.why or "So that newer members know the story so far."
    return topics or (new if brief.many_new else "") or step.why or f"Because it suits {_setting(step, brief)}."


def _because_ticked(topics: Sequence[str], brief: AgendaBrief) -> str:
    if not topics:
        return ""
    labels = [brief.topic_labels.get(topic, topic) for topic in topics[:MOST_TOPICS]]
    return _short(f"Because they ticked {' and '.join(labels)}.", "Because of what they ticked.")


def _share_new(brief: AgendaBrief) -> str:
    """'4 of 12 are new'. Only asked when the number of newcomers is known."""
    new, people = brief.newcomers or 0, brief.people
    if new == 0:
        return "nobody is new"
    verb = "is" if new == 1 else "are"
    if people is None:
        return f"{new} {verb} new"
    if new < people:
        return f"{new} of {people} {verb} new"
    return {1: "the only one taking part is new", 2: "both are new"}.get(people, f"all {people} are new")


def _nothing_fits(step: StepFacts, phase: Phase | None, brief: AgendaBrief) -> str:
    if phase is None:
        return "Because the activity that the recipe names isn't in the toolkit any more."
    return f"Because nothing in the toolkit for this part suits {_setting(step, brief)}: choose one together."


def _setting(step: StepFacts, brief: AgendaBrief) -> str:
    """'12 people, online, in 20 minutes', as far as it is known."""
    people = "a group of any size" if brief.people is None else _people(brief.people)
    where = "" if brief.format == DeliveryMode.EITHER else f", {_where(brief.format)},"
    return f"{people}{where} in {step.minutes} minutes"


def _people(number: int) -> str:
    return "1 person" if number == 1 else f"{number} people"


def _where(place: DeliveryMode) -> str:
    return "online" if place == DeliveryMode.ONLINE else "in person"


def _short(sentence: str, otherwise: str) -> str:
    """Names and labels are the team's own and may be long; a row of the agenda holds so much and no more."""
    return sentence if len(sentence) <= LONGEST_REASON else otherwise


def _row(activity: ActivityFacts, step: StepFacts, why: str) -> Proposed:
    return Proposed(activity.id, activity.name, step.minutes, why)
