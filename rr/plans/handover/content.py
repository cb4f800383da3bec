"""What the document of a six-month action plan says, whatever the file that it is written to."""

from dataclasses import dataclass
from datetime import date

from rr.plans.rules import ActionStatus


@dataclass(frozen=True)
class ActionLine:
    """One action. `needs_none`: somebody said that no support is needed; without it and without support, nobody has said.

    `is_late`: it is open, and its date had passed on the day on which the plan is handed over.
    """

    number: int
    title: str
    lead: str
    due: date | None
    first_step: str
    topic: str
    support: tuple[str, ...]
    needs_none: bool
    status: ActionStatus
    is_late: bool = False


@dataclass(frozen=True)
class ReviewLine:
    """A review: after how long, the day for which it is set, and the day on which it was held, None while it wasn't."""

    after: str
    due_on: date
    held_on: date | None = None


@dataclass(frozen=True)
class ActivityLine:
    """An activity that was used. `how` has a line for each step; `minutes` is how long it took, 0 if not known."""

    name: str
    purpose: str
    how: str
    minutes: int
    materials: str


@dataclass(frozen=True)
class PlanDocument:
    """The whole document. An empty text or tuple leaves its part out; `sentence` is the sign-up's own words.

    What is past and what comes first is said as on the day on which it is handed over.
    """

    partnership: str
    region: str
    agreed_on: date | None
    ends_on: date | None
    sentence: str
    session_line: str
    actions: tuple[ActionLine, ...]
    achievements: tuple[str, ...]
    ideas: tuple[str, ...]
    decisions: tuple[str, ...]
    reviews: tuple[ReviewLine, ...]
    activities: tuple[ActivityLine, ...]
    contact_line: str
    handed_over_on: date
    closed_on: date | None = None
