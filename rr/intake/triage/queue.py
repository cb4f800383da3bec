"""The queue of requests: its filters, one page of it, and its counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, bindparam, case, func, select, true
from sqlmodel import col

from rr.access import Actor, Can, demand
from rr.accounts.models import Account
from rr.db import Session
from rr.intake import states
from rr.intake.models import RequestTopic, SupportRequest
from rr.intake.rules import UNDECIDED, RequestStatus
from rr.intake.triage.queries import role_label, topics_of, waited
from rr.labels import Labelled
from rr.paging import Paged, clamp, offset
from rr.partnerships.models import Partnership
from rr.partnerships.queries import shown_name

PER_PAGE = 20
SHOWN = 400  # characters of their words: more than a row of the list has room for
# A statement is made once: making it takes longer than running it.
DETAILS = (
    select(
        col(SupportRequest.id),
        col(SupportRequest.ref),
        col(SupportRequest.area_text),
        shown_name().label("partnership"),
        col(Partnership.region),
        col(SupportRequest.name),
        col(SupportRequest.role),
        col(SupportRequest.role_text),
        func.substr(col(SupportRequest.words), 1, SHOWN).label("words"),
        col(SupportRequest.received_on),
        col(SupportRequest.first_contact_at),
        col(SupportRequest.status),
        col(SupportRequest.back_on),
        col(Account.name).label("assigned"),
    )
    .outerjoin(Partnership, col(Partnership.id) == col(SupportRequest.partnership_id))
    .outerjoin(Account, col(Account.id) == col(SupportRequest.assigned_id))
    .where(col(SupportRequest.id).in_(bindparam("ids", expanding=True)))
)


class Assigned(Labelled):
    """Who the listed requests are assigned to."""

    ALL = "all", "All"
    UNASSIGNED = "unassigned", "Unassigned"
    MINE = "mine", "Mine"


class QueueState(Labelled):
    """Which requests the list shows, by their status as it counts today."""

    statuses: frozenset[RequestStatus]

    NEW = "new", RequestStatus.NEW.label, {RequestStatus.NEW}
    WAITING_FOR_THEM = "waiting_for_them", RequestStatus.WAITING_FOR_THEM.label, {RequestStatus.WAITING_FOR_THEM}
    NOT_NOW = "not_now", RequestStatus.NOT_NOW.label, {RequestStatus.NOT_NOW}
    DECIDED = "decided", "Decided", set(RequestStatus) - UNDECIDED - {RequestStatus.NOT_NOW}

    def __init__(self, value: str, label: str, statuses: set[RequestStatus]) -> None:
        super().__init__(value, label)
        self.statuses = frozenset(statuses)


@dataclass(frozen=True)
class QueueFilters:
    """What the queue is narrowed to. Empty region or topic = any."""

    assigned: Assigned = Assigned.ALL
    state: QueueState = QueueState.NEW
    region: str = ""
    topic: str = ""
    unmatched: bool = False


@dataclass(frozen=True)
class QueueRow:
    """A request as the queue shows it. `area` is the partnership, or the name as it was written while none is chosen.

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
class Queue(Paged[QueueRow]):
    """One page of the queue, with its counts.

    `by_assigned` is how many there are for each choice of `assigned`, with the other filters as they are. The rest is about the whole
    queue: how many are undecided, how many of those wait for our first contact, and the working days that the longest of them has waited.
    """

    by_assigned: Mapping[Assigned, int]
    undecided: int
    waiting: int
    longest: int


def listed(db: Session, filters: QueueFilters, *, actor: Actor, today: date, page: int = 1) -> Queue:
    """One page of the queue, longest wait first: nobody in touch before somebody in touch, then by the day of the sign-up.

    What is decided comes latest first. Four statements, whatever the number of rows.
    """
    demand(actor, Can.TRIAGE)
    counts = db.execute(_counts(filters, actor.account_id, today)).one()
    by_assigned: dict[Assigned, int] = {assigned: getattr(counts, assigned) for assigned in Assigned}
    total = by_assigned[filters.assigned]
    page = clamp(page, total, PER_PAGE)
    chosen = _chosen(filters, actor.account_id, today)
    ids = db.execute(chosen, {"most": PER_PAGE, "before": offset(page, PER_PAGE)}).scalars().all()
    topics = topics_of(db, ids)
    rows = {row.id: _row(row, topics.get(row.id, ()), today) for row in db.execute(DETAILS, {"ids": ids})}
    return Queue(
        rows=tuple(rows[number] for number in ids),
        total=total,
        page=page,
        per_page=PER_PAGE,
        by_assigned=by_assigned,
        undecided=counts.undecided,
        waiting=counts.waiting,
        longest=states.waited(counts.since, None, today) if counts.since else 0,
    )


def _wanted(filters: QueueFilters, today: date) -> list[ColumnElement[bool]]:
    wanted = [states.where_status(filters.state.statuses, today)]
    if filters.region:
        wanted.append(col(SupportRequest.partnership_id).in_(select(col(Partnership.id)).where(col(Partnership.region) == filters.region)))
    if filters.topic:
        ticked = select(col(RequestTopic.topic)).where(
            col(RequestTopic.request_id) == col(SupportRequest.id), col(RequestTopic.topic) == filters.topic
        )
        wanted.append(ticked.exists())
    if filters.unmatched:
        wanted.append(col(SupportRequest.partnership_id).is_(None))
    return wanted


def _of(assigned: Assigned, account_id: int | None) -> ColumnElement[bool]:
    if assigned is Assigned.MINE:
        return col(SupportRequest.assigned_id) == account_id
    return col(SupportRequest.assigned_id).is_(None) if assigned is Assigned.UNASSIGNED else true()


@lru_cache(maxsize=128)
def _counts(filters: QueueFilters, account_id: int | None, today: date) -> Any:
    """The counts of the list and those of the whole queue, in one statement."""
    untouched = col(SupportRequest.first_contact_at).is_(None)
    of_list = (
        select(*(func.count(case((_of(one, account_id), 1))).label(one) for one in Assigned)).where(*_wanted(filters, today)).subquery()
    )
    of_queue = (
        select(
            func.count().label("undecided"),
            func.count(case((untouched, 1))).label("waiting"),
            func.min(case((untouched, col(SupportRequest.received_on)))).label("since"),
        )
        .where(states.where_undecided(today))
        .subquery()
    )
    return select(of_list, of_queue).join_from(of_list, of_queue, true())


@lru_cache(maxsize=128)
def _chosen(filters: QueueFilters, account_id: int | None, today: date) -> Any:
    """The ids of one page, in the order of the list."""
    received_at, number = col(SupportRequest.received_at), col(SupportRequest.id)
    if filters.state is QueueState.DECIDED:
        order: tuple[Any, ...] = (received_at.desc(), number.desc())
    else:
        order = (col(SupportRequest.first_contact_at).is_not(None), received_at, number)
    chosen = select(number).where(*_wanted(filters, today), _of(filters.assigned, account_id)).order_by(*order)
    return chosen.limit(bindparam("most")).offset(bindparam("before"))


def _row(row: Any, topics: tuple[str, ...], today: date) -> QueueRow:
    return QueueRow(
        id=row.id,
        ref=row.ref,
        area=row.partnership or row.area_text,
        region=row.region or "",
        matched=row.partnership is not None,
        name=row.name,
        role_label=role_label(row.role, row.role_text),
        words=row.words,
        topics=topics,
        waited=waited(row, today),
        contacted=row.first_contact_at is not None,
        status=states.effective_status(row.status, row.back_on, today),
        assigned=row.assigned or "",
        received_on=row.received_on,
    )
