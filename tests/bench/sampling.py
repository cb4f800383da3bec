"""Taking samples: in turn with the blank page, and on every size in turn, so that a noisy minute affects all of them alike."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from tests.bench import databases
from tests.bench.client import Tab, sign_in
from tests.bench.problems import Failed
from tests.bench.records import Records, find_records
from tests.bench.server import Server, running
from tests.bench.table import Samples

BLANK = "plan"  # without an id: the whole shell, the look-up of who it is, a title and one box that says what is missing
WARM_UP = 3
ANEW = 10 * 60  # seconds
PATIENCE, FEWEST = 8, 30  # seconds for each size after which a slow row is left, once it has so many samples: it misses any goal by far

Step = Callable[[], float]  # does a thing once and returns its milliseconds, or raises Failed
Prepare = Callable[["Site", Samples, ExitStack], Step]  # opens what the step needs, and leaves the closing to the stack


@dataclass(frozen=True)
class Options:
    """What was asked for."""

    folder: Path
    sizes: Sequence[str]
    samples: int = 100
    visits: int = 2000
    seconds: int = 30
    seed: int = 1


@dataclass
class Site:
    """A server on a copy of one size's database, and people signed in to it."""

    size: str
    server: Server
    records: Records
    _cookies: dict[str, tuple[float, str]] = field(default_factory=dict)

    def cookie(self, role: str) -> str:
        """A sign-in of this role, at most ten minutes old: one in which nobody clicks ends after half an hour."""
        made, cookie = self._cookies.get(role, (-ANEW, ""))
        if time.monotonic() - made >= ANEW:
            made, cookie = self._cookies[role] = time.monotonic(), sign_in(self.server.address, role)
        return cookie

    @contextmanager
    def tab(self, role: str, path: str) -> Iterator[Tab]:
        """A new tab at an address, drawn and warm. Raises Failed if the page shows an error."""
        with closing(Tab(self.server.address, self.cookie(role), blank=path == BLANK)) as tab:
            tab.open(path)
            for _ in range(WARM_UP):
                tab.rerun()
            yield tab


@dataclass
class Bench:
    """What is measured: databases are made and servers started when a row first needs them, and ended with `close`."""

    options: Options
    _stack: ExitStack = field(default_factory=ExitStack)

    def template(self, size: str) -> Path:
        return databases.template(self.options.folder, size, self.options.seed)

    @property
    def largest(self) -> str:
        return self.options.sizes[-1]

    @cached_property
    def sites(self) -> list[Site]:
        """A site for each size."""
        return [self._site(size) for size in self.options.sizes]

    def close(self) -> None:
        self._stack.close()

    def _site(self, size: str) -> Site:
        copy = self._stack.enter_context(databases.sqlite_copy(self.template(size)))
        server = self._stack.enter_context(running(copy))
        return Site(size, server, find_records(copy))


def take(samples: Samples, server: Server, step: Step, blank: Tab | None = None) -> bool:
    """Take one sample, after one of the blank page. Returns whether to go on: a broken connection ends it.

    What shows an error, breaks off, or leaves a fault in the server's log is a failure and isn't timed.
    """
    problem, took, goes_on = "", 0.0, True
    try:
        if blank is not None:
            samples.blank.append(blank.rerun())
        took = step()
    except Failed as failed:
        problem = str(failed)
    except OSError as broken:
        problem, goes_on = repr(broken), False
    logged = server.new_faults()
    if problem or logged:
        samples.failures.append(problem or logged[0])
    else:
        samples.taken.append(took)
    return goes_on


def patiently(many: int, seconds: float) -> Iterator[int]:
    """Count to so many; stop earlier once the time is over and there are enough samples for a row."""
    until = time.monotonic() + seconds
    for number in range(many):
        if number >= FEWEST and time.monotonic() > until:
            break
        yield number


def alternate(bench: Bench, prepare: Prepare, most: int | None = None) -> list[Samples]:
    """Samples of one thing for each size, all by turns with the blank page of that size's server.

    A slow thing gets fewer samples, and a broken connection ends its size's part: the row says how many there were.
    """
    found = [Samples() for _ in bench.sites]
    with ExitStack() as stack:
        going = []
        for site, samples in zip(bench.sites, found, strict=True):
            site.server.new_faults()  # what is there already belongs to another row
            try:
                step = prepare(site, samples, stack)
                blank = stack.enter_context(site.tab("manager", BLANK))
            except (Failed, OSError) as fault:
                samples.failures.append(str(fault) or repr(fault))
                continue
            going.append((samples, site.server, step, blank))
        for _ in patiently(most or bench.options.samples, PATIENCE * len(found)):
            going = [each for each in going if take(*each)]
    return found
