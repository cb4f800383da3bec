"""The dashboard's figures: each counts what it says, for whom it may, and has its rows behind it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from rr.access import Actor
from rr.errors import NotFound
from rr.intake.rules import RequestStatus
from rr.needs.rules import NeedStatus
from rr.partnerships.rules import Stage
from rr.plans.rules import ActionStatus
from rr.progress import queries
from rr.progress.figures import Figure, Filters, Kind
from rr.progress.queries import Board
from rr.progress.rules import Period, PeriodName, Waiting, period
from rr.story import summary
from tests import story
from tests.conftest import TODAY, People
from tests.story import ago, at

QUARTER = Filters(period=period(PeriodName.THIS_QUARTER, TODAY))
ALWAYS = Filters()


@pytest.fixture
def board(look: Any, people: People) -> Any:
    def read(filters: Filters = ALWAYS, actor: Actor = people.manager, today: date = TODAY) -> Board:
        return look(queries.board, filters, actor=actor, today=today)

    return read


@pytest.fixture
def behind(look: Any, people: People) -> Any:
    def read(figure: Figure, filters: Filters = ALWAYS, of: str | None = None, actor: Actor = people.manager, page: int = 1) -> Any:
        return look(queries.behind, figure, filters, of=of, actor=actor, today=TODAY, page=page)

    return read


def much(people: People) -> None:
    """Four partnerships, far and not so far, with everything that could slip into a figure by mistake."""
    hawksworth, whitley, bay, kirk = (
        story.area(name)
        for name in ("Hawksworth Wood Estate, the Abbeydales and the Vespers (HAVA)", "Whitley", "Whitley Bay", "Kirk Hallam")
    )
    first = story.request(hawksworth, ago(90), topics=("hubs", "people"), status=RequestStatus.ACCEPTED, first_contact_at=at(ago(86)))
    story.request(whitley, date(2026, 11, 10), topics=("hubs",))
    story.request(bay, date(2026, 11, 17), topics=("vision",), status=RequestStatus.WAITING_FOR_THEM, first_contact_at=at(TODAY))
    story.request(None, date(2026, 11, 2), status=RequestStatus.NEW, area_text="Somewhere")
    story.request(kirk, ago(40), status=RequestStatus.WITHDRAWN, topics=("hubs",))
    story.request(kirk, ago(30), status=RequestStatus.NOT_NOW, back_on=TODAY)
    story.request(kirk, ago(31), status=RequestStatus.NOT_NOW, back_on=TODAY + timedelta(days=1))
    story.request(whitley, ago(20), status=RequestStatus.SPAM, topics=("hubs",))
    story.request(whitley, ago(20), status=RequestStatus.DUPLICATE, topics=("hubs",), duplicate_of_id=first)
    mine, other = people.facilitator.account_id, people.other_facilitator.account_id
    held = story.session(hawksworth, facilitator=mine, request_id=first, starts_at=at(ago(60)), held_on=ago(60), finished_at=at(ago(60)))
    story.session(hawksworth, facilitator=mine, starts_at=at(TODAY + timedelta(days=9)))
    story.session(hawksworth, facilitator=mine, starts_at=at(ago(3)))
    story.session(bay, facilitator=other, starts_at=at(ago(10)), held_on=ago(10))
    story.session(bay, facilitator=other)
    story.session(bay, facilitator=other, cancelled_at=at(ago(1)))
    story.session(bay, facilitator=other, starts_at=at(TODAY + timedelta(days=2)), cancelled_at=at(ago(1)))
    hava = story.plan(hawksworth, session_id=held, agreed_on=ago(50), lead_id=mine)
    done = story.action(hava, status=ActionStatus.DONE, topic="hubs")
    story.update(done, ActionStatus.DONE, ago(35), "The doors are open")
    story.action(hava, status=ActionStatus.STUCK, topic="hubs")
    story.action(hava, status=ActionStatus.GOING_WELL)
    story.need(hawksworth, status=NeedStatus.FOUND, partner_id=story.partner(), on=ago(44), settled_on=ago(30))
    story.need(hawksworth, "legal-body", on=ago(100))
    quiet = story.plan(kirk, agreed_on=ago(120), lead_id=other)
    story.review(quiet, ago(60), held_on=ago(20))
    story.plan(bay, lead_id=other)
    story.need(bay, status=NeedStatus.NOT_AVAILABLE, on=ago(5), settled_on=ago(1))


def test_every_figure_is_the_count_that_it_says(people: People, board: Any) -> None:
    much(people)
    assert board(QUARTER).counts == {
        Figure.SIGN_UPS: 6,  # not the one of August, not spam, not the duplicate
        Figure.CONTACTED: 1,
        Figure.SESSIONS_HELD: 1,
        Figure.PLANS_AGREED: 0,
        Figure.ACTIONS_DONE: 1,
        Figure.SUPPORT_FOUND: 1,
        Figure.SUPPORT_ASKED: 2,
        Figure.WAITING: 3,  # Whitley, the unmatched one, and the "not now" of today; not the withdrawn one
        Figure.WAITING_LONG: 3,
        Figure.UNMATCHED: 1,
        Figure.DRAFTS: 1,
        Figure.SESSIONS_COMING: 1,
        Figure.UNFINISHED: 2,
        Figure.PLANS_OPEN: 2,
        Figure.PLANS_SILENT: 1,  # Hawksworth's last word was 35 days ago; Kirk Hallam's review 20 days ago
    }


def test_the_figures_before_are_of_the_period_before(people: People, board: Any) -> None:
    much(people)
    assert board(QUARTER).before == {
        Figure.SIGN_UPS: 1,
        Figure.CONTACTED: 1,
        Figure.SESSIONS_HELD: 1,
        Figure.PLANS_AGREED: 1,
        Figure.ACTIONS_DONE: 0,
        Figure.SUPPORT_FOUND: 0,
        Figure.SUPPORT_ASKED: 0,
    }
    assert board(ALWAYS).before == {}


def test_waiting_and_contact_are_in_working_days(people: People, board: Any) -> None:
    much(people)
    shown = board(QUARTER)
    assert shown.wait == Waiting(count=3, median=12, longest=22, over=3, bands=(0, 0, 1, 2))
    assert (shown.contact_days, shown.contact_days_before) == (1, 2)


def test_a_contact_late_in_a_summer_evening_counts_for_londons_day(people: People, board: Any) -> None:
    story.request(None, date(2026, 7, 14), first_contact_at=datetime(2026, 7, 14, 23, 30, tzinfo=UTC))  # 00:30 on the 15th
    story.request(None, date(2026, 7, 14), first_contact_at=datetime(2026, 7, 15, 9, 30, tzinfo=UTC))
    assert board(ALWAYS).contact_days == 1


def test_each_partnership_counts_in_one_stage(people: People, board: Any) -> None:
    much(people)
    assert dict(board(QUARTER).stages) == {
        Stage.NOT_REACHED: 146,
        Stage.SIGNED_UP: 1,
        Stage.ACCEPTED: 0,
        Stage.SESSION_PLANNED: 0,
        Stage.SESSION_HELD: 1,
        Stage.PLAN_AGREED: 2,
        Stage.PLAN_FINISHED: 0,
    }


FINISHED_PLAN = {"agreed_on": ago(200), "closed_on": ago(10)}


@pytest.mark.parametrize(
    ("stage", "build"),
    [
        (Stage.PLAN_AGREED, lambda area: (story.plan(area, **FINISHED_PLAN), story.plan(area, agreed_on=TODAY))),
        (Stage.SESSION_HELD, lambda area: (story.plan(area, **FINISHED_PLAN), story.session(area, held_on=TODAY))),
        (Stage.PLAN_FINISHED, lambda area: (story.plan(area, **FINISHED_PLAN), story.session(area, held_on=TODAY, finished_at=at(TODAY)))),
        (Stage.SESSION_PLANNED, lambda area: (story.plan(area, **FINISHED_PLAN), story.session(area, starts_at=at(TODAY)))),
        (Stage.SIGNED_UP, lambda area: (story.plan(area, **FINISHED_PLAN), story.request(area))),
        (Stage.PLAN_FINISHED, lambda area: (story.plan(area, **FINISHED_PLAN), story.request(area, status=RequestStatus.SIGNPOSTED))),
    ],
)
def test_what_is_open_beats_what_is_finished(stage: Stage, build: Any, people: People, look: Any, behind: Any) -> None:
    area = story.area("Whitley")
    build(area)
    assert look(summary.stage_of, area, TODAY) is stage
    assert area in {row.id for row in behind(Figure.STAGE, replace(ALWAYS, region="South East"), stage.value).rows}


@pytest.mark.parametrize(
    ("stage", "build"),
    [
        (Stage.NOT_REACHED, lambda area: None),
        (Stage.NOT_REACHED, lambda area: story.request(area, status=RequestStatus.SPAM)),
        (Stage.NOT_REACHED, lambda area: story.request(area, status=RequestStatus.DUPLICATE)),
        (Stage.SIGNED_UP, story.request),
        (Stage.SIGNED_UP, lambda area: story.request(area, status=RequestStatus.WITHDRAWN)),
        (Stage.ACCEPTED, lambda area: story.request(area, status=RequestStatus.ACCEPTED)),
        (Stage.ACCEPTED, story.session),
        (Stage.NOT_REACHED, lambda area: story.session(area, starts_at=at(TODAY), cancelled_at=at(TODAY))),
        (Stage.SESSION_PLANNED, lambda area: story.session(area, starts_at=at(TODAY))),
        (Stage.SESSION_HELD, lambda area: story.session(area, starts_at=at(TODAY), held_on=TODAY)),
        (Stage.SESSION_HELD, story.plan),  # a draft stands where the session stood that made it
        (Stage.NOT_REACHED, lambda area: story.plan(area, closed_on=TODAY)),
        (Stage.PLAN_AGREED, lambda area: story.plan(area, agreed_on=TODAY)),
        (Stage.PLAN_FINISHED, lambda area: story.plan(area, agreed_on=TODAY, closed_on=TODAY)),
    ],
)
def test_the_stage_follows_from_the_facts(stage: Stage, build: Any, people: People, look: Any, behind: Any) -> None:
    area = story.area("Whitley")
    build(area)
    assert look(summary.stage_of, area, TODAY) is stage
    assert area in {row.id for row in behind(Figure.STAGE, replace(ALWAYS, region="South East"), stage.value).rows}


def test_actions_are_counted_by_status_and_by_topic(people: People, board: Any) -> None:
    much(people)
    shown = board(QUARTER)
    assert shown.actions == {"not_started": 0, "going_well": 1, "stuck": 1, "done": 1, "dropped": 0}
    assert shown.action_topics == (("hubs", "Community places or hubs", 2, 1), ("none", "No topic", 1, 0))


def test_needs_are_counted_by_kind_and_sign_ups_by_topic(people: People, board: Any) -> None:
    much(people)
    shown = board(QUARTER)
    assert shown.needs == (("hubs-buildings", "Community hubs, buildings and assets", 2, 1),)
    assert [(code, n) for code, _, n in shown.topics if n] == [("hubs", 2), ("vision", 1)]


FIGURES_OF_CHARTS = [
    *[(figure, None) for figure in queries.COUNTED],
    *[(Figure.WAITING, code) for code in ("0", "3", "6", "11")],
    *[(Figure.ACTIONS, status.value) for status in ActionStatus],
    *[(Figure.ACTIONS, topic) for topic in ("hubs", "none", "vision")],
    *[(Figure.STAGE, stage.value) for stage in Stage],
    *[(Figure.SIGN_UPS, topic) for topic in ("hubs", "vision", "people")],
    *[(Figure.SUPPORT_ASKED, kind) for kind in ("hubs-buildings", "legal-body")],
]


def shown_number(shown: Board, figure: Figure, of: str | None) -> int:
    """The number that the dashboard shows for a figure or for one bar."""
    if of is None:
        return shown.counts[figure]
    if figure is Figure.WAITING:
        return dict(zip(("0", "3", "6", "11"), shown.wait.bands, strict=True))[of]
    if figure is Figure.STAGE:
        return dict(shown.stages)[Stage(of)]
    if figure is Figure.SIGN_UPS:
        return {code: n for code, _, n in shown.topics}.get(of, 0)
    if figure is Figure.SUPPORT_ASKED:
        return {code: asked for code, _, asked, _ in shown.needs}.get(of, 0)
    return {**shown.actions, **{code: total for code, _, total, _ in shown.action_topics}}.get(of, 0)


@pytest.mark.parametrize(
    "filters",
    [
        ALWAYS,
        QUARTER,
        replace(QUARTER, region="Yorkshire and the Humber"),
        replace(ALWAYS, topic="hubs"),
        Filters(period=Period(ago(100), ago(40))),
    ],
    ids=["all", "quarter", "region", "topic", "months ago"],
)
@pytest.mark.parametrize("who", ["manager", "facilitator", "other_facilitator"])
def test_a_figure_is_the_number_of_rows_behind_it(filters: Filters, who: str, people: People, board: Any, behind: Any) -> None:
    much(people)
    actor = getattr(people, who)
    shown = board(filters, actor=actor)
    found = {(figure, of): behind(figure, filters, of, actor=actor) for figure, of in FIGURES_OF_CHARTS}
    assert {key: (rows.total, min(rows.total, 50)) for key, rows in found.items()} == {
        (figure, of): (shown_number(shown, figure, of), min(shown_number(shown, figure, of), 50)) for figure, of in found
    }
    assert {key: len(rows.rows) for key, rows in found.items()} == {key: min(rows.total, 50) for key, rows in found.items()}


def test_a_facilitator_sees_only_their_own(people: People, board: Any, behind: Any) -> None:
    much(people)
    shown = board(ALWAYS, actor=people.facilitator)
    assert (shown.counts[Figure.SIGN_UPS], shown.counts[Figure.WAITING], shown.counts[Figure.PLANS_OPEN]) == (1, 0, 1)
    assert sum(n for _, n in shown.stages) == 1
    assert {row.title for row in behind(Figure.SESSIONS_COMING, actor=people.other_facilitator).rows} == set()
    assert board(Filters(facilitator=people.facilitator.account_id)) == shown


def test_an_administrator_sees_no_figure(people: People, board: Any, behind: Any, look: Any) -> None:
    with pytest.raises(NotFound):
        board(actor=people.admin)
    with pytest.raises(NotFound):
        behind(Figure.SIGN_UPS, actor=people.admin)
    with pytest.raises(NotFound):
        look(queries.choices, actor=people.admin)


@pytest.mark.parametrize(
    ("agreed", "word", "review", "closed", "silent"),
    [
        (30, None, None, None, True),
        (29, None, None, None, False),
        (90, 30, None, None, True),
        (90, 29, None, None, False),
        (90, None, 30, None, True),
        (90, None, 29, None, False),
        (90, None, None, 1, False),
        (None, None, None, None, False),
    ],
)
def test_a_plan_is_without_word_as_the_rule_says(
    agreed: int | None, word: int | None, review: int | None, closed: int | None, silent: bool, people: People, board: Any
) -> None:
    plan = story.plan(
        story.area("Whitley"), agreed_on=ago(agreed) if agreed is not None else None, closed_on=ago(closed) if closed is not None else None
    )
    if word is not None:
        story.update(story.action(plan), ActionStatus.GOING_WELL, ago(word))
    if review is not None:
        story.review(plan, ago(review), held_on=ago(review))
    assert board().counts[Figure.PLANS_SILENT] == int(silent)


def test_an_action_done_again_counts_when_it_was_done_last(people: People, board: Any) -> None:
    action = story.action(story.plan(story.area("Whitley"), agreed_on=ago(90)), status=ActionStatus.DONE)
    story.update(action, ActionStatus.DONE, ago(60))
    story.update(action, ActionStatus.DONE, ago(5))
    assert board(Filters(period=Period(ago(70), ago(50)))).counts[Figure.ACTIONS_DONE] == 0
    assert board(Filters(period=Period(ago(10), TODAY))).counts[Figure.ACTIONS_DONE] == 1


def test_nothing_is_counted_in_an_empty_database(people: People, board: Any) -> None:
    shown = board(QUARTER)
    assert set(shown.counts.values()) == {0}
    assert (shown.wait, shown.contact_days, shown.needs, shown.action_topics) == (Waiting(), None, (), ())
    assert dict(shown.stages)[Stage.NOT_REACHED] == 150


def test_the_rows_come_in_pages_of_fifty(people: People, behind: Any) -> None:
    first, second = behind(Figure.STAGE, of="not_reached"), behind(Figure.STAGE, of="not_reached", page=2)
    assert (first.total, len(first.rows), len(second.rows)) == (150, 50, 50)
    assert not {row.id for row in first.rows} & {row.id for row in second.rows}


def test_a_bar_that_means_nothing_has_no_rows(people: People, behind: Any) -> None:
    assert [behind(figure, of="nonsense").total for figure in (Figure.STAGE, Figure.ACTIONS, Figure.SIGN_UPS, Figure.WAITING)] == [0] * 4


def test_a_row_says_what_it_is_and_opens_its_record(people: People, behind: Any) -> None:
    much(people)
    (waiting,) = behind(Figure.UNMATCHED).rows
    assert (waiting.kind, waiting.title, waiting.partnership_id) == (Kind.REQUEST, "Somewhere", None)
    assert waiting.detail.endswith("signed up 2 November 2026, no contact for 12 working days. New.")
    (stuck,) = behind(Figure.ACTIONS, of="stuck").rows
    (plan,) = behind(Figure.PLANS_SILENT).rows
    assert (stuck.kind, stuck.opens_id) == (Kind.ACTION, plan.id)


def test_the_filters_offer_only_what_this_person_sees(people: People, look: Any) -> None:
    much(people)
    regions, topics, facilitators = look(queries.choices, actor=people.facilitator)
    assert regions == ["Yorkshire and the Humber"]
    assert topics[0] == ("future", "Future of our partnership")
    assert facilitators == [(people.facilitator.account_id, "Facilitator")]
    assert len(look(queries.choices, actor=people.support)[0]) == 9


def test_one_and_three_of_each_take_the_same_number_of_statements(people: People, database: Any, board: Any) -> None:
    counted: list[str] = []
    much(people)
    event.listen(database, "before_cursor_execute", lambda *given: counted.append(given[2]))
    board(QUARTER)
    once = len(counted)
    for name in ("Ramsey", "Kirkholt"):
        much_more(story.area(name))
    counted.clear()
    board(QUARTER)
    assert len([line for line in counted if line.startswith("SELECT")]) == 8
    assert len(counted) == once


def much_more(area: int) -> None:
    plan = story.plan(area, agreed_on=ago(3))
    story.update(story.action(plan, topic="vision"), ActionStatus.DONE, ago(1))
    story.request(area, ago(2), topics=("people",))
    story.need(area, "transport")
