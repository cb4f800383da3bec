"""Finding a partnership: the search on every page, for areas however spelt, people and references."""

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, or_, select
from sqlmodel import col

from rr.access import Actor, Can, Scope, own_partnerships, scope
from rr.base import clean, plain_name
from rr.db import Session
from rr.intake.models import SupportRequest
from rr.intake.references import reference
from rr.intake.rules import RequestStatus
from rr.name_words import NameWord
from rr.partnerships import names
from rr.partnerships.matching import SHORTEST_SLIP, one_slip
from rr.partnerships.models import Contact, Partnership
from rr.partnerships.names import source
from rr.partnerships.queries import Visible, everywhere, places_misspelt, places_written, shown_name
from rr.partnerships.rules import ContactRole

LONGEST = 100  # characters that are looked at
MOST_JOINED = 5  # words of which two are tried as one
CONTACTS, SIGN_UPS = source(Contact.name), source(SupportRequest.name)
REFERENCE = re.compile(r"(?:rr)?[\s-]*0*(\d{1,7})", re.IGNORECASE)


@dataclass(frozen=True)
class Hit:
    """Something found: the words on its link (nobody's Markdown: escape them), a Material icon's name, and what it opens."""

    label: str
    icon: str
    partnership_id: int | None = None
    request_id: int | None = None


def find(db: Session, typed: str, *, actor: Actor, limit: int = 8) -> list[Hit]:
    """What the typed text may mean, of what this person may see: a reference, then partnerships, then people.

    Case and accents don't matter. Typing slips are forgiven only where nothing was found as it was written. Fourteen statements at most,
    each served by an index. Somebody who may read no requests finds nothing.
    """
    typed = clean(typed[:LONGEST])
    if not typed or scope(actor, Can.READ_REQUESTS) is Scope.NONE:
        return []
    visible = _visible(db, actor)
    words = plain_name(typed)
    found = _by_reference(db, typed, visible)
    places = places_written(db, typed, limit, visible)
    people = _people(db, names.holds(words) if words else None, visible, limit)
    if not places and not people:  # a name that stands there as typed is meant, not one that is spelt a little like it
        people = _people(db, _joined(words), visible, limit)
        places = places_misspelt(db, typed, limit, visible) if not people else ()
        if not people and not found:
            people = _people(db, names.may_hold(db, words, one_slip, SHORTEST_SLIP), visible, limit)
    found += [Hit(f"{place.name}, {place.region}", "groups", partnership_id=place.id) for place in places]
    return [*found, *people][:limit]


def _joined(words: str) -> ColumnElement[bool] | None:
    """The name has two of the words as one: "mac donald" for MacDonald."""
    typed = words.split()[:MOST_JOINED]
    pairs = [at for at in range(len(typed) - 1) if (typed[at] + typed[at + 1]).isalpha()]
    ways = [" ".join([*typed[:at], typed[at] + typed[at + 1], *typed[at + 2 :]]) for at in pairs]
    return or_(*map(names.holds, ways)) if ways else None


def _visible(db: Session, actor: Actor) -> Visible:
    """What this person may see. Somebody's own partnerships are read once here, instead of by each of ten statements."""
    if scope(actor, Can.READ_REQUESTS) is Scope.ALL:
        return everywhere
    mine = bindparam("mine", db.execute(own_partnerships(actor)).scalars().all(), expanding=True, literal_execute=True)
    return lambda partnership_id: partnership_id.in_(mine)


def _by_reference(db: Session, typed: str, visible: Visible) -> list[Hit]:
    """The request of a reference, written "RR-0061", "rr61" or "61". Its partnership is one click away, or itself while it has none."""
    read = REFERENCE.fullmatch(typed)
    if read is None:
        return []
    rows = db.execute(_requests().where(col(SupportRequest.ref) == reference(int(read[1])), visible(col(SupportRequest.partnership_id))))
    return [Hit(f"{row.ref}, {row.partnership or row.area_text}", "tag", row.partnership_id, row.id) for row in rows]


def _requests() -> Any:
    return select(
        col(SupportRequest.id),
        col(SupportRequest.ref),
        col(SupportRequest.name),
        col(SupportRequest.folded),
        col(SupportRequest.role),
        col(SupportRequest.area_text),
        col(SupportRequest.partnership_id),
        shown_name().label("partnership"),
    ).outerjoin(Partnership, col(Partnership.id) == col(SupportRequest.partnership_id))


def _people(db: Session, named: ColumnElement[bool] | None, visible: Visible, limit: int) -> list[Hit]:
    """Contacts first, then names on sign-ups that aren't their contact's name. Nobody where no condition is given."""
    if named is None:
        return []
    in_order = (col(NameWord.word), col(NameWord.name), col(NameWord.row_id))
    at_most = 2 * limit  # two words of one name may begin so
    contacts = db.execute(_contacts().where(named, visible(col(Contact.partnership_id))).order_by(*in_order).limit(at_most))
    signed = db.execute(_signed().where(named, visible(col(SupportRequest.partnership_id))).order_by(*in_order).limit(at_most))
    found = {
        (row.folded, row.partnership_id): Hit(_who(row.name, row.role, row.partnership), "person", row.partnership_id) for row in contacts
    }
    for row in signed:
        where = row.partnership or f"{row.ref}, {row.area_text}"
        key = (row.folded, row.partnership_id or row.ref)
        found.setdefault(key, Hit(_who(row.name, row.role, where), "person", row.partnership_id, row.id))
    return list(found.values())


def _contacts() -> Any:
    return (
        select(col(Contact.name), col(Contact.folded), col(Contact.role), col(Contact.partnership_id), shown_name().label("partnership"))
        .join(Partnership, col(Partnership.id) == col(Contact.partnership_id))
        .join(NameWord, and_(col(NameWord.source) == CONTACTS, col(NameWord.row_id) == col(Contact.id)))
    )


def _signed() -> Any:
    return (
        _requests()
        .join(NameWord, and_(col(NameWord.source) == SIGN_UPS, col(NameWord.row_id) == col(SupportRequest.id)))
        .outerjoin(Contact, col(Contact.id) == col(SupportRequest.contact_id))
        .where(
            or_(col(Contact.id).is_(None), col(Contact.folded) != col(SupportRequest.folded)),
            col(SupportRequest.status) != RequestStatus.SPAM,
        )
    )


def _who(name: str, role: ContactRole | None, where: str) -> str:
    return f"{name}, {role.label}, {where}" if role else f"{name}, {where}"
