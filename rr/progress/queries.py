"""The dashboard's numbers, all aggregated by the database, and the rows behind each of them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlmodel import col

from rr.access import Actor, Can, demand, visible
from rr.accounts.models import Account
from rr.clock import london_day
from rr.days import say, working_days
from rr.db import Session
from rr.intake.models import RequestTopic, SupportRequest
from rr.needs.models import SupportKind, SupportNeed, SupportPartner
from rr.needs.rules import NeedStatus
from rr.partnerships.models import Partnership
from rr.partnerships.rules import Stage
from rr.plans.models import Action, ActionPlan
from rr.plans.rules import ActionStatus
from rr.progress.figures import ID, OF_PERIOD, OWNER, Ask, Figure, Filters, Kind, conditions, count_all, ids, table
from rr.progress.rules import WAITS, Waiting, median, waiting
from rr.sessions.models import SessionFacilitator, SupportSession
from rr.story.states import stages
from rr.toolkit.models import Topic

PER_PAGE = 50
COUNTED = tuple(figure for figure in Figure if figure not in (Figure.ACTIONS, Figure.STAGE, Figure.PLANS))


@dataclass(frozen=True)
class Board:
    """Everything that the dashboard shows, as plain numbers: no names of people, so it may be cached under `cache_key`."""

    counts: Mapping[Figure, int]
    before: Mapping[Figure, int]
    wait: Waiting
    contact_days: float | None
    contact_days_before: float | None
    stages: tuple[tuple[Stage, int], ...]
    topics: tuple[tuple[str, str, int], ...]
    actions: Mapping[str, int]
    action_topics: tuple[tuple[str, str, int, int], ...]
    needs: tuple[tuple[str, str, int, int], ...]


@dataclass(frozen=True)
class Behind:
    """One row behind a figure: what it is, what there is to say about it, and the record that it opens."""

    kind: Kind
    id: int
    title: str
    detail: str
    partnership_id: int | None
    opens_id: int


@dataclass(frozen=True)
class BehindList:
    """A page of the rows behind a figure, and how many there are in all: the figure itself."""

    rows: tuple[Behind, ...]
    total: int


def board(db: Session, filters: Filters, *, actor: Actor, today: date) -> Board:
    """All figures in seven statements, or eight with a period before; each the same number whatever the data's size."""
    demand(actor, Can.SEE_PROGRESS)
    ask = Ask(actor, filters, today)
    earlier = filters.period.before()
    past = Ask(actor, replace(filters, period=earlier), today) if earlier else None
    asks = [(figure, ask) for figure in COUNTED]
    if past:
        asks += [(figure, past) for figure in COUNTED if figure in OF_PERIOD]
    numbers = db.execute(count_all(asks)).one()
    return Board(
        counts={figure: n for (figure, asked), n in zip(asks, numbers, strict=True) if asked is ask},
        before={figure: n for (figure, asked), n in zip(asks, numbers, strict=True) if asked is past},
        wait=_waiting(db, ask),
        contact_days=_contact_days(db, ask),
        contact_days_before=_contact_days(db, past) if past else None,
        stages=_stages(db, ask),
        topics=_topics(db, ask),
        **_actions(db, ask),
        needs=_needs(db, ask),
    )


def _picked(figure: Figure, ask: Ask, *columns: Any) -> Select[Any]:
    kind, where = conditions(figure, ask)
    return select(*columns).select_from(table(kind)).where(*where)


def _waiting(db: Session, ask: Ask) -> Waiting:
    on = col(SupportRequest.received_on)
    return waiting(((row[0], row[1]) for row in db.execute(_picked(Figure.WAITING, ask, on, func.count()).group_by(on))), ask.today)


def _contact_days(db: Session, ask: Ask) -> float | None:
    """The median of working days from sign-up to first contact. The database groups by day and hour; London's day is worked out here."""
    on, at = col(SupportRequest.received_on), col(SupportRequest.first_contact_at)
    hour = (
        func.strftime("%Y-%m-%d %H", at)
        if db.get_bind().dialect.name == "sqlite"
        else func.to_char(func.timezone("UTC", at), "YYYY-MM-DD HH24")
    )
    rows = db.execute(_picked(Figure.CONTACTED, ask, on, hour.label("hour"), func.count()).group_by(on, "hour"))
    return median((working_days(row[0], london_day(datetime.strptime(row[1], "%Y-%m-%d %H").replace(tzinfo=UTC))), row[2]) for row in rows)


def _stages(db: Session, ask: Ask) -> tuple[tuple[Stage, int], ...]:
    reached = stages(ask.today)
    rank = func.coalesce(reached.c.rank, 0)
    _, narrowed = conditions(Figure.STAGE, ask)
    rows = db.execute(
        select(rank, func.count())
        .select_from(Partnership)
        .outerjoin(reached, reached.c.partnership_id == col(Partnership.id))
        .where(*narrowed[:-1])  # all but the stage itself, by which this groups
        .group_by(rank)
    ).all()
    counts = {row[0]: row[1] for row in rows}
    return tuple((stage, counts.get(stage.rank, 0)) for stage in Stage)


def _topics(db: Session, ask: Ask) -> tuple[tuple[str, str, int], ...]:
    """Sign-ups of the period by topic; one that ticked two counts in both."""
    counted = (
        select(col(RequestTopic.topic).label("topic"), func.count().label("n"))
        .where(col(RequestTopic.request_id).in_(ids(Figure.SIGN_UPS, ask)))
        .group_by(col(RequestTopic.topic))
        .subquery()
    )
    rows = db.execute(
        select(col(Topic.code), col(Topic.label), func.coalesce(counted.c.n, 0))
        .outerjoin(counted, counted.c.topic == col(Topic.code))
        .order_by(col(Topic.position), col(Topic.code))
    )
    return tuple((row[0], row[1], row[2]) for row in rows)


def _actions(db: Session, ask: Ask) -> dict[str, Any]:
    """Actions by status and by topic, from one statement. Counted by plan first, which an index holds in order; then by who may see."""
    topic, status, plan = col(Action.topic), col(Action.status), col(Action.plan_id)
    of_plan = select(plan.label("plan_id"), topic.label("topic"), status.label("status"), func.count().label("n")).group_by(
        plan, topic, status
    )
    if ask.filters.topic is not None:
        of_plan = of_plan.where(topic == ask.filters.topic)
    each = of_plan.subquery()
    _, seen = conditions(Figure.PLANS, replace(ask, filters=replace(ask.filters, topic=None)))
    counted = (
        select(each.c.topic, each.c.status, func.sum(each.c.n).label("n"))
        .join(ActionPlan, col(ActionPlan.id) == each.c.plan_id)
        .where(*seen)
        .group_by(each.c.topic, each.c.status)
        .subquery()
    )
    rows = db.execute(
        select(counted.c.topic, col(Topic.label), counted.c.status, counted.c.n)
        .select_from(counted)
        .outerjoin(Topic, col(Topic.code) == counted.c.topic)
        .order_by(col(Topic.position).is_(None), col(Topic.position), counted.c.topic)
    ).all()
    statuses = {status.value: 0 for status in ActionStatus}
    topics: dict[str, tuple[str, int, int]] = {}
    for about, label, state, summed in rows:
        n = int(summed)
        statuses[ActionStatus(state).value] += n
        code = about or "none"
        name, total, done = topics.get(code, (label or "No topic", 0, 0))
        topics[code] = (name, total + n, done + (n if state == ActionStatus.DONE else 0))
    return {"actions": statuses, "action_topics": tuple((code, *counts) for code, counts in topics.items())}


def _needs(db: Session, ask: Ask) -> tuple[tuple[str, str, int, int], ...]:
    """Support asked for in the period by kind, and of that how much was found since."""
    found = func.count().filter(col(SupportNeed.status) == NeedStatus.FOUND)
    counted = (
        _picked(Figure.SUPPORT_ASKED, ask, col(SupportNeed.kind).label("kind"), func.count().label("asked"), found.label("found"))
        .group_by(col(SupportNeed.kind))
        .subquery()
    )
    rows = db.execute(
        select(col(SupportKind.code), col(SupportKind.label), counted.c.asked, counted.c.found)
        .join(counted, counted.c.kind == col(SupportKind.code))
        .order_by(counted.c.asked.desc(), col(SupportKind.position), col(SupportKind.code))
    )
    return tuple((row[0], row[1], row[2], row[3]) for row in rows)


def behind(
    db: Session,
    figure: Figure,
    filters: Filters,
    *,
    of: str | None = None,
    actor: Actor,
    today: date,
    page: int = 1,
    per_page: int = PER_PAGE,
) -> BehindList:
    """The rows behind a figure, from the same conditions that counted it: `total` is the figure. `of` is one bar of its chart.

    Two statements. An `of` that means nothing gives no rows.
    """
    demand(actor, Can.SEE_PROGRESS)
    if figure is Figure.STAGE and of is not None and of not in {stage.value for stage in Stage}:
        return BehindList((), 0)
    ask = Ask(actor, filters, today, of)
    kind, where = conditions(figure, ask)
    total = db.execute(select(func.count()).select_from(table(kind)).where(*where)).scalar_one()
    columns, joins, order, tell = _TELLS[kind]
    statement = select(ID[kind].label("id"), OWNER[kind].label("partnership_id"), col(Partnership.name).label("partnership"), *columns)
    source = table(kind)
    if kind is not Kind.PARTNERSHIP:
        source = source.outerjoin(Partnership.__table__, col(Partnership.id) == OWNER[kind])  # ty: ignore[missing-attribute]
    for joined, on in joins:
        source = source.outerjoin(joined.__table__, on)
    rows = db.execute(
        statement.select_from(source).where(*where).order_by(*order, ID[kind]).limit(per_page).offset((max(page, 1) - 1) * per_page)
    )
    return BehindList(tuple(_told(kind, row, tell(row, today)) for row in rows), total)


def _told(kind: Kind, row: Any, said: tuple[str, str]) -> Behind:
    return Behind(kind, row.id, said[0], said[1], row.partnership_id, getattr(row, "opens_id", row.id))


def _tell_request(row: Any, today: date) -> tuple[str, str]:
    detail = f"{row.ref}, signed up {say(row.received_on)}"
    if row.first_contact_at is None:
        waits = working_days(row.received_on, today)
        return (
            row.partnership or row.area_text,
            f"{detail}, no contact for {waits} working day{'' if waits == 1 else 's'}. {row.status.label}.",
        )
    return row.partnership or row.area_text, f"{detail}, first contact {say(london_day(row.first_contact_at))}. {row.status.label}."


def _tell_session(row: Any, today: date) -> tuple[str, str]:
    if row.held_on:
        return row.partnership, f"Held {say(row.held_on)}" + ("." if row.finished_at else ", not written up yet.")
    return row.partnership, f"Planned for {say(london_day(row.starts_at))}." if row.starts_at else f"No date yet. {row.recipe}"


def _tell_plan(row: Any, today: date) -> tuple[str, str]:
    if row.closed_on:
        return (
            row.partnership,
            f"Agreed {say(row.agreed_on)}, finished {say(row.closed_on)}." if row.agreed_on else f"Closed {say(row.closed_on)}.",
        )
    return row.partnership, f"Agreed {say(row.agreed_on)}." if row.agreed_on else "Draft."


def _tell_action(row: Any, today: date) -> tuple[str, str]:
    due = f", by {say(row.due)}" if row.due else ""
    return row.title, f"{row.partnership}. {row.status.label}{due}."


def _tell_need(row: Any, today: date) -> tuple[str, str]:
    who = f" with {row.partner}" if row.partner else ""
    return row.words, f"{row.partnership}. {row.kind}, asked {say(row.asked_on)}. {row.status.label}{who}."


def _tell_partnership(row: Any, today: date) -> tuple[str, str]:
    return row.partnership, row.region


_TELLS: dict[Kind, tuple[list[Any], list[Any], list[Any], Any]] = {
    Kind.REQUEST: (
        [col(getattr(SupportRequest, name)) for name in ("ref", "area_text", "received_on", "first_contact_at", "status")],
        [],
        [col(SupportRequest.received_on)],
        _tell_request,
    ),
    Kind.SESSION: (
        [col(getattr(SupportSession, name)) for name in ("starts_at", "held_on", "finished_at", "recipe")],
        [],
        [func.coalesce(col(SupportSession.starts_at), col(SupportSession.made_at))],
        _tell_session,
    ),
    Kind.PLAN: (
        [col(ActionPlan.agreed_on), col(ActionPlan.closed_on)],
        [],
        [col(ActionPlan.agreed_on)],
        _tell_plan,
    ),
    Kind.ACTION: (
        [col(Action.title), col(Action.status), col(Action.due), col(Action.plan_id).label("opens_id")],
        [],
        [col(Action.due).is_(None), col(Action.due)],
        _tell_action,
    ),
    Kind.NEED: (
        [
            col(SupportNeed.words),
            col(SupportNeed.asked_on),
            col(SupportNeed.status),
            col(SupportKind.label).label("kind"),
            col(SupportPartner.name).label("partner"),
        ],
        [
            (SupportKind, col(SupportKind.code) == col(SupportNeed.kind)),
            (SupportPartner, col(SupportPartner.id) == col(SupportNeed.partner_id)),
        ],
        [col(SupportNeed.asked_on)],
        _tell_need,
    ),
    Kind.PARTNERSHIP: ([col(Partnership.region)], [], [col(Partnership.name)], _tell_partnership),
}


def choices(db: Session, *, actor: Actor) -> tuple[list[str], list[tuple[str, str]], list[tuple[int, str]]]:
    """What the filters offer: regions and facilitators of what this person may see, and all topics (code, label)."""
    demand(actor, Can.SEE_PROGRESS)
    region = col(Partnership.region)
    regions = db.execute(select(region).where(visible(col(Partnership.id), actor, Can.SEE_PROGRESS)).distinct().order_by(region)).scalars()
    topics = db.execute(select(col(Topic.code), col(Topic.label)).order_by(col(Topic.position), col(Topic.code)))
    theirs = (
        select(col(SessionFacilitator.account_id))
        .join(SupportSession, col(SupportSession.id) == col(SessionFacilitator.session_id))
        .where(visible(col(SupportSession.partnership_id), actor, Can.SEE_PROGRESS))
    )
    leads = select(col(ActionPlan.lead_id)).where(
        col(ActionPlan.lead_id).is_not(None), visible(col(ActionPlan.partnership_id), actor, Can.SEE_PROGRESS)
    )
    facilitators = db.execute(
        select(col(Account.id), col(Account.name))
        .where(col(Account.id).in_(theirs.union(leads)))
        .order_by(col(Account.name), col(Account.id))
    )
    return list(regions), [(row[0], row[1]) for row in topics], [(row[0], row[1]) for row in facilitators]


def bar_label(db: Session, figure: Figure, of: str) -> str:
    """The words of one bar of a chart, from its code; "" if there is no such bar."""
    fixed = {
        Figure.STAGE: {stage.value: stage.label for stage in Stage},
        Figure.WAITING: {str(low): label for low, _, label in WAITS},
        Figure.ACTIONS: {**{status.value: status.label for status in ActionStatus}, "none": "No topic"},
    }.get(figure, {})
    if of in fixed:
        return fixed[of]
    table_ = SupportKind if figure is Figure.SUPPORT_ASKED else Topic
    return db.execute(select(col(table_.label)).where(col(table_.code) == of)).scalar_one_or_none() or ""
