"""Run by Alembic: both databases, one transaction, no child row lost."""

from typing import Any

from alembic import context
from sqlalchemy import Connection

from rr import db, name_words
from rr.migrations.env_rules import compare_type, render_item
from rr.models import METADATA


def run(connection: Connection) -> None:
    """Migrate with SQLite's foreign keys off (a rebuilt parent table takes its children along otherwise), then check them."""
    sqlite = connection.dialect.name == "sqlite"
    raw: Any = connection.connection.dbapi_connection
    if sqlite:
        raw.execute("PRAGMA foreign_keys=OFF")
    try:
        with connection.begin():
            db.wait_for_migrations(connection)  # two starts at once: one after the other
            context.configure(
                connection=connection,
                target_metadata=METADATA,
                render_as_batch=True,
                render_item=render_item,
                compare_type=compare_type,
            )
            context.run_migrations()
            name_words.keep_up(connection)
            if sqlite:
                orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
                if orphans:
                    raise RuntimeError(f"The migration would leave rows without their parent: {orphans[:5]}")
    finally:
        if sqlite:
            raw.execute("PRAGMA foreign_keys=ON")


with (context.config.attributes.get("engine") or db.writer()).connect() as opened:
    run(opened)
