"""Synthetic data for benchmarks: years of work in minutes. Areas beyond the reference list, people and words are all invented.

Rows are written in bulk here, past the commands and the audit's listener, and the audit's rows are written with them. That is
right for a benchmark, where nobody's work is at stake and 150,000 actions must be there in a minute; nothing else may do it. The
demonstration is made through the commands (rr/demo.py).
"""

import random
from collections import Counter
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select, update
from sqlmodel import col

from rr import clock, db, name_words
from rr.accounts.models import Account
from rr.accounts.rules import Role
from rr.db import Session
from rr.errors import Refused
from rr.intake.models import ImportBatch, SupportRequest
from rr.needs.models import SupportKind, SupportPartner
from rr.partnerships.models import Partnership
from rr.plans import roll_up
from rr.plans.models import Action, ActionUpdate
from rr.synthetic.bulk import BulkWriter, StaffMember
from rr.synthetic.cases import DAYS, Case, make_cases
from rr.synthetic.context import Context, GeneratedPartnership, at
from rr.synthetic.names import area_names, person_name
from rr.synthetic.records import add_case
from rr.toolkit.models import Activity, Recipe, Topic

AT_ONCE = 1000  # cases whose rows are held in memory together
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
    some 12,000 entries in the audit. All in one transaction, so what is interrupted leaves nothing. L takes about a minute.
    Refuses a database with requests or accounts.
    """
    with db.reading() as session:
        used = session.execute(select(func.count()).select_from(SupportRequest)).scalar_one()
        used += session.execute(select(func.count()).select_from(Account)).scalar_one()
    if used:
        raise Refused("The database isn't empty, so nothing was added", "Set RR_DATABASE_URL to a database of its own.")
    with db.transaction() as session:
        written = _fill(session, random.Random(seed), times=size.times, today=clock.today())
        last = select(func.max(col(ActionUpdate.at))).where(col(ActionUpdate.action_id) == col(Action.id)).scalar_subquery()
        session.execute(update(Action).values(status_at=last), execution_options={"unaudited": True, "synchronize_session": False})
    shown = ", ".join(f"{written[table]:,} {words}" for table, words in SHOWN.items())
    return f"Filled for benchmarks, size {size}: {shown}. All people in it are invented."


def _fill(session: Session, rng: random.Random, *, times: int, today: date) -> Counter[str]:
    writer = BulkWriter(session)
    partnerships = _partnerships(writer, rng, times=times, today=today)
    context = _context(writer, rng, times=times, today=today)
    cases = make_cases(context, partnerships, requests=300 * times, actions=1500 * times)
    _import_batches(context, cases)
    for number, case in enumerate(cases, start=1):
        add_case(context, case, number)
        if number % AT_ONCE == 0:
            writer.write()
    writer.write()
    roll_up.fill(session)
    name_words.rebuild(session.connection())
    writer.advance_sequences()
    return writer.written


def _partnerships(writer: BulkWriter, rng: random.Random, *, times: int, today: date) -> list[GeneratedPartnership]:
    """The areas of the reference list, and invented ones up to the size."""
    listed = writer.session.execute(
        select(col(Partnership.id), col(Partnership.name), col(Partnership.region)).order_by(col(Partnership.id))
    ).all()
    partnerships = [GeneratedPartnership(row.id, row.name) for row in listed]
    made = at(today - timedelta(days=DAYS + 100))
    for name in area_names(rng, len(listed) * (times - 1), other_than={row.name for row in listed}):
        partnership_id = writer.add(Partnership, made, name=name, region=rng.choice(listed).region)
        partnerships.append(GeneratedPartnership(partnership_id, name))
    return partnerships


def _context(writer: BulkWriter, rng: random.Random, *, times: int, today: date) -> Context:
    def ordered(*columns: Any) -> list[Any]:
        rows = writer.session.execute(select(*columns).order_by(columns[0])).all()
        return [row[0] if len(columns) == 1 else tuple(row) for row in rows]

    made = at(today - timedelta(days=DAYS + 100))

    def hire(role: Role, many: int) -> list[StaffMember]:
        staff = []
        for number in range(1, many + 1):
            name, email = f"{person_name(rng)} ({number})", f"{role}{number}@example.org"
            staff.append(StaffMember(writer.add(Account, made, name=name, email=email, role=role, made_at=made), name))
        return staff

    teams = {1: 1, 10: 2, 100: 6}[times]
    hire(Role.MANAGER, 2)
    hire(Role.ADMIN, 1)
    return Context(
        today=today,
        rng=rng,
        writer=writer,
        support=hire(Role.SUPPORT, 3 * teams),
        facilitators=hire(Role.FACILITATOR, 10 * teams),
        topics=ordered(col(Topic.code)),
        kinds=ordered(col(SupportKind.code)),
        partners=ordered(col(SupportPartner.id)),
        activities=ordered(col(Activity.id), col(Activity.name)),
        recipes=ordered(col(Recipe.name)),
    )


def _import_batches(context: Context, cases: list[Case]) -> None:
    """A file of sign-ups every quarter."""
    first = context.today - timedelta(days=DAYS)
    for number in range(9):
        ends = first + timedelta(days=90 * (number + 1))
        taken = sum(ends - timedelta(days=90) <= case.received < ends for case in cases)
        name = f"sign-ups-{ends.isoformat()}.csv"
        batch_id = context.writer.add(ImportBatch, at(ends), file_name=name, taken=taken, at=at(min(ends, context.today), 8))
        context.batches.append((ends, batch_id))
