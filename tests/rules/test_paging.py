"""Pages of a list."""

import pytest

from rr.paging import Paged, clamp, offset


@pytest.mark.parametrize(
    ("asked", "total", "shown"),
    [(1, 0, 1), (3, 0, 1), (1, 50, 1), (2, 50, 1), (2, 51, 2), (99, 150, 3), (0, 150, 1), (-4, 150, 1)],
)
def test_the_page_that_is_shown_is_one_that_there_is(asked: int, total: int, shown: int) -> None:
    assert clamp(asked, total, 50) == shown


@pytest.mark.parametrize(("total", "pages"), [(0, 1), (1, 1), (50, 1), (51, 2), (100, 2), (101, 3)])
def test_a_list_has_as_many_pages_as_its_rows_fill(total: int, pages: int) -> None:
    assert Paged(rows=(), total=total, page=1, per_page=50).pages == pages


@pytest.mark.parametrize(("page", "before"), [(1, 0), (2, 50), (3, 100)])
def test_a_page_begins_after_the_rows_of_those_before(page: int, before: int) -> None:
    assert offset(page, 50) == before
