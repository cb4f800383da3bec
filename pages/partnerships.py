"""Partnerships. All areas, how far each has come, what happened last, and the way to its story."""

import streamlit as st

from rr.access import Can
from rr.days import say
from rr.labels import count
from rr.partnerships import queries
from rr.partnerships.rules import Stage
from rr.story.areas import PER_PAGE
from rr.ui.kit import navigation as pages
from rr.ui.kit.markdown import plain
from rr.ui.kit.page import enter
from rr.ui.story import areas

page = enter("partnerships", Can.READ_REQUESTS)
heading = st.container()
with page.reading() as db:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        named = st.text_input(
            "Name", key="partnerships_name", type="search", placeholder="Any part of a name", bind="query-params", width=260
        )
        region = st.selectbox(
            "Region",
            [None, *queries.regions(db)],
            format_func=lambda each: each or "All regions",
            key="partnerships_region",
            bind="query-params",
            width=230,
        )
        stage = st.selectbox(
            "Stage",
            [None, *Stage],
            format_func=lambda each: each.label if each else "All stages",
            key="partnerships_stage",
            bind="query-params",
            width=200,
        )
    number = st.session_state.get("partnerships_page", 1)
    found = areas.ready(db, page.actor, region=region, stage=stage, named=named or "", page=number)

reached = sum(n for each, n in found.counts.items() if each.rank)
with heading:
    of_all = sum(found.counts.values())
    page.title("Partnerships", f"{reached:,} of {count(of_all, 'partnership')} have signed up. Search forgives spelling." if of_all else "")
if not found.total:
    st.markdown("No partnership matches. Try a part of the name, or all regions and stages.")
for row in found.rows:
    with st.container(border=True, horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        last = f"{say(row.last_on)}: {row.last_what}" if row.last_on else "Nothing has happened yet"
        st.markdown(f"**{plain(row.name)}**  \n{row.region} · {last}", width="stretch")
        st.badge(row.stage.label, icon=f":material/{row.stage.icon}:", color=row.stage.colour)
        pages.link("partnership", "Open the story", icon="arrow_forward", id=row.id)
if found.total > PER_PAGE:
    st.pagination(-(-found.total // PER_PAGE), key="partnerships_page")
