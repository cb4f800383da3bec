"""The whole database as CSV or as workbooks, one file a table, with a data dictionary: to read elsewhere, or to leave with."""

import csv
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum, StrEnum
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import xlsxwriter
from sqlalchemy import Column, Table, select

from rr import migrations
from rr.base import Instant, spreadsheet_safe
from rr.copies import rows
from rr.errors import Refused
from rr.models import METADATA, REGISTRY

SECRETS = {"password_hash", "mark", "throttle.key", "form_key.key", "form_key.result"}  # by column, or by table and column
STAFF = {"account.email", "account.name", "audit_entry.by"}  # people too, though the audit writes these down
DICTIONARY = ("table", "column", "type", "may be empty", "refers to", "personal", "meaning")
MEANINGS = {  # of columns that mean the same wherever they stand
    "id": "the row's number",
    "version": "how often the row was changed: guards against overwriting",
    "position": "its place in the list",
    "at": "when it was written down",
    "by_id": "the account that did it; empty for the system, the public form and private links",
    "made_at": "when it was made",
    "folded": "the same without accents and capitals, as the search sees it",
    "ref": "the reference that people are told",
    "words": "in people's own words",
    "code": "its short name, by which others refer to it",
    "due": "the day by which it is to be done",
}


class Kind(StrEnum):
    """The kinds of files that a table can be written as."""

    CSV = "csv"
    XLSX = "xlsx"


@dataclass(frozen=True)
class Exported:
    """How much was written."""

    tables: int
    rows: int


def export(folder: Path, kind: Kind = Kind.CSV) -> Exported:
    """Write every table, as at one instant, and the data dictionary into `folder`, readable by its owner alone.

    Made for spreadsheets: yes and no, days as 2027-03-14, instants in UTC. In CSV (UTF-8 with a mark that says so), a text that a
    spreadsheet would calculate, or take for a number or a date, gets a leading apostrophe; in a workbook each text is a text.
    Passwords and the marks of links and sign-ins are left out. Rows are streamed, so size costs time only.
    Refuses a folder with something in it; whatever fails leaves none of its files behind.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise Refused(f"{folder} isn't empty", "Give a new folder, or an empty one.")
        return _write_all(folder, kind)
    except OSError as fault:
        raise Refused(f"{folder} can't be written: {fault.strerror}", "Give the name of a new folder.") from None


def _write_all(folder: Path, kind: Kind) -> Exported:
    tables = sorted(METADATA.tables.values(), key=lambda table: table.name)
    written: list[Path] = []
    write = _WRITERS[kind]
    total = 0
    try:
        with rows.snapshot() as connection:
            if not migrations.is_current():
                raise Refused("The database is not at this version", "Run python -m rr migrate first.")
            for table in tables:
                written.append(folder / f"{table.name}.{kind}")
                columns = [column for column in table.columns if not _secret(column)]
                total += write(written[-1], [column.name for column in columns], _rows(connection, table, columns))
        written.append(folder / f"data_dictionary.{kind}")
        write(written[-1], DICTIONARY, (row for table in tables for row in _describe(table)))
    except BaseException:
        for file in written:
            file.unlink(missing_ok=True)
        raise
    return Exported(len(tables), total)


def _write_csv(file: Path, header: Iterable[str], rows: Iterable[Iterable[Any]]) -> int:
    count = 0
    with open(_own(file), "w", encoding="utf-8-sig", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(header)
        for row in rows:
            writer.writerow([_cell(value) for value in row])
            count += 1
    return count


def _write_xlsx(file: Path, header: Iterable[str], rows: Iterable[Iterable[Any]]) -> int:
    """Refuses a table that has more rows, or a longer text, than a workbook can hold."""
    count = 0
    with open(_own(file), "wb") as opened, xlsxwriter.Workbook(opened, {"constant_memory": True}) as book:
        sheet, day = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd"})
        for at, name in enumerate(header):
            sheet.write_string(0, at, name)
        for count, row in enumerate(rows, start=1):
            for at, value in enumerate(map(_plain, row)):
                if _put(sheet, count, at, value, day) < 0:
                    raise Refused(f"{file.stem} has too many rows, or a text that is too long for a workbook", "Export it as CSV instead.")
    return count


def _put(sheet: Any, row: int, at: int, value: Any, day: Any) -> int:
    """Write a value as what it is. Below 0 if the workbook can't hold it."""
    if value is None:
        return 0
    if isinstance(value, date):
        return sheet.write_datetime(row, at, value, day)
    return sheet.write_number(row, at, value) if isinstance(value, int | float) else sheet.write_string(row, at, value)


_WRITERS = {Kind.CSV: _write_csv, Kind.XLSX: _write_xlsx}


def _own(file: Path) -> int:
    """A new file that its owner alone may read."""
    return os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)


def _rows(connection: sa.Connection, table: Table, columns: list[Column[Any]]) -> Iterator[Any]:
    chosen = select(*columns).order_by(*table.primary_key.columns)
    with connection.execute(chosen, execution_options={"stream_results": True, "yield_per": rows.AT_ONCE}) as found:
        yield from found


def _cell(value: Any) -> Any:
    """A value as CSV has it."""
    plain = _plain(value)
    if isinstance(value, date):  # what a spreadsheet reads these as is what they are
        return str(plain)
    return spreadsheet_safe(plain) if isinstance(plain, str) else plain


def _plain(value: Any) -> Any:
    """A value as a number, a day, a text or nothing."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.isoformat(" ")
    if isinstance(value, Enum):
        return value.value
    return value if value is None or isinstance(value, int | float | date | str) else json.dumps(value, ensure_ascii=False)


def _secret(column: Column[Any]) -> bool:
    return bool({column.name, str(column)} & SECRETS)


def _describe(table: Table) -> Iterator[tuple[str, ...]]:
    """The table's own row, then one for each of its columns."""
    model = next(mapper.class_ for mapper in REGISTRY.mappers if mapper.local_table is table)
    yield (table.name, "", "table", "", "", "", " ".join((model.__doc__ or "").split()))
    for column in table.columns:
        field = model.model_fields.get(column.name)
        yield (
            table.name,
            column.name,
            _type(column),
            "yes" if column.nullable else "no",
            "; ".join(sorted(key.target_fullname for key in column.foreign_keys)),
            "yes" if column.info.get("personal") or str(column) in STAFF else "no",
            "left out of the export: a secret" if _secret(column) else _meaning(column, field.description if field else None),
        )


def _meaning(column: Column[Any], written: str | None) -> str:
    if written:
        return written
    if column.name in MEANINGS:
        return MEANINGS[column.name]
    words = column.name.removesuffix("_id").removesuffix("_at").removesuffix("_on").replace("_", " ")
    if column.name.endswith("_text"):
        return f"{words.removesuffix(' text')}, as it was written"
    return f"when: {words}" if column.name.endswith(("_at", "_on")) else words


def _type(column: Column[Any]) -> str:
    kind = column.type
    if isinstance(kind, sa.Enum):
        return "one of: " + ", ".join(kind.enums)
    if isinstance(kind, Instant):
        return "instant in UTC"
    if isinstance(kind, sa.String):
        return f"text of up to {kind.length} characters" if kind.length else "text"
    names = {sa.Boolean: "yes or no", sa.Integer: "whole number", sa.Date: "day", sa.JSON: "JSON"}
    return next((name for known, name in names.items() if isinstance(kind, known)), str(kind).lower())
