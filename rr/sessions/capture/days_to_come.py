"""Days of the calendar that are still to come, seen from today: what dates in words come down to."""

from calendar import monthrange
from datetime import MAXYEAR, date, timedelta

from rr.days import MONTHS, add_months, month_end, say
from rr.sessions.capture.date_words import SHORT_DAYS, SHORT_MONTHS

FRIDAY, WEDNESDAY = 4, 2
MONTHS_AHEAD = 3  # in which a day's number is looked for


class CannotBe(Exception):
    """A date that is none; its sentence is for the person who typed it."""


def month_number(word: str) -> int:
    return SHORT_MONTHS[word[:3].lower()]


def weekday_number(word: str) -> int:
    return SHORT_DAYS[word[:3].lower()]


def on(day: int, month: int, year: int | None, today: date) -> date:
    """That day of that year, or the next such day from today on."""
    if year is None:
        for year_to_come in range(today.year, min(today.year + 9, MAXYEAR + 1)):
            if 1 <= day <= monthrange(year_to_come, month)[1] and (due := date(year_to_come, month, day)) >= today:
                return due
        raise CannotBe(f"There is no {day} {MONTHS[month - 1]}.")
    if not 1 <= day <= monthrange(year, month)[1]:
        raise CannotBe(f"There is no {day} {MONTHS[month - 1]} {year}.")
    return to_come(date(year, month, day), today)


def to_come(due: date, today: date) -> date:
    if due < today:
        raise CannotBe(f"{say(due)} has passed, so no date was set.")
    return due


def last_of(month: int, year: int | None, today: date) -> date:
    if year is not None:
        return to_come(month_end(year, month), today)
    due = month_end(today.year, month)
    return due if due >= today else month_end(today.year + 1, month)


def end_of_month(today: date, months: int) -> date:
    day = add_months(today.replace(day=1), months)
    return month_end(day.year, day.month)


def next_weekday(name: str, today: date) -> date:
    return today + timedelta(days=(weekday_number(name) - today.weekday() - 1) % 7 + 1)


def day_of_week(today: date, weekday: int, weeks: int) -> date:
    """That day of this week, or of a week so many weeks later. Weeks begin on Monday."""
    return today + timedelta(days=weekday - today.weekday() + 7 * weeks)


def nth_days(day: int, which: str, today: date) -> list[date]:
    """The day of that number in this month, the next one, or each of the three months to come that have it."""
    first = today.replace(day=1)
    if which in ("this", "next"):
        month = add_months(first, 1 if which == "next" else 0)
        return [on(day, month.month, month.year, today)]
    months = [add_months(first, step) for step in range(MONTHS_AHEAD + 1)]
    days = [month.replace(day=day) for month in months if day <= month_end(month.year, month.month).day]
    return [due for due in days if due >= today]


def nth_weekday(month: date, weekday: int, place: int) -> date | None:
    if place < 0:
        last = month_end(month.year, month.month)
        return last - timedelta(days=(last.weekday() - weekday) % 7)
    due = month + timedelta(days=(weekday - month.weekday()) % 7 + 7 * (place - 1))
    return due if due.month == month.month else None


def end_of_week(today: date, which: str) -> date:
    """Friday; at a weekend "the week" is the one to come, and this week has no Friday left."""
    if which == "next":
        return day_of_week(today, FRIDAY, 1)
    if today.weekday() <= FRIDAY:
        return day_of_week(today, FRIDAY, 0)
    if which == "this":
        raise CannotBe("This week's Friday has passed, so no date was set.")
    return day_of_week(today, FRIDAY, 1)


def day_called(name: str, today: date) -> date:
    """Today, now, tomorrow, or the next day of this name."""
    steps = {
        "now": 0,
        "today": 0,
        "tonight": 0,
        "this morning": 0,
        "this afternoon": 0,
        "this evening": 0,
        "tomorrow": 1,
        "day after tomorrow": 2,
    }
    step = steps.get(name.lower())
    return next_weekday(name, today) if step is None else today + timedelta(days=step)
