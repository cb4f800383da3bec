"""The search box, and a plan's document."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from rr import db
from rr.access import SYSTEM, Actor, Who
from rr.story import search
from tests.bench.client import fetch
from tests.bench.databases import connected
from tests.bench.pages import Job
from tests.bench.problems import Failed
from tests.bench.sampling import PATIENCE, Bench, Site, Step, alternate, patiently
from tests.bench.table import Row, Samples, make_row, p95_below

SEARCH, DOCUMENT = p95_below(100), p95_below(1000)
DOCUMENTS = 20
ZIP = b"PK"  # how a Word file begins


def jobs() -> dict[str, Job]:
    """What is measured here, by the name of its row."""
    return {"search": _searches, "a plan's document": _documents}


@dataclass(frozen=True)
class Typed:
    """What somebody types, and whether there is something to be found."""

    kind: str
    text: str
    finds: bool = True


def _searches(bench: Bench) -> Iterator[Row]:
    """For one who sees all, and for a facilitator, of whose partnership everything is that is searched for."""
    for size in bench.options.sizes:
        path = bench.template(size)
        facilitator_id, typed = things_to_find(path)
        with connected(f"sqlite:///{path}"):
            for one in typed:
                for reach, actor in (("all", SYSTEM), ("own", Actor(Who.FACILITATOR, "F", facilitator_id))):
                    samples = search_for(one, actor, bench.options.samples)
                    yield make_row(size, f"search: {one.kind}, {reach}", samples, SEARCH)


def things_to_find(path: Path) -> tuple[int, list[Typed]]:
    """A facilitator, and what can be typed to find a partnership of theirs, a person there, and a request of theirs."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as raw:
        facilitator_id, area, person, ref = raw.execute(
            "SELECT f.account_id, p.name, c.name, r.ref FROM session_facilitator f JOIN support_session s ON s.id = f.session_id"
            " JOIN partnership p ON p.id = s.partnership_id JOIN contact c ON c.partnership_id = p.id"
            " JOIN support_request r ON r.id = s.request_id WHERE length(p.name) > 12 AND length(c.name) > 14"
            " ORDER BY s.id DESC, c.id LIMIT 1"
        ).fetchone()
    last = person.split()[-1]
    return facilitator_id, [
        Typed("area", area),
        Typed("area misspelt", _without_one_letter(area)),
        Typed("person", last),
        Typed("person misspelt", _without_one_letter(person)),
        Typed("reference", ref),
        Typed("nothing", "zzyzx qwerty", finds=False),
    ]


def _without_one_letter(text: str) -> str:
    """With a letter left out of its longest word."""
    longest = max(text.split(), key=len)
    place = text.index(longest) + len(longest) // 2
    return text[:place] + text[place + 1 :]


def search_for(typed: Typed, actor: Actor, many: int) -> Samples:
    """So many searches, after one that warms up. One that finds nothing where something is, or the other way round, has failed."""
    samples = Samples()
    for number in patiently(many + 1, PATIENCE / 2):
        began = time.perf_counter()
        with db.reading() as session:
            hits = search.find(session, typed.text, actor=actor)
        took = (time.perf_counter() - began) * 1000
        if bool(hits) is not typed.finds:
            samples.failures.append(f"{len(hits)} hits")
        elif number:
            samples.taken.append(took)
    return samples


def _documents(bench: Bench) -> Iterator[Row]:
    """The Word document of an ordinary plan, downloaded."""
    for size, samples in zip(bench.options.sizes, alternate(bench, _download, DOCUMENTS), strict=True):
        samples.blank.clear()  # a download is no run of a page
        yield make_row(size, "a plan's document", samples, DOCUMENT)


def _download(site: Site, samples: Samples, stack: ExitStack) -> Step:
    return partial(download, site.server.address, f"/files/plan/{site.records.plan}.docx", site.cookie("manager"))


def download(address: str, path: str, cookie: str) -> float:
    """The milliseconds of a Word file's download; raises Failed if it isn't one."""
    took, body = fetch(address, path, cookie)
    if not body.startswith(ZIP):
        raise Failed("it isn't a Word file")
    return took
