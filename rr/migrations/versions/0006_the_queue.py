"""the queue is read from its indexes alone, requests are found by their address, and an import's rows by their result

Revision: 0006, after 0005
"""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

QUEUE = ["status", "back_on", "first_contact_at", "received_at", "assigned_id", "received_on"]


def upgrade() -> None:
    op.create_index("ix_support_request_queue", "support_request", QUEUE)
    op.create_index("ix_support_request_latest", "support_request", ["received_at", "id", "status"])
    op.create_index("ix_support_request_email", "support_request", ["email"])
    op.drop_index("ix_import_row_batch_id", "import_row")
    op.create_index("ix_import_row_batch_id", "import_row", ["batch_id", "result", "line"])


def downgrade() -> None:
    op.drop_index("ix_import_row_batch_id", "import_row")
    op.create_index("ix_import_row_batch_id", "import_row", ["batch_id"])
    op.drop_index("ix_support_request_email", "support_request")
    op.drop_index("ix_support_request_latest", "support_request")
    op.drop_index("ix_support_request_queue", "support_request")
