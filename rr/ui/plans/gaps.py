"""The details that a plan's actions still need: each is one click away, and is filled in right there."""

from typing import Any

import streamlit as st

from rr.labels import count
from rr.plans.actions import commands
from rr.plans.drafts import DetailsDraft
from rr.plans.queries import ActionView, PlanDetail
from rr.plans.rules import Missing
from rr.ui.kit.act import act
from rr.ui.kit.form import Form, forget, form_for
from rr.ui.kit.markdown import plain
from rr.ui.kit.popover_form import opener
from rr.ui.plans.words import number


def missing_details(plan: PlanDetail) -> None:
    """The actions that need details, with their count; nothing once all are complete."""
    forms = {action: form for action in plan.actions if (form := _form(action)).base}
    if not forms:
        return
    with st.container(border=True, key="plan_missing"):
        st.header("Missing details", anchor=False)
        st.markdown(_sum(plan))
        for action, form in forms.items():
            left, right = st.columns([2, 1], vertical_alignment="center")
            needed = ", ".join(detail.label for detail in action.missing)
            left.markdown(number(action) + (f"  \n:gray[Missing: {plain(needed)}]" if needed else ""))
            with right.popover(opener("Add details", form.name), icon=":material/edit_note:", width="stretch"):
                _fields(action, form)


def _sum(plan: PlanDetail) -> str:
    """ "7 details in 3 actions: 2 leads, 3 dates, 2 first steps."."""
    by_kind = {detail: sum(detail in action.missing for action in plan.actions) for detail in Missing}
    listed = ", ".join(count(n, detail.label, detail.several) for detail, n in by_kind.items() if n)
    actions = sum(bool(action.missing) for action in plan.actions)
    return f"{count(plan.missing, 'detail')} in {count(actions, 'action')}: {listed}." if listed else "Nothing is missing any more."


def _form(action: ActionView) -> Form:
    """The form with the fields that were missing when it was first drawn: one that was begun keeps them, whoever fills them meanwhile."""
    name = f"plan_missing_{action.id}"
    empty: dict[str, Any] = {detail.value: DetailsDraft.fields()[detail.value].empty for detail in action.missing}
    form = form_for(DetailsDraft, "plan", empty, id=action.id, name=name)
    only_support_gone = bool(empty) and form.base.keys() - empty.keys() == {Missing.SUPPORT.value}  # what is typed isn't sent yet
    if form.base.keys() != empty.keys() and not only_support_gone and form.untouched():
        forget(form)
        form = form_for(DetailsDraft, "plan", empty, id=action.id, name=name)
    return form


def _fields(action: ActionView, form: Form) -> None:
    def save() -> None:
        changes = form.values()
        support = changes.pop("support", "")
        base = {name: value for name, value in form.base.items() if name != "support"}
        act(commands.edit_action, action.id, changes, base, support=support, form=form, done="Saved.")

    with form.fields():
        for name in form.base:
            if name == Missing.SUPPORT and Missing.SUPPORT not in action.missing:
                continue
            draw = form.date if name == Missing.DUE else form.text
            draw(name)
        form.submit("Save", save, icon=":material/check:")
    if Missing.SUPPORT in action.missing:
        st.button(
            "No support needed",
            key=f"plan_none_{action.id}",
            icon=":material/thumb_up:",
            on_click=act,
            args=(commands.set_no_support_needed, action.id),
            kwargs={"done": f"Action {action.number} needs no support."},
        )
