"""Pages of a list: which one there is to show, and what a query returns for it."""

from dataclasses import dataclass
from typing import Generic, TypeVar

Row = TypeVar("Row")


@dataclass(frozen=True)
class Paged(Generic[Row]):
    """One page of a list, and how many rows there are on all its pages. A list that counts more adds its fields in a class below it."""

    rows: tuple[Row, ...]
    total: int
    page: int
    per_page: int

    @property
    def pages(self) -> int:
        return pages(self.total, self.per_page)


def pages(total: int, per_page: int) -> int:
    """How many pages so many rows fill; an empty list has one."""
    return max(1, -(-total // per_page))


def clamp(page: int, total: int, per_page: int) -> int:
    """The page that is there: the last one for a number beyond it, the first for a number below one."""
    return min(max(page, 1), pages(total, per_page))


def offset(page: int, per_page: int) -> int:
    """How many rows stand on the pages before."""
    return (page - 1) * per_page
