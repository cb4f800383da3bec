"""Audit. Managers read who did what and when, administrators without its content; everybody else what they did themselves."""

import streamlit as st

from rr.access import Can
from rr.audit_trail import queries
from rr.ui.audit.listing import audit_row, filters, sentence
from rr.ui.kit import pager
from rr.ui.kit.page import enter
from rr.ui.kit.rows import rows

page = enter("audit", Can.SEE_AUDIT)
top = st.container()  # how far back the list goes is known once it is read
with page.reading() as db:
    people = queries.people(db, actor=page.actor)
chosen = filters(people)
with page.reading() as db:
    found = queries.listed(db, chosen, actor=page.actor, page=pager.current("audit_page"))
with top:
    page.title("Audit", sentence(found, page.actor))
if not found.total:
    narrowed = chosen != queries.AuditFilters()
    st.markdown("Nothing matches these filters. Remove one to see more." if narrowed else "Nothing has been done yet.")
rows("audit_list", (audit_row(row, page.actor) for row in found.rows), label="What was done", layout="lines")
pager.draw("audit_page", found)
