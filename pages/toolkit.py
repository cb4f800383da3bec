"""The toolkit. Everybody looks up activities for a session; facilitators add what they use, managers mend what is there."""

import streamlit as st

from rr.access import Can, Scope, scope
from rr.labels import count
from rr.toolkit import queries
from rr.ui.kit.page import enter
from rr.ui.sessions import toolkit as library

page = enter("toolkit", Can.READ_TOOLKIT)
with page.reading() as db:
    topics = queries.topics(db)
    shapes = queries.shapes(db, actor=page.actor)

top = st.container()  # its sentence counts what the filters below it leave
filters = library.filters(topics)
with page.reading() as db:
    found = queries.library(db, filters, actor=page.actor)
cards = st.container()
number = -(-found.found // queries.PAGE)
shown = st.pagination(number, key="toolkit_page", bind="query-params") if number > 1 else 1
if shown > 1:
    with page.reading() as db:
        found = queries.library(db, filters, actor=page.actor, page=shown)

with top:
    total = count(found.total, "activity", "activities")
    page.title("Toolkit", f"{total} for sessions." if found.found == found.total else f"{found.found} of {total} fit these filters.")
    if scope(page.actor, Can.ADD_ACTIVITIES) is not Scope.NONE:
        library.adding(topics)

with cards:
    if not found.found:
        st.markdown("No activity fits these filters. Take one away, or add an activity of your own.")
    library.entries(found.entries, topics)

st.header("Recipes", anchor=False)
st.markdown("A recipe is the shape of a session: accepting a request proposes an agenda from the one that suits.")
for shape in shapes:
    library.recipe(shape)
