"""What of a record became different, in words: fields by their names, and their values where the audit holds them."""

import json
from collections.abc import Iterator
from datetime import date, datetime
from enum import Enum
from typing import Any

from sqlalchemy import Column, inspect
from sqlalchemy import Enum as EnumType

from rr.audit_trail.records import KINDS
from rr.base import Instant
from rr.clock import LONDON
from rr.days import WEEKDAYS, say
from rr.labels import Labelled

_WORDS = {  # of columns whose names don't say it
    "email": "e-mail",
    "due": "date",
    "lto_name": "locally trusted organisation",
    "ends_on": "end date",
    "closed_weekday": "closed day",
    "money_remaining": "money left",
    "starts_at": "start",
    "back_on": "day on which it returns to the queue",
    "why": "reason",
    "partner_id": "support partner",
    "assigned_id": "who deals with it",
    "lead_contact_id": "lead",
    "duplicate_of_id": "the request that it repeats",
    "agreed_contact_at": "agreement to be contacted",
    "agreed_share_at": "agreement to share",
    "cancelled_why": "reason",
    "closed_why": "reason",
    "confidence_why": "reason",
    "newcomers_came": "newcomers who came",
    "needs_none": "no support needed",
    "minutes_are_ours": "whose estimate the minutes are",
}
_OURS = {  # follow from the gesture itself
    *("at", "by_id", "made_at", "edited_at", "status_at", "told_at", "first_contact_at", "finished_at", "cancelled_at", "disabled_at"),
}


def changes(kind: str, changed: str) -> dict[str, str]:
    """Each field that became different, by its column, in words: "status from New to Accepted"; a personal one is named only."""
    columns = inspect(KINDS[kind].table).local_table.c
    return dict(_changes(columns, json.loads(changed)))


def _changes(columns: Any, changed: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name, values in changed.items():
        if name in _OURS or name not in columns:
            continue
        words = _WORDS.get(name) or name.removesuffix("_id").removesuffix("_at").removesuffix("_on").replace("_", " ")
        if not isinstance(values, list) or name.endswith("_id") or isinstance(values[1], list | dict):
            yield name, words
            continue
        before, after = (_value(columns[name], value) for value in values)
        yield name, f"{words} {after}" if before == NOTHING else f"{words} from {before} to {after}"


NOTHING = "nothing"


def _value(column: Column[Any], value: Any) -> str:
    if value is None or value == "":
        return NOTHING
    if isinstance(column.type, EnumType):
        return _label(column.type.enum_class, value)
    if isinstance(column.type, Instant):
        at = datetime.fromisoformat(value).astimezone(LONDON)
        return f"{say(at.date())}, {at:%H:%M}"
    if column.type.python_type is date:
        return say(date.fromisoformat(value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    if column.name == "closed_weekday":
        return WEEKDAYS[value]
    return f"{value:,}" if isinstance(value, int) else f"“{value}”"


def _label(choices: type[Enum] | None, value: str) -> str:
    known = [choice for choice in choices or () if choice.value == value]
    return known[0].label if known and isinstance(known[0], Labelled) else value
