"""The conditions by which a NameWord's name is searched: by words as written, or spelt a little like them (`rr/name_words.py`).

They find a name by one of its words, through an index, and look at the rest of it then. Each statement says which names it wants
(`NameWord.source`).
"""

from collections.abc import Callable, Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Subquery, and_, exists, func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from rr.base import SHORT
from rr.db import Session
from rr.name_words import TRIGRAM, NameTrigram, NameWord, trigrams

LAST = "\U0010ffff"  # comes after every letter

Meant = Callable[[str, Sequence[str]], Collection[str]]


def source(column: Any) -> str:
    """What the words of a column's names are kept under."""
    return str(column.expression)


def begins(text: str) -> ColumnElement[bool]:
    """The name begins with this normalised text."""
    return and_(_starts(NameWord.word, text.split()[0]), _starts(NameWord.name, text))


def holds(text: str) -> ColumnElement[bool]:
    """Each word of the text begins a word of the name."""
    first, *others = _rarest_first(text)
    return and_(_starts(NameWord.word, first), *(_has_beginning(word) for word in others))


def contains(text: str) -> ColumnElement[bool] | None:
    """The name has the text somewhere, within a word too. None for a text without three letters in a row."""
    longest = _rarest_first(text)[0]
    if len(longest) < TRIGRAM:
        return None
    words = select(col(NameTrigram.word)).where(col(NameTrigram.trigram) == longest[:TRIGRAM])
    return and_(col(NameWord.word).in_(words), col(NameWord.name).contains(text, autoescape=True))


def may_hold(db: Session, text: str, meant: Meant, shortest: int) -> ColumnElement[bool] | None:
    """Each word of the text is a word of the name, spelt a little otherwise; one below `shortest` letters begins a word.

    None if no name can hold them.
    """
    words = _rarest_first(text)
    chosen = words_meant(db, text, meant, shortest)
    if not chosen or not all(chosen):
        return None
    first, *others = chosen
    return and_(col(NameWord.word).in_(first), *map(_has_one_of, others), *(_has_beginning(word) for word in words[len(chosen) :]))


def words_meant(db: Session, text: str, meant: Meant, shortest: int) -> list[Collection[str]]:
    """For each word of the text, those below `shortest` letters left out, the words of names that it may mean: the longest word first.

    `meant` chooses from all known words that have three letters in a row in common with one of the text. One statement.
    """
    words = [word for word in _rarest_first(text) if len(word) >= shortest]
    swapped = [word[1::-1] + word[2:] for word in words]  # the one slip that may leave no three letters of a short word together
    wanted = {trigram for word in (*words, *swapped) for trigram in trigrams(word)}
    if not wanted:
        return []
    known = db.execute(select(col(NameTrigram.word)).distinct().where(col(NameTrigram.trigram).in_(wanted))).scalars().all()
    return [meant(word, known) for word in words]


def trigrams_shared(text: str) -> Subquery:
    """Each known word that has three letters in a row in common with a word of the text, and how many of these."""
    wanted = {trigram for word in text.split() for trigram in trigrams(word)}
    chosen = select(col(NameTrigram.word), func.count().label("many")).where(col(NameTrigram.trigram).in_(wanted))
    return chosen.group_by(col(NameTrigram.word)).subquery()


def exactly(name: str) -> ColumnElement[bool]:
    """The name is this normalised one."""
    return and_(col(NameWord.word) == _rarest_first(name)[0], col(NameWord.name) == name)


def _starts(column: Any, text: str) -> ColumnElement[bool]:
    """An index serves this on both databases, as it would serve LIKE on neither."""
    return col(column).between(text, text + LAST)


def _has_beginning(word: str) -> ColumnElement[bool]:
    name = col(NameWord.name)
    return or_(name.startswith(word, autoescape=True), name.contains(f" {word}", autoescape=True))


def _has_one_of(words: Collection[str]) -> ColumnElement[bool]:
    other = aliased(NameWord)
    same = (col(other.row_id) == col(NameWord.row_id), col(other.source) == col(NameWord.source))
    return exists().where(*same, col(other.word).in_(words))


def _rarest_first(text: str) -> list[str]:
    """The longest word is likely to be the rarest. Words are kept by their first letters if they are very long."""
    return sorted((word[:SHORT] for word in text.split()), key=len, reverse=True)
