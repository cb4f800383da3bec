"""People's words made fit to be kept, and ways to reach them: each cleaner gives what it understood and, where it had to choose, a remark.

Nothing here throws words away: the caller keeps what was written beside what was understood.
"""

import re
from dataclasses import dataclass
from typing import Generic, TypeVar

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from phonenumbers import PhoneNumberFormat, ValidationResult

from rr.base import LINE, clean

ANY_LENGTH = 10**9


NOT_AN_EMAIL = "What was written isn't a complete e-mail address."


T = TypeVar("T")


@dataclass(frozen=True)
class Understood(Generic[T]):
    """A value and, where there is something to say about it, one sentence for the person who reads the sign-up."""

    value: T
    remark: str = ""


_LONE_JOINER = re.compile(r"(?<=[\x00-\x7f])[\u200c\u200d]+|^[\u200c\u200d]+|[\u200c\u200d]+(?=[\x00-\x7f]|$)")


def text(words: str | None, limit: int = ANY_LENGTH) -> str:
    """Somebody's words, NFC, without control, zero-width and direction characters, cut at `limit` characters.

    Line breaks and tabs stay, and so do the joiners that Persian, Indic scripts and emoji need. The apostrophe that the export puts
    before a leading "=" goes. "nan", "null" and "-0" are words like any other.
    """
    if not words:
        return ""
    has_only_plain_letters = words.isascii() and words.isprintable()  # most answers: nothing in them to take out
    tidy = (words if has_only_plain_letters else _LONE_JOINER.sub("", clean(words, ANY_LENGTH))).strip()
    if tidy.startswith("'="):
        tidy = tidy[1:]
    return tidy[:limit].rstrip()


def line(words: str | None, limit: int = LINE) -> str:
    """`text` on one line, with single spaces."""
    return " ".join(text(words).split())[:limit].rstrip()


def phone(words: str) -> Understood[str | None]:
    """A phone number in E.164, read as British unless it says otherwise. Of several, the first; an extension isn't part of it.

    A number has to be possible, not in service: the numbers that Ofcom keeps for drama are taken. Remarks don't repeat the number.
    """
    said = line(words, LINE)
    if not said:
        return Understood(None)
    whole = _e164(said)
    if whole:
        return Understood(whole)
    found = phonenumbers.PhoneNumberMatcher(said, "GB", leniency=phonenumbers.Leniency.POSSIBLE)
    numbers = [number for number in (_e164(match.raw_string) for match in found) if number]
    if not numbers:
        return Understood(None, "What was written isn't a phone number.")
    return Understood(numbers[0], "There is more than one phone number; the first is used." if len(set(numbers)) > 1 else "")


def _e164(words: str) -> str:
    try:
        number = phonenumbers.parse(words, "GB")
    except phonenumbers.NumberParseException:
        return ""
    if phonenumbers.is_possible_number_with_reason(number) != phonenumbers.ValidationResult.IS_POSSIBLE:
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def email(words: str) -> Understood[str | None]:
    """An e-mail address in lower case, as it is matched. Its form is checked, never its mailbox. Remarks don't repeat the address."""
    said = line(words, ANY_LENGTH).removeprefix("mailto:")
    if not said:
        return Understood(None)
    if len(said) > LINE:
        return Understood(None, NOT_AN_EMAIL)
    try:
        # The test environment lets the reserved name .test pass, which demo and test data may use.
        checked = validate_email(said, check_deliverability=False, allow_display_name=True, test_environment=True)
    except EmailNotValidError:
        return Understood(None, NOT_AN_EMAIL)
    return Understood(checked.normalized.lower())


GREAT_BRITAIN = 44


def shown_phone(number: str) -> str:
    """A number as it is read out: "07700 900868" in Britain, "+353 1 234 5678" elsewhere. What is no number stays as it is."""
    try:
        known = phonenumbers.parse(number, "GB")
    except phonenumbers.NumberParseException:
        return number
    if phonenumbers.is_possible_number_with_reason(known) != ValidationResult.IS_POSSIBLE:
        return number
    here = known.country_code == GREAT_BRITAIN
    return phonenumbers.format_number(known, PhoneNumberFormat.NATIONAL if here else PhoneNumberFormat.INTERNATIONAL)
