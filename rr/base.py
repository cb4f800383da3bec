"""What every table is made of: the registry, instants, choices and clean words."""

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from typing import Any, Self

from sqlalchemy import DateTime, Enum, MetaData, String
from sqlalchemy.orm import declared_attr, registry
from sqlalchemy.orm.attributes import instance_dict, manager_of_class
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel

from rr.errors import Invalid

NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
REGISTRY = registry(metadata=MetaData(naming_convention=NAMES))

SHORT, LINE, LONG = 60, 200, 5000  # lengths in characters: a name or code, one line, people's own words


# SQLite would give a removed row's number to the next one, and an old link or tab would mean somebody else's record.
ARGUMENTS = {"sqlite_autoincrement": True}
# A table of bookkeeping, in which no person's gesture is a change to account for: `__table_args__ = QUIET`, or the last of several.
QUIET = {**ARGUMENTS, "info": {"quiet": True}}


class Base(SQLModel, registry=REGISTRY):
    """Our own registry, so that a hot reload takes its tables along."""

    __table_args__ = ARGUMENTS

    @classmethod
    def row(cls, **values: Any) -> Self:
        """A new row of these values, as the class itself makes it, in a sixth of the time: for thousands of rows of one gesture.

        SQLModel sets each field through three layers of checks; table classes don't validate, so these find nothing.
        """
        made = manager_of_class(cls).new_instance()
        defaults, factories = _defaults(cls)
        if unknown := values.keys() - cls.model_fields.keys():
            raise TypeError(f"{cls.__name__} has no {', '.join(sorted(unknown))}.")
        instance_dict(made).update(defaults | {name: make() for name, make in factories.items() if name not in values} | values)
        return made


@cache
def _defaults(table: type[Base]) -> tuple[dict[str, Any], dict[str, Callable[[], Any]]]:
    """What a new row of a table holds where nothing else is said: values, and what makes one for each row."""
    optional = {name: field for name, field in table.model_fields.items() if not field.is_required()}
    factories = {name: field.default_factory for name, field in optional.items() if field.default_factory is not None}
    return {name: field.default for name, field in optional.items() if name not in factories}, factories  # ty: ignore[invalid-explicit-return]


class Versioned(Base):
    """A row that people change: the database refuses a write that was made from an older version of it."""

    version: int = 1

    @declared_attr.directive
    def __mapper_args__(cls: Any) -> dict[str, Any]:  # noqa: N805 (SQLAlchemy calls it with the class)
        return {"version_id_col": cls.__table__.c.version}


class Instant(TypeDecorator[datetime]):
    """An aware instant, kept in UTC. Refuses a time without its zone; gives UTC back on both databases."""

    impl = DateTime(timezone=True)
    cache_ok = True
    python_type = datetime

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("An instant needs its time zone.")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def choice(kind: type[StrEnum], name: str = "") -> Any:
    """A column type for an enum: its values as text with a CHECK, the same on both databases.

    `name` tells the CHECKs apart where a table has two columns of one kind.
    """
    return Enum(
        kind,
        native_enum=False,
        create_constraint=True,
        length=30,
        values_callable=lambda members: [member.value for member in members],
        name=name or kind.__name__.lower(),
    )


def string(length: int = LONG, *, personal: bool, searched: Callable[[str], str] | None = None, default: Any = "", **more: Any) -> Any:
    """A text column of bounded length. Personal ones are recorded in the audit as changed, without their value.

    Personal is what says something about a person, and whatever people type freely: nobody knows whose name they will write.

    `searched` makes the column a name that the search finds by its words (`rr/name_words.py`): it gives those words, normalised,
    with single spaces between them.
    """
    info: dict[str, Any] = {"personal": personal}
    if searched:
        info["searched"] = searched
    return Field(default=default, max_length=length, sa_type=String(length), sa_column_kwargs={"info": info}, **more)


# Control and direction characters, those that join or part words unseen, and what no text is made of. What letters need to be drawn right
# stays: the joiners (Persian, emoji), the separator of vowels (Mongolian), tags (England's flag).
_UNSEEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufdd0-\ufdef\ufeff\ufff9-\ufffb\ufffe\uffff"
    r"\U0001d173-\U0001d17a\ud800-\udfff]"
)


# Letters and signs that are drawn as nothing: Hangul fillers, blank Braille, the notehead of no note, the place of an object.
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0\ufffc\U0001d159")


def is_seen(letter: str) -> bool:
    """Whether a character by itself shows anything: no space, control, format character, tag, variation selector, joiner or lone accent."""
    return unicodedata.category(letter) not in _UNSEEN_KINDS and letter not in _BLANK


_UNSEEN_KINDS = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Cn", "Mn", "Me"})


def without_unseen(text: str) -> str:
    """A text without the characters that nobody sees and that could turn or part its words."""
    return _UNSEEN.sub("", text)


def clean(text: str | None, limit: int = LONG, field: str = "words") -> str:
    """The same text for both databases: NFC, no control or direction characters, no spaces at the ends; "" if nothing of it is seen.

    Refuses a text longer than `limit` characters (Invalid, under `field`): cutting it would lose somebody's words.
    """
    tidy = unicodedata.normalize("NFC", (text or "").replace("\r\n", "\n").replace("\r", "\n"))
    tidy = without_unseen(tidy).strip()
    if not any(map(is_seen, tidy)):
        return ""
    if len(tidy) > limit:
        raise Invalid({field: f"Make this shorter: {limit:,} characters at most, and it has {len(tidy):,}."})
    return tidy


# Letters that Unicode doesn't take apart, as an English keyboard types them. casefold() has made ß to ss, and all of them small.
_TYPED = str.maketrans(
    dict(zip("łƚɫøɵđðɖɗħıɨŧƭŋɲƞəɛɇɔƒɓƀƙɠǥƴɏʉⱥȼƈƶɉȷɍƥʋƿĸ", "lllooddddhiittnnneeeofbbkggyyuacczjjrpvwk", strict=True))
    | {"æ": "ae", "œ": "oe", "þ": "th", "ȝ": "gh", "ꜳ": "aa", "ĳ": "ij"}
)
_DRAWN_WITH_OTHERS = re.compile("[\u034f\u180b-\u180d\ufe00-\ufe0f\U000e0100-\U000e01ef]")  # variation selectors and a joiner
_APOSTROPHES = "'’‘‛ʼʻʽʾʿˈʹ′`´՚׳＇"
_HYPHENS = "\\-‐-―−⁃﹘﹣－"
_INSIDE_WORDS = re.compile(f"[{_APOSTROPHES}{_HYPHENS}]+")
_BETWEEN_WORDS = re.compile(rf"[\s{_APOSTROPHES}{_HYPHENS}.,:;!?·•()\[\]/&+\"“”„«»]+")
_PARTICLES = {
    *("mc", "mac", "fitz", "o", "d", "de", "da", "di", "du", "del", "della", "dos", "das", "la", "le", "van", "der", "den", "von", "zu"),
    *("ter", "ten", "al", "el", "bin", "ibn", "abu", "ap", "ab", "st"),
}


def fold(text: str) -> str:
    """A text as the search sees it: no case, no accents, no letter beyond an English keyboard's, nothing unseen, single spaces.

    Python does it for both databases.
    """
    if not text.isascii():
        apart = unicodedata.normalize("NFKD", _DRAWN_WITH_OTHERS.sub("", text))
        kept = (c for c in apart if not unicodedata.combining(c) and unicodedata.category(c) != "Cf" and c not in _BLANK)
        text = "".join(kept).casefold().translate(_TYPED)
    return " ".join(text.casefold().split())


def plain_name(name: str) -> str:
    """The words of a person's name, folded, with single spaces: hyphens, apostrophes, stops and brackets part words as spaces do."""
    return _BETWEEN_WORDS.sub(" ", fold(name)).strip()


def searched_name(name: str) -> str:
    """`plain_name`, and after it the words that people also write as one: "jean paul jeanpaul", "bob mc donald mcdonald"."""
    folded = fold(name)
    plain = _BETWEEN_WORDS.sub(" ", folded).strip()
    if " " not in plain:
        return plain
    joined = [_BETWEEN_WORDS.sub("", word) for word in folded.split() if _INSIDE_WORDS.search(word)]
    words, before = plain.split(), ""
    for word in words:
        if word in _PARTICLES:
            before += word
        elif before:
            joined.append(before + word)
            before = ""
    known = set(words)
    return " ".join([plain, *dict.fromkeys(word for word in joined if word not in known)])


_FORMULA = re.compile(r"\s*[=+\-@\t\r\n＝＋－＠]")
_SAME_AS_NUMBER = re.compile(r"-?(0|[1-9]\d{0,14})(\.\d*[1-9])?", re.ASCII)  # a spreadsheet shows it just so
_WORDS_OF_VALUES = (
    "jan(uary)?|feb(ruary)?|mar(ch)?|apr(il)?|may|june?|july?|aug(ust)?|sept?(ember)?|oct(ober)?|nov(ember)?|dec(ember)?"
    "|mon(day)?|tue(s|sday)?|wed(nesday)?|thu(rs|rsday)?|fri(day)?|sat(urday)?|sun(day)?|st|nd|rd|th|[ap]\\.?m\\.?|[ap]|e|t|z|gbp|eur|usd"
)
_READ_AS_VALUE = re.compile(
    rf"(?=\D*\d)(?:[\d\s.,:;/()+%£$€¥'’‐-―−-]|(?<![a-z])(?:{_WORDS_OF_VALUES})(?![a-z]))+|true|false", re.IGNORECASE
)


def spreadsheet_safe(text: str) -> str:
    """A text that no spreadsheet takes for a formula, a number, a date or a time: those get an apostrophe before them.

    A number that is shown just as it was written stays one, also a negative one.
    """
    if _SAME_AS_NUMBER.fullmatch(text):
        return text
    return f"'{text}" if _FORMULA.match(text) or _READ_AS_VALUE.fullmatch(text) else text
