"""The people at a partnership on screen: who is who, how to reach them, what they agreed to, and the ways to put that right."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from rr import contact_details
from rr.access import Actor, Can, Scope, scope
from rr.clock import london_day
from rr.days import say
from rr.partnerships import commands
from rr.partnerships.drafts import ConsentDraft, ContactDraft
from rr.partnerships.queries import ContactRow
from rr.partnerships.rules import ConsentKind
from rr.ui.kit.act import act
from rr.ui.kit.form import Form
from rr.ui.kit.markdown import plain
from rr.ui.kit.page import Page
from rr.ui.kit.popover_form import panel

LONGEST_NAME = 24  # characters of a name in a button


def card(contacts: Sequence[ContactRow], partnership_id: int, page: Page) -> None:
    """Who is who. Addresses and numbers are text: nothing of them goes anywhere by itself."""
    may_edit = _may_edit(page.actor)
    with st.container(border=True):
        st.header("People", anchor=False)
        if not contacts:
            st.markdown("No contacts yet. People appear as they sign up.")
        for person in contacts:
            _person(person)
            if may_edit:
                with st.container(horizontal=True, gap="small"):
                    _edit(person)
                    _consent(person, page)
        if may_edit:
            _add(partnership_id)


def _may_edit(actor: Actor) -> bool:
    return scope(actor, Can.EDIT_PARTNERSHIP) is not Scope.NONE


def _person(person: ContactRow) -> None:
    role = f"{person.role_label} · " if person.role_label else ""
    st.markdown(f"{role}**{plain(person.name)}**")
    for value in (contact_details.shown_phone(person.phone), person.email):
        if value:
            st.text(value)
    for sentence in sentences(person):
        st.caption(plain(sentence))


def _short(person: ContactRow) -> str:
    """The name in a button, which tells it from those of the others."""
    return plain(person.name if len(person.name) <= LONGEST_NAME else f"{person.name[: LONGEST_NAME - 1]}…")


def sentences(person: ContactRow) -> list[str]:
    """What they agreed to, and how they said so; to be contacted also where they have not."""
    said = []
    for kind in ConsentKind:
        consent = person.consents.get(kind)
        if consent is not None:
            words = consent.kind.agreed if consent.given else consent.kind.withdrew
            notice = f", privacy notice {consent.notice}" if consent.notice else ""
            said.append(f"{words[:1].upper()}{words[1:]} on {say(london_day(consent.at))}, {consent.how.words}{notice}")
        elif kind is ConsentKind.CONTACT:
            said.append("Has not agreed to be contacted")
    return said


def _fields(form: Form) -> None:
    form.text("name", key="contact_name")
    form.choice("role", key="contact_role")
    form.text("phone", key="contact_phone")
    form.text("email", key="contact_email")


def _edit(person: ContactRow) -> None:
    with panel(
        "Edit", f"partnership_edit_{person.id}", person, icon="edit", draft=ContactDraft, prefix="partnership", id=person.id
    ) as form:
        if form is None:
            return

        def save(form: Form = form) -> None:
            act(commands.edit_contact, person.id, form.base, form.values(), form=form, done="Saved.")

        with form.fields():
            _fields(form)
            form.submit("Save", save, key="contact_save", type="primary")


def _consent(person: ContactRow, page: Page) -> None:
    shown: dict[str, Any] = ConsentDraft.first() | {"on": page.today}
    label, key = f"Record consent of {_short(person)}", f"partnership_consent_{person.id}"
    with panel(label, key, shown, icon="verified_user", draft=ConsentDraft, prefix="partnership", id=person.id, quiet=True) as form:
        if form is None:
            return

        def save(form: Form = form) -> None:
            act(commands.record_consent, person.id, **form.values(), form=form, done="Saved.")

        with form.fields():
            form.choice("kind", key="consent_kind")
            form.radio("given", key="consent_given")
            form.choice("how", key="consent_how")
            form.date("on", key="consent_on", max_value=page.today)
            form.text("notice", key="consent_notice")
            form.submit("Save", save, key="consent_save", type="primary")


def _add(partnership_id: int) -> None:
    with panel("Add a person", "partnership_add_contact", icon="person_add", draft=ContactDraft, prefix="partnership") as form:
        if form is None:
            return

        def save(form: Form = form) -> None:
            act(commands.add_contact, partnership_id, **form.values(), form=form, done="Saved.")

        with form.fields():
            _fields(form)
            form.submit("Save", save, key="contact_save", type="primary")
