"""The database's shape, step by step: upgraded here, checked here."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from rr import db


def config() -> Config:
    """Alembic's configuration; there is no alembic.ini."""
    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent))
    made.set_main_option("path_separator", "os")
    return made


def upgrade(to: str = "head") -> None:
    """Bring the configured database to a revision. All steps in one transaction: one that fails leaves nothing behind."""
    command.upgrade(config(), to)


def is_current() -> bool:
    """Whether the configured database stands at the newest revision."""
    with db.engine().connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == ScriptDirectory.from_config(config()).get_current_head()
