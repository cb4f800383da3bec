"""The page of support needed: matching, putting right, filtering."""

from pathlib import Path

import pytest

from rr.needs import commands, queries
from rr.needs.queries import NeedFilters
from rr.needs.rules import NeedStatus
from tests import news, rows, story
from tests.builders import a_need, a_plan


def stored(look, people):
    return look(queries.listed, NeedFilters(), actor=people.support).rows


def shown(page):
    return " ".join(element.value for element in page.markdown)


def texts(page):
    return " ".join(rows.texts(page, "needs_list"))


@pytest.fixture
def need(one, people):
    """Support for an action of the facilitator's own partnership, of a kind that one partner's words fit."""
    _, (action,) = a_plan(one, people, 1, partnership_id=story.area("Whitley Bay"))
    return a_need(one, people, "Advice on the building", partnership_id=story.area("Whitley Bay"), action_id=action)


def suggested(page, need):
    """The id of the partner who is chosen already in a need's row, "" if none is."""
    (row,) = [row for row in rows.drawn(page, "needs_list") if row["id"] == need]
    return next(button["choice"].get("value", "") for button in row["buttons"] if button["act"] == "match")


def test_support_is_matched_in_one_click_with_the_partner_who_fits(app, people, look, need):
    page = app(people.support, "needs")
    waits = "1 need waits for a support partner." in shown(page)
    rows.press(page, "needs_list", need, "match", suggested(page, need))

    assert not page.exception
    assert waits
    assert [(row.status, row.partner) for row in stored(look, people)] == [(NeedStatus.FOUND, "Locality")]
    assert news.said(page) == "Support found for Whitley Bay."


def test_another_partner_not_available_and_asked_again(app, people, look, need):
    page = app(people.manager, "needs")
    seen = []
    for act, choice in [("match", str(story.partner("UnLtd"))), ("ask_again", ""), ("not_available", "")]:
        rows.press(page, "needs_list", need, act, choice)
        seen += [(row.status, row.partner) for row in stored(look, people)]

    assert not page.exception
    assert seen == [(NeedStatus.FOUND, "UnLtd"), (NeedStatus.ASKED, ""), (NeedStatus.NOT_AVAILABLE, "")]


def test_a_press_without_a_partner_changes_nothing(app, one, people, look):
    need = a_need(one, people, "A friendly ear")
    page = app(people.support, "needs")
    first = suggested(page, need)
    rows.press(page, "needs_list", need, "match")

    assert not page.exception
    assert first == ""
    assert stored(look, people)[0].status is NeedStatus.ASKED


def test_somebody_else_changed_it_meanwhile(app, one, people, look, need):
    page = app(people.support, "needs")
    one(commands.settle, need, NeedStatus.NOT_AVAILABLE, actor=people.manager)
    rows.press(page, "needs_list", need, "match", suggested(page, need))

    assert news.refused(page)[0] == "Somebody else changed this meanwhile: Not available"
    assert stored(look, people)[0].status is NeedStatus.NOT_AVAILABLE


def test_the_same_press_twice_is_once(app, one, people, look, need):
    page = app(people.support, "needs")
    sent = rows.sent(page, "needs_list")
    press = {"number": sent["answered"] + 1, "id": need, "act": "match", "choice": suggested(page, need), "key": sent["key"]}
    rows.send(page, "needs_list", "act", [press])
    one(commands.settle, need, NeedStatus.ASKED, actor=people.manager)
    page.session_state["rr_rows_needs_list"].answered = 0  # as if the answer had been lost on the way
    rows.send(page, "needs_list", "act", [press])

    assert not page.exception
    assert stored(look, people)[0].status is NeedStatus.ASKED


def test_a_type_is_changed(app, people, look, need):
    page = app(people.facilitator, "needs")
    rows.press(page, "needs_list", need, "change_type")
    page.get_by_key(f"needs_kind_{need}").set_value("legal-body")
    page.get_by_key(f"needs_save_{need}").click().run()

    assert not page.exception
    assert news.said(page) == "Saved."
    assert stored(look, people)[0].kind == "legal-body"


def test_filters_live_in_the_address(app, one, people, need):
    a_need(one, people, "A film about us", partnership_id=story.area("Par Bay"))
    by_type = texts(app(people.support, "needs", needs_kind="Communications and telling our story"))
    by_region = texts(app(people.support, "needs", needs_region="North East", needs_status="Not found yet"))
    nothing = shown(app(people.support, "needs", needs_region="North East", needs_status="Support found"))

    assert ("A film about us" in by_type, "Advice on the building" in by_type) == (True, False)
    assert ("A film about us" in by_region, "Advice on the building" in by_region) == (False, True)
    assert "Nothing matches these filters." in nothing


def test_facilitators_see_their_own_and_cannot_match(app, one, people, need):
    a_need(one, people, "A film about us", partnership_id=story.area("Par Bay"))
    page = app(people.facilitator, "needs")

    assert [row["id"] for row in rows.drawn(page, "needs_list")] == [need]
    assert [button["act"] for row in rows.drawn(page, "needs_list") for button in row["buttons"]] == ["change_type", "withdraw"]


def test_an_empty_list_says_where_needs_come_from(app, people):
    page = app(people.other_facilitator, "needs")

    assert not page.exception
    assert "No support is needed at the moment." in shown(page)


def test_a_type_that_somebody_else_changed_meanwhile_stays_theirs(app, one, people, look, need):
    page = app(people.support, "needs")
    rows.press(page, "needs_list", need, "change_type")
    one(commands.change_kind, need, "transport", actor=people.manager)
    page.get_by_key(f"needs_kind_{need}").set_value("legal-body")
    page.get_by_key(f"needs_save_{need}").click().run()

    assert "Somebody else changed the type meanwhile" in page.error[0].proto.title
    assert stored(look, people)[0].kind == "transport"


def test_what_is_no_longer_needed_is_withdrawn_and_undone(app, people, look, need):
    page = app(people.facilitator, "needs")
    rows.press(page, "needs_list", need, "withdraw")
    withdrawn, said = stored(look, people), news.said(page)
    news.undo(page)

    assert not page.exception
    assert (withdrawn, said) == ((), "No longer needed: Advice on the building")
    assert [row.id for row in stored(look, people)] == [need]
    assert news.said(page) == "Undone: No longer needed: Advice on the building"


def test_a_match_is_undone_unless_somebody_changed_it_since(app, one, people, look, need):
    page = app(people.support, "needs")
    rows.press(page, "needs_list", need, "match", suggested(page, need))
    news.undo(page)
    undone = stored(look, people)[0].status
    rows.press(page, "needs_list", need, "match", suggested(page, need))
    one(commands.settle, need, NeedStatus.ASKED, actor=people.manager)
    news.undo(page)

    assert undone is NeedStatus.ASKED
    assert news.refused(page) == ["Manager changed this since", "Look at how it stands now, and change it from there."]
    assert stored(look, people)[0].status is NeedStatus.ASKED


def test_a_dialog_is_closed_once_somebody_was_on_another_page(app, people, need):
    page = app(people.support, "needs")
    rows.press(page, "needs_list", need, "change_type")
    opened = f"needs_kind_{need}" in {box.key for box in page.selectbox}
    root = Path(__file__).parents[2] / "pages"
    page.switch_page(str(root / "plans.py")).run()
    page.switch_page(str(root / "needs.py")).run()

    assert not page.exception
    assert (opened, f"needs_kind_{need}" in {box.key for box in page.selectbox}) == (True, False)
