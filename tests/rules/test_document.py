"""The plan as a Word document: what it says, and that people who see or read less well can use it."""

import re
from dataclasses import replace
from datetime import date
from functools import cache
from io import BytesIO
from itertools import pairwise
from typing import Any
from zipfile import ZipFile

import docx
import pytest
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st

from rr.plans.document import ActionLine, ActivityLine, PlanDocument, build
from rr.plans.rules import ActionStatus

FAIR = ActionLine(
    number=1,
    title="Hold a summer fair",
    lead="Tenants' group",
    due=date(2027, 7, 10),
    first_step="Ask for the green",
    topic="Events",
    support=("Insurance advice", "A stall"),
    needs_none=False,
    status_label="Going well",
)
BARE = ActionLine(2, "Train hosts", "", None, "", "", (), False, "Not started")
PLAN = PlanDocument(
    partnership="Greenmoor",
    region="Yorkshire",
    agreed_on=date(2027, 3, 14),
    ends_on=date(2027, 9, 14),
    sentence="We are tired & half of us are new.",
    session_line="Made together on 14 March 2027, 12 people, 4 of them new",
    actions=(FAIR, BARE),
    achievements=("The youth club opened every Friday",),
    ideas=("A tool library",),
    decisions=("Two people share the chair",),
    reviews=(("Six weeks", date(2027, 4, 26)),),
    activities=(ActivityLine("River", "To look back.", "Draw a river.\nTell its story.", 30, "Long paper"),),
    contact_line="Ring 020 7946 0000.",
)
EMPTY = PlanDocument("Greenmoor", "", None, None, "", "", (), (), (), (), (), (), "")


@cache  # building one takes 80 milliseconds
def opened(plan: PlanDocument, *, large: bool = False) -> Any:
    return docx.Document(BytesIO(build(plan, large=large)))


def words(doc: Any) -> str:
    """Everything that can be read, tables included."""
    return "\n".join("".join(node.text or "" for node in p.iter(qn("w:t"))) for p in doc.element.body.iter(qn("w:p")))


def headings(doc: Any) -> list[tuple[int, str]]:
    return [(int(p.style.name[-1]), p.text) for p in doc.paragraphs if p.style.name.startswith("Heading")]


def points(doc: Any) -> set[float]:
    """The size of each run that can be read, in the body, in tables and in the footer."""
    tables = [p for table in doc.tables for row in table.rows for cell in row.cells for p in cell.paragraphs]
    footers = [p for section in doc.sections for p in section.footer.paragraphs]
    return {(run.font.size or p.style.font.size).pt for p in [*doc.paragraphs, *tables, *footers] for run in p.runs}


@pytest.mark.parametrize("large", [False, True])
def test_the_parts_come_in_the_order_in_which_they_are_needed(large: bool) -> None:
    first = [text for level, text in headings(opened(PLAN, large=large)) if level == 1]

    assert first == [
        "What you asked for",
        "What we did together",
        "Your plan",
        "What to do first this week",
        "When we look at it again",
        "What you are proud of",
        "Ideas to keep",
        "Your toolkit",
        "How to reach us",
    ]


@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize("plan", [PLAN, EMPTY, replace(EMPTY, decisions=("Meet on Tuesdays",))])
def test_headings_start_at_one_and_skip_no_level(plan: PlanDocument, large: bool) -> None:
    levels = [level for level, _text in headings(opened(plan, large=large))]

    assert levels[0] == 1
    assert all(below - above <= 1 for above, below in pairwise(levels))


def test_the_title_is_on_the_page_and_in_the_properties_with_the_language() -> None:
    doc = opened(PLAN)

    assert (doc.paragraphs[0].style.name, doc.paragraphs[0].text) == ("Title", "Greenmoor: six-month action plan")
    assert doc.core_properties.title == "Greenmoor: six-month action plan"
    assert doc.core_properties.language == "en-GB"
    assert {language.get(qn("w:val")) for language in doc.styles.element.iter(qn("w:lang"))} == {"en-GB"}


def test_the_table_has_a_header_row_that_repeats_no_merged_cells_and_a_description() -> None:
    [table] = opened(PLAN).tables
    rows = [row._tr for row in table.rows]

    assert [row.find(".//" + qn("w:tblHeader")) is not None for row in rows] == [True, False, False]
    assert [cell.text for cell in table.rows[0].cells] == ["What", "Who leads", "By when", "First step", "Support needed"]
    assert not list(table._tbl.iter(qn("w:gridSpan"), qn("w:vMerge")))
    assert {len(row.tc_lst) for row in rows} == {5}
    assert table._tbl.tblPr.find(qn("w:tblCaption")) is not None
    assert table._tbl.tblPr.find(qn("w:tblDescription")) is not None


def test_a_row_says_what_who_when_first_and_support() -> None:
    [table] = opened(PLAN).tables

    assert [cell.text for cell in table.rows[1].cells] == [
        "1. Hold a summer fair\nTopic: Events\nHow it is going: Going well",
        "Tenants' group",
        "10 July 2027",
        "Ask for the green",
        "Insurance advice; A stall",
    ]


def test_what_nobody_has_said_yet_reads_as_a_sentence_and_needing_nothing_reads_differently() -> None:
    [table] = opened(replace(PLAN, actions=(BARE, replace(BARE, needs_none=True)))).tables

    assert [cell.text for cell in table.rows[1].cells][1:] == ["Not decided yet", "No date yet", "Not decided yet", "Not decided yet"]
    assert table.rows[2].cells[4].text == "None needed"


def test_large_print_is_18_points_or_more_everywhere_and_has_no_table() -> None:
    doc = opened(PLAN, large=True)

    assert min(points(doc)) == 18
    assert doc.tables == []
    assert (2, "Action 1: Hold a summer fair") in headings(doc)
    assert "Who leads: Tenants' group" in words(doc)
    assert "By when: 10 July 2027" in words(doc)


def test_normal_print_is_12_points_or_more_everywhere() -> None:
    assert min(points(opened(PLAN))) == 12


@pytest.mark.parametrize("large", [False, True])
def test_one_face_is_named_throughout_with_a_fall_back(large: bool) -> None:
    file = ZipFile(BytesIO(build(PLAN, large=large)))
    fonts = {
        face for name in ("word/styles.xml", "word/document.xml") for face in re.findall(r'w:ascii="([^"]*)"', file.read(name).decode())
    }

    assert fonts == {"Atkinson Hyperlegible Next"}
    assert '<w:font w:name="Atkinson Hyperlegible Next"><w:altName w:val="Arial"/>' in file.read("word/fontTable.xml").decode()
    assert "Theme=" not in file.read("word/styles.xml").decode()


def test_text_is_left_aligned_on_a4_and_pages_are_counted() -> None:
    doc = opened(PLAN)
    footer = doc.sections[0].footer.paragraphs[0]

    assert {p.alignment for p in doc.paragraphs} == {None}
    assert (round(doc.sections[0].page_width.cm, 1), round(doc.sections[0].page_height.cm, 1)) == (21.0, 29.7)
    assert [field.get(qn("w:instr")) for field in footer._p.iter(qn("w:fldSimple"))] == ["PAGE", "NUMPAGES"]
    assert "".join(node.text for node in footer._p.iter(qn("w:t"))) == "Page 1 of 1"


def test_there_is_no_picture_that_somebody_could_not_see() -> None:
    assert not [name for name in ZipFile(BytesIO(build(PLAN))).namelist() if name.endswith((".jpeg", ".png", ".emf"))]


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        (PLAN, "This plan belongs to Greenmoor, Yorkshire. It was agreed on 14 March 2027 and runs until 14 September 2027."),
        (replace(PLAN, ends_on=None), "This plan belongs to Greenmoor, Yorkshire. It was agreed on 14 March 2027."),
        (EMPTY, "This plan belongs to Greenmoor. It is a draft: it hasn't been agreed yet."),
    ],
)
def test_it_says_whose_it_is_and_where_it_stands(plan: PlanDocument, said: str) -> None:
    assert opened(plan).paragraphs[1].text == said


def test_their_own_words_are_quoted() -> None:
    [quote] = [p.text for p in opened(PLAN).paragraphs if p.style.name == "Quote"]

    assert quote == "“We are tired & half of us are new.”"


def test_first_come_the_first_steps_of_open_actions_with_the_nearest_dates() -> None:
    def action(number: int, due: date | None, status: ActionStatus = ActionStatus.NOT_STARTED, step: str = "") -> ActionLine:
        return replace(FAIR, number=number, due=due, first_step=step or f"Step {number}", status_label=status.label, lead="")

    doc = opened(
        replace(
            PLAN,
            actions=(
                action(1, None),
                action(2, date(2027, 5, 2)),
                action(3, date(2027, 4, 1), ActionStatus.DONE),
                action(4, date(2027, 4, 1), ActionStatus.DROPPED),
                action(5, date(2027, 5, 1), step="Ask Sam."),
                action(6, date(2027, 6, 1)),
                replace(action(7, date(2027, 4, 2)), first_step=" "),
            ),
        )
    )

    assert [p.text.split(". ")[0] for p in doc.paragraphs if p.style.name == "List Number"] == ["Ask Sam", "Step 2", "Step 6"]


def test_the_toolkit_says_how_to_run_each_activity() -> None:
    said = words(opened(PLAN))

    assert (
        "What it is for: To look back.\nTime: About 30 minutes\nWhat you need: Long paper\nHow to run it:\nDraw a river.\nTell its story."
        in said
    )


def test_an_empty_plan_says_so_and_leaves_out_what_it_does_not_have() -> None:
    doc = opened(EMPTY)

    assert headings(doc) == [(1, "Your plan")]
    assert "There are no actions in this plan yet." in words(doc)
    assert doc.tables == []


HOSTILE = "\x00Fair\x0b\x0c\x1b <w:p/> & ]]> =SUM(A1) \ud800 \ufffe \u202egnol\u2028next\ttab"


@pytest.mark.parametrize("large", [False, True])
def test_hostile_words_stay_words(large: bool) -> None:
    action = replace(FAIR, title=HOSTILE, lead=HOSTILE, first_step=HOSTILE, topic=HOSTILE, support=(HOSTILE,), status_label=HOSTILE)
    activity = ActivityLine(HOSTILE, HOSTILE, HOSTILE, 1, HOSTILE)
    plan = PlanDocument(
        HOSTILE, HOSTILE, None, None, HOSTILE, HOSTILE, (action,), (HOSTILE,), (HOSTILE,), (HOSTILE,),
        ((HOSTILE, date(2027, 1, 1)),), (activity,), HOSTILE,
    )  # fmt: skip

    said = words(opened(plan, large=large))

    assert "Fair <w:p/> & ]]> =SUM(A1) gnol next tab" in said
    assert not re.search(r"[\x00-\x08\x0b-\x1f\u202e\ud800-\udfff\ufffe]", said)


@settings(max_examples=15, deadline=None)
@given(st.text(alphabet=st.characters(), max_size=40))
def test_no_words_can_break_the_file(anything: str) -> None:
    opened(replace(EMPTY, partnership=anything, sentence=anything, actions=(replace(BARE, title=anything),)))


def test_the_same_plan_gives_the_same_bytes() -> None:
    assert build(PLAN) == build(PLAN)
    assert build(PLAN) != build(PLAN, large=True)
    assert {entry.date_time for entry in ZipFile(BytesIO(build(PLAN))).infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_the_file_is_dated_by_the_plan_and_not_by_the_template() -> None:
    assert opened(PLAN).core_properties.created.date() == date(2027, 3, 14)
    assert b"<dcterms:created" not in ZipFile(BytesIO(build(EMPTY))).read("docProps/core.xml")
