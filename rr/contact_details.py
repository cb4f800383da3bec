"""Ways to reach somebody: e-mail addresses, and phone numbers, which are kept in E.164 and said as people read them."""

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from phonenumbers import Leniency, PhoneNumberFormat, PhoneNumberMatcher, ValidationResult

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


def email(words: str) -> str:
    """An address in lower case, as it is matched; "" if the words aren't one. Its form is checked, never its mailbox."""
    try:
        # The test environment lets the reserved name .test pass, which demo and test data may use.
        known = validate_email(words.removeprefix("mailto:"), check_deliverability=False, allow_display_name=True, test_environment=True)
    except EmailNotValidError:
        return ""
    return known.normalized.lower()


def phones(words: str) -> list[str]:
    """The numbers in some words, in E.164, read as British unless they say otherwise. An extension isn't part of a number.

    A number has to be possible, not in service: the numbers that Ofcom keeps for drama are taken.
    """
    if whole := _e164(words):
        return [whole]
    found = PhoneNumberMatcher(words, "GB", leniency=Leniency.POSSIBLE)
    return [number for number in (_e164(match.raw_string) for match in found) if number]


def phone(words: str) -> str:
    """The first of the numbers in some words; "" if there is none."""
    return next(iter(phones(words)), "")


def _e164(words: str) -> str:
    try:
        number = phonenumbers.parse(words, "GB")
    except phonenumbers.NumberParseException:
        return ""
    if phonenumbers.is_possible_number_with_reason(number) != ValidationResult.IS_POSSIBLE:
        return ""
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)
