"""Finding a partnership: the search on every page (areas however spelt, people, references), and the list of all areas."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from rapidfuzz import process
from rapidfuzz.distance import OSA
from sqlalchemy import ColumnElement, and_, or_, select
from sqlmodel import col

from rr.access import Actor, Can, Scope, own_partnerships, scope, visible
from rr.base import clean, fold
from rr.db import Session
from rr.intake.models import SupportRequest
from rr.intake.references import reference
from rr.intake.rules import RequestStatus
from rr.partnerships import matching
from rr.partnerships.models import Contact, Partnership
from rr.partnerships.queries import areas, shown_name
from rr.partnerships.rules import ContactRole

LONGEST = 100  # characters that are looked at
SHORTEST_SLIP = 4  # letters of a typed word in which one slip is forgiven
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

    Case and accents don't matter. Typing slips are forgiven only where nothing was found as it was written. At most six
    statements; the costliest look through all names of people once. Somebody who may read no requests finds nothing.
    """
    typed = clean(typed[:LONGEST])
    if not typed or scope(actor, Can.READ_REQUESTS) is Scope.NONE:
        return []
    words = fold(typed).split()
    known = _areas(db, actor)
    places = matching.search(typed, known, limit)
    people = _people(db, _begin(words), actor, limit) if words else []
    if people and places and not _written(typed, places[0]):
        places = ()  # a name that stands there as typed is meant, not an area that is spelt a little like it
    found = [*_by_reference(db, typed, actor), *_of_places(db, places)]
    if not found and not people:
        people = _people_with_slips(db, words, actor, limit)
    return [*found, *people][:limit]


def _written(typed: str, area: matching.Area) -> bool:
    return matching.normalise(typed) in " | ".join(matching.normalise(name) for name in (area.name, area.public_name, *area.aliases))


def _areas(db: Session, actor: Actor) -> Sequence[matching.Area]:
    if scope(actor, Can.READ_REQUESTS) is Scope.ALL:
        return areas(db)
    mine = set(db.execute(own_partnerships(actor)).scalars())
    return [area for area in areas(db) if area.id in mine]


def _of_places(db: Session, places: Sequence[matching.Area]) -> list[Hit]:
    """The region stands beside the name: Whitley and Whitley Bay are easily confused (domain 2)."""
    if not places:
        return []
    wanted = [area.id for area in places]
    rows = db.execute(
        select(col(Partnership.id), shown_name().label("name"), col(Partnership.region)).where(col(Partnership.id).in_(wanted))
    )
    labels = {row.id: f"{row.name}, {row.region}" for row in rows}
    return [Hit(labels[number], "groups", partnership_id=number) for number in wanted]


def _by_reference(db: Session, typed: str, actor: Actor) -> list[Hit]:
    """The request of a reference, written "RR-0061", "rr61" or "61". Its partnership is one click away, or itself while it has none."""
    read = REFERENCE.fullmatch(typed)
    if read is None:
        return []
    rows = db.execute(
        _requests().where(
            col(SupportRequest.ref) == reference(int(read[1])), visible(col(SupportRequest.partnership_id), actor, Can.READ_REQUESTS)
        )
    )
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


def _people(db: Session, named: "_Named", actor: Actor, limit: int) -> list[Hit]:
    """Contacts first, then names on sign-ups that aren't their contact's name."""
    contacts = db.execute(
        select(col(Contact.name), col(Contact.folded), col(Contact.role), col(Contact.partnership_id), shown_name().label("partnership"))
        .join(Partnership, col(Partnership.id) == col(Contact.partnership_id))
        .where(named(col(Contact.folded)), visible(col(Contact.partnership_id), actor, Can.READ_REQUESTS))
        .order_by(col(Contact.folded), col(Contact.id))
        .limit(limit)
    ).all()
    signed = db.execute(
        _requests()
        .outerjoin(Contact, col(Contact.id) == col(SupportRequest.contact_id))
        .where(
            named(col(SupportRequest.folded)),
            or_(col(Contact.id).is_(None), col(Contact.folded) != col(SupportRequest.folded)),
            col(SupportRequest.status) != RequestStatus.SPAM,
            visible(col(SupportRequest.partnership_id), actor, Can.READ_REQUESTS),
        )
        .order_by(col(SupportRequest.folded), col(SupportRequest.id))
        .limit(limit)
    ).all()
    found = {
        (row.folded, row.partnership_id): Hit(_who(row.name, row.role, row.partnership), "person", row.partnership_id) for row in contacts
    }
    for row in signed:
        where = row.partnership or f"{row.ref}, {row.area_text}"
        key = (row.folded, row.partnership_id or row.ref)
        found.setdefault(key, Hit(_who(row.name, row.role, where), "person", row.partnership_id, row.id))
    return list(found.values())


def _who(name: str, role: ContactRole | None, where: str) -> str:
    return f"{name}, {role.label}, {where}" if role else f"{name}, {where}"


def _people_with_slips(db: Session, words: Sequence[str], actor: Actor, limit: int) -> list[Hit]:
    """People whose name holds each typed word with one slip at most, though not in its first letter: so a tenth of the names is read.

    Looks at all contacts, and at sign-ups that have none.
    """
    if not any(len(word) >= SHORTEST_SLIP for word in words):
        return []
    begins = _begin([word[0] for word in words])
    contacts = select(col(Contact.folded)).where(
        begins(col(Contact.folded)), visible(col(Contact.partnership_id), actor, Can.READ_REQUESTS)
    )
    signed = select(col(SupportRequest.folded)).where(
        begins(col(SupportRequest.folded)),
        col(SupportRequest.contact_id).is_(None),
        visible(col(SupportRequest.partnership_id), actor, Can.READ_REQUESTS),
    )
    names = db.execute(contacts.union(signed)).scalars().all()
    known = list({part for name in names for part in name.split()})
    meant = [_meant(word, known) for word in words]
    found = sorted(name for name in names if all(not parts.isdisjoint(name.split()) for parts in meant))[:limit]
    return _people(db, lambda column: column.in_(found), actor, limit) if found else []


def _meant(word: str, known: Sequence[str]) -> set[str]:
    """The known words that were meant: one letter wrong, missing, too many or swapped, in all of a word or in its beginning."""
    if len(word) < SHORTEST_SLIP:
        return {part for part in known if part.startswith(word)}
    found: set[str] = set()
    for length in (LONGEST, len(word) - 1, len(word), len(word) + 1):
        cut = [part[:length] for part in known]
        close = process.extract_iter(word, cut, scorer=OSA.distance, score_cutoff=1)
        found.update(known[place] for _, _, place in close)
    return found


def _begin(words: Sequence[str]) -> "_Named":
    """The condition that each word begins some word of a folded name."""
    return lambda column: and_(
        *(or_(column.startswith(word, autoescape=True), column.contains(f" {word}", autoescape=True)) for word in words)
    )


_Named = Callable[[Any], ColumnElement[bool]]


# The list of all areas
