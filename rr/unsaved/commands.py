"""Keeping what somebody is typing, and letting go of it. All of it is quiet: nothing here is a change of any record."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlmodel import col

from rr.access import SYSTEM, Actor, Can, demand
from rr.accounts.models import Account
from rr.db import Session, quiet
from rr.errors import NotFound
from rr.unsaved.models import Draft
from rr.unsaved.rules import MOST_DRAFTS, as_json, changed, kept_since


@quiet
def keep(db: Session, form: str, typed: Mapping[str, Any], base: Mapping[str, Any], *, actor: Actor, now: datetime) -> None:
    """Keep what somebody has typed into these fields of a form, by the fields' names; None for a field that is as it was at first.

    `base` holds the values that the form was drawn from. Only that of a field's first draft is kept: somebody else may change the record
    while it is being typed. What is longer than any field takes isn't kept. Beyond the most drafts of one person, the oldest go. Refuses
    (NotFound) an account that was disabled at this moment.
    """
    account_id = _lock(db, actor)
    mine = select(Draft).where(col(Draft.account_id) == account_id, col(Draft.form) == form, col(Draft.field).in_(typed))
    before = {draft.field: draft for draft in db.execute(mine).scalars()}
    wanted = changed(typed)
    for field, words in wanted.items():
        draft = before.pop(field, None)
        if draft is None:
            was = [as_json(base[field])] if field in base else []
            db.add(Draft(account_id=account_id, form=form, field=field, typed=words, base=was, at=now))
        else:
            draft.typed, draft.at = words, now
    for field, draft in before.items():
        if typed[field] is None:
            db.delete(draft)
    db.flush()
    _limit(db, account_id)


def _lock(db: Session, actor: Actor) -> int:
    """One at a time for one person: two tabs may keep the same field, and the account may be disabled meanwhile."""
    demand(actor, Can.KEEP_OWN)
    enabled = select(col(Account.id)).where(col(Account.id) == actor.account_id, col(Account.disabled_at).is_(None))
    found = db.execute(enabled.with_for_update(key_share=True)).scalar_one_or_none()
    if found is None:
        raise NotFound("This account is disabled", "Ask an administrator to enable it.")
    return found


def _limit(db: Session, account_id: int) -> None:
    mine = col(Draft.account_id) == account_id
    if db.execute(select(func.count()).select_from(Draft).where(mine)).scalar_one() > MOST_DRAFTS:
        newest = select(col(Draft.id)).where(mine).order_by(col(Draft.at).desc(), col(Draft.id).desc()).limit(MOST_DRAFTS)
        db.execute(delete(Draft).where(mine, col(Draft.id).not_in(newest)))


@quiet
def discard(db: Session, form: str, *, actor: Actor, now: datetime) -> None:
    """Remove what this person has typed into a form: it was saved, in the same transaction, or isn't wanted."""
    demand(actor, Can.KEEP_OWN)
    db.execute(delete(Draft).where(col(Draft.account_id) == actor.account_id, col(Draft.form) == form))


@quiet
def remove_old_drafts(db: Session, *, now: datetime, actor: Actor = SYSTEM) -> int:
    """Remove what nobody has typed at for fourteen days, of everybody; returns how many fields that were. For administrators and jobs."""
    demand(actor, Can.ADMINISTER)
    return len(db.execute(delete(Draft).where(col(Draft.at) < kept_since(now)).returning(col(Draft.id))).all())
