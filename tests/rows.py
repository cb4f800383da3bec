"""Lists in page tests: what was drawn, and pressing in it, which Streamlit's tester can't do by itself."""

import json
from typing import Any

from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.testing.v1 import AppTest

FORM = "$$STREAMLIT_INTERNAL_KEY_{}__events"  # what Streamlit calls the widget that brings a component's events


def drawn(at: AppTest, key: str) -> list[dict[str, Any]]:
    """The rows of a list as they were sent, each with its group's heading; none if the list wasn't drawn."""
    return [{**row, "group": group["heading"]} for group in sent(at, key)["groups"] for row in group["rows"]]


def sent(at: AppTest, key: str) -> dict[str, Any]:
    """Everything that was sent for a list."""
    lists = {each.key: each.proto for each in _components(at)}
    return json.loads(lists[key].json) if key in lists else {"groups": [], "options": {}}


def texts(at: AppTest, key: str) -> list[str]:
    """The words of each row, in the order in which they are shown."""
    return [" | ".join(_texts(row)) for row in drawn(at, key)]


def press(at: AppTest, key: str, row: int, act: str, choice: str = "") -> AppTest:
    """Press a button, with what is chosen beside it. Refuses what isn't there: a person couldn't press it either."""
    buttons = [button["act"] for one in drawn(at, key) if one["id"] == row for button in one.get("buttons", ())]
    if act not in buttons:
        raise AssertionError(f"Row {row} of {key} has no button {act!r}, only {buttons}")
    shown = sent(at, key)
    value = [{"number": shown["answered"] + 1, "id": row, "act": act, "choice": choice, "key": shown["key"]}]
    return send(at, key, "act", value)


def follow(at: AppTest, key: str, href: str) -> AppTest:
    """Click a link of a list."""
    return send(at, key, "open", href)


def send(at: AppTest, key: str, event: str, value: object) -> AppTest:
    """Send an event of a list's, whatever it is, as a browser would."""
    states = at._tree.get_widget_states()
    states.widgets.append(event_state(next(each.proto.id for each in _components(at) if each.key == key), event, value))
    return at._run(states)


def event_state(element_id: str, event: str, value: object) -> WidgetState:
    """An event of a component as the websocket carries it."""
    return WidgetState(id=FORM.format(element_id), json_trigger_value=json.dumps([{"event": event, "value": value}]))


def _components(at: AppTest) -> list[Any]:
    return [each for each in (*at.main, *at.sidebar) if each.type == "bidi_component"]


def _texts(row: dict[str, Any]) -> list[str]:
    pairs = [f"{label}: {text}" for label, text in [*row.get("facts", ()), *row.get("more", ())]]
    named = [each["words"] for each in [*row.get("badges", ()), *row.get("links", ()), *row.get("buttons", ())]]
    return [row["heading"], *row.get("detail", ()), *filter(None, [row.get("words")]), *pairs, *named]
