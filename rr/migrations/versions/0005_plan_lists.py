"""what the lists of plans and actions look for stands in the plan, and an index serves each order

Revision: 0005, after 0004
"""

from collections.abc import Iterator
from datetime import UTC, date
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

LIST = "ix_action_plan_closed_on_next_review_on"
OPEN = sa.text("status NOT IN ('done', 'dropped')")


def upgrade() -> None:
    with op.batch_alter_table("action_plan") as plan:
        plan.add_column(sa.Column("last_update_on", sa.Date(), nullable=True))
        plan.add_column(sa.Column("next_review_on", sa.Date(), nullable=True))
    op.create_index(LIST, "action_plan", ["closed_on", "next_review_on", "agreed_on", "last_update_on", "partnership_id"])
    op.create_index("ix_action_plan_id_status_due", "action", ["plan_id", "status", "due"])
    op.create_index("ix_action_open", "action", ["due", "plan_id", "position"], sqlite_where=OPEN, postgresql_where=OPEN)
    if known := list(_known(op.get_bind())):
        table = sa.table("action_plan", *(sa.column(name, sa.Date()) for name in ("last_update_on", "next_review_on")), sa.column("id"))
        op.get_bind().execute(sa.update(table).where(table.c.id == sa.bindparam("plan_id")), known)


def downgrade() -> None:
    op.drop_index("ix_action_open", "action")
    op.drop_index("ix_action_plan_id_status_due", "action")
    op.drop_index(LIST, "action_plan")
    with op.batch_alter_table("action_plan") as plan:
        plan.drop_column("next_review_on")
        plan.drop_column("last_update_on")


def _known(connection: sa.Connection) -> Iterator[dict[str, Any]]:
    """For each plan that has updates or reviews, what they say."""
    action = sa.table("action", sa.column("id"), sa.column("plan_id"))
    update = sa.table("action_update", sa.column("action_id"), sa.column("at", sa.DateTime(timezone=True)))
    review = sa.table("review", sa.column("plan_id"), sa.column("due_on", sa.Date()), sa.column("held_on", sa.Date()))
    said = sa.select(action.c.plan_id, sa.func.max(update.c.at)).join_from(update, action, action.c.id == update.c.action_id)
    last: dict[int, date] = {}
    for plan_id, at in connection.execute(said.group_by(action.c.plan_id)):
        last[plan_id] = (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(ZoneInfo("Europe/London")).date()
    upcoming: dict[int, date] = {}
    for plan_id, due_on, held_on in connection.execute(sa.select(review.c.plan_id, review.c.due_on, review.c.held_on)):
        if held_on is None:
            upcoming[plan_id] = min(due_on, upcoming.get(plan_id, due_on))
        else:
            last[plan_id] = max(held_on, last.get(plan_id, held_on))
    for plan_id in last.keys() | upcoming.keys():
        yield {"plan_id": plan_id, "last_update_on": last.get(plan_id), "next_review_on": upcoming.get(plan_id)}
