"""The charts of sign-ups: how long people wait for our first contact, and what they want to talk about."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlmodel import col

from rr.db import Session
from rr.intake.models import RequestTopic, SupportRequest
from rr.intake.rules import LONG_WAIT
from rr.intake.states import is_long_wait, where_waited, where_waiting
from rr.progress.bars import Bar, bar
from rr.progress.charts.record import BarRows, Chart, most_common, topic_label
from rr.progress.figures import SIGN_UPS, WAITING, FigureQuestion, conditions
from rr.progress.rules import WAIT_BANDS, Waiting, shown_days
from rr.progress.waits import waiting_times
from rr.toolkit.models import Topic


def _wait_bars(wait: Waiting) -> list[Bar]:
    return [
        bar(band.code, band.label, n, "waits" if is_long_wait(band.low) else "done") for band, n in zip(WAIT_BANDS, wait.bands, strict=True)
    ]


def _say_waiting(wait: Waiting) -> str:
    if wait.longest is None or wait.median is None:
        return "Nobody is waiting for our first contact."
    if wait.count == 1:
        return f"1 person is waiting, for {shown_days(wait.longest)} so far."
    if wait.over == 0:
        return f"None of the {wait.count:,} has waited more than {shown_days(LONG_WAIT)}; the median wait is {shown_days(wait.median)}."
    have = "has" if wait.over == 1 else "have"
    return (
        f"{wait.over:,} of {wait.count:,} {have} waited more than {shown_days(LONG_WAIT)}; the longest wait is {shown_days(wait.longest)}."
    )


def _wait_rows(code: str) -> BarRows | None:
    band = next((band for band in WAIT_BANDS if band.code == code), None)
    if band is None:
        return None
    return BarRows(band.label, lambda question: [where_waiting(question.today), where_waited(question.today, band.low, band.high)])


FIRST_CONTACT_WAITS = Chart(
    "first_contact_waits",
    "Waiting for our first contact, working days",
    figure=WAITING,
    opens="people who are waiting",
    query=lambda db, question: waiting_times(db, WAITING, question),
    bars=_wait_bars,
    sentence=_say_waiting,
    bar_rows=_wait_rows,
)


def _topics(db: Session, question: FigureQuestion) -> tuple[tuple[str, str, int], ...]:
    """Sign-ups of the period by topic (code, label, how many); one that ticked two counts in both."""
    signed_up = select(col(SupportRequest.id)).where(*conditions(SIGN_UPS, question))
    counted = (
        select(col(RequestTopic.topic).label("topic"), func.count().label("n"))
        .where(col(RequestTopic.request_id).in_(signed_up))
        .group_by(col(RequestTopic.topic))
        .subquery()
    )
    rows = db.execute(
        select(col(Topic.code), col(Topic.label), func.coalesce(counted.c.n, 0))
        .outerjoin(counted, counted.c.topic == col(Topic.code))
        .order_by(col(Topic.position), col(Topic.code))
    )
    return tuple((row[0], row[1], row[2]) for row in rows)


def _say_topics(rows: Sequence[tuple[str, str, int]]) -> str:
    return most_common([(label, n) for _, label, n in rows], "sign-up") or "Nobody signed up about a topic in this period."


def _topic_rows(code: str) -> BarRows:
    ticked = select(col(RequestTopic.request_id)).where(col(RequestTopic.topic) == code)
    return BarRows(topic_label(code), lambda question: [*SIGN_UPS.rule(question), col(SupportRequest.id).in_(ticked)])


SIGN_UP_TOPICS = Chart(
    "sign_up_topics",
    "What sign-ups are about",
    figure=SIGN_UPS,
    opens="sign-ups",
    query=_topics,
    bars=lambda rows: [bar(code, label, n) for code, label, n in rows],
    sentence=_say_topics,
    bar_rows=_topic_rows,
)
