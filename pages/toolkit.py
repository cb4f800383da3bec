"""The toolkit. Everybody looks up activities for a session; facilitators add what they use, managers edit what is there."""

import streamlit as st

from rr.access import Can, Scope, scope
from rr.toolkit import queries
from rr.ui.kit import pager
from rr.ui.kit.page import Page, enter
from rr.ui.kit.rows import Press, rows
from rr.ui.toolkit.activity_form import dialog, open_form
from rr.ui.toolkit.listing import View, activity_row, filters, recipe_row, sentence, view


def activities(page: Page) -> None:
    with page.reading() as db:
        topics = queries.topics(db)
    top = st.container()  # its sentence counts what the filters below it leave
    chosen = filters(topics)
    with page.reading() as db:
        found = queries.library(db, chosen, actor=page.actor, page=pager.current("toolkit_page"))
    seen = {activity.id: activity for activity in found.rows}

    def pressed(press: Press) -> None:
        open_form(seen[press.id])

    with top, st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(sentence(found))
        if scope(page.actor, Can.ADD_ACTIVITIES) is not Scope.NONE:
            st.button("Add an activity", key="toolkit_add", icon=":material/add:", on_click=open_form)
    if not found.total:
        st.markdown("No activity fits these filters. Choose all parts and topics to see more, or add an activity of your own.")
    rows("toolkit_list", (activity_row(activity, topics) for activity in found.rows), label="Activities", on=pressed, layout="grid")
    pager.draw("toolkit_page", found)
    dialog(topics)


def recipes(page: Page) -> None:
    with page.reading() as db:
        found = queries.recipe_rows(db, actor=page.actor)
    st.markdown("A recipe is the outline of a session: when a request is accepted, the agenda is proposed from the one that suits.")
    rows("toolkit_list", map(recipe_row, found), label="Recipes", layout="lines")


page = enter("toolkit", Can.READ_TOOLKIT)
page.title("Toolkit")
if view() is View.RECIPES:
    recipes(page)
else:
    activities(page)
