"""People's words on screen: exactly as they were written, never run as Markdown."""

import re

import streamlit as st

_MARKS = re.compile(r"([\\`*_{}\[\]()#+\-.!|>~$<&^=])")
# What is looked for in the finished text, where a backslash no longer helps: directives, shortcodes and addresses (":red[", ":smile:",
# "https://", "www.", "ada@example.org"), arrows and dashes ("->", "--", ">="). A word joiner, which nobody sees, keeps them apart.
_APART = re.compile(r":(?=[A-Za-z:+_/-]|\d[\w+-]*:)|www(?=\.)|@|[<>~-](?=[-=>])", re.IGNORECASE)
_LEADING = re.compile(r"^[^\S\n]+", re.MULTILINE)  # four spaces would make code of a line, and a browser shows none of them


def plain(text: str) -> str:
    """A text that may stand inside Markdown and shows as it was typed: no image, link, colour or formula comes of it."""
    apart = _APART.sub("\\g<0>\u2060", _LEADING.sub("", text))
    return _MARKS.sub(r"\\\1", apart).replace("\n", "  \n")


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
