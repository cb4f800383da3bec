"""The way back: what a backup holds takes the place of the configured database, and what was there is kept."""

import json
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from psycopg import sql
from psycopg.errors import LockNotAvailable
from sqlalchemy import Connection, select, update
from sqlmodel import col

from rr import clock, db, migrations
from rr.access import SYSTEM
from rr.accounts.models import SignIn
from rr.audit import AuditEntry, Revision
from rr.base import LINE
from rr.copies import backup, rows, sealed
from rr.db import Session
from rr.errors import Refused

LISTS = {  # what `migrate` fills: a database with nothing else in it counts as empty
    *("partnership", "alias", "topic", "support_kind", "support_partner", "activity", "recipe", "recipe_step"),
    *("audit_entry", "revision", "name_word", "name_trigram", "name_folding"),
}
PATIENCE = "10s"  # how long PostgreSQL waits for those who are reading


@dataclass(frozen=True)
class Restored:
    """What came back, and where what was there before is kept: None if nothing was there."""

    rows: int
    revision: str
    sealed: bool
    kept: Path | None


def restore(file: Path, *, replace: bool = False) -> Restored:
    """Put what `file` holds in the place of the configured database, brought to the newest revision. Everybody signs in anew.

    Works on a copy: until that is whole, ours, upgraded and verified, nothing is touched. What was there is kept beside it (SQLite)
    or as a backup beside `file` (PostgreSQL). Refuses a damaged or foreign file; an embedded database that any other process has
    open; a PostgreSQL database with more than the reference lists in it, unless `replace`.
    """
    file = file.absolute()
    target = rows.embedded_file() if db.engine().dialect.name == "sqlite" else None
    _refuse_what_is_no_file(file, target)
    with (
        backup.readable_refusals(target or file),
        tempfile.TemporaryDirectory(prefix=".rr-restore-", dir=target and target.parent) as folder,
    ):
        copy = Path(folder) / "copy.db"
        try:
            had_seal = sealed.take(file, copy)
            sealed.examine(copy)
        except sealed.Unfit as fault:
            raise Refused(f"{file.name} {fault}", "Nothing was changed. Restore another backup.") from None
        sealed.bring_to("head", copy)
        with sealed.opened(copy) as restored:
            held = rows.contents(restored)
            revision = migrations.revision_of(restored) or ""
        kept = _swap(copy, target, file.name) if target else _fill(copy, file, held, replace=replace)
        return Restored(sum(count for count, _ in held.values()), revision, had_seal, kept)


def _refuse_what_is_no_file(file: Path, target: Path | None) -> None:
    if not file.is_file():
        raise Refused(f"There is no file {file}", "Give the name of a backup.")
    if target and file.resolve() == target:
        raise Refused("That is the database itself", "Give the name of a backup.")
    if target and not target.parent.is_dir():
        raise Refused(f"There is no folder {target.parent}", "Make it first, or set RR_DATABASE_URL to another file.")


def _account_for(session: Session, came_from: str) -> None:
    """Write down that it was restored, and end the sign-ins that came back with it: some of them had been ended since."""
    now = session.info["now"]
    for held in session.execute(select(SignIn).where(col(SignIn.ended_at).is_(None))).scalars():
        held.ended_at = now
    changes = json.dumps({"file": [None, came_from[:LINE]]}, ensure_ascii=False)
    session.add(AuditEntry(at=now, by=SYSTEM.who, gesture="restore", kind="database", row_id="", did="restored", changes=changes))


# SQLite: the file takes the other's place


def _swap(copy: Path, target: Path, came_from: str) -> Path | None:
    sealed.tidy(copy, 0)
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
        sealed.put(copy, target)
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


# PostgreSQL: the rows take the others' place


def _fill(copy: Path, file: Path, held: dict[str, tuple[int, int]], *, replace: bool) -> Path | None:
    kept = _keep_what_is_there(file, replace)
    migrations.upgrade()
    try:
        with db.transaction(by=SYSTEM, now=clock.now(), gesture="restore") as session, sealed.opened(copy) as source:
            target = session.connection()
            before = session.execute(select(col(Revision.value))).scalar_one_or_none() or 0
            _replace_rows(source, target)
            if rows.contents(target) != held:
                raise RuntimeError("What was restored differs from the backup.")
            # an app that is running caches under this number: it must never be one that stood for other rows
            after = session.execute(select(col(Revision.value))).scalar_one_or_none() or 0
            session.execute(update(Revision).values(value=max(before, after)))
            _account_for(session, file.name)
    except LockNotAvailable:
        raise Refused("The database is in use", "Nothing was changed. Stop the app, then restore.") from None
    return kept


def _keep_what_is_there(file: Path, replace: bool) -> Path | None:
    with rows.snapshot() as there:
        tables, revision = rows.tables(there), migrations.revision_of(there)
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
    backup.backup(kept)
    return kept


def _replace_rows(source: Connection, target: Connection) -> None:
    """Empty the tables and fill them again. The foreign keys are away meanwhile: rows may point at later ones, and at each other.

    Putting the keys back checks every row.
    """
    raw = rows.driver(target)
    tables = rows.tables(target)
    keys = raw.execute(
        "SELECT r.relname, c.conname, pg_get_constraintdef(c.oid) FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid "
        "WHERE c.contype = 'f' AND r.relnamespace = current_schema()::regnamespace AND r.relname = ANY(%s)",
        (list(tables),),
    ).fetchall()
    raw.execute(sql.SQL("SET LOCAL lock_timeout = {}").format(PATIENCE))
    for name, key, _ in keys:
        raw.execute(sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(sql.Identifier(name), sql.Identifier(key)))
    raw.execute(sql.SQL("TRUNCATE {}").format(sql.SQL(", ").join(map(sql.Identifier, tables))))
    rows.pour(source, target)
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
