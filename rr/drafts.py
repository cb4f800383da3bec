"""Drafts: what a person sends us. Each field is named once, with its label, its length, its cleaning and the sentences of its refusals.

    class NoteDraft(BaseDraft):
        words: str = field("Note", LONG, missing="Write the note first.")

The HTML form, the Streamlit form, the importer and the commands read them here. What is in the database, who asks and what day it is,
a draft doesn't know: such rules stay in the command.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sized
from dataclasses import dataclass, replace
from dataclasses import field as attribute
from datetime import date, time
from enum import Enum
from functools import cache
from types import MappingProxyType, NoneType
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError

from rr.base import LONG, clean
from rr.errors import Invalid, Refused

_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")


@dataclass(frozen=True)
class FormField:
    """What is said about one field. `length` is in characters, `short` is the label for lists and remarks, `headers` are a file's names.

    `missing` is the sentence for an empty answer; without one the field may be left empty. `wrong` is the sentence for an answer that
    can't be understood, isn't among the `choices` (value and label), or is below `least` or above `most`.
    """

    label: str
    length: int | None = None
    short: str = ""
    hint: str = ""
    placeholder: str = ""
    missing: str = ""
    wrong: str = ""
    least: int | None = None
    most: int | None = None
    choices: Mapping[Any, str] = attribute(default_factory=dict)
    headers: tuple[str, ...] = ()
    is_optional: bool = True
    empty: Any = None
    kind: Any = attribute(default=str, repr=False)
    cleaner: Callable[[Any], Any] | None = attribute(default=None, repr=False)

    def read(self, answer: Any) -> Any:
        """The value of an answer, cleaned. ValueError, with the sentence for the person, if it can't be taken."""
        value = self._tidy(answer)
        if value is None or (isinstance(value, Sized) and not len(value)) or (self.kind is bool and value is False):
            if not self.is_optional:
                raise ValueError(self.missing or self.wrong)
            return self.empty
        try:
            value = self.cleaner(value) if self.cleaner else _adapter(self.kind).validate_python(value)
        except ValidationError:  # its words are for programmers
            raise ValueError(self.wrong) from None
        if not self._fits(value):
            raise ValueError(self.wrong)
        return tuple(dict.fromkeys(value)) if isinstance(value, tuple) else value

    def from_json(self, value: Any) -> Any:
        """A value of this field as JSON had it: a date, an enum or several again. Nothing is cleaned, and empty stays empty."""
        return value if value is None or value == "" else _adapter(self.kind).validate_python(value)

    def _tidy(self, answer: Any) -> Any:
        if not isinstance(answer, str) or isinstance(answer, Enum):
            return answer
        try:
            return clean(answer, self.length or LONG)
        except Invalid as too_long:
            raise ValueError(*too_long.errors.values()) from None

    def _fits(self, value: Any) -> bool:
        if value is None or value == "":  # the cleaner understood nothing
            return False
        if self.choices and not set(value if isinstance(value, tuple) else (value,)) <= set(self.choices):
            return False
        return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)


def field(
    label: str,
    length: int | None = None,
    *,
    cleaner: Callable[[Any], Any] | None = None,
    choices: Mapping[Any, str] | None = None,
    default: Any = None,
    **said: Any,
) -> Any:
    """A field of a draft. The other keywords are those of `FormField`; all its sentences are for people.

    The annotation says what the value is: `str` (with a length), `int`, `date`, `time`, `bool`, an enum (its labels are the choices), or
    `tuple[str, ...]` for several; with `| None` it may be left empty. `cleaner` makes the value of a tidied answer: it returns None or ""
    for one that it can't understand, or raises ValueError with a sentence. `default` is what a new form shows.
    """
    info = Field(default=default)
    info.metadata.append(FormField(label, length, choices=choices or {}, cleaner=cleaner, **said))
    return info


class BaseDraft(BaseModel):
    """The base of every draft.

    `NoteDraft(words="…")` reads and checks all its fields; `NoteDraft.checked({"words": "…"})` only those that are given. Both raise
    Invalid with every wrong field by name, each with its sentence, in the order of the draft.
    """

    model_config = ConfigDict(frozen=True)

    def __init__(self, **answers: Any) -> None:
        cls = type(self)
        values, errors = cls.read(cls.first() | answers)
        cls.refuse(errors or cls.contradictions(values, values.keys()))
        super().__init__(**values)

    @classmethod
    def __pydantic_init_subclass__(cls, **_given: Any) -> None:
        cls.fields()  # what a field lacks is found when the module is loaded

    @classmethod
    @cache
    def fields(cls) -> Mapping[str, FormField]:
        """The fields by name, in their order."""
        return MappingProxyType({name: _completed(f"{cls.__name__}.{name}", info) for name, info in cls.model_fields.items()})

    @classmethod
    def first(cls) -> dict[str, Any]:
        """What a new form shows: each field's default, or its empty value."""
        fields = cls.fields()
        return {name: fields[name].empty if info.default is None else info.default for name, info in cls.model_fields.items()}

    @classmethod
    def values_of(cls, row: Any) -> dict[str, Any]:
        """The fields as a row holds them, by name; those that it doesn't have are left out."""
        return {name: getattr(row, name) for name in cls.fields() if hasattr(row, name)}

    @classmethod
    def read(cls, answers: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
        """The values of what could be understood, and a sentence for each field that couldn't. Only fields that are given are read.

        Refuses names that aren't the draft's.
        """
        cls.refuse_unknown(answers)
        values: dict[str, Any] = {}
        errors: dict[str, str] = {}
        for name, said in cls.fields().items():
            if name in answers:
                try:
                    values[name] = said.read(answers[name])
                except ValueError as wrong:
                    errors[name] = str(wrong) or said.wrong
        return values, errors

    @classmethod
    def checked(cls, changes: Mapping[str, Any], base: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The values of the fields in `changes`, cleaned; Invalid if any is wrong. Rules between fields aren't looked at.

        With `base` (what the form was drawn from), fields that were left alone are neither read nor returned: a value from before
        a rule was made keeps nobody from changing another field.
        """
        alone = {name for name, value in changes.items() if base is not None and name in base and base[name] == value}
        values, errors = cls.read({name: value for name, value in changes.items() if name not in alone})
        cls.refuse(errors)
        return values

    @classmethod
    def contradictions(cls, values: Mapping[str, Any], changed: Collection[str]) -> dict[str, str]:
        """The rules between fields: a sentence for each field to put right. A draft that has such rules overrides this.

        A whole draft is held to them when it is made. A command that changes some fields asks after it has merged them: `values` is then
        the row as it would be, and `changed` names what this gesture changed, so that nobody is refused for what they left alone.
        """
        return {}

    @classmethod
    def refuse_unknown(cls, answers: Mapping[str, Any]) -> None:
        """Refuse names that aren't the draft's."""
        if unknown := sorted(answers.keys() - cls.fields().keys()):
            raise Refused(f"These can't be changed here: {', '.join(unknown)}", "Change only what the form asks for.")

    @classmethod
    def refuse(cls, errors: Mapping[str, str]) -> None:
        """Raise Invalid if there are errors, in the order of the draft. A command adds those that only the database or the day can tell."""
        if errors:
            raise Invalid({name: errors[name] for name in (*cls.fields(), *errors) if name in errors})


def _completed(name: str, info: Any) -> FormField:
    """The field with what follows from its annotation: its choices, its empty value, whether it may be left empty, its sentence."""
    said = next((one for one in info.metadata if isinstance(one, FormField)), None)
    if said is None:
        raise TypeError(f"{name} has no label: write it as field(…)")
    may_be_none = NoneType in get_args(info.annotation)
    kind = next(kind for kind in get_args(info.annotation) if kind is not NoneType) if may_be_none else info.annotation
    one = get_args(kind)[0] if get_origin(kind) is tuple else kind
    if one is str and said.length is None and not said.choices and one is kind:
        raise TypeError(f"{name} has no length")
    labels = {member: getattr(member, "label", member.value) for member in one} if isinstance(one, type) and issubclass(one, Enum) else {}
    empty = None if may_be_none else {str: "", bool: False}.get(kind, None if one is kind else ())
    is_optional = not said.missing and (may_be_none or empty is not None)
    whole = replace(said, kind=kind, choices=said.choices or labels, empty=empty, is_optional=is_optional)
    return replace(whole, wrong=said.wrong or _sentence(whole))


def _sentence(said: FormField) -> str:
    """What is said about an answer that can't be understood, unless the draft says it better."""
    if said.choices:
        words = "Choose from the list"
    elif said.kind is int and said.least is not None and said.most is not None:
        words = f"Enter a whole number from {said.least:,} to {said.most:,}"
    else:
        words = _EXAMPLES.get(said.kind, f"Check this answer: {said.label}")
    return f"{words}, or leave it empty." if said.is_optional else f"{words}."


_EXAMPLES = {int: "Enter a whole number", date: "Enter a date, like 14/03/2027", time: "Enter a time, like 18:30"}


def _day(answer: Any) -> Any:
    """Dates as people write them and as browsers send them; a number isn't one."""
    if not isinstance(answer, str):
        return answer
    if found := _SLASHED.fullmatch(answer):
        day, month, year = (int(part) for part in found.groups())
        return date(year, month, day)
    return date.fromisoformat(answer)


def _time(answer: Any) -> Any:
    return time.fromisoformat(answer) if isinstance(answer, str) else answer


_TEXTS = {date: Annotated[date, BeforeValidator(_day)], time: Annotated[time, BeforeValidator(_time)]}


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(_TEXTS.get(kind, kind))
