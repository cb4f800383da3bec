"""Adding to the activity library, and editing it."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from rr.access import Actor, Can, demand
from rr.base import SHORT, fold
from rr.db import Session
from rr.errors import NotFound
from rr.merge import merge
from rr.toolkit.drafts import ActivityDraft
from rr.toolkit.models import Activity, Topic
from rr.toolkit.queries import may_edit


def add_activity(db: Session, answers: Mapping[str, Any], *, actor: Actor, now: datetime) -> int:
    """Add an activity to the library and return its id. It is proposed for agendas from now on.

    `answers` are the draft's; what is left out is as in a new form.
    """
    demand(actor, Can.ADD_ACTIVITIES)
    values, errors = ActivityDraft.read(ActivityDraft.first() | dict(answers))
    errors = errors or ActivityDraft.contradictions(values, values.keys())
    ActivityDraft.refuse(errors | _errors(db, values, None))
    row = Activity(**_columns(values), code=_free_code(db, values["name"]), added_by_id=actor.account_id, added_at=now)
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
        raise NotFound("Not found, or you don't have access to change it", "Add an activity of your own, or ask a manager.")
    wanted = ActivityDraft.checked(changes, base)
    with db.no_autoflush:
        changed = merge(row, _columns(base), _columns(wanted))
        errors = ActivityDraft.contradictions(ActivityDraft.values_of(row), changed)
        ActivityDraft.refuse(errors | _errors(db, wanted, activity_id))
    db.flush()


def _columns(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as the table holds them."""
    return {name: " ".join(value) if name == "topics" else value for name, value in values.items()}


def _errors(db: Session, values: Mapping[str, Any], activity_id: int | None) -> dict[str, str]:
    """What only the database can tell: that the name is another activity's, or that a topic isn't in the list (any more)."""
    errors = {}
    same = select(col(Activity.id)).where(col(Activity.name) == values.get("name"), col(Activity.id) != (activity_id or 0))
    if "name" in values and db.execute(same).first() is not None:
        errors["name"] = "The toolkit has an activity of this name. Edit that one, or choose another name."
    if set(values.get("topics", ())) - set(db.execute(select(col(Topic.code))).scalars()):
        errors["topics"] = "Choose from the topics."
    return errors


def _free_code(db: Session, name: str) -> str:
    """The name as a code, with a number where another has it already."""
    stem = re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-")[: SHORT - 5] or "activity"
    taken = set(db.execute(select(col(Activity.code)).where(col(Activity.code).startswith(stem, autoescape=True))).scalars())
    return next(code for code in (stem, *(f"{stem}-{number}" for number in range(2, len(taken) + 3))) if code not in taken)
