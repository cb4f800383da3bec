"""What a form of `date_forms` names: one function for each kind of form, from the words that matched to a day of the calendar.

Each gives the day, None for words that are no date after all, or raises `CannotBe`.
"""

import re
from datetime import MAXYEAR, date, timedelta

from dateutil.easter import easter

from rr.days import (
    MONTHS,
    WEEKDAYS,
    add_months,
    named_bank_holidays,
    say,
)
from rr.sessions.capture.date_words import (
    ALSO_WORDS,
    CLEAN_END,
    COUNTED,
    DAY_WORDS,
    FESTIVITIES,
    LABELS,
    LOOSE_NAMES,
    NAMED_DAYS,
    NTH,
    NUMBERS,
    STRICT_END,
    is_misspelt,
)
from rr.sessions.capture.days_to_come import (
    FRIDAY,
    WEDNESDAY,
    CannotBe,
    day_called,
    day_of_week,
    end_of_month,
    end_of_week,
    last_of,
    month_number,
    next_weekday,
    nth_days,
    nth_weekday,
    on,
    to_come,
    weekday_number,
)

# The day that a part of a month means; None: its last
PARTS = {"end": None, "late": None, "last day": None, "mid": 15, "middle": 15, "early": 7, "beginning": 1, "start": 1, "first day": 1}
MOST_DAYS = 31


def _day_number(match: re.Match[str]) -> int:
    return int(match["day"]) if match["day"] else DAY_WORDS[match["in_words"].lower()]


def wrong_weekday(match: re.Match[str], due: date) -> str:
    """A day of the week beside a date that falls on another one: the date counts."""
    name = match.groupdict().get("weekday")
    if not name or weekday_number(name) == due.weekday():
        return ""
    return f"{say(due)} is a {WEEKDAYS[due.weekday()]}: is the date right?"


def taken_as(match: re.Match[str], due: date) -> str:
    return f"“{match['words']}” was taken as {WEEKDAYS[due.weekday()]} {say(due)}."


def taken_as_sunday(match: re.Match[str], due: date) -> str:
    return taken_as(match, due) if match["words"].lower() == "easter" else ""


def prep_of(match: re.Match[str]) -> str:
    return (match["prep"] or "").lower()


def _is_word(match: re.Match[str], name: str) -> bool:
    """A word that only happens to be a day or month, and nothing around it says otherwise: "by sat nav", "5 may come"."""
    return name in ALSO_WORDS and not STRICT_END.match(match.string, match.end())


# Reading numbers, months and years


def _year(match: re.Match[str]) -> int | None:
    year = (match.groupdict().get("year") or "").strip("'’‘")
    return int(year if len(year) != 2 else f"20{year}") if year else None


# Days of a month


def read_day_month(match: re.Match[str], today: date) -> date | None:
    bare = not (match["prep"] or match["ordinal"] or match["year"] or match["weekday"])
    if bare and _is_word(match, match["month"]):
        return None
    return on(_day_number(match), month_number(match["month"]), _year(match), today)


def read_month_day(match: re.Match[str], today: date) -> date | None:
    sure = match["ordinal"] or match["year"] or match["weekday"]
    if not sure and (match["the_day"] or not STRICT_END.match(match.string, match.end())):
        return None
    if not (match["prep"] or match["ordinal"]) and match["month"] in ALSO_WORDS:
        return None
    return on(int(match["day"]), month_number(match["month"]), _year(match), today)


def read_numbers(match: re.Match[str], today: date) -> date | None:
    if not match["prep"] and _after_label(match):
        return None
    month = int(match["month"])
    if not 1 <= month <= len(MONTHS):
        raise CannotBe(f"There is no month {month}: write a date as day/month/year.")
    return on(int(match["day"]), month, _year(match), today)


def read_day_stroke_month(match: re.Match[str], today: date) -> date | None:
    """Fractions, rooms and "24/7" look the same: without a preposition or day of the week only a number that can't be a fraction."""
    day, month = int(match["day"]), int(match["month"])
    at_end = STRICT_END.match(match.string, match.end())
    led = (match["prep"] and prep_of(match) != "for") or match["weekday"]
    if not at_end and (not led or day <= month or (day, month) == (24, 7)):
        return None
    if not led and (day <= len(MONTHS) or (day, month) == (24, 7) or _after_label(match)):
        return None
    return read_numbers(match, today)


def _after_label(match: re.Match[str]) -> bool:
    before = match.string[max(match.start() - 20, 0) : match.start()].lower().split()
    return bool(before) and before[-1].rstrip(".:") in LABELS


def read_nth(match: re.Match[str], today: date) -> date | None:
    """The day's number alone, or with a day of the week ("by the 11th", "Friday 11th"): the next such day of the months to come."""
    day, name = _day_number(match), match.groupdict().get("weekday")
    if not 1 <= day <= MOST_DAYS or not (match["which"] or (name and match["ordinal"]) or _is_day_number(match)):
        return None
    days = nth_days(day, (match["which"] or "").lower(), today)
    due = next((due for due in days if not name or due.weekday() == weekday_number(name)), None)
    if due is None and match["ordinal"]:
        raise CannotBe(f"{say(days[0])} is a {WEEKDAYS[days[0].weekday()]}, so no date was set: write the month too.")
    return due  # without "th", "Friday 10" may be ten o'clock


def _is_day_number(match: re.Match[str]) -> bool:
    """Not the "3rd floor": the clause ends here, or a deadline's number counts nothing that follows."""
    following = match.string[match.end() : match.end() + 20].lower().split()
    is_deadline = prep_of(match).startswith(("by", "before")) and match["ordinal"]
    return bool(STRICT_END.match(match.string, match.end())) or bool(is_deadline and not _is_counted(following[0]))


def _is_counted(word: str) -> bool:
    """What a number counts, or a month that is spelt wrongly: "by 3rd Febuary" is no day of this month."""
    return word in COUNTED or is_misspelt(word.rstrip(".,"))


def read_nth_weekday(match: re.Match[str], today: date) -> date | None:
    nth = match["nth"].lower()
    if nth == "last" and not match["month"] and not match["prep"] and not match["the"]:
        return None
    place = -1 if nth in ("last", "final") else int(nth[0]) if nth[0].isdigit() else NTH.index(nth) + 1
    weekday, year = weekday_number(match["named"]), _year(match)
    if match["which"]:
        step = 1 if match["which"].lower() == "next" else 0
        months = [add_months(today.replace(day=1), step + more) for more in range(1 if match["which"].lower() != "the" else 3)]
    else:
        years = [year] if year else range(today.year, min(today.year + 9, MAXYEAR + 1))
        months = [date(one, month_number(match["month"]), 1) for one in years]
    days = [due for month in months if (due := nth_weekday(month, weekday, place)) is not None]
    if not days:
        raise CannotBe(f"There is no {nth} {match['named']} in that month.")
    return next((due for due in days if due >= today), None) or to_come(days[-1], today)


# Months and other stretches of time


def read_part_of_month(match: re.Match[str], today: date) -> date | None:
    part = match["part"].lower()
    if match["month"] in ALSO_WORDS and not match["of"] and part not in ("mid", "early"):
        return None
    month = month_number(match["month"])
    day = PARTS[part]
    return on(day, month, _year(match), today) if day else last_of(month, _year(match), today)


def read_month_alone(match: re.Match[str], today: date) -> date | None:
    name, prep, which = match["month_only"], prep_of(match), (match["which"] or "").strip().lower()
    led = (prep and prep not in ("for", "around")) or which
    if match["the"] or not (led or match["within"]) or ((match["within"] or not led) and _is_word(match, name)):
        return None
    if match["within"] and match.start() and re.match(" [A-Z]", match.string[match.end() :]):
        return None  # "in March Town Hall"
    month = month_number(name)
    if which == "next" and month > today.month:
        raise CannotBe(f"“next {name}” may be this year's or next year's, so no date was set: write the year.")
    year = _year(match) or {"this": today.year, "next": today.year + 1}.get(which)
    if not prep.endswith("before"):
        return last_of(month, year, today)
    first = on(1, month, year, today + timedelta(days=1))
    return first - timedelta(days=1)


def read_end_of_period(match: re.Match[str], today: date) -> date:
    which = (match["which"] or "").lower()
    step = 1 if which == "next" else 0
    period = (match["period"] or "month").lower()
    if period == "week":
        return end_of_week(today, which)
    return end_of_month(today, step) if period == "month" else date(today.year + step, 12, 31)


def read_period(match: re.Match[str], today: date) -> date:
    steps = {"this": 0, "next": 1}[match["which"].lower()] if match["which"] else 2
    if (match["period"] or match["period_after"]).lower() == "month":
        return end_of_month(today, steps)
    return day_of_week(today, FRIDAY, steps) if steps else end_of_week(today, "this")


def read_part_of_week(match: re.Match[str], today: date) -> date:
    weekday = FRIDAY if match["part"].lower() in ("late", "later", "later on") else WEDNESDAY
    return to_come(day_of_week(today, weekday, 1 if match["which"].lower() == "next" else 0), today)


def read_weekday_in_week(match: re.Match[str], today: date) -> date:
    name = match["named"] or match["named_last"]
    which = (match["which"] or match["which_first"]).lower()
    return to_come(day_of_week(today, weekday_number(name), 1 if which == "next" else 0), today)


# Days by their names and by counting


def read_weekday(match: re.Match[str], today: date) -> date | None:
    name, led = match["weekday"], prep_of(match) not in ("", "for") or match["which"]
    if name.lower() in ALSO_WORDS and (not led or match["the"] or _is_word(match, name)):
        return None
    return next_weekday(name, today)


def read_weeks_after(match: re.Match[str], today: date) -> date | None:
    if prep_of(match) == "for":
        return None  # "for a week from Monday" is how long, not by when
    days = 14 if match["unit"].lower().startswith("fortnight") else 7
    return day_called(match["from_day"], today) + timedelta(days=_count(match) * days)


def _count(match: re.Match[str]) -> int:
    words = match["count"].lower() if match.groupdict().get("count") else "a"
    return NUMBERS[words] if words in NUMBERS else int(words)


def read_after_a_while(match: re.Match[str], today: date) -> date | None:
    count, unit = _count(match), match["unit"].lower()
    if (count, unit) == (1, "day") and not match[0].endswith(("time", "now", "today")):
        return None  # "built in a day" is how long
    if unit in ("month", "year"):
        return add_months(today, count * (12 if unit == "year" else 1))
    return today + timedelta(days=count * {"day": 1, "week": 7, "fortnight": 14}[unit])


def read_today_or_so(match: re.Match[str], today: date) -> date:
    return day_called(match["word"], today)


def _stands_alone(match: re.Match[str]) -> bool:
    """Christmas itself, not the Christmas market: its clause ends here, or began the line."""
    following = match.string[match.end() : match.end() + 20].lower().split()
    return bool(CLEAN_END.match(match.string, match.end())) or (match.start() == 0 and following[0] not in FESTIVITIES)


def read_named(match: re.Match[str], today: date) -> date | None:
    words = match["words"].lower().replace("’", "'")
    if words in LOOSE_NAMES and (match["the"] or not (match["prep"] or match["at"]) or not _stands_alone(match)):
        return None
    name = NAMED_DAYS[words] + (" (observed)" if match["instead"] else "")
    year = _year(match)
    for one in [year] if year else range(today.year, min(today.year + 2, MAXYEAR + 1)):
        days = {known: day for day, known in named_bank_holidays(one).items()} | {"Easter": easter(one)}
        day = days.get(name) or (days.get(NAMED_DAYS[words]) if match["instead"] else None)
        if day is not None and (year or day >= today):
            return to_come(day, today)
    return None


def read_bank_holiday(match: re.Match[str], today: date) -> date | None:
    """The next bank holiday, or the next one on that day of the week."""
    days = sorted({*named_bank_holidays(today.year), *named_bank_holidays(min(today.year + 1, MAXYEAR))})
    name = match["named"]
    return next((day for day in days if day > today and (not name or day.weekday() == weekday_number(name))), None)
