"""The demonstration's own words: read as if people had written them, each understood by the program as it is meant."""

import csv
import re
from datetime import date

import pytest

from rr.config import DATA
from rr.demo_sign_ups import answers, entered, export, read
from rr.intake.drafts import SignUpDraft
from rr.sessions.capture.parser import parse
from rr.sessions.rules import CaptureKind
from tests.builders import as_file

TODAYS = (date(2026, 2, 28), date(2026, 11, 18), date(2026, 12, 30))


def table(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


LINES, SIGN_UPS = table("demo/lines.csv"), table("demo/sign-ups.csv")
TOPICS = {row["code"]: row["label"] for row in table("topics.csv")}
KINDS = {row["code"]: [word.strip() for word in row["words"].split(";")] for row in table("support_kinds.csv")}
WORDS = [*(row["line"] for row in LINES), *(value for row in SIGN_UPS for value in row.values())]
ODD = re.compile(r"^(nan|null|none|undefined|-0|bell|test\d*)$|[<>{}]|\.\./|lorem|^[=+@-]|[\x00-\x1f]|\s\s|\.\.", re.IGNORECASE)


def test_there_is_enough_that_differs() -> None:
    actions = {row["line"].split(" @")[0] for row in LINES if row["kind"] == "action"}
    people = {(row["Your name (First)"], row["Your name (Last)"]) for row in SIGN_UPS}
    words = {row["Tell us about the support you are looking for"] for row in SIGN_UPS}

    assert (len(actions) >= 120, len(words) >= 60, len(people) >= 60) == (True, True, True)
    assert len(actions) == sum(row["kind"] == "action" for row in LINES)
    assert len(words) == len(SIGN_UPS)
    for kind in ("achievement", "idea", "decision", "contacted", "place"):
        lines = [row["line"] for row in LINES if row["kind"] == kind]
        assert len(set(lines)) == len(lines) >= 10
    for name in ("first_step", "helps", "changed"):
        said = [row[name] for row in LINES if row["kind"] == "action"]
        assert all(said)
        assert len(set(said)) == len(said)


def test_the_sign_ups_come_from_the_whole_country() -> None:
    regions = {row["name"]: row["region"] for row in table("big_local_areas.csv")}
    found = [regions[name] for row in SIGN_UPS for name in regions if name.casefold() == row["Big Local area"].casefold()]

    assert set(found) == set(regions.values())
    assert max(map(found.count, set(found))) < len(found) / 4


@pytest.mark.parametrize("words", ["nan", "bell", "-0", "../../etc/passwd", "@SUM(1+1)", "two  spaces", "carries on..", "<b>", "\x07bell"])
def test_what_a_robot_sends_would_be_seen(words: str) -> None:
    assert ODD.search(words)


def test_nothing_odd_is_in_it() -> None:
    assert [words for words in WORDS if words and ODD.search(words)] == []


@pytest.mark.parametrize("today", TODAYS)
def test_every_line_is_understood_as_it_is_meant(today: date) -> None:
    kinds = [kind.value for kind in CaptureKind]
    for row in LINES:
        if row["kind"] not in kinds:
            continue
        said = parse(row["line"], kind=CaptureKind(row["kind"]), today=today, topics=TOPICS, contacts=[], support_words=KINDS)
        if row["kind"] != "action":
            assert (said.text, said.kind) == (row["line"], CaptureKind(row["kind"]))
            continue
        topic = row["topic"] if row["topic"] != "other" else None
        assert (said.text, said.topic, said.problems) == (row["line"].split(" @")[0], topic, ())
        assert (bool(said.lead), said.due is not None, [support for support in said.support if not support.kind]) == (True, True, [])


@pytest.mark.parametrize("today", TODAYS)
def test_every_sign_up_is_taken_by_the_form_and_by_the_import(today: date) -> None:
    rows = read(today)
    file = as_file(export(rows))
    drafts = [SignUpDraft.understand(answers(row, TOPICS))[0] for row in rows]

    assert max(map(entered, rows)).date() == date.fromordinal(today.toordinal() - 1)
    assert (today - entered(rows[0]).date()).days > 365
    assert [entry.refusals for entry in file.entries] == [()] * len(rows)
    imported = [entry.signup for entry in reversed(file.entries)]
    assert [(draft.words, set(draft.topics), draft.name, draft.email) for draft in drafts] == [
        (draft.words, set(draft.topics), draft.name, draft.email) for draft in imported if draft
    ]
    assert all(draft.topics and draft.role for draft in drafts)
