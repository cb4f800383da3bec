"""The database's shape, step by step: upgraded here, checked here."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from rr import db
from rr.errors import Refused, Unavailable
from rr.unavailable import DAMAGED


def config() -> Config:
    """Alembic's configuration; there is no alembic.ini."""
    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent))
    made.set_main_option("path_separator", "os")
    return made


def upgrade(to: str = "head", engine: Engine | None = None) -> None:
    """Bring a database to a revision: the configured one, else that of a writing engine.

    All steps in one transaction: one that fails leaves nothing behind. Refuses the configured database if it is damaged
    (Unavailable) or of a newer version; reads an embedded one through once.
    """
    if engine is None:
        _refuse_what_is_not_ours()
    made = config()
    made.attributes["engine"] = engine
    command.upgrade(made, to)


def _refuse_what_is_not_ours() -> None:
    with db.engine().connect() as connection:
        if connection.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one() != "ok":
            raise Unavailable(*DAMAGED)
        revision = revision_of(connection)
    if revision is not None and revision not in known():
        raise Refused(
            f"The database was made by a newer version of the app: its revision {revision} isn't known here",
            "Nothing was changed. Start that version, or restore a backup made by this one: python -m rr restore FILE.",
        )


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
