"""which browser a sign-in is of

Revision: 0015, after 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("sign_in") as table:
        table.add_column(sa.Column("browser", sa.String(length=60), nullable=False, server_default=""))
    with op.batch_alter_table("sign_in") as table:
        table.alter_column("browser", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("sign_in") as table:
        table.drop_column("browser")
