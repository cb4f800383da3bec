"""What is written down of a story: the request, its session, and the plan that came of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from rr.base import fold
from rr.intake.models import Decision, ImportRow, RequestTopic, SupportRequest
from rr.intake.rules import Format, Move, PartnershipKnows, RequestStatus, RowResult, Source
from rr.intake.taking import reference
from rr.needs.models import SupportNeed
from rr.needs.rules import NeedStatus
from rr.partnerships.models import Contact, Note
from rr.partnerships.rules import ContactRole
from rr.plans.models import Action, ActionPlan, ActionUpdate, Review
from rr.plans.rules import CLOSED, ActionStatus, ends_on, reviews
from rr.sessions.models import AgendaItem, Capture, SessionFacilitator, SupportSession
from rr.sessions.rules import CaptureKind
from rr.synthetic.pile import Person
from rr.synthetic.world import LAST_BEGINS, LAST_ENDS, Place, Plan, Story, World, a_name, at

MINUTES = (10, 25, 30, 15, 25, 15)  # of the agenda's rows: two hours
WANTED = (
    "We have been at it for nine years and never stopped to look at what we have done. We would like an outside person to help us.",
    "Half of us are new. We want to hear the story so far and agree what matters in the time that is left.",
    "The hall is ours from the spring. We need a plan for it that does not depend on two people.",
    "Our meetings have become lists of payments. We want to talk about the place again.",
    "We want to celebrate, say goodbye to some of us properly, and settle who carries on with what.",
)
SAID = {
    ActionStatus.STUCK: (
        "We wait for the council to answer.",
        "Nobody can do it alone.",
        "The quote was twice what we thought.",
    ),
    ActionStatus.DONE: ("Thirty people came, and six offered to help.", "It is signed.", "The room is full every Tuesday now."),
    ActionStatus.DROPPED: ("The school does it now.", "We chose to do fewer things well."),
}
HELP = ("Advice on the lease", "Somebody to look at our accounts", "Training for new trustees", "Help with a funding bid", "A mediator")
MOVES = {
    RequestStatus.SPAM: Move.SPAM,
    RequestStatus.DUPLICATE: Move.DUPLICATE,
    RequestStatus.SIGNPOSTED: Move.SIGNPOST,
    RequestStatus.NOT_NOW: Move.NOT_NOW,
    RequestStatus.WITHDRAWN: Move.WITHDRAW,
    RequestStatus.WAITING_FOR_THEM: Move.ASK_FOR_MORE,
    RequestStatus.ACCEPTED: Move.ACCEPT,
}


@dataclass(frozen=True)
class Held:
    """A session that was held, as far as its lines and actions need to know it."""

    session: int
    place: Place
    on: date
    lead: Person
    items: list[int]


def tell(world: World, story: Story, number: int) -> None:
    """Put a story's rows on the pile. Its number is its request's."""
    request = _request(world, story, number)
    story.place.requests.append(request)
    by = world.dice.choice(world.support)
    _decisions(world, story, request, by=by)
    if story.status is RequestStatus.ACCEPTED:
        _session(world, story, request)
    if world.chance(0.3) and story.matched:
        told = at(story.decided or story.came, 17)
        world.pile.add(Note, told, by, partnership_id=story.place.id, words="They are best rung before noon.", at=told, by_id=by.id)


def _contact(world: World, place: Place, came: datetime) -> tuple[int, str, str, str]:
    """Somebody known there, or somebody new."""
    if place.people and world.chance(0.6):
        return world.dice.choice(place.people)
    name, role = a_name(world.dice), world.dice.choice(list(ContactRole))
    person = world.pile.last["contact"] + 1
    email, phone = f"{name.replace(' ', '.').lower()}.{person}@example.org", f"+4477009{world.dice.randint(0, 99999):05}"
    told = {"agreed_contact_at": came, "told_at": came}
    world.pile.add(Contact, came, partnership_id=place.id, name=name, folded=fold(name), role=role, email=email, phone=phone, **told)
    place.people.append((person, name, email, phone))
    return place.people[-1]


def _request(world: World, story: Story, number: int) -> int:
    dice, place = world.dice, story.place
    came = at(story.came, dice.randint(7, 21), dice.randint(0, 59))
    person, name, email, phone = (
        _contact(world, place, came) if story.matched else (None, a_name(dice), f"somebody{number}@example.org", "")
    )
    area = place.name if story.matched else f"{dice.choice(LAST_BEGINS)}{dice.choice(LAST_ENDS)} or near there"
    words = dice.choice(WANTED)
    waits = story.status in (RequestStatus.NEW, RequestStatus.WAITING_FOR_THEM)
    back = story.status is RequestStatus.NOT_NOW
    batch = next((batch for ends, batch in world.batches if story.came < ends), None)
    again = story.status is RequestStatus.DUPLICATE and place.requests
    request = world.pile.add(
        SupportRequest,
        came,
        ref=reference(number),
        source=Source.EXPORT if batch else Source.FORM,
        entry_id=str(1000 + number),
        batch_id=batch,
        received_at=came,
        received_on=story.came,
        partnership_id=place.id if story.matched else None,
        contact_id=person,
        area_text=area,
        name=name,
        folded=fold(name),
        role=dice.choice(list(ContactRole)),
        email=email,
        phone=phone,
        prompted_by="A newsletter",
        words=words,
        **_wishes(world),
        consent_contact=True,
        answers={"Big Local area": area, "Your name": name, "Email": email, "Tell us about the support you are looking for": words},
        status=story.status,
        first_contact_at=at(story.contacted) if story.contacted else None,
        back_on=story.decided + timedelta(days=120) if back and story.decided else None,
        duplicate_of_id=place.requests[-1] if again else None,
        assigned_id=dice.choice(world.support).id if not waits or world.chance(0.5) else None,
    )
    for topic in dice.sample(world.topics, dice.randint(1, 3)):
        world.pile.add(RequestTopic, came, request_id=request, topic=topic)
    if batch:
        world.pile.add(ImportRow, came, batch_id=batch, line=number, entry_id=str(1000 + number), result=RowResult.TAKEN.value, area=area)
        world.pile.rows["import_row"][-1]["request_id"] = request
    return request


def _wishes(world: World) -> dict[str, Any]:
    return {
        "people": world.dice.randint(5, 24),
        "newcomers": world.dice.randint(0, 5),
        "format": world.dice.choice(list(Format)),
        "access_needs": "A hearing loop" if world.chance(0.2) else "",
        "partnership_knows": world.dice.choice(list(PartnershipKnows)),
    }


def _decisions(world: World, story: Story, request: int, *, by: Person) -> None:
    new = RequestStatus.NEW
    if story.contacted:
        when = at(story.contacted)
        world.pile.add(Decision, when, by, request_id=request, move=Move.CONTACTED, before=new, after=new, at=when, by_id=by.id)
    if story.decided:
        when, move = at(story.decided, 14), MOVES[story.status]
        partner = world.dice.choice(world.partners) if move is Move.SIGNPOST else None
        said = {"words": "A good talk.", "partner_id": partner, "by_id": by.id}
        world.pile.add(Decision, when, by, request_id=request, move=move, before=new, after=story.status, at=when, **said)
        world.pile.note("support_request", request, when, by, "changed", status=["new", story.status.value])


def _session(world: World, story: Story, request: int) -> None:
    dice, pile, decided = world.dice, world.pile, story.decided or story.came
    lead = dice.choice(world.facilitators)
    people = dice.randint(5, 24)
    starts = at(story.planned, dice.choice((10, 13, 18)), 30) if story.planned else None
    session = pile.add(
        SupportSession,
        at(decided, 14),
        lead,
        partnership_id=story.place.id,
        request_id=request,
        recipe=dice.choice(world.recipes),
        minutes=sum(MINUTES),
        starts_at=starts,
        format=Format.IN_PERSON,
        place="Community centre, main hall" if starts else "",
        people=people,
        newcomers=people // 5,
        held_on=story.held,
        head_count=max(people - 2, 1) if story.held else None,
        newcomers_came=people // 6 if story.held else None,
        cancelled_at=at(story.planned, 8) if story.cancelled and story.planned else None,
        cancelled_why="The hall was flooded." if story.cancelled else "",
        finished_at=at(story.finished, 21) if story.finished else None,
        made_at=at(decided, 14),
        edited_at=at(decided, 15) if starts else None,
    )
    if starts:
        pile.add(SessionFacilitator, at(decided, 15), lead, session_id=session, account_id=lead.id)
    items = []
    for position, (minutes, activity) in enumerate(zip(MINUTES, dice.sample(world.activities, len(MINUTES)), strict=True), start=1):
        facts = {"activity_id": activity[0], "title": activity[1], "minutes": minutes}
        items.append(pile.add(AgendaItem, at(decided, 14), lead, session_id=session, position=position, **facts))
    if story.held:
        _captured(world, story, Held(session, story.place, story.held, lead, items))


def _captured(world: World, story: Story, held: Held) -> None:
    for kind, many in ((CaptureKind.ACHIEVEMENT, 2), (CaptureKind.IDEA, 2), (CaptureKind.DECISION, 1)):
        for text, _ in world.dice.sample(world.lines[kind.value], many):
            _capture(world, held, kind, text)
    lines = list(_some(world, world.lines["action"], story.actions))
    captures = [_capture(world, held, CaptureKind.ACTION, text) for text, _ in lines]
    if story.finished and captures:
        plan = _plan(world, held)
        for line, capture in zip(lines, captures, strict=True):
            _action(world, held, plan, capture=capture, line=line)


def _some(world: World, lines: list[tuple[str, str]], many: int) -> Iterator[tuple[str, str]]:
    """So many lines, without repeating one where there are enough."""
    yield from world.dice.sample(lines, many) if many <= len(lines) else world.dice.choices(lines, k=many)


def _capture(world: World, held: Held, kind: CaptureKind, text: str) -> int:
    when = at(held.on, 19, world.dice.randint(0, 59))
    about = {"kind": kind, "text": text, "as_typed": text, "at": when, "by_id": held.lead.id}
    return world.pile.add(Capture, when, held.lead, session_id=held.session, item_id=world.dice.choice(held.items), **about)


def _plan(world: World, held: Held) -> Plan:
    """The partnership's open plan, or a new one when the last was closed before this session."""
    last = held.place.plan
    if last and (last.closed_on is None or held.on <= last.closed_on):
        return last
    agreed: date | None = world.later(held.on, 2, 12)
    if agreed is not None and (agreed >= world.today or world.chance(0.04)):
        agreed = None
    closed = world.later(ends_on(agreed), 0, 20) if agreed else None
    if closed is not None and (closed > world.today or world.chance(0.12)):
        closed = None
    given = {"agreed_on": agreed, "closed_on": closed, "closed_why": "Six months are over." if closed else ""}
    made = at(held.on, 21)
    where = {"partnership_id": held.place.id, "session_id": held.session, "lead_id": held.lead.id}
    plan = Plan(world.pile.add(ActionPlan, made, held.lead, made_at=made, **where, **given), agreed, closed, [])
    for kind, due in reviews(agreed) if agreed else ():
        day = world.within(due, due + timedelta(days=9))
        held_on = day if day < world.today and world.chance(0.85) else None
        said = {"words": "A good call. They are proud of the garden.", "by_id": held.lead.id} if held_on else {}
        number = world.pile.add(Review, at(held_on or held.on), held.lead, plan_id=plan.id, kind=kind, due_on=due, held_on=held_on, **said)
        if held_on:
            plan.held.append((number, held_on))
    held.place.plan = plan
    return plan


def _status(world: World, plan: Plan, since: date) -> ActionStatus:
    """How an action stands: the longer ago it was agreed, the more is done."""
    if plan.agreed_on is None:
        return ActionStatus.NOT_STARTED
    gone = 1.0 if plan.closed_on else min(1.0, max((world.today - since).days, 0) / 180)
    roll = world.dice.random()
    if roll < 0.65 * gone:
        return ActionStatus.DONE
    if roll < 0.75 * gone:
        return ActionStatus.DROPPED
    if roll < 0.85 * gone:
        return ActionStatus.STUCK
    return ActionStatus.GOING_WELL if world.chance(gone) else ActionStatus.NOT_STARTED


def _action(world: World, held: Held, plan: Plan, *, capture: int, line: tuple[str, str]) -> None:
    dice = world.dice
    text, first_step = line
    began = max(plan.agreed_on or held.on, held.on)
    status = _status(world, plan, began)
    plan.actions += 1
    person, name, *_ = dice.choice(held.place.people)
    complete = world.chance(0.9)
    needed = world.chance(0.3)
    action = world.pile.add(
        Action,
        at(held.on, 21),
        held.lead,
        plan_id=plan.id,
        capture_id=capture,
        position=plan.actions,
        title=text,
        lead=name if complete else "",
        lead_contact_id=person if complete else None,
        due=world.within(began + timedelta(days=14), began + timedelta(days=170)) if complete else None,
        first_step=first_step if complete else "",
        topic=dice.choice(world.topics) if world.chance(0.85) else None,
        needs_none=not needed and complete,
        status=status,
    )
    if status is not ActionStatus.NOT_STARTED:
        _updates(world, held, plan, action=action, status=status, began=began)
    if needed:
        _need(world, held, capture=capture, action=action)


def _updates(world: World, held: Held, plan: Plan, *, action: int, status: ActionStatus, began: date) -> None:
    """What was said on the way, oldest first: the last is how it stands."""
    steps = [status] if world.chance(0.4) else [ActionStatus.GOING_WELL, status]
    last = min(plan.closed_on or world.today, began + timedelta(days=200), world.today - timedelta(days=1))
    calls = [(day, number) for number, day in plan.held if began <= day <= last]
    days = sorted(
        (world.dice.choice(calls) if calls and world.chance(0.6) else (world.within(began, last), None) for _ in steps),
        key=lambda said: said[0],
    )
    before = ActionStatus.NOT_STARTED
    for (day, review), after in zip(days, steps, strict=True):
        when = at(day, 11, world.dice.randint(0, 59))
        words = world.dice.choice(SAID[after]) if after.question and world.chance(0.85) else ""
        said = {"review_id": review, "words": words, "at": when, "by_id": held.lead.id}
        world.pile.add(ActionUpdate, when, held.lead, action_id=action, before=before, status=after, **said)
        before = after
    if status in CLOSED:
        world.pile.note("action", action, when, held.lead, "changed", status=["going_well", status.value])


def _need(world: World, held: Held, *, capture: int, action: int) -> None:
    roll = world.dice.random()
    settled = world.later(held.on, 3, 60)
    status = NeedStatus.ASKED if roll < 0.4 or settled > world.today else NeedStatus.FOUND if roll < 0.85 else NeedStatus.NOT_AVAILABLE
    partner = world.dice.choice(world.partners) if status is NeedStatus.FOUND else None
    about = {"partnership_id": held.place.id, "capture_id": capture, "action_id": action, "kind": world.dice.choice(world.kinds)}
    done = {"status": status, "partner_id": partner, "settled_on": settled if status is not NeedStatus.ASKED else None}
    asked = at(held.on, 20)
    world.pile.add(
        SupportNeed, asked, held.lead, words=world.dice.choice(HELP), asked_on=held.on, at=asked, by_id=held.lead.id, **about, **done
    )
