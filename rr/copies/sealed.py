"""A sealed copy: a SQLite file of ours, made, sealed, and examined before anybody trusts it."""

import hashlib
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, create_engine

from rr import db, migrations
from rr.copies import rows

HEADER = b"SQLite format 3\x00"
SEALED = 0x52526261  # SQLite's application_id of a backup: such a file must bring its seal
SEAL = b"\nReflect Recharge backup SHA-256 "
SEAL_LENGTH = len(SEAL) + 64 + 1


class Unfit(Exception):
    """Why a file isn't a database of ours in good order. Its text ends a sentence that begins with the file's name."""


def connect(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(file, isolation_level=None)


@contextmanager
def opened(file: Path) -> Iterator[Connection]:
    """A connection without the app's rules: no write-ahead log is left beside the copy."""
    engine = create_engine(f"sqlite:///{file}", hide_parameters=True)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def bring_to(revision: str, file: Path) -> None:
    """Make the tables of a revision in a SQLite file, or upgrade those that are there."""
    engine = db.make_engine(f"sqlite:///{file}")
    try:
        migrations.upgrade(revision, engine.execution_options(rr_write=True))
    finally:
        engine.dispose()
    with closing(connect(file)) as raw:
        raw.execute("PRAGMA journal_mode=DELETE")


def tidy(file: Path, application: int) -> None:
    """Rewrite the file whole, so that nothing that was deleted goes along in unused pages. `application` is 0 but for a backup."""
    with closing(connect(file)) as raw:
        raw.execute("PRAGMA journal_mode=DELETE")
        raw.execute(f"PRAGMA application_id={application}")
        raw.execute("VACUUM")


def seal(file: Path) -> None:
    """Write the seal after the last page, for good."""
    with file.open("rb+") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
        opened.write(SEAL + digest.encode() + b"\n")
        os.fsync(opened.fileno())


def take(file: Path, copy: Path) -> bool:
    """Copy a file, checking its seal (Unfit) and taking it off. Returns whether it had one: a database that was only moved has none."""
    try:
        shutil.copyfile(file, copy)
        beside = [name for suffix in ("-wal", "-journal") if (name := file.with_name(file.name + suffix)).exists() and name.stat().st_size]
    except OSError as fault:
        raise Unfit(f"can't be read: {fault.strerror}") from None
    copy.chmod(0o600)
    with copy.open("rb+") as opened:
        head = opened.read(100)
        if head[:16] != HEADER or len(head) < 100:
            raise Unfit("isn't a backup: it isn't a SQLite database")
        if beside:
            raise Unfit(f"is a database in use, since {beside[0].name} lies beside it; python -m rr backup makes a backup of it")
        end = max(0, copy.stat().st_size - SEAL_LENGTH)
        opened.seek(end)
        seal = opened.read()
        if not seal.startswith(SEAL):
            if int.from_bytes(head[68:72], "big") == SEALED:
                raise Unfit("is damaged: its end is missing, or was written to")
            return False
        opened.truncate(end)
        opened.seek(0)
        if hashlib.file_digest(opened, "sha256").hexdigest().encode() != seal[len(SEAL) : -1]:
            raise Unfit("is damaged: it has changed since the backup was made")
    return True


def put(copy: Path, file: Path) -> None:
    """Give a finished file its name, for good: also if the power goes."""
    handle = os.open(copy, os.O_RDONLY)
    os.fsync(handle)
    os.close(handle)
    copy.replace(file)
    handle = os.open(file.parent, os.O_RDONLY)
    os.fsync(handle)
    os.close(handle)


# Is it ours, and whole?


def examine(file: Path) -> None:
    """Check that a SQLite file is whole and has exactly the tables of one of our revisions. Raises Unfit."""
    try:
        with closing(connect(file)) as raw:
            raw.execute("PRAGMA trusted_schema=OFF")
            raw.execute("PRAGMA cell_size_check=ON")
            problems = raw.execute("PRAGMA integrity_check(1)").fetchone()[0]
            if problems != "ok":
                raise Unfit("is damaged: SQLite finds it unsound")
            if not raw.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (rows.STEPS,)).fetchone():
                raise Unfit("belongs to another program: it doesn't have our tables")
            steps = [row[0] for row in raw.execute(f"SELECT version_num FROM {rows.STEPS}")]  # noqa: S608 (a constant)
            if len(steps) != 1 or steps[0] not in migrations.known():
                raise Unfit("was made by a newer version, or belongs to another program: its revision isn't known here")
            shape = _shape(raw)
            orphans = raw.execute("PRAGMA foreign_key_check").fetchone()
    except sqlite3.DatabaseError:
        raise Unfit("is damaged: SQLite can't read it") from None
    wanted = _shape_of(steps[0])
    if shape != wanted:
        different = sorted({name for _, name, _ in shape ^ wanted})
        raise Unfit(f"doesn't have the tables of its revision {steps[0]}: {', '.join(different[:5])} differ")
    if orphans:
        raise Unfit(f"is damaged: rows of {orphans[0]} lack what they belong to")


@cache
def _shape_of(revision: str) -> set[tuple[str, str, str]]:
    with tempfile.TemporaryDirectory() as folder:
        bring_to(revision, Path(folder) / "fresh.db")
        with closing(connect(Path(folder) / "fresh.db")) as raw:
            return _shape(raw)


def _shape(raw: sqlite3.Connection) -> set[tuple[str, str, str]]:
    """Tables with their columns, indexes, and whatever else there is (a trigger that isn't ours would run)."""
    found = set()
    for kind, name, of in raw.execute("SELECT type, name, tbl_name FROM sqlite_master WHERE name NOT LIKE 'sqlite_stat%'").fetchall():
        columns = raw.execute('SELECT name, type, "notnull", pk FROM pragma_table_xinfo(?)', (name,)).fetchall() if kind == "table" else of
        found.add((kind, name, repr(columns)))
    return found
