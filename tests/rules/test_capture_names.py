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
