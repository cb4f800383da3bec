import pytest

from rr import clock as time
from rr.intake import commands, queries, queue
from rr.intake.rules import Move, RequestStatus
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
    page.get_by_key("requests_accept").click().run()

    assert not page.exception
    assert status(look, people, first) is RequestStatus.ACCEPTED
    assert "RR-0001 accepted" in page.success[0].value.replace("\\", "")
    assert page.query_params["id"] == str(second)
    assert page.header[-1].value == "Heath Big Local"

    page.get_by_key("requests_undo").click().run()
    assert status(look, people, first) is RequestStatus.NEW
    assert page.query_params["id"] == str(first)
    assert "requests_undo" not in keys(page)


def test_asking_for_more_asks_for_the_question_and_refuses_without(app, one, people, look):
    number = a_request(one)
    page = app(people.support, "requests", id=number)
    page.get_by_key("requests_ask_for_more").click().run()
    page.get_by_key("requests_ask_save").click().run()

    assert "Write what we asked them" in texts(page)
    assert status(look, people, number) is RequestStatus.NEW

    page.get_by_key("requests_ask_words").input("Who else would come?")
    page.get_by_key("requests_ask_save").click().run()
    assert not page.exception
    assert status(look, people, number) is RequestStatus.WAITING_FOR_THEM


def test_signposting_takes_a_partner_of_the_list(app, one, people, look):
    number = a_request(one)
    name = look(queries.partners)[0][1]
    page = app(people.support, "requests", id=number)
    page.get_by_key("requests_signpost").click().run()
    page.get_by_key("requests_ask_where").select(name)
    page.get_by_key("requests_ask_save").click().run()

    made = look(queries.detail, number, actor=people.support, today=time.today()).decisions
    assert [(row.move, row.where_to) for row in made] == [(Move.SIGNPOST, name)]


def test_not_now_offers_a_working_day_and_takes_it(app, one, people, look):
    number = a_request(one)
    page = app(people.support, "requests", id=number)
    page.get_by_key("requests_not_now").click().run()
    page.get_by_key("requests_ask_save").click().run()

    found = look(queries.detail, number, actor=people.support, today=time.today())
    assert (found.status, str(found.back_on)) == (RequestStatus.NOT_NOW, "2026-12-16")


def test_more_holds_duplicate_spam_and_withdrew(app, one, people, look):
    first, second = a_request(one), a_request(one)
    page = app(people.support, "requests", id=second)
    page.get_by_key("requests_more").click("Duplicate").run()
    page.get_by_key("requests_ask_other").set_value(page.get_by_key("requests_ask_other").options[0])
    page.get_by_key("requests_ask_save").click().run()
    assert status(look, people, second) is RequestStatus.DUPLICATE

    page.get_by_key("requests_more").click("Spam").run()
    assert status(look, people, first) is RequestStatus.SPAM


def test_having_been_in_touch_stays_with_the_request(app, one, people, look):
    number = a_request(one)
    a_request(one, email="sam@example.org")
    page = app(people.support, "requests")
    page.get_by_key("requests_contacted").click().run()

    assert page.query_params["id"] == str(number)
    assert "We were in touch" in texts(page)
    assert "requests_undo" in keys(page)


def test_a_request_without_a_partnership_is_matched_in_one_click(app, one, people, look):
    number = a_request(one, area_text="Whitly Bay")
    wanted = look(queries.detail, number, actor=people.support, today=time.today()).suggestions[0].id
    page = app(people.support, "requests")
    assert page.get_by_key("requests_accept").disabled, "a session is somebody's"

    page.get_by_key(f"requests_match_{wanted}").click().run()
    assert not page.exception
    assert look(queries.detail, number, actor=people.support, today=time.today()).partnership_id == wanted
    assert page.header[-1].value == "Whitley Bay"


def test_a_request_is_matched_from_the_list_of_all(app, one, people, look):
    number = a_request(one, area_text="Nowhere at all")
    page = app(people.support, "requests")
    box = page.get_by_key(f"requests_match_all_{number}")
    assert len(box.options) == 150
    box.select(next(option for option in box.options if option.startswith("Whitley Bay"))).run()

    assert look(queries.detail, number, actor=people.support, today=time.today()).area == "Whitley Bay"


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
    (row,) = look(queue.waiting, queue.Filters(), actor=people.support, today=time.today()).rows
    assert (row.area, row.name, row.contacted) == ("Whitley Bay", "Nia Larkin", True)


def test_a_request_is_taken_on_and_given_to_a_colleague(app, one, people, look):
    number = a_request(one)
    page = app(people.support, "requests")
    page.get_by_key("requests_assign_me").click().run()
    assert look(queries.detail, number, actor=people.support, today=time.today()).assigned == "Support"

    page.get_by_key(f"requests_assign_{number}").select("Manager").run()
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
    page.get_by_key(f"requests_open_{other}").click().run()

    assert page.header[-1].value == "Heath Big Local"


@pytest.mark.parametrize("who", ["facilitator", "admin"])
def test_nobody_else_finds_the_queue(app, one, people, who):
    number = a_request(one)

    with pytest.raises(ValueError, match="Could not find a navigation page"):
        app(getattr(people, who), "requests", id=number)


def test_a_request_that_is_not_there_reads_like_one_that_is_not_theirs(app, people):
    assert app(people.support, "requests", id=9999).title[-1].value == "Not here"


def test_a_wrong_partnership_is_put_right_on_the_card(one, people, app, look):
    request_id = a_request(one, area_text="Whitley Bay")
    page = app(people.support, "requests", id=request_id)
    choice = page.get_by_key(f"requests_match_all_{request_id}")
    choice.set_value(next(option for option in choice.options if option.startswith("Ramsey"))).run()

    assert not page.exception
    assert look(queries.detail, request_id, actor=people.support, today=time.today()).area == "Ramsey"
