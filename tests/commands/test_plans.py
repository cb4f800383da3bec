from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import select

from rr.db import reading, transaction
from rr.errors import Conflict, Invalid, NotFound, Refused
from rr.needs import commands as needs
from rr.needs.models import SupportNeed
from rr.partnerships.models import Contact, Partnership
from rr.plans import commands, queries
from rr.plans.actions import commands as actions
from rr.plans.models import Action, ActionPlan, Review
from rr.plans.reviews import commands as reviews
from rr.plans.rules import ActionStatus, Confidence, Missing, ReviewKind
from rr.sessions.rules import CaptureKind
from tests.builders import a_need, a_plan, a_session_with, captured
from tests.conftest import TODAY

LATER = TODAY + timedelta(days=60)


def all_of(table):
    with reading() as session:
        return session.execute(select(table).order_by(table.id)).scalars().all()


def stored(action_id):
    with reading() as session:
        return session.get(Action, action_id)


# Taking in what a session captured


def test_a_sessions_actions_become_a_plan_with_all_that_was_captured(one, people):
    with transaction() as session:
        maureen = Contact(partnership_id=9, name="Maureen Tuck", folded="maureen tuck")
        session.add(maureen)
    held = a_session_with(
        one,
        people,
        ("Ask Locality about the lease", {"lead": "Maureen", "lead_contact_id": maureen.id, "due": LATER, "topic": "hubs"}),
        "Put up the bunting",
    )
    captured(held, "We ran the fair ourselves", kind=CaptureKind.ACHIEVEMENT)
    line = captured(held, "Find a treasurer")
    one(needs.ask, partnership_id=9, kind=None, words="Training", capture_id=line, actor=people.facilitator)

    plan_id = one(commands.add_from_session, held, actor=people.facilitator)

    (plan,) = all_of(ActionPlan)
    first, second, third = all_of(Action)
    assert (plan.id, plan.partnership_id, plan.session_id, plan.lead_id) == (plan_id, 9, held, people.facilitator.account_id)
    assert (first.title, first.lead, first.lead_contact_id, first.due, first.topic) == (
        "Ask Locality about the lease",
        "Maureen",
        maureen.id,
        LATER,
        "hubs",
    )
    assert [action.title for action in (second, third)] == ["Put up the bunting", "Find a treasurer"]
    assert (third.capture_id, third.status) == (line, ActionStatus.NOT_STARTED)
    assert [need.action_id for need in all_of(SupportNeed)] == [third.id]


def test_lines_are_taken_once_and_later_ones_join_the_open_plan(one, people):
    held = a_session_with(one, people, "One", "Two")
    first = one(commands.add_from_session, held, actor=people.support)
    captured(held, "Three")
    again = [one(commands.add_from_session, held, actor=people.support) for _ in range(2)]
    next_session = a_session_with(one, people, "Four", facilitator=people.other_facilitator)
    joined = one(commands.add_from_session, next_session, actor=people.other_facilitator)

    assert [first, first, first] == [*again, joined]
    assert [(action.position, action.title) for action in all_of(Action)] == [(1, "One"), (2, "Two"), (3, "Three"), (4, "Four")]
    assert [plan.lead_id for plan in all_of(ActionPlan)] == [people.facilitator.account_id]


def test_a_session_without_actions_makes_no_plan(one, people):
    held = a_session_with(one, people)
    captured(held, "We ran the fair ourselves", kind=CaptureKind.ACHIEVEMENT)

    assert one(commands.add_from_session, held, actor=people.support) is None
    assert all_of(ActionPlan) == []


def test_after_a_plan_is_closed_the_next_session_begins_another(one, people):
    first, _ = a_plan(one, people, 1)
    one(commands.close, first, TODAY, "Begun too early", actor=people.support)
    second, _ = a_plan(one, people, 1)

    assert first != second
    with pytest.raises(Refused, match="another open plan"):
        one(commands.reopen, first, actor=people.support)


def test_two_sessions_finished_at_once_make_one_plan(one, people):
    sessions = [a_session_with(one, people, f"Action {n}", f"More {n}") for n in range(4)]

    with ThreadPoolExecutor(4) as pool:
        plans = set(pool.map(lambda held: one(commands.add_from_session, held, actor=people.support), sessions))

    assert len(plans) == len(all_of(ActionPlan)) == 1
    assert sorted(action.position for action in all_of(Action)) == list(range(1, 9))


# Actions


def test_different_fields_of_one_action_merge(one, people):
    _, (action,) = a_plan(one, people, 1, ready=False)
    base = {"lead": "", "due": None, "first_step": ""}
    one(actions.edit_action, action, {**base, "lead": "Maureen"}, base, actor=people.support)
    one(actions.edit_action, action, {**base, "due": LATER}, base, actor=people.facilitator)

    assert (stored(action).lead, stored(action).due) == ("Maureen", LATER)


def test_the_same_field_is_refused_with_both_values_and_nothing_is_lost(one, people):
    _, (action,) = a_plan(one, people, 1, ready=False)
    base = {"lead": "", "due": None}
    one(actions.edit_action, action, {"lead": "Maureen", "due": None}, base, actor=people.support)

    with pytest.raises(Conflict) as refusal:
        one(actions.edit_action, action, {"lead": "Jo", "due": LATER}, base, actor=people.facilitator)

    assert refusal.value.clashes == {"lead": ("Maureen", "Jo")}
    assert (stored(action).lead, stored(action).due) == ("Maureen", None)

    one(actions.edit_action, action, {"lead": "Jo", "due": LATER}, {**base, "lead": "Maureen"}, actor=people.facilitator)
    assert (stored(action).lead, stored(action).due) == ("Jo", LATER)


def test_ten_editors_at_once_lose_nothing(one, people):
    _, (action,) = a_plan(one, people, 1, ready=False)
    edits = [{"lead": "Maureen"}, {"due": LATER}, {"first_step": "Ring"}, {"why": "Because"}, {"topic": "hubs"}, {"title": "New title"}]
    base = {"lead": "", "due": None, "first_step": "", "why": "", "topic": None, "title": "Action 1"}

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda edit: one(actions.edit_action, action, base | edit, base, actor=people.support), edits))

    found = stored(action)
    assert {name: getattr(found, name) for edit in edits for name in edit} == {
        name: value for edit in edits for name, value in edit.items()
    }


def test_of_two_editors_of_one_field_at_once_one_is_refused(one, people):
    _, (action,) = a_plan(one, people, 1, ready=False)

    def edit(name):
        try:
            one(actions.edit_action, action, {"lead": name}, {"lead": ""}, actor=people.support)
        except Conflict as refusal:
            return refusal.clashes["lead"][0]
        return None

    with ThreadPoolExecutor(5) as pool:
        theirs = list(pool.map(edit, ["Ann", "Bea", "Cat", "Dot", "Eve"]))

    assert theirs.count(None) == 1
    assert set(theirs) - {None} == {stored(action).lead}


def test_a_lead_who_is_known_there_becomes_that_contact(one, people):
    with transaction() as session:
        zoe, elsewhere = (Contact(partnership_id=n, name="Zoë Tuck", folded="zoe tuck") for n in (9, 10))
        session.add_all([zoe, elsewhere])
    _, (action,) = a_plan(one, people, 1)
    one(actions.edit_action, action, {"lead": "zoe tuck"}, {"lead": "Maureen"}, actor=people.support)
    known = stored(action).lead_contact_id
    one(actions.edit_action, action, {"lead": "The tenants' group"}, {"lead": "zoe tuck"}, actor=people.support)

    assert known == zoe.id
    assert (stored(action).lead, stored(action).lead_contact_id) == ("The tenants' group", None)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": "  "}, "title"),
        ({"lead": "x" * 201}, "lead"),
        ({"due": date(2126, 11, 18)}, "due"),
        ({"due": date(202, 11, 18)}, "due"),
        ({"topic": "magic"}, "topic"),
    ],
)
def test_what_an_action_cannot_say_is_refused_beside_its_field(one, people, changes, field):
    plan_id, (action,) = a_plan(one, people, 1)

    with pytest.raises(Invalid) as edited:
        one(actions.edit_action, action, changes, dict.fromkeys(changes), actor=people.support)
    with pytest.raises(Invalid) as added:
        one(actions.add_action, plan_id, **{"title": "New", **changes}, actor=people.support)

    assert list(edited.value.errors) == list(added.value.errors) == [field]


def test_an_action_is_added_at_the_end_and_moved(one, people):
    plan_id, (first, second) = a_plan(one, people, 2)
    third = one(actions.add_action, plan_id, title="Third", lead="Jo", due=LATER, actor=people.facilitator)
    one(actions.move_action, third, -1, actor=people.support)
    one(actions.move_action, first, -1, actor=people.support)

    in_order = sorted(all_of(Action), key=lambda action: action.position)
    assert [(action.id, action.position) for action in in_order] == [(first, 1), (third, 2), (second, 3)]


def test_support_is_asked_in_the_same_gesture_and_takes_back_that_none_is_needed(one, people, look):
    plan_id, (action,) = a_plan(one, people, 1)
    one(actions.set_no_support_needed, action, actor=people.support)
    none = stored(action).needs_none
    one(actions.edit_action, action, {"first_step": "Ring"}, {"first_step": ""}, support="A solicitor for the lease", actor=people.support)

    (view,) = look(queries.detail, plan_id, actor=people.support, today=TODAY).actions
    assert none is True
    assert (view.needs_none, view.first_step, [need.words for need in view.needs]) == (False, "Ring", ["A solicitor for the lease"])
    with pytest.raises(Refused, match="has been asked"):
        one(actions.set_no_support_needed, action, actor=people.support)


def test_what_is_missing_is_listed_until_it_is_said(one, people, look):
    plan_id, (action, _) = a_plan(one, people, 2, ready=False)
    missing = lambda: look(queries.detail, plan_id, actor=people.support, today=TODAY).actions[0].missing  # noqa: E731

    assert missing() == (Missing.LEAD, Missing.DUE, Missing.FIRST_STEP, Missing.SUPPORT)
    one(actions.edit_action, action, {"lead": "Jo", "due": LATER}, {"lead": "", "due": None}, actor=people.support)
    assert missing() == (Missing.FIRST_STEP, Missing.SUPPORT)
    one(actions.set_no_support_needed, action, actor=people.support)
    one(actions.edit_action, action, {"first_step": "Ring"}, {"first_step": ""}, actor=people.support)
    assert missing() == ()
    assert look(queries.detail, plan_id, actor=people.support, today=TODAY).missing == 4


def test_confidence_is_kept_only_with_a_reason(one, people, look):
    plan_id, (action,) = a_plan(one, people, 1)
    with pytest.raises(Invalid) as refusal:
        one(actions.set_confidence, action, Confidence.OFF_TRACK, "  ", actor=people.support)
    suggested = look(queries.detail, plan_id, actor=people.support, today=TODAY).actions[0]
    one(actions.set_confidence, action, Confidence.OFF_TRACK, "The council said no", actor=people.support)
    said = stored(action)
    base = {"confidence": None, "confidence_why": ""}
    with pytest.raises(Conflict) as theirs:
        one(actions.set_confidence, action, Confidence.ON_TRACK, "All is well", base=base, actor=people.facilitator)
    one(actions.set_confidence, action, None, actor=people.support)

    assert theirs.value.clashes["confidence"] == (Confidence.OFF_TRACK, Confidence.ON_TRACK)
    assert list(refusal.value.errors) == ["confidence_why"]
    assert (suggested.confidence, suggested.suggested) == (None, None)
    assert (said.confidence, said.confidence_why) == (Confidence.OFF_TRACK, "The council said no")
    assert (stored(action).confidence, stored(action).confidence_why) == (None, "")


# Agreeing


def test_agreeing_says_which_actions_still_need_a_lead_or_a_date(one, people):
    plan_id, (first, second, third) = a_plan(one, people, 3, ready=False)
    one(actions.edit_action, first, {"lead": "Jo", "due": LATER}, {"lead": "", "due": None}, actor=people.support)
    one(actions.edit_action, second, {"lead": "Jo"}, {"lead": ""}, actor=people.support)

    with pytest.raises(Refused) as refusal:
        one(commands.agree, plan_id, TODAY, actor=people.support)
    assert refusal.value.way_forward == "Action 2 needs a date. Action 3 needs a lead and a date."
    assert all_of(ActionPlan)[0].agreed_on is None

    one(actions.edit_action, second, {"due": LATER}, {"due": None}, actor=people.support)
    one(actions.update_action, third, ActionStatus.DROPPED, actor=people.support)
    one(commands.agree, plan_id, TODAY, actor=people.support)
    assert all_of(ActionPlan)[0].agreed_on == TODAY


def test_an_empty_plan_is_not_agreed_and_many_actions_never_block(one, people):
    plan_id, _ = a_plan(one, people, 12)
    with transaction() as session:
        empty = ActionPlan(partnership_id=10, made_at=datetime(2026, 11, 1, tzinfo=UTC))
        session.add(empty)

    with pytest.raises(Refused, match="no actions"):
        one(commands.agree, empty.id, TODAY, actor=people.support)
    assert one(commands.agree, plan_id, TODAY, actor=people.support) == plan_id


@pytest.mark.parametrize(("agreed", "ends"), [(date(2026, 8, 31), date(2027, 2, 28)), (date(2027, 8, 31), date(2028, 2, 29))])
def test_a_plan_agreed_on_31_august_ends_on_the_last_day_of_february(one, people, look, clock, agreed, ends):
    clock.move_to(datetime(agreed.year, 9, 1, 9, tzinfo=UTC))
    plan_id, _ = a_plan(one, people, 1, agreed_on=agreed)

    assert look(queries.detail, plan_id, actor=people.support, today=agreed).ends_on == ends


def test_reviews_move_forward_off_weekends_bank_holidays_and_the_closed_day(one, people, look, clock):
    clock.move_to(datetime(2026, 11, 16, 9, tzinfo=UTC))
    with transaction() as session:
        session.get(Partnership, 9).closed_weekday = 1  # never on Tuesdays
    agreed = date(2026, 11, 13)  # six weeks on: Christmas Day, a Friday; then Saturday, Sunday, the day in place of Boxing Day, a Tuesday
    plan_id, _ = a_plan(one, people, 1, agreed_on=agreed)

    plan = look(queries.detail, plan_id, actor=people.support, today=agreed)
    assert [(review.kind, review.due_on) for review in plan.reviews] == [
        (ReviewKind.SIX_WEEKS, date(2026, 12, 30)),
        (ReviewKind.THREE_MONTHS, date(2027, 2, 15)),
        (ReviewKind.SIX_MONTHS, date(2027, 5, 13)),
    ]
    assert plan.ends_on == date(2027, 5, 13)


def test_agreeing_twice_sets_three_reviews_once(one, people):
    plan_id, _ = a_plan(one, people, 1)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: one(commands.agree, plan_id, TODAY, actor=people.support), range(4)))

    assert len(all_of(Review)) == 3
    with pytest.raises(Refused, match="agreed on 18 November 2026"):
        one(commands.agree, plan_id, TODAY - timedelta(days=1), actor=people.support)


@pytest.mark.parametrize("agreed", [TODAY + timedelta(days=1), date(2025, 11, 18)])
def test_a_plan_is_not_agreed_in_the_future_or_when_it_would_be_over(one, people, agreed):
    plan_id, _ = a_plan(one, people, 1)

    with pytest.raises(Invalid) as refusal:
        one(commands.agree, plan_id, agreed, actor=people.support)
    assert list(refusal.value.errors) == ["agreed_on"]


def test_an_agreement_is_taken_back_until_a_review_has_begun(one, people):
    plan_id, (action,) = a_plan(one, people, 1, agreed_on=TODAY)
    one(commands.undo_agreement, plan_id, actor=people.support)
    assert (all_of(ActionPlan)[0].agreed_on, all_of(Review)) == (None, [])

    one(commands.agree, plan_id, TODAY, actor=people.support)
    one(actions.update_action, action, ActionStatus.DONE, review_id=all_of(Review)[0].id, actor=people.support)
    with pytest.raises(Refused, match="has begun"):
        one(commands.undo_agreement, plan_id, actor=people.support)


def test_an_action_knows_when_somebody_last_said_how_it_goes(one, people, clock):
    _, (action, other) = a_plan(one, people, 2)
    one(actions.update_action, action, ActionStatus.GOING_WELL, actor=people.support)
    clock.move_to("2026-12-01 09:00:00Z")

    one(actions.update_action, action, ActionStatus.GOING_WELL, actor=people.support)

    assert (stored(action).status_at, stored(other).status_at) == (datetime(2026, 12, 1, 9, tzinfo=UTC), None)


def test_closing_early_asks_why_and_a_closed_plan_is_left_alone(one, people):
    plan_id, (action,) = a_plan(one, people, 1, agreed_on=TODAY)
    with pytest.raises(Invalid) as refusal:
        one(commands.close, plan_id, TODAY, actor=people.support)
    with pytest.raises(Invalid) as future:
        one(commands.close, plan_id, TODAY + timedelta(days=1), "Why not", actor=people.support)
    one(commands.close, plan_id, TODAY, "The group has ended", actor=people.support)

    assert (list(refusal.value.errors), list(future.value.errors)) == (["why"], ["closed_on"])
    for gesture in (
        lambda: one(actions.add_action, plan_id, title="More", actor=people.support),
        lambda: one(actions.edit_action, action, {"lead": "Jo"}, {"lead": "Maureen"}, actor=people.support),
        lambda: one(actions.update_action, action, ActionStatus.DONE, actor=people.support),
        lambda: one(actions.ask_support, action, words="Advice", actor=people.support),
    ):
        with pytest.raises(Refused, match="closed on 18 November 2026"):
            gesture()
    one(commands.reopen, plan_id, actor=people.support)
    one(actions.add_action, plan_id, title="More", actor=people.support)


def test_the_plans_lead_is_a_facilitator_whose_own_it_becomes(one, people, look):
    plan_id, _ = a_plan(one, people, 1)
    with pytest.raises(Invalid):
        one(commands.name_lead, plan_id, people.manager.account_id, actor=people.support)
    with pytest.raises(NotFound):
        one(commands.name_lead, plan_id, people.other_facilitator.account_id, actor=people.facilitator)
    with pytest.raises(NotFound):
        look(queries.detail, plan_id, actor=people.other_facilitator, today=TODAY)

    one(commands.name_lead, plan_id, people.other_facilitator.account_id, actor=people.support)
    assert look(queries.detail, plan_id, actor=people.other_facilitator, today=TODAY).contact == "Other facilitator"
    with pytest.raises(Conflict):
        one(commands.name_lead, plan_id, None, base={"lead_id": people.facilitator.account_id}, actor=people.manager)


def gestures(one, people, plan_id, action, review, held):
    """Every gesture on a plan, as somebody may do it."""
    return {
        "add_from_session": lambda who: one(commands.add_from_session, held, actor=who),
        "add_action": lambda who: one(actions.add_action, plan_id, title="More", actor=who),
        "edit_action": lambda who: one(actions.edit_action, action, {"why": "So"}, {"why": ""}, actor=who),
        "move_action": lambda who: one(actions.move_action, action, 1, actor=who),
        "set_no_support_needed": lambda who: one(actions.set_no_support_needed, action, actor=who),
        "ask_support": lambda who: one(actions.ask_support, action, words="Advice", actor=who),
        "set_confidence": lambda who: one(actions.set_confidence, action, Confidence.AT_RISK, "Rain", actor=who),
        "update_action": lambda who: one(actions.update_action, action, ActionStatus.STUCK, actor=who),
        "set_words": lambda who: one(actions.set_words, an_update(one, people, action), "Words", actor=who),
        "move_review": lambda who: one(reviews.move_review, review, LATER, actor=who),
        "finish_review": lambda who: one(reviews.finish_review, review, actor=who),
        "agree": lambda who: one(commands.agree, plan_id, TODAY, actor=who),
        "undo_agreement": lambda who: one(commands.undo_agreement, plan_id, actor=who),
        "close": lambda who: one(commands.close, plan_id, TODAY, "Over", actor=who),
        "reopen": lambda who: one(commands.reopen, plan_id, actor=who),
    }


def an_update(one, people, action):
    return one(actions.update_action, action, ActionStatus.STUCK, actor=people.support)


@pytest.mark.parametrize("name", list(gestures(*[None] * 6)))
def test_own_facilitators_support_and_managers_work_on_plans_and_nobody_else(one, people, name):
    plan_id, (action, _) = a_plan(one, people, 2, agreed_on=TODAY)
    held = a_session_with(one, people, "From the next session")
    review = all_of(Review)[0].id
    gesture = gestures(one, people, plan_id, action, review, held)[name]

    for who in (people.other_facilitator, people.admin):
        with pytest.raises(NotFound):
            gesture(who)
    for who in (people.facilitator, people.support, people.manager):
        try:
            gesture(who)
        except NotFound:
            raise
        except Refused:
            pass  # allowed, and refused for another reason after somebody did it first


def test_what_is_not_there_and_not_theirs_reads_the_same(one, people):
    plan_id, (action,) = a_plan(one, people, 1, agreed_on=TODAY)
    said = an_update(one, people, action)
    review = all_of(Review)[0].id
    for command, row_id, more in (
        (actions.edit_action, action, ({}, {})),
        (actions.set_words, said, ("Words",)),
        (reviews.finish_review, review, ()),
        (commands.close, plan_id, (TODAY, "Over")),
    ):
        words = set()
        for number in (row_id, row_id + 1000):
            with pytest.raises(NotFound) as refusal:
                one(command, number, *more, actor=people.other_facilitator)
            words.add((refusal.value.headline, refusal.value.way_forward))
        assert len(words) == 1


def test_a_form_sent_twice_adds_one_action(one, people):
    plan_id, _ = a_plan(one, people, 1)
    with ThreadPoolExecutor(3) as pool:
        ids = set(pool.map(lambda _: one(actions.add_action, plan_id, title="More", actor=people.support, key="k1"), range(3)))

    assert len(ids) == 1
    assert len(all_of(Action)) == 2


def test_a_needs_partnership_is_its_actions(one, people):
    _, (action,) = a_plan(one, people, 1, partnership_id=12)
    one(actions.ask_support, action, words="Advice", actor=people.support)
    a_need(one, people, "Advice", partnership_id=12, action_id=action)

    assert [(need.partnership_id, need.action_id) for need in all_of(SupportNeed)] == [(12, action)]
