"""One request with all that a decision needs: what was said, what is known of the partnership, and what could be done."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, bindparam, or_, select
from sqlmodel import col

from rr.access import Actor, Can, Scope, demand, reach, scope
from rr.accounts.models import Account, Role
from rr.clock import london_day
from rr.db import Session
from rr.errors import Refused
from rr.intake import rules, states
from rr.intake.models import Decision, RequestTopic, SupportRequest
from rr.intake.rules import Format, Move, PartnershipKnows, RequestStatus, Source
from rr.needs.models import SupportPartner
from rr.partnerships.models import Partnership
from rr.partnerships.queries import Place, likely_places, shown_name
from rr.partnerships.rules import ContactRole
from rr.plans.models import ActionPlan
from rr.sessions import states as session_states
from rr.sessions.agenda.queries import proposal_for
from rr.sessions.models import SupportSession
from rr.sessions.queries import draft_of
from rr.sessions.states import SessionState
from rr.toolkit.models import Topic

TEAM = (Role.SUPPORT, Role.MANAGER)  # who may triage, and be given a request
COPIED = (
    *("id", "ref", "source", "received_at", "received_on", "partnership_id", "area_text", "name", "role", "role_text", "email"),
    *("phone", "phone_text", "words", "prompted_by", "people", "people_text", "newcomers", "newcomers_text", "format"),
    *("access_needs", "avoid", "partnership_knows", "consent_contact", "consent_share", "back_on", "assigned_id"),
)
# A statement is made once: making it takes longer than running it.
NAMES = (
    select(
        shown_name().label("partnership"),
        col(Partnership.region),
        col(Partnership.money_remaining),
        col(Account.name).label("assigned"),
    )
    .select_from(SupportRequest)
    .outerjoin(Partnership, col(Partnership.id) == col(SupportRequest.partnership_id))
    .outerjoin(Account, col(Account.id) == col(SupportRequest.assigned_id))
    .where(col(SupportRequest.id) == bindparam("request_id"))
)
DECISIONS = (
    select(
        col(Decision.id),
        col(Decision.move),
        col(Decision.at),
        col(Decision.words),
        col(Decision.back_on),
        col(Decision.undoes_id),
        col(Account.name).label("by"),
        col(SupportPartner.name).label("partner"),
        col(SupportRequest.ref).label("other_ref"),
    )
    .outerjoin(Account, col(Account.id) == col(Decision.by_id))
    .outerjoin(SupportPartner, col(SupportPartner.id) == col(Decision.partner_id))
    .outerjoin(SupportRequest, col(SupportRequest.id) == col(Decision.duplicate_of_id))
    .where(col(Decision.request_id) == bindparam("request_id"))
    .order_by(col(Decision.id))
)
TOPICS = (
    select(col(RequestTopic.request_id), col(Topic.label))
    .join(Topic, col(Topic.code) == col(RequestTopic.topic))
    .where(col(RequestTopic.request_id).in_(bindparam("ids", expanding=True)))
    .order_by(col(Topic.position), col(Topic.code))
)
SESSIONS = select(
    col(SupportSession.id),
    col(SupportSession.starts_at),
    col(SupportSession.held_on),
    col(SupportSession.cancelled_at),
    col(SupportSession.made_at),
).where(
    col(SupportSession.partnership_id) == bindparam("partnership_id"),
    or_(col(SupportSession.request_id).is_(None), col(SupportSession.request_id) != bindparam("request_id")),
    col(SupportSession.cancelled_at).is_(None),
)
PLANS = select(col(ActionPlan.id), col(ActionPlan.agreed_on), col(ActionPlan.closed_on), col(ActionPlan.made_at)).where(
    col(ActionPlan.partnership_id) == bindparam("partnership_id")
)
OTHERS = (
    select(
        col(SupportRequest.id),
        col(SupportRequest.ref),
        col(SupportRequest.name),
        col(SupportRequest.received_on),
        col(SupportRequest.status),
        col(SupportRequest.back_on),
    )
    .where(
        or_(
            col(SupportRequest.partnership_id) == bindparam("partnership_id"),
            and_(col(SupportRequest.email) == bindparam("email"), bindparam("email") != ""),
        ),
        col(SupportRequest.id) != bindparam("request_id"),
    )
    .order_by(col(SupportRequest.received_at).desc())
    .limit(10)
)


@dataclass(frozen=True)
class DecisionRow:
    """A decision of the past. `undone` ones were undone by a later row (`undoes`)."""

    id: int
    move: Move
    at: datetime
    by: str
    words: str
    partner: str
    back_on: date | None
    other_ref: str
    undoes: bool
    undone: bool

    @property
    def headline(self) -> str:
        return f"Undone: {self.move.past[:1].lower()}{self.move.past[1:]}" if self.undoes else self.move.past


@dataclass(frozen=True)
class RelatedRecord:
    """Another request, a session or a plan of the same partnership."""

    id: int
    label: str
    on: date


@dataclass(frozen=True)
class RequestDetail:
    """A request with everything that a decision needs. Numbers are None where they weren't understood: then the text beside them counts.

    `area` is the partnership, or the name as it was written. `previous` are sessions and plans, `others` requests of the same partnership
    or address. `undo_id` is the decision that can be undone, `proposal` says what accepting makes.
    """

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
    decisions: tuple[DecisionRow, ...]
    undo_id: int | None
    session_id: int | None
    previous: tuple[RelatedRecord, ...]
    others: tuple[RelatedRecord, ...]
    suggestions: tuple[Place, ...]
    proposal: str

    @property
    def role_label(self) -> str:
        return role_label(self.role, self.role_text)


def detail(db: Session, request_id: int, *, actor: Actor, today: date) -> RequestDetail:
    """One request with what was said, decided and known before, and what accepting it would make. NotFound for what isn't theirs.

    About fifteen statements, whatever the number of rows.
    """
    row = reach(db, SupportRequest, request_id, actor, Can.READ_REQUESTS)
    names = db.execute(NAMES, {"request_id": request_id}).one()
    status = states.effective_status(row.status, row.back_on, today)
    can_triage = scope(actor, Can.TRIAGE) is not Scope.NONE
    moves = rules.moves(status) if can_triage else ()
    decisions = _decisions(db, request_id)
    standing = [decision.id for decision in decisions if not decision.undone and not decision.undoes]
    draft = draft_of(db, request_id)
    return RequestDetail(
        **{name: getattr(row, name) for name in COPIED},
        status=status,
        area=names.partnership or row.area_text,
        region=names.region or "",
        topics=topics_of(db, [row.id]).get(row.id, ()),
        remarks=tuple(line for line in row.remarks.splitlines() if line),
        waited=waited(row, today),
        contacted_at=row.first_contact_at,
        assigned=names.assigned or "",
        money_remaining=names.money_remaining,
        moves=moves,
        decisions=decisions,
        undo_id=standing[-1] if standing and can_triage else None,
        session_id=draft.session_id if draft else None,
        previous=_previous(db, row),
        others=_others(db, row, today),
        suggestions=() if row.partnership_id is not None else likely_places(db, row.area_text),
        proposal=_proposal(db, row, actor) if row.partnership_id is not None and any(move.makes_session for move in moves) else "",
    )


def session_of(db: Session, request_id: int, *, actor: Actor) -> int | None:
    """The draft session that accepting this request made, if it stands."""
    demand(actor, Can.TRIAGE)
    draft = draft_of(db, request_id)
    return draft.session_id if draft else None


def colleagues(db: Session, *, actor: Actor) -> tuple[tuple[int, str], ...]:
    """Id and name of the support team, by name."""
    demand(actor, Can.TRIAGE)
    rows = db.execute(
        select(col(Account.id), col(Account.name))
        .where(col(Account.role).in_(TEAM), col(Account.disabled_at).is_(None))
        .order_by(col(Account.name), col(Account.id))
    )
    return tuple((row.id, row.name) for row in rows)


def partners(db: Session) -> tuple[tuple[int, str], ...]:
    """Id and name of the support partners, to signpost to."""
    rows = db.execute(select(col(SupportPartner.id), col(SupportPartner.name)).order_by(col(SupportPartner.name)))
    return tuple((row.id, row.name) for row in rows)


def topics_of(db: Session, ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    """The labels of the topics of these requests, in the list's order."""
    found: dict[int, tuple[str, ...]] = {}
    for row in db.execute(TOPICS, {"ids": ids}):
        found[row.request_id] = (*found.get(row.request_id, ()), row.label)
    return found


def role_label(role: ContactRole | None, written: str) -> str:
    """The role as people read it; their own words where the list had none for it."""
    if role is None or role is ContactRole.OTHER:
        return written or (role.label if role else "")
    return role.label


def waited(request: Any, today: date) -> int:
    """How many working days a request waits, or waited, for our first contact. Takes the row of a list too."""
    contact = request.first_contact_at
    return states.waited(request.received_on, london_day(contact) if contact else None, today)


def _decisions(db: Session, request_id: int) -> tuple[DecisionRow, ...]:
    rows = db.execute(DECISIONS, {"request_id": request_id}).all()
    undone = {row.undoes_id for row in rows}
    return tuple(
        DecisionRow(
            id=row.id,
            move=row.move,
            at=row.at,
            by=row.by or "",
            words=row.words,
            partner=row.partner or "",
            back_on=row.back_on,
            other_ref=row.other_ref or "",
            undoes=row.undoes_id is not None,
            undone=row.id in undone,
        )
        for row in rows
    )


def _previous(db: Session, request: SupportRequest) -> tuple[RelatedRecord, ...]:
    """Earlier sessions and plans of the partnership, latest first. The session that came of this request isn't earlier."""
    if request.partnership_id is None:
        return ()
    found = []
    for row in db.execute(SESSIONS, {"partnership_id": request.partnership_id, "request_id": request.id}):
        state = session_states.state(row.starts_at, row.held_on, row.cancelled_at)
        on = row.held_on or london_day(row.starts_at or row.made_at)
        found.append(RelatedRecord(row.id, "Draft session" if state is SessionState.DRAFT else f"Session {state.label.lower()}", on))
    for row in db.execute(PLANS, {"partnership_id": request.partnership_id}):
        words = "Action plan closed" if row.closed_on else "Action plan agreed" if row.agreed_on else "Action plan drafted"
        found.append(RelatedRecord(row.id, words, row.closed_on or row.agreed_on or london_day(row.made_at)))
    return tuple(sorted(found, key=lambda one: (one.on, one.id), reverse=True))


def _others(db: Session, request: SupportRequest, today: date) -> tuple[RelatedRecord, ...]:
    """Other requests of the same partnership or from the same address, latest first: what this one may repeat."""
    rows = db.execute(OTHERS, {"partnership_id": request.partnership_id, "email": request.email, "request_id": request.id})
    return tuple(
        RelatedRecord(
            row.id,
            f"{row.ref}, {row.name}, {states.effective_status(row.status, row.back_on, today).label.lower()}",
            row.received_on,
        )
        for row in rows
    )


def _proposal(db: Session, request: SupportRequest, actor: Actor) -> str:
    """What accepting makes, in one sentence with its reason."""
    try:
        proposal = proposal_for(db, request.id, actor=actor)
    except Refused as nothing:
        return f"Accepting makes a draft session without an agenda: {nothing.headline[:1].lower()}{nothing.headline[1:]}."
    titles = [item.title for item in proposal.items]
    shown = ", ".join(titles[:3]) + (f" and {len(titles) - 3} more" if len(titles) > 3 else "")
    why = proposal.why.removeprefix("Because ").rstrip(".")
    return f"Accepting makes a draft session, “{proposal.recipe_name}”, because {why}. It starts with {shown}."
