"""sessions are counted and listed by stage from one index

Revision: 0007, after 0006
"""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


STAGE = ["held_on", "cancelled_at", "finished_at", "starts_at"]


def upgrade() -> None:
    op.create_index("ix_support_session_stage", "support_session", [*STAGE, "partnership_id"])
    op.create_index("ix_support_session_partnership_stage", "support_session", ["partnership_id", *STAGE])
    op.drop_index("ix_support_session_held_on", "support_session")
    op.drop_index("ix_support_session_partnership_id", "support_session")


def downgrade() -> None:
    op.create_index("ix_support_session_partnership_id", "support_session", ["partnership_id"])
    op.create_index("ix_support_session_held_on", "support_session", ["held_on"])
    op.drop_index("ix_support_session_partnership_stage", "support_session")
    op.drop_index("ix_support_session_stage", "support_session")
