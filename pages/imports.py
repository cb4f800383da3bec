"""Bring in an export. Support staff choose the file from the website's form, see what it would do, and take it in."""

from rr.access import Can
from rr.intake.imports import queries as batches
from rr.ui.kit.page import enter
from rr.ui.requests import import_file

page = enter("imports", Can.IMPORT)
number = page.param("id")
with page.reading() as db:
    files = batches.batches(db, actor=page.actor)
    chosen = batches.batch(db, number, actor=page.actor) if number is not None else None

page.title("Bring in an export", import_file.stands(files))
if chosen is not None:
    import_file.result(chosen)
else:
    import_file.upload(page)
import_file.earlier(files, number)
