"""Which partnership a typed name means (design 4, 'Matching'; domain 2, design notes).

A name is certain only if, normalised, it equals a name, public name or alias of exactly one area. Likeness only suggests:
"Whitley" and "Whitley Bay" are two areas.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from rr.base import fold

SUGGESTIONS = 3
SLIP = 0.7
SHORTEST_ALIKE, SHORTEST_SLIP = 3, 4  # letters of a typed word that may be misspelt: in an area's name, in a person's

BRACKET = re.compile(r"\s*\(([^()]*)\)\s*")
DASH = re.compile(r"\s+[-–—]\s+")
APOSTROPHE = re.compile(r"['’‘ʼ`´]")
BIG_LOCAL = re.compile(r"\bbig local\b")


@dataclass(frozen=True)
class Area:
    """One partnership as matching sees it. `public_name` may be empty; `aliases` are the derived ones and those that people chose."""

    id: int
    name: str
    public_name: str = ""
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Suggestion:
    area_id: int
    score: float


@dataclass(frozen=True)
class Match:
    """`area_id` is set only when certain; then there are no suggestions. Suggestions come best first, `score` up to 100."""

    area_id: int | None
    certain: bool
    suggestions: tuple[Suggestion, ...] = ()


def normalise(name: str) -> str:
    """A name without what people write differently: case, accents, "&", punctuation, brackets' marks, "Big Local", spaces."""
    plain = APOSTROPHE.sub("", fold(name)).replace("&", " and ")
    words = " ".join(re.findall(r"[^\W_]+", plain))
    return " ".join(BIG_LOCAL.sub(" ", words).split())


def derived_aliases(name: str) -> tuple[str, ...]:
    """Other names that a written name holds, to be kept as aliases when the reference list is loaded.

    "Bountagu (Bounces-Montagu)" holds "Bountagu" and "Bounces-Montagu"; "CELL - Lynemouth, Cresswell" holds what stands on
    either side of the dash. A part of a list of places ("Hanwell, Copley Close") is not a name: Ramsgate is more than Newington.
    """
    parts = [BRACKET.sub(" ", name), *BRACKET.findall(name)] if BRACKET.search(name) else DASH.split(name, maxsplit=1)
    found = {normalise(part): part.strip() for part in parts if normalise(part) not in ("", normalise(name))}
    return tuple(found.values())


def match(text: str, areas: Iterable[Area]) -> Match:
    """The one area that the text names for certain, or the three that are most like it, likest first."""
    areas = tuple(areas)
    wanted = normalise(text)
    if not wanted:
        return Match(None, certain=False)
    known = certain(text, areas)
    if known is not None:
        return Match(known, certain=True)
    return Match(None, certain=False, suggestions=_suggestions(wanted, areas))


def certain(text: str, areas: Iterable[Area]) -> int | None:
    """The one area that the text names for certain. For a file of thousands: unlike `match` it looks for no suggestions."""
    known = _index(tuple(areas)).get(normalise(text), frozenset())
    return next(iter(known)) if len(known) == 1 else None


def search(text: str, areas: Iterable[Area], limit: int = 8) -> tuple[Area, ...]:
    """For a search box: names that begin with the text, then those with words that do, then those that hold it.

    Only when there is none of these, names that the text may mean with typing slips, likest first. Nothing for an empty text.
    """
    wanted = normalise(text)
    if not wanted:
        return ()
    areas = tuple(areas)
    ranked = _ranked(areas, partial(_written_rank, wanted)) or _ranked(areas, partial(_slip_rank, wanted))
    return tuple(ranked[:limit])


@lru_cache(maxsize=1024)
def _forms(area: Area) -> tuple[str, ...]:
    """Every normalised name of an area, its written name first."""
    forms = (normalise(name) for name in (area.name, area.public_name, *area.aliases))
    return tuple(dict.fromkeys(form for form in forms if form))


@lru_cache(maxsize=2)
def _index(areas: tuple[Area, ...]) -> dict[str, frozenset[int]]:
    ids: dict[str, set[int]] = defaultdict(set)
    for area in areas:
        for form in _forms(area):
            ids[form].add(area.id)
    return {form: frozenset(found) for form, found in ids.items()}


def _suggestions(wanted: str, areas: tuple[Area, ...]) -> tuple[Suggestion, ...]:
    scored = [(max((_likeness(wanted, form) for form in _forms(area)), default=0.0), area) for area in areas]
    scored.sort(key=lambda pair: (-pair[0], pair[1].name, pair[1].id))
    return tuple(Suggestion(area.id, score) for score, area in scored[:SUGGESTIONS])


def _likeness(wanted: str, form: str) -> float:
    """Up to 100. Words in another order count almost fully; having only some of the words in common counts less."""
    whole = max(fuzz.ratio(wanted, form), 0.95 * fuzz.token_sort_ratio(wanted, form))
    return round(max(whole, 0.8 * fuzz.token_set_ratio(wanted, form)), 1)


def _ranked(areas: tuple[Area, ...], rank: Callable[[str], float | None]) -> list[Area]:
    """The areas that have a rank, smallest first; an area's rank is the best of its names."""
    found = []
    for area in areas:
        ranks = [place for form in _forms(area) if (place := rank(form)) is not None]
        if ranks:
            found.append((min(ranks), area.name, area.id, area))
    return [area for *_, area in sorted(found, key=lambda row: row[:3])]


def _written_rank(wanted: str, form: str) -> int | None:
    if form == wanted:
        return 0
    if form.startswith(wanted):
        return 1
    if f" {wanted}" in form:
        return 2
    if all(any(word.startswith(part) for word in form.split()) for part in wanted.split()):
        return 3
    return 4 if wanted in form else None


def _slip_rank(wanted: str, form: str) -> float | None:
    likeness = [max(_slip(part, word) for word in form.split()) for part in wanted.split()]
    return -sum(likeness) / len(likeness) if min(likeness) >= SLIP else None


def alike(part: str, words: Sequence[str]) -> set[str]:
    """Those of the words that a typed word may mean as a part of an area's name: as likeness by `search` has it."""
    return _close(part, words, (None, len(part)), OSA.normalized_similarity, SLIP)


def one_slip(part: str, words: Sequence[str]) -> set[str]:
    """Those of the words that a typed word may mean as a part of a person's name.

    One letter is wrong, missing, too many or swapped, in all of a word or in its beginning.
    """
    return _close(part, words, (None, len(part) - 1, len(part), len(part) + 1), OSA.distance, 1)


def _close(part: str, words: Sequence[str], lengths: Iterable[int | None], measure: Callable[..., float], limit: float) -> set[str]:
    """The words of which the whole (None) or a beginning of one of the lengths is close enough. Thousands take milliseconds."""
    found: set[str] = set()
    for length in lengths:
        beginnings = [word[:length] for word in words]
        found.update(words[place] for _, _, place in process.extract_iter(part, beginnings, scorer=measure, score_cutoff=limit))
    return found


def _slip(part: str, word: str) -> float:
    """Likeness of a typed word to a word or to its beginning, 0 to 1. A swap of neighbouring letters counts as one slip."""
    return max(OSA.normalized_similarity(part, word), OSA.normalized_similarity(part, word[: len(part)]))
