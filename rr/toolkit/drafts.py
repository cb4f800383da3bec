"""What people send about an activity of the library."""

from collections.abc import Collection, Mapping
from typing import Any

from rr.base import LINE, LONG
from rr.drafts import BaseDraft, field
from rr.toolkit.rules import DeliveryMode, Phase

LONGEST = 480  # minutes


class ActivityDraft(BaseDraft):
    """An activity. Its topics are codes; none of them means any."""

    name: str = field("Name", LINE, missing="Give it a name.")
    phase: Phase = field("Part of the session", default=Phase.EXPLORE)
    minutes_from: int = field("Minutes at least", least=1, most=LONGEST, default=15)
    minutes_to: int = field("Minutes at most", least=1, most=LONGEST, default=30)
    group_from: int | None = field("People at least", least=1, placeholder="No limit", wrong="At least one person, or leave it empty.")
    group_to: int | None = field("People at most", least=1, placeholder="No limit", wrong="At least one person, or leave it empty.")
    place: DeliveryMode = field("Where it works", default=DeliveryMode.EITHER)
    topics: tuple[str, ...] = field("Topics it serves", placeholder="Any topic")
    celebrates: bool = field("It celebrates what was achieved")
    newcomers: bool = field("It helps newer members to catch up")
    purpose: str = field("What it is for", LONG)
    how: str = field("How to do it", LONG)
    materials: str = field("Materials", LONG)
    source: str = field("Where it comes from", LONG)

    @classmethod
    def contradictions(cls, values: Mapping[str, Any], changed: Collection[str]) -> dict[str, str]:
        errors = {}
        if values["minutes_to"] < values["minutes_from"]:
            errors["minutes_to"] = f"Between {values['minutes_from']} and {LONGEST} minutes."
        if values["group_to"] is not None and values["group_to"] < (values["group_from"] or 1):
            errors["group_to"] = "Not fewer than it needs, or leave it empty."
        return errors
