from datetime import timedelta

import pytest
from sqlalchemy import event

from rr import db
from rr.errors import NotFound
from rr.needs import commands as needs_commands
from rr.needs import queries as needs
from rr.needs.queries import NeedFilters
from rr.needs.rules import NeedStatus
from rr.plans import commands, lists, queries
from rr.plans.actions import commands as actions
from rr.plans.actions import queries as action_list
from rr.plans.handover import queries as handover
from rr.plans.lists import FilterOptions, PlanCounts, PlanFilters
from rr.plans.rules import ActionStatus, Confidence
from rr.plans.states import PlanState, ReviewDue, Urgency
from rr.sessions.models import AgendaItem
from rr.toolkit.queries import topics
from tests import story
from tests.builders import a_need, a_plan, a_session_with, captured
from tests.conftest import TODAY


def ago(days):
    return TODAY - timedelta(days=days)


@pytest.fixture
def three(one, people):
    """A draft of the facilitator's; a quiet plan and one with a review just held, both of the other facilitator's."""
    draft, _ = a_plan(one, people, 2, partnership_id=story.area("Whitley Bay"))
    quiet, _ = a_plan(one, people, 1, agreed_on=ago(70), partnership_id=story.area("Par Bay"), facilitator=people.other_facilitator)
    heard, (first, second, _) = a_plan(
        one, people, 3, agreed_on=ago(45), partnership_id=story.area("Whitley"), facilitator=people.other_facilitator
    )
    one(actions.edit_action, first, {"topic": "hubs"}, {"topic": None}, actor=people.support)
    one(actions.edit_action, second, {"due": ago(1)}, {"due": TODAY + timedelta(days=60)}, actor=people.support)
    one(actions.update_action, first, ActionStatus.DONE, words="The lease is signed", actor=people.support)
    return draft, quiet, heard


def found(look, people, actor=None, **filters):
    return [row.id for row in look(lists.listed, PlanFilters(**filters), actor=actor or people.support, today=TODAY).rows]


def test_the_list_says_where_each_plan_stands(look, people, three):
    draft, quiet, heard = three
    listed = look(lists.listed, PlanFilters(), actor=people.support, today=TODAY)
    rows = {row.id: row for row in listed.rows}

    assert look(lists.counts, actor=people.support, today=TODAY) == PlanCounts(agreed=2, silent=1)
    assert (listed.total, listed.page, listed.pages) == (3, 1, 1)
    assert [row.id for row in listed.rows] == [quiet, heard, draft]  # by their next review
    assert (rows[heard].counts, rows[heard].overdue) == ({ActionStatus.NOT_STARTED: 2, ActionStatus.DONE: 1}, 1)
    assert (rows[heard].last_update_on, rows[heard].silent_days, rows[heard].contact) == (TODAY, None, "Other facilitator")
    assert (rows[quiet].last_update_on, rows[quiet].silent_days, rows[quiet].next_review_on) == (None, 70, ago(70) + timedelta(days=42))
    assert (rows[draft].state, rows[draft].ends_on, rows[draft].next_review_on) == (PlanState.DRAFT, None, None)


def test_each_filter_narrows_the_list(look, people, three):
    draft, quiet, heard = three
    other = people.other_facilitator.account_id

    assert found(look, people, state=PlanState.DRAFT) == [draft]
    assert found(look, people, state=PlanState.AGREED) == [quiet, heard]
    assert found(look, people, state=PlanState.CLOSED) == []
    assert found(look, people, region="North East") == [draft]
    assert found(look, people, topic="hubs") == [heard]
    assert found(look, people, facilitator=other) == [quiet, heard]
    assert found(look, people, status=ActionStatus.DONE) == [heard]
    assert found(look, people, silent=True) == [quiet]
    assert found(look, people, overdue=True) == [heard]
    assert found(look, people, review=ReviewDue.OVERDUE) == [quiet, heard]
    assert found(look, people, review=ReviewDue.SOON) == []
    assert found(look, people, since=ago(45)) == [heard]
    assert found(look, people, until=ago(46)) == [quiet]


@pytest.mark.parametrize("days", [29, 30])
def test_without_an_update_in_the_list_is_the_same_as_on_the_plan(look, one, people, clock, days):
    plan_id, (action,) = a_plan(one, people, 1, agreed_on=ago(90))
    clock.shift(-timedelta(days=days))
    one(actions.update_action, action, ActionStatus.GOING_WELL, actor=people.support)
    clock.shift(timedelta(days=days))

    in_list = look(lists.listed, PlanFilters(), actor=people.support, today=TODAY).rows[0].silent_days
    on_page = look(queries.detail, plan_id, actor=people.support, today=TODAY).silent_days
    assert in_list == on_page == (30 if days == 30 else None)
    assert found(look, people, silent=True) == ([plan_id] if days == 30 else [])


def test_actions_are_listed_with_the_same_filters(look, people, three, one):
    _, _, heard = three
    acts = lambda **filters: look(action_list.listed, PlanFilters(**filters), actor=people.support, today=TODAY).rows  # noqa: E731
    (done,) = acts(status=ActionStatus.DONE)
    one(needs_commands.ask, partnership_id=story.area("Whitley"), kind=None, words="Advice", action_id=done.id, actor=people.support)
    (overdue,) = acts(overdue=True)

    assert (done.plan_id, done.words, done.status_on, done.topic_label) == (heard, "The lease is signed", TODAY, "Community places or hubs")
    assert (overdue.urgency, overdue.due) == (Urgency.OVERDUE, ago(1))
    assert [row.support_waiting for row in acts(topic="hubs")] == [1]
    assert len(acts()) == 6
    assert len(acts(state=PlanState.DRAFT)) == 2
    assert len(acts(silent=True)) == 1
    assert len(acts(review=ReviewDue.OVERDUE)) == 4
    assert [row.id for row in acts(since=TODAY, until=TODAY)] == [done.id]
    assert acts(until=ago(1)) == ()
    assert [row.status for row in acts()][-1] is ActionStatus.DONE


def test_facilitators_see_their_own_and_administrators_none(look, people, three):
    draft, quiet, heard = three

    assert found(look, people, people.facilitator) == [draft]
    assert found(look, people, people.other_facilitator) == [quiet, heard]
    assert found(look, people, people.manager) == [quiet, heard, draft]
    assert {row.plan_id for row in look(action_list.listed, PlanFilters(), actor=people.facilitator, today=TODAY).rows} == {draft}
    options = look(lists.filter_options, actor=people.facilitator, today=TODAY)
    assert options == FilterOptions(("North East",), look(topics), {people.facilitator.account_id: "Facilitator"})
    assert look(lists.counts, actor=people.facilitator, today=TODAY) == PlanCounts(agreed=0, silent=0)
    for query in (lists.listed, action_list.listed):
        with pytest.raises(NotFound):
            look(query, PlanFilters(), actor=people.admin, today=TODAY)
    for plan_id in (quiet, 999):
        with pytest.raises(NotFound):
            look(queries.detail, plan_id, actor=people.facilitator, today=TODAY)
        with pytest.raises(NotFound):
            look(handover.document, plan_id, actor=people.facilitator, today=TODAY)


def test_a_list_is_paged_across_its_parts_and_ends_at_its_last_page(look, one, people, three):
    """Open plans by their next review, then those without one by name, then closed ones, the latest first."""
    draft, quiet, heard = three
    without, _ = a_plan(one, people, 1, partnership_id=story.area("Barrow Island"))
    early, _ = a_plan(one, people, 1, agreed_on=ago(50), partnership_id=story.area("Allenton"))
    late, _ = a_plan(one, people, 1, agreed_on=ago(50), partnership_id=story.area("Birchfield"))
    for plan_id, day in ((early, ago(9)), (late, ago(3))):
        one(commands.close, plan_id, day, "Over", actor=people.support)
    in_order = [quiet, heard, without, draft, late, early]

    for per_page in (1, 2, 3, 4, 6, 50):
        last = -(-6 // per_page)
        pages = [
            look(lists.listed, PlanFilters(), actor=people.support, today=TODAY, page=n, per_page=per_page) for n in range(1, last + 1)
        ]
        assert [row.id for page in pages for row in page.rows] == in_order
        assert {(page.total, page.pages, page.per_page) for page in pages} == {(6, last, per_page)}
        beyond = look(lists.listed, PlanFilters(), actor=people.support, today=TODAY, page=99, per_page=per_page)
        assert beyond == pages[-1]
    assert found(look, people, state=PlanState.CLOSED) == [late, early]


def test_actions_are_paged_open_ones_first_by_date_and_undated_ones_last(look, one, people):
    _, (a, b, c, d, e, f) = a_plan(one, people, 6)
    other, (g,) = a_plan(one, people, 1, partnership_id=10)
    due = TODAY + timedelta(days=60)
    for action, day in ((a, None), (b, due + timedelta(days=1)), (d, None), (e, ago(3))):
        one(actions.edit_action, action, {"due": day}, {"due": due}, actor=people.support)
    for action, status in ((c, ActionStatus.DONE), (d, ActionStatus.DROPPED), (e, ActionStatus.DONE)):
        one(actions.update_action, action, status, actor=people.support)
    in_order = [f, g, b, a, e, c, d]

    def pages(per_page, **filters):
        last = -(-7 // per_page)
        given = {"actor": people.support, "today": TODAY, "per_page": per_page}
        found = [look(action_list.listed, PlanFilters(**filters), page=n, **given) for n in range(1, last + 1)]
        return [row.id for page in found for row in page.rows]

    for per_page in (1, 2, 3, 4, 5, 7, 50):
        assert pages(per_page) == in_order
    assert pages(50, status=ActionStatus.DONE) == [e, c]
    assert pages(50, status=ActionStatus.NOT_STARTED) == [f, g, b, a]

    one(commands.close, other, TODAY, "Over", actor=people.support)  # what was left in a closed plan isn't to be done any more
    for per_page in (1, 2, 3, 7):
        assert pages(per_page) == [f, b, a, e, c, g, d]
    assert pages(50, status=ActionStatus.NOT_STARTED) == [f, b, a, g]


def test_the_lists_read_their_indexes_and_sort_no_more_than_ties(look, people, three, database):
    """What the benchmark measures at size, seen in the query plan: no list is sorted as a whole before its page is taken."""
    if database.dialect.name != "sqlite":
        pytest.skip("Its planner looks at the tables' sizes, and these are small")
    seen = []
    event.listen(database, "before_cursor_execute", lambda _c, _cur, sql, given, *_: seen.append((sql, given)))
    look(lists.listed, PlanFilters(), actor=people.support, today=TODAY, per_page=1)
    look(action_list.listed, PlanFilters(), actor=people.support, today=TODAY, per_page=1)
    ordered = [(sql, given) for sql, given in seen if sql.endswith("OFFSET ?")]

    with database.connect() as connection:
        plans = [[row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", given)] for sql, given in ordered]
    assert [plan[0] for plan in plans] == [
        "SEARCH action_plan USING COVERING INDEX ix_action_plan_closed_on_next_review_on (closed_on=? AND next_review_on>?)",
        "SEARCH action USING INDEX ix_action_open (due>?)",
    ]
    assert [step for plan in plans for step in plan if "TEMP B-TREE" in step] == ["USE TEMP B-TREE FOR RIGHT PART OF ORDER BY"]


@pytest.fixture
def statements():
    """How many statements a query runs."""

    def counted(query, *args, **given):
        seen = []
        note = lambda *about: seen.append(about[2])  # noqa: E731
        event.listen(db.engine(), "before_cursor_execute", note)
        try:
            with db.reading() as session:
                query(session, *args, **given)
        finally:
            event.remove(db.engine(), "before_cursor_execute", note)
        return len([statement for statement in seen if statement.lstrip().startswith(("SELECT", "WITH"))])

    return counted


def test_three_rows_take_as_many_statements_as_one(one, people, statements, look):
    def counts(plan_id):
        given = {"actor": people.facilitator, "today": TODAY}
        return (
            statements(queries.detail, plan_id, **given),
            statements(lists.listed, PlanFilters(), **given),
            statements(action_list.listed, PlanFilters(), **given),
            statements(handover.document, plan_id, **given),
            statements(needs.listed, NeedFilters(), actor=people.facilitator),
        )

    def grown(many, area):
        plan_id, ids = a_plan(one, people, many, agreed_on=ago(10), partnership_id=area)
        for action in ids:
            one(actions.update_action, action, ActionStatus.STUCK, words="Help", actor=people.support)
            one(actions.ask_support, action, words="Help", actor=people.support)
        return plan_id

    first = counts(grown(1, 9))
    more = [grown(3, area) for area in (10, 11)]

    assert counts(more[0]) == first
    assert first[1:3] == (6, 6)


def test_an_action_leads_back_to_the_sentence_of_the_sign_up(one, people, look):
    asked = story.request(9, words="We have an old chapel.")
    held = a_session_with(one, people, request_id=asked)
    item = story.add(AgendaItem(session_id=held, position=1, title="Who, what, when", minutes=30))
    captured(held, "Ask about the lease", {"item_id": item})
    plan_id = one(commands.add_from_session, held, actor=people.support)
    one(actions.add_action, plan_id, title="By hand", actor=people.support)

    plan = look(queries.detail, plan_id, actor=people.support, today=TODAY)
    origin = plan.actions[0].origin
    assert (plan.sentence, plan.ref) == ("We have an old chapel.", origin.ref)
    assert (origin.as_typed, origin.item, origin.session_id, origin.request_id, origin.sentence) == (
        "Ask about the lease",
        "Who, what, when",
        held,
        asked,
        "We have an old chapel.",
    )
    assert plan.actions[1].origin is None


def test_confidence_is_suggested_until_somebody_says_it(one, people, look):
    plan_id, (action,) = a_plan(one, people, 1, agreed_on=ago(10))
    before = look(queries.detail, plan_id, actor=people.support, today=TODAY).actions[0]
    one(actions.set_confidence, action, Confidence.AT_RISK, "Winter", actor=people.support)
    after = look(queries.detail, plan_id, actor=people.support, today=TODAY).actions[0]

    assert (before.confidence, before.suggested) == (None, Confidence.ON_TRACK)
    assert (after.confidence, after.confidence_why) == (Confidence.AT_RISK, "Winter")


def test_support_needed_is_listed_and_narrowed(one, people, look):
    _, (action,) = a_plan(one, people, 1, partnership_id=story.area("Whitley Bay"))
    lease = a_need(one, people, "The lease", partnership_id=story.area("Whitley Bay"), action_id=action)
    film = a_need(one, people, "A film", partnership_id=story.area("Par Bay"))
    one(needs_commands.settle, film, NeedStatus.FOUND, story.partner("Media Trust"), actor=people.support)

    def ids(actor=people.support, **filters):
        return [row.id for row in look(needs.listed, NeedFilters(**filters), actor=actor).rows]

    every = look(needs.listed, NeedFilters(), actor=people.support)
    assert (every.total, every.waiting, every.found) == (2, 1, 1)
    assert (every.rows[0].id, every.rows[0].action, every.rows[0].partnership) == (lease, "Action 1", "Whitley Bay")
    assert ids(kind="communications") == ids(status=NeedStatus.FOUND) == ids(region="South West") == [film]
    assert ids(people.facilitator) == ids(partnership_id=story.area("Whitley Bay")) == [lease]
    assert look(needs.regions, actor=people.facilitator) == ["North East"]
    with pytest.raises(NotFound):
        look(needs.listed, NeedFilters(), actor=people.admin)


def test_open_work_is_listed_alone_and_says_how_many_plans_are_closed(look, one, people, three):
    draft, quiet, heard = three
    one(commands.close, quiet, TODAY, "Over", actor=people.support)

    def acts(**filters):
        return [
            (row.plan_id, row.status) for row in look(action_list.listed, PlanFilters(**filters), actor=people.support, today=TODAY).rows
        ]

    plans = look(lists.listed, PlanFilters(open_only=True), actor=people.support, today=TODAY)
    assert ([row.id for row in plans.rows], plans.total, plans.closed) == ([heard, draft], 2, 1)
    assert look(lists.listed, PlanFilters(), actor=people.support, today=TODAY).closed == 0
    assert look(lists.listed, PlanFilters(open_only=True, region="South West"), actor=people.support, today=TODAY).closed == 1
    waiting = ActionStatus.NOT_STARTED
    assert acts(open_only=True) == [(heard, waiting), (draft, waiting), (draft, waiting), (heard, waiting)]
    assert acts(open_only=True, status=ActionStatus.DONE) == [(heard, ActionStatus.DONE)]
    assert acts(state=PlanState.CLOSED) == [(quiet, waiting)]


@pytest.mark.parametrize(
    ("typed", "areas"),
    [
        ("Whitley", {"Whitley", "Whitley Bay"}),
        ("bay", {"Whitley Bay", "Par Bay"}),
        ("Whitely Bay", {"Whitley Bay"}),
        ("Greenmoor", set()),
        ("", {"Whitley", "Whitley Bay", "Par Bay"}),
        ("\u200b ", {"Whitley", "Whitley Bay", "Par Bay"}),
    ],
)
def test_plans_and_their_actions_are_found_by_name(look, people, three, typed, areas):
    given = {"actor": people.support, "today": TODAY}
    for query in (lists.listed, action_list.listed):
        assert {row.partnership for row in look(query, PlanFilters(named=typed), **given).rows} == areas


def test_the_months_begin_when_the_first_plan_was_agreed(look, people, three):
    def months(actor):
        return [f"{month:%m.%y}" for month in look(lists.filter_options, actor=actor, today=TODAY).months]

    assert (months(people.support), months(people.facilitator)) == (["11.26", "10.26", "09.26"], [])
