"""A choice is one record: whoever adds or changes a decision touches two source files at the most, beside its migration."""

import re
from pathlib import Path

import pytest

from rr.intake.rules import Move

ROOT = Path(__file__).resolve().parent.parent
APART = ("rr/migrations/", "rr/synthetic/", "rr/demo.py")  # the database’s steps, and made-up stories


def sources() -> dict[str, str]:
    files = [*(ROOT / "pages").glob("*.py"), *(ROOT / "rr").rglob("*.py")]
    found = {file.relative_to(ROOT).as_posix(): file.read_text(encoding="utf-8") for file in files}
    return {path: source for path, source in found.items() if not path.startswith(APART)}


def naming(move: Move, found: dict[str, str]) -> list[str]:
    """The files that name a decision: where it is defined, and wherever it is a case or a key of its own."""
    named = re.compile(rf"^    {move.name} = \(|\bMove\.{move.name}\b|\bMove\([\"']{move.value}[\"']\)", re.MULTILINE)
    return sorted(path for path, source in found.items() if named.search(source))


@pytest.mark.parametrize("move", list(Move))
def test_a_decision_is_named_in_two_source_files_at_the_most(move: Move) -> None:
    files = naming(move, sources())

    assert "rr/intake/rules.py" in files
    assert len(files) <= 2, files


@pytest.mark.parametrize(
    ("source", "is_named"),
    [
        ("if move is Move.SIGNPOST:", True),
        ('ICONS = {Move.SIGNPOST: "arrow"}', True),
        ("Move('signpost')", True),
        ('    SIGNPOST = (\n        "signpost",', True),
        ("if move.asks is Answer.WHERE_TO:", False),
        ("Move.SIGNPOSTS", False),
    ],
)
def test_a_file_that_names_a_decision_is_found(source: str, is_named: bool) -> None:
    assert naming(Move.SIGNPOST, {"rr/x.py": source}) == (["rr/x.py"] if is_named else [])
