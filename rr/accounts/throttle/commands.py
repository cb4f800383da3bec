"""Counting what is tried. A try is counted before it is looked at, so that many at once can't pass a limit together."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from rr.access import Actor
from rr.accounts.models import Throttle
from rr.accounts.throttle.rules import Limit, sign_up_limit
from rr.db import Session, quiet
from rr.errors import Refused

TOO_MANY = ("Too many tries", "Wait a quarter of an hour, or ask an administrator for a new link.")


@quiet
def count_try(db: Session, limits: Iterable[Limit], *, actor: Actor, now: datetime) -> None:
    """Count a try of a password against its limits. Refuses it where one is reached; what is refused isn't counted."""
    counts = [_count(db, limit, now) for limit in limits]
    if any(limit.is_reached(count.tries, count.since, now) for limit, count in counts):
        raise Refused(*TOO_MANY)
    for _, count in counts:
        count.tries += 1


@quiet
def forgive_try(db: Session, limits: Iterable[Limit], *, actor: Actor, now: datetime) -> None:
    """Take back a try that was right. What nobody else's tries count against begins anew; the rest loses this try alone."""
    for limit, count in [_count(db, limit, now) for limit in limits]:
        count.tries = max(0, count.tries - 1) if limit.is_shared else 0


@quiet
def count_sign_up(db: Session, address: str, *, actor: Actor, now: datetime) -> None:
    """Count one public sign-up from a client's address. Refuses it beyond thirty in an hour; what is refused isn't counted."""
    limit, count = _count(db, sign_up_limit(address), now)
    if limit.is_reached(count.tries, count.since, now):
        raise Refused(
            "Many sign-ups have come from where you are in the last hour, so this one has not been sent",
            "What you wrote is still here. Wait an hour, then choose Send again.",
        )
    count.tries += 1


def _count(db: Session, limit: Limit, now: datetime) -> tuple[Limit, Throttle]:
    count = db.get(Throttle, limit.key, with_for_update=True)
    if count is None:
        try:
            with db.begin_nested():
                db.add(Throttle(key=limit.key, tries=0, since=now))
        except IntegrityError:
            pass  # PostgreSQL: somebody else's first try at the same instant, and now it is there
        count = db.get_one(Throttle, limit.key, with_for_update=True)
    if now - count.since >= limit.within:
        count.tries, count.since = 0, now
    return limit, count
