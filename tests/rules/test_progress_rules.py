"""What the dashboard's words mean."""

from datetime import date

import pytest

from rr.partnerships.rules import Stage
from rr.progress.rules import (
    Period,
    PeriodName,
    Waiting,
    band,
    headline,
    median,
    number,
    period,
    say_actions,
    say_most,
    say_needs,
    say_stages,
    say_waiting,
    waiting,
)

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


def test_waiting_is_counted_in_working_days_and_put_into_bands() -> None:
    # 18 November is today; Friday 13th has waited 3 working days, Wednesday 11th 5, Tuesday 10th 6, Monday 2nd 12.
    days = [(TODAY, 2), (date(2026, 11, 13), 1), (date(2026, 11, 11), 1), (date(2026, 11, 10), 1), (date(2026, 11, 2), 1)]
    assert waiting(days, TODAY) == Waiting(count=6, median=4, longest=12, over=2, bands=(2, 2, 1, 1))


def test_nobody_waiting_has_neither_median_nor_longest() -> None:
    assert waiting([], TODAY) == Waiting()


def test_a_bar_of_waiting_is_named_by_its_lower_end() -> None:
    assert [band(code) for code in ("0", "3", "6", "11", "4", None)] == [(0, 2), (3, 5), (6, 10), (11, None), None, None]


def test_stages_are_in_order() -> None:
    assert [stage.rank for stage in Stage] == list(range(7))
    assert Stage.SIGNED_UP.rank < Stage.ACCEPTED.rank < Stage.SESSION_PLANNED.rank < Stage.SESSION_HELD.rank < Stage.PLAN_AGREED.rank


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (number(None), "–"),
        (number(2.0), "2"),
        (number(2.5), "2.5"),
        (number(1234), "1,234"),
        (headline(Waiting(), 0), "No plan is under way yet. Nobody is waiting for our first contact."),
        (
            headline(Waiting(1, 7, 7, 1), 1),
            "1 partnership is working on its plan. 1 person is waiting for our first contact, the longest for 7 working days.",
        ),
        (
            headline(Waiting(4, 0, 0, 0), 2),
            "2 partnerships are working on their plans. "
            "4 people are waiting for our first contact, the longest for less than a working day.",
        ),
        (say_waiting(Waiting()), "Nobody is waiting for our first contact."),
        (say_waiting(Waiting(2, 1.5, 2, 0)), "Everybody who waits has waited 5 working days or fewer; half of them 1.5 or fewer."),
        (say_waiting(Waiting(4, 4, 12, 2)), "2 of 4 have waited more than 5 working days; the longest wait is 12 working days."),
        (say_stages([(Stage.NOT_REACHED, 150)]), "No partnership has signed up yet."),
        (
            say_stages([(Stage.NOT_REACHED, 140), (Stage.SIGNED_UP, 6), (Stage.PLAN_AGREED, 3), (Stage.PLAN_FINISHED, 1)]),
            "Of 10 partnerships that signed up, 4 agreed a plan; 140 more have not signed up yet.",
        ),
        (say_stages([(Stage.NOT_REACHED, 0), (Stage.SIGNED_UP, 1)]), "Of 1 partnership that signed up, 0 agreed a plan."),
        (say_most([], "Most sign-ups are", "None."), "None."),
        (say_most([("Hubs", 3), ("Vision", 1)], "Most sign-ups are", "None."), "Most sign-ups are about “Hubs”: 3."),
        (say_most([("Hubs", 3), ("Vision", 3)], "Most sign-ups are", "None."), "Most sign-ups are about “Hubs” and “Vision”: 3 each."),
        (say_actions({"done": 0}), "There are no actions yet. They come out of sessions."),
        (say_actions({"done": 1, "stuck": 1, "going_well": 3}), "1 of 5 actions is done; 1 is stuck and needs help."),
        (say_actions({"done": 2, "stuck": 0}), "2 of 2 actions are done; none is stuck."),
        (say_needs([]), "Nobody has asked for support in this period."),
        (
            say_needs([("Hubs", 5, 2), ("Legal body", 4, 3)]),
            "Support was found for 5 of 9 that were asked for. The widest gap is “Hubs”: 3 not found.",
        ),
        (say_needs([("Hubs", 2, 2)]), "Support was found for 2 of 2 that were asked for."),
    ],
)
def test_the_sentences_say_what_the_figures_are(said: str, sentence: str) -> None:
    assert said == sentence
