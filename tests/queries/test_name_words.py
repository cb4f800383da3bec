"""The words of names: kept by every write, forgotten with the name, and the same as if they were made anew."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import delete, select
from sqlmodel import col

from rr import db
from rr.access import PUBLIC, Actor
from rr.audit import AuditEntry
from rr.intake import commands as intake
from rr.intake.imports import commands as importer
from rr.intake.models import SupportRequest
from rr.intake.rules import Move, Source
from rr.intake.triage import commands as triage
from rr.name_words import NameTrigram, NameWord, rebuild
from rr.partnerships import commands as partnerships
from rr.partnerships import queries
from rr.partnerships.matching import certain
from rr.partnerships.models import Alias, Contact, Partnership
from rr.partnerships.queries import Place
from rr.story import search
from tests import story
from tests.builders import a_draft, a_request, an_import
from tests.conftest import People

AREA = 9


def kept() -> tuple[list[Any], list[Any]]:
    """All words and all trigrams."""
    with db.reading() as session:
        columns = (col(NameWord.source), col(NameWord.row_id), col(NameWord.word), col(NameWord.name), col(NameWord.partnership_id))
        words = session.execute(select(*columns).order_by(*columns[:3])).all()
        trigrams = session.execute(select(col(NameTrigram.trigram), col(NameTrigram.word)).order_by(NameTrigram.word, NameTrigram.trigram))
        return [tuple(row) for row in words], [tuple(row) for row in trigrams]


def made_anew() -> tuple[list[Any], list[Any]]:
    with db.transaction() as session:
        rebuild(session.connection())
    return kept()


@pytest.fixture
def found(look: Any, people: People) -> Any:
    """What the search finds, without where."""

    def search_for(typed: str) -> list[str]:
        return [hit.label.split(",")[0] for hit in look(search.find, typed, actor=people.support)]

    return search_for


def by_form(one: Any, people: People) -> None:
    a_request(one, name="Quentin Zebedee")


def by_telephone(one: Any, people: People) -> None:
    said = {"area_text": "Somewhere", "caller": "Quentin Zebedee, 07700 900934", "words": "They want a day to think."}
    one(intake.log_call, **said, actor=people.support)


def by_import(one: Any, people: People) -> None:
    one(importer.import_signups, an_import({"Your name (First)": "Quentin", "Your name (Last)": "Zebedee"}), actor=people.support)


def by_a_contact(one: Any, people: People) -> None:
    one(partnerships.know_contact, AREA, name="Quentin Zebedee", email="q@example.org", actor=people.support)


def by_a_contact_that_is_edited(one: Any, people: People) -> None:
    number = one(partnerships.know_contact, AREA, name="Nia Larkin", email="q@example.org", actor=people.support)
    one(partnerships.edit_contact, number, {"name": "Nia Larkin"}, {"name": "Quentin Zebedee"}, actor=people.support)


def by_a_contact_who_signs_up_under_another_name(one: Any, people: People) -> None:
    a_request(one, name="Nia Larkin")
    a_request(one, name="Quentin Zebedee")


def by_an_alias(one: Any, people: People) -> None:
    one(partnerships.add_alias, AREA, "Quentin Zebedee", actor=people.support)


def by_a_public_name(one: Any, people: People) -> None:
    one(partnerships.edit_facts, AREA, {"public_name": ""}, {"public_name": "Quentin Zebedee"}, actor=people.support)


def by_choosing_a_partnership(one: Any, people: People) -> None:
    number = a_request(one, area_text="Quentin Zebedee", name="Nia Larkin")
    one(triage.choose_partnership, number, AREA, actor=people.support)


@pytest.mark.parametrize(
    "write",
    [
        by_form,
        by_telephone,
        by_import,
        by_a_contact,
        by_a_contact_that_is_edited,
        by_a_contact_who_signs_up_under_another_name,
        by_an_alias,
        by_a_public_name,
        by_choosing_a_partnership,
    ],
)
def test_a_name_is_found_as_soon_as_it_is_written(write: Any, one: Any, people: People, found: Any) -> None:
    assert found("zebedee") == found("zebbedee") == []

    write(one, people)

    assert len(found("zebedee")) == 1
    assert found("zebbedee") == found("zebedee") == found("quent")
    assert kept() == made_anew()


def test_a_name_that_a_contact_or_a_partnership_no_longer_has_is_not_found(one: Any, people: People, found: Any) -> None:
    number = one(partnerships.know_contact, AREA, name="Quentin Zebedee", email="q@example.org", actor=people.support)
    one(partnerships.edit_facts, AREA, {"public_name": ""}, {"public_name": "Quality Zone"}, actor=people.support)

    one(partnerships.edit_contact, number, {"name": "Quentin Zebedee"}, {"name": "Quentin Zachary"}, actor=people.support)
    one(partnerships.edit_facts, AREA, {"public_name": "Quality Zone"}, {"public_name": ""}, actor=people.support)

    assert (found("zebedee"), found("zebbedee"), found("quality")) == ([], [], [])
    assert found("quentin") == ["Quentin Zachary"]
    assert kept() == made_anew()


def test_whom_spam_names_is_not_found_until_that_is_undone(one: Any, people: People, found: Any) -> None:
    number = a_request(one, name="Quentin Zebedee", email="q@example.org")

    decision = one(triage.decide, number, Move.SPAM, actor=people.support)
    assert found("zebedee") == found("zebbedee") == []

    one(triage.undo, decision, actor=people.support)
    assert found("zebedee") == ["Quentin Zebedee"]
    assert kept() == made_anew()


def test_a_name_that_is_gone_leaves_no_word_and_no_trigram(one: Any, people: People) -> None:
    before = kept()
    request, contact = story.request(None, name="Quentin Zebedee"), story.contact(AREA, "Quentin Zebedee")
    assert kept() != before

    with db.transaction() as session:
        session.delete(session.get_one(SupportRequest, request))
        session.delete(session.get_one(Contact, contact))

    assert kept() == before


def test_a_word_that_another_name_holds_stays(one: Any, people: People, found: Any) -> None:
    for name in ("Quentin Zebedee", "Rita Zebedee"):
        one(partnerships.know_contact, AREA, name=name, email=f"{name[0]}@example.org", actor=people.support)

    with db.transaction() as session:
        session.delete(session.execute(select(Contact).where(col(Contact.name) == "Quentin Zebedee")).scalar_one())

    assert found("zebbedee") == ["Rita Zebedee"]


def test_those_who_give_and_take_the_same_names_at_once_leave_all_words_right(one: Any, people: People) -> None:
    names = ("Quentin Zebedee", "Rita Quill")
    contacts = [story.contact(AREA, names[0]) for _ in range(6)]

    def rename(number: int) -> None:
        for before, after in (names, names[::-1], names):
            one(partnerships.edit_contact, number, {"name": before}, {"name": after}, actor=people.support)

    with ThreadPoolExecutor(len(contacts)) as crowd:
        list(crowd.map(rename, contacts))

    assert kept() == made_anew()


def test_a_transaction_that_fails_leaves_no_word(one: Any, people: People) -> None:
    def half(session: db.Session, *, actor: Actor, now: datetime) -> None:
        session.add(Contact(partnership_id=AREA, name="Quentin Zebedee"))
        session.flush()
        session.add(Alias(partnership_id=AREA, text="Zebra", normal="zebra"))
        session.flush()
        raise ZeroDivisionError

    before = kept()
    with pytest.raises(ZeroDivisionError):
        one(half, actor=people.support)

    assert kept() == before


def test_an_alias_that_moves_leads_to_its_new_partnership(one: Any, people: People, look: Any) -> None:
    one(partnerships.add_alias, AREA, "The Old Dock", actor=people.support)
    one(partnerships.add_alias, 10, "the old dock", actor=people.support)

    assert [place.id for place in look(queries.search_places, "old dock")] == [10]
    assert look(queries.place_called, "The old dock!") == 10


def test_words_are_no_business_of_the_audit(one: Any, people: People) -> None:
    a_request(one, name="Quentin Zebedee")
    with db.reading() as session:
        kinds = set(session.execute(select(col(AuditEntry.kind))).scalars())

    assert "contact" in kinds
    assert not kinds & {"name_word", "name_trigram"}


def test_words_are_made_anew_from_all_names(one: Any, people: People) -> None:
    one(intake.sign_up, a_draft(name="Zoë " + "x" * 90 + "-Ørsted", area_text="Whitley"), source=Source.FORM, actor=PUBLIC)
    before = kept()
    with db.transaction() as session:
        for table in (NameWord, NameTrigram):
            session.execute(delete(table), execution_options={"unaudited": True})

    assert kept() == ([], [])
    assert made_anew() == before


def test_a_name_is_certain_by_its_words_exactly_where_it_is_by_all_names(people: People, look: Any) -> None:
    story.add(Alias(partnership_id=AREA, text="The Old Dock", normal="the old dock"))
    with db.transaction() as session:
        session.get_one(Partnership, 11).public_name = "Whitley"
    areas = look(queries.areas)
    texts = [name for area in areas for name in (area.name, *area.aliases)]
    texts += ["the OLD dock", "Whitley", "whitley  bay", "Big Local Kirk Hallam", "Kirk", "Hallam Kirk", "Big Local", "", "x" * 300]

    assert {text: look(queries.place_called, text) for text in texts} == {text: certain(text, areas) for text in texts}
    assert look(queries.place_called, "Kirk Hallam", but=look(queries.place_called, "Kirk Hallam")) is None


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("whit", ["Whitleigh", "Whitley", "Whitley Bay", "Shadsworth with Whitebirk", "Wormholt and White City"]),
        ("hallam kirk", ["Kirk Hallam"]),
        ("KIRKHÔLT", ["Kirkholt"]),
        ("asmoor", ["Grassland and Hasmoor"]),
        ("grenmoor", ["Greenmoor"]),
        ("rgeenmoor", ["Greenmoor"]),
        ("oNel", ["Noel Park Estate"]),
        ("ara", ["Cars Area, Smith's Wood, Solihull", "London Road area of Broad Green", "St James Street Area"]),
        ("z", []),
        ("zzzz", []),
        ("Big Local", []),
        ("", []),
        ("%", []),
    ],
)
def test_a_place_to_choose_is_found_as_forgivingly_as_in_the_search(typed: str, names: list[str], people: People, look: Any) -> None:
    assert [place.name for place in look(queries.search_places, typed, limit=5)][: len(names) or 5] == names


def test_a_place_to_choose_comes_with_its_region_and_its_public_name(one: Any, people: People, look: Any) -> None:
    one(partnerships.edit_facts, 1, {"public_name": ""}, {"public_name": "The Quality Zone"}, actor=people.support)

    (place,) = look(queries.search_places, "qualty")
    assert place == Place(1, "The Quality Zone", look(queries.facts, 1, actor=people.support).region)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("whitley bay big local", ["Whitley Bay"]),
        ("whitley by", ["Whitley Bay", "Whitley", "Whitleigh"]),
        ("Morecambe", ["West End, Morecambe"]),
        ("Northtown", ["North Brixton", "Northwood"]),
        ("zzz", []),
        ("", []),
    ],
)
def test_the_likeliest_places_of_a_written_name(text: str, names: list[str], people: People, look: Any) -> None:
    found = [place.name for place in look(queries.likely_places, text)]
    assert found[: len(names)] == names
    assert len(found) in (0, 1, 3)
