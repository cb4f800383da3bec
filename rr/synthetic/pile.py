"""Rows on their way into the database in bulk, each with its entry in the audit."""

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
class Person:
    """Somebody who works here."""

    id: int
    name: str


@dataclass
class Pile:
    """Rows that are to be stored, numbered here so that they can refer to each other, each with its entry in the audit."""

    session: Session
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    last: Counter[str] = field(default_factory=Counter)
    written: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        """Go on after the ids that the reference lists took."""
        for table in METADATA.sorted_tables:
            if "id" in table.c:
                self.last[table.name] = self.session.execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one()

    def add(self, table: type[SQLModel], when: datetime, who: Person | None = None, /, **given: Any) -> int:
        """Put a row on the pile; returns its id, or 0 for a table without one."""
        name, row = str(table.__tablename__), {**_dull(table), **given}
        number = 0
        if "id" in row:
            self.last[name] += 1
            number = row["id"] = self.last[name]
        self.rows[name].append(row)
        if not METADATA.tables[name].info.get("quiet"):
            self.note(name, number, when, who, "added")
        return number

    def note(self, name: str, number: int, at: datetime, by: Person | None, did: str, **changes: Any) -> None:
        """Put an entry of the audit on the pile."""
        self.last["audit_entry"] += 1
        self.rows["audit_entry"].append(
            {
                "id": self.last["audit_entry"],
                "at": at,
                "by_id": by.id if by else None,
                "by": by.name if by else "the system",
                "gesture": did,
                "kind": name,
                "row_id": str(number),
                "did": did,
                "changes": json.dumps(changes) if changes else "{}",
            }
        )

    def store(self) -> None:
        """Write what is on the pile, in the order that foreign keys ask for, and forget it."""
        for table in METADATA.sorted_tables:
            if rows := self.rows.pop(table.name, None):
                self.session.execute(insert(table), rows, execution_options={"unaudited": True})
                self.written[table.name] += len(rows)

    def count_on(self) -> None:
        """Have PostgreSQL go on counting after the ids that were given here."""
        if self.session.get_bind().dialect.name == "postgresql":
            for name in self.written.keys() & self.last.keys():
                last = self.last[name]
                self.session.execute(select(func.setval(func.pg_get_serial_sequence(name, "id"), last)))


@cache
def _dull(table: type[SQLModel]) -> dict[str, Any]:
    """A table's defaults. They live in the classes, which bulk inserts go past."""
    return {
        name: info.default_factory() if info.default_factory else None if info.default is PydanticUndefined else info.default  # ty: ignore[missing-argument]
        for name, info in table.model_fields.items()
    }
