from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlmodel import col

from rr import clock as time
from rr.errors import Conflict, Invalid, NotFound, Refused
from rr.partnerships import commands, queries
from rr.partnerships.models import Alias, Consent, Contact, Note
from rr.partnerships.rules import ConsentHow, ConsentKind, ContactRole
from tests.conftest import TODAY

AREA = 9
NIA = {"name": "Nia Larkin", "email": "nia@example.org", "phone": "+447700900001", "role": ContactRole.CHAIR}


def know(one, people, area=AREA, **said):
    return one(commands.know_contact, area, **(NIA | said), actor=people.support)


def contact(look, number):
    return look(lambda session: session.get(Contact, number))


def test_a_person_is_known_by_e_mail_and_another_phone_or_role_updates_them(one, people, look):
    first = know(one, people)

    assert know(one, people, phone="+447700900002", role=ContactRole.WORKER) == first
    assert (contact(look, first).phone, contact(look, first).role) == ("+447700900002", ContactRole.WORKER)


def test_a_person_without_an_address_is_known_by_phone(one, people, look):
    first = know(one, people)

    assert know(one, people, email="") == first
    assert contact(look, first).email == "nia@example.org"


def test_a_person_with_another_address_but_the_same_name_and_phone_is_the_same(one, people, look):
    first = know(one, people)

    assert know(one, people, email="nia.larkin@example.org") == first
    assert contact(look, first).email == "nia.larkin@example.org"


def test_two_people_who_share_a_phone_stay_two(one, people):
    assert know(one, people) != know(one, people, name="Sam Umar", email="sam@example.org")


def test_a_person_of_another_partnership_is_another_contact(one, people):
    assert know(one, people) != know(one, people, area=10)


def test_what_was_told_earlier_only_fills_gaps(one, people, look):
    first = know(one, people, role=None)

    know(one, people, phone="+447700900009", role=ContactRole.WORKER, told_at=time.now() - timedelta(days=9))

    assert (contact(look, first).phone, contact(look, first).role) == ("+447700900001", ContactRole.WORKER)


def test_consent_to_be_contacted_and_to_share_are_two(one, people, look):
    first = know(one, people, agreed_contact=True)

    assert contact(look, first).agreed_contact_at == time.now()
    assert contact(look, first).agreed_share_at is None


SAID = {"kind": ConsentKind.CONTACT, "given": "yes", "how": ConsentHow.EMAIL, "on": TODAY, "notice": "2026-11-22"}


def consents(look):
    rows = look(lambda session: session.execute(select(Consent).order_by(col(Consent.id))).scalars().all())
    return [(row.contact_id, row.kind, row.given, row.how, row.notice) for row in rows]


def test_what_a_sign_up_agrees_to_is_a_consent_once(one, people, look):
    first = know(one, people, agreed_contact=True, agreed_share=True)
    know(one, people, agreed_contact=True)

    assert consents(look) == [
        (first, ConsentKind.CONTACT, True, ConsentHow.SIGN_UP, ""),
        (first, ConsentKind.SHARE, True, ConsentHow.SIGN_UP, ""),
    ]


def test_consent_is_written_down_with_how_it_was_given_and_can_be_withdrawn(one, people, look, clock):
    number = know(one, people)
    one(commands.record_consent, number, **SAID, actor=people.support)
    assert contact(look, number).agreed_contact_at == time.now()

    clock.shift(timedelta(hours=1))
    one(commands.record_consent, number, **(SAID | {"given": "no", "how": ConsentHow.TELEPHONE}), actor=people.manager)

    assert contact(look, number).agreed_contact_at is None
    assert consents(look) == [
        (number, ConsentKind.CONTACT, True, ConsentHow.EMAIL, "2026-11-22"),
        (number, ConsentKind.CONTACT, False, ConsentHow.TELEPHONE, "2026-11-22"),
    ]
    (row,) = look(queries.contacts, AREA, actor=people.support)
    assert (row.consents[ConsentKind.CONTACT].given, ConsentKind.SHARE in row.consents) == (False, False)
    know(one, people, agreed_contact=True, told_at=time.now() - timedelta(minutes=30))
    assert contact(look, number).agreed_contact_at is None
    know(one, people, agreed_contact=True, told_at=time.now() + timedelta(minutes=30))
    assert contact(look, number).agreed_contact_at == time.now() + timedelta(minutes=30)


@pytest.mark.parametrize("on", [None, TODAY + timedelta(days=1), TODAY - timedelta(days=2)])
def test_a_consent_has_a_day_that_has_come_and_is_the_last_that_was_said(one, people, on):
    number = know(one, people)
    one(commands.record_consent, number, **(SAID | {"on": TODAY - timedelta(days=1)}), actor=people.support)

    with pytest.raises(Invalid) as refusal:
        one(commands.record_consent, number, **(SAID | {"on": on}), actor=people.support)

    assert list(refusal.value.errors) == ["on"]


def test_a_person_is_added_and_without_address_and_number_stays_apart(one, people, look):
    first = one(commands.add_contact, AREA, name="Nia Larkin", actor=people.support)
    second = know(one, people, email="", phone="")
    third = know(one, people)

    assert len({first, second, third}) == 3
    assert (contact(look, first).name, contact(look, first).folded, contact(look, first).email) == ("Nia Larkin", "nia larkin", "")
    one(commands.edit_contact, third, {"email": NIA["email"], "phone": NIA["phone"]}, {"email": "", "phone": ""}, actor=people.support)
    assert know(one, people) != third


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"name": "\u3164"}, "name"),
        ({"email": "NIA@example.org."}, "email"),
        ({"email": "a@example.org or b@example.org"}, "email"),
        ({"phone": "07700 9001234"}, "phone"),
        ({"phone": "07700 900123 / 020 7946 0000"}, "phone"),
        ({"phone": "020 7946 0000 ext 4"}, "phone"),
    ],
)
def test_a_person_who_is_added_or_corrected_is_refused_beside_the_field(one, people, look, said, field):
    know(one, people)
    other = know(one, people, name="Sam Umar", email="sam@example.org", phone="")

    with pytest.raises(Invalid) as refusal:
        one(commands.add_contact, AREA, **({"name": "Sam"} | said), actor=people.support)
    assert list(refusal.value.errors) == [field]
    with pytest.raises(Invalid) as refusal:
        one(commands.edit_contact, other, {}, said, actor=people.support)
    assert list(refusal.value.errors) == [field]
    assert len(look(queries.contacts, AREA, actor=people.support)) == 2


def test_a_name_is_kept_as_an_alias_only_while_it_means_no_area(one, people, look):
    assert one(commands.add_alias, AREA, "The Old Dock", actor=people.support)
    assert one(commands.add_alias, AREA, "Whitley Bay", actor=people.support) is None
    assert one(commands.add_alias, AREA, " !! ", actor=people.support) is None
    assert [
        row.text for row in look(lambda session: session.execute(select(Alias).where(col(Alias.normal) == "the old dock")).scalars().all())
    ] == ["The Old Dock"]


def test_an_alias_that_a_person_chose_moves_and_one_of_the_list_stays(one, people, look):
    one(commands.add_alias, AREA, "The Old Dock", actor=people.support)
    one(commands.add_alias, 10, "the old dock", actor=people.support)

    (alias,) = look(lambda session: session.execute(select(Alias).where(col(Alias.normal) == "the old dock")).scalars().all())
    assert alias.partnership_id == 10
    assert one(commands.add_alias, AREA, "HAVA", actor=people.support) is None


def test_facts_are_merged_and_two_changes_of_one_field_clash(one, people, look):
    base = {"lto_name": "", "money_remaining": None}
    one(commands.edit_facts, AREA, base, {"lto_name": "Groundwork", "money_remaining": None}, actor=people.support)
    one(commands.edit_facts, AREA, base, {"lto_name": "", "money_remaining": 140_000}, actor=people.manager)

    facts = look(queries.facts, AREA, actor=people.support)
    assert (facts.lto_name, facts.money_remaining) == ("Groundwork", 140_000)
    with pytest.raises(Conflict):
        one(commands.edit_facts, AREA, base, {"lto_name": "Another", "money_remaining": None}, actor=people.support)


@pytest.mark.parametrize("mine", [{"money_remaining": -1}, {"money_remaining": 10**9}, {"closed_weekday": 7}])
def test_facts_that_cannot_be_are_refused_beside_their_field(one, people, mine):
    with pytest.raises(Invalid) as refusal:
        one(commands.edit_facts, AREA, {}, mine, actor=people.support)

    assert list(refusal.value.errors) == list(mine)


def test_the_areas_name_is_not_a_fact_to_edit(one, people):
    with pytest.raises(Refused, match="can't be changed here"):
        one(commands.edit_facts, AREA, {}, {"name": "Mine"}, actor=people.support)


def test_a_contact_is_edited_by_whoever_may(one, people, look):
    number = know(one, people)
    one(commands.edit_contact, number, {"phone": "+447700900001"}, {"phone": "07700 900007"}, actor=people.manager)

    assert contact(look, number).phone == "+447700900007"
    with pytest.raises(Invalid):
        one(commands.edit_contact, number, {}, {"email": "nowhere"}, actor=people.manager)
    with pytest.raises(NotFound):
        one(commands.edit_contact, number, {}, {"name": "X"}, actor=people.facilitator)


def test_a_note_is_kept_with_who_wrote_it(one, people, look):
    number = one(commands.add_note, AREA, " Ring after four. ", actor=people.support)

    note = look(lambda session: session.get(Note, number))
    assert (note.words, note.by_id) == ("Ring after four.", people.support.account_id)
    with pytest.raises(Invalid):
        one(commands.add_note, AREA, " ", actor=people.support)


@pytest.mark.parametrize("who", ["facilitator", "admin"])
def test_notes_facts_and_people_are_for_those_who_work_with_the_partnership(one, people, look, who):
    actor = getattr(people, who)
    known = know(one, people)
    for command, said in ((commands.record_consent, SAID), (commands.add_contact, {"name": "Sam"})):
        with pytest.raises(NotFound):
            one(command, known if command is commands.record_consent else AREA, **said, actor=actor)
    for command, given in ((commands.add_note, ("Hello",)), (commands.edit_facts, ({}, {})), (commands.add_alias, ("Dock",))):
        with pytest.raises(NotFound):
            one(command, AREA, *given, actor=actor)
    for query in (queries.contacts, queries.facts):
        with pytest.raises(NotFound):
            look(query, AREA, actor=actor)


def test_the_lists_of_areas_show_region_and_public_name(one, people, look):
    one(commands.edit_facts, AREA, {"public_name": ""}, {"public_name": "The New Name"}, actor=people.support)

    assert look(queries.name_of, AREA) == "The New Name"
    assert len(look(queries.places)) == 150
    assert {place.name: place.region for place in look(queries.places)}["Whitley Bay"] == "North East"
    assert [row.name for row in look(queries.contacts, AREA, actor=people.support)] == []
