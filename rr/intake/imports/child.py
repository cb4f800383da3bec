"""The process in which an uploaded file is read: `python -m rr.intake.imports.child`, with the file on its standard input.

The first line says in JSON what is needed to read it; the answer is JSON on the standard output. The process gives itself limits, so
that a file made to be too much for the reader ends this process and nothing else. `reading.py` starts it, and stops it when it is late.
"""

import json
import resource
import sys
from typing import Any

from rr.errors import Refused
from rr.intake.imports import limits


def main() -> None:
    """Read the file, write its table or the refusal. Whatever else goes wrong ends with another exit code than 0."""
    _limit(resource.RLIMIT_AS, limits.MEMORY)
    _limit(resource.RLIMIT_CPU, limits.PROCESSOR_SECONDS)
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_CORE, 0)
    from rr.intake.imports.tables import parse  # noqa: PLC0415 (what it imports is to count too)

    known = json.loads(sys.stdin.buffer.readline())
    try:
        table = parse(sys.stdin.buffer.read(), known)
        answer: dict[str, Any] = {
            "rows": [[row.first_line, row.last_line, row.cells, row.unclosed] for row in table.rows],
            "above": [[row.first_line, row.last_line, row.cells, row.unclosed] for row in table.above],
            "problems": table.problems,
        }
    except Refused as refusal:
        answer = {"headline": refusal.headline, "way_forward": refusal.way_forward}
    except MemoryError:
        sys.exit(limits.OUT_OF_MEMORY)
    json.dump(answer, sys.stdout)


def _limit(what: int, most: int) -> None:
    _soft, hard = resource.getrlimit(what)
    if hard == resource.RLIM_INFINITY or hard > most:
        resource.setrlimit(what, (most, most))


if __name__ == "__main__":
    main()
