"""Support needed: the kinds, the partners, and who needs what."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlmodel import col

from rr.access import Actor, Can, demand, visible
from rr.db import Session
from rr.needs.models import SupportKind, SupportNeed, SupportPartner
from rr.needs.rules import NeedStatus
from rr.partnerships.models import Partnership
from rr.partnerships.queries import shown_name
from rr.plans.models import Action, ActionPlan

PER_PAGE = 50


@dataclass(frozen=True)
class Kind:
    """A kind of support; `words` are the keywords that point to it."""

    code: str
    label: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Partner:
    """An organisation that can help, and what with."""

    id: int
    name: str
    what: str
    role: str = ""


@dataclass(frozen=True)
class Need:
    """Support that was asked for, and what came of it. `partner` is a name, "" unless support was found."""

    id: int
    kind: str
    kind_label: str
    words: str
    status: NeedStatus
    partner: str
    asked_on: date
    settled_on: date | None
    capture_id: int | None
    action_id: int | None


@dataclass(frozen=True)
class NeedRow:
    """A need in the list over all partnerships. `plan_id` and `action` are empty while it belongs to no action."""

    id: int
    partnership_id: int
    partnership: str
    region: str
    kind: str
    kind_label: str
    words: str
    status: NeedStatus
    partner: str
    asked_on: date
    settled_on: date | None
    plan_id: int | None
    action: str


@dataclass(frozen=True)
class NeedFilters:
    """What the list is narrowed to; None is all. `partnership_id` for one partnership's own list."""

    kind: str | None = None
    status: NeedStatus | None = None
    region: str | None = None
    partnership_id: int | None = None


@dataclass(frozen=True)
class NeedList:
    """One page of the list, oldest asking first, and how many there are in all under the same filters."""

    rows: tuple[NeedRow, ...]
    total: int
    waiting: int
    found: int


def kinds(db: Session) -> tuple[Kind, ...]:
    """The kinds of support in the order of their list. Not personal: anybody may see them."""
    rows = db.execute(
        select(col(SupportKind.code), col(SupportKind.label), col(SupportKind.words)).order_by(
            col(SupportKind.position), col(SupportKind.code)
        )
    )
    return tuple(Kind(r.code, r.label, tuple(word.strip() for word in r.words.split(";") if word.strip())) for r in rows)


def partners(db: Session) -> tuple[Partner, ...]:
    """The support partners by name."""
    rows = db.execute(
        select(col(SupportPartner.id), col(SupportPartner.name), col(SupportPartner.what), col(SupportPartner.role)).order_by(
            col(SupportPartner.name), col(SupportPartner.id)
        )
    )
    return tuple(Partner(r.id, r.name, r.what, r.role) for r in rows)


def usual_partners(db: Session) -> dict[str, int]:
    """For each kind of support the partner who has helped with it most often. Not personal: counts over all partnerships."""
    often = func.count(col(SupportNeed.id))
    rows = db.execute(
        select(col(SupportNeed.kind), col(SupportNeed.partner_id), often)
        .where(col(SupportNeed.status) == NeedStatus.FOUND, col(SupportNeed.partner_id).is_not(None))
        .group_by(col(SupportNeed.kind), col(SupportNeed.partner_id))
        .order_by(often, col(SupportNeed.partner_id).desc())
    )
    return {row.kind: row.partner_id for row in rows}  # the most frequent comes last and stays


def of_capture(db: Session, ids: Iterable[int]) -> dict[int, tuple[Need, ...]]:
    """The needs of captured lines, by the line's id. For callers who have checked that these lines may be seen."""
    return _by(db, col(SupportNeed.capture_id), ids)


def of_action(db: Session, ids: Iterable[int]) -> dict[int, tuple[Need, ...]]:
    """The needs of actions, by the action's id. For callers who have checked that these actions may be seen."""
    return _by(db, col(SupportNeed.action_id), ids)


def _by(db: Session, column: Any, ids: Iterable[int]) -> dict[int, tuple[Need, ...]]:
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    rows = db.execute(_needs().add_columns(column.label("of")).where(column.in_(wanted)).order_by(col(SupportNeed.id)))
    found: dict[int, tuple[Need, ...]] = {}
    for r in rows:
        need = Need(r.id, r.kind, r.kind_label, r.words, r.status, r.partner or "", r.asked_on, r.settled_on, r.capture_id, r.action_id)
        found[r.of] = (*found.get(r.of, ()), need)
    return found


def _needs() -> Any:
    return (
        select(
            col(SupportNeed.id),
            col(SupportNeed.kind),
            col(SupportKind.label).label("kind_label"),
            col(SupportNeed.words),
            col(SupportNeed.status),
            col(SupportPartner.name).label("partner"),
            col(SupportNeed.asked_on),
            col(SupportNeed.settled_on),
            col(SupportNeed.capture_id),
            col(SupportNeed.action_id),
        )
        .select_from(SupportNeed)
        .join(SupportKind, col(SupportKind.code) == col(SupportNeed.kind))
        .outerjoin(SupportPartner, col(SupportPartner.id) == col(SupportNeed.partner_id))
    )


def listed(db: Session, filters: NeedFilters, *, actor: Actor, page: int = 1, per_page: int = PER_PAGE) -> NeedList:
    """Support needed, as far as this person may see it: what waits comes first, the longest wait at the top. Two statements."""
    demand(actor, Can.ASK_SUPPORT)
    conditions = _conditions(filters, actor)
    waits = col(SupportNeed.status) == NeedStatus.ASKED
    counted = db.execute(
        select(
            func.count(col(SupportNeed.id)),
            func.count(col(SupportNeed.id)).filter(waits),
            func.count(col(SupportNeed.id)).filter(col(SupportNeed.status) == NeedStatus.FOUND),
        )
        .join(Partnership, col(Partnership.id) == col(SupportNeed.partnership_id))
        .where(*conditions)
    ).one()
    rows = db.execute(
        _needs()
        .add_columns(
            col(Partnership.id).label("partnership_id"),
            shown_name().label("partnership"),
            col(Partnership.region),
            col(ActionPlan.id).label("plan_id"),
            col(Action.title).label("action"),
        )
        .join(Partnership, col(Partnership.id) == col(SupportNeed.partnership_id))
        .outerjoin(Action, col(Action.id) == col(SupportNeed.action_id))
        .outerjoin(ActionPlan, col(ActionPlan.id) == col(Action.plan_id))
        .where(*conditions)
        .order_by(waits.desc(), col(SupportNeed.asked_on), col(SupportNeed.id))
        .limit(per_page)
        .offset((max(page, 1) - 1) * per_page)
    )
    return NeedList(
        tuple(
            NeedRow(
                r.id,
                r.partnership_id,
                r.partnership,
                r.region,
                r.kind,
                r.kind_label,
                r.words,
                r.status,
                r.partner or "",
                r.asked_on,
                r.settled_on,
                r.plan_id,
                r.action or "",
            )
            for r in rows
        ),
        *counted,
    )


def _conditions(filters: NeedFilters, actor: Actor) -> list[Any]:
    conditions = [visible(col(SupportNeed.partnership_id), actor, Can.ASK_SUPPORT)]
    if filters.kind is not None:
        conditions.append(col(SupportNeed.kind) == filters.kind)
    if filters.status is not None:
        conditions.append(col(SupportNeed.status) == filters.status)
    if filters.region is not None:
        conditions.append(col(Partnership.region) == filters.region)
    if filters.partnership_id is not None:
        conditions.append(col(SupportNeed.partnership_id) == filters.partnership_id)
    return conditions


def regions(db: Session, *, actor: Actor) -> list[str]:
    """The regions in which this person sees any support needed, by name: what the list's filter offers."""
    demand(actor, Can.ASK_SUPPORT)
    return list(
        db.execute(
            select(col(Partnership.region))
            .join(SupportNeed, col(SupportNeed.partnership_id) == col(Partnership.id))
            .where(visible(col(SupportNeed.partnership_id), actor, Can.ASK_SUPPORT))
            .distinct()
            .order_by(col(Partnership.region))
        ).scalars()
    )
