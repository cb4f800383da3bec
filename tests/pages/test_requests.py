from dataclasses import replace
from datetime import date

import pytest

from rr import clock as time
from rr.intake.rules import Move, RequestStatus
from rr.intake.triage import commands, queries, queue
from rr.intake.triage.queue import QueueRow
from rr.ui.kit.rows import Badge, Row, here
from rr.ui.requests.queue import row
from tests import news, rows
from tests.builders import a_request


def status(look, people, number):
    return look(queries.detail, number, actor=people.support, today=time.today()).status


def texts(page):
    return "\n".join(
        element.value for kind in ("markdown", "caption", "subheader", "header", "success", "error") for element in page.get(kind)
    )


def keys(page):
    return {button.key for button in page.button}


def test_the_page_says_where_the_queue_stands_and_shows_the_first_request(app, one, people):
    a_request(one, people=12, newcomers=4, access_needs="Step-free venue")
    page = app(people.support, "requests")

    assert not page.exception
    assert "1 person is waiting for our first contact. Nobody has waited a whole working day." in texts(page)
    assert page.subheader[0].value.startswith("“We have an old chapel")
    assert [metric.value for metric in page.metric] == ["12", "4"]
    assert "Step\\-free venue" in texts(page)
    assert "no earlier session or plan" in texts(page)
    assert "Accepting makes a draft session" in texts(page)


@pytest.mark.parametrize("who", ["support", "manager"])
def test_accepting_is_one_click_shows_the_next_and_can_be_undone_right_there(app, one, people, look, who):
    first, second = a_request(one), a_request(one, email="sam@example.org", area_text="Heath")
    page = app(getattr(people, who), "requests")
    page.get_by_key(f"requests_accept_{first}").click().run()

    assert not page.exception
    assert status(look, people, first) is RequestStatus.ACCEPTED
    assert news.said(page) == "RR-0001 accepted. Its draft session is ready for a date."
    assert news.sent(page)["link"] == "Open draft session"
    assert page.query_params["id"] == str(second)
    assert page.header[-1].value == "Heath Big Local"

    news.undo(page)
    assert status(look, people, first) is RequestStatus.NEW
    assert page.query_params["id"] == str(first)
    assert news.sent(page)["headline"] == "Undone: RR-0001 accepted. Its draft session is ready for a date."
    assert "undo" not in news.sent(page)


def test_asking_for_more_asks_for_the_question_and_refuses_without(app, one, people, look):
    number = a_request(one)
    page = app(people.support, "requests", id=number)
    page.get_by_key(f"requests_ask_for_more_{number}").click().run()
    page.get_by_key("requests_ask_save").click().run()

    assert "Write what you asked them" in texts(page)
    assert status(look, people, number) is RequestStatus.NEW

    page.get_by_key("requests_ask_words").input("Who else would come?")
    page.get_by_key("requests_ask_save").click().run()
    assert not page.exception
    assert status(look, people, number) is RequestStatus.WAITING_FOR_THEM


def test_signposting_takes_a_partner_of_the_list(app, one, people, look):
    number = a_request(one)
    name = look(queries.partners)[0][1]
    page = app(people.support, "requests", id=number)
    page.get_by_key(f"requests_signpost_{number}").click().run()
    page.get_by_key("requests_ask_partner_id").select(name)
    page.get_by_key("requests_ask_save").click().run()

    made = look(queries.detail, number, actor=people.support, today=time.today()).decisions
    assert [(row.move, row.partner) for row in made] == [(Move.SIGNPOST, name)]


def test_not_now_offers_a_working_day_and_takes_it(app, one, people, look):
    number = a_request(one)
    page = app(people.support, "requests", id=number)
    page.get_by_key(f"requests_not_now_{number}").click().run()
    page.get_by_key("requests_ask_save").click().run()

    found = look(queries.detail, number, actor=people.support, today=time.today())
    assert (found.status, str(found.back_on)) == (RequestStatus.NOT_NOW, "2026-12-16")


def test_more_holds_duplicate_spam_and_withdrew(app, one, people, look):
    first, second = a_request(one), a_request(one)
    page = app(people.support, "requests", id=second)
    page.get_by_key(f"requests_menu_{second}").click("Duplicate").run()
    page.get_by_key("requests_ask_duplicate_of_id").set_value(first)
    page.get_by_key("requests_ask_save").click().run()
    assert status(look, people, second) is RequestStatus.DUPLICATE

    page.get_by_key(f"requests_menu_{first}").click("Spam").run()
    assert status(look, people, first) is RequestStatus.SPAM


def test_having_been_in_touch_stays_with_the_request(app, one, people, look):
    number = a_request(one)
    a_request(one, email="sam@example.org")
    page = app(people.support, "requests")
    page.get_by_key(f"requests_contacted_{number}").click().run()

    assert page.query_params["id"] == str(number)
    assert "We contacted them" in texts(page)
    assert news.sent(page)["undo"]


def test_a_request_without_a_partnership_is_matched_in_one_click(app, one, people, look):
    number = a_request(one, area_text="Whitly Bay")
    wanted = look(queries.detail, number, actor=people.support, today=time.today()).suggestions[0].id
    page = app(people.support, "requests")
    page.get_by_key(f"requests_match_{wanted}").click().run()
    assert not page.exception
    assert look(queries.detail, number, actor=people.support, today=time.today()).partnership_id == wanted
    assert page.header[-1].value == "Whitley Bay"


def test_accepting_without_a_partnership_leads_to_choosing_one(app, one, people, look):
    number = a_request(one, area_text="Whitly Bay")
    wanted = look(queries.detail, number, actor=people.support, today=time.today()).suggestions[0].id
    page = app(people.support, "requests")
    page.get_by_key(f"requests_accept_{number}").click().run()
    asked = "Choose the partnership first, then accept." in texts(page)
    page.get_by_key(f"requests_accept_match_{wanted}").click().run()
    chosen = look(queries.detail, number, actor=people.support, today=time.today()).partnership_id
    page.get_by_key(f"requests_accept_{number}").click().run()

    assert not page.exception
    assert (asked, chosen) == (True, wanted)
    assert status(look, people, number) is RequestStatus.ACCEPTED


def partnerships(page):
    """The partnerships that can be chosen, by what their buttons say."""
    return {button.label: button for button in page.button if button.key.startswith("requests_match_")}


def test_any_partnership_is_found_by_a_part_of_its_name(app, one, people, look):
    number = a_request(one, area_text="Nowhere at all")
    page = app(people.support, "requests")
    suggested = partnerships(page)
    page.get_by_key(f"requests_search_{number}").set_value("whitl").run()
    found = {label: button for label, button in partnerships(page).items() if label not in suggested}
    assert found
    assert all("whitl" in label.lower() for label in found)
    found["Whitley Bay (North East)"].click().run()

    assert look(queries.detail, number, actor=people.support, today=time.today()).area == "Whitley Bay"


def test_a_search_that_finds_nothing_says_what_to_try(app, one, people):
    number = a_request(one, area_text="Nowhere at all")
    page = app(people.support, "requests")
    suggested = partnerships(page)
    page.get_by_key(f"requests_search_{number}").set_value("qqqqqq").run()

    assert "No partnership found. Try a part of its name." in texts(page)
    assert partnerships(page).keys() == suggested.keys()


def test_a_call_is_logged_in_three_fields(app, one, people, look):
    page = app(people.support, "requests")
    page.get_by_key("requests_log_call").click().run()
    page.get_by_key("requests_call_who").input("Nia Larkin")
    page.get_by_key("requests_call_save").click().run()
    assert "Enter the area, as they call it" in texts(page)
    assert page.get_by_key("requests_call_who").value == "Nia Larkin"

    page.get_by_key("requests_call_area").input("big local whitley bay")
    page.get_by_key("requests_call_who").input("Nia Larkin, 07700 900123")
    page.get_by_key("requests_call_words").input("They want a day to think.")
    page.get_by_key("requests_call_save").click().run()

    assert not page.exception
    (row,) = look(queue.listed, queue.QueueFilters(), actor=people.support, today=time.today()).rows
    assert (row.area, row.name, row.contacted) == ("Whitley Bay", "Nia Larkin", True)


def test_a_request_is_taken_on_and_given_to_a_colleague(app, one, people, look):
    number = a_request(one)
    page = app(people.support, "requests")
    page.get_by_key("requests_assign_me").click().run()
    assert look(queries.detail, number, actor=people.support, today=time.today()).assigned == "Support"

    assert f"requests_assign_{people.manager.account_id}" not in keys(page)
    page.session_state["requests_assign"] = True
    page.run()
    page.get_by_key(f"requests_assign_{people.manager.account_id}").click().run()
    assert not page.exception
    assert look(queries.detail, number, actor=people.support, today=time.today()).assigned == "Manager"


def test_an_old_decision_is_undone_on_the_card(app, one, people, look):
    number = a_request(one)
    decision = one(commands.decide, number, Move.WITHDRAW, actor=people.manager)
    page = app(people.support, "requests", id=number)
    page.get_by_key(f"requests_undo_{decision}").click().run()

    assert status(look, people, number) is RequestStatus.NEW


def test_hostile_words_show_as_they_were_typed(app, one, people):
    words = "<script>alert(1)</script> ![x](http://192.0.2.1/x.png) $x$ :red[hi]"
    a_request(one, words=words, name="[Nia](http://192.0.2.1)", area_text="**bold**")
    page = app(people.support, "requests")

    assert not page.exception
    shown = page.subheader[0].value
    assert "\\<script\\>" in shown
    assert "\\!\\[x\\]\\(" in shown
    assert ":red" not in shown
    assert all("](http" not in element.value for kind in ("markdown", "caption", "header", "subheader") for element in page.get(kind))


def test_an_empty_queue_says_so_kindly(app, people):
    page = app(people.support, "requests")

    assert "Nobody is waiting for us." in texts(page)
    assert "Everybody has had an answer" in texts(page)


def test_opening_a_card_shows_that_request(app, one, people):
    a_request(one)
    other = a_request(one, area_text="Heath", email="sam@example.org")
    page = app(people.support, "requests")
    rows.follow(page, "requests_list", f"?id={other}")

    assert page.header[-1].value == "Heath Big Local"


@pytest.mark.parametrize("who", ["facilitator", "admin"])
def test_nobody_else_finds_the_queue(app, one, people, who):
    number = a_request(one)

    page = app(getattr(people, who), "requests", id=number)
    assert [title.value for title in page.title] == ["Not found"]
    assert [element.type for element in page.main] == ["main", "title", "warning", "page_link"]


def test_a_request_that_is_not_there_reads_like_one_that_is_not_theirs(app, people):
    assert app(people.support, "requests", id=9999).title[-1].value == "Not found"


def test_a_wrong_partnership_is_changed_on_the_card(one, people, app, look):
    request_id = a_request(one, area_text="Whitley Bay")
    page = app(people.support, "requests", id=request_id)
    assert f"requests_search_{request_id}" not in {box.key for box in page.text_input}
    page.session_state["requests_change"] = True
    page.run()
    page.get_by_key(f"requests_search_{request_id}").set_value("ramsey").run()
    next(button for button in page.button if button.label.startswith("Ramsey")).click().run()

    assert not page.exception
    assert look(queries.detail, request_id, actor=people.support, today=time.today()).area == "Ramsey"


ASKED = QueueRow(
    id=7,
    ref="RR-0007",
    area="Whitley Bay",
    region="North East",
    matched=True,
    name="Nia Larkin",
    role_label="Chair",
    words="We have an old chapel, and cannot agree whether to take it on.",
    topics=("Community places or hubs", "Future of our partnership", "Difficult relationships"),
    waited=6,
    contacted=False,
    status=RequestStatus.NEW,
    assigned="",
    received_on=date(2026, 11, 10),
)


def test_a_row_of_the_list_shows_who_asked_in_their_own_words_and_how_long_they_wait():
    assert row(ASKED, chosen=True) == Row(
        7,
        "Whitley Bay",
        here(id=7),
        detail=("North East · RR-0007 · Nia Larkin",),
        words="“We have an old chapel, and cannot agree whether to take it…”",
        badges=(Badge("6 working days", "orange", "schedule"), Badge("Community places or hubs", "blue"), Badge("and 2 more", "blue")),
        chosen=True,
    )


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"waited": 1}, [Badge("1 working day", "gray", "schedule")]),
        ({"waited": 5}, [Badge("5 working days", "gray", "schedule")]),
        ({"contacted": True}, [Badge("Contacted", "green", "call")]),
        ({"matched": False}, [Badge("6 working days", "orange", "schedule"), Badge("No match", "orange", "help")]),
        ({"status": RequestStatus.ACCEPTED}, [Badge("Accepted", "green", "check")]),
        ({"status": RequestStatus.NOT_NOW, "contacted": True}, [Badge("Not now", "gray", "pause")]),
    ],
)
def test_a_row_s_badges_say_where_it_is(facts, expected):
    assert list(row(replace(ASKED, topics=(), **facts)).badges) == expected


def test_a_row_says_who_it_is_assigned_to_and_what_was_left_empty():
    bare = row(replace(ASKED, area="", region="", name="", words=" ", assigned="Ade Bello"))

    assert (bare.heading, bare.detail, bare.words) == ("No area given", ("RR-0007 · assigned to Ade Bello",), "They left this empty.")
