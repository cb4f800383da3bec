"""support needed: each filter and the order of its list by an index

Revision: 0008, after 0007
"""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("support_need", schema=None) as batch_op:
        batch_op.drop_index("ix_support_need_kind_status")
        batch_op.drop_index("ix_support_need_partnership_id")
        batch_op.create_index("ix_support_need_status_asked_on", ["status", "asked_on", "id"], unique=False)
        batch_op.create_index("ix_support_need_kind_status_asked_on", ["kind", "status", "asked_on", "id"], unique=False)
        batch_op.create_index("ix_support_need_partnership_id", ["partnership_id", "status", "asked_on", "id"], unique=False)
        batch_op.create_index("ix_support_need_status_kind_partner_id", ["status", "kind", "partner_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("support_need", schema=None) as batch_op:
        batch_op.drop_index("ix_support_need_status_kind_partner_id")
        batch_op.drop_index("ix_support_need_partnership_id")
        batch_op.drop_index("ix_support_need_kind_status_asked_on")
        batch_op.drop_index("ix_support_need_status_asked_on")
        batch_op.create_index("ix_support_need_partnership_id", ["partnership_id"], unique=False)
        batch_op.create_index("ix_support_need_kind_status", ["kind", "status"], unique=False)
