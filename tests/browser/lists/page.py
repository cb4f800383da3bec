"""A page with a list, for the tests of lists: /?layout=grid, and /?hostile=1 for texts that try to be more than text."""

import time
from typing import Any

import streamlit as st

from rr.ui.kit.rows import Badge, Button, Choice, Colour, Link, Press, Row, here, rows, to
from tests.browser.lists.texts import TEXTS

COLOURS: tuple[Colour, ...] = ("red", "orange", "yellow", "blue", "green", "violet", "gray")
PARTNERS = {3: "Locality", 5: "Renewal Trust"}
WORDS = (
    "“We have an old chapel and don't know whether to take it on. We need to talk it through together, and not only us who always talk.”"
)


def need(number: int) -> Row:
    """A row with everything that a row may have. The first has the primary button; what was matched offers to ask again."""
    done = number in st.session_state.matched
    match = Button(
        "match",
        "Match partner",
        about=f"Greenmoor {number}, legal advice",
        icon="handshake",
        primary=number == 1,
        choice=Choice("Support partner", "partners", none="Choose a partner"),
    )
    return Row(
        number,
        f"Greenmoor {number}",
        here(id=number),
        number="1,234",
        detail=("Yorkshire and the Humber · RR-0061", f"Matched: {done}"),
        words=WORDS,
        badges=tuple(Badge(f"{colour} words", colour, "schedule") for colour in COLOURS),
        facts=(("Lead", "the chair"), ("By", "14 March 2027")),
        more=(("How", "Put the chairs in a ring.\nAsk."), ("Materials", "Pens")),
        more_label="How to do it",
        links=(Link("Open plan", to("plan", id=number), "checklist"),),
        buttons=(Button("again", "Ask again"),) if done else (match, Button("gone", "Not available", icon="block")),
        chosen=st.query_params.get("id") == str(number),
        group="Waiting" if number < 5 else "Waiting longer",
    )


def hostile(number: int, text: str) -> Row:
    """A row with one text in every place that shows text."""
    return Row(
        number,
        text,
        here(id=text),
        number=text,
        detail=(text,),
        words=text,
        badges=(Badge(text, "blue", "schedule"),),
        facts=((text, text),),
        more=((text, text),),
        more_label=text,
        links=(Link(text, to("plan", id=text)),),
        buttons=(Button("act", text, about=text, choice=Choice(text, "texts", none=text)),),
        group=text,
    )


def pressed(press: Press) -> None:
    time.sleep(0.2)  # as long as a slow command
    st.session_state.heard.append(f"{press.id} {press.act} {press.choice}".strip())
    st.session_state.seen.append(press.key)
    if press.act == "gone":
        st.session_state.gone.add(press.id)
    elif press.act == "match":
        st.session_state.matched.add(press.id)


for name, empty in (("heard", list), ("seen", list), ("gone", set), ("matched", set)):
    if name not in st.session_state:
        st.session_state[name] = empty()
st.title("Support needed", anchor=False)
st.button("Something else", key="else")
if "hostile" in st.query_params:
    texts = {text: text for text in TEXTS}
    rows("list", [hostile(*one) for one in enumerate(TEXTS, 1)], label="Texts", on=pressed, options={"texts": texts})
else:
    items = [need(number) for number in range(1, 13) if number not in st.session_state.gone]
    layout: Any = st.query_params.get("layout", "list")
    rows("list", items, label="Needs", on=pressed, options={"partners": PARTNERS}, layout=layout)
st.text(f"Heard: {', '.join(st.session_state.heard)}.")
st.text(f"Keys: {len(set(st.session_state.seen))}.")
