"""Which column of an export answers which question of the sign-up, by the headers that the draft lists."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rr.errors import Refused
from rr.intake import cleaning
from rr.intake.drafts import ASKED_LATER, SignUpDraft

EXPORT_AGAIN = (
    "In Gravity Forms choose Import/Export, then Export Entries, and tick the form's questions, “Entry Id” and “Entry Date”. "
    "Import the file that this makes as it is, without opening it in between."
)
QUESTIONS = SignUpDraft.questions()

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


@dataclass(frozen=True)
class TableRow:
    first_line: int
    last_line: int
    cells: list[str]
    unclosed: bool = False  # the file ended inside a quotation


@dataclass(frozen=True)
class Columns:
    """Where each field's answers are: positions, since two columns may bear the same header. A topic's column may name its topic."""

    entry_id: int
    entry_date: int
    of: dict[str, tuple[tuple[int, str], ...]]  # field -> (position, part)


def plain_header(text: str) -> str:
    """A header without case, punctuation, curly quotes or a mark that the question had to be answered."""
    words = re.findall(r"[^\W_]+", text.casefold().replace("’", "").replace("'", ""))
    return " ".join(words[:-1] if words[-1:] == ["required"] else words)


_BY_HEADER = {header: name for name, said in QUESTIONS.items() for header in said.headers}


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
    names = QUESTIONS[name].headers
    for plain in (plain_header(header), plain_header(found["base"]) if found else ""):
        if plain in names:
            return names.index(plain)
    return len(names)


def headers_and_rows(rows: list[TableRow]) -> tuple[list[str], list[TableRow]]:
    """The headers, each made different from the others, and the rows below without columns that are empty all the way down."""
    if not rows:
        raise Refused("The file is empty", EXPORT_AGAIN)
    first, *rows = rows
    width = len(first.cells)
    while width and not first.cells[width - 1].strip():  # a spreadsheet program leaves separators behind at the end of lines
        width -= 1
    rows = [replace(row, cells=row.cells[:width]) if not any(cell.strip() for cell in row.cells[width:]) else row for row in rows]
    headers: list[str] = []
    for at, cell in enumerate(first.cells[:width], start=1):
        name = wanted = cleaning.line(cell) or f"Column {at}"
        again = 1
        while name in headers:
            again += 1
            name = f"{wanted} ({again})"
        headers.append(name)
    return headers, rows


def as_written(header: str) -> str:
    """A header without the number that tells it from others of the same name."""
    return re.sub(r" \(\d+\)$", "", header)


def find_columns(headers: list[str], rows: list[TableRow]) -> tuple[Columns, list[str]]:
    """Which column answers which question, and what there is to say about it. Refuses when that can't be told."""
    problems: list[str] = []
    rows = [row for row in rows if len(row.cells) == len(headers)]
    places: dict[str, dict[str, list[int]]] = {}
    for at, header in enumerate(headers):
        meant = meaning(as_written(header))
        if meant:
            places.setdefault(meant[0], {}).setdefault(meant[1], []).append(at)
    plain = [plain_header(as_written(header)) for header in headers]
    of: dict[str, tuple[tuple[int, str], ...]] = {}
    for name, parts in places.items():
        if name == "topics":  # several columns are one answer, in the file's order
            of[name] = tuple(sorted((at, part) for part, positions in parts.items() for at in positions))
            continue
        in_parts = [part for part in NAME_PARTS if part in parts]  # of a name: its parts, unless it is also there as a whole
        used = [""] if _filled(parts.get("", []), rows) or not in_parts else in_parts
        of[name] = tuple((_the_one(parts[part], headers, rows, problems, name), part) for part in used)
    ids, dates = ([at for at, header in enumerate(plain) if header == wanted] for wanted in (ENTRY_ID, ENTRY_DATE))
    if not ids or not dates or not of.keys() & {"area_text", "name"} or not of.keys() & {"email", "phone"}:
        raise Refused(
            "This isn't an export of the sign-up form",
            f"It needs columns for entry id, entry date, the area or a name, and an e-mail address or phone number. {EXPORT_AGAIN}",
        )
    problems += [f"No column answers “{said.label}”." for name, said in QUESTIONS.items() if name not in of and name not in ASKED_LATER]
    return Columns(_the_one(ids, headers, rows, problems), _the_one(dates, headers, rows, problems), of), problems


def _filled(positions: Sequence[int], rows: list[TableRow]) -> list[int]:
    return [at for at in positions if any(at < len(row.cells) and row.cells[at].strip() for row in rows)]


def _the_one(positions: list[int], headers: list[str], rows: list[TableRow], problems: list[str], name: str = "") -> int:
    """The column that holds the answers, of several that could: the form's hidden trap for robots borrows a question's label.

    Refuses two filled ones with the same label. Of two filled ones with different labels, the better known label wins.
    """
    filled = _filled(positions, rows) if len(positions) > 1 else positions
    if len(filled) < 2:
        return (filled or positions)[0]
    best = sorted(filled, key=lambda at: rank(as_written(headers[at]), name)) if name else filled
    one, other = (as_written(headers[at]) for at in best[:2])
    if plain_header(one) == plain_header(other):
        raise Refused(
            f"Two columns are called “{one}” and both hold answers",
            "Rename one of the two in the form or in the first line of the file, so that it is plain which one is meant.",
        )
    problems.append(f"Both “{one}” and “{other}” could answer “{QUESTIONS[name].label}”. “{one}” is used; the other is kept as written.")
    return best[0]
