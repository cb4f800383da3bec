"""when an action's status was last said, and indexes that hold all that a count of the dashboard reads

Revision: 0004, after 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0002"
branch_labels = None
depends_on = None

# By table and name of an index: its columns after this step, and before it (none: it is new).
INDEXES: dict[str, dict[str, tuple[list[str], list[str]]]] = {
    "support_request": {
        "ix_support_request_received_on": (["received_on", "status", "first_contact_at"], ["received_on"]),
        "ix_support_request_partnership_id": (["partnership_id", "status", "back_on"], ["partnership_id"]),
    },
    "support_session": {"ix_support_session_request_id": (["request_id", "held_on"], ["request_id"])},
    "action": {
        "ix_action_topic": (["topic", "status"], ["topic"]),
        "ix_action_status_at": (["status", "status_at"], []),
    },
    "support_need": {
        "ix_support_need_asked_on": (["asked_on", "kind", "status"], ["asked_on"]),
        "ix_support_need_status": (["status", "settled_on"], []),
    },
}


def upgrade() -> None:
    op.add_column("action", sa.Column("status_at", sa.DateTime(timezone=True), nullable=True))
    action, said = (
        sa.table("action", sa.column("id"), sa.column("status_at")),
        sa.table("action_update", sa.column("action_id"), sa.column("at")),
    )
    op.execute(action.update().values(status_at=sa.select(sa.func.max(said.c.at)).where(said.c.action_id == action.c.id).scalar_subquery()))
    for table, indexes in INDEXES.items():
        for name, (after, before) in indexes.items():
            _change(table, name, before, after)


def downgrade() -> None:
    for table, indexes in INDEXES.items():
        for name, (after, before) in indexes.items():
            _change(table, name, after, before)
    op.drop_column("action", "status_at")


def _change(table: str, name: str, before: list[str], after: list[str]) -> None:
    if before:
        op.drop_index(op.f(name), table)
    if after:
        op.create_index(op.f(name), table, after)
