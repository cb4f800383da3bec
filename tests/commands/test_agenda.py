"""The agenda: adding, changing, moving, swapping and removing rows."""

from datetime import date, time

import pytest

from rr.access import SYSTEM
from rr.errors import Conflict, Invalid, NotFound
from rr.sessions import commands, queries
from rr.sessions.agenda import commands as agenda_commands
from rr.sessions.agenda import queries as agenda_queries
from rr.sessions.capture import commands as capture_commands
from rr.sessions.capture import queries as capture_queries
from rr.sessions.rules import CaptureKind
from rr.toolkit import queries as toolkit
from tests.builders import a_session

TODAY = date(2026, 11, 18)


def agenda(look, session_id):
    return look(lambda db: agenda_queries.agenda(db, queries.detail(db, session_id, actor=SYSTEM)))


def titles(look, session_id):
    items = agenda(look, session_id).items
    assert [item.position for item in items] == list(range(1, len(items) + 1))
    return [item.title for item in items]


def activity(look, name):
    return next(one.id for one in look(toolkit.activities) if one.name == name)


@pytest.fixture
def draft(one, people):
    return a_session(one, people)


def test_moving_a_row_changes_places_with_its_neighbour_and_stops_at_the_ends(one, people, look, draft):
    before = titles(look, draft)
    first, second = agenda(look, draft).items[:2]
    last = agenda(look, draft).items[-1]

    one(agenda_commands.move_item, first.id, "down", actor=people.support)
    assert titles(look, draft) == [before[1], before[0], *before[2:]]
    one(agenda_commands.move_item, second.id, "up", actor=people.support)
    one(agenda_commands.move_item, last.id, "down", actor=people.support)
    assert titles(look, draft) == [before[1], before[0], *before[2:]]


def test_a_new_row_comes_before_the_close_and_takes_its_activitys_usual_minutes(one, people, look, draft):
    before = titles(look, draft)
    one(agenda_commands.add_item, draft, activity_id=activity(look, "Dot voting"), actor=people.support)
    one(agenda_commands.add_item, draft, title="A walk round the chapel", minutes=25, actor=people.support)

    after = agenda(look, draft).items
    assert titles(look, draft) == [*before[:-1], "Dot voting", "A walk round the chapel", before[-1]]
    assert [item.minutes for item in after[-3:-1]] == [25, 25]
    assert after[-2].activity_id is None


@pytest.mark.parametrize(
    ("given", "field"), [({}, "title"), ({"title": "Long", "minutes": 481}, "minutes"), ({"title": "x" * 201}, "title")]
)
def test_a_row_that_cannot_be_is_refused_beside_its_field(one, people, look, draft, given, field):
    before = titles(look, draft)
    with pytest.raises(Invalid) as refusal:
        one(agenda_commands.add_item, draft, **given, actor=people.support)

    assert list(refusal.value.errors) == [field]
    assert titles(look, draft) == before


def test_start_times_follow_from_the_minutes(one, people, look, draft):
    assert [item.starts for item in agenda(look, draft).items][:3] == ["0:00", "0:10", "0:35"]
    one(commands.arrange, draft, {"day": TODAY, "time": time(18, 30)}, {}, actor=people.support)
    first = agenda(look, draft).items[0]
    one(agenda_commands.change_item, first.id, {"minutes": 20}, {"minutes": 10}, actor=people.support)

    seen = agenda(look, draft)
    assert [item.starts for item in seen.items][:3] == ["18:30", "18:50", "19:15"]
    assert (seen.minutes, seen.ends) == (155, "21:05")
    assert "The agenda takes 155 minutes; 150 are booked." in seen.warnings


def test_two_people_retime_one_row_and_the_second_sees_both(one, people, look, draft):
    first = agenda(look, draft).items[0]
    one(agenda_commands.change_item, first.id, {"minutes": 15}, {"minutes": 10}, actor=people.support)
    with pytest.raises(Conflict) as refusal:
        one(agenda_commands.change_item, first.id, {"minutes": 5}, {"minutes": 10}, actor=people.manager)

    assert refusal.value.clashes == {"minutes": (15, 5)}
    with pytest.raises(Invalid):
        one(agenda_commands.change_item, first.id, {"minutes": -5}, {"minutes": 15}, actor=people.support)


def test_two_people_change_different_things_of_one_row_and_both_stay(one, people, look, draft):
    first = agenda(look, draft).items[0]
    base = {"title": first.title, "lead": "", "notes": ""}
    one(agenda_commands.change_item, first.id, base | {"lead": "Maureen"}, base, actor=people.support)
    one(agenda_commands.change_item, first.id, base | {"notes": "Name labels"}, base, actor=people.manager)
    with pytest.raises(Conflict):
        one(agenda_commands.change_item, first.id, base | {"notes": "No labels"}, base, actor=people.support)

    seen = agenda(look, draft).items[0]
    assert (seen.lead, seen.notes) == ("Maureen", "Name labels")


def test_a_swap_offers_the_same_phase_best_first_with_reasons(one, people, look, draft):
    exploring = agenda(look, draft).items[2]
    offered = look(agenda_queries.swaps, exploring.id, actor=people.support)
    phases = {one_.id: one_.phase for one_ in look(toolkit.activities)}

    assert {phases[swap.activity_id] for swap in offered} == {exploring.phase}
    assert exploring.activity_id not in [swap.activity_id for swap in offered]
    assert all(swap.why for swap in offered)
    assert offered[0].why == "Because they ticked Community places or hubs."
    assert all(swap.minutes_from <= exploring.minutes for swap in offered)

    one(agenda_commands.swap_item, exploring.id, offered[0].activity_id, base=exploring.activity_id, actor=people.support)
    seen = agenda(look, draft).items[2]
    assert (seen.id, seen.title, seen.why, seen.minutes) == (exploring.id, offered[0].name, offered[0].why, exploring.minutes)


def test_two_people_swap_one_row_and_the_second_sees_both(one, people, look, draft):
    exploring = agenda(look, draft).items[2]
    first, second = look(agenda_queries.swaps, exploring.id, actor=people.support)[:2]
    one(agenda_commands.swap_item, exploring.id, first.activity_id, base=exploring.activity_id, actor=people.support)
    one(agenda_commands.swap_item, exploring.id, first.activity_id, base=exploring.activity_id, actor=people.manager)  # they agree
    with pytest.raises(Conflict) as refusal:
        one(agenda_commands.swap_item, exploring.id, second.activity_id, base=exploring.activity_id, actor=people.manager)

    assert refusal.value.clashes == {"activity": (first.name, second.name)}


def test_taking_a_row_out_keeps_its_lines_and_closes_the_gap(one, people, look, draft):
    before = titles(look, draft)
    second = agenda(look, draft).items[1]
    one(capture_commands.capture, draft, "We opened the hall", CaptureKind.ACHIEVEMENT, item_id=second.id, actor=people.support)
    one(agenda_commands.remove_item, second.id, actor=people.support)

    assert titles(look, draft) == [before[0], *before[2:]]
    assert [(line.text, line.item) for line in look(capture_queries.lines, draft, actor=people.support)] == [("We opened the hall", "")]
    with pytest.raises(NotFound):
        one(agenda_commands.remove_item, second.id, actor=people.support)


def test_the_agenda_of_a_held_session_is_still_put_right(one, people, look, draft):
    one(commands.mark_held, draft, held_on=TODAY, head_count=9, newcomers_came=None, actor=people.support)
    one(agenda_commands.add_item, draft, title="A walk", actor=people.support)

    assert "A walk" in titles(look, draft)


def test_a_row_is_behind_its_sessions_gate(one, people, look, draft):
    first = agenda(look, draft).items[0]
    for number in (first.id, first.id + 1000):
        with pytest.raises(NotFound, match="or you don't have access"):
            one(agenda_commands.move_item, number, "down", actor=people.facilitator)
    with pytest.raises(NotFound):
        look(agenda_queries.swaps, first.id, actor=people.facilitator)


def test_one_facilitator_leads_what_nobody_is_named_for(one, people, look, draft):
    assert any("No lead for" in warning for warning in agenda(look, draft).warnings)
    one(commands.name_facilitators, draft, [people.facilitator.account_id], actor=people.support)

    assert not any("No lead for" in warning for warning in agenda(look, draft).warnings)
