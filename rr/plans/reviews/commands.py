"""Moving a plan's reviews, and holding them."""

from datetime import date, datetime

from rr.access import Actor, Can
from rr.clock import london_day
from rr.days import add_months, say
from rr.db import Session
from rr.errors import Refused
from rr.merge import merge
from rr.plans.access import access_review, still_open
from rr.plans.drafts import ReviewDateDraft, ReviewDraft
from rr.plans.roll_up import note_reviews, note_update


def move_review(db: Session, review_id: int, due_on: date, *, was: date | None = None, actor: Actor, now: datetime) -> int:
    """Move a review to a day that suits the partnership, a weekend too if they chose it. `was` is the day that was on screen."""
    review, plan = access_review(db, review_id, actor, Can.EDIT_PLANS)
    still_open(plan)
    if review.held_on is not None:
        raise Refused(f"This review was held on {say(review.held_on)}", "Move one that is still to come.")
    wanted = dict(ReviewDateDraft(due_on=due_on))
    if plan.agreed_on is None or not plan.agreed_on < wanted["due_on"] < add_months(plan.agreed_on, 12):
        ReviewDateDraft.refuse({"due_on": "Choose a date after the plan was agreed, and within a year of it."})
    merge(review, {"due_on": was or review.due_on}, wanted)
    note_reviews(db, plan)
    return review.id


def finish_review(db: Session, review_id: int, *, words: str = "", held_on: date | None = None, actor: Actor, now: datetime) -> int:
    """Store that a review was held, today unless `held_on` says otherwise, and the notes of the call."""
    review, plan = access_review(db, review_id, actor, Can.EDIT_PLANS)
    still_open(plan)
    draft, today = ReviewDraft(words=words, held_on=held_on), london_day(now)
    day = draft.held_on or today
    if review.held_on is not None:
        if review.held_on == day and draft.words in ("", review.words):
            return review.id
        raise Refused(f"This review was finished on {say(review.held_on)}", "Updates of an action can still be added.")
    if day > today or (plan.agreed_on is not None and day < plan.agreed_on):
        ReviewDraft.refuse({"held_on": "Enter the date on which it was held: after the plan was agreed, and not in the future."})
    review.held_on, review.words, review.by_id = day, draft.words, actor.account_id
    note_update(plan, day)
    note_reviews(db, plan)
    return review.id
