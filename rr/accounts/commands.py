"""Making accounts, signing in and out."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, func, or_, select
from sqlmodel import col

from rr.access import Actor, Can, demand
from rr.accounts.drafts import AccountDraft
from rr.accounts.models import Account, FormKey, OneTimeLink, Role, SignIn, Throttle
from rr.accounts.passwords import NewPassword, Verified
from rr.accounts.rules import FORM_KEYS_KEPT, LINK_LASTS, AccountEvent, browser_named, digest, end_of, token
from rr.accounts.throttle import commands as throttle
from rr.accounts.throttle.rules import KEPT, Limit
from rr.audit import note_event
from rr.db import Session, quiet
from rr.errors import Invalid, NotFound, Refused, SignedOut
from rr.unsaved.models import Draft


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
    _use_up_links(db, account_id, now)
    secret = token()
    db.add(OneTimeLink(mark=digest(secret), account_id=account_id, ends_at=now + LINK_LASTS))
    note_event(db, "account", account_id, AccountEvent.LINK_MADE)
    return secret


def set_password(db: Session, secret: str, password: NewPassword, *, actor: Actor, now: datetime) -> int:
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
    account.password_hash = password.hashed
    link.used_at = now
    _end_all(db, link.account_id, now)
    note_event(db, "account", account.id, AccountEvent.LINK_USED, by_id=account.id, by=account.name)
    return link.account_id


def change_password(db: Session, password: NewPassword, *, verified: Verified, mark: str, actor: Actor, now: datetime) -> int:
    """Change one's own password. Ends every other sign-in of the account, and its one-time links.

    `verified` says that the present password was typed; refused if it was changed since.
    """
    demand(actor, Can.KEEP_OWN)
    account = _own(db, actor)
    if account.password_hash != verified.stored:
        raise Refused("Your password was changed meanwhile", "Try again with the new one as your present password.")
    account.password_hash = password.hashed
    _use_up_links(db, account.id, now)
    _end_all(db, account.id, now, but=mark)
    note_event(db, "account", account.id, AccountEvent.PASSWORD_CHANGED)
    return account.id


@quiet
def sign_in(
    db: Session,
    *,
    email: str,
    verified: Verified,
    limits: Iterable[Limit] = (),
    carried: str = "",
    user_agent: str = "",
    actor: Actor,
    now: datetime,
) -> str | None:
    """Sign in somebody whose password was verified: a new token, or None if the account was disabled or its password changed since.

    `carried` is the token that the browser brought: its sign-in ends, so that an open tab doesn't go on as somebody else. The try that
    was counted against `limits` is taken back.
    """
    account = db.execute(
        select(Account).where(col(Account.email) == email, col(Account.disabled_at).is_(None)).with_for_update()
    ).scalar_one_or_none()
    if account is None or account.password_hash != verified.stored:
        return None
    throttle.forgive_try(db, limits, actor=actor, now=now)
    return _begin(db, account, carried, user_agent, now)


@quiet
def note_failure(db: Session, account_id: int | None, *, actor: Actor, now: datetime) -> None:
    """Write down that somebody tried to sign in to an account, or to one that there isn't, with a wrong password."""
    note_event(db, "account", account_id or "", AccountEvent.FAILED)


@quiet
def sign_in_demo(db: Session, *, role: Role, carried: str = "", user_agent: str = "", actor: Actor, now: datetime) -> str:
    """Sign in as the demo account of a role, without a password. The web layer allows it with RR_DEMO=1 only."""
    account = db.execute(
        select(Account).where(col(Account.role) == role, col(Account.disabled_at).is_(None)).order_by(col(Account.id)).limit(1)
    ).scalar_one_or_none()
    if account is None:
        raise NotFound("There is no demo account of this role", "Run python -m rr demo on an empty database first.")
    return _begin(db, account, carried, user_agent, now)


@quiet
def stay(db: Session, mark: str, *, actor: Actor, now: datetime) -> None:
    """Put off the end of one's own sign-in: its person did something just now. Never beyond twelve hours after it began."""
    demand(actor, Can.KEEP_OWN)
    held = db.execute(
        select(SignIn).where(col(SignIn.mark) == mark, col(SignIn.account_id) == actor.account_id, col(SignIn.ended_at).is_(None))
    ).scalar_one_or_none()
    if held is None or held.ends_at <= now:
        raise SignedOut
    held.ends_at = max(held.ends_at, end_of(held.began_at, now))


def sign_out_elsewhere(db: Session, mark: str, *, actor: Actor, now: datetime) -> int:
    """End one's own sign-ins but this one. Returns how many there were."""
    demand(actor, Can.KEEP_OWN)
    account = _own(db, actor)
    ended = _end_all(db, account.id, now, but=mark)
    if ended:
        note_event(db, "account", account.id, AccountEvent.SIGNED_OUT_ELSEWHERE)
    return ended


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


@quiet
def remove_expired(db: Session, *, actor: Actor, now: datetime) -> int:
    """Remove what has expired: form keys, counts of tries, sign-ins and one-time links. Returns how many rows went.

    Each account's newest sign-in stays: it says when its person was last here.
    """
    demand(actor, Can.ADMINISTER)
    newest = select(func.max(col(SignIn.id))).group_by(col(SignIn.account_id))
    over = or_(col(SignIn.ended_at).is_not(None), col(SignIn.ends_at) <= now)
    gone = (
        delete(FormKey).where(col(FormKey.at) <= now - FORM_KEYS_KEPT),
        delete(Throttle).where(col(Throttle.since) <= now - KEPT),
        delete(SignIn).where(over, col(SignIn.id).not_in(newest)),
        delete(OneTimeLink).where(or_(col(OneTimeLink.used_at).is_not(None), col(OneTimeLink.ends_at) <= now)),
    )
    return sum(db.execute(statement).rowcount for statement in gone)  # ty: ignore[missing-attribute]


def _account(db: Session, account_id: int) -> Account:
    account = db.get(Account, account_id, with_for_update=True)
    if account is None:
        raise NotFound("There is no such account", "Look it up in the list of accounts.")
    return account


def _own(db: Session, actor: Actor) -> Account:
    return _account(db, actor.account_id or 0)


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


def _begin(db: Session, account: Account, carried: str, user_agent: str, now: datetime) -> str:
    if carried:
        _end(db, digest(carried), now)
    secret = token()
    sign_in = SignIn(mark=digest(secret), account_id=account.id, began_at=now, ends_at=end_of(now, now), browser=browser_named(user_agent))
    db.add(sign_in)
    note_event(db, "account", account.id, AccountEvent.SIGNED_IN, by_id=account.id, by=account.name)
    return secret


def _end(db: Session, mark: str, now: datetime) -> None:
    held = db.execute(select(SignIn).where(col(SignIn.mark) == mark, col(SignIn.ended_at).is_(None))).scalar_one_or_none()
    if held is not None:
        held.ended_at = now


def _end_all(db: Session, account_id: int, now: datetime, *, but: str = "") -> int:
    """End an account's sign-ins; returns how many of them still held."""
    open_ones = select(SignIn).where(col(SignIn.account_id) == account_id, col(SignIn.ended_at).is_(None), col(SignIn.mark) != but)
    held = db.execute(open_ones).scalars().all()
    for one in held:
        one.ended_at = now
    return sum(one.ends_at > now for one in held)


def _use_up_links(db: Session, account_id: int, now: datetime) -> None:
    unused = select(OneTimeLink).where(col(OneTimeLink.account_id) == account_id, col(OneTimeLink.used_at).is_(None))
    for link in db.execute(unused).scalars():
        link.used_at = now
