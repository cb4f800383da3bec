"""What a decision may ask for."""

from datetime import date

from rr.base import LONG
from rr.drafts import BaseDraft, field
from rr.intake.rules import Answer


class DecisionDraft(BaseDraft):
    """Which of these is asked, the decision says (`Move.asks`); whether it is answered, the command."""

    words: str = field(Answer.QUESTION.label, LONG)
    partner_id: int | None = field(
        Answer.WHERE_TO.label, wrong=Answer.WHERE_TO.missing, placeholder="Choose a support partner, or write who can help"
    )
    back_on: date | None = field(Answer.BACK_ON.label, wrong=Answer.BACK_ON.missing)
    duplicate_of_id: int | None = field(Answer.OTHER_REQUEST.label, wrong=Answer.OTHER_REQUEST.missing)
