"""What people send about a plan: its actions and how they go, its agreement and reviews, and its end."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from rr.base import LINE, LONG, SHORT
from rr.drafts import BaseDraft, field
from rr.plans.rules import Confidence


class ActionDraft(BaseDraft):
    """An action. Which topics there are, the database knows."""

    title: str = field("What will be done", LONG, missing="Enter what will be done.")
    why: str = field("Why it matters", LONG)
    lead: str = field("Lead", LINE, placeholder="A name, or a group")
    due: date | None = field("By when")
    first_step: str = field("First step", LONG, placeholder="Ring the council")
    topic: str | None = field("Topic", SHORT, placeholder="No topic")
    needs_none: bool = field("No support needed")


class DetailsDraft(ActionDraft):
    """An action's missing details, with the support that is asked for in the same gesture."""

    support: str = field("Support needed", LONG, placeholder="Legal advice on the lease")


class UpdateDraft(BaseDraft):
    """The words of an update. What they answer, its status asks."""

    words: str = field("In their words", LONG)


class ConfidenceDraft(BaseDraft):
    """Whether an action will be done by its date, with the reason for thinking so."""

    confidence: Confidence | None = field("Confidence")
    confidence_why: str = field("Why do you think so?", LONG, short="Reason")

    @classmethod
    def contradictions(cls, values: Mapping[str, Any], changed: Collection[str]) -> dict[str, str]:
        if values["confidence"] is None or values["confidence_why"]:
            return {}
        return {"confidence_why": "Give the reason in a few words, so that the next person understands."}


class AgreementDraft(BaseDraft):
    agreed_on: date = field("Agreed on", missing="Enter the date on which it was agreed.")


class PlanContactDraft(BaseDraft):
    """Which facilitator follows the plan up, by their account."""

    lead_id: int | None = field("Plan contact", placeholder="No plan contact", wrong="Choose one of the facilitators.")


class ClosingDraft(BaseDraft):
    closed_on: date = field("Closed on", missing="Enter the date on which it was closed.")
    why: str = field("Reason", LINE)


class ReviewDateDraft(BaseDraft):
    due_on: date = field("Review on", missing="Enter the new date of the review.")


class ReviewDraft(BaseDraft):
    """That a review was held. Without a day it was today."""

    words: str = field("Anything else from the call", LONG, short="Notes")
    held_on: date | None = field("Held on")
