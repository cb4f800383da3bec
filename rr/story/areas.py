"""The list of all areas: where each partnership stands, and the last thing that happened."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlmodel import col

from rr.access import Actor, Can, demand, visible
from rr.clock import london_day
from rr.db import Session
from rr.intake.models import SupportRequest
from rr.intake.rules import NEVER_COUNTS
from rr.paging import Paged, clamp, offset
from rr.partnerships import queries
from rr.partnerships.models import Partnership
from rr.partnerships.queries import shown_name
from rr.partnerships.rules import Stage
from rr.plans.models import Action, ActionPlan, ActionUpdate, Review
from rr.sessions.models import SupportSession
from rr.story.states import stages

PER_PAGE = 50


@dataclass(frozen=True)
class AreaRow:
    """A partnership in the list: how far it has come, and the last thing that happened, if anything did."""

    id: int
    name: str
    region: str
    stage: Stage
    last_on: date | None
    last_what: str


@dataclass(frozen=True)
class AreaList(Paged[AreaRow]):
    """A page of the list by name, and how many there are of each stage under the other filters."""

    counts: Mapping[Stage, int]


def listed(
    db: Session,
    *,
    region: str | None = None,
    stage: Stage | None = None,
    named: str = "",
    actor: Actor,
    today: date,
    page: int = 1,
    per_page: int = PER_PAGE,
) -> AreaList:
    """The partnerships that this person may see, those not reached yet too. `named` is as forgiving as the search.

    Two statements, and at most four small ones more with a name. The names come in the order of the alphabet. Without a stage to look
    for, only the areas of the page are ranked for its rows.
    """
    demand(actor, Can.READ_REQUESTS)
    where = [visible(col(Partnership.id), actor, Can.READ_REQUESTS)]
    if region is not None:
        where.append(col(Partnership.region) == region)
    where += queries.where_named(db, col(Partnership.id), named)
    reached = stages(today, select(col(Partnership.id)).where(*where) if named or region else None)
    rank = _rank(reached)
    counted = db.execute(
        select(rank, func.count())
        .select_from(Partnership)
        .outerjoin(reached, reached.c.partnership_id == col(Partnership.id))
        .where(*where)
        .group_by(rank)
    )
    by_rank = {row[0]: row[1] for row in counted}
    counts = {each: by_rank.get(each.rank, 0) for each in Stage}
    total = counts[stage] if stage else sum(counts.values())
    page = clamp(page, total, per_page)
    name = shown_name()
    chosen = select(col(Partnership.id)).where(*where)
    if stage is not None:
        chosen = chosen.outerjoin(reached, reached.c.partnership_id == col(Partnership.id)).where(rank == stage.rank)
    in_order = (func.lower(name), col(Partnership.id))
    ids = select(chosen.order_by(*in_order).limit(per_page).offset(offset(page, per_page)).cte("page"))
    of_page = stages(today, ids)
    rows = db.execute(
        select(col(Partnership.id), name.label("name"), col(Partnership.region), _rank(of_page).label("rank"), *_last_days())
        .outerjoin(of_page, of_page.c.partnership_id == col(Partnership.id))
        .where(col(Partnership.id).in_(ids))
        .order_by(*in_order)
    )
    return AreaList(tuple(_row(row) for row in rows), total, page, per_page, counts)


def _rank(reached: Any) -> Any:
    """The rank of a partnership's stage; 0 for one that reached none."""
    return func.coalesce(reached.c.rank, Stage.NOT_REACHED.rank)


def _last_days() -> list[Any]:
    """For each kind of thing that happens, when it last did: looked up through indexes, for the rows of one page."""
    home = col(Partnership.id)
    counts = col(SupportRequest.status).not_in(NEVER_COUNTS)
    days = {
        "asked": select(func.max(col(SupportRequest.received_on))).where(col(SupportRequest.partnership_id) == home, counts),
        "met": select(func.max(col(SupportSession.held_on))).where(col(SupportSession.partnership_id) == home),
        "agreed": select(func.max(col(ActionPlan.agreed_on))).where(col(ActionPlan.partnership_id) == home),
        "said": select(func.max(col(ActionUpdate.at)))
        .join(Action, col(Action.id) == col(ActionUpdate.action_id))
        .join(ActionPlan, col(ActionPlan.id) == col(Action.plan_id))
        .where(col(ActionPlan.partnership_id) == home),
        "reviewed": select(func.max(col(Review.held_on)))
        .join(ActionPlan, col(ActionPlan.id) == col(Review.plan_id))
        .where(col(ActionPlan.partnership_id) == home),
        "closed": select(func.max(col(ActionPlan.closed_on))).where(col(ActionPlan.partnership_id) == home),
    }
    return [chosen.correlate(Partnership).scalar_subquery().label(name) for name, chosen in days.items()]


_HAPPENED = {
    "asked": "they signed up",
    "met": "a session was held",
    "agreed": "they agreed their plan",
    "said": "they said how an action goes",
    "reviewed": "a review was held",
    "closed": "their plan came to its end",
}


def _row(row: Any) -> AreaRow:
    """Of two things on one day, the later kind counts: a session is held before its plan is agreed."""
    days = [(getattr(row, name), what) for name, what in _HAPPENED.items()]
    happened = [(london_day(day) if isinstance(day, datetime) else day, what) for day, what in days if day is not None]
    last_on, what = max(enumerate(happened), key=lambda each: (each[1][0], each[0]))[1] if happened else (None, "")
    return AreaRow(row.id, row.name, row.region, list(Stage)[row.rank], last_on, what)
