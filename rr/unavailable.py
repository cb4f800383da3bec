"""What can be wrong with the database itself, in a sentence: damaged, locked, full, not writable, not answering."""

import sqlite3
from typing import Any

import psycopg
from sqlalchemy.engine import ExceptionContext

from rr import faults
from rr.errors import Unavailable

RESTORE = "stop the app and put the last good backup in its place: python -m rr restore FILE"
DAMAGED = ("The database is damaged", f"Nothing was changed. The operator needs to {RESTORE}.")
NO_DATABASE = (
    "The database can't be opened",
    "Nothing was changed. The operator needs to check RR_DATABASE_URL and who may open that file.",
)
BUSY = ("The database is busy", "Nothing was saved. Try again in a minute. If that doesn't help, another program holds the database.")
FULL = ("The disk is full", "Nothing was saved. The operator needs to make room where the database is; then do it again.")
READ_ONLY = ("The database can't be written to", "Nothing was saved. The operator needs to let the app write to its file and folder.")
SILENT = (
    "The database doesn't answer",
    "Nothing was saved. Try again in a minute. The operator needs to see whether PostgreSQL is running.",
)
OLDER = ("The database is not at the newest version", "Nothing was saved. The operator needs to run python -m rr migrate.")

SQLITE = {  # https://sqlite.org/rescode.html
    sqlite3.SQLITE_NOTADB: DAMAGED,
    sqlite3.SQLITE_CORRUPT: DAMAGED,
    sqlite3.SQLITE_CANTOPEN: NO_DATABASE,
    sqlite3.SQLITE_BUSY: BUSY,
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_IOERR: FULL,  # also a failing disk: the log has the code
    sqlite3.SQLITE_READONLY: READ_ONLY,
}
POSTGRESQL = {  # SQLSTATEs and their classes: https://www.postgresql.org/docs/current/errcodes-appendix.html
    "08": SILENT,
    "57P01": SILENT,  # stopped by its administrator
    "57P02": SILENT,
    "57P03": SILENT,  # starting up or shutting down
    "53300": BUSY,  # too many connections
    "55P03": BUSY,
    "53100": FULL,
    "25006": READ_ONLY,
    "42P01": OLDER,  # a table is missing
    "XX001": DAMAGED,
    "XX002": DAMAGED,
}


def explain(context: ExceptionContext) -> None:
    """For the engine's event "handle_error": refuse (Unavailable) where the database itself is the matter, and log its code.

    A write in a reading session is a bug of ours and stays one.
    """
    if context.is_pre_ping:
        return  # the pool replaces a connection that has gone stale by itself
    fault = context.original_exception
    reads = context.connection is not None and not context.connection.get_execution_options().get("rr_write")
    said, code = _meaning(fault)
    if said is None or (said is READ_ONLY and reads):
        return
    headline, way_forward = said
    reference = faults.record(fault, f"the database ({code})")
    raise Unavailable(headline, f"{way_forward} Reference: {reference}.") from fault


def _meaning(fault: Any) -> tuple[tuple[str, str] | None, str]:
    if isinstance(fault, sqlite3.Error):
        code = getattr(fault, "sqlite_errorcode", None) or 0
        said = OLDER if str(fault).startswith("no such table") else SQLITE.get(code & 0xFF)  # a missing table has no code of its own
        return said, getattr(fault, "sqlite_errorname", None) or "no code"
    state = getattr(fault, "sqlstate", None)
    if state is None and isinstance(fault, psycopg.OperationalError):
        return SILENT, "no connection"
    return POSTGRESQL.get(state or "", POSTGRESQL.get((state or "")[:2])), state or "no code"
