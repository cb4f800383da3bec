"""The list of support needed: its filters, and what each row shows and offers."""

from collections.abc import Mapping, Sequence

import streamlit as st

from rr.days import say
from rr.db import Session, revision
from rr.labels import count
from rr.needs.drafts import NeedKindDraft
from rr.needs.queries import KindRow, NeedFilters, NeedList, NeedRow, PartnerRow, usual_partners
from rr.needs.rules import NeedStatus, suggest_partner
from rr.ui.kit.filters import bar
from rr.ui.kit.markdown import quoted
from rr.ui.kit.rows import Badge, Button, Choice, Link, Row, to

LABEL = NeedKindDraft.fields()["kind"].label


def sentence(found: NeedList) -> str:
    """How many wait, and for how many of all support was found."""
    waiting = f"{count(found.waiting, 'need waits', 'needs wait')} for a support partner."
    return f"{waiting} Support was found for {found.found:,} of {found.every:,}." if found.found else waiting


def filters(kinds: Sequence[KindRow], regions: Sequence[str]) -> NeedFilters:
    with bar("needs") as f:
        status = f.segments("status", "Status", NeedStatus)
        kind = f.choice("kind", LABEL, {kind.code: kind.label for kind in kinds}, none="All types", width=220)
        return NeedFilters(kind, status, f.choice("region", "Region", regions, none="All regions", width=160))


def usual(db: Session) -> dict[str, int]:
    """`queries.usual_partners`, kept until the data is another: it counts all support that was ever found."""
    return _usual(revision(db), db)


@st.cache_data(max_entries=4, show_spinner=False)
def _usual(at: int, _db: Session) -> dict[str, int]:
    return usual_partners(_db)


def suggestions(kinds: Sequence[KindRow], partners: Sequence[PartnerRow], usual: Mapping[str, int]) -> dict[str, int | None]:
    """For each type of support the partner to offer first: who has helped with it most often, else whose own words fit, or None."""
    what = [(partner.id, partner.what) for partner in partners]
    return {kind.code: usual.get(kind.code) or suggest_partner(kind.words, kind.label, what) for kind in kinds}


def need_row(need: NeedRow, suggested: Mapping[str, int | None], *, may_match: bool) -> Row:
    """One need: whose it is, in whose words, what came of it, and what can be done about it. `suggested`: a partner's id by kind."""
    dated = f"Settled on {say(need.settled_on)}" if need.settled_on else f"Asked on {say(need.asked_on)}"
    partner = f"Support partner: {need.partner}" if need.partner else ""
    parts = (f"For: {need.action}" if need.action else "", partner, need.region, dated)
    return Row(
        need.id,
        need.partnership,
        to("partnership", id=need.partnership_id),
        detail=(" · ".join(filter(None, parts)),),
        words=quoted(need.words),
        badges=(Badge.of(need.status), Badge(need.kind_label)),
        links=(Link("Open plan", to("plan", id=need.plan_id), "checklist"),) if need.plan_id else (),
        buttons=_buttons(need, suggested.get(need.kind), may_match=may_match),
    )


def _buttons(need: NeedRow, partner: int | None, *, may_match: bool) -> tuple[Button, ...]:
    about = f"{need.partnership}, {need.kind_label}"
    change_type = Button("change_type", "Change type", about, "sell")
    withdraw = Button("withdraw", "No longer needed", about, "close")
    own = (change_type, withdraw) if need.status is not NeedStatus.FOUND else (change_type,)
    if not may_match:
        return own
    if need.status is not NeedStatus.ASKED:
        return (Button("ask_again", "Ask again", about, "replay"), *own)
    choice = Choice("Support partner", "partners", partner or "", none="" if partner else "Choose a partner")
    return (
        Button("match", "Match partner", about, "handshake", primary=True, choice=choice),
        Button("not_available", "Not available", about, "block"),
        *own,
    )
