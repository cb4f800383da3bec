"""Whatever is in a file: no traceback, and every word of it stands in a value, with the answers, or in a sentence."""

import csv
import io
import re

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rr.errors import Refused
from rr.intake import cleaning
from rr.intake.imports.columns import KNOWN_HEADERS, PRIVATE_HEADERS
from rr.intake.imports.entries import read
from rr.intake.imports.headers import as_written, plain_header
from rr.intake.imports.mending import mend
from rr.intake.imports.tables import parse
from tests.builders import A_ROW, TOPICS

HEADERS = [*A_ROW, "Email", "Comments", "Phone (Work)", "User IP", "", "Date Updated", "1. Focus", "Access\nneeds"]
ODD = [
    *('="07"', "&amp;amp;", "ZoÃ«", "\ufffd", "caf\x82", '["a"]', "✓", "45414.4273", "03/04/24 1:10 PM", "9,201"),
    *("nan", "=1+1", "x" * 300),
]
CELLS = st.one_of(st.sampled_from([*A_ROW.values(), *ODD, ""]), st.text(max_size=30), st.from_regex(r"[\w .,@'-]{0,30}", fullmatch=True))
FILES = st.lists(st.lists(CELLS, min_size=1, max_size=len(HEADERS) + 2), min_size=0, max_size=4)


def written(headers, rows, separator):
    out = io.StringIO()
    csv.writer(out, delimiter=separator, quoting=csv.QUOTE_MINIMAL, lineterminator="\r\n").writerows([headers, *rows])
    return out.getvalue()


def words(text):
    return re.findall(r"[^\W_]+", text)


def read_or_refused(data):
    """The table and its sign-ups, or nothing where a sentence says why and what to do."""
    try:
        table = parse(data, KNOWN_HEADERS)
        return table, read(table, topics=TOPICS)
    except Refused as refusal:
        said = refusal.headline, refusal.way_forward
    assert all(said)
    return None, None


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.permutations(HEADERS), FILES, st.sampled_from(",;\t"), st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252", "mac_roman"]))
def test_no_word_is_lost_and_nothing_breaks(headers, rows, separator, encoding):
    data = written(headers, rows, separator).encode(encoding, errors="replace")
    table, file = read_or_refused(data)
    if file is None:
        return
    assert len(file.entries) == len(table.rows) - 1
    private = [plain_header(as_written(header)) in PRIVATE_HEADERS for header in file.headers]
    for row, entry in zip(table.rows[1:], file.entries, strict=True):
        assert (entry.signup is None) == bool(entry.refusals)
        if not entry.answers and entry.refusals:  # nobody knows which cell is which: its lines are named
            continue
        kept = " ".join([*entry.answers.values(), *entry.remarks, *entry.refusals])
        for at, cell in enumerate(row.cells):
            if at < len(private) and not private[at]:
                assert set(words(cleaning.text(mend(cell).text))) <= set(words(kept)), (file.headers[at], cell)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_make_a_traceback(data):
    for start in (b"", b"Entry Id,Entry Date,Email,Area\n", b"PK\x03\x04", b"\xff\xfe", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        read_or_refused(start + data)
