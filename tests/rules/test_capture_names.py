"""A lead's name is known however the keyboard writes it."""

from datetime import date

import pytest

from rr.sessions.capture.parser import KnownContact, parse
from rr.sessions.rules import CaptureKind


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("@Sean O'Brien call", "Sean O’Brien"),
        ("@Sean O’Brien call", "Sean O'Brien"),
        ("@Zoe Muller call", "Zoë Müller"),
        ("@zoë müller call", "Zoe Muller"),
        ("@Anne Marie Smith call", "Anne-Marie Smith"),
        ("@Anne-Marie call", "Anne-Marie Smith"),
        ("@Zoe call", "Zoë Müller"),
    ],
)
def test_a_known_name_is_known_with_other_apostrophes_and_without_its_accents(typed, name):
    read = parse(typed, kind=CaptureKind.IDEA, today=date(2026, 11, 18), topics={}, contacts=[KnownContact(1, name)])
    assert (read.text, read.lead_contact_id) == ("call", 1)
    assert read.lead == typed.removeprefix("@").removesuffix(" call")


def test_a_longer_name_is_somebody_else():
    read = parse("@Ann Smithson call", kind=CaptureKind.IDEA, today=date(2026, 11, 18), topics={}, contacts=[KnownContact(1, "Ann Smith")])
    assert (read.lead, read.text) == ("Ann", "Smithson call")


KNOWN = (
    KnownContact(1, "Una Nettle", "chair"),
    KnownContact(2, "Asha Patel"),
    KnownContact(3, "Wes Dunmore"),
    KnownContact(4, "Wes Ellery"),
    KnownContact(5, "Piet van Dijk"),
    KnownContact(6, "Cllr Mo Jones"),
    KnownContact(7, "Kerry O’Brien"),
    KnownContact(8, "Rose Green"),
    KnownContact(9, "Tom Green"),
)


@pytest.mark.parametrize(
    ("line", "lead", "contact_id", "text"),
    [
        ("@Dr Patel rings", "Dr Patel", 2, "rings"),
        ("@dr patel rings", "dr patel", 2, "rings"),
        ("@Dr. Asha Patel rings", "Dr. Asha Patel", 2, "rings"),
        ("@Cllr Jones rings", "Cllr Jones", 6, "rings"),
        ("@Mo Jones rings", "Mo Jones", 6, "rings"),
        ("@Councillor Mo Jones, rings", "Councillor Mo Jones", 6, "rings"),
        ("Ring them @Mrs O'Brien", "Mrs O'Brien", 7, "Ring them"),
        ("Ring them @Prof. Lee.", "Prof. Lee", None, "Ring them."),
        ("Ring them (@Rev Dr Lee)", "Rev Dr Lee", None, "Ring them"),
        ("@the Rev. Lee rings", "the Rev. Lee", None, "rings"),
        ("@Mr van Dijk rings", "Mr van Dijk", 5, "rings"),
        ("@Mrs de Souza rings", "Mrs de Souza", None, "rings"),
        ("@Miss Una rings", "Miss Una", 1, "rings"),
        ("@Ms Nettle by hand", "Ms Nettle", 1, "by hand"),
        ("@Patel rings", "Patel", 2, "rings"),
        ("@Dr rings", "Dr", None, "rings"),
        ("@dr to ring", "dr", None, "to ring"),
        ("@Drake rings", "Drake", None, "rings"),
        ("@Mrs @Patel", "Mrs", None, "@Patel"),
        ("@PCSO Khan rings", "PCSO Khan", None, "rings"),
        ("@Rt Rev Green rings", "Rt Rev Green", None, "rings"),
        ("@Very Revd. Lee rings", "Very Revd. Lee", None, "rings"),
        ("@Ald. Smith: rings", "Ald. Smith", None, "rings"),
        ("@Mayor Burns rings", "Mayor Burns", None, "rings"),
        ("@mayor ring the hall", "mayor", None, "ring the hall"),
        ("@pastor ring the hall", "pastor", None, "ring the hall"),
        ("@vicar patel rings", "vicar patel", 2, "rings"),
    ],
)
def test_a_title_belongs_to_its_name_and_a_surname_that_one_contact_has_is_that_contact(line, lead, contact_id, text):
    read = parse(line, kind=CaptureKind.IDEA, today=date(2026, 11, 18), topics={}, contacts=KNOWN)

    assert (read.kind, read.lead, read.lead_contact_id, read.text) == (CaptureKind.ACTION, lead, contact_id, text)


@pytest.mark.parametrize(("line", "lead"), [("@Rev Green rings", "Rev Green"), ("@Green rings", "Green"), ("@Dr Wes rings", "Dr Wes")])
def test_a_surname_or_first_name_of_several_contacts_is_said(line, lead):
    read = parse(line, kind=CaptureKind.IDEA, today=date(2026, 11, 18), topics={}, contacts=KNOWN)

    assert (read.lead, read.lead_contact_id, read.text) == (lead, None, "rings")
    assert read.problems == (f"More than one person answers to “{lead}”: write the full name.",)
