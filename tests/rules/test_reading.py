"""Uploaded files that are made to be too much: each ends with a sentence, in a process that can't take the server along."""

import io
import threading
import zipfile

import pytest
import xlsxwriter

from rr.errors import Refused
from rr.intake.imports import reading, workbook
from rr.intake.imports.columns import KNOWN_HEADERS, headers_and_rows
from rr.intake.imports.reading import open_upload, read_table
from rr.intake.imports.tables import TableRow
from tests.builders import an_export

SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def a_workbook(*cells):
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet()
    for row, column, words in cells or ((0, 0, "Entry Id"),):
        sheet.write(row, column, words)
    book.close()
    return out.getvalue()


def with_part(data, name, content):
    """The workbook with another part: `content` makes it of what stands there."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as packed, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        parts = {part.filename: packed.read(part) for part in packed.infolist()}
        for part, bytes_of in (parts | {name: content(parts.get(name, b""))}).items():
            made.writestr(part, bytes_of)
    return out.getvalue()


def a_sheet(inside):
    return lambda _before: f'<?xml version="1.0"?><worksheet {MAIN}><sheetData>{inside}</sheetData></worksheet>'.encode()


def a_lying_directory(data):
    """The workbook, its directory saying that each part has ten bytes."""
    lying = bytearray(data)
    at = data.find(b"PK\x01\x02")
    while at >= 0:
        lying[at + 24 : at + 28] = (10).to_bytes(4, "little")
        at = data.find(b"PK\x01\x02", at + 4)
    return bytes(lying)


FAR = ((0, 0, "a"), (1_048_575, 16_383, "b"))
HIDDEN_FAR = with_part(  # written so that measuring doesn't find them
    a_workbook(*FAR), SHEET, lambda sheet: sheet.replace(b'r="XFD1048576"', b"r='XFD1048576'").replace(b't="s"', b"t='s'")
)
BILLION_LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE sst [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {chr(98 + at)} "{f"&{chr(97 + at)};" * 10}">' for at in range(9))
    + f"]><sst {MAIN}><si><t>&j;</t></si></sst>"
).encode()


@pytest.mark.parametrize(
    ("data", "headline"),
    [
        (a_workbook(*FAR), "The file has more than 250 columns, or cells filled far beside the table"),
        (a_workbook((0, 0, "a"), (1_048_575, 1, "b")), "The file has more than 20,000 rows, or cells filled far below the table"),
        (HIDDEN_FAR, "Reading the file takes more than 512 MB of memory"),
        (b"Entry Id," * 1_000_000, "The file has more than 250 columns, or cells filled far beside the table"),
        (b"Entry Id,Email\n" + b"1,a\n" * 20_001, "The file has more than 20,000 rows, or cells filled far below the table"),
        (b"x" * (20 * 1024 * 1024 + 1), "The file is larger than 20 MB"),
        (with_part(a_workbook(), STRINGS, lambda _before: BILLION_LAUGHS), "The spreadsheet can't be opened"),
        (a_lying_directory(a_workbook()), "The spreadsheet can't be opened"),
        (with_part(a_workbook(), SHEET, a_sheet("<x>" * 300_000 + "</x>" * 300_000)), "The file is empty"),
    ],
    ids=["far corner", "far below", "far corner, hidden", "columns", "rows", "bytes", "entities", "lying directory", "deep"],
)
def test_what_is_too_much_is_refused_by_its_limit_and_how_to_make_it_smaller(data, headline):
    with pytest.raises(Refused) as refused:
        read_table(data, KNOWN_HEADERS)

    assert refused.value.headline == headline
    assert refused.value.way_forward.endswith(".")


def test_what_unpacks_to_too_much_is_measured_by_unpacking(monkeypatch):
    bomb = with_part(a_workbook(), "docProps/app.xml", lambda _before: b"0" * 1_000_000)

    monkeypatch.setattr(workbook, "LARGEST_UNPACKED", 1024)
    with pytest.raises(Refused, match="too large once it is unpacked"):
        workbook.sheets(bomb, enough=lambda rows: True)


def test_a_workbook_that_points_elsewhere_is_read_by_what_is_stored_in_it():
    formula = "<row r='1'><c r='A1' t='str'><f>[1]Sheet1!A1</f><v>Entry Id</v></c></row>"
    linked = with_part(a_workbook(), SHEET, a_sheet(formula))
    linked = with_part(linked, "xl/externalLinks/externalLink1.xml", lambda _before: b"<externalLink/>")

    assert [row.cells for row in read_table(linked, KNOWN_HEADERS).rows] == [["Entry Id"]]


def test_many_equal_headers_are_told_apart():
    """By a look at all names given before, these would take hours."""
    headers, _ = headers_and_rows([TableRow(1, 1, ["Email"] * 20_000)])

    assert headers[:2] + headers[-1:] == ["Email", "Email (2)", "Email (20000)"]
    assert len(set(headers)) == 20_000


def test_a_number_in_a_header_is_not_given_to_another_column():
    headers, _ = headers_and_rows([TableRow(1, 1, ["Email", "Email (2)", "Email", "Email"])])

    assert headers == ["Email", "Email (2)", "Email (3)", "Email (4)"]


def test_a_process_that_is_late_is_stopped_and_the_next_file_is_read(monkeypatch):
    monkeypatch.setattr(reading, "LATEST", 0.001)
    with pytest.raises(Refused, match="longer than 30 seconds"):
        read_table(an_export({}), KNOWN_HEADERS)

    monkeypatch.undo()
    assert len(read_table(an_export({}), KNOWN_HEADERS).rows) == 2


def test_more_files_than_places_are_read_one_after_the_other():
    found = []
    crowd = [threading.Thread(target=lambda: found.append(open_upload("a.csv", an_export({})))) for _ in range(5)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()

    assert [upload.file_name for upload in found] == ["a.csv"] * 5
    assert len({upload.table.fingerprint for upload in found}) == 1


def test_the_process_gets_nothing_of_the_servers_environment(monkeypatch):
    given = {}

    class Spy(reading.subprocess.Popen):
        def __init__(self, *args, **said):
            given.update(said)
            super().__init__(*args, **said)

    monkeypatch.setattr(reading.subprocess, "Popen", Spy)
    read_table(an_export({}), KNOWN_HEADERS)

    assert given["env"].keys() == {"PYTHONPATH"}
