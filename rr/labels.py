"""Choices that carry the plain words people see for them."""

from enum import StrEnum
from typing import Self


class Labelled(StrEnum):
    """A choice written `NAME = "stored value", "Words on screen"`. It is its stored value; `.label` is the words."""

    label: str

    def __new__(cls, value: str, label: str) -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member
