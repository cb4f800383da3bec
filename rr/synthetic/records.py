"""What is stored of a case: the request with its decisions, its session, and the lines captured in it. The plan is in plan_records.py."""

from datetime import datetime, timedelta
from typing import Any

from rr.base import fold
from rr.intake.models import Decision, ImportRow, RequestTopic, SupportRequest
from rr.intake.references import reference
from rr.intake.rules import Format, Move, PartnershipKnows, RequestStatus, RowResult, Source
from rr.partnerships.models import Contact, Note
from rr.partnerships.rules import ContactRole
from rr.sessions.models import AgendaItem, Capture, SessionFacilitator, SupportSession
from rr.sessions.rules import CaptureKind
from rr.synthetic import texts
from rr.synthetic.bulk import StaffMember
from rr.synthetic.cases import Case
from rr.synthetic.context import Context, GeneratedContact, GeneratedPartnership, at
from rr.synthetic.names import area_name, person_name
from rr.synthetic.plan_records import HeldSession, add_action, plan_for
from rr.synthetic.texts import compose

MINUTES = (10, 25, 30, 15, 25, 15)  # of the agenda's rows: two hours
ROLES, FORMATS, KNOWS = list(ContactRole), list(Format), list(PartnershipKnows)
MOVES = {
    RequestStatus.SPAM: Move.SPAM,
    RequestStatus.DUPLICATE: Move.DUPLICATE,
    RequestStatus.SIGNPOSTED: Move.SIGNPOST,
    RequestStatus.NOT_NOW: Move.NOT_NOW,
    RequestStatus.WITHDRAWN: Move.WITHDRAW,
    RequestStatus.WAITING_FOR_THEM: Move.ASK_FOR_MORE,
    RequestStatus.ACCEPTED: Move.ACCEPT,
}


def add_case(context: Context, case: Case, number: int) -> None:
    """Add all rows of a case. Its number becomes its request's reference."""
    request_id = _request(context, case, number)
    case.partnership.requests.append(request_id)
    by = context.rng.choice(context.support)
    _decisions(context, case, request_id, by)
    if case.status is RequestStatus.ACCEPTED:
        _session(context, case, request_id)
    if context.chance(0.3) and case.matched:
        when, words = at(case.decided or case.received, 17), texts.note_words(context.rng)
        context.writer.add(Note, when, by, partnership_id=case.partnership.id, words=words, at=when, by_id=by.id)


def _contact(context: Context, partnership: GeneratedPartnership, received: datetime) -> GeneratedContact:
    """Somebody known there, or somebody new."""
    if partnership.contacts and context.chance(0.6):
        return context.rng.choice(partnership.contacts)
    name, role = person_name(context.rng), context.rng.choice(ROLES)
    folded, phone = fold(name), f"+4477009{context.rng.randint(0, 99999):05}"
    email = f"{folded.replace(' ', '.').replace(chr(39), '')}.{context.writer.last_ids['contact'] + 1}@example.org"
    known = {"name": name, "folded": folded, "role": role, "email": email, "phone": phone}
    contact_id = context.writer.add(Contact, received, partnership_id=partnership.id, agreed_contact_at=received, told_at=received, **known)
    partnership.contacts.append(GeneratedContact(contact_id, name, email, phone))
    return partnership.contacts[-1]


def _request(context: Context, case: Case, number: int) -> int:
    partnership, choice = case.partnership, context.rng.choice
    received = at(case.received, context.rng.randint(7, 21), context.rng.randint(0, 59))
    if case.matched:
        person, area = _contact(context, partnership, received), partnership.name
    else:
        person = GeneratedContact(None, person_name(context.rng), f"somebody{number}@example.org", "")
        area = f"{area_name(context.rng)} or near there"
    words = texts.request_words(context.rng)
    undecided = case.status in (RequestStatus.NEW, RequestStatus.WAITING_FOR_THEM)
    batch_id = next((batch_id for ends, batch_id in context.batches if case.received < ends), None)
    duplicate = case.status is RequestStatus.DUPLICATE and partnership.requests
    request_id = context.writer.add(
        SupportRequest,
        received,
        ref=reference(number),
        source=Source.EXPORT if batch_id else Source.FORM,
        entry_id=str(1000 + number),
        batch_id=batch_id,
        received_at=received,
        received_on=case.received,
        partnership_id=partnership.id if case.matched else None,
        contact_id=person.id,
        area_text=area,
        name=person.name,
        folded=fold(person.name),
        role=choice(ROLES),
        email=person.email,
        phone=person.phone,
        prompted_by=compose(context.rng, texts.PROMPTS),
        words=words,
        **_wishes(context),
        consent_contact=True,
        answers={
            "Big Local area": area,
            "Your name": person.name,
            "Email": person.email,
            "Tell us about the support you are looking for": words,
        },
        status=case.status,
        first_contact_at=at(case.contacted) if case.contacted else None,
        back_on=case.decided + timedelta(days=120) if case.status is RequestStatus.NOT_NOW and case.decided else None,
        duplicate_of_id=partnership.requests[-1] if duplicate else None,
        assigned_id=choice(context.support).id if not undecided or context.chance(0.5) else None,
    )
    for topic in context.rng.sample(context.topics, context.rng.randint(1, 3)):
        context.writer.add(RequestTopic, received, request_id=request_id, topic=topic)
    if batch_id:
        row = {"line": number, "entry_id": str(1000 + number), "result": RowResult.TAKEN.value, "area": area}
        context.writer.add(ImportRow, received, batch_id=batch_id, request_id=request_id, **row)
    return request_id


def _wishes(context: Context) -> dict[str, Any]:
    return {
        "people": context.rng.randint(5, 24),
        "newcomers": context.rng.randint(0, 5),
        "format": context.rng.choice(FORMATS),
        "access_needs": compose(context.rng, texts.ACCESS_NEEDS) if context.chance(0.2) else "",
        "partnership_knows": context.rng.choice(KNOWS),
    }


def _decisions(context: Context, case: Case, request_id: int, by: StaffMember) -> None:
    new = RequestStatus.NEW
    if case.contacted:
        when = at(case.contacted)
        context.writer.add(Decision, when, by, request_id=request_id, move=Move.CONTACTED, before=new, after=new, at=when, by_id=by.id)
    if case.decided:
        when, move = at(case.decided, 14), MOVES[case.status]
        partner_id = context.rng.choice(context.partners) if move is Move.SIGNPOST else None
        said = {"words": compose(context.rng, texts.DECISIONS), "partner_id": partner_id, "by_id": by.id}
        context.writer.add(Decision, when, by, request_id=request_id, move=move, before=new, after=case.status, at=when, **said)
        context.writer.add_audit_entry("support_request", request_id, when, by, "changed", status=["new", case.status.value])


def _session(context: Context, case: Case, request_id: int) -> None:
    writer, choice, decided = context.writer, context.rng.choice, case.decided or case.received
    lead = choice(context.facilitators)
    people = context.rng.randint(5, 24)
    starts = at(case.planned, choice((10, 13, 18)), 30) if case.planned else None
    session_id = writer.add(
        SupportSession,
        at(decided, 14),
        lead,
        partnership_id=case.partnership.id,
        request_id=request_id,
        recipe=choice(context.recipes),
        minutes=sum(MINUTES),
        starts_at=starts,
        format=Format.IN_PERSON,
        place=compose(context.rng, texts.PLACES) if starts else "",
        people=people,
        newcomers=people // 5,
        held_on=case.held,
        head_count=max(people - 2, 1) if case.held else None,
        newcomers_came=people // 6 if case.held else None,
        cancelled_at=at(case.planned, 8) if case.cancelled and case.planned else None,
        cancelled_why=compose(context.rng, texts.CANCELLED) if case.cancelled else "",
        finished_at=at(case.finished, 21) if case.finished else None,
        made_at=at(decided, 14),
        edited_at=at(decided, 15) if starts else None,
    )
    if starts:
        writer.add(SessionFacilitator, at(decided, 15), lead, session_id=session_id, account_id=lead.id)
    items = []
    activities = context.rng.sample(context.activities, len(MINUTES))
    for position, (minutes, (activity_id, title)) in enumerate(zip(MINUTES, activities, strict=True), start=1):
        facts = {"activity_id": activity_id, "title": title, "minutes": minutes}
        items.append(writer.add(AgendaItem, at(decided, 14), lead, session_id=session_id, position=position, **facts))
    if case.held:
        _lines(context, case, HeldSession(session_id, case.partnership, case.held, lead, items))


def _lines(context: Context, case: Case, held: HeldSession) -> None:
    for kind, many in ((CaptureKind.ACHIEVEMENT, 2), (CaptureKind.IDEA, 2), (CaptureKind.DECISION, 1)):
        for _ in range(many):
            _line(context, held, kind, compose(context.rng, texts.LINES[kind]))
    titles = [compose(context.rng, texts.ACTIONS) for _ in range(case.actions)]
    captures = [_line(context, held, CaptureKind.ACTION, title) for title in titles]
    if case.finished and captures:
        plan = plan_for(context, held)
        for title, capture_id in zip(titles, captures, strict=True):
            add_action(context, held, plan, title=title, capture_id=capture_id)


def _line(context: Context, held: HeldSession, kind: CaptureKind, text: str) -> int:
    when = at(held.on, 19, context.rng.randint(0, 59))
    line = {"kind": kind, "text": text, "as_typed": text, "at": when, "by_id": held.lead.id}
    item_id = context.rng.choice(held.agenda_items)
    return context.writer.add(Capture, when, held.lead, session_id=held.id, item_id=item_id, **line)
