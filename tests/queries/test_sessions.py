"""Lists of sessions: who sees which, in which order, at what cost."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import event, select

from rr import db
from rr.access import SYSTEM
from rr.errors import NotFound
from rr.intake.models import SupportRequest
from rr.partnerships.models import Partnership
from rr.sessions import lists, queries, rules
from rr.sessions.agenda import queries as agenda_queries
from rr.sessions.capture import commands as capture_commands
from rr.sessions.capture import queries as capture_queries
from rr.sessions.lists import SessionFilters
from rr.sessions.models import SessionFacilitator, SupportSession
from rr.sessions.rules import CaptureKind
from rr.sessions.states import SessionStage
from rr.toolkit import queries as toolkit
from rr.toolkit.rules import Phase
from tests.builders import a_request, a_session

TODAY = date(2026, 11, 18)
NOW = datetime(2026, 11, 18, 9, tzinfo=UTC)


def add(*facilitators, partnership_id=9, **given):
    """A session as it may have become; its facilitators are people."""
    with db.transaction() as session:
        row = SupportSession(partnership_id=partnership_id, minutes=120, made_at=NOW, **given)
        session.add(row)
        session.flush()
        for who in facilitators:
            session.add(SessionFacilitator(session_id=row.id, account_id=who.account_id))
        return row.id


def on(day, hour=18):
    return rules.begins(day, time(hour))


def listed(look, actor, page=1, **filters):
    return look(lists.listed, SessionFilters(**filters), actor=actor, today=TODAY, page=page)


def statements(look, query, *args, **given):
    seen = []
    with db.reading() as session:
        event.listen(session.get_bind(), "before_cursor_execute", lambda *call: seen.append(call[2]))
        query(session, *args, **given)
    return len([one for one in seen if not one.startswith(("PRAGMA", "BEGIN", "SET"))])


EACH = {
    SessionStage.TO_ARRANGE: {},
    SessionStage.COMING: {"starts_at": on(TODAY, 0)},
    SessionStage.TO_FINISH: {"starts_at": on(TODAY, 0) - timedelta(seconds=1)},
    SessionStage.FINISHED: {"held_on": TODAY, "finished_at": NOW},
    SessionStage.CANCELLED: {"starts_at": on(TODAY + timedelta(days=3)), "cancelled_at": NOW},
}


@pytest.mark.parametrize("stage", SessionStage)
def test_the_list_and_the_rule_agree_on_each_stage(people, look, stage):
    ids = {one: add(**given) for one, given in EACH.items()}

    found = listed(look, people.support, stage=stage)
    assert [(row.id, row.stage) for row in found.rows] == [(ids[stage], stage)]
    assert (found.total, set(found.counts.values())) == (1, {1})


def test_what_is_to_do_comes_first_then_by_date(people, look):
    later = add(starts_at=on(TODAY + timedelta(days=9)))
    sooner = add(starts_at=on(TODAY + timedelta(days=2)))
    long_ago, lately = (add(held_on=TODAY - timedelta(days=n), finished_at=NOW) for n in (40, 4))
    first_cancelled, last_cancelled = (add(cancelled_at=NOW - timedelta(days=n)) for n in (3, 2))
    undated = add()
    held = add(held_on=TODAY)
    past = add(starts_at=on(TODAY - timedelta(days=1)))

    assert [row.id for row in listed(look, people.support).rows] == [
        past,
        held,
        undated,
        sooner,
        later,
        lately,
        long_ago,
        last_cancelled,
        first_cancelled,
    ]


def test_a_facilitator_sees_their_partnerships_sessions_and_no_others(people, look):
    mine = add(people.facilitator, partnership_id=3)
    same_partnership = add(people.other_facilitator, partnership_id=3)
    add(people.other_facilitator, partnership_id=4)

    assert {row.id for row in listed(look, people.facilitator).rows} == {mine, same_partnership}
    assert listed(look, people.facilitator).total == 2
    assert listed(look, people.manager).total == 3
    with pytest.raises(NotFound):
        listed(look, people.admin)


def test_filters_narrow_the_list_and_its_counts(people, look):
    mine = add(people.facilitator, partnership_id=3)
    other = add(people.other_facilitator, partnership_id=120, starts_at=on(TODAY))
    rows = {row.id: row for row in listed(look, people.support).rows}

    assert [row.id for row in listed(look, people.support, facilitator_id=people.facilitator.account_id).rows] == [mine]
    assert [row.id for row in listed(look, people.support, region=rows[other].region).rows] == [other]
    assert [row.id for row in listed(look, people.support, partnership_id=3).rows] == [mine]
    assert listed(look, people.support, facilitator_id=people.facilitator.account_id).counts[SessionStage.COMING] == 0


def test_a_page_holds_fifty(people, look):
    ids = [add(starts_at=on(TODAY + timedelta(days=n))) for n in range(51)]

    assert [row.id for row in listed(look, people.support).rows] == ids[:50]
    assert [row.id for row in listed(look, people.support, page=2).rows] == ids[50:]
    assert (listed(look, people.support, page=2).total, listed(look, people.support, page=2).pages) == (51, 2)
    assert [row.id for row in listed(look, people.support, page=9).rows] == ids[50:]  # the last page there is


def test_a_page_goes_on_where_the_one_before_ended_in_the_middle_of_a_stage(people, look):
    undated = [add() for _ in range(30)]
    coming = [add(starts_at=on(TODAY + timedelta(days=n))) for n in range(40)]
    held = [add(held_on=TODAY - timedelta(days=n), finished_at=NOW) for n in range(45)]

    pages = [[row.id for row in listed(look, people.support, page=page).rows] for page in (1, 2, 3)]
    assert pages == [undated + coming[:20], coming[20:] + held[:30], held[30:]]
    assert [row.id for row in listed(look, people.support, page=2, stage=SessionStage.COMING).rows] == coming


def test_the_next_session_is_ones_own_and_stays_until_it_ends(people, look):
    add(people.other_facilitator, starts_at=on(TODAY))
    add(people.facilitator, starts_at=on(TODAY, 10), cancelled_at=NOW)
    running = add(people.facilitator, starts_at=NOW - timedelta(hours=1))
    coming = add(people.facilitator, starts_at=on(TODAY + timedelta(days=1)))

    assert look(lists.next_id, actor=people.facilitator, now=NOW) == running
    assert look(lists.next_id, actor=people.facilitator, now=NOW + timedelta(hours=1)) == coming
    assert look(lists.next_id, actor=people.support, now=NOW) is None


def test_a_clash_is_the_same_facilitator_at_the_same_time(people, look):
    mine = add(people.facilitator, starts_at=on(TODAY), partnership_id=3)
    add(people.facilitator, starts_at=on(TODAY, 19), partnership_id=4)
    add(people.facilitator, starts_at=on(TODAY, 20), partnership_id=5)  # begins when mine ends
    add(people.other_facilitator, starts_at=on(TODAY), partnership_id=6)
    add(people.facilitator, starts_at=on(TODAY), partnership_id=7, cancelled_at=NOW)

    def clashes(actor):
        return look(lambda d: queries.clashes(d, queries.detail(d, mine, actor=actor), actor=actor))

    (seen,) = clashes(people.support)
    assert seen.startswith("Facilitator also facilitates ")
    assert seen.endswith(" on 18 November 2026, 19:00 to 21:00.")
    assert "another session" not in seen


def test_a_clash_does_not_name_a_partnership_that_this_person_may_not_see(people, look):
    shared = add(people.facilitator, people.other_facilitator, starts_at=on(TODAY), partnership_id=3)
    add(people.other_facilitator, starts_at=on(TODAY), partnership_id=4)

    (seen,) = look(lambda d: queries.clashes(d, queries.detail(d, shared, actor=people.facilitator), actor=people.facilitator))
    assert seen == "Other facilitator also facilitates another session on 18 November 2026, 18:00 to 20:00."


def test_the_preview_is_for_whoever_may_read_the_request_and_writes_nothing(one, people, look):
    request_id = a_request(one)

    assert look(agenda_queries.proposal_for, request_id, actor=people.support).items
    with pytest.raises(NotFound):
        look(agenda_queries.proposal_for, request_id, actor=people.facilitator)
    assert listed(look, people.support).total == 0


def test_a_partnership_that_had_a_session_gets_the_recipe_for_a_second_one(one, people, look):
    request_id = a_request(one)
    assert look(agenda_queries.proposal_for, request_id, actor=people.support).recipe_name == "Reflect and recharge in one session"
    with db.reading() as session:
        partnership_id = session.get(SupportRequest, request_id).partnership_id
    add(partnership_id=partnership_id, held_on=TODAY)

    assert look(agenda_queries.proposal_for, request_id, actor=people.support).recipe_name == "Recharge: the second of two sessions"


def test_one_row_and_three_rows_cost_the_same(one, people, look):
    session_id = a_session(one, people, day=TODAY, facilitator=people.facilitator)

    def read_session(session):
        facts = queries.detail(session, session_id, actor=people.support)
        agenda_queries.agenda(session, facts)
        queries.clashes(session, facts, actor=people.support)

    costs = []
    for number in (1, 3):
        while len(look(capture_queries.lines, session_id, actor=people.support)) < number:
            one(capture_commands.capture, session_id, "Ask @chair !money !time", CaptureKind.ACTION, actor=people.support)
            add(people.facilitator, starts_at=on(TODAY))
        costs.append(
            (
                statements(look, lists.listed, SessionFilters(), actor=people.facilitator, today=TODAY),
                statements(look, read_session),
                statements(look, capture_queries.lines, session_id, actor=people.facilitator),
                statements(look, toolkit.library, toolkit.ActivityFilters(), actor=people.support),
            )
        )

    assert costs[0] == costs[1]
    assert costs[0][0] == 3


def test_the_library_is_narrowed_by_each_filter(people, look):
    def names(**filters):
        return [entry.name for entry in look(toolkit.library, toolkit.ActivityFilters(**filters), actor=SYSTEM).rows]

    everything = look(toolkit.library, toolkit.ActivityFilters(), actor=SYSTEM)
    second = look(toolkit.library, toolkit.ActivityFilters(), actor=SYSTEM, page=2)
    assert everything.total == everything.every == len({*everything.rows, *second.rows})
    assert names(phase=Phase.ACT) == ["15% solutions", "Who, what, when", "Who, what, when at tables"]
    assert "Discover, dream, design, deliver" not in names(minutes=119)
    assert "Discover, dream, design, deliver" in names(minutes=120)
    assert "Who, what, when" not in names(phase=Phase.ACT, people=11)
    serving = look(toolkit.library, toolkit.ActivityFilters(topic="hubs"), actor=SYSTEM).rows
    assert serving
    assert all(not entry.topics or "hubs" in entry.topics for entry in serving)
    assert len(serving) < everything.total


def test_what_is_over_is_left_out_and_counted(look, people):
    ids = {stage: add(**given) for stage, given in EACH.items()}
    found = listed(look, people.support, open_only=True)

    assert [row.id for row in found.rows] == [ids[stage] for stage in SessionStage if not stage.is_over]
    assert (found.total, found.counts) == (3, dict.fromkeys(SessionStage, 1))
    assert [row.id for row in listed(look, people.support, open_only=True, stage=SessionStage.FINISHED).rows] == [
        ids[SessionStage.FINISHED]
    ]


def test_a_session_is_found_by_the_name_of_its_partnership_and_its_month(look, people):
    march, june = date(2025, 3, 31), date(2025, 7, 1)
    held = add(starts_at=on(date(2025, 4, 2)), held_on=march, finished_at=NOW)  # planned for April, held in March
    planned = add(starts_at=rules.begins(june, time(0)), partnership_id=10)  # at midnight in London: the day before, in UTC
    add()
    with db.reading() as session:
        names = {row.id: row.name for row in session.execute(select(Partnership)).scalars()}

    def ids(**filters):
        return [row.id for row in listed(look, people.support, **filters).rows]

    assert ids(since=date(2025, 3, 1), until=march) == [held]
    assert ids(since=date(2025, 4, 1), until=date(2025, 6, 30)) == []
    assert ids(since=june, until=june) == [planned]
    assert ids(named=names[10]) == [planned]
    assert ids(named=names[10], until=march) == ids(named="Greenmoor") == []
    assert ids(named=names[9], until=march) == [held]
    assert look(lists.first_day, actor=people.support) == march
