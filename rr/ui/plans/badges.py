"""Plans in words: where one stands, what an action says, and the badges that several screens share."""

from collections.abc import Mapping
from datetime import date

from rr.days import say
from rr.labels import count
from rr.plans.queries import ActionView, PlanDetail
from rr.plans.rules import ActionStatus, achievable, tally
from rr.plans.states import PlanState, Urgency
from rr.ui.kit.markdown import plain


def badge(words: str, colour: str, icon: str) -> str:
    """A badge to put into Markdown: a word with an icon and a colour. `words` are ours, or escaped by the caller."""
    return f":{colour}-badge[:material/{icon}: {words}]"


def state_badge(state: PlanState) -> str:
    return badge(state.label, state.colour, state.icon)


def status_badge(status: ActionStatus) -> str:
    return badge(status.label, status.colour, status.icon)


def due_badge(urgency: Urgency, due: date | None, today: date) -> str:
    """ "Overdue since 3 March 2027", "Due soon"; "" for what isn't near."""
    if urgency is Urgency.OVERDUE and due:
        return badge(f"Due {count((today - due).days, 'day')} ago", "orange", "schedule")
    return badge("Due soon", "gray", "schedule") if urgency is Urgency.SOON else ""


def confidence_badge(action: ActionView) -> str:
    """What a person said, or what is suggested while nobody has."""
    if action.confidence:
        return badge(action.confidence.label, action.confidence.colour, action.confidence.icon)
    return badge(f"{action.suggested.label}?", "gray", "help") if action.suggested else ""


def progress(counts: Mapping[ActionStatus, int]) -> str:
    """ "7 actions: 2 done, 4 going well, 1 stuck"."""
    total = sum(counts.values())
    if not total:
        return "No actions yet"
    return f"{count(total, 'action')}: {tally(counts)}"


def stands(plan: PlanDetail) -> str:
    """Where a plan stands, in a sentence or two under its title."""
    advice = achievable(len(plan.actions)) if plan.agreed_on is None and plan.closed_on is None else ""
    parts = [f"{progress(plan.counts)}."] if plan.actions or not advice else []
    if plan.agreed_on and plan.ends_on:
        over = f", closed {say(plan.closed_on)}" if plan.closed_on else f", ends {say(plan.ends_on)}"
        parts.append(f"Agreed on {say(plan.agreed_on)}{over}.")
    elif plan.closed_on:
        parts.append(f"Closed on {say(plan.closed_on)}, before it was agreed.")
    else:
        parts.append("A draft: the partnership hasn't agreed it yet.")
    if plan.closed_why:
        parts.append(f"Why: {plain(plan.closed_why)}.")
    if plan.silent_days is not None:
        parts.append(f"No word for {count(plan.silent_days, 'day')}.")
    return " ".join(filter(None, (*parts, advice)))


def number(action: ActionView) -> str:
    """ "2\\. Ask Locality about the lease", to stand in Markdown without becoming a list."""
    return f"{action.number}\\. {plain(action.title)}"


def facts(action: ActionView) -> str:
    """Who leads, by when, the first step and the support needed, one line each; what nobody has said is left to the list of gaps."""
    who = plain(action.lead) if action.lead else "nobody yet"
    lines = [f"**Leads** {who} · **By** {say(action.due) if action.due else 'no date yet'}"]
    if action.why:
        lines.append(f"**Why** {plain(action.why)}")
    if action.first_step:
        lines.append(f"**First step** {plain(action.first_step)}")
    for need in action.needs:
        answer = f"{need.partner} helps" if need.partner else need.status.label.lower()
        lines.append(f"**Support needed** {plain(need.words)} ({plain(answer)})")
    if action.needs_none and not action.needs:
        lines.append("**Support needed** none")
    return "  \n".join(lines)
