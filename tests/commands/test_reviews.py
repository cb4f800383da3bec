from datetime import date, timedelta

import pytest
from sqlmodel import col, select

from rr.db import reading
from rr.errors import Conflict, Invalid, Refused
from rr.plans import queries
from rr.plans.actions import commands as actions
from rr.plans.models import Action, ActionUpdate, Review
from rr.plans.reviews import commands as reviews
from rr.plans.rules import ActionStatus
from tests.builders import a_plan
from tests.conftest import TODAY

AGREED = TODAY - timedelta(days=42)


@pytest.fixture
def plan(one, people):
    return a_plan(one, people, 2, agreed_on=AGREED)


@pytest.fixture
def review(plan):
    with reading() as session:
        return session.execute(select(Review.id).where(col(Review.plan_id) == plan[0]).order_by(col(Review.due_on))).scalars().first()


def updates():
    with reading() as session:
        return session.execute(select(ActionUpdate).order_by(col(ActionUpdate.id))).scalars().all()


def test_each_tap_is_kept_with_what_it_was_before_and_the_last_one_counts(one, people, plan, review):
    _, (action, _) = plan
    for status in (ActionStatus.DONE, ActionStatus.GOING_WELL):  # the first was a mistake
        one(actions.update_action, action, status, review_id=review, actor=people.facilitator)

    assert [(said.before, said.status, said.review_id, said.by_id) for said in updates()] == [
        (ActionStatus.NOT_STARTED, ActionStatus.DONE, review, people.facilitator.account_id),
        (ActionStatus.DONE, ActionStatus.GOING_WELL, review, people.facilitator.account_id),
    ]
    with reading() as session:
        assert session.get(Action, action).status is ActionStatus.GOING_WELL


def test_the_same_tap_in_one_review_is_one_update_and_takes_the_words(one, people, plan, review):
    _, (action, _) = plan
    taps = [one(actions.update_action, action, ActionStatus.STUCK, review_id=review, actor=people.support) for _ in range(3)]
    one(actions.update_action, action, ActionStatus.STUCK, words="A key to the hall", review_id=review, actor=people.support)

    assert len(set(taps)) == 1
    assert [said.words for said in updates()] == ["A key to the hall"]


def test_the_same_status_outside_a_review_is_word_again(one, people, plan):
    _, (action, _) = plan
    for _ in range(2):
        one(actions.update_action, action, ActionStatus.GOING_WELL, actor=people.support)

    assert len(updates()) == 2


def test_words_join_their_update_and_two_peoples_words_do_not_overwrite_each_other(one, people, plan, review):
    _, (action, _) = plan
    update = one(actions.update_action, action, ActionStatus.STUCK, review_id=review, actor=people.support)
    one(actions.set_words, update, "A key to the hall", actor=people.support)

    with pytest.raises(Conflict) as refusal:
        one(actions.set_words, update, "A new lock", actor=people.facilitator)
    assert refusal.value.clashes == {"words": ("A key to the hall", "A new lock")}
    one(actions.set_words, update, "A new lock", "A key to the hall", actor=people.facilitator)
    assert [said.words for said in updates()] == ["A new lock"]


def test_an_update_names_a_review_of_its_own_plan(one, people, plan, review):
    _, (elsewhere,) = a_plan(one, people, 1, partnership_id=20)

    with pytest.raises(Refused, match="another plan"):
        one(actions.update_action, elsewhere, ActionStatus.DONE, review_id=review, actor=people.support)


def test_what_would_help_becomes_support_needed(one, people, plan, review, look):
    plan_id, (action, _) = plan
    update = one(actions.update_action, action, ActionStatus.STUCK, review_id=review, actor=people.support)
    one(actions.set_words, update, "Somebody to read the lease", actor=people.support)
    for _ in range(2):
        one(actions.ask_support, action, words="Somebody to read the lease", actor=people.support)

    (need,) = look(queries.detail, plan_id, actor=people.support, today=TODAY).actions[0].needs
    assert (need.words, need.kind, need.capture_id) == ("Somebody to read the lease", "hubs-buildings", None)


def test_finishing_a_review_keeps_the_day_and_who_held_it(one, people, review):
    one(reviews.finish_review, review, words="All in good spirits", actor=people.facilitator)
    one(reviews.finish_review, review, actor=people.support)

    with reading() as session:
        held = session.get(Review, review)
    assert (held.held_on, held.words, held.by_id) == (TODAY, "All in good spirits", people.facilitator.account_id)
    with pytest.raises(Refused, match="finished on 18 November 2026"):
        one(reviews.finish_review, review, words="Something else", actor=people.support)


@pytest.mark.parametrize("day", [TODAY + timedelta(days=1), AGREED - timedelta(days=1)])
def test_a_review_is_held_between_the_agreement_and_today(one, people, review, day):
    with pytest.raises(Invalid) as refusal:
        one(reviews.finish_review, review, held_on=day, actor=people.support)
    assert list(refusal.value.errors) == ["held_on"]


def test_a_review_moves_to_the_day_that_was_chosen_unless_somebody_moved_it_meanwhile(one, people, review, look, plan):
    was = look(queries.detail, plan[0], actor=people.support, today=TODAY).reviews[0].due_on
    one(reviews.move_review, review, date(2026, 12, 5), was=was, actor=people.support)  # a Saturday: they chose it

    with pytest.raises(Conflict) as refusal:
        one(reviews.move_review, review, date(2026, 12, 9), was=was, actor=people.facilitator)
    assert refusal.value.clashes == {"due_on": (date(2026, 12, 5), date(2026, 12, 9))}
    for wrong in (AGREED, AGREED + timedelta(days=366)):
        with pytest.raises(Invalid):
            one(reviews.move_review, review, wrong, actor=people.support)


def test_a_review_that_was_held_is_not_moved(one, people, review):
    one(reviews.finish_review, review, actor=people.support)

    with pytest.raises(Refused, match="was held on"):
        one(reviews.move_review, review, date(2026, 12, 9), actor=people.support)


def test_a_review_call_of_eight_actions_takes_ten_gestures(one, people, look):
    plan_id, ids = a_plan(one, people, 8, agreed_on=AGREED, partnership_id=30)
    review = look(queries.detail, plan_id, actor=people.support, today=TODAY).reviews[0].id
    done = 1  # opening it
    for action in ids:
        done += bool(one(actions.update_action, action, ActionStatus.GOING_WELL, review_id=review, actor=people.facilitator))
    done += bool(one(reviews.finish_review, review, actor=people.facilitator))

    plan = look(queries.detail, plan_id, actor=people.support, today=TODAY)
    assert done == 10
    assert (plan.counts, plan.reviews[0].held_on, plan.last_update_on) == ({ActionStatus.GOING_WELL: 8}, TODAY, TODAY)
