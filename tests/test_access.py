"""Who may do what, as people meet it: pages, and the gatekeeper's three answers."""

import pytest
from sqlmodel import col, select

from rr.access import (
    SYSTEM,
    WRITES,
    Actor,
    Can,
    Purpose,
    Scope,
    Who,
    cache_key,
    demand,
    demand_for,
    own_partnerships,
    reach,
    scope,
    visible,
)
from rr.db import transaction
from rr.errors import NotFound
from rr.plans.models import ActionPlan
from rr.sessions.models import SessionFacilitator, SupportSession
from rr.ui.kit.navigation import PAGES as ENTRIES

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
        "account",
        "audit",
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
        "account",
        "audit",
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
        "account",
        "audit",
    },
    "admin": {"toolkit", "account", "accounts", "audit"},
}


@pytest.mark.parametrize("who", PAGES)
def test_each_role_finds_its_pages_and_no_others(who):
    assert {stem for stem, place in ENTRIES.items() if scope(Actor(Who(who)), place.need) is not Scope.NONE} == PAGES[who]


SCOPES = {"–": Scope.NONE, "self": Scope.SELF, "own": Scope.OWN, "all": Scope.ALL, "yes": Scope.ALL}
OPERATIONS = """
operation          | public | link | facilitator | support | manager | admin

SIGN_UP            | yes    | yes  | yes         | yes     | yes     | yes
READ_REQUESTS      | –      | –    | own         | all     | all     | –
READ_OWN_REQUEST   | –      | self | –           | –       | –       | –
EDIT_PARTNERSHIP   | –      | –    | own         | all     | all     | –
TRIAGE             | –      | –    | –           | yes     | yes     | –
IMPORT             | –      | –    | –           | yes     | yes     | –
READ_SESSIONS      | –      | –    | own         | all     | all     | –
RUN_SESSIONS       | –      | –    | own         | all     | all     | –
NAME_FACILITATORS  | –      | –    | –           | all     | all     | –
ANSWER_OFFERS      | –      | –    | self        | –       | –       | –
READ_LETTERS       | –      | –    | own         | all     | all     | –
SEND_LETTERS       | –      | –    | own         | all     | all     | –
READ_FEEDBACK      | –      | –    | own         | all     | all     | –
EDIT_PROMISES      | –      | –    | own         | all     | all     | –
READ_PLANS         | –      | own  | own         | all     | all     | –
EDIT_PLANS         | –      | –    | own         | all     | all     | –
PROPOSE_CHANGES    | –      | own  | –           | –       | –       | –
MAKE_LINKS         | –      | –    | own         | all     | all     | –
ASK_SUPPORT        | –      | own  | own         | all     | all     | –
MATCH_SUPPORT      | –      | –    | –           | all     | all     | –
READ_TOOLKIT       | –      | own  | yes         | yes     | yes     | yes
ADD_ACTIVITIES     | –      | –    | yes         | –       | yes     | yes
EDIT_ACTIVITIES    | –      | –    | –           | –       | yes     | yes
SEE_PROGRESS       | –      | –    | own         | all     | all     | –
EXPORT_PERSONAL    | –      | –    | –           | –       | yes     | –
PREPARE_ERASURE    | –      | –    | –           | yes     | –       | –
APPROVE_ERASURE    | –      | –    | –           | –       | yes     | –
EDIT_PARTNERS      | –      | –    | –           | all     | all     | –
EDIT_MAPPINGS      | –      | –    | –           | yes     | yes     | –
EDIT_REPORTS       | –      | –    | –           | –       | yes     | –
KEEP_OWN           | –      | –    | self        | self    | self    | self
SEE_AUDIT          | –      | –    | own         | own     | all     | all
READ_AUDIT         | –      | –    | own         | own     | all     | –
READ_AUDIT_EVENTS  | –      | –    | –           | –       | all     | all
ADMINISTER         | –      | –    | –           | –       | –       | yes
EDIT_LISTS         | –      | –    | –           | –       | yes     | yes
READ_CALENDAR      | –      | self | –           | –       | –       | –
ANSWER_DATES       | –      | self | –           | –       | –       | –
SEE_WALL           | –      | self | –           | –       | –       | –
VOTE               | –      | self | –           | –       | –       | –
GIVE_FEEDBACK      | –      | self | –           | –       | –       | –
STOP_REMINDERS     | –      | self | –           | –       | –       | –
"""
LINKS = """
sign-up     | READ_OWN_REQUEST SIGN_UP
partnership | READ_PLANS PROPOSE_CHANGES ASK_SUPPORT READ_TOOLKIT
calendar    | READ_CALENDAR
dates       | ANSWER_DATES
wall        | SEE_WALL
vote        | VOTE
feedback    | GIVE_FEEDBACK
stop        | STOP_REMINDERS
"""


def cells(table):
    return [[cell.strip() for cell in line.split("|")] for line in table.splitlines() if line.strip()]


def test_everybody_may_do_what_the_table_says_and_nothing_else():
    (_, *columns), *rows = cells(OPERATIONS)

    def reaches(who, need):
        actors = [Actor(who, purpose=purpose) for purpose in Purpose] if who is Who.LINK else [Actor(who)]
        return {scope(actor, need) for actor in actors} - {Scope.NONE} or {Scope.NONE}

    given = {(need.name, who.value): reaches(who, need) for need in Can for who in Who if who is not Who.SYSTEM}

    assert given == {(row[0], who): {SCOPES[cell]} for row in rows for who, cell in zip(columns, row[1:], strict=True)}


def test_a_private_link_may_what_its_purpose_lists_and_nothing_else():
    wanted = {(purpose, need) for purpose, needs in cells(LINKS) for need in needs.split()}

    links = {purpose.value: Actor(Who.LINK, partnership_id=1, purpose=purpose) for purpose in Purpose}
    given = {(name, need.name) for name, link in links.items() for need in Can if scope(link, need) is not Scope.NONE}

    assert given == wanted
    assert {scope(Actor(Who.LINK, partnership_id=1), need) for need in Can} == {Scope.NONE}


def test_the_system_may_do_everything():
    assert {scope(SYSTEM, need) for need in Can} == {Scope.ALL}


@pytest.mark.parametrize("who", [who for who in Who if who is not Who.SYSTEM])
def test_what_the_table_does_not_allow_is_refused(who):
    denied = [need for need in Can if scope(Actor(who), need) is Scope.NONE]

    assert denied
    for need in denied:
        with pytest.raises(NotFound):
            demand(Actor(who), need)


def test_a_row_is_locked_unless_it_is_only_read():
    assert {need.name for need in Can if need not in WRITES} == {
        "READ_REQUESTS",
        "READ_OWN_REQUEST",
        "READ_SESSIONS",
        "READ_LETTERS",
        "READ_FEEDBACK",
        "READ_PLANS",
        "READ_TOOLKIT",
        "READ_AUDIT",
        "READ_AUDIT_EVENTS",
        "READ_CALENDAR",
        "SEE_AUDIT",
        "SEE_PROGRESS",
        "SEE_WALL",
        "EXPORT_PERSONAL",
    }


def test_who_sees_all_shares_a_cache_and_whoever_sees_their_own_has_one_of_their_own(people):
    links = [Actor(Who.LINK, partnership_id=number, purpose=Purpose.PARTNERSHIP) for number in (1, 2)]
    who = [people.manager, people.support, SYSTEM, people.facilitator, people.other_facilitator, *links, people.admin]

    keys = [cache_key(actor, Can.READ_PLANS) for actor in who]

    assert keys[:3] == ["all"] * 3
    assert keys[-1] == "none"
    assert len(set(keys)) == 6
    with pytest.raises(ValueError, match="not to be cached"):
        cache_key(people.support, Can.KEEP_OWN)


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


def test_a_link_reaches_its_own_partnership_and_what_is_somebodys_own_none(people, clock):
    from rr.clock import now

    link = Actor(Who.LINK, partnership_id=5, purpose=Purpose.PARTNERSHIP)
    wall = Actor(Who.LINK, partnership_id=5, purpose=Purpose.WALL)
    with transaction() as session:
        session.add_all(ActionPlan(partnership_id=number, made_at=now()) for number in (5, 6))

    def listed(session, actor, need):
        plans = select(col(ActionPlan.partnership_id)).where(visible(col(ActionPlan.partnership_id), actor, need))
        return list(session.execute(plans).scalars())

    with transaction() as session:
        assert listed(session, link, Can.READ_PLANS) == [5]
        demand_for(session, 5, link, Can.READ_PLANS)
        for actor, need, partnership_id in (
            (link, Can.READ_PLANS, 6),
            (link, Can.READ_REQUESTS, 5),
            (wall, Can.READ_PLANS, 5),
            (wall, Can.SEE_WALL, 5),
            (people.support, Can.KEEP_OWN, 5),
        ):
            with pytest.raises(NotFound):
                demand_for(session, partnership_id, actor, need)
            if need is not Can.READ_PLANS or actor is wall:
                assert listed(session, actor, need) == []


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
