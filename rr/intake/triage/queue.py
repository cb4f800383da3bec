"""The queue of requests: its filters, one page of it, and where it stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from rr.access import Actor, Can, demand
from rr.accounts.models import Account
from rr.db import Session
from rr.intake import states
from rr.intake.models import RequestTopic, SupportRequest
from rr.intake.rules import RequestStatus
from rr.intake.triage.queries import role_label, ticked, waited
from rr.labels import Labelled
from rr.partnerships.models import Partnership
from rr.partnerships.queries import shown_name

PAGE = 50


class Whose(Labelled):
    ALL = "all", "All"
    UNASSIGNED = "unassigned", "Unassigned"
    MINE = "mine", "Mine"


class Show(Labelled):
    """Which requests a list shows, by their status as it counts today."""

    NEW = "new", "New"
    WAITING_FOR_THEM = "waiting_for_them", "Waiting for them"
    NOT_NOW = "not_now", "Not now"
    DECIDED = "decided", "Decided"


STATUSES = {
    Show.NEW: frozenset({RequestStatus.NEW}),
    Show.WAITING_FOR_THEM: frozenset({RequestStatus.WAITING_FOR_THEM}),
    Show.NOT_NOW: frozenset({RequestStatus.NOT_NOW}),
    Show.DECIDED: frozenset(RequestStatus) - {RequestStatus.NEW, RequestStatus.WAITING_FOR_THEM, RequestStatus.NOT_NOW},
}


@dataclass(frozen=True)
class Filters:
    """What the queue is narrowed to. Empty region or topic = any."""

    whose: Whose = Whose.ALL
    show: Show = Show.NEW
    region: str = ""
    topic: str = ""
    unmatched: bool = False


@dataclass(frozen=True)
class WaitingRow:
    """A request as the queue shows it. `area` is the partnership, or the name as it was written while nobody knows whose it is.

    `waited` is in working days; `contacted` says whether somebody has been in touch.
    """

    id: int
    ref: str
    area: str
    region: str
    matched: bool
    name: str
    role_label: str
    words: str
    topics: tuple[str, ...]
    waited: int
    contacted: bool
    status: RequestStatus
    assigned: str
    received_on: date


@dataclass(frozen=True)
class Listing:
    """One page of the queue, how many there are in all, and how many under each `whose` with the other filters as they are."""

    rows: tuple[WaitingRow, ...]
    total: int
    by_whose: Mapping[Whose, int]

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))


@dataclass(frozen=True)
class Standing:
    """Where the queue stands: how many wait for our first contact, and the working days that the longest of them has waited."""

    waiting: int
    longest: int
    undecided: int


def waiting(db: Session, filters: Filters, *, actor: Actor, today: date, page: int = 1) -> Listing:
    """One page of the queue, longest wait first: nobody in touch before somebody in touch, then by the day of the sign-up.

    What is decided comes latest first. The same number of statements for any number of rows.
    """
    demand(actor, Can.TRIAGE)
    wanted = _wanted(filters, today)
    by_whose = _by_whose(db, wanted, actor)
    account = aliased(Account)
    oldest_first = (col(SupportRequest.first_contact_at).is_not(None), col(SupportRequest.received_at), col(SupportRequest.id))
    latest_first = (col(SupportRequest.received_at).desc(), col(SupportRequest.id).desc())
    rows = db.execute(
        select(
            col(SupportRequest.id),
            col(SupportRequest.ref),
            col(SupportRequest.area_text),
            shown_name().label("partnership"),
            col(Partnership.region),
            col(SupportRequest.name),
            col(SupportRequest.role),
            col(SupportRequest.role_text),
            func.substr(col(SupportRequest.words), 1, 400).label("words"),
            col(SupportRequest.received_on),
            col(SupportRequest.first_contact_at),
            col(SupportRequest.status),
            col(SupportRequest.back_on),
            col(account.name).label("assigned"),
        )
        .outerjoin(Partnership, col(Partnership.id) == col(SupportRequest.partnership_id))
        .outerjoin(account, col(account.id) == col(SupportRequest.assigned_id))
        .where(*wanted, _of(filters.whose, actor))
        .order_by(*(latest_first if filters.show is Show.DECIDED else oldest_first))
        .limit(PAGE)
        .offset((max(page, 1) - 1) * PAGE)
    ).all()
    topics = ticked(db, [row.id for row in rows])
    return Listing(tuple(_row(row, topics, today) for row in rows), by_whose[filters.whose], by_whose)


def standing(db: Session, *, actor: Actor, today: date) -> Standing:
    """Where the whole queue stands, whatever the filters."""
    demand(actor, Can.TRIAGE)
    untouched = col(SupportRequest.first_contact_at).is_(None)
    row = db.execute(
        select(
            func.count(),
            func.coalesce(func.sum(case((untouched, 1), else_=0)), 0),
            func.min(case((untouched, col(SupportRequest.received_on)))),
        ).where(states.where_undecided(today))
    ).one()
    undecided, without, since = row
    return Standing(int(without), states.waited(since, None, today) if since else 0, undecided)


def regions(db: Session, *, actor: Actor) -> tuple[str, ...]:
    """The regions that requests came from, for the filter."""
    demand(actor, Can.TRIAGE)
    found = (
        select(col(Partnership.region))
        .join(SupportRequest, col(SupportRequest.partnership_id) == col(Partnership.id))
        .distinct()
        .order_by(col(Partnership.region))
    )
    return tuple(db.execute(found).scalars())


def _of(whose: Whose, actor: Actor) -> ColumnElement[bool]:
    if whose is Whose.MINE:
        return col(SupportRequest.assigned_id) == actor.account_id
    return col(SupportRequest.assigned_id).is_(None) if whose is Whose.UNASSIGNED else col(SupportRequest.id).is_not(None)


def _wanted(filters: Filters, today: date) -> list[ColumnElement[bool]]:
    wanted = [states.where_status(STATUSES[filters.show], today)]
    if filters.region:
        wanted.append(col(SupportRequest.partnership_id).in_(select(col(Partnership.id)).where(col(Partnership.region) == filters.region)))
    if filters.topic:
        wanted.append(col(SupportRequest.id).in_(select(col(RequestTopic.request_id)).where(col(RequestTopic.topic) == filters.topic)))
    if filters.unmatched:
        wanted.append(col(SupportRequest.partnership_id).is_(None))
    return wanted


def _by_whose(db: Session, wanted: Sequence[ColumnElement[bool]], actor: Actor) -> dict[Whose, int]:
    sums = [func.coalesce(func.sum(case((_of(whose, actor), 1), else_=0)), 0) for whose in Whose]
    return {whose: int(number) for whose, number in zip(Whose, db.execute(select(*sums).where(*wanted)).one(), strict=True)}


def _row(row: Any, topics: Mapping[int, tuple[str, ...]], today: date) -> WaitingRow:
    return WaitingRow(
        id=row.id,
        ref=row.ref,
        area=row.partnership or row.area_text,
        region=row.region or "",
        matched=row.partnership is not None,
        name=row.name,
        role_label=role_label(row.role, row.role_text),
        words=row.words,
        topics=topics.get(row.id, ()),
        waited=waited(row, today),
        contacted=row.first_contact_at is not None,
        status=states.effective_status(row.status, row.back_on, today),
        assigned=row.assigned or "",
        received_on=row.received_on,
    )
