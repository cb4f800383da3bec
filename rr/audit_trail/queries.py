"""The audit as people read it: one row for each gesture, in a sentence, as far as each person may read it."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, true
from sqlmodel import col

from rr.access import Actor, Can, Scope, demand, own_partnerships, scope
from rr.accounts.models import Account
from rr.audit import AuditEntry
from rr.audit_trail.changes import changes
from rr.audit_trail.gestures import GESTURES, Gesture
from rr.audit_trail.records import KINDS, Record, named
from rr.clock import LONDON
from rr.days import ONE_DAY
from rr.db import Session
from rr.paging import Paged, clamp, offset

PER_PAGE = 30  # four screens
MOST = 1000  # gestures: older ones are found by their period
Of = tuple[datetime, str, int | None]  # what the entries of one gesture have in common: when, what was done, and whose account did it


@dataclass(frozen=True)
class AuditFilters:
    """What the list is narrowed to; None is all. `person` is the id of an account, `kind` a table; `gestures` are names of

    commands."""

    person: int | None = None
    kind: str | None = None
    gestures: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class AuditRow:
    """One gesture. `id` is that of one of its entries; `changed` says which fields; `pages` where its record is, the nearest first."""

    id: int
    at: datetime
    sentence: str
    changed: str = ""
    pages: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class AuditList(Paged[AuditRow]):
    """`has_older`: there are older gestures under these filters than the list goes back to."""

    has_older: bool


@dataclass(frozen=True)
class _Entry:
    id: int
    by: str
    kind: str
    row_id: str
    did: str
    changes: str


def listed(db: Session, filters: AuditFilters, *, actor: Actor, page: int = 1, per_page: int = PER_PAGE) -> AuditList:
    """What was done, the latest first: to managers everything, to administrators everything without its content, to everybody else what

    they did themselves and what happened to their own account. The latest thousand under the filters. The same statements whatever the
    number of rows, as far as they are about the same kinds of record: which gestures they are comes from an index.
    """
    demand(actor, Can.SEE_AUDIT)
    found = _gestures(db, filters, actor)
    total = min(len(found), MOST)
    page = clamp(page, total, per_page)
    shown = found[offset(page, per_page) : min(offset(page, per_page) + per_page, MOST)]
    return AuditList(tuple(_rows(db, shown, actor)), total, page, per_page, len(found) > MOST)


def people(db: Session, *, actor: Actor) -> dict[int, str]:
    """Everybody who has an account, by name, for those who read what others did; nobody for the others."""
    demand(actor, Can.SEE_AUDIT)
    if len(_theirs(actor)) > 1:
        return {}
    rows = db.execute(select(col(Account.id), col(Account.name)).order_by(col(Account.name), col(Account.id)))
    return {row.id: row.name for row in rows}


# Which gestures


def _gestures(db: Session, filters: AuditFilters, actor: Actor) -> list[Of]:
    """The latest ones that match, one more than the list goes back to."""
    latest = (col(AuditEntry.at).desc(), col(AuditEntry.gesture).desc(), col(AuditEntry.by_id).desc())
    of = select(col(AuditEntry.at), col(AuditEntry.gesture), col(AuditEntry.by_id)).distinct().order_by(*latest).limit(MOST + 1)
    found = {tuple(row): None for where in _conditions(filters, actor) for row in db.execute(of.where(*where))}
    return sorted(found, key=lambda one: (one[0], one[1], one[2] or 0), reverse=True)[: MOST + 1]


def _conditions(filters: AuditFilters, actor: Actor) -> list[list[ColumnElement[bool]]]:
    """Of each part of what somebody may read.

    Whoever sets a password by a link is nobody until then: what that changed besides is left out, since an event says who it was.
    """
    where = [or_(col(AuditEntry.gesture) != "set_password", col(AuditEntry.by_id).is_not(None))]
    if filters.person is not None:
        where.append(col(AuditEntry.by_id) == filters.person)
    if filters.kind is not None:
        where.append(col(AuditEntry.kind) == filters.kind)
    if filters.gestures:
        where.append(col(AuditEntry.gesture).in_(filters.gestures))
    if filters.since is not None:
        where.append(col(AuditEntry.at) >= _midnight(filters.since))
    if filters.until is not None:
        where.append(col(AuditEntry.at) < _midnight(filters.until + ONE_DAY))
    return [[*where, theirs] for theirs in _theirs(actor)]


def _theirs(actor: Actor) -> list[ColumnElement[bool]]:
    """Which entries somebody may read, in the parts that an index finds: all; or what they did, and what happened to their account."""
    if Scope.ALL in (scope(actor, Can.READ_AUDIT), scope(actor, Can.READ_AUDIT_EVENTS)):
        return [true()]
    account = and_(col(AuditEntry.kind) == "account", col(AuditEntry.row_id) == str(actor.account_id))
    return [col(AuditEntry.by_id) == actor.account_id, account]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=LONDON)


# Their rows


def _rows(db: Session, shown: list[Of], actor: Actor) -> Iterator[AuditRow]:
    if not shown:
        return
    entries = _entries(db, shown, actor)
    main = {of: main_entry(of[1], entries[of]) for of in shown}
    records = named(db, {(entry.kind, entry.row_id) for entry in main.values()})
    own = set(db.execute(own_partnerships(actor)).scalars()) if scope(actor, Can.READ_REQUESTS) is Scope.OWN else set()
    for of, entry in main.items():
        record = records.get((entry.kind, entry.row_id))
        content = _sees_content(actor, entry.kind, record, own)
        yield _row(of, entry, entries[of], record if content else None, content=content)


def _entries(db: Session, shown: list[Of], actor: Actor) -> dict[Of, dict[str, _Entry]]:
    """The first entry of each kind of record that a gesture changed. Of a file's thousands of rows one is read."""
    entry = AuditEntry
    of = (col(entry.at), col(entry.gesture), col(entry.by_id))
    in_time = col(entry.at).in_({at for at, _, _ in shown}), col(entry.gesture).in_({gesture for _, gesture, _ in shown})
    first = select(func.min(col(entry.id))).where(*in_time, or_(*_theirs(actor))).group_by(*of, col(entry.kind))
    columns = (col(entry.id), col(entry.by), col(entry.kind), col(entry.row_id), col(entry.did), col(entry.changes))
    found: dict[Of, dict[str, _Entry]] = defaultdict(dict)
    for at, gesture, by_id, *rest in db.execute(select(*of, *columns).where(col(entry.id).in_(first))):
        one = _Entry(*rest)
        found[at, gesture, by_id][one.kind] = one
    return found


def main_entry(gesture: str, entries: Mapping[str, Any]) -> Any:
    """The entry of the record that a gesture was about: of a kind that its own record names, else of what the others belong to."""
    about = GESTURES[gesture].about if gesture in GESTURES else ()
    order = (*about, *reversed([*KINDS]), *entries)
    return next(entries[kind] for kind in order if kind in entries)


def _sees_content(actor: Actor, kind: str, record: Record | None, own: Iterable[int]) -> bool:
    """Administrators read of accounts what their own page shows, and nothing else; facilitators what is still theirs."""
    if kind in ("account", "one_time_link") and scope(actor, Can.ADMINISTER) is Scope.ALL:
        return True
    if scope(actor, Can.READ_AUDIT) is Scope.NONE:
        return False
    if record is None or record.partnership_id is None or scope(actor, Can.READ_REQUESTS) is Scope.ALL:
        return True
    return record.partnership_id in own


def _row(of: Of, entry: _Entry, entries: Mapping[str, _Entry], record: Record | None, *, content: bool) -> AuditRow:
    gesture = GESTURES.get(of[1]) or Gesture(f"{entry.did} {{}}")
    kind = KINDS.get(entry.kind)
    changed = changes(entry.kind, entry.changes) if content and kind and entry.did == "changed" else {}
    inside = changed.pop(gesture.field, "")
    past = gesture.alone if gesture.alone and not entry.row_id else _past(gesture, entries, content=content)
    about = record.called if record else kind.one if kind else "a list"
    who = gesture.who or entry.by[:1].upper() + entry.by[1:]
    sentence = f"{who} {past.format(about)}{inside.removeprefix(gesture.field)}"
    pages = record.pages if record and "{}" in past else ()
    return AuditRow(entry.id, of[0], sentence, ", ".join(changed.values()), pages)


def _past(gesture: Gesture, entries: Mapping[str, _Entry], *, content: bool) -> str:
    if gesture.moves and content:
        kind, column, choices = gesture.moves
        value = json.loads(entries[kind].changes).get(column) if kind in entries else None
        if isinstance(value, list) and value[1] in choices:
            return choices[value[1]].did
    return gesture.past
