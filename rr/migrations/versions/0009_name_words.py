"""the words of names, for the search

Revision: 0009, after 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "name_word",
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.Column("word", _ordered(60), nullable=False),
        sa.Column("name", _ordered(200), nullable=False),
        sa.Column("partnership_id", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("row_id", "source", "word", name=op.f("pk_name_word")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_name_word_source_word_name", "name_word", ["source", "word", "name", "partnership_id"], unique=False)
    op.create_table(
        "name_trigram",
        sa.Column("trigram", _ordered(3), nullable=False),
        sa.Column("word", _ordered(60), nullable=False),
        sa.PrimaryKeyConstraint("trigram", "word", name=op.f("pk_name_trigram")),
        sqlite_with_rowid=False,
    )
    _fold_again("contact")
    _fold_again("support_request")


def downgrade() -> None:
    op.drop_table("name_trigram")
    op.drop_table("name_word")


def _ordered(length: int) -> sa.String:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def _fold_again(name: str) -> None:
    """Letters that Unicode doesn't take apart are folded now too."""
    typed = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"})
    rows = sa.table(name, sa.column("id", sa.Integer), sa.column("folded", sa.String))
    for row in op.get_bind().execute(sa.select(rows)).all():
        if (folded := row.folded.translate(typed)[:200]) != row.folded:
            op.execute(rows.update().where(rows.c.id == row.id).values(folded=folded))
