"""Saving which column of a form answers which question, and forgetting it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlmodel import col

from rr.access import NOT_FOUND, Actor, Can, demand
from rr.db import Session
from rr.errors import NotFound
from rr.intake.imports.columns import LABELS, Chosen
from rr.intake.imports.mappings.drafts import MappingDraft
from rr.intake.models import FormMapping


def save_mapping(
    db: Session, name: str, columns: Chosen, headers: Sequence[str], *, day_first: bool | None = None, actor: Actor, now: datetime
) -> int:
    """Remember the columns of a form under a name, and return the mapping's id. One of the same name is replaced.

    `columns` are the headers by field, `headers` all those of the file. Invalid without a name.
    """
    demand(actor, Can.EDIT_MAPPINGS)
    draft = MappingDraft(name=name)
    saved = db.execute(select(FormMapping).where(col(FormMapping.name) == draft.name).with_for_update()).scalar_one_or_none()
    if saved is None:
        saved = FormMapping(name=draft.name, made_at=now, by_id=actor.account_id)
        db.add(saved)
    saved.columns = {field: list(columns[field]) for field in LABELS if columns.get(field)}
    saved.headers, saved.day_first, saved.made_at = list(headers), day_first, now
    db.flush()
    return saved.id


def forget_mapping(db: Session, mapping_id: int, *, actor: Actor, now: datetime) -> str:
    """Delete a mapping, and return its name. Files that were imported by it stay as they are."""
    demand(actor, Can.EDIT_MAPPINGS)
    saved = db.get(FormMapping, mapping_id, with_for_update=True)
    if saved is None:
        raise NotFound(*NOT_FOUND)
    name = saved.name
    db.delete(saved)
    db.flush()
    return name
