"""Each derived state has one home: the rule in Python and its condition in SQL pick the same rows, whatever the rows are."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select, true
from sqlmodel import col

from rr import db
from rr.clock import LONDON, london_day
from rr.intake import states as intake
from rr.intake.models import SupportRequest
from rr.intake.rules import NEVER_COUNTS, RequestStatus, Source
from rr.partnerships.models import Partnership
from rr.partnerships.rules import Stage
from rr.plans import roll_up
from rr.plans import states as plans
from rr.plans.models import Action, ActionPlan, ActionUpdate, Review
from rr.plans.rules import ActionStatus, ReviewKind
from rr.sessions import states as sessions
from rr.sessions.models import SupportSession
from rr.story import states as story

TODAY = date(2026, 3, 31)  # two days after the clocks went forward
ON_BOTH = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

days = st.dates(TODAY - timedelta(days=50), TODAY + timedelta(days=20)) | st.sampled_from([TODAY, TODAY - timedelta(days=30)])
instants = st.builds(
    lambda day, at: datetime.combine(day, at, tzinfo=LONDON), days, st.sampled_from([time(0), time(0, 30), time(12), time(23, 30)])
)
maybe_day, maybe_instant = st.none() | days, st.none() | instants


@pytest.fixture
def stored(database: Engine) -> Any:
    """Store rows for one example and read them back; nothing of it is left for the next."""

    class Undone(Exception):
        pass

    def check(rows: list[Any], look: Any) -> None:
        try:
            with db.transaction() as session:
                for row in rows:
                    session.add(row)
                    session.flush()
                look(session)
                raise Undone
        except Undone:
            pass

    return check


def picked(session: Any, table: Any, condition: Any) -> set[int]:
    return set(session.execute(select(col(table.id)).where(condition)).scalars())


requests = st.builds(
    dict,
    status=st.sampled_from(RequestStatus),
    received_on=st.dates(TODAY - timedelta(days=50), TODAY),
    back_on=maybe_day,
    first_contact_at=maybe_instant,
)


def a_request(number: int, partnership_id: int | None = None, **facts: Any) -> SupportRequest:
    at = datetime.combine(facts["received_on"], time(9), tzinfo=LONDON)
    return SupportRequest(
        ref=f"X-{number}", source=Source.FORM, entry_id=f"X-{number}", received_at=at, partnership_id=partnership_id, **facts
    )


@ON_BOTH
@given(facts=st.lists(requests, min_size=1, max_size=8), least=st.integers(0, 12), more=st.none() | st.integers(0, 5))
def test_requests(stored: Any, facts: list[dict[str, Any]], least: int, more: int | None) -> None:
    rows = [a_request(number, **each) for number, each in enumerate(facts)]
    most = None if more is None else least + more

    def look(session: Any) -> None:
        def those(rule: Any) -> set[int]:
            return {row.id for row in rows if rule(row, intake.effective_status(row.status, row.back_on, TODAY))}

        def contact(row: SupportRequest) -> date | None:
            return london_day(row.first_contact_at) if row.first_contact_at else None

        def until_today(row: SupportRequest) -> int:
            return intake.waited(row.received_on, None, TODAY)

        for status in RequestStatus:
            assert picked(session, SupportRequest, intake.where_status({status}, TODAY)) == those(
                lambda row, now, status=status: now is status
            )
        assert picked(session, SupportRequest, intake.where_undecided(TODAY)) == those(lambda row, now: intake.is_undecided(now))
        waits = those(lambda row, now: intake.is_waiting(now, contact(row)))
        assert picked(session, SupportRequest, intake.where_waiting(TODAY)) == waits
        long = those(lambda row, now: intake.is_waiting(now, contact(row)) and intake.is_long_wait(until_today(row)))
        assert picked(session, SupportRequest, intake.where_long_wait(TODAY)) == long
        within = those(lambda row, now: least <= until_today(row) and (most is None or until_today(row) <= most))
        assert picked(session, SupportRequest, intake.where_waited(TODAY, least, most)) == within
        assert picked(session, SupportRequest, intake.where_counts()) == those(lambda row, now: row.status not in NEVER_COUNTS)

    stored(rows, look)


sessions_facts = st.builds(dict, starts_at=maybe_instant, held_on=maybe_day, cancelled_at=maybe_instant, finished_at=maybe_instant)


def a_session(partnership_id: int = 1, **facts: Any) -> SupportSession:
    return SupportSession(partnership_id=partnership_id, minutes=120, made_at=datetime(2026, 1, 1, tzinfo=LONDON), **facts)


@ON_BOTH
@given(facts=st.lists(sessions_facts, min_size=1, max_size=8))
def test_sessions(stored: Any, facts: list[dict[str, Any]]) -> None:
    rows = [a_session(**each) for each in facts]

    def look(session: Any) -> None:
        for state in sessions.SessionState:
            those = {row.id for row in rows if sessions.state(row.starts_at, row.held_on, row.cancelled_at) is state}
            assert picked(session, SupportSession, sessions.where_state(state)) == those
        for stage in sessions.SessionStage:
            those = {row.id for row in rows if stage_of(row) is stage}
            assert picked(session, SupportSession, sessions.where_stage(stage, TODAY)) == those

    stored(rows, look)


def stage_of(row: SupportSession) -> sessions.SessionStage:
    day = london_day(row.starts_at) if row.starts_at else None
    return sessions.stage(day, row.held_on, row.cancelled_at, row.finished_at, TODAY)


plan_facts = st.builds(
    dict,
    agreed_on=maybe_day,
    closed_on=maybe_day,
    actions=st.lists(st.tuples(st.sampled_from(ActionStatus), maybe_day, maybe_instant), max_size=3),
    reviews=st.lists(st.tuples(days, maybe_day), max_size=2),
)


@ON_BOTH
@given(facts=st.lists(plan_facts, min_size=1, max_size=6))
def test_plans_with_their_actions_and_reviews(stored: Any, facts: list[dict[str, Any]]) -> None:
    made = datetime(2026, 1, 1, tzinfo=LONDON)
    rows = [
        ActionPlan(partnership_id=place, made_at=made, agreed_on=each["agreed_on"], closed_on=each["closed_on"])
        for place, each in enumerate(facts, start=1)
    ]

    def look(session: Any) -> None:
        actions, reviews, last, upcoming = [], [], {}, {}
        for row, each in zip(rows, facts, strict=True):
            updates = [at for _, _, at in each["actions"] if at]
            held = [held_on for _, held_on in each["reviews"] if held_on]
            last[row.id] = max([*(london_day(at) for at in updates), *held], default=None)
            for position, (status, due, at) in enumerate(each["actions"]):
                action = Action(plan_id=row.id, position=position, title="An action", status=status, due=due)
                session.add(action)
                session.flush()
                actions.append(action)
                if at:
                    session.add(ActionUpdate(action_id=action.id, before=status, status=status, at=at))
                    roll_up.note_update(row, london_day(at))
            for kind, (due_on, held_on) in zip(ReviewKind, each["reviews"], strict=False):
                reviews.append(Review(plan_id=row.id, kind=kind, due_on=due_on, held_on=held_on))
                session.add(reviews[-1])
                if held_on:
                    roll_up.note_update(row, held_on)
            upcoming[row.id] = plans.next_review(each["reviews"])
            roll_up.note_reviews(session, row)
        session.flush()

        for state in plans.PlanState:
            those = {row.id for row in rows if plans.plan_state(row.agreed_on, row.closed_on) is state}
            assert picked(session, ActionPlan, plans.where_plan_state(state)) == those
        for urgency in plans.Urgency:
            those = {action.id for action in actions if plans.urgency(action.status, action.due, TODAY) is urgency}
            assert picked(session, Action, plans.where_urgency(urgency, TODAY)) == those
        for due in plans.ReviewDue:
            those = {review.id for review in reviews if plans.review_due(review.due_on, review.held_on, TODAY) is due}
            assert picked(session, Review, plans.where_review_due(due, TODAY)) == those
            those = {row.id for row in rows if plans.next_review_due(upcoming[row.id], row.closed_on, TODAY) is due}
            assert picked(session, ActionPlan, plans.where_next_review_due(due, TODAY)) == those
        silent = {row.id for row in rows if plans.silent_days(last[row.id], row.agreed_on, TODAY, closed_on=row.closed_on) is not None}
        assert picked(session, ActionPlan, plans.where_silent(TODAY)) == silent
        facts_of = [{"id": row.id, "last_update_on": last[row.id], "next_review_on": upcoming[row.id]} for row in rows]
        assert sorted(roll_up.from_facts(session), key=lambda each: each["id"]) == facts_of
        assert [(row.last_update_on, row.next_review_on) for row in rows] == [(last[row.id], upcoming[row.id]) for row in rows]

    stored(rows, look)


@ON_BOTH
@given(
    asked=st.lists(st.tuples(st.integers(1, 4), requests), max_size=6),
    met=st.lists(st.tuples(st.integers(1, 4), st.none() | st.integers(0, 5), sessions_facts), max_size=6),
    planned=st.lists(st.tuples(st.integers(1, 4), maybe_day, days), max_size=4),
)
def test_a_partnerships_stage(stored: Any, asked: list[Any], met: list[Any], planned: list[Any]) -> None:
    made = datetime(2026, 1, 1, tzinfo=LONDON)
    rows = [a_request(number, home, **facts) for number, (home, facts) in enumerate(asked)]

    def look(session: Any) -> None:
        held = [(home, rows[of] if of is not None and of < len(rows) else None, a_session(home, **facts)) for home, of, facts in met]
        for _, request, each in held:
            each.request_id = request.id if request is not None and request.partnership_id == each.partnership_id else None
        finished = [ActionPlan(partnership_id=home, made_at=made, agreed_on=agreed, closed_on=closed) for home, agreed, closed in planned]
        session.add_all([*(each for _, _, each in held), *finished])
        session.flush()

        def stage(home: int) -> Stage:
            theirs = [each for _, _, each in held if each.partnership_id == home]
            of_held = {each.request_id for each in theirs if each.held_on is not None}
            return story.stage(
                [
                    *(story.of_request(r.status, r.back_on, r.id in of_held, TODAY) for r in rows if r.partnership_id == home),
                    *(story.of_session(sessions.state(s.starts_at, s.held_on, s.cancelled_at), s.finished_at is not None) for s in theirs),
                    *(story.of_plan(plan.agreed_on, plan.closed_on) for plan in finished if plan.partnership_id == home),
                ]
            )

        wanted = {home: stage(home).rank for home in range(1, 5) if stage(home) is not Stage.NOT_REACHED}
        for of in (None, list(range(1, 5))):
            ranked = story.stages(TODAY, of)
            assert {row.partnership_id: row.rank for row in session.execute(select(ranked))} == wanted
        assert picked(session, Partnership, story.where_reached(TODAY)) == set(wanted)
        everybody = picked(session, Partnership, true())
        for each in Stage:
            those = {home for home in everybody if wanted.get(home, Stage.NOT_REACHED.rank) == each.rank}
            assert picked(session, Partnership, story.where_stage(each, TODAY)) == those

    stored(rows, look)
