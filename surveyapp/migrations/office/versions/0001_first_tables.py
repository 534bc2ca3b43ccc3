"""First tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "access",
        sa.Column("pilot_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("code_digest", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("pilot_id", "number", "code_digest", name=op.f("pk_access")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "box",
        sa.Column("pilot_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("pilot_id", "number", "id", name=op.f("pk_box")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "ledger",
        sa.Column("pilot_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("blinded_digest", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("pilot_id", "number", "person_id", name=op.f("pk_ledger")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "outbox",
        sa.Column("pilot_id", sa.String(), nullable=False),
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.LargeBinary(), nullable=False),
        sa.Column("template", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("pilot_id", "id", name=op.f("pk_outbox")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outbox_pilot_id_state"), ["pilot_id", "state"], unique=False)

    op.create_table(
        "person",
        sa.Column("pilot_id", sa.String(), nullable=False),
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("group_code", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("pilot_id", "id", name=op.f("pk_person")),
        sa.UniqueConstraint("pilot_id", "email", name=op.f("uq_person_pilot_id_email")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "roster",
        sa.Column("pilot_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.LargeBinary(), nullable=False),
        sa.Column("group_code", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("pilot_id", "number", "person_id", name=op.f("pk_roster")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "spent",
        sa.Column("pilot_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("message_digest", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_digest", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("pilot_id", "number", "message_digest", name=op.f("pk_spent")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "wave",
        sa.Column("pilot_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("promised_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("box_public_key", sa.LargeBinary(), nullable=False),
        sa.Column("key_mode", sa.String(), nullable=False),
        sa.Column("questionnaire", sa.String(), nullable=False),
        sa.Column("charter", sa.String(), nullable=False),
        sa.Column("groups", sa.JSON(), nullable=False),
        sa.Column("band", sa.String(), nullable=False),
        sa.Column("band_on", sa.Date(), nullable=True),
        sa.Column("reminders", sa.Integer(), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("pilot_id", "number", name=op.f("pk_wave")),
        sqlite_with_rowid=False,
    )
