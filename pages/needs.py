"""Support needed. Support staff match what partnerships need with a partner in one click; facilitators see their own."""

import streamlit as st

from rr.access import Can, Scope, scope
from rr.config import ROOT
from rr.needs import commands, queries
from rr.needs.queries import NeedFilters
from rr.needs.rules import NeedStatus
from rr.ui.kit import pager
from rr.ui.kit.act import act
from rr.ui.kit.navigation import link
from rr.ui.kit.page import enter
from rr.ui.kit.rows import Press, rows
from rr.ui.needs.change_type import dialog, open_form
from rr.ui.needs.listing import filters, need_row, sentence, suggestions, usual

page = enter("needs", Can.ASK_SUPPORT)
may_match = scope(page.actor, Can.MATCH_SUPPORT) is not Scope.NONE
with page.reading() as db:
    kinds = queries.kinds(db)
    partners = queries.partners(db) if may_match else ()
    suggested = suggestions(kinds, partners, usual(db)) if may_match else {}
    regions = queries.regions(db, actor=page.actor)
top = st.container()  # what it says of all support needed is read with the list below
chosen = filters(kinds, regions)
with page.reading() as db:
    found = queries.listed(db, chosen, actor=page.actor, page=pager.current("needs_page"))
seen = {row.id: row for row in found.rows}


def pressed(press: Press) -> None:
    need = seen[press.id]
    if press.act == "change_type":
        open_form(need)
    elif press.act == "match":
        done = f"Support found for {need.partnership}."
        act(commands.settle, need.id, NeedStatus.FOUND, int(press.choice), was=need.status, key=press.key, done=done)
    elif press.act == "not_available":
        done = f"Saved as not available for {need.partnership}."
        act(commands.settle, need.id, NeedStatus.NOT_AVAILABLE, was=need.status, key=press.key, done=done)
    elif press.act == "withdraw":
        act(commands.withdraw, need.id, key=press.key, done=f"No longer needed: {need.words}")
    else:
        act(commands.settle, need.id, NeedStatus.ASKED, was=need.status, key=press.key, done="Asked again.")


with top:
    page.title("Support needed", sentence(found))
if not found.total:
    st.image(ROOT / "rr/ui/static/table.svg", width=220)
    if chosen == NeedFilters():
        st.markdown(
            "No support is needed at the moment. Ask for it beside an action of a plan, or in a session: type “!” and what is needed."
        )
        link("plans", "Open action plans", icon="checklist")
    else:
        st.markdown("Nothing matches these filters. Choose all types and regions to see more.")
rows(
    "needs_list",
    (need_row(need, suggested, may_match=may_match) for need in found.rows),
    label="Support needed",
    on=pressed,
    options={"partners": {partner.id: partner.name for partner in partners}},
)
pager.draw("needs_page", found)
dialog(kinds)
