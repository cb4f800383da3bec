"""Synthetic data for benchmarks: years of work in minutes. Areas beyond the reference list, people and words are all invented.

Rows are written in bulk here, past the commands and the audit's listener, and the audit's rows are written with them. That is
right for a benchmark, where nobody's work is at stake and 150,000 actions must be there in a minute; nothing else may do it. The
demonstration is made through the commands (rr/demo.py).
"""

import csv
import json
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cache
from typing import Any

from pydantic_core import PydanticUndefined
from sqlalchemy import func, insert, select
from sqlmodel import SQLModel, col

from rr import clock, db
from rr.accounts.models import Account
from rr.accounts.rules import Role
from rr.audit import QUIET
from rr.base import fold
from rr.config import DATA
from rr.days import forward
from rr.db import Session
from rr.errors import Refused
from rr.intake.models import Decision, ImportBatch, ImportRow, RequestTopic, SupportRequest
from rr.intake.rules import UNDECIDED, Format, Move, PartnershipKnows, RequestStatus, RowResult, Source
from rr.intake.taking import reference
from rr.models import METADATA
from rr.needs.models import SupportKind, SupportNeed, SupportPartner
from rr.needs.rules import NeedStatus
from rr.partnerships.models import Contact, Note, Partnership
from rr.partnerships.rules import ContactRole
from rr.plans.models import Action, ActionPlan, ActionUpdate, Review
from rr.plans.rules import CLOSED, ActionStatus, ends_on, needs_words, reviews
from rr.sessions.models import AgendaItem, Capture, SessionFacilitator, SupportSession
from rr.sessions.rules import CaptureKind
from rr.toolkit.models import Activity, Recipe, Topic

DAYS = 730  # how far back the sign-ups go
LONGEST_OPEN = 60  # days until somebody decides even the hardest request
AT_ONCE = 1000  # requests whose rows are held in memory together
MINUTES = (10, 25, 30, 15, 25, 15)  # of the agenda's rows: two hours

FIRST = re.findall(
    r"\w+",
    "Aisha Alan Amara Bashir Beth Carol Chidi Colin Dawn Denise Dylan Elaine Farah Fergus Gail Gwen Harun Hazel Imran Irene Jade Jean "
    "Joan Kamal Karen Keith Leila Lorna Malik Maureen Mei Nadia Nigel Olive Omar Pat Priya Ray Rosa Sal Sheila Tariq Tess Una Vera Wes "
    "Yusuf Zoe",
)
LAST_BEGINS = re.findall(r"\w+", "Ash Birch Clay Dun Elm Fair Grim Hart Kes Lang Mill Nor Oak Pen Rush Sal Thorn Wick")
LAST_ENDS = re.findall(r"\w+", "by cott don field ford ham ley more shaw stead ton wood")
AREAS = ["Green", "Estate", "Heath", "Road and Canalside", "Cross", "Park", "Village", "Moor", "Quays", "Hill", "Fields", "and District"]
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


class Size(StrEnum):
    """S is the real programme; M is ten times and L a hundred times as much of everything."""

    S = "S"
    M = "M"
    L = "L"

    @property
    def times(self) -> int:
        return {Size.S: 1, Size.M: 10, Size.L: 100}[self]


def generate(size: Size, seed: int) -> str:
    """Fill an empty database and return the sentence to print: the same rows for the same size, seed and day.

    Per unit of size: 150 partnerships, 300 requests of the last two years, 1,500 actions and what led to them and came of them,
    some 12,000 entries in the audit. All in one transaction, so what is interrupted leaves nothing. L takes about two minutes.
    Refuses a database with requests or accounts.
    """
    with db.reading() as session:
        used = session.execute(select(func.count()).select_from(SupportRequest)).scalar_one()
        used += session.execute(select(func.count()).select_from(Account)).scalar_one()
    if used:
        raise Refused("The database isn't empty, so nothing was added", "Set RR_DATABASE_URL to a database of its own.")
    with db.transaction() as session:
        written = _fill(session, size.times, random.Random(seed), clock.today())
    shown = ", ".join(f"{written[table]:,} {words}" for table, words in SHOWN.items())
    return f"Filled for benchmarks, size {size}: {shown}. All people in it are invented."


SHOWN = {
    "support_request": "requests",
    "support_session": "sessions",
    "action_plan": "plans",
    "action": "actions",
    "action_update": "updates",
    "support_need": "needs",
    "audit_entry": "entries in the audit",
}


# Rows on their way into the database


@cache
def _dull(table: type[SQLModel]) -> dict[str, Any]:
    """A table's defaults. They live in the classes, which bulk inserts go past."""
    return {
        name: info.default_factory() if info.default_factory else None if info.default is PydanticUndefined else info.default  # ty: ignore[missing-argument]
        for name, info in table.model_fields.items()
    }


@dataclass
class Pile:
    """Rows that are to be stored, numbered here so that they can refer to each other, each with its entry in the audit."""

    session: Session
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    last: Counter[str] = field(default_factory=Counter)
    written: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        """Go on after the ids that the reference lists took."""
        for table in METADATA.sorted_tables:
            if "id" in table.c:
                self.last[table.name] = self.session.execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one()

    def add(self, table: type[SQLModel], when: datetime, who: "Person | None" = None, /, **given: Any) -> int:
        """Put a row on the pile; returns its id, or 0 for a table without one."""
        name, row = str(table.__tablename__), {**_dull(table), **given}
        number = 0
        if "id" in row:
            self.last[name] += 1
            number = row["id"] = self.last[name]
        self.rows[name].append(row)
        if name not in QUIET:
            self.note(name, number, when, who, "added")
        return number

    def note(self, name: str, number: int, at: datetime, by: "Person | None", did: str, **changes: Any) -> None:
        """Put an entry of the audit on the pile."""
        self.last["audit_entry"] += 1
        self.rows["audit_entry"].append(
            {
                "id": self.last["audit_entry"],
                "at": at,
                "by_id": by.id if by else None,
                "by": by.name if by else "the system",
                "gesture": did,
                "kind": name,
                "row_id": str(number),
                "did": did,
                "changes": json.dumps(changes) if changes else "{}",
            }
        )

    def store(self) -> None:
        """Write what is on the pile, in the order that foreign keys ask for, and forget it."""
        for table in METADATA.sorted_tables:
            if rows := self.rows.pop(table.name, None):
                self.session.execute(insert(table), rows, execution_options={"unaudited": True})
                self.written[table.name] += len(rows)

    def count_on(self) -> None:
        """Have PostgreSQL go on counting after the ids that were given here."""
        if self.session.get_bind().dialect.name == "postgresql":
            for name in self.written.keys() & self.last.keys():
                last = self.last[name]
                self.session.execute(select(func.setval(func.pg_get_serial_sequence(name, "id"), last)))


# What they tell of


@dataclass(frozen=True)
class Person:
    id: int
    name: str


@dataclass
class Plan:
    """A plan as far as later sessions need to know it."""

    id: int
    agreed_on: date | None
    closed_on: date | None
    held: list[tuple[int, date]]
    actions: int = 0


@dataclass
class Place:
    """A partnership: its name, and what has happened there so far."""

    id: int
    name: str
    people: list[tuple[int, str, str, str]] = field(default_factory=list)
    requests: list[int] = field(default_factory=list)
    plan: Plan | None = None


@dataclass
class Story:
    """A request and what came of it, as days. None is what didn't happen, or not yet."""

    place: Place
    came: date
    status: RequestStatus
    contacted: date | None = None
    decided: date | None = None
    matched: bool = True
    planned: date | None = None
    cancelled: bool = False
    held: date | None = None
    finished: date | None = None
    actions: int = 0


@dataclass
class World:
    """What all stories share: the day, the dice, the people who work here, and the reference lists."""

    today: date
    dice: random.Random
    pile: Pile
    support: list[Person]
    facilitators: list[Person]
    topics: Sequence[str]
    kinds: Sequence[str]
    partners: Sequence[int]
    activities: Sequence[tuple[int, str]]
    recipes: Sequence[str]
    lines: dict[str, list[tuple[str, str]]]
    batches: list[tuple[date, int]] = field(default_factory=list)

    def later(self, day: date, least: int, most: int) -> date:
        """A working day some days after another."""
        return forward(day + timedelta(days=self.dice.randint(least, most)))

    def within(self, first: date, last: date) -> date:
        return first + timedelta(days=self.dice.randint(0, max((last - first).days, 0)))

    def chance(self, share: float) -> bool:
        return self.dice.random() < share


def at(day: date, hour: int = 10, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), clock.LONDON)


def _fill(session: Session, times: int, dice: random.Random, today: date) -> Counter[str]:
    pile = Pile(session)
    places = _places(session, pile, dice, times, today)
    world = _world(session, pile, dice, times, today)
    stories = _stories(world, places, 300 * times, 1500 * times)
    _import_batches(world, stories)
    for number, story in enumerate(stories, start=1):
        _tell(world, story, number)
        if number % AT_ONCE == 0:
            pile.store()
    pile.store()
    pile.count_on()
    return pile.written


def _places(session: Session, pile: Pile, dice: random.Random, times: int, today: date) -> list[Place]:
    """The areas of the reference list, and invented ones up to the size."""
    there = session.execute(select(col(Partnership.id), col(Partnership.name), col(Partnership.region)).order_by(col(Partnership.id))).all()
    places = [Place(row.id, row.name) for row in there]
    for number in range(len(places) + 1, len(places) * times + 1):
        name = f"Area {number} {dice.choice(LAST_BEGINS)}{dice.choice(LAST_ENDS)} {dice.choice(AREAS)}"
        made = at(today - timedelta(days=DAYS + 100))
        places.append(Place(pile.add(Partnership, made, name=name, region=dice.choice(there).region), name))
    return places


def _world(session: Session, pile: Pile, dice: random.Random, times: int, today: date) -> World:
    def ordered(*columns: Any) -> list[Any]:
        rows = session.execute(select(*columns).order_by(columns[0])).all()
        return [row[0] if len(columns) == 1 else tuple(row) for row in rows]

    made = at(today - timedelta(days=DAYS + 100))

    def hire(role: Role, many: int) -> list[Person]:
        people = []
        for number in range(1, many + 1):
            name, email = f"{_name(dice)} ({number})", f"{role}{number}@example.org"
            people.append(Person(pile.add(Account, made, name=name, email=email, role=role, made_at=made), name))
        return people

    few = {1: 1, 10: 2, 100: 6}[times]
    hire(Role.MANAGER, 2)
    hire(Role.ADMIN, 1)
    return World(
        today=today,
        dice=dice,
        pile=pile,
        support=hire(Role.SUPPORT, 3 * few),
        facilitators=hire(Role.FACILITATOR, 10 * few),
        topics=ordered(col(Topic.code)),
        kinds=ordered(col(SupportKind.code)),
        partners=ordered(col(SupportPartner.id)),
        activities=ordered(col(Activity.id), col(Activity.name)),
        recipes=ordered(col(Recipe.name)),
        lines=_lines(),
    )


def _lines() -> dict[str, list[tuple[str, str]]]:
    """Invented lines of sessions, by kind, with the first step of those that are actions: the demonstration's, without their marks."""
    lines: dict[str, list[tuple[str, str]]] = {}
    with (DATA / "demo" / "lines.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            lines.setdefault(row["kind"], []).append((re.split(r"\s[@#!]", row["line"])[0], row["first_step"] or ""))
    return lines


def _name(dice: random.Random) -> str:
    return f"{dice.choice(FIRST)} {dice.choice(LAST_BEGINS)}{dice.choice(LAST_ENDS)}"


# How the stories go


def _stories(world: World, places: list[Place], many: int, actions: int) -> list[Story]:
    """All stories, the oldest sign-up first; the last year has somewhat more of them than the one before."""
    ages = sorted((1 + int((DAYS - 1) * world.dice.random() ** 1.1) for _ in range(many)), reverse=True)
    stories = [_story(world, world.dice.choice(places), world.today - timedelta(days=age)) for age in ages]
    finished = [story for story in stories if story.finished]
    told = 0
    for place, story in enumerate(finished):
        wobble = (2, -2, 1, -1, 0)[place % 5] if place < len(finished) - len(finished) % 5 else 0
        share = actions * (place + 1) // len(finished) - told
        told += share
        story.actions = share + wobble
    return stories


FATES = (
    (0.02, RequestStatus.SPAM),
    (0.05, RequestStatus.DUPLICATE),
    (0.09, RequestStatus.SIGNPOSTED),
    (0.13, RequestStatus.NOT_NOW),
    (0.15, RequestStatus.WITHDRAWN),
    (0.17, RequestStatus.WAITING_FOR_THEM),
    (0.19, RequestStatus.NEW),
    (1.00, RequestStatus.ACCEPTED),
)


def _story(world: World, place: Place, came: date) -> Story:
    roll = world.dice.random()
    fate = next(status for most, status in FATES if roll < most)
    if fate in UNDECIDED and (world.today - came).days > LONGEST_OPEN:
        fate = RequestStatus.WITHDRAWN
    contacted, decided = world.later(came, 1, 7), None
    decided = world.later(contacted, 0, 6)
    story = Story(place, came, RequestStatus.NEW)
    if fate is RequestStatus.NEW or contacted > world.today:
        story.matched = world.chance(0.8)
        return story
    story.contacted = contacted if fate is not RequestStatus.SPAM else None
    if decided > world.today:
        story.matched = world.chance(0.9)
        return story
    story.status, story.decided = fate, decided
    if fate is RequestStatus.ACCEPTED:
        _session_of(world, story, decided)
    return story


def _session_of(world: World, story: Story, decided: date) -> None:
    day = world.later(decided, 7, 45)
    if day >= world.today:
        story.planned = day if world.chance(0.7) else None
        return
    story.planned = day
    if world.chance(0.04):
        story.cancelled = True
        return
    if world.chance(0.01):
        return  # its day has passed, and nobody said how it was
    story.held = day
    waits = (world.today - day).days < 7 and world.chance(0.5)
    story.finished = None if waits else day


# What is written down of them


def _import_batches(world: World, stories: list[Story]) -> None:
    """A file of sign-ups every quarter."""
    first = world.today - timedelta(days=DAYS)
    for number in range(9):
        ends = first + timedelta(days=90 * (number + 1))
        taken = sum(ends - timedelta(days=90) <= story.came < ends for story in stories)
        name = f"sign-ups-{ends.isoformat()}.csv"
        batch = world.pile.add(ImportBatch, at(ends), file_name=name, taken=taken, at=at(min(ends, world.today), 8))
        world.batches.append((ends, batch))


def _tell(world: World, story: Story, number: int) -> None:
    request = _request(world, story, number)
    story.place.requests.append(request)
    by = world.dice.choice(world.support)
    _decisions(world, story, request, by)
    if story.status is RequestStatus.ACCEPTED:
        _session(world, story, request)
    if world.chance(0.3) and story.matched:
        told = at(story.decided or story.came, 17)
        world.pile.add(Note, told, by, partnership_id=story.place.id, words="They are best rung before noon.", at=told, by_id=by.id)


def _contact(world: World, place: Place, came: datetime) -> tuple[int, str, str, str]:
    """Somebody known there, or somebody new."""
    if place.people and world.chance(0.6):
        return world.dice.choice(place.people)
    name, role = _name(world.dice), world.dice.choice(list(ContactRole))
    person = world.pile.last["contact"] + 1
    email, phone = f"{name.replace(' ', '.').lower()}.{person}@example.org", f"+4477009{world.dice.randint(0, 99999):05}"
    told = {"agreed_contact_at": came, "told_at": came}
    world.pile.add(Contact, came, partnership_id=place.id, name=name, folded=fold(name), role=role, email=email, phone=phone, **told)
    place.people.append((person, name, email, phone))
    return place.people[-1]


def _request(world: World, story: Story, number: int) -> int:
    dice, place = world.dice, story.place
    came = at(story.came, dice.randint(7, 21), dice.randint(0, 59))
    person, name, email, phone = _contact(world, place, came) if story.matched else (None, _name(dice), f"somebody{number}@example.org", "")
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
        people=dice.randint(5, 24),
        newcomers=dice.randint(0, 5),
        format=dice.choice(list(Format)),
        access_needs="A hearing loop" if world.chance(0.2) else "",
        partnership_knows=dice.choice(list(PartnershipKnows)),
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


MOVES = {
    RequestStatus.SPAM: Move.SPAM,
    RequestStatus.DUPLICATE: Move.DUPLICATE,
    RequestStatus.SIGNPOSTED: Move.SIGNPOST,
    RequestStatus.NOT_NOW: Move.NOT_NOW,
    RequestStatus.WITHDRAWN: Move.WITHDRAW,
    RequestStatus.WAITING_FOR_THEM: Move.ASK_FOR_MORE,
    RequestStatus.ACCEPTED: Move.ACCEPT,
}


def _decisions(world: World, story: Story, request: int, by: Person) -> None:
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
        _captured(world, story, session, items, lead)


def _captured(world: World, story: Story, session: int, items: list[int], lead: Person) -> None:
    day = story.held or story.came
    for kind, many in ((CaptureKind.ACHIEVEMENT, 2), (CaptureKind.IDEA, 2), (CaptureKind.DECISION, 1)):
        for text, _ in world.dice.sample(world.lines[kind.value], many):
            _capture(world, day, lead, session, items, kind, text)
    lines = list(_some(world, world.lines["action"], story.actions))
    captures = [_capture(world, day, lead, session, items, CaptureKind.ACTION, text) for text, _ in lines]
    if story.finished and captures:
        plan = _plan(world, story.place, session, story.finished, lead)
        for (text, first_step), capture in zip(lines, captures, strict=True):
            _action(world, story.place, plan, capture, text, first_step, story.finished, lead)


def _some(world: World, lines: list[tuple[str, str]], many: int) -> Iterator[tuple[str, str]]:
    """So many lines, without repeating one where there are enough."""
    yield from world.dice.sample(lines, many) if many <= len(lines) else world.dice.choices(lines, k=many)


def _capture(world: World, day: date, lead: Person, session: int, items: list[int], kind: CaptureKind, text: str) -> int:
    when = at(day, 19, world.dice.randint(0, 59))
    about = {"kind": kind, "text": text, "as_typed": text, "at": when, "by_id": lead.id}
    return world.pile.add(Capture, when, lead, session_id=session, item_id=world.dice.choice(items), **about)


def _plan(world: World, place: Place, session: int, held: date, lead: Person) -> Plan:
    """The partnership's open plan, or a new one when the last was closed before this session."""
    last = place.plan
    if last and (last.closed_on is None or held <= last.closed_on):
        return last
    agreed: date | None = world.later(held, 2, 12)
    if agreed is not None and (agreed >= world.today or world.chance(0.04)):
        agreed = None
    closed = world.later(ends_on(agreed), 0, 20) if agreed else None
    if closed is not None and (closed > world.today or world.chance(0.12)):
        closed = None
    given = {"agreed_on": agreed, "closed_on": closed, "closed_why": "Six months are over." if closed else ""}
    made = at(held, 21)
    where = {"partnership_id": place.id, "session_id": session, "lead_id": lead.id}
    plan = Plan(world.pile.add(ActionPlan, made, lead, made_at=made, **where, **given), agreed, closed, [])
    for kind, due in reviews(agreed) if agreed else ():
        day = world.within(due, due + timedelta(days=9))
        held_on = day if day < world.today and world.chance(0.85) else None
        said = {"words": "A good call. They are proud of the garden.", "by_id": lead.id} if held_on else {}
        number = world.pile.add(Review, at(held_on or held), lead, plan_id=plan.id, kind=kind, due_on=due, held_on=held_on, **said)
        if held_on:
            plan.held.append((number, held_on))
    place.plan = plan
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


def _action(world: World, place: Place, plan: Plan, capture: int, text: str, first_step: str, held: date, lead: Person) -> None:
    dice, pile = world.dice, world.pile
    began = max(plan.agreed_on or held, held)
    status = _status(world, plan, began)
    plan.actions += 1
    person, name, *_ = dice.choice(place.people)
    complete = world.chance(0.9)
    needed = world.chance(0.3)
    action = pile.add(
        Action,
        at(held, 21),
        lead,
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
        _updates(world, plan, action, status, began, lead)
    if needed:
        _need(world, place, capture, action, held, lead)


def _updates(world: World, plan: Plan, action: int, status: ActionStatus, began: date, lead: Person) -> None:
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
        words = world.dice.choice(SAID[after]) if needs_words(after) and world.chance(0.85) else ""
        said = {"review_id": review, "words": words, "at": when, "by_id": lead.id}
        world.pile.add(ActionUpdate, when, lead, action_id=action, before=before, status=after, **said)
        before = after
    if status in CLOSED:
        world.pile.note("action", action, when, lead, "changed", status=["going_well", status.value])


def _need(world: World, place: Place, capture: int, action: int, held: date, lead: Person) -> None:
    roll = world.dice.random()
    settled = world.later(held, 3, 60)
    status = NeedStatus.ASKED if roll < 0.4 or settled > world.today else NeedStatus.FOUND if roll < 0.85 else NeedStatus.NOT_AVAILABLE
    partner = world.dice.choice(world.partners) if status is NeedStatus.FOUND else None
    about = {"partnership_id": place.id, "capture_id": capture, "action_id": action, "kind": world.dice.choice(world.kinds)}
    done = {"status": status, "partner_id": partner, "settled_on": settled if status is not NeedStatus.ASKED else None}
    asked = at(held, 20)
    world.pile.add(SupportNeed, asked, lead, words=world.dice.choice(HELP), asked_on=held, at=asked, by_id=lead.id, **about, **done)
