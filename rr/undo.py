"""Undo: what one gesture changed is put back as it was, unless somebody changed it since.

The audit knows which rows a gesture changed, and `RowVersion` holds each as it was before. So one command undoes every gesture, with one
rule of when it may: nothing that the gesture changed, or was about, has been changed by another one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, func, inspect, select, tuple_
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from rr.access import NOT_FOUND, Actor, Can, demand_for
from rr.audit import AuditEntry, batched, before_last_change
from rr.base import LINE, REGISTRY, Base, fold
from rr.db import Session
from rr.errors import NotFound, Refused
from rr.plans import roll_up

Key = tuple[str, str]  # a row as the audit names it: its table, and its number or key
LOOK_AGAIN = "Look at how it stands now, and change it from there."


@dataclass(frozen=True)
class Changed:
    """What a gesture changed: its entries in the audit, the rows that it locked, and the permissions that it was granted."""

    entries: frozenset[int]
    locked: frozenset[Key]
    needs: frozenset[tuple[Can, int | None]]


@dataclass(frozen=True)
class _Row:
    """A row that a gesture changed: whether it stood there before, and whether it does since."""

    before: bool
    since: bool


def changed_by(db: Session) -> Changed | None:
    """What the transaction of this session has changed so far; None if nothing that is accounted for."""
    about = db.info
    if not about.get("entries"):
        return None
    return Changed(*(frozenset(about.get(name, ())) for name in ("entries", "locked", "needs")))


def undo(db: Session, changed: Changed, *, actor: Actor, now: datetime) -> None:
    """Undo a gesture of one's own: every row that it changed is as it was before. It needs the permissions that the gesture needed.

    Refuses when somebody changed one of these rows since, or one that the gesture was about (a plan that was closed meanwhile), and when
    something was added to one.
    """
    if not changed.needs:
        raise NotFound(*NOT_FOUND)
    for need, partnership_id in sorted(changed.needs, key=str):
        demand_for(db, partnership_id, actor, need)
    for some in batched(sorted(changed.entries)):
        theirs = select(col(AuditEntry.id)).where(col(AuditEntry.id).in_(some), col(AuditEntry.by_id).is_distinct_from(actor.account_id))
        if db.execute(theirs.limit(1)).first() is not None:
            raise NotFound(*NOT_FOUND)
    put_back(db, changed)


def put_back(db: Session, changed: Changed) -> None:
    """Put the rows of a gesture back, for commands that have checked who may. Refuses as `undo` does."""
    rows = _rows(db, changed.entries)
    about = sorted({*rows, *changed.locked})
    stored = {kind: _locked(db, kind, row_ids) for kind, row_ids in _by_kind(about).items()}
    _refuse_if_changed(db, about, changed.entries)
    try:
        _restore(db, rows, stored)
    except IntegrityError:
        raise Refused("Something was added to this since", LOOK_AGAIN) from None
    for plan in stored.get("action_plan", {}).values():
        if inspect(plan).persistent:
            roll_up.note_all(db, plan)
    db.flush()


def _rows(db: Session, entries: Iterable[int]) -> dict[Key, _Row]:
    found: dict[Key, _Row] = {}
    for some in batched(sorted(entries)):
        told = select(col(AuditEntry.kind), col(AuditEntry.row_id), col(AuditEntry.did))
        for kind, row_id, did in db.execute(told.where(col(AuditEntry.id).in_(some)).order_by(col(AuditEntry.id))):
            known = found.get((kind, row_id))
            found[kind, row_id] = _Row(known.before if known else did != "added", did != "removed")
    return found


def _by_kind(keys: Iterable[Key]) -> dict[str, list[str]]:
    """The rows of each table, tables in the order in which commands lock them: what others point at comes first."""
    several: dict[str, list[str]] = {name: [] for name in _tables()}
    for kind, row_id in keys:
        several[kind].append(row_id)
    return {kind: row_ids for kind, row_ids in several.items() if row_ids}


@cache
def _tables() -> Mapping[str, type[Base]]:
    classes = {str(mapper.local_table): mapper.class_ for mapper in REGISTRY.mappers}
    return {table.name: classes[table.name] for table in REGISTRY.metadata.sorted_tables if table.name in classes}


def _locked(db: Session, kind: str, row_ids: Iterable[str]) -> dict[str, Any]:
    """The rows that are there, locked."""
    table = inspect(_tables()[kind])
    columns = table.primary_key
    found: dict[str, Any] = {}
    for some in batched(row_ids):
        keys = [tuple(_typed(column, part) for column, part in zip(columns, row_id.split("/"), strict=True)) for row_id in some]
        wanted = select(table.class_).where(tuple_(*columns).in_(keys)).order_by(*columns).with_for_update()
        for row in db.execute(wanted, execution_options={"populate_existing": True}).scalars():
            found["/".join(map(str, table.primary_key_from_instance(row)))] = row
    return found


def _typed(column: ColumnElement[Any], part: str) -> int | str:
    return int(part) if column.type.python_type is int else part


def _refuse_if_changed(db: Session, keys: Iterable[Key], entries: frozenset[int]) -> None:
    until = max(entries)
    for kind, row_ids in _by_kind(keys).items():
        for some in batched(row_ids):
            later = select(func.max(col(AuditEntry.id))).where(col(AuditEntry.kind) == kind, col(AuditEntry.row_id).in_(some))
            last = db.execute(later.where(col(AuditEntry.id) > until)).scalar()
            if last is None:
                continue
            entry = db.get_one(AuditEntry, last)
            if entry.gesture.startswith("undo"):
                raise Refused("This was undone already", LOOK_AGAIN)
            raise Refused(f"{entry.by[:1].upper()}{entry.by[1:]} changed this since", LOOK_AGAIN)


def _restore(db: Session, rows: Mapping[Key, _Row], stored: Mapping[str, dict[str, Any]]) -> None:
    """What was removed comes first, since others may point at it, then what was changed; what was added goes last."""
    in_order = _by_kind(sorted(rows))
    before = {
        kind: before_last_change(db, _tables()[kind], [row_id for row_id in row_ids if rows[kind, row_id].before])
        for kind, row_ids in in_order.items()
    }
    for kind, row_ids in in_order.items():
        removed = [row_id for row_id in row_ids if rows[kind, row_id].before and not rows[kind, row_id].since]
        db.add_all(_folded(_tables()[kind](**before[kind][row_id])) for row_id in removed)
        db.flush()
    for kind, row_ids in in_order.items():
        for row_id in row_ids:
            if rows[kind, row_id].before and rows[kind, row_id].since:
                row = stored[kind][row_id]
                for name, value in before[kind][row_id].items():
                    setattr(row, name, value)
                _folded(row)
    db.flush()
    for kind in reversed(in_order):
        for row_id in in_order[kind]:
            if not rows[kind, row_id].before and rows[kind, row_id].since:
                db.delete(stored[kind][row_id])
        db.flush()


def _folded(row: Any) -> Any:
    """With its name as the search sees it, which no version holds, since it is derived."""
    if hasattr(row, "folded"):
        row.folded = fold(row.name)[:LINE]
    return row
