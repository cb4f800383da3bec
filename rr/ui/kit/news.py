"""What the last gesture did, or why it didn't: in a bar at the foot of the window, in view wherever the page was scrolled to.

The bar is read out, and undoes what it tells of: by its button, or by Ctrl+Z outside a text. Good news stays for 20 seconds, a refusal
until somebody closes it, both until the next gesture at most. The page's content ends above the bar, so that nothing is covered.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import streamlit as st

from rr import clock
from rr.ui.kit.navigation import go
from rr.ui.kit.rows import Target, href

NEWS, SENT = "rr_last_news", "rr_news"

Undo = tuple[Any, ...]  # a command, and its arguments


@dataclass(frozen=True)
class News:
    """One piece of news, shown once. `undone` is what the screen does once it was undone; an empty one closes the bar.

    `reveal`: what was refused stands beside its place, which is brought into view.
    """

    headline: str = ""
    lines: tuple[str, ...] = ()
    refused: bool = False
    reveal: bool = False
    undo: Undo | None = None
    undone: Callable[[], None] | None = None
    link: tuple[str, Target] | None = None
    number: int = 0


def tell(told: News) -> None:
    """Let this be the news, from the next run on. Its number is higher than that of any before it."""
    last = current()
    now = int(clock.now().timestamp() * 1000)
    st.session_state[NEWS] = replace(told, number=max(now, last.number + 1))


def current() -> News:
    """The news of the last gesture; an empty one before the first."""
    return st.session_state.get(NEWS, News())


def add_link(label: str, target: Target) -> None:
    """Let the news lead somewhere. To be called before it is drawn."""
    st.session_state[NEWS] = replace(current(), link=(label, target))


def draw(where: str, on_undo: Callable[[], Any]) -> None:
    """Draw the news: one message. A fragment draws it again under a name of its own, and the bar shows the newest."""
    key = f"{SENT}_{where}" if where else SENT
    news = current()

    def undo() -> None:
        if st.session_state[key].undo == current().number:  # else it came twice, or too late
            on_undo()

    def follow() -> None:
        if (link := current().link) is not None:
            go(link[1].stem, **dict(link[1].params))

    _component()(key=key, data=as_data(news), on_undo_change=undo, on_open_change=follow)


def as_data(news: News) -> dict[str, Any]:
    """What is sent to the browser, without what is empty."""
    label, target = news.link or ("", None)
    sent = {
        "headline": news.headline,
        "lines": news.lines,
        "refused": news.refused,
        "reveal": news.reveal,
        "undo": news.undo is not None,
        "link": label,
        "href": href(target, {}) if target else "",
    }
    return {"number": news.number} | {name: value for name, value in sent.items() if value}


@cache
def _component() -> Any:
    """Made once, as that of `rows`."""
    return st.components.v2.component("rr.news", js="news.js", css="news.css", isolate_styles=False)
