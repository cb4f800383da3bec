"""Making accounts, signing in and out."""

from datetime import datetime, timedelta
from functools import cache

from pwdlib import PasswordHash
from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from rr.access import Actor, Can, demand
from rr.accounts.drafts import AccountDraft
from rr.accounts.models import Account, OneTimeLink, Role, SignIn, Throttle
from rr.accounts.rules import LINK_LASTS, SIGN_IN_LASTS, SIGN_UPS, SIGN_UPS_WITHIN, TRIES_WITHIN, check_password, digest, may_try, token
from rr.base import LINE
from rr.db import Session, quiet
from rr.errors import Invalid, NotFound, Refused
from rr.unsaved.models import Draft


@cache
def _hasher() -> PasswordHash:
    return PasswordHash.recommended()


@cache
def _nobody() -> str:
    return _hasher().hash("nobody has this password")  # an unknown address takes as long to refuse as a known one


def warm_up() -> None:
    """Make the hash of nobody's password now: it takes a while, and the first person to sign in would wait for it."""
    _nobody()


def add_account(db: Session, *, email: str, name: str, role: Role, actor: Actor, now: datetime) -> int:
    """Make an account and return its id. It has no password until its person used a link. Refuses an address that is taken."""
    demand(actor, Can.ADMINISTER)
    draft = AccountDraft(email=email, name=name, role=role)
    if db.execute(select(col(Account.id)).where(col(Account.email) == draft.email)).first():
        raise Invalid({"email": "There is an account with this address already. Make a new link for it instead."})
    account = Account(**vars(draft), made_at=now)
    db.add(account)
    db.flush()
    return account.id


def make_link(db: Session, account_id: int, *, actor: Actor, now: datetime) -> str:
    """Make a one-time link's token to set a password, good for three days. Earlier links of the account stop working."""
    demand(actor, Can.ADMINISTER)
    account = _account(db, account_id)
    if account.disabled_at is not None:
        raise Refused(f"The account of {account.name} is disabled", "Enable it first, then make a link.")
    unused = select(OneTimeLink).where(col(OneTimeLink.account_id) == account_id, col(OneTimeLink.used_at).is_(None))
    for link in db.execute(unused).scalars():
        link.used_at = now
    secret = token()
    db.add(OneTimeLink(mark=digest(secret), account_id=account_id, ends_at=now + LINK_LASTS))
    return secret


def set_password(db: Session, secret: str, password: str, *, actor: Actor, now: datetime) -> int:
    """Set the password of the account that a one-time link belongs to, and use the link up. Ends the account's sign-ins."""
    link = db.execute(
        select(OneTimeLink)
        .join(Account, col(Account.id) == col(OneTimeLink.account_id))
        .where(
            col(OneTimeLink.mark) == digest(secret),
            col(OneTimeLink.used_at).is_(None),
            col(OneTimeLink.ends_at) > now,
            col(Account.disabled_at).is_(None),
        )
        .with_for_update()
    ).scalar_one_or_none()
    if link is None:
        raise NotFound("This link has been used, or is too old", "Ask an administrator for a new one.")
    account = _account(db, link.account_id)
    check_password(password, account.email)
    account.password_hash = _hasher().hash(password)
    link.used_at = now
    _end_all(db, link.account_id, now)
    return link.account_id


@quiet
def sign_in(db: Session, *, email: str, password: str, address: str, carried: str = "", actor: Actor, now: datetime) -> str | None:
    """Sign somebody in: a new token, or None if the address or the password is wrong. Throttled by address and e-mail.

    `carried` is the token that the browser brought: its sign-in ends, so that an open tab doesn't go on as somebody else.
    A wrong password is counted in the same transaction, so this returns instead of raising.
    """
    email = email.replace("\0", "").strip().lower()[:LINE]
    count = _throttle(db, digest(f"{email} {address}"), now)
    if not may_try(count.tries, count.since, now):
        raise Refused("Too many tries", "Wait a quarter of an hour, or ask an administrator for a new link.")
    account = db.execute(select(Account).where(col(Account.email) == email, col(Account.disabled_at).is_(None))).scalar_one_or_none()
    fits = _hasher().verify(password, account.password_hash if account and account.password_hash else _nobody())
    if account is None or not account.password_hash or not fits:
        count.tries += 1
        return None
    count.tries = 0
    return _begin(db, account, carried, now)


@quiet
def sign_in_demo(db: Session, *, role: Role, carried: str = "", actor: Actor, now: datetime) -> str:
    """Sign in as the demo account of a role, without a password. The web layer allows it with RR_DEMO=1 only."""
    account = db.execute(
        select(Account).where(col(Account.role) == role, col(Account.disabled_at).is_(None)).order_by(col(Account.id)).limit(1)
    ).scalar_one_or_none()
    if account is None:
        raise NotFound("There is no demo account of this role", "Run python -m rr demo on an empty database first.")
    return _begin(db, account, carried, now)


@quiet
def sign_out(db: Session, mark: str, *, actor: Actor, now: datetime) -> None:
    """End one sign-in, at once, for every tab that uses it."""
    _end(db, mark, now)


def disable(db: Session, account_id: int, *, actor: Actor, now: datetime) -> int:
    """Disable an account: it counts from the next click. What its person has typed and not saved is removed.

    Refuses the last administrator and one's own account.
    """
    demand(actor, Can.ADMINISTER)
    _lock_administrators(db)
    account = _account(db, account_id)
    _not_oneself(account, actor)
    _keep_an_administrator(db, account)
    account.disabled_at = account.disabled_at or now
    _end_all(db, account_id, now)
    db.execute(delete(Draft).where(col(Draft.account_id) == account_id))
    return account_id


def enable(db: Session, account_id: int, *, actor: Actor, now: datetime) -> int:
    """Let a disabled account sign in again, with the password it had."""
    demand(actor, Can.ADMINISTER)
    _account(db, account_id).disabled_at = None
    return account_id


def change_role(db: Session, account_id: int, role: Role, *, actor: Actor, now: datetime) -> int:
    """Give an account another role. Refuses one's own, and taking the last administrator's."""
    demand(actor, Can.ADMINISTER)
    _lock_administrators(db)
    account = _account(db, account_id)
    _not_oneself(account, actor)
    if role is not Role.ADMIN:
        _keep_an_administrator(db, account)
    account.role = role
    return account_id


def _account(db: Session, account_id: int) -> Account:
    account = db.get(Account, account_id, with_for_update=True)
    if account is None:
        raise NotFound("There is no such account", "Look it up in the list of accounts.")
    return account


def _not_oneself(account: Account, actor: Actor) -> None:
    if account.id == actor.account_id:
        raise Refused("You can’t change your own role or account", "Ask another administrator.")


def _lock_administrators(db: Session) -> None:
    """One at a time, in one order: two administrators who take each other's role at once would leave nobody."""
    wanted = select(col(Account.id)).where(col(Account.role) == Role.ADMIN).order_by(col(Account.id))
    db.execute(wanted.with_for_update()).all()


def _keep_an_administrator(db: Session, account: Account) -> None:
    if account.role is not Role.ADMIN or account.disabled_at is not None:
        return
    others = (
        select(func.count())
        .select_from(Account)
        .where(col(Account.role) == Role.ADMIN, col(Account.disabled_at).is_(None), col(Account.id) != account.id)
    )
    if not db.execute(others).scalar_one():
        raise Refused(f"{account.name} is the last administrator", "Make somebody else an administrator first.")


@quiet
def count_sign_up(db: Session, address: str, *, actor: Actor, now: datetime) -> None:
    """Count one public sign-up from a client's address. Refuses it beyond thirty in an hour; what is refused isn't counted."""
    count = _throttle(db, digest(f"sign-up {address}"), now, SIGN_UPS_WITHIN)
    if count.tries >= SIGN_UPS:
        raise Refused(
            "Many sign-ups have come from where you are in the last hour, so this one has not been sent",
            "What you wrote is still here. Wait an hour, then choose Send again.",
        )
    count.tries += 1


def _throttle(db: Session, key: str, now: datetime, within: timedelta = TRIES_WITHIN) -> Throttle:
    count = db.get(Throttle, key, with_for_update=True)
    if count is None:
        try:
            with db.begin_nested():
                db.add(Throttle(key=key, tries=0, since=now))
        except IntegrityError:
            pass  # PostgreSQL: somebody else's first try at the same instant, and now it is there
        count = db.get_one(Throttle, key, with_for_update=True)
    if now - count.since >= within:
        count.tries, count.since = 0, now
    return count


def _begin(db: Session, account: Account, carried: str, now: datetime) -> str:
    if carried:
        _end(db, digest(carried), now)
    secret = token()
    db.add(SignIn(mark=digest(secret), account_id=account.id, began_at=now, ends_at=now + SIGN_IN_LASTS))
    return secret


def _end(db: Session, mark: str, now: datetime) -> None:
    held = db.execute(select(SignIn).where(col(SignIn.mark) == mark, col(SignIn.ended_at).is_(None))).scalar_one_or_none()
    if held is not None:
        held.ended_at = now


def _end_all(db: Session, account_id: int, now: datetime) -> None:
    for held in db.execute(select(SignIn).where(col(SignIn.account_id) == account_id, col(SignIn.ended_at).is_(None))).scalars():
        held.ended_at = now
