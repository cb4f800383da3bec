from datetime import date, timedelta

import pytest
from sqlalchemy import event

from rr import clock as time
from rr.errors import NotFound
from rr.intake.imports import commands as importer
from rr.intake.rules import Move, RequestStatus
from rr.intake.triage import commands, queries, queue
from rr.intake.triage.queue import Assigned, QueueFilters, QueueState
from tests.builders import a_request, an_import


def listed(look, people, page=1, **filters):
    return look(queue.listed, QueueFilters(**filters), actor=people.support, today=time.today(), page=page)


def detail(look, actor, number):
    return look(queries.detail, number, actor=actor, today=time.today())


def statements(database, run):
    seen = []

    def note(*given):
        seen.append(given[2])

    event.listen(database, "before_cursor_execute", note)
    run()
    event.remove(database, "before_cursor_execute", note)
    return len(seen)


def test_who_waits_longest_comes_first_and_who_was_contacted_last(one, people, look):
    days = {"1": "2026-11-16", "2": "2026-11-09", "3": "2026-11-02"}
    one(
        importer.import_signups,
        an_import(*({"Entry Id": number, "Entry Date": f"{day} 09:00:00"} for number, day in days.items())),
        actor=people.support,
    )
    oldest = listed(look, people).rows[0]
    assert [row.waited for row in listed(look, people).rows] == [12, 7, 2]

    one(commands.decide, oldest.id, Move.CONTACTED, actor=people.support)

    assert [row.waited for row in listed(look, people).rows] == [7, 2, 12]
    assert listed(look, people).rows[-1].contacted
    found = listed(look, people, state=QueueState.DECIDED)  # whatever the filters
    assert (found.rows, found.waiting, found.longest, found.undecided) == ((), 2, 7, 3)


def test_a_row_says_what_the_list_shows(one, people, look):
    a_request(one, role_text="Tea maker")
    a_request(one, area_text="Whitly Bay")

    first, second = listed(look, people).rows
    assert (first.ref, first.area, first.region, first.matched) == ("RR-0001", "Whitley Bay", "North East", True)
    assert (first.name, first.role_label, first.topics) == ("Nia Larkin", "Tea maker", ("Community places or hubs",))
    assert (second.area, second.region, second.matched) == ("Whitly Bay", "", False)


def test_filters_narrow_the_queue(one, people, look):
    mine, other, wales = a_request(one), a_request(one, topics=("future",)), a_request(one, area_text="Somewhere")
    one(commands.assign, mine, people.support.account_id, actor=people.support)
    one(commands.decide, other, Move.WITHDRAW, actor=people.support)

    def ids(**filters):
        return [row.id for row in listed(look, people, **filters).rows]

    assert ids() == [mine, wales]
    assert ids(assigned=Assigned.MINE) == [mine]
    assert ids(assigned=Assigned.UNASSIGNED) == [wales]
    assert ids(state=QueueState.DECIDED) == [other]
    assert ids(region="North East") == [mine]
    assert ids(topic="hubs") == [mine, wales]
    assert ids(topic="hubs", unmatched=True) == [wales]
    assert ids(state=QueueState.WAITING_FOR_THEM) == ids(state=QueueState.NOT_NOW) == []
    assert listed(look, people, assigned=Assigned.MINE).by_assigned == {Assigned.ALL: 2, Assigned.MINE: 1, Assigned.UNASSIGNED: 1}


def test_a_page_holds_twenty_and_a_number_beyond_the_last_shows_the_last(one, people, look):
    one(importer.import_signups, an_import(*({"Entry Id": str(number)} for number in range(1, 23))), actor=people.support)

    first, second, beyond = (listed(look, people, page=page) for page in (1, 2, 99))
    assert (len(first.rows), first.total, first.pages) == (20, 22, 2)
    assert len(second.rows) == 2
    assert (beyond.page, beyond.rows) == (2, second.rows)


def test_what_is_decided_comes_latest_first(one, people, look):
    numbers = [a_request(one) for _ in range(3)]
    for number in numbers:
        one(commands.decide, number, Move.WITHDRAW, actor=people.support)

    assert [row.id for row in listed(look, people, state=QueueState.DECIDED).rows] == numbers[::-1]


def test_a_request_set_aside_is_listed_as_new_from_its_date(one, people, look, clock):
    number = a_request(one)
    one(commands.decide, number, Move.NOT_NOW, back_on=date(2026, 11, 20), actor=people.support)
    assert [row.id for row in listed(look, people, state=QueueState.NOT_NOW).rows] == [number]
    assert listed(look, people).undecided == 0

    clock.shift(timedelta(days=2))

    found = listed(look, people)
    assert [(row.id, row.status) for row in found.rows] == [(number, RequestStatus.NEW)]
    assert (found.undecided, found.waiting, found.longest) == (1, 1, 2)
    assert listed(look, people, state=QueueState.NOT_NOW).rows == ()


def test_the_queue_and_a_request_take_as_many_statements_for_three_as_for_one(one, people, look, database):
    first = a_request(one)
    one_row = statements(database, lambda: listed(look, people)), statements(database, lambda: detail(look, people.support, first))
    for number in range(2):
        other = a_request(one, email=f"{number}@example.org")
        one(commands.decide, other, Move.CONTACTED, actor=people.support)

    assert (
        statements(database, lambda: listed(look, people)),
        statements(database, lambda: detail(look, people.support, first)),
    ) == one_row


def test_a_request_says_what_accepting_proposes_and_why(one, people, look):
    number = a_request(one, people=12, newcomers=5)

    found = detail(look, people.support, number)
    assert found.proposal.startswith("Accepting makes a draft session, “Reflect: the first of two sessions”, because 5 of 12 are new")
    assert found.suggestions == ()


def test_a_request_without_a_partnership_comes_with_three_suggestions(one, people, look):
    found = detail(look, people.support, a_request(one, area_text="Whitly Bay"))

    assert found.suggestions[0].name == "Whitley Bay"
    assert found.suggestions[0].region == "North East"
    assert len(found.suggestions) <= 3
    assert found.proposal == ""


def test_a_request_knows_what_was_decided_and_what_was_before(one, people, look, clock):
    first = a_request(one)
    decision = one(commands.decide, first, Move.ACCEPT, actor=people.support)
    clock.shift(timedelta(days=1))
    second = detail(look, people.support, a_request(one, email="sam@example.org"))

    assert [earlier.label for earlier in second.previous] == ["Draft session"]
    assert [other.id for other in second.others] == [first]
    found = detail(look, people.support, first)
    assert found.previous == ()
    assert [(made.headline, made.by) for made in found.decisions] == [("We said yes", "Support")]
    assert found.undo_id == decision

    one(commands.undo, decision, actor=people.manager)
    found = detail(look, people.support, first)
    assert [made.headline for made in found.decisions] == ["We said yes", "Undone: we said yes"]
    assert found.undo_id is None


def test_a_facilitator_reads_only_requests_of_their_own_partnerships(one, people, look):
    number = a_request(one)

    with pytest.raises(NotFound):
        detail(look, people.facilitator, number)
    with pytest.raises(NotFound):
        detail(look, people.support, 9999)


def test_colleagues_are_those_who_triage(people, look):
    assert {name for _, name in look(queries.colleagues, actor=people.support)} == {"Support", "Manager"}
