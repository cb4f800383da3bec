"""Rows for tests of what only reads: the dashboard, the thread and the search. Dull defaults; each function returns the row's id."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from rr import db
from rr.base import fold
from rr.intake.models import Decision, RequestTopic, SupportRequest
from rr.intake.rules import Move, RequestStatus, Source
from rr.needs.models import SupportNeed, SupportPartner
from rr.partnerships.models import Contact, Partnership
from rr.plans.models import Action, ActionPlan, ActionUpdate, Review
from rr.plans.roll_up import note_reviews, note_update
from rr.plans.rules import ActionStatus, ReviewKind
from rr.sessions.models import Capture, SessionFacilitator, SupportSession
from rr.sessions.rules import CaptureKind

TODAY = date(2026, 11, 18)
NUMBERS = count(1)


def at(day: date, hour: int = 10) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=UTC)


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def add(row: Any) -> Any:
    """Store a row and return its id."""
    with db.transaction() as session:
        session.add(row)
        session.flush()
        return getattr(row, "id", None)


def _with(given: dict[str, Any], **dull: Any) -> dict[str, Any]:
    return {**dull, **given}


def area(name: str) -> int:
    """The id of a partnership of the reference list."""
    with db.reading() as session:
        return session.execute(select(col(Partnership.id)).where(col(Partnership.name) == name)).scalar_one()


def request(partnership_id: int | None, on: date = TODAY, *, topics: tuple[str, ...] = (), **given: Any) -> int:
    number = next(NUMBERS)
    name = given.setdefault("name", "Maureen Tuck")
    dull = _with(
        given,
        ref=f"RR-{number:04}",
        source=Source.FORM,
        entry_id=str(number),
        received_at=at(on),
        received_on=on,
        partnership_id=partnership_id,
        area_text="An area",
        folded=fold(name),
        words="We want to stop and think.",
        status=RequestStatus.NEW,
    )
    made = add(SupportRequest(**dull))
    for topic in topics:
        add(RequestTopic(request_id=made, topic=topic))
    return made


def decision(request_id: int, move: Move, after: RequestStatus, on: date = TODAY, **given: Any) -> int:
    return add(Decision(**_with(given, request_id=request_id, move=move, before=RequestStatus.NEW, after=after, at=at(on))))


def session(partnership_id: int, *, facilitator: int | None = None, **given: Any) -> int:
    made = add(SupportSession(**_with(given, partnership_id=partnership_id, recipe="First session", minutes=120, made_at=at(ago(60)))))
    if facilitator is not None:
        add(SessionFacilitator(session_id=made, account_id=facilitator))
    return made


def capture(session_id: int, kind: CaptureKind, text: str = "A line") -> int:
    return add(Capture(session_id=session_id, kind=kind, text=text, as_typed=text, at=at(TODAY)))


def plan(partnership_id: int, *, agreed_on: date | None = None, **given: Any) -> int:
    return add(ActionPlan(**_with(given, partnership_id=partnership_id, made_at=at(agreed_on or TODAY), agreed_on=agreed_on)))


def action(plan_id: int, *, status: ActionStatus = ActionStatus.NOT_STARTED, **given: Any) -> int:
    return add(Action(**_with(given, plan_id=plan_id, position=1, title="Ask the council about the chapel", status=status)))


def update(action_id: int, status: ActionStatus, on: date, words: str = "", **given: Any) -> int:
    """What somebody said of an action; its status stays as the test made it, with the time at which it was last said."""
    before = ActionStatus.NOT_STARTED
    made = ActionUpdate(**_with(given, action_id=action_id, before=before, status=status, words=words, at=at(on)))
    with db.transaction() as session_:
        updated = session_.get_one(Action, action_id)
        updated.status_at = max(updated.status_at or made.at, made.at)
        note_update(session_.get_one(ActionPlan, updated.plan_id), on)
    return add(made)


def review(plan_id: int, due_on: date, held_on: date | None = None, words: str = "", kind: ReviewKind = ReviewKind.SIX_WEEKS) -> int:
    made = add(Review(plan_id=plan_id, kind=kind, due_on=due_on, held_on=held_on, words=words))
    with db.transaction() as session_:
        of_review = session_.execute(select(ActionPlan).where(col(ActionPlan.id) == plan_id)).scalar_one()
        note_reviews(session_, of_review)
        if held_on is not None:
            note_update(of_review, held_on)
    return made


def need(partnership_id: int, kind: str = "hubs-buildings", on: date = TODAY, **given: Any) -> int:
    return add(
        SupportNeed(**_with(given, partnership_id=partnership_id, kind=kind, words="Legal advice on the lease", asked_on=on, at=at(on)))
    )


def partner(name: str = "Locality") -> int:
    with db.reading() as session_:
        return session_.execute(select(col(SupportPartner.id)).where(col(SupportPartner.name) == name)).scalar_one()


def contact(partnership_id: int, name: str, **given: Any) -> int:
    return add(Contact(**_with(given, partnership_id=partnership_id, name=name, folded=fold(name))))
