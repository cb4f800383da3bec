"""Support needed. Support staff match what partnerships need with a partner in one click; facilitators see their own."""

import streamlit as st

from rr.access import Can, Scope, scope
from rr.config import ROOT
from rr.labels import count
from rr.needs import queries
from rr.needs.queries import PER_PAGE, NeedFilters
from rr.needs.rules import NeedStatus
from rr.ui.kit.navigation import link
from rr.ui.kit.page import enter
from rr.ui.kit.segments import segments
from rr.ui.plans.need import Lists, need_card

page = enter("needs", Can.ASK_SUPPORT)
with page.reading() as db:
    kinds = queries.kinds(db)
    lists = Lists(kinds, queries.partners(db), queries.usual_partners(db))
    regions = queries.regions(db, actor=page.actor)
    every = queries.listed(db, NeedFilters(), actor=page.actor, per_page=0)

found_for = f" Support was found for {every.found:,} of {every.total:,}." if every.found else ""
page.title("Support needed", f"{count(every.waiting, 'need waits', 'needs wait')} for a support partner.{found_for}")
with st.container(horizontal=True, vertical_alignment="bottom"):
    labels = {kind.code: kind.label for kind in kinds}
    status = segments("Status", NeedStatus, lambda one: one.label, key="needs_status", in_address=True, hidden=False)
    kind = st.selectbox(
        "Kind of support",
        [None, *labels],
        format_func=lambda one: labels.get(one, "All kinds"),
        key="needs_kind",
        bind="query-params",
        width=240,
    )
    region = st.selectbox(
        "Region", [None, *regions], format_func=lambda one: one or "All regions", key="needs_region", bind="query-params", width=180
    )
chosen = NeedFilters(kind, status, region)

shown = st.container()  # above the pages' numbers, which say what it shows
with page.reading() as db:
    total = queries.listed(db, chosen, actor=page.actor, per_page=0).total
    pages = -(-total // PER_PAGE)
    number = st.pagination(pages, key="needs_page", bind="query-params") if pages > 1 else 1
    found = queries.listed(db, chosen, actor=page.actor, page=number)

if not found.rows:
    st.image(ROOT / "rr/ui/static/table.svg", width=220)
    if chosen == NeedFilters():
        st.markdown("Nobody needs support yet. It is asked for in a session with an exclamation mark, or beside an action of a plan.")
        link("plans", "Go to the action plans", icon="checklist")
    else:
        st.markdown("Nothing like that. Take a filter away to see more.")
may_match = scope(page.actor, Can.MATCH_SUPPORT) is not Scope.NONE
with shown:
    for row in found.rows:
        need_card(row, lists, may_match=may_match)
