"""Exports of other programs' forms that ask the same questions: their headers are the questions, and one column holds all choices."""

import csv
import io
from datetime import UTC, datetime

import pytest

from rr.intake.imports.columns import MICROSOFT_FORMS, UnknownForm, form_of
from rr.intake.imports.mappings.rules import Choices, Known, SavedMapping, fitting, read_upload
from rr.intake.imports.reading import Upload
from rr.intake.imports.tables import parse
from rr.intake.rules import Format, PartnershipKnows
from rr.partnerships.rules import ContactRole
from tests.builders import KNOWN_HEADERS, TOPICS

QUESTIONS = {
    "Big Local area": "Fratton",
    "Your name": "Ida Testmere",
    "Your role in the partnership": "Chair",
    "Phone": "07700 900123",
    "Tell us about the support you are looking for": "We have a hall and no plan.",
    "What would you like to focus on?": "",
    "How many people would take part?": "10",
    "New members in the last year": "2",
    "In person or online?": "Either",
    "Access needs": "Large print",
    "Days and times to avoid": "Mondays",
    "Does the partnership know that you are signing up?": "Not yet",
    "You may contact me about this sign-up": "Yes",
}
FOCUS = "What would you like to focus on?"
GOOGLE = {
    "Timestamp": "2024/05/02 10:15:21 am GMT+1",
    "Email Address": "ida@example.org",
    **QUESTIONS,
    FOCUS: "Community places or hubs, New people, especially young people",
}
MICROSOFT = {
    "ID": "12",
    "Start time": "5/2/24 10:10:03",
    "Completion time": "5/22/24 10:15:21",
    "Email": "anonymous",
    "Name": "",
    **QUESTIONS,
    "Email address": "ida@example.org",
    FOCUS: "Community places or hubs;New people, especially young people;",
}
WPFORMS = {
    **QUESTIONS,
    "Email": "ida@example.org",
    FOCUS: "Community places or hubs\nNew people, especially young people",
    "You may contact me about this sign-up": "You may contact me about this sign-up",
    "Entry ID": "12",
    "Entry Date": "May 2, 2024 10:15 am",
    "Viewed": "1",
    "Starred": "0",
    "User IP": "192.0.2.1",
}


def upload(*rows, headers=None):
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(headers or rows[0])
    writer.writerows(row.values() for row in rows)
    return Upload("form.csv", parse(out.getvalue().encode(), KNOWN_HEADERS))


def read(*rows, mappings=(), choices=None, name=""):
    return read_upload(upload(*rows), Known(TOPICS, mappings), choices, name=name)


@pytest.mark.parametrize(
    ("row", "entry_id", "at", "form"),
    [
        (GOOGLE, None, datetime(2024, 5, 2, 9, 15, 21, tzinfo=UTC), "Google Forms"),
        (MICROSOFT, "12", datetime(2024, 5, 22, 9, 15, 21, tzinfo=UTC), "Microsoft Forms"),
        (WPFORMS, "12", datetime(2024, 5, 2, 9, 15, tzinfo=UTC), "WPForms"),
    ],
    ids=["Google", "Microsoft", "WPForms"],
)
def test_an_export_of_another_program_is_read_by_its_questions(row, entry_id, at, form):
    file = read(row)
    (entry,) = file.entries
    said = entry.signup

    assert (file.notes[0], file.problems) == (f"Read as an export of {form}, by its headers.", ())
    assert (entry.remarks, entry.refusals, entry.received_at) == ((), (), at)
    assert entry.entry_id == entry_id or entry.entry_id.startswith("of-")
    assert (said.area_text, said.name, said.email, said.phone) == ("Fratton", "Ida Testmere", "ida@example.org", "+447700900123")
    assert (said.role, said.topics, said.people, said.newcomers) == (ContactRole.CHAIR, ("hubs", "people"), 10, 2)
    assert (said.words, said.access_needs, said.avoid) == ("We have a hall and no plan.", "Large print", "Mondays")
    assert (said.format, said.partnership_knows, said.consent_contact) == (Format.EITHER, PartnershipKnows.NOT_YET, True)


def test_an_entry_without_a_number_is_known_by_its_minute_and_who_sent_it():
    again = {**GOOGLE, "Timestamp": "2024-05-02 10:15:59", "Access needs": "A loop"}
    other = {**GOOGLE, "Email Address": "jo@example.org"}

    one, same, two = (read(row).entries[0].entry_id for row in (GOOGLE, again, other))

    assert one == same != two
    assert "ida" not in one


def test_the_account_that_answered_a_microsoft_form_counts_only_where_the_form_does_not_ask():
    signed_in = {**MICROSOFT, "Email": "staff@council.example.org", "Name": "Council staff"}
    assert read(signed_in).entries[0].signup.email == "ida@example.org"
    assert read(signed_in).problems == ()

    unasked = {name: words for name, words in signed_in.items() if name not in ("Email address", "Your name")}
    assert read(unasked).entries[0].signup.email == "staff@council.example.org"
    assert read(unasked).entries[0].signup.name == "Council staff"
    assert form_of(unasked) == MICROSOFT_FORMS


OWN_WORDS = {
    "When": "03/04/2024 10:15",
    "Ref": "77",
    "Who are you?": "Ida",
    "Family": "Testmere",
    "Where do you live?": "Fratton",
    "How do we reach you?": "ida@example.org",
    "Hubs": "x",
    "Young people": "",
    "And?": "A poster",
}
COLUMNS = {
    "entry_date": ("When",),
    "entry_id": ("Ref",),
    "name": ("Who are you?", "Family"),
    "area_text": ("Where do you live?",),
    "email": ("How do we reach you?",),
}


def test_a_form_that_nobody_knows_says_what_was_found_and_what_is_missed():
    with pytest.raises(UnknownForm) as refused:
        read({**OWN_WORDS, "Phone": ""})

    assert refused.value.headline == "This isn't an export of the sign-up form"
    assert refused.value.way_forward.startswith(
        "Missing: the number of the entry; the date of the entry; the area or a name. Found: “Phone”. The columns of the file are “When”, "
    )
    assert refused.value.headers == (*OWN_WORDS, "Phone")


def test_a_form_is_read_by_the_columns_that_somebody_chose():
    file = read(OWN_WORDS, choices=Choices(COLUMNS, day_first=True))
    (entry,) = file.entries

    assert (entry.signup.name, entry.signup.area_text, entry.signup.email) == ("Ida Testmere", "Fratton", "ida@example.org")
    assert (entry.entry_id, entry.received_at) == ("77", datetime(2024, 4, 3, 9, 15, tzinfo=UTC))
    assert entry.answers["And?"] == "A poster"
    assert file.columns == COLUMNS


def saved(number, name, **more):
    return SavedMapping(number, name, COLUMNS, tuple(OWN_WORDS), **more)


def test_a_remembered_mapping_is_used_for_files_of_its_form_and_said():
    file = read(OWN_WORDS, mappings=(saved(1, "Old"), saved(2, "Council form", day_first=False)))

    assert file.notes == (
        "Read by the columns remembered as “Council form”.",
        "Dates such as 02/05/2024 were read with the month first.",
    )
    assert file.entries[0].received_at == datetime(2024, 3, 4, 10, 15, tzinfo=UTC)
    assert read(GOOGLE, mappings=(saved(1, "Council form"),)).remembered == ""
    assert fitting([*OWN_WORDS, "One more"], [saved(1, "Council form")]).name == "Council form"
    assert fitting([header for header in OWN_WORDS if header != "Family"], [saved(1, "Council form")]) is None


def test_what_a_file_tells_of_its_dates_beats_what_was_remembered():
    rows = (OWN_WORDS, {**OWN_WORDS, "When": "22/04/2024 09:00", "Ref": "78"})

    assert read(*rows, mappings=(saved(1, "Council form", day_first=False),)).day_first is True


def test_dates_that_nothing_settles_are_asked_for_once():
    file = read(OWN_WORDS, choices=Choices(COLUMNS))

    assert file.unclear_dates == ("03/04/2024 10:15",)
    said = "One date, such as “03/04/2024 10:15”, can be read as two different days, and no other date of the file tells."
    assert file.problems[-1] == f"{said} Say which comes first."
    assert file.entries[0].refusals[0].startswith("Entry date: “03/04/2024 10:15” can be read as two different days.")
