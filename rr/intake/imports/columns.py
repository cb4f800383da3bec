"""Which column of a file answers which question of the sign-up: by the headers that the draft lists, or as somebody said."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from rr.errors import Refused
from rr.intake import cleaning
from rr.intake.drafts import ASKED_LATER, SignUpDraft
from rr.intake.imports.headers import ENTRY_DATE, ENTRY_ID, Names, as_written, in_brackets, plain_header, spellings
from rr.intake.imports.mending import mend
from rr.intake.imports.tables import EXPORT_AGAIN, TableRow

QUESTIONS = SignUpDraft.questions()
ENTRY = {"entry_id": "Number of the entry", "entry_date": "Date and time of the entry"}  # what a mapping names besides the questions
LABELS = ENTRY | {name: said.label for name, said in QUESTIONS.items()}

# What the programs call the entry's number and its date, the best first.
ID_HEADERS = (ENTRY_ID, "entry number", "entry no", "id", "response id", "submission id", "respondent id")
DATE_HEADERS = (
    *(ENTRY_DATE, "timestamp", "completion time", "date submitted", "submitted on", "submitted at", "submission date"),
    *("submission time", "date created", "created at", "start time"),
)
# Never kept: nobody has a use for them here, and the first are personal.
PRIVATE_HEADERS = frozenset(
    {
        *("user ip", "ip", "ip address", "user agent", "browser", "unique user id", "unique generated user id", "geolocation details"),
        *("transaction id", "transaction type", "payment amount", "payment date", "payment status", "payment method", "payment gateway"),
        *("currency", "is fulfilled", "total points", "quiz feedback", "quiz score"),
    }
)
# What a program adds by itself. It is no answer, and whether it is there depends on what was ticked that day.
OWN_HEADERS = PRIVATE_HEADERS | {
    *ID_HEADERS,
    *DATE_HEADERS,
    *("date updated", "date modified", "last modified time", "updated at", "created by user id", "created by", "source", "source url"),
    *("source id", "post id", "form id", "form", "entry url", "edit url", "status", "is read", "is starred", "starred", "viewed", "type"),
    *("entry notes", "notes", "language", "submission speed", "user id", "username", "score", "grade posted time", "referrer", "device"),
}
KNOWN_HEADERS = frozenset(header for said in QUESTIONS.values() for header in said.headers) | {*ID_HEADERS, *DATE_HEADERS}

GRAVITY_FORMS, GOOGLE_FORMS, MICROSOFT_FORMS, WPFORMS = "Gravity Forms", "Google Forms", "Microsoft Forms", "WPForms"

# A name may be spread over several columns; this is the order in which it is said.
NAME_PARTS = ("prefix", "first", "middle", "last", "suffix")
_PART_HEADERS = {"first name": "first", "forename": "first", "last name": "last", "surname": "last", "family name": "last"}

_WHOLE_ANSWER = {"selected", "consent"}  # how the export calls the input that holds the whole answer
_NOT_AN_ANSWER = {"unselected", "text", "description"}  # what stood beside the box, the same in every row
_NOBODY = "anonymous"  # what Microsoft Forms writes for the e-mail address of somebody who wasn't signed in
_BY_HEADER = {header: name for name, said in QUESTIONS.items() for header in said.headers}

Chosen = Mapping[str, Sequence[str]]  # by field, or a name of ENTRY: the headers of the columns that answer it


@dataclass(frozen=True)
class Columns:
    """Where each field's answers are: positions, since two columns may bear the same header. A topic's column may name its topic."""

    entry_id: int | None
    entry_date: int
    of: dict[str, tuple[tuple[int, str], ...]]  # field -> (position, part)


class UnknownForm(Refused):
    """It can't be told which column answers which question: somebody has to say. `headers` are the file's."""

    def __init__(self, headline: str, way_forward: str, headers: Iterable[str]) -> None:
        super().__init__(headline, way_forward)
        self.headers = tuple(headers)


def meaning(header: str) -> tuple[str, str] | None:
    """The field that a column answers and which part of it: ("name", "first"), ("topics", "Community places or hubs"), ("email", "").

    None for a column that is no question of the sign-up.
    """
    for plain in spellings(header):
        if plain in _BY_HEADER:
            return _BY_HEADER[plain], ""
        if plain in _PART_HEADERS:
            return "name", _PART_HEADERS[plain]
    base, inside = in_brackets(header) or ("", "")
    name = next((_BY_HEADER[plain] for plain in spellings(base) if plain in _BY_HEADER), None)
    if not name:
        return None
    part = plain_header(inside)
    if part in _WHOLE_ANSWER:
        return name, ""
    if part in _NOT_AN_ANSWER:
        return None
    if name == "name":
        return (name, part) if part in NAME_PARTS else None
    return (name, inside) if name == "topics" else None


def rank(header: str, names: Sequence[str]) -> int:
    """How well a header names a field with these names: 0 is best. A label with its input counts as the label."""
    base, _ = in_brackets(header) or ("", "")
    return next((names.index(plain) for plain in (*spellings(header), *spellings(base)) if plain in names), len(names))


def headers_and_rows(rows: list[TableRow]) -> tuple[list[str], list[TableRow]]:
    """The headers, each made different from the others, and the rows below without columns that are empty all the way down."""
    first, *rows = rows
    width = len(first.cells)
    while width and not first.cells[width - 1].strip():  # a spreadsheet program leaves separators behind at the end of lines
        width -= 1
    rows = [replace(row, cells=row.cells[:width]) if not any(cell.strip() for cell in row.cells[width:]) else row for row in rows]
    names = Names()
    return [names.own(_header(cell) or f"Column {at}") for at, cell in enumerate(first.cells[:width], start=1)], rows


def _header(cell: str) -> str:
    """A header on one line: its first line alone where that is the question, and a hint stands below."""
    whole = mend(cell).text.strip()
    first = whole.partition("\n")[0]
    return cleaning.line(first if meaning(first) and not meaning(cleaning.line(whole)) else whole)


def form_of(headers: Iterable[str]) -> str:
    """The program whose export has these headers, by what it adds itself; "" if none of those that we know."""
    plain = {plain_header(as_written(header)) for header in headers}
    if "completion time" in plain:
        return MICROSOFT_FORMS
    if "timestamp" in plain and not plain & set(ID_HEADERS):
        return GOOGLE_FORMS
    if not {ENTRY_ID, ENTRY_DATE} <= plain:
        return ""
    return WPFORMS if plain & {"viewed", "starred", "entry notes", "unique generated user id"} else GRAVITY_FORMS


def find_columns(headers: list[str], rows: list[TableRow]) -> tuple[Columns, list[str]]:
    """Which column answers which question, and what there is to say about it. UnknownForm when that can't be told."""
    problems: list[str] = []
    places: dict[str, dict[str, list[int]]] = {}
    for at, header in enumerate(headers):
        meant = meaning(as_written(header))
        if meant:
            places.setdefault(meant[0], {}).setdefault(meant[1], []).append(at)
    form = form_of(headers)
    if form == MICROSOFT_FORMS:
        _pass_over_account(places, headers)
    choose = _Choice(headers, rows, problems)
    of: dict[str, tuple[tuple[int, str], ...]] = {}
    for name, parts in places.items():
        if name == "topics":  # several columns are one answer, in the file's order
            of[name] = tuple(sorted((at, part) for part, positions in parts.items() for at in positions))
            continue
        in_parts = [part for part in NAME_PARTS if part in parts]  # of a name: its parts, unless it is also there as a whole
        used = [""] if filled(parts.get("", []), rows) or not in_parts else in_parts
        of[name] = tuple((choose.one(parts[part], QUESTIONS[name].headers, LABELS[name]), part) for part in used)
    plain = [plain_header(as_written(header)) for header in headers]
    ids, dates = ([at for at, header in enumerate(plain) if header in wanted] for wanted in (ID_HEADERS, DATE_HEADERS))
    _check_found(headers, of, has_id=bool(ids) or form == GOOGLE_FORMS, has_date=bool(dates))
    problems += _unanswered(of)
    found = Columns(
        min(choose.filled_first(ids), key=lambda at: ID_HEADERS.index(plain[at])) if ids else None,
        min(choose.filled_first(dates), key=lambda at: DATE_HEADERS.index(plain[at])),
        of,
    )
    choose.refuse_twins(found.entry_date, dates)
    if found.entry_id is not None:
        choose.refuse_twins(found.entry_id, ids)
    return found, problems


def chosen_columns(headers: list[str], chosen: Chosen) -> tuple[Columns, list[str]]:
    """The columns as somebody said, and what there is to say about it. UnknownForm when the file doesn't have what is needed."""
    at_of = {header: at for at, header in enumerate(headers)}
    positions = {name: [at_of[header] for header in named if header in at_of] for name, named in chosen.items()}
    of: dict[str, tuple[tuple[int, str], ...]] = {}
    for name in QUESTIONS:
        if positions.get(name):
            of[name] = tuple((at, _topic(headers[at]) if name == "topics" else "") for at in positions[name])
    _check_found(headers, of, has_id=True, has_date=bool(positions.get("entry_date")))
    ids = positions.get("entry_id")
    return Columns(ids[0] if ids else None, positions["entry_date"][0], of), _unanswered(of)


def _topic(header: str) -> str:
    """The topic that a column of ticks is for, if it is one: the brackets behind the question, or the whole header of another form."""
    meant = meaning(as_written(header))
    return meant[1] if meant and meant[0] == "topics" else header


def _unanswered(of: Mapping[str, object]) -> list[str]:
    return [f"No column answers “{said.label}”." for name, said in QUESTIONS.items() if name not in of and name not in ASKED_LATER]


def _check_found(headers: list[str], of: Mapping[str, object], *, has_id: bool, has_date: bool) -> None:
    """Refuse a file in which nobody could be known or reached, and say what was found and what is missed."""
    missing = [] if has_id else ["the number of the entry"]
    missing += [] if has_date else ["the date of the entry"]
    missing += [] if of.keys() & {"area_text", "name"} else ["the area or a name"]
    missing += [] if of.keys() & {"email", "phone"} else ["an e-mail address or a phone number"]
    if not missing:
        return
    found = ", ".join(f"“{LABELS[name]}”" for name in of) or "no question of the sign-up"
    listed = ", ".join(cleaning.quoted(header) for header in headers[:30]) + (f" and {len(headers) - 30} more" if len(headers) > 30 else "")
    raise UnknownForm(
        "This isn't an export of the sign-up form",
        f"Missing: {'; '.join(missing)}. Found: {found}. The columns of the file are {listed}. {EXPORT_AGAIN}",
        headers,
    )


def _pass_over_account(places: dict[str, dict[str, list[int]]], headers: list[str]) -> None:
    """Microsoft Forms puts the e-mail address and name of the account that answered first. What the form asks for counts more."""
    last = max(at for at, header in enumerate(headers) if plain_header(header) == "completion time")
    for name in ("email", "name"):
        whole = places.get(name, {}).get("", [])
        asked = [at for at in whole if at > last + 2]
        if asked or any(part for part in places.get(name, {})):
            places[name][""] = asked
            if not asked:
                del places[name][""]


def filled(positions: Sequence[int], rows: list[TableRow]) -> list[int]:
    """Those of the columns that hold an answer in some row."""
    return [at for at in positions if any(at < len(row.cells) and _is_answer(row.cells[at]) for row in rows)]


def _is_answer(cell: str) -> bool:
    return bool(cell) and not cell.isspace() and cell != _NOBODY


@dataclass(frozen=True)
class _Choice:
    """Chooses the column that holds the answers, of several that could: the form's hidden trap for robots borrows a question's label."""

    headers: list[str]
    rows: list[TableRow]
    problems: list[str]

    def one(self, positions: list[int], names: Sequence[str], label: str) -> int:
        """Refuses two filled ones with the same label. Of two filled ones with different labels, the better known label wins."""
        best = sorted(self.filled_first(positions), key=lambda at: rank(as_written(self.headers[at]), names))
        if len(best) > 1:
            self.refuse_twins(best[0], best[:2])
            one, other = (as_written(self.headers[at]) for at in best[:2])
            self.problems.append(f"Both “{one}” and “{other}” could answer “{label}”. “{one}” is used; the other is kept as written.")
        return best[0]

    def filled_first(self, positions: list[int]) -> list[int]:
        """The filled ones, or the first if none is."""
        return (filled(positions, self.rows) or positions[:1]) if len(positions) > 1 else positions

    def refuse_twins(self, best: int, positions: Sequence[int]) -> None:
        name = as_written(self.headers[best])
        twins = [at for at in positions if plain_header(as_written(self.headers[at])) == plain_header(name)]
        if len(twins) > 1 and len(filled(twins, self.rows)) > 1:
            raise UnknownForm(
                f"Two columns are called “{name}” and both hold answers",
                "Rename one of the two in the form or in the first line of the file, so that it is plain which one is meant.",
                self.headers,
            )
