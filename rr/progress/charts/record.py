"""What a chart is, and the words that several of them share."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlmodel import col

from rr.db import Session
from rr.labels import count
from rr.progress.bars import Bar
from rr.progress.figures import Figure, FigureQuestion, WorkPage
from rr.progress.rows import Condition
from rr.toolkit.models import Topic


@dataclass(frozen=True)
class BarRows:
    """What one bar of a chart opens: its words (or the statement that finds them), its rows, and the page that lists the same."""

    label: str | Select[str]
    where: Callable[[FigureQuestion], list[Condition]]
    work_page: WorkPage | None = None


@dataclass(frozen=True)
class Chart:
    """A chart: `query` gives its rows, and `bars` and `sentence` read those same rows, so that they can't disagree.

    A bar opens rows of the `figure`: which ones, `bar_rows` says by the bar's code, and None for a code of no bar. `opens` names all
    of them, `heading` stands above those of one bar. `name` is in the keys of widgets.
    """

    name: str
    title: str
    figure: Figure
    opens: str
    query: Callable[[Session, FigureQuestion], Any]
    bars: Callable[[Any], list[Bar]]
    sentence: Callable[[Any], str]
    bar_rows: Callable[[str], BarRows | None]
    heading: str = ""


def most_common(rows: Sequence[tuple[str, int]], what: str) -> str:
    """Which topics have the longest bar, from their labels and numbers; "" if there is nothing in any."""
    most = max((n for _, n in rows), default=0)
    labels = [f"“{label}”" for label, n in rows if n == most]
    if most == 0:
        return ""
    if len(labels) == 1:
        return f"{labels[0]} is the most common topic, with {count(most, what)}."
    if len(labels) == 2:
        return f"{labels[0]} and {labels[1]} are the most common topics, with {count(most, what)} each."
    return f"{len(labels)} topics are equally common, with {count(most, what)} each."


def topic_label(code: str) -> Select[str]:
    return select(col(Topic.label)).where(col(Topic.code) == code)
