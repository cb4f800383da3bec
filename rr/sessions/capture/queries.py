"""What was captured in a session: its lines to read, what couldn't be understood of them, and who can lead an action."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlmodel import col

from rr import clock
from rr.access import Actor, Can, reach
from rr.accounts.models import Account
from rr.db import Session
from rr.needs import queries as needs
from rr.needs.queries import Need
from rr.partnerships.models import Contact
from rr.plans.models import Action
from rr.sessions.capture.leads import KnownContact
from rr.sessions.capture.parser import date_not_understood, parse
from rr.sessions.models import AgendaItem, Capture, SupportSession
from rr.sessions.queries import access_in_session
from rr.sessions.rules import CaptureKind
from rr.toolkit import queries as toolkit
from rr.toolkit.models import Topic


@dataclass(frozen=True)
class CapturedLine:
    """A captured line. `item` is the agenda item it came up in; `in_plan`: it became an action, and is changed there."""

    id: int
    kind: CaptureKind
    text: str
    as_typed: str
    lead: str
    due: date | None
    topic: str | None
    topic_label: str
    item: str
    at: datetime
    by: str
    in_plan: bool
    corrected: bool
    needs: tuple[Need, ...]

    @property
    def has_date_not_understood(self) -> bool:
        """An action without a date whose words were perhaps meant as one."""
        words = (self.text, *(need.words for need in self.needs))
        return self.kind is CaptureKind.ACTION and self.due is None and any(map(date_not_understood, words))


def access_line(db: Session, capture_id: int, actor: Actor, need: Can) -> tuple[Capture, SupportSession]:
    """The line and its session, if they are there and this person may; the session is locked when the need is a write."""
    return access_in_session(db, Capture, capture_id, actor, need)


def lines(db: Session, session_id: int, *, actor: Actor) -> tuple[CapturedLine, ...]:
    """What was captured in a session, newest first, with the support that each line asks for."""
    reach(db, SupportSession, session_id, actor, Can.READ_SESSIONS)
    in_plan = select(col(Action.id)).where(col(Action.capture_id) == col(Capture.id)).exists()
    rows = db.execute(
        select(
            col(Capture.id),
            col(Capture.kind),
            col(Capture.text),
            col(Capture.as_typed),
            col(Capture.lead),
            col(Capture.due),
            col(Capture.topic),
            func.coalesce(col(Topic.label), "").label("topic_label"),
            func.coalesce(col(AgendaItem.title), "").label("item"),
            col(Capture.at),
            func.coalesce(col(Account.name), "").label("by"),
            in_plan.label("in_plan"),
            (col(Capture.version) > 1).label("corrected"),
        )
        .outerjoin(Topic, col(Topic.code) == col(Capture.topic))
        .outerjoin(AgendaItem, col(AgendaItem.id) == col(Capture.item_id))
        .outerjoin(Account, col(Account.id) == col(Capture.by_id))
        .where(col(Capture.session_id) == session_id)
        .order_by(col(Capture.at).desc(), col(Capture.id).desc())
    ).all()
    support = needs.of_capture(db, [row.id for row in rows])
    return tuple(CapturedLine(**row._asdict(), needs=support.get(row.id, ())) for row in rows)


def contacts(db: Session, partnership_id: int) -> tuple[KnownContact, ...]:
    """Who can lead an action, by name. For callers who have checked the partnership."""
    rows = db.execute(
        select(col(Contact.id), col(Contact.name), col(Contact.role))
        .where(col(Contact.partnership_id) == partnership_id)
        .order_by(col(Contact.name), col(Contact.id))
    ).all()
    return tuple(KnownContact(row.id, row.name, row.role.value if row.role else "") for row in rows)


def problems(db: Session, session_id: int, line: CapturedLine, *, actor: Actor) -> tuple[str, ...]:
    """Sentences about what the parser couldn't understand of a line as it was typed; none once a person has corrected the line."""
    session = reach(db, SupportSession, session_id, actor, Can.READ_SESSIONS)
    if line.corrected:
        return ()
    read = parse(
        line.as_typed,
        kind=line.kind,
        today=clock.london_day(line.at),
        topics=toolkit.topics(db),
        contacts=contacts(db, session.partnership_id),
    )
    return read.problems
