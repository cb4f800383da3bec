"""Consent and ticks, as an export has them."""

import re

from rr.intake import cleaning
from rr.intake.cleaning import Understood
from rr.intake.imports.headers import plain_header

# What forms themselves write where a box was ticked. A mark that somebody made in a spreadsheet isn't among them.
_FORMS_OWN = {"checked", "yes", "i agree", "i consent", "yes i agree", "yes i consent"}
_SENTENCE = re.compile(
    r"(yes )?(i (agree|consent|am happy) (to|that|with) (?!nothing)\w+|you (may|can) contact me)"
)  # a box's own, in full
_RESERVED = {"not", "only", "but", "unless", "except", "dont", "never", "if", "until"}
_NOT_GIVEN = {"", "not checked", "unchecked", "unselected", "no", "n", "false", "0", "off", "none", "i do not agree", "i dont agree"}
_TICKS = {"checked", "yes", "y", "true", "1", "on", "ticked", "selected", "x"}
_TICK_SIGNS = re.compile(r"[✓✔☑✅🗸🗹√]\ufe0f?")


def consent(words: str, header: str, label: str) -> Understood[bool]:
    """Whether consent was given: only what the form itself writes counts, such as “Checked”, its own sentence, or Yes to its question.

    A tick, an x or “Accepted” that somebody put into a spreadsheet is no consent, and the remark says that somebody should ask.
    """
    said = plain_header(words)
    is_sentence = bool(_SENTENCE.match(said)) and not _RESERVED & set(said.split())
    if said in _FORMS_OWN or is_sentence or (said and said in (plain_header(label), plain_header(header))):
        return Understood(True)
    if not words.strip() or (said and said in _NOT_GIVEN):
        return Understood(False)
    return Understood(
        False,
        f"{cleaning.quoted(words)} isn't what the form writes for a ticked box, so it counts as no consent. Somebody should ask them.",
    )


def is_ticked(words: str) -> bool | None:
    """Whether a box of a list of choices was ticked; None for other words."""
    if _TICK_SIGNS.fullmatch(words.strip()):
        return True
    said = plain_header(words)
    return True if said in _TICKS else False if said in _NOT_GIVEN and said != "none" else None
