"""Support that is needed, the kinds of it, and the partners who give it."""

from datetime import date, datetime

from sqlalchemy import Index
from sqlmodel import Field

from rr.base import LINE, LONG, SHORT, Base, Instant, Versioned, choice, string
from rr.needs.rules import NeedStatus


class SupportKind(Base, table=True):
    """A kind of support. A list that the team edits; `words` are the keywords that suggest it."""

    __tablename__ = "support_kind"
    code: str = Field(primary_key=True, max_length=SHORT)
    label: str = string(LINE, personal=False)
    words: str = string(LONG, personal=False)
    position: int = 0


class SupportPartner(Base, table=True):
    """An organisation that can help."""

    __tablename__ = "support_partner"
    id: int = Field(default=None, primary_key=True)
    name: str = string(LINE, personal=False, unique=True)
    what: str = string(LONG, personal=False)
    role: str = string(LINE, personal=False)
    source: str = string(LINE, personal=False)


class SupportNeed(Versioned, table=True):
    """Support that a partnership needs to deliver an action, in its own words."""

    __tablename__ = "support_need"
    __table_args__ = (
        Index("ix_support_need_status_asked_on", "status", "asked_on", "id"),
        Index("ix_support_need_kind_status_asked_on", "kind", "status", "asked_on", "id"),
        Index("ix_support_need_partnership_id", "partnership_id", "status", "asked_on", "id"),
        Index("ix_support_need_status_kind_partner_id", "status", "kind", "partner_id"),
        Index("ix_support_need_asked_on", "asked_on", "kind", "status"),
        Index("ix_support_need_status", "status", "settled_on"),
        {"sqlite_autoincrement": True},
    )
    id: int = Field(default=None, primary_key=True)
    partnership_id: int = Field(foreign_key="partnership.id")
    capture_id: int | None = Field(default=None, foreign_key="capture.id", index=True, description="origin: the captured line")
    action_id: int | None = Field(default=None, foreign_key="action.id", index=True)
    kind: str = Field(foreign_key="support_kind.code", max_length=SHORT)
    words: str = string(LONG, personal=True)
    status: NeedStatus = Field(default=NeedStatus.ASKED, sa_type=choice(NeedStatus))
    partner_id: int | None = Field(default=None, foreign_key="support_partner.id")
    asked_on: date
    settled_on: date | None = None
    at: datetime = Field(sa_type=Instant)
    by_id: int | None = Field(default=None, foreign_key="account.id")
