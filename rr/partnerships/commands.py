"""What we come to know of a partnership: its people, its names, its facts, and notes about it."""

from collections.abc import Collection, Mapping
from datetime import datetime, time
from typing import Any

from sqlalchemy import func, select
from sqlmodel import col

from rr.access import Actor, Can, demand, demand_for, reach
from rr.base import LINE, clean, fold
from rr.clock import LONDON, london_day
from rr.days import say
from rr.db import Session
from rr.errors import NotFound
from rr.merge import merge
from rr.partnerships.drafts import ConsentDraft, ContactDraft, FactsDraft, NoteDraft
from rr.partnerships.matching import derived_aliases, normalise
from rr.partnerships.models import Alias, Consent, Contact, Note, Partnership
from rr.partnerships.queries import NO_PARTNERSHIP, name_of, place_called
from rr.partnerships.rules import ConsentHow, ConsentKind, ContactRole


class AddressBook:
    """The people of some partnerships, read once, so that a file of sign-ups needs no statement for each row."""

    def __init__(self, db: Session, partnership_ids: Collection[int]) -> None:
        self._db = db
        self._by_email: dict[tuple[int, str], Contact] = {}
        self._by_phone: dict[tuple[int, str], list[Contact]] = {}
        self._new: list[tuple[Contact, dict[str, Any]]] = []
        wanted = select(Contact).where(col(Contact.partnership_id).in_(sorted(set(partnership_ids)))).order_by(col(Contact.id))
        for contact in db.execute(wanted.with_for_update()).scalars():
            self._write_down(contact)
        known = select(col(Consent.contact_id), col(Consent.kind), func.max(col(Consent.at))).group_by(
            col(Consent.contact_id), col(Consent.kind)
        )
        home = select(col(Contact.id)).where(col(Contact.partnership_id).in_(sorted(set(partnership_ids))))
        self._said = {(row[0], row[1]): row[2] for row in db.execute(known.where(col(Consent.contact_id).in_(home)))}

    def flush(self) -> None:
        """Write the people that were made or changed, then what they agreed to. The caller does so once for all of them."""
        self._db.flush()
        self._db.add_all(Consent(contact_id=contact.id, **said) for contact, said in self._new)
        self._new.clear()
        self._db.flush()

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
        how: ConsentHow = ConsentHow.SIGN_UP,
        notice: str = "",
    ) -> Contact:
        """The person, known by e-mail, else by phone; made if they are new. What they told us last counts. End with `flush()`.

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
        for kind, agreed in ((ConsentKind.CONTACT, agreed_contact), (ConsentKind.SHARE, agreed_share)):
            if agreed:
                self._agree(contact, kind, told_at, how=how, notice=notice)
        self._write_down(contact)
        return contact

    def _agree(self, contact: Contact, kind: ConsentKind, at: datetime, **said: Any) -> None:
        """Keep a consent, unless it is older than what they said about it since: what was withdrawn later stays so."""
        last = self._said.get((contact.id, kind)) if contact.id is not None else None
        stands = getattr(contact, _since(kind))
        if (last is None or last < at) and (stands is None or stands < at):
            setattr(contact, _since(kind), at)
            self._new.append((contact, {"kind": kind, "at": at, **said}))

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
    book = AddressBook(db, [partnership_id])
    contact = book.know(
        partnership_id,
        name=clean(name, LINE, "name"),
        role=role,
        email=email,
        phone=phone,
        told_at=told_at or now,
        agreed_contact=agreed_contact,
        agreed_share=agreed_share,
    )
    book.flush()
    return contact.id


def add_contact(db: Session, partnership_id: int, *, actor: Actor, now: datetime, **said: Any) -> int:
    """Add a person at a partnership, by the fields of `ContactDraft`, and return their id. Refuses an address that is somebody's there.

    Without an address and a number they stay apart from everybody else: no sign-up is ever taken for theirs.
    """
    demand_for(db, partnership_id, actor, Can.EDIT_PARTNERSHIP)
    draft = ContactDraft(**said)
    name_of(db, partnership_id)
    _refuse_shared_address(db, partnership_id, draft.email)
    contact = Contact(partnership_id=partnership_id, **draft.model_dump(), folded=fold(draft.name)[:LINE], told_at=now)
    db.add(contact)
    db.flush()
    return contact.id


def record_consent(db: Session, contact_id: int, *, actor: Actor, now: datetime, **said: Any) -> int:
    """Write down that somebody agreed to something or withdrew it, by the fields of `ConsentDraft`; returns the consent's id.

    The latest of a kind stands. Refuses a day that is still to come, and one before what was said about it last.
    """
    contact = reach(db, Contact, contact_id, actor, Can.EDIT_PARTNERSHIP)
    draft = ConsentDraft(**said)
    today = london_day(now)
    if draft.on is None or draft.on > today:
        ConsentDraft.refuse({"on": "Enter a day up to today."})
    wanted = (col(Consent.contact_id) == contact_id, col(Consent.kind) == draft.kind)
    last = db.execute(select(func.max(col(Consent.at))).where(*wanted)).scalar()
    at = now if draft.on == today else datetime.combine(draft.on or today, time(12), tzinfo=LONDON)
    if last is not None and draft.on is not None and draft.on < london_day(last):
        ConsentDraft.refuse({"on": f"They said something later about this, on {say(london_day(last))}, and that stands."})
    at = max(at, last) if last is not None else at
    consent = Consent(
        contact_id=contact_id,
        kind=draft.kind,
        given=draft.given == "yes",
        at=at,
        how=draft.how,
        notice=draft.notice,
        by_id=actor.account_id,
    )
    db.add(consent)
    setattr(contact, _since(draft.kind), at if consent.given else None)
    db.flush()
    return consent.id


def _since(kind: ConsentKind) -> str:
    """The contact's column that says since when a consent stands."""
    return f"agreed_{kind}_at"


def _refuse_shared_address(db: Session, partnership_id: int, email: str, but: int | None = None) -> None:
    """A person is known by the address: the next sign-up with it could only be taken for one of two."""
    same = select(col(Contact.id), col(Contact.name)).where(col(Contact.partnership_id) == partnership_id, col(Contact.email) == email)
    other = next((row for row in db.execute(same) if row.id != but), None) if email else None
    if other is not None:
        ContactDraft.refuse({"email": f"This is {other.name}'s address. Correct it there, or leave it empty here."})


def edit_contact(db: Session, contact_id: int, base: Mapping[str, Any], mine: Mapping[str, Any], *, actor: Actor, now: datetime) -> int:
    """Change what is known of a person: fields of `ContactDraft`. `base` is what the form was drawn from (see `rr.merge`).

    Refuses an address that is somebody else's there.
    """
    contact = reach(db, Contact, contact_id, actor, Can.EDIT_PARTNERSHIP)
    wanted = ContactDraft.checked(mine, base)
    _refuse_shared_address(db, contact.partnership_id, wanted.get("email", ""), but=contact_id)
    changed = merge(contact, base, wanted)
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
