"""Six-month action plans: their actions, what was said about them, and their reviews."""

from datetime import date, datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field

from rr.base import LINE, LONG, SHORT, Base, Instant, Versioned, choice, string
from rr.plans.rules import ActionStatus, Confidence, ReviewKind


class ActionPlan(Versioned, table=True):
    """A plan that the partnership owns. It ends six months after it was agreed; draft, agreed, closed follow from its dates.

    `last_update_on` and `next_review_on` repeat what its updates and reviews say, because lists and figures look for them among all plans;
    whoever writes those keeps them (rr/plans/roll_up.py).
    """

    __tablename__ = "action_plan"
    __table_args__ = (
        # A partnership has at most one open plan.
        Index(
            "uq_action_plan_open",
            "partnership_id",
            unique=True,
            sqlite_where=text("closed_on IS NULL"),
            postgresql_where=text("closed_on IS NULL"),
        ),
        Index("ix_action_plan_closed_on_next_review_on", "closed_on", "next_review_on", "agreed_on", "last_update_on", "partnership_id"),
        {"sqlite_autoincrement": True},
    )
    id: int = Field(default=None, primary_key=True)
    partnership_id: int = Field(foreign_key="partnership.id", index=True)
    session_id: int | None = Field(
        default=None, foreign_key="support_session.id", index=True, description="origin: the session that made it"
    )
    lead_id: int | None = Field(default=None, foreign_key="account.id", index=True, description="the facilitator who follows it up")
    made_at: datetime = Field(sa_type=Instant)
    agreed_on: date | None = Field(default=None, index=True)
    closed_on: date | None = None
    closed_why: str = string(LINE, personal=True)
    last_update_on: date | None = Field(default=None, description="of the last update, held review or message: an edit is none of them")
    next_review_on: date | None = Field(default=None, description="of the earliest review that is still to be held")


class Action(Versioned, table=True):
    """One action. Its status is only ever set by a person; overdue and the like are worked out."""

    __table_args__ = (
        Index("ix_action_status_due", "status", "due"),
        Index("ix_action_plan_id_topic_status", "plan_id", "topic", "status"),
        Index("ix_action_plan_id_status_due", "plan_id", "status", "due"),
        # The list over all plans: actions still to be done, the earliest date first.
        Index(
            "ix_action_open",
            "due",
            "plan_id",
            "position",
            sqlite_where=text("status NOT IN ('done', 'dropped')"),
            postgresql_where=text("status NOT IN ('done', 'dropped')"),
        ),
        Index("ix_action_topic", "topic", "status"),
        Index("ix_action_status_at", "status", "status_at"),
        Index("ix_action_updated", "status_at", "plan_id"),
        {"sqlite_autoincrement": True},
    )
    id: int = Field(default=None, primary_key=True)
    plan_id: int = Field(foreign_key="action_plan.id")
    capture_id: int | None = Field(default=None, foreign_key="capture.id", unique=True, description="origin: the captured line, once")
    position: int
    title: str = string(LONG, personal=True)
    why: str = string(LONG, personal=True)
    lead: str = string(LINE, personal=True)
    lead_contact_id: int | None = Field(default=None, foreign_key="contact.id")
    due: date | None = None
    first_step: str = string(LONG, personal=True)
    topic: str | None = Field(default=None, foreign_key="topic.code", max_length=SHORT)
    needs_none: bool = Field(default=False, description="somebody said that no support is needed")
    status: ActionStatus = Field(default=ActionStatus.NOT_STARTED, sa_type=choice(ActionStatus))
    status_at: datetime | None = Field(default=None, sa_type=Instant, description="when somebody last said how it goes")
    confidence: Confidence | None = Field(default=None, sa_type=choice(Confidence), description="only when a person said so")
    confidence_why: str = string(LONG, personal=True)


class ActionUpdate(Base, table=True):
    """Somebody said how an action goes: stuck says what would help, done says what changed."""

    __tablename__ = "action_update"
    __table_args__ = (
        Index("ix_action_update_action_id_at", "action_id", "at"),
        Index("ix_action_update_status_at", "status", "at", "action_id"),
        {"sqlite_autoincrement": True},
    )
    id: int = Field(default=None, primary_key=True)
    action_id: int = Field(foreign_key="action.id")
    review_id: int | None = Field(default=None, foreign_key="review.id", index=True, description="origin: the review in which it was said")
    before: ActionStatus = Field(sa_type=choice(ActionStatus, "before"))
    status: ActionStatus = Field(sa_type=choice(ActionStatus))
    words: str = string(LONG, personal=True)
    at: datetime = Field(sa_type=Instant, index=True)
    by_id: int | None = Field(default=None, foreign_key="account.id")


class Review(Versioned, table=True):
    """A check-in that agreeing the plan set: due on a day, held on a day."""

    __table_args__ = (UniqueConstraint("plan_id", "kind"), {"sqlite_autoincrement": True})
    id: int = Field(default=None, primary_key=True)
    plan_id: int = Field(foreign_key="action_plan.id")
    kind: ReviewKind = Field(sa_type=choice(ReviewKind))
    due_on: date = Field(index=True)
    held_on: date | None = None
    words: str = string(LONG, personal=True)
    by_id: int | None = Field(default=None, foreign_key="account.id")
