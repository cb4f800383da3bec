"""The numbers by which requests are known: RR-0001, RR-0002 and so on, without a gap."""

from sqlalchemy import func, select
from sqlmodel import col

from rr.db import Session
from rr.intake.models import SupportRequest

PREFIX = "RR-"
ONE_AT_A_TIME = 7_220_001  # the number of our lock in PostgreSQL; any that nothing else uses


def one_at_a_time(db: Session) -> None:
    """Wait until no other transaction adds sign-ups or matches them; holds until this one ends.

    References stay consecutive and an entry that two people import at once is added once. SQLite has one writer anyway.
    """
    if db.get_bind().dialect.name == "postgresql":
        db.execute(select(func.pg_advisory_xact_lock(ONE_AT_A_TIME)))


def next_number(db: Session) -> int:
    """The number of the next reference. Only good after `one_at_a_time`."""
    last = db.execute(select(col(SupportRequest.ref)).order_by(col(SupportRequest.id).desc()).limit(1)).scalar_one_or_none()
    return int(last.removeprefix(PREFIX)) + 1 if last else 1


def reference(number: int) -> str:
    return f"{PREFIX}{number:04}"
