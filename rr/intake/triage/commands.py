"""Deciding a sign-up: which partnership it is from, what becomes of it, who it is assigned to, and undoing a decision."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import false, or_, select
from sqlmodel import col

from rr.access import Actor, Can, demand, reach
from rr.accounts.models import Account
from rr.clock import london_day
from rr.db import Session
from rr.errors import Invalid, NotFound, Refused
from rr.intake import rules
from rr.intake.models import Decision, SupportRequest
from rr.intake.references import one_at_a_time
from rr.intake.rules import UNDECIDED, Answer, Move, RequestStatus, Source, notice_shown
from rr.intake.states import effective_status
from rr.intake.triage.drafts import DecisionDraft
from rr.intake.triage.queries import TEAM
from rr.needs.models import SupportPartner
from rr.partnerships.commands import AddressBook, add_alias
from rr.partnerships.matching import normalise
from rr.partnerships.models import Consent, Contact
from rr.partnerships.queries import name_of, place_called
from rr.partnerships.rules import ConsentHow
from rr.plans.models import Action
from rr.sessions.commands import discard_draft, draft_session
from rr.sessions.models import Capture
from rr.sessions.queries import draft_of

OPEN = UNDECIDED | {RequestStatus.NOT_NOW}  # what a name that was matched may still be matched for


def choose_partnership(db: Session, request_id: int, partnership_id: int, *, actor: Actor, now: datetime) -> int:
    """Set the partnership of a request, and return how many requests that matched: others that wait under the same name go along.

    The name as it was written becomes an alias, so the next one matches by itself. Chosen again, the alias moves, and those that it
    took to the wrong partnership move with it. An accepted request keeps its partnership, since its session belongs to it.
    """
    demand(actor, Can.TRIAGE)
    one_at_a_time(db)
    request = reach(db, SupportRequest, request_id, actor, Can.TRIAGE)
    if request.status is RequestStatus.ACCEPTED:
        raise Refused("This request has been accepted for its partnership.", "Undo the acceptance first, then choose another.")
    name_of(db, partnership_id)
    if request.partnership_id == partnership_id:
        return 0
    written = normalise(request.area_text)
    also = []
    if written:
        alias = add_alias(db, partnership_id, request.area_text, actor=actor, now=now)
        home = col(SupportRequest.partnership_id)
        misled = home == request.partnership_id if alias is not None else false()  # by the same name, which means another place now
        along = select(SupportRequest).where(or_(home.is_(None), misled), col(SupportRequest.status).in_(sorted(OPEN)))
        found = db.execute(along.order_by(col(SupportRequest.id)).with_for_update()).scalars()
        also = [other for other in found if other.id != request.id and normalise(other.area_text) == written]
    moving = sorted((request, *also), key=lambda each: each.received_at)
    before = {other.contact_id for other in moving if other.contact_id is not None}
    for other in moving:
        _set_partnership(db, other, partnership_id)
    for contact_id in sorted(before):
        _forget_if_unused(db, contact_id)
    return len(moving)


def match_partnership(
    db: Session, request: SupportRequest, partnership_id: int | None = None, *, actor: Actor, now: datetime
) -> int | None:
    """Set the partnership of a sign-up that was just taken in, add the person to its contacts, and return its id.

    Without one given, the name as it was written decides, if it means one partnership for certain. Otherwise the sign-up waits for
    somebody to choose.
    """
    demand(actor, Can.SIGN_UP)
    found = place_called(db, request.area_text) if partnership_id is None else partnership_id
    if found is not None:
        _set_partnership(db, request, found)
    return found


def reject_as_spam(db: Session, request: SupportRequest, *, actor: Actor, now: datetime) -> int:
    """Mark a sign-up that the public form found to be a machine's, and return the decision's id."""
    demand(actor, Can.SIGN_UP)
    return _decided(db, request, Move.SPAM, RequestStatus.SPAM, {}, actor=actor, now=now).id


def decide(
    db: Session,
    request_id: int,
    move: Move,
    *,
    words: str = "",
    partner_id: int | None = None,
    back_on: date | None = None,
    duplicate_of_id: int | None = None,
    actor: Actor,
    now: datetime,
) -> int:
    """Decide a request, and return the decision's id. The one way by which a request's status changes.

    Invalid, under the field that `move.asks` names, without that answer; other answers aren't kept. Accepting makes a draft session, and
    is refused while no partnership is chosen.
    """
    if move.asks is Answer.OTHER_REQUEST:
        one_at_a_time(db)  # else two people could make each of two requests the duplicate of the other
    request = reach(db, SupportRequest, request_id, actor, Can.TRIAGE)
    today = london_day(now)
    then = rules.after(effective_status(request.status, request.back_on, today), move)
    draft = DecisionDraft(words=words, partner_id=partner_id, back_on=back_on, duplicate_of_id=duplicate_of_id)
    if move.asks is not None:
        _check(db, request, move.asks, draft, today)
    if move.makes_session and request.partnership_id is None:
        raise Refused("This request has no partnership yet.", "Choose its partnership first, then accept it.")
    decision = _decided(db, request, move, then, draft.model_dump(include={"words", move.asks or ""}), actor=actor, now=now)
    if move.is_first_contact:
        request.first_contact_at = request.first_contact_at or now
    if move.makes_session:
        draft_session(db, request.id, actor=actor, now=now)
    if move is Move.SPAM and request.contact_id is not None:  # nobody whom spam names is one of their people
        named, request.contact_id = request.contact_id, None
        _forget_if_unused(db, named)
    return decision.id


def undo(db: Session, decision_id: int, *, actor: Actor, now: datetime) -> int:
    """Take the last decision back, and return the id of the row that says so. What the decision changed is as it was before.

    Undoing an acceptance removes its draft session, and is refused once somebody edited that. Decisions are undone last one first.
    """
    demand(actor, Can.TRIAGE)
    decision = db.get(Decision, decision_id)
    if decision is None:
        raise NotFound("There is no such decision", "Open the request again.")
    request = reach(db, SupportRequest, decision.request_id, actor, Can.TRIAGE)
    standing = _last_standing(db, request.id)
    if standing is None or standing.id != decision_id:
        undone = decision.undoes_id is not None or _is_undone(db, decision_id)
        headline = "This was already undone." if undone else "Another decision was made since."
        raise Refused(headline, "Open the request again to see what is decided.")
    if decision.move.makes_session:
        draft = draft_of(db, request.id)
        if draft is not None:
            discard_draft(db, draft.session_id, actor=actor, now=now)
    back = Decision(
        request_id=request.id,
        move=decision.move,
        before=request.status,
        after=decision.before,
        before_first_contact_at=request.first_contact_at,
        before_back_on=request.back_on,
        undoes_id=decision.id,
        at=now,
        by_id=actor.account_id,
    )
    request.status = decision.before
    request.first_contact_at = decision.before_first_contact_at
    request.back_on = decision.before_back_on
    request.duplicate_of_id = None
    if decision.move is Move.SPAM:
        match_partnership(db, request, request.partnership_id, actor=actor, now=now)
    db.add(back)
    db.flush()
    return back.id


def assign(db: Session, request_id: int, account_id: int | None, *, actor: Actor, now: datetime) -> int:
    """Give a request to a person who triages, or to nobody (None). Returns the request's id."""
    request = reach(db, SupportRequest, request_id, actor, Can.TRIAGE)
    if account_id is not None:
        account = db.get(Account, account_id)
        if account is None or account.disabled_at is not None or account.role not in TEAM:
            raise Invalid({"account_id": "Choose a member of the support team who can sign in."})
    request.assigned_id = account_id
    return request_id


def _set_partnership(db: Session, request: SupportRequest, partnership_id: int) -> None:
    """Set it, and add the person to its contacts. Nobody whom spam names is one of their people."""
    request.partnership_id, request.contact_id = partnership_id, None
    if request.status is RequestStatus.SPAM:
        return
    book = AddressBook(db, [partnership_id])
    contact = book.know(
        partnership_id,
        name=request.name,
        role=request.role,
        email=request.email,
        phone=request.phone,
        told_at=request.received_at,
        agreed_contact=request.consent_contact,
        agreed_share=request.consent_share,
        how=ConsentHow.TELEPHONE if request.source is Source.TELEPHONE else ConsentHow.SIGN_UP,
        notice=notice_shown(request.source, request.received_on),
    )
    book.flush()
    request.contact_id = contact.id
    db.flush()


def _forget_if_unused(db: Session, contact_id: int) -> None:
    """Remove a person from a partnership that was chosen by mistake, unless something else there names them."""
    db.flush()
    for table, column in (
        (SupportRequest, SupportRequest.contact_id),
        (Capture, Capture.lead_contact_id),
        (Action, Action.lead_contact_id),
    ):
        if db.execute(select(col(table.id)).where(col(column) == contact_id).limit(1)).first() is not None:
            return
    contact = db.get(Contact, contact_id)
    if contact is not None:
        for consent in db.execute(select(Consent).where(col(Consent.contact_id) == contact_id)).scalars():
            db.delete(consent)
        db.flush()
        db.delete(contact)


def _decided(
    db: Session, request: SupportRequest, move: Move, then: RequestStatus, answers: Mapping[str, Any], *, actor: Actor, now: datetime
) -> Decision:
    decision = Decision(
        request_id=request.id,
        move=move,
        before=request.status,
        after=then,
        before_first_contact_at=request.first_contact_at,
        before_back_on=request.back_on,
        **answers,
        at=now,
        by_id=actor.account_id,
    )
    if move.to is not None:
        request.status, request.back_on, request.duplicate_of_id = then, decision.back_on, decision.duplicate_of_id
    db.add(decision)
    db.flush()
    return decision


def _check(db: Session, request: SupportRequest, asked: Answer, draft: DecisionDraft, today: date) -> None:
    """Refuse a decision without the answer that it asks for."""
    match asked:
        case Answer.QUESTION:
            is_answered = bool(draft.words)
        case Answer.WHERE_TO:
            is_answered = bool(draft.words) if draft.partner_id is None else db.get(SupportPartner, draft.partner_id) is not None
        case Answer.BACK_ON:
            is_answered = draft.back_on is not None and draft.back_on > today
        case Answer.OTHER_REQUEST:
            other_id = draft.duplicate_of_id
            is_answered = other_id is not None and other_id != request.id and _may_be_repeated(db, other_id)
    if not is_answered:
        raise Invalid({asked: asked.missing})


def _may_be_repeated(db: Session, request_id: int) -> bool:
    """Whether there is such a request. Refuses one that would take both out of sight."""
    other = db.get(SupportRequest, request_id)
    if other is None:
        return False
    if other.status is RequestStatus.SPAM:
        raise Invalid({"duplicate_of_id": f"{other.ref} is marked as spam, so both would be lost. Undo that first, or choose another."})
    if other.status is RequestStatus.DUPLICATE:
        raise Invalid({"duplicate_of_id": f"{other.ref} is a duplicate itself. Choose the request that it repeats."})
    return True


def _last_standing(db: Session, request_id: int) -> Decision | None:
    """The last decision that isn't undone and undoes nothing."""
    undone = select(col(Decision.undoes_id)).where(col(Decision.request_id) == request_id, col(Decision.undoes_id).is_not(None))
    return db.execute(
        select(Decision)
        .where(col(Decision.request_id) == request_id, col(Decision.undoes_id).is_(None), col(Decision.id).not_in(undone))
        .order_by(col(Decision.id).desc())
        .limit(1)
    ).scalar_one_or_none()


def _is_undone(db: Session, decision_id: int) -> bool:
    return db.execute(select(col(Decision.id)).where(col(Decision.undoes_id) == decision_id)).first() is not None
