"""A list's data, and what is made of what a browser sends back."""

import logging
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from rr.ui.kit.rows import Badge, Button, Choice, DrawnRows, Link, Press, Row, as_data, here, href, to
from tests import rows as lists

NEED = Row(
    7,
    "Greenmoor",
    to("partnership", id=3),
    number="1,234",
    detail=("North East",),
    words="“We need a lawyer”",
    badges=(Badge("Asked", "orange", "schedule"), Badge("Legal advice")),
    facts=(("Lead", "the chair"),),
    more=(("How", "Ask"),),
    more_label="How to do it",
    links=(Link("Open plan", to("plan", id=9), "checklist"),),
    buttons=(
        Button("match", "Match partner", about="Greenmoor, legal advice", primary=True, choice=Choice("Partner", "partners", 5)),
        Button("gone", "Not available", icon="block"),
    ),
    chosen=True,
)
PARTNERS = {"partners": {3: "Locality", 5: "Renewal"}}


def data(*items: Row, options: Any = None, address: Any = None) -> dict[str, Any]:
    return as_data(items, options or {}, label="Needs", layout="list", address=address or {})


def test_a_row_is_sent_whole_and_without_what_is_empty() -> None:
    sent = data(NEED, Row(8, "Whitley"), options=PARTNERS)

    assert sent == {
        "layout": "list",
        "options": {"partners": [["3", "Locality"], ["5", "Renewal"]]},
        "groups": [
            {
                "heading": "Needs",
                "hidden": True,
                "rows": [
                    {
                        "id": 7,
                        "heading": "Greenmoor",
                        "href": "/partnership?id=3",
                        "number": "1,234",
                        "detail": ("North East",),
                        "words": "“We need a lawyer”",
                        "badges": [{"words": "Asked", "colour": "orange", "icon": "schedule"}, {"words": "Legal advice", "colour": "gray"}],
                        "facts": (("Lead", "the chair"),),
                        "more": (("How", "Ask"),),
                        "more_label": "How to do it",
                        "links": [{"words": "Open plan", "href": "/plan?id=9", "icon": "checklist"}],
                        "buttons": [
                            {
                                "act": "match",
                                "words": "Match partner",
                                "about": "Greenmoor, legal advice",
                                "primary": True,
                                "choice": {"label": "Partner", "options": "partners", "value": "5"},
                            },
                            {"act": "gone", "words": "Not available", "about": "Greenmoor", "icon": "block"},
                        ],
                        "chosen": True,
                    },
                    {"id": 8, "heading": "Whitley"},
                ],
            }
        ],
    }


def test_consecutive_rows_of_a_group_stand_under_its_heading() -> None:
    sent = data(Row(1, "a", group="Coming"), Row(2, "b", group="Coming"), Row(3, "c", group="Over"))

    shown = [(group["heading"], group["hidden"], [row["id"] for row in group["rows"]]) for group in sent["groups"]]
    assert shown == [("Coming", False, [1, 2]), ("Over", False, [3])]


@pytest.mark.parametrize(
    ("target", "address", "expected"),
    [
        (to("plan", id=7), {"plans_state": ["Draft"]}, "/plan?id=7"),
        (to("plans"), {}, "/plans"),
        (to("plans", plans_state="Under way & open"), {}, "/plans?plans_state=Under+way+%26+open"),
        (here(id=7), {"requests_state": ["New"], "id": ["3"]}, "?requests_state=New&id=7"),
        (here(id=7), {"days": ["2026-01-01", "2026-02-01"]}, "?days=2026-01-01&days=2026-02-01&id=7"),
        (to("rows", days=["2026-01-01", "2026-02-01"], rows="waiting"), {}, "/rows?days=2026-01-01&days=2026-02-01&rows=waiting"),
        (to("plan", id="javascript:alert(1)"), {}, "/plan?id=javascript%3Aalert%281%29"),
    ],
)
def test_a_link_has_the_address_that_a_new_tab_opens(target: Any, address: Any, expected: str) -> None:
    assert href(target, address) == expected


@pytest.mark.parametrize(
    ("items", "options"),
    [
        ([Row(1, "a"), Row(1, "b")], {}),
        ([Row(1, "a", buttons=(Button("go", "Go"), Button("go", "Go on")))], {}),
        ([Row(1, "a", buttons=(Button("go", "Go", choice=Choice("Where", "places")),))], {"partners": {}}),
    ],
    ids=["two rows of one id", "two acts of one name", "a choice from no list"],
)
def test_what_could_not_be_answered_is_not_drawn(items: list[Row], options: Any) -> None:
    with pytest.raises(ValueError, match=r"same id|same act|isn't among the options"):
        data(*items, options=options)


def sent(number: int = 1, *, row: Any = 7, act: Any = "match", choice: Any = "5", key: Any = "k-0") -> dict[str, Any]:
    return {"number": number, "id": row, "act": act, "choice": choice, "key": key}


def heard(drawn: DrawnRows, value: object) -> list[Press]:
    presses: list[Press] = []
    drawn.answer(value, presses.append)
    return presses


@pytest.fixture
def drawn() -> DrawnRows:
    """Row 7 is on screen, with its two buttons."""
    made = DrawnRows(key="k")
    made.draw([NEED], PARTNERS, {})
    return made


def test_a_press_is_heard_once_however_often_it_is_sent(drawn: DrawnRows) -> None:
    first, second = sent(1), sent(2, act="gone", choice="")

    assert heard(drawn, [first]) == [Press(id=7, act="match", choice="5", key="k-0 7 match 5")]
    assert heard(drawn, [first, second]) == [Press(id=7, act="gone", choice="", key="k-0 7 gone ")]
    assert heard(drawn, [first, second]) == []
    assert drawn.answered == 2


def test_a_press_that_was_interrupted_comes_again_with_its_key(drawn: DrawnRows) -> None:
    tried: list[str] = []

    class Interrupted(BaseException):
        """As Streamlit ends a callback when another click waits."""

    def interrupted(press: Press) -> None:
        tried.append(press.key)
        raise Interrupted

    with pytest.raises(Interrupted):
        drawn.answer([sent()], interrupted)

    assert [press.key for press in heard(drawn, [sent()])] == tried


def test_a_press_that_failed_does_not_come_again(drawn: DrawnRows) -> None:
    def failing(_press: Press) -> None:
        raise LookupError

    with pytest.raises(LookupError):
        drawn.answer([sent()], failing)

    assert heard(drawn, [sent()]) == []


@pytest.mark.parametrize(
    "value",
    [
        [sent(row=8)],
        [sent(act="delete")],
        [sent(choice="4")],
        [sent(choice="")],
        [sent(act="gone", choice="5")],
        [sent(row="7; drop table")],
        [sent(row=None)],
        [sent(act="match" * 100)],
        [sent(key="k" * 1000)],
        [sent(choice={"$ne": ""})],
        [{"id": 7}],
        [sent(number) for number in range(1, 200)],
        "match",
        {"act": "match"},
        [[]],
        None,
    ],
    ids=lambda value: str(value)[:50],
)
def test_what_was_not_drawn_is_ignored_and_logged(value: object, drawn: DrawnRows, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        presses = heard(drawn, value)

    assert presses == []
    assert "Ignored" in caplog.text


# In Streamlit's own tester


def page() -> None:
    import streamlit as st

    from rr.ui.kit.rows import Button, Choice, Row, here, rows

    def pressed(press: object) -> None:
        st.session_state.setdefault("heard", []).append(press)

    number = st.session_state.get("heard", [])
    items = [Row(1, f"{len(number)} heard", here(id=1), buttons=(Button("match", "Match", choice=Choice("Partner", "partners")),))]
    rows("list", items, label="Needs", on=pressed, options={"partners": {3: "Locality"}})


@pytest.fixture
def at() -> AppTest:
    test = AppTest.from_function(page, default_timeout=30)
    test.query_params["list_state"] = "Open"
    return test.run()


def test_a_press_runs_its_handler_and_the_rows_are_drawn_anew(at: AppTest) -> None:
    before = lists.sent(at, "list")["key"]
    lists.press(at, "list", 1, "match", "3")

    assert not at.exception
    assert [(press.id, press.act, press.choice) for press in at.session_state["heard"]] == [(1, "match", "3")], (
        "Pressing a button of a list did nothing. Streamlit may give a component's events another name now: see FORM in tests/rows.py"
    )
    assert lists.texts(at, "list") == ["1 heard | Match"]
    assert lists.sent(at, "list")["key"] != before


def test_a_link_to_the_same_page_changes_its_address_and_keeps_the_rest(at: AppTest) -> None:
    lists.follow(at, "list", lists.drawn(at, "list")[0]["href"])

    assert at.query_params == {"list_state": "Open", "id": "1"}


def test_a_link_that_was_not_drawn_leads_nowhere(at: AppTest, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        lists.follow(at, "list", "/accounts?id=1")

    assert at.query_params == {"list_state": "Open"}
    assert "Ignored a link" in caplog.text


def test_a_button_that_is_not_there_cannot_be_pressed_in_a_test(at: AppTest) -> None:
    with pytest.raises(AssertionError, match="Row 1 of list has no button 'settle', only \\['match'\\]"):
        lists.press(at, "list", 1, "settle")
