"""What the list of sessions says of a session, and of all of them."""

from dataclasses import replace
from datetime import date, datetime, time

import pytest

from rr.clock import LONDON
from rr.intake.rules import Format
from rr.sessions.lists import SessionRow
from rr.sessions.states import SessionStage, SessionState
from rr.ui.kit.rows import Row, to
from rr.ui.sessions import listing

TODAY = date(2026, 11, 18)
EVENING = datetime.combine(date(2026, 11, 19), time(18, 30), tzinfo=LONDON)
BARE = SessionRow(
    id=7,
    partnership_id=3,
    partnership="Greenmoor",
    region="North West",
    state=SessionState.DRAFT,
    stage=SessionStage.TO_ARRANGE,
    starts_at=None,
    minutes=120,
    format=None,
    place="",
    people=None,
    held_on=None,
    head_count=None,
    facilitators=(),
)
COMING = replace(
    BARE, stage=SessionStage.COMING, starts_at=EVENING, place="The *old* chapel", people=12, facilitators=("Ann Ashby", "Bo Birch")
)


@pytest.mark.parametrize(
    ("session", "detail"),
    [
        (BARE, "No facilitator yet · North West"),
        (replace(BARE, format=Format.ONLINE), "No facilitator yet · Online · North West"),
        (COMING, "19 November 2026, 18:30 (tomorrow) · Ann Ashby and Bo Birch · The *old* chapel · 12 people expected · North West"),
        (
            replace(COMING, stage=SessionStage.TO_FINISH, held_on=date(2026, 11, 17), head_count=1),
            "Held on 17 November 2026 · Ann Ashby and Bo Birch · The *old* chapel · 1 person · North West",
        ),
        (
            replace(COMING, stage=SessionStage.FINISHED, held_on=date(2026, 11, 17), head_count=9),
            "17 November 2026 · Ann Ashby and Bo Birch · The *old* chapel · 9 people",
        ),
        (
            replace(COMING, stage=SessionStage.CANCELLED, facilitators=()),
            "19 November 2026 · No facilitator yet · The *old* chapel · 12 people expected",
        ),
    ],
)
def test_a_row_says_when_who_where_and_how_many(session, detail):
    assert listing.row(session, "Group", TODAY) == Row(7, "Greenmoor", to("session", id=7), detail=(detail,), group="Group")


@pytest.mark.parametrize(
    ("to_finish", "to_arrange", "coming", "sentence"),
    [
        (0, 0, 0, "Nothing to write up or to schedule, and no session is coming up."),
        (1, 0, 0, "1 session is over and not written up."),
        (0, 0, 2, "2 sessions are coming up."),
        (2, 1, 1200, "2 sessions are over and not written up, 1 has no date yet and 1,200 are coming up."),
    ],
)
def test_the_summary_counts_what_is_to_do_and_what_comes(to_finish, to_arrange, coming, sentence):
    counts = dict(zip(SessionStage, (to_finish, to_arrange, coming, 5, 5), strict=True))

    assert listing.summary(counts) == sentence
