"""Progress. Managers see how it goes and what needs them; support staff and facilitators what is theirs to see."""

import streamlit as st

from rr.access import Can
from rr.progress.figures import PLANS_OPEN, WAITING
from rr.progress.rules import headline
from rr.ui.kit.page import enter
from rr.ui.progress.cards import draw_cards, nothing_to_show, what_needs_you
from rr.ui.progress.filters import draw_filters
from rr.ui.progress.links import asked_rows
from rr.ui.progress.panels import draw_charts, ready_board
from rr.ui.progress.rows import draw_rows

page = enter("progress", Can.SEE_PROGRESS)
heading = st.container()
with page.reading() as db:
    chosen = draw_filters(page, db)
    asked = asked_rows()
    if asked:
        with heading:
            page.title("Progress", "What this figure counts. Open a record to work on it.")
        draw_rows(page, db, *asked, chosen)
        st.stop()
    board, charts = ready_board(page, db, chosen.filters)
with heading:
    page.title("Progress", headline(board.now.waits[WAITING.code], board.now.counts[PLANS_OPEN.code]))

if board.is_empty:
    nothing_to_show(page)
    st.stop()

before = chosen.filters.period.before()
st.caption(f"The period is {chosen.filters.period.say()}{f'; changes are against {before.say()}' if before else ''}.")
what_needs_you(page, board, chosen)
draw_cards(board, chosen)
draw_charts(board, charts, chosen)
