"""Acting: what a button or a form does, and what the person sees of it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from time import monotonic
from typing import Any

import streamlit as st

from rr import faults, gesture, undo
from rr.errors import Conflict, Invalid, Refused, SignedOut
from rr.ui.kit.callbacks import run_in_order, run_to_the_end
from rr.ui.kit.form import REFUSAL, Form, forget_saved, in_words
from rr.ui.kit.news import News, Undo, current, draw, tell
from rr.ui.kit.signed_in import acting

MOMENT, AGAIN = 1.5, 0.5  # seconds: within which the same words, or the same button, are the same click
LATE = 15  # seconds: within which a form that was just saved, and so emptied, is sent again by a click on its old button
RECENT, SPOTS = "rr_recent", "rr_spots"
ONCE = "Saved once. The second click was not counted."
NEXT_ONE = "Not counted: the next one had just come up. Look at it, then click again."

run_to_the_end()
run_in_order()


@dataclass(frozen=True)
class Done:
    """That a command succeeded, and what it returned."""

    result: Any


@dataclass(frozen=True)
class Click:
    """What was clicked: a command on a record, with what was said along, and the words of the form when it was sent."""

    command: Callable[..., Any]
    record: Any
    said: tuple[Any, ...]
    words: dict[str, Any]
    at: float
    result: Any = None

    @property
    def about(self) -> tuple[str, Any]:
        """What it is about: the record, of which the command's module tells the kind."""
        return self.command.__module__, self.record


@dataclass(frozen=True)
class Spot:
    """A place on the page where the same buttons stand for one record after another, and since when for this one."""

    name: str
    record: Any
    since: float


def spot(name: str, record: Any) -> Spot:
    """For `act(spot=…)` of buttons that stay in place while their record changes; ask for it as they are drawn.

    Their keys carry the record's id as well: then a click on a button that the browser still shows can't mean the next record.
    """
    spots = st.session_state.setdefault(SPOTS, {})
    if name not in spots or spots[name].record != record:
        spots[name] = Spot(name, record, monotonic())
    return spots[name]


def act(
    command: Callable[..., Any],
    *args: Any,
    form: Form | None = None,
    done: str | Callable[[Any], str] = "",
    undo: Callable[[Any], Undo] | None = None,
    undone: Callable[[], None] | None = None,
    spot: Spot | None = None,
    repeat: bool = False,
    key: str = "",
    **given: Any,
) -> Any:  # Done | None, which Streamlit's type of a callback doesn't take
    """Run a command as the callback of a button or a form, in a transaction of its own; draws nothing but a short notice.

    Returns `Done(result)`, or None if nothing was done. Who it is, is found out inside that transaction. A refusal is kept for the next
    run, beside its form, or in the bar of news, and what was typed stays. With success the form is emptied, its panel closes, and the
    bar says `done`, which may be a function of the result.

    The bar offers to undo what was done: every row is put back (`rr/undo.py`), or by `undo`, which makes the command that undoes it, and
    its arguments, from the result. `undone` is called after that, to go where there is something to see.

    The same command on the same record with the same words, a moment later, is the second half of a double click: it isn't run, the
    person is told, and the first half's result is returned. `repeat=True` for what is meant each time, like moving a row up. Where the
    next record comes up under the same button, `spot=spot("requests", id)` keeps the second half from doing anything to that one.
    `key`, or the form's, makes a gesture count once even if it arrives twice at the same instant.
    """
    click = _click(command, args, given, form)
    if not repeat and (first := _first_half(click)) is not None:
        _notify(ONCE)
        return _succeeded(replace(click, result=first.result), form, spot)
    if spot is not None and _unseen(spot, click):
        _notify(NEXT_ONE)
        return None
    st.session_state.pop(REFUSAL, None)
    key = key or (form.key if form else "")
    try:
        saves = form.name if form else ""
        once = f"{key} {args!r} {given!r}" if key else None
        made = gesture.performed(command, *args, actor=acting, key=once, saves=saves, **given)
    except SignedOut:
        st.logout()
        return None
    except Exception as fault:
        _failed(fault, form, click)
        return None
    words = done if isinstance(done, str) else done(made.result)
    tell(News(words, undo=_way_back(made, undo), undone=undone))
    return _succeeded(replace(click, result=made.result), form, spot)


def _way_back(made: gesture.Performed, named: Callable[[Any], Undo] | None) -> Undo | None:
    """The command that undoes this gesture, and its arguments; None if it changed nothing."""
    if made.changed is None:
        return None
    if named is not None:
        return named(made.result) or None
    return (undo.undo, made.changed) if made.changed.needs else None


def _succeeded(click: Click, form: Form | None, spot: Spot | None) -> Done:
    click = replace(click, at=monotonic())  # the command may have waited for its turn, and the second click for the command
    recent = {name: one for name, one in _recent().items() if click.at - one.at < LATE}
    st.session_state[RECENT] = recent | {click.about: click} | ({spot.name: click} if spot else {})
    if form is not None:
        forget_saved(form)
        if form.panel:
            st.session_state[form.panel] = False
    return Done(click.result)


def _failed(fault: Exception, form: Form | None, click: Click) -> None:
    """Keep what to tell the person. What isn't an expected refusal is a bug, and is recorded."""
    last = _recent().get(click.about)
    just_saved = last is not None and last.command == click.command and click.at - last.at < LATE
    if isinstance(fault, Refused) and form is not None and form.widgets and form.untouched() and just_saved:
        _notify(ONCE)  # the second half of a double click found the form emptied already
        return
    if not isinstance(fault, Refused):
        reference = faults.record(fault, getattr(click.command, "__name__", "a command"))
        headline = "Something went wrong on our side, and nothing was saved"
        fault = Refused(headline, f"Try again. If it keeps happening, give us this reference: {reference}.")
    if form is None:
        tell(News(fault.headline, tuple(_lines(fault)), refused=True))
        return
    st.session_state[REFUSAL] = (form.name, fault)
    tell(News(reveal=True))
    if isinstance(fault, Conflict):
        form.base = form.base | {name: theirs for name, (theirs, _mine) in fault.clashes.items()}


def _notify(words: str) -> None:
    """A short notice in a corner. Its time differs from the last one's: a notice that is the same as one in view isn't shown anew."""
    count = st.session_state["rr_notices"] = st.session_state.get("rr_notices", 0) + 1
    st.toast(words, icon=":material/info:", duration=4 + count % 2)


# --- Double clicks


def _click(command: Callable[..., Any], args: tuple[Any, ...], given: dict[str, Any], form: Form | None) -> Click:
    """The base isn't what anybody said: once the form was saved, it is another one. Of a file only its fingerprint is remembered."""
    base = form.base if form else None
    more = {word: one for word, one in given.items() if word != "base" and one is not base}
    said = (tuple(getattr(one, "fingerprint", one) for one in args if one is not base), more)
    record = args[0] if args and isinstance(args[0], int | str) else (form.name if form else "")
    words = {widget: form.value(widget) for widget in form.widgets} if form else {}
    return Click(command, record, said, words, monotonic())


def _first_half(click: Click) -> Click | None:
    """The gesture that this click repeats, if it is the second half of a double click.

    By then the server may have drawn the page anew, while the browser still shows the old one and sends its words and its address: so
    the page ends as one click would have left it. Compared is the last gesture on the same record only: back and forth between two
    answers, each tap counts.
    """
    last = _recent().get(click.about)
    if last is None or (last.command, last.said) != (click.command, click.said) or click.at - last.at >= (MOMENT if last.words else AGAIN):
        return None
    return last if all(st.session_state.get(widget) == words for widget, words in last.words.items()) else None


def _unseen(spot: Spot, click: Click) -> bool:
    """Whether the record came up in its spot only just now, after another one was dealt with there. Goes on while the clicks do."""
    last = _recent().get(spot.name)
    if last is None or last.record == spot.record or click.at - spot.since >= 2 * AGAIN:
        return False
    st.session_state[SPOTS][spot.name] = replace(spot, since=click.at)
    return True


def _recent() -> dict[Any, Click]:
    """The last gestures of this tab, each under what it is about, and under its spot."""
    return st.session_state.setdefault(RECENT, {})


# --- What the person sees


def show_news(where: str = "") -> None:
    """What the last gesture did, or why it didn't. A fragment shows it again under a name of its own: its gestures redraw it alone."""
    draw(where, _undo)


def _undo() -> None:
    last = current()
    if last.undo is not None:
        command, *args = last.undo
        if act(command, *args, done=f"Undone: {last.headline}", undo=lambda _: ()) and last.undone is not None:
            last.undone()


def _lines(refusal: Refused) -> list[str]:
    """What is said below a refusal's headline."""
    if isinstance(refusal, Invalid):
        return list(refusal.errors.values())
    lines = [refusal.way_forward] if refusal.way_forward else []
    if isinstance(refusal, Conflict):
        lines += [f"{name}: theirs is “{_said(theirs)}”, yours is “{_said(mine)}”." for name, (theirs, mine) in refusal.clashes.items()]
    return lines


def _said(value: Any) -> str:
    return "nothing" if value in (None, "") else in_words(value)


__all__ = ["AGAIN", "Done", "Spot", "act", "show_news", "spot"]
