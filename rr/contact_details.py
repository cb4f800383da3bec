"""Phone numbers as people read them. They are kept in E.164, which nobody dials from a screen."""

import phonenumbers
from phonenumbers import PhoneNumberFormat, ValidationResult

GREAT_BRITAIN = 44


def say(number: str) -> str:
    """A number as it is read out: "07700 900868" in Britain, "+353 1 234 5678" elsewhere. What is no number stays as it is."""
    try:
        known = phonenumbers.parse(number, "GB")
    except phonenumbers.NumberParseException:
        return number
    if phonenumbers.is_possible_number_with_reason(known) != ValidationResult.IS_POSSIBLE:
        return number
    here = known.country_code == GREAT_BRITAIN
    return phonenumbers.format_number(known, PhoneNumberFormat.NATIONAL if here else PhoneNumberFormat.INTERNATIONAL)
