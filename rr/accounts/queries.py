"""Who is signed in, and the list of accounts."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, select
from sqlmodel import col

from rr.access import Actor, Can, Who, demand
from rr.accounts.models import Account, OneTimeLink, Role, SignIn
from rr.accounts.rules import SIGN_IN_LASTS, digest
from rr.accounts.states import AccountState, state, where_holds, where_state
from rr.db import Session
from rr.paging import Paged, clamp, offset

PER_PAGE = 50


@dataclass(frozen=True)
class AccountFilters:
    """What the list is narrowed to; None is all."""

    role: Role | None = None
    state: AccountState | None = None


@dataclass(frozen=True)
class AccountRow:
    """An account as the list shows it. `last_seen` is when they last signed in."""

    id: int
    name: str
    email: str
    role: Role
    state: AccountState
    last_seen: datetime | None


@dataclass(frozen=True)
class AccountList(Paged[AccountRow]):
    """A page of accounts, and how many in all aren't disabled, whatever the filters."""

    enabled: int


@dataclass(frozen=True)
class SignInRow:
    """A browser where somebody is signed in."""

    id: int
    mark: str = field(repr=False)
    browser: str
    began_at: datetime


@dataclass(frozen=True)
class TimeLeft:
    """How long a sign-in holds, and whether a click would put that off."""

    left: timedelta
    can_stay: bool


@dataclass(frozen=True)
class Credentials:
    """What a typed password is compared with, and whose names a new one must not be made of."""

    account_id: int | None
    email: str
    name: str = ""
    stored: str = field(default="", repr=False)


def whose(db: Session, mark: str | None, now: datetime) -> Actor | None:
    """The person behind a sign-in's mark (the SHA-256 of its token), if it still holds and the account isn't disabled."""
    if not mark:
        return None
    found = db.execute(
        select(col(Account.id), col(Account.name), col(Account.role)).join(SignIn).where(col(SignIn.mark) == mark, where_holds(now))
    ).first()
    return None if found is None else Actor(role=Who(found.role.value), name=found.name, account_id=found.id)


def still_hold(db: Session, marks: Collection[str], now: datetime) -> set[str]:
    """Those of these sign-ins that still hold. One statement for all of them."""
    return set(db.execute(select(col(SignIn.mark)).join(Account).where(col(SignIn.mark).in_(marks), where_holds(now))).scalars())


def time_left(db: Session, mark: str, now: datetime) -> TimeLeft | None:
    """How long a sign-in holds if its person does nothing; None if it doesn't any more."""
    held = select(col(SignIn.began_at), col(SignIn.ends_at)).join(Account).where(col(SignIn.mark) == mark, where_holds(now))
    found = db.execute(held).first()
    return None if found is None else TimeLeft(found.ends_at - now, found.ends_at < found.began_at + SIGN_IN_LASTS)


def sign_ins(db: Session, *, actor: Actor, now: datetime) -> tuple[SignInRow, ...]:
    """Where somebody is signed in themselves, the newest first. One statement."""
    demand(actor, Can.KEEP_OWN)
    rows = db.execute(
        select(col(SignIn.id), col(SignIn.mark), col(SignIn.browser), col(SignIn.began_at))
        .join(Account)
        .where(col(SignIn.account_id) == actor.account_id, where_holds(now))
        .order_by(col(SignIn.began_at).desc(), col(SignIn.id).desc())
    )
    return tuple(SignInRow(row.id, row.mark, row.browser, row.began_at) for row in rows)


def who_signs_in(db: Session, email: str) -> Credentials:
    """Whom an address belongs to: nobody's credentials if there is no such account, it is disabled, or it has no password yet."""
    found = db.execute(
        select(col(Account.id), col(Account.email), col(Account.name), col(Account.password_hash)).where(
            col(Account.email) == email, col(Account.disabled_at).is_(None)
        )
    ).first()
    return Credentials(None, email) if found is None else Credentials(found.id, found.email, found.name, found.password_hash)


def own_credentials(db: Session, *, actor: Actor) -> Credentials:
    """What somebody needs to change their own password."""
    demand(actor, Can.KEEP_OWN)
    account = db.get_one(Account, actor.account_id)
    return Credentials(account.id, account.email, account.name, account.password_hash)


def who_has_link(db: Session, secret: str, now: datetime) -> Credentials | None:
    """Whom a one-time link belongs to, or None if the link was used or is too old."""
    found = db.execute(
        select(col(Account.id), col(Account.email), col(Account.name))
        .join(OneTimeLink, col(OneTimeLink.account_id) == col(Account.id))
        .where(
            col(OneTimeLink.mark) == digest(secret),
            col(OneTimeLink.used_at).is_(None),
            col(OneTimeLink.ends_at) > now,
            col(Account.disabled_at).is_(None),
        )
    ).first()
    return None if found is None else Credentials(found.id, found.email, found.name)


def accounts(db: Session, filters: AccountFilters | None = None, *, actor: Actor, page: int = 1, per_page: int = PER_PAGE) -> AccountList:
    """A page of accounts by name, the disabled ones last. Administrators only. Three statements, whatever the number of rows."""
    demand(actor, Can.ADMINISTER)
    where = _conditions(filters or AccountFilters())
    enabled = func.count().filter(col(Account.disabled_at).is_(None))
    total, all_enabled = db.execute(select(func.count().filter(and_(True, *where)), enabled).select_from(Account)).one()
    page = clamp(page, total, per_page)
    rows = db.execute(
        select(
            col(Account.id), col(Account.name), col(Account.email), col(Account.role), col(Account.password_hash), col(Account.disabled_at)
        )
        .where(*where)
        .order_by(col(Account.disabled_at).is_not(None), col(Account.name), col(Account.id))
        .limit(per_page)
        .offset(offset(page, per_page))
    ).all()
    last = _last_sign_ins(db, [row.id for row in rows])
    found = (AccountRow(r.id, r.name, r.email, r.role, state(r.password_hash, r.disabled_at), last.get(r.id)) for r in rows)
    return AccountList(tuple(found), total, page, per_page, all_enabled)


def account_id(db: Session, email: str, *, actor: Actor) -> int | None:
    """The id of the account with this address, in whatever case it is written; None if there is none. Administrators only."""
    demand(actor, Can.ADMINISTER)
    return db.execute(select(col(Account.id)).where(col(Account.email) == email.strip().lower())).scalar_one_or_none()


def _conditions(filters: AccountFilters) -> list[ColumnElement[bool]]:
    found = [col(Account.role) == filters.role] if filters.role is not None else []
    return [*found, where_state(filters.state)] if filters.state is not None else found


def _last_sign_ins(db: Session, ids: list[int]) -> dict[int, datetime]:
    rows = db.execute(
        select(col(SignIn.account_id), func.max(col(SignIn.began_at)).label("began_at"))
        .where(col(SignIn.account_id).in_(ids))
        .group_by(col(SignIn.account_id))
    )
    return {row.account_id: row.began_at for row in rows}


def facilitators(db: Session) -> list[tuple[int, str]]:
    """Id and name of everybody who can facilitate, by name. Names of staff are not personal to a partnership."""
    rows = db.execute(
        select(col(Account.id), col(Account.name))
        .where(col(Account.role) == Role.FACILITATOR, col(Account.disabled_at).is_(None))
        .order_by(col(Account.name), col(Account.id))
    ).all()
    return [(row.id, row.name) for row in rows]
