"""What of action plans belongs in a partnership's thread: the plan, how its actions went, and its reviews."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlmodel import col

from rr.accounts.models import Account
from rr.clock import london_day
from rr.days import say
from rr.db import Session
from rr.history import Event, noon, of_day, of_instant
from rr.labels import count
from rr.plans.models import Action, ActionPlan, ActionUpdate, Review
from rr.plans.rules import ActionStatus, ends_on, tally


def plans(db: Session, partnership_id: int) -> Iterator[Event]:
    statuses = (
        select(col(Action.plan_id), *(func.count().filter(col(Action.status) == status).label(status.value) for status in ActionStatus))
        .join(ActionPlan, col(ActionPlan.id) == col(Action.plan_id))
        .where(col(ActionPlan.partnership_id) == partnership_id)
        .group_by(col(Action.plan_id))
        .subquery()
    )
    rows = db.execute(
        select(
            col(ActionPlan.id),
            col(ActionPlan.made_at),
            col(ActionPlan.agreed_on),
            col(ActionPlan.closed_on),
            col(ActionPlan.closed_why),
            col(Account.name).label("lead"),
            *(func.coalesce(statuses.c[status.value], 0).label(status.value) for status in ActionStatus),
        )
        .outerjoin(statuses, statuses.c.plan_id == col(ActionPlan.id))
        .outerjoin(Account, col(Account.id) == col(ActionPlan.lead_id))
        .where(col(ActionPlan.partnership_id) == partnership_id)
    )
    for row in rows:
        counts = {status: getattr(row, status.value) for status in ActionStatus}
        actions = count(sum(counts.values()), "action", "actions")
        opens: dict[str, Any] = {"stem": "plan", "id": row.id}
        if row.agreed_on is None:
            yield of_instant(row.made_at, "draft", "Plan drafted", detail=f"{actions} so far, not agreed yet.", **opens)
        else:
            how = tally(counts)
            detail = f"{actions} to {say(ends_on(row.agreed_on))}{f': {how}' if how else ''}."
            yield of_day(row.agreed_on, "checklist", "Plan agreed", row.made_at, detail=detail, who=row.lead or "", **opens)
        if row.closed_on:
            headline = "The plan has ended" if row.agreed_on else "The plan was closed"
            yield of_day(
                row.closed_on, "flag", headline, detail=f"{counts[ActionStatus.DONE]:,} of {actions} done.", words=row.closed_why, **opens
            )


def action_updates(db: Session, partnership_id: int) -> Sequence[Any]:
    """How their actions went, as somebody said it, first to last."""
    return db.execute(
        select(
            col(ActionUpdate.action_id),
            col(ActionUpdate.review_id),
            col(ActionUpdate.status),
            col(ActionUpdate.words),
            col(ActionUpdate.at),
            col(Action.title),
            col(Action.plan_id),
            col(Account.name).label("by"),
        )
        .join(Action, col(Action.id) == col(ActionUpdate.action_id))
        .join(ActionPlan, col(ActionPlan.id) == col(Action.plan_id))
        .outerjoin(Account, col(Account.id) == col(ActionUpdate.by_id))
        .where(col(ActionPlan.partnership_id) == partnership_id)
        .order_by(col(ActionUpdate.id))
    ).all()


def updates(found: Sequence[Any]) -> Iterator[Event]:
    """How an action went. What was only tapped in a review is told with the review; people's words are told on their own."""
    for row in found:
        if row.review_id is not None and not row.words:
            continue
        yield of_instant(
            row.at,
            row.status.icon,
            row.status.headline,
            detail=row.title,
            words=row.words,
            who=row.by or "",
            stem="plan",
            id=row.plan_id,
        )


def reviews(db: Session, partnership_id: int, found: Sequence[Any]) -> Iterator[Event]:
    """Each review as one event, with how its actions went. One that is still under way is told from its first tap on."""
    rows = db.execute(
        select(
            *(col(getattr(Review, name)) for name in ("id", "kind", "held_on", "words", "plan_id")),
            col(Account.name).label("by"),
        )
        .join(ActionPlan, col(ActionPlan.id) == col(Review.plan_id))
        .outerjoin(Account, col(Account.id) == col(Review.by_id))
        .where(col(ActionPlan.partnership_id) == partnership_id)
        .order_by(col(Review.id))
    )
    taps: dict[int, list[Any]] = {}
    for tap in found:
        taps.setdefault(tap.review_id, []).append(tap)
    for row in rows:
        tapped = taps.get(row.id, [])
        began = tapped[0].at if tapped else None
        on = row.held_on or (london_day(began) if began else None)
        if on is None:
            continue  # nobody has begun it
        at = began if began and london_day(began) == on else noon(on)  # the words that were said in it come below it
        headline = f"We {'reviewed the plan' if row.held_on else 'began a review'} together after {row.kind.label.lower()}"
        yield Event(on, at, "rate_review", headline, _went(tapped), row.words, row.by or "", "plan", row.plan_id)


def _went(tapped: Sequence[Any]) -> str:
    """ "1 done, 6 going well, 1 stuck.": of each action its last update."""
    last = {tap.action_id: tap.status for tap in tapped}
    return f"{tally(Counter(last.values()))}." if last else ""
