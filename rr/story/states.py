"""A partnership's stage: where it stands now. The rule in Python, and beside it the same in SQL."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select, union_all
from sqlmodel import col

from rr.intake.models import SupportRequest
from rr.intake.rules import NEVER_COUNTS, RequestStatus
from rr.intake.states import effective_status, is_undecided, where_counts, where_undecided
from rr.partnerships.models import Partnership
from rr.partnerships.rules import Stage
from rr.plans.models import ActionPlan
from rr.plans.states import PlanState, plan_state, where_plan_state
from rr.sessions.models import SupportSession
from rr.sessions.states import SessionState, where_state

Condition = ColumnElement[bool]

OPEN = 100  # added to the rank of what is open, so that the highest number is the stage


@dataclass(frozen=True)
class Reached:
    """How far one request, session or plan has come, and whether something is still to come of it."""

    stage: Stage
    is_open: bool


def of_request(status: RequestStatus, back_on: date | None, session_held: bool, today: date) -> Reached | None:
    """An accepted request is open until a session that came of it was held. Spam and duplicates reach nothing."""
    if status in NEVER_COUNTS:
        return None
    if status is RequestStatus.ACCEPTED:
        return Reached(Stage.ACCEPTED, not session_held)
    return Reached(Stage.SIGNED_UP, is_undecided(effective_status(status, back_on, today)))


def of_session(state: SessionState, is_finished: bool) -> Reached | None:
    """A session that was held is open until it was written up; one that was cancelled reaches nothing."""
    reached = {SessionState.DRAFT: Stage.ACCEPTED, SessionState.PLANNED: Stage.SESSION_PLANNED, SessionState.HELD: Stage.SESSION_HELD}
    return Reached(reached[state], state is not SessionState.HELD or not is_finished) if state in reached else None


def of_plan(agreed_on: date | None, closed_on: date | None) -> Reached | None:
    """A draft stands where the session stood that made it; one that was closed before it was agreed reaches nothing."""
    state = plan_state(agreed_on, closed_on)
    if state is PlanState.CLOSED:
        return Reached(Stage.PLAN_FINISHED, is_open=False) if agreed_on is not None else None
    return Reached(Stage.PLAN_AGREED if state is PlanState.AGREED else Stage.SESSION_HELD, is_open=True)


def stage(reached: Iterable[Reached | None]) -> Stage:
    """Where a partnership stands of which this was reached."""
    ranks = [each.stage.rank + OPEN * each.is_open for each in reached if each is not None]
    return list(Stage)[max(ranks, default=0) % OPEN]


def stages(today: date, of: Any = None) -> Any:
    """Each reached partnership's stage, as a subquery of `partnership_id` and `rank`.

    `of` narrows it to these partnerships: a list of ids or a select of them. Without it, all are ranked.
    """
    reached = union_all(_requests(today, of), _sessions(of), _plans(of)).subquery()
    return select(reached.c.partnership_id, (func.max(reached.c.rank) % OPEN).label("rank")).group_by(reached.c.partnership_id).subquery()


def where_reached(today: date) -> Condition:
    """Partnerships that have come anywhere: any stage but the first."""
    return col(Partnership.id).in_(select(stages(today).c.partnership_id))


def where_stage(wanted: Stage, today: date) -> Condition:
    """Partnerships at this stage. Ranks all of them once."""
    if wanted is Stage.NOT_REACHED:
        return ~where_reached(today)
    ranked = stages(today)
    return col(Partnership.id).in_(select(ranked.c.partnership_id).where(ranked.c.rank == wanted.rank))


def _requests(today: date, of: Any) -> Any:
    """An accepted request whose session was held is left out: that session has come further, and is of the same partnership."""
    came_of_it = select(col(SupportSession.id)).where(
        col(SupportSession.request_id) == col(SupportRequest.id), where_state(SessionState.HELD)
    )
    held = came_of_it.correlate(SupportRequest).exists()
    accepted = col(SupportRequest.status) == RequestStatus.ACCEPTED
    rank = case(
        (accepted, Stage.ACCEPTED.rank + OPEN),
        (where_undecided(today), Stage.SIGNED_UP.rank + OPEN),
        else_=Stage.SIGNED_UP.rank,
    )
    return _ranked(SupportRequest, rank, of).where(col(SupportRequest.partnership_id).is_not(None), where_counts(), ~and_(accepted, held))


def _sessions(of: Any) -> Any:
    rank = case(
        (where_state(SessionState.DRAFT), Stage.ACCEPTED.rank + OPEN),
        (where_state(SessionState.PLANNED), Stage.SESSION_PLANNED.rank + OPEN),
        (col(SupportSession.finished_at).is_(None), Stage.SESSION_HELD.rank + OPEN),
        else_=Stage.SESSION_HELD.rank,
    )
    return _ranked(SupportSession, rank, of).where(~where_state(SessionState.CANCELLED))


def _plans(of: Any) -> Any:
    rank = case(
        (where_plan_state(PlanState.AGREED), Stage.PLAN_AGREED.rank + OPEN),
        (where_plan_state(PlanState.DRAFT), Stage.SESSION_HELD.rank + OPEN),
        else_=Stage.PLAN_FINISHED.rank,
    )
    return _ranked(ActionPlan, rank, of).where(or_(col(ActionPlan.closed_on).is_(None), col(ActionPlan.agreed_on).is_not(None)))


def _ranked(table: Any, rank: Any, of: Any) -> Any:
    found = select(col(table.partnership_id).label("partnership_id"), rank.label("rank"))
    return found if of is None else found.where(col(table.partnership_id).in_(of))
