from datetime import date, timedelta

import pytest

from rr import db
from rr.errors import NotFound
from rr.needs import commands as needs_commands
from rr.needs import queries as needs
from rr.needs.rules import NeedStatus
from rr.plans import commands
from rr.plans.actions import commands as actions
from rr.plans.handover import queries
from rr.plans.handover.content import ActionLine
from rr.plans.models import ActionPlan
from rr.plans.rules import ActionStatus
from rr.sessions.models import AgendaItem
from rr.sessions.rules import CaptureKind
from tests import story
from tests.builders import a_plan, a_session_with, captured
from tests.conftest import TODAY


def ago(days):
    return TODAY - timedelta(days=days)


def test_the_document_holds_what_the_partnership_takes_home(one, people, look):
    area = story.area("Whitley Bay")
    asked = story.request(area, words="We want to stop and think.")
    look_back = a_session_with(
        one, people, partnership_id=area, request_id=asked, held_on=ago(20), place="The chapel", head_count=12, newcomers_came=4
    )
    captured(look_back, "We ran the fair ourselves", kind=CaptureKind.ACHIEVEMENT)
    story.add(AgendaItem(session_id=look_back, activity_id=5, position=1, title="Hopes", minutes=15))
    plan_id, (action, _) = a_plan(one, people, 2, partnership_id=area, request_id=asked, head_count=1, agreed_on=TODAY)
    with db.reading() as session:
        recharge = session.get(ActionPlan, plan_id).session_id or 0
    captured(recharge, "A repair café", kind=CaptureKind.IDEA)
    captured(recharge, "We stay together", kind=CaptureKind.DECISION)
    for position in (1, 2):  # an activity that was used twice is described once
        story.add(AgendaItem(session_id=recharge, activity_id=5, position=position, title="Hopes again", minutes=20))
    one(actions.edit_action, action, {"first_step": "Ring"}, {"first_step": ""}, support="Legal advice", actor=people.support)
    (need,) = look(needs.of_action, [action])[action]
    one(needs_commands.settle, need.id, NeedStatus.FOUND, story.partner(), actor=people.support)
    planned = a_session_with(one, people, partnership_id=area, held_on=None)
    captured(planned, "Not held yet", kind=CaptureKind.IDEA)

    paper = look(queries.document, plan_id, actor=people.facilitator, today=TODAY)

    assert (paper.partnership, paper.region, paper.agreed_on, paper.ends_on) == ("Whitley Bay", "North East", TODAY, date(2027, 5, 18))
    assert paper.sentence == "We want to stop and think."
    assert (
        paper.session_line
        == "We met on 29 October 2026 (The chapel): 12 people came, 4 for the first time. We met on 18 November 2026: 1 person came."
    )
    assert (paper.achievements, paper.ideas, paper.decisions) == (("We ran the fair ourselves",), ("A repair café",), ("We stay together",))
    assert paper.actions[0] == ActionLine(
        1,
        "Action 1",
        "Maureen",
        TODAY + timedelta(days=60),
        "Ring",
        "",
        ("Legal advice (help from Locality)",),
        False,
        ActionStatus.NOT_STARTED,
    )
    assert [review.after for review in paper.reviews] == ["Six weeks", "Three months", "Six months"]
    assert [activity.minutes for activity in paper.activities] == [15]
    assert paper.contact_line == "Your contact for this plan is Facilitator. Email facilitator@example.org."


def test_a_later_plan_leaves_the_sessions_of_the_one_before_out(one, people, look):
    first, _ = a_plan(one, people, 1, held_on=ago(100))
    one(commands.close, first, TODAY, "Begun too early", actor=people.support)
    second, _ = a_plan(one, people, 1)

    assert (
        look(queries.document, first, actor=people.support, today=TODAY).session_line
        == "We met on 10 August 2026. We met on 18 November 2026."
    )
    assert look(queries.document, second, actor=people.support, today=TODAY).session_line == "We met on 18 November 2026."


def test_an_action_is_late_on_the_day_on_which_the_plan_is_handed_over(one, people, look):
    plan_id, (_, second) = a_plan(one, people, 2, agreed_on=TODAY)
    due = TODAY + timedelta(days=60)
    one(actions.update_action, second, ActionStatus.DONE, actor=people.support)

    def late(on):
        return [action.is_late for action in look(queries.document, plan_id, actor=people.support, today=on).actions]

    assert (late(due), late(due + timedelta(days=1))) == ([False, False], [True, False])


def test_the_document_is_for_whoever_may_read_its_plan(one, people, look):
    plan_id, _ = a_plan(one, people)

    assert look(queries.document, plan_id, actor=people.facilitator, today=TODAY).partnership
    for actor in (people.other_facilitator, people.admin):
        with pytest.raises(NotFound):
            look(queries.document, plan_id, actor=actor, today=TODAY)
