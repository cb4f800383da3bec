"""The thread: one partnership's story in order, from the sign-up's sentence to what changed, and only its own."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from rr.access import Actor
from rr.errors import NotFound
from rr.history import Event
from rr.intake.rules import Move, RequestStatus, Source
from rr.needs.rules import NeedStatus
from rr.partnerships import commands
from rr.partnerships.models import Note
from rr.partnerships.rules import ContactRole, Stage
from rr.plans.rules import ActionStatus, ReviewKind
from rr.sessions.rules import CaptureKind
from rr.story import summary, thread
from rr.story.summary import Due, Summary
from tests import story
from tests.conftest import TODAY, People
from tests.story import ago, at


@pytest.fixture
def tell(look: Any, people: People) -> Any:
    def read(partnership_id: int, actor: Actor = people.support) -> tuple[Event, ...]:
        return look(thread.thread, partnership_id, actor=actor, today=TODAY)

    return read


@pytest.fixture
def catch_up(look: Any, people: People) -> Any:
    def read(partnership_id: int, actor: Actor = people.support) -> Summary:
        return look(summary.summary, partnership_id, actor=actor, today=TODAY)

    return read


def whole_story(people: People, name: str = "Whitley") -> dict[str, int]:
    """From the first sentence to what changed; returns the ids."""
    here, ours = story.area(name), people.support.account_id
    asked = story.request(
        here,
        ago(80),
        topics=("people", "hubs"),
        status=RequestStatus.ACCEPTED,
        words="We have an old chapel and do not know whether to take it on.",
        role=ContactRole.CHAIR,
        source=Source.EXPORT,
    )
    story.decision(asked, Move.CONTACTED, RequestStatus.NEW, ago(79), words="Called the chair.", by_id=ours)
    story.decision(asked, Move.ACCEPT, RequestStatus.ACCEPTED, ago(78), by_id=ours)
    held = story.session(
        here,
        facilitator=people.facilitator.account_id,
        request_id=asked,
        made_at=at(ago(78), 11),
        starts_at=at(ago(60)),
        held_on=ago(60),
        finished_at=at(ago(60), 12),
        head_count=12,
        newcomers_came=4,
        place="the community centre",
    )
    for kind, lines in ((CaptureKind.ACHIEVEMENT, 2), (CaptureKind.IDEA, 1), (CaptureKind.ACTION, 2)):
        for _ in range(lines):
            story.capture(held, kind)
    plan = story.plan(here, session_id=held, agreed_on=ago(55), made_at=at(ago(60), 12), lead_id=people.facilitator.account_id)
    chapel = story.action(plan, status=ActionStatus.STUCK, due=TODAY + timedelta(days=20))
    doors = story.action(plan, status=ActionStatus.DONE, title="Open the doors on Fridays")
    story.update(chapel, ActionStatus.STUCK, ago(20), "A solicitor who knows leases", by_id=ours)
    story.update(doors, ActionStatus.DONE, ago(15), "Forty people came")
    story.need(
        here,
        on=ago(19),
        at=at(ago(19)),
        action_id=chapel,
        status=NeedStatus.FOUND,
        partner_id=story.partner(),
        settled_on=ago(12),
        by_id=ours,
    )
    story.review(plan, ago(13), held_on=ago(13), words="They are proud of Fridays.")
    story.review(plan, TODAY + timedelta(days=30), kind=ReviewKind.THREE_MONTHS)
    story.add(Note(partnership_id=here, words="The chair prefers calls after four.", at=at(ago(10)), by_id=ours))
    return {"here": here, "asked": asked, "held": held, "plan": plan}


def test_the_story_is_told_in_order_from_the_sentence_to_what_changed(people: People, tell: Any) -> None:
    ids = whole_story(people)
    whole_story(people, "Whitley Bay")  # somebody else's story
    events = tell(ids["here"])
    assert [event.headline for event in events] == [
        "They asked",
        "We contacted them",
        "We said yes",
        "We drafted a session",
        "They reflected and recharged",
        "Plan agreed",
        "They are stuck",
        "They need support",
        "An action is done",
        "We reviewed the plan together after six weeks",
        "We found support",
        "Note added",
    ]
    assert [event.on for event in events] == sorted(event.on for event in events)
    asked, _, yes, _, held, plan, stuck, need, changed, _, found, _ = events
    assert (asked.words, asked.who) == ("We have an old chapel and do not know whether to take it on.", "Maureen Tuck, Chair")
    assert asked.detail.startswith("About: Community places or hubs, New people, especially young people. Imported file, RR-")
    assert (asked.stem, asked.id) == ("requests", ids["asked"])
    assert (yes.who, yes.undone) == ("Support", False)
    assert held.detail == "12 people, 4 of them new, the community centre. 2 achievements, 1 idea, 2 actions."
    assert (held.who, held.stem, held.id) == ("Facilitator", "session", ids["held"])
    assert plan.detail == "2 actions to 24 March 2027: 1 done, 1 stuck."
    assert (stuck.words, stuck.detail) == ("A solicitor who knows leases", "Ask the council about the chapel")
    assert (changed.words, changed.stem, changed.id) == ("Forty people came", "plan", ids["plan"])
    assert (need.words, found.detail) == ("Legal advice on the lease", "Locality: Community hubs, buildings and assets.")


def test_a_review_is_one_event_and_only_peoples_words_stand_on_their_own(people: People, tell: Any) -> None:
    here = story.area("Whitley")
    plan = story.plan(here, agreed_on=ago(50))
    held = story.review(plan, ago(8), held_on=ago(8), words="A good talk.")
    begun = story.review(plan, ago(1), kind=ReviewKind.THREE_MONTHS)
    story.review(plan, TODAY + timedelta(days=90), kind=ReviewKind.SIX_MONTHS)
    lease, doors, paper = (story.action(plan, title=title) for title in ("Ask about the lease", "Open the doors", "Write to the paper"))
    for action, status, words, review in (
        (lease, ActionStatus.GOING_WELL, "", held),
        (doors, ActionStatus.DONE, "Forty people came", held),
        (paper, ActionStatus.GOING_WELL, "", held),
        (lease, ActionStatus.STUCK, "", held),  # the tap before was a slip
        (paper, ActionStatus.DROPPED, "", begun),
        (lease, ActionStatus.GOING_WELL, "", None),
    ):
        story.update(action, status, ago(8 if review == held else 1), words, review_id=review)
    told = [(event.headline, event.detail, event.words) for event in tell(here)]
    assert told[1:] == [
        ("We reviewed the plan together after six weeks", "1 done, 1 going well, 1 stuck.", "A good talk."),
        ("An action is done", "Open the doors", "Forty people came"),
        ("We began a review together after three months", "1 dropped.", ""),
        ("An action is going well", "Ask about the lease", ""),
    ]


def test_a_decision_taken_back_is_told_as_undone(people: People, tell: Any) -> None:
    asked = story.request(story.area("Whitley"), ago(9))
    mistake = story.decision(asked, Move.SIGNPOST, RequestStatus.SIGNPOSTED, ago(8), partner_id=story.partner())
    story.decision(asked, Move.SIGNPOST, RequestStatus.NEW, ago(7), undoes_id=mistake, by_id=people.support.account_id)
    events = tell(story.area("Whitley"))
    assert [(event.headline, event.undone) for event in events] == [("They asked", False), ("We signposted them", True)]
    assert events[1].detail == "To Locality. Undone on 11 November 2026 by Support."


def test_what_was_planned_cancelled_closed_or_not_found_is_told_too(people: People, tell: Any) -> None:
    here = story.area("Whitley")
    story.session(here, starts_at=at(TODAY + timedelta(days=3)), place="St Mary's")
    story.session(here, starts_at=at(ago(3)))
    story.session(here, cancelled_at=at(ago(2)), cancelled_why="Snow")
    story.plan(here, agreed_on=ago(40), closed_on=ago(1), closed_why="All done")
    story.need(here, on=ago(30), at=at(ago(30)), status=NeedStatus.NOT_AVAILABLE, settled_on=ago(20))
    told = {event.headline: event.detail or event.words for event in tell(here) if event.headline != "We drafted a session"}
    assert told == {
        "Plan agreed": "0 actions to 9 April 2027.",
        "They need support": "Community hubs, buildings and assets.",
        "We could not find support": "Community hubs, buildings and assets.",
        "A session was planned": "For 15 November 2026.",
        "The session was cancelled": "Snow",
        "The plan has ended": "0 of 0 actions done.",
        "A session is planned": "For 21 November 2026 at St Mary's.",
    }


def test_changes_of_people_and_facts_are_told_without_personal_values(people: People, one: Any, tell: Any) -> None:
    here = story.area("Whitley")
    nia = story.contact(here, "Nia Larkin", phone="+447700900123")
    facts = {"money_remaining": None, "lto_name": ""}
    one(
        commands.edit_contact,
        nia,
        {"phone": "+447700900123", "role": None},
        {"phone": "07700 900124", "role": ContactRole.CHAIR},
        actor=people.support,
    )
    one(commands.edit_facts, here, facts, {"money_remaining": 140_000, "lto_name": "Reading CVS"}, actor=people.support)
    one(commands.edit_facts, here, {"money_remaining": 140_000}, {"money_remaining": 90_000}, actor=people.manager)
    assert [(event.headline, event.detail, event.who) for event in tell(here)] == [
        ("Contact details changed", "Nia Larkin: role Chair, phone.", "Support"),
        ("Facts changed", "Locally trusted organisation Reading CVS, money left £140,000.", "Support"),
        ("Facts changed", "Money left from £140,000 to £90,000.", "Manager"),
    ]


def test_spam_is_no_part_of_the_story_and_a_second_sign_up_is(people: People, tell: Any, catch_up: Any) -> None:
    here = story.area("Whitley")
    first = story.request(here, ago(9), ref="RR-0701")
    story.decision(first, Move.CONTACTED, RequestStatus.NEW, ago(7))
    spam = story.request(here, ago(8), status=RequestStatus.SPAM, words="Casino")
    story.decision(spam, Move.SPAM, RequestStatus.SPAM, ago(7))
    story.request(here, ago(6), words="And the hall")
    assert [(event.headline, event.words) for event in tell(here)] == [
        ("They asked", "We want to stop and think."),
        ("We contacted them", ""),
        ("They asked again", "And the hall"),
    ]
    assert tell(here)[1].detail == "RR-0701."  # of more than one request, it says which
    assert catch_up(here).asked == "And the hall"


@pytest.mark.parametrize("reading", [thread.thread, summary.summary])
def test_only_those_who_may_read_the_thread_read_it(reading: Any, people: People, look: Any) -> None:
    here = whole_story(people)["here"]
    for actor in (people.support, people.manager, people.facilitator):
        assert look(reading, here, actor=actor, today=TODAY)
    for actor in (people.other_facilitator, people.admin):
        with pytest.raises(NotFound):
            look(reading, here, actor=actor, today=TODAY)
    with pytest.raises(NotFound):
        look(reading, 9_999, actor=people.support, today=TODAY)


def test_a_facilitator_is_offered_no_link_to_triage(people: People, tell: Any) -> None:
    here = whole_story(people)["here"]
    assert {event.stem for event in tell(here, people.facilitator)} == {"", "session", "plan"}


def test_an_untouched_partnership_has_no_story_yet(people: People, tell: Any, catch_up: Any) -> None:
    here = story.area("Whitley")
    assert tell(here) == ()
    assert catch_up(here) == Summary("", (), None, Stage.NOT_REACHED, 0, 0, 0, 0, None, None)


def test_catching_up_says_what_matters_now(people: People, catch_up: Any) -> None:
    ids = whole_story(people)
    assert catch_up(ids["here"]) == Summary(
        asked="We have an old chapel and do not know whether to take it on.",
        topics=("Community places or hubs", "New people, especially young people"),
        waiting_since=None,
        stage=Stage.PLAN_AGREED,
        actions=2,
        done=1,
        stuck=1,
        needs_open=0,
        last_word_on=ago(13),
        next_due=Due(TODAY + timedelta(days=20), "an action"),
    )


def test_who_waits_for_us_is_said_and_the_session_to_come(people: People, catch_up: Any) -> None:
    here = story.area("Whitley")
    story.request(here, ago(6))
    story.session(here, starts_at=at(TODAY + timedelta(days=1)))
    story.session(here, starts_at=at(TODAY), cancelled_at=at(ago(1)))
    assert (catch_up(here).waiting_since, catch_up(here).next_due) == (ago(6), Due(TODAY + timedelta(days=1), "a session"))


def test_one_and_three_of_each_take_the_same_number_of_statements(people: People, database: Any, tell: Any, catch_up: Any) -> None:
    here = whole_story(people)["here"]
    counted: list[str] = []
    event.listen(database, "before_cursor_execute", lambda *given: counted.append(given[2]))
    told = len(tell(here))
    for_thread = len(counted)
    catch_up(here)
    for_both = len(counted)
    held = story.session(here, held_on=ago(2))
    story.capture(held, CaptureKind.DECISION)
    for _ in range(2):
        asked = story.request(here, ago(5), topics=("vision",))
        story.decision(asked, Move.CONTACTED, RequestStatus.NEW, ago(4))
        story.session(here, facilitator=people.facilitator.account_id, held_on=ago(1))
        story.need(here)
        story.contact(here, "Somebody")
    counted.clear()
    assert len(tell(here)) > told + 5
    assert len(counted) == for_thread
    catch_up(here)
    assert len(counted) == for_both
