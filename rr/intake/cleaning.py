"""Makes values of people's words. Each cleaner gives what it understood and, where it didn't or had to choose, a sentence that says so.

Nothing here throws words away: the caller keeps what was written beside what was understood.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeVar

from rr import contact_details
from rr.base import LINE, clean
from rr.intake.rules import Format, PartnershipKnows
from rr.partnerships.rules import ContactRole

ANY_LENGTH = 10**9
MOST_PEOPLE = 10_000  # an area has 5,000 to 8,000 residents; anything above is a slip or a phone number
QUOTED = 80  # characters of somebody's words that a remark repeats
OTHER_TOPIC = "other"
NOT_AN_EMAIL = "What was written isn't a complete e-mail address."
NOT_A_PHONE = "What was written isn't one complete phone number: it may have a digit too many or too few, or something else in it."


T = TypeVar("T")


@dataclass(frozen=True)
class Understood(Generic[T]):
    """A value and, where there is something to say about it, one sentence for the person who reads the sign-up."""

    value: T
    remark: str = ""


# --- text ---

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


def quoted(words: str) -> str:
    """Somebody's words as a remark repeats them: one line, at most `QUOTED` characters, in quotation marks."""
    short = line(words, ANY_LENGTH)
    return f"“{short if len(short) <= QUOTED else short[: QUOTED - 1].rstrip() + '…'}”"


# --- numbers ---

_SMALL = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
    *("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_NUMBER_WORDS = (
    {word: number for number, word in enumerate(_SMALL)}
    | {word: 10 * number for number, word in enumerate(_TENS, start=2)}
    | {f"{ten} {one}": 10 * tens + ones for tens, ten in enumerate(_TENS, start=2) for ones, one in enumerate(_SMALL[1:10], start=1)}
    | {"none": 0, "nobody": 0, "no one": 0, "nil": 0, "a dozen": 12, "dozen": 12, "a couple": 2, "a hundred": 100, "one hundred": 100}
)
_SPELT = "|".join(word.replace(" ", r"[\s-]+") for word in sorted(_NUMBER_WORDS, key=len, reverse=True))
_DIGITS = r"(?P<digits>\d{1,3}(?:,\d{3})+|\d{1,9})(?:\.0+)?"
_NUMBER = re.compile(rf"(?<![\w.,/-])(?:{_DIGITS}|(?P<spelt>{_SPELT}))(?![\w/]|[.,]\d)", re.IGNORECASE)
_RANGE = re.compile(r"\s*(?:-|–|—|to|or|and)\s*", re.IGNORECASE)
_PLAIN_COMPANY = {
    *("people", "person", "persons", "adults", "member", "members", "resident", "residents"),
    *("of", "us", "new", "in", "total", "all"),
}
_ROUGH_COMPANY = {
    *("about", "around", "approx", "approximately", "roughly", "circa", "c", "ca", "at", "least", "most", "up", "to", "over", "under"),
    *("maybe", "perhaps", "probably", "max", "maximum", "min", "minimum", "nearly", "almost", "say"),
    *("or", "so", "no", "more", "plus", "than"),
}


def whole_number(words: str) -> Understood[int | None]:
    """How many people: "twelve", "12 people", "about 12". A range gives its lower end, with a remark; "lots" gives None."""
    said = line(words)
    if not said:
        return Understood(None)
    not_a_number: Understood[int | None] = Understood(
        None, f"{quoted(said)} isn't a number that can be counted with, so it is kept as words."
    )
    spaced = re.sub(r"(?<=\d)\s*[-–—]\s*(?=\d)", " to ", said)
    numbers = list(_NUMBER.finditer(spaced))
    values = [_number(found) for found in numbers]
    if not values or max(values) > MOST_PEOPLE:
        return not_a_number
    company = set(re.findall(r"[^\W\d_]+|[^\w\s.,()~+]", _NUMBER.sub(" ", spaced).casefold()))
    if len(values) == 2 and _RANGE.fullmatch(spaced[numbers[0].end() : numbers[1].start()]):
        if company <= _PLAIN_COMPANY | _ROUGH_COMPANY | {"between", "from", "and"}:
            return Understood(min(values), f"{quoted(said)} is a range; {min(values)}, its lower end, is counted.")
        return not_a_number
    if len(values) != 1 or not company <= _PLAIN_COMPANY | _ROUGH_COMPANY:
        return not_a_number
    rough = company & _ROUGH_COMPANY or "+" in said or "~" in said
    return Understood(values[0], f"{quoted(said)} is counted as {values[0]}." if rough else "")


def _number(found: re.Match[str]) -> int:
    if found["digits"]:
        return int(found["digits"].replace(",", ""))
    return _NUMBER_WORDS[re.sub(r"[\s-]+", " ", found["spelt"].casefold())]


# --- ways to reach somebody ---


def phone(words: str) -> Understood[str | None]:
    """A phone number in E.164, read as British unless it says otherwise. Of several, the first; an extension isn't part of it.

    The whole of the words has to be one, or several that are clearly apart (`contact_details.phones`). Remarks don't repeat the number.
    """
    said = text(words)
    if not said:
        return Understood(None)
    numbers = contact_details.phones(said) if len(said) <= LINE else []
    if not numbers:
        return Understood(None, NOT_A_PHONE if any(map(str.isdigit, said)) else "What was written isn't a phone number.")
    return Understood(numbers[0], "There is more than one phone number; the first is used." if len(numbers) > 1 else "")


def email(words: str) -> Understood[str | None]:
    """An e-mail address in lower case, as it is matched; of several, the first. Its form is checked, never its mailbox.

    What surrounds it is left out, with a remark. Remarks don't repeat the address.
    """
    said = text(words)
    if not said:
        return Understood(None)
    addresses = contact_details.emails(said) if len(said) <= LINE else []
    if not addresses:
        return Understood(None, NOT_AN_EMAIL)
    if len(addresses) > 1:
        return Understood(addresses[0], "There is more than one e-mail address; the first is used.")
    return Understood(addresses[0], "" if addresses[0] == said.lower() else "What was written around the address is left out.")


# --- choices ---


def topics(words: str, labels: Mapping[str, str]) -> Understood[tuple[str, ...]]:
    """The codes of the topics that a list in words names, each once, in its order. `labels` gives each code's label.

    A label may hold the comma that also parts the list, so the longest label that fits is taken first. What no label
    fits counts as `other`, and the remark repeats it.
    """
    listed, at = text(words), 0
    codes, unknown = list[str](), list[str]()
    one_topic, in_order = _topic_pattern(tuple(labels.items()))
    while at < len(listed):
        known = one_topic.match(listed, at)
        piece = known or _PIECE.match(listed, at)
        if known:
            codes.append(in_order[(known.lastindex or 1) - 1])
        elif piece and piece[1].strip():
            codes.append(OTHER_TOPIC)
            unknown.append(piece[1].strip())
        at = piece.end() if piece else len(listed)
    remark = f"Not on the list of topics, so counted as something else: {quoted(', '.join(unknown))}." if unknown else ""
    return Understood(tuple(dict.fromkeys(codes)), remark)


_PIECE = re.compile(r"\s*([^,;|\n]*)(?:[,;|\n]|$)")


@lru_cache(maxsize=32)
def _topic_pattern(labels: tuple[tuple[str, str], ...]) -> tuple[re.Pattern[str], list[str]]:
    """A pattern for one topic of a list, and the code that each of its groups stands for."""
    code_of = {_topic_key(code): code for code, _ in labels} | {_topic_key(label): code for code, label in labels}
    spelt = sorted((key for key in code_of if key), key=len, reverse=True)
    either = "|".join("(" + r"\s+".join(re.escape(word).replace("'", "['’]") for word in key.split()) + ")" for key in spelt)
    return re.compile(rf"\s*(?:{either or '(?!)'})\s*(?:[,;|\n]|$)", re.IGNORECASE), [code_of[key] for key in spelt]


def _topic_key(label: str) -> str:
    return " ".join(label.replace("’", "'").lower().split())


_EITHER = {
    *("either", "either way", "both", "any", "hybrid", "mixed", "no preference", "dont mind"),
    *("in person or online", "online or in person"),
}
_IN_PERSON = {"in person", "inperson", "face to face", "f2f", "on site", "onsite", "at our hub"}
_ONLINE = {"online", "on line", "virtual", "virtually", "remote", "remotely", "zoom", "on zoom", "teams", "video call", "by video"}


def role(words: str) -> Understood[ContactRole | None]:
    """The part that somebody plays in the partnership."""
    said = line(words)
    meant = ContactRole.from_words(said)
    return Understood(meant, "" if meant or not said else f"{quoted(said)} isn't a role on the list, so it is kept as words.")


def format_of(words: str) -> Understood[Format | None]:
    """In person, online or either, whatever the form called them."""
    said = _choice(words)
    if not said:
        return Understood(None)
    for meant, names in ((Format.EITHER, _EITHER), (Format.IN_PERSON, _IN_PERSON), (Format.ONLINE, _ONLINE)):
        if said in names:
            return Understood(meant)
    return Understood(None, f"{quoted(words)} says neither in person nor online, so ask.")


def partnership_knows(words: str) -> Understood[PartnershipKnows | None]:
    """Whether the partnership knows of its sign-up. A plain "no" is "not yet"."""
    said = _choice(words)
    if not said:
        return Understood(None)
    for meant, names in (
        (PartnershipKnows.YES, {"yes", "y", "true", "yes they know", "it knows", "yes it knows", "yes and they agree"}),
        (PartnershipKnows.NOT_YET, {"not yet", "no", "n", "false", "no not yet"}),
        (PartnershipKnows.NOT_SURE, {"not sure", "im not sure", "unsure", "dont know", "i dont know", "maybe"}),
    ):
        if said in names:
            return Understood(meant)
    return Understood(None, f"{quoted(words)} doesn't say whether the partnership knows, so ask.")


_AGREED = {"checked", "yes", "y", "true", "1", "on", "ticked", "agree", "agreed", "i agree", "i consent", "yes i agree", "yes i consent"}
_NOT_AGREED = {"", "not checked", "unchecked", "no", "n", "false", "0", "off", "i do not agree", "i dont agree"}


def consent(words: str, label: str = "") -> Understood[bool]:
    """True only for a tick or the label's own text. What can't be read is no consent, and the remark says so."""
    said = _choice(words)
    if said in _AGREED or (label and said == _choice(label)):
        return Understood(True)
    return Understood(False, "" if said in _NOT_AGREED else f"{quoted(words)} is neither a tick nor none, so it counts as no consent.")


def _choice(words: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", text(words).casefold().replace("’", "").replace("'", "")))
