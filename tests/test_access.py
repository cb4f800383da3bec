"""Who may do what, as people meet it: pages, and the gatekeeper's three answers."""

import pytest
from sqlmodel import col, select

from rr.access import SYSTEM, TABLE, Actor, Can, Scope, Who, demand, own_partnerships, reach, scope, visible
from rr.db import transaction
from rr.errors import NotFound
from rr.plans.models import ActionPlan
from rr.sessions.models import SessionFacilitator, SupportSession
from rr.ui.kit.navigation import PLACES

PAGES = {
    "support": {
        "requests",
        "imports",
        "sessions",
        "session",
        "live",
        "plans",
        "plan",
        "review",
        "partnerships",
        "partnership",
        "needs",
        "progress",
        "toolkit",
    },
    "facilitator": {
        "sessions",
        "session",
        "live",
        "plans",
        "plan",
        "review",
        "partnerships",
        "partnership",
        "needs",
        "progress",
        "toolkit",
    },
    "manager": {
        "requests",
        "imports",
        "sessions",
        "session",
        "live",
        "plans",
        "plan",
        "review",
        "partnerships",
        "partnership",
        "needs",
        "progress",
        "toolkit",
    },
    "admin": {"toolkit", "accounts"},
}


@pytest.mark.parametrize("who", PAGES)
def test_each_role_finds_its_pages_and_no_others(who):
    assert {stem for stem, place in PLACES.items() if scope(Actor(Who(who)), place.need) is not Scope.NONE} == PAGES[who]


@pytest.mark.parametrize("need", list(Can))
def test_what_the_table_does_not_name_is_denied(need):
    for who in Who:
        if who is not Who.SYSTEM and who not in TABLE[need]:
            with pytest.raises(NotFound):
                demand(Actor(who), need)


@pytest.mark.parametrize(
    "need",
    [
        need
        for need in Can
        if need
        not in (
            Can.READ_TOOLKIT,
            Can.SIGN_UP,
            Can.ADD_ACTIVITIES,
            Can.EDIT_ACTIVITIES,
            Can.READ_AUDIT_EVENTS,
            Can.ADMINISTER,
            Can.EDIT_LISTS,
        )
    ],
)
def test_administrators_reach_no_casework(need):
    assert scope(Actor(Who.ADMIN), need) is Scope.NONE


def a_session_of(session, partnership_id, account_id, now):
    row = SupportSession(partnership_id=partnership_id, minutes=120, made_at=now)
    session.add(row)
    session.flush()
    session.add(SessionFacilitator(session_id=row.id, account_id=account_id))
    return row.id


def test_own_is_where_somebody_facilitates_or_leads_the_plan(people, clock):
    from rr.clock import now

    mine, others = people.facilitator.account_id, people.other_facilitator.account_id
    with transaction() as session:
        a_session_of(session, 3, mine, now())
        a_session_of(session, 4, others, now())
        session.add(ActionPlan(partnership_id=5, lead_id=mine, made_at=now()))
        session.add(ActionPlan(partnership_id=6, lead_id=others, made_at=now()))

    with transaction() as session:
        assert sorted(session.execute(own_partnerships(people.facilitator)).scalars()) == [3, 5]
        seen = select(col(SupportSession.partnership_id)).order_by(col(SupportSession.partnership_id))
        listed = {
            who: session.execute(seen.where(visible(col(SupportSession.partnership_id), getattr(people, who), Can.READ_SESSIONS)))
            .scalars()
            .all()
            for who in ("facilitator", "other_facilitator", "support", "manager", "admin")
        }
    assert listed == {"facilitator": [3], "other_facilitator": [4], "support": [3, 4], "manager": [3, 4], "admin": []}


def test_not_there_and_not_theirs_read_the_same(people, clock):
    from rr.clock import now

    with transaction() as session:
        number = a_session_of(session, 3, people.other_facilitator.account_id, now())

    with transaction() as session:
        refusals = []
        for row_id in (number, number + 1000):
            with pytest.raises(NotFound) as refusal:
                reach(session, SupportSession, row_id, people.facilitator, Can.READ_SESSIONS)
            refusals.append((refusal.value.headline, refusal.value.way_forward))
        assert refusals[0] == refusals[1]
        assert reach(session, SupportSession, number, people.other_facilitator, Can.RUN_SESSIONS).id == number
        assert reach(session, SupportSession, number, SYSTEM, Can.RUN_SESSIONS).id == number
