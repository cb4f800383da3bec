"""Sign-ups that come in one by one: from the public form, and by telephone."""

from datetime import datetime

from sqlalchemy import select
from sqlmodel import col

from rr.access import Actor, Can, demand
from rr.base import LONG, clean
from rr.db import Session
from rr.errors import Invalid
from rr.intake import cleaning
from rr.intake.form import SignUpDraft
from rr.intake.models import SupportRequest
from rr.intake.rules import Move, Source
from rr.intake.taking import checked, cut_to_fit, new_request, next_number, one_at_a_time, reference, remarks_on, topics_of, who_and_how
from rr.intake.triage.commands import decide, match_partnership, reject_as_spam
from rr.partnerships.queries import name_of
from rr.toolkit.models import Topic


def sign_up(db: Session, draft: SignUpDraft, *, source: Source, spam: bool = False, actor: Actor, now: datetime) -> str:
    """Take a sign-up in and return its reference. Invalid, by the draft's field names, for what the person can put right.

    With `spam` (the form's trap was filled) whatever came is kept and marked as spam, without a word to whoever sent it.
    """
    demand(actor, Can.SIGN_UP)
    topics = db.execute(select(col(Topic.code))).scalars().all()
    draft = cut_to_fit(draft, topics) if spam else checked(draft, topics)
    request = _take(db, draft, source=source, actor=actor, now=now)
    if spam:
        reject_as_spam(db, request, actor=actor, now=now)
    else:
        match_partnership(db, request, actor=actor, now=now)
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
    email, phone = cleaning.email(how).value or "", cleaning.phone(how).value or ""
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
    match_partnership(db, request, partnership_id, actor=actor, now=now)
    decide(db, request.id, Move.CONTACTED, words="They called us.", actor=actor, now=now)
    return request.ref


def _take(db: Session, draft: SignUpDraft, *, source: Source, actor: Actor, now: datetime) -> SupportRequest:
    one_at_a_time(db)
    request = new_request(draft, ref=reference(next_number(db)), source=source, received_at=now, remarks=remarks_on(draft))
    db.add(request)
    db.flush()
    db.add_all(topics_of(request, draft))
    return request
