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
