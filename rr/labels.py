"""Words that people see: choices that carry their labels, icons and colours, and counted things."""

from enum import StrEnum
from typing import Literal, Self

Colour = Literal["gray", "orange", "blue", "violet", "green"]  # of Streamlit's badges


class Labelled(StrEnum):
    """A choice written `NAME = "stored value", "Words on screen"`, and where a badge shows it, its Material icon and its colour.

    It is its stored value; what there is to say about it stands on it and nowhere else.
    """

    label: str
    icon: str
    colour: Colour

    def __new__(cls, value: str, *_said: object) -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        return member

    def __init__(self, _value: str, label: str, icon: str = "", colour: Colour = "gray") -> None:
        self.label, self.icon, self.colour = label, icon, colour


def count(number: int, one: str, many: str | None = None) -> str:
    """ "1 person", "2 people", "0 plans"."""
    return f"{number:,} {one}" if number == 1 else f"{number:,} {many or one + 's'}"


def share(number: int, total: int, one: str, is_: str, are: str, many: str | None = None) -> str:
    """ "1 of 3 plans is", "2 of 3 plans are", "0 of 1 plan is": how many of all, with its verb."""
    return f"{number:,} of {count(total, one, many)} {is_ if 1 in (number, total) else are}"


def sentence(words: str) -> str:
    """What somebody wrote as a sentence of ours: with a full stop, unless it ends with its own mark, also inside quotation marks."""
    words = words.rstrip()
    return words if not words or words.rstrip("\"'”’)»").endswith((".", "!", "?", "…")) else f"{words}."
