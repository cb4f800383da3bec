"""The sign-up's questions as data: what people read, and the names under which exports of the form call them."""

import re
from dataclasses import dataclass

from rr.base import LINE, LONG
from rr.intake.rules import Format, PartnershipKnows
from rr.partnerships.rules import ContactRole


@dataclass(frozen=True)
class Field:
    """One question. `label` and `hint` are for the public form, `short` for lists and remarks, `headers` normalised by `plain_header`.

    `limit` is in characters: an answer may be longer, the field of a request may not.
    """

    name: str
    label: str
    short: str
    headers: tuple[str, ...]
    hint: str = ""
    limit: int = LINE


@dataclass(frozen=True)
class SignUpDraft:
    """What one sign-up says, as far as it was understood. Where a value may be None, the words beside it say what was written."""

    area_text: str = ""
    name: str = ""
    role: ContactRole | None = None
    role_text: str = ""
    email: str = ""  # lower case, as it is matched
    phone: str = ""  # E.164
    phone_text: str = ""
    words: str = ""
    prompted_by: str = ""
    topics: tuple[str, ...] = ()
    people: int | None = None
    people_text: str = ""
    newcomers: int | None = None
    newcomers_text: str = ""
    format: Format | None = None
    access_needs: str = ""
    avoid: str = ""
    partnership_knows: PartnershipKnows | None = None
    consent_contact: bool = False
    consent_share: bool = False


FIELDS = (
    Field(
        "area_text",
        "Big Local area",
        "Area",
        ("big local area", "area", "area name", "your area", "your big local area", "big local partnership", "partnership"),
        "The name that people use is enough.",
    ),
    Field("name", "Your name", "Name", ("your name", "name", "full name", "your full name", "contact name")),
    Field(
        "role",
        "Your role in the partnership",
        "Role",
        ("your role in the partnership", "role", "your role", "role in the partnership", "role in partnership"),
        "If you have several, choose the one you use most.",
    ),
    Field(
        "email",
        "Email",
        "E-mail",
        ("email", "email address", "e mail", "e mail address", "your email", "your email address", "contact email", "email enter email"),
        "We only use it to talk with you about your sign-up.",
    ),
    Field(
        "phone",
        "Phone",
        "Phone",
        ("phone", "phone number", "telephone", "telephone number", "tel", "mobile", "mobile number", "your phone number", "contact number"),
        "A landline or a mobile number. Leave it empty if you would rather write.",
    ),
    Field(
        "words",
        "Tell us about the support you are looking for",
        "Support wanted",
        ("tell us about the support you are looking for", "support wanted", "support you are looking for"),
        "A few lines in your own words: what is going on, and what a good result would be.",
        LONG,
    ),
    Field(
        "prompted_by",
        "What prompted you to sign up now?",
        "Prompted by",
        ("what prompted you to sign up now", "what prompted this", "prompted by", "what prompted you to get in touch", "why now"),
        "",
        LONG,
    ),
    Field(
        "topics",
        "What would you like to focus on?",
        "Focus",
        ("what would you like to focus on", "focus", "main focus", "topics", "topic", "what do you want to focus on"),
        "Choose all that fit.",
    ),
    Field(
        "people",
        "How many people would take part?",
        "Participants",
        ("how many people would take part", "participants", "number of participants", "how many people", "people", "people taking part"),
        "A rough number will do.",
    ),
    Field(
        "newcomers",
        "New members in the last year",
        "New members",
        ("new members in the last year", "new members", "how many new members in the last year", "newcomers"),
        "How many people joined the partnership in the last twelve months.",
    ),
    Field(
        "format",
        "In person or online?",
        "Format",
        ("in person or online", "format", "in person online or either", "online or in person"),
    ),
    Field(
        "access_needs",
        "Access needs",
        "Access needs",
        ("access needs", "access", "access requirements", "accessibility", "venue and access needs"),
        "What would help everyone to take part, such as step-free access, a hearing loop or large print. There is no need to say why.",
        LONG,
    ),
    Field(
        "avoid",
        "Days and times to avoid",
        "Days and times to avoid",
        ("days and times to avoid", "avoid", "times to avoid", "days to avoid"),
        "",
        LONG,
    ),
    Field(
        "partnership_knows",
        "Does the partnership know that you are signing up?",
        "Partnership knows",
        ("does the partnership know that you are signing up", "does the partnership know", "partnership knows"),
        "It is fine if it does not know yet.",
    ),
    Field(
        "consent_contact",
        "You may contact me about this sign-up",
        "Consent to be contacted",
        ("you may contact me about this sign up", "consent", "consent to be contacted", "consent to contact"),
    ),
    Field(
        "consent_share",
        "You may share what I wrote with a support partner",
        "Consent to share",
        ("you may share what i wrote with a support partner", "consent to share", "consent to sharing", "share with support partners"),
        "We ask you again before we share anything.",
    ),
)
FIELD = {field.name: field for field in FIELDS}

# A name may be spread over several columns; this is the order in which it is said.
NAME_PARTS = ("prefix", "first", "middle", "last", "suffix")
_PART_HEADERS = {"first name": "first", "forename": "first", "last name": "last", "surname": "last", "family name": "last"}

# Never kept: nobody has a use for them here, and the first two are personal.
PRIVATE_HEADERS = frozenset(
    {
        *("user ip", "ip", "ip address", "user agent", "browser"),
        *("transaction id", "payment amount", "payment date", "payment status", "payment method", "currency"),
    }
)
ENTRY_ID, ENTRY_DATE = "entry id", "entry date"

_INPUT = re.compile(r"^(?P<base>.*?)\s*\((?P<input>.*)\)\s*$", re.DOTALL)
_WHOLE_ANSWER = {"selected", "consent"}  # how the export calls the input that holds the whole answer
_NOT_AN_ANSWER = {"unselected", "text", "description"}  # what stood beside the box, the same in every row


def plain_header(text: str) -> str:
    """A header without case, punctuation, curly quotes or a mark that the question had to be answered."""
    words = re.findall(r"[^\W_]+", text.casefold().replace("’", "").replace("'", ""))
    return " ".join(words[:-1] if words[-1:] == ["required"] else words)


_BY_HEADER = {header: field.name for field in FIELDS for header in field.headers}


def meaning(header: str) -> tuple[str, str] | None:
    """The field that a column answers and which part of it: ("name", "first"), ("topics", "Community places or hubs"), ("email", "").

    None for a column that is no question of the sign-up.
    """
    plain = plain_header(header)
    if plain in _BY_HEADER:
        return _BY_HEADER[plain], ""
    if plain in _PART_HEADERS:
        return "name", _PART_HEADERS[plain]
    found = _INPUT.match(header)
    name = _BY_HEADER.get(plain_header(found["base"])) if found else None
    if not found or not name:
        return None
    part = plain_header(found["input"])
    if part in _WHOLE_ANSWER:
        return name, ""
    if part in _NOT_AN_ANSWER:
        return None
    if name == "name":
        return (name, part) if part in NAME_PARTS else None
    return (name, found["input"].strip()) if name == "topics" else None


def rank(header: str, name: str) -> int:
    """How well a header names a field: 0 is best. A label with its input counts as the label."""
    found = _INPUT.match(header)
    names = FIELD[name].headers
    for plain in (plain_header(header), plain_header(found["base"]) if found else ""):
        if plain in names:
            return names.index(plain)
    return len(names)
