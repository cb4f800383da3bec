"""What we come to know of a partnership: its people, its names, its facts, and notes about it."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from rr.access import Actor, Can, demand, demand_for, reach
from rr.base import LINE, clean, fold
from rr.db import Session
from rr.errors import NotFound
from rr.merge import merge
from rr.partnerships.drafts import ContactDraft, FactsDraft, NoteDraft
from rr.partnerships.matching import derived_aliases, normalise
from rr.partnerships.models import Alias, Contact, Note, Partnership
from rr.partnerships.queries import NO_PARTNERSHIP, place_called
from rr.partnerships.rules import ContactRole


class AddressBook:
    """The people of some partnerships, read once, so that a file of sign-ups needs no statement for each row."""

    def __init__(self, db: Session, partnership_ids: Collection[int]) -> None:
        self._db = db
        self._by_email: dict[tuple[int, str], Contact] = {}
        self._by_phone: dict[tuple[int, str], list[Contact]] = {}
        wanted = select(Contact).where(col(Contact.partnership_id).in_(sorted(set(partnership_ids)))).order_by(col(Contact.id))
        for contact in db.execute(wanted.with_for_update()).scalars():
            self._write_down(contact)

    def know(
        self,
        partnership_id: int,
        *,
        name: str,
        role: ContactRole | None,
        email: str,
        phone: str,
        told_at: datetime,
        agreed_contact: bool,
        agreed_share: bool,
    ) -> Contact:
        """The person, known by e-mail, else by phone; made if they are new. What they told us last counts.

        A phone alone doesn't make two people one where both gave an address of their own and other names: hubs have shared phones.
        """
        contact = self._find(partnership_id, name, email, phone)
        if contact is None:
            contact = Contact.row(partnership_id=partnership_id, name=name, folded=fold(name)[:LINE], email=email, phone=phone, role=role)
            self._db.add(contact)
        elif contact.told_at is None or contact.told_at <= told_at:
            contact.name, contact.folded = (name, fold(name)[:LINE]) if name else (contact.name, contact.folded)
            contact.role = role or contact.role
            contact.email, contact.phone = email or contact.email, phone or contact.phone
        else:
            contact.email, contact.phone = contact.email or email, contact.phone or phone
            contact.role = contact.role or role
        contact.told_at = max(contact.told_at or told_at, told_at)
        if agreed_contact:
            contact.agreed_contact_at = max(contact.agreed_contact_at or told_at, told_at)
        if agreed_share:
            contact.agreed_share_at = max(contact.agreed_share_at or told_at, told_at)
        self._write_down(contact)
        return contact

    def _write_down(self, contact: Contact) -> None:
        if contact.email:
            self._by_email.setdefault((contact.partnership_id, contact.email), contact)
        sharing = self._by_phone.setdefault((contact.partnership_id, contact.phone), []) if contact.phone else []
        if not any(known is contact for known in sharing):  # the models would compare every field
            sharing.append(contact)

    def _find(self, partnership_id: int, name: str, email: str, phone: str) -> Contact | None:
        if email and (known := self._by_email.get((partnership_id, email))):
            return known
        same = fold(name)[:LINE]
        by_phone = self._by_phone.get((partnership_id, phone), []) if phone else []
        return next((person for person in by_phone if not (email and person.email) or person.folded == same), None)


def know_contact(
    db: Session,
    partnership_id: int,
    *,
    name: str,
    role: ContactRole | None = None,
    email: str = "",
    phone: str = "",
    told_at: datetime | None = None,
    agreed_contact: bool = False,
    agreed_share: bool = False,
    actor: Actor,
    now: datetime,
) -> int:
    """Make or update a person at a partnership and return their id. Known there by e-mail, else by phone.

    `email` in lower case and `phone` in E.164, as the cleaning gives them. What was told before what we know already (`told_at`,
    else now) only fills gaps.
    """
    demand(actor, Can.SIGN_UP)
    contact = AddressBook(db, [partnership_id]).know(
        partnership_id,
        name=clean(name, LINE, "name"),
        role=role,
        email=email,
        phone=phone,
        told_at=told_at or now,
        agreed_contact=agreed_contact,
        agreed_share=agreed_share,
    )
    db.flush()
    return contact.id


def edit_contact(db: Session, contact_id: int, base: Mapping[str, Any], mine: Mapping[str, Any], *, actor: Actor, now: datetime) -> int:
    """Change what is known of a person: fields of `ContactDraft`. `base` is what the form was drawn from (see `rr.merge`)."""
    contact = reach(db, Contact, contact_id, actor, Can.EDIT_PARTNERSHIP)
    changed = merge(contact, base, ContactDraft.checked(mine, base))
    if "name" in changed:
        contact.folded = fold(contact.name)[:LINE]
    contact.told_at = now if changed else contact.told_at
    return contact_id


def add_alias(db: Session, partnership_id: int, text: str, *, actor: Actor, now: datetime) -> int | None:
    """Keep another name of a partnership, so that the next sign-up under it matches, and return its id.

    None, and nothing kept, if the text is empty or the name means an area already: a second meaning would make it certain for neither.
    A name that a person had chosen for another partnership moves; one of the reference list stays.
    """
    demand_for(db, partnership_id, actor, Can.EDIT_PARTNERSHIP)
    text = clean(text, LINE, "alias")
    normal = normalise(text)[:LINE]
    if not normal:
        return None
    known = db.execute(select(Alias).where(col(Alias.normal) == normal).with_for_update()).scalar_one_or_none()
    if known is not None:
        owner = db.get(Partnership, known.partnership_id)
        if owner is not None and normal in {normalise(name) for name in derived_aliases(owner.name)}:
            return None
        known.partnership_id = partnership_id
        return known.id
    if place_called(db, text) is not None:
        return None
    alias = Alias(partnership_id=partnership_id, text=text, normal=normal)
    db.add(alias)
    db.flush()
    return alias.id


def edit_facts(db: Session, partnership_id: int, base: Mapping[str, Any], mine: Mapping[str, Any], *, actor: Actor, now: datetime) -> int:
    """Change what is known of a partnership: fields of `FactsDraft`. `base` is what the form was drawn from (see `rr.merge`).

    Refuses a public name that another area is known by.
    """
    demand_for(db, partnership_id, actor, Can.EDIT_PARTNERSHIP)
    partnership = db.get(Partnership, partnership_id, with_for_update=True, populate_existing=True)
    if partnership is None:
        raise NotFound(*NO_PARTNERSHIP)
    wanted = FactsDraft.checked(mine, base)
    public_name = wanted.get("public_name")
    renamed = public_name and public_name != base.get("public_name")
    if renamed and place_called(db, public_name, but=partnership_id) is not None:  # then sign-ups under it would match neither
        FactsDraft.refuse({"public_name": "Another area has this name already. Add something that tells the two apart."})
    merge(partnership, base, wanted)
    return partnership_id


def add_note(db: Session, partnership_id: int, words: str, *, actor: Actor, now: datetime) -> int:
    """Write a note for whoever works with the partnership next, and return its id."""
    demand_for(db, partnership_id, actor, Can.EDIT_PARTNERSHIP)
    draft = NoteDraft(words=words)
    if db.get(Partnership, partnership_id) is None:
        raise NotFound(*NO_PARTNERSHIP)
    note = Note(partnership_id=partnership_id, words=draft.words, at=now, by_id=actor.account_id)
    db.add(note)
    db.flush()
    return note.id
