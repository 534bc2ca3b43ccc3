"""What the trustee decided about a comment, when, and whether a readout was made of it."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# A table that is made anew must not get rowids: they would keep the order of arrival.
KEPT = {"sqlite_with_rowid": False}


def upgrade() -> None:
    with op.batch_alter_table("comment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("paraphrase", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("decided_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("settled", sa.Boolean(), nullable=True))
    op.execute("UPDATE comment SET settled = false")
    # No default is left behind: nothing beside an answer has a value that the database makes.
    with op.batch_alter_table("comment", schema=None, table_kwargs=KEPT) as batch_op:
        batch_op.alter_column("settled", existing_type=sa.Boolean(), nullable=False)
