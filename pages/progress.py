"""Progress. Managers see how it goes and what needs them; support staff and facilitators what is theirs to see."""

import streamlit as st

from rr.access import Can, Scope, scope
from rr.progress.rules import headline
from rr.ui.kit import navigation as pages
from rr.ui.kit.page import enter
from rr.ui.progress import figures

page = enter("progress", Can.SEE_PROGRESS)
heading = st.container()
with page.reading() as db:
    chosen = figures.choose(page, db)
    asked = figures.asked_rows()
    if asked:
        with heading:
            page.title("Progress", "The rows behind a figure, each one click away from where it can be acted on.")
        figures.rows(page, db, *asked, chosen)
        st.stop()
    board, charts = figures.ready(page, db, chosen.filters)
with heading:
    page.title("Progress", headline(board.wait, board.counts[figures.Figure.PLANS_OPEN]))

period = chosen.filters.period
if not sum(n for stage, n in board.stages if stage.rank) and not board.wait.count:
    with st.container(border=True):
        st.image(figures.GROWING, width=140, alt="")
        st.markdown("There is nothing to show under these filters yet. Figures grow here as sign-ups come in and sessions are held.")
        if scope(page.actor, Can.IMPORT) is not Scope.NONE:
            pages.link("imports", "Bring in an export of sign-ups", icon="upload_file")
    st.stop()

figures.needs_you(page, board, chosen)
before = period.before()
st.caption(f"The period is {period.say()}{f'; changes are against {before.say()}' if before else ''}.")
now, today = st.columns(2)
with now:
    figures.cards("In this period", figures.of_period(board), chosen)
with today:
    figures.cards("As it stands today", figures.of_today(board), chosen)
bars, shown = figures.bars_of(board), figures.panels(board)
for left, right in zip(shown[::2], shown[1::2], strict=True):
    for column, each in zip(st.columns(2), (left, right), strict=True):
        with column:
            figures.panel(each, bars[each.name], charts[each.name], chosen)
