"""The agenda on screen: a timetable to read, and rows to move, retime, swap, edit and remove."""

import streamlit as st

from rr.sessions import queries
from rr.sessions.agenda import commands
from rr.sessions.agenda import queries as agenda_queries
from rr.sessions.agenda.queries import Agenda, ItemDetail
from rr.sessions.drafts import AgendaItemDraft, NewItemDraft, SwapDraft
from rr.sessions.states import SessionState
from rr.toolkit import queries as toolkit
from rr.toolkit.recipe import ActivityFacts
from rr.toolkit.rules import Phase
from rr.ui.kit.act import act, show_news
from rr.ui.kit.form import Form, form_for
from rr.ui.kit.markdown import plain
from rr.ui.kit.page import Page
from rr.ui.kit.popover_form import panel


def timetable(agenda: Agenda) -> None:
    """The agenda to read: when each row starts, and when the last one ends."""
    lines = [f"**{item.starts}** {plain(item.title)} :gray[{item.minutes}\N{NO-BREAK SPACE}min]" for item in agenda.items]
    st.markdown("  \n".join([*lines, f"**{agenda.ends}** :gray[end]"]) if lines else "The agenda is empty.")


@st.fragment
def agenda_editor(page: Page, session_id: int) -> None:
    """The agenda to work on. A fragment: a change redraws only this."""
    with page.reading() as db:
        session = queries.detail(db, session_id, actor=page.actor)
        agenda = agenda_queries.agenda(db, session)
        library = toolkit.activities(db)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.header("Agenda", anchor=False, width="content")
        if agenda.items:
            ends = f", ends {agenda.ends}" if session.starts_at else ""
            st.caption(f"{agenda.minutes} of {session.minutes} minutes{ends}")
    show_news("agenda")
    for warning in agenda.warnings:
        st.markdown(f":orange[:material/lightbulb:] {plain(warning)}")
    if not agenda.items:
        st.info("The agenda is empty. Add the first activity below.", icon=":material/add_circle:")
    may_change = session.state is not SessionState.CANCELLED
    for item in agenda.items:
        _item(page, item, len(agenda.items), may_change=may_change)
    if may_change:
        _add_form(session_id, library)


def _item(page: Page, item: ItemDetail, items: int, *, may_change: bool) -> None:
    icon = item.phase.icon if item.phase else "edit_note"
    lead = f" :gray[Lead: {plain(item.lead)}]" if item.lead else ""
    minutes = "" if may_change else f" :gray[{item.minutes} min]"
    with st.container(border=True, gap="xsmall"):
        st.markdown(f"**{item.starts}** &ensp;:material/{icon}: **{plain(item.title)}**{minutes}{lead}")
        if item.why:
            st.caption(plain(item.why))
        if item.notes:
            st.markdown(f":material/sticky_note_2: {plain(item.notes)}")
        if may_change:
            with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
                _controls(page, item, items)


def _controls(page: Page, item: ItemDetail, items: int) -> None:
    _minutes(item)
    for way, icon, end, at_end in (("up", "arrow_upward", 1, "the first"), ("down", "arrow_downward", items, "the last")):
        st.button(
            "",
            key=f"session_{way}_{item.id}",
            icon=f":material/{icon}:",
            help=f"Move {way}: {plain(item.title)}",
            on_click=act,
            args=(commands.move_item, item.id, way),
            kwargs={"repeat": True, "done": f"{item.title} is {at_end} already." if item.position == end else ""},
        )
    current = {"activity": item.activity_id}
    with panel("Swap", f"session_swaps_{item.id}", current, icon="swap_horiz", draft=SwapDraft, prefix="session", id=item.id) as swap_form:
        if swap_form is not None:
            _swap(page, item, swap_form)
    with panel("Edit", f"session_edit_{item.id}", item, icon="edit", draft=AgendaItemDraft, prefix="session", id=item.id) as edit_form:
        if edit_form is not None:
            _edit(item, edit_form)


def _minutes(item: ItemDetail) -> None:
    """The minutes of a row, saved as soon as they are changed."""
    form = form_for(AgendaItemDraft, "session", {"minutes": item.minutes}, id=item.id, name=f"session_minutes_{item.id}")

    def save() -> None:
        act(commands.change_item, item.id, form.values(), form.base, form=form)

    look = {"label": f"Minutes of {plain(item.title)}", "label_visibility": "collapsed", "width": 110, "icon": ":material/timer:"}
    form.number("minutes", value=item.minutes, step=5, on_change=save, **look)
    form.summary()


def _swap(page: Page, item: ItemDetail, form: Form) -> None:
    form.summary()
    with page.reading() as db:
        others = agenda_queries.swaps(db, item.id, actor=page.actor)
    if not others:
        st.markdown("No other activity in the toolkit suits this part. Remove it, and add another one instead.")
        return

    def swap() -> None:
        act(commands.swap_item, item.id, form.values()["activity"], base=form.base["activity"], form=form, done="Activity swapped.")

    names = {other.activity_id: f"{other.name} ({span(other.minutes_from, other.minutes_to)})" for other in others}
    why = [plain(other.why) for other in others]
    form.radio("activity", names, label=f"Instead of {plain(item.title)}", first=None, captions=why, key="swap", on_change=swap)


def _edit(item: ItemDetail, form: Form) -> None:
    def save() -> None:
        act(commands.change_item, item.id, form.values(), form.base, form=form)

    with form.fields():
        form.text("title")
        form.text("lead")
        form.area("notes", height="content")
        form.submit("Save", save, key="item_save")
    st.button(
        "Remove from agenda",
        key=f"session_remove_{item.id}",
        icon=":material/delete:",
        on_click=act,
        args=(commands.remove_item, item.id),
        kwargs={"form": form, "done": f"Removed from the agenda: {item.title}."},
    )


def span(least: int, most: int) -> str:
    """20 minutes, or 15 to 25 minutes."""
    return f"{least} minutes" if least == most else f"{least} to {most} minutes"


def _add_form(session_id: int, library: tuple[ActivityFacts, ...]) -> None:
    """Choose an activity, or type a title of one's own: the box takes both."""
    in_order = sorted(library, key=lambda one: (list(Phase).index(one.phase), one.name))
    ids = {one.name: one.id for one in in_order}
    form = form_for(NewItemDraft, "session", name=f"session_add_{session_id}")

    def add() -> None:
        title, minutes = form.values()["title"], form.values()["minutes"]
        done = f"Added to the agenda: {title}."
        act(commands.add_item, session_id, activity_id=ids.get(title), title=title, minutes=minutes, form=form, done=done)

    with form.fields():
        names = {one.name: f"{one.name} · {one.phase.label}" for one in in_order}
        form.choice("title", names, first=None, accept_new_options=True, key="add_title")
        with st.container(horizontal=True, vertical_alignment="bottom"):
            form.number("minutes", step=5, width=140, key="add_minutes")
            form.submit("Add", add, key="add", icon=":material/add:")
