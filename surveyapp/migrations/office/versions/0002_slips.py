"""Slips signed blindly, waves that were extended once, and whether a deputy can open the box."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("wave", schema=None) as batch_op:
        batch_op.add_column(sa.Column("sign_public_key", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("extended", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("deputy", sa.Boolean(), nullable=False, server_default=sa.false()))
