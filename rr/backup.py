"""Backups: a verified copy while the app runs, and the way back. One kind of file for both databases.

A backup is a SQLite database, whichever database the app uses, with a seal: the SHA-256 of all its bytes, written after the last
page, where SQLite doesn't look. So any SQLite tool can open it, a single changed byte is noticed, and what was backed up from the
embedded database can be restored into PostgreSQL, and the other way round.
"""

import hashlib
import json
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from psycopg import sql
from psycopg.errors import LockNotAvailable
from sqlalchemy import JSON, Connection, TableClause, column, create_engine, insert, inspect, select, table, update
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.types import TypeEngine
from sqlmodel import col

from rr import clock, db, migrations
from rr.access import SYSTEM
from rr.accounts.models import SignIn
from rr.audit import AuditEntry, Revision
from rr.base import LINE
from rr.db import Session
from rr.errors import Refused

HEADER = b"SQLite format 3\x00"
SEALED = 0x52526261  # SQLite's application_id of a backup: such a file must bring its seal
SEAL = b"\nReflect Recharge backup SHA-256 "
SEAL_LENGTH = len(SEAL) + 64 + 1
STEPS = "alembic_version"
LISTS = {  # what `migrate` fills: a database with nothing else in it counts as empty
    *("partnership", "alias", "topic", "support_kind", "support_partner", "activity", "recipe", "recipe_step"),
    *("audit_entry", "revision"),
}
AT_ONCE = 1000  # rows
PATIENCE = "10s"  # how long PostgreSQL waits for those who are reading


@dataclass(frozen=True)
class BackedUp:
    """What a backup holds."""

    rows: int
    revision: str
    size: int  # bytes


@dataclass(frozen=True)
class Restored:
    """What came back, and where what was there before is kept: None if nothing was there."""

    rows: int
    revision: str
    sealed: bool
    kept: Path | None


class _Unfit(Exception):
    """Why a file isn't a database of ours in good order. Its text ends a sentence that begins with the file's name."""


def backup(file: Path, *, replace: bool = False) -> BackedUp:
    """Write a verified copy of the configured database to `file`, readable by its owner alone. The app may go on writing meanwhile.

    The copy is made beside `file` and gets its name only once SQLite found it sound, its tables are ours, no row lacks its parent and
    every row compares equal to the original's, all as at one instant. Refuses a `file` that is there, unless `replace`. Reads
    everything twice: some seconds for each 100,000 rows, in level memory.
    """
    file = file.absolute()
    _refuse_to_overwrite(file, replace)
    with _readable_refusals(file), tempfile.TemporaryDirectory(prefix=".rr-backup-", dir=file.parent) as folder:
        copy = Path(folder) / "copy.db"
        os.close(os.open(copy, os.O_WRONLY | os.O_CREAT, 0o600))
        with snapshot() as source:
            revision = migrations.revision_of(source)
            if revision not in migrations.known():
                raise Refused("The database isn't one that this version knows", "Run python -m rr migrate first, or use the newer version.")
            if source.dialect.name == "sqlite":
                with closing(_open(copy)) as raw:
                    _driver(source).backup(raw)
            else:
                _new_database(copy, revision)
                with _copied(copy) as target:
                    _pour(source, target)
            _tidy(copy, SEALED)  # nothing that was deleted goes along in unused pages
            try:
                _examine(copy)
            except _Unfit as fault:
                raise Refused(
                    f"The database itself {fault}", "No backup was made. Keep the database as it is, and the last good backup."
                ) from None
            with _copied(copy) as target:
                held = _contents(target)
                if held != _contents(source):
                    raise RuntimeError("The copy differs from the database.")
        _seal(copy)
        _refuse_to_overwrite(file, replace)
        _put(copy, file)
        return BackedUp(sum(count for count, _ in held.values()), revision, file.stat().st_size)


def restore(file: Path, *, replace: bool = False) -> Restored:
    """Put what `file` holds in the place of the configured database, brought to the newest revision. Everybody signs in anew.

    Works on a copy: until that is whole, ours, upgraded and verified, nothing is touched. What was there is kept beside it (SQLite)
    or as a backup beside `file` (PostgreSQL). Refuses a damaged or foreign file; an embedded database that any other process has
    open; a PostgreSQL database with more than the reference lists in it, unless `replace`.
    """
    file = file.absolute()
    embedded = db.engine().dialect.name == "sqlite"
    target = _embedded_file() if embedded else None
    _refuse_what_is_no_file(file, target)
    with _readable_refusals(target or file), tempfile.TemporaryDirectory(prefix=".rr-restore-", dir=target and target.parent) as folder:
        copy = Path(folder) / "copy.db"
        try:
            sealed = _take_copy(file, copy)
            _examine(copy)
        except _Unfit as fault:
            raise Refused(f"{file.name} {fault}", "Nothing was changed. Restore another backup.") from None
        _upgrade(copy)
        with _copied(copy) as opened:
            held = _contents(opened)
            revision = migrations.revision_of(opened) or ""
        kept = _swap(copy, target, file.name) if target else _fill(copy, file, held, replace=replace)
        return Restored(sum(count for count, _ in held.values()), revision, sealed, kept)


@contextmanager
def snapshot() -> Iterator[Connection]:
    """The configured database as it stands at one instant."""
    engine = db.engine()
    if engine.dialect.name == "sqlite" and not _embedded_file().exists():
        raise Refused(f"There is no database at {_embedded_file()}", "Run python -m rr migrate to make it.")
    with db.reading() as session:
        level = {} if engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
        yield session.connection(execution_options=level)


def _driver(connection: Connection) -> Any:
    """The driver's own connection, within the same transaction."""
    return connection.connection.driver_connection


def _embedded_file() -> Path:
    name = db.engine().url.database
    if not name or name == ":memory:":
        raise Refused("The database lives in memory only", "Set RR_DATABASE_URL to a file.")
    return Path(name).resolve()


def _refuse_to_overwrite(file: Path, replace: bool) -> None:
    if file.is_dir() or not file.parent.is_dir():
        raise Refused(f"{file} can't be a backup", "Give the name of a file in a folder that exists.")
    if db.engine().dialect.name == "sqlite" and file.resolve() == _embedded_file():
        raise Refused("That is the database itself", "Give the backup another name.")
    if file.exists() and not replace:
        raise Refused(f"{file} is there already", "Give another name, or say --replace.")


def _refuse_what_is_no_file(file: Path, target: Path | None) -> None:
    if not file.is_file():
        raise Refused(f"There is no file {file}", "Give the name of a backup.")
    if target and file.resolve() == target:
        raise Refused("That is the database itself", "Give the name of a backup.")
    if target and not target.parent.is_dir():
        raise Refused(f"There is no folder {target.parent}", "Make it first, or set RR_DATABASE_URL to another file.")


@contextmanager
def _readable_refusals(file: Path) -> Iterator[None]:
    try:
        yield
    except OSError as fault:
        raise Refused(f"{file} can't be written: {fault.strerror}", "Nothing was changed.") from None
    except sqlite3.OperationalError as fault:
        if fault.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN):
            raise
        raise Refused(f"{file} can't be written: {fault}", "Nothing was changed.") from None


# The copy: a SQLite file of ours, in a folder of ours


def _open(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(file, isolation_level=None)


@contextmanager
def _copied(file: Path) -> Iterator[Connection]:
    """A connection without the app's rules: no write-ahead log is left beside the copy."""
    engine = create_engine(f"sqlite:///{file}", hide_parameters=True)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def _new_database(file: Path, revision: str) -> None:
    engine = db.make_engine(f"sqlite:///{file}")
    try:
        migrations.upgrade(revision, engine.execution_options(rr_write=True))
    finally:
        engine.dispose()
    with closing(_open(file)) as raw:
        raw.execute("PRAGMA journal_mode=DELETE")


def _upgrade(file: Path) -> None:
    _new_database(file, "head")


def _tidy(file: Path, application: int) -> None:
    with closing(_open(file)) as raw:
        raw.execute("PRAGMA journal_mode=DELETE")
        raw.execute(f"PRAGMA application_id={application}")
        raw.execute("VACUUM")


def _seal(file: Path) -> None:
    with file.open("rb+") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
        opened.write(SEAL + digest.encode() + b"\n")
        os.fsync(opened.fileno())


def _take_copy(file: Path, copy: Path) -> bool:
    """Copy a file, checking its seal and taking it off. Returns whether it had one: a database that was only moved has none."""
    try:
        shutil.copyfile(file, copy)
        beside = [name for suffix in ("-wal", "-journal") if (name := file.with_name(file.name + suffix)).exists() and name.stat().st_size]
    except OSError as fault:
        raise _Unfit(f"can't be read: {fault.strerror}") from None
    copy.chmod(0o600)
    with copy.open("rb+") as opened:
        head = opened.read(100)
        if head[:16] != HEADER or len(head) < 100:
            raise _Unfit("isn't a backup: it isn't a SQLite database")
        if beside:
            raise _Unfit(f"is a database in use, since {beside[0].name} lies beside it; python -m rr backup makes a backup of it")
        end = max(0, copy.stat().st_size - SEAL_LENGTH)
        opened.seek(end)
        seal = opened.read()
        if not seal.startswith(SEAL):
            if int.from_bytes(head[68:72], "big") == SEALED:
                raise _Unfit("is damaged: its end is missing, or was written to")
            return False
        opened.truncate(end)
        opened.seek(0)
        if hashlib.file_digest(opened, "sha256").hexdigest().encode() != seal[len(SEAL) : -1]:
            raise _Unfit("is damaged: it has changed since the backup was made")
    return True


def _examine(file: Path) -> None:
    """Check that a SQLite file is whole and has exactly the tables of one of our revisions. Raises _Unfit."""
    try:
        with closing(_open(file)) as raw:
            raw.execute("PRAGMA trusted_schema=OFF")
            raw.execute("PRAGMA cell_size_check=ON")
            problems = raw.execute("PRAGMA integrity_check(1)").fetchone()[0]
            if problems != "ok":
                raise _Unfit("is damaged: SQLite finds it unsound")
            if not raw.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (STEPS,)).fetchone():
                raise _Unfit("belongs to another program: it doesn't have our tables")
            steps = [row[0] for row in raw.execute(f"SELECT version_num FROM {STEPS}")]  # noqa: S608 (a constant)
            if len(steps) != 1 or steps[0] not in migrations.known():
                raise _Unfit("was made by a newer version, or belongs to another program: its revision isn't known here")
            shape = _shape(raw)
            orphans = raw.execute("PRAGMA foreign_key_check").fetchone()
    except sqlite3.DatabaseError:
        raise _Unfit("is damaged: SQLite can't read it") from None
    wanted = _shape_of(steps[0])
    if shape != wanted:
        different = sorted({name for _, name, _ in shape ^ wanted})
        raise _Unfit(f"doesn't have the tables of its revision {steps[0]}: {', '.join(different[:5])} differ")
    if orphans:
        raise _Unfit(f"is damaged: rows of {orphans[0]} lack what they belong to")


@cache
def _shape_of(revision: str) -> set[tuple[str, str, str]]:
    with tempfile.TemporaryDirectory() as folder:
        _new_database(Path(folder) / "fresh.db", revision)
        with closing(_open(Path(folder) / "fresh.db")) as raw:
            return _shape(raw)


def _shape(raw: sqlite3.Connection) -> set[tuple[str, str, str]]:
    """Tables with their columns, indexes, and whatever else there is (a trigger that isn't ours would run)."""
    found = set()
    for kind, name, of in raw.execute("SELECT type, name, tbl_name FROM sqlite_master WHERE name NOT LIKE 'sqlite_stat%'").fetchall():
        columns = raw.execute('SELECT name, type, "notnull", pk FROM pragma_table_xinfo(?)', (name,)).fetchall() if kind == "table" else of
        found.add((kind, name, repr(columns)))
    return found


# Rows, from one database to another


def _tables(connection: Connection) -> dict[str, TableClause]:
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


def _pour(source: Connection, target: Connection) -> None:
    """Put the rows of the target's tables, which are empty, into them from the same tables of the source."""
    from_there = _tables(source)
    if target.dialect.name == "sqlite":
        _driver(target).execute("BEGIN")
    for name, into in _tables(target).items():
        try:
            for part in _rows(source, from_there[name]):
                target.execute(insert(into), part)
        except (IntegrityError, DataError) as fault:
            raise Refused(
                f"Some rows of {name} don't fit into this database ({type(fault.orig).__name__})", "Nothing was changed."
            ) from None
    if target.dialect.name == "sqlite":
        _driver(target).execute("COMMIT")


def _contents(connection: Connection) -> dict[str, tuple[int, int]]:
    """For each table the number of rows, and the sum of their digests: the same on both databases in whatever order the rows come."""
    found = {}
    for name, chosen in _tables(connection).items():
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


# SQLite: the file takes the other's place


def _swap(copy: Path, target: Path, came_from: str) -> Path | None:
    _tidy(copy, 0)
    db.engine().dispose()
    kept = None
    if target.exists():
        kept = target.with_name(f"{target.name}.before-restore-{clock.now():%Y%m%dT%H%M%SZ}")
        if kept.exists():
            raise Refused("Something was restored in this very second", "Try again.")
    with _alone(target):
        if kept:
            before = target.stat()
            _second_name(target, kept)
            os.chmod(copy, before.st_mode & 0o777)
            if (before.st_uid, before.st_gid) != (copy.stat().st_uid, copy.stat().st_gid):
                os.chown(copy, before.st_uid, before.st_gid)  # the app may run as somebody else than who restores
        for suffix in ("-wal", "-shm", "-journal"):  # of a damaged database, or of one that is gone: not to be read into the new one
            if (aside := Path(f"{target}{suffix}")).exists():
                aside.replace(f"{kept}{suffix}") if kept else aside.unlink()
        _put(copy, target)
    with db.transaction(by=SYSTEM, now=clock.now(), gesture="restore") as session:
        _account_for(session, came_from)
    return kept


@contextmanager
def _alone(target: Path) -> Iterator[None]:
    """Hold the database so that nobody else has it open. Afterwards it has no write-ahead log: all is in the one file.

    Leaving WAL mode is what needs to be alone: SQLite refuses it while another process has the database open, even idle.
    """
    if not target.exists():
        yield
        return
    with closing(sqlite3.connect(target, isolation_level=None, timeout=1)) as raw:
        try:
            raw.execute("PRAGMA journal_mode=DELETE")
            raw.execute("BEGIN EXCLUSIVE")
        except sqlite3.DatabaseError as fault:
            if fault.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise Refused("The database is open in another process", "Nothing was changed. Stop the app, then restore.") from None
            if fault.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
                raise  # a damaged one can't be held, and is why somebody restores
        yield


def _second_name(file: Path, name: Path) -> None:
    try:
        os.link(file, name)
    except OSError:  # a file system without links
        shutil.copy2(file, name)


def _put(copy: Path, file: Path) -> None:
    """Give a finished file its name, for good: also if the power goes."""
    handle = os.open(copy, os.O_RDONLY)
    os.fsync(handle)
    os.close(handle)
    copy.replace(file)
    handle = os.open(file.parent, os.O_RDONLY)
    os.fsync(handle)
    os.close(handle)


# PostgreSQL: the rows take the others' place


def _fill(copy: Path, file: Path, held: dict[str, tuple[int, int]], *, replace: bool) -> Path | None:
    kept = _keep_what_is_there(file, replace)
    migrations.upgrade()
    try:
        with db.transaction(by=SYSTEM, now=clock.now(), gesture="restore") as session, _copied(copy) as source:
            target = session.connection()
            before = session.execute(select(col(Revision.value))).scalar_one_or_none() or 0
            _replace_rows(source, target)
            if _contents(target) != held:
                raise RuntimeError("What was restored differs from the backup.")
            # an app that is running caches under this number: it must never be one that stood for other rows
            after = session.execute(select(col(Revision.value))).scalar_one_or_none() or 0
            session.execute(update(Revision).values(value=max(before, after)), execution_options={"unaudited": True})
            _account_for(session, file.name)
    except LockNotAvailable:
        raise Refused("The database is in use", "Nothing was changed. Stop the app, then restore.") from None
    return kept


def _keep_what_is_there(file: Path, replace: bool) -> Path | None:
    with snapshot() as there:
        tables, revision = _tables(there), migrations.revision_of(there)
        if revision not in migrations.known() and (revision or tables):
            raise Refused("The database isn't one that this version knows", "Nothing was changed. Restore into an empty database.")
        used = any(there.execute(select(one).limit(1)).first() for name, one in tables.items() if name not in LISTS)
    if not used:
        return None
    if not replace:
        raise Refused(
            "The database isn't empty", "Nothing was changed. Say --replace to restore all the same: what is there is kept as a backup."
        )
    kept = file.with_name(f"{db.engine().url.database}.before-restore-{clock.now():%Y%m%dT%H%M%SZ}.db")
    backup(kept)
    return kept


def _replace_rows(source: Connection, target: Connection) -> None:
    """Empty the tables and fill them again. The foreign keys are away meanwhile: rows may point at later ones, and at each other.

    Putting the keys back checks every row.
    """
    raw = _driver(target)
    tables = _tables(target)
    keys = raw.execute(
        "SELECT r.relname, c.conname, pg_get_constraintdef(c.oid) FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid "
        "WHERE c.contype = 'f' AND r.relnamespace = current_schema()::regnamespace AND r.relname = ANY(%s)",
        (list(tables),),
    ).fetchall()
    raw.execute(sql.SQL("SET LOCAL lock_timeout = {}").format(PATIENCE))
    for name, key, _ in keys:
        raw.execute(sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(sql.Identifier(name), sql.Identifier(key)))
    raw.execute(sql.SQL("TRUNCATE {}").format(sql.SQL(", ").join(map(sql.Identifier, tables))))
    _pour(source, target)
    for name, key, definition in keys:
        raw.execute(sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} ").format(sql.Identifier(name), sql.Identifier(key)) + sql.SQL(definition))
    for name, one in tables.items():
        if "id" in one.c:
            raw.execute(
                sql.SQL("SELECT setval(pg_get_serial_sequence(%s, 'id'), coalesce(max(id), 1), max(id) IS NOT NULL) FROM {}").format(
                    sql.Identifier(name)
                ),
                (sql.Identifier(name).as_string(),),
            )


def _account_for(session: Session, came_from: str) -> None:
    """Write down that it was restored, and end the sign-ins that came back with it: some of them had been ended since."""
    now = session.info["now"]
    for held in session.execute(select(SignIn).where(col(SignIn.ended_at).is_(None))).scalars():
        held.ended_at = now
    changes = json.dumps({"file": [None, came_from[:LINE]]}, ensure_ascii=False)
    session.add(AuditEntry(at=now, by=SYSTEM.who, gesture="restore", kind="database", row_id="", did="restored", changes=changes))
