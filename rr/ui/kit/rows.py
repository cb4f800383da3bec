"""A list as one element: the records go to the browser as data, and assets/rows.js draws them.

    rows("plans_list", [plan_row(one) for one in found.rows], label="Action plans")

A list with buttons says what a press does, and may offer a choice beside a button. The options of all rows are sent once:

    def pressed(press: Press) -> None:
        act(commands.settle, press.id, NeedStatus.FOUND, int(press.choice), …)

    rows("needs_list", items, label="Support needed", on=pressed, options={"partners": {3: "Locality", 5: "Renewal"}})
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby
from secrets import token_hex
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

import streamlit as st
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from rr.labels import Labelled
from rr.ui.kit.navigation import as_query, go

log = logging.getLogger(__name__)

Colour = Literal["red", "orange", "yellow", "blue", "green", "violet", "gray"]
Options = Mapping[str, Mapping[Any, str]]  # by the list's name: the words of each value


@dataclass(frozen=True)
class Target:
    """Where a link leads. Without a stem it is this page, whose other parameters stay as they are."""

    stem: str
    params: tuple[tuple[str, str | tuple[str, ...]], ...]


def to(stem: str, /, **params: object) -> Target:
    """A page, with its record or filters: `to("plan", id=7)`. A list is a parameter that stands there several times."""
    return Target(stem, tuple(as_query(params).items()))


def here(**params: object) -> Target:
    """The same page with these parameters: `here(id=7)` chooses a record beside its list."""
    return to("", **params)


@dataclass(frozen=True)
class Badge:
    """A state: a word with a colour, and with a Material icon's name if it has one."""

    words: str
    colour: Colour = "gray"
    icon: str = ""

    @classmethod
    def of(cls, choice: Labelled) -> "Badge":
        """The badge of a labelled choice, in its own colour and with its icon."""
        return cls(choice.label, choice.colour, choice.icon)


@dataclass(frozen=True)
class Link:
    """A link in a row. It is read out with what it is about, which is the row's heading unless it says more: "Open plan: Greenmoor"."""

    words: str
    target: Target
    icon: str = ""
    about: str = ""


@dataclass(frozen=True)
class Choice:
    """A choice beside a button, from a list of `options`. With `none` nothing is chosen at first, and a press needs a choice."""

    label: str
    options: str
    value: object = ""
    none: str = ""


@dataclass(frozen=True)
class Button:
    """A button: `act` names to the handler what was pressed, once in a row. It is read out with what it is about, which is the row's

    heading unless it says more: Button("match", "Match partner", about="Greenmoor, legal advice").
    """

    act: str
    words: str
    about: str = ""
    icon: str = ""
    primary: bool = False
    choice: Choice | None = None


@dataclass(frozen=True)
class Row:
    """One record of a list. What is empty isn't drawn; every text is shown as it is, never as markup.

    They are drawn in this order: heading, number (of a figure, in large type), detail lines, people's words (`quoted` in
    kit/markdown.py makes and cuts them), badges, facts (label and text), more (the same, folded away under `more_label`), links;
    buttons at the right, or below where it is narrow.
    Consecutive rows of one `group` stand under its heading. `chosen` marks the record that is open beside the list. `icon` is a
    Material icon before the heading; `when` is the day beside the card of a timeline, "" where it is the one above.
    """

    id: int
    heading: str
    target: Target | None = None
    number: str = ""
    detail: tuple[str, ...] = ()
    words: str = ""
    badges: tuple[Badge, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    more: tuple[tuple[str, str], ...] = ()
    more_label: str = "More"
    links: tuple[Link, ...] = ()
    buttons: tuple[Button, ...] = ()
    chosen: bool = False
    group: str = ""
    icon: str = ""
    when: str = ""


class Press(BaseModel):
    """A button that somebody pressed: of which row, which one, and what was chosen beside it.

    `key` is the same when the same press comes again, and another after it was answered. Give it to the command's gesture, so that
    twice is once.
    """

    model_config = ConfigDict(frozen=True)

    id: int
    act: str = Field(max_length=60)
    choice: str = Field(default="", max_length=200)
    key: str


class _Sent(Press):
    """A press as the browser sends it, with its number: a press that wasn't answered yet is sent again with the next one."""

    number: int
    key: str = Field(max_length=60)


_SENT = TypeAdapter(Annotated[list[_Sent], Field(max_length=100)])


@dataclass
class DrawnRows:
    """What somebody has before them: what comes back from the browser, which can send anything, is checked against it."""

    key: str = field(default_factory=lambda: token_hex(8))
    answered: int = 0  # the number of the last press that was handled, or refused as nobody's
    buttons: Mapping[tuple[int, str], frozenset[str]] = field(default_factory=dict)  # of a row, by its act: what may be chosen
    targets: Mapping[str, Target] = field(default_factory=dict)

    def draw(self, items: Sequence[Row], options: Options, address: Mapping[str, Any]) -> None:
        self.buttons = {
            (row.id, each.act): frozenset(map(str, options[each.choice.options])) if each.choice else frozenset({""})
            for row in items
            for each in row.buttons
        }
        self.targets = {href(target, address): target for target in _targets(items)}

    def new(self, sent: object) -> Iterator[tuple[int, Press | None]]:
        """The numbers of the presses that weren't answered yet, each with the press, or None for one that wasn't possible."""
        try:
            presses = [one for one in _SENT.validate_python(sent) if one.number > self.answered]
        except ValidationError:
            log.warning("Ignored what a browser sent as presses: not in their shape")
            return
        for one in presses:
            if one.choice in self.buttons.get((one.id, one.act), ()):
                yield one.number, Press(id=one.id, act=one.act, choice=one.choice, key=f"{one.key} {one.id} {one.act} {one.choice}")
            else:
                log.warning("Ignored a press that a browser sent: not among the buttons and choices that were drawn")
                yield one.number, None

    def answer(self, sent: object, on: Callable[[Press], None]) -> None:
        """Call `on` for each new press. One that is interrupted, by another click that Streamlit runs first, is sent again later."""
        for number, press in self.new(sent):
            try:
                if press is not None:
                    on(press)
            except Exception:
                self.answered = number
                raise
            self.answered = number


def rows(
    key: str,
    items: Iterable[Row],
    *,
    label: str,
    on: Callable[[Press], None] | None = None,
    options: Options | None = None,
    layout: Literal["list", "lines", "grid", "figures", "timeline"] = "list",
) -> None:
    """Draw a list. `label` is its heading for those who hear the page, where the rows have no groups.

    The layout is a card for each row ("list", to decide on each), close lines in one frame ("lines", to look things up), cards of one
    height two or three across ("grid"), small cards two across, each a link as a whole, its groups side by side ("figures"), or cards
    beside their days ("timeline"). On a phone each is one column, but for figures.

    A link is opened by the browser in a new tab, or by a plain click without loading the page anew. A press calls `on` as a callback
    does, before the next run, in the order of presses; its button waits meanwhile. Streamlit interrupts a callback, at any use of
    st.session_state, when there is another click to run: the press then comes a second time, with the same key. A press or a link that
    wasn't drawn is ignored and logged.

    Sends one message: 200 to 700 bytes for each row whenever a row changed or a press was answered, else 1 KiB for all; takes 1 to 2 ms
    for fifty rows. The rows are kept in the browser by their `id`, which must be unique: focus, scrolled place, opened details and
    chosen options outlive a run. The list may stand anywhere but in a form. Without rows nothing is drawn: the page says what to do.
    """
    drawn: DrawnRows = st.session_state.setdefault(f"rr_rows_{key}", DrawnRows())
    shown, known = tuple(items), options or {}
    if not shown:
        return
    address = {name: st.query_params.get_all(name) for name in st.query_params}
    sent = as_data(shown, known, label=label, layout=layout, address=address)
    drawn.draw(shown, known, address)

    def pressed() -> None:
        drawn.answer(st.session_state[key].act, on or _nothing)

    def opened() -> None:
        target = drawn.targets.get(st.session_state[key].open)
        if target is None:
            log.warning("Ignored a link that a browser sent: not among those that were drawn")
        elif target.stem:
            go(target.stem, **dict(target.params))
        else:
            st.query_params.update(dict(target.params))

    _component()(
        key=key,
        data=sent | {"key": f"{drawn.key}-{drawn.answered}", "answered": drawn.answered},
        on_act_change=pressed,
        on_open_change=opened,
    )


@cache
def _component() -> Any:
    """Made once, at the first list: while a module is imported there may be no server yet that knows the component's files."""
    return st.components.v2.component("rr.rows", js="rows.js", css="rows.css", isolate_styles=False)


def href(target: Target, address: Mapping[str, Any]) -> str:
    """The address of a link, for a new tab; `address` is what stands in this page's."""
    given = dict(target.params)
    query = urlencode(given if target.stem else {**address, **given}, doseq=True)
    return (f"/{target.stem}" if target.stem else "") + (f"?{query}" if query else "")


def as_data(items: Sequence[Row], options: Options, *, label: str, layout: str, address: Mapping[str, Any]) -> dict[str, Any]:
    """What is sent for these rows. Refuses what couldn't be drawn or answered: two rows of one id, two acts of one name in a row."""
    ids = [row.id for row in items]
    if len(set(ids)) < len(ids):
        raise ValueError("Two rows of a list have the same id")
    groups = [
        {"heading": group or label, "hidden": not group, "rows": [_row(row, options, address) for row in members]}
        for group, members in groupby(items, key=lambda row: row.group)
    ]
    lists = {name: [[str(value), words] for value, words in words_of.items()] for name, words_of in options.items()}
    return {"layout": layout, "options": lists, "groups": groups}


def _row(row: Row, options: Options, address: Mapping[str, Any]) -> dict[str, Any]:
    acts = [button.act for button in row.buttons]
    if len(set(acts)) < len(acts):
        raise ValueError(f"Two buttons of row {row.id} have the same act")
    return _full(
        id=row.id,
        heading=row.heading,
        href=href(row.target, address) if row.target else "",
        number=row.number,
        detail=row.detail,
        words=row.words,
        badges=[_full(words=badge.words, colour=badge.colour, icon=badge.icon) for badge in row.badges],
        facts=row.facts,
        more=row.more,
        more_label=row.more_label if row.more else "",
        links=[_full(words=link.words, href=href(link.target, address), icon=link.icon, about=link.about) for link in row.links],
        buttons=[_button(button, row, options) for button in row.buttons],
        chosen=row.chosen,
        icon=row.icon,
        when=row.when,
    )


def _button(button: Button, row: Row, options: Options) -> dict[str, Any]:
    choice = button.choice
    if choice is not None and choice.options not in options:
        raise ValueError(f"The choice of {button.act!r} names a list that isn't among the options: {choice.options!r}")
    return _full(
        act=button.act,
        words=button.words,
        about=button.about or row.heading,
        icon=button.icon,
        primary=button.primary,
        choice=_full(label=choice.label, options=choice.options, value=str(choice.value), none=choice.none) if choice else None,
    )


def _nothing(_press: Press) -> None:
    pass


def _full(**fields: Any) -> dict[str, Any]:
    """The fields that hold something: the others needn't travel."""
    return {name: value for name, value in fields.items() if value}


def _targets(items: Sequence[Row]) -> Iterable[Target]:
    for row in items:
        if row.target is not None:
            yield row.target
        yield from (link.target for link in row.links)
