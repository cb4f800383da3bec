"""A made-up year in rows that no story holds together: every state beside every other, as tests of numbers need them."""

import random
from datetime import date, datetime, time, timedelta
from typing import Any

from rr.access import Actor
from rr.clock import LONDON
from rr.db import Session
from rr.intake.models import RequestTopic, SupportRequest
from rr.intake.rules import RequestStatus, Source
from rr.needs.models import SupportNeed
from rr.needs.rules import NeedStatus
from rr.plans import roll_up
from rr.plans.models import Action, ActionPlan, ActionUpdate, Review
from rr.plans.rules import ActionStatus, ReviewKind
from rr.sessions.models import SessionFacilitator, SupportSession
from rr.synthetic.bulk import BulkWriter

TOPICS = ("future", "hubs", "vision", "relationships", "people", "other")
KINDS = ("hubs-buildings", "legal-body", "transport")
EDGES = (0, 1, 6, 7, 8, 29, 30, 31, 48, 49, 140)  # days before today on which something changes its state: today, soon, silent, a quarter


class RandomState:
    """Rows for one example, written in bulk into an open transaction: `fill` it, look, and undo it."""

    def __init__(self, session: Session, seed: int, today: date, people: tuple[Actor, Actor]) -> None:
        self.rng, self.today, self.people = random.Random(seed), today, people
        self.session, self.writer = session, BulkWriter(session)
        self.homes = self.rng.sample(range(1, 150), self.rng.randint(3, 12))
        self.made = self.instant(date(2025, 1, 1))

    def fill(self) -> None:
        requests = [self._request(number) for number in range(self.rng.randint(0, 22))]
        for _ in range(self.rng.randint(0, 14)):
            self._session(requests)
        for home in self.homes:
            for closed in self.rng.sample((True, True, False), 3):  # an open plan may be older than a closed one that was reopened
                if self.rng.random() < (0.3 if closed else 0.8):
                    self._plan(home, closed=closed)
        self.writer.write()
        roll_up.fill(self.session)

    # What is thrown for

    def day(self, ahead: int = 0) -> date:
        """A day until today, often one on which a state changes, or up to so many days ahead."""
        back = self.rng.choice(EDGES) if self.rng.random() < 0.6 else self.rng.randint(0, 200)
        return (
            self.today + timedelta(days=self.rng.randint(0, ahead)) if ahead and self.rng.random() < 0.4 else self.today - timedelta(back)
        )

    def instant(self, day: date) -> datetime:
        """On that day in London, at an hour that may be another day's in UTC."""
        return datetime.combine(day, self.rng.choice([time(0), time(0, 30), time(12), time(23, 30)]), tzinfo=LONDON)

    def maybe(self, value: Any, chance: float = 0.5) -> Any:
        return value if self.rng.random() < chance else None

    def lead(self) -> int | None:
        return self.maybe(self.rng.choice(self.people).account_id, 0.8)

    # Rows

    def _request(self, number: int) -> tuple[int, int | None]:
        home, on = self.maybe(self.rng.choice(self.homes), 0.8), self.day()
        status = self.rng.choice([*RequestStatus, RequestStatus.NEW, RequestStatus.NEW, RequestStatus.ACCEPTED])
        at = self.instant(on)
        contact = self.maybe(self.instant(on + timedelta(days=self.rng.randint(0, max(0, (self.today - on).days)))))
        request_id = self.writer.add(
            *(SupportRequest, at),
            ref=f"RR-{number + 1:04}",
            source=Source.FORM,
            entry_id=f"S{number}",
            received_at=at,
            received_on=on,
            partnership_id=home,
            area_text="Somewhere",
            status=status,
            first_contact_at=contact,
            back_on=self.day(ahead=30) if status is RequestStatus.NOT_NOW else None,
            assigned_id=self.lead(),
        )
        for topic in self.rng.sample(TOPICS, self.rng.randint(0, 3)):
            self.writer.add(RequestTopic, at, request_id=request_id, topic=topic)
        return request_id, home

    def _session(self, requests: list[tuple[int, int | None]]) -> None:
        home = self.rng.choice(self.homes)
        held_on = self.maybe(self.day(), 0.4)
        session_id = self.writer.add(
            *(SupportSession, self.made),
            partnership_id=home,
            request_id=self.maybe(next((one for one, at in requests if at == home), None)),
            minutes=120,
            made_at=self.made,
            starts_at=self.maybe(self.instant(self.day(ahead=40)), 0.7),
            held_on=held_on,
            cancelled_at=self.maybe(self.instant(self.day()), 0.2),
            finished_at=self.maybe(self.instant(self.today)) if held_on else None,
        )
        if lead := self.lead():
            self.writer.add(SessionFacilitator, self.made, session_id=session_id, account_id=lead)

    def _plan(self, home: int, *, closed: bool) -> None:
        agreed_on = self.maybe(self.day(), 0.8)
        first = agreed_on or self.day()
        plan_id = self.writer.add(
            *(ActionPlan, self.made),
            partnership_id=home,
            made_at=self.made,
            agreed_on=agreed_on,
            closed_on=self._after(first) if closed else None,
            lead_id=self.lead(),
        )
        for kind in ReviewKind:
            due_on = self.day(ahead=40)
            self.writer.add(Review, self.made, plan_id=plan_id, kind=kind, due_on=due_on, held_on=self.maybe(self._after(first), 0.2))
        for position in range(self.rng.randint(0, 4)):
            self._action(plan_id, position, home, first)

    def _action(self, plan_id: int, position: int, home: int, first: date) -> None:
        status = self.rng.choice(list(ActionStatus))
        said = sorted(self.instant(self._after(first)) for _ in range(self.rng.choice((0, 0, 0, 1, 2))))
        action_id = self.writer.add(
            *(Action, self.made),
            plan_id=plan_id,
            position=position,
            title=f"Action {position}",
            lead=self.rng.choice(["", "Maureen"]),
            first_step=self.rng.choice(["", "Ring"]),
            due=self.maybe(self.day(ahead=40), 0.8),
            topic=self.maybe(self.rng.choice(TOPICS)),
            needs_none=self.rng.random() < 0.3,
            status=status,
            status_at=said[-1] if said else None,
        )
        for at in said:
            self.writer.add(ActionUpdate, at, action_id=action_id, before=ActionStatus.NOT_STARTED, status=status, at=at)
        if self.rng.random() < 0.5:
            self._need(home, action_id)

    def _need(self, home: int, action_id: int) -> None:
        status, asked_on = self.rng.choice(list(NeedStatus)), self.day()
        self.writer.add(
            *(SupportNeed, self.made),
            partnership_id=home,
            action_id=action_id,
            kind=self.rng.choice(KINDS),
            words="Advice",
            status=status,
            partner_id=1 if status is NeedStatus.FOUND else None,
            asked_on=asked_on,
            settled_on=None if status is NeedStatus.ASKED else self._after(asked_on),
            at=self.instant(asked_on),
        )

    def _after(self, day: date) -> date:
        """A day from this one until today."""
        edges = [on for back in EDGES if (on := self.today - timedelta(days=back)) >= day]
        if edges and self.rng.random() < 0.6:
            return self.rng.choice(edges)
        return day + timedelta(days=self.rng.randint(0, max(0, (self.today - day).days)))
