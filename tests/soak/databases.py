"""What the attacks are made on: a database of each kind, with the reference lists and an account for each role."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rr import db, gesture, migrations
from rr.access import SYSTEM
from rr.accounts import commands as accounts
from rr.accounts.rules import Role
from rr.reference import load_reference
from tests.bench.databases import connected, postgresql_copy, sqlite_copy


@dataclass(frozen=True)
class Place:
    """A database to attack: its address, and a file beside which the server logs (of SQLite the database itself)."""

    url: str
    file: Path


def fill(path: Path) -> None:
    """Make the template."""
    with connected(f"sqlite:///{path}"):
        migrations.upgrade()
        gesture.perform(load_reference, actor=SYSTEM)
        for role in Role:
            gesture.perform(accounts.add_account, email=f"{role}@example.org", name=role.label, role=role, actor=SYSTEM)
        db.engine().dispose()


@contextmanager
def sqlite(template: Path) -> Iterator[Place]:
    """A copy of the template, until the block ends."""
    with sqlite_copy(template) as file:
        yield Place(f"sqlite:///{file}", file)


@contextmanager
def postgresql(template: Path) -> Iterator[Place]:
    """The same rows on a PostgreSQL server of our own with its default settings, until the block ends."""
    with postgresql_copy(template) as url:
        yield Place(url, template.with_name("postgresql.db"))


@contextmanager
def template() -> Iterator[Path]:
    """A template in a temporary folder, until the block ends."""
    folder = Path(tempfile.mkdtemp(prefix="rr-soak-"))
    try:
        fill(folder / "template.db")
        yield folder / "template.db"
    finally:
        shutil.rmtree(folder, ignore_errors=True)
