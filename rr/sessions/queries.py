"""Sessions to read: the agenda that would be proposed, lists, one session with its agenda, and what was captured."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlmodel import col

from rr import clock, days
from rr.access import Actor, Can, demand, reach, visible
from rr.accounts.models import Account
from rr.db import Session
from rr.errors import NotFound
from rr.intake.models import RequestTopic, SupportRequest
from rr.intake.rules import Format
from rr.needs import queries as needs
from rr.needs.queries import Need
from rr.partnerships.models import Contact, Partnership
from rr.plans.models import Action, ActionPlan
from rr.sessions import rules
from rr.sessions.capture import KnownContact, parse
from rr.sessions.models import AgendaItem, Capture, SessionFacilitator, SupportSession
from rr.sessions.rules import AgendaRow, CaptureKind, SessionState, Stage
from rr.toolkit import queries as toolkit
from rr.toolkit.models import Activity, Topic
from rr.toolkit.recipe import Ask, Proposal, instead, propose
from rr.toolkit.rules import Phase, Place

PAGE = 50
HALF_A_DAY = timedelta(hours=12)


@dataclass(frozen=True)
class Draft:
    """The session that accepting a request made. `edited`: a person has changed it since."""

    session_id: int
    edited: bool


@dataclass(frozen=True)
class Filters:
    """What a list of sessions is narrowed to; None is all."""

    stage: Stage | None = None
    region: str | None = None
    facilitator_id: int | None = None
    partnership_id: int | None = None


@dataclass(frozen=True)
class SessionRow:
    """A session as lists show it."""

    id: int
    partnership_id: int
    partnership: str
    region: str
    state: SessionState
    stage: Stage
    starts_at: datetime | None
    minutes: int
    format: Format | None
    place: str
    people: int | None
    held_on: date | None
    head_count: int | None
    facilitators: tuple[str, ...]

    @property
    def day(self) -> date | None:
        """The day in London: the one on which it was held, else the planned one."""
        return self.held_on or (clock.london_day(self.starts_at) if self.starts_at else None)


@dataclass(frozen=True)
class Listing:
    """One page of sessions, how many there are of each stage under the other filters, and how many in all under these."""

    rows: tuple[SessionRow, ...]
    counts: dict[Stage, int]
    total: int


@dataclass(frozen=True)
class Facts:
    """Everything about one session but its agenda and lines. `asked` is the request's own sentence, `asked_ref` its reference."""

    id: int
    partnership_id: int
    partnership: str
    region: str
    request_id: int | None
    asked: str
    asked_ref: str
    recipe: str
    recipe_why: str
    minutes: int
    starts_at: datetime | None
    format: Format | None
    place: str
    link: str
    people: int | None
    newcomers: int | None
    access_needs: str
    avoid: str
    held_on: date | None
    head_count: int | None
    newcomers_came: int | None
    cancelled_at: datetime | None
    cancelled_why: str
    finished_at: datetime | None
    edited_at: datetime | None
    plan_id: int | None
    facilitators: tuple[tuple[int, str], ...]

    @property
    def state(self) -> SessionState:
        return rules.state(self.starts_at, self.held_on, self.cancelled_at)

    @property
    def day(self) -> date | None:
        """The planned day, in London."""
        return clock.london_day(self.starts_at) if self.starts_at else None

    @property
    def time(self) -> time | None:
        """The planned start, in London."""
        return self.starts_at.astimezone(clock.LONDON).time().replace(tzinfo=None) if self.starts_at else None

    @property
    def start_minute(self) -> int | None:
        """The planned start in minutes from midnight, in London."""
        return None if self.time is None else self.time.hour * 60 + self.time.minute

    def stage(self, today: date) -> Stage:
        return rules.stage(self.day, self.held_on, self.cancelled_at, self.finished_at, today)


@dataclass(frozen=True)
class Item:
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

    items: tuple[Item, ...]
    minutes: int
    ends: str
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class Swap:
    """Another activity for a row of the agenda, and why it would suit."""

    activity_id: int
    name: str
    why: str
    minutes_from: int
    minutes_to: int


@dataclass(frozen=True)
class Line:
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


# Proposing an agenda


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


def draft_of(db: Session, request_id: int) -> Draft | None:
    """The session that accepting this request made, unless it was cancelled. For callers who have checked the request."""
    row = db.execute(
        select(col(SupportSession.id), col(SupportSession.edited_at))
        .where(col(SupportSession.request_id) == request_id, col(SupportSession.cancelled_at).is_(None))
        .order_by(col(SupportSession.id))
        .limit(1)
    ).first()
    return None if row is None else Draft(row.id, row.edited_at is not None)


# Lists


def listed(db: Session, filters: Filters, *, actor: Actor, today: date, page: int = 1) -> Listing:
    """The sessions that this person may see: what waits for us first, then by date; 50 a page, pages from 1. Three statements."""
    demand(actor, Can.READ_SESSIONS)
    wanted = [visible(col(SupportSession.partnership_id), actor, Can.READ_SESSIONS), *_wanted(filters)]
    stages = {stage: _is(stage, today) for stage in Stage}
    counted = db.execute(
        select(*(func.count(col(SupportSession.id)).filter(condition).label(stage.value) for stage, condition in stages.items()))
        .join(Partnership, col(Partnership.id) == col(SupportSession.partnership_id))
        .where(*wanted)
    ).one()
    counts = {stage: getattr(counted, stage.value) for stage in Stage}
    if filters.stage:
        wanted.append(stages[filters.stage])
    rank = case(*((condition, number) for number, condition in enumerate(stages.values())))
    ahead = case((rank <= list(Stage).index(Stage.COMING), col(SupportSession.starts_at)))
    rows = db.execute(
        _rows()
        .where(*wanted)
        .order_by(
            rank,
            ahead.is_(None),
            ahead,
            func.coalesce(col(SupportSession.held_on), date.min).desc(),
            col(SupportSession.id),
        )
        .limit(PAGE)
        .offset((max(page, 1) - 1) * PAGE)
    ).all()
    return Listing(_with_facilitators(db, rows, today), counts, counts[filters.stage] if filters.stage else sum(counts.values()))


def _rows() -> Any:
    return select(
        col(SupportSession.id),
        col(SupportSession.partnership_id),
        col(Partnership.name).label("partnership"),
        col(Partnership.region),
        col(SupportSession.starts_at),
        col(SupportSession.minutes),
        col(SupportSession.format),
        col(SupportSession.place),
        col(SupportSession.people),
        col(SupportSession.held_on),
        col(SupportSession.head_count),
        col(SupportSession.cancelled_at),
        col(SupportSession.finished_at),
    ).join(Partnership, col(Partnership.id) == col(SupportSession.partnership_id))


def _with_facilitators(db: Session, rows: Sequence[Any], today: date) -> tuple[SessionRow, ...]:
    named = _facilitators(db, [row.id for row in rows])
    return tuple(
        SessionRow(
            row.id,
            row.partnership_id,
            row.partnership,
            row.region,
            rules.state(row.starts_at, row.held_on, row.cancelled_at),
            rules.stage(_day(row.starts_at), row.held_on, row.cancelled_at, row.finished_at, today),
            row.starts_at,
            row.minutes,
            row.format,
            row.place,
            row.people,
            row.held_on,
            row.head_count,
            tuple(name for _, name in named.get(row.id, ())),
        )
        for row in rows
    )


def _day(starts_at: datetime | None) -> date | None:
    return clock.london_day(starts_at) if starts_at else None


def _facilitators(db: Session, ids: Iterable[int]) -> dict[int, tuple[tuple[int, str], ...]]:
    rows = db.execute(
        select(col(SessionFacilitator.session_id), col(Account.id), col(Account.name))
        .join(Account, col(Account.id) == col(SessionFacilitator.account_id))
        .where(col(SessionFacilitator.session_id).in_(list(ids)))
        .order_by(col(Account.name), col(Account.id))
    ).all()
    found: dict[int, tuple[tuple[int, str], ...]] = {}
    for row in rows:
        found[row.session_id] = (*found.get(row.session_id, ()), (row.id, row.name))
    return found


def _wanted(filters: Filters) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if filters.region:
        wanted.append(col(Partnership.region) == filters.region)
    if filters.partnership_id is not None:
        wanted.append(col(SupportSession.partnership_id) == filters.partnership_id)
    if filters.facilitator_id is not None:
        theirs = select(col(SessionFacilitator.session_id)).where(col(SessionFacilitator.account_id) == filters.facilitator_id)
        wanted.append(col(SupportSession.id).in_(theirs))
    return wanted


def _is(stage: Stage, today: date) -> ColumnElement[bool]:
    """rules.stage as a condition. Its day has passed = it starts before the midnight that began today in London."""
    held, cancelled = col(SupportSession.held_on).is_not(None), col(SupportSession.cancelled_at).is_not(None)
    open_ = and_(~held, ~cancelled)
    starts_at, midnight = col(SupportSession.starts_at), rules.begins(today, time())
    return {
        Stage.TO_FINISH: or_(and_(held, col(SupportSession.finished_at).is_(None)), and_(open_, starts_at < midnight)),
        Stage.TO_ARRANGE: and_(open_, starts_at.is_(None)),
        Stage.COMING: and_(open_, starts_at >= midnight),
        Stage.FINISHED: and_(held, col(SupportSession.finished_at).is_not(None)),
        Stage.CANCELLED: and_(~held, cancelled),
    }[stage]


def regions(db: Session, *, actor: Actor) -> list[str]:
    """The regions in which this person sees any session, by name: what the list's filter offers."""
    demand(actor, Can.READ_SESSIONS)
    return list(
        db.execute(
            select(col(Partnership.region))
            .join(SupportSession, col(SupportSession.partnership_id) == col(Partnership.id))
            .where(visible(col(SupportSession.partnership_id), actor, Can.READ_SESSIONS))
            .distinct()
            .order_by(col(Partnership.region))
        ).scalars()
    )


def next_id(db: Session, *, actor: Actor, now: datetime) -> int | None:
    """The next session that this person facilitates, or the one that is running; None if none is coming."""
    demand(actor, Can.READ_SESSIONS)
    rows = db.execute(
        select(col(SupportSession.id), col(SupportSession.starts_at), col(SupportSession.minutes))
        .join(SessionFacilitator, col(SessionFacilitator.session_id) == col(SupportSession.id))
        .where(
            col(SessionFacilitator.account_id) == actor.account_id,
            col(SupportSession.starts_at) > now - HALF_A_DAY,
            col(SupportSession.held_on).is_(None),
            col(SupportSession.cancelled_at).is_(None),
        )
        .order_by(col(SupportSession.starts_at), col(SupportSession.id))
        .limit(10)
    ).all()
    return next((row.id for row in rows if row.starts_at + timedelta(minutes=row.minutes) > now), None)


# One session


def session(db: Session, session_id: int, *, actor: Actor) -> Facts:
    """One session with its facilitators, the sentence that its partnership asked with, and its plan. Three statements or four."""
    reach(db, SupportSession, session_id, actor, Can.READ_SESSIONS)
    plan = (
        select(func.max(col(ActionPlan.id)))
        .where(col(ActionPlan.partnership_id) == col(SupportSession.partnership_id), col(ActionPlan.closed_on).is_(None))
        .scalar_subquery()
    )
    row = db.execute(
        _rows()
        .outerjoin(SupportRequest, col(SupportRequest.id) == col(SupportSession.request_id))
        .add_columns(
            col(SupportSession.request_id),
            func.coalesce(col(SupportRequest.words), "").label("asked"),
            func.coalesce(col(SupportRequest.ref), "").label("asked_ref"),
            col(SupportSession.recipe),
            col(SupportSession.recipe_why),
            col(SupportSession.link),
            col(SupportSession.newcomers),
            col(SupportSession.access_needs),
            col(SupportSession.avoid),
            col(SupportSession.newcomers_came),
            col(SupportSession.cancelled_why),
            col(SupportSession.edited_at),
            plan.label("plan_id"),
        )
        .where(col(SupportSession.id) == session_id)
    ).one()
    return Facts(**row._asdict(), facilitators=_facilitators(db, [session_id]).get(session_id, ()))


def agenda(db: Session, facts: Facts, *, actor: Actor) -> Agenda:
    """The agenda of a session that was read before, with start times and warnings. One statement beside the gatekeeper's."""
    reach(db, SupportSession, facts.id, actor, Can.READ_SESSIONS)
    rows = db.execute(
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
        .where(col(AgendaItem.session_id) == facts.id)
        .order_by(col(AgendaItem.position), col(AgendaItem.id))
    ).all()
    minutes = [row.minutes for row in rows]
    starts = rules.starts(facts.start_minute, minutes)
    items = tuple(
        Item(starts=start, **{name: value for name, value in row._asdict().items() if name not in ("group_from", "group_to")})
        for row, start in zip(rows, starts, strict=True)
    )
    led_by_one = len(facts.facilitators) == 1  # what nobody is named for is then theirs
    seen = [
        AgendaRow(
            title=row.title,
            minutes=row.minutes,
            is_break=row.phase is Phase.BREAK or (row.phase is None and rules.reads_as_break(row.title)),
            closes=row.phase is Phase.CLOSE or (row.phase is None and rules.reads_as_close(row.title)),
            group_from=row.group_from,
            group_to=row.group_to,
            has_lead=bool(row.lead) or led_by_one,
        )
        for row in rows
    ]
    total = sum(minutes)
    ends = rules.starts(facts.start_minute, [total, 0])[-1] if rows else ""
    return Agenda(items, total, ends, rules.warnings(seen, booked_minutes=facts.minutes, people=facts.people))


def clashes(db: Session, facts: Facts, *, actor: Actor) -> tuple[str, ...]:
    """Sentences about sessions of its facilitators at the same time. A partnership that this person may not see isn't named."""
    reach(db, SupportSession, facts.id, actor, Can.READ_SESSIONS)
    if facts.starts_at is None or facts.state is not SessionState.PLANNED:
        return ()
    rows = db.execute(
        select(
            col(Account.name),
            col(SupportSession.starts_at),
            col(SupportSession.minutes),
            case((visible(col(SupportSession.partnership_id), actor, Can.READ_SESSIONS), col(Partnership.name)), else_="").label("where"),
        )
        .select_from(SupportSession)
        .join(Partnership, col(Partnership.id) == col(SupportSession.partnership_id))
        .join(SessionFacilitator, col(SessionFacilitator.session_id) == col(SupportSession.id))
        .join(Account, col(Account.id) == col(SessionFacilitator.account_id))
        .where(
            col(SessionFacilitator.account_id).in_([number for number, _ in facts.facilitators]),
            col(SupportSession.id) != facts.id,
            col(SupportSession.held_on).is_(None),
            col(SupportSession.cancelled_at).is_(None),
            col(SupportSession.starts_at) > facts.starts_at - HALF_A_DAY,
            col(SupportSession.starts_at) < facts.starts_at + HALF_A_DAY,
        )
        .order_by(col(SupportSession.starts_at), col(Account.name))
    ).all()
    return tuple(
        f"{row.name} also facilitates {row.where or 'another session'} on {days.say(clock.london_day(row.starts_at))}, "
        f"{_clock(row.starts_at)} to {_clock(row.starts_at + timedelta(minutes=row.minutes))}."
        for row in rows
        if rules.overlap(facts.starts_at, facts.minutes, row.starts_at, row.minutes)
    )


def _clock(at: datetime) -> str:
    return f"{at.astimezone(clock.LONDON):%H:%M}"


def swaps(db: Session, item_id: int, *, actor: Actor) -> tuple[Swap, ...]:
    """What else could stand in this row of the agenda, best first, each with its reason; of its phase where it has one."""
    item, row = _item(db, item_id, actor)
    activities = toolkit.activities(db)
    here = select(col(AgendaItem.activity_id)).where(col(AgendaItem.session_id) == row.id, col(AgendaItem.activity_id).is_not(None))
    taken = set(db.execute(here).scalars())
    now = next((activity for activity in activities if activity.id == item.activity_id), None)
    phase = now.phase if now else next((phase for phase in Phase if phase.label == item.title), None)
    codes = {activity.code for activity in activities if activity.id in taken}
    found = instead(activities, phase, item.minutes, ask_of(db, row, row.request_id, row.partnership_id), codes)
    return tuple(Swap(one.id, one.name, why, one.minutes_from, one.minutes_to) for one, why in found if one.id is not None)


def _item(db: Session, item_id: int, actor: Actor) -> tuple[AgendaItem, SupportSession]:
    item = db.get(AgendaItem, item_id)
    if item is None:
        demand(actor, Can.READ_SESSIONS)
        raise NotFound("That isn't here, or isn't one of yours.", "Search for it by its partnership's name.")
    return item, reach(db, SupportSession, item.session_id, actor, Can.READ_SESSIONS)


# What was captured


def lines(db: Session, session_id: int, *, actor: Actor) -> tuple[Line, ...]:
    """What was captured in a session, newest first, with the support that each line asks for."""
    reach(db, SupportSession, session_id, actor, Can.READ_SESSIONS)
    taken = select(col(Action.id)).where(col(Action.capture_id) == col(Capture.id)).exists()
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
            taken.label("in_plan"),
            (col(Capture.version) > 1).label("corrected"),
        )
        .outerjoin(Topic, col(Topic.code) == col(Capture.topic))
        .outerjoin(AgendaItem, col(AgendaItem.id) == col(Capture.item_id))
        .outerjoin(Account, col(Account.id) == col(Capture.by_id))
        .where(col(Capture.session_id) == session_id)
        .order_by(col(Capture.at).desc(), col(Capture.id).desc())
    ).all()
    asked = needs.of_capture(db, [row.id for row in rows])
    found: list[dict[str, Any]] = [row._asdict() for row in rows]
    return tuple(Line(**values, needs=asked.get(values["id"], ())) for values in found)


def contacts(db: Session, partnership_id: int) -> tuple[KnownContact, ...]:
    """Who can lead an action, by name. For callers who have checked the partnership."""
    rows = db.execute(
        select(col(Contact.id), col(Contact.name), col(Contact.role))
        .where(col(Contact.partnership_id) == partnership_id)
        .order_by(col(Contact.name), col(Contact.id))
    ).all()
    return tuple(KnownContact(row.id, row.name, row.role.value if row.role else "") for row in rows)


def not_understood(db: Session, session_id: int, line: Line, *, actor: Actor) -> tuple[str, ...]:
    """Sentences about what the parser could not read in a line as it was typed; none once a person has corrected the line."""
    row = reach(db, SupportSession, session_id, actor, Can.READ_SESSIONS)
    if line.corrected:
        return ()
    read = parse(
        line.as_typed,
        kind=line.kind,
        today=clock.london_day(line.at),
        topics=toolkit.topics(db),
        contacts=contacts(db, row.partnership_id),
    )
    return read.problems
