"""`make soak`: attacks on the real thing, for as long as is asked. A table says what was lost, half there, or answered with an error.

Ends with 1 if anything was. Databases, servers and copies of the tree are in temporary folders.
"""

import argparse
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import fields
from pathlib import Path

from tests.soak import access, attack, concurrent, databases, faults, kills
from tests.soak.attack import Attack, Counts, Options
from tests.soak.databases import Place

MakePlace = Callable[[Path], AbstractContextManager[Place]]


def main(given: Sequence[str] | None = None) -> int:
    """Make the attacks that were asked for, one after the other."""
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="attacks with one of these words in their name, with commas between")
    for each in fields(Options):
        parser.add_argument(f"--{each.name.replace('_', '-')}", type=int, default=each.default, help=f"({each.default or 'all'})")
    asked = vars(parser.parse_args(given))
    words = [word.strip() for word in asked.pop("only").split(",")]
    for ended in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ended, signal.default_int_handler)  # so that the servers end too
    options, clean = Options(**asked), True
    _say(attack.HEADING)
    with databases.template() as template:
        for name, one in attacks(template).items():
            if any(word in name for word in words):
                row = attack.run(name, one, options)
                clean = clean and row.counts.is_clean
                _say(attack.line(row))
    return 0 if clean else 1


def attacks(template: Path) -> dict[str, Attack]:
    """All attacks by name; each gets databases of its own."""
    found = {"kill -9 of the server, SQLite": _on(databases.sqlite, template, lambda place, asked: kills.kill(place, asked.kills))}
    killed = _on(databases.postgresql, template, lambda place, asked: kills.kill(place, asked.kills_postgresql))
    found["kill -9 of the server, PostgreSQL"] = killed
    for kind, make in (("SQLite", databases.sqlite), ("PostgreSQL", databases.postgresql)):
        found[f"edits by two processes, {kind}"] = _on(make, template, _edited)
        found[f"forms that arrive twice, {kind}"] = _on(make, template, _submitted)
    found["role x page x record x way in"] = _on(databases.sqlite, template, lambda place, _asked: access.walk(place))
    return found | {"planted faults": faults.planted}


def _on(make: MakePlace, template: Path, strike: Callable[[Place, Options], Counts]) -> Attack:
    def attack(asked: Options) -> Counts:
        with make(template) as place:
            return strike(place, asked)

    return attack


def _edited(place: Place, asked: Options) -> Counts:
    with concurrent.two_processes() as processes:
        return concurrent.edit(place, asked.edits, processes)


def _submitted(place: Place, asked: Options) -> Counts:
    with concurrent.two_processes() as processes:
        return concurrent.submit(place, asked.submits, processes)


def _say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
