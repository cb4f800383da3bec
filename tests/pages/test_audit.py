"""The audit as each role meets it: sentences that lead to their records, filters in the address, pages."""

import pytest

from rr.accounts import commands as accounts
from rr.accounts.rules import Role
from rr.audit_trail import queries
from rr.intake.rules import Move
from rr.intake.triage import commands as triage
from rr.partnerships import commands as partnerships
from rr.sessions import commands as sessions
from tests import rows, story
from tests.builders import a_request, a_session
from tests.conftest import TODAY


def texts(page):
    assert not page.exception
    return [text.split(" | ")[0] for text in rows.texts(page, "audit_list")]


def shown(page):
    return " ".join(element.value for element in page.markdown)


@pytest.fixture
def done(one, people, clock):
    """A sign-up, its decision, its session's details and a changed role, a minute apart. The request's and the session's ids."""
    request_id = a_request(one, area_text="Par Bay")
    clock.shift(60)
    one(triage.decide, request_id, Move.ASK_FOR_MORE, words="Which hall?", actor=people.support)
    clock.shift(60)
    session_id = a_session(one, people, day=TODAY, facilitator=people.facilitator)
    clock.shift(60)
    one(sessions.arrange, session_id, {"people": 14}, {"people": 12}, actor=people.facilitator)
    clock.shift(60)
    one(accounts.change_role, people.facilitator.account_id, Role.FACILITATOR, actor=people.admin)
    one(accounts.change_role, people.support.account_id, Role.MANAGER, actor=people.admin)
    one(accounts.change_role, people.support.account_id, Role.SUPPORT, actor=people.admin)
    clock.shift(60)
    one(partnerships.add_note, story.area("Par Bay"), "Ring after five", actor=people.manager)
    return request_id, session_id


SESSION = "the session of Whitley Bay on 18 November 2026"


def test_managers_read_everything_and_each_sentence_leads_to_its_record(app, people, done):
    page = app(people.manager, "audit", audit_to=TODAY)
    request_id, session_id = done
    drawn = {row["heading"]: row for row in rows.drawn(page, "audit_list")}

    assert "What everybody did, the latest first." in shown(page)
    assert drawn["Manager added a note about Par Bay"]["href"] == f"/partnership?id={story.area('Par Bay')}"
    assert drawn[f"Facilitator changed the details of {SESSION}"]["href"] == f"/session?id={session_id}"
    asked = drawn["Support asked for more about RR-0001, Par Bay"]
    assert (asked["href"], asked["detail"], [badge["words"] for badge in asked["badges"]]) == (
        f"/requests?id={request_id}",
        ["Changed: status from New to Waiting for them"],
        ["09:01"],
    )
    assert asked["group"] == "Wednesday, 18 November 2026"


def test_administrators_read_no_content_and_meet_no_link_into_casework(app, people, done):
    page = app(people.admin, "audit", audit_to=TODAY)
    drawn = {row["heading"]: row for row in rows.drawn(page, "audit_list")}

    assert "What is in the records isn’t shown." in shown(page)
    for told in (
        "Manager added a note about a partnership",
        "Support decided about a sign-up",
        "Facilitator changed the details of a session",
    ):
        assert (drawn[told].get("href"), drawn[told].get("detail")) == (None, None)
    assert not [text for text in rows.texts(page, "audit_list") if "Par Bay" in text or "RR-0" in text or "Which hall" in text]


@pytest.mark.parametrize(
    ("who", "theirs"),
    [
        ("support", {"Support accepted RR-0002, Whitley Bay", "Support asked for more about RR-0001, Par Bay"}),
        ("facilitator", {f"Facilitator changed the details of {SESSION}"}),
        ("other_facilitator", set()),
    ],
)
def test_the_others_read_what_they_did_themselves(app, people, done, who, theirs):
    page = app(getattr(people, who), "audit", audit_person=str(people.manager.account_id))
    told = set(texts(page))

    assert "What you did and what happened to your account" in shown(page)
    assert theirs <= told
    assert not [text for text in told if text.startswith("Manager")]
    assert "audit_person" not in {box.key for box in page.selectbox}


def test_a_facilitator_is_led_where_they_may_go(app, people, done):
    page = app(people.facilitator, "audit")
    links = {row["heading"]: row.get("href") for row in rows.drawn(page, "audit_list")}

    assert links[f"Facilitator changed the details of {SESSION}"] == f"/session?id={done[1]}"
    assert {href for href in links.values() if href} == {f"/session?id={done[1]}"}


def test_filters_live_in_the_address(app, people, done):
    by_person = texts(app(people.manager, "audit", audit_person=str(people.facilitator.account_id)))
    by_kind = texts(app(people.manager, "audit", audit_kind="Notes"))
    by_gesture = texts(app(people.manager, "audit", audit_done="Decided about a sign-up"))
    none = app(people.manager, "audit", audit_to="2020-01-01")

    assert by_person == [f"Facilitator changed the details of {SESSION}"]
    assert by_kind == ["Manager added a note about Par Bay"]
    assert sorted(by_gesture) == ["Support accepted RR-0002, Whitley Bay", "Support asked for more about RR-0001, Par Bay"]
    assert (texts(none), "Nothing matches these filters." in shown(none)) == ([], True)


def test_a_filter_is_chosen_and_stands_in_the_address(app, people, done):
    page = app(people.manager, "audit", audit_to=TODAY)
    page.get_by_key("audit_kind").set_value("note").run()

    assert texts(page) == ["Manager added a note about Par Bay"]
    assert page.query_params["audit_kind"] == "Notes"


def test_the_list_has_pages_and_says_where_it_ends(app, people, done, monkeypatch):
    monkeypatch.setattr(queries, "MOST", 3)
    monkeypatch.setattr(queries, "PER_PAGE", 2)
    page = app(people.manager, "audit", audit_to=TODAY, audit_page=2)

    assert "These are the latest 3: choose dates to see older ones." in shown(page)
    assert len(texts(page)) <= 50
