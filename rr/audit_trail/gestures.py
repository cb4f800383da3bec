"""What people do, in the past tense: one record for each command that the audit may name."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from rr.accounts.rules import AccountEvent
from rr.intake.rules import Move


class _Did(Protocol):
    """A choice that says itself what somebody did by choosing it."""

    @property
    def did(self) -> str: ...


@dataclass(frozen=True)
class Gesture:
    """`past` says what somebody did; {} stands for the record that it was about.

    Of the records that a gesture changed, that is one of a kind in `about` (the name of its table), else the one on top of the others.
    `moves`: the kind and the column that hold a choice which says more exactly what was done. `field`: the field whose change belongs
    in the sentence. `alone` says it where there is no record; `who` where the audit names nobody.
    """

    past: str
    about: tuple[str, ...] = ()
    who: str = ""
    alone: str = ""
    field: str = ""
    moves: tuple[str, str, Mapping[str, _Did]] | None = None


_REQUEST, _SESSION, _PLAN, _ACTION, _REVIEW = ("support_request",), ("support_session",), ("action_plan",), ("action",), ("review",)
_AGENDA, _LINE, _NEED, _ACCOUNT, _ACTIVITY = ("agenda_item",), ("capture",), ("support_need",), ("account",), ("activity",)
_PARTNERSHIP, _CONTACT, _IMPORT, _MAPPING = ("partnership",), ("contact",), ("import_batch",), ("form_mapping",)
_DECIDED = ("decision", "move", {move.value: move for move in Move})

GESTURES: Mapping[str, Gesture] = {
    # Sign-ups
    "sign_up": Gesture("took in {}", _REQUEST),
    "log_call": Gesture("wrote down a phone call as {}", _REQUEST),
    "decide": Gesture("decided about {}", _REQUEST, moves=_DECIDED),
    "reject_as_spam": Gesture("marked {} as spam", _REQUEST),
    "assign": Gesture("changed who deals with {}", _REQUEST),
    "choose_partnership": Gesture("chose the partnership of {}", _REQUEST),
    "match_partnership": Gesture("matched {} with its partnership", _REQUEST),
    "import_signups": Gesture("imported {}", _IMPORT),
    "undo_import": Gesture("undid the import of {}", _IMPORT),
    "save_mapping": Gesture("saved {}", _MAPPING),
    "forget_mapping": Gesture("deleted {}", _MAPPING),
    # Sessions
    "draft_session": Gesture("drafted {}", _SESSION),
    "draft_next": Gesture("drafted {}", _SESSION),
    "discard_draft": Gesture("deleted {}", _SESSION),
    "arrange": Gesture("changed the details of {}", _SESSION),
    "name_facilitators": Gesture("named the facilitators of {}", ("session_facilitator", "support_session")),
    "cancel": Gesture("cancelled {}", _SESSION),
    "mark_held": Gesture("marked {} as held", _SESSION),
    "undo_held": Gesture("took back that {} was held", _SESSION),
    "finish": Gesture("wrote up {}", _SESSION),
    "add_item": Gesture("added to the agenda of {}", _AGENDA),
    "change_item": Gesture("changed the agenda of {}", _AGENDA),
    "move_item": Gesture("reordered the agenda of {}", _AGENDA),
    "swap_item": Gesture("put another activity on the agenda of {}", _AGENDA),
    "remove_item": Gesture("removed something from the agenda of {}", _AGENDA),
    "capture": Gesture("captured a line in {}", _LINE),
    "correct": Gesture("corrected a line of {}", _LINE),
    "remove_line": Gesture("removed a line of {}", _LINE),
    "add_support": Gesture("wrote down {}", _NEED),
    "change_support": Gesture("changed {}", _NEED),
    "remove_support": Gesture("removed {}", _NEED),
    # Plans
    "add_from_session": Gesture("added a session’s actions to {}", _PLAN),
    "agree": Gesture("wrote down that {} was agreed", _PLAN),
    "undo_agreement": Gesture("took back that {} was agreed", _PLAN),
    "name_lead": Gesture("named who follows up {}", _PLAN),
    "close": Gesture("closed {}", _PLAN),
    "reopen": Gesture("reopened {}", (*_PLAN, *_SESSION)),
    "add_action": Gesture("added {}", _ACTION),
    "edit_action": Gesture("edited {}", _ACTION),
    "move_action": Gesture("moved {}", _ACTION),
    "ask_support": Gesture("wrote down {}", _NEED),
    "set_no_support_needed": Gesture("wrote down that no support is needed for {}", _ACTION),
    "update_action": Gesture("updated {}", _ACTION),
    "set_words": Gesture("added words to an update of {}", ("action_update", *_ACTION)),
    "set_confidence": Gesture("said how likely it is that {} will be done in time", _ACTION),
    "move_review": Gesture("moved {}", _REVIEW),
    "finish_review": Gesture("held {}", _REVIEW),
    # Support needed
    "ask": Gesture("wrote down {}", _NEED),
    "withdraw": Gesture("withdrew {}", _NEED),
    "tie": Gesture("tied {} to an action", _NEED),
    "settle": Gesture("settled {}", _NEED),
    "change_kind": Gesture("changed the type of {}", _NEED),
    # Partnerships
    "know_contact": Gesture("added {}", _CONTACT),
    "edit_contact": Gesture("changed {}", _CONTACT),
    "add_contact": Gesture("added {}", _CONTACT),
    "record_consent": Gesture("wrote down the consents of {}", _CONTACT),
    "add_alias": Gesture("added another name of {}", ("alias",)),
    "edit_facts": Gesture("changed the facts about {}", _PARTNERSHIP),
    "add_note": Gesture("added a note about {}", ("note",)),
    # Toolkit
    "add_activity": Gesture("added {}", _ACTIVITY),
    "edit_activity": Gesture("edited {}", _ACTIVITY),
    # Accounts
    "add_account": Gesture("made an account for {}", _ACCOUNT),
    "make_link": Gesture(f"{AccountEvent.LINK_MADE.label} for {{}}", _ACCOUNT),
    "set_password": Gesture(AccountEvent.LINK_USED.label, _ACCOUNT),
    "change_password": Gesture(AccountEvent.PASSWORD_CHANGED.label, _ACCOUNT),
    "sign_in": Gesture(AccountEvent.SIGNED_IN.label, _ACCOUNT),
    "sign_in_demo": Gesture(AccountEvent.SIGNED_IN.label, _ACCOUNT),
    "note_failure": Gesture(f"{AccountEvent.FAILED.label} as {{}}", _ACCOUNT, who="Somebody", alone=AccountEvent.FAILED.label),
    "sign_out_elsewhere": Gesture(AccountEvent.SIGNED_OUT_ELSEWHERE.label, _ACCOUNT),
    "disable": Gesture("disabled the account of {}", _ACCOUNT),
    "enable": Gesture("enabled the account of {}", _ACCOUNT),
    "change_role": Gesture("changed the role of {}", _ACCOUNT, field="role"),
    # The system, and whoever undoes
    "undo": Gesture("undid a change to {}"),
    "load_reference": Gesture("loaded the reference lists"),
    "restore": Gesture("restored a backup"),
}
