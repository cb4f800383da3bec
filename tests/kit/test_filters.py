"""Filters and pages in the address."""

from datetime import date
from typing import Any

from streamlit.testing.v1 import AppTest


def page() -> None:
    import streamlit as st

    from rr.paging import Paged, clamp
    from rr.plans.rules import ActionStatus
    from rr.plans.states import PlanState
    from rr.ui.kit import pager
    from rr.ui.kit.filters import bar

    with bar("plans") as f:
        view = f.segments("view", "Show", ["Plans", "Actions"], default="Plans", narrows=False)
        state = f.segments("state", "State", PlanState)
        named = f.search("name", "Name")
        area = f.choice("area", "Area", [f"Area {number}" for number in range(150)], none="All areas")
        with f.more():
            silent = f.toggle("silent", "Silent")
            topic = f.choice("topic", "Topic", {"hubs": "Community hubs", "money": "Money & spending"}, none="All topics")
            status = f.choice("status", "Actions", ActionStatus)
            lead = f.person("facilitator", "Followed up by", {4: "Sam Lee", 7: "Ada", 9: "Sam Lee"})
            since = f.day("from", "From")
            minutes = f.number("minutes", "Minutes", least=5, most=480)
    st.session_state["chosen"] = {
        "view": view,
        "state": state,
        "named": named,
        "area": area,
        "silent": silent,
        "topic": topic,
        "status": status,
        "lead": lead,
        "since": since,
        "minutes": minutes,
    }
    st.session_state["narrowed"] = f.narrowed
    number = clamp(pager.current("plans_page"), 120, 50)
    st.session_state["page"] = number
    pager.draw("plans_page", Paged((), 120, number, 50))


NONE = {
    "view": "Plans",
    "state": None,
    "named": "",
    "area": None,
    "silent": False,
    "topic": None,
    "status": None,
    "lead": None,
    "since": None,
    "minutes": None,
}


def opened(**address: str) -> AppTest:
    at = AppTest.from_function(page, default_timeout=30)
    for name, text in address.items():
        at.query_params[f"plans_{name}"] = text
    return at.run()


def chosen(at: AppTest) -> dict[str, Any]:
    """What was chosen, without what isn't set."""
    assert not at.exception
    return {name: value for name, value in at.session_state["chosen"].items() if value != NONE[name]}


def popovers(at: AppTest) -> list[str]:
    return [each.proto.popover.label for each in at.get("popover")]


ADDRESSES: list[tuple[str, str, dict[str, Any]]] = [
    ("view", "Actions", {"view": "Actions"}),
    ("state", "Draft", {"state": "draft"}),
    ("name", "green", {"named": "green"}),
    ("area", "Area 77", {"area": "Area 77"}),
    ("silent", "true", {"silent": True}),
    ("topic", "Money & spending", {"topic": "money"}),
    ("status", "Going well", {"status": "going_well"}),
    ("facilitator", "9", {"lead": 9}),
    ("from", "2026-11-18", {"since": date(2026, 11, 18)}),
    ("minutes", "45", {"minutes": 45}),
    ("state", "Nonsense", {}),
    ("area", "Area 150", {}),
    ("silent", "maybe", {}),
    ("topic", "money", {}),
    ("facilitator", "Sam Lee", {}),
    ("facilitator", "5", {}),
    ("from", "18/11/2026", {}),
    ("minutes", "4", {}),
    ("minutes", "²", {}),
]


def test_a_filter_is_read_from_the_address_and_what_makes_no_sense_is_not_set() -> None:
    at = opened()
    read, narrowed = [], []
    for name, text, _expected in ADDRESSES:
        at.query_params.clear()
        at.query_params[f"plans_{name}"] = text
        read.append((name, text, chosen(at.run())))
        narrowed.append(at.session_state["narrowed"])

    assert read == ADDRESSES
    assert narrowed == [
        bool(expected) and name != "view" for name, _text, expected in ADDRESSES
    ]  # the view is another list, not fewer rows


def test_what_somebody_chooses_stands_in_the_address_and_leaves_it_again() -> None:
    at = opened(state="Draft")
    at.segmented_control(key="plans_state").set_value(None).run()
    at.segmented_control(key="plans_view").set_value("Actions").run()
    at.text_input(key="plans_name").set_value("green").run()
    address = dict(at.query_params)
    at.text_input(key="plans_name").set_value("").run()
    at.segmented_control(key="plans_view").set_value("Plans").run()

    assert address == {"plans_view": "Actions", "plans_name": "green"}
    assert at.query_params == {}


def test_another_choice_begins_at_the_first_page() -> None:
    at = opened(page="3")
    before = at.session_state["page"]
    at.text_input(key="plans_name").set_value("green").run()

    assert (before, at.session_state["page"]) == (3, 1)
    assert at.query_params == {"plans_name": "green"}


def test_the_address_names_the_page() -> None:
    at = opened()
    shown = {}
    for asked in ("2", "4", "0", "x", "-1", "9" * 30):
        at.query_params["plans_page"] = asked
        at.run()
        shown[asked] = (at.session_state["page"], at.session_state["plans_page"])

    assert not at.exception
    assert shown == {"2": (2, 2), "4": (3, 3), "0": (1, 1), "x": (1, 1), "-1": (1, 1), "9" * 30: (1, 1)}


def test_a_page_that_somebody_presses_stands_in_the_address_and_the_first_does_not() -> None:
    at = opened()
    at.get_by_key("plans_page").set_value(2).run()
    second = dict(at.query_params)
    at.get_by_key("plans_page").set_value(1).run()

    assert (second, dict(at.query_params)) == ({"plans_page": "2"}, {})


def test_the_button_of_more_filters_says_how_many_are_set_and_draws_them_only_when_open() -> None:
    none, two = opened(state="Draft"), opened(silent="true", facilitator="4")

    assert (popovers(none), popovers(two)) == (["Area: All areas", "More filters"], ["Area: All areas", "More filters (2 set)"])
    assert [*two.selectbox, *two.toggle, *two.date_input, *two.number_input] == []


def test_a_long_choice_is_sent_only_while_somebody_chooses() -> None:
    at = opened(area="Area 77")
    before = (popovers(at)[0], len(at.selectbox))
    at.session_state["plans_area_open"] = True
    at.run()
    at.selectbox(key="plans_area").set_value("Area 3").run()

    assert before == ("Area: Area 77", 0)
    assert popovers(at)[0] == "Area: Area 3"
    assert chosen(at) == {"area": "Area 3"}


def test_more_filters_stay_open_while_they_are_set_one_after_another() -> None:
    at = opened()
    at.session_state["plans_more"] = True
    at.run()
    at.toggle(key="plans_silent").set_value(True).run()
    at.selectbox(key="plans_topic").set_value("hubs").run()
    at.selectbox(key="plans_facilitator").set_value(4).run()
    first = dict(at.query_params)
    at.selectbox(key="plans_topic").set_value("").run()

    assert first == {"plans_silent": "true", "plans_topic": "Community hubs", "plans_facilitator": "4"}
    assert chosen(at) == {"silent": True, "lead": 4}
    assert popovers(at)[1] == "More filters (2 set)"


def test_namesakes_are_two_people() -> None:
    at = opened(facilitator="9")
    at.session_state["plans_more"] = True
    at.run()
    box = at.selectbox(key="plans_facilitator")

    assert box.options == ["Everybody", "Sam Lee (account 4)", "Ada", "Sam Lee (account 9)"]
    assert box.set_value(4).run().session_state["chosen"]["lead"] == 4
