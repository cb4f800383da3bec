"""The list of sessions, as each role sees it."""

from datetime import date

import pytest

from tests.builders import a_session

TOMORROW = date(2026, 11, 19)


def words(page):
    return " ".join(one.value for one in [*page.markdown, *page.caption, *page.header, *page.subheader, *page.title])


def test_a_facilitator_sees_their_next_session_at_once(one, people, app):
    a_session(one, people, day=TOMORROW, facilitator=people.facilitator, access_needs="A hearing loop")
    page = app(people.facilitator, "sessions")

    seen = words(page)
    assert "Your next session, tomorrow" in seen
    assert "Thursday 19 November 2026, 18:30 to 21:00" in seen
    assert "A hearing loop" in seen
    assert "**18:40** " in seen
    assert page.get_by_key("sessions_live").label == "Go to the session"
    assert page.markdown[0].value == "1 session is coming."


def test_without_a_session_there_is_a_next_step(people, app):
    assert "No session is yours yet" in words(app(people.facilitator, "sessions"))
    assert "There is no session yet" in words(app(people.support, "sessions"))


def test_nobody_elses_session_is_listed(one, people, app):
    a_session(one, people, day=TOMORROW, facilitator=people.facilitator)

    assert "Whitley Bay" in words(app(people.facilitator, "sessions"))
    assert "Whitley Bay" not in words(app(people.other_facilitator, "sessions"))


def test_support_staff_narrow_the_list_by_state_and_facilitator(one, people, app):
    a_session(one, people, day=TOMORROW, facilitator=people.facilitator)
    a_session(one, people, area_text="Par Bay", email="par@example.org")

    page = app(people.support, "sessions")
    assert page.markdown[0].value == "1 session has no date yet and 1 is coming."
    assert {"Coming (1)", "To arrange (1)"} == {one.value for one in page.subheader}

    page.get_by_key("sessions_state").set_value("To arrange").run()
    assert "Par Bay" in words(page)
    assert "Whitley Bay" not in words(page)
    assert "Coming" not in words(page)

    page.get_by_key("sessions_facilitator").set_value("Facilitator").run()
    assert "No session fits these filters" in words(page)


def test_the_address_carries_the_filters(one, people, app):
    a_session(one, people, day=TOMORROW)

    assert "No session fits these filters" in words(app(people.support, "sessions", sessions_state="To arrange"))


def test_an_administrator_may_not(people, app):
    with pytest.raises(ValueError, match="navigation page"):
        app(people.admin, "sessions")
