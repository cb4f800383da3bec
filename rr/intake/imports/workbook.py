"""Reads the sheets of a spreadsheet. What it would unpack to is measured first, by unpacking: what its directory says may be a lie."""

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from rr.errors import Refused
from rr.intake.imports import limits
from rr.intake.imports.limits import LARGEST_UNPACKED, MEGABYTE, MOST_COLUMNS, MOST_ROWS
from rr.intake.imports.tables import EXPORT_AGAIN, TableRow

_BAD_ZIP = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError)  # what zipfile raises
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")  # how a spreadsheet writes a control character
_FILLED = re.compile(rb'<(?:\w+:)?c [^<>]*?\br="([A-Z]{1,4})(\d{1,9})"[^<>]*[^/<>]>(?!</)')  # a cell that isn't closed at once
_OVERLAP = 300  # bytes of a part that the next one is read with, so that no cell is cut in two


def sheets(data: bytes, enough: Callable[[list[TableRow]], bool]) -> list[list[TableRow]]:
    """The filled rows of each sheet, up to the first sheet that is `enough`. Formulas count with the value that was stored with them.

    Refused when the file is damaged, protected or too large.
    """
    try:
        if data.startswith(b"PK"):
            _measure(zipfile.ZipFile(io.BytesIO(data)))
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        found = []
        for at in range(len(book.sheet_names)):
            found.append(_rows(book.get_sheet_by_index(at)))
            if enough(found[-1]):
                break
        return found
    except (CalamineError, *_BAD_ZIP) as error:
        raise Refused(
            "The spreadsheet can't be opened", f"It may be damaged, protected, or another kind of file. {EXPORT_AGAIN}"
        ) from error


def _measure(packed: zipfile.ZipFile) -> None:
    """Refuse a spreadsheet that unpacks to too much, or has cells filled far from its table: the reader would lay out all between."""
    unpacked = 0
    for part in packed.infolist():
        is_sheet = part.filename.startswith("xl/worksheets/")
        with packed.open(part) as stream:
            before = b""
            while piece := stream.read(MEGABYTE):
                unpacked += len(piece)
                if unpacked > LARGEST_UNPACKED:
                    raise limits.too_large_unpacked()
                if is_sheet:
                    _check_cells(_FILLED.findall(before + piece))
                    before = piece[-_OVERLAP:]


def _check_cells(cells: Iterable[tuple[bytes, bytes]]) -> None:
    rows, columns = set[bytes](), set[bytes]()
    for column, row in cells:
        rows.add(row)
        columns.add(column)
    if any(_column_number(column) > MOST_COLUMNS for column in columns):
        raise limits.too_many_columns()
    if any(int(row) > MOST_ROWS + 100 for row in rows):
        raise limits.too_many_rows()


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _rows(sheet: Any) -> list[TableRow]:
    if sheet.total_width > MOST_COLUMNS:
        raise limits.too_many_columns()
    found: list[TableRow] = []
    characters = 0
    for number, values in enumerate(sheet.iter_rows(), start=1):
        cells = [_cell(value) for value in values]
        if not any(cell and not cell.isspace() for cell in cells):
            continue
        characters += sum(map(len, cells))
        if characters > LARGEST_UNPACKED // 4:
            raise limits.too_large_unpacked()
        if len(found) > MOST_ROWS:
            raise limits.too_many_rows()
        found.append(TableRow(number, number, cells))
    return found


def _cell(value: object) -> str:
    """A spreadsheet's value as the export would have written it."""
    if value.__class__ is str:
        return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), value) if "_x" in value else value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        # A day and time are a number there: 10:15:37 may come back as 10:15:36.999.
        return f"{value + timedelta(milliseconds=500):%Y-%m-%d %H:%M:%S}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return f"{value:%H:%M:%S}"
    return str(value)
