"""Mistakes that people make and put right, and two who do so at once."""

import threading
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from rr import clock, db, gesture
from rr.access import SYSTEM
from rr.accounts import commands as accounts
from rr.accounts import queries as account_list
from rr.accounts.rules import Role
from rr.accounts.states import AccountState
from rr.errors import Invalid, Refused
from rr.intake.models import SupportRequest
from rr.intake.rules import Move, RequestStatus
from rr.intake.triage import commands as triage
from rr.partnerships import commands as partnerships
from rr.partnerships.models import Contact
from rr.sessions import commands as sessions
from rr.sessions.models import SupportSession
from rr.toolkit import commands as toolkit
from tests.builders import a_request, a_session

WRONG, RIGHT = 5, 9


def kept(kind: Any, number: int) -> Any:
    with db.reading() as session:
        return session.get_one(kind, number)


def people_at(partnership_id: int) -> list[str]:
    with db.reading() as session:
        return list(session.execute(select(col(Contact.name)).where(col(Contact.partnership_id) == partnership_id)).scalars())


def test_those_who_went_along_to_a_wrong_partnership_come_back_with_its_name(one, people):
    first = a_request(one, area_text="The Chapel End", name="Ann Archer", email="ann@example.org")
    second = a_request(one, area_text="the chapel  end", name="Bob Baker", email="bob@example.org")
    other = a_request(one, area_text="Somewhere else", name="Cy Cole", email="cy@example.org")
    one(triage.choose_partnership, other, WRONG, actor=people.support)
    assert one(triage.choose_partnership, first, WRONG, actor=people.support) == 2
    third = a_request(one, area_text="Chapel End", name="Di Drew", email="di@example.org")
    one(triage.choose_partnership, third, WRONG, actor=people.support)

    assert one(triage.choose_partnership, second, RIGHT, actor=people.support) == 2

    homes = {number: kept(SupportRequest, number).partnership_id for number in (first, second, third, other)}
    assert homes == {first: RIGHT, second: RIGHT, third: WRONG, other: WRONG}  # another name, another choice
    assert sorted(people_at(RIGHT)) == ["Ann Archer", "Bob Baker"]
    assert sorted(people_at(WRONG)) == ["Cy Cole", "Di Drew"]


def test_a_request_that_was_accepted_stays_where_its_session_is(one, people):
    first = a_request(one, area_text="The Chapel End", email="ann@example.org")
    second = a_request(one, area_text="The Chapel End", email="bob@example.org")
    one(triage.choose_partnership, first, WRONG, actor=people.support)
    one(triage.decide, first, Move.ACCEPT, actor=people.support)
    assert one(triage.choose_partnership, second, RIGHT, actor=people.support) == 1
    assert kept(SupportRequest, first).partnership_id == WRONG


def test_whom_spam_names_is_none_of_their_people_and_undo_brings_them_back(one, people):
    request_id = a_request(one, name="Buy Pills", email="pills@example.org")
    home = kept(SupportRequest, request_id).partnership_id
    decision_id = one(triage.decide, request_id, Move.SPAM, actor=people.support)
    assert people_at(home) == []
    one(triage.undo, decision_id, actor=people.support)
    assert people_at(home) == ["Buy Pills"]
    assert kept(SupportRequest, request_id).contact_id is not None


def test_somebody_who_also_wrote_in_earnest_is_kept(one, people):
    a_request(one)
    again = a_request(one, words="Buy now")
    one(triage.decide, again, Move.SPAM, actor=people.support)
    assert people_at(kept(SupportRequest, again).partnership_id) == ["Nia Larkin"]


def test_a_duplicate_of_spam_is_refused(one, people):
    spam, real = a_request(one), a_request(one, email="real@example.org")
    one(triage.decide, spam, Move.SPAM, actor=people.support)
    with pytest.raises(Invalid) as refusal:
        one(triage.decide, real, Move.DUPLICATE, duplicate_of_id=spam, actor=people.support)
    assert "duplicate_of_id" in refusal.value.errors
    assert kept(SupportRequest, real).status is RequestStatus.NEW


def test_a_public_name_may_not_be_another_areas(one, people):
    with pytest.raises(Invalid) as refusal:
        one(partnerships.edit_facts, RIGHT, {"public_name": ""}, {"public_name": "Whitley Bay"}, actor=people.support)
    assert "public_name" in refusal.value.errors
    one(partnerships.edit_facts, RIGHT, {"public_name": ""}, {"public_name": "The Chapel End Partnership"}, actor=people.support)
    assert kept(SupportRequest, a_request(one)).partnership_id is not None


def test_two_buttons_of_one_form_are_two_gestures(one, people):
    session_id = a_session(one, people)
    said = {"held_on": clock.today(), "head_count": 5, "newcomers_came": None}
    one(sessions.mark_held, session_id, **said, actor=people.support, key="a form")
    one(sessions.finish, session_id, **said, base=said, actor=people.support, key="a form")
    assert kept(SupportSession, session_id).finished_at is not None


def test_an_activity_needs_its_minutes(one, people):
    with pytest.raises(Invalid) as refusal:
        one(toolkit.add_activity, {"name": "A walk", "minutes_from": None, "minutes_to": None}, actor=people.manager)
    assert "minutes_from" in refusal.value.errors


def test_two_administrators_who_disable_each_other_at_once_leave_one(one, people):
    other = one(accounts.add_account, email="second@example.org", name="Second", role=Role.ADMIN, actor=SYSTEM)
    refused: list[Refused] = []

    def disable_the_first() -> None:
        try:
            gesture.perform(accounts.disable, people.admin.account_id, actor=SYSTEM)
        except Refused as refusal:
            refused.append(refusal)

    at_once = threading.Thread(target=disable_the_first)
    with db.transaction(now=clock.now()) as session:
        accounts.disable(session, other, actor=people.admin, now=clock.now())
        session.flush()
        at_once.start()
        at_once.join(0.5)
    at_once.join(20)
    with db.reading() as session:
        rows = account_list.accounts(session, actor=SYSTEM).rows
    assert len([row for row in rows if row.role is Role.ADMIN and row.state is not AccountState.DISABLED]) == 1
    assert len(refused) == 1
