"""Planning a session, running it, writing it up and finishing it: one function for one gesture."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

from sqlalchemy import func, select
from sqlmodel import col

from rr import clock
from rr.access import Actor, Can, demand, reach
from rr.accounts.models import Account, Role
from rr.base import LINE, LONG, SHORT, clean, fold
from rr.db import Session
from rr.errors import Invalid, NotFound, Refused
from rr.intake.models import SupportRequest
from rr.intake.rules import undo_allowed
from rr.merge import merge
from rr.needs import commands as needs_commands
from rr.needs import queries as needs
from rr.needs.models import SupportNeed
from rr.plans.commands import take_in
from rr.plans.models import Action
from rr.sessions import queries, rules
from rr.sessions.capture import parse
from rr.sessions.models import AgendaItem, Capture, SessionFacilitator, SupportSession
from rr.sessions.rules import CaptureKind, SessionState
from rr.toolkit import queries as toolkit
from rr.toolkit.models import Activity, Topic
from rr.toolkit.recipe import Proposal, propose
from rr.toolkit.rules import Phase

SHORTEST, LONGEST = 15, 600  # minutes booked
LONGEST_ITEM = 480
MOST_PEOPLE = 500
FIRST_GUESS = 20  # minutes of a row with a title of its own, until somebody says
NOT_HERE = ("That isn't here, or isn't one of yours.", "Search for it by its partnership's name.")
WHEN = ("day", "time")
FACTS = ("minutes", "format", "place", "link", "people", "newcomers", "access_needs", "avoid")


# Drafts


def draft_session(db: Session, request_id: int, *, actor: Actor, now: datetime) -> int:
    """Make the draft session of a request, with the proposed agenda and all that the request said; return its id.

    A request has one draft: asked again, this returns it. Refuses a request that no partnership was chosen for.
    """
    request = reach(db, SupportRequest, request_id, actor, Can.RUN_SESSIONS)
    if request.partnership_id is None:
        raise Refused("Nobody has said which partnership this is", "Choose the partnership first, then accept.")
    there = queries.draft_of(db, request_id)
    if there is not None:
        return there.session_id
    proposal = propose(toolkit.recipes(db), toolkit.activities(db), queries.ask_of(db, request, request_id, request.partnership_id))
    draft = SupportSession(
        partnership_id=request.partnership_id,
        request_id=request_id,
        format=request.format,
        people=request.people,
        newcomers=request.newcomers,
        access_needs=request.access_needs,
        avoid=request.avoid,
        minutes=proposal.minutes,
        made_at=now,
    )
    return _with_agenda(db, draft, proposal)


def draft_next(db: Session, session_id: int, *, actor: Actor, now: datetime) -> int:
    """Make the draft of the session after one that was held, with the same people and the agenda that suits a second one; return its id."""
    row = reach(db, SupportSession, session_id, actor, Can.RUN_SESSIONS)
    if row.held_on is None:
        raise Refused("This session hasn't been held yet", "Say that it was held, then plan the next one.")
    proposal = propose(toolkit.recipes(db), toolkit.activities(db), queries.ask_of(db, row, row.request_id, row.partnership_id))
    copied = ("partnership_id", "request_id", "format", "place", "link", "people", "newcomers", "access_needs", "avoid")
    draft = SupportSession(**{field: getattr(row, field) for field in copied}, minutes=proposal.minutes, made_at=now, edited_at=now)
    made = _with_agenda(db, draft, proposal)
    for account_id in db.execute(
        select(col(SessionFacilitator.account_id)).where(col(SessionFacilitator.session_id) == session_id)
    ).scalars():
        db.add(SessionFacilitator(session_id=made, account_id=account_id))
    db.flush()
    return made


def _with_agenda(db: Session, draft: SupportSession, proposal: Proposal) -> int:
    draft.recipe, draft.recipe_why = proposal.recipe_name, proposal.why
    db.add(draft)
    db.flush()
    for position, item in enumerate(proposal.items, start=1):
        row = AgendaItem(
            session_id=draft.id, activity_id=item.activity_id, position=position, title=item.title, minutes=item.minutes, why=item.why
        )
        db.add(row)
    db.flush()
    return draft.id


def discard_draft(db: Session, session_id: int, *, actor: Actor, now: datetime) -> None:
    """Take a draft away, as if it had never been made: for undoing an acceptance. Refuses one that a person has changed since."""
    demand(actor, Can.TRIAGE)
    row = reach(db, SupportSession, session_id, actor, Can.RUN_SESSIONS)
    undo_allowed(row.edited_at is not None)
    for item in _agenda(db, session_id):
        db.delete(item)
    db.flush()
    db.delete(row)
    db.flush()


# Facts


def arrange(db: Session, session_id: int, changes: Mapping[str, Any], base: Mapping[str, Any], *, actor: Actor, now: datetime) -> None:
    """Set what is agreed about a session: `day` and `time` (London), minutes, format, place, link, people, newcomers, access_needs, avoid.

    Merges with what others changed since the form was drawn from `base`; the same field changed by both is refused (Conflict).
    A day needs its time and may not have passed. Refuses a session that was held or cancelled.
    """
    row = reach(db, SupportSession, session_id, actor, Can.RUN_SESSIONS)
    _still_ahead(row)
    mine = _tidy_facts(changes)
    starts_at = row.starts_at.astimezone(clock.LONDON) if row.starts_at else None
    seen = SimpleNamespace(
        day=starts_at.date() if starts_at else None,
        time=starts_at.time() if starts_at else None,
        **{field: getattr(row, field) for field in FACTS},
    )
    changed = merge(seen, base, mine)
    errors = _wrong_facts(seen, changed, clock.london_day(now))
    if errors:
        raise Invalid(errors)
    for field in FACTS:
        if field in changed:
            setattr(row, field, changed[field])
    if changed.keys() & set(WHEN):
        row.starts_at = rules.begins(seen.day, seen.time) if seen.day else None
    if changed:
        _touch(row, now)
    db.flush()


def _tidy_facts(changes: Mapping[str, Any]) -> dict[str, Any]:
    limits = {"place": LINE, "link": LINE, "access_needs": LONG, "avoid": LONG}
    return {field: clean(value, limits[field], field) if field in limits else value for field, value in changes.items()}


def _wrong_facts(seen: SimpleNamespace, changed: Mapping[str, Any], today: date) -> dict[str, str]:
    """What can't be, each beside its field. The day and the time are judged together, whoever changed which."""
    errors = {}
    if seen.day is not None and seen.time is None:
        errors["time"] = "Say at what time it starts."
    if seen.day is None and seen.time is not None:
        errors["day"] = "Say on which day."
    if changed.get("day") and seen.day < today:
        errors["day"] = "This day has passed. If the session was held then, say so under “It was held”."
    if "minutes" in changed and not _within(seen.minutes, SHORTEST, LONGEST):
        errors["minutes"] = f"Between {SHORTEST} and {LONGEST} minutes."
    if "people" in changed and seen.people is not None and not _within(seen.people, 1, MOST_PEOPLE):
        errors["people"] = f"Between 1 and {MOST_PEOPLE} people, or leave it empty."
    elif seen.newcomers is not None and seen.newcomers < 0:
        errors["newcomers"] = "None or more, or leave it empty."
    elif changed.keys() & {"people", "newcomers"} and seen.people is not None and (seen.newcomers or 0) > seen.people:
        errors["newcomers"] = "No more of them can be new than take part."
    if changed.get("link") and not seen.link.startswith(("https://", "http://")):
        errors["link"] = "A link starts with https://."
    return errors


def _within(value: Any, least: int, most: int) -> bool:
    return value is not None and least <= value <= most


def name_facilitators(
    db: Session,
    session_id: int,
    account_ids: Collection[int],
    *,
    base: Collection[int] | None = None,
    actor: Actor,
    now: datetime,
) -> None:
    """Say who facilitates: the session's partnership becomes theirs. Support staff and managers only.

    With `base` (those named when the form was drawn) only what was added and taken away counts, so two people's changes merge.
    """
    row = reach(db, SupportSession, session_id, actor, Can.NAME_FACILITATORS)
    there = {
        one.account_id: one
        for one in db.execute(select(SessionFacilitator).where(col(SessionFacilitator.session_id) == session_id)).scalars()
    }
    seen = set(there if base is None else base)
    new, gone = set(account_ids) - seen - set(there), (seen - set(account_ids)) & set(there)
    can = select(col(Account.id)).where(col(Account.id).in_(new), col(Account.role) == Role.FACILITATOR, col(Account.disabled_at).is_(None))
    if set(db.execute(can).scalars()) != new:
        raise Invalid({"facilitators": "Choose people who have a facilitator's account."})
    for account_id in sorted(new):
        db.add(SessionFacilitator(session_id=session_id, account_id=account_id))
    for account_id in sorted(gone):
        db.delete(there[account_id])
    if new or gone:
        _touch(row, now)
    db.flush()


def cancel(db: Session, session_id: int, why: str, *, actor: Actor, now: datetime) -> None:
    """Call a session off, with the reason. Its agenda and its facts stay. Refuses one that was held."""
    row = reach(db, SupportSession, session_id, actor, Can.RUN_SESSIONS)
    if row.held_on is not None:
        raise Refused("This session was held", "It can't be cancelled any more.")
    if row.cancelled_at is not None:
        return
    row.cancelled_why = clean(why, LINE, "why")
    if not row.cancelled_why:
        raise Invalid({"why": "Say why in a few words, for whoever looks at this next."})
    row.cancelled_at = now
    _touch(row, now)
    db.flush()


def uncancel(db: Session, session_id: int, *, actor: Actor, now: datetime) -> None:
    """Bring a cancelled session back as it was. Its day may have passed meanwhile."""
    row = reach(db, SupportSession, session_id, actor, Can.RUN_SESSIONS)
    row.cancelled_at, row.cancelled_why = None, ""
    db.flush()


def mark_held(
    db: Session,
    session_id: int,
    *,
    held_on: date | None,
    head_count: int | None,
    newcomers_came: int | None,
    base: Mapping[str, Any] | None = None,
    actor: Actor,
    now: datetime,
) -> None:
    """Say that a session was held: on which day, how many came, how many of them new (None = nobody counted). Said again, it corrects.

    `base` is what the form was drawn from, nothing by default; what somebody else said meanwhile is refused (Conflict).
    """
    row = reach(db, SupportSession, session_id, actor, Can.RUN_SESSIONS)
    _hold(db, row, {"held_on": held_on, "head_count": head_count, "newcomers_came": newcomers_came}, base or {}, now)
    db.flush()


def _hold(db: Session, row: SupportSession, said: Mapping[str, Any], base: Mapping[str, Any], now: datetime) -> None:
    if row.cancelled_at is not None:
        raise Refused("This session was cancelled", "Bring it back first, then say that it was held.")
    errors = _wrong_count(said["head_count"], said["newcomers_came"])
    errors |= _wrong_day(db, row, said["held_on"], clock.london_day(now))
    if errors:
        raise Invalid(errors)
    if merge(row, base, said):
        _touch(row, now)


def _wrong_count(head_count: int | None, newcomers_came: int | None) -> dict[str, str]:
    if head_count is None or not 1 <= head_count <= MOST_PEOPLE:
        return {"head_count": "Say how many people came."}
    if newcomers_came is not None and not 0 <= newcomers_came <= head_count:
        return {"newcomers_came": f"{head_count} came, so no more than that can be new."}
    return {}


def _wrong_day(db: Session, row: SupportSession, held_on: date | None, today: date) -> dict[str, str]:
    if held_on is None:
        return {"held_on": "Say on which day it was held."}
    if held_on > today:
        return {"held_on": "This day is still to come."}
    asked_on = db.execute(select(col(SupportRequest.received_on)).where(col(SupportRequest.id) == row.request_id)).scalar()
    if asked_on is not None and held_on < asked_on:
        return {"held_on": "This is before they signed up."}
    return {}


def not_held(db: Session, session_id: int, *, actor: Actor, now: datetime) -> None:
    """Take back that a session was held. Refuses once it was finished: its actions are in the plan."""
    row = reach(db, SupportSession, session_id, actor, Can.RUN_SESSIONS)
    if row.finished_at is not None:
        raise Refused("This session was finished", "What came out of it is in the plan. Correct the day or who came instead.")
    row.held_on = row.head_count = row.newcomers_came = None
    db.flush()


# Agenda


def add_item(
    db: Session,
    session_id: int,
    *,
    activity_id: int | None = None,
    title: str = "",
    minutes: int | None = None,
    actor: Actor,
    now: datetime,
) -> int:
    """Add an activity, or a row with a title of its own, and return its id. It goes last, but before what closes the session.

    Without `minutes`, an activity takes the middle of its own. Held sessions too: the agenda is what the toolkit is handed over from.
    """
    row = _editable(db, session_id, actor)
    activity = _activity(db, activity_id) if activity_id is not None else None
    items = _agenda(db, session_id)
    title = clean(title, LINE, "title") or (activity.name if activity else "")
    if not title:
        raise Invalid({"title": "Choose an activity, or give it a title of your own."})
    if minutes is None:
        minutes = _middle(activity) if activity else FIRST_GUESS
    _check_minutes(minutes)
    at = len(items) - 1 if items and _closes(db, items[-1]) else len(items)
    made = AgendaItem(session_id=session_id, activity_id=activity_id, position=at + 1, title=title, minutes=minutes)
    db.add(made)
    _number([*items[:at], made, *items[at:]])
    _touch(row, now)
    db.flush()
    return made.id


def change_item(db: Session, item_id: int, changes: Mapping[str, Any], base: Mapping[str, Any], *, actor: Actor, now: datetime) -> None:
    """Change a row's title, minutes, lead or notes. Merges with what others changed; the same field is refused (Conflict)."""
    item, row = _item(db, item_id, actor)
    limits = {"title": LINE, "lead": SHORT, "notes": LONG}
    mine: dict[str, Any] = {field: clean(value, limits[field], field) if field in limits else value for field, value in changes.items()}
    if not mine.get("title", item.title):
        raise Invalid({"title": "Give it a title."})
    if "minutes" in mine:
        _check_minutes(mine["minutes"])
    if merge(item, base, {field: value for field, value in mine.items() if field in ("title", "minutes", "lead", "notes")}):
        _touch(row, now)
    db.flush()


def retime_item(db: Session, item_id: int, minutes: int | None, *, base: int | None = None, actor: Actor, now: datetime) -> None:
    """Give a row other minutes; everything after it starts accordingly. 0 shows preparation. `base`: the minutes that were seen."""
    item, row = _item(db, item_id, actor)
    _check_minutes(minutes)
    if merge(item, {"minutes": item.minutes if base is None else base}, {"minutes": minutes}):
        _touch(row, now)
    db.flush()


def move_item(db: Session, item_id: int, way: str, *, actor: Actor, now: datetime) -> None:
    """Move a row one place "up" or "down". The first can't go up nor the last down: nothing changes then."""
    item, row = _item(db, item_id, actor)
    items = _agenda(db, item.session_id)
    at = items.index(item)
    to = at + {"up": -1, "down": 1}[way]
    if not 0 <= to < len(items):
        return
    items[at], items[to] = items[to], items[at]
    _number(items)
    _touch(row, now)
    db.flush()


def swap_item(db: Session, item_id: int, activity_id: int, *, base: int | None = None, actor: Actor, now: datetime) -> None:
    """Put another activity into a row; it keeps its place, minutes, lead and notes, and gets the reason that speaks for the new one.

    `base` is the activity that was seen there: if somebody else swapped it meanwhile, this is refused (Conflict).
    """
    reasons = {swap.activity_id: swap.why for swap in queries.swaps(db, item_id, actor=actor)}
    item, row = _item(db, item_id, actor)
    activity = _activity(db, activity_id)
    seen = SimpleNamespace(activity=item.title)
    before = item.title if base is None or base == item.activity_id else _activity(db, base).name
    if item.activity_id == activity_id:
        return
    merge(seen, {"activity": before}, {"activity": activity.name})
    item.activity_id, item.title, item.why = activity_id, activity.name, reasons.get(activity_id, "")
    _touch(row, now)
    db.flush()


def remove_item(db: Session, item_id: int, *, actor: Actor, now: datetime) -> None:
    """Take a row out of the agenda. Lines that were captured in it stay, without their row."""
    item, row = _item(db, item_id, actor)
    for line in db.execute(select(Capture).where(col(Capture.item_id) == item_id)).scalars():
        line.item_id = None
    db.flush()
    _number([other for other in _agenda(db, item.session_id) if other is not item])
    db.delete(item)
    _touch(row, now)
    db.flush()


def _item(db: Session, item_id: int, actor: Actor) -> tuple[AgendaItem, SupportSession]:
    """A row of the agenda behind its session's gate. The session is locked, so positions move for one person at a time."""
    session_id = db.execute(select(col(AgendaItem.session_id)).where(col(AgendaItem.id) == item_id)).scalar()
    if session_id is None:
        demand(actor, Can.RUN_SESSIONS)
        raise NotFound(*NOT_HERE)
    row = _editable(db, session_id, actor)
    item = db.get(AgendaItem, item_id, populate_existing=True)
    if item is None:
        raise NotFound(*NOT_HERE)
    return item, row


def _editable(db: Session, session_id: int, actor: Actor) -> SupportSession:
    row = reach(db, SupportSession, session_id, actor, Can.RUN_SESSIONS)
    if row.cancelled_at is not None:
        raise Refused("This session was cancelled", "Bring it back first.")
    return row


def _still_ahead(row: SupportSession) -> None:
    state = rules.state(row.starts_at, row.held_on, row.cancelled_at)
    if state is SessionState.HELD:
        raise Refused("This session was held", "Correct the day and who came under “It was held”.")
    if state is SessionState.CANCELLED:
        raise Refused("This session was cancelled", "Bring it back first.")


def _touch(row: SupportSession, now: datetime) -> None:
    """A person changed the draft: from here on, accepting its request can't be undone."""
    if row.edited_at is None:
        row.edited_at = now


def _agenda(db: Session, session_id: int) -> list[AgendaItem]:
    rows = select(AgendaItem).where(col(AgendaItem.session_id) == session_id).order_by(col(AgendaItem.position), col(AgendaItem.id))
    return list(db.execute(rows, execution_options={"populate_existing": True}).scalars())


def _number(items: list[AgendaItem]) -> None:
    for position, item in enumerate(items, start=1):
        if item.position != position:
            item.position = position


def _activity(db: Session, activity_id: int) -> Activity:
    activity = db.get(Activity, activity_id)
    if activity is None:
        raise NotFound("That activity isn't in the toolkit any more.", "Choose another one.")
    return activity


def _middle(activity: Activity) -> int:
    return round((activity.minutes_from + activity.minutes_to) / 10) * 5


def _closes(db: Session, item: AgendaItem) -> bool:
    if item.activity_id is None:
        return rules.reads_as_close(item.title)
    return _activity(db, item.activity_id).phase is Phase.CLOSE


def _check_minutes(minutes: int | None) -> None:
    if not _within(minutes, 0, LONGEST_ITEM):
        raise Invalid({"minutes": f"Between 0 and {LONGEST_ITEM} minutes."})


# What comes out of it


def capture(db: Session, session_id: int, line: str, kind: CaptureKind, *, item_id: int | None = None, actor: Actor, now: datetime) -> int:
    """Keep one typed line and return its id: what it means (lead, date, topic, support needed) beside the line as it was typed.

    `kind` is the one chosen beside the box; a mark or a date makes the line an action. Support that it asks for is asked at once.
    """
    row = _editable(db, session_id, actor)
    line = clean(line, LONG, "line")
    if not line:
        raise Invalid({"line": "Type what was said."})
    if item_id is not None and db.execute(_item_of(session_id, item_id)).first() is None:
        item_id = None  # it was taken out of the agenda meanwhile: the line is kept all the same
    kinds = needs.kinds(db)
    read = parse(
        line,
        kind=kind,
        today=clock.london_day(now),
        topics=toolkit.topics(db),
        contacts=queries.contacts(db, row.partnership_id),
        support_words={known.code: known.words for known in kinds},
    )
    made = Capture(
        session_id=session_id,
        item_id=item_id,
        kind=read.kind,
        text=read.text,
        as_typed=line,
        lead=clean(read.lead, LINE, "line"),
        lead_contact_id=read.lead_contact_id,
        due=read.due,
        topic=read.topic,
        at=now,
        by_id=actor.account_id,
    )
    db.add(made)
    _touch(row, now)
    db.flush()
    for support in read.support:
        _ask(db, row, made, support.words, support.kind, actor=actor, now=now)
    return made.id


def _item_of(session_id: int, item_id: int) -> Any:
    return select(col(AgendaItem.id)).where(col(AgendaItem.id) == item_id, col(AgendaItem.session_id) == session_id)


def _ask(db: Session, row: SupportSession, line: Capture, words: str, kind: str | None, *, actor: Actor, now: datetime) -> int:
    return needs_commands.ask(db, partnership_id=row.partnership_id, kind=kind, words=words, capture_id=line.id, actor=actor, now=now)


def correct(db: Session, capture_id: int, changes: Mapping[str, Any], base: Mapping[str, Any], *, actor: Actor, now: datetime) -> None:
    """Correct a line's text, lead, due or topic; an empty one is taken away. What was typed stays beside it.

    A lead who is known at the partnership by this name becomes that contact. Merges with what others changed (Conflict).
    """
    line, row = _line(db, capture_id, actor)
    mine = {field: value for field, value in changes.items() if field in ("text", "lead", "due", "topic")}
    mine |= {field: clean(mine[field], limit, field) for field, limit in (("text", LONG), ("lead", LINE)) if field in mine}
    if "text" in mine and not mine["text"]:
        raise Invalid({"text": "A line needs some words. To take it away, choose “Remove”."})
    if mine.get("topic") and db.get(Topic, mine["topic"]) is None:
        raise Invalid({"topic": "Choose one of the topics."})
    changed = merge(line, base, mine)
    if "lead" in changed:
        known = [one.id for one in queries.contacts(db, row.partnership_id) if fold(one.name) == fold(line.lead)]
        line.lead_contact_id = known[0] if len(known) == 1 else None
    db.flush()


def change_kind(db: Session, capture_id: int, kind: CaptureKind, *, actor: Actor, now: datetime) -> None:
    """Make a line another kind. Its lead, date, topic and support stay: an idea may know who had it."""
    line, _ = _line(db, capture_id, actor)
    line.kind = kind
    db.flush()


def add_support(db: Session, capture_id: int, words: str, *, kind: str | None = None, actor: Actor, now: datetime) -> int:
    """Ask for support for a line; without a kind it is guessed from the words. Returns the need's id."""
    line, row = _line(db, capture_id, actor)
    return _ask(db, row, line, words, kind, actor=actor, now=now)


def change_support(db: Session, need_id: int, words: str, kind: str, *, actor: Actor, now: datetime) -> int:
    """Ask for something else instead; returns the new need's id. The old one is taken back."""
    need, line, row = _line_of(db, need_id, actor)
    if (need.words, need.kind) == (clean(words, LONG, "words"), kind):
        return need_id
    needs_commands.withdraw(db, need_id, actor=actor, now=now)
    return _ask(db, row, line, words, kind, actor=actor, now=now)


def drop_support(db: Session, need_id: int, *, actor: Actor, now: datetime) -> None:
    """Take back support that a line asked for. Refuses once the line is in the plan: it is settled there."""
    _line_of(db, need_id, actor)
    needs_commands.withdraw(db, need_id, actor=actor, now=now)


def _line_of(db: Session, need_id: int, actor: Actor) -> tuple[SupportNeed, Capture, SupportSession]:
    need = reach(db, SupportNeed, need_id, actor, Can.ASK_SUPPORT)
    if need.capture_id is None:
        raise NotFound(*NOT_HERE)
    return need, *_line(db, need.capture_id, actor)


def remove_capture(db: Session, capture_id: int, *, actor: Actor, now: datetime) -> None:
    """Take a line away, and what support it asked for. Refuses one that is in the plan."""
    line, _ = _line(db, capture_id, actor)
    for need in needs.of_capture(db, [capture_id]).get(capture_id, ()):
        needs_commands.withdraw(db, need.id, actor=actor, now=now)
    db.delete(line)
    db.flush()


def _line(db: Session, capture_id: int, actor: Actor) -> tuple[Capture, SupportSession]:
    """A line behind its session's gate; the session is locked. Refuses one that is in the plan: it is changed there."""
    session_id = db.execute(select(col(Capture.session_id)).where(col(Capture.id) == capture_id)).scalar()
    if session_id is None:
        demand(actor, Can.RUN_SESSIONS)
        raise NotFound(*NOT_HERE)
    row = _editable(db, session_id, actor)
    line = db.get(Capture, capture_id, populate_existing=True)
    if line is None:
        raise NotFound("Somebody took this line away", "Type it again if it is needed.")
    if db.execute(select(col(Action.id)).where(col(Action.capture_id) == capture_id)).first() is not None:
        raise Refused("This line is in the action plan by now", "Change it there.")
    return line, row


def finish(
    db: Session,
    session_id: int,
    *,
    held_on: date | None = None,
    head_count: int | None = None,
    newcomers_came: int | None = None,
    base: Mapping[str, Any] | None = None,
    actor: Actor,
    now: datetime,
) -> int | None:
    """Write a session up: its actions go into the partnership's plan. Returns the plan's id, or None if it had no action.

    A session that nobody marked as held is marked in the same gesture, with these values. Finished again, only new lines are added.
    """
    row = reach(db, SupportSession, session_id, actor, Can.RUN_SESSIONS)
    if row.held_on is None or held_on is not None:
        _hold(db, row, {"held_on": held_on, "head_count": head_count, "newcomers_came": newcomers_came}, base or {}, now)
    if row.finished_at is None:
        row.finished_at = now
    db.flush()
    actions = (
        select(func.count()).select_from(Capture).where(col(Capture.session_id) == session_id, col(Capture.kind) == CaptureKind.ACTION)
    )
    return take_in(db, session_id, actor=actor, now=now) if db.execute(actions).scalar_one() else None
