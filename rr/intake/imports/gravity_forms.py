"""Reads an export of the sign-up form from Gravity Forms, as CSV or as a spreadsheet, and says of each row what was understood."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TypeVar

from python_calamine import CalamineError, CalamineWorkbook

from rr.base import LONG, SHORT
from rr.errors import Refused
from rr.intake import cleaning, form
from rr.intake.cleaning import Understood
from rr.intake.form import FIELD, SignUpDraft

T = TypeVar("T")

LARGEST_FILE = 20 * 1024 * 1024  # bytes
LARGEST_SHEET = 200 * 1024 * 1024  # bytes once unpacked; a small spreadsheet can unpack to anything
LONGEST_ANSWER = 20_000  # characters; ten times what a form's box holds
SEPARATORS = ",;\t"

EXPORT_AGAIN = (
    "In Gravity Forms choose Import/Export, then Export Entries, and tick the form's questions, “Entry Id” and “Entry Date”. "
    "Bring in the file that this makes as it is, without opening it in between."
)


@dataclass(frozen=True)
class Entry:
    """One row of the file. It was taken if it has a `signup`, and refused if it has `refusals`: always exactly one of the two.

    `line` is the line of the file on which the row starts (a spreadsheet's row). `answers` are the words under the file's own headers,
    without empty ones and without address, browser and payment. A row with the wrong number of columns has no answers and no id:
    nobody knows which is which.
    """

    line: int
    entry_id: str
    received_at: datetime | None
    answers: dict[str, str]
    signup: SignUpDraft | None
    remarks: tuple[str, ...] = ()
    refusals: tuple[str, ...] = ()


@dataclass(frozen=True)
class ExportFile:
    """What a file holds, its rows in its own order. `mapping` gives each field's headers; `problems` are about the whole file."""

    headers: tuple[str, ...]
    entries: tuple[Entry, ...]
    mapping: dict[str, tuple[str, ...]]
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Row:
    first_line: int
    last_line: int
    cells: list[str]
    unclosed: bool = False  # the file ended inside a quotation


@dataclass(frozen=True)
class _Columns:
    """Where each field's answers are: positions, since two columns may bear the same header. A topic's column may name its topic."""

    entry_id: int
    entry_date: int
    of: dict[str, tuple[tuple[int, str], ...]]  # field -> (position, part)


def read(data: bytes, *, topics: Mapping[str, str]) -> ExportFile:
    """Read an export. `topics` gives each topic's label by its code.

    Raises Refused, with a way forward, when nothing in the file can be relied upon: not a table, no entry ids or dates, two filled
    columns of the same name. A single bad row never stops the others. Cost: about 0.3 ms a row; the whole file is held in memory.
    """
    if len(data) > LARGEST_FILE:
        raise Refused("The file is larger than 20 MB", "Export a shorter range of dates, and bring in one file after the other.")
    if not data.strip(b"\x00\xef\xbb\xbf\xfe\xff \t\r\n"):
        raise Refused("The file is empty", EXPORT_AGAIN)
    rows, problems = _spreadsheet(data) if data[:4] in _SPREADSHEETS else _csv(data)
    headers, rows = _headers(rows)
    columns, found = _columns(headers, rows)
    problems += found
    mapping = {name: tuple(headers[at] for at, _ in places) for name, places in columns.of.items()}
    dates_first = cleaning.which_first(row.cells[columns.entry_date] for row in rows if len(row.cells) == len(headers))
    kept = [None if form.plain_header(_AGAIN.sub("", name)) in form.PRIVATE_HEADERS else name for name in headers]
    entries = tuple(_entry(row, kept, columns, topics, day_first=dates_first) for row in rows)
    if not entries:
        problems.append("The file has headers but no rows.")
    return ExportFile(tuple(headers), entries, mapping, tuple(problems))


# --- one row ---


def _entry(row: _Row, kept: Sequence[str | None], columns: _Columns, topics: Mapping[str, str], *, day_first: bool | None) -> Entry:
    if row.unclosed or len(row.cells) != len(kept):
        return Entry(row.first_line, "", None, {}, None, refusals=(_unreadable(row, len(kept)),))
    answers = {name: words for name, cell in zip(kept, row.cells, strict=True) if name and (words := cleaning.text(cell, LONGEST_ANSWER))}
    entry_id = cleaning.line(row.cells[columns.entry_id])
    received = cleaning.instant(row.cells[columns.entry_date], day_first=day_first)
    draft, remarks = _draft(row, columns, topics)
    refusals = []
    if not entry_id or len(entry_id) > SHORT:
        refusals.append("There is no entry id that can be used. Write the number that Gravity Forms shows for this entry under “Entry Id”.")
    if received.value is None:
        refusals.append(f"Entry date: {received.remark}")
    elif received.remark:
        remarks.append(f"Entry date: {received.remark}")
    if not draft.area_text and not draft.name:
        refusals.append("There is neither an area nor a name. Fill in one of them in the file.")
    if not draft.email and not draft.phone:
        refusals.append(_unreachable(row, columns))
    return Entry(row.first_line, entry_id, received.value, answers, None if refusals else draft, tuple(remarks), tuple(refusals))


def _unreadable(row: _Row, width: int) -> str:
    if row.unclosed:
        return (
            f"A quotation mark on line {row.first_line} or below is never closed, so nothing from there to the end could be read. "
            "Export the file again."
        )
    lines = f"Lines {row.first_line} to {row.last_line} have" if row.last_line > row.first_line else "This row has"
    return (
        f"{lines} {len(row.cells)} columns where the headers have {width}. "
        "Look for a quotation mark or a separator too many or too few, or export the file again."
    )


def _unreachable(row: _Row, columns: _Columns) -> str:
    if any(row.cells[at].strip() for name in ("email", "phone") for at, _ in columns.of.get(name, ())):
        return "Neither the e-mail address nor the phone number can be used. Correct one of them in the file."
    return "There is neither an e-mail address nor a phone number. Fill in one of them in the file."


def _draft(row: _Row, columns: _Columns, topics: Mapping[str, str]) -> tuple[SignUpDraft, list[str]]:
    remarks: list[str] = []

    def written(name: str) -> str:
        places = columns.of.get(name, ())
        return row.cells[places[0][0]] if len(places) == 1 else " ".join(filter(None, (row.cells[at].strip() for at, _ in places)))

    def heard(name: str, understood: Understood[T]) -> T:
        if understood.remark:
            remarks.append(f"{FIELD[name].short}: {understood.remark}")
        return understood.value

    def kept(name: str) -> str:
        """The words themselves, as long as the field allows."""
        tidy = cleaning.text if FIELD[name].limit == LONG else cleaning.line
        whole, limit = tidy(written(name), LONGEST_ANSWER), FIELD[name].limit
        if len(whole) <= limit:
            return whole
        remarks.append(
            f"{FIELD[name].short}: Longer than {limit:,} characters, so cut here. Up to {LONGEST_ANSWER:,} are with the answers as written."
        )
        return whole[:limit].rstrip()

    draft = SignUpDraft(
        area_text=kept("area_text"),
        name=kept("name"),
        role=heard("role", cleaning.role(written("role"))),
        role_text=kept("role"),
        email=heard("email", cleaning.email(written("email"))) or "",
        phone=heard("phone", cleaning.phone(written("phone"))) or "",
        phone_text=kept("phone"),
        words=kept("words"),
        prompted_by=kept("prompted_by"),
        topics=heard("topics", cleaning.topics(_ticked_topics(row, columns), topics)),
        people=heard("people", cleaning.whole_number(written("people"))),
        people_text=kept("people"),
        newcomers=heard("newcomers", cleaning.whole_number(written("newcomers"))),
        newcomers_text=kept("newcomers"),
        format=heard("format", cleaning.format_of(written("format"))),
        access_needs=kept("access_needs"),
        avoid=kept("avoid"),
        partnership_knows=heard("partnership_knows", cleaning.partnership_knows(written("partnership_knows"))),
        consent_contact=heard("consent_contact", cleaning.consent(written("consent_contact"), FIELD["consent_contact"].label)),
        consent_share=heard("consent_share", cleaning.consent(written("consent_share"), FIELD["consent_share"].label)),
    )
    if "consent_contact" in columns.of and not written("consent_contact"):
        remarks.append("Consent to be contacted: It isn't ticked. Reply to what they asked, and ask before anything else.")
    return draft, remarks


def _ticked_topics(row: _Row, columns: _Columns) -> str:
    """The topics as one list, one a line. A tick that isn't the topic's own words stands for what its header names."""
    ticked = []
    for at, topic in columns.of.get("topics", ()):
        words = row.cells[at]
        ticked.append(topic if topic and cleaning.consent(words).value else words)
    return "\n".join(ticked)


# --- columns ---


def _headers(rows: list[_Row]) -> tuple[list[str], list[_Row]]:
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


def _columns(headers: list[str], rows: list[_Row]) -> tuple[_Columns, list[str]]:
    """Which column answers which question, and what there is to say about it. Refuses when that can't be told."""
    problems: list[str] = []
    rows = [row for row in rows if len(row.cells) == len(headers)]
    places: dict[str, dict[str, list[int]]] = {}
    for at, header in enumerate(headers):
        meant = form.meaning(_AGAIN.sub("", header))
        if meant:
            places.setdefault(meant[0], {}).setdefault(meant[1], []).append(at)
    plain = [form.plain_header(_AGAIN.sub("", header)) for header in headers]
    of: dict[str, tuple[tuple[int, str], ...]] = {}
    for name, parts in places.items():
        if name == "topics":  # several columns are one answer, in the file's order
            of[name] = tuple(sorted((at, part) for part, positions in parts.items() for at in positions))
            continue
        in_parts = [part for part in form.NAME_PARTS if part in parts]  # of a name: its parts, unless it is also there as a whole
        used = [""] if _filled(parts.get("", []), rows) or not in_parts else in_parts
        of[name] = tuple((_the_one(parts[part], headers, rows, problems, name), part) for part in used)
    ids, dates = ([at for at, header in enumerate(plain) if header == wanted] for wanted in (form.ENTRY_ID, form.ENTRY_DATE))
    if not ids or not dates or not of.keys() & {"area_text", "name"} or not of.keys() & {"email", "phone"}:
        raise Refused(
            "This isn't an export of the sign-up form",
            f"It needs columns for entry id, entry date, the area or a name, and an e-mail address or phone number. {EXPORT_AGAIN}",
        )
    problems += [f"No column answers “{field.label}”." for field in form.FIELDS if field.name not in of and field.name in _EXPECTED]
    return _Columns(_the_one(ids, headers, rows, problems), _the_one(dates, headers, rows, problems), of), problems


_AGAIN = re.compile(r" \(\d+\)$")
_EXPECTED = FIELD.keys() - {"prompted_by", "partnership_knows", "consent_share"}  # asked since the forms that the exports come from


def _filled(positions: Sequence[int], rows: list[_Row]) -> list[int]:
    return [at for at in positions if any(at < len(row.cells) and row.cells[at].strip() for row in rows)]


def _the_one(positions: list[int], headers: list[str], rows: list[_Row], problems: list[str], name: str = "") -> int:
    """The column that holds the answers, of several that could: the form's hidden trap for robots borrows a question's label.

    Refuses two filled ones with the same label. Of two filled ones with different labels, the better known label wins.
    """
    filled = _filled(positions, rows) if len(positions) > 1 else positions
    if len(filled) < 2:
        return (filled or positions)[0]
    best = sorted(filled, key=lambda at: form.rank(_AGAIN.sub("", headers[at]), name)) if name else filled
    one, other = (_AGAIN.sub("", headers[at]) for at in best[:2])
    if form.plain_header(one) == form.plain_header(other):
        raise Refused(
            f"Two columns are called “{one}” and both hold answers",
            "Rename one of the two in the form or in the first line of the file, so that it is plain which one is meant.",
        )
    problems.append(f"Both “{one}” and “{other}” could answer “{FIELD[name].label}”. “{one}” is used; the other is kept as written.")
    return best[0]


# --- files ---

_SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # .xlsx and .ods, and the older .xls
_BAD_ZIP = (zipfile.BadZipFile, NotImplementedError, ValueError, OSError)  # what zipfile raises for a damaged one
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")  # how a spreadsheet writes a control character
_THE_END = "\x00"
csv.field_size_limit(LARGEST_FILE)  # the file is bounded; a single long answer is cut, not refused


def _csv(data: bytes) -> tuple[list[_Row], list[str]]:
    text, problems = _decoded(data)
    text = text.replace("\x00", "")
    offset = 0
    named = re.match(r"sep=([,;\t])\r?\n", text)  # the line that some programs put first for Excel
    if named:
        text, offset = text[named.end() :], 1
    separator = named[1] if named else max(SEPARATORS, key=lambda one: _known_headers(text, one))
    try:
        return list(_csv_rows(text, separator, offset)), problems
    except csv.Error as error:
        raise Refused("The file can't be read as a table", EXPORT_AGAIN) from error


def _known_headers(text: str, separator: str) -> int:
    first = next((cells for cells in csv.reader(io.StringIO(text, newline=""), delimiter=separator) if any(cells)), [])
    return sum(1 for cell in first if form.meaning(cell) or form.plain_header(cell) in (form.ENTRY_ID, form.ENTRY_DATE))


def _csv_rows(text: str, separator: str, offset: int) -> Iterator[_Row]:
    # NULs were taken out of the text, so this last row can't be confused with the file's own.
    reader = csv.reader(io.StringIO(f"{text}\n{_THE_END}", newline=""), delimiter=separator)
    before = 0
    for cells in reader:
        if cells and cells[-1].endswith(_THE_END):
            if cells != [_THE_END]:
                yield _Row(offset + before + 1, offset + reader.line_num - 1, cells, unclosed=True)
            return
        if any(cell.strip() for cell in cells):
            yield _Row(offset + before + 1, offset + reader.line_num, cells)
        before = reader.line_num


def _decoded(data: bytes) -> tuple[str, list[str]]:
    if data.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8")):
        raise Refused("The file is a document or a picture, not a table", EXPORT_AGAIN)
    try:
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            return data.decode("utf-16"), []
        if data[1:200:2].count(0) > 50 or data[:200:2].count(0) > 50:  # UTF-16 without its mark: every other byte of English is zero
            return data.decode("utf-16-le" if data[1:200:2].count(0) > 50 else "utf-16-be"), []
    except UnicodeDecodeError as error:
        raise Refused("The file is damaged: its text can't be read", EXPORT_AGAIN) from error
    try:
        return data.decode("utf-8-sig"), []
    except UnicodeDecodeError:
        problem = "The file isn't in UTF-8, so it was read as Windows text. Check names with accents."
        return data.decode("cp1252", errors="replace"), [problem]


def _spreadsheet(data: bytes) -> tuple[list[_Row], list[str]]:
    """The first sheet that has the sign-up's headers, else the first one."""
    try:
        if data.startswith(b"PK") and sum(part.file_size for part in zipfile.ZipFile(io.BytesIO(data)).infolist()) > LARGEST_SHEET:
            raise Refused("The spreadsheet is too large once it is unpacked", "Export a shorter range of dates.")
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = [_sheet_rows(book.get_sheet_by_index(at).to_python(skip_empty_area=False)) for at in range(len(book.sheet_names))]
    except (CalamineError, *_BAD_ZIP) as error:
        raise Refused(
            "The spreadsheet can't be opened", f"It may be damaged, protected, or another kind of file. {EXPORT_AGAIN}"
        ) from error
    wanted = {form.ENTRY_ID, form.ENTRY_DATE}
    found = [rows for rows in sheets if rows and wanted <= {form.plain_header(cell) for cell in rows[0].cells}]
    return (found or sheets or [[]])[0], []


def _sheet_rows(sheet: Sequence[Sequence[object]]) -> list[_Row]:
    rows = (_Row(number, number, [_cell(value) for value in values]) for number, values in enumerate(sheet, start=1))
    return [row for row in rows if any(cell.strip() for cell in row.cells)]


def _cell(value: object) -> str:
    """A spreadsheet's value as the export would have written it."""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, date):
        return value.isoformat()
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), str(value))
