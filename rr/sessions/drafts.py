"""What people send about a session: its details, its agenda, who facilitates, what was captured, who came, and why it is cancelled."""

from collections.abc import Collection, Mapping
from datetime import date
from datetime import time as time_of_day
from typing import Any

from rr.base import LINE, LONG, SHORT
from rr.drafts import BaseDraft, field
from rr.intake.rules import Format
from rr.sessions.rules import CaptureKind
from rr.toolkit.rules import DeliveryMode

MOST_PEOPLE = 500
SHORTEST, LONGEST = 15, 600  # minutes booked
LONGEST_ITEM = 480  # minutes


def _web_address(words: str) -> str:
    return words if words.startswith(("https://", "http://")) else ""


class SessionDraft(BaseDraft):
    """What is agreed about a session. Day and time are London's."""

    day: date | None = field("Date")
    time: time_of_day | None = field("Start time")
    minutes: int = field("Minutes booked", least=SHORTEST, most=LONGEST)
    format: Format | None = field(
        "How they meet", placeholder="Not settled", choices={one: DeliveryMode(one.value).label for one in Format}
    )
    place: str = field("Place", LINE)
    link: str = field("Link to join", LINE, placeholder="https://", wrong="Enter a link that starts with https://.", cleaner=_web_address)
    people: int | None = field("People expected", least=1, most=MOST_PEOPLE, placeholder="Not known")
    newcomers: int | None = field("New members", least=0, most=MOST_PEOPLE, placeholder="Not known")
    access_needs: str = field("Access needs", LONG)
    avoid: str = field("Times to avoid", LONG)

    @classmethod
    def contradictions(cls, values: Mapping[str, Any], changed: Collection[str]) -> dict[str, str]:
        errors = {}
        if values["day"] is not None and values["time"] is None:
            errors["time"] = "Enter the start time too."
        if values["day"] is None and values["time"] is not None:
            errors["day"] = "Enter the date too."
        people, newcomers = values["people"], values["newcomers"]
        if {"people", "newcomers"} & set(changed) and people is not None and (newcomers or 0) > people:
            errors["newcomers"] = f"Enter {people} or fewer: no more people are expected."
        return errors


class FacilitatorsDraft(BaseDraft):
    """Who facilitates, by account."""

    facilitators: tuple[int, ...] = field("Facilitators", placeholder="Choose who facilitates")


class HeldDraft(BaseDraft):
    """That a session was held: on which day, how many came, and how many of them were new."""

    held_on: date = field("Held on", missing="Enter the date on which it was held.")
    head_count: int = field("People who came", least=1, most=MOST_PEOPLE, missing="Enter how many people came.")
    newcomers_came: int | None = field("New members", least=0, most=MOST_PEOPLE, placeholder="Not counted")

    @classmethod
    def contradictions(cls, values: Mapping[str, Any], changed: Collection[str]) -> dict[str, str]:
        came = values["head_count"]
        if (values["newcomers_came"] or 0) > came:
            return {"newcomers_came": f"Enter {came} or fewer: no more people came."}
        return {}


class CancelDraft(BaseDraft):
    why: str = field("Reason", LINE, missing="Enter a short reason, for whoever looks at this next.")


class NewItemDraft(BaseDraft):
    """A new row of the agenda: an activity of the toolkit by its name, or a title of one's own."""

    title: str = field(
        "Add an activity, or type a title of your own",
        LINE,
        short="Activity",
        placeholder="Choose or type",
        missing="Choose an activity, or enter a title of your own.",
    )
    minutes: int | None = field("Minutes", least=0, most=LONGEST_ITEM, placeholder="As usual")


class AgendaItemDraft(BaseDraft):
    """A row of the agenda. No minutes: it is prepared before."""

    title: str = field("Title", LINE, missing="Enter a title.")
    minutes: int = field("Minutes", least=0, most=LONGEST_ITEM)
    lead: str = field("Lead", SHORT)
    notes: str = field("Notes", LONG)


class SwapDraft(BaseDraft):
    """Another activity for a row of the agenda, by its id."""

    activity: int | None = field("Activity")


class CaptureDraft(BaseDraft):
    """A line as it is typed during a session."""

    line: str = field("What was said?", LONG, missing="Type what was said.")


class LineDraft(BaseDraft):
    """A captured line as somebody corrects it."""

    kind: CaptureKind = field("Type")
    text: str = field("Words", LONG, missing="A line needs some words. To take it away, use “Remove line”.")
    lead: str = field("Lead", LINE, placeholder="Choose or type a name")
    due: date | None = field("Due date")
    topic: str | None = field("Topic", SHORT)


class LineSupportDraft(BaseDraft):
    """Support that a captured line asks for. Without a kind, it is guessed from the words."""

    words: str = field("Support needed", LONG, placeholder="legal advice", missing="Enter in a few words what support is needed.")
    kind: str | None = field("Type of support", SHORT)
