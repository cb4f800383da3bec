from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rr.intake.cleaning import Understood
from rr.intake.imports.dates import DateOrder, date_order, instant


@pytest.mark.parametrize(
    ("written", "at"),
    [
        ("2023-02-19 01:10:00", datetime(2023, 2, 19, 1, 10, tzinfo=UTC)),
        ("2024-04-13 19:53:00", datetime(2024, 4, 13, 18, 53, tzinfo=UTC)),
        ("2023-06-30 00:30:00", datetime(2023, 6, 29, 23, 30, tzinfo=UTC)),
        ("2023-02-19T01:10", datetime(2023, 2, 19, 1, 10, tzinfo=UTC)),
        ("2024-04-13T19:53:00Z", datetime(2024, 4, 13, 19, 53, tzinfo=UTC)),
        ("2024-04-13T19:53:00+02:00", datetime(2024, 4, 13, 17, 53, tzinfo=UTC)),
        ("19/02/2023 01:10", datetime(2023, 2, 19, 1, 10, tzinfo=UTC)),
        ("02/19/2023 01:10:05", datetime(2023, 2, 19, 1, 10, 5, tzinfo=UTC)),
        ("04/04/2023 10:00", datetime(2023, 4, 4, 9, 0, tzinfo=UTC)),
        ("5/22/2024 1:10 PM", datetime(2024, 5, 22, 12, 10, tzinfo=UTC)),
        ("22/05/24 13:10", datetime(2024, 5, 22, 12, 10, tzinfo=UTC)),
        ("12/31/24 12:05 AM", datetime(2024, 12, 31, 0, 5, tzinfo=UTC)),
        ("22.05.2024 13.10", datetime(2024, 5, 22, 12, 10, tzinfo=UTC)),
        ("22-05-2024, 1:10:09pm", datetime(2024, 5, 22, 12, 10, 9, tzinfo=UTC)),
        ("2 May 2024 09:10", datetime(2024, 5, 2, 8, 10, tzinfo=UTC)),
        ("2nd of May 2024 at 9.10 p.m.", datetime(2024, 5, 2, 20, 10, tzinfo=UTC)),
        ("May 22, 2024 9:10 am", datetime(2024, 5, 22, 8, 10, tzinfo=UTC)),
        ("Sept 4, 2024 10:00", datetime(2024, 9, 4, 9, 0, tzinfo=UTC)),
        ("2-Jan-24 10:00", datetime(2024, 1, 2, 10, 0, tzinfo=UTC)),
        ("Tuesday 3 June 2025, 10:15", datetime(2025, 6, 3, 9, 15, tzinfo=UTC)),
        ("Thu, 2 May 2024 09:10:00 +0100", datetime(2024, 5, 2, 8, 10, tzinfo=UTC)),
        ("2024/05/02 10:15:21 am GMT+1", datetime(2024, 5, 2, 9, 15, 21, tzinfo=UTC)),
        ("2024/05/02 1:15:21 pm BST", datetime(2024, 5, 2, 12, 15, 21, tzinfo=UTC)),
        # The clocks skip 01:00 to 02:00 on 31 March 2024, and repeat it on 27 October 2024: the first of the two counts.
        ("2024-03-31 00:59:59", datetime(2024, 3, 31, 0, 59, 59, tzinfo=UTC)),
        ("2024-03-31 01:30:00", datetime(2024, 3, 31, 1, 30, tzinfo=UTC)),
        ("2024-03-31 02:30:00", datetime(2024, 3, 31, 1, 30, tzinfo=UTC)),
        ("2024-10-27 01:30:00", datetime(2024, 10, 27, 0, 30, tzinfo=UTC)),
        ("2024-10-27 02:00:00", datetime(2024, 10, 27, 2, 0, tzinfo=UTC)),
    ],
)
def test_a_local_time_becomes_an_instant(written, at):
    understood = instant(written)

    assert (understood.value, understood.remark) == (at, "")
    assert understood.value.tzinfo is UTC


@pytest.mark.parametrize(
    ("written", "remark"),
    [
        ("", "There is no date and time."),
        ("2023-02-30 10:00:00", "“2023-02-30 10:00:00” isn't a day and time that exist. Write it like 2023-02-19 13:10:00."),
        ("2 May 2024 13:15 AM", "“2 May 2024 13:15 AM” isn't a day and time that exist. Write it like 2023-02-19 13:10:00."),
        ("2023-02-19 24:10:00", "“2023-02-19 24:10:00” isn't a day and time that exist. Write it like 2023-02-19 13:10:00."),
        ("2023-02-19 10:00:00+99:99", "“2023-02-19 10:00:00+99:99” isn't a day and time that exist. Write it like 2023-02-19 13:10:00."),
        ("03/04/2023 10:00", "“03/04/2023 10:00” can be read as two different days. Write it like 2023-02-19 13:10:00."),
        ("13/13/2023 10:00", "“13/13/2023 10:00” isn't a day and time that exist. Write it like 2023-02-19 13:10:00."),
        ("31 June 2024 10:00", "“31 June 2024 10:00” isn't a day and time that exist. Write it like 2023-02-19 13:10:00."),
        ("3.4.23", "“3.4.23” can be read as two different days. Write it like 2023-02-19 13:10:00."),
        ("24/05/02 10:00", "The year of “24/05/02 10:00” can't be right. Write it like 2023-02-19 13:10:00."),
        ("12:30", "“12:30” isn't a date and time. Write it like 2023-02-19 13:10:00."),
        ("99999", "“99999” isn't a date and time. Write it like 2023-02-19 13:10:00."),
        (
            "45414.42",
            "“45414.42” is a spreadsheet's number for a day, but too short to tell the minute. Write it like 2023-02-19 13:10:00.",
        ),
        ("last Tuesday", "“last Tuesday” isn't a date and time. Write it like 2023-02-19 13:10:00."),
        ("0023-02-19 10:00:00", "The year of “0023-02-19 10:00:00” can't be right. Write it like 2023-02-19 13:10:00."),
    ],
)
def test_a_time_that_cannot_be_relied_upon_is_refused_with_a_sentence(written, remark):
    assert instant(written) == Understood(None, remark)


def test_a_day_without_a_time_is_midnight_in_london():
    understood = instant("2023-06-30")

    assert understood.value == datetime(2023, 6, 29, 23, 0, tzinfo=UTC)
    assert understood.remark == "“2023-06-30” has no time of day, so midnight is taken."


@pytest.mark.parametrize(
    ("dates", "is_day_first"),
    [
        (["03/04/2023 10:00", "19/02/2023 01:10"], True),
        (["03/04/2023 10:00", "02/19/2023 01:10"], False),
        (["19/02/2023 01:10", "02/19/2023 01:10"], None),
        (["03/04/2023 10:00", "2023-02-19 01:10:00", "30/30/2023 10:00"], None),
        (["5/2/24 9:10 AM", "5/22/24 1:10 PM"], False),
        (["2 May 2024", "22-05-24"], True),
    ],
)
def test_the_dates_that_can_be_read_one_way_decide_for_the_others(dates, is_day_first):
    assert date_order(dates).day_first is is_day_first


def test_a_known_order_settles_an_open_date():
    assert instant("03/04/2023 10:00", day_first=True).value == datetime(2023, 4, 3, 9, 0, tzinfo=UTC)
    assert instant("03/04/2023 10:00", day_first=False).value == datetime(2023, 3, 4, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "at"),
    [
        ("45414.42733", datetime(2024, 5, 2, 9, 15, 21, tzinfo=UTC)),
        ("45414.4273", datetime(2024, 5, 2, 9, 15, 19, tzinfo=UTC)),
        ("45414,427326389", datetime(2024, 5, 2, 9, 15, 21, tzinfo=UTC)),
    ],
)
def test_a_spreadsheets_number_for_a_day_is_read_and_said(written, at):
    assert instant(written) == Understood(at, f"“{written}” is a spreadsheet's number for 2 May 2024 10:15, which is taken.")


def test_what_stays_open_is_named_until_somebody_says_which_comes_first():
    dates = ["03/04/2023 10:00", "04/04/2023 10:00", "2023-02-19 01:10:00"]

    assert date_order(dates) == DateOrder(None, ("03/04/2023 10:00",))
    assert date_order(dates, True) == DateOrder(True)
    assert date_order([*dates, "19/02/2023", "02/19/2023"]) == DateOrder(None, ("03/04/2023 10:00",), mixed=True)


@settings(max_examples=200, deadline=None)
@given(st.text() | st.from_regex(r"[0-9/.: -]{4,20}( ?[AaPp][Mm])?", fullmatch=True))
def test_no_words_break_the_reading_of_dates(words):
    read = instant(words)

    assert (read.value is None) <= bool(read.remark)
