"""Who leads an action: the name after an "@", and whether it is one that the partnership knows."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

ALIKE = {"_": " ", "-": " ", **dict.fromkeys("’‘ʼ`´", "'")}
WORD = re.compile(r"[^\s,;:]+")
ENDS = ".,;:!?…)]\"'”’"
ROOM = 60  # characters beyond the longest known name: titles and what ends a word
_TITLE_WORDS = (
    "mr mrs ms miss mx dr doctor prof professor rev revd reverend cllr councillor sir dame lord lady fr father sister brother canon pastor "
    "imam rabbi ven hon bishop archdeacon deacon dcn vicar mayor alderman ald nurse pc pcso dc ds "
    "sgt sergeant insp inspector capt captain maj major col colonel lt"
)
TITLES = re.compile(rf"(?:(?:the )?(?:rt\.? hon|(?:rt|most|very)\.? rev(?:d|erend)?|{'|'.join(_TITLE_WORDS.split())})\.? )+")
# Who may be called by these alone: "@vicar ring the hall".
OFFICES = frozenset(
    {"canon", "pastor", "imam", "rabbi", "bishop", "archdeacon", "deacon", "vicar", "mayor", "nurse", "sergeant", "captain", "inspector"}
)
PARTICLES = re.compile(r"(?:(?:van|von|de|der|den|dos|da|di|del|della|la|le|al|el|bin|ibn|ap|mac|mc|st\.?|ten|ter) )+")
_SMALL_WORDS = "to will would can could should may must and or is has for with by on in at the a an about before next this"
NO_NAMES = frozenset(_SMALL_WORDS.split())


@dataclass(frozen=True)
class KnownContact:
    """Somebody of the partnership. `role` in words or as stored: "vice_chair" is found by "@vice chair"."""

    id: int
    name: str
    role: str = ""


class Leads:
    """The people whom a partnership knows, by what a line may call them: full name, role, first name, surname."""

    def __init__(self, contacts: Sequence[KnownContact]) -> None:
        self._known = [(contact.id, without_titles(normalised(contact.name)), normalised(contact.role)) for contact in contacts]
        self._first = [(contact.id, first_name(contact.name)) for contact in contacts]
        phrases = {phrase for _, name, role in self._known for phrase in (name, role, *_surnames(name)) if phrase}
        self._phrases = sorted(phrases, key=lambda phrase: (-len(phrase), phrase))
        self._room = ROOM + max(map(len, self._phrases), default=0)

    @property
    def first_names(self) -> frozenset[str]:
        return frozenset(first for _, first in self._first)

    def read(self, rest: str) -> str:
        """The lead at the start of what follows an "@", as it is written; "" if there is none. A title belongs to its name."""
        rest = rest[: self._room]
        flat = _lettered(rest)
        title = TITLES.match(flat)
        if title and (name := self._after_title(rest, flat, title.end())):
            return rest[: title.end() + len(name)]
        known = next((phrase for phrase in self._phrases if " " in phrase and _starts(flat, phrase)), "")
        return rest[: len(known)] or _word(rest)

    def _after_title(self, rest: str, flat: str, start: int) -> str:
        known = next((phrase for phrase in self._phrases if _starts(flat[start:], phrase)), "")
        if known:
            return rest[start : start + len(known)]
        particles = PARTICLES.match(flat, start)
        word_at = particles.end() if particles else start
        word = _word(rest[word_at:])
        is_in_small_letters = rest[:1].islower() and flat[:start].strip(" .") not in OFFICES and word.lower() not in NO_NAMES
        is_name = word[:1].isupper() or is_in_small_letters
        return rest[start : word_at + len(word)] if word and is_name else ""

    def matching(self, words: str) -> list[int]:
        """The contacts of this full name, else of this role, first name or surname; after a title the surname comes first."""
        typed = normalised(words)
        wanted = without_titles(typed)
        full = [number for number, name, _ in self._known if name == wanted]
        role = [number for number, _, role in self._known if role == typed]
        first = [number for number, first in self._first if first == wanted]
        surname = [number for number, name, _ in self._known if name.endswith(f" {wanted}")]
        ways = (full, role, first, surname) if wanted == typed else (full, surname, first)
        return next((ids for ids in ways if ids), [])


def _surnames(name: str) -> tuple[str, ...]:
    """What may follow a title: the last word, and with the small words that belong to it ("van Dijk")."""
    words = name.split()
    return tuple(" ".join(words[place:]) for place in range(1, len(words)))


def _starts(flat: str, phrase: str) -> bool:
    return flat.startswith(phrase) and not flat[len(phrase) : len(phrase) + 1].isalnum()


def _word(rest: str) -> str:
    token = WORD.match(rest)
    word = token[0].rstrip(ENDS) if token else ""
    return word if word[:1].isalpha() and "@" not in word else ""


def first_name(name: str) -> str:
    """The first word after the titles: "Anne-Marie" is one."""
    words = [word for word in name.split() if not TITLES.fullmatch(f"{normalised(word)} ")]
    return normalised(words[0]) if words else ""


def without_titles(name: str) -> str:
    """A normalised name less the titles before it; a title alone stays."""
    title = TITLES.match(name)
    return name[title.end() :] if title and name[title.end() :] else name


def normalised(words: str) -> str:
    return " ".join(_lettered(unicodedata.normalize("NFC", words)).split())


def _lettered(words: str) -> str:
    """Letter by letter, so that places stay: no case, accents or hyphens, and a plain apostrophe for each kind that keyboards make."""
    return "".join(map(_letter, words))


def _letter(letter: str) -> str:
    if letter in ALIKE:
        return ALIKE[letter]
    bare = unicodedata.normalize("NFD", letter)[0].casefold()
    return bare if len(bare) == 1 else letter
