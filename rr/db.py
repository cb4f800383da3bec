"""The database: one engine for reading, one for writing, and the only place that commits."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import cache, lru_cache
from typing import Any, TypeVar

import sqlmodel
from sqlalchemy import Connection, Engine, create_engine, event, select, update
from sqlmodel import col

from rr import audit, name_words, unavailable
from rr.config import settings

WAIT_SECONDS = 15
Command = TypeVar("Command", bound=Callable[..., Any])


class Session(sqlmodel.Session):
    """Ours, so that a hot reload takes its listeners along."""


audit.watch(Session)
name_words.watch(Session)


class Turns:
    """A lock that threads get in the order in which they asked for it.

    Refuses (RuntimeError) a thread that asks again inside its own turn: it would wait for itself.
    """

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._asked: dict[int, threading.Lock] = {}  # by thread, in order of arrival: the first has its turn, the others wait at theirs

    def __len__(self) -> int:
        """How many threads have their turn or wait for it."""
        return len(self._asked)

    def __enter__(self) -> None:
        me, mine = threading.get_ident(), threading.Lock()
        with self._guard:
            if me in self._asked:
                raise RuntimeError("A transaction was opened inside another one, and would wait for it without end.")
            if self._asked:
                mine.acquire()
            self._asked[me] = mine
        try:
            mine.acquire()
        except BaseException:
            self.__exit__()
            raise

    def __exit__(self, *_raised: object) -> None:
        me = threading.get_ident()
        with self._guard:
            had_turn = next(iter(self._asked)) == me
            del self._asked[me]
            if had_turn and self._asked:
                next(iter(self._asked.values())).release()


_turns = Turns()  # SQLite's own wait is in no order, and neither is a plain lock's: its worst writer waited 1.1 s where turns took 0.4


@cache
def engine() -> Engine:
    """The engine for the configured database; `writer()` and `reader()` share its pool."""
    return make_engine(settings().database_url)


def make_engine(url: str) -> Engine:
    """An engine with our rules on it. SQLite: WAL, fsync on each commit, foreign keys, one writer at a time.

    What is wrong with the database itself is refused (Unavailable) from any statement.
    """
    if url.startswith("postgresql://"):
        url = url.replace("postgresql://", "postgresql+psycopg://", 1)
    sqlite = url.startswith("sqlite")
    arguments: dict[str, Any] = {"timeout": WAIT_SECONDS, "check_same_thread": False} if sqlite else {}
    made = create_engine(url, connect_args=arguments, hide_parameters=True, pool_pre_ping=not sqlite, pool_size=10, max_overflow=20)
    if sqlite:
        event.listen(made, "connect", _connect)
    event.listen(made, "handle_error", unavailable.explain)
    event.listen(made, "begin", _begin_sqlite if sqlite else _begin_postgresql)
    return made


def _connect(raw: Any, _record: Any) -> None:
    raw.isolation_level = None  # the driver would open no transaction before the first write, and lose updates
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        raw.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("rr_write")
    connection.exec_driver_sql(f"PRAGMA query_only = {'OFF' if writes else 'ON'}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _begin_postgresql(connection: Connection) -> None:
    if not connection.get_execution_options().get("rr_write"):
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")


@lru_cache(maxsize=2)
def _writer(base: Engine) -> Engine:
    return base.execution_options(rr_write=True)


def writer() -> Engine:
    """The engine that may write: for transactions here and for migrations."""
    return _writer(engine())


def wait_for_migrations(connection: Connection) -> None:
    """PostgreSQL: hold the one lock of migrations and reference lists to the end of the transaction. SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7217)")


@contextmanager
def reading() -> Iterator[Session]:
    """A session that the database itself keeps from writing."""
    with Session(engine(), expire_on_commit=False, autoflush=False) as db:
        yield db


@contextmanager
def transaction(*, quiet: bool = False, **about: Any) -> Iterator[Session]:
    """One gesture's transaction. Commits at the end; anything raised, a stopped script too, leaves nothing behind.

    `about` (who, when, which gesture) is what the audit writes down. A quiet one is for bookkeeping alone: it moves no revision,
    and is refused (RuntimeError) once it writes to a table that isn't marked as quiet.
    """
    turn = _turns if engine().dialect.name == "sqlite" else nullcontext()
    with turn, Session(writer(), expire_on_commit=False) as db, db.begin():
        db.info.update(about, quiet=quiet)
        yield db
        db.flush()
        if not quiet:
            db.execute(update(audit.Revision).where(col(audit.Revision.id) == 1).values(value=col(audit.Revision.value) + 1))


def quiet(command: Command) -> Command:
    """Mark a command of bookkeeping, such as signing in: its transaction is a quiet one."""
    vars(command)["quiet"] = True
    return command


def revision(db: Session) -> int:
    """A number that moves with every transaction that isn't quiet: what is derived from the data is cached under it."""
    return db.execute(select(col(audit.Revision.value))).scalar_one()
