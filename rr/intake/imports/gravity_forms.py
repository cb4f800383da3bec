"""Reads an export of the sign-up form from Gravity Forms, and says of each row what was understood."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rr.base import SHORT
from rr.intake import cleaning
from rr.intake.drafts import SignUpDraft
from rr.intake.imports.columns import PRIVATE_HEADERS, Columns, TableRow, as_written, find_columns, headers_and_rows, plain_header
from rr.intake.imports.tables import rows_of

LONGEST_ANSWER = 20_000  # characters; ten times what a form's box holds


@dataclass(frozen=True)
class Entry:
    """One row of the file. It can be imported if it has a `signup`, and is refused if it has `refusals`: always exactly one of the two.

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


def read(data: bytes, *, topics: Mapping[str, str]) -> ExportFile:
    """Read an export. `topics` gives each topic's label by its code.

    Raises Refused, with a way forward, when nothing in the file can be relied upon: not a table, no entry ids or dates, two filled
    columns of the same name. A single bad row never stops the others. Cost: about 0.3 ms a row; the whole file is held in memory.
    """
    rows, problems = rows_of(data)
    headers, rows = headers_and_rows(rows)
    columns, found = find_columns(headers, rows)
    problems += found
    mapping = {name: tuple(headers[at] for at, _ in places) for name, places in columns.of.items()}
    dates_first = cleaning.which_first(row.cells[columns.entry_date] for row in rows if len(row.cells) == len(headers))
    kept = [None if plain_header(as_written(name)) in PRIVATE_HEADERS else name for name in headers]
    entries = tuple(_entry(row, kept, columns, topics, day_first=dates_first) for row in rows)
    if not entries:
        problems.append("The file has headers but no rows.")
    return ExportFile(tuple(headers), entries, mapping, tuple(problems))


def _entry(row: TableRow, kept: Sequence[str | None], columns: Columns, topics: Mapping[str, str], *, day_first: bool | None) -> Entry:
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
        remarks += (f"Entry date: {received.remark}",)
    if not draft.area_text and not draft.name:
        refusals.append("There is neither an area nor a name. Fill in one of them in the file.")
    if not draft.email and not draft.phone:
        refusals.append(_unreachable(row, columns))
    return Entry(row.first_line, entry_id, received.value, answers, None if refusals else draft, tuple(remarks), tuple(refusals))


def _unreadable(row: TableRow, width: int) -> str:
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


def _unreachable(row: TableRow, columns: Columns) -> str:
    if any(row.cells[at].strip() for name in ("email", "phone") for at, _ in columns.of.get(name, ())):
        return "Neither the e-mail address nor the phone number can be used. Correct one of them in the file."
    return "There is neither an e-mail address nor a phone number. Fill in one of them in the file."


def _draft(row: TableRow, columns: Columns, topics: Mapping[str, str]) -> tuple[SignUpDraft, tuple[str, ...]]:
    answers: dict[str, Any] = {}
    for name, places in columns.of.items():
        cells = [row.cells[at] for at, _ in places]
        answers[name] = cells[0] if len(cells) == 1 else " ".join(filter(None, (cell.strip() for cell in cells)))
    answers["topics"] = cleaning.topics(_ticked_topics(row, columns), topics)
    return SignUpDraft.keep(answers, f"Up to {LONGEST_ANSWER:,} are with the answers as written.")


def _ticked_topics(row: TableRow, columns: Columns) -> str:
    """The topics as one list, one a line. A tick that isn't the topic's own words stands for what its header names."""
    ticked = []
    for at, topic in columns.of.get("topics", ()):
        words = row.cells[at]
        ticked.append(topic if topic and cleaning.consent(words).value else words)
    return "\n".join(ticked)
