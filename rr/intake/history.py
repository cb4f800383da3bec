"""What of sign-ups belongs in a partnership's thread: what they asked, and what we decided."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from rr.access import Actor, Can, Scope, scope
from rr.accounts.models import Account
from rr.clock import london_day
from rr.days import say
from rr.db import Session
from rr.history import Event, of_instant
from rr.intake.models import Decision, RequestTopic, SupportRequest
from rr.intake.rules import RequestStatus
from rr.labels import sentence
from rr.needs.models import SupportPartner
from rr.toolkit.models import Topic


def requests(db: Session, partnership_id: int, actor: Actor) -> Iterator[Event]:
    rows = db.execute(
        select(
            col(SupportRequest.id),
            col(SupportRequest.ref),
            col(SupportRequest.received_at),
            col(SupportRequest.received_on),
            col(SupportRequest.words),
            col(SupportRequest.name),
            col(SupportRequest.role),
            col(SupportRequest.role_text),
            col(SupportRequest.source),
        )
        .where(col(SupportRequest.partnership_id) == partnership_id, col(SupportRequest.status) != RequestStatus.SPAM)
        .order_by(col(SupportRequest.received_at), col(SupportRequest.id))
    ).all()
    topics = topics_of(db, partnership_id)
    for place, row in enumerate(rows):
        about = ", ".join(topics.get(row.id, ()))
        yield Event(
            row.received_on,
            row.received_at,
            "campaign",
            "They asked" if place == 0 else "They asked again",
            detail=". ".join(part for part in (f"About: {about}" if about else "", f"{row.source.label}, {row.ref}") if part) + ".",
            words=row.words,
            who=_person(row.name, row.role.label if row.role else row.role_text),
            **_opens_request(actor, row.id),
        )


def _person(name: str, role: str) -> str:
    return f"{name}, {role}" if name and role else name or role


def topics_of(db: Session, partnership_id: int) -> dict[int, list[str]]:
    """The labels of the topics that each sign-up ticked."""
    found: dict[int, list[str]] = {}
    for row in db.execute(
        select(col(RequestTopic.request_id), col(Topic.label))
        .join(Topic, col(Topic.code) == col(RequestTopic.topic))
        .join(SupportRequest, col(SupportRequest.id) == col(RequestTopic.request_id))
        .where(col(SupportRequest.partnership_id) == partnership_id)
        .order_by(col(Topic.position), col(Topic.code))
    ):
        found.setdefault(row.request_id, []).append(row.label)
    return found


def _opens_request(actor: Actor, request_id: int) -> dict[str, Any]:
    """Facilitators read what was asked, but the triage page is not theirs."""
    return {"stem": "requests", "id": request_id} if scope(actor, Can.TRIAGE) is not Scope.NONE else {}


def decisions(db: Session, partnership_id: int, actor: Actor, *, which: bool) -> Iterator[Event]:
    """What we decided. `which`: they asked more than once, so each decision names its request."""
    rows = db.execute(
        select(
            col(Decision.id),
            col(Decision.request_id),
            col(Decision.move),
            col(Decision.words),
            col(Decision.back_on),
            col(Decision.undoes_id),
            col(Decision.at),
            col(SupportRequest.ref),
            col(Account.name).label("by"),
            col(SupportPartner.name).label("partner"),
        )
        .join(SupportRequest, col(SupportRequest.id) == col(Decision.request_id))
        .outerjoin(Account, col(Account.id) == col(Decision.by_id))
        .outerjoin(SupportPartner, col(SupportPartner.id) == col(Decision.partner_id))
        .where(col(SupportRequest.partnership_id) == partnership_id, col(SupportRequest.status) != RequestStatus.SPAM)
        .order_by(col(Decision.id))
    ).all()
    undone = {row.undoes_id: row for row in rows if row.undoes_id is not None}
    for row in rows:
        if row.undoes_id is not None:
            continue  # told with the decision that it undoes
        back = undone.get(row.id)
        detail = [f"To {row.partner}"] if row.partner else []
        detail += [f"Until {say(row.back_on)}"] if row.back_on else []
        detail += [f"Undone on {say(london_day(back.at))}{f' by {back.by}' if back.by else ''}"] if back else []
        yield of_instant(
            row.at,
            row.move.icon,
            row.move.past,
            detail=" ".join(sentence(part) for part in [*detail, row.ref if which else ""] if part),
            words=row.words,
            who=row.by or "",
            undone=back is not None,
            **_opens_request(actor, row.request_id),
        )
