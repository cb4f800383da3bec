"""What each figure counts: the one place that says which rows are behind it, for the count and for the list alike."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, false, func, literal, select
from sqlmodel import col

from rr.access import Actor, Can, Who, own_partnerships, visible
from rr.clock import LONDON
from rr.intake.models import RequestTopic, SupportRequest
from rr.intake.states import where_counts, where_long_wait, where_undecided, where_waited, where_waiting
from rr.labels import Labelled
from rr.needs.models import SupportNeed
from rr.needs.rules import NeedStatus
from rr.partnerships.models import Partnership
from rr.partnerships.rules import Stage
from rr.plans.models import Action, ActionPlan, ActionUpdate
from rr.plans.rules import ActionStatus
from rr.plans.states import PlanState, where_plan_state, where_silent
from rr.progress.rules import Period, band
from rr.sessions.models import SupportSession
from rr.sessions.states import SessionStage
from rr.sessions.states import where_stage as where_session_stage
from rr.story.states import stages

Condition = ColumnElement[bool]


class Kind(StrEnum):
    """What the rows behind a figure are."""

    REQUEST = "request"
    SESSION = "session"
    PLAN = "plan"
    ACTION = "action"
    NEED = "need"
    PARTNERSHIP = "partnership"


class Figure(Labelled):
    """Each figure of the dashboard, with the words that stand above it. Its value goes into addresses."""

    # in the period
    SIGN_UPS = "sign_ups", "Sign-ups"
    CONTACTED = "contacted", "Contacted"
    SESSIONS_HELD = "sessions_held", "Sessions held"
    PLANS_AGREED = "plans_agreed", "Plans agreed"
    ACTIONS_DONE = "actions_done", "Actions done"
    SUPPORT_FOUND = "support_found", "Support found"
    SUPPORT_ASKED = "support_asked", "Support asked for"
    # as it stands today
    WAITING = "waiting", "Waiting for us"
    WAITING_LONG = "waiting_long", "Over 5 days"
    UNMATCHED = "unmatched", "No partnership"
    DRAFTS = "drafts", "Without a date"
    SESSIONS_COMING = "sessions_coming", "Sessions coming"
    UNFINISHED = "unfinished", "Not written up"
    PLANS = "plans", "Plans"
    PLANS_OPEN = "plans_open", "Plans under way"
    PLANS_SILENT = "plans_silent", "Plans without word"
    ACTIONS = "actions", "Actions"
    STAGE = "stage", "Partnerships"


OF_PERIOD = frozenset(list(Figure)[:7])


@dataclass(frozen=True)
class Filters:
    """What the dashboard is narrowed to; None is all. A topic means sign-ups that ticked it and actions about it; of anything

    else, the partnerships that ticked it. A facilitator means the partnerships that are theirs.
    """

    region: str | None = None
    topic: str | None = None
    facilitator: int | None = None
    period: Period = field(default_factory=Period)


@dataclass(frozen=True)
class Ask:
    """What is counted: for whom, narrowed to what, and when. `of` picks one bar of a chart by its code."""

    actor: Actor
    filters: Filters
    today: date
    of: str | None = None


def midnight(day: date) -> datetime:
    """The instant at which a day begins in London."""
    return datetime.combine(day, time(), tzinfo=LONDON)


def conditions(figure: Figure, ask: Ask) -> tuple[Kind, list[Condition]]:
    """The kind of rows behind a figure, and the conditions that pick them from their table (with its plan, for actions)."""
    kind, rule = _RULES[figure]
    return kind, [*_narrowed(kind, ask), *rule(ask)]


def ids(figure: Figure, ask: Ask) -> Select[Any]:
    """The ids of the rows behind a figure."""
    kind, where = conditions(figure, ask)
    return select(ID[kind]).select_from(table(kind)).where(*where)


def table(kind: Kind) -> Any:
    """The table of a kind of rows; actions come with their plan, which knows the partnership."""
    if kind is Kind.ACTION:
        return Action.__table__.join(ActionPlan.__table__, col(ActionPlan.id) == col(Action.plan_id))  # ty: ignore[missing-attribute]
    return _TABLES[kind].__table__


_TABLES: dict[Kind, Any] = {
    Kind.REQUEST: SupportRequest,
    Kind.SESSION: SupportSession,
    Kind.PLAN: ActionPlan,
    Kind.NEED: SupportNeed,
    Kind.PARTNERSHIP: Partnership,
}
ID: dict[Kind, Any] = {kind: col(model.id) for kind, model in _TABLES.items()} | {Kind.ACTION: col(Action.id)}
OWNER: dict[Kind, Any] = {
    Kind.REQUEST: col(SupportRequest.partnership_id),
    Kind.SESSION: col(SupportSession.partnership_id),
    Kind.PLAN: col(ActionPlan.partnership_id),
    Kind.ACTION: col(ActionPlan.partnership_id),
    Kind.NEED: col(SupportNeed.partnership_id),
    Kind.PARTNERSHIP: col(Partnership.id),
}


def _narrowed(kind: Kind, ask: Ask) -> list[Condition]:
    """What this person may see, and what the filters leave of it."""
    owner, filters = OWNER[kind], ask.filters
    found: list[Condition] = [visible(owner, ask.actor, Can.SEE_PROGRESS)]
    if kind is Kind.REQUEST:
        found.append(where_counts())
    if filters.region is not None:
        found.append(owner.in_(select(col(Partnership.id)).where(col(Partnership.region) == filters.region)))
    if filters.facilitator is not None:
        found.append(owner.in_(own_partnerships(Actor(Who.FACILITATOR, account_id=filters.facilitator))))
    if filters.topic is not None:
        found.append(_about(kind, filters.topic))
    return found


def _about(kind: Kind, topic: str) -> Condition:
    if kind is Kind.ACTION:
        return col(Action.topic) == topic
    ticked = select(col(RequestTopic.request_id)).where(col(RequestTopic.topic) == topic)
    if kind is Kind.REQUEST:
        return col(SupportRequest.id).in_(ticked)
    asked = select(col(SupportRequest.partnership_id)).where(
        col(SupportRequest.id).in_(ticked), where_counts(), col(SupportRequest.partnership_id).is_not(None)
    )
    return OWNER[kind].in_(asked)


def _days_within(column: Any, period: Period) -> list[Condition]:
    return [*([column >= period.first] if period.first else []), *([column <= period.last] if period.last else [])]


def _instants_within(column: Any, period: Period) -> list[Condition]:
    from_, until = period.first, period.last
    return [
        *([column >= midnight(from_)] if from_ else []),
        *([column < midnight(until + timedelta(days=1))] if until else []),
    ]


def _sign_ups(ask: Ask) -> list[Condition]:
    found = _days_within(col(SupportRequest.received_on), ask.filters.period)
    if ask.of is not None:
        found.append(col(SupportRequest.id).in_(select(col(RequestTopic.request_id)).where(col(RequestTopic.topic) == ask.of)))
    return found


def _contacted(ask: Ask) -> list[Condition]:
    return [*_days_within(col(SupportRequest.received_on), ask.filters.period), col(SupportRequest.first_contact_at).is_not(None)]


def _waiting(ask: Ask) -> list[Condition]:
    """No first contact yet; `of` is one of the bars of `rules.WAITS`, in working days."""
    if ask.of is None:
        return [where_waiting(ask.today)]
    within = band(ask.of)
    return [false()] if within is None else [where_waiting(ask.today), where_waited(ask.today, *within)]


def _unmatched(ask: Ask) -> list[Condition]:
    return [where_undecided(ask.today), col(SupportRequest.partnership_id).is_(None)]


def _actions_done(ask: Ask) -> list[Condition]:
    """Done today, and last said to be done within the period."""
    update = ActionUpdate.__table__  # ty: ignore[missing-attribute]
    period = ask.filters.period
    within = select(update.c.action_id).where(update.c.status == ActionStatus.DONE, *_instants_within(update.c.at, period))
    found: list[Condition] = [col(Action.status) == ActionStatus.DONE]
    if period != Period():
        found.append(col(Action.id).in_(within))
    if period.last is not None and period.last < ask.today:
        again = update.c.at >= midnight(period.last + timedelta(days=1))
        # One list of them, read once: asked for each action by itself it took 170 times as long at 150,000 actions.
        found.append(col(Action.id).not_in(select(update.c.action_id).where(update.c.status == ActionStatus.DONE, again)))
    return found


def _actions(ask: Ask) -> list[Condition]:
    """All actions; `of` is a status, a topic's code, or "none" for those about no topic."""
    if ask.of is None:
        return []
    if ask.of in {status.value for status in ActionStatus}:
        return [col(Action.status) == ActionStatus(ask.of)]
    return [col(Action.topic).is_(None) if ask.of == "none" else col(Action.topic) == ask.of]


def _asked(ask: Ask) -> list[Condition]:
    found = _days_within(col(SupportNeed.asked_on), ask.filters.period)
    return found if ask.of is None else [*found, col(SupportNeed.kind) == ask.of]


def _found(ask: Ask) -> list[Condition]:
    return [col(SupportNeed.status) == NeedStatus.FOUND, *_days_within(col(SupportNeed.settled_on), ask.filters.period)]


def _at_stage(ask: Ask) -> list[Condition]:
    """Partnerships whose stage is `of`; without one, all that were reached."""
    ranked = stages(ask.today)
    at = func.coalesce(select(ranked.c.rank).where(ranked.c.partnership_id == col(Partnership.id)).scalar_subquery(), 0)
    return [at == Stage(ask.of).rank if ask.of else at > 0]


_RULES: dict[Figure, tuple[Kind, Callable[[Ask], list[Condition]]]] = {
    Figure.SIGN_UPS: (Kind.REQUEST, _sign_ups),
    Figure.CONTACTED: (Kind.REQUEST, _contacted),
    Figure.WAITING: (Kind.REQUEST, _waiting),
    Figure.WAITING_LONG: (Kind.REQUEST, lambda ask: [where_long_wait(ask.today)]),
    Figure.UNMATCHED: (Kind.REQUEST, _unmatched),
    Figure.SESSIONS_HELD: (
        Kind.SESSION,
        lambda ask: _days_within(col(SupportSession.held_on), ask.filters.period) or [col(SupportSession.held_on).is_not(None)],
    ),
    Figure.SESSIONS_COMING: (Kind.SESSION, lambda ask: [where_session_stage(SessionStage.COMING, ask.today)]),
    Figure.DRAFTS: (Kind.SESSION, lambda ask: [where_session_stage(SessionStage.TO_ARRANGE, ask.today)]),
    Figure.UNFINISHED: (Kind.SESSION, lambda ask: [where_session_stage(SessionStage.TO_FINISH, ask.today)]),
    Figure.PLANS_AGREED: (
        Kind.PLAN,
        lambda ask: _days_within(col(ActionPlan.agreed_on), ask.filters.period) or [col(ActionPlan.agreed_on).is_not(None)],
    ),
    Figure.PLANS: (Kind.PLAN, lambda ask: []),
    Figure.PLANS_OPEN: (Kind.PLAN, lambda ask: [where_plan_state(PlanState.AGREED)]),
    Figure.PLANS_SILENT: (Kind.PLAN, lambda ask: [where_silent(ask.today)]),
    Figure.ACTIONS: (Kind.ACTION, _actions),
    Figure.ACTIONS_DONE: (Kind.ACTION, _actions_done),
    Figure.SUPPORT_ASKED: (Kind.NEED, _asked),
    Figure.SUPPORT_FOUND: (Kind.NEED, _found),
    Figure.STAGE: (Kind.PARTNERSHIP, _at_stage),
}


def count_all(asks: Sequence[tuple[Figure, Ask]]) -> Select[Any]:
    """One statement that counts them all, each through the index that suits it."""
    return select(*(_count(figure, ask).label(f"n{place}") for place, (figure, ask) in enumerate(asks))) if asks else select(literal(0))


def _count(figure: Figure, ask: Ask) -> Any:
    kind, where = conditions(figure, ask)
    return select(func.count()).select_from(table(kind)).where(*where).scalar_subquery()
