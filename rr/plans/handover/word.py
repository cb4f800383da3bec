"""The six-month action plan as a Word document that a partnership can read, print and change without us.

Made from the template `plan.docx` beside this file, which the team edits in Word: it brings the styles, the page, header and footer, and
the table of actions. Accessible by construction: real headings without a skipped level, real lists, a header row that repeats, no merged
cells, nothing said by colour alone, the language set. Large print has no table: each action is a block of labelled lines.
"""

import re
from collections.abc import Iterable
from copy import deepcopy
from datetime import UTC, date, datetime, time
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from docx import Document
from docx.document import Document as Doc
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.exceptions import PackageNotFoundError
from docx.opc.part import XmlPart
from docx.oxml.ns import qn
from docx.styles import BabelFish
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from rr.base import without_unseen
from rr.days import say
from rr.errors import Refused
from rr.labels import sentence
from rr.plans.handover.content import ActionLine, ActivityLine, PlanDocument, ReviewLine
from rr.plans.rules import CLOSED

TEMPLATE = Path(__file__).with_name("plan.docx")
PUT_BACK = "Correct it in Word, or put back the template that came with the program."
STYLES = {  # what is asked of the template by name
    **dict.fromkeys(("Normal", "Title", "Heading 1", "Heading 2", "Quote", "List Bullet", "List Number"), WD_STYLE_TYPE.PARAGRAPH),
    "Strong": WD_STYLE_TYPE.CHARACTER,
}
COLUMNS = ("What", "Who leads", "By when", "First step", "Support needed")
LARGE_PRINT, LARGER = 18, 6  # points: the smallest that large print may be, and what it adds to each size
PASSED = " (this date has passed)"
FIRST_STEPS = 3  # as many as people can start in one week


def build(document: PlanDocument, *, large: bool = False) -> bytes:
    """The Word file. The same document gives the same bytes. Characters that a Word file can't hold are left out.

    Refuses a template that can't be opened, or lacks a style, the numbers of its list, or the table.
    """
    doc, table = _template()
    if large:
        _enlarge(doc)
    title = f"{_line(document.partnership)}: six-month action plan"
    _properties(doc, title, document.agreed_on)

    doc.add_paragraph(title, style="Title")
    doc.add_paragraph(_status_line(document))
    _session(doc, document)
    _plan(doc, document, None if large else table)
    _lists(doc, document)
    _toolkit(doc, document.activities)
    if contact := _line(document.contact_line):
        doc.add_heading("How to contact us", 1)
        doc.add_paragraph(contact)
    return _fixed_zip(doc)


# The parts of the document


def _status_line(document: PlanDocument) -> str:
    name, region = _line(document.partnership), _line(document.region)
    whose = f"This plan belongs to {name}{f', {region}' if region else ''}."
    if document.agreed_on is None and document.closed_on is not None:
        return f"{whose} It was closed on {say(document.closed_on)}, before it was agreed."
    if document.agreed_on is None:
        return f"{whose} It is a draft: it hasn't been agreed yet."
    until = f" and closed on {say(document.closed_on)}" if document.closed_on else ""
    if document.ends_on and not until:
        until = f" and {'ran' if document.ends_on < document.handed_over_on else 'runs'} until {say(document.ends_on)}"
    return f"{whose} It was agreed on {say(document.agreed_on)}{until}. This is how it stood on {say(document.handed_over_on)}."


def _session(doc: Doc, document: PlanDocument) -> None:
    if _text(document.sentence):
        doc.add_heading("What you asked for", 1)
        doc.add_paragraph(f"“{_text(document.sentence)}”", style="Quote")
    session = _line(document.session_line)
    if session or document.decisions:
        doc.add_heading("What we did together", 1)
    if session:
        doc.add_paragraph(sentence(session))
    if document.decisions:
        doc.add_heading("What you decided", 2)
        _bullets(doc, document.decisions)


def _plan(doc: Doc, document: PlanDocument, table: Table | None) -> None:
    """The actions, as rows of the table or else as a block for each."""
    doc.add_heading("Your plan", 1)
    actions = document.actions
    if not actions:
        doc.add_paragraph("There are no actions in this plan yet. Five to ten are about right for six months.")
        return
    if table is None:
        for action in actions:
            _block(doc, action)
    else:
        _rows(table, actions)
        doc.element.body.insert_element_before(table._tbl, "w:sectPr")
    if document.closed_on is None:
        _first_steps(doc, actions)


def _answers(action: ActionLine) -> dict[str, str]:
    """What the plan says about an action, under the words of the columns; a gap is in words, never an empty cell."""
    support = "; ".join(filter(None, map(_line, action.support)))
    return {
        "Who leads": _line(action.lead) or "Not decided yet",
        "By when": _by_when(action),
        "First step": _line(action.first_step) or "Not decided yet",
        "Support needed": support or ("None needed" if action.needs_none else "Not decided yet"),
    }


def _by_when(action: ActionLine) -> str:
    if action.due is None:
        return "No date yet"
    return f"{say(action.due)}{PASSED if action.is_late else ''}"


def _details(action: ActionLine) -> dict[str, str]:
    topic = _line(action.topic)
    return {**({"Topic": topic} if topic else {}), "How it is going": action.status.label}


def _block(doc: Doc, action: ActionLine) -> None:
    doc.add_heading(f"Action {action.number}: {_line(action.title)}", 2)
    lines = [_labelled(doc, label, said) for label, said in (_answers(action) | _details(action)).items()]
    for line in lines[:-1]:
        line.paragraph_format.keep_with_next = True  # a block isn't torn apart between two pages


def _rows(table: Table, actions: tuple[ActionLine, ...]) -> None:
    """A row for each action, made like the template's example; the columns go by the words in their header."""
    _header_row, example, *others = (row._tr for row in table.rows)
    for other in others:
        table._tbl.remove(other)
    for _ in actions[1:]:
        example.addnext(deepcopy(example))
    labels = _header(table)
    for row, action in zip(list(table.rows)[1:], actions, strict=True):
        said = _answers(action)
        for label, cell in zip(labels, row.cells, strict=True):
            paragraph = _empty(cell)
            if label in said:
                paragraph.add_run(said[label])
                continue
            paragraph.add_run(f"{action.number}. {_line(action.title)}", style="Strong")
            for detail in _details(action).items():
                cell.add_paragraph(": ".join(detail), style=paragraph.style)


def _empty(cell: _Cell) -> Paragraph:
    """The paragraph that is left of a cell's example text."""
    style = cell.paragraphs[0].style
    cell.text = ""
    cell.paragraphs[0].style = style
    return cell.paragraphs[0]


def _first_steps(doc: Doc, actions: Iterable[ActionLine]) -> None:
    """The first steps of the open actions whose dates come first from today on; those whose dates have passed come last, and say so."""
    waiting = [action for action in actions if _line(action.first_step) and action.status not in CLOSED]
    waiting.sort(key=lambda action: (action.is_late, action.due or date.max, action.number))
    if waiting:
        doc.add_heading("What to do first", 1)
        _steps(doc, map(_first_step, waiting[:FIRST_STEPS]))


def _first_step(action: ActionLine) -> str:
    """It names its action by the title: a number beside the list's own would be taken for a step's."""
    lead = _line(action.lead)
    by = f", by {_by_when(action)}" if action.due else ""
    return f"{sentence(_line(action.first_step))} For “{_line(action.title)}”{by}. {f'Lead: {sentence(lead)}' if lead else 'No lead yet.'}"


def _lists(doc: Doc, document: PlanDocument) -> None:
    for heading, lines in (
        ("When we review the plan", [_review(review, document) for review in document.reviews]),
        ("What you are proud of", document.achievements),
        ("Ideas for later", document.ideas),
    ):
        if lines:
            doc.add_heading(heading, 1)
            _bullets(doc, lines)


def _review(review: ReviewLine, document: PlanDocument) -> str:
    day = f"{say(review.due_on)}{PASSED if review.due_on < document.handed_over_on else ''}"
    if review.held_on or document.closed_on:
        day = f"held on {say(review.held_on)}" if review.held_on else "not held"
    return f"{_line(review.after)}: {day}"


def _toolkit(doc: Doc, activities: Iterable[ActivityLine]) -> None:
    for number, activity in enumerate(activities):
        if number == 0:
            doc.add_heading("Your toolkit", 1)
            doc.add_paragraph("These are the activities that we used. You can run them yourselves.")
        doc.add_heading(_line(activity.name), 2)
        time_taken = f"About {activity.minutes} minutes" if activity.minutes else ""
        for label, said in (
            ("What it is for", _line(activity.purpose)),
            ("Time", time_taken),
            ("What you need", _line(activity.materials)),
        ):
            if said:
                _labelled(doc, label, said)
        _how_to_run(doc, activity.how)


# A number as people type it before a step, also "(3)", "Step 4:", "5 -", "b)"; neither an amount ("10 minutes") nor a time
TYPED_NUMBER = re.compile(r"^(?:step\s+\d+\s*[.:)–-]?\s+|\(?\d{1,2}[.)](?!\d)\s*|\d{1,2}\s+[–-]\s+|\(?[a-h]\)\s+|[①-⑳]\s*)", re.IGNORECASE)


def _how_to_run(doc: Doc, how: str) -> None:
    """The steps, with the list's numbers in place of typed ones."""
    steps = [TYPED_NUMBER.sub("", line) for line in map(_line, _text(how).split("\n")) if line]
    if len(steps) == 1:
        _labelled(doc, "How to run it", steps[0])
    elif steps:
        _labelled(doc, "How to run it").paragraph_format.keep_with_next = True
        _steps(doc, steps)


# Words and lists


def _text(said: str) -> str:
    """People's words as a Word file can hold them, with their line breaks."""
    return without_unseen("\n".join(said.splitlines())).strip()


def _line(said: str) -> str:
    return " ".join(_text(said).split())


def _bullets(doc: Doc, lines: Iterable[str]) -> None:
    for line in filter(None, map(_line, lines)):
        doc.add_paragraph(line, style="List Bullet")


def _steps(doc: Doc, lines: Iterable[str]) -> None:
    """A numbered list of its own: the template's numbers, begun again at 1."""
    numbering = doc.part.numbering_part.element
    used = numbering.num_having_numId(_numbers(doc)[0])
    again = numbering.add_num(used.abstractNumId.val)
    again.add_lvlOverride(ilvl=0).add_startOverride(1)
    for line in lines:
        numbered = doc.add_paragraph(line, style="List Number")._p.get_or_add_pPr().get_or_add_numPr()
        numbered.get_or_add_ilvl().val = 0
        numbered.get_or_add_numId().val = again.numId


def _labelled(doc: Doc, label: str, said: str = "") -> Paragraph:
    paragraph = doc.add_paragraph()
    paragraph.add_run(f"{label}: " if said else f"{label}:", style="Strong")
    paragraph.add_run(said)
    return paragraph


# The template


def _template() -> tuple[Doc, Table]:
    """The template without its example text, and its table, which is put in where the document needs it."""
    try:
        doc = Document(str(TEMPLATE))
    except (PackageNotFoundError, BadZipFile, KeyError, ValueError) as fault:
        raise Refused(f"The template {TEMPLATE.name} can't be opened as a Word document", PUT_BACK) from fault
    for style in doc.styles:
        style.name = BabelFish.ui2internal(style.name)  # LibreOffice writes "Heading 1" for Word's "heading 1"
    tables = [table for table in doc.tables if len(table.rows) > 1 and sorted(_header(table)) == sorted(COLUMNS)]
    missing = [f"the style “{name}”" for name, kind in STYLES.items() if name not in doc.styles or doc.styles[name].type != kind]
    if not missing and not _numbers(doc):
        missing = ["the numbers of the style “List Number”"]
    if not tables:
        missing.append(f"the table with the columns {', '.join(COLUMNS)}")
    if missing:
        raise Refused(f"The template {TEMPLATE.name} is missing {', '.join(missing)}", PUT_BACK)
    doc.element.body.clear_content()
    return doc, tables[0]


def _header(table: Table) -> list[str]:
    return [cell.text.strip() for cell in table.rows[0].cells]


def _numbers(doc: Doc) -> list[int]:
    """The ids of the numbering that the style of numbered lists has: one, or none."""
    return [int(number) for number in doc.styles["List Number"].element.xpath("w:pPr/w:numPr/w:numId/@w:val")]


def _enlarge(doc: Doc) -> None:
    """Large print: every size in the styles, header and footer; those of scripts like Arabic stand beside the others."""
    for part in doc.part.package.iter_parts():
        if isinstance(part, XmlPart):
            for size in part.element.iter(qn("w:sz"), qn("w:szCs")):  # in half points
                larger = max(int(size.get(qn("w:val"))) + 2 * LARGER, 2 * LARGE_PRINT)
                size.set(qn("w:val"), str(larger))


def _properties(doc: Doc, title: str, agreed_on: date | None) -> None:
    """Title, language and date are the plan's; whoever edited the template last isn't named."""
    about = doc.core_properties
    about.title, about.subject, about.language = title, "Six-month action plan", "en-GB"
    about.author = about.last_modified_by = "Reflect | Recharge"
    about.comments = about.keywords = ""
    element = about._element
    for dated in list(element.iter(*map(qn, ("dcterms:created", "dcterms:modified", "cp:lastPrinted")))):
        element.remove(dated)
    if agreed_on is not None:
        about.created = about.modified = datetime.combine(agreed_on, time(12), UTC)


def _fixed_zip(doc: Doc) -> bytes:
    """Save with the same moment on every part, so that nothing but the words decides the bytes."""
    made, fixed = BytesIO(), BytesIO()
    doc.save(made)
    with ZipFile(made) as source, ZipFile(fixed, "w") as target:
        for name in source.namelist():
            entry = ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = ZIP_DEFLATED
            target.writestr(entry, source.read(name))
    return fixed.getvalue()
