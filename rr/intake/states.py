"""What a sign-up's stored facts mean today: each state once in Python, and beside it the condition that finds the same rows in SQL."""

from collections.abc import Set as AbstractSet
from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import col

from rr.days import ONE_DAY, working_days
from rr.intake.models import SupportRequest
from rr.intake.rules import LONG_WAIT, NEVER_COUNTS, UNDECIDED, RequestStatus

Condition = ColumnElement[bool]


def effective_status(status: RequestStatus, back_on: date | None, today: date) -> RequestStatus:
    """The status as it counts today: one that was set aside comes back as new on its date, without anybody's doing."""
    if status is RequestStatus.NOT_NOW and back_on is not None and back_on <= today:
        return RequestStatus.NEW
    return status


def where_status(statuses: AbstractSet[RequestStatus], today: date) -> Condition:
    """Requests whose `effective_status` is one of these."""
    status, back_on = col(SupportRequest.status), col(SupportRequest.back_on)
    plain = statuses - {RequestStatus.NOT_NOW}
    # Most of them are said by those that aren't: only so are the latest of tens of thousands read in their order, not all and then sorted.
    others = frozenset(RequestStatus) - plain
    plainly = status.in_(sorted(plain)) if len(plain) <= len(others) else status.not_in(sorted(others))
    is_back = and_(status == RequestStatus.NOT_NOW, back_on <= today)
    is_away = and_(status == RequestStatus.NOT_NOW, or_(back_on.is_(None), back_on > today))
    set_aside = ([is_back] if RequestStatus.NEW in statuses else []) + ([is_away] if RequestStatus.NOT_NOW in statuses else [])
    return or_(plainly, *set_aside)


def is_undecided(status: RequestStatus) -> bool:
    """Still ours to decide, whether or not we have been in touch. Give it the effective status."""
    return status in UNDECIDED


def where_undecided(today: date) -> Condition:
    return where_status(UNDECIDED, today)


def is_waiting(status: RequestStatus, first_contact_on: date | None) -> bool:
    """Waiting for our first contact: undecided, and nobody has been in touch. Give it the effective status."""
    return is_undecided(status) and first_contact_on is None


def where_waiting(today: date) -> Condition:
    return and_(where_undecided(today), col(SupportRequest.first_contact_at).is_(None))


def waited(received_on: date, first_contact_on: date | None, today: date, closed: AbstractSet[date] = frozenset()) -> int:
    """Working days in England after the day of the sign-up until first contact, or until today while there was none."""
    return working_days(received_on, first_contact_on or today, closed)


def is_long_wait(days: int) -> bool:
    """Has somebody waited too long for our first contact? Give it what `waited` counted."""
    return days > LONG_WAIT


def where_waited(today: date, least: int, most: int | None = None) -> Condition:
    """Requests that have waited so many working days until today, whatever became of them: at least `least`, at most `most`."""
    received_on = col(SupportRequest.received_on)
    found = [received_on <= received_by(today, least)] if least > 0 else []
    found += [received_on > received_by(today, most + 1)] if most is not None else []
    return and_(True, *found)


def where_long_wait(today: date) -> Condition:
    return and_(where_waiting(today), where_waited(today, LONG_WAIT + 1))


def where_counts() -> Condition:
    """Neither spam nor a duplicate: what figures count and lists of what happened tell."""
    return col(SupportRequest.status).not_in(NEVER_COUNTS)


def received_by(today: date, least: int) -> date:
    """The last day of sign-up that has now waited at least so many working days: whoever signed up by then has, nobody after."""
    day = today - timedelta(days=least)
    while working_days(day, today) < least:
        day -= ONE_DAY
    return day
