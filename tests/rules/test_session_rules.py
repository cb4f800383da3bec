from datetime import UTC, date, datetime

import pytest

from rr.sessions import rules, states
from rr.sessions.rules import CaptureKind, ItemFacts
from rr.sessions.states import SessionState

AT = datetime(2027, 3, 14, 10, 0, tzinfo=UTC)
ON = date(2027, 3, 14)
CLOSE = ItemFacts("Close", 5, closes=True)
BREAK = ItemFacts("Break", 10, is_break=True)


@pytest.mark.parametrize(
    ("starts_at", "held_on", "cancelled_at", "expected"),
    [
        (None, None, None, SessionState.DRAFT),
        (AT, None, None, SessionState.PLANNED),
        (AT, ON, None, SessionState.HELD),
        (None, ON, None, SessionState.HELD),
        (AT, None, AT, SessionState.CANCELLED),
        (None, None, AT, SessionState.CANCELLED),
        (AT, ON, AT, SessionState.HELD),
    ],
)
def test_a_sessions_state_follows_from_its_dates(starts_at, held_on, cancelled_at, expected):
    assert states.state(starts_at, held_on, cancelled_at) is expected


@pytest.mark.parametrize(
    ("start_minute", "minutes", "expected"),
    [
        (10 * 60, [10, 15, 40], ["10:00", "10:10", "10:25"]),
        (10 * 60, [0, 10, 0, 5], ["10:00", "10:00", "10:10", "10:10"]),
        (23 * 60 + 30, [20, 15, 5], ["23:30", "23:50", "00:05"]),
        (None, [10, 55, 5], ["0:00", "0:10", "1:05"]),
        (0, [5, 5], ["00:00", "00:05"]),
        (10 * 60, [], []),
    ],
)
def test_start_times_follow_from_the_minutes(start_minute, minutes, expected):
    assert rules.starts(start_minute, minutes) == expected


def test_the_end_follows_from_the_minutes():
    assert rules.end(22 * 60 + 30, [60, 45]) == "00:15"


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param([], (), id="empty"),
        pytest.param([ItemFacts("River of life", 85), CLOSE], (), id="90 minutes"),
        pytest.param(
            [ItemFacts("Hopes and fears", 20), ItemFacts("River of life", 66), CLOSE],
            ("From “Hopes and fears” to “Close” is 91 minutes without a break. Plan one within 90.",),
            id="91 minutes",
        ),
        pytest.param([ItemFacts("Hopes and fears", 20), ItemFacts("River of life", 66), BREAK, CLOSE], (), id="a break between"),
        pytest.param(
            [ItemFacts("Hopes and fears", 50), ItemFacts("Break", 0, is_break=True), ItemFacts("River of life", 40), CLOSE],
            ("From “Hopes and fears” to “Close” is 95 minutes without a break. Plan one within 90.",),
            id="a break of no minutes is none",
        ),
        pytest.param(
            [CLOSE, BREAK, ItemFacts("World café", 120)],
            ("“World café” alone takes 120 minutes without a break. Plan one within 90.",),
            id="one long row after a break",
        ),
        pytest.param([ItemFacts("Dots", 20)], ("The agenda has no close. Keep five minutes to end well together.",), id="no close"),
        pytest.param([ItemFacts("Dots", 20, has_lead=False), CLOSE], ("No lead for “Dots”.",), id="no lead"),
        pytest.param(
            [
                ItemFacts("Set-up", 0, has_lead=False),
                ItemFacts("Dots", 20, has_lead=False),
                ItemFacts("Break", 5, is_break=True, has_lead=False),
                ItemFacts("Close", 5, closes=True, has_lead=False),
            ],
            ("No lead for “Dots” and 1 more.",),
            id="breaks and preparation need no lead",
        ),
    ],
)
def test_an_agenda_is_warned_about_in_sentences(rows, expected):
    assert rules.warnings(rows, booked_minutes=None, people=None) == expected


@pytest.mark.parametrize(
    ("booked_minutes", "expected"),
    [(25, ()), (None, ()), (24, ("The agenda takes 25 minutes; 24 are booked.",))],
)
def test_an_agenda_longer_than_the_booking_is_warned_about(booked_minutes, expected):
    assert rules.warnings([ItemFacts("Dots", 20), CLOSE], booked_minutes=booked_minutes, people=None) == expected


@pytest.mark.parametrize(
    ("people", "expected"),
    [
        (3, ()),
        (15, ()),
        (None, ()),
        (1, ("“Impact and effort” needs at least 3 people; 1 person is expected.",)),
        (16, ("“Impact and effort” suits at most 15 people; 16 people are expected.",)),
    ],
)
def test_a_group_outside_an_activitys_range_is_warned_about(people, expected):
    rows = [ItemFacts("Impact and effort", 30, group_from=3, group_to=15), ItemFacts("Go-round", 5), CLOSE]

    assert rules.warnings(rows, booked_minutes=None, people=people) == expected


def test_kinds_of_captured_line_have_their_words_and_icons():
    assert [(kind.label, kind.plural, kind.icon) for kind in CaptureKind] == [
        ("Achievement", "Achievements", "emoji_events"),
        ("Idea", "Ideas", "lightbulb"),
        ("Decision", "Decisions", "how_to_vote"),
        ("Action", "Actions", "flag"),
    ]
