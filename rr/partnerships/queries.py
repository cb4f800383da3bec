"""Partnerships by name: for matching, for lists to choose from, and for the people in them."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select
from sqlmodel import col

from rr.access import Actor, Can, demand_for
from rr.db import Session
from rr.errors import NotFound
from rr.partnerships.matching import Area
from rr.partnerships.models import Alias, Contact, Partnership
from rr.partnerships.rules import ContactRole


@dataclass(frozen=True)
class Place:
    """A partnership in a list to choose from. The region stands beside the name: Whitley and Whitley Bay are two."""

    id: int
    name: str
    region: str


@dataclass(frozen=True)
class ContactRow:
    """A person at a partnership."""

    id: int
    name: str
    role: ContactRole | None
    email: str
    phone: str
    agreed_contact_at: datetime | None
    agreed_share_at: datetime | None

    @property
    def role_label(self) -> str:
        return self.role.label if self.role else ""


@dataclass(frozen=True)
class Facts:
    """What is known of a partnership. `name` is the area's; money is whole pounds; None and "" mean that nobody has said."""

    id: int
    name: str
    public_name: str
    region: str
    local_authority: str
    lto_name: str
    area_coordinator: str
    money_remaining: int | None
    ends_on: date | None
    closed_weekday: int | None
    aliases: tuple[str, ...]

    @property
    def shown(self) -> str:
        return self.public_name or self.name


def shown_name() -> ColumnElement[str]:
    """The column for a partnership's name as people see it: its public one, if somebody gave it one."""
    return func.coalesce(func.nullif(col(Partnership.public_name), ""), col(Partnership.name))


def areas(db: Session) -> tuple[Area, ...]:
    """All partnerships as matching sees them, by id. Two statements, whatever their number."""
    also: dict[int, list[str]] = {}
    for alias in db.execute(select(col(Alias.partnership_id), col(Alias.text)).order_by(col(Alias.id))):
        also.setdefault(alias.partnership_id, []).append(alias.text)
    rows = db.execute(select(col(Partnership.id), col(Partnership.name), col(Partnership.public_name)).order_by(col(Partnership.id)))
    return tuple(Area(row.id, row.name, row.public_name, tuple(also.get(row.id, ()))) for row in rows)


def places(db: Session) -> tuple[Place, ...]:
    """All partnerships by name, to choose from. Names of areas are public."""
    rows = db.execute(select(col(Partnership.id), shown_name().label("name"), col(Partnership.region)))
    return tuple(sorted((Place(row.id, row.name, row.region) for row in rows), key=lambda place: (place.name.casefold(), place.id)))


def regions(db: Session) -> tuple[str, ...]:
    return tuple(db.execute(select(col(Partnership.region)).distinct().order_by(col(Partnership.region))).scalars())


def name_of(db: Session, partnership_id: int) -> str:
    """The partnership's name as people see it. NotFound if there is none of this id."""
    name = db.execute(select(shown_name()).where(col(Partnership.id) == partnership_id)).scalar_one_or_none()
    if name is None:
        raise NotFound("There is no such partnership", "Search for it by its name.")
    return name


def access_partnership(db: Session, partnership_id: int, actor: Actor, need: Can) -> None:
    """Refuse (NotFound) a partnership that isn't there, or isn't this person's to see or change."""
    demand_for(db, partnership_id, actor, need)
    name_of(db, partnership_id)


def facts(db: Session, partnership_id: int, *, actor: Actor) -> Facts:
    """What is known of a partnership, and the names it goes by."""
    demand_for(db, partnership_id, actor, Can.READ_REQUESTS)
    row = db.get(Partnership, partnership_id)
    if row is None:
        raise NotFound("There is no such partnership", "Search for it by its name.")
    also = db.execute(select(col(Alias.text)).where(col(Alias.partnership_id) == partnership_id).order_by(col(Alias.text))).scalars()
    return Facts(
        partnership_id,
        row.name,
        row.public_name,
        row.region,
        row.local_authority,
        row.lto_name,
        row.area_coordinator,
        row.money_remaining,
        row.ends_on,
        row.closed_weekday,
        tuple(also),
    )


def contacts(db: Session, partnership_id: int, *, actor: Actor) -> tuple[ContactRow, ...]:
    """The people at a partnership, by name."""
    demand_for(db, partnership_id, actor, Can.READ_REQUESTS)
    rows = db.execute(
        select(
            col(Contact.id),
            col(Contact.name),
            col(Contact.role),
            col(Contact.email),
            col(Contact.phone),
            col(Contact.agreed_contact_at),
            col(Contact.agreed_share_at),
        )
        .where(col(Contact.partnership_id) == partnership_id)
        .order_by(col(Contact.folded), col(Contact.id))
    )
    return tuple(ContactRow(*row) for row in rows)
