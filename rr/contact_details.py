"""Ways to reach somebody: e-mail addresses, and phone numbers, which are kept in E.164 and said as people read them.

A number or an address is read only where the whole of what was typed is one, or several that are clearly apart: digits that are cut out
of a longer run, or letters taken for digits, would reach somebody else.
"""

import re
import unicodedata

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from phonenumbers import PhoneNumberFormat, ValidationResult

GREAT_BRITAIN = 44
ONE_ADDRESS = "Enter one e-mail address here. Write the other one with what else there is to say."
ONE_NUMBER = "Enter one phone number here. Write the other one with what else there is to say."
NO_EXTENSION = "Enter the number without its extension. Write that with what else there is to say."

# What people write beside a number, of which nothing is lost that anybody dials.
_LABELS = (
    "tel|telephone|telephone number|phone|phone number|ph|mob|mobile|mobile number|cell|landline|number|no|contact|whatsapp|text|sms"
    "|t|m|p|h|w|home|work|office|hub|direct|main|daytime|day|days|evening|evenings|eve|eves|mornings?|afternoons?|weekends?|weekdays?|best"
    "|only|please|ring|call|on|my|is|the|me|at|or|and|after|before|until|till|from|preferred"
)
_TIME = r"\d{1,2}(?:[.:]\d\d)?\s?(?:am|pm)"
_BESIDE = rf"(?:(?:{_LABELS})\b|{_TIME}\b)"
_EXTENSION = re.compile(r"[\s,;(/-]*(?<![a-z])(?:ext(?:ension|n)?|x|option|opt|press)[\s.:#]*\d{1,6}(?!\w)\)?", re.IGNORECASE)
_NOTE = re.compile(r"[(\[]([^()\[\]]*[^\W\d_][^()\[\]]*)[)\]]")  # in brackets with a letter in it: "(home)", never "(0)"
_APART = re.compile(rf"[,;|/&\n]|\bor\b|\band\b|\s[-‐-―]\s|(?<=[\d\s])(?:{_LABELS})[\s:.]+(?=[+(]*\d)", re.IGNORECASE)
_QUOTES = " \t'\"“”‘’`´"
_ONE = re.compile(rf"[\s:.‐-―-]*(?:{_BESIDE}[\s:.‐-―-]*)*(?P<number>[+(]*\d[\d\s().‐-―/-]*?)[\s.:-]*(?:{_BESIDE}[\s:.-]*)*", re.IGNORECASE)
_SPREADSHEET = re.compile(r"-?\d*\.0+|\d\.\d+")  # a number that was calculated with: its digits may not be those that were typed
_MOBILE = re.compile(r"7[1-57-9]\d{8}")  # by its form: which of them are in service changes every month
_DRAMA = re.compile(r"1632960\d{3}")  # what Ofcom keeps for drama; of its other ranges the library knows
_ZEROS = "0" * 7


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


# What a keyboard or a person adds around an address.
_AROUND = " \t\n.,;:!?…<>()[]{}/\"'“”‘’`´«»-–—"
_SCHEME = re.compile(r"\b(?:mailto|e-?mail(?: address)?)\s*:\s*", re.IGNORECASE)
_WORD_IN_BRACKETS = re.compile(r"\s*[(\[][^()\[\]@]*[)\]]")
_LOOSE = re.compile(r"\s*@\s*|\s*\.\s+(?=(?:com|org|net|info|gov|ac|co|uk)\b)")  # the space that a telephone's keyboard puts after a mark
_NAMED = re.compile(r"[^@<(\[]*[<(\[]([^<>()\[\]]+@[^<>()\[\]]+)[>)\]]\W*")  # "Ida Testmere (ida@example.org)"
_ADDRESSES_APART = re.compile(r"[,;]\s+|[,;]$|\s*[|/\n]\s*|;|,(?=[^,;\s@]+@)|\s(?:or|and|&|[-‐-―])\s", re.IGNORECASE)


def emails(words: str) -> list[str]:
    """The addresses in some words, each once, in lower case, as they are matched. Their form is checked, never their mailbox.

    None at all unless the whole is addresses, with what people and keyboards add left out: quotation marks, brackets and a name or a word
    in them, "mailto:", a stop at the end. A word that may belong to the address makes it none: who is meant by "nia larkin@example.org"?
    """
    bare = _LOOSE.sub(lambda found: found[0].strip(), _WORD_IN_BRACKETS.sub("", _SCHEME.sub("", words))).strip()
    if named := _NAMED.fullmatch(bare):
        bare = named[1]
    if whole := _address(bare.strip(_AROUND)):
        return [whole]
    found = [_address(piece.strip(_AROUND)) for piece in _ADDRESSES_APART.split(bare) if piece.strip(_AROUND)]
    return list(dict.fromkeys(found)) if all(found) else []


def email(words: str) -> str:
    """The first of the addresses in some words; "" if there is none."""
    return next(iter(emails(words)), "")


def one_email(words: str) -> str:
    """The address that some words are, for a form that keeps nothing beside it. ValueError for a second one."""
    found = emails(words)
    if len(found) > 1:
        raise ValueError(ONE_ADDRESS)
    return found[0] if found else ""


def _address(words: str) -> str:
    try:
        # The test environment lets the reserved name .test pass, which demo and test data may use.
        known = validate_email(words, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return ""
    return known.normalized.lower()


def phones(words: str) -> list[str]:
    """The numbers in some words, each once, in E.164, read as British unless they say otherwise.

    None at all unless the whole is numbers: words such as "mobile" and "(home)" may stand beside them, and several are parted by a word,
    a line or a mark. An extension isn't part of a number. A number has to be one that there can be, not in service: those that Ofcom
    keeps for drama are taken.
    """
    plain = _NOTE.sub(r"\n\1\n", _EXTENSION.sub("", _with_plain_digits(words)))
    if whole := _number(plain.strip(_QUOTES)):
        return [whole]
    found = [
        _number(piece.strip(_QUOTES)) for piece in _APART.split(plain) if any(letter.isdigit() for letter in piece) and not is_label(piece)
    ]
    return list(dict.fromkeys(found)) if all(found) else []


def phone(words: str) -> str:
    """The first of the numbers in some words; "" if there is none."""
    return next(iter(phones(words)), "")


def one_phone(words: str) -> str:
    """The number that some words are, for a form that keeps nothing beside it. ValueError for a second one, or an extension."""
    found = phones(words)
    if len(found) > 1:
        raise ValueError(ONE_NUMBER)
    if found and _EXTENSION.search(words):
        raise ValueError(NO_EXTENSION)
    return found[0] if found else ""


def _with_plain_digits(words: str) -> str:
    """Full-width, Arabic and other digits as those of an English keyboard; "＋" as "+"."""
    return re.sub(r"[+＋]\s*(?=\d)", "+", "".join(str(unicodedata.decimal(letter, letter)) for letter in words))


def is_label(words: str) -> bool:
    """Whether some words only say which number one is, or when to ring it: "(home)", "mobile", "after 6pm"."""
    return re.fullmatch(rf"[\s:.,()-]*(?:{_BESIDE}[\s:.,()-]*)+", words, re.IGNORECASE) is not None


def _number(words: str) -> str:
    """The one number that the whole of some words is, in E.164; "" if it is none."""
    found = _ONE.fullmatch(words)
    if found is None or _SPREADSHEET.fullmatch(found["number"]):
        return ""
    digits = found["number"]
    bare = re.sub(r"\D", "", digits)
    if bare.startswith(str(GREAT_BRITAIN)) and len(bare) == 12:  # a spreadsheet took the plus away
        digits = f"+{bare}"
    try:
        number = phonenumbers.parse(digits, "GB")
    except phonenumbers.NumberParseException:
        return ""
    return phonenumbers.format_number(number, PhoneNumberFormat.E164) if _can_be(number) else ""


def _can_be(number: phonenumbers.PhoneNumber) -> bool:
    digits = phonenumbers.national_significant_number(number)
    if digits.endswith(_ZEROS) or len(set(digits)) == 1:
        return False
    if number.country_code == GREAT_BRITAIN and (_MOBILE.fullmatch(digits) or _DRAMA.fullmatch(digits)):
        return True
    return phonenumbers.is_valid_number(number)
