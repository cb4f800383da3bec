"""Sign-ups, the decisions about them, and the files that they came in with."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Index, UniqueConstraint
from sqlmodel import Field

from rr.base import LINE, LONG, SHORT, Base, Instant, Versioned, choice, fold, searched_name, string
from rr.clock import london_day
from rr.intake.drafts import SignUpDraft
from rr.intake.rules import Format, Move, PartnershipKnows, RequestStatus, Source
from rr.partnerships.rules import ContactRole


class SupportRequest(Versioned, table=True):
    """A sign-up: the words as they were written beside what was understood of them."""

    __tablename__ = "support_request"
    __table_args__ = (
        UniqueConstraint("source", "entry_id", "received_at"),
        Index("ix_support_request_status_received_on", "status", "received_on"),
        # The queue is chosen and counted from these two alone, without reading people's words.
        Index("ix_support_request_queue", "status", "back_on", "first_contact_at", "received_at", "assigned_id", "received_on"),
        Index("ix_support_request_latest", "received_at", "id", "status"),
        Index("ix_support_request_received_on", "received_on", "status", "first_contact_at"),
        Index("ix_support_request_partnership_id", "partnership_id", "status", "back_on"),
        {"sqlite_autoincrement": True},
    )
    id: int = Field(default=None, primary_key=True)
    ref: str = string(SHORT, personal=False, unique=True)
    source: Source = Field(sa_type=choice(Source))
    entry_id: str = string(SHORT, personal=False)
    batch_id: int | None = Field(default=None, foreign_key="import_batch.id", index=True, description="origin: the import")
    received_at: datetime = Field(sa_type=Instant)
    received_on: date = Field(description="the day in London")
    partnership_id: int | None = Field(default=None, foreign_key="partnership.id")
    contact_id: int | None = Field(default=None, foreign_key="contact.id", index=True)
    area_text: str = string(LINE, personal=True)
    name: str = string(LINE, personal=True, searched=searched_name)
    folded: str = string(LINE, personal=True, index=True)
    role: ContactRole | None = Field(default=None, sa_type=choice(ContactRole))
    role_text: str = string(LINE, personal=True)
    email: str = string(LINE, personal=True, index=True)
    phone: str = string(SHORT, personal=True)
    phone_text: str = string(LINE, personal=True)
    prompted_by: str = string(LONG, personal=True)
    words: str = string(LONG, personal=True)
    people: int | None = None
    people_text: str = string(LINE, personal=True)
    newcomers: int | None = None
    newcomers_text: str = string(LINE, personal=True)
    format: Format | None = Field(default=None, sa_type=choice(Format))
    access_needs: str = string(LONG, personal=True)
    avoid: str = string(LONG, personal=True)
    partnership_knows: PartnershipKnows | None = Field(default=None, sa_type=choice(PartnershipKnows))
    consent_contact: bool = False
    consent_share: bool = False
    remarks: str = string(LONG, personal=True, description="what could not be understood, one sentence a line")
    answers: dict[str, Any] = Field(default_factory=dict, sa_type=JSON, sa_column_kwargs={"info": {"personal": True}})
    status: RequestStatus = Field(default=RequestStatus.NEW, sa_type=choice(RequestStatus), index=True)
    first_contact_at: datetime | None = Field(default=None, sa_type=Instant)
    back_on: date | None = Field(default=None, description="when a 'not now' comes back")
    duplicate_of_id: int | None = Field(default=None, foreign_key="support_request.id")
    assigned_id: int | None = Field(default=None, foreign_key="account.id", index=True)


class RequestTopic(Base, table=True):
    """A topic that a sign-up ticked."""

    __tablename__ = "request_topic"
    request_id: int = Field(foreign_key="support_request.id", primary_key=True)
    topic: str = Field(foreign_key="topic.code", primary_key=True, index=True, max_length=SHORT)


class Decision(Base, table=True):
    """What somebody decided about a sign-up. Undoing adds a row that points at the one it undoes."""

    id: int = Field(default=None, primary_key=True)
    request_id: int = Field(foreign_key="support_request.id", index=True)
    move: Move = Field(sa_type=choice(Move))
    before: RequestStatus = Field(sa_type=choice(RequestStatus, "before"))
    after: RequestStatus = Field(sa_type=choice(RequestStatus, "after"))
    before_first_contact_at: datetime | None = Field(default=None, sa_type=Instant)
    words: str = string(LONG, personal=True)
    partner_id: int | None = Field(default=None, foreign_key="support_partner.id", description="where it was signposted to")
    back_on: date | None = None
    before_back_on: date | None = None
    duplicate_of_id: int | None = Field(default=None, foreign_key="support_request.id")
    undoes_id: int | None = Field(default=None, foreign_key="decision.id", unique=True)
    at: datetime = Field(sa_type=Instant, index=True)
    by_id: int | None = Field(default=None, foreign_key="account.id")


class ImportBatch(Base, table=True):
    """One file that was imported, and what became of its rows."""

    __tablename__ = "import_batch"
    id: int = Field(default=None, primary_key=True)
    file_name: str = string(LINE, personal=True)
    taken: int = 0
    already: int = 0
    changed: int = 0
    refused: int = 0
    at: datetime = Field(sa_type=Instant, index=True)
    by_id: int | None = Field(default=None, foreign_key="account.id")


class ImportRow(Base, table=True):
    """One row of an imported file: what became of it (`RowResult`), with the reason if it wasn't imported."""

    __tablename__ = "import_row"
    __table_args__ = (Index("ix_import_row_batch_id", "batch_id", "result", "line"), {"sqlite_autoincrement": True})
    id: int = Field(default=None, primary_key=True)
    batch_id: int = Field(foreign_key="import_batch.id")
    line: int
    entry_id: str = string(SHORT, personal=False)
    result: str = string(SHORT, personal=False)
    area: str = string(LINE, personal=True)
    why: str = string(LONG, personal=True)
    request_id: int | None = Field(default=None, foreign_key="support_request.id")


class FormMapping(Versioned, table=True):
    """Which column of a form's exports answers which question, under the name that somebody gave it."""

    __tablename__ = "form_mapping"
    id: int = Field(default=None, primary_key=True)
    name: str = string(LINE, personal=False, unique=True)
    columns: dict[str, Any] = Field(default_factory=dict, sa_type=JSON, description="the headers by field")
    headers: list[Any] = Field(default_factory=list, sa_type=JSON, description="all headers of the file that it was made from")
    day_first: bool | None = Field(default=None, description="in dates such as 03/04/2024, where nothing else tells")
    made_at: datetime = Field(sa_type=Instant)
    by_id: int | None = Field(default=None, foreign_key="account.id")


def new_request(
    draft: SignUpDraft,
    *,
    ref: str,
    source: Source,
    received_at: datetime,
    entry_id: str = "",
    remarks: Iterable[str] = (),
    answers: dict[str, Any] | None = None,
) -> SupportRequest:
    """The row for a sign-up. Its topics are rows of their own. Without an entry id the reference stands in for it."""
    understood = dict(draft)
    understood.pop("topics")
    return SupportRequest.row(
        **understood,
        ref=ref,
        source=source,
        entry_id=entry_id or ref,
        received_at=received_at,
        received_on=london_day(received_at),
        folded=fold(draft.name)[:LINE],
        remarks="\n".join(remarks)[:LONG],
        answers=answers or {},
    )


def topics_of(request: SupportRequest, draft: SignUpDraft) -> list[RequestTopic]:
    return [RequestTopic.row(request_id=request.id, topic=topic) for topic in draft.topics]
