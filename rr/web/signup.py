"""The public sign-up form: plain HTML, nothing typed is lost, and the same form sent five times is one request."""

import hashlib
import json
import re
from collections.abc import Collection, Mapping
from datetime import datetime
from functools import partial
from secrets import token_hex
from typing import Any

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response

from rr import db
from rr.access import PUBLIC, Actor
from rr.accounts.throttle.commands import count_sign_up
from rr.base import LONG
from rr.days import say
from rr.db import Session
from rr.drafts import FormField
from rr.errors import Invalid, Refused
from rr.gesture import perform
from rr.intake import commands
from rr.intake.drafts import REACH, SignUpDraft
from rr.intake.rules import PRIVACY_NOTICE_OF, Source
from rr.partnerships.queries import places
from rr.partnerships.rules import ContactRole
from rr.toolkit.queries import topics
from rr.web.forms import Posted, posted, sender
from rr.web.render import page

HONEYPOT = "comments"  # people don't see it and browsers don't fill it in; a name that programs like
SECTIONS = {  # of the form, by the question that each begins with: its id and its heading
    "area_text": ("about-you", "You and your partnership"),
    "words": ("support", "What you are looking for"),
    "people": ("practical", "Practical things"),
    "consent_contact": ("agreement", "Your agreement"),
}
LOOKS: dict[str, dict[str, Any]] = {  # of a question that is drawn otherwise than its kind says
    "area_text": {"list": "areas"},
    "name": {"autocomplete": "name"},
    "email": {"type": "email", "autocomplete": "email"},
    "phone": {"type": "tel", "autocomplete": "tel", "size": "half"},
    "words": {"rows": 6},
    "avoid": {"rows": 2},
}
ROWS = 3  # lines of a box for words
MOST_RADIOS = 4  # more choices are a list that opens
_KEY = re.compile(r"[0-9a-f]{32}")


async def sign_up(request: Request) -> Response:
    """GET shows the form. POST sends it and answers with the reference, or with the form as it was filled in and what to put right."""
    lists = await to_thread.run_sync(_lists)
    if request.method != "POST":
        return _form(Posted({}), lists, key=token_hex(16))
    form = await posted(request)
    key = form["form_key"] if _KEY.fullmatch(form["form_key"]) else token_hex(16)
    given = {"answers": answers_in(form, lists["topics"]), "spam": bool(form[HONEYPOT].strip()), "address": sender(request)}
    try:
        ref = await to_thread.run_sync(partial(perform, send, actor=PUBLIC, key=key_of(key, form), **given))
    except Invalid as refusal:
        return _form(form, lists, key=key, errors=refusal.errors, status=400)
    except Refused as refusal:
        return _form(form, lists, key=key, errors={"": f"{refusal.headline}. {refusal.way_forward}"}, status=429)
    return page("signed_up.html", ref=ref, by="e-mail" if form["email"].strip() else "phone")


def send(db: Session, *, answers: Mapping[str, Any], spam: bool, address: str, actor: Actor, now: datetime) -> str:
    """Add a sign-up from the form and return its reference. Counts it against its sender's address, in the same transaction."""
    count_sign_up(db, address, actor=actor, now=now)
    return commands.sign_up(db, answers, source=Source.FORM, spam=spam, actor=actor, now=now)


def key_of(key: str, form: Posted) -> str:
    """The key under which a form counts as sent: the one it was drawn with and what it says.

    So the same form sent again is one request, but one that was gone back to and corrected isn't taken for the first.
    """
    said = json.dumps([key, sorted((name, form.all(name)) for name in form)])
    return hashlib.sha256(said.encode()).hexdigest()


def answers_in(form: Posted, topics: Collection[str]) -> dict[str, Any]:
    """What a posted form says, by the names of the draft. A topic that isn't offered can only be forged and is dropped."""
    said: dict[str, Any] = {name: form[name] for name in (*SignUpDraft.questions(), "role_text") if name in form}
    said["topics"] = tuple(code for code in form.all("topics") if code in topics)
    if form["role"] != ContactRole.OTHER:  # the box for another role is out of sight
        said.pop("role_text", None)
    return said


def _lists() -> dict[str, Any]:
    """What the form offers: the areas to choose from and the topics. Names of areas are public."""
    with db.reading() as session:
        return {"areas": [(place.name, place.region) for place in places(session)], "topics": topics(session)}


def _form(form: Posted, lists: Mapping[str, Any], *, key: str, errors: dict[str, str] | None = None, status: int = 200) -> Response:
    return page(
        "signup.html",
        status=status,
        cache="private, no-cache",  # a browser that goes back shows what was typed
        fields=SignUpDraft.fields(),
        sections=_sections(lists["topics"]),
        typed=form,
        errors=errors or {},
        form_key=key,
        honeypot=HONEYPOT,
        areas=lists["areas"],
        notice_of=say(PRIVACY_NOTICE_OF),
    )


def _sections(topics: Mapping[str, str]) -> list[tuple[str, str, list[dict[str, Any]]]]:
    """The form's sections, each with its id, its heading and its questions in order."""
    sections: list[tuple[str, str, list[dict[str, Any]]]] = []
    for name, said in SignUpDraft.questions().items():
        if name in SECTIONS:
            sections.append((*SECTIONS[name], []))
        choices = topics if name == "topics" else said.choices
        question = {"name": name, "choices": [(str(value), label) for value, label in choices.items()], "rows": ROWS}
        sections[-1][2].append(
            question | {"widget": _widget(said), "optional": said.is_optional and name not in REACH} | LOOKS.get(name, {})
        )
    return sections


def _widget(said: FormField) -> str:
    if said.kind is bool:
        return "tick"
    if said.choices:
        return "radio" if len(said.choices) <= MOST_RADIOS else "select"
    if said.kind is int:
        return "number"
    return "checkboxes" if said.kind is not str else "words" if said.length == LONG else "line"
