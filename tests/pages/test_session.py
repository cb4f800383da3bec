"""One session: arranging it, its agenda, its facilitators, and finishing it."""

from datetime import date, time

import pytest

from rr.access import SYSTEM
from rr.sessions import commands, queries
from rr.sessions.agenda import queries as agenda_queries
from rr.sessions.capture import commands as capture_commands
from rr.sessions.rules import CaptureKind
from rr.sessions.states import SessionState
from tests import news
from tests.builders import a_session
from tests.forms import beside

TODAY, NEXT_WEEK = date(2026, 11, 18), date(2026, 11, 25)


def facts(look, session_id):
    return look(queries.detail, session_id, actor=SYSTEM)


def agenda(look, session_id):
    return look(lambda d: agenda_queries.agenda(d, queries.detail(d, session_id, actor=SYSTEM)))


def words(page):
    shown = [*page.markdown, *page.caption, *page.title, *page.warning, *page.error]
    return " ".join([*(f"{getattr(one, 'title', '')} {one.value}" for one in shown), news.said(page), *news.refused(page)])


def test_a_draft_shows_their_sentence_what_to_avoid_and_is_arranged(one, people, look, app):
    session_id = a_session(one, people, avoid="Not Mondays", words="We have an old chapel.")
    page = app(people.support, "session", id=session_id)
    assert "“We have an old chapel\\.”" in words(page)
    assert "**They asked us to avoid** Not Mondays" in words(page)
    assert "A draft: agree a date with them" in words(page)

    page.get_by_key("session_date").set_value(NEXT_WEEK)
    page.get_by_key("session_time").set_value(time(18, 30))
    page.get_by_key("session_place").set_value("The old chapel")
    page.get_by_key("session_save").click().run()

    seen = facts(look, session_id)
    assert (seen.day, seen.time, seen.place, seen.people) == (NEXT_WEEK, time(18, 30), "The old chapel", 12)
    assert "Wednesday 25 November 2026, 18:30 to 21:00, in 7 days." in words(page)


def test_a_refusal_stands_beside_the_form_and_what_was_typed_stays(one, people, look, app):
    session_id = a_session(one, people)
    page = app(people.support, "session", id=session_id)
    page.get_by_key("session_date").set_value(NEXT_WEEK)
    page.get_by_key("session_place").set_value("The old chapel")
    page.get_by_key("session_save").click().run()

    assert beside(page, "session_time") == "Enter the start time too."
    assert page.get_by_key("session_place").value == "The old chapel"
    assert facts(look, session_id).place == ""


def test_two_people_change_the_place_and_the_second_sees_both_then_saves_deliberately(one, people, look, app):
    session_id = a_session(one, people)
    page = app(people.support, "session", id=session_id)
    one(commands.arrange, session_id, {"place": "The library"}, {"place": ""}, actor=people.manager)
    page.get_by_key("session_place").set_value("The old chapel")
    page.get_by_key("session_save").click().run()

    assert beside(page, "session_place") == "Somebody else saved “The library”. You entered “The old chapel”."
    assert facts(look, session_id).place == "The library"
    page.get_by_key("session_save").click().run()
    assert facts(look, session_id).place == "The old chapel"


def test_the_agenda_is_moved_retimed_swapped_and_shortened(one, people, look, app):
    session_id = a_session(one, people)
    page = app(people.support, "session", id=session_id)
    first, second, third = agenda(look, session_id).items[:3]

    page.get_by_key(f"session_down_{first.id}").click().run()
    assert [item.id for item in agenda(look, session_id).items[:2]] == [second.id, first.id]
    page.get_by_key(f"session_minutes_{first.id}").set_value(20).run()
    assert agenda(look, session_id).items[1].minutes == 20

    page.session_state[f"session_swaps_{third.id}"] = True
    page.run()
    other = look(agenda_queries.swaps, third.id, actor=SYSTEM)[0]
    page.get_by_key(f"session_swap_{third.id}").set_value(other.activity_id).run()
    assert agenda(look, session_id).items[2].title == other.name

    page.session_state[f"session_edit_{third.id}"] = True
    page.run()
    page.get_by_key(f"session_remove_{third.id}").click().run()
    assert third.id not in [item.id for item in agenda(look, session_id).items]


def test_an_activity_is_added(one, people, look, app):
    session_id = a_session(one, people)
    page = app(people.support, "session", id=session_id)
    page.get_by_key("session_add_title").set_value("Dot voting")
    page.get_by_key("session_add").click().run()

    assert agenda(look, session_id).items[-2].title == "Dot voting"


def test_support_staff_name_who_facilitates_and_the_facilitator_does_not(one, people, look, app):
    session_id = a_session(one, people)
    page = app(people.support, "session", id=session_id)
    page.get_by_key("session_facilitators").set_value([people.facilitator.account_id])
    page.get_by_key("session_facilitators_save").click().run()

    assert facts(look, session_id).facilitators == ((people.facilitator.account_id, "Facilitator"),)
    theirs = app(people.facilitator, "session", id=session_id)
    assert "**Facilitators** Facilitator" in words(theirs)
    with pytest.raises(KeyError):
        theirs.get_by_key("session_facilitators")


def test_a_held_session_is_finished_and_its_plan_opens(one, people, look, app):
    session_id = a_session(one, people, day=TODAY, facilitator=people.facilitator)
    one(capture_commands.capture, session_id, "Ask the council", CaptureKind.ACTION, actor=people.facilitator)
    page = app(people.facilitator, "session", id=session_id)
    page.get_by_key("session_finish").click().run()
    assert beside(page, "session_head_count") == "Enter how many people came."
    assert facts(look, session_id).state is SessionState.PLANNED

    page.get_by_key("session_head_count").set_value(9)
    page.get_by_key("session_finish").click().run()
    seen = facts(look, session_id)
    assert (seen.held_on, seen.head_count) == (TODAY, 9)
    assert seen.plan_id is not None
    assert page.query_params["id"] == str(seen.plan_id)


def test_a_session_without_actions_says_so_when_it_is_finished(one, people, look, app):
    session_id = a_session(one, people, day=TODAY)
    page = app(people.support, "session", id=session_id)
    page.get_by_key("session_head_count").set_value(9)
    page.get_by_key("session_finish").click().run()

    assert "Nothing in it was an action" in words(page)


def test_a_session_is_cancelled_with_its_reason_and_reopened(one, people, look, app):
    session_id = a_session(one, people, day=NEXT_WEEK)
    page = app(people.support, "session", id=session_id)
    page.get_by_key("session_cancel_why").set_value("The hall flooded")
    page.get_by_key("session_cancel").click().run()
    assert "Cancelled: The hall flooded" in words(page)

    page.get_by_key("session_reopen").click().run()
    assert facts(look, session_id).state is SessionState.PLANNED


def test_nobody_elses_session_is_shown(one, people, app):
    session_id = a_session(one, people, facilitator=people.facilitator)

    assert "Whitley Bay" in words(app(people.facilitator, "session", id=session_id))
    page = app(people.other_facilitator, "session", id=session_id)
    assert "Whitley Bay" not in words(page)
    assert "Not found" in words(page)


def test_an_administrator_may_not(people, app):
    page = app(people.admin, "session", id=1)
    assert [element.type for element in page.main] == ["main", "title", "warning", "page_link"]
