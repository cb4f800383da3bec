"""What each attack is given, and what it hands back: a line of the table."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Options:
    """How often each attack strikes."""

    kills: int = 200
    kills_postgresql: int = 50
    edits: int = 10_000
    submits: int = 1_000
    faults: int | None = None  # all of them


@dataclass
class Counts:
    """What an attack did: how often it struck, and what came of it that must not."""

    count: int = 0
    lost: int = 0
    half: int = 0
    error_pages: int = 0
    notes: list[str] = field(default_factory=list)  # what is to be read below the table

    @property
    def is_clean(self) -> bool:
        return not (self.lost or self.half or self.error_pages)


Attack = Callable[[Options], Counts]


@dataclass(frozen=True)
class Row:
    """A line of the table."""

    attack: str
    counts: Counts
    seconds: float


def run(name: str, attack: Attack, options: Options) -> Row:
    """Make one attack and take its time."""
    began = time.monotonic()
    return Row(name, attack(options), time.monotonic() - began)


HEADING = f"{'attack':<44} {'count':>7} {'lost':>5} {'half':>5} {'errors':>6} {'seconds':>8}"


def line(row: Row) -> str:
    """A row as it is printed, what is to be read about it below."""
    counts = row.counts
    told = f"{row.attack:<44} {counts.count:>7,} {counts.lost:>5} {counts.half:>5} {counts.error_pages:>6} {row.seconds:>8.0f}"
    return "\n".join([told, *(f"    {note}" for note in counts.notes)])
