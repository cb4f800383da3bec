"""Which column of a form answers which question, as somebody said and gave a name: a mapping is used again for files of that form."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from rr.intake.imports import entries
from rr.intake.imports.columns import Chosen, headers_and_rows
from rr.intake.imports.entries import ExportFile
from rr.intake.imports.reading import Upload

ALIKE = 0.6  # how much of the headers of two files must be the same before they count as of one form


@dataclass(frozen=True)
class SavedMapping:
    """Columns that were given a name. `columns` are the headers by field, `headers` all those of the file it was made from."""

    id: int
    name: str
    columns: Chosen
    headers: tuple[str, ...]
    day_first: bool | None = None


@dataclass(frozen=True)
class Known:
    """What is needed from the database to read a file: the topics' labels by their codes, and the mappings that were saved."""

    topics: Mapping[str, str]
    mappings: tuple[SavedMapping, ...] = ()


@dataclass(frozen=True)
class Choices:
    """What somebody said about a file before it is imported."""

    columns: Chosen = field(default_factory=dict)
    day_first: bool | None = None


def fitting(headers: Iterable[str], mappings: Iterable[SavedMapping]) -> SavedMapping | None:
    """The mapping of the form that has these headers: all that it names are there, and most others too. The latest, of several."""
    there = set(headers)
    fits = [
        saved
        for saved in mappings
        if there.issuperset(header for named in saved.columns.values() for header in named)
        and len(there & set(saved.headers)) >= ALIKE * len(there | set(saved.headers))
    ]
    return max(fits, key=lambda saved: (len(there & set(saved.headers)), saved.id), default=None)


def read_upload(upload: Upload, known: Known, choices: Choices | None = None, *, name: str = "") -> ExportFile:
    """The sign-ups of an uploaded file: by what somebody said, else by a mapping that fits (or the one of this name), else by a guess.

    UnknownForm when it can't be told which column answers what.
    """
    choices = choices or Choices()
    headers, _ = headers_and_rows(upload.table.rows)
    named = next((saved for saved in known.mappings if saved.name == name), None)
    saved = None if choices.columns else named or fitting(headers, known.mappings)
    return entries.read(
        upload.table,
        topics=known.topics,
        chosen=choices.columns or (saved.columns if saved else None),
        remembered=saved.name if saved else "",
        day_first=choices.day_first,
        usually_day_first=saved.day_first if saved else None,
        file_name=upload.file_name,
    )
