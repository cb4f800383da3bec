"""What the person of this tab has typed and not saved, as far as the tab knows it: read when a page is entered, kept up while they type.

It is bookkeeping, not a gesture: nothing is said of it, and what can't be kept is no reason to disturb somebody who is typing.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import streamlit as st

from rr import clock, faults, gesture
from rr.access import Actor
from rr.days import say
from rr.db import Session
from rr.errors import Refused, SignedOut
from rr.ui.kit.signed_in import acting
from rr.unsaved import commands, queries
from rr.unsaved.queries import TypedField
from rr.unsaved.rules import as_json

KNOWN = "rr_unsaved"  # by form and field
Fields = dict[str, TypedField]


def read(db: Session, actor: Actor) -> None:
    """Read it anew: the page or its record has changed, or the tab is a new one."""
    known: dict[str, Fields] = {}
    for one in queries.own(db, actor=actor, now=clock.now()):
        known.setdefault(one.form, {})[one.field] = one
    st.session_state[KNOWN] = known


def of_form(form: str) -> Fields:
    """What was typed into a form, by field."""
    return st.session_state.get(KNOWN, {}).get(form, {})


def keep(form: str, typed: Mapping[str, Any], base: Mapping[str, Any]) -> None:
    """Keep what was typed into fields of a form; None for one that is as it was at first."""
    if not _write(commands.keep, form, dict(typed), dict(base)):
        return
    fields: Fields = st.session_state.setdefault(KNOWN, {}).setdefault(form, {})
    now = clock.now()
    for field, words in typed.items():
        if words is None:
            fields.pop(field, None)
        elif field in fields:
            fields[field] = replace(fields[field], typed=words, at=now)
        else:
            fields[field] = TypedField(form, field, words, (as_json(base[field]),) if field in base else (), now)


def discard(form: str) -> bool:
    """Let go of what was typed into a form; whether it is gone."""
    if _write(commands.discard, form):
        let_go(form)
        return True
    return False


def let_go(form: str) -> None:
    """It was saved."""
    st.session_state.get(KNOWN, {}).pop(form, None)


def _write(command: Callable[..., None], *args: Any) -> bool:
    try:
        gesture.perform(command, *args, actor=acting)
    except SignedOut:
        st.logout()
    except Refused:
        pass  # the account was disabled this moment, or holds no drafts
    except Exception as fault:
        faults.record(fault, "keeping what is typed")
    else:
        return True
    return False


def when(at: datetime) -> str:
    """The time of a draft in London, with its day unless that is today: "at 14:05", "on 14 March 2027 at 14:05"."""
    there = at.astimezone(clock.LONDON)
    day = "" if there.date() == clock.today() else f"on {say(there.date())} "
    return f"{day}at {there:%H:%M}"
