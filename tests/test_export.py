"""The export of everything: what is in it, what isn't, and that a spreadsheet runs nothing of it."""

import csv
import shutil
import stat
import subprocess
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from rr import db, gesture
from rr.access import SYSTEM
from rr.accounts import commands as accounts
from rr.accounts.models import Account
from rr.accounts.rules import digest
from rr.accounts.throttle import commands as throttle
from rr.base import spreadsheet_safe
from rr.errors import Refused
from rr.export import SECRETS, Exported, Kind, export
from rr.intake.models import SupportRequest
from rr.intake.rules import Source
from rr.models import METADATA
from rr.partnerships.models import Note, Partnership
from tests.conftest import NOW, TODAY, sign_in

HASH = "$argon2id$v=19$m=65536,t=3,p=4$aHVzaA"


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "out"


def read(file):
    with file.open(encoding="utf-8-sig", newline="") as opened:
        return list(csv.DictReader(opened))


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("+44 7700 900633", "'+44 7700 900633"),
        ("+447700900633", "'+447700900633"),
        (" =1+1", "' =1+1"),
        ("-5", "-5"),
        ("-2.5", "-2.5"),
        ("-2.50", "'-2.50"),
        ("07700900633", "'07700900633"),
        ("07700 900633", "'07700 900633"),
        ("00123", "'00123"),
        ("10-12", "'10-12"),
        ("3/4", "'3/4"),
        ("1 1/2", "'1 1/2"),
        ("1E5", "'1E5"),
        ("4.5e-3", "'4.5e-3"),
        ("1,000", "'1,000"),
        ("1.0", "'1.0"),
        ("£5", "'£5"),
        ("50%", "'50%"),
        ("(5)", "'(5)"),
        ("10:30", "'10:30"),
        ("6 pm", "'6 pm"),
        ("14/03/2027", "'14/03/2027"),
        ("12-Oct", "'12-Oct"),
        ("March 2027", "'March 2027"),
        ("Sat 14 March 2027", "'Sat 14 March 2027"),
        ("1234567890123456", "'1234567890123456"),
        ("TRUE", "'TRUE"),
        ("true", "'true"),
        ("Flat 3", "Flat 3"),
        ("3 people", "3 people"),
        ("10 to 12", "10 to 12"),
        ("Yes", "Yes"),
        ("May", "May"),
        ("nan", "nan"),
        ("RR-0061", "RR-0061"),
        ("-2+3", "'-2+3"),
        ("- a list", "'- a list"),
        ("@chair", "'@chair"),
        ("\t=1", "'\t=1"),
        ("＝1", "'＝1"),
        ("2027-03-14", "'2027-03-14"),
        ("10", "10"),
        ("1=1", "1=1"),
        ("", ""),
    ],
)
def test_a_spreadsheet_takes_no_text_for_a_formula(text, safe):
    assert spreadsheet_safe(text) == safe


CALC = Path(shutil.which("soffice") or "/").resolve().parent / "libsclo.so"  # soffice is there without it too
ODD = (
    *(
        "=1+1",
        "+447700900123",
        "07700 900123",
        "00123",
        "10-12",
        "3/4",
        "1E5",
        "1,000",
        "1.50",
        "12-Oct",
        "2027-03-14",
        "10:30",
        "50%",
        "£5",
    ),
    *("TRUE", "-5 people", "@chair", "1234567890123456", "Sat 14 March 2027", "6 pm", "line\nbreak", "Zoë, “said”", "-5", "10"),
)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_is_opened_in_a_spreadsheet_is_what_was_written(kind, people, folder, tmp_path):
    """Opened and saved again by LibreOffice where its Calc is installed; else the rule, by its table above, has to do."""
    with db.transaction() as session:
        session.add_all(Note(partnership_id=1, words=text, at=NOW) for text in ODD)
    export(folder, Kind(kind))
    if not CALC.exists():
        pytest.skip("LibreOffice Calc isn't installed")

    profile, utf8 = f"-env:UserInstallation=file://{tmp_path / 'profile'}", "44,34,76,1"
    given = ["--infilter=CSV:" + utf8] if kind == "csv" else []
    convert = [*given, "--convert-to", f"csv:Text - txt - csv (StarCalc):{utf8}", "--outdir", str(tmp_path), str(folder / f"note.{kind}")]
    subprocess.run(["soffice", profile, "--headless", *convert], check=True, capture_output=True, timeout=120)

    assert [row["words"].removeprefix("'") for row in read(tmp_path / "note.csv")] == list(ODD)


def test_a_workbook_has_numbers_days_and_texts_as_such(people, folder):
    with db.transaction() as session:
        session.get(Partnership, 1).money_remaining, session.get(Partnership, 1).ends_on = -5, TODAY
        session.get(Partnership, 1).lto_name = "00123"

    written = export(folder, Kind.XLSX)

    assert {file.name for file in folder.iterdir()} == {f"{name}.xlsx" for name in (*METADATA.tables, "data_dictionary")}
    assert written.tables == len(METADATA.tables)
    header, first, *_ = CalamineWorkbook.from_path(folder / "partnership.xlsx").get_sheet_by_index(0).to_python()
    row = dict(zip(header, first, strict=True))
    assert (row["money_remaining"], row["ends_on"], row["lto_name"], row["area_coordinator"]) == (-5, TODAY, "00123", "")
    assert stat.S_IMODE((folder / "partnership.xlsx").stat().st_mode) == 0o600


def test_a_text_that_no_cell_of_a_workbook_holds_is_refused_and_nothing_is_left(people, folder):
    with db.transaction() as session:
        request = SupportRequest(ref="RR-1", source=Source.FORM, entry_id="1", received_at=NOW, received_on=TODAY)
        request.answers = {"who": "x" * 40_000}
        session.add(request)

    with pytest.raises(Refused, match="too long for a workbook"):
        export(folder, Kind.XLSX)

    assert list(folder.iterdir()) == []


def test_every_table_is_a_file_and_every_row_is_in_it(people, folder):
    with db.transaction() as session:
        session.get(Partnership, 1).money_remaining = -5
        request = SupportRequest(ref="RR-1", source=Source.FORM, entry_id="1", received_at=NOW, received_on=TODAY, consent_contact=True)
        request.words, request.answers = "=1+1, “Zoë”\nand more", {"who": "Zoë"}
        session.add(request)

    written = export(folder)

    assert {file.name for file in folder.iterdir()} == {f"{name}.csv" for name in METADATA.tables} | {"data_dictionary.csv"}
    assert written == Exported(len(METADATA.tables), sum(len(read(folder / f"{name}.csv")) for name in METADATA.tables))
    (row,) = read(folder / "support_request.csv")
    assert row["received_at"] == "2026-11-18 09:00:00+00:00"
    assert row["received_on"] == "2026-11-18"
    assert (row["words"], row["answers"]) == ("'=1+1, “Zoë”\nand more", '{"who": "Zoë"}')
    assert (row["consent_contact"], row["consent_share"], row["people"]) == ("yes", "no", "")
    assert (row["source"], row["status"]) == ("form", "new")
    partnerships = read(folder / "partnership.csv")
    assert [row["id"] for row in partnerships] == [str(number) for number in range(1, 151)]
    assert partnerships[0]["money_remaining"] == "-5"


def test_more_rows_than_are_read_at_once_are_all_there(people, folder):
    with db.transaction() as session:
        session.add_all(Note(partnership_id=1, words=f"note {number}", at=NOW) for number in range(2500))

    export(folder)

    assert {row["words"] for row in read(folder / "note.csv")} == {f"note {number}" for number in range(2500)}


def test_secrets_are_left_out(people, folder):
    link = gesture.perform(accounts.make_link, people.support.account_id, actor=SYSTEM)
    mark = sign_in(people.support)
    gesture.perform(throttle.count_sign_up, "192.0.2.1", actor=SYSTEM)
    with db.transaction() as session:
        session.get(Account, people.support.account_id).password_hash = HASH

    export(folder)

    everything = "".join(file.read_text(encoding="utf-8-sig") for file in folder.iterdir())
    for secret in (HASH, mark, digest(link), digest("sign-up 192.0.2.1")):
        assert secret not in everything
    assert len(read(folder / "sign_in.csv")) == len(read(folder / "one_time_link.csv")) == len(read(folder / "throttle.csv")) == 1
    headers = {f"{name}.{column}" for name in METADATA.tables for column in _header(folder / f"{name}.csv")}
    assert not {header for header in headers if {header, header.split(".")[1]} & SECRETS}
    telling = {"password", "hash", "token", "secret", "mark"}  # a secret that somebody adds later
    assert not {header for header in headers if telling & set(header.split(".")[1].split("_"))}


def _header(file):
    with file.open(encoding="utf-8-sig", newline="") as opened:
        return next(csv.reader(opened))


def test_the_dictionary_tells_every_table_and_column(people, folder):
    export(folder)

    told = {(row["table"], row["column"]): row for row in read(folder / "data_dictionary.csv")}
    assert set(told) == {(table.name, name) for table in METADATA.tables.values() for name in ("", *table.columns.keys())}
    assert [key for key, row in told.items() if not row["meaning"]] == []
    assert told["support_request", "duplicate_of_id"]["refers to"] == "support_request.id"
    assert told["support_request", "words"]["personal"] == "yes"
    assert told["account", "email"]["personal"] == "yes"
    assert (told["row_version", "values"]["type"], told["row_version", "values"]["personal"]) == ("JSON", "yes")
    assert told["account", "role"]["type"] == "one of: support, facilitator, manager, admin"
    assert told["account", "password_hash"]["meaning"].startswith("left out")
    assert told["partnership", "money_remaining"] == {
        "table": "partnership",
        "column": "money_remaining",
        "type": "whole number",
        "may be empty": "yes",
        "refers to": "",
        "personal": "no",
        "meaning": "whole pounds",
    }


def test_the_files_are_for_their_owner_alone(people, folder):
    export(folder)

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}


def test_a_folder_with_something_in_it_is_refused(people, folder):
    folder.mkdir()
    (folder / "mine.txt").write_text("mine")

    with pytest.raises(Refused, match="isn't empty"):
        export(folder)
    with pytest.raises(Refused, match="can't be written"):
        export(folder / "mine.txt")

    assert [file.name for file in folder.iterdir()] == ["mine.txt"]


def test_an_export_that_fails_leaves_nothing(people, folder, monkeypatch):
    def cut(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("rr.export._describe", cut)
    with pytest.raises(KeyboardInterrupt):
        export(folder)

    assert list(folder.iterdir()) == []
