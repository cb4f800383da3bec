"""The mappings that were saved."""

from sqlalchemy import select
from sqlmodel import col

from rr.access import Actor, Can, demand
from rr.db import Session
from rr.intake.imports.mappings.rules import Known, SavedMapping
from rr.intake.models import FormMapping
from rr.toolkit.queries import topics


def known(db: Session, *, actor: Actor) -> Known:
    """What is needed from the database to read a file of sign-ups. Two statements."""
    demand(actor, Can.IMPORT)
    rows = db.execute(select(FormMapping).order_by(col(FormMapping.id))).scalars()
    saved = (SavedMapping(row.id, row.name, row.columns, tuple(row.headers), row.day_first) for row in rows)
    return Known(topics(db), tuple(saved))
