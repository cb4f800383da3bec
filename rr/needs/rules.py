"""How far a support need has come (domain 6.1, 'support status')."""

import re
from collections.abc import Iterable, Mapping, Sequence

from rr.labels import Labelled

TELLING = 500  # characters of a need's words that tell its kind

# Words that say nothing about what somebody is good at
COMMON = frozenset(
    {"and", "for", "from", "how", "our", "own", "that", "the", "them", "who", "with", "what", "have", "they", "one", "other"}
    | {"community", "communitie", "local", "area", "organisation"}
)


class NeedStatus(Labelled):
    ASKED = "asked", "Not found yet", "hourglass_top", "orange"
    FOUND = "found", "Support found", "handshake", "green"
    NOT_AVAILABLE = "not_available", "Not available", "block", "gray"


def suggest_partner(kind_words: Iterable[str], label: str, partners: Iterable[tuple[int, str]]) -> int | None:
    """The partner whose own words share most with a kind of support, to be offered first; None if none shares any.

    `partners` are ids with what they support. Words of one or two letters don't count, and an ending "s" makes no difference.
    """
    wanted = _stems(" ".join((label, *kind_words)))
    scored = [(len(wanted & _stems(what)), -place, partner_id) for place, (partner_id, what) in enumerate(partners)]
    best = max(scored, default=(0, 0, None))
    return best[2] if best[0] else None


def _stems(words: str) -> set[str]:
    return {word.rstrip("s") for word in re.findall(r"\w{3,}", words.casefold())} - COMMON


def support_kind(words: str, support_words: Mapping[str, Sequence[str]]) -> str | None:
    """The kind whose keyword stands in the words, whole or in the plural; of several the longest keyword's, then the first's.

    Only the first `TELLING` characters are looked at.
    """
    text = words[:TELLING].casefold()
    hits = [
        (len(keyword), kind)
        for kind, keywords in support_words.items()
        for keyword in keywords
        if (known := keyword.strip().casefold()) and known in text and re.search(rf"(?<!\w){re.escape(known)}(?:s|es)?(?!\w)", text)
    ]
    return max(hits, key=lambda hit: hit[0])[1] if hits else None
