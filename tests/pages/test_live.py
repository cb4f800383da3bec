"""During the session: one typed line, its chips, the current agenda item, and finishing."""

from datetime import date

import pytest

from rr.access import SYSTEM
from rr.sessions import commands, queries
from rr.sessions.agenda import queries as agenda_queries
from rr.sessions.capture import queries as capture_queries
from rr.sessions.rules import CaptureKind
from tests import news
from tests.builders import a_session

TODAY = date(2026, 11, 18)
EXAMPLE = "Ask Locality about the lease @chair end of May #hubs !legal advice"


@pytest.fixture
def running(one, people):
    return a_session(one, people, day=TODAY, facilitator=people.facilitator)


def lines(look, session_id):
    return look(capture_queries.lines, session_id, actor=SYSTEM)


def words(page):
    shown = [*page.markdown, *page.caption, *page.title, *page.header, *page.error, *page.info]
    return " ".join([*(f"{getattr(one, 'title', '')} {one.value}" for one in shown), news.said(page), *news.refused(page)])


def typed(page, line):
    page.get_by_key("live_line").set_value(line)
    return page.get_by_key("live_add").click().run()


def opened(page, key):
    page.session_state[key] = True
    return page.run()


def test_one_typed_line_becomes_an_action_and_the_box_is_empty_again(people, look, app, running):
    page = typed(app(people.facilitator, "live", id=running), EXAMPLE)

    (line,) = lines(look, running)
    assert (line.text, line.lead, line.due, line.topic) == ("Ask Locality about the lease", "chair", date(2027, 5, 31), "hubs")
    assert [need.words for need in line.needs] == ["legal advice"]
    assert "### Ask Locality about the lease" in words(page)
    assert page.get_by_key("live_line").value == ""
    assert page.get_by_key("live_kind").value is CaptureKind.ACTION


def test_the_kind_beside_the_box_stays_for_the_next_line(people, look, app, running):
    page = app(people.facilitator, "live", id=running)
    page.get_by_key("live_kind").set_value(CaptureKind.ACHIEVEMENT)
    typed(typed(page, "We opened the hall"), "We fed 300 families")

    assert [(line.kind, line.text) for line in lines(look, running)] == [
        (CaptureKind.ACHIEVEMENT, "We fed 300 families"),
        (CaptureKind.ACHIEVEMENT, "We opened the hall"),
    ]
    assert "2 achievements" in words(page)


def test_an_empty_line_is_refused_and_says_why(people, look, app, running):
    page = typed(app(people.facilitator, "live", id=running), "  ")

    assert "Type what was said" in words(page)
    assert lines(look, running) == ()


def test_what_was_not_understood_is_said_below_the_box(people, app, running):
    assert "is not a topic" in words(typed(app(people.facilitator, "live", id=running), "Paint the hall #painting"))


def test_the_chip_of_an_action_says_that_no_date_was_understood_and_takes_one(people, look, app, running):
    page = typed(app(people.facilitator, "live", id=running), "Order tables by half term")
    number = lines(look, running)[0].id

    assert "“half term” stayed as typed" in words(page)
    assert page.get_by_key(f"live_chip_due_{number}").proto.popover.label == "No date understood"

    opened(page, f"live_chip_due_{number}")
    page.get_by_key(f"live_due_{number}").set_value(date(2027, 2, 12)).run()
    assert page.get_by_key(f"live_chip_due_{number}").proto.popover.label == "By 12 February 2027"


def test_the_lead_the_date_and_the_topic_are_corrected_in_place(people, look, app, running):
    page = typed(app(people.facilitator, "live", id=running), EXAMPLE)
    number = lines(look, running)[0].id

    opened(page, f"live_chip_due_{number}")
    page.get_by_key(f"live_due_{number}").set_value(date(2027, 6, 1)).run()
    opened(page, f"live_chip_topic_{number}")
    page.get_by_key(f"live_topic_{number}").set_value("future").run()
    opened(page, f"live_chip_lead_{number}")
    page.get_by_key(f"live_lead_{number}").set_value("Nia Larkin").run()

    (line,) = lines(look, running)
    assert (line.lead, line.due, line.topic) == ("Nia Larkin", date(2027, 6, 1), "future")
    assert page.session_state[f"live_chip_due_{number}"] is False


@pytest.mark.parametrize(("field", "empty"), [("lead", ""), ("due", None), ("topic", None)])
def test_a_chip_is_taken_away(people, look, app, running, field, empty):
    page = typed(app(people.facilitator, "live", id=running), EXAMPLE)
    number = lines(look, running)[0].id
    opened(page, f"live_chip_{field}_{number}")
    page.get_by_key(f"live_drop_{field}_{number}").click().run()

    assert getattr(lines(look, running)[0], field) == empty


def test_support_is_changed_added_and_taken_away(people, look, app, running):
    page = typed(app(people.facilitator, "live", id=running), EXAMPLE)
    line = lines(look, running)[0]
    opened(page, f"live_chip_need_{line.needs[0].id}")
    page.get_by_key(f"live_need_words_{line.needs[0].id}").set_value("A survey of the roof")
    page.get_by_key(f"live_need_save_{line.needs[0].id}").click().run()
    opened(page, f"live_chip_ask_{line.id}")
    page.get_by_key(f"live_ask_words_{line.id}").set_value("Somebody who knows grants")
    page.get_by_key(f"live_ask_{line.id}").click().run()
    first, second = lines(look, running)[0].needs
    assert (first.words, second.words) == ("A survey of the roof", "Somebody who knows grants")

    opened(page, f"live_chip_need_{first.id}")
    page.get_by_key(f"live_drop_need_{first.id}").click().run()
    assert [need.words for need in lines(look, running)[0].needs] == ["Somebody who knows grants"]


def test_a_line_is_reworded_made_another_kind_and_taken_away(people, look, app, running):
    page = typed(app(people.facilitator, "live", id=running), "Ask Localty")
    number = lines(look, running)[0].id
    opened(page, f"live_chip_text_{number}")
    page.get_by_key(f"live_text_{number}").set_value("Ask Locality")
    page.get_by_key(f"live_save_{number}").click().run()
    opened(page, f"live_chip_text_{number}")
    page.get_by_key(f"live_text_{number}").set_value("Ask Locality soon")
    page.get_by_key(f"live_kind_{number}").set_value(CaptureKind.IDEA)
    page.get_by_key(f"live_save_{number}").click().run()
    assert [(line.text, line.kind) for line in lines(look, running)] == [("Ask Locality soon", CaptureKind.IDEA)]

    opened(page, f"live_chip_text_{number}")
    page.get_by_key(f"live_remove_{number}").click().run()
    assert lines(look, running) == ()


def test_a_line_knows_the_agenda_item_that_was_current(people, look, app, running):
    items = look(lambda d: agenda_queries.agenda(d, queries.detail(d, running, actor=SYSTEM))).items
    page = app(people.facilitator, "live", id=running)  # nine in the morning: the first item waits
    page.get_by_key("live_next").click().run()
    typed(page, "First")
    page.get_by_key("live_previous").click().run()
    typed(page, "Second")

    assert {line.text: line.item for line in lines(look, running)} == {"First": items[1].title, "Second": items[0].title}


def test_finishing_here_asks_who_came_and_opens_the_plan(people, look, app, running):
    page = typed(app(people.facilitator, "live", id=running), EXAMPLE)
    page.get_by_key("live_head_count").set_value(11)
    page.get_by_key("live_finish").click().run()

    seen = look(queries.detail, running, actor=SYSTEM)
    assert seen.head_count == 11
    assert page.query_params["id"] == str(seen.plan_id)
    again = app(people.facilitator, "live", id=running)
    assert "Now in the plan" in words(again)


def test_a_cancelled_session_takes_no_lines(one, people, app, running):
    one(commands.cancel, running, "Rain", actor=people.support)

    assert "nothing can be written down" in words(app(people.facilitator, "live", id=running))


def test_nobody_elses_session_is_shown(people, app, running):
    assert "Whitley Bay" in words(app(people.facilitator, "live", id=running))
    assert "Whitley Bay" not in words(app(people.other_facilitator, "live", id=running))


def test_an_administrator_may_not(people, app, running):
    page = app(people.admin, "live", id=running)
    assert [element.type for element in page.main] == ["main", "title", "warning", "page_link"]
