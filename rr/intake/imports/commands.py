"""Importing a file of sign-ups: what each of its rows would do, and doing it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlmodel import col

from rr.access import Actor, Can, demand
from rr.audit import AuditEntry
from rr.base import LINE, LONG, SHORT, clean
from rr.clock import LONDON
from rr.db import Session
from rr.errors import NotFound, Refused
from rr.intake.imports.columns import OWN_HEADERS
from rr.intake.imports.entries import Entry, ExportFile, plain_number
from rr.intake.imports.headers import as_written, plain_header
from rr.intake.imports.mending import mend
from rr.intake.models import ImportBatch, ImportRow, RequestTopic, SupportRequest, new_request, topics_of
from rr.intake.references import next_number, one_at_a_time, reference
from rr.intake.rules import RowResult, Source
from rr.partnerships.commands import AddressBook
from rr.partnerships.matching import certain
from rr.partnerships.queries import areas, places
from rr.undo import Changed, put_back

AT_ONCE = 500  # entry ids asked for in one statement
NAMED = 5  # answers that a changed entry's reason names


@dataclass(frozen=True)
class PreviewRow:
    """A row of the file. `area` is the partnership when that is certain (`matched`), else the name as written. `why` may be remarks."""

    line: int
    entry_id: str
    result: RowResult
    area: str
    matched: bool
    name: str
    why: str


@dataclass(frozen=True)
class Preview:
    """What importing a file would do. `problems` and `notes` are about the whole file, as in `ExportFile`."""

    file_name: str
    rows: tuple[PreviewRow, ...]
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def taken(self) -> int:
        return self._count(RowResult.TAKEN)

    @property
    def already(self) -> int:
        return self._count(RowResult.ALREADY)

    @property
    def changed(self) -> int:
        return self._count(RowResult.CHANGED)

    @property
    def refused(self) -> int:
        return self._count(RowResult.REFUSED)

    @property
    def unmatched(self) -> int:
        """How many of the new ones wait for somebody to choose their partnership."""
        return sum(row.result is RowResult.TAKEN and not row.matched for row in self.rows)

    def _count(self, result: RowResult) -> int:
        return sum(row.result is result for row in self.rows)


@dataclass
class _Judged:
    entry: Entry
    result: RowResult
    why: str = ""
    area_id: int | None = None
    request: SupportRequest | None = None  # once it was added
    request_id: int | None = None  # of the request that was there before

    @property
    def area(self) -> str:
        return self.entry.signup.area_text if self.entry.signup else ""


@dataclass
class _Known:
    """An entry that is there: in the database, or further up in the same file."""

    ref: str
    answers: dict[str, str]
    request_id: int | None = None
    judged: _Judged | None = field(default=None, repr=False)


def preview(db: Session, file: ExportFile, *, actor: Actor) -> Preview:
    """What importing this file would do, row by row; writes nothing."""
    demand(actor, Can.IMPORT)
    names = {place.id: place.name for place in places(db)}
    rows = tuple(
        PreviewRow(
            line=judged.entry.line,
            entry_id=judged.entry.entry_id,
            result=judged.result,
            area=names.get(judged.area_id, judged.area) if judged.area_id is not None else judged.area,
            matched=judged.area_id is not None,
            name=judged.entry.signup.name if judged.entry.signup else "",
            why=judged.why or " ".join(judged.entry.remarks),
        )
        for judged in _judge(db, file.entries)
    )
    return Preview(file.file_name, rows, file.problems, file.notes)


def import_signups(db: Session, file: ExportFile, *, actor: Actor, now: datetime) -> int:
    """Import a file's entries, and return the id of the batch, which keeps a row for each row of the file with what became of it.

    An entry is known by its number and minute: the same answers again are a duplicate, changed answers are reported and change nothing.
    The oldest sign-up gets the lowest reference. Refused when there are none. About 0.3 ms a row, in some 60 statements for 10,000.
    """
    demand(actor, Can.IMPORT)
    one_at_a_time(db)
    if not file.entries:
        raise Refused("There are no sign-ups in this file", "It has headers and no rows. Export it again with a longer range of dates.")
    judged = _judge(db, file.entries)
    count = {result: sum(row.result is result for row in judged) for result in RowResult}
    batch = ImportBatch(
        file_name=clean(file.file_name, LONG)[-LINE:].strip() or "sign-ups.csv",
        taken=count[RowResult.TAKEN],
        already=count[RowResult.ALREADY],
        changed=count[RowResult.CHANGED],
        refused=count[RowResult.REFUSED],
        at=now,
        by_id=actor.account_id,
    )
    db.add(batch)
    db.flush()
    _add(db, [row for row in judged if row.result is RowResult.TAKEN], batch.id)
    rows = [
        {
            "batch_id": batch.id,
            "line": row.entry.line,
            "entry_id": row.entry.entry_id[:SHORT],
            "result": row.result.value,
            "area": (row.area or _written_area(row.entry, file.mapping))[:LINE],
            "why": row.why[:LONG],
            "request_id": row.request.id if row.request else row.request_id,
        }
        for row in judged
    ]
    # An account of the import already, which nobody changes. Without `render_nulls` each row of another shape is a statement of its own.
    db.execute(insert(ImportRow), rows, execution_options={"unaudited": True, "render_nulls": True})
    return batch.id


def undo_import(db: Session, batch_id: int, *, actor: Actor, now: datetime) -> int:
    """Take a whole import back, with its account of each row: as if the file had never come. Returns how many requests that removed.

    Refuses it once anything came of one of its requests: a decision, a partnership that was chosen, a later file that has it too.
    """
    demand(actor, Can.IMPORT)
    batch = db.get(ImportBatch, batch_id, with_for_update=True)
    if batch is None:
        raise NotFound("This import was undone already.", "The list of imports shows those that there are.")
    later = select(col(ImportRow.batch_id)).join(SupportRequest, col(SupportRequest.id) == col(ImportRow.request_id))
    if db.execute(later.where(col(SupportRequest.batch_id) == batch_id, col(ImportRow.batch_id) != batch_id).limit(1)).first():
        raise Refused("A later import names these sign-ups too", "Undo the later one first.")
    made = select(col(AuditEntry.at), col(AuditEntry.by_id)).filter_by(kind="import_batch", row_id=str(batch_id), did="added")
    at, by_id = db.execute(made).one()
    entries = select(col(AuditEntry.id)).filter_by(at=at, by_id=by_id, gesture=import_signups.__name__)
    changed = Changed(frozenset(db.execute(entries).scalars()), frozenset(), frozenset())
    db.execute(delete(ImportRow).where(col(ImportRow.batch_id) == batch_id), execution_options={"unaudited": True})
    put_back(db, changed)
    return batch.taken


def _add(db: Session, rows: Sequence[_Judged], batch_id: int) -> None:
    """Make the requests, oldest first: contacts, then requests, then their topics, each kind in one go."""
    in_order = sorted(rows, key=lambda row: (row.entry.received_at, row.entry.entry_id))
    book = AddressBook(db, {row.area_id for row in rows if row.area_id is not None})
    contacts = []
    for row in in_order:
        said, received = row.entry.signup, row.entry.received_at
        if row.area_id is None or said is None or received is None:
            contacts.append(None)
            continue
        contacts.append(
            book.know(
                row.area_id,
                name=said.name,
                role=said.role,
                email=said.email,
                phone=said.phone,
                told_at=received,
                agreed_contact=said.consent_contact,
                agreed_share=said.consent_share,
            )
        )
    book.flush()
    for number, (row, contact) in enumerate(zip(in_order, contacts, strict=True), start=next_number(db)):
        said, received = row.entry.signup, row.entry.received_at
        if said is None or received is None:
            continue
        row.request = new_request(
            said,
            ref=reference(number),
            source=Source.EXPORT,
            received_at=received,
            entry_id=row.entry.entry_id,
            remarks=row.entry.remarks,
            answers=row.entry.answers,
        )
        row.request.batch_id, row.request.partnership_id, row.request.contact_id = batch_id, row.area_id, contact.id if contact else None
    db.add_all(row.request for row in in_order if row.request)
    db.flush()
    ticked: list[RequestTopic] = []
    for row in in_order:
        if row.request and row.entry.signup:
            ticked += topics_of(row.request, row.entry.signup)
    db.add_all(ticked)
    db.flush()


def _judge(db: Session, entries: Sequence[Entry]) -> list[_Judged]:
    """What becomes of each entry, in the file's order."""
    known = _known(db, entries)
    all_areas = areas(db)
    area_of: dict[str, int | None] = {}
    judged = []
    for entry in entries:
        if entry.signup is None or entry.received_at is None:
            judged.append(_Judged(entry, RowResult.REFUSED, " ".join(entry.refusals)))
            continue
        text = entry.signup.area_text
        if text not in area_of:
            area_of[text] = certain(text, all_areas)
        there = known.find(entry.entry_id, entry.received_at)
        if there is None:
            row = _Judged(entry, RowResult.TAKEN, area_id=area_of[text])
            known.add(entry.entry_id, entry.received_at, _Known("", entry.answers, judged=row))
        else:
            row = _again(entry, there, area_of[text])
        judged.append(row)
    return judged


class _KnownEntries:
    """The entries that are there, each by its number and minute: spreadsheet programs drop the seconds.

    Some drop the time of day too. So an entry at midnight is the one of its number on that day.
    """

    def __init__(self) -> None:
        self._of: dict[str, list[tuple[datetime, _Known]]] = {}

    def add(self, entry_id: str, received_at: datetime, known: _Known) -> None:
        self._of.setdefault(entry_id, []).append((received_at.astimezone(LONDON).replace(second=0, microsecond=0), known))

    def find(self, entry_id: str, received_at: datetime) -> _Known | None:
        wanted = received_at.astimezone(LONDON).replace(second=0, microsecond=0)
        there = self._of.get(entry_id, ())
        same = [known for at, known in there if at == wanted]
        same += [known for at, known in there if at.date() == wanted.date() and _is_midnight(at) != _is_midnight(wanted)]
        return same[0] if same else None


def _is_midnight(at: datetime) -> bool:
    return at.hour == at.minute == 0


def _again(entry: Entry, there: _Known, area_id: int | None) -> _Judged:
    where = there.ref or (f"line {there.judged.entry.line}" if there.judged else "the file")
    other = _different(entry.answers, there.answers)
    if not other:
        return _Judged(entry, RowResult.ALREADY, f"The same as {where}.", area_id, request_id=there.request_id)
    more = f" and {len(other) - NAMED} more" if len(other) > NAMED else ""
    named = ", ".join(f"“{name}”" for name in other[:NAMED])
    why = f"{where[:1].upper()}{where[1:]} has this entry with other answers to {named}{more}. It stays as it is."
    return _Judged(entry, RowResult.CHANGED, why, area_id, request_id=there.request_id)


def _different(mine: dict[str, str], theirs: dict[str, str]) -> list[str]:
    """The headers under which two exports of an entry don't say the same. What the export adds by itself doesn't count, nor that a

    header was renamed, nor how a spreadsheet program writes a number.
    """
    one, other = _comparable(mine), _comparable(theirs)
    different = [name for name in one | other if one.get(name) != other.get(name)]
    renamed = one.keys() != other.keys() and sorted(one.values()) == sorted(other.values())
    return [] if renamed else different


def _comparable(answers: dict[str, str]) -> dict[str, str]:
    answers = {name: words for name, words in answers.items() if plain_header(as_written(name)) not in OWN_HEADERS}
    return {name: plain_number(" ".join(mend(words).text.split())) for name, words in answers.items()}


def _known(db: Session, entries: Sequence[Entry]) -> _KnownEntries:
    """The entries of these numbers that are in the database."""
    ids = sorted({entry.entry_id for entry in entries if entry.signup is not None})
    found = _KnownEntries()
    for start in range(0, len(ids), AT_ONCE):
        rows = db.execute(
            select(
                col(SupportRequest.id),
                col(SupportRequest.ref),
                col(SupportRequest.entry_id),
                col(SupportRequest.received_at),
                col(SupportRequest.answers),
            )
            .where(col(SupportRequest.source) == Source.EXPORT, col(SupportRequest.entry_id).in_(ids[start : start + AT_ONCE]))
            .order_by(col(SupportRequest.id))
        )
        for row in rows:
            found.add(row.entry_id, row.received_at, _Known(row.ref, row.answers, row.id))
    return found


def _written_area(entry: Entry, mapping: dict[str, tuple[str, ...]]) -> str:
    """The area as a refused row has it, so that people find it in their file."""
    return " ".join(entry.answers.get(header, "") for header in mapping.get("area_text", ())).strip()
