"""质保金不予返还 with its evidence; files of an application are tied to it, so that nobody clears them away."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

WHY = "只增不改的表：不能修改或删除"
OLD_DEEDS = (
    "applied", "appointed", "recused", "opined", "clauses", "accepted", "acceptance_voided", "stated", "superseded", "signed",
    "disputed", "dispute_decided", "requested", "invoice_wrong", "corrected", "invoiced", "checked", "paper_added",
    "paper_waived", "submitted", "agreed", "declined", "paid", "bounced", "withdrawn",
)  # fmt: skip
# What each new deed is called, for a database that goes back to where it is not known.
NEW_DEEDS = {
    "forfeit_proposed": "提出质保金不予返还", "forfeit_agreed": "认定质保金不予返还", "forfeit_declined": "没有认定质保金不予返还",
    "forfeit_withdrawn": "撤回不予返还的提议", "forfeit_revoked": "撤销质保金不予返还", "forfeit_seen": "供应商知悉不予返还",
}  # fmt: skip
OLD_SOURCES = ("contract", "amendment", "opening", "statement", "payment", "count", "guarantee")


def listed(column: str, values: tuple[str, ...]) -> str:
    quoted = ", ".join(f"'{value}'" for value in values)
    return f"{column} IN ({quoted})"


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


def restricted(table: str, column: str, values: tuple[str, ...]) -> None:
    """The column takes these values from now on. SQLite builds the table anew and loses its triggers by that."""
    with op.batch_alter_table(table, schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f(f"ck_{table}_{column}"), type_="check")
        batch_op.create_check_constraint(batch_op.f(f"ck_{table}_{column}"), listed(column, values))


def protect_again(table: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        for statement in triggers("sqlite", table):
            op.execute(statement)


def unprotect(table: str) -> None:
    """Rows may be changed until `enable`."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"DROP TRIGGER {table}_no_update")
        op.execute(f"DROP TRIGGER {table}_no_delete")
    else:
        op.execute(f"ALTER TABLE {table} DISABLE TRIGGER {table}_append_only")


def enable(table: str) -> None:
    if op.get_bind().dialect.name != "sqlite":
        op.execute(f"ALTER TABLE {table} ENABLE TRIGGER {table}_append_only")


def tie_files() -> None:
    """The files that applications named in their detail, as far as they are still there."""
    bind = op.get_bind()
    event = sa.table("settlement_event", *map(sa.column, ("id", "contract_id", "deed")), sa.column("detail", sa.JSON()))
    tied = sa.table("settlement_file", *map(sa.column, ("contract_id", "event_id", "file_id")))
    kept = sa.table("evidence_file", *map(sa.column, ("id", "contract_id")))
    there = {tuple(row) for row in bind.execute(sa.select(kept.c.contract_id, kept.c.id))}
    query = sa.select(event.c.id, event.c.contract_id, event.c.detail).where(event.c.deed == "applied")
    for key, contract, detail in bind.execute(query).all():
        for file in dict.fromkeys(detail.get("files", ())):
            if (contract, file) in there:
                bind.execute(tied.insert().values(contract_id=contract, event_id=key, file_id=file))


def upgrade() -> None:
    op.create_table(
        "retention_forfeit",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("line", sa.String(length=80), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("ground", sa.String(length=20), nullable=False),
        sa.Column("clause", sa.String(length=80), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("proposed_by", sa.BigInteger(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revocation", sa.Text(), nullable=False),
        sa.Column("revoked_by", sa.BigInteger(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_note", sa.Text(), nullable=False),
        sa.Column("seen_by", sa.BigInteger(), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'revoked') = (revoked_by IS NOT NULL)", name=op.f("ck_retention_forfeit_revoked")
        ),
        sa.CheckConstraint(
            "(state IN ('agreed', 'declined', 'revoked')) = (decided_by IS NOT NULL)",
            name=op.f("ck_retention_forfeit_decided"),
        ),
        sa.CheckConstraint("ground IN ('never', 'agreed')", name=op.f("ck_retention_forfeit_ground")),
        sa.CheckConstraint(
            "seen_by IS NULL OR state IN ('agreed', 'revoked')", name=op.f("ck_retention_forfeit_seen")
        ),
        sa.CheckConstraint(
            "state IN ('proposed', 'agreed', 'declined', 'withdrawn', 'revoked')",
            name=op.f("ck_retention_forfeit_state"),
        ),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_retention_forfeit_amount")),
        sa.CheckConstraint(
            "decided_by IS NULL OR decided_by <> proposed_by", name=op.f("ck_retention_forfeit_two_people")
        ),
        sa.CheckConstraint(
            "length(reason) > 0 AND length(clause) > 0", name=op.f("ck_retention_forfeit_reason")
        ),
        sa.CheckConstraint("number >= 1", name=op.f("ck_retention_forfeit_number")),
        sa.CheckConstraint(
            "revoked_by IS NULL OR length(revocation) > 0", name=op.f("ck_retention_forfeit_revocation")
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"],
            ["contract.id"],
            name=op.f("fk_retention_forfeit_contract_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"],
            ["user_account.id"],
            name=op.f("fk_retention_forfeit_decided_by"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by"],
            ["user_account.id"],
            name=op.f("fk_retention_forfeit_proposed_by"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["revoked_by"],
            ["user_account.id"],
            name=op.f("fk_retention_forfeit_revoked_by"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["seen_by"], ["user_account.id"], name=op.f("fk_retention_forfeit_seen_by"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_forfeit")),
        sa.UniqueConstraint("contract_id", "id", name=op.f("uq_retention_forfeit_contract_id_id")),
        sa.UniqueConstraint("contract_id", "number", name=op.f("uq_retention_forfeit_contract_id_number")),
    )
    with op.batch_alter_table("retention_forfeit", schema=None) as batch_op:
        batch_op.create_index(
            "uq_retention_forfeit_proposed",
            ["contract_id", "line"],
            unique=True,
            sqlite_where=sa.text("state = 'proposed'"),
            postgresql_where=sa.text("state = 'proposed'"),
        )

    with op.batch_alter_table("settlement_event", schema=None) as batch_op:
        batch_op.add_column(sa.Column("forfeit_id", sa.BigInteger(), nullable=True))
        batch_op.create_unique_constraint(
            batch_op.f("uq_settlement_event_contract_id_id"), ["contract_id", "id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_settlement_event_contract_id_forfeit_id"),
            "retention_forfeit",
            ["contract_id", "forfeit_id"],
            ["contract_id", "id"],
        )
        batch_op.drop_constraint(batch_op.f("ck_settlement_event_deed"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_settlement_event_deed"), listed("deed", (*OLD_DEEDS, *NEW_DEEDS)))
    restricted("money_batch", "source_kind", (*OLD_SOURCES, "forfeit", "batch"))
    for table in ("settlement_event", "money_batch"):
        protect_again(table)

    op.create_table(
        "settlement_file",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contract_id", "event_id"],
            ["settlement_event.contract_id", "settlement_event.id"],
            name=op.f("fk_settlement_file_contract_id_event_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id", "file_id"],
            ["evidence_file.contract_id", "evidence_file.id"],
            name=op.f("fk_settlement_file_contract_id_file_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_settlement_file_contract_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlement_file")),
        sa.UniqueConstraint("event_id", "file_id", name=op.f("uq_settlement_file_event_id_file_id")),
    )
    for statement in triggers(op.get_bind().dialect.name, "settlement_file"):
        op.execute(statement)
    tie_files()



def downgrade() -> None:
    # What the older version has no word for keeps its sums and its story under the nearest one.
    for table in ("settlement_event", "money_batch"):
        unprotect(table)
    for deed, label in NEW_DEEDS.items():
        op.execute(f"UPDATE settlement_event SET note = '{label}：' || note, deed = 'dispute_decided' WHERE deed = '{deed}'")
    op.execute("UPDATE money_batch SET source_kind = 'guarantee' WHERE source_kind = 'forfeit'")
    op.drop_table("settlement_file")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION settlement_file_append_only()")
    with op.batch_alter_table("settlement_event", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_settlement_event_deed"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_settlement_event_deed"), listed("deed", OLD_DEEDS))
        batch_op.drop_constraint(batch_op.f("fk_settlement_event_contract_id_forfeit_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("uq_settlement_event_contract_id_id"), type_="unique")
        batch_op.drop_column("forfeit_id")
    restricted("money_batch", "source_kind", (*OLD_SOURCES, "batch"))
    for table in ("settlement_event", "money_batch"):
        protect_again(table)
        enable(table)
    op.drop_table("retention_forfeit")
