"""What the search makes of a text: what an English keyboard types, and the words of a person's name."""

import pytest

from rr.base import fold, plain_name
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
    ],
)
def test_hyphens_apostrophes_and_spaces_part_the_words_of_a_name_alike(name: str, expected: str) -> None:
    assert plain_name(name) == expected


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
