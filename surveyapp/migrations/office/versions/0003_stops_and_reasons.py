"""Links that stop reminders, and why a mail failed."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reminder_stop",
        sa.Column("pilot_id", sa.String(), nullable=False),
        sa.Column("token_digest", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", sa.LargeBinary(), nullable=False),
        sa.Column("stopped", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("pilot_id", "token_digest", name=op.f("pk_reminder_stop")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_reminder_stop_pilot_id_person_id"), "reminder_stop", ["pilot_id", "person_id"])
    # Added in place: a table that is copied would come back with rowids.
    op.add_column("outbox", sa.Column("reason", sa.String(), nullable=False, server_default=""))
    op.create_index(op.f("ix_outbox_pilot_id_person_id"), "outbox", ["pilot_id", "person_id"])
