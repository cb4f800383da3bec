"""Partnerships. All areas, how far each has come, what happened last, and the way to its story."""

import streamlit as st

from rr.access import Can
from rr.partnerships import queries
from rr.partnerships.rules import Stage
from rr.ui.kit import pager
from rr.ui.kit.filters import bar
from rr.ui.kit.page import enter
from rr.ui.kit.rows import rows
from rr.ui.story import areas

page = enter("partnerships", Can.READ_REQUESTS)
heading = st.container()  # its sentence counts what the filters below it leave
with page.reading() as db:
    with bar("partnerships") as f:
        named = f.search("name", "Name", hint="Any part of a name")
        region = f.choice("region", "Region", queries.regions(db), none="All regions", width=230)
        stage = f.choice("stage", "Stage", Stage, none="All stages")
    found = areas.ready(db, page.actor, today=page.today, region=region, stage=stage, named=named, page=pager.current("partnerships_page"))

with heading:
    page.title("Partnerships", areas.sentence(found))
if not found.total:
    st.markdown("No partnership matches. Try a part of the name, or all regions and stages.")
rows("partnerships_list", map(areas.row, found.rows), label="Partnerships", layout="lines")
pager.draw("partnerships_page", found)
