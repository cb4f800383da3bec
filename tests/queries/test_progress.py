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
from rr.progress import figures, queries
from rr.progress.charts.registry import CHARTS
from rr.progress.figures import FIGURES, Figure, ProgressFilters
from rr.progress.queries import Board
from rr.progress.rows import FigureRow
from rr.progress.rules import Period, PeriodName, Waiting, period
from rr.story import summary
from tests import story
from tests.conftest import TODAY, People
from tests.story import ago, at

QUARTER = ProgressFilters(period=period(PeriodName.THIS_QUARTER, TODAY))
ALWAYS = ProgressFilters()
HAVA = "Hawksworth Wood Estate, the Abbeydales and the Vespers (HAVA)"


@pytest.fixture
def board(look: Any, people: People) -> Any:
    def read(filters: ProgressFilters = ALWAYS, actor: Actor = people.manager, today: date = TODAY) -> Board:
        return look(queries.board, filters, actor=actor, today=today)

    return read


@pytest.fixture
def behind(look: Any, people: People) -> Any:
    def read(figure: Figure, filters: ProgressFilters = ALWAYS, of: str | None = None, actor: Actor = people.manager, page: int = 1) -> Any:
        return look(queries.behind, figure, filters, of=of, actor=actor, today=TODAY, page=page)

    return read


def much(people: People) -> None:
    """Four partnerships, far and not so far, with everything that could slip into a figure by mistake."""
    hawksworth, whitley, bay, kirk = (story.area(name) for name in (HAVA, "Whitley", "Whitley Bay", "Kirk Hallam"))
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
    assert board(QUARTER).now.counts == {
        "sign_ups": 6,  # not the one of August, not spam, not the duplicate
        "contacted": 1,
        "sessions_held": 1,
        "plans_agreed": 0,
        "actions_done": 1,
        "support_found": 1,
        "waiting": 3,  # Whitley, the unmatched one, and the "not now" of today; not the withdrawn one
        "waiting_long": 3,
        "unmatched": 1,
        "drafts": 1,
        "sessions_coming": 1,
        "unfinished": 2,
        "plans_open": 2,
        "plans_silent": 1,  # Hawksworth's last word was 35 days ago; Kirk Hallam's review 20 days ago
    }


def test_the_figures_before_are_of_the_period_before(people: People, board: Any) -> None:
    much(people)
    assert board(QUARTER).before.counts == {
        "sign_ups": 1,
        "contacted": 1,
        "sessions_held": 1,
        "plans_agreed": 1,
        "actions_done": 0,
        "support_found": 0,
    }
    assert board(ALWAYS).before is None


def test_waiting_and_contact_are_in_working_days(people: People, board: Any) -> None:
    much(people)
    shown = board(QUARTER)
    assert shown.now.waits == {
        "waiting": Waiting(count=3, median=12, longest=22, over=3, bands=(0, 0, 1, 2)),
        "contacted": Waiting(count=1, median=1, longest=1, over=0, bands=(1, 0, 0, 0)),
    }
    assert shown.before.waits == {"contacted": Waiting(count=1, median=2, longest=2, over=0, bands=(1, 0, 0, 0))}
    assert shown.charts["first_contact_waits"] == shown.now.waits["waiting"]


def test_a_contact_late_in_a_summer_evening_counts_for_londons_day(people: People, board: Any) -> None:
    story.request(None, date(2026, 7, 14), first_contact_at=datetime(2026, 7, 14, 23, 30, tzinfo=UTC))  # 00:30 on the 15th
    story.request(None, date(2026, 7, 14), first_contact_at=datetime(2026, 7, 15, 9, 30, tzinfo=UTC))
    assert board(ALWAYS).now.waits["contacted"] == Waiting(count=2, median=1, longest=1, over=0, bands=(2, 0, 0, 0))


def test_each_partnership_counts_in_one_stage(people: People, board: Any) -> None:
    much(people)
    assert dict(board(QUARTER).charts["partnership_stages"]) == {
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
    assert area in {row.id for row in behind(figures.STAGE, replace(ALWAYS, region="South East"), stage.value).rows}


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
    assert area in {row.id for row in behind(figures.STAGE, replace(ALWAYS, region="South East"), stage.value).rows}


def test_actions_are_counted_by_status_and_by_topic(people: People, board: Any) -> None:
    much(people)
    shown = board(QUARTER)
    assert shown.charts["action_statuses"] == shown.charts["action_topics"]
    assert shown.charts["action_statuses"].statuses == {"not_started": 0, "going_well": 1, "stuck": 1, "done": 1, "dropped": 0}
    assert shown.charts["action_statuses"].topics == (("hubs", "Community places or hubs", 2, 1), ("none", "No topic", 1, 0))


def test_needs_are_counted_by_kind_and_sign_ups_by_topic(people: People, board: Any) -> None:
    much(people)
    shown = board(QUARTER)
    assert shown.charts["support_needed"] == (
        ("hubs-buildings", "Community hubs, buildings and assets", 2, 1),
        ("legal-body", "Becoming a legal body, and governance", 1, 0),  # asked before the quarter, and still looked for in it
    )
    assert [(code, n) for code, _, n in shown.charts["sign_up_topics"] if n] == [("hubs", 2), ("vision", 1)]


NOTHING = {"sign_ups": "vision", "support_open": "legal-body", "actions": "vision"}  # a code of no bar, or of one not always there


def shown_numbers(shown: Board) -> dict[tuple[str, str | None], int]:
    """Every number that the dashboard shows: of each figure, and of each bar of its chart."""
    numbers: dict[tuple[str, str | None], int] = {(code, None): n for code, n in shown.now.counts.items()}
    for chart in CHARTS:
        bars = chart.bars(shown.charts[chart.name])
        numbers |= {(chart.figure.code, bar.code): bar.total for bar in bars}
    numbers |= {(code, of): numbers.get((code, of), 0) for code, of in NOTHING.items()}
    needs, actions = shown.charts["support_needed"], shown.charts["action_statuses"]
    return numbers | {
        ("support_open", None): sum(asked for _, _, asked, _ in needs),
        ("actions", None): sum(actions.statuses.values()) + actions.left,
        ("stage", None): sum(n for stage, n in shown.charts["partnership_stages"] if stage is not Stage.NOT_REACHED),
    }


@pytest.mark.parametrize(
    "filters",
    [
        ALWAYS,
        QUARTER,
        replace(QUARTER, region="Yorkshire and the Humber"),
        replace(ALWAYS, topic="hubs"),
        ProgressFilters(period=Period(ago(100), ago(40))),
    ],
    ids=["all", "quarter", "region", "topic", "months ago"],
)
@pytest.mark.parametrize("who", ["manager", "facilitator", "other_facilitator"])
def test_a_figure_is_the_number_of_rows_behind_it(filters: ProgressFilters, who: str, people: People, board: Any, behind: Any) -> None:
    much(people)
    actor = getattr(people, who)
    numbers = shown_numbers(board(filters, actor=actor))

    found = {(code, of): behind(FIGURES[code], filters, of, actor=actor) for code, of in numbers}

    assert {code for code, _ in numbers} == set(FIGURES)
    assert {key: rows.total for key, rows in found.items()} == numbers
    assert {key: len(rows.rows) for key, rows in found.items()} == {key: min(n, 50) for key, n in numbers.items()}


def test_a_facilitator_sees_only_their_own(people: People, board: Any, behind: Any) -> None:
    much(people)
    shown = board(ALWAYS, actor=people.facilitator)
    assert [shown.now.counts[code] for code in ("sign_ups", "waiting", "plans_open")] == [1, 0, 1]
    assert sum(n for _, n in shown.charts["partnership_stages"]) == 1
    assert {row.title for row in behind(figures.SESSIONS_COMING, actor=people.other_facilitator).rows} == set()
    assert board(ProgressFilters(facilitator=people.facilitator.account_id)) == shown


def test_an_administrator_sees_no_figure(people: People, board: Any, behind: Any, look: Any) -> None:
    with pytest.raises(NotFound):
        board(actor=people.admin)
    with pytest.raises(NotFound):
        behind(figures.SIGN_UPS, actor=people.admin)
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
    assert board().now.counts["plans_silent"] == int(silent)


def test_an_action_done_again_counts_when_it_was_done_last(people: People, board: Any) -> None:
    action = story.action(story.plan(story.area("Whitley"), agreed_on=ago(90)), status=ActionStatus.DONE)
    story.update(action, ActionStatus.DONE, ago(60))
    story.update(action, ActionStatus.DONE, ago(5))
    assert board(ProgressFilters(period=Period(ago(70), ago(50)))).now.counts["actions_done"] == 0
    assert board(ProgressFilters(period=Period(ago(10), TODAY))).now.counts["actions_done"] == 1


def test_nothing_is_counted_in_an_empty_database(people: People, board: Any) -> None:
    shown = board(QUARTER)
    assert set(shown.now.counts.values()) == {0}
    assert shown.now.waits == {"waiting": Waiting(), "contacted": Waiting()}
    assert (shown.charts["support_needed"], shown.charts["action_statuses"].topics) == ((), ())
    assert dict(shown.charts["partnership_stages"])[Stage.NOT_REACHED] == 150


def test_the_rows_come_in_pages_of_fifty(people: People, behind: Any) -> None:
    first, second = behind(figures.STAGE, of="not_reached"), behind(figures.STAGE, of="not_reached", page=2)
    assert (first.total, len(first.rows), len(second.rows)) == (150, 50, 50)
    assert not {row.id for row in first.rows} & {row.id for row in second.rows}


def test_a_bar_that_means_nothing_has_no_rows(people: People, behind: Any) -> None:
    wanted = (figures.STAGE, figures.ACTIONS, figures.SIGN_UPS, figures.WAITING, figures.SUPPORT_OPEN, figures.DRAFTS)

    assert [behind(figure, of="nonsense").total for figure in wanted] == [0] * 6


def test_a_row_says_what_it_is_and_opens_its_record(people: People, behind: Any) -> None:
    much(people)
    (waiting,) = behind(figures.UNMATCHED).rows
    (stuck,) = behind(figures.ACTIONS, of="stuck").rows
    (plan,) = behind(figures.PLANS_SILENT).rows
    (need,) = behind(figures.SUPPORT_FOUND).rows

    assert waiting == FigureRow(
        waiting.id,
        "Somewhere",
        f"{waiting.detail.split(',')[0]}, signed up 2 November 2026, no contact for 12 working days. New.",
        "requests",
        waiting.id,
    )
    assert (stuck.title, stuck.page, stuck.record_id) == ("Ask the council about the chapel", "plan", plan.id)
    assert (plan.page, plan.record_id) == ("plan", plan.id)
    assert (need.title, need.page, need.record_id) == ("Legal advice on the lease", "partnership", story.area(HAVA))


def test_who_may_not_triage_opens_the_partnership_of_a_sign_up(people: People, behind: Any) -> None:
    much(people)

    (row,) = behind(figures.SIGN_UPS, actor=people.facilitator).rows

    assert (row.page, row.record_id) == ("partnership", story.area(HAVA))


@pytest.mark.parametrize(
    ("figure", "of", "heading"),
    [
        (figures.SIGN_UPS, None, "Sign-ups"),
        (figures.SIGN_UPS, "hubs", "Sign-ups, Community places or hubs"),
        (figures.SIGN_UPS, "nonsense", "Sign-ups"),
        (figures.CONTACTED, None, "Sign-ups that we have contacted"),
        (figures.WAITING, "3", "Waiting for our first contact, 3 to 5 days"),
        (figures.WAITING_LONG, None, "Waited more than 5 working days"),
        (figures.PLANS_SILENT, None, "Plans with no update for 30 days"),
        (figures.ACTIONS, "stuck", "Actions, Stuck"),
        (figures.ACTIONS, "none", "Actions, No topic"),
        (figures.ACTIONS, "hubs", "Actions, Community places or hubs"),
        (figures.SUPPORT_OPEN, "legal-body", "Support needed, Becoming a legal body, and governance"),
        (figures.STAGE, None, "Partnerships that signed up"),
        (figures.STAGE, "not_reached", "Partnerships, Not reached yet"),
        (figures.STAGE, "nonsense", "Partnerships that signed up"),
    ],
)
def test_the_rows_say_which_they_are(figure: Figure, of: str | None, heading: str, people: People, behind: Any) -> None:
    assert behind(figure, of=of).heading == heading


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
    assert len([line for line in counted if line.startswith("SELECT")]) == 10
    assert len(counted) == once
    counted.clear()
    board(ALWAYS)
    assert len([line for line in counted if line.startswith("SELECT")]) == 8


def much_more(area: int) -> None:
    plan = story.plan(area, agreed_on=ago(3))
    story.update(story.action(plan, topic="vision"), ActionStatus.DONE, ago(1))
    story.request(area, ago(2), topics=("people",))
    story.need(area, "transport")
