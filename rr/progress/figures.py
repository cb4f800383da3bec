"""The dashboard's figures: one record for each number, with the rows that it counts, its words, and where it leads."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlmodel import col

from rr.access import Actor, Can, Scope, Who, own_partnerships, scope, visible
from rr.clock import LONDON
from rr.intake.models import RequestTopic, SupportRequest
from rr.intake.rules import LONG_WAIT
from rr.intake.states import where_counts, where_long_wait, where_undecided, where_waiting
from rr.needs.models import SupportNeed
from rr.needs.rules import NeedStatus
from rr.partnerships.models import Partnership
from rr.plans.models import Action, ActionPlan
from rr.plans.rules import ActionStatus
from rr.plans.states import SILENT_DAYS, PlanState, where_plan_state, where_silent
from rr.progress.rows import ACTIONS as ACTION_ROWS
from rr.progress.rows import NEEDS, PARTNERSHIPS, PLANS, REQUESTS, SESSIONS, Condition, RowKind
from rr.progress.rules import Period
from rr.sessions.models import SupportSession
from rr.sessions.states import SessionStage
from rr.sessions.states import where_stage as where_session_stage
from rr.story.states import where_reached


@dataclass(frozen=True)
class ProgressFilters:
    """What the dashboard is narrowed to; None is all.

    A topic means sign-ups that ticked it and actions about it; of anything else, the partnerships that ticked it. A facilitator
    means the partnerships that are theirs.
    """

    region: str | None = None
    topic: str | None = None
    facilitator: int | None = None
    period: Period = field(default_factory=Period)


@dataclass(frozen=True)
class FigureQuestion:
    """For whom a figure is counted, narrowed to what, and on which day."""

    actor: Actor
    filters: ProgressFilters
    today: date


@dataclass(frozen=True)
class WorkPage:
    """The page on which rows are worked on, and the filters of its address, in its words, that list exactly these rows.

    `topic` is its parameter for a topic, "" where it has none. Some pages offer regions only to those who see all partnerships.
    """

    stem: str
    filters: Mapping[str, str]
    topic: str = ""
    regions_if_all: bool = False


@dataclass(frozen=True)
class Prompt:
    """A line under "What needs you": how it reads for one and for many, and its link, for whoever may do it."""

    one: str
    many: str
    link: str
    icon: str
    need: Can = Can.SEE_PROGRESS


@dataclass(frozen=True)
class MedianCard:
    """A card with the median of the working days that a figure's sign-ups waited until first contact, or have until today."""

    label: str
    note: str = ""


@dataclass(frozen=True, eq=False)
class Figure:
    """One number of the dashboard, and all that there is to say about it. There is one of each.

    It counts the rows of a kind that `rule` picks, and opens exactly those. `code` stands in addresses, `heading` above the rows
    (else the label), `note` below the number on its card, where `{longest}` is the longest wait.
    """

    code: str
    label: str
    kind: RowKind
    rule: Callable[[FigureQuestion], list[Condition]]
    heading: str = ""
    note: str = ""
    of_period: bool = False
    on_card: bool = True
    median: MedianCard | None = None
    work_page: WorkPage | None = None
    prompt: Prompt | None = None


def midnight(day: date) -> datetime:
    """The instant at which a day begins in London."""
    return datetime.combine(day, time(), tzinfo=LONDON)


def _days_within(column: Any, period: Period) -> list[Condition]:
    return [*([column >= period.first] if period.first else []), *([column <= period.last] if period.last else [])]


def _dated(column: Any) -> Callable[[FigureQuestion], list[Condition]]:
    """Rows whose day is in the period; in an open one, those that have a day at all."""
    return lambda question: _days_within(column, question.filters.period) or [column.is_not(None)]


def _sign_ups(question: FigureQuestion) -> list[Condition]:
    return _days_within(col(SupportRequest.received_on), question.filters.period)


def _actions_done(question: FigureQuestion) -> list[Condition]:
    """Done today, and last said to be done within the period."""
    period, at = question.filters.period, col(Action.status_at)
    found: list[Condition] = [col(Action.status) == ActionStatus.DONE]
    found += [at >= midnight(period.first)] if period.first else []
    found += [at < midnight(period.last + timedelta(days=1))] if period.last else []
    return found


def support_found(question: FigureQuestion) -> list[Condition]:
    """Needs for which support was found, on a day of the period. The card and the chart's coloured part are this."""
    return [col(SupportNeed.status) == NeedStatus.FOUND, *_days_within(col(SupportNeed.settled_on), question.filters.period)]


def _needed(question: FigureQuestion) -> list[Condition]:
    """Needs that were open on any day of the period, asked before it or in it: all for which support could have been found then."""
    period = question.filters.period
    found: list[Condition] = [col(SupportNeed.asked_on) <= period.last] if period.last else []
    if period.first:
        found.append(or_(col(SupportNeed.settled_on).is_(None), col(SupportNeed.settled_on) >= period.first))
    return found


def _sessions(stage: SessionStage) -> dict[str, Any]:
    """The figure of the sessions at a stage: how they are picked, and the page that lists them."""
    return {
        "kind": SESSIONS,
        "rule": lambda question: [where_session_stage(stage, question.today)],
        "work_page": WorkPage("sessions", {"sessions_state": stage.label}, regions_if_all=True),
    }


# Of the chosen period
SIGN_UPS = Figure("sign_ups", "Sign-ups", REQUESTS, _sign_ups, of_period=True)
CONTACTED = Figure(
    "contacted",
    "Contacted",
    REQUESTS,
    lambda question: [*_sign_ups(question), col(SupportRequest.first_contact_at).is_not(None)],
    heading="Sign-ups that we have contacted",
    of_period=True,
    on_card=False,
    median=MedianCard("Days to contact"),
)
SESSIONS_HELD = Figure("sessions_held", "Sessions held", SESSIONS, _dated(col(SupportSession.held_on)), of_period=True)
PLANS_AGREED = Figure("plans_agreed", "Plans agreed", PLANS, _dated(col(ActionPlan.agreed_on)), of_period=True)
ACTIONS_DONE = Figure("actions_done", "Actions done", ACTION_ROWS, _actions_done, of_period=True)
SUPPORT_FOUND = Figure(
    "support_found",
    "Support found",
    NEEDS,
    support_found,
    of_period=True,
)
SUPPORT_OPEN = Figure("support_open", "Support needed", NEEDS, _needed, of_period=True, on_card=False)
# As it is today
WAITING = Figure(
    "waiting",
    "Waiting for us",
    REQUESTS,
    lambda question: [where_waiting(question.today)],
    heading="Waiting for our first contact",
    note="longest {longest}",
    median=MedianCard("Median wait", note="working days"),
)
WAITING_LONG = Figure(
    "waiting_long",
    f"Over {LONG_WAIT} days",
    REQUESTS,
    lambda question: [where_long_wait(question.today)],
    heading=f"Waited more than {LONG_WAIT} working days",
    note="working days",
    prompt=Prompt(
        f"person has waited more than {LONG_WAIT} working days for us",
        f"people have waited more than {LONG_WAIT} working days for us",
        "See who is waiting",
        "hourglass_top",
        need=Can.TRIAGE,
    ),
)
UNMATCHED = Figure(
    "unmatched",
    "No partnership",
    REQUESTS,
    lambda question: [where_undecided(question.today), col(SupportRequest.partnership_id).is_(None)],
    heading="Sign-ups without a partnership",
    on_card=False,
    prompt=Prompt(
        "sign-up has no partnership yet",
        "sign-ups have no partnership yet",
        "Choose the partnership",
        "location_off",
        need=Can.TRIAGE,
    ),
)
DRAFTS = Figure(
    "drafts",
    "Without a date",
    **_sessions(SessionStage.TO_ARRANGE),
    heading="Sessions without a date",
    on_card=False,
    prompt=Prompt("session has no date yet", "sessions have no date yet", "Set a date", "edit_calendar"),
)
SESSIONS_COMING = Figure("sessions_coming", "Sessions coming", **_sessions(SessionStage.COMING), note="with a date")
UNFINISHED = Figure(
    "unfinished",
    "Not written up",
    **_sessions(SessionStage.TO_FINISH),
    heading="Sessions that are over and not written up",
    on_card=False,
    prompt=Prompt("session is over and not written up", "sessions are over and not written up", "Write up", "edit_note"),
)
PLANS_OPEN = Figure(
    "plans_open",
    "Plans under way",
    PLANS,
    lambda question: [where_plan_state(PlanState.AGREED)],
    note="agreed and open",
    work_page=WorkPage("plans", {"plans_state": PlanState.AGREED.label}),
)
PLANS_SILENT = Figure(
    "plans_silent",
    "No recent update",
    PLANS,
    lambda question: [where_silent(question.today)],
    heading=f"Plans with no update for {SILENT_DAYS} days",
    note=f"{SILENT_DAYS} days or more",
    work_page=WorkPage("plans", {"plans_silent": "true"}),
    prompt=Prompt(
        f"plan has had no update for {SILENT_DAYS} days",
        f"plans have had no update for {SILENT_DAYS} days",
        "Get in touch",
        "notifications_paused",
    ),
)
# Counted by a chart only
ACTIONS = Figure("actions", "Actions", ACTION_ROWS, lambda question: [], on_card=False)
STAGE = Figure(
    "stage",
    "Partnerships",
    PARTNERSHIPS,
    lambda question: [where_reached(question.today)],
    heading="Partnerships that signed up",
    on_card=False,
)

FIGURES: Mapping[str, Figure] = {
    each.code: each
    for each in (
        *(SIGN_UPS, CONTACTED, SESSIONS_HELD, PLANS_AGREED, ACTIONS_DONE, SUPPORT_FOUND, SUPPORT_OPEN),
        *(WAITING, WAITING_LONG, UNMATCHED, DRAFTS, SESSIONS_COMING, UNFINISHED, PLANS_OPEN, PLANS_SILENT),
        *(ACTIONS, STAGE),
    )
}
COUNTED = tuple(each for each in FIGURES.values() if each.on_card or each.median or each.prompt)
COUNTED_OF_PERIOD = tuple(each for each in COUNTED if each.of_period)


def conditions(figure: Figure, question: FigureQuestion) -> list[Condition]:
    """What picks a figure's rows from their table."""
    return [*narrowed(figure.kind, question), *figure.rule(question)]


def narrowed(kind: RowKind, question: FigureQuestion) -> list[Condition]:
    """What this person may see of a kind of rows, and what the filters leave of it."""
    owner, filters = kind.partnership_id, question.filters
    theirs: list[Condition] = []
    if scope(question.actor, Can.SEE_PROGRESS) is not Scope.ALL:
        theirs.append(visible(owner, question.actor, Can.SEE_PROGRESS))
    if filters.region is not None:
        theirs.append(owner.in_(select(col(Partnership.id)).where(col(Partnership.region) == filters.region)))
    if filters.facilitator is not None:
        theirs.append(owner.in_(own_partnerships(Actor(Who.FACILITATOR, account_id=filters.facilitator))))
    if filters.topic is None:
        return [*kind.always, *kind.of_partnerships(theirs)]
    if kind.about is not None:
        return [*kind.always, *kind.of_partnerships(theirs), kind.about(filters.topic)]
    return [*kind.always, *kind.of_partnerships([*theirs, owner.in_(_that_ticked(filters.topic))])]


def _that_ticked(topic: str) -> Select[Any]:
    ticked = select(col(RequestTopic.request_id)).where(col(RequestTopic.topic) == topic)
    return select(col(SupportRequest.partnership_id)).where(
        col(SupportRequest.id).in_(ticked), where_counts(), col(SupportRequest.partnership_id).is_not(None)
    )


@lru_cache(maxsize=64)
def count_all(figures: tuple[Figure, ...], question: FigureQuestion) -> Select[Any]:
    """One statement that counts them all, each through the index that suits it. Kept, since making it costs some milliseconds."""
    return select(*(_count(figure, question).label(figure.code) for figure in figures))


def _count(figure: Figure, question: FigureQuestion) -> Any:
    return select(func.count()).select_from(figure.kind.table).where(*conditions(figure, question)).scalar_subquery()
