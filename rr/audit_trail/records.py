"""The records that the audit names by their table and number: what each is called, whose it is, and on which page it stands."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import inspect, select
from sqlmodel import col

from rr.accounts.models import Account, OneTimeLink
from rr.audit import RowVersion, batched
from rr.base import Base
from rr.clock import london_day
from rr.days import say
from rr.db import Session
from rr.intake.models import Decision, FormMapping, ImportBatch, RequestTopic, SupportRequest
from rr.needs.models import SupportNeed
from rr.partnerships.models import Alias, Contact, Note, Partnership
from rr.plans.models import Action, ActionPlan, ActionUpdate, Review
from rr.sessions.models import AgendaItem, Capture, SessionFacilitator, SupportSession
from rr.toolkit.models import Activity

Key = tuple[str, str]  # a row as the audit names it: its table, and its number or key


@dataclass(frozen=True)
class RecordKind:
    """A kind of record: what one is called, and all of them in the filter ("": not offered there).

    `up`: the column that says which record it belongs to, and that one's kind. `name`: the column with its own name. `page`: the page
    that shows one by its number; what has none is shown on the page of the record that it belongs to. `part`: it is called by the name
    of what it belongs to, as what was done says the rest.
    """

    table: type[Base]
    one: str
    many: str = ""
    up: tuple[str, str] | None = None
    name: str = ""
    page: str = ""
    part: bool = False


# What belongs to another record stands before it.
KINDS: Mapping[str, RecordKind] = {
    "decision": RecordKind(Decision, "a sign-up", up=("request_id", "support_request"), part=True),
    "request_topic": RecordKind(RequestTopic, "a sign-up", up=("request_id", "support_request"), part=True),
    "session_facilitator": RecordKind(SessionFacilitator, "a session", up=("session_id", "support_session"), part=True),
    "agenda_item": RecordKind(AgendaItem, "a session", "Agendas", ("session_id", "support_session"), part=True),
    "capture": RecordKind(Capture, "a session", "Captured lines", ("session_id", "support_session"), part=True),
    "action_update": RecordKind(ActionUpdate, "an action", "Updates of actions", ("action_id", "action"), part=True),
    "action": RecordKind(Action, "an action", "Actions", ("plan_id", "action_plan")),
    "review": RecordKind(Review, "a review", "Reviews", ("plan_id", "action_plan")),
    "support_need": RecordKind(SupportNeed, "a need for support", "Support needed", ("partnership_id", "partnership")),
    "contact": RecordKind(Contact, "a contact", "Contacts", ("partnership_id", "partnership")),
    "alias": RecordKind(Alias, "a partnership", up=("partnership_id", "partnership"), part=True),
    "note": RecordKind(Note, "a partnership", "Notes", ("partnership_id", "partnership"), part=True),
    "action_plan": RecordKind(ActionPlan, "an action plan", "Action plans", ("partnership_id", "partnership"), page="plan"),
    "support_session": RecordKind(SupportSession, "a session", "Sessions", ("partnership_id", "partnership"), "starts_at", "session"),
    "support_request": RecordKind(SupportRequest, "a sign-up", "Sign-ups", ("partnership_id", "partnership"), "ref", "requests"),
    "partnership": RecordKind(Partnership, "a partnership", "Partnerships", name="name", page="partnership"),
    "import_batch": RecordKind(ImportBatch, "a file of sign-ups", "Imported files", name="file_name", page="imports"),
    "form_mapping": RecordKind(FormMapping, "the columns of a form", name="name"),
    "activity": RecordKind(Activity, "an activity", "Activities", name="name", page="toolkit"),
    "one_time_link": RecordKind(OneTimeLink, "somebody", up=("account_id", "account"), part=True),
    "account": RecordKind(Account, "somebody", "Accounts", name="name", page="accounts"),
}


@dataclass(frozen=True)
class Record:
    """`pages`: where it is shown, each with its record's number there, the nearest first. `partnership_id`: whose it is, if anybody's."""

    called: str
    pages: tuple[tuple[str, int], ...]
    partnership_id: int | None


def named(db: Session, wanted: Iterable[Key]) -> dict[Key, Record]:
    """What these records are called; those of kinds that have no name, or of which nothing is known any more, are left out.

    One statement for each kind among them, and one more for those of a kind that were removed. Nothing is checked.
    """
    values: dict[Key, Mapping[str, Any]] = {}
    of_kind: dict[str, set[str]] = defaultdict(set)
    for kind, row_id in wanted:
        of_kind[kind].add(row_id)
    for name, kind in KINDS.items():
        for row_id, found in _values(db, kind, sorted(of_kind[name] - {""})).items():
            values[name, row_id] = found
            if kind.up and found.get(kind.up[0]) is not None:
                of_kind[kind.up[1]].add(str(found[kind.up[0]]))
    return {(name, row_id): _record(values, name, row_id) for name, row_id in values}


def _values(db: Session, kind: RecordKind, row_ids: list[str]) -> dict[str, Mapping[str, Any]]:
    """By a row's key, the columns that say whose it is and what it is called."""
    if not row_ids:
        return {}
    table = inspect(kind.table).local_table
    keys = list(table.primary_key)
    if len(keys) > 1:  # the first part of its key says what it belongs to
        return {row_id: {keys[0].name: int(row_id.split("/")[0])} for row_id in row_ids}
    names = [name for name in (kind.up[0] if kind.up else "", kind.name) if name]
    numbers = {int(row_id) for row_id in row_ids}
    shown = select(*keys, *(table.c[name] for name in names), *([table.c.public_name] if kind.table is Partnership else []))
    found = {str(row[0]): dict(row._mapping) for some in batched(numbers) for row in db.execute(shown.where(keys[0].in_(some)))}
    gone = [row_id for row_id in row_ids if row_id not in found]
    return found | (_before_removal(db, table.name, gone) if gone else {})


def _before_removal(db: Session, kind: str, row_ids: list[str]) -> dict[str, Mapping[str, Any]]:
    kept = select(col(RowVersion.row_id), col(RowVersion.values)).where(col(RowVersion.kind) == kind, col(RowVersion.row_id).in_(row_ids))
    return {row.row_id: row.values for row in db.execute(kept.order_by(col(RowVersion.id)))}


def _record(values: Mapping[Key, Mapping[str, Any]], name: str, row_id: str) -> Record:
    """Named from the bottom up: a line by its session, an action by its partnership."""
    kind, mine = KINDS[name], values[name, row_id]
    above = _above(values, kind, mine)
    pages = ((kind.page, int(row_id)),) if kind.page else ()
    partnership_id = int(row_id) if kind.table is Partnership else above.partnership_id if above else None
    return Record(_called(kind, mine, above, _owner(values, partnership_id)), (*pages, *(above.pages if above else ())), partnership_id)


def _above(values: Mapping[Key, Mapping[str, Any]], kind: RecordKind, mine: Mapping[str, Any]) -> Record | None:
    if kind.up is None or mine.get(kind.up[0]) is None:
        return None
    key = kind.up[1], str(mine[kind.up[0]])
    return _record(values, *key) if key in values else None


def _owner(values: Mapping[Key, Mapping[str, Any]], partnership_id: int | None) -> str:
    known = values.get(("partnership", str(partnership_id)), {})
    return known.get("public_name") or known.get("name") or ""


def _called(kind: RecordKind, mine: Mapping[str, Any], above: Record | None, owner: str) -> str:
    if kind.part:
        return above.called if above else kind.one
    own = mine.get(kind.name) if kind.name else None
    if kind.table is Partnership:
        return owner or kind.one
    if own and kind.table is not SupportSession:
        return f"{own}, {owner}" if owner else str(own)
    one = f"the {kind.one.partition(' ')[2]}" if kind.page else kind.one
    return f"{one} of {owner}{_on(own)}" if owner else kind.one


def _on(at: datetime | str | None) -> str:
    """The day of a session; a removed one's time is kept as text."""
    start = datetime.fromisoformat(at) if isinstance(at, str) else at
    return f" on {say(london_day(start))}" if start else ""
