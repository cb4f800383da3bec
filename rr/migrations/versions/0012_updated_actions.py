"""the list over all actions: those updated since or until a day by an index

Revision: 0012, after 0011
"""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_action_updated", "action", ["status_at", "plan_id"])


def downgrade() -> None:
    op.drop_index("ix_action_updated", "action")
