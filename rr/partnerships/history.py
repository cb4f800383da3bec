"""What of a partnership itself belongs in its thread: notes, and what became different about it and its people."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import and_, or_, select
from sqlmodel import col

from rr.accounts.models import Account
from rr.audit import AuditEntry
from rr.days import WEEKDAYS, say
from rr.db import Session
from rr.history import Event, of_instant
from rr.partnerships.models import Consent, Contact, Note
from rr.partnerships.rules import ContactRole


def notes(db: Session, partnership_id: int) -> Iterator[Event]:
    for row in db.execute(
        select(col(Note.words), col(Note.at), col(Account.name).label("by"))
        .outerjoin(Account, col(Account.id) == col(Note.by_id))
        .where(col(Note.partnership_id) == partnership_id)
        .order_by(col(Note.id))
    ):
        yield of_instant(row.at, "sticky_note_2", "Note added", words=row.words, who=row.by or "")


def consents(db: Session, partnership_id: int) -> Iterator[Event]:
    """What somebody of ours wrote down of consents. What was ticked on a sign-up is told with that."""
    for row in db.execute(
        select(
            *(col(Consent.kind), col(Consent.given), col(Consent.at), col(Consent.how)),
            col(Contact.name),
            col(Account.name).label("by"),
        )
        .join(Contact, col(Contact.id) == col(Consent.contact_id))
        .join(Account, col(Account.id) == col(Consent.by_id))
        .where(col(Contact.partnership_id) == partnership_id)
        .order_by(col(Consent.id))
    ):
        said = row.kind.agreed if row.given else row.kind.withdrew
        headline = "Consent recorded" if row.given else "Consent withdrawn"
        yield of_instant(row.at, "verified_user", headline, detail=f"{row.name} {said}, {row.how.words}.", who=row.by)


_FIELDS = {
    "name": "name",
    "role": "role",
    "email": "e-mail",
    "phone": "phone",
    "public_name": "public name",
    "lto_name": "locally trusted organisation",
    "area_coordinator": "area coordinator",
    "money_remaining": "money left",
    "ends_on": "end date",
    "closed_weekday": "closed day",
}


def changes(db: Session, partnership_id: int) -> Iterator[Event]:
    """What became different about the partnership and its people, as the audit wrote it down: personal fields without their values."""
    named = db.execute(select(col(Contact.id), col(Contact.name)).where(col(Contact.partnership_id) == partnership_id))
    people = {row.id: row.name for row in named}
    rows = db.execute(
        select(col(AuditEntry.at), col(AuditEntry.by), col(AuditEntry.kind), col(AuditEntry.row_id), col(AuditEntry.changes))
        .where(
            col(AuditEntry.did) == "changed",
            or_(
                and_(col(AuditEntry.kind) == "contact", col(AuditEntry.row_id).in_([str(number) for number in people])),
                and_(col(AuditEntry.kind) == "partnership", col(AuditEntry.row_id) == str(partnership_id)),
            ),
        )
        .order_by(col(AuditEntry.id))
    )
    for row in rows:
        changed = [_change(_FIELDS[name], values) for name, values in json.loads(row.changes).items() if name in _FIELDS]
        if not changed:
            continue
        if row.kind == "contact":
            yield of_instant(
                row.at, "contact_page", "Contact details changed", detail=f"{people[int(row.row_id)]}: {', '.join(changed)}.", who=row.by
            )
        else:
            yield of_instant(row.at, "edit_note", "Facts changed", detail=f"{_first_upper(', '.join(changed))}.", who=row.by)


def _first_upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _change(label: str, values: Any) -> str:
    """A change in words; what is personal is kept in the audit without its values."""
    if not isinstance(values, list) or len(values) != 2:
        return label
    before, after = (_value(label, value) for value in values)
    return f"{label} {after}" if before == "not known" else f"{label} from {before} to {after}"


def _value(label: str, value: Any) -> str:
    if value in (None, ""):
        return "not known"
    if label == "money left":
        return f"£{value:,}"
    if label == "end date":
        return say(date.fromisoformat(value))
    if label == "closed day":
        return WEEKDAYS[value]
    if label == "role":
        return ContactRole(value).label
    return str(value)
