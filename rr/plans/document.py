"""The six-month action plan as a Word document that a partnership can read, print and change without us.

Accessible by construction: real headings without a skipped level, header rows that repeat, no merged cells, nothing said by
colour alone, the language set, 12 point, or 18 for large print. Large print has no table: each action is a block of labelled lines.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docx import Document
from docx.document import Document as Doc
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Cm, Length, Pt, RGBColor
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from rr.days import say
from rr.plans.rules import CLOSED

FONT, FALL_BACK = "Atkinson Hyperlegible Next", "Arial"
LANGUAGE = "en-GB"
INK, TEAL = RGBColor(0x1E, 0x2B, 0x2B), RGBColor(0x0F, 0x5E, 0x5C)
PAPER, LINES = "F3EEE4", "66716F"
FIRST_STEPS = 3  # as many as people can start in one week
COLUMNS = {"What": 4.4, "Who leads": 2.8, "By when": 3.1, "First step": 3.7, "Support needed": 3.0}  # centimetres: 17 in all
FINISHED = frozenset(status.label for status in CLOSED)


@dataclass(frozen=True)
class ActionLine:
    """One action. `needs_none`: somebody said that no support is needed; without it and without support, nobody has said."""

    number: int
    title: str
    lead: str
    due: date | None
    first_step: str
    topic: str
    support: tuple[str, ...]
    needs_none: bool
    status_label: str


@dataclass(frozen=True)
class ActivityLine:
    """An activity that was used. `how` may have several lines; `minutes` is how long it took, 0 if not known."""

    name: str
    purpose: str
    how: str
    minutes: int
    materials: str


@dataclass(frozen=True)
class PlanDocument:
    """What goes into the document. An empty text or tuple leaves its part out; `sentence` is the sign-up's own words."""

    partnership: str
    region: str
    agreed_on: date | None
    ends_on: date | None
    sentence: str
    session_line: str
    actions: tuple[ActionLine, ...]
    achievements: tuple[str, ...]
    ideas: tuple[str, ...]
    decisions: tuple[str, ...]
    reviews: tuple[tuple[str, date], ...]
    activities: tuple[ActivityLine, ...]
    contact_line: str


@dataclass(frozen=True)
class Sizes:
    """Points for each kind of text."""

    text: int
    title: int
    heading: int
    small_heading: int


NORMAL, LARGE = Sizes(12, 24, 17, 14), Sizes(18, 30, 24, 21)


def build(document: PlanDocument, *, large: bool = False) -> bytes:
    """The Word file. The same document gives the same bytes. Characters that a Word file can't hold are left out."""
    sizes = LARGE if large else NORMAL
    doc = Document()
    title = f"{_line(document.partnership)}: six-month action plan"
    _page(doc)
    _face_and_language(doc)
    _styles(doc, sizes)
    _properties(doc, title, document.agreed_on)
    _footer(doc)

    doc.add_paragraph(title, style="Title")
    doc.add_paragraph(_standing(document))
    _beginning(doc, document)
    _plan(doc, document, large=large)
    _after(doc, document)
    _toolkit(doc, document.activities)
    if contact := _line(document.contact_line):
        doc.add_heading("How to reach us", 1)
        doc.add_paragraph(contact)
    return _fixed_zip(doc)


def _standing(document: PlanDocument) -> str:
    name, region = _line(document.partnership), _line(document.region)
    whose = f"This plan belongs to {name}{f', {region}' if region else ''}."
    if document.agreed_on is None:
        return f"{whose} It is a draft: it hasn't been agreed yet."
    until = f" and runs until {say(document.ends_on)}" if document.ends_on else ""
    return f"{whose} It was agreed on {say(document.agreed_on)}{until}."


def _beginning(doc: Doc, document: PlanDocument) -> None:
    if _text(document.sentence):
        doc.add_heading("What you asked for", 1)
        doc.add_paragraph(f"“{_text(document.sentence)}”", style="Quote")
    if _line(document.session_line) or document.decisions:
        doc.add_heading("What we did together", 1)
    if session := _line(document.session_line):
        doc.add_paragraph(session if session.endswith((".", "!", "?")) else f"{session}.")
    if document.decisions:
        doc.add_heading("What you decided", 2)
        _bullets(doc, document.decisions)


def _plan(doc: Doc, document: PlanDocument, *, large: bool) -> None:
    doc.add_heading("Your plan", 1)
    if not document.actions:
        doc.add_paragraph("There are no actions in this plan yet. Five to ten are achievable in six months.")
        return
    if large:
        for action in document.actions:
            _block(doc, action)
    else:
        _table(doc, document.actions)
    _first_steps(doc, document.actions)


def _answers(action: ActionLine) -> dict[str, str]:
    """What the plan says about an action, under the words of the columns; a gap is a plain sentence, never an empty cell."""
    support = "; ".join(filter(None, map(_line, action.support)))
    return {
        "Who leads": _line(action.lead) or "Not decided yet",
        "By when": say(action.due) if action.due else "No date yet",
        "First step": _line(action.first_step) or "Not decided yet",
        "Support needed": support or ("None needed" if action.needs_none else "Not decided yet"),
    }


def _more(action: ActionLine) -> dict[str, str]:
    return {label: said for label, said in (("Topic", _line(action.topic)), ("How it is going", _line(action.status_label))) if said}


def _block(doc: Doc, action: ActionLine) -> None:
    doc.add_heading(f"Action {action.number}: {_line(action.title)}", 2)
    for label, said in (_answers(action) | _more(action)).items():
        paragraph = doc.add_paragraph()
        paragraph.paragraph_format.keep_with_next = True  # a block isn't torn apart between two pages
        _labelled(paragraph, label, said)
    paragraph.paragraph_format.keep_with_next = False


def _table(doc: Doc, actions: Iterable[ActionLine]) -> None:
    table = doc.add_table(rows=1, cols=len(COLUMNS), style="Table Grid")
    table.autofit = False
    _describe(
        table, "The actions of the plan", "One row for each action: what, who leads, by when, the first step, and the support needed."
    )
    for cell, label in zip(table.rows[0].cells, COLUMNS, strict=True):
        cell.paragraphs[0].add_run(label, style="Strong")
        _shade(cell)
    _flag_row(table, 0, "w:tblHeader")
    for number, action in enumerate(actions, start=1):
        what, *others = table.add_row().cells
        what.paragraphs[0].add_run(f"{action.number}. {_line(action.title)}", style="Strong")
        for label, said in _more(action).items():
            what.add_paragraph(f"{label}: {said}")
        for cell, said in zip(others, _answers(action).values(), strict=True):
            cell.paragraphs[0].add_run(said)
        _flag_row(table, number, "w:cantSplit")
    for column, width in zip(table.columns, COLUMNS.values(), strict=True):
        column.width = Cm(width)
        for cell in column.cells:
            cell.width = Cm(width)
            for paragraph in cell.paragraphs:
                paragraph.style = "Table Text"


def _first_steps(doc: Doc, actions: Iterable[ActionLine]) -> None:
    """The first steps of the open actions whose dates come first."""
    waiting = [action for action in actions if _line(action.first_step) and _line(action.status_label) not in FINISHED]
    waiting.sort(key=lambda action: (action.due or date.max, action.number))
    if not waiting:
        return
    doc.add_heading("What to do first this week", 1)
    for action in waiting[:FIRST_STEPS]:
        step, lead = _line(action.first_step), _line(action.lead)
        ends = step if step.endswith((".", "!", "?")) else f"{step}."
        who = f"{lead} leads, for action {action.number}." if lead else f"For action {action.number}. Nobody leads it yet."
        doc.add_paragraph(f"{ends} {who}", style="List Number")


def _after(doc: Doc, document: PlanDocument) -> None:
    if document.reviews:
        doc.add_heading("When we look at it again", 1)
        _bullets(doc, (f"{_line(name)}: {say(day)}" for name, day in document.reviews))
    if document.achievements:
        doc.add_heading("What you are proud of", 1)
        _bullets(doc, document.achievements)
    if document.ideas:
        doc.add_heading("Ideas to keep", 1)
        _bullets(doc, document.ideas)


def _toolkit(doc: Doc, activities: Iterable[ActivityLine]) -> None:
    for number, activity in enumerate(activities):
        if number == 0:
            doc.add_heading("Your toolkit", 1)
            doc.add_paragraph("These are the activities that we used, so that you can run them yourselves.")
        doc.add_heading(_line(activity.name), 2)
        time_taken = f"About {activity.minutes} minutes" if activity.minutes else ""
        for label, said in (
            ("What it is for", _line(activity.purpose)),
            ("Time", time_taken),
            ("What you need", _line(activity.materials)),
        ):
            if said:
                _labelled(doc.add_paragraph(), label, said)
        steps = [line for line in map(_line, _text(activity.how).split("\n")) if line]
        if len(steps) == 1:
            _labelled(doc.add_paragraph(), "How to run it", steps[0])
        elif steps:
            label = doc.add_paragraph()
            label.add_run("How to run it:", style="Strong")
            label.paragraph_format.keep_with_next = True
            _bullets(doc, steps)


# Words

# What XML refuses, what can't be seen, and what turns the direction of text round.
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff\ud800-\udfff]")


def _text(said: str) -> str:
    """People's words as a Word file can hold them, with their line breaks."""
    return _UNSEEN.sub("", "\n".join(said.splitlines())).strip()


def _line(said: str) -> str:
    return " ".join(_text(said).split())


def _bullets(doc: Doc, lines: Iterable[str]) -> None:
    for line in filter(None, map(_line, lines)):
        doc.add_paragraph(line, style="List Bullet")


def _labelled(paragraph: Paragraph, label: str, said: str) -> None:
    paragraph.add_run(f"{label}: ", style="Strong")
    paragraph.add_run(said)


# How it looks


def _page(doc: Doc) -> None:
    section = doc.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = section.top_margin = Cm(2)
    section.bottom_margin, section.footer_distance = Cm(2.6), Cm(1.2)


def _face_and_language(doc: Doc) -> None:
    root = doc.styles.element
    for fonts in root.iter(qn("w:rFonts")):  # the template names its faces by theme; a name is what the fall-back goes by
        fonts.attrib.clear()
        for script in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
            fonts.set(qn(script), FONT)
    for language in [*root.iter(qn("w:lang")), *doc.settings.element.iter(qn("w:themeFontLang"))]:
        language.set(qn("w:val"), LANGUAGE)
        language.set(qn("w:eastAsia"), LANGUAGE)
    for setting in doc.settings.element.iter(qn("w:compatSetting")):
        if setting.get(qn("w:name")) == "compatibilityMode":
            setting.set(qn("w:val"), "15")  # else Word treats it as a document of 2010
    _name_fall_back(doc)


def _styles(doc: Doc, sizes: Sizes) -> None:
    _style(doc, "Normal", sizes.text, after=8)
    _style(doc, "Title", sizes.title, after=6, colour=TEAL, bold=True)
    _style(doc, "Heading 1", sizes.heading, before=20, after=6, colour=TEAL)
    _style(doc, "Heading 2", sizes.small_heading, before=14, after=4, colour=TEAL)
    _style(doc, "Quote", sizes.text + 2, after=10)
    for tabs in list(doc.part.numbering_part.element.iter(qn("w:tabs"))):  # these would stop the text short of its indent
        tabs.getparent().remove(tabs)
    for name in ("List Bullet", "List Number"):
        _style(doc, name, sizes.text, after=4)
        _hang(doc.styles[name], Pt(sizes.text * 2))
    _style(doc, "Footer", sizes.text, after=0)
    doc.styles.add_style("Table Text", 1).base_style = doc.styles["Normal"]  # 1: a paragraph style
    _style(doc, "Table Text", sizes.text, before=3, after=3)
    doc.styles["Quote"].font.italic = False  # harder to read for many; the quotation marks say it
    doc.styles["Quote"].paragraph_format.left_indent = Cm(0.8)
    for border in doc.styles["Table Grid"].element.find(qn("w:tblPr")).find(qn("w:tblBorders")):
        border.set(qn("w:color"), LINES)
    for border in list(doc.styles["Title"].element.iter(qn("w:pBdr"))):
        border.getparent().remove(border)


def _style(doc: Doc, name: str, points: int, *, after: int, before: int = 0, colour: RGBColor = INK, bold: bool | None = None) -> None:
    style = doc.styles[name]
    style.font.size, style.font.color.rgb = Pt(points), colour
    if bold is not None:
        style.font.bold = bold
    layout = style.paragraph_format
    layout.space_before, layout.space_after, layout.line_spacing = Pt(before), Pt(after), 1.25


def _hang(style: Any, indent: Length) -> None:
    """Set a list's text off from its numbers, as wide as the letters need; the template's is for 11 point."""
    layout = style.paragraph_format
    layout.left_indent, layout.first_line_indent = indent, -indent
    for closed in list(style.element.iter(qn("w:contextualSpacing"))):  # the template closes the gaps between lines
        closed.getparent().remove(closed)


def _name_fall_back(doc: Doc) -> None:
    """Say in the table of fonts which face to take where ours isn't installed."""
    for part in doc.part.package.iter_parts():
        if part.partname == "/word/fontTable.xml":
            entry = (
                f'<w:font w:name="{FONT}"><w:altName w:val="{FALL_BACK}"/><w:charset w:val="00"/>'
                '<w:family w:val="swiss"/><w:pitch w:val="variable"/></w:font></w:fonts>'
            )
            part._blob = part.blob.replace(b"</w:fonts>", entry.encode())


def _properties(doc: Doc, title: str, agreed_on: date | None) -> None:
    about = doc.core_properties
    about.title, about.language, about.author = title, LANGUAGE, "Reflect | Recharge"
    about.subject, about.comments, about.keywords = "Six-month action plan", "", ""
    about.last_modified_by = "Reflect | Recharge"
    if agreed_on is not None:
        about.created = about.modified = datetime.combine(agreed_on, time(12), UTC)
    else:
        element = about._element
        for dated in [*element.iter(qn("dcterms:created")), *element.iter(qn("dcterms:modified"))]:
            element.remove(dated)
    relations = doc.part.package.rels
    for key in [key for key, relation in relations.items() if relation.reltype == RELATIONSHIP_TYPE.THUMBNAIL]:
        del relations[key]  # the template's own preview picture: of an empty page, and without a text for those who can't see it


def _footer(doc: Doc) -> None:
    paragraph = doc.sections[0].footer.paragraphs[0]
    paragraph.add_run("Page ")
    _field(paragraph, "PAGE")
    paragraph.add_run(" of ")
    _field(paragraph, "NUMPAGES")


def _field(paragraph: Paragraph, code: str) -> None:
    field = _element("w:fldSimple", instr=code)
    run = paragraph.add_run("1")._r
    field.append(run)
    paragraph._p.append(field)


def _element(tag: str, **attributes: str) -> BaseOxmlElement:
    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), value)
    return element


def _describe(table: Table, title: str, words: str) -> None:
    table._tbl.tblPr.append(_element("w:tblCaption", val=title))
    table._tbl.tblPr.append(_element("w:tblDescription", val=words))


def _flag_row(table: Table, row: int, flag: str) -> None:
    table.rows[row]._tr.get_or_add_trPr().append(_element(flag))


def _shade(cell: _Cell) -> None:
    cell._tc.get_or_add_tcPr().append(_element("w:shd", val="clear", color="auto", fill=PAPER))


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
