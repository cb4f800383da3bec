"""The agenda on screen: a timetable to read, and rows to move, swap, retime and take out."""

import streamlit as st

from rr.sessions import queries
from rr.sessions.agenda import commands
from rr.sessions.agenda import queries as proposals
from rr.sessions.queries import Agenda, Item
from rr.sessions.states import SessionState
from rr.toolkit import queries as toolkit
from rr.toolkit.recipe import ActivityFacts
from rr.toolkit.rules import Phase
from rr.ui.kit.act import Drawn, act, drawn, show_news, show_refusal
from rr.ui.kit.markdown import plain
from rr.ui.kit.page import Page
from rr.ui.kit.popover_form import closing, panel

ICONS = {
    Phase.OPEN: "waving_hand",
    Phase.REFLECT: "history_edu",
    Phase.EXPLORE: "explore",
    Phase.FUTURE: "wb_twilight",
    Phase.PRIORITISE: "how_to_vote",
    Phase.ACT: "flag",
    Phase.CLOSE: "celebration",
    Phase.BREAK: "coffee",
}
EDITED = {"title": "Title", "lead": "Led by", "notes": "Notes"}


def timetable(agenda: Agenda) -> None:
    """The agenda to read: when each row starts, and when the last one ends."""
    lines = [f"**{item.starts}** {plain(item.title)} :gray[{item.minutes}\N{NO-BREAK SPACE}min]" for item in agenda.items]
    st.markdown("  \n".join([*lines, f"**{agenda.ends}** :gray[end]"]) if lines else "The agenda is empty.")


@st.fragment
def editor(page: Page, session_id: int) -> None:
    """The agenda to work on. A panel of its own: a change redraws only this."""
    with page.reading() as db:
        facts = queries.session(db, session_id, actor=page.actor)
        agenda = queries.agenda(db, facts, actor=page.actor)
        library = toolkit.activities(db)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.subheader("Agenda", anchor=False, width="content")
        if agenda.items:
            ends = f", ends {agenda.ends}" if facts.starts_at else ""
            st.caption(f"{agenda.minutes} of {facts.minutes} minutes{ends}")
    show_news()
    for warning in agenda.warnings:
        st.markdown(f":orange[:material/lightbulb:] {plain(warning)}")
    if not agenda.items:
        st.info("The agenda is empty. Add the first activity below.", icon=":material/add_circle:")
    may_change = facts.state is not SessionState.CANCELLED
    for item in agenda.items:
        _row(page, item, len(agenda.items), may_change=may_change)
    if may_change:
        _add(session_id, library)


def _row(page: Page, item: Item, rows: int, *, may_change: bool) -> None:
    icon = ICONS[item.phase] if item.phase else "edit_note"
    led = f" :gray[led by {plain(item.lead)}]" if item.lead else ""
    minutes = "" if may_change else f" :gray[{item.minutes} min]"
    with st.container(border=True, gap="xsmall"):
        st.markdown(f"**{item.starts}** &ensp;:material/{icon}: **{plain(item.title)}**{minutes}{led}")
        if item.why:
            st.caption(plain(item.why))
        if item.notes:
            st.markdown(f":material/sticky_note_2: {plain(item.notes)}")
        if may_change:
            with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
                _controls(page, item, rows)


def _controls(page: Page, item: Item, rows: int) -> None:
    form = drawn(f"session_minutes_{item.id}", minutes=item.minutes)
    st.number_input(
        f"Minutes of {plain(item.title)}",
        min_value=0,
        max_value=480,
        value=item.minutes,
        step=5,
        icon=":material/timer:",
        key=form.own(f"session_minutes_{item.id}", item.minutes),
        label_visibility="collapsed",
        width=110,
        on_change=_retime,
        args=(item.id,),
    )
    for way, icon, end, label in (("up", "arrow_upward", 1, "Earlier"), ("down", "arrow_downward", rows, "Later")):
        st.button(
            "",
            key=f"session_{way}_{item.id}",
            icon=f":material/{icon}:",
            help=f"{label}: {plain(item.title)}",
            disabled=item.position == end,
            on_click=act,
            args=(commands.move_item, item.id, way),
            kwargs={"repeat": True},
        )
    with panel("Swap", f"session_swaps_{item.id}", {"activity": item.activity_id}, icon="swap_horiz") as swapping:
        if swapping is not None:
            _swap(page, item, swapping)
    base = {"title": item.title, "lead": item.lead, "notes": item.notes}
    with panel("Edit", f"session_edit_{item.id}", base, icon="edit") as editing:
        if editing is not None:
            _edit(item, editing)
    show_refusal(form, {"minutes": "Minutes"})


def _retime(item_id: int) -> None:
    form = drawn(f"session_minutes_{item_id}")
    act(commands.retime_item, item_id, form.value(f"session_minutes_{item_id}"), base=form.base["minutes"], form=form)


def _swap(page: Page, item: Item, form: Drawn) -> None:
    show_refusal(form, {"activity": "Activity"})
    with page.reading() as db:
        others = proposals.swaps(db, item.id, actor=page.actor)
    if not others:
        st.markdown("Nothing else in the toolkit suits this part. Take it out, and add what you like instead.")
        return
    names = {other.activity_id: f"{other.name} ({span(other.minutes_from, other.minutes_to)})" for other in others}
    st.radio(
        f"Instead of {plain(item.title)}",
        list(names),
        index=None,
        format_func=lambda number: plain(names.get(number, "")),
        captions=[plain(other.why) for other in others],
        key=form.own(f"session_swap_{item.id}", None),
        on_change=_swap_now,
        args=(item.id,),
    )


def _swap_now(item_id: int) -> None:
    name = f"session_swaps_{item_id}"
    form = drawn(name)
    chosen = form.value(f"session_swap_{item_id}")
    act(commands.swap_item, item_id, chosen, base=form.base["activity"], form=form, after=closing(name))


def _edit(item: Item, form: Drawn) -> None:
    with st.form(f"session_edit_form_{item.id}", border=False):
        show_refusal(form, EDITED)
        st.text_input(EDITED["title"], item.title, key=form.own(f"session_title_{item.id}", item.title), max_chars=200)
        st.text_input(EDITED["lead"], item.lead, key=form.own(f"session_lead_{item.id}", item.lead), max_chars=60)
        st.text_area(EDITED["notes"], item.notes, key=form.own(f"session_notes_{item.id}", item.notes), height="content")
        st.form_submit_button("Save", key=f"session_item_save_{item.id}", on_click=_edit_now, args=(item.id,))
    st.button(
        "Take it out",
        key=f"session_remove_{item.id}",
        icon=":material/delete:",
        on_click=act,
        args=(commands.remove_item, item.id),
        kwargs={"form": form},
    )


def _edit_now(item_id: int) -> None:
    name = f"session_edit_{item_id}"
    form = drawn(name)
    mine = {field: form.value(f"session_{field}_{item_id}") for field in EDITED}
    act(commands.change_item, item_id, mine, form.base, form=form, after=closing(name))


def span(least: int, most: int) -> str:
    """20 minutes, or 15 to 25 minutes."""
    return f"{least} minutes" if least == most else f"{least} to {most} minutes"


def _add(session_id: int, library: tuple[ActivityFacts, ...]) -> None:
    """Choose an activity, or type a title of one's own: the box takes both."""
    known = {one.name: one for one in sorted(library, key=lambda one: (list(Phase).index(one.phase), one.name))}
    form = drawn(f"session_add_{session_id}")
    with st.form("session_add_form", border=False):
        show_refusal(form, {"title": "Activity", "minutes": "Minutes"})
        st.selectbox(
            "Add an activity, or type a title of your own",
            list(known),
            index=None,
            format_func=lambda name: f"{name} · {known[name].phase.label}" if name in known else name,
            accept_new_options=True,
            placeholder="Choose or type",
            key=form.own("session_add_title", None),
        )
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.number_input("Minutes", value=None, step=5, key=form.own("session_add_minutes", None), placeholder="As usual", width=140)
            st.form_submit_button(
                "Add",
                key="session_add",
                icon=":material/add:",
                on_click=_add_now,
                args=(session_id, {name: one.id for name, one in known.items()}),
            )


def _add_now(session_id: int, ids: dict[str, int]) -> None:
    form = drawn(f"session_add_{session_id}")
    title = form.value("session_add_title") or ""
    act(
        commands.add_item,
        session_id,
        activity_id=ids.get(title),
        title="" if title in ids else title,
        minutes=form.value("session_add_minutes"),
        form=form,
    )
