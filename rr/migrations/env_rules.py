"""How Alembic reads and writes our own column types."""

from typing import Any, Literal

from sqlmodel.sql.sqltypes import AutoString

from rr.base import Instant


def render_item(kind: str, item: Any, autogen: Any) -> str | Literal[False]:
    """Write our own types so that a migration needs no import of ours."""
    if kind == "type" and isinstance(item, Instant):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, AutoString):
        return f"sa.String(length={item.length})" if item.length else "sa.String()"
    return False


def compare_type(_context: Any, _inspected: Any, _metadata: Any, inspected: Any, ours: Any) -> bool | None:
    """An Instant is a DateTime to the database."""
    return False if isinstance(ours, Instant) else None
