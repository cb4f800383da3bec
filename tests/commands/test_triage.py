from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlmodel import col

from rr import clock as time
from rr import db
from rr.errors import Invalid, NotFound, Refused
from rr.intake import commands as signups
from rr.intake.models import Decision, SupportRequest
from rr.intake.rules import Move, RequestStatus, Source
from rr.intake.triage import commands, queries, queue
from rr.partnerships import queries as partnerships
from rr.partnerships.matching import certain
from rr.partnerships.models import Contact
from rr.sessions.models import AgendaItem, SupportSession
from tests.builders import a_draft, a_request

BACK = date(2026, 12, 1)
GIVEN = {
    Move.CONTACTED: {},
    Move.ACCEPT: {},
    Move.ASK_FOR_MORE: {"words": "Who else would come?"},
    Move.SIGNPOST: {"words": "The council's community team"},
    Move.NOT_NOW: {"back_on": BACK},
    Move.WITHDRAW: {},
    Move.SPAM: {},
}


def decide(one, people, number, move, **given):
    return one(commands.decide, number, move, **(GIVEN.get(move, {}) | given), actor=people.support)


def undo(one, people, decision):
    return one(commands.undo, decision, actor=people.support)


def stored(look, number):
    return look(lambda session: session.get(SupportRequest, number))


def facts(look, number):
    row = stored(look, number)
    return row.status, row.first_contact_at, row.back_on, row.duplicate_of_id


def sessions(look):
    return look(lambda session: session.execute(select(SupportSession)).scalars().all())


def area(look, name):
    return certain(name, look(partnerships.areas))


@pytest.mark.parametrize(
    ("move", "status"),
    [
        (Move.CONTACTED, RequestStatus.NEW),
        (Move.ACCEPT, RequestStatus.ACCEPTED),
        (Move.ASK_FOR_MORE, RequestStatus.WAITING_FOR_THEM),
        (Move.SIGNPOST, RequestStatus.SIGNPOSTED),
        (Move.NOT_NOW, RequestStatus.NOT_NOW),
        (Move.WITHDRAW, RequestStatus.WITHDRAWN),
        (Move.SPAM, RequestStatus.SPAM),
    ],
)
def test_a_decision_sets_the_status_and_undo_restores_everything(one, people, look, move, status):
    number = a_request(one)
    before = facts(look, number)

    decision = decide(one, people, number, move)
    assert stored(look, number).status is status
    assert (stored(look, number).first_contact_at is not None) == (move in (Move.CONTACTED, Move.ASK_FOR_MORE))

    back = undo(one, people, decision)
    assert facts(look, number) == before
    rows = look(lambda session: session.execute(select(Decision).order_by(col(Decision.id))).scalars().all())
    assert [(row.id, row.undoes_id, row.move) for row in rows] == [(decision, None, move), (back, decision, move)]


@pytest.mark.parametrize(
    ("move", "given", "field"),
    [
        (Move.ASK_FOR_MORE, {"words": " "}, "words"),
        (Move.SIGNPOST, {"words": ""}, "partner_id"),
        (Move.SIGNPOST, {"partner_id": 9999}, "partner_id"),
        (Move.NOT_NOW, {"back_on": None}, "back_on"),
        (Move.NOT_NOW, {"back_on": date(2026, 11, 18)}, "back_on"),
        (Move.DUPLICATE, {}, "duplicate_of_id"),
        (Move.DUPLICATE, {"duplicate_of_id": 1}, "duplicate_of_id"),
    ],
)
def test_a_decision_asks_for_what_it_needs_and_changes_nothing_without(one, people, look, move, given, field):
    number = a_request(one)
    if given.get("duplicate_of_id"):
        given = {"duplicate_of_id": number}  # itself

    with pytest.raises(Invalid) as refusal:
        decide(one, people, number, move, **given)

    assert list(refusal.value.errors) == [field]
    assert stored(look, number).status is RequestStatus.NEW


def test_a_duplicate_names_the_request_that_it_repeats(one, people, look):
    first, second, third = a_request(one), a_request(one), a_request(one)

    decide(one, people, second, Move.DUPLICATE, duplicate_of_id=first)

    assert stored(look, second).duplicate_of_id == first
    with pytest.raises(Invalid, match="There is a problem"):
        decide(one, people, third, Move.DUPLICATE, duplicate_of_id=second)


def test_a_signpost_names_a_support_partner(one, people, look):
    partner, name = look(queries.partners)[0]
    number = a_request(one)
    decide(one, people, number, Move.SIGNPOST, words="", partner_id=partner)

    assert look(queries.detail, number, actor=people.support, today=time.today()).decisions[0].partner == name


def test_first_contact_is_the_first_and_stays(one, people, look, clock):
    number = a_request(one)
    decide(one, people, number, Move.CONTACTED)
    first = stored(look, number).first_contact_at
    clock.shift(timedelta(days=1))
    decide(one, people, number, Move.ASK_FOR_MORE)

    assert stored(look, number).first_contact_at == first


def test_accepting_makes_a_draft_session_with_an_agenda_and_undo_removes_it(one, people, look):
    number = a_request(one)
    decision = decide(one, people, number, Move.ACCEPT)

    (draft,) = sessions(look)
    assert (draft.request_id, draft.partnership_id, draft.starts_at) == (number, stored(look, number).partnership_id, None)
    assert look(lambda session: session.execute(select(AgendaItem)).scalars().all())
    assert look(queries.detail, number, actor=people.support, today=time.today()).session_id == draft.id

    undo(one, people, decision)
    assert sessions(look) == []
    assert stored(look, number).status is RequestStatus.NEW


def test_undo_is_refused_once_the_draft_session_was_edited(one, people, look):
    number = a_request(one)
    decision = decide(one, people, number, Move.ACCEPT)
    with db.transaction() as session:
        session.execute(select(SupportSession)).scalar_one().edited_at = time.now()

    with pytest.raises(Refused, match="edited since"):
        undo(one, people, decision)

    assert stored(look, number).status is RequestStatus.ACCEPTED


def test_accepting_without_a_partnership_says_the_way_forward(one, people, look):
    number = a_request(one, area_text="Whitly Bay")

    with pytest.raises(Refused, match="no partnership yet") as refusal:
        decide(one, people, number, Move.ACCEPT)

    assert "Choose its partnership first" in refusal.value.way_forward
    assert sessions(look) == []


def test_only_the_last_decision_can_be_undone_and_then_the_one_before(one, people, look):
    number = a_request(one)
    first, second = decide(one, people, number, Move.CONTACTED), decide(one, people, number, Move.SIGNPOST)

    with pytest.raises(Refused, match="Another decision"):
        undo(one, people, first)
    undo(one, people, second)
    with pytest.raises(Refused, match="already undone"):
        undo(one, people, second)
    undo(one, people, first)

    assert facts(look, number) == (RequestStatus.NEW, None, None, None)


def test_what_was_decided_is_not_decided_again(one, people):
    number = a_request(one)
    decide(one, people, number, Move.SIGNPOST)

    with pytest.raises(Refused, match="signposted") as refusal:
        decide(one, people, number, Move.ACCEPT)

    assert "undo the last decision" in refusal.value.way_forward


def test_not_now_comes_back_as_new_on_its_day(one, people, look, clock):
    number = a_request(one)
    decide(one, people, number, Move.NOT_NOW)
    decide(one, people, number, Move.CONTACTED)
    assert stored(look, number).back_on == BACK
    assert look(queue.listed, queue.QueueFilters(), actor=people.support, today=BACK - timedelta(days=1)).total == 0

    assert [row.status for row in look(queue.listed, queue.QueueFilters(), actor=people.support, today=BACK).rows] == [RequestStatus.NEW]

    clock.move_to("2026-12-01 09:00:00Z")
    decision = decide(one, people, number, Move.NOT_NOW, back_on=date(2027, 1, 5))
    undo(one, people, decision)
    assert facts(look, number)[::2] == (RequestStatus.NOT_NOW, BACK)
    decide(one, people, number, Move.ACCEPT)


def test_not_now_is_brought_back_by_hand(one, people, look):
    number = a_request(one)
    decide(one, people, number, Move.NOT_NOW)
    decision = decide(one, people, number, Move.COME_BACK)
    assert stored(look, number).status is RequestStatus.NEW

    undo(one, people, decision)
    assert facts(look, number)[::2] == (RequestStatus.NOT_NOW, BACK)


def test_what_a_person_chooses_becomes_an_alias_and_matches_the_others_that_wait(one, people, look):
    first, other = a_request(one, area_text="Whitly  BAY"), a_request(one, area_text="whitly bay", email="sam@example.org")
    unlike, spam = (
        a_request(one, area_text="Somewhere"),
        one(signups.sign_up, a_draft(area_text="Whitly Bay"), source=Source.FORM, spam=True, actor=people.support),
    )
    wanted = area(look, "Whitley Bay")

    assert one(commands.choose_partnership, first, wanted, actor=people.support) == 2

    assert {number: stored(look, number).partnership_id for number in (first, other, unlike)} == {
        first: wanted,
        other: wanted,
        unlike: None,
    }
    assert stored(look, other).contact_id != stored(look, first).contact_id is not None
    assert (
        look(
            lambda session: session.execute(select(col(SupportRequest.partnership_id)).where(col(SupportRequest.ref) == spam)).scalar_one()
        )
        is None
    )
    assert stored(look, a_request(one, area_text="Whitly Bay")).partnership_id == wanted


def test_a_wrong_choice_is_put_right_and_takes_alias_and_person_along(one, people, look):
    number = a_request(one, area_text="Whitly Bay")
    wrong, right = area(look, "Whitley"), area(look, "Whitley Bay")
    one(commands.choose_partnership, number, wrong, actor=people.support)
    one(commands.choose_partnership, number, right, actor=people.manager)

    assert area(look, "Whitly Bay") == right
    people_there = look(lambda session: session.execute(select(Contact)).scalars().all())
    assert [(row.partnership_id, row.id) for row in people_there] == [(right, stored(look, number).contact_id)]


def test_an_accepted_request_keeps_its_partnership(one, people, look):
    number = a_request(one)
    decide(one, people, number, Move.ACCEPT)

    with pytest.raises(Refused, match="has been accepted"):
        one(commands.choose_partnership, number, 1, actor=people.support)


def test_a_request_is_given_to_who_triages_and_taken_from_them(one, people, look):
    number = a_request(one)
    one(commands.assign, number, people.manager.account_id, actor=people.support)
    assert stored(look, number).assigned_id == people.manager.account_id

    one(commands.assign, number, None, actor=people.support)
    assert stored(look, number).assigned_id is None
    for nobody in (people.facilitator.account_id, people.admin.account_id, 9999):
        with pytest.raises(Invalid):
            one(commands.assign, number, nobody, actor=people.support)


@pytest.mark.parametrize("who", ["facilitator", "admin"])
def test_only_support_staff_and_managers_triage(one, people, look, who):
    actor, number = getattr(people, who), a_request(one)
    decision = decide(one, people, number, Move.CONTACTED)

    for gesture in (
        lambda: one(commands.decide, number, Move.SPAM, actor=actor),
        lambda: one(commands.undo, decision, actor=actor),
        lambda: one(commands.assign, number, None, actor=actor),
        lambda: one(commands.choose_partnership, number, 1, actor=actor),
        lambda: look(queue.listed, queue.QueueFilters(), actor=actor, today=time.today()),
    ):
        with pytest.raises(NotFound):
            gesture()
    assert stored(look, number).status is RequestStatus.NEW


def test_a_manager_decides_too(one, people, look):
    number = a_request(one)
    one(commands.decide, number, Move.ACCEPT, actor=people.manager)

    assert stored(look, number).status is RequestStatus.ACCEPTED
