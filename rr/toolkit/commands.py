"""Adding to the activity library, and mending it."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from rr.access import Actor, Can, demand
from rr.base import LINE, LONG, SHORT, clean, fold
from rr.db import Session
from rr.errors import Invalid, NotFound
from rr.merge import merge
from rr.toolkit.models import Activity, Topic
from rr.toolkit.queries import may_edit
from rr.toolkit.rules import Phase, Place

LONGEST = 480  # minutes
TEXTS = {"name": LINE, "purpose": LONG, "how": LONG, "materials": LONG, "source": LONG}
FIELDS = frozenset(
    {
        *TEXTS,
        "phase",
        "minutes_from",
        "minutes_to",
        "group_from",
        "group_to",
        "place",
        "topics",
        "celebrates",
        "newcomers",
        "minutes_are_ours",
    }
)


def add_activity(db: Session, facts: Mapping[str, Any], *, actor: Actor, now: datetime) -> int:
    """Add an activity to the library and return its id. It is proposed for agendas from now on.

    `facts` holds name, phase, minutes_from and minutes_to, and as far as they are known the other columns; topics are codes.
    """
    demand(actor, Can.ADD_ACTIVITIES)
    row = Activity(
        code="", name="", phase=Phase.EXPLORE, minutes_from=0, minutes_to=0, place=Place.EITHER, added_by_id=actor.account_id, added_at=now
    )
    for field, value in _tidy(facts).items():
        setattr(row, field, value)
    _check(db, row)
    row.code = _free_code(db, row.name)
    db.add(row)
    db.flush()
    return row.id


def edit_activity(
    db: Session, activity_id: int, changes: Mapping[str, Any], base: Mapping[str, Any], *, actor: Actor, now: datetime
) -> None:
    """Change an activity: one's own, or with the permission those of others. Agendas that have it keep their titles.

    Merges with what others changed; the same field changed by both is refused (Conflict).
    """
    demand(actor, Can.ADD_ACTIVITIES)
    row = db.get(Activity, activity_id, with_for_update=True, populate_existing=True)
    if row is None or not may_edit(row.added_by_id, actor):
        raise NotFound("That isn't in the toolkit, or isn't yours to change.", "Add one of your own, or ask a manager.")
    merge(row, _tidy(base), _tidy(changes))
    _check(db, row)
    db.flush()


def _tidy(facts: Mapping[str, Any]) -> dict[str, Any]:
    tidy = {field: clean(value, TEXTS[field], field) if field in TEXTS else value for field, value in facts.items() if field in FIELDS}
    if "topics" in tidy:
        tidy["topics"] = " ".join(tidy["topics"])
    return tidy


def _check(db: Session, row: Activity) -> None:
    errors = {}
    same = select(col(Activity.id)).where(col(Activity.name) == row.name, col(Activity.id) != (row.id or 0))
    with db.no_autoflush:
        if not row.name:
            errors["name"] = "Give it a name."
        elif db.execute(same).first() is not None:
            errors["name"] = "The toolkit has an activity of this name. Open that one, or choose another name."
        unknown = set(row.topics.split()) - set(db.execute(select(col(Topic.code))).scalars())
    if unknown:
        errors["topics"] = "Choose from the topics."
    if row.minutes_from is None or not 0 < row.minutes_from <= LONGEST:
        errors["minutes_from"] = f"Between 1 and {LONGEST} minutes."
    elif row.minutes_to is None or not row.minutes_from <= row.minutes_to <= LONGEST:
        errors["minutes_to"] = f"Between {row.minutes_from} and {LONGEST} minutes."
    if row.group_from is not None and row.group_from < 1:
        errors["group_from"] = "At least one person, or leave it empty."
    if row.group_to is not None and row.group_to < (row.group_from or 1):
        errors["group_to"] = "Not fewer than it needs, or leave it empty."
    if errors:
        raise Invalid(errors)


def _free_code(db: Session, name: str) -> str:
    """The name as a code, with a number where another has it already."""
    stem = re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-")[: SHORT - 5] or "activity"
    taken = set(db.execute(select(col(Activity.code)).where(col(Activity.code).startswith(stem, autoescape=True))).scalars())
    return next(code for code in (stem, *(f"{stem}-{number}" for number in range(2, len(taken) + 3))) if code not in taken)
