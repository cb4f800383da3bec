"""The files that were imported, and what became of each row."""

import csv
import io
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, select
from sqlmodel import col

from rr.access import Actor, Can, demand
from rr.accounts.models import Account
from rr.base import spreadsheet_safe
from rr.db import Session
from rr.errors import NotFound
from rr.intake.models import ImportBatch, ImportRow, SupportRequest
from rr.intake.rules import NOT_IMPORTED, RowResult
from rr.paging import Paged, clamp, offset

PER_PAGE = 50
LISTED = 50  # rows that weren't imported, on the page of their import; the file to download has all


@dataclass(frozen=True)
class BatchRow:
    """What became of one row of a file. `why` says why it wasn't imported, or is what was remarked about its request."""

    id: int
    line: int
    entry_id: str
    result: RowResult
    area: str
    why: str
    request_id: int | None
    ref: str


@dataclass(frozen=True)
class Batch:
    """A file that was imported, and how many of its rows came to each result. In a list it has no rows."""

    id: int
    file_name: str
    taken: int
    already: int
    changed: int
    refused: int
    at: datetime
    by: str
    rows: tuple[BatchRow, ...] = ()

    @property
    def not_imported(self) -> int:
        return sum(getattr(self, result) for result in NOT_IMPORTED)


def batches(db: Session, *, actor: Actor, page: int = 1) -> Paged[Batch]:
    """One page of the files that were imported, latest first, without their rows. Two statements."""
    demand(actor, Can.IMPORT)
    total = db.execute(select(func.count()).select_from(ImportBatch)).scalar_one()
    page = clamp(page, total, PER_PAGE)
    rows = db.execute(_batches().order_by(col(ImportBatch.id).desc()).limit(PER_PAGE).offset(offset(page, PER_PAGE)))
    return Paged(tuple(_batch(row) for row in rows), total, page, PER_PAGE)


def batch(db: Session, batch_id: int, *, actor: Actor, results: Collection[RowResult] = tuple(RowResult), most: int | None = None) -> Batch:
    """One file that was imported, with its rows of these results, `most` of them at the most, in the file's order."""
    demand(actor, Can.IMPORT)
    found = db.execute(_batches().where(col(ImportBatch.id) == batch_id)).first()
    if found is None:
        raise NotFound("There is no such import", "Choose it from the list of previous imports.")
    rows = db.execute(
        select(
            col(ImportRow.id),
            col(ImportRow.line),
            col(ImportRow.entry_id),
            col(ImportRow.result),
            col(ImportRow.area),
            col(ImportRow.why),
            col(ImportRow.request_id),
            col(SupportRequest.ref),
            case((col(ImportRow.result) == RowResult.TAKEN.value, col(SupportRequest.remarks)), else_="").label("remarks"),
        )
        .outerjoin(SupportRequest, col(SupportRequest.id) == col(ImportRow.request_id))
        .where(col(ImportRow.batch_id) == batch_id, col(ImportRow.result).in_(sorted(results)))
        .order_by(col(ImportRow.line), col(ImportRow.id))
        .limit(most)
    )
    return _batch(
        found,
        tuple(
            BatchRow(row.id, row.line, row.entry_id, RowResult(row.result), row.area, _why(row), row.request_id, row.ref or "")
            for row in rows
        ),
    )


def _why(row: Any) -> str:
    return row.why or " ".join((row.remarks or "").split("\n"))


def refused_csv(db: Session, batch_id: int, *, actor: Actor) -> bytes:
    """The rows of a file that weren't imported, with the reason, as a CSV that a spreadsheet opens without running anything in it."""
    found = batch(db, batch_id, actor=actor, results=NOT_IMPORTED)
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(["Line in the file", "Entry Id", "Area as written", "Result", "Reason"])
    for row in found.rows:
        writer.writerow([row.line, *map(spreadsheet_safe, (row.entry_id, row.area, row.result.label, row.why))])
    return out.getvalue().encode("utf-8-sig")


def _batches() -> Any:
    return select(
        col(ImportBatch.id),
        col(ImportBatch.file_name),
        col(ImportBatch.taken),
        col(ImportBatch.already),
        col(ImportBatch.changed),
        col(ImportBatch.refused),
        col(ImportBatch.at),
        col(Account.name).label("by"),
    ).outerjoin(Account, col(Account.id) == col(ImportBatch.by_id))


def _batch(row: Any, rows: tuple[BatchRow, ...] = ()) -> Batch:
    return Batch(row.id, row.file_name, row.taken, row.already, row.changed, row.refused, row.at, row.by or "the system", rows)
