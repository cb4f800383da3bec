"""People's words on screen: exactly as they were written, never run as Markdown."""

import re

import streamlit as st

_MARKS = re.compile(r"([\\`*_{}\[\]()#+\-.!|>~$<&^=])")
_DIRECTIVE = re.compile(r":(?=[A-Za-z+_/-])")


def plain(text: str) -> str:
    """A text that may stand inside Markdown and shows as it was typed: no image, link, colour or formula comes of it."""
    safe = _MARKS.sub(r"\\\1", text)
    return _DIRECTIVE.sub(":\u2060", safe).replace("\n", "  \n")  # a word joiner keeps ":red" and ":smile:" from being read


EMPTY = "They left this empty."


def quoted(text: str, *, long: int = 0) -> str:
    """Somebody's words in quotation marks, as plain text. `long` cuts them to that many characters, at a word's end."""
    shown = " ".join(text.split()) if long else text.strip()
    if long and len(shown) > long:
        shown = shown[:long].rsplit(" ", 1)[0] + "…"
    return f"“{shown}”" if shown else EMPTY


def quote(text: str, *, long: int = 0) -> None:
    """Draw somebody's words as a quotation, in the page's own ink; cut as `quoted` does."""
    st.markdown(plain(quoted(text, long=long)) if text.strip() else f"*{EMPTY}*")
