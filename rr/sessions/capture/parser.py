"""The one-line parser: what somebody types while a session runs (design 4, 'A captured line').

    Ask Locality about the lease @chair end of May #hubs !legal advice

`@lead`, `#topic`, `!support needed` (to the next mark or the end) and a date in words are taken out; the rest is the action.
A mark starts a word, so an e-mail address, "wow!", "C#" and "# 3" are none; nothing between quotation marks is a mark or a date.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from rr.needs.rules import support_kind
from rr.sessions.capture import dates
from rr.sessions.rules import CaptureKind

MARK = re.compile(r"(?<!\S)[@#!](?=\S)|(?<=[(\[])[@#](?=\S)")
QUOTED = re.compile(r"(?<![^\s(\[@#!])[\"“„«](?P<words>[^\"“”„«»]*)[\"”“»]")
OPENING_QUOTES = frozenset('"“„«')
ALIKE = {"_": " ", "-": " ", **dict.fromkeys("’‘ʼ`´", "'")}
WORD = re.compile(r"[^\s,;:]+")
ENDS = ".,;:!?…)]\"'”’"


@dataclass(frozen=True)
class KnownContact:
    """Somebody of the partnership. `role` in words or as stored: "vice_chair" is found by "@vice chair"."""

    id: int
    name: str
    role: str = ""


@dataclass(frozen=True)
class ParsedSupport:
    """Support that a line asks for, in the words typed, and the code of the kind that they point to, if any."""

    words: str
    kind: str | None


@dataclass(frozen=True)
class ParsedLine:
    """What was understood of a line. `lead` is as it was written, known contact or not; `due_words` holds the date's own words.

    `problems` are sentences about what was not understood; those words stay in `text`. They never stop a line from being kept.
    """

    kind: CaptureKind
    text: str
    lead: str = ""
    lead_contact_id: int | None = None
    due: date | None = None
    due_words: str = ""
    topic: str | None = None
    support: tuple[ParsedSupport, ...] = ()
    problems: tuple[str, ...] = ()


@dataclass
class _Scan:
    """A line taken apart: stretches of plain text, what the marks said, and where the marks' own signs stood."""

    line: str
    plain: list[str] = field(default_factory=list)
    lead: str = ""
    lead_contact_id: int | None = None
    topic: str | None = None
    support: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    signs: set[int] = field(default_factory=set)


def parse(
    line: str,
    *,
    kind: CaptureKind,
    today: date,
    topics: Mapping[str, str],
    contacts: Sequence[KnownContact] = (),
    support_words: Mapping[str, Sequence[str]] | None = None,
) -> ParsedLine:
    """Read one typed line. `kind` is the one chosen beside the box: it stands unless a mark or a date makes the line an action.

    `topics`: code to label; `support_words`: code of a kind of support to the words that point to it. Never raises, and never loses a
    word: each is in the text, the lead, the date's words, the topic or the support. The text is empty only if the line is.
    """
    scan = _scan(" ".join(line.split()), topics, contacts)
    due, due_words = _take_date(scan, today, contacts)
    has_mark = bool(scan.lead or scan.topic or scan.support or due)
    text = _tidy(" ".join(scan.plain)) if has_mark else " ".join(" ".join(scan.plain).split())
    if not _has_words(text):
        text = _without_signs(scan)
    return ParsedLine(
        kind=CaptureKind.ACTION if has_mark else kind,
        text=text,
        lead=scan.lead,
        lead_contact_id=scan.lead_contact_id,
        due=due,
        due_words=due_words,
        topic=scan.topic,
        support=tuple(ParsedSupport(words, support_kind(words, support_words or {})) for words in scan.support),
        problems=tuple(dict.fromkeys(scan.problems)),
    )


def _scan(line: str, topics: Mapping[str, str], contacts: Sequence[KnownContact]) -> _Scan:
    scan = _Scan(line)
    quoted = [match.span() for match in QUOTED.finditer(line)]
    position, in_support = 0, False
    for mark in MARK.finditer(line):
        at = mark.start()
        if at < position or any(start < at < end for start, end in quoted):
            continue
        before = (len(scan.problems), scan.lead, scan.topic, len(scan.support))
        taken_to = _READERS[mark[0]](scan, at, topics, contacts)
        if taken_to is None and len(scan.problems) == before[0]:
            continue
        _keep(scan, line[position:at], in_support=in_support, index=before[3] - 1)
        position = at if taken_to is None else taken_to
        in_support = mark[0] == "!" and taken_to == at + 1
        if taken_to is not None:
            scan.signs.add(at)
    _keep(scan, line[position:], in_support=in_support, index=len(scan.support) - 1)
    scan.support = [_tidy(words).rstrip(".") for words in scan.support]
    return scan


def _keep(scan: _Scan, words: str, *, in_support: bool, index: int) -> None:
    if in_support:
        scan.support[index] += words
    else:
        scan.plain.append(words)


def _lead(scan: _Scan, at: int, _topics: Mapping[str, str], contacts: Sequence[KnownContact]) -> int | None:
    """Where the lead after this "@" ends; None if there is none to take."""
    words, end = _lead_words(scan, at, contacts)
    if not _has_words(words):
        return None
    if scan.lead:
        scan.problems.append(f"An action has one lead: “{words}” stayed in the text.")
        return None
    scan.lead = words
    people = _matching(words, contacts)
    if len(people) == 1:
        scan.lead_contact_id = people[0]
    elif people:
        scan.problems.append(f"More than one person answers to “{words}”: write the full name.")
    return end


def _lead_words(scan: _Scan, at: int, contacts: Sequence[KnownContact]) -> tuple[str, int]:
    rest = scan.line[at + 1 :]
    if quote := QUOTED.match(scan.line, at + 1):
        return quote["words"].strip(), quote.end()
    if rest[0] in OPENING_QUOTES:
        scan.problems.append("The quotation mark after @ isn't closed, so no lead was set.")
        return "", at
    flat = _lettered(rest)
    for phrase in sorted({phrase for contact in contacts for phrase in _phrases(contact)}, key=lambda phrase: (-len(phrase), phrase)):
        end = len(phrase)
        if " " in phrase and flat.startswith(phrase) and not flat[end : end + 1].isalnum():
            return rest[:end], at + 1 + end
    token = WORD.match(rest)
    word = token[0].rstrip(ENDS) if token else ""
    if not word[:1].isalpha() or "@" in word:
        return "", at
    return word, at + 1 + len(word)


def _phrases(contact: KnownContact) -> tuple[str, str]:
    return _normalised(contact.name), _normalised(contact.role)


def _normalised(words: str) -> str:
    return " ".join(_lettered(words).split())


def _lettered(words: str) -> str:
    """Letter by letter, so that places stay: no case, accents or hyphens, and a plain apostrophe for each kind that keyboards make."""
    return "".join(_letter(letter) for letter in unicodedata.normalize("NFC", words))


def _letter(letter: str) -> str:
    if letter in ALIKE:
        return ALIKE[letter]
    bare = unicodedata.normalize("NFD", letter)[0].casefold()
    return bare if len(bare) == 1 else letter


def _matching(words: str, contacts: Sequence[KnownContact]) -> list[int]:
    """The contacts of this full name, else of this role, else of this first name."""
    wanted = _normalised(words)
    ways = (
        [contact.id for contact in contacts if _normalised(contact.name) == wanted],
        [contact.id for contact in contacts if _normalised(contact.role) == wanted],
        [contact.id for contact in contacts if _first_name(contact) == wanted],
    )
    return next((ids for ids in ways if ids), [])


def _first_name(contact: KnownContact) -> str:
    return _normalised((contact.name.split() or [""])[0])


def _topic(scan: _Scan, at: int, topics: Mapping[str, str], _contacts: Sequence[KnownContact]) -> int | None:
    token = WORD.match(scan.line, at + 1)
    word = token[0].rstrip(ENDS) if token else ""
    codes = {code.casefold(): code for code in topics}
    code = codes.get(word.casefold())
    if code is None:
        if word[:1].isalpha():
            scan.problems.append(f"“#{word}” is not a topic. The topics are {_listed(f'#{known}' for known in topics)}.")
        return None
    if scan.topic not in (None, code):
        scan.problems.append(f"A line has one topic: “#{word}” stayed in the text.")
        return None
    scan.topic = code
    return at + 1 + len(word)


def _support(scan: _Scan, at: int, _topics: Mapping[str, str], _contacts: Sequence[KnownContact]) -> int | None:
    """Support starts after its sign and runs on to the next mark, unless it is quoted: then it ends with the quote."""
    if (quote := QUOTED.match(scan.line, at + 1)) and _has_words(quote["words"]):
        scan.support.append(quote["words"].strip())
        return quote.end()
    if not scan.line[at + 1].isalnum():
        return None
    scan.support.append("")
    return at + 1


_READERS = {"@": _lead, "#": _topic, "!": _support}


def _take_date(scan: _Scan, today: date, contacts: Sequence[KnownContact]) -> tuple[date | None, str]:
    """Find the date in the plain text and take its words out."""
    names = frozenset(_first_name(contact) for contact in contacts)
    found = [
        (piece, spoken)
        for piece, words in enumerate(scan.plain)
        for spoken in dates.find(QUOTED.sub(lambda quote: "\0" * len(quote[0]), words), today, names)
    ]
    scan.problems += [spoken.problem for _, spoken in found if spoken.problem]
    chosen = dates.best([spoken for _, spoken in found])
    if chosen is None or chosen.due is None:
        return None, ""
    piece = next(piece for piece, spoken in found if spoken is chosen)
    words = scan.plain[piece]
    scan.plain[piece] = f"{words[: chosen.start]} {words[chosen.end :]}"
    due_words = words[chosen.start : chosen.end].strip()
    if len({spoken.due for _, spoken in found if spoken.due}) > 1:
        scan.problems.append(f"More than one date: “{due_words}” was taken.")
    return chosen.due, due_words


def _tidy(words: str) -> str:
    """Close the gaps that marks and dates leave: spaces, empty brackets, commas with nothing between them."""
    words = re.sub(r"\(\s*\)|\[\s*\]", " ", words)
    words = re.sub(r"\s+(?=[,.;:?!)](?:\s|$))", "", words)
    words = re.sub(r"([,;:])(?:\s*[,;:])+(?=\s|$)", r"\1", words)
    words = re.sub(r"[,;:]+(?=[.?!]*$)", "", " ".join(words.split()))
    return words.lstrip(",;:.–— ").rstrip("–— ")


def _without_signs(scan: _Scan) -> str:
    """The whole line less the marks' own signs: what is kept when marks were all there was."""
    return " ".join("".join(sign for at, sign in enumerate(scan.line) if at not in scan.signs).split())


def _has_words(text: str) -> bool:
    return any(sign.isalnum() for sign in text)


def _listed(words: Iterable[str]) -> str:
    *rest, last = [*words] or ["none yet"]
    return f"{', '.join(rest)} and {last}" if rest else last
