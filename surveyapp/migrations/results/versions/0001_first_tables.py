"""First tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "answer",
        sa.Column("pilot_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("codes", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("pilot_id", "number", "id", name=op.f("pk_answer")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "comment",
        sa.Column("pilot_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("review", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("pilot_id", "number", "id", name=op.f("pk_comment")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "document",
        sa.Column("pilot_id", sa.String(), nullable=False),
        sa.Column("release", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("pilot_id", "release", "name", name=op.f("pk_document")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "release",
        sa.Column("pilot_id", sa.String(), nullable=False),
        sa.Column("release", sa.Integer(), nullable=False),
        sa.Column("wave", sa.Integer(), nullable=False),
        sa.Column("inputs_sha256", sa.String(), nullable=False),
        sa.Column("published", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("pilot_id", "release", name=op.f("pk_release")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "wave",
        sa.Column("pilot_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=False),
        sa.Column("questionnaire", sa.String(), nullable=False),
        sa.Column("questionnaire_sha256", sa.String(), nullable=False),
        sa.Column("charter", sa.String(), nullable=False),
        sa.Column("charter_sha256", sa.String(), nullable=False),
        sa.Column("key_mode", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("invited_by_group", sa.JSON(), nullable=False),
        sa.Column("joined_by_group", sa.JSON(), nullable=False),
        sa.Column("left_by_group", sa.JSON(), nullable=False),
        sa.Column("groups", sa.JSON(), nullable=False),
        sa.Column("issued", sa.Integer(), nullable=False),
        sa.Column("cast", sa.Integer(), nullable=False),
        sa.Column("spoiled", sa.Integer(), nullable=False),
        sa.Column("empty", sa.Integer(), nullable=False),
        sa.Column("revealed", sa.Integer(), nullable=False),
        sa.Column("destroyed_unread", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("pilot_id", "number", name=op.f("pk_wave")),
        sqlite_with_rowid=False,
    )
