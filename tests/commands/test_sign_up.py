from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select
from sqlmodel import col

from rr.access import PUBLIC
from rr.errors import Invalid, NotFound
from rr.intake import commands
from rr.intake.drafts import told_apart
from rr.intake.models import Decision, RequestTopic, SupportRequest
from rr.intake.rules import Move, RequestStatus, Source
from rr.intake.triage import commands as triage
from rr.partnerships.models import Consent, Contact, Partnership
from rr.partnerships.rules import ConsentHow, ConsentKind, ContactRole
from tests.builders import a_draft


def send(one, actor=PUBLIC, spam=False, **said):
    return one(commands.sign_up, a_draft(**said), source=Source.FORM, spam=spam, actor=actor)


def call(one, actor, **said):
    dull = {"area_text": "Whitley Bay", "caller": "Nia Larkin, 07700 900934", "words": "They want a day to think."}
    return one(commands.log_call, **(dull | said), actor=actor)


def of(look, ref):
    return look(lambda session: session.execute(select(SupportRequest).where(col(SupportRequest.ref) == ref)).scalar_one())


def all_of(look, table):
    return look(lambda session: session.execute(select(table)).scalars().all())


def test_a_sign_up_answers_with_consecutive_references(one, people, look):
    assert [send(one), send(one), send(one)] == ["RR-0001", "RR-0002", "RR-0003"]


def test_twenty_sign_ups_at_once_get_consecutive_references(one, people, look):
    with ThreadPoolExecutor(8) as crowd:
        refs = list(crowd.map(lambda number: send(one, email=f"a{number}@example.org"), range(20)))

    assert sorted(refs) == [f"RR-{number:04}" for number in range(1, 21)]


def test_a_sign_up_is_new_matched_and_keeps_its_words_and_topics(one, people, look):
    request = of(look, send(one, area_text="big local Whitley Bay!", words="  Help\r\nus  "))

    assert request.status is RequestStatus.NEW
    assert request.words == "Help\nus"
    assert request.area_text == "big local Whitley Bay!"
    names = {row.id: row.name for row in all_of(look, Partnership)}
    assert names[request.partnership_id] == "Whitley Bay"
    assert [row.topic for row in all_of(look, RequestTopic)] == ["hubs"]
    assert [(row.id, row.name) for row in all_of(look, Contact)] == [(request.contact_id, "Nia Larkin")]


def test_a_name_that_is_only_alike_waits_for_a_person(one, people, look):
    request = of(look, send(one, area_text="Whitly Bay"))

    assert (request.partnership_id, request.contact_id) == (None, None)
    assert all_of(look, Contact) == []


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"area_text": " "}, "area_text"),
        ({"name": ""}, "name"),
        ({"words": "\u200b"}, "words"),
        ({"email": ""}, "email"),
        ({"email": "nia@"}, "email"),
        ({"phone": "ring me"}, "phone"),
        ({"phone": "07700 9OO123"}, "phone"),
        ({"phone": "00000000000", "email": ""}, "phone"),
        ({"phone": "4.4770090012E+11", "email": ""}, "phone"),
        ({"email": "nia@example.org or sam@example.org"}, "email"),
        ({"words": "x" * 5001}, "words"),
        ({"people": -1}, "people"),
        ({"consent_contact": False}, "consent_contact"),
        ({"consent_contact": "perhaps"}, "consent_contact"),
        ({"topics": ("nothing",)}, "topics"),
    ],
)
def test_what_a_person_can_put_right_is_refused_beside_its_field(one, people, look, said, field):
    with pytest.raises(Invalid) as refusal:
        send(one, **said)

    assert list(refusal.value.errors) == [field]
    assert all_of(look, SupportRequest) == []


def test_a_phone_number_alone_is_enough(one, people, look):
    request = of(look, send(one, email="", phone="07700 900934"))

    assert (request.email, request.phone, request.phone_text) == ("", "+447700900934", "07700 900934")


def test_a_caller_may_give_a_number_and_an_address(one, people, look):
    request = of(look, call(one, people.support, caller="Nia Larkin, 07700 900934, nia@example.org"))

    assert (request.name, request.phone, request.email) == ("Nia Larkin", "+447700900934", "nia@example.org")


def test_a_caller_who_agrees_to_be_contacted_has_agreed_by_telephone(one, people, look):
    said = {"role": ContactRole.CHAIR, "consent_contact": True, "consent_share": False}
    request = of(look, call(one, people.support, **said))

    (contact,) = all_of(look, Contact)
    (consent,) = all_of(look, Consent)
    assert (request.role, request.consent_contact, request.consent_share, request.remarks) == (ContactRole.CHAIR, True, False, "")
    assert (contact.role, contact.agreed_contact_at, contact.agreed_share_at) == (ContactRole.CHAIR, request.received_at, None)
    assert (consent.contact_id, consent.kind, consent.how, consent.notice) == (contact.id, ConsentKind.CONTACT, ConsentHow.TELEPHONE, "")


def test_two_numbers_are_kept_as_they_were_written(one, people, look):
    request = of(look, send(one, phone="07700 900934\n0113 496 0123"))

    assert (request.phone, request.phone_text) == ("+447700900934", "07700 900934 0113 496 0123")
    assert request.remarks == "Phone: There is more than one phone number; the first is used."


def test_what_was_not_understood_leaves_a_remark(one, people, look):
    assert "“lots” isn't a number" in of(look, send(one, people="lots")).remarks


def test_spam_is_kept_without_a_word_and_makes_nobody_a_contact(one, people, look):
    request = of(look, send(one, spam=True, email="x", name="", words="buy " * 3000))

    assert request.status is RequestStatus.SPAM
    assert len(request.words) <= 5000
    assert all_of(look, Contact) == []
    assert [row.move for row in all_of(look, Decision)] == [Move.SPAM]


def test_spam_that_was_none_is_matched_when_it_is_taken_back(one, people, look):
    request = of(look, send(one, spam=True))
    (decision,) = all_of(look, Decision)
    one(triage.undo, decision.id, actor=people.support)

    request = of(look, request.ref)
    assert request.status is RequestStatus.NEW
    assert request.partnership_id is not None
    assert request.contact_id is not None


def test_a_call_is_a_request_and_our_first_contact(one, people, look):
    request = of(look, call(one, people.support))

    assert request.source is Source.TELEPHONE
    assert request.status is RequestStatus.NEW
    assert request.first_contact_at == request.received_at
    assert (request.phone, request.phone_text) == ("+447700900934", "07700 900934")
    assert request.consent_contact is False
    assert request.remarks == "Consent to be contacted: It isn't given. Reply to what they asked, and ask before anything else."
    assert [(row.move, row.by_id) for row in all_of(look, Decision)] == [(Move.CONTACTED, people.support.account_id)]


def test_a_call_takes_name_and_number_from_one_field(one, people, look):
    request = of(look, call(one, people.support, caller="Nia Larkin, nia@example.org"))

    assert (request.name, request.email) == ("Nia Larkin", "nia@example.org")


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"area_text": ""}, "area_text"),
        ({"caller": ""}, "caller"),
        ({"caller": "07700 900934"}, "caller"),
        ({"caller": "Nia Larkin, later"}, "caller"),
        ({"caller": "Nia Larkin, 07700 9001234"}, "caller"),
        ({"caller": "Nia Larkin, 07700 9OO934"}, "caller"),
        ({"caller": "Nia Larkin, 00000 000000, nia@example.org"}, "caller"),
        ({"caller": "Nia Larkin, 07700 900934, nia@"}, "caller"),
        ({"caller": "Nia Larkin, nia@example.org or sam@example.org"}, "caller"),
        ({"words": ""}, "words"),
    ],
)
def test_a_call_is_refused_beside_the_field(one, people, said, field):
    with pytest.raises(Invalid) as refusal:
        call(one, people.support, **said)

    assert list(refusal.value.errors) == [field]


@pytest.mark.parametrize("who", ["facilitator", "admin"])
def test_only_who_triages_logs_calls(one, people, who):
    with pytest.raises(NotFound):
        call(one, getattr(people, who))


@pytest.mark.parametrize(
    ("text", "who", "address", "number"),
    [
        ("Nia Larkin, 07700 900934", "Nia Larkin", "", "07700 900934"),
        ("Nia Larkin (nia@example.org)", "Nia Larkin", "nia@example.org", ""),
        ("Nia Larkin, 07700 900934, nia@example.org", "Nia Larkin", "nia@example.org", "07700 900934"),
        ("Nia Larkin <nia@example.org> mobile 07700 900934", "Nia Larkin", "nia@example.org", "07700 900934"),
        ("Nia Larkin, tel: 07700 900934 (evenings)", "Nia Larkin", "", "07700 900934"),
        ("Eve Day 07700 900934 or 0113 496 0123", "Eve Day", "", "07700 900934 or 0113 496 0123"),
        ("0113 496 0123 – Sam", "Sam", "", "0113 496 0123"),
        ("Nia Larkin, 07700 9001234", "Nia Larkin", "", "07700 9001234"),
        ("Nia Larkin", "Nia Larkin", "", ""),
        ("+44 7700 900934", "", "", "+44 7700 900934"),
        ("Nia (chair) 07700 900934", "Nia (chair)", "", "07700 900934"),
        ("Nia Larkin on 07700 900934", "Nia Larkin", "", "07700 900934"),
        ("Nia Larkin, by e-mail: nia@example.org", "Nia Larkin", "nia@example.org", ""),
        ("Nia Larkin (chair, 07700 900934)", "Nia Larkin (chair)", "", "07700 900934"),
    ],
)
def test_a_name_and_the_ways_to_reach_them_are_told_apart(text, who, address, number):
    assert told_apart(text) == (who, address, number)
