"""which column of a form answers which question

Revision: 0013, after 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "form_mapping",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("headers", sa.JSON(), nullable=False),
        sa.Column("day_first", sa.Boolean(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_form_mapping_by_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_form_mapping")),
        sa.UniqueConstraint("name", name=op.f("uq_form_mapping_name")),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    op.drop_table("form_mapping")
