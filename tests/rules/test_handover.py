"""The plan as a Word document: what it says, and that people who see or read less well can use it."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from io import BytesIO
from itertools import pairwise
from typing import Any
from zipfile import ZipFile

import docx
import pytest
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from hypothesis import given, settings
from hypothesis import strategies as st

from rr.errors import Refused
from rr.plans.handover import word
from rr.plans.handover.content import ActionLine, ActivityLine, PlanDocument, ReviewLine
from rr.plans.handover.word import STYLES, build
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
    status=ActionStatus.GOING_WELL,
)
BARE = ActionLine(2, "Train hosts", "", None, "", "", (), False, ActionStatus.NOT_STARTED)
PLAN = PlanDocument(
    partnership="Greenmoor",
    region="Yorkshire",
    agreed_on=date(2027, 3, 14),
    ends_on=date(2027, 9, 14),
    sentence="We are tired & half of us are new.",
    session_line="We met on 14 March 2027: 12 people came, 4 for the first time",
    actions=(FAIR, BARE),
    achievements=("The youth club opened every Friday",),
    ideas=("A tool library",),
    decisions=("Two people share the chair",),
    reviews=(ReviewLine("Six weeks", date(2027, 4, 26)),),
    activities=(ActivityLine("River", "To look back.", "1. Draw a river.\n2. Tell its story.", 30, "Long paper"),),
    contact_line="Your contact for this plan is Ruth. Email ruth@example.org.",
    handed_over_on=date(2027, 3, 14),
)
EMPTY = PlanDocument("Greenmoor", "", None, None, "", "", (), (), (), (), (), (), "", date(2027, 3, 14))


OURS = "This plan belongs to Greenmoor, Yorkshire."


@cache  # building one takes 50 milliseconds
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
    return {(run.font.size or size(p.style)).pt for p in [*doc.paragraphs, *tables, *footers] for run in p.runs}


def size(style: Any) -> Any:
    """A style's size, or that of the style that it is based on."""
    return style.font.size or size(style.base_style)


@pytest.mark.parametrize("large", [False, True])
def test_the_parts_come_in_the_order_in_which_they_are_needed(large: bool) -> None:
    first = [text for level, text in headings(opened(PLAN, large=large)) if level == 1]

    assert first == [
        "What you asked for",
        "What we did together",
        "Your plan",
        "What to do first",
        "When we review the plan",
        "What you are proud of",
        "Ideas for later",
        "Your toolkit",
        "How to contact us",
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


def test_in_large_print_the_lines_of_an_action_stay_together() -> None:
    doc = opened(replace(EMPTY, actions=(FAIR, BARE)), large=True)

    kept = [p.paragraph_format.keep_with_next for p in doc.paragraphs if ": " in p.text and p.style.name == "Normal"]
    assert kept[1:] == [True, True, True, True, True, None, True, True, True, True, None]


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


def fields(paragraph: Any) -> list[str]:
    """The codes of its fields, in either of the two ways in which Word writes them."""
    codes = [node.get(qn("w:instr")) or node.text for node in paragraph._p.iter(qn("w:fldSimple"), qn("w:instrText"))]
    return [code.split()[0] for code in codes]


def test_text_is_left_aligned_on_a4_and_pages_are_counted() -> None:
    doc = opened(PLAN)
    footer = doc.sections[0].footer.paragraphs[0]

    assert {p.alignment for p in doc.paragraphs} == {None}
    assert (round(doc.sections[0].page_width.cm, 1), round(doc.sections[0].page_height.cm, 1)) == (21.0, 29.7)
    assert fields(footer) == ["PAGE", "NUMPAGES"]
    assert "".join(node.text for node in footer._p.iter(qn("w:t"))) == "Page 1 of 1"


def test_there_is_no_picture_that_somebody_could_not_see() -> None:
    assert not [name for name in ZipFile(BytesIO(build(PLAN))).namelist() if name.endswith((".jpeg", ".png", ".emf"))]


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        (PLAN, f"{OURS} It was agreed on 14 March 2027 and runs until 14 September 2027. This is how it stood on 14 March 2027."),
        (replace(PLAN, ends_on=None), f"{OURS} It was agreed on 14 March 2027. This is how it stood on 14 March 2027."),
        (
            replace(PLAN, handed_over_on=date(2027, 9, 15)),
            f"{OURS} It was agreed on 14 March 2027 and ran until 14 September 2027. This is how it stood on 15 September 2027.",
        ),
        (
            replace(PLAN, handed_over_on=date(2027, 12, 1), closed_on=date(2027, 9, 20)),
            f"{OURS} It was agreed on 14 March 2027 and closed on 20 September 2027. This is how it stood on 1 December 2027.",
        ),
        (
            replace(EMPTY, closed_on=date(2027, 3, 1)),
            "This plan belongs to Greenmoor. It was closed on 1 March 2027, before it was agreed.",
        ),
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
        return replace(FAIR, number=number, due=due, first_step=step or f"Step {number}", status=status, lead="")

    doc = opened(
        replace(
            PLAN,
            activities=(),
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


def test_a_first_step_says_which_action_it_is_for_by_when_and_who_leads() -> None:
    doc = opened(replace(PLAN, actions=(FAIR, replace(BARE, first_step="Ask Sam.")), activities=()))

    assert [p.text for p in doc.paragraphs if p.style.name == "List Number"] == [
        "Ask for the green. For “Hold a summer fair”, by 10 July 2027. Lead: Tenants' group.",
        "Ask Sam. For “Train hosts”. No lead yet.",
    ]


def test_the_toolkit_says_how_to_run_each_activity() -> None:
    said = words(opened(PLAN))

    assert (
        "What it is for: To look back.\nTime: About 30 minutes\nWhat you need: Long paper\nHow to run it:\nDraw a river.\nTell its story."
        in said
    )


def dated(number: int, due: date | None, on: date) -> ActionLine:
    """An open action as it is on a day."""
    is_late = due is not None and due < on
    return replace(FAIR, number=number, title=f"Action {number}", due=due, first_step=f"Step {number}", lead="", is_late=is_late)


@pytest.mark.parametrize(
    ("on", "steps"),
    [
        (date(2027, 4, 1), ["Step 1", "Step 2", "Step 3"]),
        (date(2027, 4, 2), ["Step 2", "Step 3", "Step 4"]),  # the first of April is over
        (date(2027, 5, 2), ["Step 3", "Step 4", "Step 1"]),
        (date(2027, 6, 2), ["Step 4", "Step 1", "Step 2"]),  # without a date comes before what is late
    ],
)
def test_what_to_do_first_counts_from_the_day_on_which_it_is_handed_over(on: date, steps: list[str]) -> None:
    days = (date(2027, 4, 1), date(2027, 5, 1), date(2027, 6, 1), None)
    actions = tuple(dated(number, due, on) for number, due in enumerate(days, start=1))
    doc = opened(replace(PLAN, activities=(), actions=actions, handed_over_on=on))

    assert [p.text.split(". ")[0] for p in doc.paragraphs if p.style.name == "List Number"] == steps


@pytest.mark.parametrize("large", [False, True])
def test_a_date_that_has_passed_says_so(large: bool) -> None:
    on = date(2027, 5, 1)
    actions = (dated(1, date(2027, 4, 30), on), dated(2, on, on), replace(FAIR, due=date(2027, 4, 30), status=ActionStatus.DONE))
    reviews = (
        ReviewLine("Six weeks", date(2027, 4, 26), held_on=date(2027, 4, 28)),
        ReviewLine("Three months", date(2027, 4, 30)),
        ReviewLine("Six months", on),
    )
    said = words(opened(replace(PLAN, activities=(), actions=actions, reviews=reviews, handed_over_on=on), large=large))

    assert said.count("30 April 2027 (this date has passed)") == 3  # of the action, of its first step, and of the review
    assert "Step 1. For “Action 1”, by 30 April 2027 (this date has passed). No lead yet." in said
    assert "1 May 2027 (" not in said
    assert [line for line in said.split("\n") if line.startswith(("Six", "Three"))] == [
        "Six weeks: held on 28 April 2027",
        "Three months: 30 April 2027 (this date has passed)",
        "Six months: 1 May 2027",
    ]


def test_a_closed_plan_asks_for_nothing_more() -> None:
    closed = replace(PLAN, activities=(), closed_on=date(2027, 9, 20), handed_over_on=date(2027, 12, 1))
    doc = opened(closed)

    assert "What to do first" not in [text for _, text in headings(doc)]
    assert "Six weeks: not held" in words(doc)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("1. Write", "Write"),
        ("12) Write", "Write"),
        ("1.Write", "Write"),
        ("(3) Write", "Write"),
        ("Step 4: Write", "Write"),
        ("step 4 Write", "Write"),
        ("Step 4 - Write", "Write"),
        ("5 - Write", "Write"),
        ("5 – Write", "Write"),
        ("b) Write", "Write"),
        ("⑥ Write", "Write"),
        ("1.\tWrite", "Write"),
        *(
            (kept, kept)
            for kept in ("10 minutes each", "2-3 people share", "1.5 metres of paper", "3:30 is the end", "I) think", "A4 paper")
        ),
        *((kept, kept) for kept in ("Steps 1 and 2 again", "4x4 squares", "Stepping stones", "a picture", "20")),
    ],
)
def test_a_typed_number_is_left_to_the_list(typed: str, read: str) -> None:
    activity = ActivityLine("Hopes", "", f"Begin.\n{typed}", 0, "")

    assert lists(opened(replace(EMPTY, activities=(activity,)))) == [(1, ["Begin.", read])]


def lists(doc: Any) -> list[tuple[int, list[str]]]:
    """Each numbered list: where it begins to count, and its lines."""
    numbering = doc.part.numbering_part.element
    found: dict[int, list[str]] = {}
    for p in doc.paragraphs:
        if p.style.name == "List Number":
            found.setdefault(p._p.pPr.numPr.numId.val, []).append(p.text)
    starts = {number: numbering.num_having_numId(number).xpath("w:lvlOverride/w:startOverride/@w:val") for number in found}
    return [(int(starts[number][0]), lines) for number, lines in found.items()]


@pytest.mark.parametrize("large", [False, True])
def test_steps_are_numbered_once_and_each_list_begins_at_one(large: bool) -> None:
    typed = ActivityLine("Hopes", "", "1. Write.\n2) Share.\n\n10 minutes each", 0, "")
    plain = ActivityLine("Fears", "", "Say them.\nLet them go.", 0, "")
    one = ActivityLine("Walk", "", "1. Go round the green.", 0, "")

    doc = opened(replace(PLAN, activities=(typed, plain, one)), large=large)

    assert lists(doc) == [
        (1, ["Ask for the green. For “Hold a summer fair”, by 10 July 2027. Lead: Tenants' group."]),
        (1, ["Write.", "Share.", "10 minutes each"]),
        (1, ["Say them.", "Let them go."]),
    ]
    assert "How to run it: Go round the green." in words(doc)


def test_an_empty_plan_says_so_and_leaves_out_what_it_does_not_have() -> None:
    doc = opened(EMPTY)

    assert headings(doc) == [(1, "Your plan")]
    assert "There are no actions in this plan yet." in words(doc)
    assert doc.tables == []


HOSTILE = "\x00Fair\x0b\x0c\x1b <w:p/> & ]]> =SUM(A1) \ud800 \ufffe \u202egnol\u2028next\ttab"


@pytest.mark.parametrize("large", [False, True])
def test_hostile_words_stay_words(large: bool) -> None:
    action = replace(FAIR, title=HOSTILE, lead=HOSTILE, first_step=HOSTILE, topic=HOSTILE, support=(HOSTILE,))
    activity = ActivityLine(HOSTILE, HOSTILE, HOSTILE, 1, HOSTILE)
    plan = PlanDocument(
        HOSTILE, HOSTILE, None, None, HOSTILE, HOSTILE, (action,), (HOSTILE,), (HOSTILE,), (HOSTILE,),
        (ReviewLine(HOSTILE, date(2027, 1, 1)),), (activity,), HOSTILE, date(2027, 1, 1),
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


# The template


@pytest.fixture
def edited(tmp_path, monkeypatch) -> Any:
    """Give a function that edits the template; documents are then made from the edited one."""

    def edit(change: Callable[[Any], object]) -> None:
        doc = docx.Document(str(word.TEMPLATE))
        change(doc)
        doc.save(str(tmp_path / "plan.docx"))
        monkeypatch.setattr(word, "TEMPLATE", tmp_path / "plan.docx")

    return edit


def made(plan: PlanDocument = PLAN, *, large: bool = False) -> Any:
    """As `opened`, but not from the cache."""
    return docx.Document(BytesIO(build(plan, large=large)))


def test_nothing_of_the_templates_examples_is_left() -> None:
    template = docx.Document(str(word.TEMPLATE))
    table = template.tables[0]
    examples = {p.text for p in template.paragraphs} | {cell.text for row in list(table.rows)[1:] for cell in row.cells}

    said = words(opened(PLAN)).split("\n")

    assert examples
    assert examples.intersection(said) == set()


def test_how_it_looks_is_the_templates() -> None:
    doc = opened(PLAN)

    direct = [*doc.element.body.iter(qn("w:sz"), qn("w:rFonts"), qn("w:color"), qn("w:ind"), qn("w:spacing"), qn("w:shd"), qn("w:jc"))]
    assert direct == []
    assert {style.name for style in doc.styles} == {style.name for style in docx.Document(str(word.TEMPLATE)).styles}


def test_what_the_team_changes_in_the_template_is_in_the_next_document(edited) -> None:
    def change(doc: Any) -> None:
        doc.styles["Heading 1"].font.size = Pt(20)
        doc.sections[0].left_margin = Cm(4)
        doc.sections[0].header.paragraphs[0].text = "Kept in the hub"
        doc.paragraphs[0].text = "Another example"

    edited(change)
    doc = made()

    assert doc.styles["Heading 1"].font.size.pt == 20
    assert round(doc.sections[0].left_margin.cm, 1) == 4.0
    assert doc.sections[0].header.paragraphs[0].text == "Kept in the hub"
    assert doc.paragraphs[0].text == "Greenmoor: six-month action plan"


def test_a_second_example_in_the_table_is_left_out_too(edited) -> None:
    edited(lambda doc: doc.tables[0].add_row())
    [table] = made().tables

    assert [row.cells[1].text for row in table.rows] == ["Who leads", "Tenants' group", "Not decided yet"]


def test_columns_that_were_moved_are_filled_by_their_header(edited) -> None:
    def move(doc: Any) -> None:
        for row in doc.tables[0].rows:
            row._tr.append(row._tr.tc_lst[0])

    edited(move)
    [table] = made().tables

    assert [[cell.text for cell in row.cells] for row in table.rows][:2] == [
        ["Who leads", "By when", "First step", "Support needed", "What"],
        [
            "Tenants' group",
            "10 July 2027",
            "Ask for the green",
            "Insurance advice; A stall",
            "1. Hold a summer fair\nTopic: Events\nHow it is going: Going well",
        ],
    ]


def test_the_template_may_be_saved_by_libreoffice_which_names_headings_otherwise(edited) -> None:
    def rename(doc: Any) -> None:
        for style in doc.styles:
            style.name = style.name  # "Heading 1", where Word writes "heading 1"

    edited(rename)

    assert (1, "Your plan") in headings(made())


def test_large_print_stays_18_points_whatever_the_template_says(edited) -> None:
    def shrink(doc: Any) -> None:
        doc.styles["Normal"].font.size = Pt(10)
        doc.sections[0].footer.paragraphs[0].runs[0].font.size = Pt(7)
        for size in doc.styles.element.iter(qn("w:szCs")):  # the size of scripts like Arabic
            size.set(qn("w:val"), "14")

    edited(shrink)
    doc = made(large=True)

    assert min(points(doc)) == 18
    assert {size.get(qn("w:val")) for size in doc.styles.element.iter(qn("w:szCs"))} == {"36"}


def test_whoever_edited_the_template_is_not_named_in_the_document(edited) -> None:
    def sign(doc: Any) -> None:
        about = doc.core_properties
        about.author = about.last_modified_by = about.comments = about.keywords = "Sam Jones"
        about.last_printed = about.modified = datetime(2026, 1, 1, tzinfo=UTC)

    edited(sign)
    properties = ZipFile(BytesIO(build(EMPTY))).read("docProps/core.xml").decode()

    assert "Sam Jones" not in properties
    assert "2026" not in properties


def without_numbers(doc: Any) -> None:
    properties = doc.styles["List Number"].element.pPr
    properties.remove(properties.numPr)


def renamed_column(doc: Any) -> None:
    doc.tables[0].rows[0].cells[1].text = "Leader"


def without_an_example(doc: Any) -> None:
    table = doc.tables[0]
    table._tbl.remove(table.rows[1]._tr)


def as_a_character_style(doc: Any) -> None:
    doc.styles["Quote"].delete()
    doc.styles.add_style("Quote", WD_STYLE_TYPE.CHARACTER)


TABLE = "the table with the columns What, Who leads, By when, First step, Support needed"


@pytest.mark.parametrize(
    ("damage", "missing"),
    [
        *((lambda doc, name=name: doc.styles[name].delete(), f"the style “{name}”") for name in STYLES),
        (as_a_character_style, "the style “Quote”"),
        (lambda doc: [doc.styles[name].delete() for name in ("Quote", "Strong")], "the style “Quote”, the style “Strong”"),
        (without_numbers, "the numbers of the style “List Number”"),
        (renamed_column, TABLE),
        (without_an_example, TABLE),
        (lambda doc: doc.element.body.clear_content(), TABLE),
    ],
)
def test_a_damaged_template_is_refused_by_what_it_is_missing(edited, damage: Callable[[Any], object], missing: str) -> None:
    edited(damage)

    with pytest.raises(Refused) as refusal:
        build(EMPTY)

    assert refusal.value.headline == f"The template plan.docx is missing {missing}"
    assert refusal.value.way_forward == "Correct it in Word, or put back the template that came with the program."


def zipped(change: Callable[[bytes], bytes] = bytes, *, only: str = "") -> bytes:
    """The template's parts, changed, in a new file; or one of them only."""
    file = BytesIO()
    with ZipFile(word.TEMPLATE) as source, ZipFile(file, "w") as target:
        for name in source.namelist():
            if only in name:
                target.writestr(name, change(source.read(name)))
    return file.getvalue()


@pytest.mark.parametrize(
    "found",
    [
        b"",
        b"words",
        zipped(only="styles"),
        zipped(lambda part: part.replace(b"document.main+xml", b"template.main+xml")),  # saved as a template of Word's own kind
        zipped().replace(b"Heading1", b"Heading9"),  # its checksums are wrong
    ],
)
def test_a_template_that_is_no_word_document_is_refused(tmp_path, monkeypatch, found: bytes) -> None:
    file = tmp_path / "plan.docx"
    file.write_bytes(found)
    monkeypatch.setattr(word, "TEMPLATE", file)

    with pytest.raises(Refused) as refusal:
        build(EMPTY)

    assert refusal.value.headline == "The template plan.docx can't be opened as a Word document"


def test_a_template_that_is_not_there_is_refused(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(word, "TEMPLATE", tmp_path / "plan.docx")

    with pytest.raises(Refused):
        build(EMPTY)
