"""The forms in which the English write a date: a table of patterns, each with the function that reads it and how firmly it stands.

A date without a year is the next such day to come, today included; a day of the week is always after today, and "next Friday" is the
Friday to come. A month alone means its last day ("before May": the last of April), "mid" its 15th, "early" its 7th, its start the 1st.
Patterns expect single spaces, as the parser leaves them.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import Enum, auto

from rr.sessions.capture.date_readers import (
    PARTS,
    read_after_a_while,
    read_bank_holiday,
    read_day_month,
    read_day_stroke_month,
    read_end_of_period,
    read_month_alone,
    read_month_day,
    read_named,
    read_nth,
    read_nth_weekday,
    read_numbers,
    read_part_of_month,
    read_part_of_week,
    read_period,
    read_today_or_so,
    read_weekday,
    read_weekday_in_week,
    read_weeks_after,
    taken_as,
    taken_as_sunday,
    wrong_weekday,
)
from rr.sessions.capture.date_words import (
    AFTER,
    BEFORE,
    COUNT,
    DAY_WORDS,
    FULL_YEAR,
    MONTH,
    NAMED_DAYS,
    NTH,
    STOP,
    THIS_TIME,
    WEEKDAY,
    YEAR,
    words_of,
)


class Firm(Enum):
    """How a date stands without a preposition of its own: wherever it is, only where its clause ends, or not at all."""

    ANYWHERE = auto()
    AT_END = auto()
    NEVER = auto()


@dataclass(frozen=True)
class DateForm:
    """`read` gives the day, None for words that are no date after all, or raises `CannotBe`; `remark` says what was assumed."""

    pattern: re.Pattern[str]
    read: Callable[[re.Match[str], date], date | None]
    firm: Firm
    remark: Callable[[re.Match[str], date], str]


def _form(
    words: str,
    read: Callable[[re.Match[str], date], date | None],
    firm: Firm = Firm.AT_END,
    remark: Callable[[re.Match[str], date], str] = wrong_weekday,
) -> DateForm:
    # Letters compare as ASCII, so that a look-alike ("ſat", "İn") is not read as a day that no table knows.
    return DateForm(re.compile(f"{BEFORE}(?a:{words}){AFTER}", re.IGNORECASE), read, firm, remark)


_WEEKDAY_BEFORE = rf"(?:(?P<weekday>{WEEKDAY}){STOP},? (?:the )?)?"
_UNIT = r"(?P<unit>day|week|fortnight|month|year)s?"
_NTH = words_of("1st", "2nd", "3rd", "4th", "5th", *NTH[:5], "last", "final")
_NAMES = words_of(*sorted((name.replace("'", "['’]") for name in NAMED_DAYS), key=lambda name: (-len(name), name)))

FORMS: tuple[DateForm, ...] = (
    _form(
        rf"{_WEEKDAY_BEFORE}(?:(?P<day>\d{{1,2}})(?P<ordinal>st|nd|rd|th)?(?: of)? ?|(?P<in_words>{words_of(*DAY_WORDS)}) of )"
        rf"(?P<month>{MONTH}){YEAR}{STOP}",
        read_day_month,
    ),
    _form(
        rf"{_WEEKDAY_BEFORE}(?P<day>\d{{1,2}})(?P<ordinal>st|nd|rd|th)?-(?P<month>{MONTH})(?:-(?P<year>\d{{4}}|\d\d))?",
        read_day_month,
    ),
    _form(
        rf"{_WEEKDAY_BEFORE}(?P<month>{MONTH}){STOP} (?P<the_day>the )?(?P<day>\d{{1,2}})(?P<ordinal>st|nd|rd|th)?{FULL_YEAR}",
        read_month_day,
    ),
    _form(
        rf"{_WEEKDAY_BEFORE}(?P<day>\d{{1,2}})(?P<sep> / |[/.-])(?P<month>\d{{1,2}})(?P=sep)(?P<year>\d{{4}}|\d\d)",
        read_numbers,
        Firm.ANYWHERE,
    ),
    _form(r"(?P<year>\d{4})(?P<sep>[-/.])(?P<month>\d{2})(?P=sep)(?P<day>\d{2})", read_numbers, Firm.ANYWHERE),
    _form(rf"{_WEEKDAY_BEFORE}(?P<day>\d{{1,2}})/(?P<month>\d{{1,2}})", read_day_stroke_month),
    _form(
        rf"(?P<weekday>{WEEKDAY}){STOP},? (?:the )?(?P<day>\d{{1,2}})(?P<ordinal>st|nd|rd|th)?(?: of (?P<which>this|next|the) month)?",
        read_nth,
    ),
    _form(
        rf"(?:(?P<day>\d{{1,2}})(?P<ordinal>st|nd|rd|th)|(?P<in_words>{words_of(*DAY_WORDS)})(?= of ))"
        r"(?: of (?P<which>this|next|the) month)?",
        read_nth,
        Firm.NEVER,
    ),
    _form(
        rf"(?P<nth>{_NTH}) (?P<named>{WEEKDAY}){STOP} (?:in|of) (?:(?P<which>the|this|next) month|(?P<month>{MONTH}){YEAR})",
        read_nth_weekday,
        Firm.ANYWHERE,
    ),
    _form(
        rf"(?:in (?:the )?|at the )?(?P<part>{words_of(*PARTS)})[ -](?P<of>of |in )?(?P<month>{MONTH}){FULL_YEAR}{STOP}",
        read_part_of_month,
        Firm.ANYWHERE,
    ),
    _form(
        rf"(?P<within>(?:some ?time )?in |during )?(?P<which>this |next )?(?P<month_only>{MONTH}){FULL_YEAR}{STOP}(?! \d)",
        read_month_alone,
        Firm.ANYWHERE,
    ),
    _form(
        r"(?:at the )?(?:end|last day) of (?:(?P<which>the|this|next) )?(?P<period>week|month|year)|month[ -]end|EOM", read_end_of_period
    ),
    _form(r"(?P<which>this|next) (?P<period>week|month)|(?P<period_after>week|month) after next", read_period),
    _form(
        r"(?P<words>(?P<part>early(?: on)?|mid|middle of|late|later(?: on)?)[ -](?P<which>this|next) week)",
        read_part_of_week,
        Firm.ANYWHERE,
        taken_as,
    ),
    _form(
        rf"(?P<named>{WEEKDAY}){STOP},? (?:of |in )?(?P<which>this|next) week|"
        rf"(?P<which_first>this|next) week,?(?: on)? (?P<named_last>{WEEKDAY})",
        read_weekday_in_week,
        Firm.ANYWHERE,
    ),
    _form(rf"(?P<from_day>{WEEKDAY}|today|tomorrow) (?P<unit>week|fortnight)", read_weeks_after, Firm.ANYWHERE),
    _form(
        rf"{COUNT} (?P<unit>week|fortnight)s?(?: on| from| come|,)? (?P<from_day>{WEEKDAY}|today|tomorrow|now)",
        read_weeks_after,
        Firm.ANYWHERE,
    ),
    _form(rf"(?:with)?in (?:the next |about |around )?{COUNT} {_UNIT}(?:['’]?s?['’]? time)?", read_after_a_while, Firm.ANYWHERE),
    _form(rf"{COUNT} {_UNIT} (?:from (?:now|today)|today)", read_after_a_while, Firm.ANYWHERE),
    _form(rf"{THIS_TIME}next (?P<unit>week|month|year)", read_after_a_while, Firm.ANYWHERE),
    _form(rf"(?:{THIS_TIME})?(?P<word>(?:day after )?tomorrow)", read_today_or_so, Firm.ANYWHERE),
    _form(r"(?P<word>today|tonight|this (?:morning|afternoon|evening))", read_today_or_so),
    _form(rf"(?P<at>at )?(?P<words>{_NAMES})(?P<instead> bank holiday)?{FULL_YEAR}", read_named, remark=taken_as_sunday),
    _form(rf"bank holiday (?P<named>{WEEKDAY})|next bank holiday", read_bank_holiday),
    _form(rf"(?P<which>next |this coming |this |coming )?(?P<weekday>{WEEKDAY}){STOP}", read_weekday),
)
