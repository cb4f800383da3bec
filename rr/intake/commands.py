"""Sign-ups that come in one by one: from the public form, and by telephone."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from rr.access import Actor, Can, demand
from rr.db import Session
from rr.errors import Invalid
from rr.intake.drafts import CallDraft, SignUpDraft
from rr.intake.models import SupportRequest, new_request, topics_of
from rr.intake.references import next_number, one_at_a_time, reference
from rr.intake.rules import Move, Source
from rr.intake.triage.commands import decide, match_partnership, reject_as_spam
from rr.toolkit.models import Topic


def sign_up(db: Session, answers: Mapping[str, Any], *, source: Source, spam: bool = False, actor: Actor, now: datetime) -> str:
    """Add a sign-up of these answers and return its reference. Invalid, by the fields of `SignUpDraft`, for what the person can put right.

    With `spam` (the form's trap was filled) whatever came is kept and marked as spam, without a word to whoever sent it.
    """
    demand(actor, Can.SIGN_UP)
    known = set(db.execute(select(col(Topic.code))).scalars())
    if unknown := sorted(set(answers.get("topics", ())) - known):
        if not spam:
            raise Invalid({"topics": f"Choose from the list: {', '.join(unknown)} isn't on it."})
        answers = {**answers, "topics": tuple(topic for topic in answers["topics"] if topic in known)}
    draft, remarks = SignUpDraft.keep(answers) if spam else SignUpDraft.understand(answers)
    request = _add(db, draft, remarks, source=source, now=now)
    if spam:
        reject_as_spam(db, request, actor=actor, now=now)
    else:
        match_partnership(db, request, actor=actor, now=now)
    return request.ref


def log_call(db: Session, *, actor: Actor, now: datetime, **said: Any) -> str:
    """Add what somebody said on the telephone, by the fields of `CallDraft`, as a request like any other, and return its reference.

    The call is our first contact. `caller` holds the name, and the number or address ("Nia Larkin, 07700 900123").
    """
    demand(actor, Can.TRIAGE)
    call = CallDraft(**said)
    draft, remarks = SignUpDraft.keep(call.answers())
    request = _add(db, draft, remarks, source=Source.TELEPHONE, now=now)
    match_partnership(db, request, actor=actor, now=now)
    decide(db, request.id, Move.CONTACTED, words="They called us.", actor=actor, now=now)
    return request.ref


def _add(db: Session, draft: SignUpDraft, remarks: Iterable[str], *, source: Source, now: datetime) -> SupportRequest:
    one_at_a_time(db)
    request = new_request(draft, ref=reference(next_number(db)), source=source, received_at=now, remarks=remarks)
    db.add(request)
    db.flush()
    db.add_all(topics_of(request, draft))
    return request
