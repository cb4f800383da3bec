"""What people send about a partnership: its facts, its contacts, and notes."""

from datetime import date

from rr import contact_details
from rr.base import LINE, LONG, SHORT
from rr.days import WEEKDAYS
from rr.drafts import BaseDraft, field
from rr.partnerships.rules import ConsentHow, ConsentKind, ContactRole

LARGEST_SUM = 10_000_000  # pounds; an area had a little over one million


class FactsDraft(BaseDraft):
    """What is known of a partnership. Its name and region are the reference list's and not a person's to change."""

    public_name: str = field("Public name", LINE)
    lto_name: str = field("Locally trusted organisation (LTO)", LINE, short="LTO")
    area_coordinator: str = field("Area coordinator", LINE)
    money_remaining: int | None = field(
        "Money left, in pounds",
        short="Money left",
        least=0,
        most=LARGEST_SUM,
        wrong=f"Enter whole pounds from 0 to {LARGEST_SUM:,}, or leave it empty if it is not known.",
        placeholder="Not known",
    )
    ends_on: date | None = field("End date", short="Ends")
    closed_weekday: int | None = field(
        "Day they never meet",
        short="Never meets on",
        choices=dict(enumerate(WEEKDAYS)),
        wrong="Choose a day of the week, or leave it empty.",
        placeholder="None known",
    )


class ContactDraft(BaseDraft):
    """A person at a partnership."""

    name: str = field("Name", LINE, missing="Enter the person's name.")
    role: ContactRole | None = field("Role")
    email: str = field("E-mail", LINE, wrong="Enter an e-mail address, like name@example.org.", cleaner=contact_details.one_email)
    phone: str = field("Phone", LINE, wrong="Enter a phone number, like 07700 900123.", cleaner=contact_details.one_phone)


class ConsentDraft(BaseDraft):
    """That a person agreed to something, or withdrew it."""

    kind: ConsentKind = field("What about?", default=ConsentKind.CONTACT)
    given: str = field("What did they say?", choices={"yes": "They agree", "no": "They withdraw their consent"}, default="yes")
    how: ConsentHow = field("How did they say so?", default=ConsentHow.TELEPHONE)
    on: date | None = field("On which day?", missing="Enter the day on which they said so, like 14/03/2027.")
    notice: str = field(
        "Privacy notice that they know",
        SHORT,
        short="Privacy notice",
        placeholder="Its date; empty if you do not know",
    )


class NoteDraft(BaseDraft):
    """A note for whoever works with the partnership next."""

    words: str = field(
        "What should the next person know?",
        LONG,
        short="Note",
        missing="Write the note first.",
        hint="Write it as if the partnership will read it one day: they may ask to see it.",
    )
