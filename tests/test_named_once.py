"""What is one record is named in few files, so that adding another touches no more."""

import re
from collections.abc import Mapping

import pytest

from rr.progress.charts.registry import CHARTS
from tests.test_code import sources


def files_naming(name: str, files: Mapping[str, str]) -> list[str]:
    """The files that name a record: by its constant or its stored name, wherever it stands as a whole word."""
    return sorted(path for path, source in files.items() if re.search(rf"\b{name}\b", source, re.IGNORECASE))


@pytest.mark.parametrize("name", [chart.name for chart in CHARTS])
def test_a_chart_is_named_in_two_files(name: str) -> None:
    assert len(files_naming(name, sources())) <= 2


def test_every_further_file_that_names_a_record_is_counted() -> None:
    files = {"a.py": 'Chart("reasons")', "b.py": "from a import REASONS", "c.py": "board.charts[REASONS.name]", "d.py": "reasons_for = 1"}

    assert files_naming("reasons", files) == ["a.py", "b.py", "c.py"]
