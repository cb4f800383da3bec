"""Requests. Support staff take the sign-up that has waited longest, read it and decide it."""

import streamlit as st

from rr.access import Can
from rr.intake import queries, queue
from rr.intake.rules import Move
from rr.partnerships.queries import places
from rr.toolkit.queries import topics
from rr.ui.kit.page import enter
from rr.ui.requests import card as request_card
from rr.ui.requests import decision as decide
from rr.ui.requests import phone_call as phone_form
from rr.ui.requests import queue as request_list

page = enter("requests", Can.TRIAGE)
with page.reading() as db:
    standing = queue.standing(db, actor=page.actor, today=page.today)
    regions = queue.regions(db, actor=page.actor)
    labels = topics(db)
    all_places = places(db)
    colleagues = queries.colleagues(db, actor=page.actor)
    partners = queries.partners(db)
    last = decide.just_decided()
    made = queries.session_of(db, last[1], actor=page.actor) if last and last[3] is Move.ACCEPT else None

page.title("Requests", request_list.stands(standing))
decide.way_back(made)
filters = request_list.bar(regions, labels)
with page.reading() as db:
    found = queue.waiting(db, filters, actor=page.actor, today=page.today)
    shown = request_list.pages(found.total, queue.PAGE)
    if shown > 1:
        found = queue.waiting(db, filters, actor=page.actor, today=page.today, page=shown)
    ids = [row.id for row in found.rows]
    chosen = page.param("id") or (ids[0] if ids else None)
    detail = queries.detail(db, chosen, actor=page.actor, today=page.today) if chosen is not None else None

following = [number for number in ids if number != chosen]
after = next((number for number in ids[ids.index(chosen) + 1 :]), None) if chosen in ids else None
next_id = after or (following[0] if following else None)

if not found.rows and detail is None:
    request_list.nothing(filters)
else:
    left, right = st.columns([2, 3], gap="medium")
    with left:
        st.caption(request_list.summary(found, filters))
        if found.rows:
            request_list.cards(found.rows, chosen)
        else:
            request_list.nothing(filters)
    if detail is not None:
        with right:
            request_card.card(detail, next_id, all_places, colleagues, page.actor.account_id)
        decide.question(detail, next_id, partners)
phone_form.dialog()
