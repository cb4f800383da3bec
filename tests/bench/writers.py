"""Twenty people who save notes as fast as they can, on both databases: how long the one who waits longest waits."""

import threading
import time
from collections.abc import Iterator
from functools import partial
from secrets import token_hex

from sqlalchemy import select
from sqlmodel import col

from rr import db, gesture
from rr.access import SYSTEM
from rr.partnerships import commands as partnerships
from rr.partnerships.models import Note, Partnership
from tests.bench.databases import connected, postgresql_copy, sqlite_copy
from tests.bench.pages import Job
from tests.bench.sampling import Bench
from tests.bench.table import Row, Samples, make_row, worst_below

WRITERS, EACH = 20, 40
NO_LONGER = worst_below(500)


def jobs() -> dict[str, Job]:
    """What is measured here, by the name of its row."""
    return {f"{WRITERS} writers, {name}": partial(_measure, name=name) for name in ("SQLite", "PostgreSQL")}


def _measure(bench: Bench, *, name: str) -> Iterator[Row]:
    source = bench.template(bench.largest)
    if name == "SQLite":
        with sqlite_copy(source) as copy:
            yield write_together(f"sqlite:///{copy}", bench.largest, name)
    else:
        with postgresql_copy(source) as url:
            yield write_together(url, bench.largest, name)


def write_together(url: str, size: str, name: str) -> Row:
    """Each saves its notes through forms with keys, as the pages do. A note that isn't in the database afterwards has failed."""
    samples, ready, mark = Samples(), threading.Barrier(WRITERS), token_hex(4)
    took: dict[tuple[int, str], float] = {}

    def write(place: int) -> None:
        ready.wait()
        for number in range(EACH):
            began, words = time.perf_counter(), f"{mark} note {number}"
            try:
                gesture.perform(partnerships.add_note, place, words, actor=SYSTEM, key=token_hex(8))
                took[place, words] = (time.perf_counter() - began) * 1000
            except Exception as fault:
                samples.failures.append(repr(fault))

    with connected(url):
        with db.reading() as session:
            places = session.execute(select(col(Partnership.id)).order_by(col(Partnership.id)).limit(WRITERS)).scalars().all()
        began = time.perf_counter()
        threads = [threading.Thread(target=write, args=(place,)) for place in places]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        rate = WRITERS * EACH / (time.perf_counter() - began)
        with db.reading() as session:
            ours = select(col(Note.partnership_id), col(Note.words)).where(col(Note.words).startswith(mark))
            stored = {(row.partnership_id, row.words) for row in session.execute(ours)}
    samples.taken = [took[note] for note in took if note in stored]
    samples.failures += ["the note was not stored"] * (len(took) - len(samples.taken))
    return make_row(size, f"{WRITERS} writers, {name}", samples, NO_LONGER, note=f"{rate:.0f} writes/s")
