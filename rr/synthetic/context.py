"""What all synthetic cases share: the day, the random numbers, the people who work here, and what exists already."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from rr import clock
from rr.days import forward
from rr.synthetic.bulk import BulkWriter, StaffMember


@dataclass
class GeneratedPlan:
    """A plan as far as later sessions need to know it; `held` are its reviews that were held, with their days."""

    id: int
    agreed_on: date | None
    closed_on: date | None
    held: list[tuple[int, date]]
    actions: int = 0


@dataclass(frozen=True)
class GeneratedContact:
    """Somebody at a partnership. The id is None for a person who is no contact because their partnership isn't known."""

    id: int | None
    name: str
    email: str
    phone: str


@dataclass
class GeneratedPartnership:
    """A partnership: its name, and what exists there so far."""

    id: int
    name: str
    contacts: list[GeneratedContact] = field(default_factory=list)
    requests: list[int] = field(default_factory=list)
    plan: GeneratedPlan | None = None


@dataclass
class Context:
    """The day, the random numbers, the writer, the people who work here, and the reference lists."""

    today: date
    rng: random.Random
    writer: BulkWriter
    support: list[StaffMember]
    facilitators: list[StaffMember]
    topics: Sequence[str]
    kinds: Sequence[str]
    partners: Sequence[int]
    activities: Sequence[tuple[int, str]]
    recipes: Sequence[str]
    batches: list[tuple[date, int]] = field(default_factory=list)

    def working_day_after(self, day: date, least: int, most: int) -> date:
        """A working day, `least` to `most` days after another."""
        return forward(day + timedelta(days=self.rng.randint(least, most)))

    def day_between(self, first: date, last: date) -> date:
        return first + timedelta(days=self.rng.randint(0, max((last - first).days, 0)))

    def chance(self, share: float) -> bool:
        return self.rng.random() < share


def at(day: date, hour: int = 10, minute: int = 0) -> datetime:
    """An instant of a day, in London."""
    return datetime.combine(day, time(hour, minute), clock.LONDON)
