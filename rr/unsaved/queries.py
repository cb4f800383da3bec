"""What somebody has typed and not saved."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from rr.access import Actor, Can, demand
from rr.db import Session
from rr.unsaved.models import Draft
from rr.unsaved.rules import kept_since


@dataclass(frozen=True)
class TypedField:
    """One field as it was typed; `base` as the table has it."""

    form: str
    field: str
    typed: Any
    base: tuple[Any, ...]
    at: datetime


def own(db: Session, *, actor: Actor, now: datetime) -> list[TypedField]:
    """All that this person has typed and not saved, the oldest first; one statement."""
    demand(actor, Can.KEEP_OWN)
    mine = (
        select(col(Draft.form), col(Draft.field), col(Draft.typed), col(Draft.base), col(Draft.at))
        .where(col(Draft.account_id) == actor.account_id, col(Draft.at) >= kept_since(now))
        .order_by(col(Draft.at), col(Draft.id))
    )
    return [TypedField(form, field, typed, tuple(base), at) for form, field, typed, base, at in db.execute(mine)]
