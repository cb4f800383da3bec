"""News in page tests: what the bar at the foot of the window says, and undoing by it, which Streamlit's tester can't do by itself."""

import json
from typing import Any

from streamlit.testing.v1 import AppTest

from tests import rows

KEY = "rr_news"


def sent(at: AppTest) -> dict[str, Any]:
    """The news as it was sent last: by the page, or by a fragment of it."""
    drawn = [json.loads(each.proto.json) for each in at.main if each.type == "bidi_component" and each.key.startswith(KEY)]
    return max(drawn, key=lambda each: each["number"], default={})


def said(at: AppTest) -> str:
    """What was done; "" if nothing was."""
    news = sent(at)
    return "" if news.get("refused") else news.get("headline", "")


def refused(at: AppTest) -> list[str]:
    """Why nothing was done, its headline first; nothing if something was."""
    news = sent(at)
    return [news["headline"], *news.get("lines", ())] if news.get("refused") else []


def undo(at: AppTest) -> AppTest:
    """Press Undo in the bar. Refuses where it has no such button."""
    news = sent(at)
    if not news.get("undo"):
        raise AssertionError(f"{news} can't be undone")
    return rows.send(at, KEY, "undo", news["number"])
