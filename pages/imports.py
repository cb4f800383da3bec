"""Import sign-ups. Support staff choose the file that the website's form exported, see a preview, and import it."""

from rr.access import Can
from rr.intake.imports import queries as imports
from rr.intake.rules import NOT_IMPORTED
from rr.ui.kit import pager
from rr.ui.kit.page import enter
from rr.ui.requests import import_file

page = enter("imports", Can.IMPORT)
batch_id = page.param("id")
with page.reading() as db:
    found = imports.batches(db, actor=page.actor, page=pager.current("imports_page"))
    chosen = imports.batch(db, batch_id, actor=page.actor, results=NOT_IMPORTED, most=imports.LISTED) if batch_id is not None else None

page.title("Import sign-ups", import_file.sentence(found))
if chosen is not None:
    import_file.result(chosen)
else:
    import_file.upload(page)
import_file.previous(found, batch_id)
