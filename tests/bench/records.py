"""The records of a generated database that pages, gestures and searches are measured on."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Records:
    """One record of each kind, of one partnership: its plan is agreed and open, has nine actions or so and a review to come."""

    partnership: int
    session: int
    plan: int
    review: int
    request: int
    actions: tuple[int, ...]


def find_records(path: Path) -> Records:
    """Look for them in the database, the latest first."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as raw:
        found = raw.execute(
            "SELECT p.partnership_id, p.session_id, p.id, r.id, s.request_id FROM action_plan p"
            " JOIN support_session s ON s.id = p.session_id JOIN review r ON r.plan_id = p.id AND r.held_on IS NULL"
            " WHERE p.closed_on IS NULL AND p.agreed_on IS NOT NULL AND p.id IN (SELECT plan_id FROM review WHERE held_on IS NOT NULL)"
            " ORDER BY abs((SELECT count(*) FROM action WHERE plan_id = p.id) - 9), p.id DESC, r.due_on LIMIT 1"
        ).fetchone()
        actions = raw.execute("SELECT id FROM action WHERE plan_id = ? ORDER BY position", (found[2],)).fetchall()
    return Records(*found, tuple(row[0] for row in actions))
