"""A partnership's thread: everything that happened, from their first sentence to what changed, in order of time."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlmodel import col

from rr.access import Actor, Can, Scope, demand_for, scope
from rr.accounts.models import Account
from rr.audit import AuditEntry
from rr.clock import LONDON, london_day
from rr.days import say
from rr.db import Session
from rr.errors import NotFound
from rr.intake.models import Decision, RequestTopic, SupportRequest
from rr.intake.rules import Move, RequestStatus, effective_status, is_waiting
from rr.needs.models import SupportKind, SupportNeed, SupportPartner
from rr.needs.rules import NeedStatus
from rr.partnerships.models import Contact, Note, Partnership
from rr.partnerships.rules import ContactRole
from rr.plans.models import Action, ActionPlan, ActionUpdate, Review
from rr.plans.rules import CLOSED, ActionStatus, ends_on
from rr.progress import queries as progress
from rr.progress.rules import Stage
from rr.sessions.models import Capture, SessionFacilitator, SupportSession
from rr.sessions.rules import CaptureKind
from rr.toolkit.models import Topic

NOON = time(12)


@dataclass(frozen=True)
class Event:
    """One thing that happened. `words` are people's own, `detail` is ours; both are plain text.

    `stem` and `id` name the page that tells more, where this person may open one. `undone`: a decision taken back since.
    `at` orders the events; those of which only the day is known stand at noon.
    """

    on: date
    at: datetime
    icon: str
    headline: str
    detail: str = ""
    words: str = ""
    who: str = ""
    stem: str = ""
    id: int | None = None
    undone: bool = False


@dataclass(frozen=True)
class Due:
    """The next thing that has a date."""

    on: date
    what: str


@dataclass(frozen=True)
class Summary:
    """What somebody needs to know who takes the telephone now. Empty where there is nothing to say yet."""

    asked: str
    topics: tuple[str, ...]
    waiting_since: date | None
    stage: Stage
    actions: int
    done: int
    stuck: int
    needs_open: int
    last_word_on: date | None
    next_due: Due | None


def thread(db: Session, partnership_id: int, *, actor: Actor, today: date) -> tuple[Event, ...]:
    """Everything that happened, first to last. Fourteen statements, whatever there is to tell; spam is no part of anybody's story."""
    _demand(db, partnership_id, actor)
    said = _said_of_actions(db, partnership_id)
    asked = list(_requests(db, partnership_id, actor))
    events = [
        *asked,
        *_decisions(db, partnership_id, actor, which=len(asked) > 1),
        *_sessions(db, partnership_id, today),
        *_plans(db, partnership_id),
        *_reviews(db, partnership_id, said),
        *_updates(said),
        *_needs(db, partnership_id),
        *_notes(db, partnership_id),
        *_changes(db, partnership_id),
    ]
    return tuple(sorted(events, key=lambda event: event.at))


def _demand(db: Session, partnership_id: int, actor: Actor) -> None:
    demand_for(db, partnership_id, actor, Can.READ_REQUESTS)
    if db.execute(select(col(Partnership.id)).where(col(Partnership.id) == partnership_id)).first() is None:
        raise NotFound("That isn't here, or isn't one of yours.", "Search for it by its partnership's name.")


def _day(on: date) -> datetime:
    return datetime.combine(on, NOON, tzinfo=LONDON)


def _of_instant(at: datetime, icon: str, headline: str, **more: Any) -> Event:
    return Event(london_day(at), at, icon, headline, **more)


def _of_day(on: date, icon: str, headline: str, after: datetime | None = None, **more: Any) -> Event:
    """An event of which the day is known. `after`: what came before it that day, if anything did."""
    at = max(_day(on), after) if after and london_day(after) == on else _day(on)
    return Event(on, at, icon, headline, **more)


def _opens_request(actor: Actor, request_id: int) -> dict[str, Any]:
    """Facilitators read what was asked, but the triage page is not theirs."""
    return {"stem": "requests", "id": request_id} if scope(actor, Can.TRIAGE) is not Scope.NONE else {}


def _requests(db: Session, partnership_id: int, actor: Actor) -> Iterator[Event]:
    rows = db.execute(
        select(
            col(SupportRequest.id),
            col(SupportRequest.ref),
            col(SupportRequest.received_at),
            col(SupportRequest.received_on),
            col(SupportRequest.words),
            col(SupportRequest.name),
            col(SupportRequest.role),
            col(SupportRequest.role_text),
            col(SupportRequest.source),
        )
        .where(col(SupportRequest.partnership_id) == partnership_id, col(SupportRequest.status) != RequestStatus.SPAM)
        .order_by(col(SupportRequest.received_at), col(SupportRequest.id))
    ).all()
    topics = _topics(db, partnership_id)
    for place, row in enumerate(rows):
        about = ", ".join(topics.get(row.id, ()))
        yield Event(
            row.received_on,
            row.received_at,
            "campaign",
            "They asked" if place == 0 else "They asked again",
            detail=". ".join(part for part in (f"About: {about}" if about else "", f"{row.source.label}, {row.ref}") if part) + ".",
            words=row.words,
            who=_person(row.name, row.role.label if row.role else row.role_text),
            **_opens_request(actor, row.id),
        )


def _person(name: str, role: str) -> str:
    return f"{name}, {role}" if name and role else name or role


def _topics(db: Session, partnership_id: int) -> dict[int, list[str]]:
    """The labels of the topics that each sign-up ticked."""
    found: dict[int, list[str]] = {}
    for row in db.execute(
        select(col(RequestTopic.request_id), col(Topic.label))
        .join(Topic, col(Topic.code) == col(RequestTopic.topic))
        .join(SupportRequest, col(SupportRequest.id) == col(RequestTopic.request_id))
        .where(col(SupportRequest.partnership_id) == partnership_id)
        .order_by(col(Topic.position), col(Topic.code))
    ):
        found.setdefault(row.request_id, []).append(row.label)
    return found


_DECISION_ICONS = {
    Move.CONTACTED: "call",
    Move.ACCEPT: "check_circle",
    Move.ASK_FOR_MORE: "help",
    Move.SIGNPOST: "signpost",
    Move.NOT_NOW: "snooze",
    Move.WITHDRAW: "logout",
    Move.DUPLICATE: "content_copy",
    Move.COME_BACK: "undo",
}


def _decisions(db: Session, partnership_id: int, actor: Actor, *, which: bool) -> Iterator[Event]:
    """What we decided. `which`: they asked more than once, so each decision names its request."""
    rows = db.execute(
        select(
            col(Decision.id),
            col(Decision.request_id),
            col(Decision.move),
            col(Decision.words),
            col(Decision.back_on),
            col(Decision.undoes_id),
            col(Decision.at),
            col(SupportRequest.ref),
            col(Account.name).label("by"),
            col(SupportPartner.name).label("partner"),
        )
        .join(SupportRequest, col(SupportRequest.id) == col(Decision.request_id))
        .outerjoin(Account, col(Account.id) == col(Decision.by_id))
        .outerjoin(SupportPartner, col(SupportPartner.id) == col(Decision.partner_id))
        .where(col(SupportRequest.partnership_id) == partnership_id, col(SupportRequest.status) != RequestStatus.SPAM)
        .order_by(col(Decision.id))
    ).all()
    undone = {row.undoes_id: row for row in rows if row.undoes_id is not None}
    for row in rows:
        if row.undoes_id is not None:
            continue  # told with the decision that it takes back
        back = undone.get(row.id)
        detail = [f"To {row.partner}"] if row.partner else []
        detail += [f"Until {say(row.back_on)}"] if row.back_on else []
        detail += [f"Taken back on {say(london_day(back.at))}{f' by {back.by}' if back.by else ''}"] if back else []
        yield _of_instant(
            row.at,
            _DECISION_ICONS.get(row.move, "rule"),
            row.move.past,
            detail="".join(f"{part}. " for part in [*detail, row.ref if which else ""] if part).rstrip(),
            words=row.words,
            who=row.by or "",
            undone=back is not None,
            **_opens_request(actor, row.request_id),
        )


def _sessions(db: Session, partnership_id: int, today: date) -> Iterator[Event]:
    rows = db.execute(
        select(
            *(
                col(getattr(SupportSession, name))
                for name in (
                    "id",
                    "recipe",
                    "starts_at",
                    "place",
                    "held_on",
                    "head_count",
                    "newcomers_came",
                    "cancelled_at",
                    "cancelled_why",
                    "made_at",
                )
            )
        ).where(col(SupportSession.partnership_id) == partnership_id)
    ).all()
    out = _captured(db, partnership_id)
    names = _facilitators(db, partnership_id)
    for row in rows:
        who, opens = ", ".join(names.get(row.id, ())), {"stem": "session", "id": row.id}
        yield _of_instant(row.made_at, "edit_calendar", "We drafted a session", detail=f"{row.recipe}." if row.recipe else "", **opens)
        if row.held_on:
            yield _of_day(
                row.held_on,
                "groups",
                "They reflected and recharged",
                row.starts_at,
                detail=_held(row, out.get(row.id, {})),
                who=who,
                **opens,
            )
        elif row.cancelled_at:
            yield _of_instant(row.cancelled_at, "event_busy", "The session was called off", detail=row.cancelled_why, who=who, **opens)
        elif row.starts_at:
            where = f" at {row.place}" if row.place else ""
            day = london_day(row.starts_at)
            ahead = "A session is planned" if day >= today else "A session was planned"
            yield _of_instant(row.starts_at, "event", ahead, detail=f"For {say(day)}{where}.", who=who, **opens)


def _held(row: Any, out: dict[CaptureKind, int]) -> str:
    came = _many(row.head_count, "person", "people") if row.head_count is not None else ""
    if came and row.newcomers_came:
        came += f", {row.newcomers_came} of them new"
    said = [_many(out[kind], kind.label.lower(), kind.plural.lower()) for kind in CaptureKind if out.get(kind)]
    return " ".join(f"{part}." for part in (", ".join(part for part in (came, row.place) if part), ", ".join(said)) if part)


def _many(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"


def _captured(db: Session, partnership_id: int) -> dict[int, dict[CaptureKind, int]]:
    """How many lines of each kind came out of each session."""
    found: dict[int, dict[CaptureKind, int]] = {}
    for session_id, kind, n in db.execute(
        select(col(Capture.session_id), col(Capture.kind), func.count())
        .join(SupportSession, col(SupportSession.id) == col(Capture.session_id))
        .where(col(SupportSession.partnership_id) == partnership_id)
        .group_by(col(Capture.session_id), col(Capture.kind))
    ):
        found.setdefault(session_id, {})[kind] = n
    return found


def _facilitators(db: Session, partnership_id: int) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for session_id, name in db.execute(
        select(col(SessionFacilitator.session_id), col(Account.name))
        .join(Account, col(Account.id) == col(SessionFacilitator.account_id))
        .join(SupportSession, col(SupportSession.id) == col(SessionFacilitator.session_id))
        .where(col(SupportSession.partnership_id) == partnership_id)
        .order_by(col(Account.name), col(Account.id))
    ):
        found.setdefault(session_id, []).append(name)
    return found


def _plans(db: Session, partnership_id: int) -> Iterator[Event]:
    statuses = (
        select(col(Action.plan_id), *(func.count().filter(col(Action.status) == status).label(status.value) for status in ActionStatus))
        .join(ActionPlan, col(ActionPlan.id) == col(Action.plan_id))
        .where(col(ActionPlan.partnership_id) == partnership_id)
        .group_by(col(Action.plan_id))
        .subquery()
    )
    rows = db.execute(
        select(
            col(ActionPlan.id),
            col(ActionPlan.made_at),
            col(ActionPlan.agreed_on),
            col(ActionPlan.closed_on),
            col(ActionPlan.closed_why),
            col(Account.name).label("lead"),
            *(func.coalesce(statuses.c[status.value], 0).label(status.value) for status in ActionStatus),
        )
        .outerjoin(statuses, statuses.c.plan_id == col(ActionPlan.id))
        .outerjoin(Account, col(Account.id) == col(ActionPlan.lead_id))
        .where(col(ActionPlan.partnership_id) == partnership_id)
    )
    for row in rows:
        counts = {status: getattr(row, status.value) for status in ActionStatus}
        actions = _many(sum(counts.values()), "action", "actions")
        opens: dict[str, Any] = {"stem": "plan", "id": row.id}
        if row.agreed_on is None:
            yield _of_instant(row.made_at, "draft", "Their plan took shape", detail=f"{actions} so far, not agreed yet.", **opens)
        else:
            how = ", ".join(f"{n:,} {status.label.lower()}" for status, n in counts.items() if n)
            detail = f"{actions} to {say(ends_on(row.agreed_on))}{f': {how}' if how else ''}."
            yield _of_day(row.agreed_on, "checklist", "They own a plan", row.made_at, detail=detail, who=row.lead or "", **opens)
        if row.closed_on:
            headline = "The plan came to its end" if row.agreed_on else "The plan was closed"
            yield _of_day(
                row.closed_on, "flag", headline, detail=f"{counts[ActionStatus.DONE]:,} of {actions} done.", words=row.closed_why, **opens
            )


_UPDATES = {
    ActionStatus.NOT_STARTED: ("radio_button_unchecked", "Back to the start"),
    ActionStatus.GOING_WELL: ("trending_up", "It is going well"),
    ActionStatus.STUCK: ("support", "They are stuck"),
    ActionStatus.DONE: ("celebration", "Something changed"),
    ActionStatus.DROPPED: ("do_not_disturb_on", "They let it go"),
}
_WENT = (ActionStatus.GOING_WELL, ActionStatus.STUCK, ActionStatus.DONE, ActionStatus.NOT_STARTED, ActionStatus.DROPPED)


def _said_of_actions(db: Session, partnership_id: int) -> Sequence[Any]:
    """How their actions went, as somebody said it, first to last."""
    return db.execute(
        select(
            col(ActionUpdate.action_id),
            col(ActionUpdate.review_id),
            col(ActionUpdate.status),
            col(ActionUpdate.words),
            col(ActionUpdate.at),
            col(Action.title),
            col(Action.plan_id),
            col(Account.name).label("by"),
        )
        .join(Action, col(Action.id) == col(ActionUpdate.action_id))
        .join(ActionPlan, col(ActionPlan.id) == col(Action.plan_id))
        .outerjoin(Account, col(Account.id) == col(ActionUpdate.by_id))
        .where(col(ActionPlan.partnership_id) == partnership_id)
        .order_by(col(ActionUpdate.id))
    ).all()


def _updates(said: Sequence[Any]) -> Iterator[Event]:
    """How an action went. What was only tapped in a review is told with the review; people's words are told on their own."""
    for row in said:
        if row.review_id is not None and not row.words:
            continue
        icon, headline = _UPDATES[row.status]
        yield _of_instant(
            row.at,
            icon,
            headline,
            detail=f"{row.status.label}: {row.title}",
            words=row.words,
            who=row.by or "",
            stem="plan",
            id=row.plan_id,
        )


def _reviews(db: Session, partnership_id: int, said: Sequence[Any]) -> Iterator[Event]:
    """Each review as one event, with how its actions went. One that is still under way is told from its first tap on."""
    rows = db.execute(
        select(
            *(col(getattr(Review, name)) for name in ("id", "kind", "held_on", "words", "plan_id")),
            col(Account.name).label("by"),
        )
        .join(ActionPlan, col(ActionPlan.id) == col(Review.plan_id))
        .outerjoin(Account, col(Account.id) == col(Review.by_id))
        .where(col(ActionPlan.partnership_id) == partnership_id)
        .order_by(col(Review.id))
    )
    taps: dict[int, list[Any]] = {}
    for tap in said:
        taps.setdefault(tap.review_id, []).append(tap)
    for row in rows:
        tapped = taps.get(row.id, [])
        began = tapped[0].at if tapped else None
        on = row.held_on or (london_day(began) if began else None)
        if on is None:
            continue  # nobody has begun it
        at = began if began and london_day(began) == on else _day(on)  # the words that were said in it come below it
        headline = f"We {'looked' if row.held_on else 'began to look'} at it together after {row.kind.label.lower()}"
        yield Event(on, at, "rate_review", headline, _went(tapped), row.words, row.by or "", "plan", row.plan_id)


def _went(tapped: Sequence[Any]) -> str:
    """ "6 going well, 1 stuck, 1 done.": of each action what was said of it last."""
    last = {tap.action_id: tap.status for tap in tapped}
    counts = Counter(last.values())
    said = ", ".join(f"{counts[status]:,} {status.label.lower()}" for status in _WENT if counts[status])
    return f"{said}." if said else ""


def _needs(db: Session, partnership_id: int) -> Iterator[Event]:
    for row in db.execute(
        select(
            col(SupportNeed.words),
            col(SupportNeed.status),
            col(SupportNeed.asked_on),
            col(SupportNeed.settled_on),
            col(SupportNeed.at),
            col(SupportKind.label).label("kind"),
            col(SupportPartner.name).label("partner"),
            col(Account.name).label("by"),
            col(Action.plan_id),
        )
        .join(SupportKind, col(SupportKind.code) == col(SupportNeed.kind))
        .outerjoin(SupportPartner, col(SupportPartner.id) == col(SupportNeed.partner_id))
        .outerjoin(Account, col(Account.id) == col(SupportNeed.by_id))
        .outerjoin(Action, col(Action.id) == col(SupportNeed.action_id))
        .where(col(SupportNeed.partnership_id) == partnership_id)
        .order_by(col(SupportNeed.id))
    ):
        opens: dict[str, Any] = {"stem": "plan", "id": row.plan_id} if row.plan_id else {}
        yield Event(row.asked_on, row.at, "volunteer_activism", "They need support", f"{row.kind}.", row.words, row.by or "", **opens)
        if row.status is NeedStatus.FOUND and row.settled_on:
            who = f"{row.partner}: {row.kind}." if row.partner else f"{row.kind}."
            yield _settled(row, "handshake", "We found support", who, opens)
        elif row.status is NeedStatus.NOT_AVAILABLE and row.settled_on:
            yield _settled(row, "block", "We could not find support", f"{row.kind}.", opens)


def _settled(row: Any, icon: str, headline: str, detail: str, opens: dict[str, Any]) -> Event:
    return _of_day(row.settled_on, icon, headline, row.at, detail=detail, words=row.words, **opens)


def _notes(db: Session, partnership_id: int) -> Iterator[Event]:
    for row in db.execute(
        select(col(Note.words), col(Note.at), col(Account.name).label("by"))
        .outerjoin(Account, col(Account.id) == col(Note.by_id))
        .where(col(Note.partnership_id) == partnership_id)
        .order_by(col(Note.id))
    ):
        yield _of_instant(row.at, "sticky_note_2", "We noted", words=row.words, who=row.by or "")


_FIELDS = {
    "name": "name",
    "role": "role",
    "email": "e-mail",
    "phone": "phone",
    "public_name": "public name",
    "lto_name": "locally trusted organisation",
    "area_coordinator": "area coordinator",
    "money_remaining": "money left",
    "ends_on": "end date",
    "closed_weekday": "closed day",
}


def _changes(db: Session, partnership_id: int) -> Iterator[Event]:
    """What became different about the partnership and its people, as the audit wrote it down: personal fields without their values."""
    named = db.execute(select(col(Contact.id), col(Contact.name)).where(col(Contact.partnership_id) == partnership_id))
    people = {row.id: row.name for row in named}
    rows = db.execute(
        select(col(AuditEntry.at), col(AuditEntry.by), col(AuditEntry.kind), col(AuditEntry.row_id), col(AuditEntry.changes))
        .where(
            col(AuditEntry.did) == "changed",
            or_(
                and_(col(AuditEntry.kind) == "contact", col(AuditEntry.row_id).in_([str(number) for number in people])),
                and_(col(AuditEntry.kind) == "partnership", col(AuditEntry.row_id) == str(partnership_id)),
            ),
        )
        .order_by(col(AuditEntry.id))
    )
    for row in rows:
        changed = [_change(_FIELDS[name], values) for name, values in json.loads(row.changes).items() if name in _FIELDS]
        if not changed:
            continue
        if row.kind == "contact":
            yield _of_instant(
                row.at, "contact_page", "Somebody's details changed", detail=f"{people[int(row.row_id)]}: {', '.join(changed)}.", who=row.by
            )
        else:
            yield _of_instant(row.at, "edit_note", "We learnt more about them", detail=f"{_first_upper(', '.join(changed))}.", who=row.by)


def _first_upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _change(label: str, values: Any) -> str:
    """A change in words; what is personal is kept in the audit without its values."""
    if not isinstance(values, list) or len(values) != 2:
        return label
    before, after = (_said(label, value) for value in values)
    return f"{label} {after}" if before == "not known" else f"{label} from {before} to {after}"


def _said(label: str, value: Any) -> str:
    if value in (None, ""):
        return "not known"
    if label == "money left":
        return f"£{value:,}"
    if label == "end date":
        return say(date.fromisoformat(value))
    if label == "closed day":
        return ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")[value]
    if label == "role":
        return ContactRole(value).label
    return str(value)


def summary(db: Session, partnership_id: int, *, actor: Actor, today: date) -> Summary:
    """Where they stand. Eight statements, whatever there is to sum up. The actions are those of the latest plan."""
    _demand(db, partnership_id, actor)
    asked = db.execute(
        select(
            col(SupportRequest.id),
            col(SupportRequest.words),
            col(SupportRequest.status),
            col(SupportRequest.back_on),
            col(SupportRequest.received_on),
            col(SupportRequest.first_contact_at),
        )
        .where(
            col(SupportRequest.partnership_id) == partnership_id,
            col(SupportRequest.status).not_in((RequestStatus.SPAM, RequestStatus.DUPLICATE)),
        )
        .order_by(col(SupportRequest.received_at).desc(), col(SupportRequest.id).desc())
        .limit(1)
    ).first()
    topics = _topics(db, partnership_id)
    latest = select(func.max(col(ActionPlan.id))).where(col(ActionPlan.partnership_id) == partnership_id).scalar_subquery()
    by_status = db.execute(select(col(Action.status), func.count()).where(col(Action.plan_id) == latest).group_by(col(Action.status)))
    counts: dict[ActionStatus, int] = {row[0]: row[1] for row in by_status}
    needs_open = db.execute(
        select(func.count()).where(col(SupportNeed.partnership_id) == partnership_id, col(SupportNeed.status) == NeedStatus.ASKED)
    ).scalar_one()
    return Summary(
        asked=asked.words if asked else "",
        topics=tuple(topics.get(asked.id, ())) if asked else (),
        waiting_since=_waiting_since(asked, today),
        stage=progress.stages(db, [partnership_id])[partnership_id],
        actions=sum(counts.values()),
        done=counts.get(ActionStatus.DONE, 0),
        stuck=counts.get(ActionStatus.STUCK, 0),
        needs_open=needs_open,
        last_word_on=_last_word(db, partnership_id),
        next_due=_next_due(db, partnership_id, latest, today),
    )


def _waiting_since(asked: Any, today: date) -> date | None:
    if asked is None:
        return None
    status = effective_status(asked.status, asked.back_on, today)
    contact = london_day(asked.first_contact_at) if asked.first_contact_at else None
    return asked.received_on if is_waiting(status, contact) else None


def _last_word(db: Session, partnership_id: int) -> date | None:
    """The day on which we last heard from them: a sign-up, a session, a review, or how an action goes."""
    plans = select(col(ActionPlan.id)).where(col(ActionPlan.partnership_id) == partnership_id)
    actions = select(col(Action.id)).where(col(Action.plan_id).in_(plans))
    asked, met, reviewed, said = db.execute(
        select(
            select(func.max(col(SupportRequest.received_on)))
            .where(col(SupportRequest.partnership_id) == partnership_id, col(SupportRequest.status) != RequestStatus.SPAM)
            .scalar_subquery(),
            select(func.max(col(SupportSession.held_on))).where(col(SupportSession.partnership_id) == partnership_id).scalar_subquery(),
            select(func.max(col(Review.held_on))).where(col(Review.plan_id).in_(plans)).scalar_subquery(),
            select(func.max(col(ActionUpdate.at))).where(col(ActionUpdate.action_id).in_(actions)).scalar_subquery(),
        )
    ).one()
    return max((day for day in (asked, met, reviewed, london_day(said) if said else None) if day), default=None)


def _next_due(db: Session, partnership_id: int, plan_id: Any, today: date) -> Due | None:
    """The session to come, the review or the action that is due first. What is overdue comes first of all."""
    session, review, action = db.execute(
        select(
            select(func.min(col(SupportSession.starts_at)))
            .where(
                col(SupportSession.partnership_id) == partnership_id,
                col(SupportSession.starts_at) >= datetime.combine(today, time(), tzinfo=LONDON),
                col(SupportSession.held_on).is_(None),
                col(SupportSession.cancelled_at).is_(None),
            )
            .scalar_subquery(),
            select(func.min(col(Review.due_on)))
            .join(ActionPlan, col(ActionPlan.id) == col(Review.plan_id))
            .where(col(Review.plan_id) == plan_id, col(Review.held_on).is_(None), col(ActionPlan.closed_on).is_(None))
            .scalar_subquery(),
            select(func.min(col(Action.due)))
            .join(ActionPlan, col(ActionPlan.id) == col(Action.plan_id))
            .where(col(Action.plan_id) == plan_id, col(Action.status).not_in(CLOSED), col(ActionPlan.closed_on).is_(None))
            .scalar_subquery(),
        )
    ).one()
    dues = [
        Due(day, what)
        for day, what in ((london_day(session) if session else None, "a session"), (review, "a review"), (action, "an action"))
        if day
    ]
    return min(dues, key=lambda due: due.on, default=None)
