"""consents: what somebody agreed to, when, how, and by which notice

Revision: 0014, after 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "consent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("contact", "share", name="consentkind", native_enum=False, create_constraint=True, length=30),
            nullable=False,
        ),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "how",
            sa.Enum(
                *("sign_up", "telephone", "email", "in_person", "letter"),
                name="consenthow",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("notice", sa.String(length=60), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_consent_by_id_account")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_consent_contact_id_contact")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_consent_contact_id"), "consent", ["contact_id"], unique=False)
    for kind in ("contact", "share"):  # until now it could only be given on the sign-up form
        _keep(kind)


def _keep(kind: str) -> None:
    columns = ("contact_id", "kind", "given", "at", "how", "notice")
    consents = sa.table("consent", *map(sa.column, columns))
    people = sa.table("contact", sa.column("id"), sa.column(f"agreed_{kind}_at"))
    since = people.c[f"agreed_{kind}_at"]
    told = sa.select(people.c.id, sa.literal(kind), sa.true(), since, sa.literal("sign_up"), sa.literal("")).where(since.is_not(None))
    op.execute(consents.insert().from_select(columns, told.order_by(people.c.id)))


def downgrade() -> None:
    op.drop_table("consent")
