"""Sessions, their facilitators and agenda, and what was captured in them."""

from datetime import date, datetime

from sqlalchemy import Index
from sqlmodel import Field

from rr.base import LINE, LONG, SHORT, Base, Instant, Versioned, choice, string
from rr.intake.rules import Format
from rr.sessions.rules import CaptureKind

_STAGE = ("held_on", "cancelled_at", "finished_at", "starts_at")


class SupportSession(Versioned, table=True):
    """A Reflect | Recharge session. Draft, planned, held or cancelled follows from its dates."""

    __tablename__ = "support_session"
    __table_args__ = (
        # What a stage is worked out from: of all sessions, and of some partnerships'.
        Index("ix_support_session_stage", *_STAGE, "partnership_id"),
        Index("ix_support_session_partnership_stage", "partnership_id", *_STAGE),
        Index("ix_support_session_request_id", "request_id", "held_on"),
        {"sqlite_autoincrement": True},
    )
    id: int = Field(default=None, primary_key=True)
    partnership_id: int = Field(foreign_key="partnership.id")
    request_id: int | None = Field(default=None, foreign_key="support_request.id", description="origin: the sign-up")
    recipe: str = string(LINE, personal=False, description="the name of the recipe that proposed the agenda")
    recipe_why: str = string(LINE, personal=False)
    minutes: int = Field(description="as booked")
    starts_at: datetime | None = Field(default=None, sa_type=Instant, index=True)
    format: Format | None = Field(default=None, sa_type=choice(Format))
    place: str = string(LINE, personal=True)
    link: str = string(LINE, personal=True)
    people: int | None = Field(default=None, description="expected")
    newcomers: int | None = Field(default=None, description="expected, of the people")
    access_needs: str = string(LONG, personal=True)
    avoid: str = string(LONG, personal=True)
    held_on: date | None = None
    head_count: int | None = None
    newcomers_came: int | None = None
    cancelled_at: datetime | None = Field(default=None, sa_type=Instant)
    cancelled_why: str = string(LINE, personal=True)
    finished_at: datetime | None = Field(default=None, sa_type=Instant, description="when what came out of it went into the plan")
    made_at: datetime = Field(sa_type=Instant)
    edited_at: datetime | None = Field(default=None, sa_type=Instant, description="when a person first changed the draft")

    def touch(self, now: datetime) -> None:
        """A person changed the draft: from here on, accepting its request can't be undone."""
        self.edited_at = self.edited_at or now


class SessionFacilitator(Base, table=True):
    """Who facilitates a session. It makes the partnership their own."""

    __tablename__ = "session_facilitator"
    session_id: int = Field(foreign_key="support_session.id", primary_key=True)
    account_id: int = Field(foreign_key="account.id", primary_key=True, index=True)


class AgendaItem(Versioned, table=True):
    """A row of the agenda. Its start time follows from the minutes of the rows before it."""

    __tablename__ = "agenda_item"
    id: int = Field(default=None, primary_key=True)
    session_id: int = Field(foreign_key="support_session.id", index=True)
    activity_id: int | None = Field(default=None, foreign_key="activity.id", index=True)
    position: int
    title: str = string(LINE, personal=True)
    minutes: int
    why: str = string(LINE, personal=True)
    lead: str = string(SHORT, personal=True)
    notes: str = string(LONG, personal=True)


class Capture(Versioned, table=True):
    """One line of what came out of a session, beside the line as it was typed."""

    id: int = Field(default=None, primary_key=True)
    session_id: int = Field(foreign_key="support_session.id", index=True)
    item_id: int | None = Field(default=None, foreign_key="agenda_item.id", index=True, description="origin: the agenda item")
    kind: CaptureKind = Field(sa_type=choice(CaptureKind))
    text: str = string(LONG, personal=True)
    as_typed: str = string(LONG, personal=True)
    lead: str = string(LINE, personal=True)
    lead_contact_id: int | None = Field(default=None, foreign_key="contact.id")
    due: date | None = None
    topic: str | None = Field(default=None, foreign_key="topic.code", max_length=SHORT)
    at: datetime = Field(sa_type=Instant)
    by_id: int | None = Field(default=None, foreign_key="account.id")
