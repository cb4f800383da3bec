"""The filters of a list, in one row. They live in the address, so that a link brings them along and a reload keeps them.

    with bar("plans") as f:
        state = f.segments("state", "State", PlanState)
        silent = f.toggle("silent", "No recent update")
        with f.more():
            region = f.choice("region", "Region", regions, none="All regions")
            facilitator = f.person("facilitator", "Plan contact", names)
    found = lists.listed(db, PlanFilters(state, region, facilitator, silent), page=pager.current("plans_page"))

A filter's key is `<page>_<name>`, in the address and of its widget. Changing one goes back to the first page, `<page>_page`.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any, TypeVar

import streamlit as st

from rr.labels import Labelled
from rr.ui.kit import address, pager
from rr.ui.kit.segments import segments

T = TypeVar("T")
Words = Callable[[Any], str]
LONG = 50  # options: more than these don't travel with every run


def words_of(option: Any) -> str:
    """What a choice is called: a labelled one by its label."""
    return option.label if isinstance(option, Labelled) else str(option)


@contextmanager
def bar(page: str) -> Iterator["FilterBar"]:
    """A row for the filters of this page's list. Other things may stand in it too: `st.space("stretch")`, then the page's buttons."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        yield FilterBar(page)


class FilterBar:
    """Each method draws a filter and returns what it is set to, None (or False, or "") if it isn't set.

    What the address says and isn't among the options counts as not set.
    """

    def __init__(self, page: str) -> None:
        self._page = page
        self._set: list[str] = []
        self._waiting: list[tuple[str, Callable[[], None]]] | None = None  # inside `more`: what is drawn once that is open

    @property
    def narrowed(self) -> bool:
        """Whether any filter above is set: an empty list says another thing then."""
        return bool(self._set)

    @contextmanager
    def more(self, label: str = "More filters") -> Iterator[None]:
        """The filters inside are folded away behind a button that says how many are set; they are drawn only while it is open."""
        self._waiting = []
        yield
        inside, self._waiting = self._waiting, None
        number = sum(key in self._set for key, _draw in inside)
        _folded(f"{self._page}_more", f"{label} ({number} set)" if number else label, inside, icon="tune", stays=True)

    def segments(
        self, name: str, label: str, options: Iterable[T], *, words: Words = words_of, default: T | None = None, narrows: bool = True
    ) -> T | None:
        """A choice of a few, side by side. With a default one is always chosen; `narrows=False` for what switches between two lists."""
        offered = list(options)

        def draw(key: str, changed: Callable[[], None]) -> None:
            segments(label, offered, words, key=key, default=default, on_change=changed)

        return self._filter(name, draw, _one_of(offered, words), words, default, narrows=narrows)

    def choice(
        self, name: str, label: str, options: Iterable[T] | Mapping[T, str], *, words: Words = words_of, none: str = "All", width: int = 200
    ) -> T | None:
        """A choice of one; `none` says what is listed without it. A mapping gives the words for each value, and the address has the words.

        More than fifty options are folded away, and sent only while somebody chooses.
        """
        if isinstance(options, Mapping):
            words = options.__getitem__
        return self._choice(name, label, list(options), words, words, none, width)

    def person(self, name: str, label: str, people: Mapping[int, str], *, none: str = "Everybody", width: int = 200) -> int | None:
        """A choice of one person by the id of their account: names don't go into addresses. Namesakes are told apart by it too."""
        names = Counter(people.values())

        def words(account_id: int) -> str:  # Streamlit knows an option by its words alone
            return f"{people[account_id]} (account {account_id})" if names[people[account_id]] > 1 else people[account_id]

        return self._choice(name, label, list(people), words, str, none, width)

    def toggle(self, name: str, label: str) -> bool:
        """A switch."""
        return self._filter(
            name, lambda key, changed: st.toggle(label, key=key, on_change=changed), lambda text: text == "true", _true, False
        )

    def day(self, name: str, label: str, *, width: int = 160) -> date | None:
        """A day, or none."""
        room = self._room(width)

        def draw(key: str, changed: Callable[[], None]) -> None:
            st.date_input(label, value=None, format="DD/MM/YYYY", key=key, on_change=changed, width=room)

        return self._filter(name, draw, as_day, date.isoformat, None)

    def number(self, name: str, label: str, *, least: int, most: int, step: int = 1, none: str = "Any", width: int = 140) -> int | None:
        """A whole number between two, or none."""
        room = self._room(width)

        def draw(key: str, changed: Callable[[], None]) -> None:
            st.number_input(label, least, most, None, step, placeholder=none, key=key, on_change=changed, width=room)

        def read(text: str) -> int | None:
            return int(text) if text.isdecimal() and len(text) < 10 and least <= int(text) <= most else None

        return self._filter(name, draw, read, str, None)

    def search(self, name: str, label: str, *, hint: str = "", width: int = 260) -> str:
        """A search text: never a person's name, since it stands in the address."""
        room = self._room(width)

        def draw(key: str, changed: Callable[[], None]) -> None:
            st.text_input(label, key=key, type="search", placeholder=hint, on_change=changed, width=room, max_chars=100)

        return self._filter(name, draw, lambda text: text[:100], str, "")

    def _choice(self, name: str, label: str, options: list[Any], words: Words, written: Words, none: str, width: int) -> Any:
        room = self._room(width)

        def draw(key: str, changed: Callable[[], None]) -> None:
            offered = ["", *options]  # None would show as an empty box instead of the words for all
            st.selectbox(label, offered, format_func=lambda one: words(one) if one else none, key=key, on_change=changed, width=room)

        def draw_folded(key: str, changed: Callable[[], None]) -> None:
            chosen = read(address.read(key))
            _folded(f"{key}_open", f"{label}: {none if chosen is None else words(chosen)}", [(key, lambda: draw(key, changed))])

        read = _one_of(options, written)
        folded = len(options) > LONG and self._waiting is None  # inside `more` it is folded already
        return self._filter(name, draw_folded if folded else draw, read, written, None, empty="")

    def _room(self, width: int) -> Any:
        """How wide a filter is drawn: in the panel of `more`, as wide as that."""
        return width if self._waiting is None else "stretch"

    def _filter(
        self,
        name: str,
        draw: Callable[[str, Callable[[], None]], Any],
        read: Callable[[str], Any],
        written: Words,
        default: Any,
        *,
        empty: Any = None,
        narrows: bool = True,
    ) -> Any:
        """Read a filter from the address and draw it: at once, or when `more` is open. `empty`: what its widget holds for None."""
        key = f"{self._page}_{name}"
        text = address.read(key)
        found = read(text) if text else None
        value = default if found is None else found
        if narrows and value != default:
            self._set.append(key)

        def changed() -> None:
            now = st.session_state[key]
            address.write(key, "" if now in (None, empty, default) else written(now))
            pager.restart(f"{self._page}_page")

        def show() -> None:
            address.show(key, empty if value is None else value)
            draw(key, changed)

        if self._waiting is None:
            show()
        else:
            self._waiting.append((key, show))
        return value


def _folded(key: str, label: str, inside: list[tuple[str, Callable[[], None]]], *, icon: str = "", stays: bool = False) -> None:
    """A button that opens a panel, whose inside is drawn only while it is open. `stays`: it stays open when its label changes."""
    if stays and st.session_state.get(key):
        st.session_state[key] = True
    opened = st.popover(label, key=key, icon=f":material/{icon}:" if icon else None, on_change="rerun")
    if opened.open:
        with opened:
            for _key, draw in inside:
                draw()


def _one_of(options: Iterable[T], words: Words) -> Callable[[str], T | None]:
    return lambda text: next((one for one in options if words(one) == text), None)


def _true(_on: bool) -> str:
    return "true"


def as_day(text: str) -> date | None:
    """A day as it stands in an address; None if it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
