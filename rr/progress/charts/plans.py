"""The charts of actions: how they go, and what they are about."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlmodel import col

from rr.db import Session
from rr.labels import share
from rr.plans.models import Action
from rr.plans.rules import ActionStatus
from rr.plans.states import is_open, where_current, where_left
from rr.progress.bars import Bar, bar, part_bar
from rr.progress.charts.record import BarRows, Chart, most_common, topic_label
from rr.progress.figures import ACTIONS, FigureQuestion, WorkPage, narrowed
from rr.toolkit.models import Topic

NO_TOPIC = "none"
LEFT, LEFT_LABEL = "left", "Open when the plan was closed"  # the bar of what was still open when its plan was closed


@dataclass(frozen=True)
class ActionCounts:
    """Actions by status, and by topic (code, label, how many, of them done), those about no topic last.

    A status that is open counts only in open plans, as in the list of actions; `left` are those that a closed plan left open.
    """

    statuses: Mapping[ActionStatus, int]
    topics: tuple[tuple[str, str, int, int], ...]
    left: int = 0


def _actions(db: Session, question: FigureQuestion) -> ActionCounts:
    """Both from one statement."""
    topic, status = col(Action.topic), col(Action.status)
    counted = (
        select(topic.label("topic"), status.label("status"), func.count().label("n"), func.count().filter(where_left()).label("left"))
        .where(*narrowed(ACTIONS.kind, question))
        .group_by(topic, status)
        .subquery()
    )
    rows = db.execute(
        select(counted.c.topic, col(Topic.label), counted.c.status, counted.c.n, counted.c.left)
        .outerjoin(Topic, col(Topic.code) == counted.c.topic)
        .order_by(col(Topic.position).is_(None), col(Topic.position), counted.c.topic)
    )
    statuses = dict.fromkeys(ActionStatus, 0)
    topics: dict[str, tuple[str, int, int]] = {}
    left = 0
    for about, label, state, n, of_closed in rows:
        statuses[state] += n - of_closed
        left += of_closed
        code = about or NO_TOPIC
        _, total, done = topics.get(code, ("", 0, 0))
        topics[code] = (label or "No topic", total + n, done + (n if state is ActionStatus.DONE else 0))
    return ActionCounts(statuses, tuple((code, *counts) for code, counts in topics.items()), left)


def _say_statuses(rows: ActionCounts) -> str:
    total, done, stuck = sum(rows.statuses.values()) + rows.left, rows.statuses[ActionStatus.DONE], rows.statuses[ActionStatus.STUCK]
    if total == 0:
        return "There are no actions yet. They are agreed in sessions."
    help_needed = {0: "none is stuck", 1: "1 is stuck and needs help"}.get(stuck, f"{stuck:,} are stuck and need help")
    return f"{share(done, total, 'action', 'is', 'are')} done; {help_needed}."


def _status_rows(code: str) -> BarRows | None:
    if code == LEFT:
        return BarRows(LEFT_LABEL, lambda _question: [where_left()])
    if code not in {status.value for status in ActionStatus}:
        return None
    status = ActionStatus(code)
    listed = {"plans_view": "Actions", "plans_status": status.label} | ({} if is_open(status) else {"plans_state": "All"})
    where = [col(Action.status) == status, *([where_current()] if is_open(status) else [])]
    return BarRows(status.label, lambda _question: where, WorkPage("plans", listed, topic="plans_topic"))


def _status_bars(rows: ActionCounts) -> list[Bar]:
    left = [bar(LEFT, LEFT_LABEL, rows.left, ActionStatus.DROPPED.value)] if rows.left else []
    return [bar(status.value, status.label, n, status.value) for status, n in rows.statuses.items()] + left


ACTION_STATUSES = Chart(
    "action_statuses",
    "How actions go",
    figure=ACTIONS,
    opens="actions",
    query=_actions,
    bars=_status_bars,
    sentence=_say_statuses,
    bar_rows=_status_rows,
)


def _say_topics(rows: ActionCounts) -> str:
    if not rows.topics:
        return "There are no actions yet."
    return most_common([(label, n) for code, label, n, _ in rows.topics if code != NO_TOPIC], "action") or "No action has a topic yet."


def _topic_rows(code: str) -> BarRows:
    if code == NO_TOPIC:
        return BarRows("No topic", lambda _question: [col(Action.topic).is_(None)])
    return BarRows(topic_label(code), lambda _question: [col(Action.topic) == code])


ACTION_TOPICS = Chart(
    "action_topics",
    "What actions are about",
    figure=ACTIONS,
    opens="actions",
    query=_actions,
    bars=lambda rows: [part_bar(code, label, total, done, "done", rest="not_started") for code, label, total, done in rows.topics],
    sentence=_say_topics,
    bar_rows=_topic_rows,
)
