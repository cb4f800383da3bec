"""The badges of plans and actions, for lists and, in Markdown, for the pages of one record."""

from dataclasses import replace
from datetime import date

from rr.days import say_short
from rr.labels import count
from rr.plans.queries import ActionView
from rr.plans.rules import ActionStatus
from rr.plans.states import ReviewDue, Urgency
from rr.ui.kit.markdown import plain
from rr.ui.kit.rows import Badge


def due(urgency: Urgency, day: date | None, today: date) -> Badge | None:
    """An open action whose date is near or has passed; None for all others."""
    if urgency is Urgency.OVERDUE and day:
        return Badge(f"Due {count((today - day).days, 'day')} ago", "orange", "schedule")
    return Badge(urgency.label, "gray", "schedule") if urgency is Urgency.SOON else None


def status(said: ActionStatus, said_on: date | None, urgency: Urgency) -> Badge:
    """How an action goes. Of one whose date has passed, also when that was said: before the date, it may have been right."""
    badge = Badge.of(said)
    return replace(badge, words=f"{badge.words} on {say_short(said_on)}") if urgency is Urgency.OVERDUE and said_on else badge


def silent(days: int | None) -> Badge | None:
    return None if days is None else Badge(f"No update for {count(days, 'day')}", "orange", "notifications_paused")


def review(near: ReviewDue | None) -> Badge | None:
    """A review whose date has passed, or that is due within a week."""
    if near is ReviewDue.OVERDUE:
        return Badge(near.label, "orange", "event_busy")
    return Badge(near.label, "gray", "event") if near is ReviewDue.SOON else None


def confidence(action: ActionView) -> Badge | None:
    """What a person said, or with a question mark what is suggested while nobody has. Nothing once the date has passed or it is finished:

    the question was whether it will be done by then.
    """
    if action.urgency in (Urgency.OVERDUE, Urgency.NONE):
        return None
    if action.confidence:
        return Badge.of(action.confidence)
    return Badge(f"{action.suggested.label}?", "gray", "help") if action.suggested else None


def support_waiting() -> Badge:
    return Badge("Support needed", "orange", "handshake")


def in_markdown(*badges: Badge | None) -> str:
    return " ".join(f":{badge.colour}-badge[:material/{badge.icon}: {plain(badge.words)}]" for badge in badges if badge is not None)
