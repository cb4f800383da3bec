"""Backups, on both databases and across: what comes back is what was there, and nothing that is unfit touches what is there."""

import shutil
import sqlite3
import stat
from contextlib import closing
from pathlib import Path
from threading import Event, Thread

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import func, inspect, select
from sqlmodel import col

from rr import db, gesture, migrations
from rr.access import SYSTEM
from rr.accounts import commands as accounts
from rr.accounts.models import Account, Role, SignIn
from rr.audit import AuditEntry, Revision
from rr.copies import backup, restore, rows
from rr.copies import sealed as sealing
from rr.errors import Refused
from rr.intake.models import SupportRequest
from rr.intake.rules import RequestStatus, Source
from rr.partnerships.models import Note, Partnership
from tests.conftest import NOW, TODAY, _named, _run, sign_in

WORDS = "Zoë – “a café”, =1+1\nand a second line 🙂"
SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
HEAD = ScriptDirectory.from_config(migrations.config()).get_current_head()
POSTGRESQL = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


def story(session, *, actor, now):
    """Rows of every kind of value, one of them pointing at a later one."""
    for number, status in ((1, RequestStatus.DUPLICATE), (2, RequestStatus.NEW)):
        request = SupportRequest(
            ref=f"RR-{number}",
            source=Source.FORM,
            entry_id=str(number),
            received_at=now,
            received_on=TODAY,
            words=WORDS,
            status=status,
            people=12 if number == 1 else None,
            consent_contact=number == 1,
            answers={"who": ["Zoë", None, 1.5, True], "": {}} if number == 1 else {},
        )
        session.add(request)
        session.flush()
    earlier = session.execute(select(SupportRequest).where(col(SupportRequest.ref) == "RR-1")).scalar_one()
    earlier.duplicate_of_id = request.id


def everything():
    with db.reading() as session:
        return rows.contents(session.connection())


def without_the_note(contents):
    """What restoring itself writes: the audit, the ended sign-ins and the counter of transactions."""
    return {name: held for name, held in contents.items() if name not in ("audit_entry", "revision", "sign_in")}


def scribble():
    """What happens after the backup, and must be gone after restoring it."""
    with db.transaction() as session:
        session.get(Partnership, 1).public_name = "Scribbled over"
        session.add(Note(partnership_id=1, words="Too late", at=NOW))


def listing(folder):
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}


@pytest.fixture
def place(tmp_path):
    """A folder for backups with nothing else in it."""
    made = tmp_path / "backups"
    made.mkdir()
    return made


@pytest.fixture
def embedded(database):
    """The file that a SQLite database lives in."""
    return Path(database.url.database)


@pytest.fixture
def sealed(people, place):
    """A backup of a database with people and a story in it."""
    gesture.perform(story, actor=people.support)
    backup.backup(place / "a.db")
    return place / "a.db"


@pytest.fixture
def elsewhere(tmp_path, monkeypatch, request):
    """Turn to a database of the kind named, with only the reference lists in it."""
    made = []

    def turn(kind):
        if kind == "sqlite":
            file = tmp_path / "elsewhere" / "rr.db"
            file.parent.mkdir()
            shutil.copy(request.getfixturevalue("template_sqlite"), file)
            engine = db.make_engine(f"sqlite:///{file}")
        else:
            address, outside = request.getfixturevalue("postgresql")
            name = f"elsewhere_{tmp_path.name[-40:].lower().replace('-', '_').replace('[', '_').replace(']', '_')}"
            _run(outside, f'CREATE DATABASE "{name}" TEMPLATE template_rr')
            engine = db.make_engine(_named(address, name))
        made.append(engine)
        monkeypatch.setattr(db, "engine", lambda: engine)

    yield turn
    for engine in made:
        engine.dispose()
        if engine.dialect.name == "postgresql":
            _run(request.getfixturevalue("postgresql")[1], f'DROP DATABASE "{engine.url.database}" WITH (FORCE)')


def test_what_comes_back_is_what_was_there(sealed, place, people):
    before = everything()
    sign_in(people.support)
    scribble()
    assert everything() != before

    done = restore.restore(sealed, replace=True)

    after = everything()
    assert without_the_note(after) == without_the_note(before)
    assert after["audit_entry"][0] == before["audit_entry"][0] + 1
    assert done.rows == sum(count for count, _ in before.values())
    assert done.sealed
    assert done.kept.exists()


def test_what_was_replaced_is_kept_and_can_be_restored_in_turn(sealed, people, clock):
    scribble()
    latest = everything()
    kept = restore.restore(sealed, replace=True).kept
    clock.shift(60)

    restore.restore(kept or sealed, replace=True)

    assert without_the_note(everything()) == without_the_note(latest)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_backup_moves_to_the_other_kind_of_database(sealed, people, elsewhere, kind):
    before = everything()
    elsewhere(kind)
    assert everything() != before

    done = restore.restore(sealed)

    assert without_the_note(everything()) == without_the_note(before)
    assert (done.kept is None) == (kind == "postgresql")  # a database with only the reference lists is an empty one
    with db.reading() as session:
        first, second = session.execute(select(SupportRequest).order_by(col(SupportRequest.id))).scalars()
        assert (first.words, first.received_at, first.received_on) == (WORDS, NOW, TODAY)
        assert first.answers == {"who": ["Zoë", None, 1.5, True], "": {}}
        assert first.duplicate_of_id == second.id


def test_after_restoring_work_goes_on(sealed, people):
    highest = max(getattr(people, name).account_id for name in ("support", "admin", "manager"))
    restore.restore(sealed, replace=True)

    number = gesture.perform(accounts.add_account, email="new@example.org", name="New", role=Role.SUPPORT, actor=SYSTEM)

    assert number > highest
    with db.reading() as session:
        assert session.get(Account, number).email == "new@example.org"


def test_restoring_is_written_down_and_ends_the_sign_ins_that_came_back(people, place):
    sign_in(people.support)
    backup.backup(place / "a.db")
    with db.reading() as session:
        before = db.revision(session)
    for _ in range(3):
        scribble()

    restore.restore(place / "a.db", replace=True)

    with db.reading() as session:
        assert session.execute(select(col(SignIn.ended_at))).scalars().all() == [NOW]
        last = session.execute(select(AuditEntry).order_by(col(AuditEntry.id).desc()).limit(1)).scalar_one()
        assert (last.by, last.gesture, last.kind, last.did) == ("the system", "restore", "database", "restored")
        assert "a.db" in last.changes
        # PostgreSQL's app may be running: no number of a cache may come back
        assert db.revision(session) > before + (3 if db.engine().dialect.name == "postgresql" else 0)


def test_a_backup_is_whole_while_others_write(people, place):
    stop, wrote = Event(), Event()

    def write():
        while not stop.is_set():
            with db.transaction() as session:
                for words in ("one of two", "two of two"):
                    session.add(Note(partnership_id=1, words=words, at=NOW))
                    session.flush()
            wrote.set()

    writer = Thread(target=write)
    writer.start()
    wrote.wait(10)
    try:
        backup.backup(place / "a.db")
    finally:
        stop.set()
        writer.join()

    with closing(sqlite3.connect(place / "a.db")) as raw:
        notes = raw.execute("SELECT count(*) FROM note").fetchone()[0]
        assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        # each gesture raises this by one and writes two notes: the two belong to the same instant
        assert raw.execute("SELECT value FROM revision").fetchone()[0] >= notes / 2
    assert notes >= 2
    assert notes % 2 == 0


def test_a_backup_is_for_its_owner_alone_and_leaves_nothing_else(sealed, place):
    assert [file.name for file in place.iterdir()] == ["a.db"]
    assert stat.S_IMODE(sealed.stat().st_mode) == 0o600


@SQLITE
def test_what_was_deleted_does_not_go_along(embedded, people, place):
    """SQLite leaves it in pages that it doesn't use any more, unless it was built to wipe them."""
    with closing(sqlite3.connect(embedded, isolation_level=None)) as raw:
        raw.execute("PRAGMA secure_delete=OFF")
        raw.executemany("INSERT INTO note (partnership_id, words, at) VALUES (1, ?, '2026-11-18')", [("remember-no-more " * 200,)] * 50)
        raw.execute("DELETE FROM note")
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert b"remember-no-more" in embedded.read_bytes()

    backup.backup(place / "a.db")

    assert b"remember-no-more" not in (place / "a.db").read_bytes()


def test_a_file_that_is_there_stays_unless_it_may_be_replaced(sealed, people):
    before = sealed.read_bytes()
    scribble()

    with pytest.raises(Refused, match="is there already"):
        backup.backup(sealed)
    assert sealed.read_bytes() == before

    backup.backup(sealed, replace=True)
    restore.restore(sealed, replace=True)
    with db.reading() as session:
        assert session.get(Partnership, 1).public_name == "Scribbled over"


def test_a_backup_needs_a_file_in_a_folder(people, place):
    for name in (place, place / "none" / "a.db"):
        with pytest.raises(Refused, match="can't be a backup"):
            backup.backup(name)
    with pytest.raises(Refused, match="no file"):
        restore.restore(place / "none.db")


def hole(data, start):
    return data[:start] + b"\xa5" * 200 + data[start + 200 :]


def flipped(data, at):
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


DAMAGE = {
    "empty": lambda data: b"",
    "only a header": lambda data: data[:100],
    "half of it": lambda data: data[: len(data) // 2],
    "all pages but the last": lambda data: data[: -sealing.SEAL_LENGTH - 4096],
    "without the seal": lambda data: data[: -sealing.SEAL_LENGTH],
    "the last byte missing": lambda data: data[:-1],
    "a byte more": lambda data: data + b"x",
    "a hole where nothing is stored": lambda data: hole(data, 1500),
    "a hole in the middle": lambda data: hole(data, len(data) // 2),
    "a bit of the header": lambda data: flipped(data, 40),
    "a bit of somebody's words": lambda data: flipped(data, data.index(b"caf")),
    "a bit of the seal": lambda data: flipped(data, len(data) - 10),
    "a page of text": lambda data: b"Dear all,\n" * 1000,
}


def refusal(file):
    """What restoring a file is answered with, and nothing if it was restored."""
    try:
        restore.restore(file, replace=True)
    except Refused as refused:
        return refused.headline
    return ""


def test_a_damaged_file_is_refused_and_what_is_there_stays(sealed, place):
    before, files = everything(), listing(place)

    for how, damage in DAMAGE.items():
        (place / "b.db").write_bytes(damage(sealed.read_bytes()))
        assert (how, refusal(place / "b.db").startswith(("b.db is damaged", "b.db isn't a backup"))) == (how, True)

    assert everything() == before
    (place / "b.db").unlink()
    assert listing(place) == files


FOREIGN = {
    "another program": ("CREATE TABLE track (id INTEGER)", "another program"),
    "another program with alembic": (
        "CREATE TABLE alembic_version (version_num); INSERT INTO alembic_version VALUES ('ae10')",
        "isn't known",
    ),
    "our revision alone": ("CREATE TABLE alembic_version (version_num); INSERT INTO alembic_version VALUES ('0001')", "have the tables"),
}


def test_a_foreign_file_is_refused_and_what_is_there_stays(people, place):
    before = everything()

    for number, (statements, why) in enumerate(FOREIGN.values()):
        with closing(sqlite3.connect(place / f"{number}.db", isolation_level=None)) as raw:
            raw.executescript(statements)
        assert why in refusal(place / f"{number}.db")

    assert everything() == before


TAMPERED = {
    "CREATE TRIGGER t AFTER INSERT ON note BEGIN DELETE FROM note; END": "differ",
    "CREATE TABLE more (id INTEGER)": "differ",
    "ALTER TABLE note DROP COLUMN words": "differ",
    "UPDATE alembic_version SET version_num = '9999'": "isn't known here",
    "DELETE FROM partnership WHERE id = (SELECT min(partnership_id) FROM alias)": "rows of alias lack what they belong to",
    "PRAGMA ignore_check_constraints=ON; UPDATE account SET role = 'king'": "unsound",
}


def test_a_database_without_a_seal_must_be_ours_in_all_its_parts(sealed, place):
    plain = place / "plain.db"
    plain.write_bytes(sealed.read_bytes()[: -sealing.SEAL_LENGTH])
    with closing(sqlite3.connect(plain, isolation_level=None)) as raw:
        raw.execute("PRAGMA application_id=0")
    assert not restore.restore(plain, replace=True).sealed
    before = everything()

    for statements, why in TAMPERED.items():
        with closing(sqlite3.connect(shutil.copy(plain, place / "b.db"), isolation_level=None)) as raw:
            raw.executescript(statements)
        assert why in refusal(place / "b.db")

    assert everything() == before


def test_a_failure_at_the_last_moment_leaves_what_is_there(sealed, place, monkeypatch):
    scribble()
    before = without_the_note(everything())

    def cut(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(*((sealing, "put") if db.engine().dialect.name == "sqlite" else (restore, "_account_for")), cut)
    with pytest.raises(KeyboardInterrupt):
        restore.restore(sealed, replace=True)

    assert without_the_note(everything()) == before


def test_a_disk_that_is_full_leaves_no_backup(people, place, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(sealing, "seal", full)
    with pytest.raises(Refused, match="No space left"):
        backup.backup(place / "a.db")

    assert list(place.iterdir()) == []


def newer(tmp_path, monkeypatch):
    """A later version of the app, whose migrations go one step further."""
    scripts = tmp_path / "migrations"
    shutil.copytree(Path(migrations.__file__).parent, scripts, ignore=shutil.ignore_patterns("__pycache__"))
    (scripts / "versions" / "9000_colour.py").write_text(
        f"import sqlalchemy as sa\nfrom alembic import op\nrevision, down_revision = '9000', '{HEAD}'\n"
        "def upgrade():\n"
        "    with op.batch_alter_table('topic') as batch:\n"
        "        batch.add_column(sa.Column('colour', sa.String(20), nullable=False, server_default='green'))\n"
    )
    made = migrations.config()
    made.set_main_option("script_location", str(scripts))
    monkeypatch.setattr(migrations, "config", lambda: made)


def test_an_older_backup_is_upgraded_on_its_way(sealed, people, tmp_path, monkeypatch):
    newer(tmp_path, monkeypatch)

    done = restore.restore(sealed, replace=True)

    assert done.revision == "9000"
    with db.reading() as session:
        connection = session.connection()
        topic = rows.tables(connection)["topic"]
        assert set(connection.execute(select(topic.c.colour)).scalars()) == {"green"}
        assert session.execute(select(func.count()).select_from(SupportRequest)).scalar_one() == 2


def test_a_newer_version_backs_up_what_it_has_not_upgraded_yet(people, place, tmp_path, monkeypatch):
    with monkeypatch.context() as later:
        newer(tmp_path, later)
        assert backup.backup(place / "a.db").revision == HEAD

    with monkeypatch.context() as later:
        newer(tmp_path / "again", later)
        migrations.upgrade()
    with pytest.raises(Refused, match="isn't one that this version knows"):
        backup.backup(place / "b.db")


# SQLite alone


@SQLITE
def test_an_app_that_has_the_database_open_is_in_the_way_even_idle(embedded, sealed, people):
    db.engine().dispose()
    files = listing(embedded.parent)
    with closing(sqlite3.connect(embedded)) as other:
        other.execute("SELECT count(*) FROM account").fetchone()

        with pytest.raises(Refused, match="open in another process"):
            restore.restore(sealed)

    assert listing(embedded.parent) == files


@SQLITE
def test_a_restored_file_takes_no_log_of_the_one_before_along(embedded, sealed, people):
    """A write-ahead log that outlived its database: SQLite would read it into whatever has the name now."""
    before, log = everything(), Path(f"{embedded}-wal")
    scribble()
    left = log.read_bytes()
    db.engine().dispose()
    embedded.unlink()
    log.write_bytes(left)

    assert restore.restore(sealed).kept is None

    assert left
    assert without_the_note(everything()) == without_the_note(before)


@SQLITE
def test_a_damaged_database_can_be_replaced_and_is_kept(embedded, sealed, people):
    before = everything()
    db.engine().dispose()
    embedded.write_bytes(b"not a database at all" * 1000)

    kept = restore.restore(sealed).kept

    assert kept.read_bytes() == b"not a database at all" * 1000
    assert without_the_note(everything()) == without_the_note(before)


@SQLITE
def test_a_damaged_database_is_not_backed_up(embedded, people, place):
    db.engine().dispose()
    with closing(sqlite3.connect(embedded, isolation_level=None)) as raw:
        raw.execute("PRAGMA foreign_keys=OFF")
        raw.execute("DELETE FROM partnership WHERE id = (SELECT min(partnership_id) FROM alias)")

    with pytest.raises(Refused, match="The database itself is damaged"):
        backup.backup(place / "a.db")
    assert list(place.iterdir()) == []


@SQLITE
def test_a_database_in_use_is_no_backup_and_neither_is_the_one_that_is_there(embedded, people, place):
    with closing(sqlite3.connect(shutil.copy(embedded, place / "b.db"), isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode=WAL")
        other.execute("UPDATE topic SET label = 'only in the log'")
        with pytest.raises(Refused, match="in use"):
            restore.restore(place / "b.db")

    with pytest.raises(Refused, match="the database itself"):
        restore.restore(embedded)
    with pytest.raises(Refused, match="the database itself"):
        backup.backup(embedded, replace=True)


def test_without_a_database_there_is_nothing_to_back_up(tmp_path, monkeypatch):
    monkeypatch.setattr(db, "engine", lambda: db.make_engine(f"sqlite:///{tmp_path / 'none.db'}"))

    with pytest.raises(Refused, match="There is no database"):
        backup.backup(tmp_path / "a.db")
    assert list(tmp_path.iterdir()) == []


# PostgreSQL alone


@POSTGRESQL
def test_a_database_with_work_in_it_needs_a_word_before_it_is_replaced(database, sealed, place):
    before = everything()

    with pytest.raises(Refused, match="isn't empty"):
        restore.restore(sealed)

    assert everything() == before
    assert [file.name for file in place.iterdir()] == ["a.db"]


@POSTGRESQL
def test_a_database_that_is_locked_is_not_waited_for_without_end(database, sealed, monkeypatch):
    monkeypatch.setattr(restore, "PATIENCE", "50ms")
    before = everything()
    with db.reading() as reader:
        reader.execute(select(col(Revision.value))).all()

        with pytest.raises(Refused, match="in use"):
            restore.restore(sealed, replace=True)

    assert everything() == before


@POSTGRESQL
def test_the_foreign_keys_are_back_and_checked(database, sealed):
    def keys():
        found = inspect(database)
        return {(name, key["name"], key["referred_table"]) for name in found.get_table_names() for key in found.get_foreign_keys(name)}

    before = keys()
    restore.restore(sealed, replace=True)

    assert len(before) > 30
    assert keys() == before


@POSTGRESQL
def test_a_database_of_another_program_is_left_alone(database, postgresql, sealed, monkeypatch):
    address, outside = postgresql
    _run(outside, "CREATE DATABASE foreign_one")
    made = db.make_engine(_named(address, "foreign_one"))
    try:
        with made.execution_options(rr_write=True).begin() as connection:
            connection.exec_driver_sql("CREATE TABLE theirs (id integer)")
        monkeypatch.setattr(db, "engine", lambda: made)

        with pytest.raises(Refused, match="isn't one that this version knows"):
            restore.restore(sealed, replace=True)
    finally:
        made.dispose()
        _run(outside, "DROP DATABASE foreign_one WITH (FORCE)")
