"""The text of a file's bytes. Where nothing in the file names its encoding, the letters tell: those of British names and words."""

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from charset_normalizer import from_bytes

from rr.errors import Refused

SAVE_AGAIN = "Open the file in the program that made it and save it as “CSV UTF-8”, then import that."
NAMES = {"cp1252": "Windows", "mac_roman": "Mac", "cp850": "DOS"}  # the likeliest first
LIKELIER = {"cp1252": 0.4}  # what Excel writes in Britain, unless the letters speak for another
ENOUGH = 0.4  # by how much the best reading must be likelier than the next, for each odd byte, before it is believed
LOOKED_AT = 200_000  # bytes of the lines that aren't ASCII

# How often British text has a letter beyond ASCII inside a word: é in café and Zoë's ë far before æ.
_LETTERS = {
    **dict.fromkeys("éëèöüáíóñç", 1.0),
    **dict.fromkeys("ïêàâäôûúøåßìòù", 0.7),
    **dict.fromkeys("îãõæœÿýšž", 0.3),
}
_SIGNS = {**dict.fromkeys("–—…•°½¼¾·", 0.6), **dict.fromkeys("®©™×\u00a0", 0.3)}
_UTF8 = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_ODD = re.compile(r"(?s)(.?)([^\x00-\x7f])(?=(.?))")


@dataclass(frozen=True)
class Decoded:
    """A file's text, and what there is to say about how it was read."""

    text: str
    problem: str = ""


def decode(data: bytes) -> Decoded:
    """The text of a file. Refused when it is damaged, or when nothing tells in which encoding it is."""
    try:
        for mark, name in (
            (b"\xff\xfe\x00\x00", "utf-32"),
            (b"\x00\x00\xfe\xff", "utf-32"),
            (b"\xff\xfe", "utf-16"),
            (b"\xfe\xff", "utf-16"),
        ):
            if data.startswith(mark):
                return Decoded(data.decode(name))
        for name, first in (("utf-16-le", 1), ("utf-16-be", 0)):  # without its mark: every other byte of English headers is zero
            if data[first:60:2].count(0) > max(3, len(data[first:60:2]) // 2):
                return Decoded(data.decode(name))
    except UnicodeDecodeError as error:
        raise Refused("The file is damaged: its text can't be read", SAVE_AGAIN) from error
    try:
        return Decoded(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return _guessed(data)


def _guessed(data: bytes) -> Decoded:
    """The likeliest of the three encodings that old programs write. Bytes that are UTF-8 by themselves tell nothing, and are left out."""
    odd = b"\n".join(line for line in _UTF8.sub(b"", data).splitlines() if not line.isascii())[:LOOKED_AT]
    scores = {name: likelihood(odd.decode(name, errors="replace")) + LIKELIER.get(name, 0) for name in NAMES}
    seen = max(1, sum(byte > 0x7F for byte in odd))
    if _lead(scores) < ENOUGH * min(seen, 3):
        named = _by_statistics(odd)
        if named:
            scores[named] += 0.2
    best = max(scores, key=lambda name: scores[name])
    if _lead(scores) <= 0.25 or scores[best] <= 0:
        raise Refused("Nothing tells in which encoding this file was saved, so its accents and quotation marks can't be read", SAVE_AGAIN)
    text = data.decode(best, errors="replace")
    return Decoded(text, f"The file isn't in UTF-8, so it was read as {NAMES[best]} text. Check names with accents.")


def _lead(scores: dict[str, float]) -> float:
    first, second, *_ = sorted(scores.values(), reverse=True)
    return first - second


def likelihood(text: str) -> float:
    """How much a text looks like English with British names in it, by what stands beside each letter beyond ASCII. 0 is no evidence."""
    around = Counter(_ODD.findall(text))
    letters = sum(_fits(before, odd, after) * min(times, 3) for (before, odd, after), times in around.items())
    words = {word.lower() for word in re.findall(r"[^\W\d_]+", text) if not word.isascii()}
    return letters + 2 * len(words & _accented_words())


@cache
def _accented_words() -> frozenset[str]:
    """Words and names that British sign-ups do hold: one of them weighs more than any letter alone."""
    return frozenset(Path(__file__).with_name("accented_words.txt").read_text(encoding="utf-8").split())


def _fits(before: str, odd: str, after: str) -> float:
    if odd == "’":
        return 1.0 if before.isalpha() else -0.5
    if odd in "“‘":
        return 1.0 if not before.strip() or before in "(,;\"'" else -1.0
    if odd == "”":
        return 1.0 if not before.isspace() and not after.isalnum() else -1.0
    if odd in "£€":
        return 1.5 if after.isdigit() else -0.2
    if odd.isalpha():
        return _letter_fits(before, odd, after)
    return -1.0 if before.isalpha() and after.isalpha() else _SIGNS.get(odd, -1.0)


def _letter_fits(before: str, odd: str, after: str) -> float:
    known = _LETTERS.get(odd.lower(), -0.8)
    if odd.isupper() and (before.islower() or (before.isupper() and after.islower()) or not (before.isalpha() or after.isalpha())):
        return -1.5  # cafÉ, HÅkon
    if odd.islower() and before.isupper() and after.isupper():
        return -1.0
    if odd.islower() and not before.isalpha():
        return min(known, 0.4) if after.isalpha() else min(known, 0.1)
    return known


def _by_statistics(odd: bytes) -> str | None:
    """What charset-normalizer takes the lines for, if that is one of the three."""
    found = from_bytes(odd[:20_000], cp_isolation=list(NAMES)).best()
    return found.encoding if found and found.encoding in NAMES else None
