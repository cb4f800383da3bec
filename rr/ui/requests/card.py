"""One request in full: the person's own words first, then the facts, what was before, and what to decide."""

import streamlit as st

from rr import contact_details
from rr.clock import london_day
from rr.days import say
from rr.intake.rules import UNDECIDED, Format, Move, RequestStatus
from rr.intake.triage import commands
from rr.intake.triage.queries import Decided, Detail
from rr.labels import count
from rr.partnerships.queries import Place
from rr.ui.kit.act import act
from rr.ui.kit.markdown import plain, quote
from rr.ui.kit.navigation import link
from rr.ui.requests import decision as decide

COLOURS = {
    RequestStatus.NEW: ("orange", "mark_email_unread"),
    RequestStatus.WAITING_FOR_THEM: ("blue", "hourglass_top"),
    RequestStatus.ACCEPTED: ("green", "check"),
    RequestStatus.SIGNPOSTED: ("violet", "signpost"),
    RequestStatus.NOT_NOW: ("gray", "pause"),
    RequestStatus.WITHDRAWN: ("gray", "logout"),
    RequestStatus.DUPLICATE: ("gray", "content_copy"),
    RequestStatus.SPAM: ("gray", "report"),
}
LARGE = 320  # characters of their words that are shown large
NOBODY = "Nobody"
WHERE = {Format.IN_PERSON: "in person", Format.ONLINE: "online", Format.EITHER: "in person or online, either suits them"}


def card(detail: Detail, next_id: int | None, places: tuple[Place, ...], colleagues: tuple[tuple[int, str], ...], me: int | None) -> None:
    """Everything about one request. `next_id` is the one to show after a decision, `me` the account of whoever looks."""
    with st.container(border=True, key="requests_detail"):
        _head(detail)
        _words(detail)
        if detail.partnership_id is None:
            _whose(detail, places)
        _numbers(detail)
        _facts(detail)
        if detail.moves:
            decide.buttons(detail, next_id)
        if detail.proposes:
            st.caption(plain(detail.proposes))
        if detail.session_id is not None:
            link("session", "Open its draft session", icon="event_note", id=detail.session_id)
        _decisions(detail)
        _more(detail)
        if detail.partnership_id is not None and detail.moves and detail.session_id is None:  # a slip, or a wrong alias, is put right here
            with st.popover("Not theirs?", icon=":material/swap_horiz:", type="tertiary"):
                _all_places(detail, places)
        _assigned(detail, colleagues, me)


def _head(detail: Detail) -> None:
    with st.container(gap="xsmall"):
        st.header(plain(detail.area or "No area given"), anchor=False)
        with st.container(horizontal=True, gap="xsmall"):
            colour, icon = COLOURS[detail.status]
            words = detail.status.label
            if detail.status is RequestStatus.NOT_NOW and detail.back_on:
                words = f"Back on {say(detail.back_on)}"
            st.badge(words, icon=f":material/{icon}:", color=colour)  # ty: ignore[invalid-argument-type]
            if detail.status in UNDECIDED:
                waits = f"{count(detail.waited, 'working day')} {'so far' if detail.contacted_at is None else 'until first contact'}"
                st.badge(waits, icon=":material/schedule:", color="gray")
        came = f"signed up {say(detail.received_on)} ({detail.source.label.lower()})"
        st.caption(" · ".join(plain(words) for words in (detail.region, detail.ref, came) if words))


def _words(detail: Detail) -> None:
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


def _whose(detail: Detail, places: tuple[Place, ...]) -> None:
    """They wrote a name that is no area's for certain: the likeliest, and all of them to choose from."""
    with st.container(border=True):
        st.markdown(
            f"**Whose is it?** They wrote “{plain(detail.area_text)}”." if detail.area_text else "**Whose is it?** They wrote no area."
        )
        if detail.suggestions:
            with st.container(gap="xsmall"):
                for one in detail.suggestions:
                    st.button(
                        f"{plain(one.name)} ({one.region})",
                        key=f"requests_match_{one.id}",
                        on_click=_match,
                        args=(detail, one.id, one.name),
                        width="stretch",
                        wrap=True,
                    )
        _all_places(detail, places)


def _all_places(detail: Detail, places: tuple[Place, ...]) -> None:
    named = {f"{place.name} ({place.region})": place for place in places}
    key = f"requests_match_all_{detail.id}"
    st.selectbox(
        "Another partnership",
        list(named),
        index=None,
        placeholder="Choose from all 150" if len(named) == 150 else "Choose from all",
        key=key,
        on_change=lambda: _match_chosen(detail, named, key),
    )


def _match_chosen(detail: Detail, named: dict[str, Place], key: str) -> None:
    place = named.get(st.session_state.get(key) or "")
    if place is not None:
        _match(detail, place.id, place.name)


def _match(detail: Detail, partnership_id: int, name: str) -> None:
    done = f"{detail.ref} is from {name}. The next sign-up under this name will be matched by itself."
    act(commands.choose_partnership, detail.id, partnership_id, done=done)


def _numbers(detail: Detail) -> None:
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


def _facts(detail: Detail) -> None:
    """What was said in words, and what should be a number and isn't."""
    before = ", ".join(f"{earlier.words.lower()} {say(earlier.on)}" for earlier in detail.before[:3]) or "no earlier session or plan"
    _lines(
        ("groups", "Taking part", _in_words(detail.people, detail.people_text)),
        ("group_add", "New this year", _in_words(detail.newcomers, detail.newcomers_text)),
        ("payments", "Money left", "not known" if detail.partnership_id is not None and detail.money_remaining is None else ""),
        ("accessible", "Access needs", detail.access_needs or "none said"),
        ("event_busy", "Avoid", detail.avoid or "nothing said"),
        ("location_on", "Where", WHERE[detail.format] if detail.format else "not said"),
        ("history", "Before", before),
    )


def _in_words(number: int | None, text: str) -> str:
    if number is not None:
        return ""
    return f"“{text}”" if text else "not said"


def _lines(*lines: tuple[str, str, str]) -> None:
    st.markdown("  \n".join(f":material/{icon}: **{label}** {plain(words)}" for icon, label, words in lines if words))


def _more(detail: Detail) -> None:
    """What else they said, and who else asked."""
    _lines(
        ("lightbulb", "Prompted by", detail.prompted_by),
        ("topic", "Focus", "; ".join(detail.topics)),
        ("groups", "Does the partnership know?", detail.partnership_knows.label.lower() if detail.partnership_knows else ""),
        ("verified_user", "Consent", _consent(detail)),
    )
    if detail.others:
        st.caption("They have asked before, or somebody else there has:")
        for other in detail.others[:3]:
            st.button(
                plain(other.words),
                key=f"requests_other_{other.id}",
                icon=":material/arrow_forward:",
                type="tertiary",
                on_click=decide.choose,
                args=(other.id,),
                wrap=True,
            )
    if detail.remarks:
        with st.expander(count(len(detail.remarks), "thing was", "things were") + " hard to read"):
            st.markdown("\n\n".join(plain(remark) for remark in detail.remarks))


def _consent(detail: Detail) -> str:
    if not detail.consent_contact:
        return "not ticked: answer what they asked, and ask before anything else"
    return "to be contacted, and to share with a support partner" if detail.consent_share else "to be contacted; ask before sharing"


def _assigned(detail: Detail, colleagues: tuple[tuple[int, str], ...], me: int | None) -> None:
    named = dict(colleagues)
    key = f"requests_assign_{detail.id}"
    names = [NOBODY, *named.values()]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(
            "Who looks after it?",
            names,
            index=names.index(detail.assigned) if detail.assigned in names else 0,
            key=key,
            width=230,
            on_change=lambda: _assign(detail, next((number for number, name in colleagues if name == st.session_state.get(key)), None)),
        )
        if me in named and detail.assigned_id != me:
            st.button("I'll take it", key="requests_assign_me", icon=":material/person_add:", on_click=_take_it, args=(detail, me, key))


def _take_it(detail: Detail, me: int | None, key: str) -> None:
    st.session_state.pop(key, None)
    _assign(detail, me)


def _assign(detail: Detail, account_id: int | None) -> None:
    act(commands.assign, detail.id, account_id, done=f"{detail.ref} is with {'somebody' if account_id else 'nobody'} now.")


def _decisions(detail: Detail) -> None:
    if not detail.decisions:
        return
    st.markdown("**What was decided so far**")
    for made in detail.decisions:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(_said(made))
            just = decide.just_decided()
            if made.id == detail.undo_id and (just is None or just[0] != made.id):
                decide.undo_button(made.id, detail.id, detail.ref, key=f"requests_undo_{made.id}")


def _said(made: Decided) -> str:
    """A decision as the thread tells it."""
    also = [
        f"to {made.where_to}" if made.where_to else "",
        f"until {say(made.back_on)}" if made.back_on else "",
        f"of {made.other_ref}" if made.move is Move.DUPLICATE and made.other_ref else "",
    ]
    said = plain(" ".join(words for words in (made.said, *also) if words))
    said = f"~~{said}~~" if made.undone else said
    who = f" · {plain(made.by)}" if made.by else ""
    words = f"  \n“{plain(made.words)}”" if made.words else ""
    return f":gray[{say(london_day(made.at))}{who}]  \n{said}{words}"
