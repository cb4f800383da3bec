"""Where a session stands, when it starts and what it overlaps, and which row of the agenda is running."""

from datetime import UTC, date, datetime, time

import pytest

from rr.sessions.rules import begins, item_at, overlap, reads_as_break, reads_as_close
from rr.sessions.states import SessionStage, stage

TODAY = date(2026, 11, 18)
NOW = datetime(2026, 11, 18, 9, tzinfo=UTC)
EVENING = begins(TODAY, time(18, 30))


@pytest.mark.parametrize(
    ("day", "held_on", "cancelled_at", "finished_at", "expected"),
    [
        (None, None, None, None, SessionStage.TO_ARRANGE),
        (TODAY, None, None, None, SessionStage.COMING),
        (date(2026, 11, 17), None, None, None, SessionStage.TO_FINISH),
        (date(2026, 11, 17), date(2026, 11, 17), None, None, SessionStage.TO_FINISH),
        (date(2026, 11, 17), date(2026, 11, 17), None, NOW, SessionStage.FINISHED),
        (date(2026, 11, 17), None, NOW, None, SessionStage.CANCELLED),
        (None, None, NOW, None, SessionStage.CANCELLED),
        (None, TODAY, NOW, None, SessionStage.TO_FINISH),
    ],
)
def test_the_stage_follows_from_the_facts_and_today(day, held_on, cancelled_at, finished_at, expected):
    assert stage(day, held_on, cancelled_at, finished_at, TODAY) is expected


@pytest.mark.parametrize(
    ("day", "at", "expected"),
    [
        (date(2027, 3, 27), time(18, 30), datetime(2027, 3, 27, 18, 30, tzinfo=UTC)),
        (date(2027, 3, 28), time(18, 30), datetime(2027, 3, 28, 17, 30, tzinfo=UTC)),
        (date(2026, 10, 25), time(1, 30), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),  # it happens twice: the first
    ],
)
def test_a_start_is_the_time_that_people_in_london_say(day, at, expected):
    assert begins(day, at).astimezone(UTC) == expected


@pytest.mark.parametrize(
    ("at", "minutes", "expected"),
    [(time(20, 30), 60, False), (time(20, 29), 60, True), (time(17), 90, False), (time(17), 91, True), (time(19), 15, True)],
)
def test_sessions_overlap_if_they_share_any_time(at, minutes, expected):
    other = begins(TODAY, at)

    assert overlap(EVENING, 120, other, minutes) is overlap(other, minutes, EVENING, 120) is expected


@pytest.mark.parametrize(("gone", "expected"), [(-30, 0), (0, 1), (9, 1), (10, 2), (39, 2), (40, 2), (500, 2)])
def test_the_running_row_follows_from_the_minutes_gone(gone, expected):
    assert item_at([0, 10, 30], gone) == expected  # the first shows preparation: it runs only before the start


def test_an_empty_agenda_has_a_first_row_all_the_same():
    assert item_at([], 20) == 0


@pytest.mark.parametrize(
    ("title", "is_break", "closes"),
    [
        ("Tea break", True, False),
        ("Lunch", True, False),
        ("Breakthrough stories", False, False),
        ("Close", False, True),
        ("A walk", False, False),
    ],
)
def test_a_title_of_ones_own_may_read_as_a_break_or_a_close(title, is_break, closes):
    assert (reads_as_break(title), reads_as_close(title)) == (is_break, closes)
