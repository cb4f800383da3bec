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
from rr.paging import Paged, clamp, offset
from rr.partnerships.models import Partnership
from rr.partnerships.queries import shown_name
from rr.plans.models import Action

PER_PAGE = 16  # somebody decides on each: four screens


@dataclass(frozen=True)
class KindRow:
    """A kind of support; `words` are the keywords that point to it."""

    code: str
    label: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class PartnerRow:
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
class NeedList(Paged[NeedRow]):
    """One page of the list. `total` is under its filters; the counts are of all that this person may see."""

    every: int
    waiting: int
    found: int


def kinds(db: Session) -> tuple[KindRow, ...]:
    """The kinds of support in the order of their list. Not personal: anybody may see them."""
    rows = db.execute(
        select(col(SupportKind.code), col(SupportKind.label), col(SupportKind.words)).order_by(
            col(SupportKind.position), col(SupportKind.code)
        )
    )
    return tuple(KindRow(r.code, r.label, tuple(word.strip() for word in r.words.split(";") if word.strip())) for r in rows)


def partners(db: Session) -> tuple[PartnerRow, ...]:
    """The support partners by name."""
    rows = db.execute(
        select(col(SupportPartner.id), col(SupportPartner.name), col(SupportPartner.what), col(SupportPartner.role)).order_by(
            col(SupportPartner.name), col(SupportPartner.id)
        )
    )
    return tuple(PartnerRow(r.id, r.name, r.what, r.role) for r in rows)


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
    needs = _needs().add_columns(col(SupportNeed.capture_id), col(SupportNeed.action_id))
    rows = db.execute(needs.add_columns(column.label("of")).where(column.in_(wanted)).order_by(col(SupportNeed.id)))
    found: dict[int, tuple[Need, ...]] = {}
    for row in rows:
        values = row._asdict()
        of = values.pop("of")
        found[of] = (*found.get(of, ()), Need(**values))
    return found


def _needs() -> Any:
    return (
        select(
            col(SupportNeed.id),
            col(SupportNeed.kind),
            col(SupportKind.label).label("kind_label"),
            col(SupportNeed.words),
            col(SupportNeed.status),
            func.coalesce(col(SupportPartner.name), "").label("partner"),
            col(SupportNeed.asked_on),
            col(SupportNeed.settled_on),
        )
        .select_from(SupportNeed)
        .join(SupportKind, col(SupportKind.code) == col(SupportNeed.kind))
        .outerjoin(SupportPartner, col(SupportPartner.id) == col(SupportNeed.partner_id))
    )


# By the statuses' values, which happen to be in the order that is wanted: an index gives it as it stands
ORDER = (col(SupportNeed.status), col(SupportNeed.asked_on), col(SupportNeed.id))


def listed(db: Session, filters: NeedFilters, *, actor: Actor, page: int = 1, per_page: int = PER_PAGE) -> NeedList:
    """Support needed, as far as this person may see it: not found yet, then found, then not available, each the oldest first.

    Two statements: the counts, and the page, whose ids come from an index.
    """
    demand(actor, Can.ASK_SUPPORT)
    conditions = _conditions(filters, actor)
    every, waiting, found, total = db.execute(_counts(conditions, actor)).one()
    page = clamp(page, total, per_page)
    ids = select(col(SupportNeed.id)).where(*conditions).order_by(*ORDER).limit(per_page).offset(offset(page, per_page)).subquery()
    rows = db.execute(
        _needs()
        .add_columns(
            col(Partnership.id).label("partnership_id"),
            shown_name().label("partnership"),
            col(Partnership.region),
            col(Action.plan_id),
            func.coalesce(col(Action.title), "").label("action"),
        )
        .join(ids, ids.c.id == col(SupportNeed.id))
        .join(Partnership, col(Partnership.id) == col(SupportNeed.partnership_id))
        .outerjoin(Action, col(Action.id) == col(SupportNeed.action_id))
        .order_by(*ORDER)
    )
    return NeedList(tuple(NeedRow(**row._asdict()) for row in rows), total, page, per_page, every, waiting, found)


def _counts(conditions: list[Any], actor: Actor) -> Any:
    """All that the person may see, those that wait, those for which support was found, and those under the filters."""

    def number(*where: Any) -> Any:
        return select(func.count()).select_from(SupportNeed).where(*where).scalar_subquery()

    every = visible(col(SupportNeed.partnership_id), actor, Can.ASK_SUPPORT)
    status = col(SupportNeed.status)
    return select(number(every), number(every, status == NeedStatus.ASKED), number(every, status == NeedStatus.FOUND), number(*conditions))


def _conditions(filters: NeedFilters, actor: Actor) -> list[Any]:
    conditions = [visible(col(SupportNeed.partnership_id), actor, Can.ASK_SUPPORT)]
    if filters.kind is not None:
        conditions.append(col(SupportNeed.kind) == filters.kind)
    if filters.status is not None:
        conditions.append(col(SupportNeed.status) == filters.status)
    if filters.region is not None:
        of_region = select(col(Partnership.id)).where(col(Partnership.region) == filters.region)
        conditions.append(col(SupportNeed.partnership_id).in_(of_region))
    if filters.partnership_id is not None:
        conditions.append(col(SupportNeed.partnership_id) == filters.partnership_id)
    return conditions


def regions(db: Session, *, actor: Actor) -> list[str]:
    """The regions in which this person sees any support needed, by name: what the list's filter offers."""
    demand(actor, Can.ASK_SUPPORT)
    region = select(col(Partnership.region).label("name")).distinct().subquery()
    needed = (
        select(col(SupportNeed.id))
        .join(Partnership, col(Partnership.id) == col(SupportNeed.partnership_id))
        .where(col(Partnership.region) == region.c.name, visible(col(SupportNeed.partnership_id), actor, Can.ASK_SUPPORT))
    )
    return list(db.execute(select(region.c.name).where(needed.exists()).order_by(region.c.name)).scalars())
