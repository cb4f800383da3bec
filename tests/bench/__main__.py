"""`make bench`: how fast the app is on generated data, against the goals. Times are compared inside one run only: machines are noisy.

A page's time stands beside the blank page's, taken by turns. What shows an error, leaves a fault in the server's log, or isn't in the
database afterwards is counted as failed and not timed. Everything it makes is in a temporary folder; what it found is printed and
written to bench.json.
"""

import argparse
import os
import platform
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tests.bench import browser, gestures, imports, pages, people, searches, table, writers
from tests.bench.pages import Job
from tests.bench.sampling import Bench, Options
from tests.bench.server import ROOT
from tests.bench.table import Row, Samples

GROWS = 1.2
LONG = ("people", "memory", "import of", "PostgreSQL")  # words in the names of what --quick leaves out


def main(given: Sequence[str] | None = None) -> int:
    """Measure what was asked for; returns 0 whether or not a goal was met."""
    parser = _arguments()
    asked = parser.parse_args(given)
    for ended in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ended, signal.default_int_handler)  # so that the servers end too, even where a job starts with them ignored
    sizes = (asked.size or ("S,M" if asked.quick else "S,L")).upper().split(",")
    samples = asked.samples or (20 if asked.quick else 100)
    about: dict[str, Any] = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "sizes": sizes, "samples": samples, "seed": asked.seed}
    about |= {"python": platform.python_version(), "streamlit": version("streamlit"), "cores": os.cpu_count()}
    about["load_before"], began = os.getloadavg(), time.monotonic()
    jobs = chosen_jobs([word.strip() for word in asked.only.split(",")] if asked.only else [], quick=asked.quick)
    if not jobs:
        parser.error(f"no row has {asked.only} in its name; there are: {'; '.join(chosen_jobs([], quick=False))}")
    with tempfile.TemporaryDirectory(prefix="rr-bench-") as folder:
        kept = Path(asked.keep or folder).absolute()
        kept.mkdir(parents=True, exist_ok=True)
        rows = measured(Bench(Options(kept, sizes, samples, asked.visits, asked.seconds, asked.seed)), jobs)
    about |= {"load_after": os.getloadavg(), "seconds": round(time.monotonic() - began)}
    if asked.json or not asked.only:  # a few rows don't take the place of a whole run's
        table.write(Path(asked.json or ROOT / "bench.json"), rows, about)
    missed, failed = sum(row.met is False for row in rows), sum(row.failed for row in rows)
    minutes, seconds = divmod(about["seconds"], 60)
    _say("\nMilliseconds unless a unit is given; a ratio compares a percentile with the blank page's own.")
    _say(f"{missed} of {sum(row.met is not None for row in rows)} goals missed, {failed} runs failed. Took {minutes} min {seconds} s.")
    _say(f"Load {about['load_before'][0]:.1f} before, {about['load_after'][0]:.1f} after.")
    return 0


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help=f"two minutes: sizes S and M, 20 samples, without {', '.join(LONG)}")
    parser.add_argument("--size", help="of S, M, L, with commas between; the first and the last are compared (S,L)")
    parser.add_argument("--only", help="rows with one of these words in their name, with commas between: requests,plans or save or writers")
    parser.add_argument("--samples", type=int, default=0, help="of each row (100)")
    parser.add_argument("--visits", type=int, default=2000, help="page visits over which memory is watched (2000)")
    parser.add_argument("--seconds", type=int, default=30, help="how long many people stay on one list (30)")
    parser.add_argument("--seed", type=int, default=1, help="of the generated data (1)")
    parser.add_argument("--keep", help="a folder in which the generated databases stay, for the next run")
    parser.add_argument("--json", help="where the figures go (bench.json; nowhere with --only)")
    return parser


def chosen_jobs(words: Sequence[str], *, quick: bool) -> dict[str, Job]:
    """All jobs, or those with one of these words in their name. A quick run has the long ones only where they are asked for."""
    modules = (pages, gestures, searches, browser, imports, writers, people)
    jobs = {name: job for module in modules for name, job in module.jobs().items()}
    if words:
        return {name: job for name, job in jobs.items() if any(word in name for word in words)}
    return {name: job for name, job in jobs.items() if not (quick and any(word in name for word in LONG))}


def measured(bench: Bench, jobs: dict[str, Job]) -> list[Row]:
    """The rows of these jobs, and how much each page grew. An interruption ends it with what there is until then."""
    rows: list[Row] = []
    _say(table.heading())
    with closing(bench):
        try:
            for name, job in jobs.items():
                for row in _finished(bench, name, job):
                    rows.append(row)
                    _say(table.line(row))
        except KeyboardInterrupt:
            _say("Stopped; this is what was measured until then.")
    grown = table.growth(rows, bench.options.sizes[0], bench.options.sizes[-1], GROWS)
    for row in grown:
        _say(table.line(row))
    return rows + grown


def _finished(bench: Bench, name: str, job: Job) -> Iterator[Row]:
    """The rows of a job; one that breaks off gets a row that says so, and the others are measured all the same."""
    try:
        yield from job(bench)
    except Exception as fault:
        yield table.make_row(bench.largest, name, Samples(failures=[repr(fault)]))


def _say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
