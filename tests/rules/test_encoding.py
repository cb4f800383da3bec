import pytest

from rr.errors import Refused
from rr.intake.imports.encoding import NAMES, decode

WORDS = [
    *("Zoë", "Café or not?", "We don’t know", "“quoted” words", "Seán Ó Riordáin", "Björn Müller", "£50 a week", "François", "NÍAMH"),
    *("Siân", "José – the chair", "Zoë O’Brien", "naïve façade", "it costs 20° … maybe", "CAFÉ", "Élodie", "Renée", "€30", "São"),
    *("Åsa Ødegård", "St Peter’s Café", "Straße", "Søren", "Chloë’s crèche", "Iñés"),
]


def row(words):
    return f"Entry Id,Name\r\n7,{words}\r\n"


def can_write(words, encoding):
    try:
        return bool(words.encode(encoding))
    except UnicodeEncodeError:
        return False


@pytest.mark.parametrize(("words", "encoding"), [(words, name) for words in WORDS for name in NAMES if can_write(words, name)])
def test_the_encodings_of_old_programs_are_recognised_and_said_or_refused(words, encoding):
    """One odd letter must be enough for what stands in British sign-ups."""
    decoded = decode(row(words).encode(encoding))

    assert decoded.text == row(words)
    assert decoded.problem.endswith(" text. Check names with accents.")


@pytest.mark.parametrize("encoding", NAMES)
def test_an_uncertain_letter_is_never_read_as_another(encoding):
    names = [
        "Ana Lúcia",
        "Kéo",
        "Zoran Š",
        "Tuğba",
        "Håkon",
        "Bénédicte",
        "Iñaki",
        "Kieślowski",
        "Ürün",
        "Cécile Müllerová",
        "Šárka",
        "Éva Nagy",
    ]
    wrong = []
    for words in (name for name in names if can_write(name, encoding)):
        try:
            wrong += [words] if decode(row(words).encode(encoding)).text != row(words) else []
        except Refused:
            continue
    assert wrong == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("words", ["Zoë “don’t”", "plain", "مرحبا", "🙂"])
def test_unicode_is_read_without_a_word(words, encoding):
    decoded = decode(row(words * 20).encode(encoding))

    assert (decoded.text, decoded.problem) == (row(words * 20), "")


@pytest.mark.parametrize("data", [b"Zo\xa8\xf0\r\n", b"\x81\x8d\x9d \xff\xfe\xfd"])
def test_where_nothing_tells_the_sentence_says_how_to_save_the_file(data):
    with pytest.raises(Refused, match="Nothing tells in which encoding") as refused:
        decode(b"Name\r\n" + data)

    assert "CSV UTF-8" in refused.value.way_forward


def test_a_file_in_two_encodings_is_read_by_the_odd_one():
    decoded = decode("Seán Café ".encode("cp1252") + "Zoë".encode())

    assert decoded.text == "Seán Café ZoÃ«"
