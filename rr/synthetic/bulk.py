"""Writes rows into the database in bulk, each with its entry in the audit."""

import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from pydantic_core import PydanticUndefined
from sqlalchemy import func, insert, select
from sqlmodel import SQLModel

from rr.db import Session
from rr.models import METADATA


@dataclass(frozen=True)
class StaffMember:
    """Somebody who works here."""

    id: int
    name: str


@dataclass
class BulkWriter:
    """Collects rows until they are written. Ids are given here, so that rows can refer to each other before they are stored."""

    session: Session
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    last_ids: Counter[str] = field(default_factory=Counter)
    written: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        """Begin after the ids that the reference lists took."""
        for table in METADATA.sorted_tables:
            if "id" in table.c:
                self.last_ids[table.name] = self.session.execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one()

    def add(self, table: type[SQLModel], when: datetime, by: StaffMember | None = None, /, **given: Any) -> int:
        """Collect a row; returns its id, or 0 for a table without one."""
        name, row = str(table.__tablename__), {**_defaults(table), **given}
        row_id = 0
        if "id" in row:
            self.last_ids[name] += 1
            row_id = row["id"] = self.last_ids[name]
        self.rows[name].append(row)
        if not METADATA.tables[name].info.get("quiet"):
            self.add_audit_entry(name, row_id, when, by, "added")
        return row_id

    def add_audit_entry(self, table_name: str, row_id: int, at: datetime, by: StaffMember | None, did: str, **changes: Any) -> None:
        """Collect an entry of the audit."""
        self.last_ids["audit_entry"] += 1
        self.rows["audit_entry"].append(
            {
                "id": self.last_ids["audit_entry"],
                "at": at,
                "by_id": by.id if by else None,
                "by": by.name if by else "the system",
                "gesture": did,
                "kind": table_name,
                "row_id": str(row_id),
                "did": did,
                "changes": json.dumps(changes) if changes else "{}",
            }
        )

    def write(self) -> None:
        """Write what was collected, in the order that foreign keys ask for, and forget it."""
        for table in METADATA.sorted_tables:
            if rows := self.rows.pop(table.name, None):
                self.session.execute(insert(table), rows, execution_options={"unaudited": True})
                self.written[table.name] += len(rows)

    def advance_sequences(self) -> None:
        """Have PostgreSQL go on counting after the ids that were given here."""
        if self.session.get_bind().dialect.name == "postgresql":
            for name in self.written.keys() & self.last_ids.keys():
                last = self.last_ids[name]
                self.session.execute(select(func.setval(func.pg_get_serial_sequence(name, "id"), last)))


@cache
def _defaults(table: type[SQLModel]) -> dict[str, Any]:
    """A table's defaults. They live in the classes, which bulk inserts go past."""
    return {
        name: info.default_factory() if info.default_factory else None if info.default is PydanticUndefined else info.default  # ty: ignore[missing-argument]
        for name, info in table.model_fields.items()
    }
