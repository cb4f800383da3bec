"""The search: forgiving, one click to the partnership, and only what this person may see."""

from typing import Any

import pytest
from sqlalchemy import event

from rr.access import Actor
from rr.errors import NotFound
from rr.intake.rules import RequestStatus
from rr.partnerships.models import Alias
from rr.partnerships.rules import ContactRole, Stage
from rr.plans.rules import ActionStatus
from rr.story import areas, search
from rr.story.areas import AreaRow
from rr.story.search import Hit
from tests import story
from tests.conftest import People
from tests.story import TODAY, ago

HAVA = "Hawksworth Wood Estate, the Abbeydales and the Vespers (HAVA)"


@pytest.fixture
def find(look: Any, people: People) -> Any:
    def search_for(typed: str, actor: Actor = people.support, limit: int = 8) -> list[Hit]:
        return look(search.find, typed, actor=actor, limit=limit)

    return search_for


@pytest.mark.parametrize(
    ("typed", "label"),
    [
        ("hawksworth", f"{HAVA}, Yorkshire and the Humber"),
        ("hawkswroth", f"{HAVA}, Yorkshire and the Humber"),
        ("HAVA", f"{HAVA}, Yorkshire and the Humber"),
        ("big local kirk hallam", "Kirk Hallam, East Midlands"),
        ("the old mill", "Whitley Bay, North East"),
    ],
)
def test_a_partnership_is_found_however_it_is_spelt(typed: str, label: str, people: People, find: Any) -> None:
    story.add(Alias(partnership_id=story.area("Whitley Bay"), text="The Old Mill", normal="the old mill"))
    assert find(typed)[0].label == label
    assert find(typed)[0].partnership_id is not None


def test_whitley_and_whitley_bay_stand_with_their_regions(people: People, find: Any) -> None:
    assert [hit.label for hit in find("whitley")] == ["Whitley, South East", "Whitley Bay, North East"]


@pytest.mark.parametrize("typed", ["zoë", "ZOE", "zoe ad", "adéyemi", "adeyemi zoe", "Zoe Adyemi", "Adeyemmi"])
def test_a_person_is_found_without_case_and_accents_and_with_one_slip(typed: str, people: People, find: Any) -> None:
    whitley = story.area("Whitley")
    story.contact(whitley, "Zoë Adéyemi", role=ContactRole.CHAIR)
    story.contact(whitley, "Zara Adams")
    assert find(typed) == [Hit("Zoë Adéyemi, Chair, Whitley", "person", whitley)]


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Nia Larkin-Obi", ("larkin obi", "larkin-obi", "obi", "Larkin’Obi", "obi nia")),
        ("Seán O’Brien", ("o'brien", "o brien", "brien", "obrien", "O'B")),
        ("Łukasz Øster", ("lukasz", "oster", "Łukasz", "øster")),
        ("Þór Æsason", ("thor aesason", "aesason")),
        ("Maureen (Mo) Tuck", ("mo tuck", "tuck, maureen", "(mo) tuck")),
        ("Nia Larkin", ("karkin", "arkin", "alrkin", "xlarkin", "nia parkin")),
        ("Mary Ng", ("ng", "mary n", "mray ng")),
        ("Omar Al-Hassan", ("alhassan", "al hassan", "hassan", "jassan", "Al‑Hassan")),
        ("Bob MacDonald", ("mac donald", "mcdonald", "bob mac donald", "Macdonalds")),
        ("Bob Mc Donald", ("mcdonald", "mc donald", "bob mcdonald", "ncdonald")),
        ("Zoë Fitz-Gerald", ("fitzgerald", "fitz gerald", "gerald", "Herald")),
        ("Jean‑Paul D‛Souza", ("jeanpaul", "jean paul", "paul", "dsouza", "D'Souza", "Touza")),
        ("Mary Jane van der Berg", ("berg", "vanderberg", "van der berg", "mary jane")),
        ("Soren Oedegaard", ("oedegaard", "aedegaard", "edegaard", "Øedegaard")),
    ],
)
def test_the_words_of_a_name_are_found_as_an_english_keyboard_types_them(
    name: str, typed: tuple[str, ...], people: People, find: Any
) -> None:
    whitley = story.area("Whitley")
    story.contact(whitley, name)
    story.contact(whitley, "Zara Adams")
    assert {text: find(text) for text in typed} == {text: [Hit(f"{name}, Whitley", "person", whitley)] for text in typed}


@pytest.mark.parametrize("typed", ["xoe", "zoe b", "eyemi", "ad%", "_", "'; --", "zoe adxxemi"])
def test_what_is_in_no_name_finds_nobody(typed: str, people: People, find: Any) -> None:
    story.contact(story.area("Whitley"), "Zoë Adéyemi")
    assert [hit for hit in find(typed) if hit.icon == "person"] == []


def test_a_person_of_a_sign_up_without_partnership_leads_to_the_request(people: People, find: Any) -> None:
    number = story.request(None, name="Nia Larkin", ref="RR-9001", area_text="Somewhere")
    assert find("larkin") == [Hit("Nia Larkin, RR-9001, Somewhere", "person", None, number)]


def test_a_contact_and_their_own_sign_ups_are_one_person(people: People, find: Any) -> None:
    whitley = story.area("Whitley")
    nia = story.contact(whitley, "Nia Larkin")
    for name in ("Nia Larkin", "Nia Larkin", "Nia Larkin-Obi", "Nia Larkin-Obi"):
        story.request(whitley, name=name, contact_id=nia)
    assert [hit.label for hit in find("nia")] == ["Nia Larkin, Whitley", "Nia Larkin-Obi, Whitley"]


def test_a_name_as_typed_is_meant_rather_than_an_area_spelt_like_it(people: People, find: Any) -> None:
    story.contact(story.area("Ramsey"), "Ann Whitney")
    assert [hit.label for hit in find("whitney")] == ["Ann Whitney, Ramsey"]


@pytest.mark.parametrize("typed", ["RR-9061", "rr-9061", "rr9061", "RR 9061", "9061", " 09061 "])
def test_a_reference_is_found_however_it_is_written(typed: str, people: People, find: Any) -> None:
    whitley = story.area("Whitley")
    number = story.request(whitley, ref="RR-9061")
    story.request(whitley, ref="RR-90610")
    assert find(typed) == [Hit("RR-9061, Whitley", "tag", whitley, number)]


def test_spam_is_found_by_its_reference_only(people: People, find: Any) -> None:
    story.request(None, name="Casino Prize", ref="RR-9002", status=RequestStatus.SPAM)
    assert find("casino") == []
    assert len(find("RR-9002")) == 1


def test_a_facilitator_finds_only_their_own(people: People, find: Any) -> None:
    whitley, bay = story.area("Whitley"), story.area("Whitley Bay")
    story.session(whitley, facilitator=people.facilitator.account_id)
    story.session(bay, facilitator=people.other_facilitator.account_id)
    for place, name in ((whitley, "Nia Larkin"), (bay, "Ned Larkin")):
        story.contact(place, name)
        story.request(place, name=name, ref=f"RR-{place:04}")
    story.request(None, name="Lost Larkin", ref="RR-9003")
    assert [hit.partnership_id for hit in find("whitley", people.facilitator)] == [whitley]
    assert [hit.label for hit in find("larkin", people.facilitator)] == ["Nia Larkin, Whitley"]
    assert [hit.label for hit in find("larken", people.facilitator)] == ["Nia Larkin, Whitley"]
    assert find(f"RR-{bay:04}", people.facilitator) == find("RR-9003", people.facilitator) == find("kirk hallam", people.facilitator) == []
    assert len(find("larkin")) == 3


def test_an_administrator_finds_nothing(people: People, find: Any) -> None:
    story.contact(story.area("Whitley"), "Nia Larkin")
    story.request(None, ref="RR-9004", name="Nia Larkin")
    assert find("whitley", people.admin) == find("larkin", people.admin) == find("RR-9004", people.admin) == []


@pytest.mark.parametrize("typed", ["", "   ", "x" * 5000, "\x00", "O'Brien AND", "%", "(", "61" * 60, "q z " * 500])
def test_any_text_can_be_typed(typed: str, people: People, find: Any) -> None:
    assert find(typed) == []


def test_no_more_is_shown_than_was_asked_for(people: People, find: Any) -> None:
    for number in range(12):
        story.contact(story.area("Whitley"), f"Whit Larkin{number:02}")
    assert len(find("whit")) == 8
    assert len(find("whit", limit=3)) == 3


def test_one_letter_finds_what_begins_with_it_in_the_order_of_the_words(people: People, find: Any) -> None:
    for name in ("Quentin Zebedee", "Rita Quill", "Quinn Quade", "Zoë Adéyemi"):
        story.contact(story.area("Whitley"), name)
    assert [hit.label for hit in find("q")] == ["Quinn Quade, Whitley", "Quentin Zebedee, Whitley", "Rita Quill, Whitley"]


def test_a_facilitator_without_partnerships_finds_nothing(people: People, find: Any) -> None:
    story.contact(story.area("Whitley"), "Nia Larkin")
    assert find("whitley", people.facilitator) == find("larkin", people.facilitator) == find("lerkin", people.facilitator) == []


@pytest.mark.parametrize(("typed", "statements"), [("larkin", 5), ("larken", 10), ("RR-9001", 8)])
def test_many_names_take_no_more_statements_than_one(typed: str, statements: int, people: People, database: Any, find: Any) -> None:
    counted: list[str] = []
    event.listen(database, "before_cursor_execute", lambda *given: counted.append(given[2]))

    def reads() -> int:
        counted.clear()
        find(typed)
        return len([line for line in counted if line.startswith("SELECT")])

    story.contact(story.area("Whitley"), "Nia Larkin")
    one = reads()
    for number in range(20):
        story.contact(story.area("Whitley"), f"Nia Larkin{number}")
        story.request(None, name=f"Nia Larkin{number}")
    assert (one, reads()) == (statements, statements)


@pytest.fixture
def listed(look: Any, people: People) -> Any:
    def read(actor: Actor = people.support, **given: Any) -> Any:
        return look(areas.listed, actor=actor, today=TODAY, **given)

    return read


def test_the_list_holds_all_areas_by_name_and_those_not_reached_yet(people: People, listed: Any) -> None:
    first = listed()
    assert (first.total, len(first.rows), first.counts[Stage.NOT_REACHED]) == (150, 50, 150)
    names = [row.name for page in (1, 2, 3) for row in listed(page=page).rows]
    assert names == sorted(names, key=str.lower)
    assert len(set(names)) == 150


def test_a_row_says_the_stage_and_what_happened_last(people: People, listed: Any) -> None:
    whitley = story.area("Whitley")
    elsewhere = story.plan(story.area("Kirk Hallam"), agreed_on=ago(9))
    story.update(story.action(elsewhere), ActionStatus.STUCK, ago(8))
    story.review(elsewhere, ago(7), held_on=ago(7))
    story.request(whitley, ago(50))
    story.session(whitley, held_on=ago(40))
    plan = story.plan(whitley, agreed_on=ago(40))
    assert listed(named="whitley").rows[0] == AreaRow(
        whitley, "Whitley", "South East", Stage.PLAN_AGREED, ago(40), "they agreed their plan"
    )
    assert listed(named="whitley").rows[1].last_on is None
    story.update(story.action(plan), ActionStatus.STUCK, ago(3))
    story.request(whitley, ago(1), status=RequestStatus.SPAM)
    assert (listed(named="whitley").rows[0].last_on, listed(named="whitley").rows[0].last_what) == (ago(3), "they said how an action goes")


def test_the_list_is_narrowed_by_region_stage_and_name(people: People, listed: Any) -> None:
    story.request(story.area("Whitley"))
    story.request(story.area("Kirk Hallam"))
    assert [row.name for row in listed(stage=Stage.SIGNED_UP).rows] == ["Kirk Hallam", "Whitley"]
    assert [row.name for row in listed(stage=Stage.SIGNED_UP, region="South East").rows] == ["Whitley"]
    assert (listed(region="South East").total, listed(region="South East").counts[Stage.SIGNED_UP]) == (17, 1)
    assert [row.name for row in listed(named="kirk halam").rows] == ["Kirk Hallam"]
    assert listed(named="xyzzyx").total == 0


def test_a_facilitator_lists_their_own_and_an_administrator_none(people: People, listed: Any) -> None:
    story.session(story.area("Whitley"), facilitator=people.facilitator.account_id)
    story.session(story.area("Whitley Bay"), facilitator=people.other_facilitator.account_id)
    mine = listed(people.facilitator)
    assert ([row.name for row in mine.rows], mine.total, sum(mine.counts.values())) == (["Whitley"], 1, 1)
    with pytest.raises(NotFound):
        listed(people.admin)


def test_a_list_of_one_and_of_many_takes_the_same_number_of_statements(people: People, database: Any, listed: Any) -> None:
    counted: list[str] = []
    event.listen(database, "before_cursor_execute", lambda *given: counted.append(given[2]))
    listed(stage=Stage.NOT_REACHED)
    many = len(counted)
    listed(stage=Stage.SIGNED_UP)
    assert len(counted) == 2 * many
    assert len([line for line in counted if line.startswith(("SELECT", "WITH"))]) == 4
