"""What every way in has in common: its number, its place in the queue, and the row that is made of a sign-up."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

import phonenumbers
from sqlalchemy import func, select
from sqlmodel import col

from rr.base import LINE, LONG, SHORT, clean, fold
from rr.clock import london_day
from rr.db import Session
from rr.errors import Invalid
from rr.intake import cleaning
from rr.intake.form import FIELD, SignUpDraft
from rr.intake.models import RequestTopic, SupportRequest
from rr.intake.rules import Source

PREFIX = "RR-"
ONE_AT_A_TIME = 7_220_001  # the number of our lock in PostgreSQL; any that nothing else uses
LIMITS = {
    **{name: FIELD[name].limit for name in ("area_text", "name", "words", "prompted_by", "access_needs", "avoid")},
    **dict.fromkeys(("role_text", "phone_text", "people_text", "newcomers_text"), LINE),
}
WANTED = {
    "area_text": "Enter your Big Local area.",
    "name": "Enter your name.",
    "words": "Tell us about the support you are looking for. One line is enough.",
}
_EMAIL = re.compile(r"[^\s,;<>()]+@[^\s,;<>()]+")
_AT_THE_ENDS = " \n\t,;:/–—-()<>"


def one_at_a_time(db: Session) -> None:
    """Wait until no other transaction takes sign-ups in or matches them; holds until this one ends.

    References stay consecutive and an entry that two people import at once is taken once. SQLite has one writer anyway.
    """
    if db.get_bind().dialect.name == "postgresql":
        db.execute(select(func.pg_advisory_xact_lock(ONE_AT_A_TIME)))


def next_number(db: Session) -> int:
    """The number of the next reference. Only good after `one_at_a_time`."""
    last = db.execute(select(col(SupportRequest.ref)).order_by(col(SupportRequest.id).desc()).limit(1)).scalar_one_or_none()
    return int(last.removeprefix(PREFIX)) + 1 if last else 1


def reference(number: int) -> str:
    return f"{PREFIX}{number:04}"


def new_request(
    draft: SignUpDraft,
    *,
    ref: str,
    source: Source,
    received_at: datetime,
    entry_id: str = "",
    remarks: Iterable[str] = (),
    answers: dict[str, Any] | None = None,
) -> SupportRequest:
    """The row for a sign-up whose texts are clean and fit. Without an entry id of its own the reference stands in for it."""
    said = vars(draft).copy()
    said.pop("topics")
    return SupportRequest(
        **said,
        ref=ref,
        source=source,
        entry_id=entry_id or ref,
        received_at=received_at,
        received_on=london_day(received_at),
        folded=fold(draft.name)[:LINE],
        remarks="\n".join(remarks)[:LONG],
        answers=answers or {},
    )


def topics_of(request: SupportRequest, draft: SignUpDraft) -> list[RequestTopic]:
    return [RequestTopic(request_id=request.id, topic=topic) for topic in draft.topics]


def checked(draft: SignUpDraft, topics: Iterable[str]) -> SignUpDraft:
    """The sign-up with its texts cleaned, fit to be kept. Invalid, by the draft's field names, for what people can put right."""
    texts, errors = _texts(draft)
    email, phone = cleaning.email(draft.email).value or "", cleaning.phone(draft.phone or draft.phone_text).value or ""
    errors |= _unreachable(draft, email, phone)
    for name in ("people", "newcomers"):
        number = getattr(draft, name)
        if number is not None and not 0 <= number <= cleaning.MOST_PEOPLE:
            errors[name] = f"Enter a number from 0 to {cleaning.MOST_PEOPLE:,}."
    if unknown := set(draft.topics) - set(topics):
        errors["topics"] = f"Choose from the list: {', '.join(sorted(unknown))} isn't on it."
    if errors:
        raise Invalid(errors)
    return replace(draft, **texts, email=email, phone=phone, topics=tuple(dict.fromkeys(draft.topics)))


def _texts(draft: SignUpDraft) -> tuple[dict[str, Any], dict[str, str]]:
    texts: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for name, limit in LIMITS.items():
        try:
            texts[name] = clean(getattr(draft, name), limit, name)
        except Invalid as too_long:
            errors |= too_long.errors
    return texts, errors | {name: sentence for name, sentence in WANTED.items() if not texts.get(name, "too long")}


def _unreachable(draft: SignUpDraft, email: str, phone: str) -> dict[str, str]:
    errors = {}
    if draft.email.strip() and not email:
        errors["email"] = "Enter an e-mail address, like name@example.org."
    if (draft.phone or draft.phone_text).strip() and not phone:
        errors["phone"] = "Enter a phone number, like 07700 900123."
    return errors if errors or email or phone else {"email": "Enter an e-mail address or a phone number, so that we can reply."}


def cut_to_fit(draft: SignUpDraft, topics: Iterable[str]) -> SignUpDraft:
    """Whatever a machine filled in, cut so that it can be kept: it is told nothing, so it is refused nothing."""
    texts: dict[str, Any] = {name: cleaning.text(getattr(draft, name), limit) for name, limit in LIMITS.items()}
    known = tuple(topic for topic in dict.fromkeys(draft.topics) if topic in set(topics))
    fits: dict[str, Any] = {
        name: number if number is None or 0 <= number <= cleaning.MOST_PEOPLE else None
        for name, number in (("people", draft.people), ("newcomers", draft.newcomers))
    }
    return replace(draft, **texts, **fits, email=cleaning.text(draft.email, LINE), phone=cleaning.text(draft.phone, SHORT), topics=known)


def remarks_on(draft: SignUpDraft) -> list[str]:
    """What was written and couldn't be understood, a sentence for each, for a sign-up that came without a file's remarks."""
    said = (
        ("role", draft.role is None, cleaning.role(draft.role_text)),
        ("people", draft.people is None, cleaning.whole_number(draft.people_text)),
        ("newcomers", draft.newcomers is None, cleaning.whole_number(draft.newcomers_text)),
    )
    return [f"{FIELD[name].short}: {understood.remark}" for name, unclear, understood in said if unclear and understood.remark]


def who_and_how(text: str) -> tuple[str, str]:
    """A caller's name, and their address or number: "Nia Larkin, 07700 900123". Either may be empty."""
    found = _EMAIL.search(text)
    numbers = phonenumbers.PhoneNumberMatcher(text, "GB", phonenumbers.Leniency.POSSIBLE)
    span = found.span() if found else next(((number.start, number.end) for number in numbers), None)
    if span is None:
        return text.strip(_AT_THE_ENDS), ""
    start, end = span
    rest = " ".join(part.strip(_AT_THE_ENDS) for part in (text[:start], text[end:]))
    return rest.strip(), text[start:end].strip(_AT_THE_ENDS)
