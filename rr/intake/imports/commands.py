"""Importing a file of sign-ups: what each of its rows would do, and doing it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlmodel import col

from rr.access import Actor, Can, demand
from rr.audit import AuditEntry
from rr.base import LINE, LONG, SHORT, clean
from rr.db import Session
from rr.errors import NotFound, Refused
from rr.intake.imports import gravity_forms
from rr.intake.imports.columns import ENTRY_DATE, ENTRY_ID, plain_header
from rr.intake.imports.gravity_forms import Entry
from rr.intake.models import ImportBatch, ImportRow, RequestTopic, SupportRequest, new_request, topics_of
from rr.intake.references import next_number, one_at_a_time, reference
from rr.intake.rules import RowResult, Source
from rr.partnerships.commands import AddressBook
from rr.partnerships.matching import certain
from rr.partnerships.queries import areas, places
from rr.toolkit.queries import topics
from rr.undo import Changed, put_back

AT_ONCE = 500  # entry ids asked for in one statement
NAMED = 5  # answers that a changed entry's reason names
# What the export adds by itself. It isn't an answer, and whether it is there depends on what was ticked that day.
ADDED = frozenset({ENTRY_ID, ENTRY_DATE, "created by user id", "created by", "source url", "post id"})

Key = tuple[str, datetime]


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
    """What importing a file would do. `problems` are about the whole file."""

    file_name: str
    rows: tuple[PreviewRow, ...]
    problems: tuple[str, ...] = ()

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


def preview(db: Session, file_name: str, data: bytes, *, actor: Actor) -> Preview:
    """What importing this file would do, row by row; writes nothing. Refused when the file can't be read at all."""
    demand(actor, Can.IMPORT)
    file = gravity_forms.read(data, topics=topics(db))
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
    return Preview(file_name, rows, file.problems)


def import_signups(db: Session, file_name: str, data: bytes, *, actor: Actor, now: datetime) -> int:
    """Import a file's entries, and return the id of the batch, which keeps a row for each row of the file with what became of it.

    An entry is known by its id and instant: the same answers again are a duplicate, changed answers are reported and change nothing.
    The oldest sign-up gets the lowest reference. Refused when the file can't be read at all. About 1 ms a row, in some 60 statements
    for 10,000.
    """
    demand(actor, Can.IMPORT)
    one_at_a_time(db)
    file = gravity_forms.read(data, topics=topics(db))
    if not file.entries:
        raise Refused("There are no sign-ups in this file", "It has headers and no rows. Export it again with a longer range of dates.")
    judged = _judge(db, file.entries)
    count = {result: sum(row.result is result for row in judged) for result in RowResult}
    batch = ImportBatch(
        file_name=clean(file_name, LONG)[-LINE:].strip() or "sign-ups.csv",
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
    db.execute(insert(ImportRow), rows, execution_options={"unaudited": True})  # an account of the import already; nobody changes it
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
    db.flush()
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
        key = (entry.entry_id, entry.received_at)
        there = known.get(key)
        if there is None:
            row = _Judged(entry, RowResult.TAKEN, area_id=area_of[text])
            known[key] = _Known("", entry.answers, judged=row)
        else:
            row = _again(entry, there, area_of[text])
        judged.append(row)
    return judged


def _again(entry: Entry, there: _Known, area_id: int | None) -> _Judged:
    where = there.ref or (f"line {there.judged.entry.line}" if there.judged else "the file")
    if _same_answers(entry.answers, there.answers):
        return _Judged(entry, RowResult.ALREADY, f"The same as {where}.", area_id, request_id=there.request_id)
    other = [name for name in entry.answers | there.answers if entry.answers.get(name) != there.answers.get(name)]
    other = [name for name in other if plain_header(name) not in ADDED]
    more = f" and {len(other) - NAMED} more" if len(other) > NAMED else ""
    named = ", ".join(f"“{name}”" for name in other[:NAMED])
    why = f"{where[:1].upper()}{where[1:]} has this entry with other answers to {named}{more}. It stays as it is."
    return _Judged(entry, RowResult.CHANGED, why, area_id, request_id=there.request_id)


def _same_answers(one: dict[str, str], other: dict[str, str]) -> bool:
    """Whether two exports of an entry say the same. What the export adds by itself doesn't count, nor that a header was renamed."""
    mine, theirs = ({name: words for name, words in answers.items() if plain_header(name) not in ADDED} for answers in (one, other))
    return mine == theirs or (mine.keys() != theirs.keys() and sorted(mine.values()) == sorted(theirs.values()))


def _known(db: Session, entries: Sequence[Entry]) -> dict[Key, _Known]:
    """The entries of these ids that are in the database."""
    ids = sorted({entry.entry_id for entry in entries if entry.signup is not None})
    found: dict[Key, _Known] = {}
    for start in range(0, len(ids), AT_ONCE):
        rows = db.execute(
            select(
                col(SupportRequest.id),
                col(SupportRequest.ref),
                col(SupportRequest.entry_id),
                col(SupportRequest.received_at),
                col(SupportRequest.answers),
            ).where(col(SupportRequest.source) == Source.EXPORT, col(SupportRequest.entry_id).in_(ids[start : start + AT_ONCE]))
        )
        for row in rows:
            found[row.entry_id, row.received_at] = _Known(row.ref, row.answers, row.id)
    return found


def _written_area(entry: Entry, mapping: dict[str, tuple[str, ...]]) -> str:
    """The area as a refused row has it, so that people find it in their file."""
    return " ".join(entry.answers.get(header, "") for header in mapping.get("area_text", ())).strip()
