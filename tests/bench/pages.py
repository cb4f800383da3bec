"""Every page in a server that runs, by turns with the blank page: reruns, filters, saves, the dashboard with nothing cached.

The blank page is /plan without an id, which answers "Not here": the whole shell, the look-up of who it is, a title and one line.
"""

import random
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Any

from tests.bench.client import LONGEST_RUN, Tab, sign_in
from tests.bench.server import ROOT, Server
from tests.bench.table import Row, row

FLOOR = "plan"
WARM_UP = 3
PATIENCE, FEWEST = 40, 20  # seconds after which a slow page is left, once it has so many samples
PAGE, COLD = 2.5, 5.0  # goals, as times the floor
PEOPLE, THINKING, SOON = 100, 2.0, 500  # how many, seconds between their steps, milliseconds for 95 of 100 steps
ROLES = ("manager", "support", "facilitator", "admin")


@dataclass(frozen=True)
class Records:
    """One record of each kind, of one partnership: its plan is agreed and open, has nine actions or so and a review to come."""

    partnership: int
    session: int
    plan: int
    review: int
    request: int


def records(path: Path) -> Records:
    """Look for them in the generated database, the latest first."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as raw:
        found = raw.execute(
            "SELECT p.partnership_id, p.session_id, p.id, r.id, s.request_id FROM action_plan p"
            " JOIN support_session s ON s.id = p.session_id JOIN review r ON r.plan_id = p.id AND r.held_on IS NULL"
            " WHERE p.closed_on IS NULL AND p.agreed_on IS NOT NULL AND p.id IN (SELECT plan_id FROM review WHERE held_on IS NOT NULL)"
            " ORDER BY abs((SELECT count(*) FROM action WHERE plan_id = p.id) - 9), p.id DESC, r.due_on LIMIT 1"
        ).fetchone()
    return Records(*found)


def addresses(found: Records) -> list[tuple[str, str]]:
    """Who opens what. A page of pages/ that isn't named here is opened as it stands, by the manager."""
    ids = {"session": found.session, "live": found.session, "plan": found.plan, "review": found.review, "partnership": found.partnership}
    chosen = [("support", "requests"), ("support", f"requests?id={found.request}"), ("manager", "plans?plans_view=Actions")]
    chosen += [("facilitator", stem) for stem in ("sessions", "plans", "partnerships", "needs", "progress")]
    for file in sorted((ROOT / "pages").glob("*.py")):
        stem = file.stem
        role = "admin" if stem in ("accounts", "lists") else "manager"
        chosen.append((role, f"{stem}?id={ids[stem]}" if stem in ids else stem))
    return sorted(set(chosen), key=lambda one: (one[1], one[0]))


# By page: the widget of a filter, and two values to go to and fro between; a number is the place among the widget's options.
FILTERS: dict[str, tuple[str, Any, Any]] = {
    "requests": ("requests_region", 1, 2),
    "sessions": ("sessions_region", 1, 2),
    "plans": ("plans_silent", True, False),
    "needs": ("needs_region", 1, 2),
    "partnerships": ("partnerships_region", 1, 2),
    "toolkit": ("toolkit_topic", 1, 2),
    "progress": ("progress_region", 1, 2),
}


class Visit:
    """Four people signed in to a server, each with as many tabs as are asked for."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.cookies = {role: sign_in(server.address, role) for role in ROLES}

    def tab(self, role: str, path: str) -> Tab:
        """A new tab at an address, drawn and warm. Refuses a page that came to nothing: a fast "Not here" would look like success."""
        tab = Tab(self.server.address, self.cookies[role])
        tab.open(path)
        if path != FLOOR and ("Not here" in (shown := tab.shows()) or "Something went wrong" in shown):
            raise RuntimeError(f"/{path} as {role}: {shown[:300]}")
        for _ in range(WARM_UP):
            tab.rerun()
        return tab

    def by_turns(self, tab: Tab, step: Callable[[], float], samples: int) -> tuple[list[float], list[float]]:
        """So many times the blank page, then the step; returns both lists. A slow page gets fewer samples: its row says how many."""
        floor = self.tab("manager", FLOOR)
        floors, taken = [], []
        until = time.monotonic() + PATIENCE
        for number in range(samples):
            if number >= FEWEST and time.monotonic() > until:
                break
            floors.append(floor.rerun())
            taken.append(step())
        floor.close()
        tab.close()
        return floors, taken


def measured(server: Server, path: Path, size: str, samples: int, cold: int, only: str = "") -> Iterator[Row]:
    """The rows of one size, all of them or those with a word in their name."""
    visit, found = Visit(server), records(path)
    jobs: dict[str, Callable[[str], Row]] = {"floor: /plan without id, manager": lambda name: _same(visit, size, samples, name)}
    for role, address in addresses(found):
        jobs[f"/{_named(address)}, {role}"] = lambda name, r=role, a=address: _page(visit, size, samples, name, r, a)
    for stem, (key, first, second) in FILTERS.items():
        toggled = (stem, key, first, second)
        jobs[f"/{stem}: filter {key.split('_')[1]}, manager"] = lambda name, t=toggled: _filter(visit, size, samples, name, *t)
    jobs["save: a tap in a review (fragment)"] = lambda name: _tap(visit, found, size, samples, name)
    jobs["save: a need settled (list of 50)"] = lambda name: _settle(visit, size, samples, name)
    jobs["/progress with nothing cached, manager"] = lambda name: _cold(visit, path, size, cold, name)
    for name, job in jobs.items():
        if only in name:
            try:
                yield job(name)
            except TimeoutError:  # so slow that it is the finding; the other pages are measured all the same
                yield row(size, name, [LONGEST_RUN * 1000], goal="an answer", met=False, note="none came")


def _same(visit: Visit, size: str, samples: int, name: str) -> Row:
    tab = visit.tab("manager", FLOOR)
    floors, taken = visit.by_turns(tab, tab.rerun, samples)
    return row(size, name, taken, floors, note="against itself")


def _page(visit: Visit, size: str, samples: int, name: str, role: str, address: str) -> Row:
    tab = visit.tab(role, address)
    sent, weight = tab.size()
    floors, taken = visit.by_turns(tab, tab.rerun, samples)
    return row(size, name, taken, floors, note=f"{sent} messages, {weight // 1024} KiB", most=PAGE)


def _named(address: str) -> str:
    return address.split("id=")[0] + "id" if "id=" in address else address


def _filter(visit: Visit, size: str, samples: int, name: str, stem: str, key: str, first: Any, second: Any) -> Row:
    tab = visit.tab("manager", stem)
    options = getattr(tab.widgets[key][0], "options", ())
    values = cycle([value if isinstance(value, bool) else options[value] for value in (first, second)])
    floors, taken = visit.by_turns(tab, lambda: tab.rerun(**{key: next(values)}), samples)
    return row(size, name, taken, floors, most=PAGE)


def _tap(visit: Visit, found: Records, size: str, samples: int, name: str) -> Row:
    """A save in a fragment: how an action goes, tapped in a review; then the fragment is drawn anew."""
    tab = visit.tab("manager", f"review?id={found.review}")
    keys = [key for key in tab.widgets if key.startswith("review_status_")]
    action = keys[0].split("_")[2]
    status = cycle(("going_well", "not_started"))
    floors, taken = visit.by_turns(tab, lambda: tab.rerun(**{f"review_status_{action}_{next(status)}": True}), samples)
    return row(size, name, taken, floors, most=PAGE)


def _settle(visit: Visit, size: str, samples: int, name: str) -> Row:
    """A save on a list of fifty: the first need is said not to be available, and the whole page is drawn anew."""
    tab = visit.tab("manager", "needs")

    def step() -> float:
        return tab.rerun(**{next(key for key in tab.widgets if key.startswith(("needs_none_", "needs_again_"))): True})

    floors, taken = visit.by_turns(tab, step, samples)
    return row(size, name, taken, floors, most=PAGE)


def _cold(visit: Visit, path: Path, size: str, samples: int, name: str) -> Row:
    """The dashboard after somebody changed something: what is cached counts no more."""
    tab = visit.tab("manager", "progress")
    taken, floors = [], []
    floor = visit.tab("manager", FLOOR)
    with closing(sqlite3.connect(path, timeout=30, isolation_level=None)) as raw:
        for _ in range(samples):
            raw.execute("UPDATE revision SET value = value + 1")
            floors.append(floor.rerun())
            taken.append(tab.rerun())
    floor.close()
    tab.close()
    return row(size, name, taken, floors, most=COLD)


# Many people, and for long


def crowd(server: Server, path: Path, size: str, seconds: int) -> Row:
    """A hundred people who think two seconds between two steps, each step a page opened by its address or run again.

    They come one after another before the clock starts: a hundred first pages at once is another question.
    """
    visit, found = Visit(server), records(path)
    mine = {role: [address for who, address in addresses(found) if who == role] for role in ("manager", "support", "facilitator")}
    taken: list[float] = []
    faults: list[str] = []
    people = []
    for number in range(PEOPLE):
        role = ("support", "facilitator", "manager")[number % 3]
        tab = Tab(server.address, visit.cookies[role])
        tab.open(mine[role][number % len(mine[role])])
        people.append((tab, random.Random(number), mine[role]))
    until = time.monotonic() + seconds

    def use(tab: Tab, dice: random.Random, places: list[str]) -> None:
        try:
            time.sleep(dice.uniform(0, THINKING * 2))
            while time.monotonic() < until:
                taken.append(tab.rerun() if dice.random() < 0.5 else tab.open(dice.choice(places)))
                time.sleep(dice.uniform(0, THINKING * 2))
        except OSError as fault:
            faults.append(repr(fault))
        tab.close()

    threads = [threading.Thread(target=use, args=person) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    note = f"{len(taken) / seconds:.0f} steps/s, {len(faults)} failed"
    made = row(size, f"{PEOPLE} people, {THINKING:g} s of thinking", taken, note=note)
    made.goal, made.met = f"p95 < {SOON} ms", made.p95 < SOON and not faults
    return made


def soak(server: Server, path: Path, size: str, visits: int) -> Row:
    """Memory of the server over so many page visits: people come, look at fifty pages, and go. Counted from the tenth part on."""
    visit, found = Visit(server), records(path)
    everywhere = addresses(found)
    dice = random.Random(1)
    levels = []
    for number in range(visits + visits // 10):
        if number % 50 == 0:
            tab = Tab(server.address, visit.cookies["manager"])
        tab.open(dice.choice([address for role, address in everywhere if role == "manager"]))
        if number % 50 == 49:
            tab.close()
        if number >= visits // 10 and number % 50 == 49:
            levels.append(server.megabytes())
    grew = levels[-1] / levels[0] - 1
    made = row(
        size, f"memory over {visits:,} page visits", levels, unit="MiB", note=f"{levels[0]:.0f} to {levels[-1]:.0f} MiB, {grew:+.1%}"
    )
    made.goal, made.met = "grows < 10%", grew < 0.1
    return made
