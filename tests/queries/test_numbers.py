"""Every number that a page shows is what SQL counts in the tables, written here once more and without our own states.

Thirty random states on both databases, as a manager and as a facilitator. Each is written in a transaction that is undone.
"""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from statistics import median
from typing import Any

import pytest
from sqlalchemy import Engine, text

from rr import db
from rr.access import Actor
from rr.clock import LONDON
from rr.intake.triage import queue
from rr.intake.triage.queue import Assigned, QueueFilters, QueueState
from rr.needs import queries as needs
from rr.needs.queries import NeedFilters
from rr.needs.rules import NeedStatus
from rr.partnerships.rules import Stage
from rr.plans import lists, queries
from rr.plans.actions import queries as actions
from rr.plans.lists import PlanFilters
from rr.plans.rules import ActionStatus
from rr.plans.states import PlanState, ReviewDue
from rr.progress import queries as progress
from rr.progress.charts.registry import CHARTS
from rr.progress.figures import ProgressFilters
from rr.progress.rules import Period, headline
from rr.sessions import lists as sessions
from rr.sessions.lists import SessionFilters
from rr.sessions.states import SessionStage
from rr.story import areas
from rr.story.summary import summary
from rr.toolkit import queries as toolkit
from rr.toolkit.queries import ActivityFilters
from rr.ui.plans import listing as plan_words
from rr.ui.plans import words
from rr.ui.requests import queue as queue_words
from rr.ui.sessions import listing as session_words
from rr.ui.story import thread
from tests.conftest import TODAY, People
from tests.random_states import RandomState

PERIODS = (Period(), Period(date(2026, 10, 1), TODAY), Period(date(2026, 7, 1), date(2026, 9, 30)))
HOLIDAYS = {date(2026, 5, 4), date(2026, 5, 25), date(2026, 8, 31)}


class Tables:
    """Counts straight from the tables of what somebody may see."""

    def __init__(self, session: Any, me: int | None) -> None:
        self.session, self.me = session, me
        self.is_sqlite = session.get_bind().dialect.name == "sqlite"

    def rows(self, statement: str, **given: Any) -> list[Any]:
        """`{mine:column}` keeps to this person's partnerships; days and instants are given as each database keeps them."""
        own = (
            "SELECT s.partnership_id FROM support_session s JOIN session_facilitator f ON f.session_id = s.id WHERE f.account_id = :me "
            "UNION SELECT p.partnership_id FROM action_plan p WHERE p.lead_id = :me"
        )
        seen = r"\1 IN (" + own + ")" if self.me else "1 = 1"
        given |= {"me": self.me, "today": TODAY, "midnight": midnight(TODAY)}
        used = {
            name: self.kept(value) for name, value in given.items() if f":{name}" in (sql := re.sub(r"\{mine:([\w.]+)\}", seen, statement))
        }
        return list(self.session.execute(text(sql), used))

    def n(self, table: str, where: str = "1 = 1", **given: Any) -> int:
        return self.rows(f"SELECT COUNT(*) FROM {table} WHERE {where}", **given)[0][0]

    def kept(self, value: Any) -> Any:
        if not self.is_sqlite:
            return value
        if isinstance(value, datetime):
            return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
        return value.isoformat() if isinstance(value, date) else value


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=LONDON)


def working_days(after: date, until: date) -> int:
    days = (after + timedelta(days=number) for number in range(1, (until - after).days + 1))
    return sum(day.weekday() < 5 and day not in HOLIDAYS for day in days)


def as_day(value: Any) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value


def london(value: Any) -> date:
    at = datetime.fromisoformat(value).replace(tzinfo=UTC) if isinstance(value, str) else value
    return at.astimezone(LONDON).date()


def ints(sentence: str) -> list[int]:
    """The numbers in a sentence; what it says in words, none or nobody, is no number."""
    return [int(found.replace(",", "")) for found in re.findall(r"(?<![\w.])\d[\d,]*(?![\w.]\d)", sentence)]


def some(*numbers: int) -> list[int]:
    return [number for number in numbers if number]


NOW_UNDECIDED = "(r.status IN ('new', 'waiting_for_them') OR (r.status = 'not_now' AND r.back_on <= :today))"
COUNTS = "r.status NOT IN ('spam', 'duplicate')"
WAITS = f"{NOW_UNDECIDED} AND r.first_contact_at IS NULL"
PLAN_OPEN = "p.agreed_on IS NOT NULL AND p.closed_on IS NULL"
STAGES = {
    SessionStage.TO_FINISH: "(s.held_on IS NOT NULL AND s.finished_at IS NULL) "
    "OR (s.held_on IS NULL AND s.cancelled_at IS NULL AND s.starts_at < :midnight)",
    SessionStage.TO_ARRANGE: "s.held_on IS NULL AND s.cancelled_at IS NULL AND s.starts_at IS NULL",
    SessionStage.COMING: "s.held_on IS NULL AND s.cancelled_at IS NULL AND s.starts_at >= :midnight",
    SessionStage.FINISHED: "s.held_on IS NOT NULL AND s.finished_at IS NOT NULL",
    SessionStage.CANCELLED: "s.held_on IS NULL AND s.cancelled_at IS NOT NULL",
}
REQUESTS, SESSIONS = "support_request r WHERE {mine:r.partnership_id} AND ", "support_session s WHERE {mine:s.partnership_id} AND "
PLANS, NEEDS = "action_plan p WHERE {mine:p.partnership_id} AND ", "support_need n WHERE {mine:n.partnership_id} AND "
ACTIONS = "action a JOIN action_plan p ON p.id = a.plan_id WHERE {mine:p.partnership_id} AND "
OPEN_ACTION = "a.status NOT IN ('done', 'dropped')"
LATE = f"{OPEN_ACTION} AND a.due < :today AND p.closed_on IS NULL"


def counted(tables: Tables, of: str, where: str = "1 = 1", **given: Any) -> int:
    return tables.rows(f"SELECT COUNT(*) FROM {of} ({where})", **given)[0][0]


def silent(tables: Tables) -> dict[int, int]:
    """By plan, the days since it was agreed or anybody said anything, from 30 on: from updates and reviews themselves."""
    agreed = {row[0]: as_day(row[1]) for row in tables.rows(f"SELECT p.id, p.agreed_on FROM {PLANS} {PLAN_OPEN}")}
    said = tables.rows("SELECT a.plan_id, u.at FROM action_update u JOIN action a ON a.id = u.action_id")
    held = tables.rows("SELECT plan_id, held_on FROM review WHERE held_on IS NOT NULL")
    days = [(plan, london(at)) for plan, at in said] + [(plan, as_day(on)) for plan, on in held]
    last = {plan: max([on, *(day for of, day in days if of == plan)]) for plan, on in agreed.items()}
    return {plan: (TODAY - on).days for plan, on in last.items() if (TODAY - on).days >= 30}


def stages(tables: Tables) -> Counter[int]:
    """How many partnerships stand at each rank: what is open counts a hundred more than what is over."""
    found = tables.rows(
        f"""
        SELECT q.home, MAX(q.standing) FROM (
          SELECT r.partnership_id AS home, CASE
              WHEN r.status = 'accepted' AND EXISTS (SELECT 1 FROM support_session s WHERE s.request_id = r.id AND s.held_on IS NOT NULL)
                THEN 2
              WHEN r.status = 'accepted' THEN 102
              WHEN {NOW_UNDECIDED} THEN 101 ELSE 1 END AS standing
            FROM support_request r WHERE r.partnership_id IS NOT NULL AND {COUNTS}
          UNION ALL SELECT s.partnership_id, CASE
              WHEN s.held_on IS NOT NULL THEN CASE WHEN s.finished_at IS NULL THEN 104 ELSE 4 END
              WHEN s.cancelled_at IS NOT NULL THEN 0 WHEN s.starts_at IS NULL THEN 102 ELSE 103 END FROM support_session s
          UNION ALL SELECT p.partnership_id, CASE
              WHEN p.closed_on IS NOT NULL AND p.agreed_on IS NULL THEN 0 WHEN p.closed_on IS NOT NULL THEN 6
              WHEN p.agreed_on IS NOT NULL THEN 105 ELSE 104 END FROM action_plan p
        ) q WHERE {{mine:q.home}} GROUP BY q.home
        """
    )
    every = tables.n("partnership x", "{mine:x.id}")
    at = Counter(standing % 100 for _, standing in found)
    at[0] = every - sum(n for rank, n in at.items() if rank)
    return at


def waits(tables: Tables, where: str, **given: Any) -> list[int]:
    rows = tables.rows(f"SELECT r.received_on, r.first_contact_at FROM {REQUESTS} {COUNTS} AND {where}", **given)
    return sorted(working_days(as_day(on), london(at) if at else TODAY) for on, at in rows)


def within(column: str, period: Period) -> str:
    return f"{column} IS NOT NULL" if period.first is None else f"{column} BETWEEN :first AND :last"


# The pages


def dashboard(tables: Tables, session: Any, actor: Actor) -> Iterator[tuple[str, Any, Any]]:
    for period in PERIODS:
        board = progress.board(session, ProgressFilters(period=period), actor=actor, today=TODAY)
        first, last = period.first or date(1, 1, 2), period.last or date(9999, 1, 1)
        days: dict[str, Any] = {"first": first, "last": last}
        instants = {"since": midnight(period.first), "until": midnight(last + timedelta(days=1))} if period.first else {}
        done = "a.status = 'done'" + (" AND a.status_at >= :since AND a.status_at < :until" if period.first else "")
        came, waiting = f"{COUNTS} AND {within('r.received_on', period)}", waits(tables, WAITS)
        found = f"n.status = 'found' AND {within('n.settled_on', period)}"
        wanted = {
            "sign_ups": counted(tables, REQUESTS, came, **days),
            "contacted": counted(tables, REQUESTS, f"{came} AND r.first_contact_at IS NOT NULL", **days),
            "sessions_held": counted(tables, SESSIONS, within("s.held_on", period), **days),
            "plans_agreed": counted(tables, PLANS, within("p.agreed_on", period), **days),
            "actions_done": counted(tables, ACTIONS, done, **instants),
            "support_found": counted(tables, NEEDS, found, **days),
            "waiting": len(waiting),
            "waiting_long": sum(wait > 5 for wait in waiting),
            "unmatched": counted(tables, REQUESTS, f"{NOW_UNDECIDED} AND r.partnership_id IS NULL"),
            "drafts": counted(tables, SESSIONS, STAGES[SessionStage.TO_ARRANGE]),
            "sessions_coming": counted(tables, SESSIONS, STAGES[SessionStage.COMING]),
            "unfinished": counted(tables, SESSIONS, STAGES[SessionStage.TO_FINISH]),
            "plans_open": counted(tables, PLANS, PLAN_OPEN),
            "plans_silent": len(silent(tables)),
        }
        yield f"figures {period}", dict(board.now.counts), wanted
        contact = waits(tables, f"r.first_contact_at IS NOT NULL AND {within('r.received_on', period)}", **days)
        medians = {code: wait.median for code, wait in board.now.waits.items()}
        yield "medians", medians, {"waiting": median(waiting) if waiting else None, "contacted": median(contact) if contact else None}
        yield (
            "headline",
            ints(headline(board.now.waits["waiting"], board.now.counts["plans_open"])),
            some(wanted["plans_open"], len(waiting), waiting[-1] if waiting else 0),
        )
        yield from charts(tables, board, wanted, period, days)


def charts(tables: Tables, board: Any, figures: dict[str, int], period: Period, days: dict[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    bars = {chart.name: {bar.code: [n for _, n in bar.parts] for bar in chart.bars(board.charts[chart.name])} for chart in CHARTS}
    said = {chart.name: ints(chart.sentence(board.charts[chart.name])) for chart in CHARTS}

    at = stages(tables)
    signed_up = sum(n for rank, n in at.items() if rank)
    yield "stages", bars["partnership_stages"], {stage.value: [at[stage.rank]] for stage in Stage}
    yield "stages said", said["partnership_stages"], some(signed_up, *([at[5], at[6]] if signed_up > 1 else []), at[0] if signed_up else 0)
    yield "a plan under way is a stage", figures["plans_open"], at[5]

    waiting = waits(tables, WAITS)
    bands = ((0, 2), (3, 5), (6, 10), (11, 9999))
    yield "waits", bars["first_contact_waits"], {str(low): [sum(low <= wait <= high for wait in waiting)] for low, high in bands}

    asked = "n.asked_on <= :last AND (n.settled_on IS NULL OR n.settled_on >= :first)"
    found = f"n.status = 'found' AND {within('n.settled_on', period)}"
    kinds = Counter({row[0]: row[1] for row in tables.rows(f"SELECT n.kind, COUNT(*) FROM {NEEDS} {asked} GROUP BY n.kind", **days)})
    met = Counter({row[0]: row[1] for row in tables.rows(f"SELECT n.kind, COUNT(*) FROM {NEEDS} {found} GROUP BY n.kind", **days)})
    yield "needs", bars["support_needed"], {kind: [met[kind], n - met[kind]] for kind, n in kinds.items()}
    gap = max((n - met[kind] for kind, n in kinds.items()), default=0)
    total = sum(kinds.values())
    yield "needs said", said["support_needed"], [figures["support_found"], total, *some(gap)] if total else []

    went = Counter(
        {
            row[0]: row[1]
            for row in tables.rows(
                f"SELECT CASE WHEN {OPEN_ACTION} AND p.closed_on IS NOT NULL THEN 'left' ELSE a.status END, COUNT(*) "
                f"FROM {ACTIONS} 1 = 1 GROUP BY 1"
            )
        }
    )
    yield "actions", {code: n for code, [n] in bars["action_statuses"].items() if n}, {code: n for code, n in went.items() if n}
    every = sum(went.values())
    yield "actions said", said["action_statuses"], [went["done"], every, *some(went["stuck"])] if every else []

    about = tables.rows(
        f"SELECT COALESCE(a.topic, 'none'), COUNT(*), SUM(CASE a.status WHEN 'done' THEN 1 ELSE 0 END) FROM {ACTIONS} 1 = 1 GROUP BY 1"
    )
    yield "topics of actions", bars["action_topics"], {topic: [done, n - done] for topic, n, done in about}
    ticked = tables.rows(
        f"SELECT t.topic, COUNT(*) FROM request_topic t JOIN {REQUESTS.replace('WHERE', 'ON r.id = t.request_id WHERE')} {COUNTS} "
        f"AND {within('r.received_on', period)} GROUP BY t.topic",
        **days,
    )
    yield "topics of sign-ups", {code: n for code, [n] in bars["sign_up_topics"].items() if n}, dict(map(tuple, ticked))


def requests_page(tables: Tables, session: Any, actor: Actor) -> Iterator[tuple[str, Any, Any]]:
    waiting = waits(tables, WAITS)
    shown = {
        QueueState.NEW: "(r.status = 'new' OR (r.status = 'not_now' AND r.back_on <= :today))",
        QueueState.WAITING_FOR_THEM: "r.status = 'waiting_for_them'",
        QueueState.NOT_NOW: "r.status = 'not_now' AND (r.back_on IS NULL OR r.back_on > :today)",
        QueueState.DECIDED: "r.status NOT IN ('new', 'waiting_for_them', 'not_now')",
    }
    assigned = {Assigned.ALL: "1 = 1", Assigned.UNASSIGNED: "r.assigned_id IS NULL", Assigned.MINE: "r.assigned_id = :who"}
    for state, where in shown.items():
        found = queue.listed(session, QueueFilters(state=state), actor=actor, today=TODAY)
        wanted = {one: counted(tables, REQUESTS, f"{where} AND {mine}", who=actor.account_id) for one, mine in assigned.items()}
        yield f"queue {state}", dict(found.by_assigned), wanted
        yield f"queue {state} rows", (found.total, len(found.rows)), (wanted[Assigned.ALL], min(20, wanted[Assigned.ALL]))
        undecided = counted(tables, REQUESTS, NOW_UNDECIDED)
        yield "queue counts", (found.undecided, found.waiting, found.longest), (undecided, len(waiting), waiting[-1] if waiting else 0)
        said = some(len(waiting), waiting[-1]) if waiting else some(undecided)
        yield "queue said", ints(queue_words.sentence(found)), said
        yield (
            "queue waits",
            sorted(row.waited for row in found.rows if not row.contacted and row.status in queue.UNDECIDED),
            sorted(waits_of(tables, [row.id for row in found.rows if not row.contacted and row.status in queue.UNDECIDED])),
        )


def waits_of(tables: Tables, ids: list[int]) -> list[int]:
    rows = {row[0]: as_day(row[1]) for row in tables.rows("SELECT r.id, r.received_on FROM support_request r")}
    return [working_days(rows[one], TODAY) for one in ids]


def sessions_page(tables: Tables, session: Any, actor: Actor) -> Iterator[tuple[str, Any, Any]]:
    wanted = {stage: counted(tables, SESSIONS, where) for stage, where in STAGES.items()}
    found = sessions.listed(session, SessionFilters(open_only=True), actor=actor, today=TODAY)
    over = wanted[SessionStage.FINISHED] + wanted[SessionStage.CANCELLED]
    yield "sessions", found.counts, wanted
    yield "sessions rows", (found.total, len(found.rows)), (sum(wanted.values()) - over, min(50, sum(wanted.values()) - over))
    yield "sessions said", ints(session_words.summary(found.counts)), some(*(n for stage, n in wanted.items() if not stage.is_over))
    yield "sessions by stage", dict(Counter(row.stage for row in found.rows)), {s: n for s, n in wanted.items() if n and not s.is_over}


def plans_page(tables: Tables, session: Any, actor: Actor) -> Iterator[tuple[str, Any, Any]]:
    def total(query: Any = lists.listed, **filters: Any) -> int:
        return query(session, PlanFilters(**filters), actor=actor, today=TODAY).total

    quiet = silent(tables)
    agreed = counted(tables, PLANS, PLAN_OPEN)
    counts = lists.counts(session, actor=actor, today=TODAY)
    yield "plans said", ints(plan_words.sentence(counts)), [agreed, *([len(quiet), 30] if quiet else [])]
    closed, open_ = counted(tables, PLANS, "p.closed_on IS NOT NULL"), counted(tables, PLANS, "p.closed_on IS NULL")
    shown = lists.listed(session, PlanFilters(open_only=True), actor=actor, today=TODAY)
    yield "plans", (shown.total, shown.closed, total()), (open_, closed, open_ + closed)
    yield "plans by state", [total(state=state) for state in PlanState], [open_ - agreed, agreed, closed]
    late = {row[0]: row[1] for row in tables.rows(f"SELECT p.id, COUNT(*) FROM {ACTIONS} {LATE} GROUP BY p.id")}
    yield "plans overdue", (total(overdue=True), total(silent=True)), (len(late), len(quiet))
    reviews = "SELECT MIN(v.due_on) FROM review v WHERE v.plan_id = p.id AND v.held_on IS NULL"
    soon = TODAY + timedelta(days=7)
    yield (
        "plans with a review",
        [total(review=ReviewDue.OVERDUE), total(review=ReviewDue.SOON)],
        [
            counted(tables, PLANS, f"p.closed_on IS NULL AND ({reviews}) < :today"),
            counted(tables, PLANS, f"p.closed_on IS NULL AND ({reviews}) BETWEEN :today AND :soon", soon=soon),
        ],
    )
    by_status = tables.rows(f"SELECT p.id, a.status, COUNT(*) FROM {ACTIONS} 1 = 1 GROUP BY p.id, a.status")
    for row in lists.listed(session, PlanFilters(), actor=actor, today=TODAY).rows:
        of_plan = {status: n for plan, status, n in by_status if plan == row.id}
        yield "plan row", (dict(row.counts), row.overdue, row.silent_days), (of_plan, late.get(row.id, 0), quiet.get(row.id))
        yield from plan_page(tables, session, actor, row.id, of_plan, quiet.get(row.id))
    doable = f"{OPEN_ACTION} AND p.closed_on IS NULL"
    yield (
        "actions listed",
        [total(actions.listed, open_only=True), total(actions.listed), total(actions.listed, overdue=True)],
        [counted(tables, ACTIONS, doable), counted(tables, ACTIONS), counted(tables, ACTIONS, LATE)],
    )
    yield (
        "actions by status",
        [total(actions.listed, open_only=True, status=status) for status in ActionStatus],
        [counted(tables, ACTIONS, f"p.closed_on IS NULL AND a.status = '{status.value}'") for status in ActionStatus],
    )
    first = actions.listed(session, PlanFilters(open_only=True), actor=actor, today=TODAY).rows[:1]
    dues = tables.rows(f"SELECT MIN(a.due) FROM {ACTIONS} {doable}")[0][0]
    yield "the first action", [row.due for row in first if row.due], [as_day(dues)] if dues else []


def plan_page(
    tables: Tables, session: Any, actor: Actor, plan_id: int, of_plan: dict[str, int], quiet: int | None
) -> Iterator[tuple[str, Any, Any]]:
    plan = queries.detail(session, plan_id, actor=actor, today=TODAY)
    order = ("done", "going_well", "stuck", "not_started", "dropped")
    total = sum(of_plan.values())
    yield (
        "plan progress",
        ints(words.progress(plan.counts)),
        [total, *(of_plan[status] for status in order if status in of_plan)] if total else [],
    )
    asked = "EXISTS (SELECT 1 FROM support_need n WHERE n.action_id = a.id)"
    gaps = " + ".join(
        f"CASE WHEN {gap} THEN 1 ELSE 0 END"
        for gap in ("a.lead = ''", "a.due IS NULL", "a.first_step = ''", f"NOT (a.needs_none OR {asked})")
    )
    missing = tables.rows(f"SELECT COALESCE(SUM({gaps}), 0) FROM action a WHERE a.plan_id = :plan AND {OPEN_ACTION}", plan=plan_id)[0][0]
    late = tables.n("review v", "v.plan_id = :plan AND v.held_on IS NULL AND v.due_on < :today", plan=plan_id)
    yield "plan", (plan.missing, plan.silent_days, sum(review.overdue for review in plan.reviews)), (missing, quiet, late)


def other_pages(tables: Tables, session: Any, actor: Actor) -> Iterator[tuple[str, Any, Any]]:
    at = stages(tables)
    yield "partnerships", dict(areas.listed(session, actor=actor, today=TODAY).counts), {stage: at[stage.rank] for stage in Stage}
    found = needs.listed(session, NeedFilters(), actor=actor)
    of_status = {status: counted(tables, NEEDS, f"n.status = '{status.value}'") for status in NeedStatus}
    yield (
        "needs listed",
        (found.every, found.waiting, found.found, found.total),
        (sum(of_status.values()), of_status[NeedStatus.ASKED], of_status[NeedStatus.FOUND], sum(of_status.values())),
    )
    filtered = {status: needs.listed(session, NeedFilters(status=status), actor=actor).total for status in NeedStatus}
    yield "needs by status", filtered, of_status
    yield "toolkit", toolkit.library(session, ActivityFilters(), actor=actor).every, tables.n("activity")
    homes = tables.rows("SELECT DISTINCT p.partnership_id FROM action_plan p WHERE {mine:p.partnership_id}")
    for (home,) in homes:
        yield from partnership_page(tables, session, actor, home)


def partnership_page(tables: Tables, session: Any, actor: Actor, home: int) -> Iterator[tuple[str, Any, Any]]:
    known = summary(session, home, actor=actor, today=TODAY)
    current = tables.rows(
        "SELECT p.id FROM action_plan p WHERE p.partnership_id = :home ORDER BY p.closed_on IS NOT NULL, p.id DESC", home=home
    )
    stuck = "a.status = 'stuck' AND EXISTS (SELECT 1 FROM action_plan p WHERE p.id = a.plan_id AND p.closed_on IS NULL)"
    of_plan = [
        tables.n("action a", f"a.plan_id = :plan AND {where}", plan=current[0][0]) for where in ("1 = 1", "a.status = 'done'", stuck)
    ]
    open_needs = tables.n("support_need n", "n.partnership_id = :home AND n.status = 'asked'", home=home)
    yield "summary", [known.actions, known.done, known.stuck, known.needs_open], [*of_plan, open_needs]
    said = " ".join(line for line in thread.lines(known, TODAY) if "action" in line or "needed" in line)
    total, done, left = of_plan
    yield "summary said", ints(said.replace("**", " ")), [*([total, done, *some(left)] if total else []), *some(open_needs)]


@pytest.fixture
def undone(database: Engine) -> Any:
    """Open a transaction for one example; nothing of it is left for the next."""

    class Undone(Exception):
        pass

    def run(look: Any, seed: int) -> None:
        try:
            with db.transaction() as session:
                look(session, seed)
                raise Undone
        except Undone:
            pass

    return run


@pytest.mark.parametrize("seeds", [range(10), range(10, 20), range(20, 30)], ids=["first ten", "second ten", "third ten"])
def test_every_number_is_what_the_tables_hold(seeds: range, undone: Any, people: People) -> None:
    differs: list[Any] = []
    compared: Counter[str] = Counter()

    def look(session: Any, seed: int) -> None:
        RandomState(session, seed, TODAY, (people.facilitator, people.other_facilitator)).fill()
        for actor in (people.manager, people.facilitator):
            tables = Tables(session, actor.account_id if actor is people.facilitator else None)
            pages = [dashboard, sessions_page, plans_page, other_pages, *([requests_page] if actor is people.manager else [])]
            for page in pages:
                for what, shown, wanted in page(tables, session, actor):
                    compared[what] += 1
                    if shown != wanted:
                        differs.append((seed, actor.name, what, shown, wanted))

    for seed in seeds:
        undone(look, seed)

    assert differs == []
    assert len(compared) > 30
