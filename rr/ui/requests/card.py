"""One request in full: the person's own words first, then the facts, what to decide, and what was decided."""

import streamlit as st

from rr import contact_details
from rr.clock import london_day
from rr.days import say
from rr.intake.rules import UNDECIDED, RequestStatus
from rr.intake.triage.queries import DecisionRow, RequestDetail
from rr.labels import count
from rr.ui.kit.markdown import plain, quote
from rr.ui.kit.navigation import link
from rr.ui.kit.page import Page
from rr.ui.requests import assignment, decision, partnership

LARGE = 320  # characters of their words that are shown large
RELATED = 3  # sessions and plans, and other requests, that a card names


def card(page: Page, detail: RequestDetail, next_id: int | None) -> None:
    """Everything about one request. `next_id` is the one to show after a decision."""
    with st.container(border=True, key="requests_detail"):
        _head(detail)
        _words(detail)
        if detail.partnership_id is None:
            partnership.choose(page, detail)
        _numbers(detail)
        _facts(detail)
        if detail.moves:
            decision.buttons(detail, next_id)
        if detail.proposal:
            st.caption(plain(detail.proposal))
        if detail.session_id is not None:
            link("session", "Open draft session", icon="event_note", id=detail.session_id)
        _decisions(detail)
        _more(detail)
        assignment.assigned(page, detail)
        if detail.partnership_id is not None and detail.moves and detail.session_id is None:
            partnership.change(page, detail)


def _head(detail: RequestDetail) -> None:
    with st.container(gap="xsmall"):
        st.header(plain(detail.area or "No area given"), anchor=False)
        with st.container(horizontal=True, gap="xsmall"):
            status, words = detail.status, detail.status.label
            if status is RequestStatus.NOT_NOW and detail.back_on is not None:
                words = f"Returns on {say(detail.back_on)}"
            st.badge(words, icon=f":material/{status.icon}:", color=status.colour)
            if status in UNDECIDED:
                days = count(detail.waited, "working day")
                waits = f"Waiting {days}" if detail.contacted_at is None else f"Contacted after {days}"
                st.badge(waits, icon=":material/schedule:", color="gray")
        came = f"signed up {say(detail.received_on)} ({detail.source.label.lower()})"
        st.caption(" · ".join(plain(words) for words in (detail.region, detail.ref, came) if words))


def _words(detail: RequestDetail) -> None:
    """Their words, the first paragraph large. Long ones keep the page's size: a wall of large text is hard to read."""
    first, _, rest = detail.words.strip().partition("\n")
    if first and len(first) <= LARGE:
        st.subheader(f"“{plain(first)}{'' if rest.strip() else '”'}", anchor=False)
        if rest.strip():
            st.markdown(f"{plain(rest.strip())}”")
    else:
        quote(detail.words)
    number = contact_details.shown_phone(detail.phone_text or detail.phone).replace(" ", "\N{NO-BREAK SPACE}")  # a number stays on one line
    who = [detail.name, detail.role_label, detail.email, number]
    st.markdown(f":material/person: {' · '.join(plain(words) for words in who if words) or 'No name given'}")


def _numbers(detail: RequestDetail) -> None:
    """What is a number, large."""
    known = (
        ("Taking part", detail.people, ""),
        ("New this year", detail.newcomers, ""),
        ("Money left", detail.money_remaining, "£"),
    )
    with st.container(horizontal=True, gap="large"):
        for label, number, unit in known:
            if number is not None:
                st.metric(label, f"{unit}{number:,}", width="content")


def _facts(detail: RequestDetail) -> None:
    """What was said in words, and what should be a number and isn't."""
    previous = ", ".join(f"{one.label.lower()} {say(one.on)}" for one in detail.previous[:RELATED]) or "no earlier session or plan"
    _lines(
        ("groups", "Taking part", _in_words(detail.people, detail.people_text)),
        ("group_add", "New this year", _in_words(detail.newcomers, detail.newcomers_text)),
        ("payments", "Money left", "not known" if detail.partnership_id is not None and detail.money_remaining is None else ""),
        ("accessible", "Access needs", detail.access_needs or "not given"),
        ("event_busy", "Times to avoid", detail.avoid or "not given"),
        ("location_on", "Where", detail.format.where if detail.format else "not given"),
        ("history", "Previous support", previous),
    )


def _in_words(number: int | None, text: str) -> str:
    if number is not None:
        return ""
    return f"“{text}”" if text else "not given"


def _lines(*lines: tuple[str, str, str]) -> None:
    st.markdown("  \n".join(f":material/{icon}: **{label}** {plain(words)}" for icon, label, words in lines if words))


def _decisions(detail: RequestDetail) -> None:
    if not detail.decisions:
        return
    st.markdown("**Decisions**")
    for made in detail.decisions:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(_decided(made))
            if made.id == detail.undo_id:
                decision.undo_button(made.id, detail.id, detail.ref)


def _decided(made: DecisionRow) -> str:
    """A decision as the thread tells it."""
    also = (
        f"to {made.partner}" if made.partner else "",
        f"until {say(made.back_on)}" if made.back_on else "",
        f"of {made.other_ref}" if made.other_ref else "",
    )
    headline = plain(" ".join(words for words in (made.headline, *also) if words))
    headline = f"~~{headline}~~" if made.undone else headline
    who = f" · {plain(made.by)}" if made.by else ""
    words = f"  \n“{plain(made.words)}”" if made.words else ""
    return f":gray[{say(london_day(made.at))}{who}]  \n{headline}{words}"


def _more(detail: RequestDetail) -> None:
    """What else they said, and who else asked."""
    _lines(
        ("lightbulb", "Prompted by", detail.prompted_by),
        ("topic", "Topics", "; ".join(detail.topics)),
        ("groups", "Partnership knows", detail.partnership_knows.label.lower() if detail.partnership_knows else ""),
        ("verified_user", "Consent", _consent(detail)),
    )
    if detail.others:
        st.caption("Other requests from this partnership or address:")
        for other in detail.others[:RELATED]:
            st.button(
                plain(other.label),
                key=f"requests_other_{other.id}",
                icon=":material/arrow_forward:",
                type="tertiary",
                on_click=decision.show,
                args=(other.id,),
                wrap=True,
            )
    if detail.remarks:
        with st.expander(f"{count(len(detail.remarks), 'answer')} could not be read"):
            st.markdown("\n\n".join(plain(remark) for remark in detail.remarks))


def _consent(detail: RequestDetail) -> str:
    if not detail.consent_contact:
        return "not given. Reply to this request, and ask before contacting them about anything else"
    return "we may contact them" + (", and share their details with support partners" if detail.consent_share else ". Ask before sharing")
