"""Moving a plan's reviews, and keeping that they were held."""

from datetime import date, datetime

from rr import clock
from rr.access import Actor, Can
from rr.base import LONG, clean
from rr.days import add_months
from rr.days import say as say_day
from rr.db import Session
from rr.errors import Invalid, Refused
from rr.merge import merge
from rr.plans.access import access_review, still_open
from rr.plans.roll_up import note_reviews, note_update


def move_review(db: Session, review_id: int, due_on: date, *, was: date | None = None, actor: Actor, now: datetime) -> int:
    """Move a review to a day that suits the partnership, a weekend too if they chose it. `was` is the day that was on screen."""
    review, plan = access_review(db, review_id, actor, Can.EDIT_PLANS)
    still_open(plan)
    if review.held_on is not None:
        raise Refused(f"This review was held on {say_day(review.held_on)}", "Move one that is still to come.")
    if plan.agreed_on is None or not plan.agreed_on < due_on < add_months(plan.agreed_on, 12):
        raise Invalid({"due_on": "Choose a day after the plan was agreed, and within a year of it."})
    merge(review, {"due_on": was or review.due_on}, {"due_on": due_on})
    note_reviews(db, plan)
    return review.id


def finish_review(db: Session, review_id: int, *, words: str = "", held_on: date | None = None, actor: Actor, now: datetime) -> int:
    """Keep that a review was held, today unless `held_on` says otherwise, and what was said beside the actions."""
    review, plan = access_review(db, review_id, actor, Can.EDIT_PLANS)
    still_open(plan)
    words, today = clean(words, LONG), clock.london_day(now)
    held_on = held_on or today
    if review.held_on is not None:
        if review.held_on == held_on and words in ("", review.words):
            return review.id
        raise Refused(f"This review was finished on {say_day(review.held_on)}", "What you say about an action is still kept.")
    if held_on > today or (plan.agreed_on is not None and held_on < plan.agreed_on):
        raise Invalid({"held_on": "Enter the day on which it was held: after the plan was agreed, and not in the future."})
    review.held_on, review.words, review.by_id = held_on, words, actor.account_id
    note_update(plan, held_on)
    note_reviews(db, plan)
    return review.id
