"""A partnership's story on screen: its events, what to know in a minute, its people and its facts."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import streamlit as st

from rr.access import Actor, Can, Scope, scope
from rr.days import MONTHS, WEEKDAYS, say
from rr.history import Event
from rr.labels import count
from rr.paging import Paged, clamp, offset
from rr.partnerships import commands
from rr.partnerships.drafts import FactsDraft, NoteDraft
from rr.partnerships.queries import Facts
from rr.story.summary import Summary
from rr.ui.kit import pager
from rr.ui.kit.act import act
from rr.ui.kit.form import forget, form_for
from rr.ui.kit.markdown import plain, quote, quoted
from rr.ui.kit.popover_form import opener
from rr.ui.kit.rows import Link, Row, rows, to

PER_PAGE = 15  # three or four screens
ALSO = "Also called"  # left out where it is empty; the other facts then say that nobody knows
ORDERS = ("First to last", "Latest first")
TABLE = Path(__file__).parents[1] / "static/table.svg"
CLOSE_OUT = 150_000  # pounds: below it an area is in its close-out phase (domain 1.3)
OPENS = {"requests": "Open request", "session": "Open session", "plan": "Open plan"}


def badges(facts: Facts, summary: Summary) -> None:
    """Region, stage and money, below the name."""
    with st.container(horizontal=True, gap="small"):
        st.badge(facts.region, color="gray")
        st.badge(summary.stage.label, icon=f":material/{summary.stage.icon}:", color=summary.stage.colour)
        if facts.money_remaining is not None:
            closing = facts.money_remaining < CLOSE_OUT
            st.badge(f"{money(facts.money_remaining)} left{', closing out' if closing else ''}", color="orange" if closing else "gray")
        if facts.local_authority:
            st.badge(facts.local_authority, color="gray")


def money(pounds: int | None) -> str:
    return "not known" if pounds is None else f"£{pounds:,}"


def story(events: Sequence[Event], *, latest_first: bool) -> None:
    """The events as a timeline, fifty a page."""
    page = clamp(pager.current("partnership_page"), len(events), PER_PAGE)
    ordered = list(reversed(events)) if latest_first else list(events)
    first = offset(page, PER_PAGE)
    shown = Paged(tuple(ordered[first : first + PER_PAGE]), len(events), page, PER_PAGE)
    before = [None, *shown.rows[:-1]]
    listed = [event_row(first + place, *each) for place, each in enumerate(zip(shown.rows, before, strict=True))]
    rows("partnership_list", listed, label="What happened", layout="timeline")
    pager.draw("partnership_page", shown)


def event_row(id: int, event: Event, before: Event | None) -> Row:
    """One event. Its day stands beside it where it differs from the day of the event above, with the year where that differs."""
    on = before.on if before else None
    day = "" if on == event.on else f"{event.on.day} {MONTHS[event.on.month - 1][:3]}"
    year = f"\n{event.on.year}" if day and (on is None or on.year != event.on.year) else ""
    event_in_full = ", ".join(filter(None, (event.headline, say(event.on), event.detail.removesuffix("."))))
    opens = (
        (Link(OPENS[event.stem], to(event.stem, id=event.id), "arrow_forward", event_in_full),)
        if event.stem and event.id is not None
        else ()
    )
    about = " · ".join(filter(None, (event.detail.removesuffix(".") if event.words else "", event.who)))
    return Row(
        id,
        f"{event.headline} (undone)" if event.undone else event.headline,
        detail=tuple(filter(None, ("" if event.words else event.detail, about))),
        words=quoted(event.words) if event.words else "",
        links=opens,
        icon=event.icon,
        when=f"{day}{year}",
    )


def next_step(summary: Summary, today: date) -> str:
    """What comes next, in one sentence: our first contact, what is overdue, or what is due."""
    if summary.waiting_since:
        return f"They have waited for our first contact since {say(summary.waiting_since)}."
    if summary.next_due is None:
        return "They have not signed up yet." if summary.stage.rank == 0 else "Nothing has a date at the moment."
    late = summary.next_due.on < today
    return f"{'Overdue' if late else 'Next'}: {summary.next_due.what}, {say(summary.next_due.on)}."


def summary_card(summary: Summary, today: date) -> None:
    """What somebody needs to know who picks up the telephone."""
    with st.container(border=True):
        st.header("Summary", anchor=False)
        if summary.asked:
            st.caption("They asked")
            quote(summary.asked, long=220)
        st.markdown("\n".join(f"- {line}" for line in lines(summary, today)))


def lines(summary: Summary, today: date) -> list[str]:
    """Where they stand, a line for each thing that there is to say. Safe to stand inside Markdown."""
    said = [f"About **{plain(', '.join(summary.topics))}**"] if summary.topics else []
    said.append(f"Stage: **{summary.stage.label}**")
    if summary.actions:
        stuck = f", **{summary.stuck:,} stuck**" if summary.stuck else ""
        said.append(f"**{count(summary.actions, 'action')}**, {summary.done:,} done{stuck}")
    if summary.needs_open:
        said.append(f"Support needed: **{summary.needs_open:,}** not found yet")
    said.append(f"Last heard from them {_ago(summary.last_word_on, today)}" if summary.last_word_on else "We have not heard from them yet")
    return said


def _ago(on: date, today: date) -> str:
    days = (today - on).days
    return {0: "**today**", 1: "**yesterday**"}.get(days, f"**{days:,} days ago**")


def facts_card(facts: Facts, actor: Actor) -> None:
    """What is known of the partnership, and the way to know more."""
    with st.container(border=True):
        st.header("Facts", anchor=False)
        known = {
            "lto_name": facts.lto_name,
            "area_coordinator": facts.area_coordinator,
            "money_remaining": money(facts.money_remaining),
            "ends_on": say(facts.ends_on) if facts.ends_on else "",
            "closed_weekday": WEEKDAYS[facts.closed_weekday] if facts.closed_weekday is not None else "",
        }
        labels = {name: field.short or field.label for name, field in FactsDraft.fields().items()}
        known_rows = [*((labels[name], value) for name, value in known.items()), (ALSO, ", ".join(facts.aliases))]
        st.markdown("  \n".join(f"{label}: **{plain(value or 'not known')}**" for label, value in known_rows if value or label != ALSO))
        if scope(actor, Can.EDIT_PARTNERSHIP) is not Scope.NONE:
            _edit_facts(facts)


def _edit_facts(facts: Facts) -> None:
    name = f"partnership_facts_{facts.id}"
    panel = st.expander(opener("Edit facts", name), key="partnership_facts", icon=":material/edit:", on_change="rerun")
    form = form_for(FactsDraft, "partnership", facts, name=name)
    if not panel.open:
        forget(form)
        return

    def save() -> None:
        act(commands.edit_facts, facts.id, form.base, form.values(), form=form, done="Saved.")

    with panel, form.fields():
        form.text("public_name")
        form.text("lto_name", key="lto")
        form.text("area_coordinator", key="coordinator")
        form.number("money_remaining", key="money", step=1_000)
        form.date("ends_on", key="ends")
        form.choice("closed_weekday", key="closed")
        form.submit("Save", save, key="facts_save")


def note(partnership_id: int) -> None:
    """A note for whoever works with them next; it becomes part of the story."""
    form = form_for(NoteDraft, "partnership", name=f"partnership_note_{partnership_id}")

    def save() -> None:
        act(commands.add_note, partnership_id, **form.values(), form=form, done="Note saved.")

    with st.container(border=True, key="partnership_add_note"):
        st.header("Add a note", anchor=False)
        with form.fields():
            form.area("words", key="note", height=90)
            form.submit("Save note", save, key="note_save", type="primary")
