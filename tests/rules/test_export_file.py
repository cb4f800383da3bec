import csv
import io
import time
import zipfile
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
import xlsxwriter

from rr.errors import Refused
from rr.intake.drafts import ASKED_LATER, SignUpDraft
from rr.intake.imports import entries
from rr.intake.imports.columns import KNOWN_HEADERS, meaning
from rr.intake.imports.consent import consent
from rr.intake.imports.headers import plain_header
from rr.intake.imports.limits import LARGEST_FILE
from rr.intake.imports.tables import parse
from rr.intake.rules import Format, PartnershipKnows
from rr.partnerships.rules import ContactRole

DEMO = Path(__file__).parents[2] / "data" / "demo"
TOPICS = {
    "future": "Future of our partnership",
    "hubs": "Community places or hubs",
    "vision": "Telling people our vision",
    "relationships": "Difficult relationships",
    "people": "New people, especially young people",
    "other": "Something else",
}
ROW = {
    "Your name (First)": "Jo",
    "Your name (Last)": "Ashdown",
    "Email": "jo@example.org",
    "Phone": "07700 900123",
    "Big Local area": "Fratton",
    "Entry Id": "7",
    "Entry Date": "2024-04-13 19:53:00",
}


def read(data, *, topics):
    return entries.read(parse(data, KNOWN_HEADERS), topics=topics)


def sample(day):
    return (DEMO / f"sign-up-for-support-{day}.csv").read_bytes()


def table(*rows, headers=None, separator=","):
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(headers or rows[0].keys())
    writer.writerows(row.values() if isinstance(row, dict) else row for row in rows)
    return out.getvalue()


def the_entry(text):
    (entry,) = read(text.encode(), topics=TOPICS).entries
    return entry


# --- the three sample files ---


@pytest.mark.parametrize(
    ("day", "rows", "keys", "taken", "remarked"),
    [("2023-02-20", 61, 60, 61, {"4041", "4034", "4021"}), ("2024-05-02", 20, 20, 20, set()), ("2025-01-31", 40, 40, 39, set())],
)
def test_every_row_of_a_sample_is_taken_or_refused(day, rows, keys, taken, remarked):
    file = read(sample(day), topics=TOPICS)

    assert len(file.entries) == rows
    assert len({(entry.entry_id, entry.received_at) for entry in file.entries}) == keys
    assert sum(entry.signup is not None for entry in file.entries) == taken
    assert all((entry.signup is None) == bool(entry.refusals) for entry in file.entries)
    assert {entry.entry_id for entry in file.entries if entry.remarks} == remarked
    assert file.problems == ()
    assert set(file.mapping) == SignUpDraft.questions().keys() - ASKED_LATER


def test_the_repeated_row_of_the_first_sample_is_the_same_twice():
    entries = read(sample("2023-02-20"), topics=TOPICS).entries
    (repeated, again) = [entry for entry in entries if entry.entry_id == "4056"]

    assert Counter(entry.entry_id for entry in entries).most_common(1) == [("4056", 2)]
    assert (repeated.received_at, repeated.answers, repeated.signup) == (again.received_at, again.answers, again.signup)
    assert repeated.received_at == datetime(2023, 2, 16, 0, 8, tzinfo=UTC)


def test_a_row_starts_where_it_starts_in_the_file_though_answers_hold_line_breaks():
    data = sample("2023-02-20")
    lines = data.decode("utf-8-sig").split("\n")

    for entry in read(data, topics=TOPICS).entries:
        assert lines[entry.line - 1].startswith(f'"{entry.answers["Your name (First)"]}","')


def test_the_first_row_of_the_first_sample_is_understood_whole():
    words = (
        "Half of us are new since last year. We want everyone to know the story so far and feel able to speak.\n\n"
        'Also: "quoted", with a comma; and a second line.'
    )

    first = read(sample("2023-02-20"), topics=TOPICS).entries[0]

    assert (first.line, first.entry_id, first.received_at) == (2, "4060", datetime(2023, 2, 19, 1, 10, tzinfo=UTC))
    assert first.signup == SignUpDraft(
        area_text="CLUBMOOR",
        name="Harjit Quayle",
        role=ContactRole.AREA_COORDINATOR,
        role_text="Area coordinator",
        email="harjit.quayle35@example.org",
        phone="+447700900276",
        phone_text="07700 900276",
        words=words,
        topics=("relationships",),
        people=10,
        people_text="10",
        newcomers=2,
        newcomers_text="2",
        format=Format.EITHER,
        access_needs="Evenings only, childcare needed",
        avoid="Mondays",
        consent_contact=True,
    )
    assert first.answers == {
        "Your name (First)": "Harjit",
        "Your name (Last)": "Quayle",
        "Email": "harjit.quayle35@example.org",
        "Phone": "07700 900276",
        "Big Local area": "CLUBMOOR",
        "Your role in the partnership": "Area coordinator",
        "What would you like to focus on? (Selected)": "Difficult relationships",
        "Tell us about the support you are looking for": words,
        "How many people would take part?": "10",
        "New members in the last year": "2",
        "In person or online?": "Either",
        "Access needs": "Evenings only, childcare needed",
        "Days and times to avoid": "Mondays",
        "Consent (Consent)": "Checked",
        "Entry Id": "4060",
        "Entry Date": "2023-02-19 01:10:00",
        "Source Url": "https://example.org/reflect-recharge/",
    }


@pytest.mark.parametrize(
    ("entry_id", "field", "value", "remark"),
    [
        ("4041", "people", None, "Participants: “lots” isn't a number that can be counted with, so it is kept as words."),
        ("4041", "people_text", "lots", None),
        ("4034", "phone", "", "Phone: What was written isn't a phone number."),
        ("4034", "phone_text", "no phone", None),
        ("4021", "email", "", "E-mail: What was written isn't a complete e-mail address."),
        ("4033", "phone", "", None),
        ("4025", "people", 12, None),
        ("4025", "people_text", "twelve", None),
        ("4043", "area_text", "Thurnscoe", None),
        ("4028", "area_text", "North West Ipswich", None),
        ("4058", "topics", ("relationships", "people", "future"), None),
        ("4057", "topics", ("future", "people"), None),
        ("4053", "topics", ("vision", "relationships", "people"), None),
    ],
)
def test_what_is_odd_in_the_first_sample(entry_id, field, value, remark):
    entry = next(entry for entry in read(sample("2023-02-20"), topics=TOPICS).entries if entry.entry_id == entry_id)

    assert getattr(entry.signup, field) == value
    assert remark is None or entry.remarks == (remark,)


def test_the_second_sample_has_a_column_for_each_topic():
    entries = read(sample("2024-05-02"), topics=TOPICS).entries

    assert [entry.signup.topics for entry in entries[:6]] == [
        ("future", "relationships"),
        ("hubs", "vision"),
        ("future",),
        ("future",),
        ("future", "hubs", "people"),
        ("vision", "relationships"),
    ]
    assert Counter(code for entry in entries for code in entry.signup.topics) == {
        "future": 7,
        "hubs": 7,
        "vision": 8,
        "relationships": 8,
        "people": 5,
    }
    assert entries[0].received_at == datetime(2024, 4, 13, 18, 53, tzinfo=UTC)  # summer time
    assert (entries[0].signup.name, entries[0].signup.words) == (
        "Wes Dunmore",
        "We want young people round the table and have no idea how to start.",
    )


def test_the_30_february_of_the_third_sample_is_refused_with_its_reason():
    (refused,) = [entry for entry in read(sample("2025-01-31"), topics=TOPICS).entries if entry.signup is None]

    assert (refused.entry_id, refused.line, refused.received_at) == ("4016", 28, None)
    assert refused.refusals == ("Entry date: “2023-02-30 10:00:00” isn't a day and time that exist. Write it like 2023-02-19 13:10:00.",)
    assert refused.answers["Your name (First)"] == "Tariq"


@pytest.mark.parametrize(
    ("entry_id", "field", "value"),
    [
        ("4037", "words", "nan"),
        ("4031", "name", "bell Umar"),
        ("4022", "words", "bell"),
        ("4022", "people", 12),
        ("4018", "words", "مرحبا بالعالم"),
        ("4012", "name", "-0 Garside"),
        ("4007", "words", "../../etc/passwd"),
        ("4004", "words", "@SUM(1+1)*cmd|' /C calc'!A0"),
        ("4035", "email", "lena.larkin31@example.org"),
    ],
)
def test_hostile_words_of_the_third_sample_stay_words(entry_id, field, value):
    entry = next(entry for entry in read(sample("2025-01-31"), topics=TOPICS).entries if entry.entry_id == entry_id)

    assert getattr(entry.signup, field) == value
    assert entry.remarks == ()


def test_an_upper_case_address_is_kept_as_written_with_the_answers():
    entry = next(entry for entry in read(sample("2025-01-31"), topics=TOPICS).entries if entry.entry_id == "4035")

    assert entry.answers["Email"] == "LENA.LARKIN31@EXAMPLE.ORG"


@pytest.mark.parametrize("day", ["2023-02-20", "2024-05-02", "2025-01-31"])
def test_address_browser_and_payment_are_nowhere_in_what_is_kept(day):
    file = read(sample(day), topics=TOPICS)

    assert "User IP" in file.headers
    assert not [entry for entry in file.entries if "192.0.2." in repr(entry) or "Mozilla" in repr(entry)]


# --- ways in which the same file can be written ---


def as_workbook(text, *, typed=False):
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.add_worksheet("About").write_string(0, 0, "Notes")
    sheet, dated = book.add_worksheet("Entries"), book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    for at, cells in enumerate(csv.reader(io.StringIO(text, newline=""))):
        for column, cell in enumerate(cells):
            if typed and cell.isdigit():
                sheet.write_number(at, column, int(cell))
            elif typed and at and cell[:2] == "20" and "02-30" not in cell:
                sheet.write_datetime(at, column, datetime.fromisoformat(cell), dated)
            else:
                sheet.write_string(at, column, cell)
    book.close()
    return out.getvalue()


def rewritten(text, separator):
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator="\r\n").writerows(csv.reader(io.StringIO(text, newline="")))
    return out.getvalue()


@pytest.mark.parametrize("day", ["2023-02-20", "2024-05-02", "2025-01-31"])
@pytest.mark.parametrize(
    "written",
    [
        lambda text: text.encode("utf-8"),
        lambda text: text.encode("utf-16"),
        lambda text: text.encode("utf-16-le"),
        lambda text: text.encode("utf-16-be"),
        lambda text: b"sep=;\r\n" + rewritten(text, ";").encode(),
        lambda text: rewritten(text, ";").encode("utf-8-sig"),
        lambda text: rewritten(text, "\t").encode("utf-16"),
        lambda text: text.replace("Northwood", "North\0wood").encode(),
        as_workbook,
        lambda text: as_workbook(text, typed=True),
    ],
    ids=["no mark", "utf-16", "utf-16-le", "utf-16-be", "sep line", "semicolons", "tabs", "NUL bytes", "workbook", "typed workbook"],
)
def test_the_same_entries_are_read_however_the_file_is_written(day, written):
    expected = read(sample(day), topics=TOPICS)

    file = read(written(sample(day).decode("utf-8-sig")), topics=TOPICS)

    assert [(one.entry_id, one.received_at, one.answers, one.signup, one.remarks, one.refusals) for one in file.entries] == [
        (one.entry_id, one.received_at, one.answers, one.signup, one.remarks, one.refusals) for one in expected.entries
    ]
    assert (file.headers, file.mapping, file.problems) == (expected.headers, expected.mapping, ())


def test_windows_text_is_read_and_said():
    file = read(table(ROW | {"Big Local area": "St Peter’s Café"}).encode("cp1252"), topics=TOPICS)

    assert file.entries[0].signup.area_text == "St Peter’s Café"
    assert "The file isn't in UTF-8, so it was read as Windows text. Check names with accents." in file.problems


def test_dates_of_a_spreadsheet_program_are_settled_by_those_that_are_plain():
    rows = [ROW | {"Entry Id": "8", "Entry Date": "19/02/2023 01:10"}, ROW | {"Entry Date": "03/02/2023 10:00"}]

    settled = read(table(*rows).encode(), topics=TOPICS).entries
    alone = read(table(rows[1]).encode(), topics=TOPICS).entries

    assert settled[1].received_at == datetime(2023, 2, 3, 10, 0, tzinfo=UTC)
    assert alone[0].refusals == ("Entry date: “03/02/2023 10:00” can be read as two different days. Write it like 2023-02-19 13:10:00.",)


# --- columns ---


def test_the_forms_hidden_trap_with_a_borrowed_label_is_passed_over():
    headers = ["Email", "Phone", *ROW]
    text = table(["", "", *ROW.values()], headers=headers)

    file = read(text.encode(), topics=TOPICS)

    assert file.headers[:2] == ("Email", "Phone")
    assert file.mapping["email"] == ("Email (2)",)
    assert file.entries[0].signup.email == "jo@example.org"


def test_two_filled_columns_of_the_same_name_refuse_the_file():
    text = table(["other@example.org", *ROW.values()], headers=["Email", *ROW])

    with pytest.raises(Refused) as refused:
        read(text.encode(), topics=TOPICS)

    assert refused.value.headline == "Two columns are called “Email” and both hold answers"
    assert refused.value.way_forward


def test_of_two_filled_columns_with_different_names_the_better_known_is_used_and_said():
    file = read(table({"Area name": "Portsmouth"} | ROW).encode(), topics=TOPICS)

    assert file.entries[0].signup.area_text == "Fratton"
    assert file.entries[0].answers["Area name"] == "Portsmouth"
    assert file.problems[0] == (
        "Both “Big Local area” and “Area name” could answer “Big Local area”. “Big Local area” is used; the other is kept as written."
    )


def test_unknown_columns_are_kept_with_the_answers_and_missing_ones_are_said():
    file = read(table(ROW | {"How did you hear of us?": "A poster", "IP Address": "192.0.2.1", "": ""}).encode(), topics=TOPICS)

    assert file.entries[0].answers["How did you hear of us?"] == "A poster"
    assert "192.0.2.1" not in file.entries[0].answers.values()
    assert file.headers[-1] == "IP Address"
    assert "No column answers “Tell us about the support you are looking for”." in file.problems
    assert len(file.problems) == 9


def test_a_repeated_private_column_is_not_kept_either():
    row = list(ROW.values())
    file = read(table([*row, "192.0.2.1", "192.0.2.2"], headers=[*ROW, "User IP", "User IP"]).encode(), topics=TOPICS)

    assert file.headers[-2:] == ("User IP", "User IP (2)")
    assert file.entries[0].answers.keys() == ROW.keys()


def test_questions_that_the_samples_do_not_ask_are_understood():
    entry = the_entry(
        table(
            ROW
            | {
                "What prompted this? (Required)": "A new chair",
                "Partnership knows": "Not yet",
                "Consent to share (Consent)": "Checked",
                "Consent to share (Text)": "I agree that …",
                "Consent (Consent)": "",
                "Topics": "Help with a grant",
                "Role": "Grandmother",
            }
        ).replace("What prompted this?", "What prompted you to sign up now?")
    )

    assert (entry.signup.prompted_by, entry.signup.partnership_knows) == ("A new chair", PartnershipKnows.NOT_YET)
    assert (entry.signup.consent_contact, entry.signup.consent_share) == (False, True)
    assert (entry.signup.topics, entry.signup.role, entry.signup.role_text) == (("other",), None, "Grandmother")
    assert entry.remarks == (
        "Role: “Grandmother” isn't a role on the list, so it is kept as words.",
        "Focus: Not on the list of topics, so counted as something else: “Help with a grant”.",
        "Consent to be contacted: It isn't given. Reply to what they asked, and ask before anything else.",
    )


def test_a_tick_in_a_topics_column_stands_for_the_topic_of_its_header():
    entry = the_entry(table(ROW | {"Focus (New people, especially young people)": "Checked", "Focus (Community places or hubs)": ""}))

    assert entry.signup.topics == ("people",)


def test_a_name_in_one_column_wins_over_empty_parts():
    entry = the_entry(table(ROW | {"Your name (First)": "", "Your name (Last)": "", "Name": "Jo of the Ashdowns"}))

    assert entry.signup.name == "Jo of the Ashdowns"


@pytest.mark.parametrize("header", sorted({header for said in SignUpDraft.questions().values() for header in said.headers}))
def test_every_listed_header_means_its_own_field(header):
    assert plain_header(header) == header
    name, part = meaning(header.upper() + " *")
    assert header in SignUpDraft.questions()[name].headers
    assert part == ""


@pytest.mark.parametrize(
    "header", ["Comments", "Email (Confirm Email)", "Consent (Text)", "Focus (Unselected)", "Name of your LTO (First)", ""]
)
def test_a_header_that_is_no_question_of_ours_means_nothing(header):
    assert meaning(header) is None


# --- rows ---


@pytest.mark.parametrize(
    ("change", "refusals"),
    [
        (
            {"Entry Id": ""},
            ("There is no entry id that can be used. Write the number that Gravity Forms shows for this entry under “Entry Id”.",),
        ),
        (
            {"Entry Id": "9" * 61},
            ("There is no entry id that can be used. Write the number that Gravity Forms shows for this entry under “Entry Id”.",),
        ),
        ({"Entry Date": ""}, ("Entry date: There is no date and time.",)),
        (
            {"Big Local area": " ", "Your name (First)": "\x07", "Your name (Last)": ""},
            ("There is neither an area nor a name. Fill in one of them in the file.",),
        ),
        ({"Email": "", "Phone": ""}, ("There is neither an e-mail address nor a phone number. Fill in one of them in the file.",)),
        (
            {"Email": "jo at example.org", "Phone": "none"},
            ("Neither the e-mail address nor the phone number can be used. Correct one of them in the file.",),
        ),
        (
            {"Entry Date": "soon", "Email": "", "Phone": ""},
            (
                "Entry date: “soon” isn't a date and time. Write it like 2023-02-19 13:10:00.",
                "There is neither an e-mail address nor a phone number. Fill in one of them in the file.",
            ),
        ),
    ],
)
def test_a_row_is_refused_with_how_to_put_it_right(change, refusals):
    entry = the_entry(table(ROW | change))

    assert (entry.signup, entry.refusals) == (None, refusals)


@pytest.mark.parametrize(
    "change", [{"Big Local area": ""}, {"Your name (First)": "", "Your name (Last)": ""}, {"Email": ""}, {"Phone": ""}]
)
def test_a_row_that_can_be_answered_is_taken(change):
    entry = the_entry(table(ROW | change))

    assert (entry.refusals, entry.signup is None) == ((), False)


def test_a_row_with_the_wrong_number_of_columns_is_refused_alone():
    good = list(ROW.values())
    text = table(good, [*good, "left over"], good[:-1], [*good, "", " "], headers=list(ROW)).replace('"Jo"', '"Jo\nanne"', 2)

    file = read(text.encode(), topics=TOPICS)

    assert [(entry.line, entry.signup is not None) for entry in file.entries] == [(2, True), (4, False), (6, False), (7, True)]
    assert file.entries[1].refusals == (
        "Lines 4 to 5 have 8 columns where the headers have 7. "
        "Look for a quotation mark or a separator too many or too few, or export the file again.",
    )
    assert file.entries[2].refusals[0].startswith("This row has 6 columns where the headers have 7.")
    assert (file.entries[1].answers, file.entries[1].entry_id) == ({}, "")


def test_a_quotation_that_is_never_closed_takes_no_row_in_silence():
    head, row = table(ROW).splitlines()
    plain = row.replace('"', "")

    entries = read(f"{head}\n{row}\n{row[:-1]}\n{plain}\n{plain}\n".encode(), topics=TOPICS).entries

    assert [entry.signup is not None for entry in entries] == [True, False]
    assert entries[1].refusals == (
        "A quotation mark on line 3 or below is never closed, so nothing from there to the end could be read. Export the file again.",
    )


def test_blank_lines_are_passed_over_and_counted():
    head, row = table(ROW).splitlines()

    file = read(f"\n{head}\n\n{row}\n,,,,,,\n\n".encode(), topics=TOPICS)

    assert [entry.line for entry in file.entries] == [4]


def test_a_very_long_answer_is_cut_for_the_request_and_said():
    entry = the_entry(table(ROW | {"Support wanted": "long " * 3_000, "Access": "a" * 300_000}))

    assert len(entry.signup.words) == 4_999
    assert len(entry.answers["Support wanted"]) == 14_999
    assert len(entry.answers["Access"]) == 20_000
    assert entry.remarks == (
        "Support wanted: Longer than 5,000 characters, so cut here. Up to 20,000 are with the answers as written.",
        "Access needs: Longer than 5,000 characters, so cut here. Up to 20,000 are with the answers as written.",
    )


def test_the_apostrophe_of_the_export_is_taken_off_again():
    entry = the_entry(table(ROW | {"Support wanted": '\'=HYPERLINK("https://example.org")'}))

    assert entry.signup.words == entry.answers["Support wanted"] == '=HYPERLINK("https://example.org")'


# --- files that can't be read ---


def a_zip(name):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr(name, "<xml/>")
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "headline"),
    [
        (b"", "The file is empty"),
        (b"\xef\xbb\xbf \r\n\r\n", "The file is empty"),
        (b"\x00\x00\x00", "The file is empty"),
        (b"name,email\nJo,jo@example.org\n", "This isn't an export of the sign-up form"),
        (b"Just a letter to you, and nothing else.", "This isn't an export of the sign-up form"),
        (bytes(range(256)) * 20, "The file is a document or a picture, not a table"),
        (b"%PDF-1.7\n...", "The file is a document or a picture, not a table"),
        (a_zip("word/document.xml"), "The spreadsheet can't be opened"),
        (b"PK\x03\x04 and then nothing", "The spreadsheet can't be opened"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "The spreadsheet can't be opened"),
        (b"\xff\xfeE\x00\x00\xd8", "The file is damaged: its text can't be read"),
        (as_workbook('"Notes"\n"nothing here"'), "This isn't an export of the sign-up form"),
        (b"x" * (LARGEST_FILE + 1), "The file is larger than 20 MB"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_a_way_forward(data, headline):
    with pytest.raises(Refused) as refused:
        read(data, topics=TOPICS)

    assert refused.value.headline == headline
    assert refused.value.way_forward.endswith(".")


def test_a_file_with_headers_only_has_no_entries_and_says_so():
    file = read(table(headers=list(ROW)).encode(), topics=TOPICS)

    assert file.entries == ()
    assert file.problems[-1] == "The file has headers but no rows."


def test_ten_thousand_rows_take_less_than_five_seconds():
    head, _, rows = sample("2025-01-31").partition(b"\n")
    data = head + b"\n" + rows * 250

    started = time.process_time()
    file = read(data, topics=TOPICS)

    assert len(file.entries) == 10_000
    assert time.process_time() - started < 5


@pytest.mark.parametrize(
    ("written", "is_given", "is_remarked"),
    [
        ("Checked", True, False),
        ("I agree", True, False),
        ("I agree that you contact me.", True, False),
        ("You may contact me", True, False),  # the label
        ("Consent", True, False),  # the header
        ("", False, False),
        ("Not checked", False, False),
        ("I do not agree", False, False),
        ("x", False, True),
        ("✓", False, True),
        ("Accepted", False, True),
        ("I agree to nothing", False, True),
        ("I agree to e-mail only", False, True),
    ],
)
def test_only_what_the_form_itself_writes_for_a_ticked_box_is_consent(written, is_given, is_remarked):
    understood = consent(written, "Consent", "You may contact me")

    assert (understood.value, bool(understood.remark)) == (is_given, is_remarked)
