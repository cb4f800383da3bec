"""Undo: whatever a gesture did, every row is as it was before; and it is refused once somebody changed one of them."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlmodel import col

from rr import db, gesture
from rr.audit import AuditEntry
from rr.errors import NotFound, Refused
from rr.intake.imports import commands as imports
from rr.intake.models import SupportRequest
from rr.intake.rules import Move
from rr.intake.triage import commands as triage
from rr.models import METADATA
from rr.needs import commands as needs
from rr.needs.models import SupportNeed
from rr.needs.rules import NeedStatus
from rr.partnerships import commands as partnerships
from rr.plans import commands as plans
from rr.plans.actions import commands as actions
from rr.plans.models import Action, Review
from rr.plans.reviews import commands as reviews
from rr.plans.rules import ActionStatus, Confidence
from rr.sessions import commands as sessions
from rr.sessions.agenda import commands as agenda
from rr.sessions.capture import commands as capture
from rr.sessions.models import AgendaItem, Capture
from rr.sessions.rules import CaptureKind
from rr.undo import Changed, undo
from tests import story
from tests.builders import a_need, a_plan, a_request, a_session, an_import, captured
from tests.conftest import TODAY

BOOKKEEPING = {"audit_entry", "row_version", "revision", "form_key"}
HOME = 9  # the partnership of the plan


def stored() -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, but for the bookkeeping and the versions that tell two writes of a row apart."""
    with db.reading() as session:
        return {
            table.name: sorted(
                ({name: value for name, value in row.items() if name != "version"} for row in session.execute(select(table)).mappings()),
                key=repr,
            )
            for table in METADATA.sorted_tables
            if table.name not in BOOKKEEPING
        }


@dataclass
class World:
    """A partnership with a plan, sessions at each stage, captured lines, requests and support needed."""

    request: int
    unmatched: int
    plan: int
    draft_plan: int
    actions: list[int]
    review: int
    need: int
    found: int
    planned: int
    held: int
    cancelled: int
    line: int
    items: list[int]
    people: Any


@pytest.fixture
def world(one: Any, people: Any, clock: Any) -> World:
    plan, made = a_plan(one, people, 3, agreed_on=TODAY - timedelta(days=10), partnership_id=HOME)
    draft_plan, _ = a_plan(one, people, 3, partnership_id=HOME + 1)
    one(actions.update_action, made[0], ActionStatus.GOING_WELL, words="It began well", actor=people.support)
    need = a_need(one, people, partnership_id=HOME, action_id=made[0])
    found = a_need(one, people, "A friendly ear", partnership_id=HOME, action_id=made[1])
    one(needs.settle, found, NeedStatus.FOUND, story.partner("Locality"), actor=people.support)
    planned = a_session(one, people, day=TODAY + timedelta(days=3), facilitator=people.facilitator)
    held = a_session(one, people, email="held@example.org")
    one(sessions.mark_held, held, held_on=TODAY, head_count=9, newcomers_came=2, actor=people.support)
    line = captured(held, "Ask Locality about the lease", {"lead": "Maureen"})
    one(capture.add_support, line, "Legal advice", actor=people.support)
    cancelled = a_session(one, people, email="cancelled@example.org")
    one(sessions.cancel, cancelled, "Flooded hall", actor=people.support)
    request, unmatched = a_request(one, email="more@example.org"), a_request(one, email="who@example.org", area_text="The Hamlet")
    with db.reading() as session:
        review = session.execute(select(func.min(col(Review.id))).where(col(Review.plan_id) == plan)).scalar_one()
        items = session.execute(select(col(AgendaItem.id)).where(col(AgendaItem.session_id) == planned).order_by(col(AgendaItem.position)))
        items = list(items.scalars())
    clock.shift(timedelta(hours=1))
    return World(request, unmatched, plan, draft_plan, made, review, need, found, planned, held, cancelled, line, items, people)


GESTURES: Mapping[str, Callable[[World], tuple[Any, ...]]] = {
    "a need is matched": lambda w: (needs.settle, w.need, NeedStatus.FOUND, story.partner("UnLtd")),
    "a need is not available": lambda w: (needs.settle, w.need, NeedStatus.NOT_AVAILABLE),
    "a need is asked again": lambda w: (needs.settle, w.found, NeedStatus.ASKED),
    "a need gets another type": lambda w: (needs.change_kind, w.need, other_kind(w.need)),
    "a need is withdrawn": lambda w: (needs.withdraw, w.need),
    "support is asked for": lambda w: (actions.ask_support, w.actions[2], {"words": "Help with a bid"}),
    "no support is needed": lambda w: (actions.set_no_support_needed, w.actions[2]),
    "an action is done": lambda w: (actions.update_action, w.actions[0], ActionStatus.DONE, {"words": "It stands"}),
    "an action is said in a review": lambda w: (actions.update_action, w.actions[1], ActionStatus.STUCK, {"review_id": w.review}),
    "an action is edited": lambda w: (actions.edit_action, w.actions[0], {"title": "Else", "lead": "Jo"}, titles(w.actions[0])),
    "an action is added": lambda w: (actions.add_action, w.plan, {"title": "One more"}),
    "an action is moved": lambda w: (actions.move_action, w.actions[0], 1),
    "confidence is said": lambda w: (actions.set_confidence, w.actions[0], Confidence.AT_RISK, "No time"),
    "a plan is agreed": lambda w: (plans.agree, w.draft_plan, TODAY),
    "an agreement is undone": lambda w: (plans.undo_agreement, w.plan),
    "a plan is closed": lambda w: (plans.close, w.plan, TODAY, "They have all they wanted"),
    "a plan's contact is chosen": lambda w: (plans.name_lead, w.plan, w.people.other_facilitator.account_id),
    "a review is held": lambda w: (reviews.finish_review, w.review, {"words": "All well"}),
    "a review is moved": lambda w: (reviews.move_review, w.review, TODAY + timedelta(days=40)),
    "a session is cancelled": lambda w: (sessions.cancel, w.planned, "Snow"),
    "a session is reopened": lambda w: (sessions.reopen, w.cancelled),
    "a session is held": lambda w: (sessions.mark_held, w.planned, {"held_on": TODAY, "head_count": 4, "newcomers_came": None}),
    "a session isn't held": lambda w: (sessions.undo_held, w.held),
    "a session is written up": lambda w: (sessions.finish, w.held),
    "facilitators are chosen": lambda w: (sessions.name_facilitators, w.planned, [w.people.other_facilitator.account_id]),
    "the next session is drafted": lambda w: (sessions.draft_next, w.held),
    "a session is arranged": lambda w: (sessions.arrange, w.planned, {"place": "The chapel", "people": 3}, {"place": "", "people": 12}),
    "an activity is removed": lambda w: (agenda.remove_item, w.items[1]),
    "an activity is moved": lambda w: (agenda.move_item, w.items[0], "down"),
    "an activity is added": lambda w: (agenda.add_item, w.planned, {"activity_id": None, "title": "Tea", "minutes": 10}),
    "a line is captured": lambda w: (capture.capture, w.held, "Paint it @Jo by Friday !money", CaptureKind.ACTION),
    "a line is corrected": lambda w: (capture.correct, w.line, {"text": "Else"}, {"text": "Ask Locality about the lease"}),
    "a line is removed": lambda w: (capture.remove_line, w.line),
    "a request is assigned": lambda w: (triage.assign, w.request, w.people.support.account_id),
    "a partnership is chosen": lambda w: (triage.choose_partnership, w.unmatched, story.area("Whitley Bay")),
    "another partnership is chosen": lambda w: (triage.choose_partnership, w.request, HOME),
    "a note is added": lambda w: (partnerships.add_note, HOME, "Ring after six"),
}


def other_kind(need_id: int) -> str:
    with db.reading() as session:
        return next(kind.code for kind in needs.queries.kinds(session) if kind.code != session.get_one(SupportNeed, need_id).kind)


def titles(action_id: int) -> dict[str, Any]:
    with db.reading() as session:
        action = session.get_one(Action, action_id)
        return {"title": action.title, "lead": action.lead}


def do(made: tuple[Any, ...], actor: Any) -> Changed:
    """Run a gesture; the last of it may be its keyword arguments."""
    command, *args = made
    given = args.pop() if isinstance(args[-1], dict) and command not in (actions.edit_action, sessions.arrange, capture.correct) else {}
    changed = gesture.performed(command, *args, actor=actor, **given).changed
    assert changed is not None
    return changed


def test_every_gesture_can_be_undone_once_and_leaves_every_row_as_it_was(world: World, people: Any, one: Any) -> None:
    before = stored()
    wrong = []
    for name, made in GESTURES.items():
        changed = do(made(world), people.support)
        has_changed = stored() != before
        one(undo, changed, actor=people.support)
        again = refusal(undo, changed, people.support)
        if (has_changed, stored() == before, again) != (True, True, "This was undone already"):
            wrong.append((name, has_changed, stored() == before, again))

    assert wrong == []


def refusal(command: Any, changed: Changed, actor: Any) -> str:
    """What it says, "" if it does it."""
    try:
        gesture.perform(command, changed, actor=actor)
    except Refused as refused:
        return refused.headline
    return ""


def add_to_new_plan(world: World) -> tuple[Any, ...]:
    with db.reading() as session:
        line = select(col(Action.plan_id)).where(col(Action.capture_id) == world.line)
        return actions.add_action, session.execute(line).scalar_one(), {"title": "Theirs"}


MEANWHILE: Mapping[str, tuple[str, Callable[[World], tuple[Any, ...]], str]] = {
    "the need was matched": ("a need gets another type", lambda w: (needs.settle, w.need, NeedStatus.NOT_AVAILABLE), "Manager changed"),
    "the plan was closed": ("an action is done", lambda w: (plans.close, w.plan, TODAY, "Over"), "Manager changed"),
    "the action went on": ("an action is done", lambda w: (actions.update_action, w.actions[0], ActionStatus.STUCK), "Manager changed"),
    "a review was begun": ("a plan is agreed", lambda w: review_of(w.draft_plan), "Something was added"),
    "another action came to the plan": ("a session is written up", add_to_new_plan, "Something was added"),
    "the session was cancelled": ("an activity is removed", lambda w: (sessions.cancel, w.planned, "Snow"), "Manager changed"),
    "the line was corrected": ("a line is captured", lambda w: correct_last(), "Manager changed"),
    "somebody decided": ("a request is assigned", lambda w: (triage.decide, w.request, Move.ACCEPT), "Manager changed"),
}


def review_of(plan_id: int) -> tuple[Any, ...]:
    with db.reading() as session:
        review = session.execute(select(col(Review.id)).where(col(Review.plan_id) == plan_id)).scalars().first()
        action = session.execute(select(col(Action.id)).where(col(Action.plan_id) == plan_id)).scalars().first()
    return actions.update_action, action, ActionStatus.DONE, {"review_id": review}


def correct_last() -> tuple[Any, ...]:
    with db.reading() as session:
        row = session.execute(select(Capture).order_by(col(Capture.id).desc()).limit(1)).scalar_one()
        return capture.correct, row.id, {"text": "Else"}, {"text": row.text}


@pytest.mark.parametrize("name", MEANWHILE)
def test_what_somebody_changed_since_is_not_undone(name: str, world: World, people: Any, one: Any) -> None:
    mine, theirs, said = MEANWHILE[name]
    changed = do(GESTURES[mine](world), people.support)
    do(theirs(world), people.manager)
    before = stored()

    assert refusal(undo, changed, people.support).startswith(said)
    assert stored() == before


def test_undo_is_recorded_as_a_gesture_of_its_own(world: World, people: Any, one: Any) -> None:
    changed = do((needs.withdraw, world.need), people.support)
    one(undo, changed, actor=people.support)

    with db.reading() as session:
        told = select(col(AuditEntry.gesture), col(AuditEntry.did), col(AuditEntry.by), col(AuditEntry.row_id))
        entries = session.execute(told.where(col(AuditEntry.kind) == "support_need").order_by(col(AuditEntry.id))).all()
    assert [tuple(entry) for entry in entries[-2:]] == [
        ("withdraw", "removed", "Support", str(world.need)),
        ("undo", "added", "Support", str(world.need)),
    ]


def test_nobody_undoes_what_somebody_else_did_or_what_they_may_not_do_any_more(world: World, people: Any, one: Any) -> None:
    changed = do((actions.update_action, world.actions[0], ActionStatus.DONE), people.facilitator)
    before = stored()

    for actor in (people.manager, people.other_facilitator, people.admin):
        with pytest.raises(NotFound):
            one(undo, changed, actor=actor)
    assert stored() == before
    one(plans.name_lead, world.plan, None, actor=people.support)
    with pytest.raises(Refused):  # the plan changed, and the partnership may be theirs no more
        one(undo, changed, actor=people.facilitator)


def test_nothing_that_was_read_alone_can_be_undone(people: Any, world: World) -> None:
    again = gesture.performed(needs.settle, world.found, NeedStatus.FOUND, story.partner("Locality"), actor=people.support)

    assert again == gesture.Performed(world.found, None)


def test_of_eight_people_who_undo_at_once_each_undoes_their_own(world: World, people: Any, one: Any) -> None:
    made = [a_need(one, people, f"Help number {number}", partnership_id=HOME) for number in range(8)]
    before = stored()
    changes = [do((needs.settle, need, NeedStatus.NOT_AVAILABLE), people.support) for need in made]

    with ThreadPoolExecutor(8) as crowd:
        list(crowd.map(lambda changed: gesture.perform(undo, changed, actor=people.support), changes))
    assert stored() == before


def test_of_eight_who_undo_the_same_gesture_at_once_one_does(world: World, people: Any) -> None:
    before = stored()
    changed = do((actions.update_action, world.actions[0], ActionStatus.DONE), people.support)

    with ThreadPoolExecutor(8) as crowd:
        said = sorted(crowd.map(lambda _: refusal(undo, changed, people.support), range(8)))
    assert said == ["", *["This was undone already"] * 7]
    assert stored() == before


def test_an_import_is_undone_as_a_whole_and_leaves_every_row_as_it_was(world: World, people: Any, one: Any) -> None:
    before = stored()
    file = an_import({}, {"Entry Id": "4002", "Email": "second@example.org", "Big Local area": "Nowhere"}, {"Entry Id": "", "Email": "-"})
    batch = one(imports.import_signups, file, actor=people.support)
    between = {table: len(rows) - len(before[table]) for table, rows in stored().items() if rows != before[table]}

    assert (between["support_request"], between["import_row"], between["import_batch"]) == (2, 3, 1)
    assert one(imports.undo_import, batch, actor=people.manager) == 2
    assert stored() == before
    with pytest.raises(NotFound, match="undone already"):
        one(imports.undo_import, batch, actor=people.support)


CAME_OF_IT: Mapping[str, tuple[Callable[[int], tuple[Any, ...]], str]] = {
    "a decision": (lambda request: (triage.decide, request, Move.CONTACTED), "Manager changed"),
    "a partnership": (lambda request: (triage.choose_partnership, request, HOME), "Manager changed"),
    "somebody who looks after it": (lambda request: (triage.assign, request, 1), "Manager changed"),
    "a later file": (lambda _: (imports.import_signups, an_import()), "A later import"),
}


@pytest.mark.parametrize("what", CAME_OF_IT)
def test_an_import_that_something_came_of_is_not_undone(what: str, people: Any, one: Any, clock: Any) -> None:
    batch = one(imports.import_signups, an_import(), actor=people.support)
    clock.shift(timedelta(minutes=5))
    with db.reading() as session:
        request = session.execute(select(col(SupportRequest.id))).scalar_one()
    came, said = CAME_OF_IT[what]
    do(came(request), people.manager)
    before = stored()

    with pytest.raises(Refused) as refused:
        one(imports.undo_import, batch, actor=people.support)
    assert refused.value.headline.startswith(said)
    assert stored() == before
