"""What synthetic stories share: the people, the places, the day and the dice."""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from rr import clock
from rr.days import forward
from rr.intake.rules import RequestStatus
from rr.synthetic.pile import Person, Pile

FIRST = re.findall(
    r"\w+",
    "Aisha Alan Amara Bashir Beth Carol Chidi Colin Dawn Denise Dylan Elaine Farah Fergus Gail Gwen Harun Hazel Imran Irene Jade Jean "
    "Joan Kamal Karen Keith Leila Lorna Malik Maureen Mei Nadia Nigel Olive Omar Pat Priya Ray Rosa Sal Sheila Tariq Tess Una Vera Wes "
    "Yusuf Zoe",
)
LAST_BEGINS = re.findall(r"\w+", "Ash Birch Clay Dun Elm Fair Grim Hart Kes Lang Mill Nor Oak Pen Rush Sal Thorn Wick")
LAST_ENDS = re.findall(r"\w+", "by cott don field ford ham ley more shaw stead ton wood")


@dataclass
class Plan:
    """A plan as far as later sessions need to know it."""

    id: int
    agreed_on: date | None
    closed_on: date | None
    held: list[tuple[int, date]]
    actions: int = 0


@dataclass
class Place:
    """A partnership: its name, and what has happened there so far."""

    id: int
    name: str
    people: list[tuple[int, str, str, str]] = field(default_factory=list)
    requests: list[int] = field(default_factory=list)
    plan: Plan | None = None


@dataclass
class Story:
    """A request and what came of it, as days. None is what didn't happen, or not yet."""

    place: Place
    came: date
    status: RequestStatus
    contacted: date | None = None
    decided: date | None = None
    matched: bool = True
    planned: date | None = None
    cancelled: bool = False
    held: date | None = None
    finished: date | None = None
    actions: int = 0


@dataclass
class World:
    """What all stories share: the day, the dice, the people who work here, and the reference lists."""

    today: date
    dice: random.Random
    pile: Pile
    support: list[Person]
    facilitators: list[Person]
    topics: Sequence[str]
    kinds: Sequence[str]
    partners: Sequence[int]
    activities: Sequence[tuple[int, str]]
    recipes: Sequence[str]
    lines: dict[str, list[tuple[str, str]]]
    batches: list[tuple[date, int]] = field(default_factory=list)

    def later(self, day: date, least: int, most: int) -> date:
        """A working day some days after another."""
        return forward(day + timedelta(days=self.dice.randint(least, most)))

    def within(self, first: date, last: date) -> date:
        return first + timedelta(days=self.dice.randint(0, max((last - first).days, 0)))

    def chance(self, share: float) -> bool:
        return self.dice.random() < share


def at(day: date, hour: int = 10, minute: int = 0) -> datetime:
    """An instant of a day, in London."""
    return datetime.combine(day, time(hour, minute), clock.LONDON)


def a_name(dice: random.Random) -> str:
    return f"{dice.choice(FIRST)} {dice.choice(LAST_BEGINS)}{dice.choice(LAST_ENDS)}"
