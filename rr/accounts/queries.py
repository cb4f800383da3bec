"""Who is signed in, and the list of accounts."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import col

from rr.access import Actor, Can, Who, demand
from rr.accounts.models import Account, OneTimeLink, Role, SignIn
from rr.accounts.rules import SIGN_IN_LASTS, digest
from rr.db import Session


@dataclass(frozen=True)
class AccountRow:
    """An account as the list shows it. Without a password it waits for its person to use their link."""

    id: int
    name: str
    email: str
    role: Role
    has_password: bool
    disabled_at: datetime | None
    last_seen: datetime | None


def whose(db: Session, mark: str | None, now: datetime) -> Actor | None:
    """The person behind a sign-in's mark (the SHA-256 of its token), if it still holds and the account isn't disabled."""
    if not mark:
        return None
    found = db.execute(
        select(col(Account.id), col(Account.name), col(Account.role))
        .join(SignIn, col(SignIn.account_id) == col(Account.id))
        .where(col(SignIn.mark) == mark, col(SignIn.ended_at).is_(None), col(SignIn.ends_at) > now, col(Account.disabled_at).is_(None))
    ).first()
    return None if found is None else Actor(role=Who(found.role.value), name=found.name, account_id=found.id)


def link_email(db: Session, secret: str, now: datetime) -> str | None:
    """The e-mail address of the account that a one-time link belongs to, or None if the link was used or is too old."""
    return db.execute(
        select(col(Account.email))
        .join(OneTimeLink, col(OneTimeLink.account_id) == col(Account.id))
        .where(
            col(OneTimeLink.mark) == digest(secret),
            col(OneTimeLink.used_at).is_(None),
            col(OneTimeLink.ends_at) > now,
            col(Account.disabled_at).is_(None),
        )
    ).scalar_one_or_none()


def accounts(db: Session, *, actor: Actor) -> list[AccountRow]:
    """All accounts by name, the disabled ones last. Administrators only."""
    demand(actor, Can.ADMINISTER)
    last = select(func.max(col(SignIn.ends_at))).where(col(SignIn.account_id) == col(Account.id)).scalar_subquery()
    rows = db.execute(
        select(
            col(Account.id),
            col(Account.name),
            col(Account.email),
            col(Account.role),
            col(Account.password_hash),
            col(Account.disabled_at),
            last.label("last"),
        ).order_by(col(Account.disabled_at).is_not(None), col(Account.name), col(Account.id))
    ).all()
    return [
        AccountRow(r.id, r.name, r.email, r.role, bool(r.password_hash), r.disabled_at, r.last - SIGN_IN_LASTS if r.last else None)
        for r in rows
    ]


def facilitators(db: Session) -> list[tuple[int, str]]:
    """Id and name of everybody who can facilitate, by name. Names of staff are not personal to a partnership."""
    rows = db.execute(
        select(col(Account.id), col(Account.name))
        .where(col(Account.role) == Role.FACILITATOR, col(Account.disabled_at).is_(None))
        .order_by(col(Account.name), col(Account.id))
    ).all()
    return [(row.id, row.name) for row in rows]
