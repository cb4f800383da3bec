"""The list of sessions, as each role sees it."""

from datetime import date

from rr import clock
from tests import rows
from tests.builders import a_session, a_session_with

TOMORROW = date(2026, 11, 19)


def words(page):
    return " ".join(one.value for one in [*page.markdown, *page.caption, *page.header, *page.subheader, *page.title])


def listed(page):
    """Each session's partnership under the heading of its group."""
    return [(row["group"], row["heading"]) for row in rows.drawn(page, "sessions_list")]


def test_a_facilitator_sees_their_next_session_at_once(one, people, app):
    session_id = a_session(one, people, day=TOMORROW, facilitator=people.facilitator, access_needs="A hearing loop")
    page = app(people.facilitator, "sessions")

    seen = words(page)
    assert "Your next session, tomorrow" in seen
    assert "Thursday 19 November 2026, 18:30 to 21:00" in seen
    assert "A hearing loop" in seen
    assert "**18:40** " in seen
    assert page.markdown[0].value == "1 session is coming up."
    page.get_by_key("sessions_live").click().run()
    assert page.query_params["id"] == str(session_id)


def test_without_a_session_there_is_a_next_step_and_nothing_to_filter(people, app):
    assert "You have no sessions yet" in words(app(people.facilitator, "sessions"))
    page = app(people.support, "sessions")
    assert "There are no sessions yet" in words(page)
    assert [each.label for each in page.selectbox] == []


def test_nobody_elses_session_is_listed(one, people, app):
    a_session(one, people, day=TOMORROW, facilitator=people.facilitator)

    assert listed(app(people.facilitator, "sessions")) == [("Coming up (1)", "Whitley Bay")]
    assert listed(app(people.other_facilitator, "sessions")) == []


def test_support_staff_narrow_the_list_by_state_and_facilitator(one, people, app):
    a_session(one, people, day=TOMORROW, facilitator=people.facilitator)
    a_session(one, people, area_text="Par Bay", email="par@example.org")

    page = app(people.support, "sessions")
    assert page.markdown[0].value == "1 session has no date yet and 1 is coming up."
    assert listed(page) == [("To schedule (1)", "Par Bay"), ("Coming up (1)", "Whitley Bay")]

    page.get_by_key("sessions_state").set_value("To schedule").run()
    assert listed(page) == [("To schedule (1)", "Par Bay")]

    page.get_by_key("sessions_facilitator").set_value("Facilitator").run()
    assert listed(page) == []
    assert "No session matches these filters" in words(page)
    assert page.query_params["sessions_facilitator"] == str(people.facilitator.account_id)


def test_the_address_carries_the_filters(one, people, app):
    a_session(one, people, day=TOMORROW, facilitator=people.facilitator)
    mine, other = people.facilitator.account_id, people.other_facilitator.account_id

    assert listed(app(people.support, "sessions", sessions_state="To schedule")) == []
    assert listed(app(people.support, "sessions", sessions_facilitator=str(mine))) == [("Coming up (1)", "Whitley Bay")]
    assert listed(app(people.support, "sessions", sessions_facilitator=str(other))) == []


def test_a_session_is_opened_from_its_row(one, people, app):
    session_id = a_session(one, people, day=TOMORROW)
    page = app(people.support, "sessions")

    rows.follow(page, "sessions_list", f"/session?id={session_id}")
    assert page.title[0].value == "Whitley Bay"


def test_an_administrator_may_not(people, app):
    page = app(people.admin, "sessions")
    assert [element.type for element in page.main] == ["main", "title", "warning", "page_link"]


def test_what_is_over_waits_behind_a_filter_and_is_found_by_name_and_month(one, people, app):
    held = a_session_with(one, people, partnership_id=10, held_on=date(2025, 3, 4), finished_at=clock.now())
    a_session(one, people)

    page = app(people.support, "sessions")
    assert listed(page) == [("To schedule (1)", "Whitley Bay")]
    assert page.get_by_key("sessions_over").label == "Show 1 session that is written up or cancelled"
    page.get_by_key("sessions_over").click().run()
    assert [row["id"] for row in rows.drawn(page, "sessions_list")][1:] == [held]
    name = rows.drawn(page, "sessions_list")[1]["heading"]

    assert listed(app(people.support, "sessions", sessions_state="All states", sessions_month="March 2025")) == [("Written up (1)", name)]
    assert listed(app(people.support, "sessions", sessions_state="All states", sessions_month="April 2025")) == []
    assert listed(app(people.support, "sessions", sessions_state="Written up", sessions_name=name)) == [("Written up (1)", name)]
    assert listed(app(people.support, "sessions", sessions_name="Whitley Bay")) == [("To schedule (1)", "Whitley Bay")]


def test_a_facilitator_whose_sessions_are_all_over_finds_them(one, people, app):
    a_session_with(one, people, finished_at=clock.now())
    page = app(people.facilitator, "sessions")

    assert words(page).startswith("Nothing to write up or to schedule, and no session is coming up.")
    assert "You have no sessions yet" not in words(page)
    page.get_by_key("sessions_over").click().run()
    assert [group for group, _ in listed(page)] == ["Written up (1)"]
