"""The files of ../shared/cases/inputs: what people really send. Each is brought in and compared with the right values of its table."""

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from rr.intake.imports import entries
from rr.intake.imports.reading import open_upload
from tests.builders import TOPICS

INPUTS = Path(__file__).resolve().parents[3] / "shared" / "cases" / "inputs"
pytestmark = pytest.mark.skipif(not INPUTS.is_dir(), reason="the folder shared is not beside the project")

ALIKE = {  # what stands in a row of these files unless a table says otherwise
    "name": "Ida Testmere",
    "area_text": "Fratton",
    "words": "We have a hall and no plan.",
    "topics": ("hubs",),
    "people": 10,
    "phone": "+447700900123",
    "consent_contact": True,
}
BY_HAND = "Consent to be contacted: {} isn't what the form writes for a ticked box, so it counts as no consent. Somebody should ask them."
NOT_GIVEN = "Consent to be contacted: It isn't given. Reply to what they asked, and ask before anything else."
NOT_ONE_NUMBER = (
    "Phone: What was written isn't one complete phone number: it may have a digit too many or too few, or something else in it."
)
NO_WAY = "Neither the e-mail address nor the phone number can be used. Correct one of them in the file."
AROUND = "E-mail: What was written around the address is left out."
SERIAL = "Entry date: “{}” is a spreadsheet's number for 2 May 2024 10:15, which is taken."


@cache
def bring(name):
    upload = open_upload(name, (INPUTS / name).read_bytes())
    return entries.read(upload.table, topics=TOPICS, file_name=name)


def differing(entry):
    """What a row's sign-up says otherwise than ALIKE, and its remarks."""
    if entry.signup is None:
        return entry.refusals
    values = {name: getattr(entry.signup, name) for name, value in ALIKE.items() if getattr(entry.signup, name) != value}
    return values | ({"remarks": entry.remarks} if entry.remarks else {})


def at(*parts):
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("01-original.csv", {str(number): {} for number in range(7037, 7042)}),
        ("01-resaved-in-excel.csv", {str(number): {} for number in (*range(7037, 7042), 7050)}),
        ("03-mojibake.csv", {"7201": {"name": "Zoë Testmere", "area_text": "North Yate", "words": "We don’t know – café or not?"}}),
        ("04-macroman.csv", {"7201": {"name": "Zoë Testmere", "area_text": "North Yate", "words": "We don’t know – café or not?"}}),
        ("04-dos850.csv", {"7202": {"name": "Zoë Testmere", "words": "Café or not?"}}),
        (
            "05-entities.csv",
            {
                "7301": {
                    "name": "Ida O'Brien",
                    "area_text": "Clarksfield, Greenacres & Littlemoor",
                    "words": "We don’t agree & need help <soon>",
                }
            },
        ),
        ("08-title-row.csv", {"8201": {}}),
        ("08-title-row.xlsx", {"8202": {}}),
        ("09-real-date.xlsx", {"8303": {}}),
        ("09-serial-date.csv", {"8302": {"remarks": (SERIAL.format("45414.42733"),)}}),
        ("09-serial-date.xlsx", {"8301": {"remarks": (SERIAL.format("45414.4273263889"),)}}),
        ("11-phone-slips.csv", {str(number): {"phone": "", "remarks": (NOT_ONE_NUMBER,)} for number in range(8500, 8506)}),
        ("11-phone-only.csv", {"8550": (NO_WAY,), "8551": (NO_WAY,)}),
        (
            "12-email-slips.csv",
            {str(number): {"phone": "", "remarks": (AROUND,)} for number in (8600, 8601, 8602, 8603, 8605)}
            | {"8604": {"phone": "", "remarks": ("E-mail: There is more than one e-mail address; the first is used.",)}},
        ),
        (
            "13-range-as-date.csv",
            {
                "8700": {
                    "people": None,
                    "remarks": ("Participants: “12-Oct” isn't a number that can be counted with, so it is kept as words.",),
                },
                "8701": {
                    "people": None,
                    "remarks": ("Participants: “08-Oct” isn't a number that can be counted with, so it is kept as words.",),
                },
                "8702": {"remarks": ("Participants: “10-12” is a range; 10, its lower end, is counted.",)},
            },
        ),
        ("14-headers.csv", {"8800": {}}),
        (
            "15-consent.csv",
            {
                "8900": {"consent_contact": False, "remarks": (BY_HAND.format("“x”"), NOT_GIVEN)},
                "8901": {"consent_contact": False, "remarks": (BY_HAND.format("“✓”"), NOT_GIVEN)},
                "8902": {"consent_contact": False, "remarks": (BY_HAND.format("“Accepted”"), NOT_GIVEN)},
                "8903": {"consent_contact": False, "remarks": (NOT_GIVEN,)},
            },
        ),
        (
            "16-multiselect.csv",
            {
                "9000": {"topics": ("future", "people")},
                "9001": {
                    "topics": ("other",),
                    "remarks": ("Focus: Not on the list of topics, so counted as something else: “Community places or hubs & more”.",),
                },
            },
        ),
        ("17-clock.csv", {"9100": {}, "9101": {}, "9102": {}}),
        ("18-entry-id-plain.csv", {"9200": {}, "9201": {}, "9202": {}, "9203": {}}),
        (
            "18-entry-id.csv",
            {
                "9200": {},
                "9201": {},
                "": (
                    "The entry's number “9.202E+03” was shortened by a spreadsheet program, and digits may be lost. "
                    "Write the number that Gravity Forms shows for this entry under “Entry Id”.",
                ),
                "9203": {},
            },
        ),
        ("19-text-guard.csv", {"9300": {}}),
    ],
)
def test_a_file_is_read_right_or_says_what_it_does_not_know(name, expected):
    assert {entry.entry_id: differing(entry) for entry in bring(name).entries} == expected


@pytest.mark.parametrize(
    ("name", "instants"),
    [
        ("01-resaved-in-excel.csv", [at(2024, 5, 2, 9, 15)] * 5 + [at(2024, 5, 23, 8, 0)]),
        ("09-real-date.xlsx", [at(2024, 5, 2, 9, 15, 21)]),
        ("09-serial-date.csv", [at(2024, 5, 2, 9, 15, 21)]),
        ("09-serial-date.xlsx", [at(2024, 5, 2, 9, 15, 21)]),
        ("10-am-pm.csv", [at(2024, 5, 22, 12, 10), at(2024, 5, 2, 8, 10)]),
        ("10-two-digit-year.csv", [at(2024, 5, 22, 12, 10), at(2024, 5, 2, 8, 10)]),
        ("10-month-name.csv", [at(2024, 5, 2, 8, 10), at(2024, 5, 22, 12, 10)]),
        ("17-clock.csv", [at(2024, 10, 27, 0, 30), at(2024, 3, 31, 1, 30), at(2024, 6, 30, 22, 59, 59)]),
    ],
)
def test_dates_are_read_however_they_are_written(name, instants):
    assert [entry.received_at for entry in bring(name).entries] == instants


ASKED = ("Your role in the partnership", "What would you like to focus on?", "How many people would take part?")
ASKED += ("New members in the last year", "In person or online?", "You may contact me about this sign-up")
ABOUT_THE_FILE = {  # its problems and notes; the others have none
    "03-mojibake.csv": ((), ("Text that had been decoded wrongly was put right 2 times, such as “ZoÃ«” to “Zoë”.",)),
    "04-dos850.csv": (("The file isn't in UTF-8, so it was read as DOS text. Check names with accents.",), ()),
    "04-macroman.csv": (("The file isn't in UTF-8, so it was read as Mac text. Check names with accents.",), ()),
    "07-short-row.csv": (tuple(f"No column answers “{label}”." for label in ASKED), ()),
    "08-title-row.csv": (
        (),
        ("Above the headers, which are on line 4, stands “Sign up for support”, “Exported 2 May 2024”.",),
    ),
    "08-title-row.xlsx": ((), ("Above the headers, which are on line 3, stands “Sign up for support: entries”.",)),
    "10-am-pm.csv": ((), ("Dates such as 02/05/2024 were read with the month first.",)),
}


def test_what_there_is_to_say_about_each_file():
    files = {path.name: bring(path.name) for path in sorted(INPUTS.iterdir())}
    said = {name: (file.problems, file.notes) for name, file in files.items() if file.problems or file.notes}

    assert len(files) == 29
    assert said == ABOUT_THE_FILE


def test_an_address_is_taken_out_of_what_stands_around_it():
    assert {entry.signup.email for entry in bring("12-email-slips.csv").entries} == {"ida@example.org"}


def test_a_short_row_is_filled_up_and_said():
    first, short = bring("07-short-row.csv").entries

    assert (first.remarks, first.signup.avoid) == ((), "Mondays")
    assert (short.signup.access_needs, short.signup.avoid) == ("", "")
    assert short.remarks == ("This row has 8 columns where the headers have 10. The last 2 count as empty.",)
