"""Rows made as people make them, through commands, with dull defaults. Each package's own are together."""

import csv
import io
from datetime import time, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from rr import clock, db
from rr.access import PUBLIC
from rr.intake import commands as intake
from rr.intake.imports.columns import KNOWN_HEADERS
from rr.intake.imports.entries import ExportFile, read
from rr.intake.imports.tables import parse
from rr.intake.models import SupportRequest
from rr.intake.rules import Format, Move, Source
from rr.intake.triage import commands as triage
from rr.needs import commands as needs
from rr.plans import commands as plans
from rr.plans.models import Action
from rr.sessions import commands as sessions
from rr.sessions import queries as sessions_queries
from rr.sessions.models import Capture, SessionFacilitator, SupportSession
from rr.sessions.rules import CaptureKind

# Plans and needs


def a_session_with(one, people, *lines, partnership_id=9, request_id=None, facilitator=None, **given):
    """A held session whose captured lines are these: (text, values) or a text alone, each an action. Returns its id."""
    lead = facilitator or people.facilitator
    given: dict[str, Any] = {"recipe": "First session", "minutes": 120, "made_at": clock.now(), "held_on": clock.today(), **given}
    with db.transaction() as session:
        held = SupportSession(partnership_id=partnership_id, request_id=request_id, **given)
        session.add(held)
        session.flush()
        session.add(SessionFacilitator(session_id=held.id, account_id=lead.account_id))
    for line in lines:
        captured(held.id, *((line,) if isinstance(line, str) else line))
    return held.id


def captured(session_id, text, given=None, kind=CaptureKind.ACTION):
    with db.transaction() as session:
        line = Capture(session_id=session_id, kind=kind, text=text, as_typed=text, at=clock.now(), **(given or {}))
        session.add(line)
        session.flush()
        return line.id


def a_plan(one, people, actions=3, *, ready=True, agreed_on=None, partnership_id=9, facilitator=None, **given):
    """A plan that came out of a session, and its actions' ids in order. `ready`: each has a lead and a date."""
    said = {"lead": "Maureen", "due": clock.today() + timedelta(days=60)} if ready else {}
    lines = [(f"Action {number}", said) for number in range(1, actions + 1)]
    session_id = a_session_with(one, people, *lines, partnership_id=partnership_id, facilitator=facilitator, **given)
    plan_id = one(plans.add_from_session, session_id, actor=people.support)
    if agreed_on is not None:
        one(plans.agree, plan_id, agreed_on, actor=people.support)
    with db.reading() as session:
        ids = session.execute(select(col(Action.id)).where(col(Action.plan_id) == plan_id).order_by(col(Action.position))).scalars()
        return plan_id, list(ids)


def a_need(one, people, words="Legal advice on the lease", *, partnership_id=9, action_id=None, kind=None, actor=None):
    return one(needs.ask, partnership_id=partnership_id, kind=kind, words=words, action_id=action_id, actor=actor or people.support)


# Intake

with (Path(__file__).parents[1] / "data" / "topics.csv").open(encoding="utf-8") as _file:
    TOPICS = {row["code"]: row["label"] for row in csv.DictReader(_file)}
HEADERS = (
    *("Your name (First)", "Your name (Last)", "Email", "Phone", "Big Local area", "Your role in the partnership"),
    *("What would you like to focus on? (Selected)", "Tell us about the support you are looking for"),
    *("How many people would take part?", "New members in the last year", "In person or online?", "Access needs"),
    *("Days and times to avoid", "Consent (Consent)", "Entry Id", "Entry Date", "User IP"),
)
A_ROW = {
    "Your name (First)": "Nia",
    "Your name (Last)": "Larkin",
    "Email": "nia@example.org",
    "Phone": "07700 900934",
    "Big Local area": "Whitley Bay",
    "Your role in the partnership": "Chair",
    "What would you like to focus on? (Selected)": "Community places or hubs",
    "Tell us about the support you are looking for": "We have an old chapel and do not know whether to take it on.",
    "How many people would take part?": "12",
    "New members in the last year": "2",
    "In person or online?": "In person",
    "Consent (Consent)": "Checked",
    "Entry Id": "4001",
    "Entry Date": "2026-11-10 09:00:00",
    "User IP": "192.0.2.1",
}


def an_export(*rows: dict[str, str]) -> bytes:
    """A Gravity Forms export with these rows, each a dull one with what is given instead."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, HEADERS, quoting=csv.QUOTE_ALL, restval="")
    writer.writeheader()
    writer.writerows(A_ROW | row for row in rows or ({},))
    return out.getvalue().encode("utf-8-sig")


def as_file(data: bytes, name: str = "sign-ups.csv") -> ExportFile:
    """A file of sign-ups as it is read before it is imported, without the process of its own that an upload is read in."""
    return read(parse(data, KNOWN_HEADERS), topics=TOPICS, file_name=name)


def an_import(*rows: dict[str, str]) -> ExportFile:
    """`an_export`, read."""
    return as_file(an_export(*rows))


def a_draft(**said: Any) -> dict[str, Any]:
    """The answers of a sign-up: those of a dull one with what is given instead."""
    dull: dict[str, Any] = {
        "area_text": "Whitley Bay",
        "name": "Nia Larkin",
        "email": "nia@example.org",
        "words": "We have an old chapel and do not know whether to take it on.",
        "topics": ("hubs",),
        "consent_contact": True,
    }
    return dull | said


def a_request(one: Any, **said: Any) -> int:
    """A sign-up by the public form; returns the request's id."""
    ref = one(intake.sign_up, a_draft(**said), source=Source.FORM, actor=PUBLIC)
    with db.reading() as session:
        return session.execute(select(col(SupportRequest.id)).where(col(SupportRequest.ref) == ref)).scalar_one()


# Sessions


def a_session(one: Any, people: Any, *, day: Any = None, at: time = time(18, 30), facilitator: Any = None, **said: Any) -> int:
    """The draft that accepting a sign-up makes: 12 people, 2 of them new, in person. With a day it is planned. Returns its id."""
    request_id = a_request(one, **({"people": 12, "newcomers": 2, "format": Format.IN_PERSON} | said))
    one(triage.decide, request_id, Move.ACCEPT, actor=people.support)
    with db.reading() as session:
        session_id = sessions_queries.draft_of(session, request_id).session_id
    if facilitator is not None:
        one(sessions.name_facilitators, session_id, [facilitator.account_id], actor=people.support)
    if day is not None:
        one(sessions.arrange, session_id, {"day": day, "time": at}, {}, actor=people.support)
    return session_id
