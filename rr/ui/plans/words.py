"""Plans and actions in sentences, as Markdown: where a plan stands, and what an action says."""

from collections.abc import Mapping
from datetime import date

from rr.clock import london_day
from rr.days import say
from rr.labels import count, sentence
from rr.plans.queries import ActionView, PlanDetail
from rr.plans.rules import ActionStatus, achievable, tally
from rr.ui.kit.markdown import plain
from rr.ui.kit.rows import Badge
from rr.ui.plans import badges


def progress(counts: Mapping[ActionStatus, int]) -> str:
    """ "7 actions: 2 done, 4 going well, 1 stuck"."""
    total = sum(counts.values())
    return f"{count(total, 'action')}: {tally(counts)}" if total else "No actions yet"


def status(plan: PlanDetail) -> str:
    """Where a plan stands, in a sentence or two under its title."""
    advice = achievable(len(plan.actions)) if plan.agreed_on is None and plan.closed_on is None else ""
    parts = [f"{progress(plan.counts)}." if plan.actions or not advice else "", _agreed(plan)]
    if plan.closed_why:
        parts.append(f"Reason: {sentence(plain(plan.closed_why))}")
    if plan.silent_days is not None:
        parts.append(f"No update for {count(plan.silent_days, 'day')}.")
    return " ".join(filter(None, (*parts, advice)))


def _agreed(plan: PlanDetail) -> str:
    if plan.agreed_on and plan.ends_on:
        end = f"closed {say(plan.closed_on)}" if plan.closed_on else f"ends {say(plan.ends_on)}"
        return f"Agreed on {say(plan.agreed_on)}, {end}."
    if plan.closed_on:
        return f"Closed on {say(plan.closed_on)}, before it was agreed."
    return "A draft: the partnership hasn't agreed it yet."


def number(action: ActionView) -> str:
    """ "2\\. Ask Locality about the lease", to stand in Markdown without becoming a list."""
    return f"{action.number}\\. {plain(action.title)}"


def action(one: ActionView, today: date, *more: Badge | None, with_status: bool = True) -> str:
    """What an action says, as lines of one paragraph: its number and title, its badges, and its details."""
    said_on = london_day(one.last_update.at) if one.last_update else None
    how = badges.status(one.status, said_on, one.urgency) if with_status else None
    shown = badges.in_markdown(how, badges.due(one.urgency, one.due, today), *more)
    return "  \n".join(filter(None, (f"**{number(one)}**", shown, *_details(one))))


def _details(one: ActionView) -> list[str]:
    """Lead, date, reason, first step and support needed, one line each; what is missing is left to the list of missing details."""
    lines = [f"**Lead:** {plain(one.lead) or 'none yet'} · **By:** {say(one.due) if one.due else 'no date yet'}"]
    if one.why:
        lines.append(f"**Why:** {plain(one.why)}")
    if one.first_step:
        lines.append(f"**First step:** {plain(one.first_step)}")
    for need in one.needs:
        answer = f"{need.partner} helps" if need.partner else need.status.label.lower()
        lines.append(f"**Support needed:** {plain(need.words)} ({plain(answer)})")
    if one.needs_none and not one.needs:
        lines.append("**Support needed:** none")
    return lines
