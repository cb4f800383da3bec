"""Every page and every list's filter, and the dashboard with nothing cached: how long a rerun takes."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import asdict
from functools import partial
from itertools import cycle
from typing import Any

from tests.bench.client import Tab
from tests.bench.problems import Failed
from tests.bench.sampling import BLANK, Bench, Prepare, Site, Step, alternate
from tests.bench.server import ROOT
from tests.bench.table import Goal, Row, Samples, make_row, times_blank

LIST, DETAIL, EMPTY_CACHE = times_blank(2.5), times_blank(3), times_blank(8)
GOALS: dict[str, Goal] = {
    **dict.fromkeys(("requests", "sessions", "plans", "needs", "partnerships", "accounts", "toolkit", "audit"), LIST),
    "partnership": DETAIL,
}
WITH_RECORD = ("session", "plan", "review", "partnership")
FILTERS: dict[str, tuple[str, Any, Any]] = {  # by page: words in the filter's key, and two values; a number is a place among its options
    "requests": ("state", 1, 3),
    "sessions": ("region", 1, 2),
    "plans": ("state", 1, 2),
    "needs": ("region", 1, 2),
    "partnerships": ("region", 1, 2),
    "toolkit": ("topic", 1, 2),
    "progress": ("region", 1, 2),
}

Job = Callable[[Bench], Iterator[Row]]


def jobs() -> dict[str, Job]:
    """What is measured here, by the name of its row."""
    found: dict[str, tuple[Prepare, Goal | None]] = {"/plan without a record (the blank page) as manager": (_page("manager", BLANK), None)}
    for role, address in addresses():
        name = address.partition("{")[0].removesuffix("=")
        found[f"/{name} as {role}"] = _page(role, address), GOALS.get(address.partition("?")[0])
    for stem, (words, first, second) in FILTERS.items():
        found[f"/{stem}: filter {words} as manager"] = partial(_filter, stem=stem, words=words, values=(first, second)), GOALS.get(stem)
    found["/progress with nothing cached as manager"] = _empty_cache, EMPTY_CACHE
    return {name: partial(measure, what=name, prepare=prepare, goal=goal) for name, (prepare, goal) in found.items()}


def measure(bench: Bench, *, what: str, prepare: Prepare, goal: Goal | None = None) -> Iterator[Row]:
    """A row for each size."""
    for size, samples in zip(bench.options.sizes, alternate(bench, prepare), strict=True):
        yield make_row(size, what, samples, goal)


def addresses() -> list[tuple[str, str]]:
    """Who opens what, with the kind of record in braces. A page of pages/ that isn't named here is opened as it stands, by the manager."""
    chosen = [("support", "requests"), ("support", "requests?id={request}"), ("manager", "plans?plans_view=Actions")]
    chosen += [("facilitator", stem) for stem in ("sessions", "plans", "partnerships", "needs", "progress")]
    for file in (ROOT / "pages").glob("*.py"):
        stem = file.stem
        record = "session" if stem == "live" else stem
        role = "admin" if stem in ("accounts", "lists") else "manager"
        chosen.append((role, f"{stem}?id={{{record}}}" if record in WITH_RECORD else stem))
    return sorted(set(chosen), key=lambda one: (one[1], one[0]))


def open_tab(site: Site, stack: ExitStack, role: str, address: str) -> Tab:
    """A warm tab at an address whose record is this site's."""
    return stack.enter_context(site.tab(role, address.format_map(asdict(site.records))))


def _page(role: str, address: str) -> Prepare:
    def prepare(site: Site, samples: Samples, stack: ExitStack) -> Step:
        tab = open_tab(site, stack, role, address)
        samples.messages, samples.kib = tab.size()
        return tab.rerun

    return prepare


def _filter(site: Site, samples: Samples, stack: ExitStack, *, stem: str, words: str, values: tuple[Any, Any]) -> Step:
    """Alternates between two values. Raises Failed if both show the same, since then the filter did nothing."""
    tab = open_tab(site, stack, "manager", stem)
    key = next((key for key in tab.widgets if words in key and key.startswith(stem)), None)
    if key is None:
        raise Failed(f"no filter for {words}")
    options = [getattr(option, "content", option) for option in getattr(tab.widgets[key][0], "options", ())]
    chosen = [value if isinstance(value, bool) else options[value] for value in values]
    shown = []
    for value in chosen:
        tab.rerun(**{key: value})
        shown.append(tab.drawn())
    if shown[0] == shown[1]:
        raise Failed(f"both values of {key} show the same")
    samples.messages, samples.kib = tab.size()
    turn = cycle(chosen)
    return lambda: tab.rerun(**{key: next(turn)})


def _empty_cache(site: Site, samples: Samples, stack: ExitStack) -> Step:
    """The dashboard after somebody changed something, so that nothing cached can be used."""
    tab = open_tab(site, stack, "manager", "progress")
    raw = stack.enter_context(closing(sqlite3.connect(site.server.database, timeout=30, isolation_level=None)))

    def step() -> float:
        raw.execute("UPDATE revision SET value = value + 1")
        return tab.rerun()

    return step
