"""The queue of requests, one request with all that a decision needs, and the files that were brought in."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from rr.access import Actor, Can, Scope, demand, reach, scope
from rr.accounts.models import Account, Role
from rr.base import spreadsheet_safe
from rr.clock import london_day
from rr.db import Session
from rr.errors import NotFound, Refused
from rr.intake import rules
from rr.intake.models import Decision, ImportBatch, ImportRow, RequestTopic, SupportRequest
from rr.intake.rules import Format, Move, PartnershipKnows, RequestStatus, RowResult, Source
from rr.labels import Labelled
from rr.needs.models import SupportPartner
from rr.partnerships.matching import match
from rr.partnerships.models import Partnership
from rr.partnerships.queries import Place, areas, places, shown_name
from rr.partnerships.rules import ContactRole
from rr.plans.models import ActionPlan
from rr.sessions import rules as session_rules
from rr.sessions.models import SupportSession
from rr.sessions.queries import draft_of, proposal_for
from rr.sessions.rules import SessionState
from rr.toolkit.queries import topics as topic_labels

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


DECIDED = (
    RequestStatus.ACCEPTED,
    RequestStatus.SIGNPOSTED,
    RequestStatus.WITHDRAWN,
    RequestStatus.DUPLICATE,
    RequestStatus.SPAM,
)


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


@dataclass(frozen=True)
class Decided:
    """A decision of the past. `undone` ones were taken back by a later row (`undoes`)."""

    id: int
    move: Move
    at: datetime
    by: str
    words: str
    where_to: str
    back_on: date | None
    other_ref: str
    undoes: bool
    undone: bool

    @property
    def said(self) -> str:
        return f"Taken back: {self.move.past[:1].lower()}{self.move.past[1:]}" if self.undoes else self.move.past


@dataclass(frozen=True)
class Earlier:
    """Another request, a session or a plan of the same partnership; `page` and `id` say where it opens."""

    page: str
    id: int
    words: str
    on: date


@dataclass(frozen=True)
class Suggested:
    """A partnership that the written name may mean."""

    id: int
    name: str
    region: str


@dataclass(frozen=True)
class Detail:
    """A request with everything that a decision needs. Numbers are None where they weren't understood: then the text beside them counts."""

    id: int
    ref: str
    status: RequestStatus
    source: Source
    received_at: datetime
    received_on: date
    partnership_id: int | None
    area: str
    area_text: str
    region: str
    name: str
    role: ContactRole | None
    role_text: str
    email: str
    phone: str
    phone_text: str
    words: str
    prompted_by: str
    topics: tuple[str, ...]
    people: int | None
    people_text: str
    newcomers: int | None
    newcomers_text: str
    format: Format | None
    access_needs: str
    avoid: str
    partnership_knows: PartnershipKnows | None
    consent_contact: bool
    consent_share: bool
    remarks: tuple[str, ...]
    waited: int
    contacted_at: datetime | None
    back_on: date | None
    assigned_id: int | None
    assigned: str
    money_remaining: int | None
    moves: tuple[Move, ...]
    decisions: tuple[Decided, ...]
    undo_id: int | None
    session_id: int | None
    before: tuple[Earlier, ...]
    others: tuple[Earlier, ...]
    suggestions: tuple[Suggested, ...]
    proposes: str

    @property
    def role_label(self) -> str:
        return _role(self.role, self.role_text)


@dataclass(frozen=True)
class BatchRow:
    """What became of one row of a file."""

    line: int
    entry_id: str
    result: RowResult
    area: str
    why: str
    request_id: int | None
    ref: str


@dataclass(frozen=True)
class Batch:
    """A file that was brought in. In a list it has no rows."""

    id: int
    file_name: str
    taken: int
    already: int
    changed: int
    refused: int
    at: datetime
    by: str
    rows: tuple[BatchRow, ...] = ()


# --- The queue


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
    ticked = _ticked(db, [row.id for row in rows])
    return Listing(tuple(_row(row, ticked, today) for row in rows), by_whose[filters.whose], by_whose)


def standing(db: Session, *, actor: Actor, today: date) -> Standing:
    """Where the whole queue stands, whatever the filters."""
    demand(actor, Can.TRIAGE)
    untouched = col(SupportRequest.first_contact_at).is_(None)
    row = db.execute(
        select(
            func.count(),
            func.coalesce(func.sum(case((untouched, 1), else_=0)), 0),
            func.min(case((untouched, col(SupportRequest.received_on)))),
        ).where(or_(_is(Show.NEW, today), _is(Show.WAITING_FOR_THEM, today)))
    ).one()
    undecided, without, since = row
    return Standing(int(without), rules.waited(since, None, today) if since else 0, undecided)


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


def colleagues(db: Session, *, actor: Actor) -> tuple[tuple[int, str], ...]:
    """Id and name of everybody who triages, by name."""
    demand(actor, Can.TRIAGE)
    rows = db.execute(
        select(col(Account.id), col(Account.name))
        .where(col(Account.role).in_((Role.SUPPORT, Role.MANAGER)), col(Account.disabled_at).is_(None))
        .order_by(col(Account.name), col(Account.id))
    )
    return tuple((row.id, row.name) for row in rows)


def partners(db: Session) -> tuple[tuple[int, str], ...]:
    """Id and name of the support partners, to signpost to."""
    rows = db.execute(select(col(SupportPartner.id), col(SupportPartner.name)).order_by(col(SupportPartner.name)))
    return tuple((row.id, row.name) for row in rows)


def _is(show: Show, today: date) -> ColumnElement[bool]:
    """The condition for a status as it counts today: what was set aside until a day that has come is new."""
    status = col(SupportRequest.status)
    back = and_(status == RequestStatus.NOT_NOW, col(SupportRequest.back_on) <= today)
    if show is Show.NEW:
        return or_(status == RequestStatus.NEW, back)
    if show is Show.WAITING_FOR_THEM:
        return status == RequestStatus.WAITING_FOR_THEM
    if show is Show.NOT_NOW:
        return and_(status == RequestStatus.NOT_NOW, or_(col(SupportRequest.back_on).is_(None), col(SupportRequest.back_on) > today))
    return status.in_(DECIDED)


def _of(whose: Whose, actor: Actor) -> ColumnElement[bool]:
    if whose is Whose.MINE:
        return col(SupportRequest.assigned_id) == actor.account_id
    return col(SupportRequest.assigned_id).is_(None) if whose is Whose.UNASSIGNED else col(SupportRequest.id).is_not(None)


def _wanted(filters: Filters, today: date) -> list[ColumnElement[bool]]:
    wanted = [_is(filters.show, today)]
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


def _ticked(db: Session, ids: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """The labels of the topics of these requests, in the list's order. Two statements."""
    labels = topic_labels(db)
    codes: dict[int, set[str]] = {}
    rows = db.execute(select(col(RequestTopic.request_id), col(RequestTopic.topic)).where(col(RequestTopic.request_id).in_(list(ids))))
    for row in rows:
        codes.setdefault(row.request_id, set()).add(row.topic)
    return {number: tuple(label for code, label in labels.items() if code in ticked) for number, ticked in codes.items()}


def _role(role: ContactRole | None, written: str) -> str:
    """The role as people read it; their own words where the list had none for it."""
    if role is None or role is ContactRole.OTHER:
        return written or (role.label if role else "")
    return role.label


def _contacted_on(at: datetime | None) -> date | None:
    return london_day(at) if at else None


def _row(row: Any, ticked: Mapping[int, tuple[str, ...]], today: date) -> WaitingRow:
    return WaitingRow(
        id=row.id,
        ref=row.ref,
        area=row.partnership or row.area_text,
        region=row.region or "",
        matched=row.partnership is not None,
        name=row.name,
        role_label=_role(row.role, row.role_text),
        words=row.words,
        topics=ticked.get(row.id, ()),
        waited=rules.waited(row.received_on, _contacted_on(row.first_contact_at), today),
        contacted=row.first_contact_at is not None,
        status=rules.effective_status(row.status, row.back_on, today),
        assigned=row.assigned or "",
        received_on=row.received_on,
    )


# --- One request


def detail(db: Session, request_id: int, *, actor: Actor, today: date) -> Detail:
    """One request with what was said, decided and known before, and what accepting it would make. NotFound for what isn't theirs."""
    row = reach(db, SupportRequest, request_id, actor, Can.READ_REQUESTS)
    partnership = db.get(Partnership, row.partnership_id) if row.partnership_id else None
    status = rules.effective_status(row.status, row.back_on, today)
    decisions = _decisions(db, request_id)
    standing_ones = [decision for decision in decisions if not decision.undone and not decision.undoes]
    draft = draft_of(db, request_id)
    assigned = db.get(Account, row.assigned_id) if row.assigned_id else None
    can_triage = scope(actor, Can.TRIAGE) is not Scope.NONE
    copied = (
        *("id", "ref", "source", "received_at", "received_on", "partnership_id", "area_text", "name", "role", "role_text", "email"),
        *("phone", "phone_text", "words", "prompted_by", "people", "people_text", "newcomers", "newcomers_text", "format"),
        *("access_needs", "avoid", "partnership_knows", "consent_contact", "consent_share", "back_on", "assigned_id"),
    )
    return Detail(
        **{name: getattr(row, name) for name in copied},
        status=status,
        area=(partnership.public_name or partnership.name) if partnership else row.area_text,
        region=partnership.region if partnership else "",
        topics=_ticked(db, [row.id]).get(row.id, ()),
        remarks=tuple(line for line in row.remarks.splitlines() if line),
        waited=rules.waited(row.received_on, _contacted_on(row.first_contact_at), today),
        contacted_at=row.first_contact_at,
        assigned=assigned.name if assigned else "",
        money_remaining=partnership.money_remaining if partnership else None,
        moves=rules.moves(status) if can_triage else (),
        decisions=decisions,
        undo_id=standing_ones[-1].id if standing_ones and can_triage else None,
        session_id=draft.session_id if draft else None,
        before=_before(db, row, today),
        others=_others(db, row, today),
        suggestions=() if partnership else _suggestions(db, row.area_text),
        proposes=_proposes(db, row, actor) if partnership and Move.ACCEPT in rules.moves(status) else "",
    )


def session_of(db: Session, request_id: int, *, actor: Actor) -> int | None:
    """The draft session that accepting this request made, if it stands."""
    demand(actor, Can.TRIAGE)
    draft = draft_of(db, request_id)
    return draft.session_id if draft else None


def _decisions(db: Session, request_id: int) -> tuple[Decided, ...]:
    other = aliased(SupportRequest)
    rows = db.execute(
        select(
            col(Decision.id),
            col(Decision.move),
            col(Decision.at),
            col(Decision.by_id),
            col(Decision.words),
            col(Decision.back_on),
            col(Decision.undoes_id),
            col(Account.name).label("by"),
            col(SupportPartner.name).label("partner"),
            col(other.ref).label("other_ref"),
        )
        .outerjoin(Account, col(Account.id) == col(Decision.by_id))
        .outerjoin(SupportPartner, col(SupportPartner.id) == col(Decision.partner_id))
        .outerjoin(other, col(other.id) == col(Decision.duplicate_of_id))
        .where(col(Decision.request_id) == request_id)
        .order_by(col(Decision.id))
    ).all()
    undone = {row.undoes_id for row in rows}
    return tuple(
        Decided(
            id=row.id,
            move=row.move,
            at=row.at,
            by=row.by or "",
            words=row.words,
            where_to=row.partner or "",
            back_on=row.back_on,
            other_ref=row.other_ref or "",
            undoes=row.undoes_id is not None,
            undone=row.id in undone,
        )
        for row in rows
    )


def _before(db: Session, request: SupportRequest, today: date) -> tuple[Earlier, ...]:
    """Earlier sessions and plans of the partnership, latest first. The session that came of this request isn't earlier."""
    if request.partnership_id is None:
        return ()
    sessions = db.execute(
        select(
            col(SupportSession.id),
            col(SupportSession.starts_at),
            col(SupportSession.held_on),
            col(SupportSession.cancelled_at),
            col(SupportSession.made_at),
        ).where(
            col(SupportSession.partnership_id) == request.partnership_id,
            or_(col(SupportSession.request_id).is_(None), col(SupportSession.request_id) != request.id),
            col(SupportSession.cancelled_at).is_(None),
        )
    )
    found = []
    for row in sessions:
        state = session_rules.state(row.starts_at, row.held_on, row.cancelled_at)
        on = row.held_on or london_day(row.starts_at or row.made_at)
        words = {SessionState.HELD: "Session held", SessionState.PLANNED: "Session planned"}.get(state, "Draft session")
        found.append(Earlier("session", row.id, words, on))
    plans = select(col(ActionPlan.id), col(ActionPlan.agreed_on), col(ActionPlan.closed_on), col(ActionPlan.made_at)).where(
        col(ActionPlan.partnership_id) == request.partnership_id
    )
    for row in db.execute(plans):
        words = "Action plan closed" if row.closed_on else "Action plan agreed" if row.agreed_on else "Action plan begun"
        found.append(Earlier("plan", row.id, words, row.closed_on or row.agreed_on or london_day(row.made_at)))
    return tuple(sorted(found, key=lambda earlier: (earlier.on, earlier.id), reverse=True))


def _others(db: Session, request: SupportRequest, today: date) -> tuple[Earlier, ...]:
    """Other requests of the same partnership or from the same address, latest first: what this one may repeat."""
    same = [col(SupportRequest.partnership_id) == request.partnership_id] if request.partnership_id else []
    if request.email:
        same.append(col(SupportRequest.email) == request.email)
    if not same:
        return ()
    rows = db.execute(
        select(
            col(SupportRequest.id),
            col(SupportRequest.ref),
            col(SupportRequest.name),
            col(SupportRequest.received_on),
            col(SupportRequest.status),
            col(SupportRequest.back_on),
        )
        .where(or_(*same), col(SupportRequest.id) != request.id)
        .order_by(col(SupportRequest.received_at).desc())
        .limit(10)
    )
    return tuple(
        Earlier(
            "requests",
            row.id,
            f"{row.ref}, {row.name}, {rules.effective_status(row.status, row.back_on, today).label.lower()}",
            row.received_on,
        )
        for row in rows
    )


def _suggestions(db: Session, text: str) -> tuple[Suggested, ...]:
    found = match(text, areas(db))
    known: dict[int, Place] = {place.id: place for place in places(db)}
    wanted = [found.area_id] if found.area_id is not None else [suggestion.area_id for suggestion in found.suggestions]
    return tuple(Suggested(number, known[number].name, known[number].region) for number in wanted)


def _proposes(db: Session, request: SupportRequest, actor: Actor) -> str:
    """What accepting makes, in one sentence with its reason."""
    try:
        proposal = proposal_for(db, request.id, actor=actor)
    except Refused as nothing:
        return f"Accepting makes a draft session without an agenda: {nothing.headline[:1].lower()}{nothing.headline[1:]}."
    titles = [item.title for item in proposal.items]
    shown = ", ".join(titles[:3]) + (f" and {len(titles) - 3} more" if len(titles) > 3 else "")
    why = proposal.why.removeprefix("Because ").rstrip(".")
    return f"Accepting makes a draft session, “{proposal.recipe_name}”, because {why}. It begins with {shown}."


# --- Files that were brought in


def batches(db: Session, *, actor: Actor, page: int = 1) -> tuple[Batch, ...]:
    """The files that were brought in, latest first, without their rows."""
    demand(actor, Can.IMPORT)
    rows = db.execute(_batches().order_by(col(ImportBatch.id).desc()).limit(PAGE).offset((max(page, 1) - 1) * PAGE))
    return tuple(_batch(row) for row in rows)


def batch(db: Session, batch_id: int, *, actor: Actor) -> Batch:
    """One file that was brought in, with what became of each row, in the file's order."""
    demand(actor, Can.IMPORT)
    found = db.execute(_batches().where(col(ImportBatch.id) == batch_id)).first()
    if found is None:
        raise NotFound("That file isn't here", "Choose it from the list of files that were brought in.")
    rows = db.execute(
        select(
            col(ImportRow.line),
            col(ImportRow.entry_id),
            col(ImportRow.result),
            col(ImportRow.area),
            col(ImportRow.why),
            col(ImportRow.request_id),
            col(SupportRequest.ref),
        )
        .outerjoin(SupportRequest, col(SupportRequest.id) == col(ImportRow.request_id))
        .where(col(ImportRow.batch_id) == batch_id)
        .order_by(col(ImportRow.line), col(ImportRow.id))
    )
    return _batch(
        found,
        tuple(BatchRow(row.line, row.entry_id, RowResult(row.result), row.area, row.why, row.request_id, row.ref or "") for row in rows),
    )


def refused_csv(db: Session, batch_id: int, *, actor: Actor) -> bytes:
    """The rows of a file that weren't taken, with the reason, as a CSV that a spreadsheet opens without running anything in it."""
    there = batch(db, batch_id, actor=actor)
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(["Line in the file", "Entry Id", "Area as written", "What became of it", "Why"])
    for row in there.rows:
        if row.result in (RowResult.REFUSED, RowResult.CHANGED):
            writer.writerow([row.line, *map(spreadsheet_safe, (row.entry_id, row.area, row.result.label, row.why))])
    return out.getvalue().encode("utf-8-sig")


def _batches() -> Any:
    return select(
        col(ImportBatch.id),
        col(ImportBatch.file_name),
        col(ImportBatch.taken),
        col(ImportBatch.already),
        col(ImportBatch.changed),
        col(ImportBatch.refused),
        col(ImportBatch.at),
        col(Account.name).label("by"),
    ).outerjoin(Account, col(Account.id) == col(ImportBatch.by_id))


def _batch(row: Any, rows: tuple[BatchRow, ...] = ()) -> Batch:
    return Batch(row.id, row.file_name, row.taken, row.already, row.changed, row.refused, row.at, row.by or "the system", rows)
