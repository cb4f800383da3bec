"""The attacks of `make soak`, each with a few strikes: they find what they look for, and nothing is lost."""

import shutil
from collections.abc import Iterator
from concurrent.futures import Executor
from pathlib import Path

import pytest

from tests.conftest import _named, _run
from tests.soak import access, concurrent, kills
from tests.soak.attack import Counts
from tests.soak.databases import Place


@pytest.fixture
def embedded(peopled_sqlite: Path, tmp_path: Path) -> Place:
    file = tmp_path / "rr.db"
    shutil.copy(peopled_sqlite, file)
    return Place(f"sqlite:///{file}", file)


@pytest.fixture
def place(request: pytest.FixtureRequest, embedded: Place) -> Iterator[Place]:
    """A database that two processes can open, of each kind in turn."""
    if request.param == "sqlite":
        yield embedded
        return
    address, outside = request.getfixturevalue("postgresql")
    _run(outside, "CREATE DATABASE soak_rr TEMPLATE template_rr STRATEGY WAL_LOG")
    yield Place(_named(address, "soak_rr"), embedded.file)
    _run(outside, "DROP DATABASE soak_rr WITH (FORCE)")


@pytest.fixture(scope="module")
def processes() -> Iterator[Executor]:
    with concurrent.two_processes() as made:
        yield made


both = pytest.mark.parametrize("place", ["sqlite", "postgresql"], indirect=True)


@both
def test_edits_by_two_processes_are_all_there(place: Place, processes: Executor) -> None:
    counts = concurrent.edit(place, 60, processes)

    assert (counts.count, counts.is_clean) == (60, True), counts


@both
def test_forms_that_arrive_in_two_processes_at_once_are_stored_once(place: Place, processes: Executor) -> None:
    assert concurrent.submit(place, 20, processes) == Counts(20)


def test_a_server_that_is_killed_has_kept_what_it_said_it_had(embedded: Place) -> None:
    counts = kills.kill(embedded, 1)

    assert (counts.count, counts.is_clean) == (1, True), counts
    assert counts.notes[-1] != "0 lines were said to be stored"


def test_every_role_opens_what_is_its_own_and_forges_nothing(embedded: Place) -> None:
    assert access.walk(embedded) == Counts(50)
