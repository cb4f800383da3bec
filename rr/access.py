"""Who may do what: the table, and the one gatekeeper that every list, page, link and command goes through."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any, Protocol, TypeVar

from sqlalchemy import CTE, ColumnElement, Integer, Select, false, inspect, literal, select, true, union_all
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
    """How far a permission reaches.

    Own: the rows of a partnership where they facilitate a session or lead the plan, or that their private link is for.
    Self: what is theirs alone, whatever partnership it is about: an account's drafts and sign-ins, the one record of a private link.
    It reaches no row of a partnership; whoever reads or writes such a row compares whose it is.
    """

    NONE = "none"
    SELF = "self"
    OWN = "own"
    ALL = "all"


class Can(StrEnum):
    """One for each row of the table of permissions; reading stands apart from writing, which locks. The last are for links alone."""

    SIGN_UP = "send a sign-up"
    READ_REQUESTS = "read requests, contacts and the thread"
    EDIT_PARTNERSHIP = "edit contacts and partnership facts"
    TRIAGE = "triage, assign, merge and undo a decision"
    IMPORT = "import sign-ups"
    READ_SESSIONS = "read sessions"
    RUN_SESSIONS = "create, edit and capture sessions, with photos and attendance"
    NAME_FACILITATORS = "name the facilitators of a session and offer it"
    ANSWER_OFFERS = "enter one's own availability and answer an offer"
    READ_LETTERS = "read letters"
    SEND_LETTERS = "edit, send and stop letters"
    READ_FEEDBACK = "read the results of feedback"
    EDIT_PROMISES = "edit promises"
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
    EDIT_PARTNERS = "edit support partners and their offers"
    EDIT_MAPPINGS = "edit form mappings"
    EDIT_REPORTS = "edit targets, report notes and schedules"
    KEEP_OWN = "keep one's own drafts, sign-ins and saved views"
    SEE_AUDIT = "open the audit, which shows each as much as the next two say"
    READ_AUDIT = "read the audit"
    READ_AUDIT_EVENTS = "read the audit's events without their content"
    ADMINISTER = "accounts, lists, settings and backups"
    EDIT_LISTS = "edit lists"
    READ_OWN_REQUEST = "read one's own sign-up"
    PROPOSE_CHANGES = "propose changes to a plan"
    READ_CALENDAR = "subscribe to a facilitator's sessions"
    ANSWER_DATES = "answer date options"
    SEE_WALL = "see a session's wall"
    VOTE = "vote in a session"
    GIVE_FEEDBACK = "give feedback"
    STOP_REMINDERS = "stop reminders"


def _row(link: Scope, facilitator: Scope, support: Scope, manager: Scope, admin: Scope) -> Mapping[Who, Scope]:
    return {Who.LINK: link, Who.FACILITATOR: facilitator, Who.SUPPORT: support, Who.MANAGER: manager, Who.ADMIN: admin}


_NO, _SELF, _OWN, _ALL = Scope.NONE, Scope.SELF, Scope.OWN, Scope.ALL
_LINK_ALONE = _row(_SELF, _NO, _NO, _NO, _NO)
TABLE: Mapping[Can, Mapping[Who, Scope]] = {
    #                           link  facilitator support manager admin
    Can.SIGN_UP: {Who.PUBLIC: _ALL, **_row(_ALL, _ALL, _ALL, _ALL, _ALL)},
    Can.READ_REQUESTS: _row(_NO, _OWN, _ALL, _ALL, _NO),
    Can.EDIT_PARTNERSHIP: _row(_NO, _OWN, _ALL, _ALL, _NO),
    Can.TRIAGE: _row(_NO, _NO, _ALL, _ALL, _NO),
    Can.IMPORT: _row(_NO, _NO, _ALL, _ALL, _NO),
    Can.READ_SESSIONS: _row(_NO, _OWN, _ALL, _ALL, _NO),
    Can.RUN_SESSIONS: _row(_NO, _OWN, _ALL, _ALL, _NO),
    Can.NAME_FACILITATORS: _row(_NO, _NO, _ALL, _ALL, _NO),
    Can.ANSWER_OFFERS: _row(_NO, _SELF, _NO, _NO, _NO),
    Can.READ_LETTERS: _row(_NO, _OWN, _ALL, _ALL, _NO),
    Can.SEND_LETTERS: _row(_NO, _OWN, _ALL, _ALL, _NO),
    Can.READ_FEEDBACK: _row(_NO, _OWN, _ALL, _ALL, _NO),
    Can.EDIT_PROMISES: _row(_NO, _OWN, _ALL, _ALL, _NO),
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
    Can.EDIT_PARTNERS: _row(_NO, _NO, _ALL, _ALL, _NO),
    Can.EDIT_MAPPINGS: _row(_NO, _NO, _ALL, _ALL, _NO),
    Can.EDIT_REPORTS: _row(_NO, _NO, _NO, _ALL, _NO),
    Can.KEEP_OWN: _row(_NO, _SELF, _SELF, _SELF, _SELF),
    Can.SEE_AUDIT: _row(_NO, _OWN, _OWN, _ALL, _ALL),
    Can.READ_AUDIT: _row(_NO, _OWN, _OWN, _ALL, _NO),
    Can.READ_AUDIT_EVENTS: _row(_NO, _NO, _NO, _ALL, _ALL),
    Can.ADMINISTER: _row(_NO, _NO, _NO, _NO, _ALL),
    Can.EDIT_LISTS: _row(_NO, _NO, _NO, _ALL, _ALL),
    Can.READ_OWN_REQUEST: _LINK_ALONE,
    Can.PROPOSE_CHANGES: _row(_OWN, _NO, _NO, _NO, _NO),
    Can.READ_CALENDAR: _LINK_ALONE,
    Can.ANSWER_DATES: _LINK_ALONE,
    Can.SEE_WALL: _LINK_ALONE,
    Can.VOTE: _LINK_ALONE,
    Can.GIVE_FEEDBACK: _LINK_ALONE,
    Can.STOP_REMINDERS: _LINK_ALONE,
}
WRITES = frozenset(need for need in Can if not need.name.startswith(("READ_", "SEE_", "EXPORT_")))


class Purpose(StrEnum):
    """What a private link was made for."""

    SIGN_UP = "sign-up"
    PARTNERSHIP = "partnership"
    CALENDAR = "calendar"
    DATES = "dates"
    WALL = "wall"
    VOTE = "vote"
    FEEDBACK = "feedback"
    STOP = "stop"


PURPOSES: Mapping[Purpose, frozenset[Can]] = {  # a private link may do no more than this, whatever the table says of links
    Purpose.SIGN_UP: frozenset({Can.READ_OWN_REQUEST, Can.SIGN_UP}),
    Purpose.PARTNERSHIP: frozenset({Can.READ_PLANS, Can.PROPOSE_CHANGES, Can.ASK_SUPPORT, Can.READ_TOOLKIT}),
    Purpose.CALENDAR: frozenset({Can.READ_CALENDAR}),
    Purpose.DATES: frozenset({Can.ANSWER_DATES}),
    Purpose.WALL: frozenset({Can.SEE_WALL}),
    Purpose.VOTE: frozenset({Can.VOTE}),
    Purpose.FEEDBACK: frozenset({Can.GIVE_FEEDBACK}),
    Purpose.STOP: frozenset({Can.STOP_REMINDERS}),
}


@dataclass(frozen=True)
class Actor:
    """Whoever acts: an account, a private link, the public form, or the system (command line, jobs, demo)."""

    role: Who
    name: str = ""
    account_id: int | None = None
    partnership_id: int | None = None
    purpose: Purpose | None = None

    @property
    def who(self) -> str:
        """How the audit names them."""
        return self.name or self.role.value


NOT_FOUND = ("Not found, or you don't have access to it.", "Search for it by its partnership's name.")
PUBLIC = Actor(Who.PUBLIC, "the sign-up form")
SYSTEM = Actor(Who.SYSTEM, "the system")


def scope(actor: Actor, need: Can) -> Scope:
    """How far this person's permission reaches. Denied unless the table, and a link's purpose, allow it; the system may do everything."""
    if actor.role is Who.SYSTEM:
        return Scope.ALL
    if actor.role is Who.LINK and (actor.purpose is None or need not in PURPOSES[actor.purpose]):
        return Scope.NONE
    return TABLE[need].get(actor.role, Scope.NONE)


def cache_key(actor: Actor, need: Can) -> str:
    """What somebody sees by a permission, as a part of a cache's key: those who see all share it, everybody else has their own.

    Refuses (ValueError) what is somebody's alone: that is personal, and isn't cached.
    """
    reach_of = scope(actor, need)
    if reach_of is Scope.SELF:
        raise ValueError(f"To {need} is somebody's own: not to be cached.")
    return f"own {actor.role} {actor.account_id} {actor.partnership_id}" if reach_of is Scope.OWN else reach_of.value


def own_partnerships(actor: Actor) -> Select[Any]:
    """The ids of the partnerships that are this person's own, some of them twice, as a select to put into another."""
    if actor.role is Who.LINK:
        return select(literal(actor.partnership_id, Integer).label("partnership_id"))
    return select(_worked_with(actor.account_id).c.partnership_id)


@lru_cache(maxsize=256)
def _worked_with(account_id: int | None) -> CTE:
    """One object for each person, so that a statement that asks several times reads it once."""
    facilitates = (
        select(col(SupportSession.partnership_id).label("partnership_id"))
        .join(SessionFacilitator, col(SessionFacilitator.session_id) == col(SupportSession.id))
        .where(col(SessionFacilitator.account_id) == account_id)
    )
    leads = select(col(ActionPlan.partnership_id).label("partnership_id")).where(col(ActionPlan.lead_id) == account_id)
    return union_all(facilitates, leads).cte()


def visible(partnership_id: Any, actor: Actor, need: Can) -> ColumnElement[bool]:
    """The condition that keeps a list to the rows that this person may see. `partnership_id` is the list's column."""
    reach_of = scope(actor, need)
    if reach_of is Scope.ALL:
        return true()
    if reach_of is not Scope.OWN:
        return false()
    return partnership_id.in_(own_partnerships(actor))


def demand(actor: Actor, need: Can) -> None:
    """Refuse (NotFound) somebody who may not do this anywhere. For what isn't about one record."""
    if scope(actor, need) is Scope.NONE:
        raise NotFound(NOT_FOUND[0], "Go back to your first page. Ask an administrator if you need it.")


def demand_for(db: Session, partnership_id: int | None, actor: Actor, need: Can) -> None:
    """Refuse (NotFound) somebody who may not do this for this partnership. What was granted is noted: undoing it asks for the same."""
    demand(actor, need)
    db.info.setdefault("needs", set()).add((need, partnership_id))
    reach_of = scope(actor, need)
    if reach_of is Scope.ALL:
        return
    if reach_of is not Scope.OWN or partnership_id is None:
        raise NotFound(*NOT_FOUND)
    mine = own_partnerships(actor).subquery()
    if db.execute(select(mine.c[0]).where(mine.c[0] == partnership_id)).first() is None:
        raise NotFound(*NOT_FOUND)


def reach(db: Session, table: type[Row], row_id: int, actor: Actor, need: Can) -> Row:
    """The gatekeeper: the row, if it is there and this person may; NotFound otherwise, with the same words for both.

    The table needs a `partnership_id`. When the need is a write, the row is locked until the transaction ends (PostgreSQL
    would lose one of two people's changes without it).
    """
    demand(actor, need)
    row = db.get(table, row_id, with_for_update=need in WRITES, populate_existing=need in WRITES)
    if row is None:
        raise NotFound(*NOT_FOUND)
    demand_for(db, row.partnership_id, actor, need)
    if need in WRITES:
        db.info.setdefault("locked", set()).add((inspect(table).local_table.name, str(row_id)))
    return row
