"""Requests. Support staff take the sign-up that has waited longest, read it and decide it."""

import streamlit as st

from rr.access import Can
from rr.intake.triage import queries, queue
from rr.partnerships.queries import regions
from rr.toolkit.queries import topics
from rr.ui.kit import pager
from rr.ui.kit.page import enter
from rr.ui.requests import decision, phone_call
from rr.ui.requests import queue as queue_list
from rr.ui.requests.card import card

page = enter("requests", Can.TRIAGE)
heading = st.container()  # its sentence comes with the list, which the filters below it choose
with page.reading() as db:
    chosen_filters = queue_list.filters(regions(db), topics(db))
    found = queue.listed(db, chosen_filters, actor=page.actor, today=page.today, page=pager.current("requests_page"))
    ids = [row.id for row in found.rows]
    chosen = page.param("id") or (ids[0] if ids else None)
    detail = queries.detail(db, chosen, actor=page.actor, today=page.today) if chosen is not None else None
with heading:
    decision.lead_to_session(page)
    page.title("Requests", queue_list.sentence(found))

if detail is None:
    queue_list.nothing(chosen_filters)
else:
    at = ids.index(detail.id) if detail.id in ids else -1
    following = ids[at + 1 :] + ids[: max(at, 0)]  # after the last of the page, its first
    next_id = following[0] if following else None
    left, right = st.columns([2, 3], gap="medium")
    with left:
        queue_list.listing(found, detail.id, chosen_filters)
    with right:
        card(page, detail, next_id)
    decision.question(page, detail, next_id)
phone_call.dialog()
