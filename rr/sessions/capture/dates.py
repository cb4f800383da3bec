"""Where a line names a day to do something by (design 4, 'A captured line'): its dates in words, and which of them counts.

`date_forms` says what a date is. Here is what its surroundings make of it: a day that something comes from, one that is part of a name
or of a range, or one of which a scrap would be left behind, is not taken.
"""

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum, auto
from itertools import pairwise

from rr.sessions.capture.date_forms import FORMS, DateForm, Firm
from rr.sessions.capture.date_readers import prep_of
from rr.sessions.capture.date_words import CLEAN_END, DEADLINES, FESTIVE, LOOKS, NOT_BARE, NOT_DUE, PAST, SCRAP, STATES, UNITS, misspelt
from rr.sessions.capture.days_to_come import CannotBe

LONGEST = 1000  # characters in which a date is looked for: what is longer is no line
WORDS_BEFORE = 40  # characters that are looked at before a date
IS_DEADLINE = re.compile("|".join(DEADLINES))
LEADS_TO_NAME = frozenset({"on", "by", "before", "until", "for"})
NEGATION = re.compile(r"\b(?:not|never|cannot|no one|nobody|\w+n['’]t)\b", re.IGNORECASE)
NOT_WITH = frozenset({"before", "until", "till", "til"})  # "don't open before Friday" is no deadline
JOINED = re.compile(r" ?(?:to|and|or|&|-|–|—|/|\(|,|, and|, or|through|until|till)? ?", re.IGNORECASE)
APART = re.compile(r",? ?(?:and|but|then)? ?", re.IGNORECASE)


class Use(Enum):
    """A day to do something by; a day that is spoken of; words that name no day by themselves, but are not to be taken apart."""

    DUE = auto()
    MENTIONED = auto()
    NONE = auto()


@dataclass(frozen=True)
class SpokenDate:
    """Where in the text a date stands, its preposition included.

    `due` is the day that the words name, None if they name none; only with `is_due` is it a day to do something by. `problem`: why it
    can't be a date, or what was assumed.
    """

    start: int
    end: int
    due: date | None = None
    is_due: bool = False
    is_deadline: bool = False
    is_before: bool = False
    has_prep: bool = False
    problem: str = ""


def find(text: str, today: date, names: AbstractSet[str] = frozenset()) -> list[SpokenDate]:
    """Every date in the text, in order. `names`: first names (small letters) that win over a month: "by June" may be June's work."""
    found = sorted(_all(text, today, names), key=lambda spoken: (spoken.start, -spoken.end))
    kept: list[SpokenDate] = []
    for spoken in found:
        if not kept or spoken.start >= kept[-1].end:
            kept.append(spoken)
    joined = {place + step for place, two in enumerate(pairwise(kept)) if _is_joined(text, *two) for step in (0, 1)}
    return [replace(spoken, is_due=False) if place in joined else spoken for place, spoken in enumerate(kept)]


def best(dates: list[SpokenDate]) -> SpokenDate | None:
    """The date to go by: the last that a "by" or "before" makes a deadline, else the last. None if that can't be a date."""
    usable = [spoken for spoken in dates if spoken.is_due]
    deadlines = [spoken for spoken in dates if spoken.is_deadline and (spoken.is_due or spoken.problem)]
    chosen = next(reversed(deadlines or usable), None)
    return chosen if chosen and chosen.is_due else None


def looks_like_date(text: str) -> str:
    """The first words that a person may have meant as a date, whether or not they can be read as one; "" if there are none."""
    match = LOOKS.search(text[:LONGEST])
    return match[0].strip() if match else misspelt(text[:LONGEST])


def _all(text: str, today: date, names: AbstractSet[str]) -> Iterator[SpokenDate]:
    for form in FORMS:
        for match in form.pattern.finditer(text):
            if not _is_name(match, names):
                spoken = _read(form, match, today)
                if spoken is not None:
                    yield spoken


def _read(form: DateForm, match: re.Match[str], today: date) -> SpokenDate | None:
    prep = prep_of(match)
    spoken = SpokenDate(
        *match.span(),
        is_deadline=bool(IS_DEADLINE.fullmatch(prep)),
        is_before=prep.endswith("before"),
        has_prep=bool(prep),
    )
    if form.firm is Firm.NEVER and prep in ("", "for"):
        return None
    use = _use(form, match)
    try:
        due = form.read(match, today)
    except CannotBe as problem:
        return spoken if use is Use.NONE else replace(spoken, problem=str(problem))
    except (ValueError, OverflowError):
        return spoken if use is Use.NONE else replace(spoken, problem=f"“{match[0]}” is not a date we can keep.")
    if due is None or use is Use.NONE:
        return None if due is None else spoken
    return replace(spoken, due=due, is_due=use is Use.DUE, problem=form.remark(match, due))


def _use(form: DateForm, match: re.Match[str]) -> Use:
    """What the words around a date make of it."""
    prep = prep_of(match)
    clause = (max(match.start() - WORDS_BEFORE, 0), match.start())
    before = match.string[slice(*clause)].replace("(", " ").split()
    last = before[-1].lower() if before else ""
    is_bare = prep in ("", "for")
    if (
        last in NOT_DUE
        or (last in UNITS and not prep.startswith(("by", "due", "no", "deadline")))
        or (not prep and (last in NOT_BARE or _is_festive(match, before)))
        or SCRAP.match(match.string, match.end())
    ):
        return Use.NONE
    lies_back = (is_bare or prep == "on") and PAST.search(match.string, *clause)
    is_denied = prep in NOT_WITH and (NEGATION.search(match.string, *clause) or (prep != "before" and last in STATES))
    needs_end = form.firm is Firm.AT_END and (match["the"] or (is_bare and not match.groupdict().get("which")))
    if lies_back or is_denied or (needs_end and not CLEAN_END.match(match.string, match.end())):
        return Use.MENTIONED
    return Use.DUE


def _is_festive(match: re.Match[str], before: list[str]) -> bool:
    """A day of the week that is the end of a name: "Palm Sunday", "on Carnival Saturday"."""
    if not match.groupdict().get("weekday") or match.groupdict().get("day"):
        return False
    *_, leading, name = ["", "", *before]
    return name.lower() in FESTIVE or (name.istitle() and leading.lower() in LEADS_TO_NAME)


def _is_name(match: re.Match[str], names: AbstractSet[str]) -> bool:
    parts = match.groupdict()
    return bool(parts.get("month_only")) and not parts.get("year") and parts["month_only"].lower() in names


def _is_joined(text: str, first: SpokenDate, second: SpokenDate) -> bool:
    """Two dates that are one stretch of time, a choice, or one date in a form that isn't known: neither can be taken alone."""
    between = text[first.end : second.start]
    if second.is_deadline and not second.is_before:
        return False
    if second.has_prep and "," in between and APART.fullmatch(between):
        return False
    return bool(JOINED.fullmatch(between))
