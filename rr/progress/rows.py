"""The rows behind the figures: for each kind its table, whose rows they are, how one reads, and the record that it opens."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlmodel import col

from rr.access import Can
from rr.clock import london_day
from rr.days import say
from rr.intake.models import RequestTopic, SupportRequest
from rr.intake.states import waited, where_counts
from rr.labels import count, sentence
from rr.needs.models import SupportKind, SupportNeed, SupportPartner
from rr.partnerships.models import Partnership
from rr.plans.models import Action, ActionPlan
from rr.sessions.models import SupportSession

Condition = ColumnElement[bool]


@dataclass(frozen=True)
class FigureRow:
    """One row behind a figure: what it is, what there is to say about it, and the page and record on which it is worked on."""

    id: int
    title: str
    detail: str
    page: str
    record_id: int


@dataclass(frozen=True)
class RowKind:
    """What the rows behind a figure are.

    `text` makes title and detail of a row. `opens` names the page of a row and the column with its record's id; whoever may not
    `open_needs` goes to the partnership instead. Rows that don't fulfil `always` are in no figure. `about` picks those about a topic;
    without it, a topic picks the partnerships that ticked it. Actions belong to a partnership through their plan: `plan_id`.
    """

    table: Any
    partnership_id: Any
    columns: tuple[Any, ...]
    order: tuple[Any, ...]
    text: Callable[[Any, date], tuple[str, str]]
    opens: tuple[str, Any]
    open_needs: Can = Can.SEE_PROGRESS
    joins: tuple[tuple[Any, Condition], ...] = ()
    always: tuple[Condition, ...] = ()
    about: Callable[[str], Condition] | None = None
    plan_id: Any = None

    @property
    def id(self) -> Any:
        return col(self.table.id)

    def of_partnerships(self, where: list[Condition]) -> list[Condition]:
        """The rows whose partnership fulfils these conditions, which are about `partnership_id`."""
        if self.plan_id is None or not where:
            return where
        return [self.plan_id.in_(select(col(ActionPlan.id)).where(*where))]

    def listed(self) -> Select[Any]:
        """All rows with what their text needs, in the order in which they are listed."""
        found = select(
            self.id.label("id"), self.opens[1].label("record_id"), self.partnership_id.label("partnership_id"), *self.columns
        ).select_from(self.table)
        if self.plan_id is not None:
            found = found.join(ActionPlan, col(ActionPlan.id) == self.plan_id)
        if self.table is not Partnership:
            found = found.outerjoin(Partnership, col(Partnership.id) == self.partnership_id)
        for table, on in self.joins:
            found = found.outerjoin(table, on)
        return found.add_columns(col(Partnership.name).label("partnership")).order_by(*self.order, self.id)


def _request(row: Any, today: date) -> tuple[str, str]:
    detail = f"{row.ref}, signed up {say(row.received_on)}"
    if row.first_contact_at is None:
        wait = count(waited(row.received_on, None, today), "working day")
        return row.partnership or row.area_text, f"{detail}, no contact for {wait}. {row.status.label}."
    return row.partnership or row.area_text, f"{detail}, first contact {say(london_day(row.first_contact_at))}. {row.status.label}."


def _session(row: Any, _today: date) -> tuple[str, str]:
    if row.held_on:
        return row.partnership, f"Held {say(row.held_on)}" + ("." if row.finished_at else ", not written up yet.")
    return row.partnership, f"Planned for {say(london_day(row.starts_at))}." if row.starts_at else sentence(f"No date yet. {row.recipe}")


def _plan(row: Any, _today: date) -> tuple[str, str]:
    if row.closed_on:
        agreed = f"Agreed {say(row.agreed_on)}, finished" if row.agreed_on else "Closed"
        return row.partnership, f"{agreed} {say(row.closed_on)}."
    return row.partnership, f"Agreed {say(row.agreed_on)}." if row.agreed_on else "Draft."


def _action(row: Any, _today: date) -> tuple[str, str]:
    due = f", by {say(row.due)}" if row.due else ""
    return row.title, f"{sentence(row.partnership)} {row.status.label}{due}."


def _need(row: Any, _today: date) -> tuple[str, str]:
    partner = f" with {row.partner}" if row.partner else ""
    return row.words, f"{sentence(row.partnership)} {row.kind}, asked {say(row.asked_on)}. {row.status.label}{partner}."


def _partnership(row: Any, _today: date) -> tuple[str, str]:
    return row.partnership, row.region


REQUESTS = RowKind(
    SupportRequest,
    col(SupportRequest.partnership_id),
    columns=tuple(col(getattr(SupportRequest, name)) for name in ("ref", "area_text", "received_on", "first_contact_at", "status")),
    order=(col(SupportRequest.received_on),),
    text=_request,
    opens=("requests", col(SupportRequest.id)),
    open_needs=Can.TRIAGE,
    always=(where_counts(),),
    about=lambda topic: col(SupportRequest.id).in_(select(col(RequestTopic.request_id)).where(col(RequestTopic.topic) == topic)),
)
SESSIONS = RowKind(
    SupportSession,
    col(SupportSession.partnership_id),
    columns=tuple(col(getattr(SupportSession, name)) for name in ("starts_at", "held_on", "finished_at", "recipe")),
    order=(func.coalesce(col(SupportSession.starts_at), col(SupportSession.made_at)),),
    text=_session,
    opens=("session", col(SupportSession.id)),
)
PLANS = RowKind(
    ActionPlan,
    col(ActionPlan.partnership_id),
    columns=(col(ActionPlan.agreed_on), col(ActionPlan.closed_on)),
    order=(col(ActionPlan.agreed_on),),
    text=_plan,
    opens=("plan", col(ActionPlan.id)),
)
ACTIONS = RowKind(
    Action,
    col(ActionPlan.partnership_id),
    columns=(col(Action.title), col(Action.status), col(Action.due)),
    order=(col(Action.due).is_(None), col(Action.due)),
    text=_action,
    opens=("plan", col(Action.plan_id)),
    about=lambda topic: col(Action.topic) == topic,
    plan_id=col(Action.plan_id),
)
NEEDS = RowKind(
    SupportNeed,
    col(SupportNeed.partnership_id),
    columns=(
        col(SupportNeed.words),
        col(SupportNeed.asked_on),
        col(SupportNeed.status),
        col(SupportKind.label).label("kind"),
        col(SupportPartner.name).label("partner"),
    ),
    order=(col(SupportNeed.asked_on),),
    text=_need,
    opens=("partnership", col(SupportNeed.partnership_id)),
    joins=(
        (SupportKind, col(SupportKind.code) == col(SupportNeed.kind)),
        (SupportPartner, col(SupportPartner.id) == col(SupportNeed.partner_id)),
    ),
)
PARTNERSHIPS = RowKind(
    Partnership,
    col(Partnership.id),
    columns=(col(Partnership.region),),
    order=(col(Partnership.name),),
    text=_partnership,
    opens=("partnership", col(Partnership.id)),
)
