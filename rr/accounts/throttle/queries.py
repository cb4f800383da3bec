"""Whether a limit of tries is reached, without a write: whoever is over it costs no transaction."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlmodel import col

from rr.accounts.models import Throttle
from rr.accounts.throttle.rules import Limit
from rr.db import Session


def is_reached(db: Session, limits: Iterable[Limit], now: datetime) -> bool:
    """Whether any of these limits is reached. One statement."""
    known = {limit.key: limit for limit in limits}
    counts = db.execute(select(col(Throttle.key), col(Throttle.tries), col(Throttle.since)).where(col(Throttle.key).in_(known)))
    return any(known[row.key].is_reached(row.tries, row.since, now) for row in counts)
