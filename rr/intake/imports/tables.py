"""Reads a table from a file, as CSV or as a spreadsheet: its rows as they are, each with the line on which it starts."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime

from python_calamine import CalamineError, CalamineWorkbook

from rr.errors import Refused
from rr.intake.imports import columns
from rr.intake.imports.columns import EXPORT_AGAIN, TableRow

LARGEST_FILE = 20 * 1024 * 1024  # bytes
LARGEST_SHEET = 200 * 1024 * 1024  # bytes once unpacked; a small spreadsheet can unpack to anything
SEPARATORS = ",;\t"

_SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # .xlsx and .ods, and the older .xls
_BAD_ZIP = (zipfile.BadZipFile, NotImplementedError, ValueError, OSError)  # what zipfile raises for a damaged one
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")  # how a spreadsheet writes a control character
_THE_END = "\x00"
csv.field_size_limit(LARGEST_FILE)  # the file is bounded; a single long answer is cut, not refused


def rows_of(data: bytes) -> tuple[list[TableRow], list[str]]:
    """The rows that aren't empty, the first of them the headers, and what there is to say about the file.

    Raises Refused, with a way forward, when it is too large, empty or no table.
    """
    if len(data) > LARGEST_FILE:
        raise Refused("The file is larger than 20 MB", "Export a shorter range of dates, and import one file after the other.")
    if not data.strip(b"\x00\xef\xbb\xbf\xfe\xff \t\r\n"):
        raise Refused("The file is empty", EXPORT_AGAIN)
    return _spreadsheet(data) if data[:4] in _SPREADSHEETS else _csv(data)


def _csv(data: bytes) -> tuple[list[TableRow], list[str]]:
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
    return sum(1 for cell in first if columns.meaning(cell) or columns.plain_header(cell) in (columns.ENTRY_ID, columns.ENTRY_DATE))


def _csv_rows(text: str, separator: str, offset: int) -> Iterator[TableRow]:
    # NULs were taken out of the text, so this last row can't be confused with the file's own.
    reader = csv.reader(io.StringIO(f"{text}\n{_THE_END}", newline=""), delimiter=separator)
    before = 0
    for cells in reader:
        if cells and cells[-1].endswith(_THE_END):
            if cells != [_THE_END]:
                yield TableRow(offset + before + 1, offset + reader.line_num - 1, cells, unclosed=True)
            return
        if any(cell.strip() for cell in cells):
            yield TableRow(offset + before + 1, offset + reader.line_num, cells)
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


def _spreadsheet(data: bytes) -> tuple[list[TableRow], list[str]]:
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
    wanted = {columns.ENTRY_ID, columns.ENTRY_DATE}
    found = [rows for rows in sheets if rows and wanted <= {columns.plain_header(cell) for cell in rows[0].cells}]
    return (found or sheets or [[]])[0], []


def _sheet_rows(sheet: Sequence[Sequence[object]]) -> list[TableRow]:
    rows = (TableRow(number, number, [_cell(value) for value in values]) for number, values in enumerate(sheet, start=1))
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
