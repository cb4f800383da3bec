"""Support that is needed, on screen: whose, in whose words, and the gestures that settle it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from rr.days import say
from rr.needs import commands
from rr.needs.queries import Kind, NeedRow, Partner
from rr.needs.rules import NeedStatus, suggest_partner
from rr.ui.kit.act import Drawn, act, drawn, show_refusal
from rr.ui.kit.markdown import plain, quote
from rr.ui.kit.navigation import link
from rr.ui.kit.popover_form import closing, panel

LOOKS = {
    NeedStatus.ASKED: ("orange", "hourglass_top"),
    NeedStatus.FOUND: ("green", "handshake"),
    NeedStatus.NOT_AVAILABLE: ("gray", "block"),
}
LABELS = {"partner_id": "Support partner", "kind": "Kind of support"}


@dataclass(frozen=True)
class Lists:
    """What a card offers: the kinds, the partners, and for each kind the partner who has helped most often."""

    kinds: Sequence[Kind]
    partners: Sequence[Partner]
    usual: Mapping[str, int]


def need_card(row: NeedRow, lists: Lists, *, may_match: bool) -> None:
    """One need. Whoever may match sees the partner who fits best, chosen already: one click settles it."""
    with st.container(border=True, key=f"needs_row_{row.id}"):
        waits = may_match and row.status is NeedStatus.ASKED
        what, way = st.columns([3, 2], gap="medium", vertical_alignment="center") if waits else (st.container(), st.container())
        with what:
            _what(row, lists, may_match=may_match)
        with way:
            form = drawn(f"needs_{row.id}")
            if waits:
                _matching(row, lists, form)
            show_refusal(form, LABELS)  # also when somebody else settled it meanwhile, and there is nothing left to match


def _what(row: NeedRow, lists: Lists, *, may_match: bool) -> None:
    colour, icon = LOOKS[row.status]
    badges = f":{colour}-badge[:material/{icon}: {row.status.label}] :gray-badge[{plain(row.kind_label)}]"
    with st.container(gap="xsmall"):
        st.markdown(f"**{plain(row.partnership)}**  \n{badges}")
        quote(row.words)
        came = f"settled {say(row.settled_on)}" if row.settled_on else f"asked {say(row.asked_on)}"
        parts = [
            f"For: {plain(row.action)}" if row.action else "",
            f"{plain(row.partner)} helps" if row.partner else "",
            plain(row.region),
            came,
        ]
        st.caption(" · ".join(filter(None, parts)))
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        if may_match and row.status is not NeedStatus.ASKED:
            _button(row, "Ask again", f"needs_again_{row.id}", NeedStatus.ASKED, "replay", "It is asked again.")
        if row.plan_id is not None:
            link("plan", "The plan", id=row.plan_id)
        link("partnership", "Their story", id=row.partnership_id)
        _other_kind(row, lists.kinds)


def _matching(row: NeedRow, lists: Lists, form: Drawn) -> None:
    names = {one.id: one.name for one in lists.partners}
    first = _offered(row.kind, lists)
    ids = [None, *names]
    key = form.own(f"needs_partner_{row.id}", first)
    st.selectbox(
        LABELS["partner_id"],
        ids,
        index=ids.index(first),
        format_func=lambda one: names.get(one, "Choose a partner"),
        key=key,
        label_visibility="collapsed",
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button("They can help", key=f"needs_settle_{row.id}", icon=":material/handshake:", on_click=_found, args=(row, form, key))
        _button(row, "Not available", f"needs_none_{row.id}", NeedStatus.NOT_AVAILABLE, "block", "Kept as not available.")


def _offered(code: str, lists: Lists) -> int | None:
    """The partner who comes first for a kind: who has helped with it before, else whose own words fit."""
    kind = next((known for known in lists.kinds if known.code == code), None)
    if kind is None or code in lists.usual:
        return lists.usual.get(code)
    return suggest_partner(kind.words, kind.label, [(one.id, one.what) for one in lists.partners])


def _other_kind(row: NeedRow, kinds: Sequence[Kind]) -> None:
    with panel("Another kind", f"needs_sort_{row.id}", {"kind": row.kind}, icon="sell", quiet=True) as form:
        if form is None:
            return
        labels = {kind.code: kind.label for kind in kinds}
        codes = list(labels)
        key = form.own(f"needs_kind_{row.id}", form.base["kind"])
        st.selectbox(LABELS["kind"], codes, index=codes.index(form.base["kind"]), format_func=lambda code: labels[code], key=key)
        show_refusal(form, LABELS)
        st.button("Keep", key=f"needs_sort_save_{row.id}", on_click=_sorted, args=(row, form, key))


def _sorted(row: NeedRow, form: Drawn, key: str) -> None:
    act(
        commands.change_kind,
        row.id,
        form.value(key),
        was=form.base["kind"],
        form=form,
        done="Kept.",
        after=closing(f"needs_sort_{row.id}"),
    )


def _button(row: NeedRow, label: str, key: str, status: NeedStatus, icon: str, done: str) -> None:
    given = {"was": row.status, "done": done}
    st.button(
        label, key=key, icon=f":material/{icon}:", type="tertiary", on_click=act, args=(commands.settle, row.id, status), kwargs=given
    )


def _found(row: NeedRow, form: Drawn, key: str) -> None:
    act(
        commands.settle,
        row.id,
        NeedStatus.FOUND,
        form.value(key),
        was=row.status,
        form=form,
        done=f"Support found for {row.partnership}.",
    )
