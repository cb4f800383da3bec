"""The demonstration: sign-ups of two years, each carried as far as it would have come by today.

Everything is made through the commands, in the order in which it would have happened, each at its own time.
"""

import csv
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlmodel import col

from rr import clock, db
from rr.access import SYSTEM, Actor, Who
from rr.accounts import commands as accounts
from rr.accounts.models import Account
from rr.accounts.rules import Role
from rr.config import DATA
from rr.days import forward
from rr.demo_sign_ups import answers, entered, export, read
from rr.intake import commands as intake
from rr.intake.imports import commands as importer
from rr.intake.imports import entries
from rr.intake.imports.reading import open_upload
from rr.intake.models import RequestTopic, SupportRequest
from rr.intake.rules import Move, Source
from rr.intake.triage import commands as triage
from rr.needs import commands as needs
from rr.needs.models import SupportNeed, SupportPartner
from rr.needs.rules import NeedStatus
from rr.partnerships import commands as partnerships
from rr.partnerships import queries as areas
from rr.partnerships.matching import match
from rr.plans import commands as plans
from rr.plans.actions import commands as plan_actions
from rr.plans.models import Action, ActionPlan, Review
from rr.plans.reviews import commands as plan_reviews
from rr.plans.rules import ActionStatus, ends_on
from rr.sessions import commands as sessions
from rr.sessions.capture import commands as capture_commands
from rr.sessions.models import AgendaItem, SupportSession
from rr.sessions.rules import CaptureKind
from rr.toolkit import queries as toolkit
from rr.toolkit.models import Topic

SEED = 7
STAFF = (
    (Role.SUPPORT, "support@example.org", "Ade Bello"),
    (Role.FACILITATOR, "facilitator@example.org", "Morgan Reed"),
    (Role.FACILITATOR, "facilitator.two@example.org", "Jess Hale"),
    (Role.MANAGER, "manager@example.org", "Chris Doyle"),
    (Role.ADMIN, "admin@example.org", "Robin Tate"),
)
HELPS = {  # who would help with what, by what the partners publish
    "hubs-buildings": "Locality",
    "land-green": "Shared Assets",
    "communications": "Media Trust",
    "young-people": "StreetGames",
    "enterprise-jobs": "UnLtd",
    "workers-skills": "Koreo",
    "measuring-change": "Renaisi",
    "transport": "Campaign for Better Transport",
    "relationships": "The Small Axe",
    "lto-partners": "Act Build Change",
    "funding-income": "UnLtd",
    "health-sport": "StreetGames",
    "legal-body": "Locality",
    "peer-networks": "IVAR",
    "close-out": "IVAR",
}
OTHERS_HELP = "Just Ideas"
SPAM = ("We can put your website", "Cheap loans")  # how the words begin that a careful person would call spam
EXPORTED_SINCE = timedelta(days=28)  # what came in since then is imported from the website's exports, one a week; before, by our own form


def fill() -> str:
    """Fill an empty database; returns the sentence to print. A database with requests or accounts is left alone."""
    with db.reading() as session:
        used = session.execute(select(func.count()).select_from(SupportRequest)).scalar_one()
        used += session.execute(select(func.count()).select_from(Account)).scalar_one()
    if used:
        return "The database isn't empty, so nothing was added."
    teller = Teller(today=clock.today(), chance=random.Random(SEED), lines=_lines())
    _hire(teller)
    _bring_in(teller)
    with db.reading() as session:
        requests = session.execute(select(col(SupportRequest.id)).order_by(col(SupportRequest.received_at))).scalars().all()
    for number, request_id in enumerate(requests):
        with db.transaction() as session:
            teller.session = session
            _tell(teller, request_id, number)
    return f"Filled with demonstration data: {len(requests)} requests, and what became of them. All people in it are invented."


@dataclass
class Teller:
    """Tells stories: gives commands their person and their time, and has the dice."""

    today: date
    chance: random.Random
    lines: dict[str, list[dict[str, str]]]
    decks: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    staff: dict[str, Actor] = field(default_factory=dict)
    session: Any = None

    def do(self, command: Callable[..., Any], *args: Any, by: str, on: date, at: time = time(10), **given: Any) -> Any:
        """Have somebody do something on a day, at a time in London."""
        actor, now = self.staff.get(by, SYSTEM), datetime.combine(on, at, clock.LONDON)
        self.session.info.update(now=now, by=actor, gesture=getattr(command, "__name__", ""))
        return command(self.session, *args, actor=actor, now=now, **given)

    def draw(self, kind: str) -> dict[str, str]:
        """A line of this kind, or an action about this topic: none comes again before all of them came."""
        if not self.decks.get(kind):
            self.decks[kind] = self.chance.sample(self.lines[kind], len(self.lines[kind]))
        return self.decks[kind].pop()

    def words(self, kind: str) -> str:
        """What somebody writes on such an occasion."""
        return self.draw(kind)["line"]

    def row(self, statement: Any) -> Any:
        return self.session.execute(statement).scalars().first()

    def rows(self, statement: Any) -> list[Any]:
        return list(self.session.execute(statement).scalars())


def _lines() -> dict[str, list[dict[str, str]]]:
    """What people say, by the occasion; actions by their topic."""
    lines: dict[str, list[dict[str, str]]] = {}
    with (DATA / "demo" / "lines.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            lines.setdefault(row["topic"] or row["kind"], []).append(row)
    return lines


def _hire(teller: Teller) -> None:
    """An account for each role, made long before the first sign-up. Nobody has a password: the demo's buttons need none."""
    with db.transaction() as session:
        teller.session = session
        for role, email, name in STAFF:
            number = teller.do(accounts.add_account, by="", on=teller.today - timedelta(days=900), email=email, name=name, role=role)
            teller.staff[email.split("@")[0]] = Actor(Who(role.value), name, number)


def _bring_in(teller: Teller) -> None:
    """All sign-ups: by the form at their own time, and the last ones by an import a week."""
    rows = read(teller.today)
    first = teller.today - EXPORTED_SINCE
    with db.transaction() as session:
        teller.session = session
        topics = toolkit.topics(session)
        for row in rows:
            if entered(row).date() < first:
                on = entered(row)
                teller.do(intake.sign_up, answers(row, topics), source=Source.FORM, by="", on=on.date(), at=on.time())
    for week in range(4):
        until = first + timedelta(days=7 * (week + 1))
        exported = [row for row in rows if until - timedelta(days=7) <= entered(row).date() < until]
        if exported:
            upload = open_upload(f"sign-ups-{until}.csv", export(exported))
            file = entries.read(upload.table, topics=topics, file_name=upload.file_name)
            with db.transaction() as session:
                teller.session = session
                teller.do(importer.import_signups, file, by="support", on=until, at=time(8, 30))


def _tell(teller: Teller, request_id: int, number: int) -> None:
    """One sign-up's story, as far as it has come by today."""
    request = teller.session.get(SupportRequest, request_id)
    day = _meet(teller, request, number)
    decided = forward(day + timedelta(days=1 + number % 5)) if day else teller.today + timedelta(days=1)
    if decided <= teller.today:
        _decide(teller, request, decided, number=number)


def _meet(teller: Teller, request: SupportRequest, number: int) -> date | None:
    """The first contact, and the day of it; None for spam, for whoever still waits, and where nobody chose the partnership yet."""
    request_id, age = request.id, (teller.today - request.received_on).days
    if request.words.startswith(SPAM):
        if age > 6:
            teller.do(triage.decide, request_id, Move.SPAM, by="support", on=forward(request.received_on + timedelta(days=1)))
        return None
    if age <= 5 + number % 3:
        return None  # the queue on a Monday morning
    day = forward(request.received_on + timedelta(days=1 + number % 4))
    if request.partnership_id is None:
        best = match(request.area_text, areas.areas(teller.session)).suggestions
        if age <= 20 or not best:
            return None  # waits for a person to choose
        teller.do(triage.choose_partnership, request_id, best[0].area_id, by="support", on=day, at=time(9, 30))
    teller.do(triage.decide, request_id, Move.CONTACTED, by="support", on=day, words=teller.words("contacted"))
    return day


def _decide(teller: Teller, request: SupportRequest, decided: date, *, number: int) -> None:
    """Say yes to most, and to the others what suits them."""
    request_id, age = request.id, (teller.today - request.received_on).days
    earlier = teller.row(
        select(SupportRequest).where(
            col(SupportRequest.partnership_id) == request.partnership_id,
            col(SupportRequest.id) != request_id,
            col(SupportRequest.received_on) > request.received_on - timedelta(days=150),
            col(SupportRequest.received_on) <= request.received_on,
            col(SupportRequest.status) == "accepted",
        )
    )
    if earlier is not None:
        teller.do(triage.decide, request_id, Move.DUPLICATE, by="support", on=decided, duplicate_of_id=earlier.id)
        return
    match number % 11:
        case 3:
            partner = teller.row(select(SupportPartner).order_by(col(SupportPartner.id)).offset(1))
            words = teller.words("signposted")
            teller.do(triage.decide, request_id, Move.SIGNPOST, by="support", on=decided, partner_id=partner.id, words=words)
        case 6:
            back = forward(max(decided + timedelta(days=120), teller.today + timedelta(days=20)))
            teller.do(triage.decide, request_id, Move.NOT_NOW, by="support", on=decided, back_on=back, words=teller.words("not_now"))
        case 9:
            teller.do(triage.decide, request_id, Move.ASK_FOR_MORE, by="support", on=decided, words=teller.words("asked"))
            if age > 40:
                teller.do(triage.decide, request_id, Move.WITHDRAW, by="support", on=decided + timedelta(days=30))
        case _:
            teller.do(triage.decide, request_id, Move.ACCEPT, by="support", on=decided, at=time(14))
            _hold(teller, request, decided, number=number)


def _hold(teller: Teller, request: SupportRequest, accepted: date, *, number: int) -> None:
    """The session of an accepted request: a draft, planned, or held and finished."""
    row = teller.row(select(SupportSession).where(col(SupportSession.request_id) == request.id))
    if number % 7 == 5 and (teller.today - accepted).days < 60:
        return  # still a draft that waits for somebody to arrange it
    lead = "facilitator" if number % 3 else "facilitator.two"
    arranged = min(forward(accepted + timedelta(days=2)), teller.today)
    teller.do(sessions.name_facilitators, row.id, [teller.staff[lead].account_id], by="support", on=arranged)
    later = (
        (14, 150, 30, 170, 190, 200, 125, 235)[number % 8] if 60 < (teller.today - accepted).days < 400 else (10, 14, 18, 24)[number % 4]
    )
    day = forward(accepted + timedelta(days=later))
    online = row.format is not None and row.format.value == "online"
    where = {"link": "https://meet.example.org/reflect-recharge"} if online else {"place": teller.words("place")}
    starts = teller.chance.choice((time(10), time(13, 30), time(18, 30)))
    base = {"day": None, "time": None, "place": "", "link": ""}
    teller.do(sessions.arrange, row.id, {"day": day, "time": starts, **where}, base, by=lead, on=arranged)
    if day >= teller.today:
        return
    people = row.people or 11
    came = max(4, people - teller.chance.randint(0, 3))
    new = min(row.newcomers or 0, came)
    teller.do(sessions.mark_held, row.id, by=lead, on=day, at=time(21), held_on=day, head_count=came, newcomers_came=new)
    told = _capture(teller, row, request, lead=lead, day=day, number=number)
    if number % 17 == 5 and (teller.today - day).days < 21:
        return  # held, and waits to be finished
    plan_id = teller.do(sessions.finish, row.id, by=lead, on=day, at=time(22))
    if plan_id is not None:
        _follow_up(teller, plan_id, told, lead=lead, held=day, number=number)


def _capture(
    teller: Teller, row: SupportSession, request: SupportRequest, *, lead: str, day: date, number: int
) -> dict[str, dict[str, str]]:
    """What came out of a session, line by line; returns the actions' own stories by the words that begin them."""
    items = teller.rows(select(AgendaItem).where(col(AgendaItem.session_id) == row.id).order_by(col(AgendaItem.position)))
    said = []
    for kind, many in ((CaptureKind.ACHIEVEMENT, 3), (CaptureKind.IDEA, 2), (CaptureKind.DECISION, 1)):
        said += [(kind, teller.draw(kind.value)) for _ in range(many)]
    topics = teller.rows(select(col(RequestTopic.topic)).where(col(RequestTopic.request_id) == request.id))
    every = sorted(teller.lines.keys() & set(teller.rows(select(col(Topic.code)))))
    many = 4 + number % 5
    about = [topics[place % len(topics)] if topics and place < many - 1 else teller.chance.choice(every) for place in range(many)]
    chosen = [teller.draw(topic) for topic in about]
    said += [(CaptureKind.ACTION, line) for line in chosen]
    for minute, (kind, line) in enumerate(said):
        item = items[min(len(items) - 1, 1 + minute * len(items) // (len(said) + 1))]
        teller.do(capture_commands.capture, row.id, line["line"], kind, item_id=item.id, by=lead, on=day, at=time(20, minute))
    return {line["line"].split(" @")[0]: line for line in chosen}


def _follow_up(teller: Teller, plan_id: int, told: dict[str, dict[str, str]], *, lead: str, held: date, number: int) -> None:
    """The plan after the session: filled in, agreed, reviewed, and in the end closed."""
    plan = teller.session.get(ActionPlan, plan_id)
    everything = teller.rows(select(Action).where(col(Action.plan_id) == plan_id).order_by(col(Action.position)))
    actions = [action for action in everything if action.title in told]
    completed = forward(held + timedelta(days=2))
    if completed >= teller.today or plan.agreed_on is not None:
        return  # the write-up is still to come; or these actions joined a plan that was agreed before
    for place, action in enumerate(actions):
        if place == len(actions) - 1 and number % 4 == 1:
            continue  # one action that still lacks its first step
        changes = {"first_step": told[action.title]["first_step"]}
        teller.do(plan_actions.edit_action, action.id, changes, {"first_step": ""}, by=lead, on=completed)
        if not teller.row(select(SupportNeed).where(col(SupportNeed.action_id) == action.id)):
            teller.do(plan_actions.set_no_support_needed, action.id, by=lead, on=completed)
    agreed = forward(held + timedelta(days=4 + number % 6))
    if agreed >= teller.today or (number % 19 == 2 and (teller.today - held).days < 60):
        return  # a draft that waits to be agreed
    teller.do(plans.agree, plan_id, agreed, by=lead, on=agreed, at=time(16))
    _settle_needs(teller, actions, agreed, number=number)
    quiet = number % 7 == 4 and (teller.today - agreed).days < 240
    for review in teller.rows(select(Review).where(col(Review.plan_id) == plan_id).order_by(col(Review.due_on))):
        if review.due_on >= teller.today or (quiet and review.kind.value != "six_weeks"):
            break  # still to come; and some go quiet
        _review(teller, review, actions, told=told, lead=lead, number=number)
    over = forward(ends_on(agreed) + timedelta(days=5))
    if over < teller.today and not quiet:
        teller.do(plans.close, plan.id, over, by=lead, on=over, why=teller.words("closed"))


def _review(teller: Teller, review: Review, actions: list[Action], *, told: dict[str, dict[str, str]], lead: str, number: int) -> None:
    """One review call: a tap for each action that isn't finished, with what would help or what changed."""
    step = {"six_weeks": 0, "three_months": 1, "six_months": 2}[review.kind.value]
    for place, action in enumerate(actions):
        if action.status in (ActionStatus.DONE, ActionStatus.DROPPED):
            continue
        luck = (number + place * 3) % 10
        if luck <= (1, 5, 7)[step]:
            status, words = ActionStatus.DONE, told[action.title]["changed"]
        elif luck == 9:
            status, words = ActionStatus.STUCK, told[action.title]["helps"]
        elif luck == 8 and step == 2:
            status, words = ActionStatus.DROPPED, teller.words("dropped")
        else:
            status, words = ActionStatus.GOING_WELL, ""
        teller.do(
            plan_actions.update_action, action.id, status, words=words, review_id=review.id, by=lead, on=review.due_on, at=time(11, place)
        )
    noted = teller.words("review")
    teller.do(plan_reviews.finish_review, review.id, by=lead, on=review.due_on, at=time(11, 40), held_on=review.due_on, words=noted)


def _settle_needs(teller: Teller, actions: list[Action], agreed: date, *, number: int) -> None:
    """Support found for some of what is needed; one partner offered nothing."""
    partners = {partner.name: partner.id for partner in teller.rows(select(SupportPartner))}
    asked = teller.rows(select(SupportNeed).where(col(SupportNeed.action_id).in_([action.id for action in actions])))
    for place, need in enumerate(asked):
        day = forward(agreed + timedelta(days=9 + 4 * place))
        if day >= teller.today or (number + place) % 3 == 2:
            continue
        if (number + place) % 8 == 7:
            teller.do(needs.settle, need.id, NeedStatus.NOT_AVAILABLE, by="support", on=day)
        else:
            partner_id = partners[HELPS.get(need.kind, OTHERS_HELP)]
            teller.do(needs.settle, need.id, NeedStatus.FOUND, partner_id, by="support", on=day)
    if asked:
        teller.do(partnerships.add_note, asked[0].partnership_id, teller.words("note"), by="support", on=agreed)
