"""Reads a table from a file's bytes, CSV or a spreadsheet: its rows as they are, each with the line on which it starts.

It runs in a process of its own, with limits (`reading.py` starts it), and so imports nothing that takes long to load.
"""

import csv
import io
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from rr.errors import Refused
from rr.intake.imports import limits
from rr.intake.imports.encoding import decode
from rr.intake.imports.headers import spellings
from rr.intake.imports.limits import MOST_COLUMNS, MOST_ROWS

EXPORT_AGAIN = (
    "In Gravity Forms choose Import/Export, then Export Entries, and tick the form's questions, “Entry Id” and “Entry Date”. "
    "Import the file that this makes as it is, without opening it in between."
)
SEPARATORS = ",;\t"
SEARCHED = 30  # rows at the top among which the headers are looked for

_NO_TABLES = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"{\\rtf")
SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # .xlsx and .ods, and the older .xls
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_CONTROLS = bytes([*range(1, 9), *range(14, 27), *range(28, 32), 127])  # what a text doesn't hold
LOOKED_AT = 100_000  # bytes
_THE_END = "\x00"
csv.field_size_limit(limits.LARGEST_FILE)  # the file is bounded; a single long answer is cut, not refused


@dataclass(frozen=True)
class TableRow:
    first_line: int
    last_line: int
    cells: list[str]
    unclosed: bool = False  # the file ended inside a quotation


@dataclass(frozen=True)
class Table:
    """The rows that aren't empty, from the headers on. `above` are the rows above the headers, `problems` what there is to say."""

    rows: list[TableRow]
    above: list[TableRow] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    fingerprint: str = ""  # of the file's bytes


def parse(data: bytes, known: Collection[str]) -> Table:
    """The table in a file. `known` are headers, as `plain_header` makes them, by which the separator, the sheet and the headers are found.

    Raises Refused, with a way forward, when the file is empty, no table, or more than the limits allow.
    """
    if len(data) > limits.LARGEST_FILE:
        raise limits.too_large()
    if not data.strip(b"\x00\xef\xbb\xbf\xfe\xff \t\r\n"):
        raise Refused("The file is empty", EXPORT_AGAIN)
    if data.startswith(_NO_TABLES) or (not data.startswith((*SPREADSHEETS, *UTF_16)) and _is_binary(data[:LOOKED_AT])):
        raise Refused("The file is a document or a picture, not a table", EXPORT_AGAIN)
    known = frozenset(known)
    if data.startswith(SPREADSHEETS):
        from rr.intake.imports import workbook  # noqa: PLC0415 (only a spreadsheet needs it)

        sheets = workbook.sheets(data, enough=lambda rows: _best(rows, known)[1] >= 3)
        rows, problems = max(sheets, key=lambda rows: _best(rows, known)[1], default=[]), []
    else:
        rows, problems = _csv(data, known)
    if not rows:
        raise Refused("The file is empty", EXPORT_AGAIN)
    top, _ = _best(rows, known)
    return Table(rows[top:], rows[:top], problems)


def _is_binary(data: bytes) -> bool:
    return len(data) - len(data.translate(None, _CONTROLS)) > len(data) // 20


def known_headers(cells: Collection[str], known: Collection[str]) -> int:
    """How many of a row's cells are headers that we know, with or without brackets behind them."""
    return sum(any(plain in known for plain in _plain(cell)) for cell in cells if cell and len(cell) < 300)


def _plain(cell: str) -> list[str]:
    return [*spellings(cell), *spellings(cell.partition("(")[0])]


def _best(rows: list[TableRow], known: Collection[str]) -> tuple[int, int]:
    """Which of the first rows has the most headers that we know, and how many. One or two may be a coincidence: then it is the first."""
    counts = [known_headers(row.cells, known) for row in rows[:SEARCHED]]
    most = max(counts, default=0)
    return (counts.index(most), most) if most >= 3 else (0, most)


# --- CSV ---


def _csv(data: bytes, known: Collection[str]) -> tuple[list[TableRow], list[str]]:
    decoded = decode(data)
    text = decoded.text.replace("\x00", "").rstrip("\r\n")
    offset = 0
    named = re.match(r"sep=([,;\t])\r?\n", text)  # the line that some programs put first for Excel
    if named:
        text, offset = text[named.end() :], 1
    separator = named[1] if named else max(SEPARATORS, key=lambda one: _separates(text, one, known))
    try:
        return list(_csv_rows(text, separator, offset)), [decoded.problem] if decoded.problem else []
    except csv.Error as error:
        raise Refused("The file can't be read as a table", EXPORT_AGAIN) from error


def _separates(text: str, separator: str, known: Collection[str]) -> tuple[int, int]:
    """How many known headers there are with this separator, and in how many columns the first rows stand."""
    rows = [row.cells for row, _ in zip(_csv_rows(text, separator, 0), range(SEARCHED), strict=False)]
    widths = sorted(len(cells) for cells in rows)
    return max((known_headers(cells, known) for cells in rows), default=0), widths[len(widths) // 2] if widths else 0


def _csv_rows(text: str, separator: str, offset: int) -> Iterator[TableRow]:
    # NULs were taken out of the text, so this last row can't be confused with the file's own.
    reader = csv.reader(io.StringIO(f"{text}\n{_THE_END}", newline=""), delimiter=separator)
    before = filled = 0
    for values in reader:
        cells = values if len(values) <= MOST_COLUMNS else _without_empty_end(values)
        if cells and cells[-1].endswith(_THE_END):
            if cells != [_THE_END]:
                yield TableRow(offset + before + 1, offset + reader.line_num - 1, cells, unclosed=True)
            return
        if any(cell and not cell.isspace() for cell in cells):
            filled += 1
            if filled > MOST_ROWS + 1:
                raise limits.too_many_rows()
            yield TableRow(offset + before + 1, offset + reader.line_num, cells)
        before = reader.line_num


def _without_empty_end(cells: list[str]) -> list[str]:
    width = len(cells)
    while width and not cells[width - 1].strip():
        width -= 1
    if width > MOST_COLUMNS:
        raise limits.too_many_columns()
    return cells[:width]
