"""The public sign-up form: plain HTML, nothing typed is lost, and the same form sent five times is one request."""

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import partial
from secrets import token_hex
from typing import Any

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response

from rr import db
from rr.access import PUBLIC, Actor
from rr.accounts.commands import count_sign_up
from rr.base import clean
from rr.days import say
from rr.db import Session
from rr.errors import Invalid, Refused
from rr.gesture import perform
from rr.intake import cleaning, commands
from rr.intake.form import FIELD, SignUpDraft
from rr.intake.rules import Format, PartnershipKnows, Source
from rr.partnerships.queries import places
from rr.partnerships.rules import ContactRole
from rr.toolkit.queries import topics
from rr.web.forms import Posted, posted, sender
from rr.web.render import page

HONEYPOT = "comments"  # people don't see it and browsers don't fill it in; a name that programs like
PRIVACY_NOTICE_OF = date(2026, 11, 22)  # change it with the words of the notice in signup.html
TEXTS = ("area_text", "name", "role_text", "email", "phone", "words", "prompted_by", "people", "newcomers", "access_needs", "avoid")
CHOICES = ("role", "format", "partnership_knows", "consent_contact", "consent_share")
WANTED = {
    "area_text": "Enter the name of your Big Local area.",
    "name": "Enter your name.",
    "words": "Tell us in a few words what support you are looking for.",
}
NO_EMAIL = "Enter a full e-mail address, like name@example.org."
NO_PHONE = "Enter a phone number, like 01632 960001 or 07700 900982."
NO_WAY_TO_REACH = "Enter an e-mail address or a phone number, so that we can reach you."
NO_CONSENT = "Tick this box, so that we may get in touch with you."
_KEY = re.compile(r"[0-9a-f]{32}")


async def sign_up(request: Request) -> Response:
    """GET shows the form. POST sends it and answers with the reference, or with the form as it was filled in and what to put right."""
    lists = await to_thread.run_sync(_lists)
    if request.method != "POST":
        return _form(Posted({}), lists, key=token_hex(16))
    form = await posted(request)
    key = form["form_key"] if _KEY.fullmatch(form["form_key"]) else token_hex(16)
    draft, errors = read(form, known_topics={code for code, _label in lists["topics"]})
    if errors:
        return _form(form, lists, key=key, errors=errors, status=400)
    given = {"draft": draft, "spam": bool(form[HONEYPOT].strip()), "address": sender(request)}
    try:
        ref = await to_thread.run_sync(partial(perform, send, actor=PUBLIC, key=key_of(key, form), **given))
    except Invalid as refusal:
        return _form(form, lists, key=key, errors=refusal.errors, status=400)
    except Refused as refusal:
        return _form(form, lists, key=key, errors={"": f"{refusal.headline}. {refusal.way_forward}"}, status=429)
    return page("signed_up.html", ref=ref, by="phone" if not draft.email else "e-mail")


def send(db: Session, *, draft: SignUpDraft, spam: bool, address: str, actor: Actor, now: datetime) -> str:
    """Take a sign-up from the form and return its reference. Counts it against its sender's address, in the same transaction."""
    count_sign_up(db, address, actor=actor, now=now)
    return commands.sign_up(db, draft, source=Source.FORM, spam=spam, actor=actor, now=now)


def key_of(key: str, form: Posted) -> str:
    """The key under which a form counts as sent: the one it was drawn with and what it says.

    So the same form sent again is one request, but one that was gone back to and corrected isn't taken for the first.
    """
    said = json.dumps([key, sorted((name, form.all(name)) for name in form)])
    return hashlib.sha256(said.encode()).hexdigest()


def read(form: Posted, known_topics: set[str]) -> tuple[SignUpDraft, dict[str, str]]:
    """What a posted form says, and a sentence for each field that has to be put right, in the order of the form.

    `known_topics` are the codes that there are: others, and choices that aren't on the form, can only be forged and are dropped.
    """
    errors: dict[str, str] = {}
    said = {name: _text(form, name, errors) for name in TEXTS}
    email, phone = cleaning.email(said["email"]).value, cleaning.phone(said["phone"]).value
    role = _choice(ContactRole, form["role"])
    draft = SignUpDraft(
        area_text=said["area_text"],
        name=said["name"],
        role=role,
        role_text=said["role_text"] if role is ContactRole.OTHER else "",
        email=email or "",
        phone=phone or "",
        phone_text=said["phone"],
        words=said["words"],
        prompted_by=said["prompted_by"],
        topics=tuple(dict.fromkeys(code for code in form.all("topics") if code in known_topics)),
        people=cleaning.whole_number(said["people"]).value,
        people_text=said["people"],
        newcomers=cleaning.whole_number(said["newcomers"]).value,
        newcomers_text=said["newcomers"],
        format=_choice(Format, form["format"]),
        access_needs=said["access_needs"],
        avoid=said["avoid"],
        partnership_knows=_choice(PartnershipKnows, form["partnership_knows"]),
        consent_contact=form["consent_contact"] == "yes",
        consent_share=form["consent_share"] == "yes",
    )
    for name, sentence in WANTED.items():
        if not said[name]:
            errors.setdefault(name, sentence)
    if said["email"] and not email:
        errors.setdefault("email", NO_EMAIL)
    if said["phone"] and not phone:
        errors.setdefault("phone", NO_PHONE)
    if not said["email"] and not said["phone"]:
        errors.setdefault("email", NO_WAY_TO_REACH)
    if not draft.consent_contact:
        errors["consent_contact"] = NO_CONSENT
    return draft, {name: errors[name] for name in (*FIELD, "role_text") if name in errors}


def _text(form: Posted, name: str, errors: dict[str, str]) -> str:
    limit = FIELD[name].limit if name in FIELD else FIELD["role"].limit
    try:
        text = clean(form[name], limit, name)
    except Invalid as refusal:
        errors |= refusal.errors
        return form[name].strip()[:limit]
    return text if limit > FIELD["name"].limit else " ".join(text.split())


def _choice(kind: Any, value: str) -> Any:
    return kind(value) if value in {member.value for member in kind} else None


def _lists() -> dict[str, Any]:
    """What the form offers: the areas to choose from and the topics. Names of areas are public."""
    with db.reading() as session:
        return {"areas": [(place.name, place.region) for place in places(session)], "topics": list(topics(session).items())}


def _form(form: Posted, lists: Mapping[str, Any], *, key: str, errors: dict[str, str] | None = None, status: int = 200) -> Response:
    typed = {name: form[name] for name in (*TEXTS, *CHOICES)} | {"topics": form.all("topics")}
    return page(
        "signup.html",
        status=status,
        cache="private, no-cache",  # a browser that goes back shows what was typed
        fields=FIELD,
        typed=typed,
        errors=errors or {},
        form_key=key,
        honeypot=HONEYPOT,
        areas=lists["areas"],
        topics=lists["topics"],
        roles=list(ContactRole),
        formats=[(kind.value, kind.label) for kind in Format],
        knows=[(kind.value, kind.label) for kind in PartnershipKnows],
        notice_of=say(PRIVACY_NOTICE_OF),
    )
