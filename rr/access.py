"""Who may do what: the table, and the one gatekeeper that every list, page, link and command goes through."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol, TypeVar

from sqlalchemy import ColumnElement, Integer, Select, false, literal, select, true, union
from sqlmodel import col

from rr.db import Session
from rr.errors import NotFound
from rr.plans.models import ActionPlan
from rr.sessions.models import SessionFacilitator, SupportSession


class OfPartnership(Protocol):
    """A row that belongs to a partnership, or to none yet."""

    @property
    def partnership_id(self) -> int | None: ...


Row = TypeVar("Row", bound=OfPartnership)


class Who(StrEnum):
    """Everybody who can act: the roles of accounts, and those who act without one."""

    PUBLIC = "public"
    LINK = "link"
    FACILITATOR = "facilitator"
    SUPPORT = "support"
    MANAGER = "manager"
    ADMIN = "admin"
    SYSTEM = "system"


class Scope(StrEnum):
    """How far a permission reaches. Own: of a partnership where they facilitate a session or lead the plan."""

    NONE = "none"
    OWN = "own"
    ALL = "all"


class Can(StrEnum):
    """One for each row of the table of permissions."""

    SIGN_UP = "send a sign-up"
    READ_REQUESTS = "read requests, contacts and the thread"
    EDIT_PARTNERSHIP = "edit contacts and partnership facts"
    TRIAGE = "triage, assign, merge and undo a decision"
    IMPORT = "import sign-ups"
    READ_SESSIONS = "read sessions"
    RUN_SESSIONS = "create, edit and capture sessions"
    NAME_FACILITATORS = "name the facilitators of a session"
    READ_PLANS = "read plans"
    EDIT_PLANS = "edit, review, agree and hand over plans"
    MAKE_LINKS = "make and withdraw private links"
    ASK_SUPPORT = "ask for support"
    MATCH_SUPPORT = "match support"
    READ_TOOLKIT = "read the toolkit"
    ADD_ACTIVITIES = "add activities"
    EDIT_ACTIVITIES = "edit activities that others added"
    SEE_PROGRESS = "see the dashboard and reports"
    EXPORT_PERSONAL = "export personal data"
    PREPARE_ERASURE = "prepare erasure and subject access"
    APPROVE_ERASURE = "approve erasure and subject access"
    READ_AUDIT = "read the audit"
    READ_AUDIT_EVENTS = "read the audit's events without their content"
    ADMINISTER = "accounts, settings and backups"
    EDIT_LISTS = "edit lists"


def _row(link: Scope, facilitator: Scope, support: Scope, manager: Scope, admin: Scope) -> Mapping[Who, Scope]:
    return {Who.LINK: link, Who.FACILITATOR: facilitator, Who.SUPPORT: support, Who.MANAGER: manager, Who.ADMIN: admin}


_NO, _OWN, _ALL = Scope.NONE, Scope.OWN, Scope.ALL
TABLE: Mapping[Can, Mapping[Who, Scope]] = {
    #                           link  facilitator support manager admin
    Can.SIGN_UP: {Who.PUBLIC: _ALL, **_row(_ALL, _ALL, _ALL, _ALL, _ALL)},
    Can.READ_REQUESTS: _row(_OWN, _OWN, _ALL, _ALL, _NO),
    Can.EDIT_PARTNERSHIP: _row(_NO, _OWN, _ALL, _ALL, _NO),
    Can.TRIAGE: _row(_NO, _NO, _ALL, _ALL, _NO),
    Can.IMPORT: _row(_NO, _NO, _ALL, _ALL, _NO),
    Can.READ_SESSIONS: _row(_NO, _OWN, _ALL, _ALL, _NO),
    Can.RUN_SESSIONS: _row(_NO, _OWN, _ALL, _ALL, _NO),
    Can.NAME_FACILITATORS: _row(_NO, _NO, _ALL, _ALL, _NO),
    Can.READ_PLANS: _row(_OWN, _OWN, _ALL, _ALL, _NO),
    Can.EDIT_PLANS: _row(_NO, _OWN, _ALL, _ALL, _NO),
    Can.MAKE_LINKS: _row(_NO, _OWN, _ALL, _ALL, _NO),
    Can.ASK_SUPPORT: _row(_OWN, _OWN, _ALL, _ALL, _NO),
    Can.MATCH_SUPPORT: _row(_NO, _NO, _ALL, _ALL, _NO),
    Can.READ_TOOLKIT: _row(_OWN, _ALL, _ALL, _ALL, _ALL),
    Can.ADD_ACTIVITIES: _row(_NO, _ALL, _NO, _ALL, _ALL),
    Can.EDIT_ACTIVITIES: _row(_NO, _NO, _NO, _ALL, _ALL),
    Can.SEE_PROGRESS: _row(_NO, _OWN, _ALL, _ALL, _NO),
    Can.EXPORT_PERSONAL: _row(_NO, _NO, _NO, _ALL, _NO),
    Can.PREPARE_ERASURE: _row(_NO, _NO, _ALL, _NO, _NO),
    Can.APPROVE_ERASURE: _row(_NO, _NO, _NO, _ALL, _NO),
    Can.READ_AUDIT: _row(_NO, _OWN, _OWN, _ALL, _NO),
    Can.READ_AUDIT_EVENTS: _row(_NO, _NO, _NO, _ALL, _ALL),
    Can.ADMINISTER: _row(_NO, _NO, _NO, _NO, _ALL),
    Can.EDIT_LISTS: _row(_NO, _NO, _NO, _ALL, _ALL),
}
WRITES = frozenset(Can) - {
    Can.READ_REQUESTS,
    Can.READ_SESSIONS,
    Can.READ_PLANS,
    Can.READ_TOOLKIT,
    Can.SEE_PROGRESS,
    Can.READ_AUDIT,
    Can.READ_AUDIT_EVENTS,
    Can.EXPORT_PERSONAL,
}


@dataclass(frozen=True)
class Actor:
    """Whoever acts: an account, a private link, the public form, or the system (command line, jobs, demo)."""

    role: Who
    name: str = ""
    account_id: int | None = None
    partnership_id: int | None = None

    @property
    def who(self) -> str:
        """How the audit names them."""
        return self.name or self.role.value


NOT_HERE = ("That isn't here, or isn't one of yours.", "Search for it by its partnership's name.")
PUBLIC = Actor(Who.PUBLIC, "the sign-up form")
SYSTEM = Actor(Who.SYSTEM, "the system")


def scope(actor: Actor, need: Can) -> Scope:
    """How far this person's permission reaches. Denied unless the table allows it; the system may do everything."""
    return Scope.ALL if actor.role is Who.SYSTEM else TABLE[need].get(actor.role, Scope.NONE)


def own_partnerships(actor: Actor) -> Select[Any]:
    """The ids of the partnerships that are this person's own, as a select to put into another."""
    if actor.role is Who.LINK:
        return select(literal(actor.partnership_id, Integer).label("partnership_id"))
    facilitates = (
        select(col(SupportSession.partnership_id).label("partnership_id"))
        .join(SessionFacilitator, col(SessionFacilitator.session_id) == col(SupportSession.id))
        .where(col(SessionFacilitator.account_id) == actor.account_id)
    )
    leads = select(col(ActionPlan.partnership_id).label("partnership_id")).where(col(ActionPlan.lead_id) == actor.account_id)
    return select(union(facilitates, leads).subquery().c.partnership_id)


def visible(partnership_id: Any, actor: Actor, need: Can) -> ColumnElement[bool]:
    """The condition that keeps a list to the rows that this person may see. `partnership_id` is the list's column."""
    reach_of = scope(actor, need)
    if reach_of is Scope.ALL:
        return true()
    if reach_of is Scope.NONE:
        return false()
    return partnership_id.in_(own_partnerships(actor))


def demand(actor: Actor, need: Can) -> None:
    """Refuse (NotFound) somebody who may not do this anywhere. For what isn't about one record."""
    if scope(actor, need) is Scope.NONE:
        raise NotFound("That isn't here, or isn't one of yours.", "Go back to your first page. Ask an administrator if you need it.")


def demand_for(db: Session, partnership_id: int | None, actor: Actor, need: Can) -> None:
    """Refuse (NotFound) somebody who may not do this for this partnership."""
    demand(actor, need)
    if scope(actor, need) is Scope.ALL:
        return
    mine = own_partnerships(actor).subquery()
    if partnership_id is None or db.execute(select(mine.c[0]).where(mine.c[0] == partnership_id)).first() is None:
        raise NotFound(*NOT_HERE)


def reach(db: Session, table: type[Row], row_id: int, actor: Actor, need: Can) -> Row:
    """The gatekeeper: the row, if it is there and this person may; NotFound otherwise, with the same words for both.

    The table needs a `partnership_id`. When the need is a write, the row is locked until the transaction ends (PostgreSQL
    would lose one of two people's changes without it).
    """
    demand(actor, need)
    row = db.get(table, row_id, with_for_update=need in WRITES, populate_existing=need in WRITES)
    if row is None:
        raise NotFound(*NOT_HERE)
    demand_for(db, row.partnership_id, actor, need)
    return row
