"""Synthetic data for benchmarks: years of work in minutes. Areas beyond the reference list, people and words are all invented.

Rows are written in bulk here, past the commands and the audit's listener, and the audit's rows are written with them. That is
right for a benchmark, where nobody's work is at stake and 150,000 actions must be there in a minute; nothing else may do it. The
demonstration is made through the commands (rr/demo.py).
"""

import csv
import random
import re
from collections import Counter
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select
from sqlmodel import col

from rr import clock, db, name_words
from rr.accounts.models import Account
from rr.accounts.rules import Role
from rr.config import DATA
from rr.db import Session
from rr.errors import Refused
from rr.intake.models import ImportBatch, SupportRequest
from rr.needs.models import SupportKind, SupportPartner
from rr.partnerships.models import Partnership
from rr.synthetic.pile import Person, Pile
from rr.synthetic.stories import DAYS, invent
from rr.synthetic.telling import tell
from rr.synthetic.world import LAST_BEGINS, LAST_ENDS, Place, Story, World, a_name, at
from rr.toolkit.models import Activity, Recipe, Topic

AT_ONCE = 1000  # requests whose rows are held in memory together
AREAS = ["Green", "Estate", "Heath", "Road and Canalside", "Cross", "Park", "Village", "Moor", "Quays", "Hill", "Fields", "and District"]
SHOWN = {
    "support_request": "requests",
    "support_session": "sessions",
    "action_plan": "plans",
    "action": "actions",
    "action_update": "updates",
    "support_need": "needs",
    "audit_entry": "entries in the audit",
}


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
        written = _fill(session, random.Random(seed), times=size.times, today=clock.today())
    shown = ", ".join(f"{written[table]:,} {words}" for table, words in SHOWN.items())
    return f"Filled for benchmarks, size {size}: {shown}. All people in it are invented."


def _fill(session: Session, dice: random.Random, *, times: int, today: date) -> Counter[str]:
    pile = Pile(session)
    places = _places(pile, dice, times=times, today=today)
    world = _world(pile, dice, times=times, today=today)
    stories = invent(world, places, many=300 * times, actions=1500 * times)
    _import_batches(world, stories)
    for number, story in enumerate(stories, start=1):
        tell(world, story, number)
        if number % AT_ONCE == 0:
            pile.store()
    pile.store()
    name_words.rebuild(session.connection())
    pile.count_on()
    return pile.written


def _places(pile: Pile, dice: random.Random, *, times: int, today: date) -> list[Place]:
    """The areas of the reference list, and invented ones up to the size."""
    there = pile.session.execute(
        select(col(Partnership.id), col(Partnership.name), col(Partnership.region)).order_by(col(Partnership.id))
    ).all()
    places = [Place(row.id, row.name) for row in there]
    for number in range(len(places) + 1, len(places) * times + 1):
        name = f"Area {number} {dice.choice(LAST_BEGINS)}{dice.choice(LAST_ENDS)} {dice.choice(AREAS)}"
        made = at(today - timedelta(days=DAYS + 100))
        places.append(Place(pile.add(Partnership, made, name=name, region=dice.choice(there).region), name))
    return places


def _world(pile: Pile, dice: random.Random, *, times: int, today: date) -> World:
    def ordered(*columns: Any) -> list[Any]:
        rows = pile.session.execute(select(*columns).order_by(columns[0])).all()
        return [row[0] if len(columns) == 1 else tuple(row) for row in rows]

    made = at(today - timedelta(days=DAYS + 100))

    def hire(role: Role, many: int) -> list[Person]:
        people = []
        for number in range(1, many + 1):
            name, email = f"{a_name(dice)} ({number})", f"{role}{number}@example.org"
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


def _import_batches(world: World, stories: list[Story]) -> None:
    """A file of sign-ups every quarter."""
    first = world.today - timedelta(days=DAYS)
    for number in range(9):
        ends = first + timedelta(days=90 * (number + 1))
        taken = sum(ends - timedelta(days=90) <= story.came < ends for story in stories)
        name = f"sign-ups-{ends.isoformat()}.csv"
        batch = world.pile.add(ImportBatch, at(ends), file_name=name, taken=taken, at=at(min(ends, world.today), 8))
        world.batches.append((ends, batch))
