"""Taking a sign-up in, saying whose it is, and deciding it."""

from datetime import date, datetime

from sqlalchemy import false, or_, select
from sqlmodel import col

from rr import contact_details
from rr.access import Actor, Can, demand, reach
from rr.accounts.models import Account, Role
from rr.base import LONG, clean
from rr.clock import london_day
from rr.db import Session
from rr.errors import Invalid, NotFound, Refused
from rr.intake import rules
from rr.intake.form import SignUpDraft
from rr.intake.models import Decision, SupportRequest
from rr.intake.rules import Answer, Move, RequestStatus, Source
from rr.intake.states import effective_status
from rr.intake.taking import checked, cut_to_fit, new_request, next_number, one_at_a_time, reference, remarks_on, topics_of, who_and_how
from rr.needs.models import SupportPartner
from rr.partnerships.commands import AddressBook, add_alias
from rr.partnerships.matching import normalise
from rr.partnerships.models import Contact
from rr.partnerships.queries import name_of, place_called
from rr.plans.models import Action
from rr.sessions.commands import discard_draft, draft_session
from rr.sessions.models import Capture
from rr.sessions.queries import draft_of
from rr.toolkit.models import Topic

OPEN = (RequestStatus.NEW, RequestStatus.WAITING_FOR_THEM, RequestStatus.NOT_NOW)


def sign_up(db: Session, draft: SignUpDraft, *, source: Source, spam: bool = False, actor: Actor, now: datetime) -> str:
    """Take a sign-up in and return its reference. Invalid, by the draft's field names, for what the person can put right.

    With `spam` (the form's trap was filled) whatever came is kept and marked as spam, without a word to whoever sent it.
    """
    demand(actor, Can.SIGN_UP)
    topics = db.execute(select(col(Topic.code))).scalars().all()
    draft = cut_to_fit(draft, topics) if spam else checked(draft, topics)
    request = _take(db, draft, source=source, actor=actor, now=now)
    if spam:
        _decided(db, request, Move.SPAM, RequestStatus.SPAM, actor=actor, now=now)
    else:
        _match(db, request)
    return request.ref


def log_call(
    db: Session,
    *,
    name: str,
    phone_or_email: str = "",
    words: str,
    area_text: str = "",
    partnership_id: int | None = None,
    actor: Actor,
    now: datetime,
) -> str:
    """Take in what somebody said on the telephone, as a request like any other, and return its reference.

    The call is our first contact. `name` may hold the number or address too ("Nia Larkin, 07700 900123").
    Invalid under area_text, name, phone_or_email or words.
    """
    demand(actor, Can.TRIAGE)
    if partnership_id is not None:
        area_text = name_of(db, partnership_id)
    who, how = (name, phone_or_email) if phone_or_email.strip() else who_and_how(name)
    email, phone = contact_details.email(how).value or "", contact_details.phone(how).value or ""
    errors = {}
    if not clean(area_text, LONG):
        errors["area_text"] = "Choose the area, or write the name that they said."
    if not clean(who, LONG):
        errors["name"] = "Write who called."
    if not email and not phone:
        errors["phone_or_email"] = "Write a phone number or an e-mail address with it, so that we can get back to them."
    if not clean(words, LONG, "words"):
        errors["words"] = "Write what they said. One line is enough."
    if errors:
        raise Invalid(errors)
    draft = SignUpDraft(area_text=area_text, name=who, email=email, phone=phone, phone_text=how if phone else "", words=words)
    topics = db.execute(select(col(Topic.code))).scalars().all()
    request = _take(db, checked(draft, topics), source=Source.TELEPHONE, actor=actor, now=now)
    if partnership_id is not None:
        request.partnership_id = partnership_id
        _know(db, request)
    else:
        _match(db, request)
    _decided(db, request, Move.CONTACTED, RequestStatus.NEW, actor=actor, now=now, words="They called us.")
    request.first_contact_at = now
    return request.ref


def choose_partnership(db: Session, request_id: int, partnership_id: int, *, actor: Actor, now: datetime) -> int:
    """Say whose sign-up it is, and return how many requests that matched: others that wait under the same name go along.

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
        along = select(SupportRequest).where(or_(home.is_(None), misled), col(SupportRequest.status).in_(OPEN))
        found = db.execute(along.order_by(col(SupportRequest.id)).with_for_update()).scalars()
        also = [other for other in found if other.id != request.id and normalise(other.area_text) == written]
    moving = sorted((request, *also), key=lambda each: each.received_at)
    before = {other.contact_id for other in moving if other.contact_id is not None}
    for other in moving:
        other.partnership_id, other.contact_id = partnership_id, None
        if other.status is not RequestStatus.SPAM:
            _know(db, other)
    for contact_id in sorted(before):
        _forget_if_unused(db, contact_id)
    return len(moving)


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

    Asks for no more than `rules.needs(move)` says, as Invalid under words, partner_id, back_on or duplicate_of_id. Accepting makes a
    draft session, and is refused while no partnership is chosen.
    """
    need = rules.needs(move)
    if need is Answer.OTHER_REQUEST:
        one_at_a_time(db)  # else two people could make each of two requests the duplicate of the other
    request = reach(db, SupportRequest, request_id, actor, Can.TRIAGE)
    today = london_day(now)
    then = rules.after(effective_status(request.status, request.back_on, today), move)
    words = clean(words, LONG, "words")
    if need is Answer.QUESTION and not words:
        raise Invalid({"words": "Write what we asked them, so that the next person knows what we wait for."})
    if need is Answer.WHERE_TO:
        _check_where_to(db, partner_id, words)
    if need is Answer.BACK_ON and (back_on is None or back_on <= today):
        raise Invalid({"back_on": "Choose a day after today: that day it comes back as new."})
    if need is Answer.OTHER_REQUEST:
        _check_other(db, request, duplicate_of_id)
    if move is Move.ACCEPT and request.partnership_id is None:
        raise Refused("This request has no partnership yet.", "Choose whose it is first: the likeliest are on its card. Then accept it.")
    decision = _decided(
        db,
        request,
        move,
        then,
        actor=actor,
        now=now,
        words=words,
        partner_id=partner_id if need is Answer.WHERE_TO else None,
        back_on=back_on if need is Answer.BACK_ON else None,
        duplicate_of_id=duplicate_of_id if need is Answer.OTHER_REQUEST else None,
    )
    if rules.is_first_contact(move):
        request.first_contact_at = request.first_contact_at or now
    if move is Move.ACCEPT:
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
        raise NotFound("That decision isn't here", "Open the request again.")
    request = reach(db, SupportRequest, decision.request_id, actor, Can.TRIAGE)
    standing = _last_standing(db, request.id)
    if standing is None or standing.id != decision_id:
        undone = decision.undoes_id is not None or _is_undone(db, decision_id)
        headline = "This was undone already." if undone else "Something else was decided since."
        raise Refused(headline, "Open the request again to see how it stands.")
    if decision.move is Move.ACCEPT:
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
    if decision.move is Move.SPAM and request.partnership_id is None:
        _match(db, request)
    elif decision.move is Move.SPAM:
        _know(db, request)
    db.add(back)
    db.flush()
    return back.id


def assign(db: Session, request_id: int, account_id: int | None, *, actor: Actor, now: datetime) -> int:
    """Give a request to a person who triages, or to nobody (None). Returns the request's id."""
    request = reach(db, SupportRequest, request_id, actor, Can.TRIAGE)
    if account_id is not None:
        account = db.get(Account, account_id)
        if account is None or account.disabled_at is not None or account.role not in (Role.SUPPORT, Role.MANAGER):
            raise Invalid({"account_id": "Choose somebody of the support team who can sign in."})
    request.assigned_id = account_id
    return request_id


def _take(db: Session, draft: SignUpDraft, *, source: Source, actor: Actor, now: datetime) -> SupportRequest:
    one_at_a_time(db)
    request = new_request(draft, ref=reference(next_number(db)), source=source, received_at=now, remarks=remarks_on(draft))
    db.add(request)
    db.flush()
    db.add_all(topics_of(request, draft))
    return request


def _match(db: Session, request: SupportRequest) -> None:
    """Set the partnership that the name means for certain, and know the person there. Otherwise it waits for somebody to choose."""
    request.partnership_id = place_called(db, request.area_text)
    _know(db, request)


def _know(db: Session, request: SupportRequest) -> None:
    if request.partnership_id is None:
        return
    contact = AddressBook(db, [request.partnership_id]).know(
        request.partnership_id,
        name=request.name,
        role=request.role,
        email=request.email,
        phone=request.phone,
        told_at=request.received_at,
        agreed_contact=request.consent_contact,
        agreed_share=request.consent_share,
    )
    db.flush()
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
        db.delete(contact)


def _decided(
    db: Session,
    request: SupportRequest,
    move: Move,
    then: RequestStatus,
    *,
    actor: Actor,
    now: datetime,
    words: str = "",
    partner_id: int | None = None,
    back_on: date | None = None,
    duplicate_of_id: int | None = None,
) -> Decision:
    decision = Decision(
        request_id=request.id,
        move=move,
        before=request.status,
        after=then,
        before_first_contact_at=request.first_contact_at,
        before_back_on=request.back_on,
        words=words,
        partner_id=partner_id,
        back_on=back_on,
        duplicate_of_id=duplicate_of_id,
        at=now,
        by_id=actor.account_id,
    )
    if move is not Move.CONTACTED:  # which leaves everything as it stands
        request.status, request.back_on, request.duplicate_of_id = then, back_on, duplicate_of_id
    db.add(decision)
    db.flush()
    return decision


def _check_where_to(db: Session, partner_id: int | None, words: str) -> None:
    if partner_id is None and not words:
        raise Invalid({"partner_id": "Choose a support partner, or write who else can help them."})
    if partner_id is not None and db.get(SupportPartner, partner_id) is None:
        raise Invalid({"partner_id": "Choose a support partner from the list."})


def _check_other(db: Session, request: SupportRequest, other_id: int | None) -> None:
    other = db.get(SupportRequest, other_id) if other_id is not None else None
    if other is None or other.id == request.id:
        raise Invalid({"duplicate_of_id": "Choose the request that this one repeats."})
    if other.status is RequestStatus.SPAM:
        raise Invalid({"duplicate_of_id": f"{other.ref} is marked as spam, so both would be lost. Undo that first, or choose another."})
    if other.status is RequestStatus.DUPLICATE:
        raise Invalid({"duplicate_of_id": f"{other.ref} is a duplicate itself. Choose the request that it repeats."})


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
