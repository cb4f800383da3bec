"""Many people at once on one list, and the server's memory over many page visits."""

import random
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from functools import partial
from statistics import median

from tests.bench.client import Tab, sign_in
from tests.bench.pages import Job, addresses
from tests.bench.problems import Failed
from tests.bench.sampling import Bench, Site, take
from tests.bench.table import NONE_FAILS, Goal, Row, Samples, make_row, p95_below

LIST, ROLE = "requests", "support"
SOON = p95_below(500)
LEVEL = 0.1
PER_TAB = 50  # pages that somebody looks at before they go


def jobs() -> dict[str, Job]:
    """What is measured here, by the name of its row."""
    return {
        "20 people on one list": partial(_crowd, many=20, thinking=0.0, goal=NONE_FAILS),
        "100 people on one list, 2 s of thinking": partial(_crowd, many=100, thinking=2.0, goal=SOON),
        "memory": _memory,
    }


def _crowd(bench: Bench, *, many: int, thinking: float, goal: Goal) -> Iterator[Row]:
    site = bench.sites[-1]
    site.server.new_faults()
    with ExitStack() as stack:
        tabs, samples = _open_tabs(site, many, stack)
        began = time.monotonic()
        use_together(tabs, samples, seconds=bench.options.seconds, thinking=thinking)
        seconds = time.monotonic() - began
    unseen = len(site.server.new_faults()) - len(samples.failures)
    samples.failures += ["a fault was logged"] * unseen
    thinks = f", {thinking:g} s of thinking" if thinking else ""
    yield make_row(site.size, f"{many} people on /{LIST}{thinks}", samples, goal, note=f"{len(samples.taken) / seconds:.0f} steps/s")


def _open_tabs(site: Site, many: int, stack: ExitStack) -> tuple[list[Tab], Samples]:
    """They come one after another before the clock starts: so many first pages at once is another question. Each has signed in: a sign-in

    has no more than twelve pages open.
    """
    tabs, samples = [], Samples()
    for _ in range(many):
        try:
            tab = stack.enter_context(closing(Tab(site.server.address, sign_in(site.server.address, ROLE))))
            tab.open(LIST)
            tabs.append(tab)
        except (Failed, OSError) as fault:
            samples.failures.append(str(fault) or repr(fault))
    return tabs, samples


def use_together(tabs: list[Tab], samples: Samples, *, seconds: float, thinking: float) -> None:
    """Each tab in a thread of its own: thinks, runs its page again, and so on until the time is over."""
    until = time.monotonic() + seconds

    def use(tab: Tab, rng: random.Random) -> None:
        time.sleep(rng.uniform(0, thinking * 2))
        while time.monotonic() < until:
            try:
                samples.taken.append(tab.rerun())
            except Failed as failed:
                samples.failures.append(str(failed))
            except OSError as broken:
                samples.failures.append(repr(broken))
                break
            time.sleep(rng.uniform(0, thinking * 2))

    threads = [threading.Thread(target=use, args=(tab, random.Random(number))) for number, tab in enumerate(tabs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _memory(bench: Bench) -> Iterator[Row]:
    """Memory of the server over many page visits: people come, look at fifty pages, and go. Counted from the tenth part on."""
    site, visits = bench.sites[-1], bench.options.visits
    places = [address.format_map(vars(site.records)) for role, address in addresses() if role == "manager"]
    rng, levels, failures = random.Random(1), [], []
    site.server.new_faults()
    for _ in range((visits + visits // 10) // PER_TAB):
        failures += _visit(site, rng.choices(places, k=PER_TAB))
        levels.append(site.server.megabytes())
    yield memory_row(site.size, visits, levels[visits // 10 // PER_TAB :], failures)


def _visit(site: Site, places: list[str]) -> list[str]:
    """Look at some pages in one tab; returns what failed."""
    samples = Samples()
    with closing(Tab(site.server.address, site.cookie("manager"))) as tab:
        for place in places:
            if not take(samples, site.server, partial(tab.open, place)):
                break
    return samples.failures


def memory_row(size: str, visits: int, levels: list[float], failures: list[str]) -> Row:
    """The row of memory: its first and last levels are compared, each as the middle of a few."""
    few = max(1, len(levels) // 8)
    grew = median(levels[-few:]) / median(levels[:few]) - 1 if levels else 1.0
    samples = Samples(taken=levels, failures=failures)
    level = Goal(f"grows < {LEVEL:.0%}", lambda row: grew < LEVEL)
    note = f"{levels[0]:.0f} to {levels[-1]:.0f} MiB, {grew:+.1%}" if levels else ""
    made = make_row(size, f"memory over {visits:,} page visits", samples, level, unit="MiB", note=note)
    made.runs = visits
    return made
