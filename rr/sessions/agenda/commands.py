"""The rows of an agenda: adding, changing, moving, swapping and removing them."""

from collections.abc import Mapping
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from rr.access import Actor, Can, reach
from rr.db import Session
from rr.errors import NotFound
from rr.merge import merge
from rr.sessions import rules
from rr.sessions.agenda import queries
from rr.sessions.agenda.queries import access_item
from rr.sessions.drafts import AgendaItemDraft, NewItemDraft
from rr.sessions.models import AgendaItem, Capture, SupportSession
from rr.toolkit.models import Activity
from rr.toolkit.rules import Phase

USUAL_MINUTES = 20  # of a row with a title of its own


def add_item(
    db: Session,
    session_id: int,
    *,
    activity_id: int | None = None,
    title: str = "",
    minutes: int | None = None,
    actor: Actor,
    now: datetime,
) -> int:
    """Add an activity, or a row with a title of its own, and return its id. It goes last, but before what closes the session.

    Without `minutes`, an activity takes the middle of its own. Held sessions too: the agenda is what the toolkit is handed over from.
    """
    session = reach(db, SupportSession, session_id, actor, Can.RUN_SESSIONS)
    rules.not_cancelled(session.cancelled_at)
    activity = _activity(db, activity_id) if activity_id is not None else None
    draft = NewItemDraft(title=title or (activity.name if activity else ""), minutes=minutes)
    usual = _middle(activity) if activity else USUAL_MINUTES
    items = _agenda(db, session_id)
    at = len(items) - 1 if items and _closes(db, items[-1]) else len(items)
    item = AgendaItem(
        session_id=session_id,
        activity_id=activity_id,
        position=at + 1,
        title=draft.title,
        minutes=usual if draft.minutes is None else draft.minutes,
    )
    db.add(item)
    _number([*items[:at], item, *items[at:]])
    session.touch(now)
    db.flush()
    return item.id


def change_item(db: Session, item_id: int, changes: Mapping[str, Any], base: Mapping[str, Any], *, actor: Actor, now: datetime) -> None:
    """Change a row: fields of `AgendaItemDraft`. With other minutes, everything after it starts accordingly.

    Merges with what others changed since the form was drawn from `base`; the same field changed by both is refused (Conflict).
    """
    item, session = _item(db, item_id, actor)
    if merge(item, base, AgendaItemDraft.checked(changes, base)):
        session.touch(now)
    db.flush()


def move_item(db: Session, item_id: int, way: str, *, actor: Actor, now: datetime) -> None:
    """Move a row one place "up" or "down". The first can't go up nor the last down: nothing changes then."""
    item, session = _item(db, item_id, actor)
    items = _agenda(db, item.session_id)
    at = items.index(item)
    to = at + {"up": -1, "down": 1}[way]
    if not 0 <= to < len(items):
        return
    items[at], items[to] = items[to], items[at]
    _number(items)
    session.touch(now)
    db.flush()


def swap_item(db: Session, item_id: int, activity_id: int, *, base: int | None = None, actor: Actor, now: datetime) -> None:
    """Put another activity into a row; it keeps its place, minutes, lead and notes, and gets the reason that speaks for the new one.

    `base` is the activity that was on screen: if somebody else swapped it meanwhile, this is refused (Conflict).
    """
    reasons = {swap.activity_id: swap.why for swap in queries.swaps(db, item_id, actor=actor)}
    item, session = _item(db, item_id, actor)
    activity = _activity(db, activity_id)
    stored = SimpleNamespace(activity=item.title)
    before = item.title if base is None or base == item.activity_id else _activity(db, base).name
    if item.activity_id == activity_id:
        return
    merge(stored, {"activity": before}, {"activity": activity.name})
    item.activity_id, item.title, item.why = activity_id, activity.name, reasons.get(activity_id, "")
    session.touch(now)
    db.flush()


def remove_item(db: Session, item_id: int, *, actor: Actor, now: datetime) -> None:
    """Remove a row from the agenda. Lines that were captured in it stay, without their row."""
    item, session = _item(db, item_id, actor)
    for line in db.execute(select(Capture).where(col(Capture.item_id) == item_id)).scalars():
        line.item_id = None
    db.flush()
    _number([other for other in _agenda(db, item.session_id) if other is not item])
    db.delete(item)
    session.touch(now)
    db.flush()


def _item(db: Session, item_id: int, actor: Actor) -> tuple[AgendaItem, SupportSession]:
    """A row of the agenda and its session, which is locked: positions move for one person at a time."""
    item, session = access_item(db, item_id, actor, Can.RUN_SESSIONS)
    rules.not_cancelled(session.cancelled_at)
    return item, session


def _agenda(db: Session, session_id: int) -> list[AgendaItem]:
    rows = select(AgendaItem).where(col(AgendaItem.session_id) == session_id).order_by(col(AgendaItem.position), col(AgendaItem.id))
    return list(db.execute(rows, execution_options={"populate_existing": True}).scalars())


def _number(items: list[AgendaItem]) -> None:
    for position, item in enumerate(items, start=1):
        if item.position != position:
            item.position = position


def _activity(db: Session, activity_id: int) -> Activity:
    activity = db.get(Activity, activity_id)
    if activity is None:
        raise NotFound("That activity isn't in the toolkit any more.", "Choose another one.")
    return activity


def _middle(activity: Activity) -> int:
    return round((activity.minutes_from + activity.minutes_to) / 10) * 5


def _closes(db: Session, item: AgendaItem) -> bool:
    if item.activity_id is None:
        return rules.reads_as_close(item.title)
    return _activity(db, item.activity_id).phase is Phase.CLOSE
