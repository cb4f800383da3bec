"""A session's facts on screen: when and where, who comes, what they asked for, and the forms that change it."""

from datetime import date, datetime, timedelta

import streamlit as st

from rr import clock, days
from rr.access import Actor, Can, Scope, scope
from rr.intake.rules import Format
from rr.labels import count
from rr.sessions import commands
from rr.sessions.queries import Facts
from rr.sessions.states import SessionStage, SessionState
from rr.toolkit.rules import Place
from rr.ui.kit.act import act, drawn, show_refusal
from rr.ui.kit.markdown import plain, quote
from rr.ui.kit.navigation import go

LABELS = {
    "day": "Date",
    "time": "Starts at",
    "minutes": "Minutes booked",
    "format": "How they meet",
    "place": "Place",
    "link": "Link to join",
    "people": "People expected",
    "newcomers": "Of them new",
    "access_needs": "Access needs",
    "avoid": "Times to avoid",
}
HELD_LABELS = {"held_on": "Held on", "head_count": "How many came", "newcomers_came": "Of them new"}


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


def arrange_form(facts: Facts) -> None:
    """Agree the date and all else. What they asked us to avoid stands beside the date."""
    base = {name: getattr(facts, name) for name in LABELS}
    form = drawn(f"session_facts_{facts.id}", **base)
    with st.form("session_facts", border=False):
        show_refusal(form, LABELS)
        if facts.avoid:
            st.markdown(f":material/event_busy: **They asked us to avoid** {plain(facts.avoid)}")
        left, right = st.columns(2)
        left.date_input(LABELS["day"], facts.day, key=form.own("session_date", facts.day), format="DD/MM/YYYY")
        right.time_input(LABELS["time"], facts.time, key=form.own("session_time", facts.time))
        left, right = st.columns(2)
        left.number_input(LABELS["minutes"], value=facts.minutes, step=15, key=form.own("session_minutes", facts.minutes))
        right.selectbox(
            LABELS["format"],
            list(Format),
            index=list(Format).index(facts.format) if facts.format else None,
            format_func=meets,
            placeholder="Not settled",
            key=form.own("session_format", facts.format or None),
        )
        st.text_input(LABELS["place"], facts.place, key=form.own("session_place", facts.place), max_chars=200)
        st.text_input(LABELS["link"], facts.link, key=form.own("session_link", facts.link), max_chars=200, placeholder="https://")
        left, right = st.columns(2)
        left.number_input(
            LABELS["people"], value=facts.people, step=1, key=form.own("session_people", facts.people), placeholder="Not known"
        )
        right.number_input(
            LABELS["newcomers"], value=facts.newcomers, step=1, key=form.own("session_newcomers", facts.newcomers), placeholder="Not known"
        )
        st.text_area(LABELS["access_needs"], facts.access_needs, key=form.own("session_access_needs", facts.access_needs), height="content")
        st.text_area(LABELS["avoid"], facts.avoid, key=form.own("session_avoid", facts.avoid), height="content")
        st.form_submit_button(
            "Save",
            key="session_save",
            type="primary" if facts.state is SessionState.DRAFT else "secondary",
            icon=":material/save:",
            on_click=_save_facts,
            args=(facts.id,),
        )


def _save_facts(session_id: int) -> None:
    form = drawn(f"session_facts_{session_id}")
    mine = {name: form.value(f"session_{'date' if name == 'day' else name}") for name in LABELS}
    act(commands.arrange, session_id, mine, form.base, form=form, done="Saved.")


def facilitators_form(facts: Facts, everybody: list[tuple[int, str]], actor: Actor) -> None:
    """Name who facilitates, for whoever may; the session becomes theirs. For the others, nothing: the glance names them."""
    if scope(actor, Can.NAME_FACILITATORS) is Scope.NONE or facts.state is SessionState.CANCELLED:
        return
    named = [number for number, _ in facts.facilitators]
    names = dict(everybody) | dict(facts.facilitators)
    form = drawn(f"session_facilitators_{facts.id}", named=named)
    with st.form("session_facilitators_form", border=False):
        show_refusal(form)
        st.multiselect(
            "Facilitators",
            list(names),
            named,
            format_func=lambda number: names.get(number, ""),
            key=form.own("session_facilitators", named),
            placeholder="Choose who facilitates",
        )
        st.form_submit_button("Save facilitators", key="session_facilitators_save", on_click=_save_facilitators, args=(facts.id,))


def _save_facilitators(session_id: int) -> None:
    form = drawn(f"session_facilitators_{session_id}")
    chosen = form.value("session_facilitators")
    act(commands.name_facilitators, session_id, chosen, base=form.base["named"], form=form, done="Facilitators saved.")


def write_up(facts: Facts, today: date, prefix: str = "session", *, primary: bool = False) -> None:
    """Say that it was held, and finish it: its actions go into the plan. `prefix` begins the keys: the page's name."""
    base = {name: getattr(facts, name) for name in HELD_LABELS}
    form = drawn(f"{prefix}_held_{facts.id}", **base)
    with st.form(f"{prefix}_held_form", border=False):
        show_refusal(form, HELD_LABELS)
        day = facts.held_on or (facts.day if facts.day and facts.day <= today else today)
        st.date_input(HELD_LABELS["held_on"], day, key=form.own(f"{prefix}_held_on", day), format="DD/MM/YYYY")
        left, right = st.columns(2)
        left.number_input(HELD_LABELS["head_count"], value=facts.head_count, step=1, key=form.own(f"{prefix}_head_count", facts.head_count))
        right.number_input(
            HELD_LABELS["newcomers_came"],
            value=facts.newcomers_came,
            step=1,
            key=form.own(f"{prefix}_newcomers_came", facts.newcomers_came),
            placeholder="Not counted",
        )
        with st.container(horizontal=True):
            st.form_submit_button(
                "Finish and open the plan" if facts.finished_at is None else "Add new lines to the plan",
                key=f"{prefix}_finish",
                type="primary" if primary else "secondary",
                icon=":material/checklist:",
                on_click=_finish,
                args=(facts.id, prefix),
            )
            st.form_submit_button("Save only", key=f"{prefix}_held", on_click=_hold, args=(facts.id, prefix))
        st.caption("Finishing puts each captured action into their six-month plan. Finishing again adds only new lines.")


def _said(session_id: int, prefix: str) -> dict:
    form = drawn(f"{prefix}_held_{session_id}")
    return {"form": form, "base": form.base, **{name: form.value(f"{prefix}_{name}") for name in HELD_LABELS}}


def _hold(session_id: int, prefix: str) -> None:
    act(commands.mark_held, session_id, **_said(session_id, prefix), done="Kept. It waits to be finished.")


def _finish(session_id: int, prefix: str) -> None:
    act(commands.finish, session_id, **_said(session_id, prefix), after=_to_plan)


def _to_plan(plan_id: int | None) -> None:
    if plan_id is None:
        st.session_state["rr_done"] = "The session is finished. Nothing in it was an action, so there is no plan to make yet."
    else:
        st.session_state["rr_done"] = "The session is finished, and this is their plan."
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
        form = drawn(f"session_cancel_{facts.id}")
        with st.popover("Cancel the session", icon=":material/event_busy:"), st.form("session_cancel_form", border=False):
            show_refusal(form, {"why": "Reason"})
            st.text_input("Why is it cancelled?", key=form.own("session_cancel_why", ""), max_chars=200)
            st.form_submit_button("Cancel the session", key="session_cancel", on_click=_cancel, args=(facts.id,))


def _cancel(session_id: int) -> None:
    form = drawn(f"session_cancel_{session_id}")
    act(commands.cancel, session_id, form.value("session_cancel_why"), form=form, done="The session is cancelled.")
