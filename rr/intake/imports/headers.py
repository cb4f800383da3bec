"""A header's words, as they are compared: without what a form, a spreadsheet program or a person puts around them."""

import re
from html import unescape

_AROUND = ("required", "optional")  # marks that a form puts behind its question
_NUMBERED = re.compile(r"(?:q|question)?\s*\d{1,3}\s*(?:[.):]\s*|\s)(?=\D)", re.IGNORECASE)
_BRACKETED = re.compile(r"^(?P<base>.*?)\s*\((?P<inside>.*)\)\W*$", re.DOTALL)

ENTRY_ID, ENTRY_DATE = "entry id", "entry date"


def plain_header(text: str) -> str:
    """A header without case, punctuation, curly quotes or a mark that the question had to be answered."""
    words = re.findall(r"[^\W_]+", unescape(text).casefold().replace("’", "").replace("'", ""))
    return " ".join(words[:-1] if words[-1:] and words[-1] in _AROUND else words)


def spellings(header: str) -> tuple[str, ...]:
    """The plain forms of a header, likeliest first: as it is, without a number before it, its first line, without a hint in brackets."""
    whole = unescape(header).strip()
    first_line = whole.splitlines()[0] if whole else ""
    written = [whole, _NUMBERED.sub("", whole, count=1) if _NUMBERED.match(whole) else whole, first_line]
    written += [_NUMBERED.sub("", first_line, count=1) if _NUMBERED.match(first_line) else first_line]
    return tuple(dict.fromkeys(plain for one in written if (plain := plain_header(one))))


def in_brackets(header: str) -> tuple[str, str] | None:
    """What stands before a header's brackets and in them: ("Your name", "First"), ("Focus", "Community places or hubs")."""
    found = _BRACKETED.match(unescape(header).strip())
    return (found["base"], found["inside"].strip()) if found else None


class Names:
    """Tells the columns of a file apart that bear the same header: the second "Email" is "Email (2)"."""

    def __init__(self) -> None:
        self._next: dict[str, int] = {}
        self._given: set[str] = set()

    def own(self, header: str) -> str:
        """The header, with a number behind it if it was given before. As quick for a thousand of the same name as for two."""
        name, again = header, self._next.get(header, 1)
        while name in self._given:
            again += 1
            name = f"{header} ({again})"
        self._next[header] = again
        self._given.add(name)
        return name


def as_written(header: str) -> str:
    """A header without the number that tells it from others of the same name."""
    return re.sub(r" \(\d+\)$", "", header)
