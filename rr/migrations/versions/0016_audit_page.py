"""the page of the audit: its gestures, the latest first, by an index under each filter

Revision: 0016, after 0015
"""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

# By name of an index: its columns after this step, and before it (none: it is new).
INDEXES: dict[str, tuple[list[str], list[str]]] = {
    "ix_audit_entry_at": (["at", "gesture", "by_id", "kind"], ["at"]),
    "ix_audit_entry_by_id": (["by_id", "at", "gesture", "kind"], ["by_id"]),
    "ix_audit_entry_kind": (["kind", "at", "gesture", "by_id"], []),
    "ix_audit_entry_gesture": (["gesture", "at", "by_id"], []),
}


def upgrade() -> None:
    for name, (after, before) in INDEXES.items():
        _change(name, before, after)


def downgrade() -> None:
    for name, (after, before) in INDEXES.items():
        _change(name, after, before)


def _change(name: str, before: list[str], after: list[str]) -> None:
    if before:
        op.drop_index(name, "audit_entry")
    if after:
        op.create_index(name, "audit_entry", after)
