import csv
import io
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import event, select
from sqlmodel import col

from rr import gesture
from rr.access import SYSTEM
from rr.errors import NotFound, Refused
from rr.intake.imports import commands as importer
from rr.intake.imports import queries as batches
from rr.intake.models import SupportRequest
from rr.intake.rules import NOT_IMPORTED, RowResult
from rr.partnerships import queries as partnerships
from rr.partnerships.matching import certain
from rr.partnerships.models import Contact
from tests.builders import an_export, as_file

DEMO = Path(__file__).parents[2] / "data" / "demo"
FIRST, SECOND, THIRD = (DEMO / f"sign-up-for-support-{day}.csv" for day in ("2023-02-20", "2024-05-02", "2025-01-31"))


def bring_in(one, people, data, name="sign-ups.csv"):
    return one(importer.import_signups, as_file(data, name), actor=people.support)


def requests(look):
    return look(lambda session: session.execute(select(SupportRequest).order_by(col(SupportRequest.id))).scalars().all())


def numbers(batch):
    return batch.taken, batch.already, batch.changed, batch.refused


def test_the_first_file_gives_60_requests_and_one_that_was_there_already(one, people, look):
    batch = look(batches.batch, bring_in(one, people, FIRST.read_bytes(), FIRST.name), actor=people.support)

    assert numbers(batch) == (60, 1, 0, 0)
    assert batch.file_name == FIRST.name
    assert Counter(row.result for row in batch.rows) == {RowResult.TAKEN: 60, RowResult.ALREADY: 1}
    assert [row.ref for row in requests(look)] == [f"RR-{number:04}" for number in range(1, 61)]


def test_the_second_file_gives_20_requests(one, people, look):
    assert numbers(look(batches.batch, bring_in(one, people, SECOND.read_bytes()), actor=people.manager)) == (20, 0, 0, 0)


def test_every_row_of_the_third_file_is_taken_or_refused_with_its_reason(one, people, look):
    batch = look(batches.batch, bring_in(one, people, THIRD.read_bytes()), actor=people.support)

    assert {row.result for row in batch.rows} == {RowResult.TAKEN, RowResult.REFUSED}
    assert len(batch.rows) == batch.taken + batch.refused == 40
    (refused,) = (row for row in batch.rows if row.result is RowResult.REFUSED)
    assert refused.entry_id == "4016"
    assert refused.area == "Latch Ford"
    assert "2023-02-30" in refused.why


def test_hostile_words_are_kept_as_they_were_typed(one, people, look):
    bring_in(one, people, THIRD.read_bytes())

    words = {row.entry_id: row.words for row in requests(look)}
    assert words["4004"] == "@SUM(1+1)*cmd|' /C calc'!A0"
    assert words["4007"] == "../../etc/passwd"
    assert words["4018"] == "مرحبا بالعالم"
    assert words["4037"] == "nan"


def test_a_second_import_adds_nothing(one, people, look):
    for data in (FIRST.read_bytes(), SECOND.read_bytes(), THIRD.read_bytes()):
        bring_in(one, people, data)
    before = len(requests(look))

    again = look(batches.batch, bring_in(one, people, FIRST.read_bytes()), actor=people.support)

    assert numbers(again) == (0, 61, 0, 0)
    assert len(requests(look)) == before


def test_an_entry_with_other_answers_is_reported_and_stays_as_it_was(one, people, look):
    bring_in(one, people, an_export({"Entry Id": "7", "Phone": "07700 900001"}))

    number = bring_in(one, people, an_export({"Entry Id": "7", "Phone": "07700 900002"}, {"Entry Id": "8"}))
    batch = look(batches.batch, number, actor=people.support)

    assert numbers(batch) == (1, 0, 1, 0)
    assert "RR-0001 has this entry with other answers to “Phone”" in batch.rows[0].why
    assert batch.rows[0].ref == "RR-0001"
    assert requests(look)[0].phone == "+447700900001"


def test_an_entry_whose_columns_were_renamed_is_still_there(one, people, look):
    data = an_export({"Entry Id": "7"})
    bring_in(one, people, data)

    renamed = data.replace(b"Tell us about the support you are looking for", b"Support wanted")
    assert numbers(look(batches.batch, bring_in(one, people, renamed), actor=people.support)) == (0, 1, 0, 0)


def test_the_same_entry_id_at_another_instant_is_another_sign_up(one, people, look):
    bring_in(
        one,
        people,
        an_export({"Entry Id": "7", "Entry Date": "2026-10-01 10:00:00"}, {"Entry Id": "7", "Entry Date": "2026-10-02 10:00:00"}),
    )

    assert len(requests(look)) == 2


@pytest.mark.parametrize(
    "again",
    [
        {"Entry Date": "02/10/2026 10:00"},
        {"Entry Date": "2026-10-02 10:00"},
        {"Entry Date": "2 October 2026 10:00"},
        {"Entry Date": "10/2/2026 10:00 AM", "Entry Id": "9,200"},
        {"Entry Date": "02/10/2026"},
        {"Entry Id": "9200.0"},
        {"Entry Id": '="9200"'},
        {"Entry Id": "#9200"},
        {"Entry Id": "9 200"},
        {"Entry Id": "9\u00a0200.00"},
        {"Entry Id": "'9200"},
        {"How many people would take part?": "10.0", "Phone": '="07700 900934"'},
        {"Days and times to avoid": "Mondays &amp; Fridays"},
    ],
)
def test_an_entry_is_recognised_though_a_spreadsheet_program_saved_it_again(one, people, look, again):
    there = {"Entry Id": "9200", "Entry Date": "2026-10-02 10:00:37", "How many people would take part?": "10"}
    there |= {"Days and times to avoid": "Mondays & Fridays"}
    us = "AM" in again.get("Entry Date", "")
    plain = {"Entry Id": "1", "Entry Date": "10/22/2026 10:00 AM" if us else "22/10/2026 10:00"}  # it tells which comes first, day or month
    bring_in(one, people, an_export(there))

    batch = look(batches.batch, bring_in(one, people, an_export(there | again, plain)), actor=people.support)

    assert [(row.entry_id, row.result) for row in batch.rows] == [("9200", RowResult.ALREADY), ("1", RowResult.TAKEN)]


def test_what_an_export_adds_by_itself_is_no_answer(one, people, look):
    def updated(day):
        return an_export({"Entry Id": "7", "User IP": f"{day} 10:00:00"}).replace(b"User IP", b"Date Updated")

    bring_in(one, people, updated("2026-10-02"))

    assert numbers(look(batches.batch, bring_in(one, people, updated("2026-10-03")), actor=people.support)) == (0, 1, 0, 0)


def test_the_same_entry_twice_in_a_file_with_other_answers_is_reported(one, people, look):
    number = bring_in(one, people, an_export({"Entry Id": "7"}, {"Entry Id": "7", "Access needs": "Hearing loop"}))

    batch = look(batches.batch, number, actor=people.support)
    assert numbers(batch) == (1, 0, 1, 0)
    assert "Line 2 has this entry" in batch.rows[1].why


def test_a_refused_row_hurts_no_other(one, people, look):
    number = bring_in(one, people, an_export({"Entry Id": "1"}, {"Entry Id": "2", "Email": "", "Phone": ""}, {"Entry Id": "3"}))

    batch = look(batches.batch, number, actor=people.support)
    assert [row.result for row in batch.rows] == [RowResult.TAKEN, RowResult.REFUSED, RowResult.TAKEN]
    assert "neither an e-mail address nor a phone number" in batch.rows[1].why


def test_words_are_kept_beside_what_was_understood(one, people, look):
    bring_in(
        one,
        people,
        an_export({"How many people would take part?": "lots", "Your role in the partnership": "Tea maker", "Big Local area": "HAVA"}),
    )

    (request,) = requests(look)
    assert (request.people, request.people_text) == (None, "lots")
    assert (request.role, request.role_text) == (None, "Tea maker")
    assert request.area_text == "HAVA"
    assert request.answers["How many people would take part?"] == "lots"
    assert "Participants: “lots” isn't a number" in request.remarks


def test_a_certain_name_is_matched_and_any_other_waits_for_a_person(one, people, look):
    bring_in(
        one, people, an_export({"Entry Id": "1", "Big Local area": "big local WHITLEY bay"}, {"Entry Id": "2", "Big Local area": "Whitly"})
    )

    whitley_bay = certain("Whitley Bay", look(partnerships.areas))
    assert {row.entry_id: row.partnership_id for row in requests(look)} == {"1": whitley_bay, "2": None}


def test_a_person_is_known_by_e_mail_and_the_latest_sign_up_counts(one, people, look):
    newer = {"Entry Id": "2", "Entry Date": "2026-10-02 10:00:00", "Phone": "07700 900002", "Your role in the partnership": "Chair"}
    older = {"Entry Id": "1", "Entry Date": "2026-10-01 10:00:00", "Phone": "07700 900001", "Your role in the partnership": "Worker"}
    bring_in(one, people, an_export(newer))
    bring_in(one, people, an_export(older))

    contacts = look(lambda session: session.execute(select(Contact)).scalars().all())
    assert [(row.phone, row.role) for row in contacts] == [("+447700900002", "chair")]
    assert {row.phone for row in requests(look)} == {"+447700900001", "+447700900002"}
    assert {row.contact_id for row in requests(look)} == {contacts[0].id}


def test_the_oldest_sign_up_gets_the_lowest_reference(one, people, look):
    bring_in(
        one,
        people,
        an_export({"Entry Id": "2", "Entry Date": "2026-10-02 10:00:00"}, {"Entry Id": "1", "Entry Date": "2026-10-01 10:00:00"}),
    )

    assert {row.ref: row.entry_id for row in requests(look)} == {"RR-0001": "1", "RR-0002": "2"}


def test_a_preview_says_what_would_happen_and_writes_nothing(one, people, look):
    seen = look(importer.preview, as_file(FIRST.read_bytes()), actor=people.support)

    assert numbers(seen) == (60, 1, 0, 0)
    assert requests(look) == []
    assert numbers(look(batches.batch, bring_in(one, people, FIRST.read_bytes()), actor=people.support)) == numbers(seen)
    assert seen.unmatched == sum(row.partnership_id is None for row in requests(look)) > 0


def test_a_file_that_cannot_be_read_leaves_nothing(one, people, look):
    with pytest.raises(Refused, match="isn't an export"):
        bring_in(one, people, b"a,b\n1,2\n")

    assert look(batches.batches, actor=people.support).rows == ()


@pytest.mark.parametrize("who", ["facilitator", "admin"])
def test_only_support_staff_and_managers_bring_files_in(one, people, look, who):
    actor = getattr(people, who)
    with pytest.raises(NotFound):
        one(importer.import_signups, as_file(FIRST.read_bytes()), actor=actor)
    with pytest.raises(NotFound):
        look(importer.preview, as_file(FIRST.read_bytes()), actor=actor)
    with pytest.raises(NotFound):
        look(batches.batches, actor=actor)


def test_two_people_who_bring_in_one_file_at_once_take_it_once(one, people, look):
    with ThreadPoolExecutor(2) as crowd:
        made = list(
            crowd.map(
                lambda actor: one(importer.import_signups, as_file(SECOND.read_bytes()), actor=actor), (people.support, people.manager)
            )
        )

    assert sorted(numbers(look(batches.batch, number, actor=people.support)) for number in made) == [(0, 20, 0, 0), (20, 0, 0, 0)]
    assert [row.ref for row in requests(look)] == [f"RR-{number:04}" for number in range(1, 21)]


def test_the_refused_rows_come_as_a_file_in_which_nothing_runs(one, people, look):
    rows = (
        {"Entry Id": str(number), "Email": "", "Phone": "", "Big Local area": area}
        for number, area in enumerate(("=1+1", "@SUM(1)", "-0", "Plain"))
    )
    number = bring_in(one, people, an_export(*rows))

    table = list(csv.reader(io.StringIO(look(batches.refused_csv, number, actor=people.support).decode("utf-8-sig"))))
    assert [row[2] for row in table[1:]] == ["'=1+1", "'@SUM(1)", "-0", "Plain"]
    assert all("neither an e-mail" in row[4] for row in table[1:])


def questions_of(database, run):
    """How many times `run` asks the database something."""
    seen = []
    event.listen(database, "before_cursor_execute", lambda *given: seen.append(given[2]))
    run()
    return sum(statement.lstrip().startswith("SELECT") for statement in seen)


def test_a_long_file_asks_no_more_questions_than_a_short_one(one, people, database):
    def some(first, number):
        rows = ({"Entry Id": str(first + at), "Email": f"a{first + at}@example.org", "Big Local area": f"{at}"} for at in range(number))
        return an_export(*rows)

    few = questions_of(database, lambda: bring_in(one, people, some(1, 3)))
    many = questions_of(database, lambda: bring_in(one, people, some(1000, 300)))

    assert many == few


def test_the_command_line_may_bring_files_in(database, clock):
    assert gesture.perform(importer.import_signups, as_file(SECOND.read_bytes()), actor=SYSTEM) == 1


def test_previous_imports_come_latest_first_a_page_at_a_time(one, people, look, monkeypatch):
    made = [bring_in(one, people, an_export({"Entry Id": str(number)}), f"{number}.csv") for number in (1, 2, 3)]
    monkeypatch.setattr(batches, "PER_PAGE", 2)

    first, beyond = (look(batches.batches, actor=people.support, page=page) for page in (1, 9))
    assert ([batch.id for batch in first.rows], first.total, first.pages) == (made[:0:-1], 3, 2)
    assert ([batch.id for batch in beyond.rows], beyond.page) == ([made[0]], 2)
    assert [batch.rows for batch in first.rows] == [(), ()]


def test_an_import_shows_only_the_rows_that_are_asked_for(one, people, look):
    bare = {"Email": "", "Phone": ""}
    number = bring_in(one, people, an_export({"Entry Id": "1"}, {"Entry Id": "2", **bare}, {"Entry Id": "3", **bare}))

    batch = look(batches.batch, number, actor=people.support, results=NOT_IMPORTED, most=1)
    assert [(row.entry_id, row.result) for row in batch.rows] == [("2", RowResult.REFUSED)]
    assert (batch.taken, batch.not_imported) == (1, 2)


def test_one_import_and_three_are_listed_in_as_many_statements(one, people, look, database):
    bring_in(one, people, an_export({"Entry Id": "1"}))
    of_one = questions_of(database, lambda: look(batches.batches, actor=people.support))
    for number in (2, 3):
        bring_in(one, people, an_export({"Entry Id": str(number)}))

    assert questions_of(database, lambda: look(batches.batches, actor=people.support)) == of_one == 2
