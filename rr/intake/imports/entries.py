"""Reads the sign-ups in a table, and says of each row what was understood."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from rr.base import SHORT
from rr.intake import cleaning
from rr.intake.cleaning import Understood
from rr.intake.drafts import SignUpDraft
from rr.intake.imports.columns import (
    GRAVITY_FORMS,
    LABELS,
    PRIVATE_HEADERS,
    Chosen,
    Columns,
    chosen_columns,
    find_columns,
    form_of,
    headers_and_rows,
)
from rr.intake.imports.consent import consent, is_ticked
from rr.intake.imports.dates import DateOrder, date_order, instant
from rr.intake.imports.headers import as_written, plain_header
from rr.intake.imports.mending import mend
from rr.intake.imports.tables import Table, TableRow

LONGEST_ANSWER = 20_000  # characters; ten times what a form's box holds

_THOUSANDS = re.compile(r"\d{1,3}([, ]\d{3})+(\.0+)?", re.ASCII)
_SHORTENED = re.compile(r"\d+([.,]\d+)?E\+?\d+", re.ASCII | re.IGNORECASE)
_CHOICES = ("topics", "role", "format", "partnership_knows")  # what some programs write as a JSON list


@dataclass(frozen=True)
class Entry:
    """One row of the file. It can be imported if it has a `signup`, and is refused if it has `refusals`: always exactly one of the two.

    `line` is the line of the file on which the row starts (a spreadsheet's row). `answers` are the words under the file's own headers,
    without empty ones and without address, browser and payment. A row with more cells than headers has no answers and no id: nobody
    knows which is which.
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
    """What a file holds, its rows in its own order.

    `mapping` gives each field's headers, `known_by` those of the entry's date and, if it has one, its number. `problems` are about the
    whole file and want somebody's attention; `notes` say how it was read. `unclear_dates` can be read as two days each: somebody has to
    say whether the day comes first. `fingerprint` stands for the file where its words shouldn't be kept.
    """

    headers: tuple[str, ...]
    entries: tuple[Entry, ...]
    mapping: dict[str, tuple[str, ...]]
    known_by: dict[str, str]
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    unclear_dates: tuple[str, ...] = ()
    day_first: bool | None = None
    remembered: str = ""  # the name of the mapping that it was read by
    file_name: str = ""
    fingerprint: str = ""

    @property
    def columns(self) -> dict[str, tuple[str, ...]]:
        """The headers by field, with those of the entry's number and date: what a mapping holds."""
        return {name: (header,) for name, header in self.known_by.items()} | self.mapping


@dataclass
class _Reading:
    """What holds for every row of a file, and what its rows gave cause to say about the whole."""

    columns: Columns
    topics: Mapping[str, str]
    headers: Sequence[str]
    kept: Sequence[str | None]  # the header under which a column's words are kept; None for what nobody has a use for
    form: str  # the program that made the file, where that is known
    day_first: bool | None
    mended: list[tuple[str, str]] = field(default_factory=list)  # what was decoded wrongly, as it came and as it is


def read(
    table: Table,
    *,
    topics: Mapping[str, str],
    chosen: Chosen | None = None,
    remembered: str = "",
    day_first: bool | None = None,
    usually_day_first: bool | None = None,
    file_name: str = "",
) -> ExportFile:
    """Read the sign-ups of a file. `topics` gives each topic's label by its code.

    `chosen` and `day_first` are what somebody said, or what was `remembered` under that name; `usually_day_first` counts where nothing
    in the file tells. Raises UnknownForm, with a way forward, when it can't be told which columns hold what. A single bad row never
    stops the others. Cost: about 0.2 ms a row; the whole file is held in memory.
    """
    headers, rows = headers_and_rows(table.rows)
    columns, found = chosen_columns(headers, chosen) if chosen else find_columns(headers, rows)
    dates = (mend(row.cells[columns.entry_date]).text for row in rows if columns.entry_date < len(row.cells))
    order = date_order(dates, day_first, usually_day_first)
    kept = [None if plain_header(as_written(name)) in PRIVATE_HEADERS else name for name in headers]
    reading = _Reading(columns, topics, headers, kept, "" if chosen else form_of(headers), order.day_first)
    entries = tuple(_entry(row, reading) for row in rows)
    problems = [*table.problems, *found, *_about_dates(order), *([] if entries else ["The file has headers but no rows."])]
    mapping = {name: tuple(headers[at] for at, _ in places) for name, places in columns.of.items()}
    known_by = {"entry_date": columns.entry_date} | ({} if columns.entry_id is None else {"entry_id": columns.entry_id})
    return ExportFile(
        headers=tuple(headers),
        entries=entries,
        mapping=mapping,
        known_by={name: headers[at] for name, at in known_by.items()},
        problems=tuple(problems),
        notes=tuple(_notes(table, order, reading, remembered)),
        unclear_dates=order.unclear,
        day_first=order.day_first,
        remembered=remembered,
        file_name=file_name,
        fingerprint=_fingerprint(table.fingerprint, mapping, known_by, order.day_first),
    )


def _fingerprint(*parts: object) -> str:
    return sha256(repr(parts).encode(errors="surrogatepass")).hexdigest()


def _about_dates(order: DateOrder) -> list[str]:
    if not order.unclear:
        return []
    why = "the others contradict each other" if order.mixed else "no other date of the file tells"
    many = "One date" if len(order.unclear) == 1 else f"{len(order.unclear):,} dates"
    return [f"{many}, such as {cleaning.quoted(order.unclear[0])}, can be read as two different days, and {why}. Say which comes first."]


def _notes(table: Table, order: DateOrder, reading: _Reading, remembered: str) -> list[str]:
    notes = [f"Read by the columns remembered as {cleaning.quoted(remembered)}."] if remembered else []
    notes += [f"Read as an export of {reading.form}, by its headers."] if reading.form not in ("", GRAVITY_FORMS) else []
    words = [cleaning.quoted(cell) for row in table.above for cell in row.cells if cell.strip()]
    if words:
        notes.append(f"Above the headers, which are on line {table.rows[0].first_line}, stands {', '.join(words)}.")
    if reading.mended:
        came, became = reading.mended[0]
        times = "once" if len(reading.mended) == 1 else f"{len(reading.mended):,} times"
        notes.append(
            f"Text that had been decoded wrongly was put right {times}, such as {cleaning.quoted(came)} to {cleaning.quoted(became)}."
        )
    if order.day_first is False:
        notes.append("Dates such as 02/05/2024 were read with the month first.")
    return notes


def _entry(row: TableRow, reading: _Reading) -> Entry:
    width, columns = len(reading.headers), reading.columns
    if row.unclosed or len(row.cells) > width:
        return Entry(row.first_line, "", None, {}, None, refusals=(_unreadable(row, width),))
    remarks = [_padded(len(row.cells), width)] if len(row.cells) < width else []
    cells = [_mended(cell, at, reading, remarks) for at, cell in enumerate(row.cells)] + [""] * (width - len(row.cells))
    answers = {
        name: words for name, cell in zip(reading.kept, cells, strict=True) if name and (words := cleaning.text(cell, LONGEST_ANSWER))
    }
    received = instant(cells[columns.entry_date], day_first=reading.day_first)
    draft, of_draft = _draft(cells, reading)
    entry_id, refusals = _entry_id(cells, reading, received.value, draft)
    if received.value is None:
        refusals.append(f"Entry date: {received.remark}")
    elif received.remark:
        remarks.append(f"Entry date: {received.remark}")
    if not draft.area_text and not draft.name:
        refusals.append("There is neither an area nor a name. Fill in one of them in the file.")
    if not draft.email and not draft.phone:
        refusals.append(_unreachable(cells, columns))
    if refusals and len(row.cells) < width:
        refusals.insert(0, remarks[0])
    return Entry(row.first_line, entry_id, received.value, answers, None if refusals else draft, (*remarks, *of_draft), tuple(refusals))


def _mended(cell: str, at: int, reading: _Reading, remarks: list[str]) -> str:
    if cell.isascii() and "&" not in cell and "?" not in cell and not cell.startswith('="'):
        return cell
    mended = mend(cell)
    if mended.decoded_wrongly:
        reading.mended.append((cell, mended.text))
    if mended.is_damaged and reading.kept[at]:
        said = f"letters were lost or decoded wrongly before the file came to us: {cleaning.quoted(mended.text)}. Compare it with the form."
        remarks.append(f"{as_written(reading.headers[at])}: {said}")
    return mended.text


def _padded(cells: int, width: int) -> str:
    missing = "The last one counts" if width - cells == 1 else f"The last {width - cells} count"
    return f"This row has {cells} columns where the headers have {width}. {missing} as empty."


def _entry_id(cells: Sequence[str], reading: _Reading, received: datetime | None, draft: SignUpDraft) -> tuple[str, list[str]]:
    """The number that an entry is known by, the same however a spreadsheet program wrote it, and why it can't be used.

    Where the form gives none, a hash of the day and of whoever sent it stands for it: together with the minute that is one entry.
    """
    at = reading.columns.entry_id
    if at is None:
        who = draft.email or draft.phone or draft.name or draft.area_text
        return (f"of-{sha256(f'{received:%Y-%m-%d} {who.casefold()}'.encode()).hexdigest()[:16]}" if received else ""), []
    way = f"Write the number that {reading.form or 'the form'} shows for this entry under “{as_written(reading.headers[at])}”."
    said = cleaning.line(cells[at])
    if _SHORTENED.fullmatch(said):
        return "", [f"The entry's number {cleaning.quoted(said)} was shortened by a spreadsheet program, and digits may be lost. {way}"]
    entry_id = plain_number(said)
    if not entry_id or len(entry_id) > SHORT:
        return "", [f"There is no entry id that can be used. {way}"]
    return entry_id, []


def plain_number(said: str) -> str:
    """An entry's number as the form shows it: 9200.0, 9,200, 9 200, '9200 and #9200 are 9200. What is no number stays as it is."""
    bare = said.lstrip("'#").strip()
    if _THOUSANDS.fullmatch(bare):
        bare = re.sub("[, ]", "", bare)
    found = re.fullmatch(r"0*(\d+)(?:\.0+)?", bare, re.ASCII)
    return found[1] if found else said


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


def _unreachable(cells: Sequence[str], columns: Columns) -> str:
    if any(cells[at].strip() for name in ("email", "phone") for at, _ in columns.of.get(name, ())):
        return "Neither the e-mail address nor the phone number can be used. Correct one of them in the file."
    return "There is neither an e-mail address nor a phone number. Fill in one of them in the file."


def _draft(cells: Sequence[str], reading: _Reading) -> tuple[SignUpDraft, tuple[str, ...]]:
    answers: dict[str, Any] = {}
    for name, places in reading.columns.of.items():
        words = [cells[at] for at, _ in places]
        answers[name] = words[0] if len(words) == 1 else " ".join(filter(None, (one.strip() for one in words)))
        if name in _CHOICES:
            answers[name] = _listed(answers[name])
        if name.startswith("consent_"):
            answers[name] = consent(answers[name], as_written(reading.headers[places[0][0]]), LABELS[name])
    if "topics" in reading.columns.of:
        answers["topics"] = _topics(cells, reading)
    return SignUpDraft.keep(answers, f"Up to {LONGEST_ANSWER:,} are with the answers as written.")


def _listed(words: str) -> str:
    """The choices of a JSON list, one a line. Anything else stays as it is."""
    if not words.lstrip().startswith("["):
        return words
    try:
        listed = json.loads(words)
    except (ValueError, RecursionError):
        return words
    return "\n".join(listed) if isinstance(listed, list) and all(isinstance(one, str) for one in listed) else words


def _topics(cells: Sequence[str], reading: _Reading) -> Understood[tuple[str, ...]]:
    """The topics that are named, or ticked. A tick that isn't the topic's own words stands for what its header names."""
    named = []
    for at, topic in reading.columns.of["topics"]:
        words = _listed(cells[at])
        ticked = is_ticked(words) if topic else None
        if ticked is not False:
            named.append(topic if ticked else words)
    return cleaning.topics("\n".join(named), reading.topics)
