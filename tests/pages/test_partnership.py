"""A partnership's page: its story, what to know in a minute, its facts and notes, and the search that leads here."""

from datetime import date
from typing import Any

import pytest

from rr.intake.rules import Move, RequestStatus
from rr.partnerships import commands, queries
from tests import news, rows, story
from tests.conftest import People
from tests.forms import beside
from tests.story import ago

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def words(test: Any) -> list[str]:
    return [element.value for element in [*test.title, *test.main.markdown, *test.main.text]]


def events(test: Any) -> list[str]:
    """The headlines of the thread, as they are drawn."""
    return [row["heading"] for row in rows.drawn(test, "partnership_list")]


@pytest.fixture
def whitley(people: People) -> int:
    here = story.area("Whitley")
    asked = story.request(here, ago(9), topics=("hubs",), words="We want *a chapel* ![x](http://evil.example/x.png)")
    story.decision(asked, Move.CONTACTED, RequestStatus.NEW, ago(8), by_id=people.support.account_id)
    mistake = story.decision(asked, Move.SIGNPOST, RequestStatus.SIGNPOSTED, ago(7))
    story.decision(asked, Move.SIGNPOST, RequestStatus.NEW, ago(6), undoes_id=mistake)
    story.contact(here, "Nia *x* Larkin", phone="+447700900123", email="nia@example.org")
    return here


def test_the_story_is_told_first_to_last_or_latest_first(whitley: int, people: People, app: Any) -> None:
    test = app(people.support, "partnership", id=whitley)
    assert not test.exception
    assert test.title[0].value == "Whitley"
    told = ["They asked", "We contacted them", "We signposted them (undone)"]
    assert events(test) == told
    latest = app(people.support, "partnership", id=whitley, partnership_order="Latest first")
    assert events(latest) == told[::-1]


def test_peoples_words_are_shown_and_never_run(whitley: int, people: People, app: Any) -> None:
    test = app(people.support, "partnership", id=whitley)
    shown = words(test)
    assert "“We want *a chapel* ![x](http://evil.example/x.png)”" in rows.texts(test, "partnership_list")[0].split(" | ")
    assert any(r"We want \*a chapel\* \!\[x\]\(http" in value for value in shown)
    assert not any("![x](http" in value for value in shown)
    assert "07700 900123" in shown
    assert "nia@example.org" in shown


def test_catching_up_stands_beside_the_story(whitley: int, people: People, app: Any) -> None:
    shown = words(app(people.support, "partnership", id=whitley))
    assert "They have waited for our first contact since 9 November 2026." in shown
    (lines,) = [value for value in shown if value.startswith("- ")]
    assert lines.split("\n") == [
        "- About **Community places or hubs**",
        "- Stage: **Signed up**",
        "- Last heard from them **9 days ago**",
    ]


def test_a_note_is_kept_and_told(whitley: int, people: People, app: Any) -> None:
    test = app(people.support, "partnership", id=whitley)
    test.text_area(key="partnership_note").set_value("The chair prefers calls after four.")
    test.button(key="partnership_note_save").click().run()
    assert news.said(test) == "Note saved."
    assert events(test)[-1] == "Note added"
    assert test.text_area(key="partnership_note").value == ""


def test_an_empty_note_is_refused(whitley: int, people: People, app: Any) -> None:
    test = app(people.support, "partnership", id=whitley)
    test.button(key="partnership_note_save").click().run()
    assert beside(test, "partnership_note") == "Write the note first."
    assert "Note added" not in events(test)


def facts_form(test: Any) -> Any:
    test.session_state["partnership_facts"] = True
    return test.run()


def test_the_facts_are_changed_and_told(whitley: int, people: People, app: Any, look: Any) -> None:
    test = facts_form(app(people.support, "partnership", id=whitley))
    test.number_input(key="partnership_money").set_value(140_000)
    test.text_input(key="partnership_lto").set_value("Reading CVS")
    test.date_input(key="partnership_ends").set_value(date(2027, 3, 31))
    test.selectbox(key="partnership_closed").set_value(4)
    test.button(key="partnership_facts_save").click().run()
    assert not test.exception
    assert not test.error
    facts = look(queries.facts, whitley, actor=people.support)
    assert (facts.money_remaining, facts.lto_name, facts.ends_on, facts.closed_weekday) == (140_000, "Reading CVS", date(2027, 3, 31), 4)
    assert any("£140,000 left, closing out" in value for value in words(test)) or "£140,000" in " ".join(words(test))


def test_two_people_who_change_one_fact_see_both_values(whitley: int, people: People, one: Any, app: Any) -> None:
    test = facts_form(app(people.support, "partnership", id=whitley))
    one(commands.edit_facts, whitley, {"money_remaining": None}, {"money_remaining": 90_000}, actor=people.manager)
    test.number_input(key="partnership_money").set_value(140_000)
    test.button(key="partnership_facts_save").click().run()
    assert beside(test, "partnership_money") == "Somebody else saved “90,000”. You entered “140,000”."
    test.button(key="partnership_facts_save").click().run()
    assert not test.error
    assert "£140,000" in " ".join(words(test))


def test_an_untouched_partnership_has_a_sentence_and_a_next_step(people: People, app: Any) -> None:
    test = app(people.support, "partnership", id=story.area("Ramsey"))
    assert not test.exception
    assert "Nothing has happened yet. It begins with their sign-up; you can add a note now." in words(test)
    assert "They have not signed up yet." in words(test)
    assert "- Stage: **Not reached yet**\n- We have not heard from them yet" in words(test)


def test_what_is_not_theirs_is_not_here(whitley: int, people: People, app: Any) -> None:
    test = app(people.other_facilitator, "partnership", id=whitley)
    assert test.title[0].value == "Not found"
    assert not test.main.get("bidi_component")
    page = app(people.admin, "partnership", id=whitley)
    assert [element.type for element in page.main] == ["main", "title", "warning", "page_link"]


def test_a_facilitator_reads_their_own_without_a_link_to_triage(whitley: int, people: People, app: Any) -> None:
    story.session(whitley, facilitator=people.facilitator.account_id)
    test = app(people.facilitator, "partnership", id=whitley)
    assert events(test)
    assert [link["words"] for row in rows.drawn(test, "partnership_list") for link in row.get("links", ())] == ["Open session"]


def test_the_search_leads_here_in_one_click(whitley: int, people: People, app: Any) -> None:
    lost = story.request(None, name="Lost Soul", ref="RR-9001", area_text="Somewhere")
    test = app(people.support, "partnerships")
    for typed, where in (("whitly", f"id={whitley}"), ("larkin", f"id={whitley}"), ("lost soul", f"id={lost}"), ("rr9001", f"id={lost}")):
        test.text_input(key="search").set_value(typed).run()
        assert next(link.proto.query_string for link in test.sidebar.get("page_link")) == where
    test.text_input(key="search").set_value("xyzzyx").run()
    assert not [link for link in test.sidebar.get("page_link") if link.proto.query_string]
    assert any(caption.value.startswith("Nothing found.") for caption in test.sidebar.caption)


def test_a_person_is_corrected_and_their_consent_written_down(whitley: int, people: People, app: Any, look: Any) -> None:
    test = app(people.support, "partnership", id=whitley)
    (nia,) = look(queries.contacts, whitley, actor=people.support)
    assert "Has not agreed to be contacted" in [caption.value for caption in test.caption]

    test.session_state[f"partnership_edit_{nia.id}"] = True
    test.run()
    test.text_input(key=f"partnership_contact_phone_{nia.id}").set_value("07700 9001234")
    test.text_input(key=f"partnership_contact_name_{nia.id}").set_value("Nia Larkin-Obi")
    test.button(key=f"partnership_contact_save_{nia.id}").click().run()
    assert beside(test, f"partnership_contact_phone_{nia.id}") == "Enter a phone number, like 07700 900123."
    test.text_input(key=f"partnership_contact_phone_{nia.id}").set_value("07700 900124")
    test.button(key=f"partnership_contact_save_{nia.id}").click().run()
    test.session_state[f"partnership_consent_{nia.id}"] = True
    test.run()
    test.button(key=f"partnership_consent_save_{nia.id}").click().run()

    assert not test.exception
    (now,) = look(queries.contacts, whitley, actor=people.support)
    assert (now.name, now.phone) == ("Nia Larkin-Obi", "+447700900124")
    assert "Agreed to be contacted on 18 November 2026, by telephone" in [caption.value for caption in test.caption]
    assert {"Consent recorded", "Contact details changed"} <= set(events(test))


def test_a_person_is_added_on_the_page(whitley: int, people: People, app: Any, look: Any) -> None:
    test = app(people.support, "partnership", id=whitley)
    test.session_state["partnership_add_contact"] = True
    test.run()
    test.text_input(key="partnership_contact_name").set_value("Sam Umar")
    test.button(key="partnership_contact_save").click().run()

    assert not test.exception
    assert [row.name for row in look(queries.contacts, whitley, actor=people.support)] == ["Nia *x* Larkin", "Sam Umar"]
