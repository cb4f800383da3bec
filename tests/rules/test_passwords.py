import pytest

from rr.accounts.passwords import EASY, check
from rr.errors import Invalid

WHO = {"email": "sam.reed@example.org", "name": "Samantha Reed"}


def refusal(password):
    try:
        check(password, **WHO)
    except Invalid as refused:
        return refused.errors["password"]
    return None


@pytest.mark.parametrize(
    "password",
    [
        "password1234",
        "Password2026!",
        "P@ssw0rd2026!",
        "passwordpassword",
        "PASSWORD-PASSWORD",
        "qwertyuiop12",
        "1q2w3e4r5t6y",
        "1qaz2wsx3edc",
        "123456789012",
        "12345678901234567890",
        "987654321098",
        "abcdefghijkl",
        "iloveyou2025",
        "!!!letmein!!!",
        "liverpool2026",
        "Welcome123456",
        "administrator1",
        "correcthorsebatterystaple",
        "111111111111",
        "aaaaaaaaaaaaaaaa",
        "abababababab",
        "abcabcabcabc",
        "qwertyuiopasdfghjkl",
        "monkey monkey monkey",
        "changeme-changeme",
    ],
)
def test_common_passwords_are_refused(password):
    assert refusal(password) == EASY


@pytest.mark.parametrize(
    "password",
    [
        "Reflect Recharge",
        "ReflectRecharge2026",
        "reflect|recharge!1",
        "r3fl3ctr3ch4rg3",
        "biglocal123456",
        "Big Local Trust 2026",
        "samantha reed",
        "SamanthaReed1990",
        "reed samantha!!",
        "sam.reed.1234",
        "example.org.99",
        "samanthapassword",
        "recharge-qwerty",
    ],
)
def test_the_names_of_the_person_and_of_the_offer_are_refused(password):
    assert "is easy to guess" in (refusal(password) or "")


@pytest.mark.parametrize(
    "password",
    [
        "plum canal lantern",
        "correct horse battery",
        "Samantha likes canal boats",
        "recharge the plum lantern",
        "kX9#vTq2!mZ7",
        "drei kleine Bären",
        "ąćęłńóśźż owl 7",
        "planning sandwiches",
        "x" * 4 + "yellow kite over",
    ],
)
def test_three_words_and_long_random_ones_are_taken(password):
    assert refusal(password) is None


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("short", "Use at least 12 characters. Three random words work well."),
        ("x" * 201, "Use at most 200 characters."),
        ("sam.reed@example.org", EASY),
        ("", "Use at least 12 characters. Three random words work well."),
    ],
)
def test_the_sentence_says_how_to_put_it_right(password, sentence):
    assert refusal(password) == sentence
