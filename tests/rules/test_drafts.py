"""What a draft reads, cleans and refuses: the same for every way in."""

from collections.abc import Collection, Mapping
from datetime import date, time
from typing import Any

import pytest

from rr.base import LINE, SHORT
from rr.drafts import BaseDraft, field
from rr.errors import Invalid, Refused
from rr.labels import Labelled


class Way(Labelled):
    CALL = "call", "By phone"
    WRITE = "write", "In writing"


def shouted(words: str) -> str:
    if words == "whisper":
        raise ValueError("Louder, please.")
    return "" if words == "mumble" else words.upper()


class PartyDraft(BaseDraft):
    title: str = field("Title", SHORT, missing="Enter a title.", short="Name", hint="What people call it.", placeholder="Summer fair")
    day: date | None = field("Date")
    start: time | None = field("Start time")
    people: int = field("People", least=1, most=500)
    helpers: int | None = field("Helpers", least=0, most=10)
    way: Way = field("How we invite", default=Way.WRITE)
    topics: tuple[str, ...] = field("Topics", choices={"food": "Food", "music": "Music"})
    agreed: bool = field("They agree", missing="Tick this box.")
    slogan: str = field("Slogan", LINE, wrong="Shout it.", cleaner=shouted)
    weekday: int | None = field("Weekday", choices={0: "Monday", 1: "Tuesday"})

    @classmethod
    def contradictions(cls, values: Mapping[str, Any], changed: Collection[str]) -> dict[str, str]:
        if {"people", "helpers"} & set(changed) and (values["helpers"] or 0) > values["people"]:
            return {"helpers": "There can't be more helpers than people."}
        return {}


GOOD: dict[str, Any] = {"title": "Fair", "people": 12, "agreed": True}


def refused(draft: Any, *args: Any, **given: Any) -> dict[str, str]:
    with pytest.raises(Invalid) as refusal:
        draft(*args, **given)
    return refusal.value.errors


@pytest.mark.parametrize(
    ("name", "answer", "value"),
    [
        ("title", "  Cafe\u0301\u200b \x07 ", "Café"),
        ("title", "x" * SHORT, "x" * SHORT),
        ("day", "2027-03-14", date(2027, 3, 14)),
        ("day", "14/03/2027", date(2027, 3, 14)),
        ("day", date(2027, 3, 14), date(2027, 3, 14)),
        ("day", "", None),
        ("start", "18:30", time(18, 30)),
        ("start", " ", None),
        ("people", " 12 ", 12),
        ("people", 12.0, 12),
        ("helpers", None, None),
        ("helpers", 0, 0),
        ("way", "call", Way.CALL),
        ("topics", ["music", "food", "music"], ("music", "food")),
        ("topics", [], ()),
        ("topics", None, ()),
        ("agreed", "yes", True),
        ("slogan", " food for all ", "FOOD FOR ALL"),
        ("slogan", None, ""),
        ("weekday", "1", 1),
    ],
)
def test_an_answer_is_read_as_its_value(name: str, answer: Any, value: Any) -> None:
    assert PartyDraft.checked({name: answer}) == {name: value}


@pytest.mark.parametrize(
    ("name", "answer", "sentence"),
    [
        ("title", " \u200b ", "Enter a title."),
        ("title", None, "Enter a title."),
        ("title", "x" * 61, "Make this shorter: 60 characters at most, and it has 61."),
        ("title", 5, "Check this answer: Title."),
        ("day", "31/02/2027", "Enter a date, like 14/03/2027, or leave it empty."),
        ("day", "86400", "Enter a date, like 14/03/2027, or leave it empty."),
        ("start", "teatime", "Enter a time, like 18:30, or leave it empty."),
        ("people", None, "Enter a whole number from 1 to 500."),
        ("people", "a dozen", "Enter a whole number from 1 to 500."),
        ("people", 501, "Enter a whole number from 1 to 500."),
        ("people", 1.5, "Enter a whole number from 1 to 500."),
        ("helpers", -1, "Enter a whole number from 0 to 10, or leave it empty."),
        ("way", "shout", "Choose from the list."),
        ("way", None, "Choose from the list."),
        ("topics", ["food", "wine"], "Choose from the list, or leave it empty."),
        ("topics", "food", "Choose from the list, or leave it empty."),
        ("agreed", False, "Tick this box."),
        ("agreed", "", "Tick this box."),
        ("slogan", "mumble", "Shout it."),
        ("slogan", "whisper", "Louder, please."),
        ("weekday", 2, "Choose from the list, or leave it empty."),
    ],
)
def test_an_answer_that_cannot_be_taken_has_its_sentence(name: str, answer: Any, sentence: str) -> None:
    assert refused(PartyDraft.checked, {name: answer}) == {name: sentence}


def test_all_wrong_fields_are_named_in_the_order_of_the_draft() -> None:
    errors = refused(PartyDraft, slogan="mumble", people=0, day="soon")

    assert list(errors.items()) == [
        ("title", "Enter a title."),
        ("day", "Enter a date, like 14/03/2027, or leave it empty."),
        ("people", "Enter a whole number from 1 to 500."),
        ("agreed", "Tick this box."),
        ("slogan", "Shout it."),
    ]


def test_a_whole_draft_has_its_defaults_and_what_is_not_said_is_empty() -> None:
    draft = PartyDraft(**GOOD)

    assert vars(draft) == {
        "title": "Fair",
        "day": None,
        "start": None,
        "people": 12,
        "helpers": None,
        "way": Way.WRITE,
        "topics": (),
        "agreed": True,
        "slogan": "",
        "weekday": None,
    }
    assert PartyDraft.model_validate_json('{"title": " Fair", "people": "12", "agreed": "yes"}') == draft


@pytest.mark.parametrize("make", [PartyDraft, PartyDraft.model_validate, PartyDraft.checked])
def test_a_name_that_is_not_the_drafts_is_refused(make: Any) -> None:
    given = GOOD | {"owner": "me"}
    with pytest.raises(Refused, match="These can't be changed here: owner"):
        make(**given) if make is PartyDraft else make(given)


def test_only_what_was_changed_since_the_form_was_drawn_is_read() -> None:
    before = {"people": 800, "slogan": "LOUD", "title": ""}  # from before there was a limit

    assert PartyDraft.checked({"people": 800, "slogan": " louder ", "title": ""}, before) == {"slogan": "LOUDER"}
    assert PartyDraft.checked({"people": 9}, {}) == {"people": 9}
    assert refused(PartyDraft.checked, {"people": 801, "title": ""}, before) == {"people": "Enter a whole number from 1 to 500."}


def test_what_could_be_understood_is_there_beside_what_could_not() -> None:
    assert PartyDraft.read({"title": " Fair ", "people": "lots"}) == ({"title": "Fair"}, {"people": "Enter a whole number from 1 to 500."})


def test_rules_between_fields_hold_for_a_whole_draft_and_for_what_was_changed() -> None:
    row = {"people": 2, "helpers": 5}

    assert refused(PartyDraft, **(GOOD | row)) == {"helpers": "There can't be more helpers than people."}
    assert PartyDraft.contradictions(row, {"people"}) == {"helpers": "There can't be more helpers than people."}
    assert PartyDraft.contradictions(row, {"title"}) == {}


def test_a_command_adds_its_own_errors_in_the_drafts_order() -> None:
    PartyDraft.refuse({})

    assert list(refused(PartyDraft.refuse, {"slogan": "b", "": "c", "day": "a"}).items()) == [("day", "a"), ("slogan", "b"), ("", "c")]


def test_a_field_says_what_a_screen_needs() -> None:
    title = PartyDraft.fields()["title"]

    assert (title.label, title.short, title.length, title.hint, title.placeholder) == (
        "Title",
        "Name",
        SHORT,
        "What people call it.",
        "Summer fair",
    )
    assert dict(PartyDraft.fields()["way"].choices) == {Way.CALL: "By phone", Way.WRITE: "In writing"}
    assert [name for name, said in PartyDraft.fields().items() if not said.is_optional] == ["title", "people", "way", "agreed"]


def test_a_draft_is_not_changed_once_it_was_checked() -> None:
    draft = PartyDraft(**GOOD)
    with pytest.raises(ValueError, match="frozen"):
        draft.title = "Another"


def test_a_field_without_a_label_or_a_length_is_found_when_its_module_is_loaded() -> None:
    with pytest.raises(TypeError, match="title has no label"):
        type("BadDraft", (BaseDraft,), {"__annotations__": {"title": str}, "title": ""})
    with pytest.raises(TypeError, match="title has no length"):
        type("BadDraft", (BaseDraft,), {"__annotations__": {"title": str}, "title": field("Title")})
