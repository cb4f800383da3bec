"""A partnership's thread: everything that happened, from their first sentence to what changed, in order of time."""

from datetime import date

from rr.access import Actor, Can
from rr.db import Session
from rr.history import Event
from rr.intake import history as intake
from rr.needs import history as needs
from rr.partnerships import history as partnerships
from rr.partnerships.queries import access_partnership
from rr.plans import history as plans
from rr.sessions import history as sessions


def thread(db: Session, partnership_id: int, *, actor: Actor, today: date) -> tuple[Event, ...]:
    """Everything that happened, first to last. Fifteen statements, whatever there is to tell; spam is no part of anybody's story."""
    access_partnership(db, partnership_id, actor, Can.READ_REQUESTS)
    updates = plans.action_updates(db, partnership_id)
    requests = list(intake.requests(db, partnership_id, actor))
    events = [
        *requests,
        *intake.decisions(db, partnership_id, actor, which=len(requests) > 1),
        *sessions.sessions(db, partnership_id, today),
        *plans.plans(db, partnership_id),
        *plans.reviews(db, partnership_id, updates),
        *plans.updates(updates),
        *needs.needs(db, partnership_id),
        *partnerships.notes(db, partnership_id),
        *partnerships.consents(db, partnership_id),
        *partnerships.changes(db, partnership_id),
    ]
    return tuple(sorted(events, key=lambda event: event.at))
