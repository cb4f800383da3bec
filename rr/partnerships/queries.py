"""Partnerships by name: for matching, for lists to choose from, and for the people in them."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, false, func, or_, select, true
from sqlmodel import col

from rr.access import Actor, Can, demand_for
from rr.base import LINE, clean
from rr.db import Session
from rr.errors import NotFound
from rr.name_words import NameWord
from rr.partnerships import matching, names
from rr.partnerships.matching import Area
from rr.partnerships.models import Alias, Consent, Contact, Partnership
from rr.partnerships.rules import ConsentHow, ConsentKind, ContactRole

NAMES = tuple(map(names.source, (Partnership.name, Partnership.public_name, Alias.text)))
LONGEST = 100  # characters of a typed name that are looked at
CANDIDATES = 200  # names that are ranked: more than the programme has for any text, so that only beyond it the index's order decides

Visible = Callable[[Any], ColumnElement[bool]]  # of a column of partnerships' ids, the condition that a person may see them

NO_PARTNERSHIP = ("There is no such partnership", "Search for it by its name.")


@dataclass(frozen=True)
class Place:
    """A partnership in a list to choose from. The region stands beside the name: Whitley and Whitley Bay are two."""

    id: int
    name: str
    region: str


@dataclass(frozen=True)
class ConsentRow:
    """The last thing that a person said about a consent."""

    kind: ConsentKind
    given: bool
    at: datetime
    how: ConsentHow
    notice: str


@dataclass(frozen=True)
class ContactRow:
    """A person at a partnership. `consents` are those that they said anything about."""

    id: int
    name: str
    role: ContactRole | None
    email: str
    phone: str
    agreed_contact_at: datetime | None
    agreed_share_at: datetime | None
    consents: Mapping[ConsentKind, ConsentRow] = field(default_factory=dict)

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


def areas(db: Session, among: Collection[int] | None = None) -> tuple[Area, ...]:
    """All partnerships as matching sees them, or those of these ids, by id. Two statements, whatever their number."""
    named = select(col(Partnership.id), col(Partnership.name), col(Partnership.public_name)).order_by(col(Partnership.id))
    aliases = select(col(Alias.partnership_id), col(Alias.text)).order_by(col(Alias.id))
    if among is not None:
        named, aliases = named.where(col(Partnership.id).in_(among)), aliases.where(col(Alias.partnership_id).in_(among))
    also: dict[int, list[str]] = {}
    for alias in db.execute(aliases):
        also.setdefault(alias.partnership_id, []).append(alias.text)
    return tuple(Area(row.id, row.name, row.public_name, tuple(also.get(row.id, ()))) for row in db.execute(named))


def places(db: Session, among: Collection[int] | None = None) -> tuple[Place, ...]:
    """All partnerships by name, to choose from, or those of these ids. Names of areas are public."""
    chosen = select(col(Partnership.id), shown_name().label("name"), col(Partnership.region))
    rows = db.execute(chosen if among is None else chosen.where(col(Partnership.id).in_(among)))
    return tuple(sorted((Place(row.id, row.name, row.region) for row in rows), key=lambda place: (place.name.casefold(), place.id)))


def place_called(db: Session, name: str, but: int | None = None) -> int | None:
    """The one partnership that the name means for certain, as `matching.certain` has it, found by an index. `but`: not this one."""
    wanted = matching.normalise(name)[:LINE].strip()
    if not wanted:
        return None
    called = _ids(db, names.exactly(wanted)).difference([but])
    return called.pop() if len(called) == 1 else None


def search_places(db: Session, typed: str, limit: int = 8) -> tuple[Place, ...]:
    """The partnerships of which the text may mean a name, public name or other name, best first. Names of areas are public.

    Typing slips are forgiven where nothing is written so. At most seven statements.
    """
    typed = typed[:LINE]
    return places_written(db, typed, limit) or places_misspelt(db, typed, limit)


def everywhere(_partnership_id: Any) -> ColumnElement[bool]:
    return true()


def places_written(db: Session, typed: str, limit: int, visible: Visible = everywhere) -> tuple[Place, ...]:
    """Those as written: a name begins so, then words in it do, then it has the text within a word. `visible` limits them."""
    wanted = matching.normalise(typed)
    found: set[int] = set()
    for way in _written(wanted):
        if len(found) < limit:
            found |= _ids(db, way, visible)
    return _ranked(db, wanted, found, limit)


def places_misspelt(db: Session, typed: str, limit: int, visible: Visible = everywhere) -> tuple[Place, ...]:
    """Those that the text may mean with typing slips, likest first."""
    wanted = matching.normalise(typed)
    way = names.may_hold(db, wanted, matching.alike, matching.SHORTEST_ALIKE)
    return () if way is None else _ranked(db, wanted, _ids(db, way, visible), limit)


def likely_places(db: Session, text: str) -> tuple[Place, ...]:
    """The partnership that a written name means for certain, else the three likeliest of those that have some letters in common."""
    shared = names.trigrams_shared(matching.normalise(text))
    likely = (
        select(col(NameWord.partnership_id))
        .join(shared, col(NameWord.word) == shared.c.word)
        .where(col(NameWord.source).in_(NAMES))
        .group_by(col(NameWord.partnership_id))
        .order_by(func.sum(shared.c.many).desc(), col(NameWord.partnership_id))
        .limit(CANDIDATES)
    )
    found = matching.match(text, areas(db, db.execute(likely).scalars().all()))
    return _in_order(db, [found.area_id] if found.area_id is not None else [suggestion.area_id for suggestion in found.suggestions])


def named(db: Session, typed: str) -> ColumnElement[bool]:
    """The condition on partnerships that the text may mean one's name, with slips where none is written so. For filters of lists."""
    wanted = matching.normalise(typed)
    ways = [way for way in _written(wanted) if _ids(db, way, limit=1)]
    if not ways and (misspelt := names.may_hold(db, wanted, matching.alike, matching.SHORTEST_ALIKE)) is not None:
        ways = [misspelt]
    chosen = select(col(NameWord.partnership_id)).where(col(NameWord.source).in_(NAMES))
    return or_(false(), *(col(Partnership.id).in_(chosen.where(way)) for way in ways))


def where_named(db: Session, partnership_id: Any, typed: str) -> list[ColumnElement[bool]]:
    """What leaves of a list the rows whose partnership the text may mean; nothing to ask without a text. Small statements of its own."""
    typed = clean(typed[:LONGEST])
    return [partnership_id.in_(select(col(Partnership.id)).where(named(db, typed)))] if typed else []


def _written(wanted: str) -> list[ColumnElement[bool]]:
    """The ways in which a name may stand for a normalised text, best first."""
    ways = (names.begins(wanted), names.holds(wanted), names.contains(wanted)) if wanted else ()
    return [way for way in ways if way is not None]


def _ids(db: Session, way: ColumnElement[bool], visible: Visible = everywhere, limit: int = CANDIDATES) -> set[int]:
    chosen = select(col(NameWord.partnership_id)).where(col(NameWord.source).in_(NAMES), way, visible(col(NameWord.partnership_id)))
    return set(db.execute(chosen.order_by(col(NameWord.word), col(NameWord.name)).limit(limit)).scalars())


def _ranked(db: Session, wanted: str, candidates: Collection[int], limit: int) -> tuple[Place, ...]:
    if not candidates:
        return ()
    return _in_order(db, [area.id for area in matching.search(wanted, areas(db, candidates), limit)])


def _in_order(db: Session, ids: Sequence[int]) -> tuple[Place, ...]:
    return tuple(sorted(places(db, ids), key=lambda place: ids.index(place.id)))


def regions(db: Session) -> tuple[str, ...]:
    return tuple(db.execute(select(col(Partnership.region)).distinct().order_by(col(Partnership.region))).scalars())


def name_of(db: Session, partnership_id: int) -> str:
    """The partnership's name as people see it. NotFound if there is none of this id."""
    name = db.execute(select(shown_name()).where(col(Partnership.id) == partnership_id)).scalar_one_or_none()
    if name is None:
        raise NotFound(*NO_PARTNERSHIP)
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
        raise NotFound(*NO_PARTNERSHIP)
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
    """The people at a partnership, by name. Two statements."""
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
    said = (
        select(col(Consent.contact_id), col(Consent.kind), col(Consent.given), col(Consent.at), col(Consent.how), col(Consent.notice))
        .join(Contact, col(Contact.id) == col(Consent.contact_id))
        .where(col(Contact.partnership_id) == partnership_id)
        .order_by(col(Consent.at), col(Consent.id))
    )
    last: dict[int, dict[ConsentKind, ConsentRow]] = {}
    for contact_id, *consent in db.execute(said):
        last.setdefault(contact_id, {})[consent[0]] = ConsentRow(*consent)
    return tuple(ContactRow(*row, last.get(row.id, {})) for row in rows)
