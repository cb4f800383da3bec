"""Writing down what a session brings: one line for one thing, and chips to put right what was understood of it."""

from dataclasses import dataclass

import streamlit as st

from rr import clock, days
from rr.config import ROOT
from rr.labels import count
from rr.needs import queries as needs
from rr.needs.queries import Kind, Need
from rr.sessions import queries, rules
from rr.sessions.capture import commands
from rr.sessions.capture import queries as captured
from rr.sessions.capture.queries import Line
from rr.sessions.queries import Agenda, Facts, Item
from rr.sessions.rules import CaptureKind
from rr.toolkit import queries as toolkit
from rr.ui.kit.act import Drawn, act, drawn, show_news, show_refusal
from rr.ui.kit.markdown import plain
from rr.ui.kit.page import Page
from rr.ui.kit.popover_form import closing, panel
from rr.ui.kit.segments import segments

HINT = "@who leads · end of May · #topic · !support needed. Enter keeps the line."
PLACEHOLDER = "Ask Locality about the lease @chair end of May #hubs !legal advice"
CHIPS = {"lead": "Who leads?", "due": "By when?", "topic": "Topic", "text": "Words", "words": "Support needed", "kind": "Kind of support"}
ORDER = (CaptureKind.ACTION, CaptureKind.DECISION, CaptureKind.IDEA, CaptureKind.ACHIEVEMENT)


@dataclass(frozen=True)
class Choices:
    """What the chips offer: topics and kinds of support by code, and who is known at the partnership."""

    topics: dict[str, str]
    kinds: tuple[Kind, ...]
    people: tuple[str, ...]


@st.fragment
def capturing(page: Page, session_id: int) -> None:
    """Where the session is, the box, and what it has brought so far. A panel of its own: saving a line redraws only this."""
    with page.reading() as db:
        facts = queries.session(db, session_id, actor=page.actor)
        agenda = queries.agenda(db, facts, actor=page.actor)
        lines = captured.lines(db, session_id, actor=page.actor)
        problems = captured.not_understood(db, session_id, lines[0], actor=page.actor) if lines else ()
        people = tuple(contact.name for contact in captured.contacts(db, facts.partnership_id))
        choices = Choices(toolkit.topics(db), needs.kinds(db), people)
    item = _now(facts, agenda)
    _box(session_id, item)
    show_news()
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
            _group(kind, [line for line in lines if line.kind is kind], choices)


def _now(facts: Facts, agenda: Agenda) -> Item | None:
    """The agenda item that is being worked on: the one in the address, else the one by the clock."""
    if not agenda.items:
        return None
    ids = [item.id for item in agenda.items]
    asked = st.query_params.get("item", "")
    if asked.isdecimal() and int(asked) in ids:
        at = ids.index(int(asked))
    else:
        gone = int((clock.now() - facts.starts_at).total_seconds() // 60) if facts.starts_at else 0
        at = rules.item_at([item.minutes for item in agenda.items], gone)
    item = agenda.items[at]
    with st.container(border=True), st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{item.starts}** &ensp;**{plain(item.title)}** :gray[{item.minutes} min]", width="content")
        if item.how or item.materials or item.notes:
            with st.popover("How to", icon=":material/menu_book:", type="tertiary"):
                for label, words in (("Purpose", item.purpose), ("How", item.how), ("Materials", item.materials), ("Notes", item.notes)):
                    if words:
                        st.caption(label)
                        st.text(words)
        st.space("stretch")
        st.button(
            "Back",
            key="live_previous",
            icon=":material/arrow_back:",
            disabled=at == 0,
            on_click=_go_to,
            args=(ids[max(at - 1, 0)],),
        )
        after = agenda.items[at + 1].title if at + 1 < len(ids) else ""
        st.button(
            "Next",
            key="live_next",
            icon=":material/arrow_forward:",
            help=f"Next: {plain(after)}" if after else "This is the last item",
            disabled=not after,
            on_click=_go_to,
            args=(ids[min(at + 1, len(ids) - 1)],),
        )
    return item


def _go_to(item_id: int) -> None:
    st.query_params["item"] = str(item_id)


def _box(session_id: int, item: Item | None) -> None:
    form = drawn(f"live_box_{session_id}")
    with st.form("live_form", border=False):
        segments("What is it?", ORDER, lambda kind: kind.label, key="live_kind", default=CaptureKind.ACTION)
        words, way = st.columns([6, 1], vertical_alignment="bottom", gap="small")  # on a phone, the box has the whole width
        words.text_input(
            "What was said?",
            key=form.own("live_line", ""),
            placeholder=PLACEHOLDER,
            help=HINT,
            label_visibility="collapsed",
            autocomplete="off",
        )
        way.form_submit_button(
            "Add",
            key="live_add",
            type="primary",
            icon=":material/add:",
            on_click=_add,
            args=(session_id, item.id if item else None),
            width="stretch",
        )
        st.caption(plain(HINT))
        show_refusal(form)


def _add(session_id: int, item_id: int | None) -> None:
    form = drawn(f"live_box_{session_id}")
    kind = form.value("live_kind") or CaptureKind.ACTION
    act(commands.capture, session_id, form.value("live_line") or "", kind, item_id=item_id, form=form, after=_emptied)


def _emptied(_line_id: int) -> None:
    st.session_state["live_line"] = ""  # set, not dropped: the box stays as it is on screen, and the typing goes on


def _group(kind: CaptureKind, lines: list[Line], choices: Choices) -> None:
    if not lines:
        return
    st.subheader(f":material/{kind.icon}: {count(len(lines), kind.label.lower())}", anchor=False)
    for line in lines:
        with st.container(border=True, gap="xsmall"):
            st.markdown(f"#### {plain(line.text)}", anchors=False)
            if line.in_plan:
                _settled(line)
            else:
                _chips(line, choices)


def _settled(line: Line) -> None:
    said = [line.lead, days.say(line.due) if line.due else "", line.topic_label, *(need.words for need in line.needs)]
    st.caption(" · ".join([*(plain(words) for words in said if words), "in the plan by now"]))


def _chips(line: Line, choices: Choices) -> None:
    wants = line.kind is CaptureKind.ACTION
    with st.container(horizontal=True, gap="xsmall"):
        if line.lead or wants:
            _lead(line, choices)
        if line.due or wants:
            _due(line)
        if line.topic or wants:
            _topic(line, choices)
        for need in line.needs:
            _need(need, choices)
        if wants:
            _ask(line)
        _more(line)


def _lead(line: Line, choices: Choices) -> None:
    key = f"live_chip_lead_{line.id}"
    with panel(plain(line.lead) or CHIPS["lead"], key, {"lead": line.lead}, icon="person", quiet=not line.lead) as form:
        if form is None:
            return
        show_refusal(form, CHIPS)
        known = [name for name in choices.people if name != line.lead]
        options = [line.lead, *known] if line.lead else known
        st.selectbox(
            CHIPS["lead"],
            options,
            index=0 if line.lead else None,
            accept_new_options=True,
            placeholder="Choose or type a name",
            key=form.own(f"live_lead_{line.id}", line.lead or None),
            on_change=_correct,
            args=(key, line.id, "lead"),
        )
        if line.lead:
            _drop(form, key, line.id, "lead", "")


def _due(line: Line) -> None:
    key = f"live_chip_due_{line.id}"
    said = days.say(line.due) if line.due else CHIPS["due"]
    with panel(said, key, {"due": line.due}, icon="event", quiet=not line.due) as form:
        if form is None:
            return
        show_refusal(form, CHIPS)
        st.date_input(
            CHIPS["due"],
            line.due,
            format="DD/MM/YYYY",
            key=form.own(f"live_due_{line.id}", line.due),
            on_change=_correct,
            args=(key, line.id, "due"),
        )
        if line.due:
            _drop(form, key, line.id, "due", None)


def _topic(line: Line, choices: Choices) -> None:
    key = f"live_chip_topic_{line.id}"
    with panel(plain(line.topic_label) or CHIPS["topic"], key, {"topic": line.topic}, icon="sell", quiet=not line.topic) as form:
        if form is None:
            return
        show_refusal(form, CHIPS)
        codes = list(choices.topics)
        st.radio(
            CHIPS["topic"],
            codes,
            index=codes.index(line.topic) if line.topic in codes else None,
            format_func=lambda code: choices.topics.get(code, ""),
            key=form.own(f"live_topic_{line.id}", line.topic if line.topic in codes else None),
            on_change=_correct,
            args=(key, line.id, "topic"),
        )
        if line.topic:
            _drop(form, key, line.id, "topic", None)


def _correct(key: str, line_id: int, field: str) -> None:
    form = drawn(key)
    value = form.value(f"live_{field}_{line_id}")
    act(commands.correct, line_id, {field: value or ("" if field == "lead" else None)}, form.base, form=form, after=closing(key))


def _drop(form: Drawn, key: str, line_id: int, field: str, empty: str | None) -> None:
    st.button(
        "Remove",
        key=f"live_drop_{field}_{line_id}",
        icon=":material/close:",
        on_click=act,
        args=(commands.correct, line_id, {field: empty}, form.base),
        kwargs={"form": form, "after": closing(key)},
    )


def _need(need: Need, choices: Choices) -> None:
    key = f"live_chip_need_{need.id}"
    with panel(plain(need.words), key, {}, icon="handshake", help=need.kind_label) as form:
        if form is None:
            return
        kinds = {kind.code: kind.label for kind in choices.kinds}
        with st.form(f"live_need_form_{need.id}", border=False):
            show_refusal(form, CHIPS)
            st.text_input(CHIPS["words"], need.words, key=form.own(f"live_need_words_{need.id}", need.words))
            st.selectbox(
                CHIPS["kind"],
                list(kinds),
                index=list(kinds).index(need.kind),
                format_func=lambda code: kinds.get(code, ""),
                key=form.own(f"live_need_kind_{need.id}", need.kind),
            )
            st.form_submit_button("Save", key=f"live_need_save_{need.id}", on_click=_change_need, args=(key, need.id))
        st.button(
            "Remove",
            key=f"live_drop_need_{need.id}",
            icon=":material/close:",
            on_click=act,
            args=(commands.drop_support, need.id),
            kwargs={"form": form},
        )


def _change_need(key: str, need_id: int) -> None:
    form = drawn(key)
    words, kind = form.value(f"live_need_words_{need_id}"), form.value(f"live_need_kind_{need_id}")
    act(commands.change_support, need_id, words, kind, form=form, after=closing(key))


def _ask(line: Line) -> None:
    key = f"live_chip_ask_{line.id}"
    label = "And support?" if line.needs else "What support?"
    with panel(label, key, {}, icon="handshake", quiet=True) as form:
        if form is None:
            return
        with st.form(f"live_ask_form_{line.id}", border=False):
            show_refusal(form, CHIPS)
            st.text_input("What support is needed?", key=form.own(f"live_ask_words_{line.id}", ""), placeholder="legal advice")
            st.form_submit_button("Add", key=f"live_ask_{line.id}", on_click=_ask_now, args=(key, line.id))


def _ask_now(key: str, line_id: int) -> None:
    form = drawn(key)
    act(commands.add_support, line_id, form.value(f"live_ask_words_{line_id}") or "", form=form, after=closing(key))


def _more(line: Line) -> None:
    key = f"live_chip_text_{line.id}"
    with panel("Edit", key, {"text": line.text}, icon="edit", quiet=True) as form:
        if form is None:
            return
        segments(
            "It is",
            ORDER,
            lambda kind: kind.label,
            default=line.kind,
            key=form.own(f"live_kind_{line.id}", line.kind),
            on_change=_change_kind,
            args=(key, line.id),
            hidden=False,
        )
        with st.form(f"live_text_form_{line.id}", border=False):
            show_refusal(form, CHIPS)
            st.text_area(CHIPS["text"], line.text, key=form.own(f"live_text_{line.id}", line.text), height="content")
            st.form_submit_button("Save", key=f"live_save_{line.id}", on_click=_correct, args=(key, line.id, "text"))
        st.caption(f"Typed as: {plain(line.as_typed)}")
        if line.item:
            st.caption(f"During: {plain(line.item)}")
        st.button(
            "Take the line away",
            key=f"live_remove_{line.id}",
            icon=":material/delete:",
            on_click=act,
            args=(commands.remove_capture, line.id),
            kwargs={"form": form},
        )


def _change_kind(key: str, line_id: int) -> None:
    form = drawn(key)
    act(commands.change_kind, line_id, form.value(f"live_kind_{line_id}"), form=form, after=closing(key))
