"""What the recipes propose: an agenda for whoever asked, and other activities for a row of one."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import col

from rr.access import Actor, Can, reach
from rr.db import Session
from rr.intake.models import RequestTopic, SupportRequest
from rr.sessions.models import AgendaItem, SupportSession
from rr.sessions.queries import access_item
from rr.toolkit import queries as toolkit
from rr.toolkit.models import Topic
from rr.toolkit.recipe import Ask, Proposal, instead, propose
from rr.toolkit.rules import Phase, Place


@dataclass(frozen=True)
class Swap:
    """Another activity for a row of the agenda, and why it would suit."""

    activity_id: int
    name: str
    why: str
    minutes_from: int
    minutes_to: int


def proposal_for(db: Session, request_id: int, *, actor: Actor) -> Proposal:
    """The agenda that accepting this request would make; nothing is written. Refuses (Refused) only when there is no recipe."""
    request = reach(db, SupportRequest, request_id, actor, Can.READ_REQUESTS)
    return propose(toolkit.recipes(db), toolkit.activities(db), ask_of(db, request, request.id, request.partnership_id))


def ask_of(db: Session, said: SupportRequest | SupportSession, request_id: int | None, partnership_id: int | None) -> Ask:
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
    return Ask(
        topics=tuple(db.execute(ticked).scalars()),
        people=said.people,
        newcomers=said.newcomers,
        format=Place(said.format.value) if said.format else Place.EITHER,
        held_before=db.execute(held.limit(1)).first() is not None,
        topic_labels=toolkit.topics(db),
    )


def swaps(db: Session, item_id: int, *, actor: Actor) -> tuple[Swap, ...]:
    """What else could stand in this row of the agenda, best first, each with its reason; of its phase where it has one."""
    item, row = access_item(db, item_id, actor, Can.READ_SESSIONS)
    activities = toolkit.activities(db)
    here = select(col(AgendaItem.activity_id)).where(col(AgendaItem.session_id) == row.id, col(AgendaItem.activity_id).is_not(None))
    taken = set(db.execute(here).scalars())
    now = next((activity for activity in activities if activity.id == item.activity_id), None)
    phase = now.phase if now else next((phase for phase in Phase if phase.label == item.title), None)
    codes = {activity.code for activity in activities if activity.id in taken}
    found = instead(activities, phase, item.minutes, ask_of(db, row, row.request_id, row.partnership_id), codes)
    return tuple(Swap(one.id, one.name, why, one.minutes_from, one.minutes_to) for one, why in found if one.id is not None)
