"""The queue of requests: its sentence, its filters, and a row for each request."""

from collections.abc import Mapping, Sequence

import streamlit as st

from rr.config import ROOT
from rr.intake.rules import UNDECIDED
from rr.intake.states import is_long_wait
from rr.intake.triage.queue import Assigned, Queue, QueueFilters, QueueRow, QueueState
from rr.labels import count
from rr.ui.kit import pager
from rr.ui.kit.filters import bar
from rr.ui.kit.markdown import quoted
from rr.ui.kit.navigation import go
from rr.ui.kit.rows import Badge, Row, here, rows
from rr.ui.requests.phone_call import open_form

CUT = 60  # characters of their words in a row: two lines
TOPICS = 1  # in a row; its request shows them all
TALL = 740  # pixels: three rows and the top of a fourth, so that the chosen request stays in sight while the list is scrolled


def sentence(found: Queue) -> str:
    """How many wait for us, and how long the longest has waited."""
    if not found.undecided:
        return "Nobody is waiting for us."
    if not found.waiting:
        return f"Everybody has been contacted. {count(found.undecided, 'request is', 'requests are')} still to be decided."
    waits = "is" if found.waiting == 1 else "are"
    longest = f"The longest has waited {count(found.longest, 'working day')}."
    if found.longest == 0:
        longest = "Nobody has waited a whole working day."
    elif found.waiting == 1:
        longest = f"They have waited {count(found.longest, 'working day')}."
    return f"{count(found.waiting, 'person', 'people')} {waits} waiting for our first contact. {longest}"


def filters(regions: Sequence[str], topics: Mapping[str, str]) -> QueueFilters:
    """Draw the filters, with the page's action at the right end of the row."""
    with bar("requests") as f:
        assigned = f.segments("assigned", "Assigned to", Assigned, default=Assigned.ALL)
        state = f.choice("state", "State", [one for one in QueueState if one is not QueueState.NEW], none=QueueState.NEW.label, width=170)
        with f.more():
            region = f.choice("region", "Region", regions, none="All regions")
            topic = f.choice("topic", "Topic", topics, none="All topics")
            unmatched = f.toggle("unmatched", "No partnership chosen yet")
        st.space("stretch")
        st.button("Log a phone call", key="requests_log_call", icon=":material/call:", on_click=open_form)
    return QueueFilters(assigned or Assigned.ALL, state or QueueState.NEW, region or "", topic or "", unmatched)


def listing(found: Queue, chosen: int | None, chosen_filters: QueueFilters) -> None:
    """The list, which scrolls beside the chosen request."""
    if not found.rows:
        nothing(chosen_filters)
        return
    st.caption(summary(found, chosen_filters))
    with st.container(height=TALL if len(found.rows) > 3 else "content", border=False, key="requests_scroll"):
        rows("requests_list", [row(one, one.id == chosen) for one in found.rows], label="Requests")
    pager.draw("requests_page", found)


def summary(found: Queue, chosen: QueueFilters) -> str:
    """How many there are, above the list."""
    mine, unassigned = found.by_assigned[Assigned.MINE], found.by_assigned[Assigned.UNASSIGNED]
    of_all = f", {unassigned or 'none'} unassigned, {mine or 'none'} yours" if chosen.assigned is Assigned.ALL else ""
    return f"{count(found.total, 'request')}{of_all}"


def row(request: QueueRow, chosen: bool = False) -> Row:
    """A request in the list: its heading shows it beside the list."""
    known = (request.region, request.ref, request.name, request.assigned and f"assigned to {request.assigned}")
    return Row(
        request.id,
        request.area or "No area given",
        here(id=request.id),
        detail=(" · ".join(words for words in known if words),),
        words=quoted(request.words, long=CUT),
        badges=tuple(_badges(request)),
        chosen=chosen,
    )


def _badges(request: QueueRow) -> list[Badge]:
    if request.status not in UNDECIDED:
        found = [Badge(request.status.label, request.status.colour, request.status.icon)]
    elif request.contacted:
        found = [Badge("Contacted", "green", "call")]
    else:
        waits = count(request.waited, "working day")
        found = [Badge(waits, "orange" if is_long_wait(request.waited) else "gray", "schedule")]
    if not request.matched:
        found.append(Badge("No match", "orange", "help"))
    found += [Badge(_short(topic), "blue") for topic in request.topics[:TOPICS]]
    return found + ([Badge(f"and {len(request.topics) - TOPICS} more", "blue")] if len(request.topics) > TOPICS else [])


def _short(topic: str) -> str:
    return topic.split(",")[0].split(" of our ")[0]


def nothing(chosen: QueueFilters) -> None:
    """No request to show, and what to do next."""
    if chosen not in (QueueFilters(), QueueFilters(Assigned.UNASSIGNED), QueueFilters(Assigned.MINE)):
        st.markdown("No requests match these filters. Remove a filter to see more.")
        return
    st.image(ROOT / "rr/ui/static/empty-queue.svg", width=300, alt="")
    if chosen.assigned is Assigned.ALL:
        st.markdown("**Everybody has had an answer.** New sign-ups appear here automatically.")
        st.button("Open sessions", key="requests_sessions", icon=":material/event:", on_click=go, args=("sessions",))
    else:
        st.markdown("**No requests here.** Choose “All” to see everybody’s.")
