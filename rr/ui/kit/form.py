"""Forms: each field is drawn from its draft, keeps what is typed, and says beside it why it was refused.

What is typed into it outlives the tab (`kit/typed.py`): it is there again after a reload, until it is saved or discarded.

form = form_for(NoteDraft, "partnership", name=f"partnership_note_{id}")

def save() -> None:
    act(commands.add_note, id, **form.values(), form=form, done="Note saved.")

with form.fields():
    form.area("words")
    form.submit("Save note", save)
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from datetime import time as time_of_day
from secrets import token_hex
from time import monotonic
from typing import Any

import streamlit as st

from rr.days import say
from rr.drafts import BaseDraft, FormField
from rr.errors import Conflict, Invalid, Refused
from rr.ui.kit import unsaved
from rr.ui.kit.markdown import plain
from rr.ui.kit.segments import segments
from rr.ui.kit.words_in_browser import Read, by_words, same, to_date, to_number, to_text, to_time, within
from rr.unsaved.queries import TypedField

PINNED = "rr_drawn_"
_NOT_IN_CLASSES = re.compile(r"[^a-zA-Z0-9_-]")  # Streamlit puts a hyphen for these
DIALOG = "rr_dialog_"  # begins the key under which a page notes that a dialog is open, and for what
REFUSAL = "rr_refusal"  # the name of the form that was refused last ("" for none), and why
SAVED = "rr_saved"  # by form: what was saved last, and when
LATE = 10  # seconds: what the browser sends of a form's words may come so long after they were saved


@dataclass
class Form:
    """A form on screen. Get it by `form_for()`, or from a panel.

    `base` holds the values that it was drawn from. It stays pinned, with the key that makes the form count once, until the form is saved
    or left: a rerun would otherwise make somebody else's newer values the base of older typing, and saving would undo their change
    without a word.

    text(), area(), number() and so on draw one field under the widget key `<prefix>_<field>[_<id>]` and return what it holds. They take
    what Streamlit's widget takes, and `label` (instead of the draft's), `first` (shown at first, instead of the base) and `key` (the
    middle of the widget's key, instead of the field's name).
    """

    name: str
    draft: type[BaseDraft] = BaseDraft
    prefix: str = ""
    id: int | str | None = None
    base: dict[str, Any] = field(default_factory=dict)
    key: str = field(default_factory=lambda: token_hex(8))
    panel: str = ""  # the key of the panel that it is in, which closes once it is saved
    widgets: dict[str, Any] = field(default_factory=dict)  # by their keys, what they showed at first
    keys: dict[str, str] = field(default_factory=dict)  # by the field's name, the key of its widget
    reads: dict[str, Read] = field(default_factory=dict)  # by the field's name
    unsaved: Mapping[str, TypedField] = field(default_factory=dict)  # by the field's name: what had been typed, and is shown again
    is_kept: bool = False  # whether what is typed is kept until it is saved

    @contextmanager
    def fields(self) -> Iterator[None]:
        """The box of a form that is sent as a whole by its submit button. What was restored or refused stands on top, in short."""
        self.restored()
        with st.form(f"{self.name}_fields", border=False):
            self.summary()
            yield

    def text(self, name: str, **look: Any) -> str:
        said = self._said(name)
        return self._draw(st.text_input, name, look, max_chars=said.length, placeholder=said.placeholder or None)

    def area(self, name: str, **look: Any) -> str:
        said = self._said(name)
        return self._draw(st.text_area, name, look, max_chars=said.length, placeholder=said.placeholder or None)

    def number(self, name: str, **look: Any) -> int | None:
        read = within(look, to_number)
        return self._draw(st.number_input, name, look, value=None, step=1, placeholder=self._said(name).placeholder or None, read=read)

    def date(self, name: str, **look: Any) -> date | None:
        read = within(look, to_date)
        return self._draw(st.date_input, name, look, value=None, format="DD/MM/YYYY", read=read)

    def time(self, name: str, **look: Any) -> time_of_day | None:
        return self._draw(st.time_input, name, look, value=None, read=to_time)

    def tick(self, name: str, **look: Any) -> bool:
        return self._draw(st.checkbox, name, look, read=bool)

    def choice(self, name: str, options: Mapping[Any, str] | Iterable[str] | None = None, **look: Any) -> Any:
        """One of a list that opens. `options` gives value and label, or values that are their labels; else the draft's choices."""
        return self._one_of(st.selectbox, name, look, options, placeholder=self._said(name).placeholder or None)

    def radio(self, name: str, options: Mapping[Any, str] | Iterable[str] | None = None, **look: Any) -> Any:
        """One of a list that is in view. `options` as for `choice`."""
        return self._one_of(st.radio, name, look, options, mark=plain)

    def many(self, name: str, options: Mapping[Any, str] | Iterable[str] | None = None, **look: Any) -> list[Any]:
        """Any number of a list. `options` as for `choice`."""
        offered, words = self._offered(name, options)
        look.setdefault("first", list(self._first(name)))
        hint = self._said(name).placeholder or None
        one = by_words(offered, words)
        return self._draw(
            st.multiselect, name, look, offered, format_func=words, words=words, placeholder=hint, read=lambda several: [*map(one, several)]
        )

    def segments(self, name: str, options: Mapping[Any, str] | Iterable[str] | None = None, **look: Any) -> Any:
        """One of a few, side by side. `options` as for `choice`; the rest is for `rr.ui.kit.segments`."""
        offered, words = self._offered(name, options)
        look = {"default": look.get("first", self._first(name)), "hidden": False} | look
        read = by_words(offered, words, empty=self._said(name).empty)
        return self._draw(segments, name, look, offered, lambda one: plain(words(one)), words=words, read=read)

    def submit(self, label: str, on_click: Callable[..., Any], *, key: str = "save", **look: Any) -> None:
        """The button that sends the fields, under the key `<prefix>_<key>[_<id>]`. It calls `on_click` before the page is drawn."""
        st.form_submit_button(label, key=self._key(key), on_click=on_click, **look)

    def values(self) -> dict[str, Any]:
        """What the fields hold now, by the draft's names, as they were typed. For callbacks, which run before the page is drawn."""
        held = {name: st.session_state.get(key, self.widgets.get(key)) for name, key in self.keys.items()}
        return {name: self._said(name).empty if value is None else value for name, value in held.items()}

    def restored(self) -> None:
        """Keep what is typed into this form, and say what was restored of it, with the way to discard that. `fields()` does it; a form

        without them calls it itself, unless each of its fields is saved as soon as it is changed.
        """
        self.is_kept = True
        if not self.unsaved:
            return
        at = max(one.at for one in self.unsaved.values())
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            st.caption(f":material/history: Restored what you had typed {unsaved.when(at)}.", width="content")
            st.button("Discard", key=f"{self.name}_discard", icon=":material/delete_history:", type="tertiary", on_click=self._discard)

    def _discard(self) -> None:
        if unsaved.discard(self.name):
            forget(self)

    def to_keep(self, name: str, words: Any) -> Any:
        """What is to be kept of a field whose words in the browser are these: the words, or None if it is as at first or was just saved.

        ValueError if they are none that the field can hold, such as half a choice.
        """
        value = self.reads[name](words)
        at, saved = st.session_state.get(SAVED, {}).get(self.name, (0.0, {}))
        was_saved = name in saved and same(saved[name], value) and monotonic() - at < LATE
        return None if was_saved or same(self.widgets[self.keys[name]], value) else words

    def summary(self) -> None:
        """Why the form wasn't saved, in short, and which fields say more. `fields()` draws it; a form without them calls it itself."""
        refusal = self.refusal
        if refusal is None:
            return
        if isinstance(refusal, Invalid):
            about: Mapping[str, Any] = refusal.errors
            lines = [plain(sentence) for name, sentence in refusal.errors.items() if name not in self.keys]
        else:
            about = refusal.clashes if isinstance(refusal, Conflict) else {}
            lines = [plain(refusal.way_forward)]
        named = (self._said(name) for name in self.keys if name in about)
        if beside := "; ".join(f"**{said.short or said.label}**" for said in named):
            lines.insert(0, f"Nothing was saved. Please check: {beside}.")
        st.error("\n\n".join(lines) or " ", title=plain(refusal.headline), icon=":material/error:")

    @property
    def refusal(self) -> Refused | None:
        """Why it wasn't saved the last time that somebody tried, until somebody tries again."""
        name, refusal = st.session_state.get(REFUSAL, ("", None))
        return refusal if name == self.name else None

    def own(self, widget: str, value: Any, shown: Any) -> str:
        """The key of a widget, noted as this form's, its first value, and what it shows: that, or what had been typed.

        The value goes in through the session state, because a browser keeps what it shows under a key: once a form was saved, its
        widgets would go on showing, and sending, what was typed before, and undo what somebody else changed meanwhile.
        """
        if widget not in st.session_state:
            st.session_state[widget] = shown
        self.widgets.setdefault(widget, value)
        return widget

    def value(self, widget: str) -> Any:
        """What a widget holds now, by its key. For callbacks, which run before the page is drawn."""
        return st.session_state.get(widget)

    def untouched(self) -> bool:
        """Whether its widgets hold what they showed at first."""
        return all(st.session_state.get(widget, first) == first for widget, first in self.widgets.items())

    def _said(self, name: str) -> FormField:
        return self.draft.fields()[name]

    def _key(self, middle: str) -> str:
        return _joined(self.prefix or self.name, middle, self.id)

    def _first(self, name: str) -> Any:
        value = self.base[name] if name in self.base else self.draft.first()[name]
        return self._said(name).empty if value is None else value

    def _offered(self, name: str, options: Mapping[Any, str] | Iterable[str] | None) -> tuple[list[Any], Callable[[Any], str]]:
        """The values to choose from, and the words for one; a value that isn't offered (any more) has words too."""
        if options is None:
            options = self._said(name).choices
        labels = dict(options) if isinstance(options, Mapping) else {one: one for one in options}
        return list(labels), lambda one: labels[one] if one in labels else in_words(one)

    def _one_of(
        self, widget: Callable[..., Any], name: str, look: dict[str, Any], options: Any, *, mark: Callable[[str], str] = str, **more: Any
    ) -> Any:
        offered, words = self._offered(name, options)
        first = look.get("first", self._first(name))
        # Without a first index a choice can be emptied again, which one that has to be answered isn't.
        index = None if self._said(name).is_optional or first not in offered else offered.index(first)
        read = by_words(offered, words, empty=self._said(name).empty, any_words=look.get("accept_new_options", False))
        return self._draw(
            widget, name, look, offered, index=index, format_func=lambda one: mark(words(one)), words=words, read=read, **more
        )

    def _draw(
        self,
        widget: Callable[..., Any],
        name: str,
        look: dict[str, Any],
        *args: Any,
        words: Callable[[Any], str] | None = None,
        read: Read = to_text,
        **more: Any,
    ) -> Any:
        given = more | look
        said = self._said(name)
        label, first = given.pop("label", said.label), given.pop("first", self._first(name))
        key = self.keys[name] = self.own(self._key(given.pop("key", name)), first, self._shown(name, first, read))
        self.reads[name] = read
        if said.hint:
            given.setdefault("help", said.hint)
        value = widget(label, *args, key=key, **given)
        self._beside(name, words or in_words)
        return value

    def _shown(self, name: str, first: Any, read: Read) -> Any:
        """What had been typed, if the field can still hold it; else what is shown at first."""
        if name not in self.unsaved:
            return first
        try:
            return read(self.unsaved[name].typed)
        except (ValueError, TypeError):
            return first

    def _beside(self, name: str, words: Callable[[Any], str]) -> None:
        """What was refused about this field, right below it."""
        refusal = self.refusal
        if isinstance(refusal, Invalid) and name in refusal.errors:
            st.markdown(f":red[:material/error: {plain(refusal.errors[name])}]")
        if isinstance(refusal, Conflict) and name in refusal.clashes:
            theirs, mine = (plain(_listed(value, words)) for value in refusal.clashes[name])
            st.markdown(f":red[:material/error: Somebody else saved] “{theirs}”. :red[You entered] “{mine}”.")


def form_for(
    draft: type[BaseDraft], prefix: str, base: Any = None, *, id: int | str | None = None, name: str = "", panel: str = ""
) -> Form:
    """The form of this name, drawn from `base`: a row or a mapping, of which the draft's fields are taken; nothing for a new record.

    `prefix` begins its widgets' keys (the page's name) and `id` ends them: give it where a page shows several of the same form. `name`
    tells forms apart and names the record too, if its page can show another one: `<prefix>_form[_<id>]` unless it is given.
    """
    name = name or _joined(prefix, "form", id)
    pinned = st.session_state.get(PINNED + name)
    if pinned is None:
        values = dict(base) if isinstance(base, Mapping) else draft.values_of(base)
        typed = unsaved.of_form(name)
        pinned = Form(name, draft, prefix, id, values | _bases(draft, typed), panel=panel, unsaved=dict(typed))
        st.session_state[PINNED + name] = pinned
    return pinned


def _bases(draft: type[BaseDraft], typed: Mapping[str, TypedField]) -> dict[str, Any]:
    """The values that the form was drawn from when these fields were typed: somebody may have saved others since, and typing over those

    isn't meant.
    """
    fields = draft.fields()
    return {name: fields[name].from_json(one.base[0]) for name, one in typed.items() if one.base and name in fields}


def _joined(*parts: object) -> str:
    return "_".join(str(part) for part in parts if part not in (None, ""))


def forget(form: Form) -> None:
    """Empty a form: the next run draws it afresh, from what is stored."""
    st.session_state.pop(PINNED + form.name, None)
    for widget in form.widgets:
        st.session_state.pop(widget, None)
    if form.refusal is not None:
        st.session_state.pop(REFUSAL)


def forget_saved(form: Form) -> None:
    """Empty a form that was saved, and note what was: words that the browser sends late are no new typing."""
    now = monotonic()
    recent = {name: one for name, one in st.session_state.get(SAVED, {}).items() if now - one[0] < LATE}
    st.session_state[SAVED] = recent | {form.name: (now, form.values())}
    unsaved.let_go(form.name)
    forget(form)


def field_of(css_key: str) -> tuple[Form, str] | None:
    """The form on screen, and the name of its field, whose widget has this key as a browser's class names have it."""
    for pinned, form in st.session_state.items():
        if str(pinned).startswith(PINNED) and form.is_kept:
            for name, key in form.keys.items():
                if _NOT_IN_CLASSES.sub("-", key) == css_key:
                    return form, name
    return None


def forget_forms() -> None:
    """Empty all forms, and close all dialogs. For when the page or its record changes."""
    for name in [name for name in st.session_state if str(name).startswith(DIALOG)]:
        del st.session_state[name]
    for name in [name for name in st.session_state if str(name).startswith(PINNED)]:
        forget(st.session_state[name])
    st.session_state.pop(REFUSAL, None)


def _listed(value: Any, words: Callable[[Any], str]) -> str:
    several = value if isinstance(value, list | tuple) else [] if value in (None, "") else [value]
    return ", ".join(words(one) for one in several) or "nothing"


def in_words(value: Any) -> str:
    """A value as the screen says it: a label, a date in words, a time without seconds, a number with its commas."""
    if isinstance(value, time_of_day):
        return f"{value:%H:%M}"
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    return say(value) if isinstance(value, date) else str(getattr(value, "label", value))
