"""All rows of a database as at one instant, into another database or into a digest. The same for both databases."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, Connection, TableClause, column, insert, inspect, select, table
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.types import TypeEngine

from rr import db
from rr.errors import Refused

STEPS = "alembic_version"  # says how far the tables have come, and isn't one of ours
AT_ONCE = 1000  # rows


@contextmanager
def snapshot() -> Iterator[Connection]:
    """The configured database as it stands at one instant."""
    engine = db.engine()
    if engine.dialect.name == "sqlite" and not embedded_file().exists():
        raise Refused(f"There is no database at {embedded_file()}", "Run python -m rr migrate to make it.")
    with db.reading() as session:
        level = {} if engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
        yield session.connection(execution_options=level)


def driver(connection: Connection) -> Any:
    """The driver's own connection, within the same transaction."""
    return connection.connection.driver_connection


def embedded_file() -> Path:
    """The file of the embedded database."""
    name = db.engine().url.database
    if not name or name == ":memory:":
        raise Refused("The database lives in memory only", "Set RR_DATABASE_URL to a file.")
    return Path(name).resolve()


def tables(connection: Connection) -> dict[str, TableClause]:
    """Our tables as this database has them: those of an older revision may differ from the models."""
    found = {name: columns for (_, name), columns in inspect(connection).get_multi_columns().items() if name != STEPS}
    return {name: table(name, *(column(c["name"], _plain(c["type"])) for c in columns)) for name, columns in sorted(found.items())}


def _plain(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    # a JSON null and no value at all come out the same: both go in as no value
    return JSON(none_as_null=True) if isinstance(kind, JSON) else kind


def _rows(connection: Connection, chosen: TableClause) -> Iterator[list[dict[str, Any]]]:
    """All rows of a table, some at a time."""
    found = connection.execute(select(chosen), execution_options={"stream_results": True, "yield_per": AT_ONCE})
    for part in found.mappings().partitions():
        yield [{key: _same(value) for key, value in row.items()} for row in part]


def _same(value: Any) -> Any:
    """An instant in UTC: SQLite gives it back without its zone."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    return value


def pour(source: Connection, target: Connection) -> None:
    """Put the rows of the target's tables, which are empty, into them from the same tables of the source."""
    from_there = tables(source)
    if target.dialect.name == "sqlite":
        driver(target).execute("BEGIN")
    for name, into in tables(target).items():
        try:
            for part in _rows(source, from_there[name]):
                target.execute(insert(into), part)
        except (IntegrityError, DataError) as fault:
            raise Refused(
                f"Some rows of {name} don't fit into this database ({type(fault.orig).__name__})", "Nothing was changed."
            ) from None
    if target.dialect.name == "sqlite":
        driver(target).execute("COMMIT")


def contents(connection: Connection) -> dict[str, tuple[int, int]]:
    """For each table the number of rows, and the sum of their digests: the same on both databases in whatever order the rows come."""
    found = {}
    for name, chosen in tables(connection).items():
        count = total = 0
        for part in _rows(connection, chosen):
            for row in part:
                words = json.dumps(row, sort_keys=True, default=_written)
                total += int.from_bytes(hashlib.sha256(words.encode()).digest()[:16], "big")
            count += len(part)
        found[name] = (count, total)
    return found


def _written(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else repr(value)
