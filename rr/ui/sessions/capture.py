"""Writing down what a session brings: one line for one thing, and chips to correct what was understood of it."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from rr import clock, days
from rr.config import ROOT
from rr.labels import count
from rr.needs import queries as needs
from rr.needs.queries import Need
from rr.sessions import queries, rules
from rr.sessions.agenda import queries as agenda_queries
from rr.sessions.agenda.queries import Agenda, ItemDetail
from rr.sessions.capture import commands
from rr.sessions.capture import queries as capture_queries
from rr.sessions.capture.queries import CapturedLine
from rr.sessions.drafts import CaptureDraft, LineDraft, LineSupportDraft
from rr.sessions.queries import SessionDetail
from rr.sessions.rules import CaptureKind
from rr.toolkit import queries as toolkit
from rr.ui.kit.act import act, show_news
from rr.ui.kit.form import Form, form_for
from rr.ui.kit.markdown import plain
from rr.ui.kit.page import Page
from rr.ui.kit.popover_form import panel
from rr.ui.kit.segments import segments

HINT = "@lead · end of May · #topic · !support needed. Press Enter to add the line."
PLACEHOLDER = "Ask Locality about the lease @chair end of May #hubs !legal advice"
ORDER = (CaptureKind.ACTION, CaptureKind.DECISION, CaptureKind.IDEA, CaptureKind.ACHIEVEMENT)


@dataclass(frozen=True)
class ChipOptions:
    """What the chips offer: topics and kinds of support by code, and the names of who is known at the partnership."""

    topics: dict[str, str]
    kinds: dict[str, str]
    people: tuple[str, ...]


@st.fragment
def capture_area(page: Page, session_id: int) -> None:
    """Where the session is, the box, and the lines so far. A fragment: adding a line redraws only this."""
    with page.reading() as db:
        session = queries.detail(db, session_id, actor=page.actor)
        agenda = agenda_queries.agenda(db, session)
        lines = capture_queries.lines(db, session_id, actor=page.actor)
        problems = capture_queries.problems(db, session_id, lines[0], actor=page.actor) if lines else ()
        people = tuple(contact.name for contact in capture_queries.contacts(db, session.partnership_id))
        options = ChipOptions(toolkit.topics(db), {kind.code: kind.label for kind in needs.kinds(db)}, people)
    item = _current_item(session, agenda)
    _box(session_id, item)
    show_news("live")
    for problem in problems:
        st.markdown(f":orange[:material/help:] {plain(problem)}")
    if not lines:
        st.image(ROOT / "rr/ui/static/table.svg", width=220, alt="")
        st.markdown("Nothing written down yet. Type the first line above: what they are proud of is a good start.")
    kinds = {line.kind for line in lines}
    both = CaptureKind.ACTION in kinds and len(kinds) > 1  # side by side, unless one side would be empty
    left, right = st.columns([3, 2], gap="medium") if both else (st.container(), st.container())
    for kind in ORDER:
        with left if kind is CaptureKind.ACTION else right:
            _group(kind, [line for line in lines if line.kind is kind], options)


# The agenda item


def _current_item(session: SessionDetail, agenda: Agenda) -> ItemDetail | None:
    """The agenda item that is being worked on: the one in the address, else the one by the clock."""
    if not agenda.items:
        return None
    ids = [item.id for item in agenda.items]
    chosen = st.query_params.get("item", "")
    if chosen.isdecimal() and int(chosen) in ids:
        at = ids.index(int(chosen))
    else:
        gone = int((clock.now() - session.starts_at).total_seconds() // 60) if session.starts_at else 0
        at = rules.item_at([item.minutes for item in agenda.items], gone)
    item = agenda.items[at]
    before, after = agenda.items[max(at - 1, 0)], agenda.items[min(at + 1, len(ids) - 1)]
    with st.container(border=True), st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{item.starts}** &ensp;**{plain(item.title)}** :gray[{item.minutes} min]", width="content")
        _how_to(item)
        st.space("stretch")
        _step("Back", "live_previous", before, item, icon="arrow_back", at_end="This is the first item")
        _step("Next", "live_next", after, item, icon="arrow_forward", at_end="This is the last item")
    return item


def _how_to(item: ItemDetail) -> None:
    if item.how or item.materials or item.notes:
        with st.popover("How to", icon=":material/menu_book:", type="tertiary"):
            for label, words in (("Purpose", item.purpose), ("How", item.how), ("Materials", item.materials), ("Notes", item.notes)):
                if words:
                    st.caption(label)
                    st.text(words)


def _step(label: str, key: str, to: ItemDetail, item: ItemDetail, *, icon: str, at_end: str) -> None:
    def go_to() -> None:
        st.query_params["item"] = str(to.id)

    if to.id == item.id:
        st.caption(at_end, width="content")
    else:
        st.button(label, key=key, icon=f":material/{icon}:", help=f"{label}: {plain(to.title)}", on_click=go_to)


# The box


def _box(session_id: int, item: ItemDetail | None) -> None:
    """Where lines are typed. The browser empties it at once, so that the typing can go on while a line is being stored."""
    form = form_for(CaptureDraft, "live", name=f"live_box_{session_id}")

    def add() -> None:
        line = form.values()["line"]
        kind = st.session_state.get("live_kind") or CaptureKind.ACTION
        act(commands.capture, session_id, line, kind, item_id=item.id if item else None, form=form, done="Line added.")
        if form.refusal is not None:
            st.session_state["live_line"] = line

    # Outside the form, which empties what is in it: the kind stays for the next line.
    segments("What is it?", ORDER, lambda kind: kind.label, key="live_kind", default=CaptureKind.ACTION)
    form.restored()
    with st.form("live_form", border=False, clear_on_submit=True):
        form.summary()
        words, way = st.columns([6, 1], vertical_alignment="bottom", gap="small")  # on a phone, the box has the whole width
        with words:
            form.text("line", max_chars=None, placeholder=PLACEHOLDER, help=HINT, label_visibility="collapsed", autocomplete="off")
        with way:
            form.submit("Add", add, key="add", type="primary", icon=":material/add:", width="stretch")
        st.caption(plain(HINT))


# The lines


def _group(kind: CaptureKind, lines: list[CapturedLine], options: ChipOptions) -> None:
    if not lines:
        return
    st.header(f":material/{kind.icon}: {count(len(lines), kind.label.lower())}", anchor=False)
    for line in lines:
        with st.container(border=True, gap="xsmall"):
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.markdown(f"### {plain(line.text)}", anchors=False, width="stretch")
                if not line.in_plan:
                    _edit(line)
            if line.in_plan:
                st.caption(_in_words(line))
            else:
                with st.container(horizontal=True, gap="xsmall"):
                    _chips(line, options)


def _in_words(line: CapturedLine) -> str:
    due = f"By {days.say(line.due)}" if line.due else ""
    lead = f"Lead: {line.lead}" if line.lead else ""
    parts = [lead, due, line.topic_label, *(need.words for need in line.needs), "Now in the plan"]
    return " · ".join(plain(words) for words in parts if words)


def _chips(line: CapturedLine, options: ChipOptions) -> None:
    people = list(dict.fromkeys([*filter(None, [line.lead]), *options.people]))

    def lead(form: Form, save: Callable[[], None]) -> None:
        form.choice("lead", people, first=line.lead or None, accept_new_options=True, on_change=save)

    def due(form: Form, save: Callable[[], None]) -> None:
        form.date("due", on_change=save)

    def topic(form: Form, save: Callable[[], None]) -> None:
        form.radio("topic", options.topics, on_change=save)

    _chip(line, "lead", f"Lead: {line.lead}" if line.lead else "", lead, add="Add lead", icon="person")
    no_date = "No date understood" if line.has_date_not_understood else "Add date"
    _chip(line, "due", f"By {days.say(line.due)}" if line.due else "", due, add=no_date, icon="event")
    _chip(line, "topic", line.topic_label, topic, add="Add topic", icon="sell")
    for need in line.needs:
        _support_chip(need, options.kinds)
    if line.kind is CaptureKind.ACTION:
        _add_support_chip(line)


def _chip(line: CapturedLine, field: str, shown: str, draw: Callable[[Form, Callable[[], None]], None], *, add: str, icon: str) -> None:
    """One field of a line: what it is, or the offer to add it. A change is saved at once."""
    if not shown and line.kind is not CaptureKind.ACTION:
        return
    base = {field: getattr(line, field)}
    key = f"live_chip_{field}_{line.id}"
    with panel(plain(shown) or add, key, base, icon=icon, quiet=not shown, draft=LineDraft, prefix="live", id=line.id) as form:
        if form is None:
            return

        def save() -> None:
            act(commands.correct, line.id, form.values(), form.base, form=form)

        draw(form, save)
        form.summary()
        if shown:
            _remove("Remove", f"live_drop_{field}_{line.id}", form, commands.correct, line.id, {field: None}, form.base)


def _support_chip(need: Need, kinds: dict[str, str]) -> None:
    key = f"live_chip_need_{need.id}"
    with panel(
        plain(need.words), key, need, icon="handshake", help=need.kind_label, draft=LineSupportDraft, prefix="live", id=need.id
    ) as form:
        if form is None:
            return

        def save() -> None:
            act(commands.change_support, need.id, **form.values(), form=form)

        with form.fields():
            form.text("words", key="need_words")
            form.choice("kind", kinds, key="need_kind")
            form.submit("Save", save, key="need_save")
        _remove("Remove", f"live_drop_need_{need.id}", form, commands.remove_support, need.id)


def _add_support_chip(line: CapturedLine) -> None:
    key = f"live_chip_ask_{line.id}"
    with panel("Add support", key, icon="handshake", quiet=True, draft=LineSupportDraft, prefix="live", id=line.id) as form:
        if form is None:
            return

        def add() -> None:
            act(commands.add_support, line.id, **form.values(), form=form)

        with form.fields():
            form.text("words", key="ask_words")
            form.submit("Add", add, key="ask")


def _edit(line: CapturedLine) -> None:
    key = f"live_chip_text_{line.id}"
    with panel("Edit", key, line, icon="edit", quiet=True, draft=LineDraft, prefix="live", id=line.id) as form:
        if form is None:
            return

        def save() -> None:
            act(commands.correct, line.id, form.values(), form.base, form=form)

        with form.fields():
            form.segments("kind", {kind: kind.label for kind in ORDER})
            form.area("text", height="content")
            form.submit("Save", save)
        st.caption(f"Typed as: {plain(line.as_typed)}")
        if line.item:
            st.caption(f"During: {plain(line.item)}")
        _remove("Remove line", f"live_remove_{line.id}", form, commands.remove_line, line.id, icon="delete")


def _remove(label: str, key: str, form: Form, command: Callable[..., None], *args: object, icon: str = "close") -> None:
    given = {"form": form, "done": "Line removed." if command is commands.remove_line else "Removed."}
    st.button(label, key=key, icon=f":material/{icon}:", on_click=act, args=(command, *args), kwargs=given)
