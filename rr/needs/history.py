"""What of support needed belongs in a partnership's thread."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from rr.accounts.models import Account
from rr.db import Session
from rr.history import Event, of_day
from rr.labels import sentence
from rr.needs.models import SupportKind, SupportNeed, SupportPartner
from rr.needs.rules import NeedStatus
from rr.plans.models import Action


def needs(db: Session, partnership_id: int) -> Iterator[Event]:
    for row in db.execute(
        select(
            col(SupportNeed.words),
            col(SupportNeed.status),
            col(SupportNeed.asked_on),
            col(SupportNeed.settled_on),
            col(SupportNeed.at),
            col(SupportKind.label).label("kind"),
            col(SupportPartner.name).label("partner"),
            col(Account.name).label("by"),
            col(Action.plan_id),
        )
        .join(SupportKind, col(SupportKind.code) == col(SupportNeed.kind))
        .outerjoin(SupportPartner, col(SupportPartner.id) == col(SupportNeed.partner_id))
        .outerjoin(Account, col(Account.id) == col(SupportNeed.by_id))
        .outerjoin(Action, col(Action.id) == col(SupportNeed.action_id))
        .where(col(SupportNeed.partnership_id) == partnership_id)
        .order_by(col(SupportNeed.id))
    ):
        opens: dict[str, Any] = {"stem": "plan", "id": row.plan_id} if row.plan_id else {}
        yield Event(row.asked_on, row.at, "volunteer_activism", "They need support", sentence(row.kind), row.words, row.by or "", **opens)
        if row.status is NeedStatus.FOUND and row.settled_on:
            who = sentence(f"{row.partner}: {row.kind}" if row.partner else row.kind)
            yield _settled(row, "handshake", "We found support", who, opens)
        elif row.status is NeedStatus.NOT_AVAILABLE and row.settled_on:
            yield _settled(row, "block", "We could not find support", sentence(row.kind), opens)


def _settled(row: Any, icon: str, headline: str, detail: str, opens: dict[str, Any]) -> Event:
    return of_day(row.settled_on, icon, headline, row.at, detail=detail, words=row.words, **opens)
