"""A session's facts on screen: when and where, who comes, what they asked for, and the forms that change it."""

from datetime import date, datetime, timedelta

import streamlit as st

from rr import clock, days
from rr.access import Actor, Can, Scope, scope
from rr.intake.rules import Format
from rr.labels import count
from rr.sessions import commands
from rr.sessions.drafts import CancelDraft, FacilitatorsDraft, HeldDraft, SessionDraft
from rr.sessions.queries import Facts
from rr.sessions.states import SessionStage, SessionState
from rr.toolkit.rules import Place
from rr.ui.kit.act import act
from rr.ui.kit.form import form_for
from rr.ui.kit.markdown import plain, quote
from rr.ui.kit.navigation import go


def badge(stage: SessionStage) -> None:
    """Where the session stands: a word with an icon and a colour."""
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


def stands(facts: Facts, today: date) -> str:
    """Where this session stands, in one sentence."""
    stage = facts.stage(today)
    if stage is SessionStage.CANCELLED:
        return f"Cancelled: {plain(facts.cancelled_why)}"
    if facts.held_on is not None:
        came = count(facts.head_count or 0, "person", "people")
        written = "and is finished" if stage is SessionStage.FINISHED else "and waits to be finished"
        return f"It was held on {days.say(facts.held_on)} with {came}, {written}."
    if facts.starts_at is None or facts.day is None:
        return "A draft: agree a date with them, and the rest is ready."
    if stage is SessionStage.TO_FINISH:
        return f"It was planned for {days.say(facts.day)}. Was it held?"
    return f"{when(facts.starts_at, facts.minutes)}, {away(facts.day, today)}."


def glance(facts: Facts) -> None:
    """What somebody needs to know before going there: place or link, people, access needs, facilitators."""
    known = (
        ("location_on", "Place", facts.place or ("" if facts.link else "not known yet")),
        ("videocam", "Link", facts.link),
        ("forum", "How they meet", meets(facts.format)),
        ("groups", "People", _people(facts)),
        ("accessible_forward", "Access needs", facts.access_needs or "none named"),
        ("event_busy", "Avoid", facts.avoid),
        ("person", "Facilitators", ", ".join(name for _, name in facts.facilitators) or "nobody named yet"),
    )
    st.markdown("  \n".join(f":material/{icon}: **{label}** {plain(words)}" for icon, label, words in known if words))


def meets(how: Format | None) -> str:
    """How they meet, in words that stand alone; "" while it isn't known."""
    return "" if how is None else Place(how.value).label


def _people(facts: Facts) -> str:
    if facts.people is None:
        return "not known yet" if not facts.newcomers else f"{facts.newcomers} new"
    new = f", {facts.newcomers} of them new" if facts.newcomers else ""
    return f"{facts.people} expected{new}"


def asked(facts: Facts) -> None:
    """The sentence that the partnership asked with, and why the agenda is as it is."""
    if facts.request_id is not None:
        st.caption(f"They asked ({facts.asked_ref})")
        quote(facts.asked)
    if facts.recipe:
        st.caption(f"{plain(facts.recipe)}. {plain(facts.recipe_why)}")


def details_form(facts: Facts) -> None:
    """Agree the date and all else. What they asked us to avoid stands beside the date."""
    form = form_for(SessionDraft, "session", facts, name=f"session_facts_{facts.id}")

    def save() -> None:
        act(commands.arrange, facts.id, form.values(), form.base, form=form, done="Saved.")

    with form.fields():
        if facts.avoid:
            st.markdown(f":material/event_busy: **They asked us to avoid** {plain(facts.avoid)}")
        left, right = st.columns(2)
        with left:
            form.date("day", key="date")
        with right:
            form.time("time")
        left, right = st.columns(2)
        with left:
            form.number("minutes", step=15)
        with right:
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
        form.submit("Save", save, type="primary" if facts.state is SessionState.DRAFT else "secondary", icon=":material/save:")


def facilitators_form(facts: Facts, everybody: list[tuple[int, str]], actor: Actor) -> None:
    """Name who facilitates, for whoever may; the session becomes theirs. For the others, nothing: the glance names them."""
    if scope(actor, Can.NAME_FACILITATORS) is Scope.NONE or facts.state is SessionState.CANCELLED:
        return
    named = [account_id for account_id, _ in facts.facilitators]
    form = form_for(FacilitatorsDraft, "session", {"facilitators": named}, name=f"session_facilitators_{facts.id}")

    def save() -> None:
        chosen = form.values()["facilitators"]
        act(commands.name_facilitators, facts.id, chosen, base=form.base["facilitators"], form=form, done="Facilitators saved.")

    with form.fields():
        form.many("facilitators", dict(everybody) | dict(facts.facilitators))
        form.submit("Save facilitators", save, key="facilitators_save")


def write_up(facts: Facts, today: date, prefix: str = "session", *, primary: bool = False) -> None:
    """Mark it as held, and write it up: its actions go into the plan. `prefix` begins the keys: the page's name."""
    form = form_for(HeldDraft, prefix, facts, name=f"{prefix}_held_{facts.id}")

    def hold() -> None:
        act(commands.mark_held, facts.id, **form.values(), base=form.base, form=form, done="Saved. Write it up when you are ready.")

    def finish() -> None:
        if finished := act(commands.finish, facts.id, **form.values(), base=form.base, form=form):
            _to_plan(finished.result)

    with form.fields():
        form.date("held_on", first=facts.held_on or (facts.day if facts.day and facts.day <= today else today))
        left, right = st.columns(2)
        with left:
            form.number("head_count")
        with right:
            form.number("newcomers_came")
        with st.container(horizontal=True):
            label = "Write up and open the plan" if facts.finished_at is None else "Add new lines to the plan"
            form.submit(label, finish, key="finish", type="primary" if primary else "secondary", icon=":material/checklist:")
            form.submit("Save", hold, key="held")
        st.caption("Writing up puts each captured action into their six-month plan. Writing up again adds only new lines.")


def _to_plan(plan_id: int | None) -> None:
    if plan_id is None:
        st.session_state["rr_done"] = "The session is written up. Nothing in it was an action, so there is no plan to make yet."
    else:
        st.session_state["rr_done"] = "The session is written up, and this is their plan."
        go("plan", id=plan_id)


def to_session(session_id: int) -> None:
    """For `act(after=…)`: on to the session that was made."""
    go("session", id=session_id)


def calling_off(facts: Facts) -> None:
    """Cancel a session with its reason, bring it back, or take back that it was held."""
    if facts.state is SessionState.CANCELLED:
        st.button(
            "Bring it back",
            key="session_uncancel",
            type="primary",
            icon=":material/event_available:",
            on_click=act,
            args=(commands.uncancel, facts.id),
            kwargs={"done": "The session is back."},
        )
    elif facts.state is SessionState.HELD:
        if facts.finished_at is None:
            st.button(
                "It wasn't held after all",
                key="session_not_held",
                icon=":material/undo:",
                on_click=act,
                args=(commands.not_held, facts.id),
                kwargs={"done": "Taken back."},
            )
    else:
        _cancel_form(facts.id)


def _cancel_form(session_id: int) -> None:
    form = form_for(CancelDraft, "session_cancel", name=f"session_cancel_{session_id}")

    def cancel() -> None:
        act(commands.cancel, session_id, **form.values(), form=form, done="The session is cancelled.")

    with st.popover("Cancel session", icon=":material/event_busy:"), form.fields():
        form.text("why")
        form.submit("Cancel session", cancel, key="")
