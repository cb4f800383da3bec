"""Everything is accounted for: one listener writes an audit row for each changed row, in the same transaction."""

import json
from datetime import date, datetime
from typing import Any

from sqlalchemy import event, insert, inspect
from sqlalchemy.orm import ORMExecuteState, UOWTransaction
from sqlalchemy.orm import Session as OrmSession
from sqlmodel import Field

from rr import clock
from rr.base import LINE, SHORT, Base, Instant, string

CHANGED = "(changed)"
NEVER = {"password_hash", "mark", "version", "folded", "last_update_on", "next_review_on"}  # secrets, and what is derived from other fields
QUIET = {"audit_entry", "form_key", "throttle", "revision", "sign_in"}  # bookkeeping that no person changes by hand


class AuditEntry(Base, table=True):
    """Who changed what, when. Rows are never changed, except by erasure."""

    __tablename__ = "audit_entry"
    id: int = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=Instant, index=True)
    by_id: int | None = Field(default=None, index=True)
    by: str = string(LINE)
    gesture: str = string(SHORT)
    kind: str = string(SHORT, index=True)
    row_id: str = string(SHORT, index=True)
    did: str = string(SHORT)
    changes: str = Field(default="{}")


class Revision(Base, table=True):
    """One row that every transaction raises: what is derived from the data is cached under it."""

    id: int = Field(primary_key=True)
    value: int = 0


def watch(session_class: type[OrmSession]) -> None:
    """Hang the listeners on our own session class: no session can exist without them."""
    event.listen(session_class, "after_flush", _record)
    event.listen(session_class, "do_orm_execute", _no_bulk)


def _record(session: OrmSession, context: UOWTransaction) -> None:
    rows = [
        entry
        for did, objects in (("added", session.new), ("changed", session.dirty), ("removed", session.deleted))
        for row in objects
        if (entry := _entry(row, did, session.info))
    ]
    if rows:
        session.connection().execute(insert(AuditEntry), rows)


def _entry(row: Any, did: str, info: dict[str, Any]) -> dict[str, Any] | None:
    state = inspect(row)
    table = state.mapper.local_table
    if table.name in QUIET:
        return None
    changes: dict[str, Any] = {}
    for column in state.mapper.column_attrs:
        name = column.key
        if name in NEVER:
            continue
        before, after = _values(state, name, did)
        if before != after:
            changes[name] = CHANGED if column.columns[0].info.get("personal") else [before, after]
    if did == "changed" and not changes:
        return None
    actor = info.get("by")
    return {
        "at": info.get("now") or clock.now(),
        "by_id": getattr(actor, "account_id", None),
        "by": getattr(actor, "who", "system"),
        "gesture": info.get("gesture", ""),
        "kind": table.name,
        "row_id": "/".join(str(key) for key in state.mapper.primary_key_from_instance(row)),
        "did": did,
        "changes": json.dumps(changes, ensure_ascii=False),
    }


def _values(state: Any, name: str, did: str) -> tuple[Any, Any]:
    """A field before and after. A new row has no before, and its history isn't asked for: that is most of an import's rows."""
    if did == "added":
        return None, _plain(state.dict.get(name))
    if did == "removed":
        return _plain(getattr(state.obj(), name)), None
    history = state.attrs[name].history
    if not history.has_changes():
        return None, None
    return _plain(history.deleted[0] if history.deleted else None), _plain(history.added[0] if history.added else None)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _no_bulk(execute: ORMExecuteState) -> None:
    """Refuse bulk writes, which no listener sees, unless they say that they mean it."""
    writes = execute.is_update or execute.is_delete or execute.is_insert
    if writes and not execute.execution_options.get("unaudited"):
        raise RuntimeError("A bulk write is not audited: write through rows, or say execution_options(unaudited=True).")
