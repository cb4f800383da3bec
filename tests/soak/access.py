"""Role × page × record of one's own and another's × way in: pages over a websocket, files over HTTP, and forged messages.

Who may what is said here once more, by hand, so that a mistake in the app's own table is one that is found.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from rr import clock, db, gesture
from rr.access import Actor, Who
from rr.accounts.models import Account
from rr.plans.models import Action, ActionPlan, Review
from rr.plans.rules import ActionStatus
from tests.bench.client import Tab, fetch, sign_in
from tests.bench.databases import connected
from tests.bench.problems import Failed
from tests.bench.server import Server, running
from tests.builders import a_plan
from tests.soak.attack import Counts
from tests.soak.databases import Place

OWN, OTHER = 9, 10  # partnerships: the facilitator works with the first
ALL, MINE, NONE = {OWN, OTHER}, {OWN}, set()
FILES = {"support": ALL, "facilitator": MINE, "manager": ALL, "admin": NONE}
PAGES = dict.fromkeys(("session", "live", "plan", "review", "partnership"), FILES)  # with a record in their address: who sees whose
FORGERS = {"facilitator": OTHER, "admin": OWN}  # who sends what another's page would, and about which partnership's record


@dataclass(frozen=True)
class Records:
    """What there is of a partnership, by page."""

    ids: dict[str, int]
    action: int


def walk(place: Place) -> Counts:
    """Try every cell; one that opens and must not, or that must and doesn't, counts as lost. A forgery that writes counts as half."""
    counts = Counts()
    with connected(place.url):
        records = {partnership: _records(partnership, "facilitator" if partnership == OWN else "manager") for partnership in (OWN, OTHER)}
    with running(place.file, place.url) as server:
        for cell, opened, may in (*_pages(server, records), *_files(server, records)):
            counts.count += 1
            counts.lost += opened != may
            counts.notes += [] if opened == may else [f"{cell} {'opened' if opened else 'did not open'}"]
        for role, partnership in FORGERS.items():
            _forge(server, role, records[OWN if role == "facilitator" else OTHER], records[partnership])
            counts.count += 1
        counts.error_pages = len(server.new_faults())
    with connected(place.url), db.reading() as session:
        changed = select(col(Action.id)).where(col(Action.status) != ActionStatus.NOT_STARTED)
        counts.half = len(session.execute(changed).all())
    return counts


def _records(partnership: int, lead: str) -> Records:
    latest_first = select(Account).order_by(col(Account.id).desc())  # so that the first of a role remains, who is signed in as it
    with db.reading() as session:
        found = {row.role: Actor(Who(row.role.value), row.name, row.id) for row in session.execute(latest_first).scalars()}
    people: Any = SimpleNamespace(**{role.value: actor for role, actor in found.items()})
    agreed_on = clock.today() - timedelta(days=20)
    plan_id, (action, *_) = a_plan(
        gesture.perform, people, agreed_on=agreed_on, partnership_id=partnership, facilitator=getattr(people, lead), held_on=agreed_on
    )
    with db.reading() as session:
        review = (
            session.execute(select(col(Review.id)).where(col(Review.plan_id) == plan_id).order_by(col(Review.due_on))).scalars().first()
        )
        session_id = session.get_one(ActionPlan, plan_id).session_id
    ids = {"session": session_id, "live": session_id, "plan": plan_id, "review": review, "partnership": partnership}
    return Records({page: number or 0 for page, number in ids.items()}, action)


def _pages(server: Server, records: dict[int, Records]) -> Iterator[tuple[str, bool, bool]]:
    for role in FILES:
        cookie = sign_in(server.address, role)
        for page, who in PAGES.items():
            for partnership, of in records.items():
                tab = Tab(server.address, cookie)
                yield f"{page} of {partnership} as {role}", _is_shown(tab, f"{page}?id={of.ids[page]}"), partnership in who[role]
                tab.close()


def _is_shown(tab: Tab, address: str) -> bool:
    try:
        tab.open(address)
    except Failed:
        return False
    return True


def _files(server: Server, records: dict[int, Records]) -> Iterator[tuple[str, bool, bool]]:
    for role, who in FILES.items():
        cookie = sign_in(server.address, role)
        for partnership, of in records.items():
            try:
                fetch(server.address, f"/files/plan/{of.ids['plan']}.docx", cookie)
                sent = True
            except Failed:
                sent = False
            yield f"document of {partnership} as {role}", sent, partnership in who


def _forge(server: Server, role: str, own: Records, other: Records) -> None:
    """Send, from somebody's own websocket, the message that a manager's page about another record would send."""
    theirs, mine = (Tab(server.address, sign_in(server.address, who)) for who in ("manager", role))
    theirs.open(f"review?id={other.ids['review']}")
    _is_shown(mine, f"review?id={own.ids['review']}")
    button = f"review_status_{other.action}_done"
    mine.page_hash, mine.query = theirs.page_hash, theirs.query
    with suppress(Failed):  # as it should be; whether anything was written is looked up in the database
        mine.rerun()  # the other's page, if it is drawn, so that its button is known
    mine.widgets = {button: (theirs.widgets[button][0], "")}
    with suppress(Failed):
        mine.rerun(**{button: True})
    theirs.close()
    mine.close()
