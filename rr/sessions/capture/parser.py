"""The one-line parser: what somebody types while a session runs (design 4, 'A captured line').

    Ask Locality about the lease @chair end of May #hubs !legal advice

`@lead`, `#topic`, `!support needed` (to the next mark or the end) and a date in words are taken out; the rest is the action.
A mark starts a word, so an e-mail address, "wow!", "C#" and "# 3" are none; nothing between quotation marks is a mark or a date.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from rr.needs.rules import support_kind
from rr.sessions.capture import dates
from rr.sessions.capture.leads import ENDS, WORD, KnownContact, Leads
from rr.sessions.rules import CaptureKind

MARK = re.compile(r"(?<!\S)[@#!](?=\S)|(?<=[(\[])[@#](?=\S)")
QUOTED = re.compile(r"(?<![^\s(\[@#!])[\"“„«](?P<words>[^\"“”„«»]*)[\"”“»]")
OPENING_QUOTES = frozenset('"“„«')
LONGEST_LEAD = 300  # characters that are looked at after an "@"
JOINING = re.compile(r"(?:^|[\s,;])(?:and|or|then|but|&)\s*$", re.IGNORECASE)
LEADING = re.compile(r"^(?:[,;:.–—\s]|-\s)+")
# What a mark or a date leaves behind, and what stands there instead. None looks at a stretch of signs more than once.
GAPS = (
    (re.compile(r"\( ?\)|\[ ?\]"), " "),
    (re.compile(r"(?<=[(\[])[ ,;:]+|(?<![ ,;:])[ ,;:]+(?=[)\]])"), ""),
    (re.compile(r"(?<! ) +(?=[,.;:?!)](?: |$))"), ""),
    (re.compile(r"(?<![,;:])(?<![,;:] )([,;:])(?: ?[,;:])+(?= |$)"), r"\1"),
    (re.compile(r"(?<!\S)([–—-])(?: +[–—-])+(?!\S)"), r"\1"),
    (re.compile(r"(?<![.,;:?!])[,;:]+(?=[.?!]*$)"), ""),
)
MOST_MARKS = 50  # in one line; what is more is no line


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
    """Read one typed line. `kind` is the one chosen beside the box: it stands unless "@" or "!" makes the line an action.

    Only an action has a date: "we opened in May" is no deadline. Of two, the one after "by" or "before" is taken, else the last.

    `topics`: code to label; `support_words`: code of a kind of support to the words that point to it. Never raises, and never loses a
    word: each is in the text, the lead, the date's words, the topic or the support. The text is empty only if the line is.
    """
    leads = Leads(contacts)
    scan = _scan(" ".join(line.split()), topics, leads)
    if scan.lead or scan.support:
        kind = CaptureKind.ACTION
    due, due_words = _take_date(scan, today, leads) if kind is CaptureKind.ACTION else (None, "")
    has_mark = bool(scan.lead or scan.topic or scan.support or due)
    text = _tidy(" ".join(scan.plain)) if has_mark else " ".join(" ".join(scan.plain).split())
    if not _has_words(text):
        text = _without_signs(scan)
    return ParsedLine(
        kind=kind,
        text=text,
        lead=scan.lead,
        lead_contact_id=scan.lead_contact_id,
        due=due,
        due_words=due_words,
        topic=scan.topic,
        support=tuple(ParsedSupport(words, support_kind(words, support_words or {})) for words in scan.support),
        problems=tuple(dict.fromkeys(scan.problems)),
    )


def _scan(line: str, topics: Mapping[str, str], leads: Leads) -> _Scan:
    scan = _Scan(line)
    position, in_support = 0, False
    marks = _marks(line)
    if len(marks) > MOST_MARKS:
        scan.problems.append(f"Only the first {MOST_MARKS} marks of the line were read.")
    for mark in marks[:MOST_MARKS]:
        at = mark.start()
        if at < position:
            continue
        before = (len(scan.problems), scan.lead, scan.topic, len(scan.support))
        taken_to = _READERS[mark[0]](scan, at, topics, leads)
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


def _marks(line: str) -> list[re.Match[str]]:
    """The signs that may be marks: what is quoted is none."""
    quoted = [match.span() for match in QUOTED.finditer(line)]
    starts = [start for start, _ in quoted]

    def is_quoted(at: int) -> bool:
        place = bisect_left(starts, at) - 1
        return place >= 0 and at < quoted[place][1]

    return [mark for mark in MARK.finditer(line) if not is_quoted(mark.start())]


def _keep(scan: _Scan, words: str, *, in_support: bool, index: int) -> None:
    if in_support:
        scan.support[index] += words
    else:
        scan.plain.append(words)


def _lead(scan: _Scan, at: int, _topics: Mapping[str, str], leads: Leads) -> int | None:
    """Where the lead after this "@" ends; None if there is none to take."""
    words, end = _lead_words(scan, at, leads)
    if not _has_words(words):
        return None
    if scan.lead:
        scan.problems.append(f"An action has one lead: “{words}” stayed in the text.")
        return None
    scan.lead = words
    people = leads.matching(words)
    if len(people) == 1:
        scan.lead_contact_id = people[0]
    elif people:
        scan.problems.append(f"More than one person answers to “{words}”: write the full name.")
    return end


def _lead_words(scan: _Scan, at: int, leads: Leads) -> tuple[str, int]:
    if quote := QUOTED.match(scan.line, at + 1):
        return quote["words"].strip(), quote.end()
    if scan.line[at + 1] in OPENING_QUOTES:
        scan.problems.append("The quotation mark after @ isn't closed, so no lead was set.")
        return "", at
    words = leads.read(scan.line[at + 1 : at + 1 + LONGEST_LEAD])
    return words, at + 1 + len(words)


def _topic(scan: _Scan, at: int, topics: Mapping[str, str], _leads: Leads) -> int | None:
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


def _support(scan: _Scan, at: int, _topics: Mapping[str, str], _leads: Leads) -> int | None:
    """Support starts after its sign and runs on to the next mark, unless it is quoted: then it ends with the quote."""
    if (quote := QUOTED.match(scan.line, at + 1)) and _has_words(quote["words"]):
        scan.support.append(quote["words"].strip())
        return quote.end()
    if not scan.line[at + 1].isalnum():
        return None
    scan.support.append("")
    return at + 1


_READERS = {"@": _lead, "#": _topic, "!": _support}


def _take_date(scan: _Scan, today: date, leads: Leads) -> tuple[date | None, str]:
    """Find the date in the plain text and take its words out; say what was assumed of it, or that none was understood."""
    pieces = [_unquoted(words) for words in scan.plain]
    if sum(map(len, pieces)) > dates.LONGEST:
        scan.problems.append("No date understood: the line is too long to look for one.")
        return None, ""
    found = [(piece, spoken) for piece, words in enumerate(pieces) for spoken in dates.find(words, today, leads.first_names)]
    chosen = dates.best([spoken for _, spoken in found])
    if chosen is None:
        impossible = [spoken.problem for _, spoken in found if spoken.problem and not spoken.due]
        looks_like = next(filter(None, map(dates.looks_like_date, [*pieces, *scan.support])), "")
        scan.problems += impossible or ([f"No date understood: “{looks_like}” stayed as typed."] if looks_like else [])
        return None, ""
    piece = next(piece for piece, spoken in found if spoken is chosen)
    words = scan.plain[piece]
    before, after = words[: chosen.start], words[chosen.end :]
    if not _has_words(after) and (ending := JOINING.search(before)):
        before = before[: ending.start()]
    due_words = words[len(before) : chosen.end].strip()
    scan.plain[piece] = f"{before} {after}"
    scan.problems += [chosen.problem] if chosen.problem else []
    if len({spoken.due or spoken.problem for _, spoken in found if spoken.due or spoken.problem}) > 1:
        scan.problems.append(f"More than one date: “{due_words}” was taken.")
    return chosen.due, due_words


def date_not_understood(text: str) -> bool:
    """Whether words from which no date was taken were perhaps meant as one. Quoted words aren't."""
    return len(text) > dates.LONGEST or bool(dates.looks_like_date(_unquoted(text)))


def _unquoted(words: str) -> str:
    """The words with what is quoted blanked out, each place where it was."""
    return QUOTED.sub(lambda quote: "\0" * len(quote[0]), words)


def _tidy(words: str) -> str:
    """Close the gaps that marks and dates leave: spaces, empty brackets, commas and dashes with nothing between them."""
    words = " ".join(words.split())
    for gap, instead in GAPS:
        words = gap.sub(instead, words)
    words = LEADING.sub("", " ".join(words.split()))
    bare = words.rstrip("–—- ")
    return bare + words[len(bare) : len(words) - len(words[len(bare) :].lstrip("-"))]


def _without_signs(scan: _Scan) -> str:
    """The whole line less the marks' own signs: what is kept when marks were all there was."""
    return " ".join("".join(sign for at, sign in enumerate(scan.line) if at not in scan.signs).split())


def _has_words(text: str) -> bool:
    return any(sign.isalnum() for sign in text)


def _listed(words: Iterable[str]) -> str:
    *rest, last = [*words] or ["none yet"]
    return f"{', '.join(rest)} and {last}" if rest else last
