"""Everything is accounted for: one listener writes down who changed what, and keeps each changed row as it was, in the same transaction."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time
from enum import Enum
from functools import cache
from itertools import islice
from typing import Any

from sqlalchemy import JSON, Index, Insert, bindparam, event, func, insert, inspect, select, union_all
from sqlalchemy.orm import Mapper, ORMExecuteState, UOWTransaction
from sqlalchemy.orm import Session as OrmSession
from sqlmodel import Field, col

from rr import clock
from rr.base import LINE, QUIET, SHORT, Base, Instant, string

CHANGED = "(changed)"
AT_ONCE = 500  # rows asked for in one statement
NEVER = {"password_hash", "mark", "version", "folded", "last_update_on", "next_review_on"}  # secrets, and what is derived from other fields


class AuditEntry(Base, table=True):
    """Who changed what, when. Rows are never changed, except by erasure."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_kind_row_id", "kind", "row_id"),
        # The gestures of a page of the audit, the latest first: all of them, and under each filter.
        Index("ix_audit_entry_at", "at", "gesture", "by_id", "kind"),
        Index("ix_audit_entry_by_id", "by_id", "at", "gesture", "kind"),
        Index("ix_audit_entry_kind", "kind", "at", "gesture", "by_id"),
        Index("ix_audit_entry_gesture", "gesture", "at", "by_id"),
        QUIET,
    )
    id: int = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=Instant)
    by_id: int | None = Field(default=None)
    by: str = string(LINE, personal=False)
    gesture: str = string(SHORT, personal=False)
    kind: str = string(SHORT, personal=False)
    row_id: str = string(SHORT, personal=False)
    did: str = string(SHORT, personal=False)
    changes: str = Field(default="{}")


class RowVersion(Base, table=True):
    """A row as it was until it was changed or removed, with the words that the audit must not hold.

    How a row is now, it says itself, so one that never changed has no version: an import of ten thousand rows writes none.
    """

    __tablename__ = "row_version"
    __table_args__ = (Index("ix_row_version_kind_row_id_until_at", "kind", "row_id", "until_at"), QUIET)
    id: int = Field(default=None, primary_key=True)
    kind: str = string(SHORT, personal=False, description="the table")
    row_id: str = string(SHORT, personal=False, description="the number of the row, or its key")
    from_at: datetime | None = Field(default=None, sa_type=Instant, description="since when it was so; empty if nobody wrote that down")
    until_at: datetime = Field(sa_type=Instant)
    values: dict[str, Any] = Field(sa_type=JSON, sa_column_kwargs={"info": {"personal": True}}, description="its columns")


def _keep() -> Insert:
    """Insert versions, each from the instant of the change before it, or from when its row was added."""
    this = {"kind": bindparam("of_kind"), "row_id": bindparam("of_row")}
    changed = select(func.max(col(RowVersion.until_at)).label("at")).filter_by(**this)
    added = select(func.max(col(AuditEntry.at))).filter_by(**this, did="added")
    known = union_all(changed, added).subquery()
    return insert(RowVersion).values(from_at=select(func.max(known.c.at)).scalar_subquery())


_KEEP = _keep()


_ENTER = insert(AuditEntry).returning(col(AuditEntry.id))


class Revision(Base, table=True):
    """One row that every transaction raises unless it is quiet: what is derived from the data is cached under it."""

    __table_args__ = QUIET
    id: int = Field(primary_key=True)
    value: int = 0


def watch(session_class: type[OrmSession]) -> None:
    """Hang the listeners on our own session class: no session can exist without them."""
    event.listen(session_class, "after_flush", _record)
    event.listen(session_class, "do_orm_execute", _no_bulk)


def note_event(session: OrmSession, kind: str, row_id: object, did: str, *, by_id: int | None = None, by: str = "") -> None:
    """Write down what happened where no row that is accounted for tells it, such as a sign-in. A quiet transaction may do so too.

    It is the actor who did it, unless `by` names somebody else: whoever signs in is nobody before.
    """
    about, who = session.info, session.info.get("by")
    by_id, by = (by_id, by) if by else (getattr(who, "account_id", None), getattr(who, "who", "system"))
    at, gesture = about.get("now") or clock.now(), about.get("gesture", "")
    session.add(AuditEntry(at=at, by_id=by_id, by=by, gesture=gesture, kind=kind, row_id=str(row_id), did=did))


def _record(session: OrmSession, _context: UOWTransaction) -> None:
    about, by = session.info, session.info.get("by")
    who = {"by_id": getattr(by, "account_id", None), "by": getattr(by, "who", "system"), "gesture": about.get("gesture", "")}
    now = about.get("now") or clock.now()
    begun = about.setdefault("begun", set())  # the rows that this transaction added, or whose state before it is kept
    entries: list[dict[str, Any]] = []
    versions: list[dict[str, Any]] = []
    for did, row in _written(session):
        state = inspect(row)
        kind, row_id = state.mapper.local_table.name, _key(state.mapper.primary_key_from_instance(row))
        fields = [(name, personal, *_values(state, name, did)) for name, personal in _columns(state.mapper)]
        changes = {name: CHANGED if personal else [before, after] for name, personal, before, after in fields if before != after}
        if did == "changed" and not changes:
            continue
        entries.append({"at": now, **who, "kind": kind, "row_id": row_id, "did": did, "changes": json.dumps(changes, ensure_ascii=False)})
        if did != "added" and (kind, row_id) not in begun:
            values = {name: before for name, _, before, _ in fields}
            versions.append({"kind": kind, "row_id": row_id, "until_at": now, "values": values, "of_kind": kind, "of_row": row_id})
        begun.add((kind, row_id))
    if entries:
        about.setdefault("entries", []).extend(session.connection().execute(_ENTER, entries).scalars())
    if versions:
        session.connection().execute(_KEEP, versions)


def _written(session: OrmSession) -> Iterator[tuple[str, Any]]:
    """What the flush wrote in tables that are accounted for, and how. Refuses all of it in a quiet transaction (RuntimeError)."""
    for did, rows in (("added", session.new), ("changed", session.dirty), ("removed", session.deleted)):
        for row in rows:
            table = inspect(row).mapper.local_table
            if table.info.get("quiet") or (did == "changed" and not session.is_modified(row)):
                continue
            if session.info.get("quiet"):
                raise RuntimeError(f"A quiet transaction writes to {table.name}, whose changes are to be accounted for.")
            yield did, row


@cache
def _columns(mapper: Mapper[Any]) -> tuple[tuple[str, bool], ...]:
    """The columns that are accounted for, and whether they are personal."""
    return tuple((each.key, bool(each.columns[0].info.get("personal"))) for each in mapper.column_attrs if each.key not in NEVER)


def _values(state: Any, name: str, did: str) -> tuple[Any, Any]:
    """A field before and after. A new row has no before, and its history isn't asked for: that is most of an import's rows."""
    if did == "added":
        return None, _plain(state.dict.get(name))
    history = state.attrs[name].history
    now = history.added[0] if history.added else getattr(state.obj(), name)
    before = now if not history.has_changes() else history.deleted[0] if history.deleted else None
    return _plain(before), None if did == "removed" else _plain(now)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | time) else value


def _key(keys: Any) -> str:
    return "/".join(str(key) for key in (keys if isinstance(keys, list | tuple) else (keys,)))


def as_it_was(db: OrmSession, table: type[Base], row_id: Any, at: datetime) -> Mapping[str, Any] | None:
    """A row's columns as they stood at an instant; None if it wasn't there. `row_id` is its key, a tuple if that has several columns.

    Secrets and what is derived from other fields are left out, and so is a column that is gone by now. Nothing is checked: the caller
    has been through the gatekeeper. One statement for a row that has changed since, else three.
    """
    kind, key = inspect(table).local_table, _key(row_id)
    version = db.execute(
        select(col(RowVersion.from_at), col(RowVersion.values))
        .where(col(RowVersion.kind) == kind.name, col(RowVersion.row_id) == key, col(RowVersion.until_at) > at)
        .order_by(col(RowVersion.until_at), col(RowVersion.id))
        .limit(1)
    ).first()
    if version is not None:
        then = {name: _typed(kind.c[name].type.python_type, value) for name, value in version.values.items() if name in kind.c}
        return then if version.from_at is None or version.from_at <= at else None
    added = select(func.max(col(AuditEntry.at))).filter_by(kind=kind.name, row_id=key, did="added")
    since = db.execute(added).scalar()
    if since is not None and since > at:
        return None
    columns = (kind.c[name] for name, _ in _columns(inspect(table)))
    keys = row_id if isinstance(row_id, tuple) else (row_id,)
    now = select(*columns).where(*(column == value for column, value in zip(kind.primary_key, keys, strict=True)))
    return db.execute(now).mappings().first()


def _typed(kind: type, value: Any) -> Any:
    if value is None:
        return None
    if issubclass(kind, date | time):
        return kind.fromisoformat(value)
    return kind(value) if issubclass(kind, Enum) else value


def before_last_change(db: OrmSession, table: type[Base], row_ids: Iterable[str]) -> dict[str, dict[str, Any]]:
    """The columns of these rows as they stood before the last change of each, by the audit's `row_id`.

    Left out are rows that never changed, and the columns that `as_it_was` leaves out.
    """
    columns = inspect(table).local_table.c
    found: dict[str, dict[str, Any]] = {}
    for some in batched(row_ids):
        kept = select(col(RowVersion.row_id), col(RowVersion.values)).where(
            col(RowVersion.kind) == inspect(table).local_table.name, col(RowVersion.row_id).in_(some)
        )
        for row_id, values in db.execute(kept.order_by(col(RowVersion.id))):
            found[row_id] = {name: _typed(columns[name].type.python_type, value) for name, value in values.items() if name in columns}
    return found


def batched(ids: Iterable[Any]) -> Iterator[list[Any]]:
    """Keys in portions of one statement each."""
    several = iter(ids)
    while some := list(islice(several, AT_ONCE)):
        yield some


def _no_bulk(execute: ORMExecuteState) -> None:
    """Refuse bulk writes, which no listener sees, unless they say that they mean it or the table is one of bookkeeping."""
    statement: Any = execute.statement
    if not (execute.is_update or execute.is_delete or execute.is_insert) or statement.table.info.get("quiet"):
        return
    if execute.session.info.get("quiet") or not execute.execution_options.get("unaudited"):
        raise RuntimeError("A bulk write is not audited: write through rows, or say execution_options(unaudited=True).")
