"""`make bench`: how fast the app is on generated data, against the goals. Times are compared inside one run only: machines are noisy.

The server is the real one, started as `make run` starts it, but without watching files for changes. It is driven by a client in this
process (client.py). Everything it makes is in a temporary folder; what it found is printed and written to bench.json.
"""

import argparse
import os
import platform
import signal
import sys
import tempfile
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tests.bench import inside, pages, table
from tests.bench.server import ROOT, generated, running
from tests.bench.table import Row

GROWS = 1.2


def main(given: list[str] | None = None) -> int:
    """Measure what was asked for; returns 0 whether or not a goal was met."""
    asked = _arguments().parse_args(given)
    for ended in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ended, signal.default_int_handler)  # so that the server ends too, even where a job starts with them ignored
    if asked.quick:
        asked.sizes, asked.samples, asked.cold = asked.sizes or "S,M", asked.samples or 15, 5
        asked.skip = {"crowd", "memory", "import", *asked.skip}
    sizes = (asked.sizes or "S,L").upper().split(",")
    about: dict[str, Any] = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "streamlit": version("streamlit"),
    }
    about |= {"cores": os.cpu_count(), "load_before": os.getloadavg(), "sizes": sizes, "seed": asked.seed}
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="rr-bench-") as folder:
        kept = Path(asked.keep) if asked.keep else Path(folder)
        kept.mkdir(parents=True, exist_ok=True)
        try:
            for size in sizes:
                _say(f"Making the database of size {size} …")
                path = generated(kept, size, asked.seed)
                _keep(rows, _of_pages(path, size, asked, last=size == sizes[-1]))
                _keep(rows, _of_inside(path, size, asked))
            if "writers" not in asked.skip:
                _keep(rows, _of_postgresql(asked.seed))
        except KeyboardInterrupt:
            _say("Stopped; this is what was measured until then.")
    if len(sizes) > 1:
        rows += table.growth(rows, sizes[0], sizes[-1], GROWS)
    about["load_after"] = os.getloadavg()
    busy = f"{about['load_before'][0]:.1f} before, {about['load_after'][0]:.1f} after"
    table.write(Path(asked.json), rows, about)
    _say(f"\n{table.text(rows)}\n\nMilliseconds unless a unit is given. Load {busy}.")
    return 0


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="two minutes: sizes S and M, 15 samples, no crowd, memory or import")
    parser.add_argument("--sizes", help="of S, M, L, with commas between; the first and the last are compared (S,L)")
    parser.add_argument("--samples", type=int, default=0, help="of what is warm (100)")
    parser.add_argument("--cold", type=int, default=30, help="samples of the dashboard with nothing cached (30)")
    parser.add_argument("--visits", type=int, default=2000, help="page visits over which memory is watched (2000)")
    parser.add_argument("--seconds", type=int, default=40, help="how long the hundred people stay (40)")
    parser.add_argument("--seed", type=int, default=1, help="of the generated data (1)")
    parser.add_argument("--only", default="", help="of the pages, those with this in their name, such as /plans or save")
    parser.add_argument("--skip", nargs="*", default=[], choices=("pages", "crowd", "memory", "writers", "import", "search", "document"))
    parser.add_argument("--keep", help="a folder in which generated databases stay, for the next run")
    parser.add_argument("--json", default=str(ROOT / "bench.json"), help="where the figures go (bench.json)")
    return parser


def _of_pages(path: Path, size: str, asked: argparse.Namespace, *, last: bool) -> Iterable[Row]:
    with running(path) as server:
        if "pages" not in asked.skip:
            yield from pages.measured(server, path, size, asked.samples or 100, asked.cold, asked.only)
        if last and "crowd" not in asked.skip:
            yield pages.crowd(server, path, size, asked.seconds)
        if last and "memory" not in asked.skip:
            yield pages.soak(server, path, size, asked.visits)


def _of_inside(path: Path, size: str, asked: argparse.Namespace) -> Iterable[Row]:
    if "search" not in asked.skip:
        yield from inside.found(path, size, min(asked.samples or 100, 100))
    if "document" not in asked.skip:
        yield inside.handed_over(path, size, 20)
    if "writers" not in asked.skip:
        yield inside.writers(f"sqlite:///{path}", size, "SQLite")
    if "import" not in asked.skip:
        yield from inside.bring_in(path, size)


def _of_postgresql(seed: int) -> Iterable[Row]:
    with inside.postgresql() as url:
        inside.fill_postgresql(url, seed)
        yield inside.writers(url, "S", "PostgreSQL")


def _keep(rows: list[Row], more: Iterable[Row]) -> None:
    for each in more:
        rows.append(each)
        _say(table.text([each]).splitlines()[1])


def _say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
