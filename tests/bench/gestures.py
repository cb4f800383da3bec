"""Saving: what somebody does in a page, timed until the page shows it, and looked up in the database each time.

Each sample does something else than the one before, on another record or with other words, so that nothing takes it for a double click.
"""

import sqlite3
from contextlib import ExitStack, closing
from functools import partial
from itertools import count
from pathlib import Path

from tests.bench.client import Tab
from tests.bench.pages import Job, measure, open_tab
from tests.bench.problems import Failed
from tests.bench.sampling import Site, Step
from tests.bench.table import Samples, times_blank

SAVE = times_blank(2.5)
STATUSES = ("going_well", "not_started")  # neither asks for words
ASKS = "stuck"  # this one does


def jobs() -> dict[str, Job]:
    """What is measured here, by the name of its row."""
    found = {"save: a tap in a review (fragment)": _taps, "save: words in a review (fragment)": _words}
    return {name: partial(measure, what=name, prepare=prepare, goal=SAVE) for name, prepare in found.items()}


def tap(tab: Tab, action_id: int, status: str) -> float:
    """One tap on how an action goes. A native button: where it is one of a component, this is the line that becomes `tab.press(…)`."""
    return tab.rerun(**{f"review_status_{action_id}_{status}": True})


def _taps(site: Site, samples: Samples, stack: ExitStack) -> Step:
    """Another action each time, with another status than it had. The last action is left to the words."""
    tab = open_tab(site, stack, "manager", "review?id={review}")
    samples.messages, samples.kib = tab.size()
    return taps(tab, site.records.actions[:-1], site.server.database)


def taps(tab: Tab, actions: tuple[int, ...], database: Path) -> Step:
    """Taps that are stored: each adds one update, with the status that was tapped, and the action has it too."""
    numbers = count()

    def step() -> float:
        number = next(numbers)
        action_id, status = actions[number % len(actions)], STATUSES[number // len(actions) % len(STATUSES)]
        before = _updates(database, action_id)
        took = tap(tab, action_id, status)
        if [stored for _, stored, _ in _updates(database, action_id)[len(before) :]] != [status]:
            raise Failed("the tap was not stored")
        return took

    return step


def _words(site: Site, samples: Samples, stack: ExitStack) -> Step:
    """What would help, typed beside an action that is stuck: other words each time."""
    tab = open_tab(site, stack, "manager", "review?id={review}")
    action_id = site.records.actions[-1]
    if not any(status == ASKS for _, status, _ in _updates(site.server.database, action_id)[-1:]):
        tap(tab, action_id, ASKS)
    return words(tab, action_id, site.server.database)


def words(tab: Tab, action_id: int, database: Path) -> Step:
    """Words that are stored: the action's last update has them."""
    numbers = count()

    def step() -> float:
        typed = f"Somebody to ask the council, attempt {next(numbers)}"
        took = tab.rerun(**{f"review_words_{action_id}": typed})
        if [stored for *_, stored in _updates(database, action_id)[-1:]] != [typed]:
            raise Failed("the words were not stored")
        return took

    return step


def _updates(database: Path, action_id: int) -> list[tuple[int, str, str]]:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=30)) as raw:
        return raw.execute("SELECT id, status, words FROM action_update WHERE action_id = ? ORDER BY id", (action_id,)).fetchall()
