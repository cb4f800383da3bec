from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rr import days


@pytest.mark.parametrize(
    ("after", "until", "expected"),
    [
        pytest.param(date(2026, 11, 20), date(2026, 11, 23), 1, id="Friday to Monday"),
        pytest.param(date(2026, 11, 20), date(2026, 11, 22), 0, id="over a weekend"),
        pytest.param(date(2026, 11, 23), date(2026, 11, 23), 0, id="the same day"),
        pytest.param(date(2026, 11, 25), date(2026, 11, 23), 0, id="backwards"),
        pytest.param(date(2026, 11, 21), date(2026, 11, 27), 5, id="Saturday to Friday"),
        pytest.param(date(2026, 12, 24), date(2027, 1, 4), 4, id="Christmas, Boxing Day in lieu, New Year"),
        pytest.param(date(2027, 3, 25), date(2027, 3, 30), 1, id="Easter has Good Friday and Monday off"),
        pytest.param(date(2022, 9, 16), date(2022, 9, 20), 1, id="a bank holiday given once"),
        pytest.param(date(2027, 8, 1), date(2027, 8, 3), 2, id="Scotland's August holiday is no holiday in England"),
        pytest.param(date(2026, 12, 31), date(2027, 12, 31), 253, id="a whole year"),
    ],
)
def test_working_days_are_counted_after_the_first_day_and_up_to_the_last(after, until, expected):
    assert days.working_days(after, until) == expected


def test_closed_days_are_not_counted_and_a_closed_sunday_changes_nothing():
    closed = frozenset({date(2026, 11, 24), date(2026, 11, 29)})

    assert days.working_days(date(2026, 11, 22), date(2026, 11, 30), closed) == 5


@given(st.dates(date(1990, 1, 1), date(2060, 1, 1)), st.integers(-20, 800), st.sets(st.dates(date(2020, 1, 1), date(2030, 1, 1))))
def test_working_days_are_as_many_as_the_days_that_are_working(after, length, closed):
    one_by_one = [after + timedelta(days=n) for n in range(1, length + 1)]

    assert days.working_days(after, after + timedelta(days=length), closed) == sum(days.is_working(day, closed) for day in one_by_one)


@pytest.mark.parametrize(
    ("day", "closed", "expected"),
    [
        (date(2026, 11, 23), frozenset(), date(2026, 11, 23)),
        (date(2026, 11, 21), frozenset(), date(2026, 11, 23)),
        (date(2026, 12, 25), frozenset(), date(2026, 12, 29)),
        (date(2026, 12, 25), frozenset({date(2026, 12, 29)}), date(2026, 12, 30)),
        (date(2027, 12, 31), frozenset(), date(2027, 12, 31)),
        (date(2028, 1, 1), frozenset(), date(2028, 1, 4)),
    ],
)
def test_forward_gives_the_day_itself_or_the_next_working_day(day, closed, expected):
    assert days.forward(day, closed) == expected


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2027, 1, 31), -2, date(2026, 11, 30)),
        (date(2027, 5, 31), 0, date(2027, 5, 31)),
        (date(2026, 11, 1), 25, date(2028, 12, 1)),
    ],
)
def test_calendar_months_end_on_the_last_day_where_the_month_is_short(day, months, expected):
    assert days.add_months(day, months) == expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2027, 1, 1), (date(2027, 1, 1), date(2027, 3, 31))),
        (date(2027, 6, 30), (date(2027, 4, 1), date(2027, 6, 30))),
        (date(2027, 8, 15), (date(2027, 7, 1), date(2027, 9, 30))),
        (date(2027, 12, 31), (date(2027, 10, 1), date(2027, 12, 31))),
    ],
)
def test_a_quarter_is_a_calendar_quarter(day, expected):
    assert days.quarter(day) == expected


def test_dates_read_as_people_write_them():
    assert days.say(date(2027, 3, 4)) == "4 March 2027"
    assert days.say_short(date(2027, 9, 14)) == "14 Sep"


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (date(2026, 11, 18), date(2026, 11, 18), ["November 2026"]),
        (date(2026, 11, 30), date(2026, 12, 1), ["December 2026", "November 2026"]),
        (date(2025, 12, 31), date(2026, 2, 28), ["February 2026", "January 2026", "December 2025"]),
        (date(2027, 1, 1), date(2026, 12, 31), []),
        (date(2026, 11, 20), date(2026, 11, 18), ["November 2026"]),
    ],
)
def test_the_months_between_two_days_come_latest_first(first, last, expected):
    assert [days.say_month(month) for month in days.months(first, last)] == expected


def test_a_month_has_its_first_and_its_last_day():
    assert days.month(date(2028, 2, 14)) == (date(2028, 2, 1), date(2028, 2, 29))
