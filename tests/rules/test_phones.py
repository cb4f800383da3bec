"""Phone numbers as people read them."""

import pytest

from rr.contact_details import shown_phone


@pytest.mark.parametrize(
    ("kept", "read"),
    [
        ("+447700900868", "07700 900868"),
        ("+442079460123", "020 7946 0123"),
        ("07700900868", "07700 900868"),
        ("020 7946 0123 ext 4", "020 7946 0123 x4"),
        ("+35312345678", "+353 1 234 5678"),
        ("ask the office", "ask the office"),
        ("07700 900868 or 07700 900869", "07700 900868 or 07700 900869"),
        ("123", "123"),
        ("", ""),
    ],
)
def test_a_number_reads_as_people_dial_it_and_anything_else_stays(kept: str, read: str) -> None:
    assert shown_phone(kept) == read
