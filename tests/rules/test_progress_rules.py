"""What the dashboard's words mean."""

from datetime import date

import pytest

from rr.partnerships.rules import Stage
from rr.plans.rules import ActionStatus
from rr.progress.charts.needs import SUPPORT_NEEDED
from rr.progress.charts.partnerships import PARTNERSHIP_STAGES
from rr.progress.charts.plans import ACTION_STATUSES, ACTION_TOPICS, ActionCounts
from rr.progress.charts.sign_ups import FIRST_CONTACT_WAITS, SIGN_UP_TOPICS
from rr.progress.figures import FIGURES
from rr.progress.rules import WAIT_BANDS, Period, PeriodName, Waiting, headline, median, period, shown_days, shown_number, waiting

TODAY = date(2026, 11, 18)  # a Wednesday


@pytest.mark.parametrize(
    ("name", "chosen", "first", "last"),
    [
        (PeriodName.THIS_QUARTER, (), date(2026, 10, 1), TODAY),
        (PeriodName.LAST_QUARTER, (), date(2026, 7, 1), date(2026, 9, 30)),
        (PeriodName.THIS_YEAR, (), date(2026, 1, 1), TODAY),
        (PeriodName.LAST_12_MONTHS, (), date(2025, 11, 19), TODAY),
        (PeriodName.ALL, (), None, None),
        (PeriodName.CHOSEN, (), None, None),
        (PeriodName.CHOSEN, (date(2026, 3, 1),), date(2026, 3, 1), TODAY),
        (PeriodName.CHOSEN, (date(2026, 3, 1), date(2026, 3, 31)), date(2026, 3, 1), date(2026, 3, 31)),
        (PeriodName.CHOSEN, (date(2027, 3, 1),), date(2027, 3, 1), date(2027, 3, 1)),
    ],
)
def test_a_period_has_the_days_that_its_name_means(
    name: PeriodName, chosen: tuple[date, ...], first: date | None, last: date | None
) -> None:
    assert period(name, TODAY, chosen) == Period(first, last)


def test_the_first_quarter_comes_after_last_years_fourth() -> None:
    assert period(PeriodName.LAST_QUARTER, date(2027, 2, 1)) == Period(date(2026, 10, 1), date(2026, 12, 31))


@pytest.mark.parametrize(
    ("now", "before"),
    [
        (Period(date(2026, 10, 1), TODAY), Period(date(2026, 8, 13), date(2026, 9, 30))),
        (Period(date(2026, 3, 1), date(2026, 3, 1)), Period(date(2026, 2, 28), date(2026, 2, 28))),
        (Period(), None),
    ],
)
def test_the_comparison_is_the_period_of_equal_length_before(now: Period, before: Period | None) -> None:
    assert now.before() == before


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (Period(date(2026, 10, 1), TODAY), "1 October to 18 November 2026"),
        (Period(date(2025, 11, 19), TODAY), "19 November 2025 to 18 November 2026"),
        (Period(), "all time"),
    ],
)
def test_a_period_reads_as_people_say_it(days: Period, said: str) -> None:
    assert days.say() == said


@pytest.mark.parametrize(
    ("pairs", "middle"), [([], None), ([(3, 1)], 3), ([(1, 1), (4, 1)], 2.5), ([(9, 1), (2, 5)], 2), ([(1, 2), (6, 2)], 3.5)]
)
def test_the_median_counts_each_value_as_often_as_it_occurs(pairs: list[tuple[int, int]], middle: float | None) -> None:
    assert median(pairs) == middle


def test_waiting_is_summed_up_and_put_into_bands() -> None:
    assert waiting([(12, 1), (0, 2), (3, 1), (5, 1), (6, 1)]) == Waiting(count=6, median=4, longest=12, over=2, bands=(2, 2, 1, 1))


def test_nobody_waiting_has_neither_median_nor_longest() -> None:
    assert waiting([]) == Waiting()


def test_the_bars_of_waiting_meet_at_the_long_wait() -> None:
    assert [(band.code, band.label) for band in WAIT_BANDS] == [
        ("0", "0 to 2 days"),
        ("3", "3 to 5 days"),
        ("6", "6 to 10 days"),
        ("11", "11 days or more"),
    ]
    assert [[band.code for band in WAIT_BANDS if days in band] for days in (0, 2, 3, 5, 6, 10, 11, 99)] == [
        [code] for code in ("0", "0", "3", "3", "6", "6", "11", "11")
    ]


def test_stages_are_in_order() -> None:
    assert [stage.rank for stage in Stage] == list(range(7))
    assert Stage.SIGNED_UP.rank < Stage.ACCEPTED.rank < Stage.SESSION_PLANNED.rank < Stage.SESSION_HELD.rank < Stage.PLAN_AGREED.rank


@pytest.mark.parametrize(("value", "shown"), [(None, "–"), (0, "0"), (2.0, "2"), (2.5, "2.5"), (1234, "1,234")])
def test_a_number_reads_as_on_screen(value: float | None, shown: str) -> None:
    assert shown_number(value) == shown


@pytest.mark.parametrize(
    ("days", "shown"),
    [
        (0, "less than a working day"),
        (0.5, "0.5 working days"),
        (1, "1 working day"),
        (1.5, "1.5 working days"),
        (2, "2 working days"),
    ],
)
def test_days_read_as_in_a_sentence(days: float, shown: str) -> None:
    assert shown_days(days) == shown


@pytest.mark.parametrize(
    ("wait", "plans", "sentence"),
    [
        (Waiting(), 0, "No plan is under way yet. Nobody is waiting for our first contact."),
        (
            Waiting(1, 7, 7, 1),
            1,
            "1 partnership is working on its plan. 1 person is waiting for our first contact, the longest for 7 working days.",
        ),
        (
            Waiting(4, 0, 0, 0),
            2,
            "2 partnerships are working on their plans. "
            "4 people are waiting for our first contact, the longest for less than a working day.",
        ),
        (
            Waiting(1200, 1, 1, 0),
            1500,
            "1,500 partnerships are working on their plans. 1,200 people are waiting for our first contact, the longest for 1 working day.",
        ),
    ],
)
def test_the_headline_says_where_it_stands(wait: Waiting, plans: int, sentence: str) -> None:
    assert headline(wait, plans) == sentence


def stages(left: int = 0, signed_up: int = 0, working: int = 0, finished: int = 0) -> tuple[tuple[Stage, int], ...]:
    counts = {Stage.NOT_REACHED: left, Stage.SIGNED_UP: signed_up, Stage.PLAN_AGREED: working, Stage.PLAN_FINISHED: finished}
    return tuple((stage, counts.get(stage, 0)) for stage in Stage)


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (stages(), "No partnership has signed up yet."),
        (stages(150), "No partnership has signed up yet."),
        (stages(149, signed_up=1), "1 partnership has signed up and has no plan under way; 149 more have not signed up yet."),
        (stages(1, working=1), "1 partnership has signed up and has a plan under way; 1 more has not signed up yet."),
        (stages(0, finished=1), "1 partnership has signed up and has finished its plan."),
        (stages(148, signed_up=2), "Of 2 partnerships that signed up, none has a plan under way; 148 more have not signed up yet."),
        (stages(0, signed_up=1, working=1), "Of 2 partnerships that signed up, 1 has a plan under way."),
        (stages(0, working=2), "Of 2 partnerships that signed up, 2 have a plan under way."),
        (stages(0, working=1, finished=1), "Of 2 partnerships that signed up, 1 has a plan under way and 1 other has finished one."),
        (stages(0, finished=2), "Of 2 partnerships that signed up, none has a plan under way and 2 have finished one."),
        (
            stages(86, signed_up=47, working=12, finished=5),
            "Of 64 partnerships that signed up, 12 have a plan under way and 5 others have finished one; 86 more have not signed up yet.",
        ),
    ],
)
def test_where_partnerships_stand_now(rows: tuple[tuple[Stage, int], ...], sentence: str) -> None:
    assert PARTNERSHIP_STAGES.sentence(rows) == sentence


@pytest.mark.parametrize(
    ("wait", "sentence"),
    [
        (Waiting(), "Nobody is waiting for our first contact."),
        (Waiting(1, 0, 0, 0), "1 person is waiting, for less than a working day so far."),
        (Waiting(1, 7, 7, 1), "1 person is waiting, for 7 working days so far."),
        (Waiting(2, 1.5, 2, 0), "None of the 2 has waited more than 5 working days; the median wait is 1.5 working days."),
        (Waiting(4, 3, 6, 1), "1 of 4 has waited more than 5 working days; the longest wait is 6 working days."),
        (Waiting(4, 4, 12, 2), "2 of 4 have waited more than 5 working days; the longest wait is 12 working days."),
    ],
)
def test_how_long_people_wait(wait: Waiting, sentence: str) -> None:
    assert FIRST_CONTACT_WAITS.sentence(wait) == sentence


@pytest.mark.parametrize(
    ("counts", "sentence"),
    [
        ({}, "Nobody signed up about a topic in this period."),
        ({"Hubs": 0}, "Nobody signed up about a topic in this period."),
        ({"Hubs": 1, "Vision": 0}, "“Hubs” is the most common topic, with 1 sign-up."),
        ({"Hubs": 3, "Vision": 1}, "“Hubs” is the most common topic, with 3 sign-ups."),
        ({"Hubs": 1, "Vision": 1}, "“Hubs” and “Vision” are the most common topics, with 1 sign-up each."),
        ({"Hubs": 3, "Vision": 3, "People": 3}, "3 topics are equally common, with 3 sign-ups each."),
    ],
)
def test_what_sign_ups_are_about(counts: dict[str, int], sentence: str) -> None:
    assert SIGN_UP_TOPICS.sentence([(label.lower(), label, n) for label, n in counts.items()]) == sentence


@pytest.mark.parametrize(
    ("done", "stuck", "others", "sentence"),
    [
        (0, 0, 0, "There are no actions yet. They are agreed in sessions."),
        (0, 0, 1, "0 of 1 action is done; none is stuck."),
        (1, 0, 0, "1 of 1 action is done; none is stuck."),
        (0, 1, 1, "0 of 2 actions are done; 1 is stuck and needs help."),
        (1, 2, 2, "1 of 5 actions is done; 2 are stuck and need help."),
        (2, 0, 0, "2 of 2 actions are done; none is stuck."),
        (1500, 1200, 0, "1,500 of 2,700 actions are done; 1,200 are stuck and need help."),
    ],
)
def test_how_actions_go(done: int, stuck: int, others: int, sentence: str) -> None:
    counts = {ActionStatus.DONE: done, ActionStatus.STUCK: stuck, ActionStatus.GOING_WELL: others}
    statuses = {status: counts.get(status, 0) for status in ActionStatus}

    assert ACTION_STATUSES.sentence(ActionCounts(statuses, ())) == sentence


@pytest.mark.parametrize(
    ("topics", "sentence"),
    [
        ((), "There are no actions yet."),
        ((("none", "No topic", 9, 1),), "No action has a topic yet."),
        ((("hubs", "Hubs", 1, 0), ("none", "No topic", 9, 1)), "“Hubs” is the most common topic, with 1 action."),
        ((("hubs", "Hubs", 2, 0), ("vision", "Vision", 2, 1)), "“Hubs” and “Vision” are the most common topics, with 2 actions each."),
    ],
)
def test_what_actions_are_about(topics: tuple[tuple[str, str, int, int], ...], sentence: str) -> None:
    assert ACTION_TOPICS.sentence(ActionCounts({}, topics)) == sentence


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([], "No support was needed in this period."),
        ([("hubs", "Hubs", 1, 0)], "Support was found for 0 of 1 need. The widest gap is “Hubs”: 1 not found."),
        ([("hubs", "Hubs", 2, 2)], "Support was found for 2 of 2 needs."),
        (
            [("hubs", "Hubs", 5, 2), ("legal-body", "Legal body", 4, 3)],
            "Support was found for 5 of 9 needs. The widest gap is “Hubs”: 3 not found.",
        ),
    ],
)
def test_how_much_support_was_found(rows: list[tuple[str, str, int, int]], sentence: str) -> None:
    assert SUPPORT_NEEDED.sentence(rows) == sentence


@pytest.mark.parametrize(
    ("code", "one", "many"),
    [
        (
            "waiting_long",
            "1 person has waited more than 5 working days for us",
            "2 people have waited more than 5 working days for us",
        ),
        ("unmatched", "1 sign-up has no partnership yet", "2 sign-ups have no partnership yet"),
        ("drafts", "1 session has no date yet", "2 sessions have no date yet"),
        ("unfinished", "1 session is over and not written up", "2 sessions are over and not written up"),
        ("plans_silent", "1 plan has had no update for 30 days", "2 plans have had no update for 30 days"),
    ],
)
def test_what_needs_somebody_reads_right_for_one_and_for_many(code: str, one: str, many: str) -> None:
    prompt = FIGURES[code].prompt

    assert prompt is not None
    assert (f"1 {prompt.one}", f"2 {prompt.many}") == (one, many)
    assert {figure.code for figure in FIGURES.values() if figure.prompt} == {
        *("waiting_long", "unmatched", "drafts", "unfinished", "plans_silent")
    }
