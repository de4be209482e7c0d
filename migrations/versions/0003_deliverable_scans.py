"""Deliverables with their scans and deeds; deliverables that became due by themselves; scans in files (案卷)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

WHY = "只增不改的表：不能修改或删除"


def triggers(dialect: str, table: str) -> list[str]:
    """As app.store.models.append_only had them when this migration was written."""
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{WHY}'); END"
            for verb in ("update", "delete")
        ]
    return [
        f"CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{WHY}'; END $$",
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_append_only()",
    ]


def upgrade() -> None:
    with op.batch_alter_table("deliverable", schema=None) as batch_op:
        batch_op.alter_column("recorded_by", existing_type=sa.BIGINT(), nullable=True)

    op.create_table(
        "deliverable_deed",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("deliverable_id", sa.BigInteger(), nullable=False),
        sa.Column("deed", sa.String(length=20), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("who", sa.String(length=80), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=True),
        sa.Column("by", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "deed <> 'returned' OR length(reason) > 0", name=op.f("ck_deliverable_deed_reason")
        ),
        sa.CheckConstraint(
            "deed IN ('handed', 'accepted', 'returned')", name=op.f("ck_deliverable_deed_deed")
        ),
        sa.ForeignKeyConstraint(
            ["by"], ["user_account.id"], name=op.f("fk_deliverable_deed_by"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["contract_id", "deliverable_id"],
            ["deliverable.contract_id", "deliverable.id"],
            name=op.f("fk_deliverable_deed_contract_id_deliverable_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id", "file_id"],
            ["evidence_file.contract_id", "evidence_file.id"],
            name=op.f("fk_deliverable_deed_contract_id_file_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"],
            ["contract.id"],
            name=op.f("fk_deliverable_deed_contract_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliverable_deed")),
    )
    with op.batch_alter_table("deliverable_deed", schema=None) as batch_op:
        batch_op.create_index(
            "ix_deliverable_deed_deliverable", ["contract_id", "deliverable_id", "id"], unique=False
        )

    with op.batch_alter_table("dossier_item", schema=None) as batch_op:
        batch_op.add_column(sa.Column("evidence_id", sa.BigInteger(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_dossier_item_contract_id_evidence_id"),
            "evidence_file",
            ["contract_id", "evidence_id"],
            ["contract_id", "id"],
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_dossier_item_one_file"), "file_id IS NULL OR evidence_id IS NULL"
        )
    for statement in triggers(op.get_bind().dialect.name, "deliverable_deed"):
        op.execute(statement)


def downgrade() -> None:
    with op.batch_alter_table("dossier_item", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_dossier_item_one_file"), type_="check")
        batch_op.drop_constraint(batch_op.f("fk_dossier_item_contract_id_evidence_id"), type_="foreignkey")
        batch_op.drop_column("evidence_id")

    with op.batch_alter_table("deliverable_deed", schema=None) as batch_op:
        batch_op.drop_index("ix_deliverable_deed_deliverable")

    op.drop_table("deliverable_deed")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION deliverable_deed_append_only()")
    # Rows of the console itself need somebody's name again: the first account's, so that none is lost.
    op.execute("UPDATE deliverable SET recorded_by = (SELECT min(id) FROM user_account) WHERE recorded_by IS NULL")
    with op.batch_alter_table("deliverable", schema=None) as batch_op:
        batch_op.alter_column("recorded_by", existing_type=sa.BIGINT(), nullable=False)
