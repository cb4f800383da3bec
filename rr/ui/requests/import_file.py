"""Bringing a file of sign-ups in: what it would do, row by row, what it did, and the files before it."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from rr import clock
from rr.clock import london_day
from rr.days import say
from rr.errors import Refused
from rr.intake.imports import commands as importer
from rr.intake.imports.commands import Preview
from rr.intake.imports.queries import Batch
from rr.intake.rules import RowResult
from rr.labels import count
from rr.ui.kit.act import act, drawn, show_refusal
from rr.ui.kit.markdown import plain
from rr.ui.kit.navigation import go, link
from rr.ui.kit.page import Page

FILE = "imports_file"
READ = "imports_read"  # the preview of the file that was chosen, so that another click on the page doesn't read it again
KINDS = ["csv", "xlsx", "xls", "ods"]
LISTED = 50  # refused rows shown in words; the file to download has all
WORDS = {"Line": st.column_config.NumberColumn(format="%d", width="small")}


def stands(batches: Sequence[Batch]) -> str:
    if not batches:
        return "No file has been brought in yet."
    last = batches[0]
    return f"The last file came on {say(london_day(last.at))} and brought {count(last.taken, 'request')}."


def upload(page: Page) -> None:
    """Choose a file, see what would happen, take it in."""
    chosen = st.file_uploader("The file that Gravity Forms exported: CSV or a spreadsheet", type=KINDS, key=FILE)
    if chosen is None:
        st.session_state.pop(READ, None)
        st.caption("You see first what would be taken in, row by row. Nothing is saved until you say so. The same file twice adds nothing.")
        return
    seen = _preview(page, chosen.file_id, chosen.name, chosen.getvalue())
    if isinstance(seen, Refused):
        st.error(plain(seen.way_forward), title=plain(seen.headline), icon=":material/error:")
        return
    _numbers(seen)
    for problem in seen.problems:
        st.warning(plain(problem), icon=":material/info:")
    form = drawn("imports_take")

    def take() -> None:
        file = form.value(FILE)
        if file is not None:
            done = f"{file.name} is in."
            act(importer.import_signups, file.name, file.getvalue(), form=form, done=done, after=lambda number: go("imports", id=number))

    show_refusal(form)
    if seen.taken:
        label = f"Take {count(seen.taken, 'sign-up')} in"
        st.button(label, key="imports_take", type="primary", icon=":material/download_done:", on_click=take)
        if seen.unmatched:
            them = "it is" if seen.unmatched == 1 else "they are"
            st.caption(f"{count(seen.unmatched, 'area name isn’t', 'area names aren’t')} certain: the queue asks you whose {them}.")
    elif seen.refused or seen.changed:
        st.button("Keep this result", key="imports_take", icon=":material/save:", on_click=take)
        st.caption("Nothing in this file is new. Keeping the result gives you the list of rows that weren't taken.")
    else:
        st.markdown("**Nothing in this file is new.** Every sign-up in it is in the queue or was decided.")
    _table(seen)


def _preview(page: Page, file_id: str, name: str, data: bytes) -> Preview | Refused:
    """Reads the file once, however often the page is drawn. It stays with this person's tab and goes when the file does."""
    kept = st.session_state.get(READ)
    if kept is not None and kept[0] == file_id:
        return kept[1]
    with st.spinner("Reading the file"), page.reading() as db:
        try:
            seen: Preview | Refused = importer.preview(db, name, data, actor=page.actor)
        except Refused as refusal:
            seen = refusal
    st.session_state[READ] = (file_id, seen)
    return seen


def _numbers(seen: Preview | Batch) -> None:
    shown = (("Taken in", seen.taken), ("Already there", seen.already), ("Other answers", seen.changed), ("Refused", seen.refused))
    with st.container(horizontal=True, gap="large"):
        for label, number in shown:
            st.metric(label, f"{number:,}", width="content")


def _table(seen: Preview) -> None:
    """Every row, those that need a look first."""
    order = (RowResult.REFUSED, RowResult.CHANGED, RowResult.TAKEN, RowResult.ALREADY)
    rows = sorted(seen.rows, key=lambda row: (order.index(row.result), row.matched, row.line))
    frame = pd.DataFrame(
        {
            "Line": [row.line for row in rows],
            "What happens": [row.result.label for row in rows],
            "Area": [row.area or "not given" for row in rows],
            "Whose": ["known" if row.matched else "to be chosen" if row.result is RowResult.TAKEN else "" for row in rows],
            "Name": [row.name for row in rows],
            "Why, or what to know": [row.why for row in rows],
        }
    )
    st.dataframe(frame, hide_index=True, column_config=WORDS, alt="What would happen with each row of the file")


def result(batch: Batch) -> None:
    """What a file did. What wasn't taken is listed with its reason, and comes as a file to correct it by."""
    st.header(plain(batch.file_name), anchor=False)
    st.caption(f"Brought in by {plain(batch.by)} on {say(london_day(batch.at))} at {batch.at.astimezone(clock.LONDON):%H:%M}")
    _numbers(batch)
    not_taken = [row for row in batch.rows if row.result in (RowResult.REFUSED, RowResult.CHANGED)]
    if not not_taken:
        st.markdown("Every row was taken in or there already.")
    for row in not_taken[:LISTED]:
        with st.container(border=True, gap="xsmall"):
            entry = f", entry {row.entry_id}" if row.entry_id else ""
            st.markdown(f"**Line {row.line}{plain(entry)}**{' · ' + plain(row.area) if row.area else ''}")
            st.markdown(plain(row.why))
            if row.request_id is not None:
                link("requests", f"Open {row.ref}", icon="inbox", id=row.request_id)
    if len(not_taken) > LISTED:
        st.caption(f"And {len(not_taken) - LISTED} more, in the file below.")
    with st.container(horizontal=True):
        st.button("Go to the requests", key="imports_requests", type="primary", icon=":material/inbox:", on_click=go, args=("requests",))
        if not_taken:
            st.link_button("Download what wasn't taken", f"/files/import/{batch.id}.csv", icon=":material/download:")
        st.button("Bring in another file", key="imports_another", icon=":material/upload_file:", on_click=go, args=("imports",))


def earlier(batches: Sequence[Batch], chosen: int | None) -> None:
    """The files before, latest first."""
    others = [batch for batch in batches if batch.id != chosen]
    if not others:
        return
    st.subheader("Files that came before" if chosen else "Files that came in", anchor=False)
    for batch in others:
        with st.container(border=True):
            file, did, way = st.columns([4, 4, 1], vertical_alignment="center")
            with file.container(gap=None):
                st.markdown(f"**{plain(batch.file_name)}**")
                st.caption(f"{say(london_day(batch.at))}, {plain(batch.by)}")
            taken = f"{batch.taken} taken in, {batch.already} already there"
            did.markdown(taken + (f", {batch.refused + batch.changed} not taken" if batch.refused + batch.changed else ""))
            way.button("Open", key=f"imports_open_{batch.id}", on_click=go, args=("imports",), kwargs={"id": batch.id})
