"""kill -9 of the real server while people write: what they were told is stored is there, and nothing is half there."""

import os
import random
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count
from threading import Event

from sqlalchemy import exists, func, select
from sqlmodel import col

from rr import clock, db
from rr.accounts.models import FormKey
from rr.audit import AuditEntry
from rr.needs.models import SupportNeed
from rr.sessions.models import Capture, SupportSession
from tests.bench.client import Tab, sign_in
from tests.bench.databases import connected
from tests.bench.problems import Failed
from tests.bench.server import running
from tests.soak.attack import Counts
from tests.soak.databases import Place

WRITERS = 4
SHORTEST, LONGEST = 0.1, 1.5  # seconds from the first line that was stored to the kill


@dataclass
class Told:
    """What one writer was told: the lines that were stored, and what was shown instead."""

    stored: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


def kill(place: Place, times: int) -> Counts:
    """Kill the server this often, each time at another moment, and look into its database before it starts again."""
    counts, acknowledged = Counts(), 0
    lines = count(1)
    for _ in range(times):
        with connected(place.url):
            sessions = [_a_session() for _ in range(WRITERS)]
        told = _until_killed(place, sessions, lines)
        with connected(place.url), db.reading() as session:
            stored = set(session.execute(select(col(Capture.as_typed)).where(col(Capture.session_id).in_(sessions))).scalars())
            halves = _halves(session)
        acknowledged += sum(len(one.stored) for one in told)
        counts.count += 1
        counts.lost += len({line for one in told for line in one.stored} - stored)
        counts.half = max(counts.half, sum(halves.values()))  # what is half stays half at the next look
        counts.error_pages += sum(len(one.errors) for one in told)
        counts.notes += [error for one in told for error in one.errors]
        counts.notes += [f"{number} {what}" for what, number in halves.items() if number]
    counts.notes.append(f"{acknowledged:,} lines were said to be stored")
    return counts


def _a_session() -> int:
    with db.transaction() as session:
        row = SupportSession(partnership_id=random.randint(1, 150), minutes=120, made_at=clock.now(), held_on=clock.today())
        session.add(row)
        session.flush()
        return row.id


def _until_killed(place: Place, sessions: list[int], lines: "count[int]") -> list[Told]:
    """Everybody adds lines to a session of their own until the server is gone."""
    told = [Told() for _ in sessions]
    with running(place.file, place.url) as server, ThreadPoolExecutor(len(sessions)) as crowd:
        tabs = [Tab(server.address, sign_in(server.address, "support")) for _ in sessions]
        for tab, session_id in zip(tabs, sessions, strict=True):
            tab.open(f"live?id={session_id}")
        begun = Event()
        writing = [crowd.submit(_write, tab, one, lines, begun) for tab, one in zip(tabs, told, strict=True)]
        begun.wait(60)
        time.sleep(random.uniform(SHORTEST, LONGEST))
        os.kill(server.pid, signal.SIGKILL)
        for each in writing:
            each.result()
    return told


def _write(tab: Tab, told: Told, lines: "count[int]", begun: Event) -> None:
    try:
        while True:
            line = f"Ask about the lease {next(lines)} !legal advice"
            tab.rerun(live_line=line, live_add=True)
            told.stored.append(line)
            begun.set()
    except (OSError, ConnectionError):
        return  # it was killed
    except Failed as fault:
        told.errors.append(str(fault))
    finally:
        tab.socket.close()


def _halves(session: db.Session) -> dict[str, int]:
    """What of a gesture is there without the rest of it: each line has its support needed, its audit rows and its form's key."""
    need = exists().where(col(SupportNeed.capture_id) == col(Capture.id))
    orphan = ~exists().where(col(Capture.id) == col(SupportNeed.capture_id))
    lines = session.execute(select(func.count()).select_from(Capture)).scalar_one()

    def audited(kind: str) -> int:
        added = select(func.count(func.distinct(col(AuditEntry.row_id)))).filter_by(kind=kind, did="added", gesture="capture")
        return session.execute(added).scalar_one()

    return {
        "lines without the support that they ask for": session.execute(select(func.count()).select_from(Capture).where(~need)).scalar_one(),
        "support needed of no line": session.execute(select(func.count()).select_from(SupportNeed).where(orphan)).scalar_one(),
        "lines and audit rows that don't agree": abs(lines - audited("capture")),
        "needs and audit rows that don't agree": abs(lines - audited("support_need")),
        "lines and form keys that don't agree": abs(lines - session.execute(select(func.count()).select_from(FormKey)).scalar_one()),
    }
