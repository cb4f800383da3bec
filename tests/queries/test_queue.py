from datetime import timedelta

import pytest
from sqlalchemy import event

from rr import clock as time
from rr.errors import NotFound
from rr.intake.imports import commands as importer
from rr.intake.rules import Move
from rr.intake.triage import commands, queries, queue
from rr.intake.triage.queue import Filters, Show, Whose
from tests.builders import a_request, an_export


def waiting(look, people, page=1, **filters):
    return look(queue.waiting, Filters(**filters), actor=people.support, today=time.today(), page=page)


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
        "a.csv",
        an_export(*({"Entry Id": number, "Entry Date": f"{day} 09:00:00"} for number, day in days.items())),
        actor=people.support,
    )
    oldest = waiting(look, people).rows[0]
    assert [row.waited for row in waiting(look, people).rows] == [12, 7, 2]

    one(commands.decide, oldest.id, Move.CONTACTED, actor=people.support)

    assert [row.waited for row in waiting(look, people).rows] == [7, 2, 12]
    assert waiting(look, people).rows[-1].contacted
    standing = look(queue.standing, actor=people.support, today=time.today())
    assert (standing.waiting, standing.longest, standing.undecided) == (2, 7, 3)


def test_a_row_says_what_the_list_shows(one, people, look):
    a_request(one, role_text="Tea maker")
    a_request(one, area_text="Whitly Bay")

    first, second = waiting(look, people).rows
    assert (first.ref, first.area, first.region, first.matched) == ("RR-0001", "Whitley Bay", "North East", True)
    assert (first.name, first.role_label, first.topics) == ("Nia Larkin", "Tea maker", ("Community places or hubs",))
    assert (second.area, second.region, second.matched) == ("Whitly Bay", "", False)


def test_filters_narrow_the_queue(one, people, look):
    mine, other, wales = a_request(one), a_request(one, topics=("future",)), a_request(one, area_text="Somewhere")
    one(commands.assign, mine, people.support.account_id, actor=people.support)
    one(commands.decide, other, Move.WITHDRAW, actor=people.support)

    def ids(**filters):
        return [row.id for row in waiting(look, people, **filters).rows]

    assert ids() == [mine, wales]
    assert ids(whose=Whose.MINE) == [mine]
    assert ids(whose=Whose.UNASSIGNED) == [wales]
    assert ids(show=Show.DECIDED) == [other]
    assert ids(region="North East") == [mine]
    assert ids(topic="hubs") == [mine, wales]
    assert ids(topic="hubs", unmatched=True) == [wales]
    assert ids(show=Show.WAITING_FOR_THEM) == ids(show=Show.NOT_NOW) == []
    assert waiting(look, people, whose=Whose.MINE).by_whose == {Whose.ALL: 2, Whose.MINE: 1, Whose.UNASSIGNED: 1}


def test_a_page_holds_fifty(one, people, look):
    one(importer.import_signups, "a.csv", an_export(*({"Entry Id": str(number)} for number in range(1, 53))), actor=people.support)

    assert (len(waiting(look, people).rows), waiting(look, people).total, waiting(look, people).pages) == (50, 52, 2)
    assert len(waiting(look, people, page=2).rows) == 2


def test_the_queue_and_a_request_take_as_many_statements_for_three_as_for_one(one, people, look, database):
    first = a_request(one)
    one_row = statements(database, lambda: waiting(look, people)), statements(database, lambda: detail(look, people.support, first))
    for number in range(2):
        other = a_request(one, email=f"{number}@example.org")
        one(commands.decide, other, Move.CONTACTED, actor=people.support)

    assert (
        statements(database, lambda: waiting(look, people)),
        statements(database, lambda: detail(look, people.support, first)),
    ) == one_row


def test_a_request_says_what_accepting_proposes_and_why(one, people, look):
    number = a_request(one, people=12, newcomers=5)

    found = detail(look, people.support, number)
    assert found.proposes.startswith("Accepting makes a draft session, “Reflect: the first of two sessions”, because 5 of 12 are new")
    assert found.suggestions == ()


def test_a_request_without_a_partnership_comes_with_three_suggestions(one, people, look):
    found = detail(look, people.support, a_request(one, area_text="Whitly Bay"))

    assert found.suggestions[0].name == "Whitley Bay"
    assert found.suggestions[0].region == "North East"
    assert len(found.suggestions) <= 3
    assert found.proposes == ""


def test_a_request_knows_what_was_decided_and_what_was_before(one, people, look, clock):
    first = a_request(one)
    decision = one(commands.decide, first, Move.ACCEPT, actor=people.support)
    clock.shift(timedelta(days=1))
    second = detail(look, people.support, a_request(one, email="sam@example.org"))

    assert [(earlier.page, earlier.words) for earlier in second.before] == [("session", "Draft session")]
    assert [other.id for other in second.others] == [first]
    found = detail(look, people.support, first)
    assert found.before == ()
    assert [(made.said, made.by) for made in found.decisions] == [("We said yes", "Support")]
    assert found.undo_id == decision

    one(commands.undo, decision, actor=people.manager)
    found = detail(look, people.support, first)
    assert [made.said for made in found.decisions] == ["We said yes", "Taken back: we said yes"]
    assert found.undo_id is None


def test_a_facilitator_reads_only_requests_of_their_own_partnerships(one, people, look):
    number = a_request(one)

    with pytest.raises(NotFound):
        detail(look, people.facilitator, number)
    with pytest.raises(NotFound):
        detail(look, people.support, 9999)


def test_colleagues_are_those_who_triage(people, look):
    assert {name for _, name in look(queries.colleagues, actor=people.support)} == {"Support", "Manager"}
