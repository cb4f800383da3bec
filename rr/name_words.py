"""The words of every name, so that the search finds a row by the beginning of any of them, or by one that is spelt a little like it.

A column is a name once its model says so (`searched` of `rr.base.string`); nothing else is needed. A listener on our own session keeps
the words, so that no command can forget them: a name is found as written once it is flushed, and with slips once its transaction has
ended. The tables are derived from the names, and the same on both databases.
"""

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Connection, Index, String, Table, bindparam, delete, event, func, insert, inspect, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session as OrmSession
from sqlalchemy.orm import UOWTransaction
from sqlmodel import Field, col

from rr.base import LINE, REGISTRY, SHORT, Base, fold, string

AT_ONCE = 500  # words or rows that a statement names
TRIGRAM = 3
CAME, WENT = "words that came", "words that went"


def _ordered(length: int, **more: Any) -> Any:
    """A text column in the order of its letters' numbers: only so does an index serve beginnings on PostgreSQL, as it does on SQLite."""
    kind = String(length).with_variant(String(length, collation="C"), "postgresql")
    return Field(max_length=length, sa_type=kind, sa_column_kwargs={"info": {"personal": True}}, **more)


class NameWord(Base, table=True):
    """A word of a name, for the search: derived from the row that has the name."""

    __tablename__ = "name_word"
    __table_args__ = (
        Index("ix_name_word_source_word_name", "source", "word", "name", "partnership_id"),
        {"sqlite_with_rowid": False},
    )
    # The row's number comes first: SQLite would rather read all names of a source by a key that began with it than use the index.
    row_id: int = Field(primary_key=True, description="the number of the row that has the name")
    source: str = Field(max_length=SHORT, primary_key=True, sa_type=String(SHORT), description="the table and column of the name")
    word: str = _ordered(SHORT, primary_key=True, description="one of its words, normalised")
    name: str = _ordered(LINE, description="the whole name, normalised")
    partnership_id: int | None = Field(default=None, description="whose name it is, or which partnership's person")


class NameTrigram(Base, table=True):
    """Three letters in a row of a word that stands in some name, for the search with slips: derived from those words."""

    __tablename__ = "name_trigram"
    __table_args__ = {"sqlite_with_rowid": False}
    trigram: str = _ordered(TRIGRAM, primary_key=True, description="three letters; a word begins with two spaces")
    word: str = _ordered(SHORT, primary_key=True, description="the word, normalised")


class NameFolding(Base, table=True):
    """By which rules the words were made, in one row: a digest of what they make of all letters."""

    __tablename__ = "name_folding"
    id: int = Field(primary_key=True)
    digest: str = string(SHORT, personal=False, description="of what the rules make of all letters")


def trigrams(word: str) -> list[str]:
    """Each three letters in a row. Two spaces stand before the word, so that its beginning weighs more, and none after it."""
    padded = f"  {word}"
    return list(dict.fromkeys(padded[at : at + TRIGRAM] for at in range(len(word))))


@dataclass(frozen=True)
class _Column:
    """A column of names: which one, and how its names are normalised."""

    source: str
    key: str
    normalised: Callable[[str], str]

    def words(self, row_id: int, partnership_id: int | None, text: str | None) -> list[dict[str, Any]]:
        name = self.normalised(text or "")[:LINE].strip()
        about = {"source": self.source, "row_id": row_id, "name": name, "partnership_id": partnership_id}
        return [{**about, "word": word} for word in dict.fromkeys(word[:SHORT] for word in name.split())]


@cache
def _columns(table: Table) -> tuple[_Column, ...]:
    return tuple(_Column(str(column), column.key, column.info["searched"]) for column in table.c if "searched" in column.info)


def _tables() -> list[Table]:
    return [table for table in REGISTRY.metadata.sorted_tables if _columns(table)]


def watch(session_class: type[OrmSession]) -> None:
    """Hang the listeners on our own session class: no session can exist without them."""
    event.listen(session_class, "after_flush", _keep)
    event.listen(session_class, "before_commit", _settle)


def _keep(session: OrmSession, _context: UOWTransaction) -> None:
    """Write the words of the names that were flushed, in place of those that the same rows had."""
    outdated: dict[str, list[int]] = {}
    words: list[dict[str, Any]] = []
    for state, column in _names(session.new):
        words += column.words(*_owner(state), state.dict.get(column.key))
    for state, column in _names(session.dirty):
        if any(key in state.attrs and state.attrs[key].history.has_changes() for key in (column.key, "partnership_id")):
            outdated.setdefault(column.source, []).append(state.identity[0])
            words += column.words(*_owner(state), getattr(state.obj(), column.key))
    for state, column in _names(session.deleted):
        outdated.setdefault(column.source, []).append(state.identity[0])
    if outdated or words:
        session.info.setdefault(WENT, set()).update(_remove(session.connection(), outdated))
        session.info.setdefault(CAME, set()).update(_add(session.connection(), words))


def _settle(session: OrmSession) -> None:
    """Learn the words that came and forget those that no name holds any more.

    It happens last: `rr.db.transaction` has moved the revision by then, so on PostgreSQL one transaction at a time does it, and none
    forgets a word that another one is about to use.
    """
    session.flush()
    came, went = session.info.pop(CAME, ()), session.info.pop(WENT, ())
    if came:
        _learn(session.connection(), came)
    if went:
        _forget(session.connection(), went)


def _names(rows: Iterable[Any]) -> Iterator[tuple[Any, _Column]]:
    for row in rows:
        state: Any = inspect(row)
        for column in _columns(state.mapper.local_table):
            yield state, column


def _owner(state: Any) -> tuple[int, int | None]:
    """The row's number, and its partnership's: a row without one is the partnership."""
    row = state.obj()
    return row.id, getattr(row, "partnership_id", row.id)


def _add(connection: Connection, words: Sequence[dict[str, Any]]) -> set[str]:
    _insert(connection, NameWord, words)
    return {row["word"] for row in words}


def _remove(connection: Connection, outdated: dict[str, list[int]]) -> set[str]:
    went: set[str] = set()
    for source, row_ids in outdated.items():
        for some in _some(row_ids):
            theirs = (col(NameWord.source) == source, col(NameWord.row_id).in_(some))
            went.update(connection.execute(select(col(NameWord.word)).where(*theirs)).scalars())
            connection.execute(delete(NameWord).where(*theirs))
    return went


def _learn(connection: Connection, words: Iterable[str]) -> None:
    """Write the trigrams of the words that aren't known yet."""
    _insert(connection, NameTrigram, [{"trigram": trigram, "word": word} for word in sorted(words) for trigram in trigrams(word)])


def _insert(connection: Connection, table: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    """Insert the rows that aren't there. PostgreSQL gets a column as one array: row by row, an import would take a quarter longer."""
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        connection.execute(sqlite.insert(table).on_conflict_do_nothing(), rows)
        return
    columns = REGISTRY.metadata.tables[str(table.__tablename__)].c
    arrays = [func.unnest(bindparam(c.name, [row[c.name] for row in rows], postgresql.ARRAY(c.type))) for c in columns]
    connection.execute(postgresql.insert(table).from_select(columns.keys(), select(*arrays)).on_conflict_do_nothing())


def _forget(connection: Connection, words: Collection[str]) -> None:
    sources = [column.source for table in _tables() for column in _columns(table)]
    for some in _some(sorted(words)):
        held = connection.execute(select(col(NameWord.word)).where(col(NameWord.source).in_(sources), col(NameWord.word).in_(some)))
        for word in set(some).difference(held.scalars()):
            connection.execute(delete(NameTrigram).where(col(NameTrigram.trigram).in_(trigrams(word)), col(NameTrigram.word) == word))


def _some(whole: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (whole[start : start + AT_ONCE] for start in range(0, len(whole), AT_ONCE))


def keep_up(connection: Connection) -> bool:
    """Make the words anew if there are other names to search, or other rules by which they are normalised; returns whether there were.

    Called after every migration and with the reference lists, so that neither a new column, nor a change of the rules, nor a newer
    Unicode in Python needs anything of its own. Does nothing in a database without names, or too old for it. Where nothing changed it
    only reads.
    """
    present = _present(connection)
    is_old = not inspect(connection).has_table(str(NameFolding.__tablename__))
    if is_old or not any(connection.execute(select(table.c.id).limit(1)).first() for table, _ in present):
        return False
    sources = [column.source for _, column in present]
    now = hashlib.sha256(" ".join([_rules(), *sources]).encode()).hexdigest()[:SHORT]
    if connection.execute(select(col(NameFolding.digest))).scalar() == now:
        return False
    _fold_again(connection)
    rebuild(connection)
    connection.execute(delete(NameFolding))
    connection.execute(insert(NameFolding).values(id=1, digest=now))
    return True


def _present(connection: Connection) -> list[tuple[Table, _Column]]:
    """The columns of names that the database has by now: a migration may be an earlier one than theirs."""
    there = {(table, column["name"]) for (_, table), columns in inspect(connection).get_multi_columns().items() for column in columns}
    return [(table, column) for table in _tables() for column in _columns(table) if (table.name, column.key) in there]


LETTERS = 0x3000  # up to here stand the letters that fold to others


@cache
def _rules() -> str:
    """A digest of what the rules make of all letters."""
    sample = " ".join(f"{chr(number)} a{chr(number)}b" for number in range(LETTERS))
    rules = dict.fromkeys([fold, *(column.normalised for table in _tables() for column in _columns(table))])
    return hashlib.sha256("\n".join(rule(sample) for rule in rules).encode("utf-8", "backslashreplace")).hexdigest()[:SHORT]


def _fold_again(connection: Connection) -> None:
    """The folded copies of names, by which people are compared and put in order."""
    for table in dict.fromkeys(table for table, _ in _present(connection)):
        if "folded" not in table.c:
            continue
        rows = connection.execute(select(table.c.id, table.c.name, table.c.folded)).all()
        wrong = [{"row": row.id, "now": now} for row in rows if (now := fold(row.name)[:LINE]) != row.folded]
        for some in _some(wrong):
            connection.execute(table.update().where(table.c.id == bindparam("row")).values(folded=bindparam("now")), some)


def rebuild(connection: Connection) -> None:
    """Make all words anew from the names: after names were written past the session, or are normalised in another way."""
    connection.execute(delete(NameWord))
    connection.execute(delete(NameTrigram))
    came: set[str] = set()
    for table, column in _present(connection):
        owner = table.c.get("partnership_id", table.c.id)
        chosen = select(table.c.id, owner.label("owner"), table.c[column.key].label("text"))
        for some in connection.execute(chosen).partitions(AT_ONCE):
            came |= _add(connection, [word for row in some for word in column.words(row.id, row.owner, row.text)])
    for some in _some(sorted(came)):
        _learn(connection, some)
