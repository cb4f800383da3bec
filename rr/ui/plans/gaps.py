"""What a plan still has to say: each gap is one click away, and is filled right there."""

from typing import Any

import streamlit as st

from rr.labels import count
from rr.plans.actions import commands
from rr.plans.queries import ActionView, PlanDetail
from rr.plans.rules import Missing
from rr.ui.kit.act import Drawn, act, drawn, forget, show_refusal
from rr.ui.plans.badges import number

LABELS: dict[str, str] = {gap.value: gap.label for gap in Missing}


def panel(plan: PlanDetail) -> None:
    """The list of what is missing, with its count; nothing once all is said."""
    waiting = [action for action in plan.actions if action.missing or _refused(action)]
    if not waiting:
        return
    with st.container(border=True, key="plan_missing"):
        st.subheader("Still to say", anchor=False)
        st.markdown(_sum(plan))
        for action in waiting:
            what, say_it = st.columns([1, 1], vertical_alignment="center")
            what.markdown(number(action))
            with say_it.popover(_asked(action), icon=":material/edit_note:", width="stretch"):
                _form(action)


def _asked(action: ActionView) -> str:
    """What the button asks: the one question, or the first and how many more; a form that was refused may ask nothing new."""
    if not action.missing:
        return "Look again"
    more = f" + {len(action.missing) - 1}" if len(action.missing) > 1 else ""
    return f"{action.missing[0].label}{more}"


def _sum(plan: PlanDetail) -> str:
    """ "7 things: 2 leads, 3 dates, 2 first steps."."""
    words = {
        Missing.LEAD: ("lead", "leads"),
        Missing.DUE: ("date", "dates"),
        Missing.FIRST_STEP: ("first step", "first steps"),
        Missing.SUPPORT: ("answer about support", "answers about support"),
    }
    by_kind = {gap: sum(gap in action.missing for action in plan.actions) for gap in Missing}
    listed = ", ".join(count(n, *words[gap]) for gap, n in by_kind.items() if n)
    return f"{count(plan.missing, 'thing')} in {count(sum(bool(action.missing) for action in plan.actions), 'action')}: {listed}."


def _refused(action: ActionView) -> bool:
    return st.session_state.get("rr_refusal", ("", None))[0] == _name(action)


def _name(action: ActionView) -> str:
    return f"plan_missing_{action.id}"


def _key(field: str, action_id: int) -> str:
    return f"plan_{field}_{action_id}"


def _pinned(action: ActionView) -> Drawn:
    """The form, with the fields that were missing when it was first drawn: one that was begun keeps them, whoever fills them meanwhile."""
    empty: dict[str, Any] = {gap.value: None if gap is Missing.DUE else "" for gap in action.missing}
    form = drawn(_name(action), **empty)
    begun = any(form.value(_key(field, action.id)) not in (None, "") for field in form.base)
    if set(form.base) != set(empty) and not begun:
        forget(form)
        form = drawn(_name(action), **empty)
    return form


def _form(action: ActionView) -> None:
    form = _pinned(action)
    with st.form(f"plan_missing_form_{action.id}", border=False):
        if "lead" in form.base:
            st.text_input(LABELS["lead"], key=form.own(_key("lead", action.id), ""), placeholder="A name, or a group")
        if "due" in form.base:
            st.date_input(LABELS["due"], value=None, format="DD/MM/YYYY", key=form.own(_key("due", action.id), None))
        if "first_step" in form.base:
            st.text_input(LABELS["first_step"], key=form.own(_key("first_step", action.id), ""), placeholder="Ring the council on Monday")
        if "support" in form.base:
            st.text_input(LABELS["support"], key=form.own(_key("support", action.id), ""), placeholder="Legal advice on the lease")
        show_refusal(form, LABELS)
        st.form_submit_button("Save", key=f"plan_save_{action.id}", icon=":material/check:", on_click=_save, args=(action.id, form))
    if "support" in form.base:
        st.button(
            "No support needed",
            key=f"plan_none_{action.id}",
            icon=":material/thumb_up:",
            on_click=act,
            args=(commands.set_no_support_needed, action.id),
            kwargs={"done": f"Action {action.number} needs no support."},
        )


def _save(action_id: int, form: Drawn) -> None:
    said = {field: form.value(_key(field, action_id)) for field in form.base}
    support = said.pop("support", "") or ""
    base = {field: value for field, value in form.base.items() if field != "support"}
    act(commands.edit_action, action_id, said, base, support=support, form=form, done="Kept.")
