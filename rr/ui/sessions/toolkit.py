"""The activity library on screen: filters, entries with their how-to, the form to add or mend one, and the recipes."""

import streamlit as st

from rr.base import LINE
from rr.toolkit import commands
from rr.toolkit.queries import Entry, Filters, Shape
from rr.toolkit.rules import Phase, Place
from rr.ui.kit.act import Drawn, act, drawn, show_refusal
from rr.ui.kit.markdown import plain
from rr.ui.kit.popover_form import closing, panel
from rr.ui.sessions.agenda import span

LABELS = {
    "name": "Name",
    "phase": "Part of the session",
    "minutes_from": "Minutes at least",
    "minutes_to": "Minutes at most",
    "group_from": "People at least",
    "group_to": "People at most",
    "place": "Where it works",
    "topics": "Topics it serves",
    "celebrates": "It celebrates what was achieved",
    "newcomers": "It helps newer members to catch up",
    "purpose": "What it is for",
    "how": "How to do it",
    "materials": "Materials",
    "source": "Where it comes from",
}
EMPTY = {
    **dict.fromkeys(LABELS, ""),
    "phase": Phase.EXPLORE,
    "place": Place.EITHER,
    "minutes_from": 15,
    "minutes_to": 30,
    "group_from": None,
    "group_to": None,
    "topics": (),
    "celebrates": False,
    "newcomers": False,
}


def filters(topics: dict[str, str]) -> Filters:
    """What the library is narrowed to, kept in the address."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        phase = st.selectbox(
            LABELS["phase"],
            [one.label for one in Phase if one is not Phase.BREAK],
            index=None,
            placeholder="All parts",
            key="toolkit_phase",
            bind="query-params",
            width=180,
        )
        topic = st.selectbox(
            "Topic", list(topics.values()), index=None, placeholder="All topics", key="toolkit_topic", bind="query-params", width=240
        )
        minutes = st.number_input(
            "Minutes you have",
            min_value=5,
            max_value=480,
            value=None,
            step=5,
            placeholder="Any",
            key="toolkit_minutes",
            bind="query-params",
            width=150,
        )
        people = st.number_input(
            "People", min_value=1, max_value=500, value=None, placeholder="Any", key="toolkit_people", bind="query-params", width=120
        )
    return Filters(
        phase=next((one for one in Phase if one.label == phase), None),
        topic=next((code for code, label in topics.items() if label == topic), None),
        minutes=minutes,
        people=people,
    )


def entries(found: tuple[Entry, ...], topics: dict[str, str]) -> None:
    """The entries, two in a row, under a heading for each part of a session."""
    for phase in Phase:
        here = [entry for entry in found if entry.phase is phase]
        if here:
            st.subheader(f":material/{phase.icon}: {phase.label}", anchor=False)
        for first in range(0, len(here), 2):
            for column, entry in zip(st.columns(2), here[first : first + 2], strict=False):
                with column, st.container(border=True, height="stretch", gap="xsmall"):
                    _card(entry, topics)


def _card(entry: Entry, topics: dict[str, str]) -> None:
    """An activity in short. How it is done is drawn once that is opened."""
    ours = " (our estimate)" if entry.minutes_are_ours else ""
    st.markdown(f"**{plain(entry.name)}**")
    st.caption(f"{span(entry.minutes_from, entry.minutes_to)}{ours} · {group(entry)}")
    st.markdown(plain(entry.purpose))
    opened = st.expander("How to do it", key=f"toolkit_open_{entry.id}", type="compact", on_change="rerun")
    with opened:
        if opened.open:
            _entry(entry, topics)


def group(entry: Entry) -> str:
    """How many people it suits."""
    least, most = entry.group_from or 1, entry.group_to
    if most is None:
        return "any number of people" if least == 1 else f"{least} people or more"
    return f"up to {most} people" if least == 1 else f"{least} to {most} people"


def _entry(entry: Entry, topics: dict[str, str]) -> None:
    with st.container(horizontal=True):
        st.badge(entry.place.label, icon=":material/location_on:", color="gray")
        if entry.celebrates:
            st.badge("Celebrates", icon=":material/celebration:", color="green")
        if entry.newcomers:
            st.badge("Good for newer members", icon=":material/group_add:", color="green")
        for code in entry.topics:
            st.badge(plain(topics.get(code, code)), icon=":material/sell:", color="blue")
    st.text(entry.how)
    for label, words in (("Materials", entry.materials), ("Where it comes from", entry.source)):
        if words:
            st.markdown(f"**{label}**")
            st.text(words)
    if entry.added_by:
        st.caption(f"Added by {plain(entry.added_by)}")
    if entry.may_edit:
        key = f"toolkit_edit_{entry.id}"
        with panel("Edit", key, {name: getattr(entry, name) for name in LABELS}, icon="edit") as form:
            if form is not None:
                _fields(form, f"_{entry.id}", topics, entry.id)


def adding(topics: dict[str, str]) -> None:
    """The panel to add an activity of one's own."""
    with panel("Add an activity", "toolkit_new", EMPTY, icon="add") as form:
        if form is not None:
            _fields(form, "_new", topics, None)


def _fields(form: Drawn, end: str, topics: dict[str, str], activity_id: int | None) -> None:
    base = form.base
    with st.form(f"toolkit_form{end}", border=False):
        show_refusal(form, LABELS)
        st.text_input(LABELS["name"], base["name"], key=form.own(f"toolkit_name{end}", base["name"]), max_chars=LINE)
        _choice("phase", list(Phase), form, end)
        for first, second in (("minutes_from", "minutes_to"), ("group_from", "group_to")):
            for name, column in zip((first, second), st.columns(2), strict=True):
                placeholder = "No limit" if name.startswith("group") else None
                column.number_input(
                    LABELS[name], value=base[name], step=1, key=form.own(f"toolkit_{name}{end}", base[name]), placeholder=placeholder
                )
        _choice("place", list(Place), form, end)
        st.multiselect(
            LABELS["topics"],
            list(topics),
            list(base["topics"]),
            format_func=lambda code: topics.get(code, ""),
            key=form.own(f"toolkit_topics{end}", list(base["topics"])),
            placeholder="Any topic",
        )
        for name in ("celebrates", "newcomers"):
            st.checkbox(LABELS[name], base[name], key=form.own(f"toolkit_{name}{end}", base[name]))
        for name in ("purpose", "how", "materials", "source"):
            st.text_area(LABELS[name], base[name], key=form.own(f"toolkit_{name}{end}", base[name]), height="content")
        st.form_submit_button("Save", key=f"toolkit_save{end}", icon=":material/save:", on_click=_save, args=(end, activity_id))


def _choice(name: str, options: list, form: Drawn, end: str) -> None:
    st.selectbox(
        LABELS[name],
        options,
        index=options.index(form.base[name]),
        format_func=lambda one: one.label,
        key=form.own(f"toolkit_{name}{end}", form.base[name]),
    )


def _save(end: str, activity_id: int | None) -> None:
    key = "toolkit_new" if activity_id is None else f"toolkit_edit_{activity_id}"
    form = drawn(key)
    mine = {name: form.value(f"toolkit_{name}{end}") for name in LABELS}
    mine["topics"] = tuple(mine["topics"] or ())
    if activity_id is None:
        act(commands.add_activity, mine, form=form, done=f"{mine['name']} is in the toolkit now.", after=closing(key))
    else:
        act(commands.edit_activity, activity_id, mine, form.base, form=form, done="Saved.", after=closing(key))


def recipe(shape: Shape) -> None:
    """A recipe with its steps: what is fixed, and what is chosen to suit the partnership."""
    with st.expander(
        f"**{plain(shape.name)}** :gray[{shape.minutes} minutes · {shape.when.label.lower()}]", key=f"toolkit_recipe_{shape.id}"
    ):
        st.markdown(plain(shape.summary))
        for step in shape.steps:
            chosen = " :gray[chosen to suit them]" if step.is_chosen else ""
            st.markdown(f"**{plain(step.title)}** :gray[{step.minutes} min]{chosen}  \n{plain(step.why)}")
