"""Importing a file of sign-ups: a preview row by row, the result, and the imports before it."""

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from rr import clock
from rr.clock import london_day
from rr.days import say
from rr.errors import Refused
from rr.intake.imports import commands as importer
from rr.intake.imports.columns import UnknownForm
from rr.intake.imports.commands import Preview
from rr.intake.imports.entries import ExportFile
from rr.intake.imports.mappings import queries as mappings
from rr.intake.imports.mappings.rules import Choices, SavedMapping, read_upload
from rr.intake.imports.queries import Batch, BatchRow
from rr.intake.imports.reading import Upload, open_upload
from rr.intake.rules import NOT_IMPORTED, RowResult
from rr.labels import count
from rr.paging import Paged
from rr.ui.kit import pager
from rr.ui.kit.act import act
from rr.ui.kit.markdown import plain
from rr.ui.kit.navigation import go
from rr.ui.kit.page import Page
from rr.ui.kit.rows import Badge, Link, Row, rows, to
from rr.ui.requests import import_columns

FILE = "imports_file"
READ = "imports_read"  # the preview of the file that was chosen, so that another click on the page doesn't read it again
KINDS = ["csv", "xlsx", "xls", "ods"]
COLUMNS = {"Line": st.column_config.NumberColumn(format="%d", width="small")}


def sentence(found: Paged[Batch]) -> str:
    """How many files were imported, and on the first page what the last one brought."""
    if not found.rows:
        return "Nothing has been imported yet."
    files, last = f"{count(found.total, 'file')} imported.", found.rows[0]
    return files if found.page > 1 else f"{files} The last one, on {say(london_day(last.at))}, had {count(last.taken, 'new request')}."


def upload(page: Page) -> None:
    """Choose a file, see how it was read, put that right, see the preview, import it."""
    chosen = st.file_uploader("Export of the sign-up form (CSV or a spreadsheet)", type=KINDS, key=FILE)
    if chosen is None:
        _forget_file()
        st.caption("You see a preview of every row before anything is saved. Importing the same file twice adds nothing.")
        return
    kept = _kept(page, chosen)
    if isinstance(kept.seen, Preview) and kept.file is not None:
        _preview(kept, kept.seen, kept.file)
    elif isinstance(kept.seen, Refused):
        st.error(plain(kept.seen.way_forward), title=plain(kept.seen.headline), icon=":material/error:")
        if isinstance(kept.seen, UnknownForm):
            import_columns.columns(kept.seen.headers, {}, kept.choices, None, _use, needed=True)


def _preview(kept: "_Read", seen: Preview, file: ExportFile) -> None:
    _numbers(seen)
    for problem in seen.problems:
        st.warning(plain(problem), icon=":material/info:")
    for note in seen.notes:
        st.caption(plain(note))
    import_columns.day_or_month(kept.choices, file.unclear_dates, _use)
    import_columns.columns(file.headers, file.columns, kept.choices, kept.saved, _use, needed=False)
    _take(seen)
    _table(seen)


def _take(seen: Preview) -> None:
    if seen.taken:
        label = f"Import {count(seen.taken, 'sign-up')}"
        st.button(label, key="imports_take", type="primary", icon=":material/download_done:", on_click=_import)
        if seen.unmatched:
            unclear = count(seen.unmatched, "sign-up doesn’t match", "sign-ups don’t match")
            st.caption(f"{unclear} a partnership for certain. Choose it in the queue.")
    elif seen.refused or seen.changed:
        st.button("Save this result", key="imports_take", icon=":material/save:", on_click=_import)
        st.caption("Nothing in this file is new. Saving the result keeps the list of rows that weren’t imported.")
    else:
        st.markdown("**Nothing in this file is new.** Every sign-up in it was imported before.")


def _import() -> None:
    kept = st.session_state.get(READ)
    if kept is None or kept.file is None:
        return
    made = act(
        importer.import_signups,
        kept.file,
        done=f"{kept.file.file_name} imported.",
        undo=lambda batch: (importer.undo_import, batch),
        undone=partial(go, "imports"),
    )
    if made:
        _forget_file()
        go("imports", id=made.result)


def _undo(batch_id: int, file_name: str) -> None:
    if act(importer.undo_import, batch_id, done=f"Import of {file_name} undone.", undo=lambda _: ()):
        go("imports")


@dataclass(frozen=True)
class _Read:
    """What was read of the file that was chosen, by which choices: its sign-ups and their preview, or why there are none."""

    file_id: str
    upload: Upload | None
    choices: Choices
    seen: Preview | Refused | None = None  # None: it has to be read by these choices first
    file: ExportFile | None = None
    saved: SavedMapping | None = None


def _kept(page: Page, chosen: Any) -> _Read:
    """Reads the file once, however often the page is drawn. It stays with this person's tab until it is imported or taken away."""
    kept = st.session_state.get(READ)
    if kept is None or kept.file_id != chosen.file_id:
        _forget_file()
        with st.spinner("Reading the file"):
            try:
                kept = _Read(chosen.file_id, open_upload(chosen.name, chosen.getvalue()), Choices())
            except Refused as refusal:
                kept = _Read(chosen.file_id, None, Choices(), refusal)
    if kept.seen is None:
        kept = _seen(page, kept)
    st.session_state[READ] = kept
    return kept


def _seen(page: Page, kept: _Read) -> _Read:
    """The rows are read outside of any transaction: the database is asked before and after."""
    assert kept.upload is not None  # noqa: S101 (a file that couldn't be opened has been seen)
    with page.reading() as db:
        known = mappings.known(db, actor=page.actor)
    try:
        file = read_upload(kept.upload, known, kept.choices)
    except Refused as refusal:
        return replace(kept, seen=refusal, file=None, saved=None)
    with page.reading() as db:
        seen = importer.preview(db, file, actor=page.actor)
    saved = next((saved for saved in known.mappings if saved.name == file.remembered), None)
    return replace(kept, seen=seen, file=file, saved=saved)


def _use(choices: Choices) -> None:
    """Read the file anew by what somebody said."""
    kept = st.session_state.get(READ)
    if kept is not None:
        st.session_state[READ] = _Read(kept.file_id, kept.upload, choices)


def _forget_file() -> None:
    """Keep nothing of the file, and none of the choices for its columns."""
    for key in [key for key in st.session_state if key in (READ, "imports_day_first") or str(key).startswith("imports_column_")]:
        del st.session_state[key]


def _numbers(seen: Preview | Batch) -> None:
    with st.container(horizontal=True, gap="large"):
        for result in RowResult:
            st.metric(result.many, f"{getattr(seen, result):,}", width="content")


def _table(seen: Preview) -> None:
    """Every row, those that need a look first."""
    order = [*NOT_IMPORTED, *RowResult]
    shown = sorted(seen.rows, key=lambda row: (order.index(row.result), row.matched, row.line))
    frame = pd.DataFrame(
        {
            "Line": [row.line for row in shown],
            "Result": [row.result.label for row in shown],
            "Area": [row.area or "not given" for row in shown],
            "Partnership": ["matched" if row.matched else "no match" if row.result is RowResult.TAKEN else "" for row in shown],
            "Name": [row.name for row in shown],
            "Reason or remark": [row.why for row in shown],
        }
    )
    st.dataframe(frame, hide_index=True, column_config=COLUMNS, alt="What would become of each row of the file")


def result(batch: Batch) -> None:
    """What an import did. What wasn't imported is listed with its reason, and comes as a file to correct it by."""
    st.header(plain(batch.file_name), anchor=False)
    st.caption(f"Imported by {plain(batch.by)} on {say(london_day(batch.at))} at {batch.at.astimezone(clock.LONDON):%H:%M}")
    _numbers(batch)
    if not batch.not_imported:
        st.markdown("Every row is new or a duplicate.")
    rows("imports_rows", map(result_row, batch.rows), label="Rows that weren’t imported", layout="lines")
    if batch.not_imported > len(batch.rows):
        st.caption(f"And {batch.not_imported - len(batch.rows):,} more, in the file below.")
    with st.container(horizontal=True):
        st.button("Open requests", key="imports_requests", type="primary", icon=":material/inbox:", on_click=go, args=("requests",))
        if batch.not_imported:
            st.link_button("Download the rows that weren’t imported", f"/files/import/{batch.id}.csv", icon=":material/download:")
        st.button("Undo import", key="imports_undo", icon=":material/undo:", on_click=_undo, args=(batch.id, batch.file_name))
        st.button("Import another file", key="imports_another", icon=":material/upload_file:", on_click=go, args=("imports",))


def result_row(row: BatchRow) -> Row:
    """A row of the file that wasn't imported, with the reason, and the request that has its entry."""
    return Row(
        row.id,
        f"Line {row.line}" + (f", entry {row.entry_id}" if row.entry_id else ""),
        detail=tuple(words for words in (row.area, row.why) if words),
        badges=(Badge(row.result.label, row.result.colour, row.result.icon),),
        links=(Link(f"Open {row.ref}", to("requests", id=row.request_id)),) if row.request_id is not None else (),
    )


def previous(found: Paged[Batch], chosen: int | None) -> None:
    """All imports, latest first. `chosen` is the one whose result is shown above."""
    if found.rows:
        st.header("Previous imports", anchor=False)
        rows("imports_list", [batch_row(batch, batch.id == chosen) for batch in found.rows], label="Previous imports", layout="lines")
        pager.draw("imports_page", found)


def batch_row(batch: Batch, chosen: bool = False) -> Row:
    """An import: its name opens its result."""
    some = [(getattr(batch, result), result) for result in RowResult if getattr(batch, result)]
    return Row(
        batch.id,
        batch.file_name,
        to("imports", id=batch.id),
        detail=(f"{say(london_day(batch.at))}, {batch.by}",),
        badges=tuple(
            Badge(count(number, result.label.lower(), result.many.lower()), result.colour, result.icon) for number, result in some
        ),
        chosen=chosen,
    )
