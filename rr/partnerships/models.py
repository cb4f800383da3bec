"""The partnership, the names it goes by, its people, and notes about it."""

from datetime import date, datetime

from sqlalchemy import Index
from sqlmodel import Field

from rr.base import LINE, LONG, SHORT, Base, Instant, Versioned, choice, searched_name, string
from rr.partnerships.matching import normalise
from rr.partnerships.rules import ConsentHow, ConsentKind, ContactRole


class Partnership(Versioned, table=True):
    """One for each area, loaded as reference. Money and end date are not known until somebody says."""

    id: int = Field(default=None, primary_key=True)
    name: str = string(LINE, personal=False, unique=True, searched=normalise)
    public_name: str = string(LINE, personal=False, searched=normalise)
    region: str = string(SHORT, personal=False, index=True)
    local_authority: str = string(LINE, personal=False)
    lto_name: str = string(LINE, personal=False)
    area_coordinator: str = string(LINE, personal=True)
    money_remaining: int | None = Field(default=None, description="whole pounds")
    ends_on: date | None = None
    closed_weekday: int | None = Field(default=None, description="Monday is 0: the day on which they never meet")


class Alias(Base, table=True):
    """Another name that a partnership goes by, normalised: from the reference list, or chosen once by a person."""

    id: int = Field(default=None, primary_key=True)
    partnership_id: int = Field(foreign_key="partnership.id", index=True)
    text: str = string(LINE, personal=False, searched=normalise)
    normal: str = string(LINE, personal=False, unique=True)


class Contact(Base, table=True):
    """A person at a partnership, known there by e-mail, else by phone."""

    __table_args__ = (Index("ix_contact_partnership_id_email", "partnership_id", "email"), {"sqlite_autoincrement": True})
    id: int = Field(default=None, primary_key=True)
    partnership_id: int = Field(foreign_key="partnership.id", index=True)
    name: str = string(LINE, personal=True, searched=searched_name)
    folded: str = string(LINE, personal=True, index=True)
    role: ContactRole | None = Field(default=None, sa_type=choice(ContactRole))
    email: str = string(LINE, personal=True)
    phone: str = string(SHORT, personal=True)
    agreed_contact_at: datetime | None = Field(default=None, sa_type=Instant, description="of the consent that stands; empty if none does")
    agreed_share_at: datetime | None = Field(default=None, sa_type=Instant, description="of the consent that stands; empty if none does")
    told_at: datetime | None = Field(default=None, sa_type=Instant, description="when they last told us; what is older changes nothing")


class Consent(Base, table=True):
    """That a person agreed to something, or withdrew it. The latest of a kind stands; `Contact.agreed_…_at` is set with it."""

    id: int = Field(default=None, primary_key=True)
    contact_id: int = Field(foreign_key="contact.id", index=True)
    kind: ConsentKind = Field(sa_type=choice(ConsentKind))
    given: bool = Field(default=True, description="no: it was withdrawn")
    at: datetime = Field(sa_type=Instant, description="when they said so")
    how: ConsentHow = Field(sa_type=choice(ConsentHow))
    notice: str = string(
        SHORT, personal=False, description="the version of the privacy notice that they were shown or read; empty if it isn't known"
    )
    by_id: int | None = Field(default=None, foreign_key="account.id", description="who wrote it down; empty if they ticked it themselves")


class Note(Base, table=True):
    """What somebody of ours wants the next one to know about a partnership."""

    id: int = Field(default=None, primary_key=True)
    partnership_id: int = Field(foreign_key="partnership.id", index=True)
    words: str = string(LONG, personal=True)
    at: datetime = Field(sa_type=Instant)
    by_id: int | None = Field(default=None, foreign_key="account.id")
