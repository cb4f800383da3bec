"""Undoes what programs did to people's words on the way: entities, text that was decoded wrongly, a spreadsheet's guards.

Mended is only what is certain. What looks damaged and can't be mended stays as it is, and is said.
"""

import re
from dataclasses import dataclass
from html import unescape

from ftfy import TextFixerConfig, fix_encoding
from ftfy.badness import is_bad

TIMES = 3  # that a text may have been escaped: "&amp;#039;" is twice

_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_GUARD = re.compile(r'="((?:[^"]|"")*)"', re.DOTALL)
_GUARD_OPEN = re.compile(r'="([^"]*)')
_ENCODING_ONLY = TextFixerConfig(
    unescape_html=False,
    remove_terminal_escapes=False,
    fix_latin_ligatures=False,
    fix_character_width=False,
    uncurl_quotes=False,
    fix_line_breaks=False,
    fix_surrogates=False,
    remove_control_chars=False,
    normalization=None,
    replace_lossy_sequences=False,
    fix_c1_controls=False,
)
# A letter decoded wrongly leaves at least two odd characters side by side, or one beside the space that a third became.
_LOST = re.compile(r"[\x80-\x9f\ufffd]")
_APOSTROPHE_LOST = re.compile(r"(?<=[A-Za-z])\?(?:s|t|re|ve|ll|d|m)\b|\b[OD]\?(?=[A-Z][a-z])")  # by a program that knows ASCII alone
_MAYBE_WRONG = re.compile(r"[^\x00-\x7f]{2}|[ÂÃâ√] |[\x80-\x9f\ufffd]")
_LATIN = str.maketrans({code: bytes([code]).decode("cp1252") for code in (0x80, 0x85, *range(0x91, 0x98))})  # quotes, dashes, €


@dataclass(frozen=True)
class Mended:
    """A text as people wrote it. `decoded_wrongly`: it had been, and was put right. `is_damaged`: letters are lost or wrong in it."""

    text: str
    decoded_wrongly: bool = False
    is_damaged: bool = False


def mend(words: str) -> Mended:
    """A cell's words without guards and entities, and decoded rightly where that is certain. Plain words come back as they are."""
    if words.startswith('="'):
        words = _unguarded(words)
    if "&" in words:
        words = _without_entities(words)
    if words.isascii():
        return Mended(words, is_damaged=bool(_APOSTROPHE_LOST.search(words)))
    if not _MAYBE_WRONG.search(words):
        return Mended(words)
    fixed = fix_encoding(words, _ENCODING_ONLY).translate(_LATIN)
    only_exchanged = len(fixed) == len(words) and _LOST.search(words.translate(_LATIN))  # one lost letter for another: a guess
    if fixed != words and not only_exchanged and not is_bad(fixed) and not _LOST.search(fixed):
        return Mended(fixed, decoded_wrongly=True)
    return Mended(words, is_damaged=bool(_LOST.search(words)) or is_bad(words))


def _unguarded(words: str) -> str:
    """The text of ="…", by which programs keep a spreadsheet from reading a text as a number."""
    found = _GUARD.fullmatch(words.strip()) or _GUARD_OPEN.fullmatch(words.strip())
    return found[1].replace('""', '"') if found else words


def _without_entities(words: str) -> str:
    for _ in range(TIMES):
        decoded = _ENTITY.sub(lambda found: unescape(found[0]), words)
        if decoded == words:
            break
        words = decoded
    return words
