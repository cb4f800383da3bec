"""A session's agenda with its times and warnings; what the recipes propose for one, and other activities for a row of it."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlmodel import col

from rr.access import Actor, Can, reach
from rr.db import Session
from rr.intake.models import RequestTopic, SupportRequest
from rr.sessions import rules
from rr.sessions.models import AgendaItem, SupportSession
from rr.sessions.queries import SessionDetail, access_in_session
from rr.sessions.rules import ItemFacts
from rr.toolkit import queries as toolkit
from rr.toolkit.models import Activity, Topic
from rr.toolkit.recipe import AgendaBrief, Proposal, instead, propose
from rr.toolkit.rules import DeliveryMode, Phase


@dataclass(frozen=True)
class Swap:
    """Another activity for a row of the agenda, and why it would suit."""

    activity_id: int
    name: str
    why: str
    minutes_from: int
    minutes_to: int


@dataclass(frozen=True)
class ItemDetail:
    """A row of the agenda. `starts` reads as the clock, or as time gone by while the session has no time yet."""

    id: int
    position: int
    starts: str
    title: str
    minutes: int
    why: str
    lead: str
    notes: str
    activity_id: int | None
    phase: Phase | None
    purpose: str
    how: str
    materials: str
    minutes_from: int | None
    minutes_to: int | None


@dataclass(frozen=True)
class Agenda:
    """A session's rows in order, when the last one ends, and what to look at as sentences."""

    items: tuple[ItemDetail, ...]
    minutes: int
    ends: str
    warnings: tuple[str, ...]


def access_item(db: Session, item_id: int, actor: Actor, need: Can) -> tuple[AgendaItem, SupportSession]:
    """The row of the agenda and its session, if they are there and this person may; the session is locked when the need is a write."""
    return access_in_session(db, AgendaItem, item_id, actor, need)


# The agenda


def agenda(db: Session, session: SessionDetail) -> Agenda:
    """The agenda of a session, with start times and warnings. Who has its details may read it. One statement."""
    rows = db.execute(_items_of(session.id)).all()
    minutes = [row.minutes for row in rows]
    items = tuple(
        ItemDetail(starts=start, **{name: value for name, value in row._asdict().items() if name not in ("group_from", "group_to")})
        for row, start in zip(rows, rules.starts(session.start_minute, minutes), strict=True)
    )
    led_by_one = len(session.facilitators) == 1  # what nobody is named for is then theirs
    facts = [_facts(row, has_lead=bool(row.lead) or led_by_one) for row in rows]
    ends = rules.end(session.start_minute, minutes) if rows else ""
    return Agenda(items, sum(minutes), ends, rules.warnings(facts, booked_minutes=session.minutes, people=session.people))


def _items_of(session_id: int) -> Any:
    return (
        select(
            col(AgendaItem.id),
            col(AgendaItem.position),
            col(AgendaItem.title),
            col(AgendaItem.minutes),
            col(AgendaItem.why),
            col(AgendaItem.lead),
            col(AgendaItem.notes),
            col(AgendaItem.activity_id),
            col(Activity.phase),
            func.coalesce(col(Activity.purpose), "").label("purpose"),
            func.coalesce(col(Activity.how), "").label("how"),
            func.coalesce(col(Activity.materials), "").label("materials"),
            col(Activity.minutes_from),
            col(Activity.minutes_to),
            col(Activity.group_from),
            col(Activity.group_to),
        )
        .outerjoin(Activity, col(Activity.id) == col(AgendaItem.activity_id))
        .where(col(AgendaItem.session_id) == session_id)
        .order_by(col(AgendaItem.position), col(AgendaItem.id))
    )


def _facts(row: Any, *, has_lead: bool) -> ItemFacts:
    """A row as the warnings see it. One with a title of its own has no phase: its words say whether it is a break or a close."""
    return ItemFacts(
        title=row.title,
        minutes=row.minutes,
        is_break=row.phase is Phase.BREAK or (row.phase is None and rules.reads_as_break(row.title)),
        closes=row.phase is Phase.CLOSE or (row.phase is None and rules.reads_as_close(row.title)),
        group_from=row.group_from,
        group_to=row.group_to,
        has_lead=has_lead,
    )


# What the recipes propose


def proposal_for(db: Session, request_id: int, *, actor: Actor) -> Proposal:
    """The agenda that accepting this request would make; nothing is written. Refuses (Refused) only when there is no recipe."""
    request = reach(db, SupportRequest, request_id, actor, Can.READ_REQUESTS)
    return propose(toolkit.recipes(db), toolkit.activities(db), ask_of(db, request, request.id, request.partnership_id))


def ask_of(db: Session, record: SupportRequest | SupportSession, request_id: int | None, partnership_id: int | None) -> AgendaBrief:
    """What is known of a partnership when its agenda is proposed: from its request, or from the session that the request became."""
    held = select(col(SupportSession.id)).where(
        col(SupportSession.partnership_id) == partnership_id, col(SupportSession.held_on).is_not(None)
    )
    ticked = (
        select(col(RequestTopic.topic))
        .join(Topic, col(Topic.code) == col(RequestTopic.topic))
        .where(col(RequestTopic.request_id) == request_id)
        .order_by(col(Topic.position), col(Topic.code))
    )
    return AgendaBrief(
        topics=tuple(db.execute(ticked).scalars()),
        people=record.people,
        newcomers=record.newcomers,
        format=DeliveryMode(record.format.value) if record.format else DeliveryMode.EITHER,
        held_before=db.execute(held.limit(1)).first() is not None,
        topic_labels=toolkit.topics(db),
    )


def swaps(db: Session, item_id: int, *, actor: Actor) -> tuple[Swap, ...]:
    """What else could stand in this row of the agenda, best first, each with its reason; of its phase where it has one."""
    item, row = access_item(db, item_id, actor, Can.READ_SESSIONS)
    activities = toolkit.activities(db)
    here = select(col(AgendaItem.activity_id)).where(col(AgendaItem.session_id) == row.id, col(AgendaItem.activity_id).is_not(None))
    taken = set(db.execute(here).scalars())
    current = next((activity for activity in activities if activity.id == item.activity_id), None)
    phase = current.phase if current else next((phase for phase in Phase if phase.label == item.title), None)
    codes = {activity.code for activity in activities if activity.id in taken}
    found = instead(activities, phase, item.minutes, ask_of(db, row, row.request_id, row.partnership_id), codes)
    return tuple(Swap(one.id, one.name, why, one.minutes_from, one.minutes_to) for one, why in found if one.id is not None)
