"""A session's details on screen: when and where, who comes, what they asked for, and the forms that change it."""

from datetime import date, datetime, timedelta
from functools import partial

import streamlit as st

from rr import clock, days
from rr.access import Actor, Can, Scope, scope
from rr.intake.rules import Format
from rr.labels import count, sentence
from rr.sessions import commands
from rr.sessions.drafts import CancelDraft, FacilitatorsDraft, HeldDraft, SessionDraft
from rr.sessions.queries import SessionDetail
from rr.sessions.states import SessionStage, SessionState
from rr.toolkit.rules import DeliveryMode
from rr.ui.kit.act import act
from rr.ui.kit.form import form_for
from rr.ui.kit.markdown import plain, quote
from rr.ui.kit.navigation import go
from rr.ui.kit.popover_form import opener

# To read


def badge(stage: SessionStage) -> None:
    """A session's stage: a word with an icon and a colour."""
    st.badge(stage.label, icon=f":material/{stage.icon}:", color=stage.colour)


def when(starts_at: datetime, minutes: int) -> str:
    """Tuesday 1 December 2026, 18:30 to 20:30."""
    starts, ends = (at.astimezone(clock.LONDON) for at in (starts_at, starts_at + timedelta(minutes=minutes)))
    return f"{days.WEEKDAYS[starts.weekday()]} {days.say(starts.date())}, {starts:%H:%M} to {ends:%H:%M}"


def away(day: date, today: date) -> str:
    """How far off a day is: today, tomorrow, in 5 days, 3 days ago."""
    gap = (day - today).days
    if gap in (0, 1):
        return "tomorrow" if gap else "today"
    return f"in {gap} days" if gap > 0 else count(-gap, "day") + " ago"


def summary(session: SessionDetail, today: date) -> str:
    """A session in one sentence: what has happened, or what comes next."""
    stage = session.stage(today)
    if stage is SessionStage.CANCELLED:
        return f"Cancelled: {plain(session.cancelled_why)}"
    if session.held_on is not None:
        came = f" with {count(session.head_count, 'person', 'people')}" if session.head_count is not None else ""
        written = "It is written up" if stage is SessionStage.FINISHED else "It is not written up yet"
        return f"Held on {days.say(session.held_on)}{came}. {written}."
    if session.starts_at is None or session.day is None:
        return "A draft: agree a date with them, and the rest is ready."
    if stage is SessionStage.TO_FINISH:
        return f"It was planned for {days.say(session.day)}. Was it held?"
    return f"{when(session.starts_at, session.minutes)}, {away(session.day, today)}."


def glance(session: SessionDetail) -> None:
    """What somebody needs to know before going there: place or link, people, access needs, facilitators."""
    known = (
        ("location_on", "Place", session.place or ("" if session.link else "not known yet")),
        ("videocam", "Link", session.link),
        ("forum", "How they meet", meets(session.format)),
        ("groups", "People", _people(session)),
        ("accessible_forward", "Access needs", session.access_needs or "not given"),
        ("event_busy", "Times to avoid", session.avoid),
        ("person", "Facilitators", ", ".join(name for _, name in session.facilitators) or "none yet"),
    )
    st.markdown("  \n".join(f":material/{icon}: **{label}** {plain(words)}" for icon, label, words in known if words))


def meets(how: Format | None) -> str:
    """How they meet, in words that stand alone; "" while it isn't known."""
    return "" if how is None else DeliveryMode(how.value).label


def _people(session: SessionDetail) -> str:
    new = f"{session.newcomers} new" if session.newcomers else ""
    expected = "" if session.people is None else f"{session.people} expected"
    return ", ".join(part for part in (expected, new) if part) or "not known yet"


def request(session: SessionDetail) -> None:
    """The sentence that the partnership asked with, and why the agenda is as it is."""
    if session.request_id is not None:
        st.caption(f"They asked ({session.asked_ref})")
        quote(session.asked)
    if session.recipe:
        st.caption(f"{sentence(plain(session.recipe))} {plain(session.recipe_why)}")


# To change


def details_form(session: SessionDetail) -> None:
    """Agree the date and all else. What they asked us to avoid stands beside the date."""
    form = form_for(SessionDraft, "session", session, name=f"session_details_{session.id}")

    def save() -> None:
        act(commands.arrange, session.id, form.values(), form.base, form=form, done="Saved.")

    opened = session.state is SessionState.DRAFT or bool(form.unsaved)
    with st.expander("Session details", expanded=opened, icon=":material/edit_calendar:"), form.fields():
        if session.avoid:
            st.markdown(f":material/event_busy: **They asked us to avoid** {plain(session.avoid)}")
        left, right = st.columns([3, 2])
        with left:
            form.date("day", key="date")
        with right:
            form.time("time")
        form.number("minutes", value=session.minutes, step=15)
        form.choice("format")
        form.text("place")
        form.text("link")
        left, right = st.columns(2)
        with left:
            form.number("people")
        with right:
            form.number("newcomers")
        form.area("access_needs", height="content")
        form.area("avoid", height="content")
        form.submit("Save", save, type="primary" if session.state is SessionState.DRAFT else "secondary", icon=":material/save:")


def facilitators_form(session: SessionDetail, everybody: list[tuple[int, str]], actor: Actor) -> None:
    """Choose who facilitates, for whoever may; the session becomes theirs. For the others, nothing: the glance names them."""
    if scope(actor, Can.NAME_FACILITATORS) is Scope.NONE or session.state is SessionState.CANCELLED:
        return
    assigned = [account_id for account_id, _ in session.facilitators]
    form = form_for(FacilitatorsDraft, "session", {"facilitators": assigned}, name=f"session_facilitators_{session.id}")

    def save() -> None:
        chosen = form.values()["facilitators"]
        act(commands.name_facilitators, session.id, chosen, base=form.base["facilitators"], form=form, done="Facilitators saved.")

    with form.fields():
        form.many("facilitators", dict(everybody) | dict(session.facilitators))
        form.submit("Save facilitators", save, key="facilitators_save")


def write_up(session: SessionDetail, today: date, prefix: str = "session", *, primary: bool = False) -> None:
    """Mark it as held, and write it up: its actions go into the plan. `prefix` begins the keys: the page's name."""
    form = form_for(HeldDraft, prefix, session, name=f"{prefix}_held_{session.id}")

    def hold() -> None:
        act(commands.mark_held, session.id, **form.values(), base=form.base, form=form, done="Saved. Write it up when you are ready.")

    def finish() -> None:
        back = partial(go, prefix, id=session.id)
        finished = act(commands.finish, session.id, **form.values(), base=form.base, form=form, done=_written_up, undone=back)
        if finished and finished.result is not None:
            go("plan", id=finished.result)

    with form.fields():
        form.date("held_on", first=session.held_on or (session.day if session.day and session.day <= today else today))
        left, right = st.columns(2)
        with left:
            form.number("head_count")
        with right:
            form.number("newcomers_came")
        with st.container(horizontal=True):
            label = "Write up and open the plan" if session.finished_at is None else "Add new lines to the plan"
            form.submit(label, finish, key="finish", type="primary" if primary else "secondary", icon=":material/checklist:")
            form.submit("Save", hold, key="held")
        st.caption("Writing up puts each captured action into their six-month plan. Writing up again adds only new lines.")


def _written_up(plan_id: int | None) -> str:
    if plan_id is None:
        return "The session is written up. Nothing in it was an action, so there is no plan to make yet."
    return "The session is written up, and this is their plan."


def plan_next(session_id: int) -> None:
    """Draft the session after this one, and go there."""
    done = "This is a draft of their next session, with an agenda for a second one."
    if made := act(commands.draft_next, session_id, done=done, undone=lambda: go("session", id=session_id)):
        go("session", id=made.result)


def cancel_controls(session: SessionDetail) -> None:
    """Cancel a session with its reason, reopen it, or undo that it was held."""
    if session.state is SessionState.CANCELLED:
        st.button(
            "Reopen session",
            key="session_reopen",
            type="primary",
            icon=":material/event_available:",
            on_click=act,
            args=(commands.reopen, session.id),
            kwargs={"done": "Session reopened."},
        )
    elif session.state is SessionState.HELD:
        if session.finished_at is None:
            st.button(
                "Mark as not held",
                key="session_not_held",
                icon=":material/undo:",
                on_click=act,
                args=(commands.undo_held, session.id),
                kwargs={"done": "Marked as not held."},
            )
    else:
        _cancel_form(session.id)


def _cancel_form(session_id: int) -> None:
    form = form_for(CancelDraft, "session_cancel", name=f"session_cancel_{session_id}")

    def cancel() -> None:
        act(commands.cancel, session_id, **form.values(), form=form, done="The session is cancelled.")

    with st.popover(opener("Cancel session", form.name), icon=":material/event_busy:"), form.fields():
        form.text("why")
        form.submit("Cancel session", cancel, key="")
