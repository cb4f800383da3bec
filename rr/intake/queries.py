"""One request with all that a decision needs: what was said, what is known of the partnership, and what could be done."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased
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
from rr.partnerships.queries import Place, likely_places
from rr.partnerships.rules import ContactRole
from rr.plans.models import ActionPlan
from rr.sessions import states as session_states
from rr.sessions.agenda.queries import proposal_for
from rr.sessions.models import SupportSession
from rr.sessions.queries import draft_of
from rr.sessions.states import SessionState
from rr.toolkit.queries import topics as topic_labels


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
    suggestions: tuple[Place, ...]
    proposes: str

    @property
    def role_label(self) -> str:
        return role_label(self.role, self.role_text)


def detail(db: Session, request_id: int, *, actor: Actor, today: date) -> Detail:
    """One request with what was said, decided and known before, and what accepting it would make. NotFound for what isn't theirs."""
    row = reach(db, SupportRequest, request_id, actor, Can.READ_REQUESTS)
    partnership = db.get(Partnership, row.partnership_id) if row.partnership_id else None
    status = states.effective_status(row.status, row.back_on, today)
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
        topics=ticked(db, [row.id]).get(row.id, ()),
        remarks=tuple(line for line in row.remarks.splitlines() if line),
        waited=waited(row, today),
        contacted_at=row.first_contact_at,
        assigned=assigned.name if assigned else "",
        money_remaining=partnership.money_remaining if partnership else None,
        moves=rules.moves(status) if can_triage else (),
        decisions=decisions,
        undo_id=standing_ones[-1].id if standing_ones and can_triage else None,
        session_id=draft.session_id if draft else None,
        before=_before(db, row),
        others=_others(db, row, today),
        suggestions=() if partnership else likely_places(db, row.area_text),
        proposes=_proposes(db, row, actor) if partnership and Move.ACCEPT in rules.moves(status) else "",
    )


def session_of(db: Session, request_id: int, *, actor: Actor) -> int | None:
    """The draft session that accepting this request made, if it stands."""
    demand(actor, Can.TRIAGE)
    draft = draft_of(db, request_id)
    return draft.session_id if draft else None


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


def ticked(db: Session, ids: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """The labels of the topics of these requests, in the list's order. Two statements."""
    labels = topic_labels(db)
    codes: dict[int, set[str]] = {}
    rows = db.execute(select(col(RequestTopic.request_id), col(RequestTopic.topic)).where(col(RequestTopic.request_id).in_(list(ids))))
    for row in rows:
        codes.setdefault(row.request_id, set()).add(row.topic)
    return {number: tuple(label for code, label in labels.items() if code in ticked) for number, ticked in codes.items()}


def role_label(role: ContactRole | None, written: str) -> str:
    """The role as people read it; their own words where the list had none for it."""
    if role is None or role is ContactRole.OTHER:
        return written or (role.label if role else "")
    return role.label


def waited(request: Any, today: date) -> int:
    """How many working days a request waits, or waited, for our first contact. Takes the row of a list too."""
    contact = request.first_contact_at
    return states.waited(request.received_on, london_day(contact) if contact else None, today)


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


def _before(db: Session, request: SupportRequest) -> tuple[Earlier, ...]:
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
        state = session_states.state(row.starts_at, row.held_on, row.cancelled_at)
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
            f"{row.ref}, {row.name}, {states.effective_status(row.status, row.back_on, today).label.lower()}",
            row.received_on,
        )
        for row in rows
    )


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
