"""by which rules the words of names were made; they are made anew after the migrations whenever those rules have changed

Revision: 0010, after 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "name_folding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_name_folding")),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    op.drop_table("name_folding")
