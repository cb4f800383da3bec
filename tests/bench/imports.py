"""Ten thousand sign-ups in a file: a clean one, and one as people really send it."""

import csv
import io
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Select, func, select
from sqlmodel import col

from rr import db, gesture
from rr.access import SYSTEM
from rr.intake.imports import commands as importer
from rr.intake.imports.entries import ExportFile, read
from rr.intake.imports.reading import open_upload
from rr.intake.models import ImportRow, SupportRequest
from rr.synthetic.names import area_name, person_name
from rr.synthetic.texts import request_words
from rr.toolkit.queries import topics
from tests.bench.databases import connected, sqlite_copy
from tests.bench.pages import Job
from tests.bench.sampling import Bench
from tests.bench.server import ROOT
from tests.bench.table import Goal, Row, Samples, make_row

SIGN_UPS = 10_000
SECONDS = 15


@dataclass(frozen=True)
class SignUps:
    """An export: its bytes, its number of rows, and how many of them are new sign-ups that can be imported."""

    data: bytes
    rows: int
    new: int


def jobs() -> dict[str, Job]:
    """What is measured here, by the name of its row."""
    files = {"a clean file": clean_file, "a messy file": messy_file}
    return {f"import of {SIGN_UPS:,}, {name}": partial(_measure, name=name, make=make) for name, make in files.items()}


def _measure(bench: Bench, *, name: str, make: Callable[[int], SignUps]) -> Iterator[Row]:
    with sqlite_copy(bench.template(bench.largest)) as copy, connected(f"sqlite:///{copy}"):
        yield from import_rows(bench.largest, name, make(SIGN_UPS))


def import_rows(size: str, name: str, file: SignUps) -> Iterator[Row]:
    """Preview a file, then import it. It has failed unless every row is accounted for and every new sign-up is stored."""
    began = time.perf_counter()
    found = _read(file)
    with db.reading() as session:
        seen = len(importer.preview(session, found, actor=SYSTEM).rows)
    took = time.perf_counter() - began
    yield make_row(size, f"preview of {file.rows:,}, {name}", _once(took, "" if seen == file.rows else f"{seen} rows are shown"), unit="s")
    before, began = _count(select(func.count()).select_from(SupportRequest)), time.perf_counter()
    batch_id = gesture.perform(importer.import_signups, _read(file), actor=SYSTEM)
    took = time.perf_counter() - began
    stored = _count(select(func.count()).select_from(SupportRequest)) - before
    rows = _count(select(func.count()).select_from(ImportRow).where(col(ImportRow.batch_id) == batch_id))
    whole = (stored, rows) == (file.new, file.rows)
    problem = "" if whole else f"{stored} stored of {file.new} new ones, {rows} of {file.rows} rows accounted for"
    goal = Goal(f"< {SECONDS} s", lambda row: row.worst is not None and row.worst < SECONDS)
    yield make_row(size, f"import of {file.rows:,}, {name}", _once(took, problem), goal, unit="s", note=f"{file.new:,} new")


def _read(file: SignUps) -> ExportFile:
    with db.reading() as session:
        labels = topics(session)
    return read(open_upload("sign-ups.csv", file.data).table, topics=labels)


def _count(query: Select[int]) -> int:
    with db.reading() as session:
        return session.execute(query).scalar_one()


def _once(took: float, problem: str) -> Samples:
    return Samples(failures=[problem]) if problem else Samples([took])


def clean_file(many: int) -> SignUps:
    """Each row with a person, words and an entry id of its own, the areas of the reference list in turn."""
    return SignUps(_csv(list(_sign_ups(many))).encode("utf-8-sig"), many, many)


def messy_file(many: int) -> SignUps:
    """In the encoding of an old Windows program, and with everything in CHANGES. Of a hundred rows, about eight are an entry that is

    there already, three are one with other answers, and in three nobody can be reached: none of these can be imported.
    """
    rng = random.Random(2)
    changes, shares = [change for change, _ in CHANGES], [share for _, share in CHANGES]
    new: list[SignUp] = []
    rows: list[SignUp] = []
    for row in _sign_ups(many):
        number = rng.randrange(100)
        if new and number < 8:
            rows.append(rng.choice(new))
        elif new and number < 11:
            again = rng.choice(new)
            rows.append({**again, "Support wanted": f"{again['Support wanted']} And one more thing."})
        elif number < 14:
            rows.append({**row, "Email Address": "", "Telephone": ""})
        else:
            new.append({**row, **rng.choices(changes, shares)[0](row, rng)})
            rows.append(new[-1])
    return SignUps(_csv(rows).encode("cp1252", errors="replace"), many, len(new))


SignUp = dict[str, str]  # a row of the file, by its headers


def _sign_ups(many: int) -> Iterator[SignUp]:
    """The demonstration's rows over and over, each with another person and other words."""
    with (ROOT / "data/demo/sign-up-for-support-2024-05-02.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if "@" in row["Email Address"]]
    with (ROOT / "data/big_local_areas.csv").open(encoding="utf-8", newline="") as file:
        areas = [row["name"] for row in csv.DictReader(file)]
    rng = random.Random(1)
    for number in range(many):
        first, last = person_name(rng).split(" ", 1)
        yield rows[number % len(rows)] | {
            "Name (First)": first,
            "Name (Last)": last,
            "Email Address": f"somebody{number}@example.org",
            "Telephone": f"07700 900{number % 1000:03}",
            "Area": areas[number % len(areas)],
            "Support wanted": request_words(rng),
            "Entry Id": str(5_000_000 + number),
        }


def _unchanged(row: SignUp, rng: random.Random) -> SignUp:
    return {}


def _misspelt_area(row: SignUp, rng: random.Random) -> SignUp:
    place = rng.randrange(1, len(row["Area"]))
    return {"Area": row["Area"][:place] + row["Area"][place + 1 :]}


def _unknown_area(row: SignUp, rng: random.Random) -> SignUp:
    return {"Area": f"{area_name(rng)}, or near there"}


def _wrongly_decoded(row: SignUp, rng: random.Random) -> SignUp:
    wrong = {"Name (Last)": f"{row['Name (Last)']}-Zoë", "Support wanted": f"We don’t know. {row['Support wanted']}"}
    return {header: text.encode().decode("cp1252", errors="replace") for header, text in wrong.items()}


def _with_entities(row: SignUp, rng: random.Random) -> SignUp:
    return {"Name (Last)": "O&#039;Brien", "Area": row["Area"].replace(" and ", " &amp; ")}


def _slip_in_phone(row: SignUp, rng: random.Random) -> SignUp:
    return {"Telephone": row["Telephone"].replace("0", "O") if rng.random() < 0.5 else f"{row['Telephone']}12"}


def _in_capitals(row: SignUp, rng: random.Random) -> SignUp:
    return {"Area": row["Area"].upper(), "Email Address": f" {row['Email Address'].upper()} "}


CHANGES = (  # and their shares of the rows that can be imported
    (_unchanged, 60),
    (_misspelt_area, 12),
    (_unknown_area, 8),
    (_wrongly_decoded, 6),
    (_with_entities, 5),
    (_slip_in_phone, 5),
    (_in_capitals, 4),
)


def _csv(rows: list[SignUp]) -> str:
    written = io.StringIO()
    out = csv.DictWriter(written, rows[0], quoting=csv.QUOTE_ALL)
    out.writeheader()
    out.writerows(rows)
    return written.getvalue()
