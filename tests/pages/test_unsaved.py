"""What is typed and not saved: it is there again in another tab, with a sentence and a way to discard it, until it is saved."""

import logging
from datetime import date, time, timedelta

import pytest
from sqlalchemy import select
from sqlmodel import col

from rr import db
from rr.access import SYSTEM
from rr.accounts import commands as accounts
from rr.intake.rules import Move
from rr.partnerships import commands as partnerships
from rr.partnerships.models import Note, Partnership
from rr.plans.models import Action
from rr.sessions import commands as sessions
from rr.sessions import queries as sessions_queries
from rr.sessions.models import SupportSession
from rr.ui.kit.form import PINNED
from rr.unsaved.models import Draft
from tests import rows
from tests.builders import a_plan, a_request, a_session, a_session_with
from tests.forms import beside, restored, type_into

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

AT_NINE = ["Restored what you had typed at 09:00."]


def kept():
    """Everything that is kept, of everybody."""
    with db.reading() as session:
        found = session.execute(select(Draft).order_by(col(Draft.id))).scalars().all()
    return [(one.account_id, one.form, one.field, one.typed, one.base) for one in found]


def stored(table, row_id):
    with db.reading() as session:
        return session.get_one(table, row_id)


def notes():
    with db.reading() as session:
        return session.execute(select(col(Note.words))).scalars().all()


def test_a_note_is_there_again_in_another_tab_and_is_gone_once_saved(people, app):
    first = type_into(app(people.support, "partnership", id=3), partnership_note="Ring after")
    type_into(first, partnership_note="Ring after four")
    assert restored(first) == []

    page = app(people.support, "partnership", id=3)
    assert (restored(page), page.get_by_key("partnership_note").value) == (AT_NINE, "Ring after four")
    page.get_by_key("partnership_note_save").click().run()
    assert (notes(), kept(), restored(page), page.get_by_key("partnership_note").value) == (["Ring after four"], [], [], "")
    assert restored(app(people.support, "partnership", id=3)) == []


def test_what_reaches_a_new_server_before_it_has_drawn_the_page_is_not_answered_and_so_comes_again(people, app):
    page = app(people.support, "partnership", id=3)
    for known in ("rr_at", f"{PINNED}partnership_note_3"):
        del page.session_state[known]

    type_into(page, partnership_note="Ring after four")
    assert (kept(), rows.sent(page, "shell_typed")["answered"]) == ([], 0)

    type_into(page, partnership_note="Ring after four")
    assert [typed for *_, typed, _ in kept()] == ["Ring after four"]
    assert rows.sent(page, "shell_typed")["answered"] == 1


def test_it_is_there_again_after_leaving_and_coming_back_in_the_same_tab(people, app):
    page = type_into(app(people.support, "partnership", id=3), partnership_note="Ring after four")
    page.query_params["id"] = "4"
    page.run()
    assert (restored(page), page.get_by_key("partnership_note").value) == ([], "")
    page.query_params["id"] = "3"
    page.run()
    assert (restored(page), page.get_by_key("partnership_note").value) == (AT_NINE, "Ring after four")


def test_what_is_discarded_is_gone_for_good_and_shows_what_is_stored(people, app, one, look):
    session_id = a_session(one, people, avoid="Not Mondays")
    type_into(app(people.support, "session", id=session_id), session_avoid="Not Mondays, nor Fri", session_place="The hall")
    page = app(people.support, "session", id=session_id)
    page.get_by_key(f"session_details_{session_id}_discard").click().run()

    assert (page.get_by_key("session_avoid").value, page.get_by_key("session_place").value) == ("Not Mondays", "")
    assert (restored(page), kept()) == ([], [])


def test_a_day_that_is_not_today_is_said(people, app, clock):
    type_into(app(people.support, "partnership", id=3), partnership_note="Ring after four")
    clock.shift(timedelta(days=13))
    assert restored(app(people.support, "partnership", id=3)) == ["Restored what you had typed on 18 November 2026 at 09:00."]
    clock.shift(timedelta(days=1, seconds=1))
    assert restored(app(people.support, "partnership", id=3)) == []


FIELDS = {  # by the key: as the browser shows it, and as the widget holds it
    "session_date": ("2027-03-14", date(2027, 3, 14)),
    "session_time": ("18:30:00", time(18, 30)),
    "session_minutes": ("90", 90),
    "session_format": ("Online", "Online"),
    "session_place": ("The old chapel", "The old chapel"),
    "session_link": ("https://example.org/x", "https://example.org/x"),
    "session_people": ("", None),
    "session_access_needs": ("Ramp\nand loop", "Ramp\nand loop"),
}


def test_every_kind_of_field_of_an_unsent_form_comes_back_and_is_saved(people, app, one, look):
    session_id = a_session(one, people)
    type_into(app(people.support, "session", id=session_id), **{key: shown for key, (shown, _) in FIELDS.items()})
    page = app(people.support, "session", id=session_id)
    assert {key: page.get_by_key(key).value for key in FIELDS if key != "session_format"} == {
        key: held for key, (_, held) in FIELDS.items() if key != "session_format"
    }
    assert page.get_by_key("session_format").value.label == "Online"
    assert not page.warning

    page.get_by_key("session_save").click().run()
    seen = look(sessions_queries.detail, session_id, actor=SYSTEM)
    assert (seen.day, seen.time, seen.minutes, seen.place, seen.people) == (date(2027, 3, 14), time(18, 30), 90, "The old chapel", None)
    assert kept() == []


def test_several_choices_and_ticks_come_back(people, app):
    page = app(people.manager, "toolkit")
    page.get_by_key("toolkit_add").click().run()
    topics = page.get_by_key("toolkit_topics_new").options[:2]
    type_into(page, toolkit_topics_new=topics, toolkit_celebrates_new=True, toolkit_name_new="Leaves on a tree")

    page = app(people.manager, "toolkit")
    page.get_by_key("toolkit_add").click().run()
    assert restored(page) == AT_NINE
    assert [page.get_by_key("toolkit_topics_new").format_func(one) for one in page.get_by_key("toolkit_topics_new").value] == topics
    assert page.get_by_key("toolkit_celebrates_new").value is True


def test_segments_come_back(people, app, one):
    plan_id, (action_id, *_) = a_plan(one, people, 2)

    def opened():
        page = app(people.support, "plan", id=plan_id)
        page.session_state[f"plan_going_{action_id}"] = True
        return page.run()

    type_into(opened(), **{f"plan_confidence_{action_id}": "At risk", f"plan_confidence_why_{action_id}": "The lease"})
    page = opened()
    assert page.get_by_key(f"plan_confidence_{action_id}").value.label == "At risk"
    assert page.get_by_key(f"plan_confidence_why_{action_id}").value == "The lease"
    assert not page.warning


def test_a_captured_line_and_the_end_of_a_review_come_back(people, app, one, clock):
    session_id = a_session_with(one, people)
    type_into(app(people.facilitator, "live", id=session_id), live_line="Ask Locality about the lea")
    page = app(people.facilitator, "live", id=session_id)
    assert (restored(page), page.get_by_key("live_line").value) == (AT_NINE, "Ask Locality about the lea")
    page.get_by_key("live_add").click().run()
    assert (kept(), page.get_by_key("live_line").value, restored(page)) == ([], "", [])


def test_what_a_tap_asks_for_comes_back_and_is_saved_when_it_is_left(people, app, one, clock):
    plan_id, (action_id,) = a_plan(one, people, 1, agreed_on=date(2026, 10, 1))

    def opened():
        page = app(people.support, "plan", id=plan_id)
        page.session_state[f"plan_going_{action_id}"] = True
        return page.run()

    page = opened()
    page.get_by_key(f"plan_status_{action_id}_stuck").click().run()
    type_into(page, **{f"plan_status_words_{action_id}": "A solic"})
    page = opened()
    assert (restored(page), page.get_by_key(f"plan_status_words_{action_id}").value) == (AT_NINE, "A solic")
    page.get_by_key(f"plan_status_words_{action_id}").set_value("A solicitor").run()
    assert kept() == []


def test_two_people_on_one_record_have_each_their_own(people, app):
    type_into(app(people.support, "partnership", id=3), partnership_note="Sam's")
    manager = app(people.manager, "partnership", id=3)
    assert (restored(manager), manager.get_by_key("partnership_note").value) == ([], "")
    type_into(manager, partnership_note="Max's")

    again = app(people.support, "partnership", id=3)
    assert again.get_by_key("partnership_note").value == "Sam's"
    assert [(account, typed) for account, _, _, typed, _ in kept()] == [
        (people.support.account_id, "Sam's"),
        (people.manager.account_id, "Max's"),
    ]


def arranged(one, people, session_id, **changes):
    with db.reading() as session:
        before = sessions_queries.detail(session, session_id, actor=SYSTEM)
    one(sessions.arrange, session_id, changes, {name: getattr(before, name) for name in changes}, actor=people.manager)


def test_what_somebody_else_saved_meanwhile_merges_as_if_the_form_had_been_open_all_the_time(people, app, one, look):
    session_id = a_session(one, people, avoid="Not Mondays")
    type_into(app(people.support, "session", id=session_id), session_avoid="Not Mondays, nor Fridays")
    arranged(one, people, session_id, place="The library")
    page = app(people.support, "session", id=session_id)
    assert page.get_by_key("session_place").value == "The library"
    page.get_by_key("session_save").click().run()

    seen = stored(SupportSession, session_id)
    assert (seen.place, seen.avoid) == ("The library", "Not Mondays, nor Fridays")


def test_a_field_that_both_changed_is_restored_and_saving_it_is_refused_with_both_values(people, app, one):
    session_id = a_session(one, people)
    type_into(app(people.support, "session", id=session_id), session_place="The old chapel", session_date="2027-03-14")
    arranged(one, people, session_id, place="The library", day=date(2027, 3, 1), time=time(18, 30))
    page = app(people.support, "session", id=session_id)
    assert (restored(page), page.get_by_key("session_place").value) == (AT_NINE, "The old chapel")
    page.get_by_key("session_save").click().run()

    assert beside(page, "session_place") == "Somebody else saved “The library”. You entered “The old chapel”."
    assert beside(page, "session_date") == "Somebody else saved “1 March 2027”. You entered “14 March 2027”."
    assert stored(SupportSession, session_id).place == "The library"
    assert len(kept()) == 2, "what was refused is still kept"
    page.get_by_key("session_save").click().run()
    assert (stored(SupportSession, session_id).place, kept()) == ("The old chapel", [])


def test_a_field_as_it_was_at_first_is_not_kept(people, app, one):
    session_id = a_session(one, people, avoid="Not Mondays")
    page = type_into(app(people.support, "session", id=session_id), session_avoid="Not Mondays!", session_minutes="", session_place="x")
    type_into(page, session_avoid="Not Mondays", session_place="", session_format="In person or online", session_date="")

    assert [(field, typed) for _, _, field, typed, _ in kept() if field != "format"] == [("minutes", "")]


def test_words_that_come_after_they_were_saved_are_no_new_typing(people, app):
    page = app(people.support, "partnership", id=3)
    page.get_by_key("partnership_note").set_value("Ring after four")
    page.get_by_key("partnership_note_save").click().run()
    type_into(page, partnership_note="Ring after four")
    assert kept() == []
    type_into(page, partnership_note="Ring after four, not before")
    assert [typed for *_, typed, _ in kept()] == ["Ring after four, not before"]


@pytest.mark.parametrize(
    "sent",
    [
        "words",
        [{"number": 1, "field": "partnership_note"}],
        [{"number": "one", "field": "partnership_note", "words": "x"}],
        [{"number": 1, "field": "partnership_note", "words": {"a": 1}}],
        [{"number": 1, "field": "x" * 201, "words": "x"}],
        [{"number": n, "field": "partnership_note", "words": "x"} for n in range(201)],
    ],
)
def test_what_is_not_in_the_shape_of_typing_is_ignored_and_logged(people, app, sent, caplog):
    page = app(people.support, "partnership", id=3)
    with caplog.at_level(logging.WARNING):
        rows.send(page, "shell_typed", "typed", sent)

    assert "Ignored what a browser sent as typed" in caplog.text
    assert (kept(), len(page.exception), len(page.error)) == ([], 0, 0)


@pytest.mark.parametrize(
    "fields",
    [
        {"nothing_of_ours": "x"},
        {"search": "Leecliffe"},
        {"session_date": "14/0"},
        {"session_minutes": "many"},
        {"session_format": "Onli"},
        {"session_place": ["a"]},
        {"session_place": True},
        {"session_facilitators": ["Nobody"]},
        {"session_facilitators": "x"},
        {"session_place": "x" * 20_001},
    ],
)
def test_what_is_no_field_or_no_value_of_it_is_not_kept(people, app, one, fields):
    page = type_into(app(people.support, "session", id=a_session(one, people)), **fields)

    assert (kept(), len(page.exception), len(page.error)) == ([], 0, 0)


def test_what_a_field_can_no_longer_hold_shows_what_is_stored(people, app, one, clock):
    """The day was to come when it was typed, and is past by now."""
    request_id = a_request(one)

    def asked():
        page = app(people.support, "requests", id=request_id)
        return page.get_by_key(f"requests_{Move.NOT_NOW}_{request_id}").click().run()

    type_into(asked(), requests_ask_back_on="2026-11-20")
    assert asked().get_by_key("requests_ask_back_on").value == date(2026, 11, 20)
    clock.shift(timedelta(days=5))
    page = asked()
    assert page.get_by_key("requests_ask_back_on").value > date(2026, 11, 24)
    assert not page.exception


def test_the_button_of_a_closed_panel_says_that_something_in_it_is_not_saved(people, app, one):
    plan_id, (action_id, *_) = a_plan(one, people, 2)
    page = app(people.support, "plan", id=plan_id)
    page.session_state[f"plan_edit_{action_id}"] = True
    type_into(page.run(), **{f"plan_edit_title_{action_id}": "Ask for the lease"})
    page.session_state[f"plan_edit_{action_id}"] = False
    page.run()
    assert "Edit (not saved yet)" in [one.proto.popover.label for one in page.get("popover")]

    page.session_state[f"plan_edit_{action_id}"] = True
    page.run()
    assert (restored(page), page.get_by_key(f"plan_edit_title_{action_id}").value) == (AT_NINE, "Ask for the lease")
    page.get_by_key(f"plan_edit_save_{action_id}").click().run()
    assert stored(Action, action_id).title == "Ask for the lease"
    assert "Edit (not saved yet)" not in [one.proto.popover.label for one in page.get("popover")]


def test_facts_come_back_in_their_fold(people, app):
    def opened(page):
        page.session_state["partnership_facts"] = True
        return page.run()

    type_into(
        opened(app(people.support, "partnership", id=3)), partnership_lto="The Trust", partnership_money="5000", partnership_closed="Sunday"
    )
    page = app(people.support, "partnership", id=3)
    assert "Edit facts (not saved yet)" in [one.label for one in page.expander]
    opened(page).get_by_key("partnership_facts_save").click().run()
    facts = stored(Partnership, 3)
    assert (facts.lto_name, facts.money_remaining, facts.closed_weekday) == ("The Trust", 5000, 6)
    assert [one.label for one in page.expander if "facts" in one.label] == ["Edit facts"]


def test_somebody_whose_account_was_disabled_keeps_nothing_and_what_was_kept_is_gone(people, app, one):
    page = type_into(app(people.support, "partnership", id=3), partnership_note="Ring after four")
    one(accounts.disable, people.support.account_id, actor=people.admin)
    type_into(page, partnership_note="Ring after five")

    assert kept() == []


def test_a_fault_while_keeping_is_recorded_and_disturbs_nobody(people, app, monkeypatch, caplog):
    page = app(people.support, "partnership", id=3)

    def broken(*_given, **_more):
        raise RuntimeError("disk full")

    monkeypatch.setattr("rr.ui.kit.unsaved.gesture.perform", broken)
    type_into(page, partnership_note="Ring after four")

    assert "keeping what is typed" in caplog.text
    assert (len(page.error), len(page.exception)) == (0, 0)
    assert page.get_by_key("partnership_note").value == ""


def test_the_base_of_a_new_record_is_nothing(people, app, one):
    type_into(app(people.support, "partnership", id=3), partnership_note="x")
    one(partnerships.add_note, 3, words="Another's", actor=people.manager)

    assert [base for *_, base in kept()] == [[]]
