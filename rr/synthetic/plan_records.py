"""What is stored of a plan: the plan with its reviews, its actions, their updates, and the support that they need."""

from dataclasses import dataclass
from datetime import date, timedelta

from rr.needs.models import SupportNeed
from rr.needs.rules import NeedStatus
from rr.plans.models import Action, ActionPlan, ActionUpdate, Review
from rr.plans.rules import CLOSED, ActionStatus, ends_on, reviews
from rr.synthetic import texts
from rr.synthetic.bulk import StaffMember
from rr.synthetic.context import Context, GeneratedPartnership, GeneratedPlan, at
from rr.synthetic.texts import compose


@dataclass(frozen=True)
class HeldSession:
    """A session that was held, as far as its lines and actions need to know it."""

    id: int
    partnership: GeneratedPartnership
    on: date
    lead: StaffMember
    agenda_items: list[int]


def plan_for(context: Context, held: HeldSession) -> GeneratedPlan:
    """The partnership's open plan, or a new one when the last was closed before this session."""
    last = held.partnership.plan
    if last and (last.closed_on is None or held.on <= last.closed_on):
        return last
    agreed, closed = _agreed_and_closed(context, held.on)
    made = at(held.on, 21)
    plan_id = context.writer.add(
        ActionPlan,
        made,
        held.lead,
        made_at=made,
        partnership_id=held.partnership.id,
        session_id=held.id,
        lead_id=held.lead.id,
        agreed_on=agreed,
        closed_on=closed,
        closed_why="Six months are over." if closed else "",
    )
    plan = held.partnership.plan = GeneratedPlan(plan_id, agreed, closed, [])
    for kind, due in reviews(agreed) if agreed else ():
        day = context.day_between(due, due + timedelta(days=9))
        held_on = day if day < context.today and context.chance(0.85) else None
        said = {"words": compose(context.rng, texts.REVIEWS), "by_id": held.lead.id} if held_on else {}
        facts = {"plan_id": plan_id, "kind": kind, "due_on": due, "held_on": held_on}
        review_id = context.writer.add(Review, at(held_on or held.on), held.lead, **facts, **said)
        if held_on:
            plan.held.append((review_id, held_on))
    return plan


def _agreed_and_closed(context: Context, session_on: date) -> tuple[date | None, date | None]:
    agreed: date | None = context.working_day_after(session_on, 2, 12)
    if agreed is not None and (agreed >= context.today or context.chance(0.04)):
        agreed = None
    closed = context.working_day_after(ends_on(agreed), 0, 20) if agreed else None
    if closed is not None and (closed > context.today or context.chance(0.12)):
        closed = None
    return agreed, closed


def add_action(context: Context, held: HeldSession, plan: GeneratedPlan, *, title: str, capture_id: int) -> None:
    """Add an action to a plan, with its updates and, for three in ten, the support that it needs."""
    began = max(plan.agreed_on or held.on, held.on)
    status = _status(context, plan, began)
    plan.actions += 1
    lead = context.rng.choice(held.partnership.contacts)
    complete = context.chance(0.9)
    needs_support = context.chance(0.3)
    action_id = context.writer.add(
        Action,
        at(held.on, 21),
        held.lead,
        plan_id=plan.id,
        capture_id=capture_id,
        position=plan.actions,
        title=title,
        lead=lead.name if complete else "",
        lead_contact_id=lead.id if complete else None,
        due=context.day_between(began + timedelta(days=14), began + timedelta(days=170)) if complete else None,
        first_step=compose(context.rng, texts.FIRST_STEPS) if complete else "",
        topic=context.rng.choice(context.topics) if context.chance(0.85) else None,
        needs_none=not needs_support and complete,
        status=status,
    )
    if status is not ActionStatus.NOT_STARTED:
        _updates(context, held, plan, action_id=action_id, status=status, began=began)
    if needs_support:
        _need(context, held, capture_id=capture_id, action_id=action_id)


def _status(context: Context, plan: GeneratedPlan, since: date) -> ActionStatus:
    """How an action stands: the longer ago it was agreed, the more is done."""
    if plan.agreed_on is None:
        return ActionStatus.NOT_STARTED
    gone = 1.0 if plan.closed_on else min(1.0, max((context.today - since).days, 0) / 180)
    number = context.rng.random()
    for share, status in ((0.65, ActionStatus.DONE), (0.75, ActionStatus.DROPPED), (0.85, ActionStatus.STUCK)):
        if number < share * gone:
            return status
    return ActionStatus.GOING_WELL if context.chance(gone) else ActionStatus.NOT_STARTED


def _updates(context: Context, held: HeldSession, plan: GeneratedPlan, *, action_id: int, status: ActionStatus, began: date) -> None:
    """Updates on the way to this status, oldest first; the last sets it."""
    steps = [status] if context.chance(0.4) else [ActionStatus.GOING_WELL, status]
    last = min(plan.closed_on or context.today, began + timedelta(days=200), context.today - timedelta(days=1))
    in_reviews = [(day, review_id) for review_id, day in plan.held if began <= day <= last]
    days = sorted(
        (context.rng.choice(in_reviews) if in_reviews and context.chance(0.6) else (context.day_between(began, last), None) for _ in steps),
        key=lambda update: update[0],
    )
    before = ActionStatus.NOT_STARTED
    for (day, review_id), after in zip(days, steps, strict=True):
        when = at(day, 11, context.rng.randint(0, 59))
        words = compose(context.rng, texts.UPDATES[after]) if after.question and context.chance(0.85) else ""
        update = {"review_id": review_id, "words": words, "at": when, "by_id": held.lead.id}
        context.writer.add(ActionUpdate, when, held.lead, action_id=action_id, before=before, status=after, **update)
        before = after
    if status in CLOSED:
        context.writer.add_audit_entry("action", action_id, when, held.lead, "changed", status=["going_well", status.value])


def _need(context: Context, held: HeldSession, *, capture_id: int, action_id: int) -> None:
    number = context.rng.random()
    settled = context.working_day_after(held.on, 3, 60)
    open_still = number < 0.4 or settled > context.today
    status = NeedStatus.ASKED if open_still else NeedStatus.FOUND if number < 0.85 else NeedStatus.NOT_AVAILABLE
    asked = at(held.on, 20)
    context.writer.add(
        SupportNeed,
        asked,
        held.lead,
        partnership_id=held.partnership.id,
        capture_id=capture_id,
        action_id=action_id,
        kind=context.rng.choice(context.kinds),
        words=compose(context.rng, texts.NEEDS),
        status=status,
        partner_id=context.rng.choice(context.partners) if status is NeedStatus.FOUND else None,
        asked_on=held.on,
        settled_on=None if open_still else settled,
        at=asked,
        by_id=held.lead.id,
    )
