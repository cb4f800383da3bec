"""When the database itself is the matter: one sentence, what to do, a reference in the log, and nothing overwritten."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Barrier, Thread

import pytest
from sqlalchemy import event, select, text

from rr import db, gesture
from rr.access import SYSTEM
from rr.accounts.models import SignIn
from rr.errors import Unavailable
from rr.partnerships.models import Partnership
from rr.reference import load_reference
from tests.builders import a_request
from tests.conftest import _named, _run
from tests.news import refused

ROOT = Path(__file__).resolve().parent.parent


def damage(path: Path) -> None:
    """Write over a page in the middle: SQLite finds it on reading what lies there."""
    with path.open("rb+") as file:
        file.seek(path.stat().st_size // 2)
        file.write(b"\xff" * 40_000)


def only_words(path: Path) -> None:
    path.write_bytes(b"Dear diary, this is no database. " * 300)


def of_a_newer_version(path: Path) -> None:
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
        raw.commit()


@pytest.fixture
def file(template_sqlite: Path, tmp_path: Path) -> Path:
    path = tmp_path / "rr.db"
    path.write_bytes(template_sqlite.read_bytes())
    return path


MIGRATE = ("rr", "migrate")
SERVER = ("streamlit", "run", "app.py", "--server.address=127.0.0.1", "--server.port=0")
BROKEN = [
    (SERVER, damage, "The database is damaged. Nothing was changed. The operator needs to stop the app"),
    (MIGRATE, damage, "The database is damaged. Nothing was changed. The operator needs to stop the app"),
    (MIGRATE, only_words, "The database is damaged. Nothing was changed. The operator needs to stop the app"),
    (
        MIGRATE,
        of_a_newer_version,
        "The database was made by a newer version of the app: its revision 9999 isn't known here. Nothing was changed.",
    ),
]


@pytest.mark.parametrize(("command", "breaking", "sentence"), BROKEN)
def test_neither_migrate_nor_the_server_starts_on_a_broken_file_or_touches_it(file, command, breaking, sentence):
    breaking(file)
    before = file.read_bytes()
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("RR_", "STREAMLIT_"))}
    environment |= {"RR_DATABASE_URL": f"sqlite:///{file}", "RR_SECRET_KEY": "a key"}

    ended = subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False
    )

    said = ended.stdout + ended.stderr
    assert ended.returncode != 0
    assert sentence in said
    assert "python -m rr restore FILE" in said
    assert "Traceback" not in said
    assert file.read_bytes() == before


# While the app runs


@contextmanager
def connecting(engine, pragma):
    """Each new connection begins with this, until the block ends: other tests have the engine after."""

    def begin(raw, _record):
        raw.execute(pragma)

    event.listen(engine, "connect", begin)
    try:
        yield
    finally:
        event.remove(engine, "connect", begin)


@contextmanager
def held_by_another_program(engine):
    with connecting(engine, "PRAGMA busy_timeout = 50"), closing(sqlite3.connect(engine.url.database, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield


@contextmanager
def full_disk(engine):
    with connecting(engine, "PRAGMA max_page_count = 1"):
        yield


SQLITE = [
    (held_by_another_program, "The database is busy"),
    (full_disk, "The disk is full"),
]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("trouble", "headline"), SQLITE)
def test_a_gesture_that_the_embedded_database_cannot_take_says_why_and_how_to_go_on(app, one, people, database, caplog, trouble, headline):
    number = a_request(one)
    page = app(people.support, "requests")
    database.dispose()

    with trouble(database):
        page.get_by_key(f"requests_accept_{number}").click().run()

    assert not page.exception
    said, way_forward = refused(page)
    assert said == headline
    [first, *_] = [record.args[0] for record in caplog.records if record.name == "rr.faults"]
    assert way_forward.endswith(f"Reference: {first}.")


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_file_that_may_only_be_read_is_said_and_a_write_in_a_reading_session_stays_a_bug(database, monkeypatch):
    read_only = db.make_engine(f"sqlite:///file:{database.url.database}?mode=ro&uri=true")
    with db.reading() as session, pytest.raises(Exception, match="readonly") as bug:
        session.execute(text("UPDATE topic SET label = ''"))
    assert not isinstance(bug.value, Unavailable)

    monkeypatch.setattr(db, "engine", lambda: read_only)
    with pytest.raises(Unavailable, match="can't be written to"):
        gesture.perform(load_reference, actor=SYSTEM)
    read_only.dispose()


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_postgresql_that_is_stopped_or_read_only_or_empty_is_said(database, postgresql, monkeypatch):
    address, outside = postgresql

    def stopped(session, *, actor, now):
        session.execute(select(SignIn)).all()
        _run(outside, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'test_rr'")
        session.execute(select(Partnership)).all()

    with pytest.raises(Unavailable, match="doesn't answer"):
        gesture.perform(stopped, actor=SYSTEM)
    gesture.perform(load_reference, actor=SYSTEM)  # and it goes on by itself once the database is back

    def read_only(session, *, actor, now):
        session.execute(text("SET TRANSACTION READ ONLY"))
        session.execute(text("UPDATE topic SET label = ''"))

    with pytest.raises(Unavailable, match="can't be written to"):
        gesture.perform(read_only, actor=SYSTEM)

    empty = db.make_engine(_named(address, "postgres"))
    monkeypatch.setattr(db, "engine", lambda: empty)
    with db.reading() as session, pytest.raises(Unavailable, match="not at the newest version"):
        session.execute(select(SignIn)).all()
    empty.dispose()

    nowhere = db.make_engine("postgresql://127.0.0.1:1/rr")
    monkeypatch.setattr(db, "engine", lambda: nowhere)
    with db.reading() as session, pytest.raises(Unavailable, match="doesn't answer"):
        session.execute(select(SignIn)).all()


def test_two_that_load_the_reference_lists_at_once_load_them_once(database):
    with db.writer().begin() as connection:
        for table in ("name_trigram", "name_word", "alias", "recipe_step", "recipe", "activity", "partnership", "topic", "revision"):
            connection.execute(text(f"DELETE FROM {table}"))
    start, faults = Barrier(2), []

    def load():
        start.wait()
        try:
            gesture.perform(load_reference, actor=SYSTEM)
        except Exception as fault:
            faults.append(fault)

    threads = [Thread(target=load) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert faults == []
    with db.reading() as session:
        assert len(session.execute(select(Partnership)).all()) == 150
