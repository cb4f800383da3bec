"""What the search makes of a text: what an English keyboard types, and the words of a person's name."""

import importlib
import pkgutil

import pytest

import rr
from rr.base import clean, fold, plain_name, searched_name
from rr.drafts import BaseDraft, FormField
from rr.name_words import trigrams


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  Zoë   ADÉYEMI ", "zoe adeyemi"),
        ("Łukasz Øster", "lukasz oster"),
        ("Đorđe Đurić", "dorde duric"),
        ("Þór Guðrún", "thor gudrun"),
        ("Æsa Œuvre", "aesa oeuvre"),
        ("Straße", "strasse"),
        ("IŞIK Işık İnci", "isik isik inci"),
        ("ẞ ŁÓDŹ Ŋaŋ Ǥun Ʉ Ꞑ Ĳ", "ss lodz nan gun u ꞑ ij"),
        ("Ħal Ŧor Ƒi Ɖo Ɛ Ɔ Ə", "hal tor fi do e o e"),
        ("So\u00adren Ni\u200ba \u3164Ova", "soren nia ova"),
        ("ﬁona ＮＩＡ", "fiona nia"),
        ("O’Brien-Smith", "o’brien-smith"),
        ("Жанна", "жанна"),
        ("", ""),
    ],
)
def test_a_text_is_folded_to_what_an_english_keyboard_types(text: str, expected: str) -> None:
    assert fold(text) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Nia Larkin-Obi", "nia larkin obi"),
        ("Nia Larkin–Obi", "nia larkin obi"),
        ("Seán O'Brien", "sean o brien"),
        ("Seán O’Brien", "sean o brien"),
        ("Dr. Maureen (Mo) Tuck", "dr maureen mo tuck"),
        ("Tuck, Maureen", "tuck maureen"),
        ("Ann & Bob/Cy", "ann bob cy"),
        ("50% _off_", "50% _off_"),
        ("'--", ""),
        ("O`Neil O´Hara Oʻahu Oʼdea O′Shea O＇Dell O‛Dowd", "o neil o hara o ahu o dea o shea o dell o dowd"),
        ("A-B‐C‑D‒E–F—G−H－I", "a b c d e f g h i"),
    ],
)
def test_hyphens_apostrophes_and_spaces_part_the_words_of_a_name_alike(name: str, expected: str) -> None:
    assert plain_name(name) == expected


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("Nia Larkin", ""),
        ("Seán O’Brien", "obrien"),
        ("Jean-Paul D'Souza", "jeanpaul dsouza"),
        ("Omar Al-Hassan", "alhassan"),
        ("Bob Mc Donald", "mcdonald"),
        ("Mary Jane van der Berg", "vanderberg"),
        ("Ye Wu", ""),
        ("Tuck (Mo) & Co.", ""),
        ("Van", ""),
        ("", ""),
    ],
)
def test_words_that_are_also_written_as_one_are_searched_so_too(name: str, more: str) -> None:
    assert searched_name(name) == f"{plain_name(name)} {more}".strip()


UNSEEN = (
    *("\u3164", "\u115f\u1160", "\uffa0", "\u2800\u2800", "\u00ad", "\u200b", "\u200d\u200c", "\u2060", "\u034f", "\u061c", "\u180e"),
    *("\ufe0f", "\U000e0100", "\U000e0067\U000e0062\U000e007f", "\ufeff", "\u2063", "\u3000\u2003\u1680", "\u17b4", "\u0301", "\u20dd"),
    *("\ufffc", "\ufff9\ufffb", "\U0001d159", "\U0001d173", "\U000e0001", "\u202e\u2066", "\u00a0\u3164 \u00ad\n\ufe0f", "\u2065"),
)


@pytest.mark.parametrize("text", UNSEEN)
def test_what_nobody_can_see_is_empty_in_every_field_that_has_to_be_filled_in(text: str) -> None:
    assert clean(text) == ""
    taken = [f"{draft.__name__}.{name}" for draft, name, said in _required_texts() if _is_taken(said, text)]
    assert taken == []


TURNS_OR_PARTS = (
    "\u061c\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2064"
    "\u2066\u2067\u2068\u2069\u206a\u206f\ufdd0\ufeff\ufff9\ufffa\ufffb\U0001d173"
)


@pytest.mark.parametrize("character", TURNS_OR_PARTS)
def test_a_character_that_turns_or_parts_words_unseen_is_kept_by_no_text(character: str) -> None:
    assert clean(f"pay{character}gpj.exe") == "paygpj.exe"


@pytest.mark.parametrize(
    "text", ["می\u200cخواهم", "👩\u200d🌾", "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", "ᠬᠠᠷ\u180eᠠ", "❤\ufe0f"]
)
def test_what_letters_and_pictures_need_to_be_drawn_right_stays(text: str) -> None:
    assert clean(text) == text


def test_there_are_required_texts_in_many_drafts() -> None:
    assert len({draft for draft, *_ in _required_texts()}) >= 6


def _required_texts() -> list[tuple[type[BaseDraft], str, FormField]]:
    for module in pkgutil.walk_packages(rr.__path__, "rr."):
        if module.name.endswith(".drafts"):
            importlib.import_module(module.name)
    drafts = {draft for draft in BaseDraft.__subclasses__() if draft.__module__.startswith("rr.")}
    fields = [(draft, name, said) for draft in drafts for name, said in draft.fields().items()]
    return [(draft, name, said) for draft, name, said in fields if said.kind is str and not said.is_optional]


def _is_taken(said: FormField, text: str) -> bool:
    try:
        said.read(text)
    except ValueError as wrong:
        return str(wrong) != said.missing
    return True


@pytest.mark.parametrize(
    "name", ["Madonna", "علي محمد", "🙂", "👩\u200d🌾", "🏴\U000e0067\U000e0062\U000e007f", "1\ufe0f\u20e3", "李", "-", "é", "ক"]
)
def test_a_name_that_can_be_seen_stays_whatever_it_is(name: str) -> None:
    assert clean(f" {name} ") == name


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("larkin", ["  l", " la", "lar", "ark", "rki", "kin"]),
        ("o", ["  o"]),
        ("aaaaa", ["  a", " aa", "aaa"]),
        ("", []),
    ],
)
def test_a_word_has_a_trigram_for_each_of_its_letters(word: str, expected: list[str]) -> None:
    assert trigrams(word) == expected
