"""When a contract was made, and the one-year rate of that day: what an agreed rate of default interest is held against."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("size_declaration", schema=None) as batch_op:
        batch_op.add_column(sa.Column("signed_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("lpr", sa.String(length=20), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("size_declaration", schema=None) as batch_op:
        batch_op.drop_column("lpr")
        batch_op.drop_column("signed_on")
