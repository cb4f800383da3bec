"""What of an event is drawn in a partnership's timeline."""

from datetime import date

from rr.history import Event
from rr.ui.kit.rows import Link, Row, to
from rr.ui.story.thread import event_row
from tests.conftest import NOW


def test_an_event_stands_beside_its_day_and_the_year_where_it_changes() -> None:
    first = Event(
        date(2026, 3, 14), NOW, "campaign", "They asked", detail="About: hubs.", words="A chapel", who="Nia", stem="requests", id=7
    )
    same = Event(date(2026, 3, 14), NOW, "call", "Contacted", who="Sam", undone=True)
    later = Event(date(2027, 1, 2), NOW, "flag", "Plan closed", detail="3 of 8 actions done.")

    assert event_row(0, first, None) == Row(
        0,
        "They asked",
        detail=("About: hubs · Nia",),
        words="“A chapel”",
        links=(Link("Open request", to("requests", id=7), "arrow_forward", "They asked, 14 March 2026, About: hubs"),),
        icon="campaign",
        when="14 Mar\n2026",
    )
    assert event_row(1, same, first) == Row(1, "Contacted (undone)", detail=("Sam",), icon="call")
    assert event_row(2, later, same) == Row(2, "Plan closed", detail=("3 of 8 actions done.",), icon="flag", when="2 Jan\n2027")
