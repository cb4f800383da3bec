"""Two processes at one database: edits of the same rows, and forms that arrive twice."""

import json
import random
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from multiprocessing import get_context
from secrets import token_hex
from typing import TypeVar

from sqlalchemy import func, select
from sqlmodel import col

from rr import db, gesture
from rr.access import SYSTEM
from rr.accounts.models import FormKey
from rr.audit import AuditEntry
from rr.errors import Refused
from rr.partnerships import commands as partnerships
from rr.partnerships.models import Note, Partnership
from tests.bench.databases import connected
from tests.soak.attack import Counts
from tests.soak.databases import Place

PROCESSES, THREADS = 2, 4
ROWS = 20  # partnerships that everybody edits

Result = TypeVar("Result")
Change = tuple[int, str, str]  # the partnership, and the name of its organisation before and after


def edit(place: Place, times: int, processes: Executor) -> Counts:
    """Everybody renames organisations, by the command behind the page's form, and after a refusal looks again and does it once more.

    The audit's changes are those that were taken, each from the name that its form was drawn from, and the last one stands.
    """
    made, refused = zip(*_in_both(processes, _rename, place.url, times), strict=True)
    taken = {change for some in made for change in some}
    with connected(place.url), db.reading() as session:
        entries = select(col(AuditEntry.row_id), col(AuditEntry.changes)).filter_by(gesture="edit_facts").order_by(col(AuditEntry.id))
        audited = [(int(row_id), *json.loads(changes)["lto_name"]) for row_id, changes in session.execute(entries)]
        stand = {(row.id, row.lto_name) for row in session.execute(select(col(Partnership.id), col(Partnership.lto_name))) if row.lto_name}
    last = {place_id: after for place_id, _, after in audited}
    counts = Counts(len(taken), lost=len(taken - set(audited)), half=len(set(audited) - taken) + len(stand ^ set(last.items())))
    counts.notes.append(f"{sum(refused):,} were refused since somebody else had changed the name meanwhile, and made again")
    return counts


def submit(place: Place, times: int, processes: Executor) -> Counts:
    """Each form arrives in both processes at once: it is stored once, and both get the same answer."""
    first, second = _in_both(processes, _send_forms, place.url, times * PROCESSES)
    with connected(place.url), db.reading() as session:
        stored = session.execute(select(func.count()).select_from(Note).where(col(Note.words).startswith("Form "))).scalar_one()
        keys = session.execute(select(func.count()).select_from(FormKey)).scalar_one()
    different = sum(one != other for one, other in zip(first, second, strict=True))
    return Counts(times, lost=abs(times - stored) + different, half=abs(stored - keys))


def two_processes() -> ProcessPoolExecutor:
    """Processes that share nothing with this one, or with each other; they end with the block."""
    return ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn"))


def _in_both(processes: Executor, work: Callable[[str, int], Result], url: str, times: int) -> list[Result]:
    """The work in two processes at once, each its share of the times."""
    return list(processes.map(partial(work, url), [times // PROCESSES] * PROCESSES))


def _rename(url: str, times: int) -> tuple[list[Change], int]:
    """The changes that were taken, and how often one was refused before."""

    def one(number: int) -> tuple[Change, int]:
        place, name, refused = random.randint(1, ROWS), f"Trust {token_hex(4)}", 0
        while True:
            with db.reading() as session:
                seen = session.execute(select(col(Partnership.lto_name)).where(col(Partnership.id) == place)).scalar_one()
            try:
                gesture.perform(partnerships.edit_facts, place, {"lto_name": seen}, {"lto_name": name}, actor=SYSTEM)
                return (place, seen, name), refused
            except Refused:
                refused += 1

    with connected(url), ThreadPoolExecutor(THREADS) as crowd:
        made = list(crowd.map(one, range(times)))
    return [change for change, _ in made], sum(refused for _, refused in made)


def _send_forms(url: str, times: int) -> list[int]:
    """The answers to all forms, in their order."""

    def one(number: int) -> int:
        return gesture.perform(partnerships.add_note, 1 + number % ROWS, f"Form {number}", actor=SYSTEM, key=f"form {number}")

    with connected(url), ThreadPoolExecutor(THREADS) as crowd:
        return list(crowd.map(one, range(times)))
