"""Backups: a verified copy while the app runs, and the way back. One kind of file for both databases.

A backup is a SQLite database, whichever database the app uses, with a seal: the SHA-256 of all its bytes, written after the last
page, where SQLite doesn't look. So any SQLite tool can open it, a single changed byte is noticed, and what was backed up from the
embedded database can be restored into PostgreSQL, and the other way round.
"""

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from rr import db, migrations
from rr.copies import rows, sealed
from rr.errors import Refused


@dataclass(frozen=True)
class BackedUp:
    """What a backup holds."""

    rows: int
    revision: str
    size: int  # bytes


def backup(file: Path, *, replace: bool = False) -> BackedUp:
    """Write a verified copy of the configured database to `file`, readable by its owner alone. The app may go on writing meanwhile.

    The copy is made beside `file` and gets its name only once SQLite found it sound, its tables are ours, no row lacks its parent and
    every row compares equal to the original's, all as at one instant. Refuses a `file` that is there, unless `replace`. Reads
    everything twice: some seconds for each 100,000 rows, in level memory.
    """
    file = file.absolute()
    _refuse_to_overwrite(file, replace)
    with readable_refusals(file), tempfile.TemporaryDirectory(prefix=".rr-backup-", dir=file.parent) as folder:
        copy = Path(folder) / "copy.db"
        os.close(os.open(copy, os.O_WRONLY | os.O_CREAT, 0o600))
        with rows.snapshot() as source:
            revision = migrations.revision_of(source)
            if revision not in migrations.known():
                raise Refused("The database isn't one that this version knows", "Run python -m rr migrate first, or use the newer version.")
            _copy(source, copy, revision)
            held = _verified(source, copy)
        sealed.seal(copy)
        _refuse_to_overwrite(file, replace)
        sealed.put(copy, file)
        return BackedUp(sum(count for count, _ in held.values()), revision, file.stat().st_size)


def _copy(source: Connection, copy: Path, revision: str) -> None:
    if source.dialect.name == "sqlite":
        with closing(sealed.connect(copy)) as raw:
            rows.driver(source).backup(raw)
    else:
        sealed.bring_to(revision, copy)
        with sealed.opened(copy) as target:
            rows.pour(source, target)
    sealed.tidy(copy, sealed.SEALED)


def _verified(source: Connection, copy: Path) -> dict[str, tuple[int, int]]:
    """What the copy holds, once it is sound and holds what the source does."""
    try:
        sealed.examine(copy)
    except sealed.Unfit as fault:
        raise Refused(f"The database itself {fault}", "No backup was made. Keep the database as it is, and the last good backup.") from None
    with sealed.opened(copy) as target:
        held = rows.contents(target)
    if held != rows.contents(source):
        raise RuntimeError("The copy differs from the database.")
    return held


def _refuse_to_overwrite(file: Path, replace: bool) -> None:
    if file.is_dir() or not file.parent.is_dir():
        raise Refused(f"{file} can't be a backup", "Give the name of a file in a folder that exists.")
    if db.engine().dialect.name == "sqlite" and file.resolve() == rows.embedded_file():
        raise Refused("That is the database itself", "Give the backup another name.")
    if file.exists() and not replace:
        raise Refused(f"{file} is there already", "Give another name, or say --replace.")


@contextmanager
def readable_refusals(file: Path) -> Iterator[None]:
    """A full disk, or a folder that may not be written to, is a refusal with a sentence and not a fault of ours."""
    try:
        yield
    except OSError as fault:
        raise Refused(f"{file} can't be written: {fault.strerror}", "Nothing was changed.") from None
    except sqlite3.OperationalError as fault:
        if fault.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN):
            raise
        raise Refused(f"{file} can't be written: {fault}", "Nothing was changed.") from None
