"""How each request goes, as days: from the sign-up to the session that was written up. No rows yet; those are in records.py."""

from dataclasses import dataclass
from datetime import date, timedelta

from rr.intake.rules import UNDECIDED, RequestStatus
from rr.synthetic.context import Context, GeneratedPartnership

DAYS = 730  # how far back the sign-ups go
LONGEST_OPEN = 60  # days until somebody decides even the hardest request
OUTCOMES = (  # cumulative shares
    (0.02, RequestStatus.SPAM),
    (0.05, RequestStatus.DUPLICATE),
    (0.09, RequestStatus.SIGNPOSTED),
    (0.13, RequestStatus.NOT_NOW),
    (0.15, RequestStatus.WITHDRAWN),
    (0.17, RequestStatus.WAITING_FOR_THEM),
    (0.19, RequestStatus.NEW),
    (1.00, RequestStatus.ACCEPTED),
)


@dataclass
class Case:
    """A request and what came of it, as days. None is what didn't happen, or not yet."""

    partnership: GeneratedPartnership
    received: date
    status: RequestStatus
    contacted: date | None = None
    decided: date | None = None
    matched: bool = True
    planned: date | None = None
    cancelled: bool = False
    held: date | None = None
    finished: date | None = None
    actions: int = 0


def make_cases(context: Context, partnerships: list[GeneratedPartnership], *, requests: int, actions: int) -> list[Case]:
    """All cases, the oldest sign-up first; the last year has somewhat more of them than the one before.

    The actions are shared out among the cases whose session was written up, so that their sum is exact.
    """
    ages = sorted((1 + int((DAYS - 1) * context.rng.random() ** 1.1) for _ in range(requests)), reverse=True)
    cases = [_case(context, context.rng.choice(partnerships), context.today - timedelta(days=age)) for age in ages]
    finished = [case for case in cases if case.finished]
    given = 0
    for place, case in enumerate(finished):
        difference = (2, -2, 1, -1, 0)[place % 5] if place < len(finished) - len(finished) % 5 else 0
        share = actions * (place + 1) // len(finished) - given
        given += share
        case.actions = share + difference
    return cases


def _case(context: Context, partnership: GeneratedPartnership, received: date) -> Case:
    number = context.rng.random()
    outcome = next(status for share, status in OUTCOMES if number < share)
    if outcome in UNDECIDED and (context.today - received).days > LONGEST_OPEN:
        outcome = RequestStatus.WITHDRAWN
    contacted = context.working_day_after(received, 1, 7)
    decided = context.working_day_after(contacted, 0, 6)
    case = Case(partnership, received, RequestStatus.NEW)
    if outcome is RequestStatus.NEW or contacted > context.today:
        case.matched = context.chance(0.8)
        return case
    case.contacted = contacted if outcome is not RequestStatus.SPAM else None
    if decided > context.today:
        case.matched = context.chance(0.9)
        return case
    case.status, case.decided = outcome, decided
    if outcome is RequestStatus.ACCEPTED:
        _add_session(context, case, decided)
    return case


def _add_session(context: Context, case: Case, decided: date) -> None:
    day = context.working_day_after(decided, 7, 45)
    if day >= context.today:
        case.planned = day if context.chance(0.7) else None
        return
    case.planned = day
    if context.chance(0.04):
        case.cancelled = True
        return
    if context.chance(0.01):
        return  # its day has passed, and nobody marked it as held
    case.held = day
    not_written_up = (context.today - day).days < 7 and context.chance(0.5)
    case.finished = None if not_written_up else day
