"""The queue of requests: where it stands, what it is narrowed to, and a card for each request."""

from collections.abc import Mapping, Sequence

import streamlit as st

from rr.config import ROOT
from rr.intake.rules import UNDECIDED
from rr.intake.states import is_long_wait
from rr.intake.triage.queue import Filters, Listing, Show, Standing, WaitingRow, Whose
from rr.labels import count
from rr.ui.kit.markdown import plain, quote
from rr.ui.kit.navigation import go
from rr.ui.kit.segments import segments
from rr.ui.requests.phone_call import open_form

SHOWN = 76  # characters of their words on a card: two lines
TOPICS = 1  # on a card; its request shows them all
TALL = 740  # pixels: three cards and the top of a fourth, so that the chosen request stays in sight while the list is scrolled


def stands(standing: Standing) -> str:
    """Where the queue stands, in one sentence or two."""
    if not standing.undecided:
        return "Nobody is waiting for us."
    if not standing.waiting:
        return f"We have been in touch with everybody. {count(standing.undecided, 'request is', 'requests are')} still to be decided."
    waits = "is" if standing.waiting == 1 else "are"
    longest = f"The longest has waited {count(standing.longest, 'working day')}."
    if standing.longest == 0:
        longest = "Nobody has waited a whole working day."
    elif standing.waiting == 1:
        longest = f"They have waited {count(standing.longest, 'working day')}."
    return f"{count(standing.waiting, 'person', 'people')} {waits} waiting for our first contact. {longest}"


def bar(regions: Sequence[str], topics: Mapping[str, str]) -> Filters:
    """What the list is narrowed to, kept in the address, with the page's two actions at the right end of the row."""
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        whose = segments("Whose", Whose, lambda one: one.label, key="requests_whose", default=Whose.ALL, in_address=True)
        show = st.selectbox(
            "State", [show.label for show in Show], key="requests_state", bind="query-params", label_visibility="collapsed", width=150
        )
        with st.popover("Filter", icon=":material/filter_list:", key="requests_filter"):
            region = st.selectbox("Region", regions, index=None, placeholder="Any region", key="requests_region", bind="query-params")
            topic = st.selectbox(
                "Topic", list(topics.values()), index=None, placeholder="Any topic", key="requests_topic", bind="query-params"
            )
            unmatched = st.toggle("Only those whose area isn't known yet", key="requests_unmatched", bind="query-params")
        st.space("stretch")
        st.button("Log a phone call", key="requests_log_call", icon=":material/call:", on_click=open_form)
        st.button("Bring in an export", key="requests_import", icon=":material/upload_file:", on_click=go, args=("imports",))
    return Filters(
        whose=whose or Whose.ALL,
        show=next(one for one in Show if one.label == show),
        region=region or "",
        topic=next((code for code, label in topics.items() if label == topic), ""),
        unmatched=unmatched,
    )


def pages(total: int, per_page: int) -> int:
    """Which page of the list is shown; the control is drawn when there is more than one."""
    number = -(-total // per_page)
    return st.pagination(number, key="requests_page", bind="query-params") if number > 1 else 1


def summary(found: Listing, filters: Filters) -> str:
    """How many there are, above the list."""
    mine, nobodys = found.by_whose[Whose.MINE], found.by_whose[Whose.UNASSIGNED]
    whose = f", {nobodys or 'none'} unassigned, {mine or 'none'} yours" if filters.whose is Whose.ALL and found.total else ""
    return f"{count(found.total, 'request')}{whose}"


def cards(rows: Sequence[WaitingRow], chosen: int | None) -> None:
    """A card for each request. Opening one shows it beside the list."""
    with st.container(height=TALL if len(rows) > 3 else "content", border=False, key="requests_list"):
        for row in rows:
            _card(row, chosen=row.id == chosen)


def choose(request_id: int | None) -> None:
    """Show this request: its number goes into the address. None shows the first of the list."""
    if request_id is None:
        st.query_params.pop("id", None)
    else:
        st.query_params["id"] = str(request_id)


def _card(row: WaitingRow, *, chosen: bool) -> None:
    with st.container(border=True, gap="xsmall", key=f"requests_card_{row.id}"):
        with st.container(gap=None):
            st.button(
                f"**{plain(row.area or 'No area given')}**",
                key=f"requests_open_{row.id}",
                type="tertiary",
                icon=":material/arrow_right_alt:" if chosen else None,
                icon_position="right",
                on_click=choose,
                args=(row.id,),
                wrap=True,
            )
            known = (row.region, row.ref, row.name, row.assigned and f"with {row.assigned}")
            st.caption(" · ".join(plain(words) for words in known if words))
        quote(row.words, long=SHOWN)
        with st.container(horizontal=True, gap="xsmall"):
            if row.status in UNDECIDED:
                st.badge(
                    "in touch" if row.contacted else count(row.waited, "working day"),
                    icon=":material/call:" if row.contacted else ":material/schedule:",
                    color="green" if row.contacted else "orange" if is_long_wait(row.waited) else "gray",
                )
            else:
                st.badge(row.status.label, icon=":material/done:", color="gray")
            if not row.matched:
                st.badge("whose?", icon=":material/help:", color="orange")
            for topic in row.topics[:TOPICS]:
                st.badge(topic.split(",")[0].split(" of our ")[0].lower(), color="blue")
            if len(row.topics) > TOPICS:
                st.badge(f"and {len(row.topics) - TOPICS} more", color="blue")


def nothing(filters: Filters) -> None:
    """No request to show, and what to do next."""
    if filters not in (Filters(), Filters(whose=Whose.UNASSIGNED), Filters(whose=Whose.MINE)):
        st.markdown("No request fits these filters. Take one away to see more.")
        return
    st.image(ROOT / "rr/ui/static/empty-queue.svg", width=300, alt="")
    if filters.whose is Whose.ALL:
        st.markdown("**Everybody has had an answer.** New sign-ups appear here by themselves. Until then, see what is coming up.")
        st.button("See the sessions", key="requests_sessions", icon=":material/event:", on_click=go, args=("sessions",))
    else:
        st.markdown("**Nothing here.** Choose “All” to see what the others have.")
