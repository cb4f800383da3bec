"""The database's shape, step by step: upgraded here, checked here."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from rr import db


def config() -> Config:
    """Alembic's configuration; there is no alembic.ini."""
    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent))
    made.set_main_option("path_separator", "os")
    return made


def upgrade(to: str = "head", engine: Engine | None = None) -> None:
    """Bring a database to a revision: the configured one, else that of a writing engine.

    All steps in one transaction: one that fails leaves nothing behind.
    """
    made = config()
    made.attributes["engine"] = engine
    command.upgrade(made, to)


def known() -> frozenset[str]:
    """Every revision that these migrations can upgrade from."""
    return frozenset(step.revision for step in ScriptDirectory.from_config(config()).walk_revisions())


def revision_of(connection: Connection) -> str | None:
    """The revision that a database says it stands at; None if it was never migrated."""
    return MigrationContext.configure(connection).get_current_revision()


def is_current() -> bool:
    """Whether the configured database stands at the newest revision."""
    with db.engine().connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == ScriptDirectory.from_config(config()).get_current_head()
