"""What somebody needs to know of a partnership who picks up the telephone now."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import func, select
from sqlmodel import col

from rr.access import Actor, Can
from rr.clock import LONDON, london_day
from rr.db import Session
from rr.intake.history import topics_of
from rr.intake.models import SupportRequest
from rr.intake.rules import NEVER_COUNTS, RequestStatus
from rr.intake.states import effective_status, is_waiting
from rr.needs.models import SupportNeed
from rr.needs.rules import NeedStatus
from rr.partnerships.queries import access_partnership
from rr.partnerships.rules import Stage
from rr.plans.models import Action, ActionPlan, ActionUpdate, Review
from rr.plans.rules import CLOSED, ActionStatus
from rr.plans.states import where_current
from rr.sessions.models import SupportSession
from rr.story.states import stages


@dataclass(frozen=True)
class Due:
    """The next thing that has a date."""

    on: date
    what: str


@dataclass(frozen=True)
class Summary:
    """What somebody needs to know who takes the telephone now. Empty where there is nothing to say yet."""

    asked: str
    topics: tuple[str, ...]
    waiting_since: date | None
    stage: Stage
    actions: int
    done: int
    stuck: int
    needs_open: int
    last_word_on: date | None
    next_due: Due | None


def summary(db: Session, partnership_id: int, *, actor: Actor, today: date) -> Summary:
    """Where they stand. Eight statements, whatever there is to sum up. The actions are those of the open plan, else of the latest one."""
    access_partnership(db, partnership_id, actor, Can.READ_REQUESTS)
    asked = db.execute(
        select(
            col(SupportRequest.id),
            col(SupportRequest.words),
            col(SupportRequest.status),
            col(SupportRequest.back_on),
            col(SupportRequest.received_on),
            col(SupportRequest.first_contact_at),
        )
        .where(
            col(SupportRequest.partnership_id) == partnership_id,
            col(SupportRequest.status).not_in(NEVER_COUNTS),
        )
        .order_by(col(SupportRequest.received_at).desc(), col(SupportRequest.id).desc())
        .limit(1)
    ).first()
    topics = topics_of(db, partnership_id)
    latest = _current_plan(partnership_id)
    still_stuck = func.count().filter(where_current(), col(Action.status) == ActionStatus.STUCK)
    actions, done, stuck = db.execute(
        select(func.count(), func.count().filter(col(Action.status) == ActionStatus.DONE), still_stuck).where(col(Action.plan_id) == latest)
    ).one()
    needs_open = db.execute(
        select(func.count()).where(col(SupportNeed.partnership_id) == partnership_id, col(SupportNeed.status) == NeedStatus.ASKED)
    ).scalar_one()
    return Summary(
        asked=asked.words if asked else "",
        topics=tuple(topics.get(asked.id, ())) if asked else (),
        waiting_since=_waiting_since(asked, today),
        stage=stage_of(db, partnership_id, today),
        actions=actions,
        done=done,
        stuck=stuck,
        needs_open=needs_open,
        last_word_on=_last_word(db, partnership_id),
        next_due=_next_due(db, partnership_id, latest, today),
    )


def _current_plan(partnership_id: int) -> Any:
    """The open plan, of which there is one at the most, else the one that was made last."""
    plans = select(col(ActionPlan.id)).where(col(ActionPlan.partnership_id) == partnership_id)
    return plans.order_by(col(ActionPlan.closed_on).is_not(None), col(ActionPlan.id).desc()).limit(1).scalar_subquery()


def _waiting_since(asked: Any, today: date) -> date | None:
    if asked is None:
        return None
    status = effective_status(asked.status, asked.back_on, today)
    contact = london_day(asked.first_contact_at) if asked.first_contact_at else None
    return asked.received_on if is_waiting(status, contact) else None


def _last_word(db: Session, partnership_id: int) -> date | None:
    """The day on which we last heard from them: a sign-up, a session, a review, or how an action goes."""
    plans = select(col(ActionPlan.id)).where(col(ActionPlan.partnership_id) == partnership_id)
    actions = select(col(Action.id)).where(col(Action.plan_id).in_(plans))
    asked, met, reviewed, said = db.execute(
        select(
            select(func.max(col(SupportRequest.received_on)))
            .where(col(SupportRequest.partnership_id) == partnership_id, col(SupportRequest.status) != RequestStatus.SPAM)
            .scalar_subquery(),
            select(func.max(col(SupportSession.held_on))).where(col(SupportSession.partnership_id) == partnership_id).scalar_subquery(),
            select(func.max(col(Review.held_on))).where(col(Review.plan_id).in_(plans)).scalar_subquery(),
            select(func.max(col(ActionUpdate.at))).where(col(ActionUpdate.action_id).in_(actions)).scalar_subquery(),
        )
    ).one()
    return max((day for day in (asked, met, reviewed, london_day(said) if said else None) if day), default=None)


def _next_due(db: Session, partnership_id: int, plan_id: Any, today: date) -> Due | None:
    """The session to come, the review or the action that is due first. What is overdue comes first of all."""
    session, review, action = db.execute(
        select(
            select(func.min(col(SupportSession.starts_at)))
            .where(
                col(SupportSession.partnership_id) == partnership_id,
                col(SupportSession.starts_at) >= datetime.combine(today, time(), tzinfo=LONDON),
                col(SupportSession.held_on).is_(None),
                col(SupportSession.cancelled_at).is_(None),
            )
            .scalar_subquery(),
            select(func.min(col(Review.due_on)))
            .join(ActionPlan, col(ActionPlan.id) == col(Review.plan_id))
            .where(col(Review.plan_id) == plan_id, col(Review.held_on).is_(None), col(ActionPlan.closed_on).is_(None))
            .scalar_subquery(),
            select(func.min(col(Action.due)))
            .join(ActionPlan, col(ActionPlan.id) == col(Action.plan_id))
            .where(col(Action.plan_id) == plan_id, col(Action.status).not_in(CLOSED), col(ActionPlan.closed_on).is_(None))
            .scalar_subquery(),
        )
    ).one()
    dues = [
        Due(day, what)
        for day, what in ((london_day(session) if session else None, "a session"), (review, "a review"), (action, "an action"))
        if day
    ]
    return min(dues, key=lambda due: due.on, default=None)


def stage_of(db: Session, partnership_id: int, today: date) -> Stage:
    """One partnership's stage, through its own rows. For callers who have checked that it may be seen."""
    ranked = stages(today, [partnership_id])
    return list(Stage)[db.execute(select(ranked.c.rank)).scalar() or 0]
