"""Merging what two people changed in one row."""

from collections.abc import Mapping
from typing import Any

from rr.errors import Conflict


def merge(row: Any, base: Mapping[str, Any], mine: Mapping[str, Any]) -> dict[str, Any]:
    """Set on `row` what was changed since the form was drawn, and return that.

    `base` holds the values that the form was drawn from. A field that somebody else changed meanwhile stays theirs if it
    was left alone here; if both changed it to different values, nothing is set and Conflict names both. The row must be
    locked by the caller.
    """
    wanted = {field: value for field, value in mine.items() if value != base.get(field)}
    clashes = {
        field: (getattr(row, field), value) for field, value in wanted.items() if getattr(row, field) not in (base.get(field), value)
    }
    if clashes:
        raise Conflict(clashes)
    for field, value in wanted.items():
        setattr(row, field, value)
    return wanted
