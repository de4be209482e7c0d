"""Ledger entries with evidence and history, imports, reviews, locks, set-up of contracts, calendars."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

APPEND_ONLY = (
    "entry_event",
    "spot_check",
    "assessment_event",
    "assessment_capsule",
    "assessment_signature",
    "assessment_decision",
    "assessment_mark",
    "assessment_self_score",
    "case_event",
    "document_service",
    "rectification_report",
    "reinspection",
    "settlement_statement",
    "statement_signing",
    "settlement_event",
    "payment_approval",
    "payment_record",
    "payment_return",
    "money_batch",
    "money_posting",
    "guarantee_event",
    "report_version",
    "report_file",
    "report_event",
    "report_template",
    "report_letter",
)
# What a built-in role gains; roles that an office has changed keep the rest of what they hold.
NEW_PERMISSIONS = {"administrator": {"calendar_manage"}, "finance": {"funds_manage"}}
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


def change_permissions(gained: set[str], lost: set[str], code: str) -> None:
    """Rewrites the set of permissions that a role holds, where the role is there."""
    role = sa.table("role", sa.column("id"), sa.column("code"), sa.column("permissions", sa.JSON()))
    bind = op.get_bind()
    for row in bind.execute(sa.select(role.c.id, role.c.permissions).where(role.c.code == code)).all():
        held = sorted((set(row.permissions) | gained) - lost)
        bind.execute(sa.update(role).where(role.c.id == row.id).values(permissions=held))


def upgrade() -> None:
    op.create_table(
        "document_sequence",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("issuer_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("next_number", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('notice', 'result', 'exemption', 'inspection', 'minutes', 'other')",
            name=op.f("ck_document_sequence_kind"),
        ),
        sa.CheckConstraint("next_number >= 1", name=op.f("ck_document_sequence_next_number")),
        sa.ForeignKeyConstraint(
            ["issuer_id"],
            ["organisation.id"],
            name=op.f("fk_document_sequence_issuer_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_sequence")),
        sa.UniqueConstraint(
            "issuer_id", "kind", "year", name=op.f("uq_document_sequence_issuer_id_kind_year")
        ),
    )
    op.create_table(
        "assessment",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("label", sa.String(length=120), nullable=False),
        sa.Column("part", sa.String(length=60), nullable=False),
        sa.Column("interim", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("rulebook_text_id", sa.BigInteger(), nullable=False),
        sa.Column("supersedes_id", sa.BigInteger(), nullable=True),
        sa.Column("opened_by", sa.BigInteger(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("measured_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("self_scored_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("summary", sa.JSON(), nullable=False),
        sa.Column("scored_by", sa.BigInteger(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("appeal_days", sa.Integer(), nullable=False),
        sa.Column("appeal_until", sa.Date(), nullable=True),
        sa.Column("signed_revision", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state IN ('signed', 'superseded')) = (signed_revision IS NOT NULL)",
            name=op.f("ck_assessment_frozen"),
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'self_scored', 'scored', 'published', 'appealed', 'decided', 'signed', 'superseded', 'dropped')",
            name=op.f("ck_assessment_state"),
        ),
        sa.CheckConstraint("appeal_days >= 0", name=op.f("ck_assessment_appeal_days")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_assessment_number")),
        sa.CheckConstraint(
            "supersedes_id IS NULL OR supersedes_id <> id", name=op.f("ck_assessment_supersedes")
        ),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_assessment_period")),
        sa.ForeignKeyConstraint(
            ["contract_id", "supersedes_id"],
            ["assessment.contract_id", "assessment.id"],
            name=op.f("fk_assessment_contract_id_supersedes_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_assessment_contract_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["opened_by"], ["user_account.id"], name=op.f("fk_assessment_opened_by"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["rulebook_text_id"],
            ["rulebook_text.id"],
            name=op.f("fk_assessment_rulebook_text_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["scored_by"], ["user_account.id"], name=op.f("fk_assessment_scored_by"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment")),
        sa.UniqueConstraint("contract_id", "id", name=op.f("uq_assessment_contract_id_id")),
        sa.UniqueConstraint("contract_id", "number", name=op.f("uq_assessment_contract_id_number")),
    )
    with op.batch_alter_table("assessment", schema=None) as batch_op:
        batch_op.create_index(
            "uq_assessment_open",
            ["contract_id", "part", "interim", "from_on", "until_on"],
            unique=True,
            sqlite_where=sa.text("state NOT IN ('signed', 'superseded', 'dropped')"),
            postgresql_where=sa.text("state NOT IN ('signed', 'superseded', 'dropped')"),
        )
        batch_op.create_index(
            "uq_assessment_signed",
            ["contract_id", "part", "interim", "from_on", "until_on"],
            unique=True,
            sqlite_where=sa.text("state = 'signed'"),
            postgresql_where=sa.text("state = 'signed'"),
        )

    op.create_table(
        "bank_mapping",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("headings_hash", sa.String(length=64), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("kept_by", sa.BigInteger(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_bank_mapping_contract_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["kept_by"], ["user_account.id"], name=op.f("fk_bank_mapping_kept_by"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_mapping")),
        sa.UniqueConstraint(
            "contract_id", "headings_hash", name=op.f("uq_bank_mapping_contract_id_headings_hash")
        ),
    )
    op.create_table(
        "bank_statement",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("repeated", sa.Integer(), nullable=False),
        sa.Column("skipped", sa.JSON(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=True),
        sa.Column("first_on", sa.Date(), nullable=True),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("imported_by", sa.BigInteger(), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("lines >= 0 AND repeated >= 0", name=op.f("ck_bank_statement_lines")),
        sa.CheckConstraint("raw IS NULL OR lines = 0", name=op.f("ck_bank_statement_waits")),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_bank_statement_contract_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["imported_by"],
            ["user_account.id"],
            name=op.f("fk_bank_statement_imported_by"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_statement")),
        sa.UniqueConstraint("contract_id", "id", name=op.f("uq_bank_statement_contract_id_id")),
        sa.UniqueConstraint("contract_id", "sha256", name=op.f("uq_bank_statement_contract_id_sha256")),
    )
    op.create_table(
        "calendar_text",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("imported_by", sa.BigInteger(), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["imported_by"],
            ["user_account.id"],
            name=op.f("fk_calendar_text_imported_by"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_text")),
        sa.UniqueConstraint("year", "revision", name=op.f("uq_calendar_text_year_revision")),
    )
    op.create_table(
        "column_mapping",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("ledger", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("headings", sa.String(length=64), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_column_mapping_contract_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["user_account.id"], name=op.f("fk_column_mapping_made_by"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_column_mapping")),
        sa.UniqueConstraint("contract_id", "id", name=op.f("uq_column_mapping_contract_id_id")),
        sa.UniqueConstraint(
            "contract_id", "ledger", "name", name=op.f("uq_column_mapping_contract_id_ledger_name")
        ),
    )
    with op.batch_alter_table("column_mapping", schema=None) as batch_op:
        batch_op.create_index(
            "ix_column_mapping_headings", ["contract_id", "ledger", "headings"], unique=False
        )

    op.create_table(
        "contract_event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("outcome IN ('upheld', 'dismissed')", name=op.f("ck_contract_event_outcome")),
        sa.CheckConstraint(
            "(decided_by IS NULL) = (outcome IS NULL)", name=op.f("ck_contract_event_decided")
        ),
        sa.CheckConstraint(
            "decided_by IS NULL OR decided_by <> recorded_by", name=op.f("ck_contract_event_two_people")
        ),
        sa.CheckConstraint("length(account) > 0", name=op.f("ck_contract_event_account")),
        sa.CheckConstraint("outcome IS NULL OR length(answer) > 0", name=op.f("ck_contract_event_answer")),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_contract_event_contract_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"],
            ["user_account.id"],
            name=op.f("fk_contract_event_decided_by"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"],
            ["user_account.id"],
            name=op.f("fk_contract_event_recorded_by"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract_event")),
        sa.UniqueConstraint("contract_id", "id", name=op.f("uq_contract_event_contract_id_id")),
        sa.UniqueConstraint("contract_id", "number", name=op.f("uq_contract_event_contract_id_number")),
    )
    op.create_table(
        "contract_rulebook",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("rulebook_text_id", sa.BigInteger(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.BigInteger(), nullable=True),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("adopted_by", sa.BigInteger(), nullable=True),
        sa.Column("adopted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dropped_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(adopted_by IS NULL) = (adopted_at IS NULL)", name=op.f("ck_contract_rulebook_adopted")
        ),
        sa.CheckConstraint(
            "(proposed_by IS NULL) = (proposed_at IS NULL)", name=op.f("ck_contract_rulebook_proposed")
        ),
        sa.CheckConstraint(
            "adopted_at IS NOT NULL OR proposed_at IS NOT NULL", name=op.f("ck_contract_rulebook_by_somebody")
        ),
        sa.CheckConstraint("length(reason) > 0", name=op.f("ck_contract_rulebook_reason")),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_contract_rulebook_revision")),
        sa.ForeignKeyConstraint(
            ["adopted_by"],
            ["user_account.id"],
            name=op.f("fk_contract_rulebook_adopted_by"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"],
            ["contract.id"],
            name=op.f("fk_contract_rulebook_contract_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by"],
            ["user_account.id"],
            name=op.f("fk_contract_rulebook_proposed_by"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["rulebook_text_id"],
            ["rulebook_text.id"],
            name=op.f("fk_contract_rulebook_rulebook_text_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract_rulebook")),
        sa.UniqueConstraint("contract_id", "id", name=op.f("uq_contract_rulebook_contract_id_id")),
        sa.UniqueConstraint(
            "contract_id", "revision", name=op.f("uq_contract_rulebook_contract_id_revision")
        ),
    )
    with op.batch_alter_table("contract_rulebook", schema=None) as batch_op:
        batch_op.create_index("ix_contract_rulebook_effective", ["contract_id", "effective_on"], unique=False)

    op.create_table(
        "deliverable",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("duty", sa.String(length=60), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("clauses", sa.String(length=200), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("edition", sa.String(length=40), nullable=False),
        sa.Column("copies", sa.Integer(), nullable=False),
        sa.Column("medium", sa.String(length=20), nullable=False),
        sa.Column("handed_on", sa.Date(), nullable=True),
        sa.Column("accepted_by", sa.String(length=80), nullable=False),
        sa.Column("accepted_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "medium IN ('paper', 'file', 'disc', 'drive', 'both')", name=op.f("ck_deliverable_medium")
        ),
        sa.CheckConstraint(
            "(accepted_on IS NULL) = (length(accepted_by) = 0)", name=op.f("ck_deliverable_accepted")
        ),
        sa.CheckConstraint(
            "accepted_on IS NULL OR handed_on IS NOT NULL", name=op.f("ck_deliverable_handed")
        ),
        sa.CheckConstraint("copies >= 0", name=op.f("ck_deliverable_copies")),
        sa.CheckConstraint("length(title) > 0", name=op.f("ck_deliverable_title")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_deliverable_number")),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_deliverable_contract_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["user_account.id"], name=op.f("fk_deliverable_recorded_by"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliverable")),
        sa.UniqueConstraint("contract_id", "id", name=op.f("uq_deliverable_contract_id_id")),
        sa.UniqueConstraint("contract_id", "number", name=op.f("uq_deliverable_contract_id_number")),
    )
    op.create_table(
        "dossier",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("retention", sa.String(length=20), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("opened_by", sa.BigInteger(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_by", sa.BigInteger(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "retention IN ('ten', 'fifteen', 'thirty', 'forever')", name=op.f("ck_dossier_retention")
        ),
        sa.CheckConstraint("(closed_at IS NULL) = (closed_by IS NULL)", name=op.f("ck_dossier_closed")),
        sa.CheckConstraint("length(title) > 0", name=op.f("ck_dossier_title")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_dossier_number")),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_dossier_period")),
        sa.ForeignKeyConstraint(
            ["closed_by"], ["user_account.id"], name=op.f("fk_dossier_closed_by"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_dossier_contract_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["opened_by"], ["user_account.id"], name=op.f("fk_dossier_opened_by"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dossier")),
        sa.UniqueConstraint("contract_id", "id", name=op.f("uq_dossier_contract_id_id")),
        sa.UniqueConstraint("contract_id", "number", name=op.f("uq_dossier_contract_id_number")),
    )
    op.create_table(
        "evidence_file",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.String(length=120), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.Column("look", sa.String(length=16), nullable=True),
        sa.Column("look_0", sa.Integer(), nullable=True),
        sa.Column("look_1", sa.Integer(), nullable=True),
        sa.Column("look_2", sa.Integer(), nullable=True),
        sa.Column("look_3", sa.Integer(), nullable=True),
        sa.Column("look_fine", sa.String(length=64), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sealed_exif", sa.LargeBinary(), nullable=True),
        sa.Column("uploaded_by", sa.BigInteger(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_evidence_file_sha256")),
        sa.CheckConstraint("size >= 0", name=op.f("ck_evidence_file_size")),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_evidence_file_contract_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["uploaded_by"],
            ["user_account.id"],
            name=op.f("fk_evidence_file_uploaded_by"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_file")),
        sa.UniqueConstraint("contract_id", "id", name=op.f("uq_evidence_file_contract_id_id")),
        sa.UniqueConstraint("contract_id", "sha256", name=op.f("uq_evidence_file_contract_id_sha256")),
    )
    with op.batch_alter_table("evidence_file", schema=None) as batch_op:
        batch_op.create_index("ix_evidence_file_look_0", ["contract_id", "look_0"], unique=False)
        batch_op.create_index("ix_evidence_file_look_1", ["contract_id", "look_1"], unique=False)
        batch_op.create_index("ix_evidence_file_look_2", ["contract_id", "look_2"], unique=False)
        batch_op.create_index("ix_evidence_file_look_3", ["contract_id", "look_3"], unique=False)

    op.create_table(
        "fund_source",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("document", sa.String(length=80), nullable=False),
        sa.Column("project", sa.String(length=120), nullable=False),
        sa.Column("function_class", sa.String(length=80), nullable=False),
        sa.Column("economic_class", sa.String(length=80), nullable=False),
        sa.Column("nature", sa.String(length=20), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("used_fen", sa.BigInteger(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("added_by", sa.BigInteger(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "nature IN ('general', 'government_fund', 'employment', 'insurance', 'own', 'other')",
            name=op.f("ck_fund_source_nature"),
        ),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_fund_source_amount")),
        sa.CheckConstraint("length(document) > 0", name=op.f("ck_fund_source_document")),
        sa.CheckConstraint("used_fen >= 0 AND used_fen <= amount_fen", name=op.f("ck_fund_source_used")),
        sa.ForeignKeyConstraint(
            ["added_by"], ["user_account.id"], name=op.f("fk_fund_source_added_by"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_fund_source_contract_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fund_source")),
        sa.UniqueConstraint(
            "contract_id",
            "document",
            "project",
            "economic_class",
            name=op.f("uq_fund_source_contract_id_document_project_economic_class"),
        ),
        sa.UniqueConstraint("contract_id", "id", name=op.f("uq_fund_source_contract_id_id")),
    )
    op.create_table(
        "ledger_view",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("ledger", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("query", sa.JSON(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_ledger_view_contract_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_ledger_view_user_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_view")),
        sa.UniqueConstraint("contract_id", "id", name=op.f("uq_ledger_view_contract_id_id")),
        sa.UniqueConstraint(
            "contract_id",
            "user_id",
            "ledger",
            "name",
            name=op.f("uq_ledger_view_contract_id_user_id_ledger_name"),
        ),
    )
    op.create_table(
        "manual_figure",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("clause", sa.String(length=60), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("stated", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("entered_by", sa.BigInteger(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verified_by", sa.BigInteger(), nullable=True),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(verified_at IS NULL) = (verified_by IS NULL)", name=op.f("ck_manual_figure_verified")
        ),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_manual_figure_period")),
        sa.CheckConstraint(
            "verified_by IS NULL OR verified_by <> entered_by", name=op.f("ck_manual_figure_second_person")
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_manual_figure_contract_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["entered_by"], ["user_account.id"], name=op.f("fk_manual_figure_entered_by"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["verified_by"],
            ["user_account.id"],
            name=op.f("fk_manual_figure_verified_by"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_manual_figure")),
        sa.UniqueConstraint(
            "contract_id",
            "clause",
            "from_on",
            "until_on",
            "revision",
            name=op.f("uq_manual_figure_contract_id_clause_from_on_until_on_revision"),
        ),
        sa.UniqueConstraint("contract_id", "id", name=op.f("uq_manual_figure_contract_id_id")),
    )
    op.create_table(
        "money_balance",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("account", sa.String(length=20), nullable=False),
        sa.Column("balance_fen", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "account IN ('amendments') OR balance_fen >= 0", name=op.f("ck_money_balance_balance")
        ),
        sa.CheckConstraint(
            "account IN ('price', 'amendments', 'outstanding', 'earned', 'payable', 'paid', 'advances', 'reductions', 'retained', 'receivable')",  # noqa: E501
            name=op.f("ck_money_balance_account"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_money_balance_contract_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_money_balance")),
        sa.UniqueConstraint("contract_id", "account", name=op.f("uq_money_balance_contract_id_account")),
    )
    op.create_table(
        "money_batch",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("summary", sa.String(length=300), nullable=False),
        sa.Column("source_kind", sa.String(length=20), nullable=False),
        sa.Column("source_id", sa.BigInteger(), nullable=False),
        sa.Column("source_key", sa.String(length=200), nullable=False),
        sa.Column("clause", sa.String(length=80), nullable=False),
        sa.Column("cause", sa.String(length=120), nullable=False),
        sa.Column("reverses_id", sa.BigInteger(), nullable=True),
        sa.Column("posted_by", sa.BigInteger(), nullable=True),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('price', 'amendment', 'count', 'opening', 'earned', 'reduction', 'offset', 'retention', 'release', 'approved', 'advance', 'payment', 'returned', 'clawback', 'refund', 'reversal')",  # noqa: E501
            name=op.f("ck_money_batch_kind"),
        ),
        sa.CheckConstraint(
            "kind IN ('reversal', 'returned') OR reverses_id IS NULL", name=op.f("ck_money_batch_reverses")
        ),
        sa.CheckConstraint(
            "source_kind IN ('contract', 'amendment', 'opening', 'statement', 'payment', 'count', 'guarantee', 'batch')",
            name=op.f("ck_money_batch_source_kind"),
        ),
        sa.CheckConstraint("length(source_key) > 0", name=op.f("ck_money_batch_source_key")),
        sa.CheckConstraint("length(summary) > 0", name=op.f("ck_money_batch_summary")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_money_batch_number")),
        sa.ForeignKeyConstraint(
            ["contract_id", "reverses_id"],
            ["money_batch.contract_id", "money_batch.id"],
            name=op.f("fk_money_batch_contract_id_reverses_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_money_batch_contract_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["posted_by"], ["user_account.id"], name=op.f("fk_money_batch_posted_by"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_money_batch")),
        sa.UniqueConstraint("contract_id", "id", name=op.f("uq_money_batch_contract_id_id")),
        sa.UniqueConstraint("contract_id", "number", name=op.f("uq_money_batch_contract_id_number")),
        sa.UniqueConstraint(
            "contract_id", "reverses_id", name=op.f("uq_money_batch_contract_id_reverses_id")
        ),
        sa.UniqueConstraint("contract_id", "source_key", name=op.f("uq_money_batch_contract_id_source_key")),
    )
    with op.batch_alter_table("money_batch", schema=None) as batch_op:
        batch_op.create_index(
            "ix_money_batch_source", ["contract_id", "source_kind", "source_id"], unique=False
        )

    op.create_table(
        "official_document",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("issuer_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=True),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=True),
        sa.Column("drafted_by", sa.BigInteger(), nullable=False),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("numbered_on", sa.Date(), nullable=True),
        sa.Column("sealed_on", sa.Date(), nullable=True),
        sa.Column("signers", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "kind IN ('notice', 'result', 'exemption', 'inspection', 'minutes', 'other')",
            name=op.f("ck_official_document_kind"),
        ),
        sa.CheckConstraint(
            "state <> 'sealed' OR (sealed_on IS NOT NULL AND length(signers) > 0)",
            name=op.f("ck_official_document_sealed"),
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'numbered', 'printed', 'sealed', 'void')",
            name=op.f("ck_official_document_state"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('numbered', 'printed', 'sealed') OR number IS NOT NULL",
            name=op.f("ck_official_document_numbered"),
        ),
        sa.CheckConstraint(
            "(number IS NULL) = (content_hash IS NULL)", name=op.f("ck_official_document_frozen")
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"],
            ["contract.id"],
            name=op.f("fk_official_document_contract_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["drafted_by"],
            ["user_account.id"],
            name=op.f("fk_official_document_drafted_by"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["issuer_id"],
            ["organisation.id"],
            name=op.f("fk_official_document_issuer_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_official_document")),
        sa.UniqueConstraint("contract_id", "id", name=op.f("uq_official_document_contract_id_id")),
        sa.UniqueConstraint("issuer_id", "number", name=op.f("uq_official_document_issuer_id_number")),
    )
    op.create_table(
        "period_lock",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("ledger", sa.String(length=60), nullable=True),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("locked_by", sa.BigInteger(), nullable=False),
        sa.Column("locked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_by", sa.BigInteger(), nullable=True),
        sa.Column("lift_reason", sa.Text(), nullable=False),
        sa.CheckConstraint("(lifted_at IS NULL) = (lifted_by IS NULL)", name=op.f("ck_period_lock_lifted")),
        sa.CheckConstraint("length(reason) > 0", name=op.f("ck_period_lock_reason")),
        sa.CheckConstraint(
            "lifted_by IS NULL OR lifted_by <> locked_by", name=op.f("ck_period_lock_two_people")
        ),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_period_lock_period")),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_period_lock_contract_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["lifted_by"], ["user_account.id"], name=op.f("fk_period_lock_lifted_by"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["locked_by"], ["user_account.id"], name=op.f("fk_period_lock_locked_by"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_period_lock")),
        sa.UniqueConstraint("contract_id", "id", name=op.f("uq_period_lock_contract_id_id")),
    )
    with op.batch_alter_table("period_lock", schema=None) as batch_op:
        batch_op.create_index("ix_period_lock_span", ["contract_id", "from_on", "until_on"], unique=False)

    op.create_table(
        "person",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("id_digest", sa.String(length=64), nullable=True),
        sa.Column("phone_digest", sa.String(length=64), nullable=True),
        sa.Column("name_mask", sa.String(length=120), nullable=False),
        sa.Column("id_mask", sa.String(length=20), nullable=False),
        sa.Column("phone_mask", sa.String(length=20), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("id_digest IS NOT NULL OR phone_digest IS NOT NULL", name=op.f("ck_person_key")),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_person_contract_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("contract_id", "id", name=op.f("uq_person_contract_id_id")),
    )
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.create_index("ix_person_phone_digest", ["contract_id", "phone_digest"], unique=False)
        batch_op.create_index(
            "uq_person_id_digest",
            ["contract_id", "id_digest"],
            unique=True,
            sqlite_where=sa.text("id_digest IS NOT NULL"),
            postgresql_where=sa.text("id_digest IS NOT NULL"),
        )

    op.create_table(
        "poll",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("questionnaire", sa.String(length=60), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("clause", sa.String(length=120), nullable=False),
        sa.Column("form", sa.JSON(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("population", sa.Integer(), nullable=False),
        sa.Column("wished", sa.Integer(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("opened_by", sa.BigInteger(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("closed_by", sa.BigInteger(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("conclusion", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_by IS NOT NULL AND closed_at IS NOT NULL)",
            name=op.f("ck_poll_closed"),
        ),
        sa.CheckConstraint("state IN ('open', 'closed')", name=op.f("ck_poll_state")),
        sa.CheckConstraint("from_on <= until_on", name=op.f("ck_poll_days")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_poll_number")),
        sa.CheckConstraint("wished >= 1 AND wished <= population", name=op.f("ck_poll_wished")),
        sa.ForeignKeyConstraint(
            ["closed_by"], ["user_account.id"], name=op.f("fk_poll_closed_by"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_poll_contract_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["opened_by"], ["user_account.id"], name=op.f("fk_poll_opened_by"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_poll")),
        sa.UniqueConstraint("contract_id", "id", name=op.f("uq_poll_contract_id_id")),
        sa.UniqueConstraint("contract_id", "number", name=op.f("uq_poll_contract_id_number")),
    )
    op.create_table(
        "report_letter",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("kept_by", sa.BigInteger(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_report_letter_revision")),
        sa.CheckConstraint("sha256 IS NULL OR length(sha256) = 64", name=op.f("ck_report_letter_sha256")),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_report_letter_contract_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["kept_by"], ["user_account.id"], name=op.f("fk_report_letter_kept_by"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_letter")),
        sa.UniqueConstraint("contract_id", "revision", name=op.f("uq_report_letter_contract_id_revision")),
    )
    op.create_table(
        "report_template",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("duty", sa.String(length=60), nullable=False),
        sa.Column("part", sa.String(length=60), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("written_by", sa.BigInteger(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_report_template_revision")),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_report_template_contract_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["written_by"],
            ["user_account.id"],
            name=op.f("fk_report_template_written_by"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_template")),
        sa.UniqueConstraint(
            "contract_id",
            "duty",
            "part",
            "revision",
            name=op.f("uq_report_template_contract_id_duty_part_revision"),
        ),
    )
    op.create_table(
        "review_batch",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("reviewer_id", sa.BigInteger(), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("mode", sa.String(length=20), nullable=False),
        sa.Column("query", sa.JSON(), nullable=False),
        sa.Column("entry_ids", sa.JSON(), nullable=False),
        sa.Column("versions", sa.JSON(), nullable=False),
        sa.Column("drawn_ids", sa.JSON(), nullable=False),
        sa.Column("opened_ids", sa.JSON(), nullable=False),
        sa.Column("failed_ids", sa.JSON(), nullable=False),
        sa.Column("left_out", sa.JSON(), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("draw", sa.JSON(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("to_open", sa.Integer(), nullable=False),
        sa.Column("deed", sa.String(length=20), nullable=True),
        sa.Column("decided", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "deed IS NULL OR (stage = 'verify' AND deed IN ('verified', 'returned')) OR (stage = 'check' AND deed IN ('checked', 'sent_back'))",  # noqa: E501
            name=op.f("ck_review_batch_deed"),
        ),
        sa.CheckConstraint("mode <> 'each' OR to_open = total", name=op.f("ck_review_batch_each")),
        sa.CheckConstraint("mode IN ('each', 'drawn')", name=op.f("ck_review_batch_mode")),
        sa.CheckConstraint("stage IN ('check', 'verify')", name=op.f("ck_review_batch_stage")),
        sa.CheckConstraint("(deed IS NULL) = (decided_at IS NULL)", name=op.f("ck_review_batch_decided")),
        sa.CheckConstraint(
            "decided_at IS NULL OR cancelled_at IS NULL", name=op.f("ck_review_batch_one_end")
        ),
        sa.CheckConstraint("total >= 1 AND to_open BETWEEN 0 AND total", name=op.f("ck_review_batch_counts")),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_review_batch_contract_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["reviewer_id"],
            ["user_account.id"],
            name=op.f("fk_review_batch_reviewer_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_batch")),
        sa.UniqueConstraint("contract_id", "id", name=op.f("uq_review_batch_contract_id_id")),
    )
    with op.batch_alter_table("review_batch", schema=None) as batch_op:
        batch_op.create_index("ix_review_batch_stage", ["contract_id", "stage", "id"], unique=False)

    op.create_table(
        "rollup_plan",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("signature", sa.String(length=64), nullable=False),
        sa.Column("trial", sa.Boolean(), nullable=False),
        sa.Column("built_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("drift", sa.Text(), nullable=False),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_rollup_plan_period")),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_rollup_plan_contract_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rollup_plan")),
        sa.UniqueConstraint(
            "contract_id", "from_on", "until_on", name=op.f("uq_rollup_plan_contract_id_from_on_until_on")
        ),
        sa.UniqueConstraint("contract_id", "id", name=op.f("uq_rollup_plan_contract_id_id")),
    )
    op.create_table(
        "spot_round",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("ledger", sa.String(length=60), nullable=False),
        sa.Column("clause", sa.String(length=120), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("query", sa.JSON(), nullable=False),
        sa.Column("strata", sa.String(length=20), nullable=False),
        sa.Column("size_by", sa.String(length=20), nullable=False),
        sa.Column("wished", sa.String(length=20), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("population", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("commitment", sa.String(length=64), nullable=False),
        sa.Column("sealed_seed", sa.Text(), nullable=False),
        sa.Column("listing", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("repeats_id", sa.BigInteger(), nullable=True),
        sa.Column("repeat_reason", sa.Text(), nullable=False),
        sa.Column("committed_by", sa.BigInteger(), nullable=False),
        sa.Column("committed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("supplier_seed", sa.String(length=200), nullable=False),
        sa.Column("supplier_by", sa.BigInteger(), nullable=True),
        sa.Column("supplier_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seed", sa.String(length=200), nullable=True),
        sa.Column("drawn", sa.JSON(), nullable=False),
        sa.Column("allocation", sa.JSON(), nullable=False),
        sa.Column("drawn_by", sa.BigInteger(), nullable=True),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("concluded_by", sa.BigInteger(), nullable=True),
        sa.Column("concluded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("conclusion", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("size_by IN ('number', 'share', 'margin')", name=op.f("ck_spot_round_size_by")),
        sa.CheckConstraint(
            "strata IN ('none', 'outlet', 'township', 'author', 'field')", name=op.f("ck_spot_round_strata")
        ),
        sa.CheckConstraint("(drawn_at IS NULL) = (seed IS NULL)", name=op.f("ck_spot_round_drawn")),
        sa.CheckConstraint(
            "(supplier_by IS NULL) = (length(supplier_seed) = 0)", name=op.f("ck_spot_round_supplier")
        ),
        sa.CheckConstraint(
            "concluded_at IS NULL OR drawn_at IS NOT NULL", name=op.f("ck_spot_round_concluded")
        ),
        sa.CheckConstraint("from_on <= until_on", name=op.f("ck_spot_round_days")),
        sa.CheckConstraint(
            "length(commitment) = 64 AND length(fingerprint) = 64", name=op.f("ck_spot_round_digests")
        ),
        sa.CheckConstraint("length(reason) > 0", name=op.f("ck_spot_round_reason")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_spot_round_number")),
        sa.CheckConstraint(
            "repeats_id IS NULL OR length(repeat_reason) > 0", name=op.f("ck_spot_round_repeat")
        ),
        sa.CheckConstraint("size >= 1 AND size <= population", name=op.f("ck_spot_round_size")),
        sa.ForeignKeyConstraint(
            ["committed_by"],
            ["user_account.id"],
            name=op.f("fk_spot_round_committed_by"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["concluded_by"],
            ["user_account.id"],
            name=op.f("fk_spot_round_concluded_by"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["contract_id", "repeats_id"],
            ["spot_round.contract_id", "spot_round.id"],
            name=op.f("fk_spot_round_contract_id_repeats_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_spot_round_contract_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["drawn_by"], ["user_account.id"], name=op.f("fk_spot_round_drawn_by"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["supplier_by"], ["user_account.id"], name=op.f("fk_spot_round_supplier_by"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spot_round")),
        sa.UniqueConstraint("contract_id", "id", name=op.f("uq_spot_round_contract_id_id")),
        sa.UniqueConstraint("contract_id", "number", name=op.f("uq_spot_round_contract_id_number")),
    )
    with op.batch_alter_table("spot_round", schema=None) as batch_op:
        batch_op.create_index("ix_spot_round_ledger", ["contract_id", "ledger", "from_on"], unique=False)

    op.create_table(
        "standing",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("rulebook_text_id", sa.BigInteger(), nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.Column("inputs", sa.String(length=64), nullable=False),
        sa.Column("found", sa.JSON(), nullable=False),
        sa.Column("windows", sa.JSON(), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("ahead", sa.JSON(), nullable=False),
        sa.Column("past", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_standing_contract_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["rulebook_text_id"],
            ["rulebook_text.id"],
            name=op.f("fk_standing_rulebook_text_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standing")),
        sa.UniqueConstraint("contract_id", name=op.f("uq_standing_contract_id")),
    )
    op.create_table(
        "target_change",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("parameter", sa.String(length=80), nullable=False),
        sa.Column("before", sa.String(length=60), nullable=False),
        sa.Column("value", sa.String(length=60), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("proposed_by", sa.BigInteger(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved", sa.Boolean(), nullable=True),
        sa.Column("opinion", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (decided_by IS NULL) AND (decided_at IS NULL) = (approved IS NULL)",
            name=op.f("ck_target_change_decided"),
        ),
        sa.CheckConstraint(
            "decided_by IS NULL OR decided_by <> proposed_by", name=op.f("ck_target_change_second_person")
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_target_change_contract_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["user_account.id"], name=op.f("fk_target_change_decided_by"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by"],
            ["user_account.id"],
            name=op.f("fk_target_change_proposed_by"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target_change")),
        sa.UniqueConstraint("contract_id", "id", name=op.f("uq_target_change_contract_id_id")),
    )
    with op.batch_alter_table("target_change", schema=None) as batch_op:
        batch_op.create_index(
            "ix_target_change_of", ["contract_id", "parameter", "effective_on"], unique=False
        )

    op.create_table(
        "task_plan",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("figure", sa.String(length=140), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("saved_by", sa.BigInteger(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("total >= 0", name=op.f("ck_task_plan_total")),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_task_plan_contract_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["saved_by"], ["user_account.id"], name=op.f("fk_task_plan_saved_by"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task_plan")),
        sa.UniqueConstraint("contract_id", "figure", name=op.f("uq_task_plan_contract_id_figure")),
        sa.UniqueConstraint("contract_id", "id", name=op.f("uq_task_plan_contract_id_id")),
    )
    op.create_table(
        "acceptance",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("line", sa.String(length=80), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("assessment_id", sa.BigInteger(), nullable=True),
        sa.Column("appointment", sa.Text(), nullable=False),
        sa.Column("appointed_on", sa.Date(), nullable=False),
        sa.Column("clauses", sa.JSON(), nullable=False),
        sa.Column("third_parties", sa.Text(), nullable=False),
        sa.Column("served", sa.Text(), nullable=False),
        sa.Column("opinion", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("concluded_on", sa.Date(), nullable=True),
        sa.Column("made_by", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'passed', 'failed', 'void')", name=op.f("ck_acceptance_state")
        ),
        sa.CheckConstraint(
            "state NOT IN ('passed', 'failed') OR (concluded_on IS NOT NULL AND length(opinion) > 0)",
            name=op.f("ck_acceptance_concluded"),
        ),
        sa.CheckConstraint("length(appointment) > 0", name=op.f("ck_acceptance_appointment")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_acceptance_number")),
        sa.ForeignKeyConstraint(
            ["contract_id", "assessment_id"],
            ["assessment.contract_id", "assessment.id"],
            name=op.f("fk_acceptance_contract_id_assessment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_acceptance_contract_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["user_account.id"], name=op.f("fk_acceptance_made_by"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_acceptance")),
        sa.UniqueConstraint("contract_id", "id", name=op.f("uq_acceptance_contract_id_id")),
        sa.UniqueConstraint("contract_id", "number", name=op.f("uq_acceptance_contract_id_number")),
    )
    with op.batch_alter_table("acceptance", schema=None) as batch_op:
        batch_op.create_index(
            "uq_acceptance_standing",
            ["contract_id", "line"],
            unique=True,
            sqlite_where=sa.text("state IN ('draft', 'passed')"),
            postgresql_where=sa.text("state IN ('draft', 'passed')"),
        )

    op.create_table(
        "assessment_appeal",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("assessment_id", sa.BigInteger(), nullable=False),
        sa.Column("item", sa.String(length=80), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("raised_by", sa.BigInteger(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_by", sa.BigInteger(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('upheld', 'partly', 'rejected')", name=op.f("ck_assessment_appeal_outcome")
        ),
        sa.CheckConstraint(
            "(answered_by IS NULL) = (outcome IS NULL)", name=op.f("ck_assessment_appeal_answered")
        ),
        sa.CheckConstraint(
            "answered_by IS NULL OR answered_by <> raised_by", name=op.f("ck_assessment_appeal_two_people")
        ),
        sa.CheckConstraint("length(reason) > 0", name=op.f("ck_assessment_appeal_reason")),
        sa.CheckConstraint("outcome IS NULL OR length(answer) > 0", name=op.f("ck_assessment_appeal_answer")),
        sa.ForeignKeyConstraint(
            ["answered_by"],
            ["user_account.id"],
            name=op.f("fk_assessment_appeal_answered_by"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["contract_id", "assessment_id"],
            ["assessment.contract_id", "assessment.id"],
            name=op.f("fk_assessment_appeal_contract_id_assessment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"],
            ["contract.id"],
            name=op.f("fk_assessment_appeal_contract_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["raised_by"],
            ["user_account.id"],
            name=op.f("fk_assessment_appeal_raised_by"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_appeal")),
        sa.UniqueConstraint("contract_id", "id", name=op.f("uq_assessment_appeal_contract_id_id")),
    )
    with op.batch_alter_table("assessment_appeal", schema=None) as batch_op:
        batch_op.create_index(
            "uq_assessment_appeal_waiting",
            ["assessment_id", "item"],
            unique=True,
            sqlite_where=sa.text("answered_by IS NULL"),
            postgresql_where=sa.text("answered_by IS NULL"),
        )

    op.create_table(
        "assessment_capsule",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("assessment_id", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_assessment_capsule_sha256")),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_assessment_capsule_revision")),
        sa.ForeignKeyConstraint(
            ["contract_id", "assessment_id"],
            ["assessment.contract_id", "assessment.id"],
            name=op.f("fk_assessment_capsule_contract_id_assessment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"],
            ["contract.id"],
            name=op.f("fk_assessment_capsule_contract_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["user_account.id"], name=op.f("fk_assessment_capsule_made_by"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_capsule")),
        sa.UniqueConstraint(
            "assessment_id", "revision", name=op.f("uq_assessment_capsule_assessment_id_revision")
        ),
        sa.UniqueConstraint("contract_id", "id", name=op.f("uq_assessment_capsule_contract_id_id")),
    )
    op.create_table(
        "assessment_decision",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("assessment_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.String(length=160), nullable=False),
        sa.Column("clause", sa.String(length=80), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("points", sa.String(length=40), nullable=True),
        sa.Column("met", sa.Boolean(), nullable=True),
        sa.Column("exempt", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposed", sa.String(length=40), nullable=False),
        sa.Column("low", sa.String(length=40), nullable=False),
        sa.Column("high", sa.String(length=40), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("cites", sa.JSON(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("in_appeal", sa.Boolean(), nullable=False),
        sa.Column("decided_by", sa.BigInteger(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_assessment_decision_revision")),
        sa.CheckConstraint(
            "withdrawn OR exempt OR points IS NOT NULL OR met IS NOT NULL",
            name=op.f("ck_assessment_decision_decided"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id", "assessment_id"],
            ["assessment.contract_id", "assessment.id"],
            name=op.f("fk_assessment_decision_contract_id_assessment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"],
            ["contract.id"],
            name=op.f("fk_assessment_decision_contract_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"],
            ["user_account.id"],
            name=op.f("fk_assessment_decision_decided_by"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_decision")),
        sa.UniqueConstraint(
            "assessment_id", "key", "revision", name=op.f("uq_assessment_decision_assessment_id_key_revision")
        ),
    )
    with op.batch_alter_table("assessment_decision", schema=None) as batch_op:
        batch_op.create_index("ix_assessment_decision_clause", ["contract_id", "clause", "id"], unique=False)

    op.create_table(
        "assessment_event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("assessment_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=True),
        sa.Column("deed", sa.String(length=30), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "deed IN ('opened', 'measured', 'self_scored', 'self_score_reopened', 'group_appointed', 'recused', 'dissented', 'scored', 'scoring_reopened', 'published', 'appealed', 'appeal_answered', 'appeals_decided', 'signed_by_buyer', 'signed_by_supplier', 'supplier_refused', 'frozen', 'reopening_asked', 'reopening_refused', 'reopened', 'superseded', 'dropped')",  # noqa: E501
            name=op.f("ck_assessment_event_deed"),
        ),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["user_account.id"], name=op.f("fk_assessment_event_actor_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["contract_id", "assessment_id"],
            ["assessment.contract_id", "assessment.id"],
            name=op.f("fk_assessment_event_contract_id_assessment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"],
            ["contract.id"],
            name=op.f("fk_assessment_event_contract_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_event")),
    )
    with op.batch_alter_table("assessment_event", schema=None) as batch_op:
        batch_op.create_index(
            "ix_assessment_event_assessment", ["contract_id", "assessment_id", "id"], unique=False
        )

    op.create_table(
        "assessment_fact",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("assessment_id", sa.BigInteger(), nullable=False),
        sa.Column("clause", sa.String(length=80), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("stated", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("in_appeal", sa.Boolean(), nullable=False),
        sa.Column("stated_by", sa.BigInteger(), nullable=False),
        sa.Column("stated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.BigInteger(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(confirmed_by IS NULL) = (confirmed_at IS NULL)", name=op.f("ck_assessment_fact_confirmed")
        ),
        sa.CheckConstraint(
            "confirmed_by IS NULL OR confirmed_by <> stated_by", name=op.f("ck_assessment_fact_two_people")
        ),
        sa.CheckConstraint("length(reason) > 0", name=op.f("ck_assessment_fact_reason")),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_assessment_fact_revision")),
        sa.ForeignKeyConstraint(
            ["confirmed_by"],
            ["user_account.id"],
            name=op.f("fk_assessment_fact_confirmed_by"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["contract_id", "assessment_id"],
            ["assessment.contract_id", "assessment.id"],
            name=op.f("fk_assessment_fact_contract_id_assessment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_assessment_fact_contract_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["stated_by"], ["user_account.id"], name=op.f("fk_assessment_fact_stated_by"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_fact")),
        sa.UniqueConstraint(
            "assessment_id",
            "clause",
            "revision",
            name=op.f("uq_assessment_fact_assessment_id_clause_revision"),
        ),
        sa.UniqueConstraint("contract_id", "id", name=op.f("uq_assessment_fact_contract_id_id")),
    )
    op.create_table(
        "assessment_group",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("assessment_id", sa.BigInteger(), nullable=False),
        sa.Column("appointment", sa.Text(), nullable=False),
        sa.Column("appointed_on", sa.Date(), nullable=False),
        sa.Column("recorded_by", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(appointment) > 0", name=op.f("ck_assessment_group_appointment")),
        sa.ForeignKeyConstraint(
            ["contract_id", "assessment_id"],
            ["assessment.contract_id", "assessment.id"],
            name=op.f("fk_assessment_group_contract_id_assessment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"],
            ["contract.id"],
            name=op.f("fk_assessment_group_contract_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"],
            ["user_account.id"],
            name=op.f("fk_assessment_group_recorded_by"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_group")),
        sa.UniqueConstraint("assessment_id", name=op.f("uq_assessment_group_assessment_id")),
    )
    op.create_table(
        "assessment_mark",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("assessment_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.String(length=160), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("points", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_assessment_mark_revision")),
        sa.ForeignKeyConstraint(
            ["contract_id", "assessment_id"],
            ["assessment.contract_id", "assessment.id"],
            name=op.f("fk_assessment_mark_contract_id_assessment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_assessment_mark_contract_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_assessment_mark_user_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_mark")),
        sa.UniqueConstraint(
            "assessment_id",
            "key",
            "user_id",
            "revision",
            name=op.f("uq_assessment_mark_assessment_id_key_user_id_revision"),
        ),
    )
    op.create_table(
        "assessment_measure",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("assessment_id", sa.BigInteger(), nullable=False),
        sa.Column("taken_by", sa.BigInteger(), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.Column("signature", sa.String(length=64), nullable=False),
        sa.Column("base", sa.JSON(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("digests", sa.JSON(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contract_id", "assessment_id"],
            ["assessment.contract_id", "assessment.id"],
            name=op.f("fk_assessment_measure_contract_id_assessment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"],
            ["contract.id"],
            name=op.f("fk_assessment_measure_contract_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["taken_by"],
            ["user_account.id"],
            name=op.f("fk_assessment_measure_taken_by"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_measure")),
        sa.UniqueConstraint("assessment_id", name=op.f("uq_assessment_measure_assessment_id")),
    )
    op.create_table(
        "assessment_member",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("assessment_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("head", sa.Boolean(), nullable=False),
        sa.Column("recused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recusal", sa.Text(), nullable=False),
        sa.Column("dissented_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dissent", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(dissented_at IS NULL) = (length(dissent) = 0)", name=op.f("ck_assessment_member_dissent")
        ),
        sa.CheckConstraint(
            "(recused_at IS NULL) = (length(recusal) = 0)", name=op.f("ck_assessment_member_recusal")
        ),
        sa.ForeignKeyConstraint(
            ["contract_id", "assessment_id"],
            ["assessment.contract_id", "assessment.id"],
            name=op.f("fk_assessment_member_contract_id_assessment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"],
            ["contract.id"],
            name=op.f("fk_assessment_member_contract_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_assessment_member_user_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_member")),
        sa.UniqueConstraint(
            "assessment_id", "user_id", name=op.f("uq_assessment_member_assessment_id_user_id")
        ),
    )
    op.create_table(
        "assessment_paper",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("assessment_id", sa.BigInteger(), nullable=False),
        sa.Column("use", sa.String(length=20), nullable=False),
        sa.Column("about_id", sa.BigInteger(), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "use IN ('fact', 'appeal', 'answer', 'group')", name=op.f("ck_assessment_paper_use")
        ),
        sa.ForeignKeyConstraint(
            ["contract_id", "assessment_id"],
            ["assessment.contract_id", "assessment.id"],
            name=op.f("fk_assessment_paper_contract_id_assessment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id", "file_id"],
            ["evidence_file.contract_id", "evidence_file.id"],
            name=op.f("fk_assessment_paper_contract_id_file_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"],
            ["contract.id"],
            name=op.f("fk_assessment_paper_contract_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_paper")),
        sa.UniqueConstraint(
            "assessment_id",
            "use",
            "about_id",
            "file_id",
            name=op.f("uq_assessment_paper_assessment_id_use_about_id_file_id"),
        ),
    )
    op.create_table(
        "assessment_reopening",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("assessment_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("agreed", sa.Boolean(), nullable=True),
        sa.Column("answered_by", sa.BigInteger(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("made_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(answered_by IS NULL) = (agreed IS NULL)", name=op.f("ck_assessment_reopening_agreed")
        ),
        sa.CheckConstraint(
            "(answered_by IS NULL) = (answered_at IS NULL)", name=op.f("ck_assessment_reopening_answered")
        ),
        sa.CheckConstraint(
            "answered_by IS NULL OR answered_by <> asked_by", name=op.f("ck_assessment_reopening_two_people")
        ),
        sa.CheckConstraint("length(reason) > 0", name=op.f("ck_assessment_reopening_reason")),
        sa.ForeignKeyConstraint(
            ["answered_by"],
            ["user_account.id"],
            name=op.f("fk_assessment_reopening_answered_by"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["asked_by"],
            ["user_account.id"],
            name=op.f("fk_assessment_reopening_asked_by"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["contract_id", "assessment_id"],
            ["assessment.contract_id", "assessment.id"],
            name=op.f("fk_assessment_reopening_contract_id_assessment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id", "made_id"],
            ["assessment.contract_id", "assessment.id"],
            name=op.f("fk_assessment_reopening_contract_id_made_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"],
            ["contract.id"],
            name=op.f("fk_assessment_reopening_contract_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_reopening")),
        sa.UniqueConstraint("contract_id", "id", name=op.f("uq_assessment_reopening_contract_id_id")),
    )
    with op.batch_alter_table("assessment_reopening", schema=None) as batch_op:
        batch_op.create_index(
            "uq_assessment_reopening_waiting",
            ["assessment_id"],
            unique=True,
            sqlite_where=sa.text("answered_by IS NULL"),
            postgresql_where=sa.text("answered_by IS NULL"),
        )

    op.create_table(
        "assessment_self_score",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("assessment_id", sa.BigInteger(), nullable=False),
        sa.Column("item", sa.String(length=80), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("points", sa.String(length=40), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("scored_by", sa.BigInteger(), nullable=False),
        sa.Column("scored_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_assessment_self_score_revision")),
        sa.ForeignKeyConstraint(
            ["contract_id", "assessment_id"],
            ["assessment.contract_id", "assessment.id"],
            name=op.f("fk_assessment_self_score_contract_id_assessment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"],
            ["contract.id"],
            name=op.f("fk_assessment_self_score_contract_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["scored_by"],
            ["user_account.id"],
            name=op.f("fk_assessment_self_score_scored_by"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_self_score")),
        sa.UniqueConstraint(
            "assessment_id",
            "item",
            "revision",
            name=op.f("uq_assessment_self_score_assessment_id_item_revision"),
        ),
    )
    op.create_table(
        "bank_line",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("statement_id", sa.BigInteger(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("payee", sa.String(length=120), nullable=False),
        sa.Column("account", sa.String(length=60), nullable=False),
        sa.Column("bank_reference", sa.String(length=80), nullable=False),
        sa.Column("purpose", sa.String(length=300), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.CheckConstraint("amount_fen <> 0", name=op.f("ck_bank_line_amount")),
        sa.ForeignKeyConstraint(
            ["contract_id", "statement_id"],
            ["bank_statement.contract_id", "bank_statement.id"],
            name=op.f("fk_bank_line_contract_id_statement_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_bank_line_contract_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_line")),
        sa.UniqueConstraint("contract_id", "fingerprint", name=op.f("uq_bank_line_contract_id_fingerprint")),
        sa.UniqueConstraint("contract_id", "id", name=op.f("uq_bank_line_contract_id_id")),
    )
    with op.batch_alter_table("bank_line", schema=None) as batch_op:
        batch_op.create_index("ix_bank_line_amount", ["contract_id", "amount_fen", "booked_on"], unique=False)
        batch_op.create_index("ix_bank_line_statement", ["contract_id", "statement_id", "id"], unique=False)

    op.create_table(
        "case_paper",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("use", sa.String(length=20), nullable=False),
        sa.Column("about_id", sa.BigInteger(), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "use IN ('finding', 'report', 'reinspection', 'exemption', 'event', 'scan', 'service', 'spot_check', 'inspection', 'inspection_item', 'complaint', 'poll')",  # noqa: E501
            name=op.f("ck_case_paper_use"),
        ),
        sa.CheckConstraint("position >= 1", name=op.f("ck_case_paper_position")),
        sa.ForeignKeyConstraint(
            ["contract_id", "file_id"],
            ["evidence_file.contract_id", "evidence_file.id"],
            name=op.f("fk_case_paper_contract_id_file_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_case_paper_contract_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_paper")),
        sa.UniqueConstraint(
            "contract_id",
            "use",
            "about_id",
            "file_id",
            name=op.f("uq_case_paper_contract_id_use_about_id_file_id"),
        ),
    )
    op.create_table(
        "document_service",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("document_id", sa.BigInteger(), nullable=False),
        sa.Column("way", sa.String(length=20), nullable=False),
        sa.Column("recipient", sa.String(length=120), nullable=False),
        sa.Column("receipt", sa.String(length=20), nullable=False),
        sa.Column("witness", sa.String(length=120), nullable=False),
        sa.Column("served_on", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("served_by", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "receipt <> 'refused' OR length(witness) > 0", name=op.f("ck_document_service_witness")
        ),
        sa.CheckConstraint("receipt IN ('signed', 'refused')", name=op.f("ck_document_service_receipt")),
        sa.CheckConstraint(
            "way IN ('hand', 'left', 'post', 'electronic')", name=op.f("ck_document_service_way")
        ),
        sa.CheckConstraint("length(recipient) > 0", name=op.f("ck_document_service_recipient")),
        sa.ForeignKeyConstraint(
            ["contract_id", "document_id"],
            ["official_document.contract_id", "official_document.id"],
            name=op.f("fk_document_service_contract_id_document_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"],
            ["contract.id"],
            name=op.f("fk_document_service_contract_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["served_by"],
            ["user_account.id"],
            name=op.f("fk_document_service_served_by"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_service")),
    )
    with op.batch_alter_table("document_service", schema=None) as batch_op:
        batch_op.create_index("ix_document_service_document", ["contract_id", "document_id"], unique=False)

    op.create_table(
        "evidence_likeness",
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=False),
        sa.Column("like_id", sa.BigInteger(), nullable=False),
        sa.Column("distance", sa.Integer(), nullable=False),
        sa.CheckConstraint("file_id <> like_id", name=op.f("ck_evidence_likeness_two_files")),
        sa.ForeignKeyConstraint(
            ["contract_id", "file_id"],
            ["evidence_file.contract_id", "evidence_file.id"],
            name=op.f("fk_evidence_likeness_contract_id_file_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id", "like_id"],
            ["evidence_file.contract_id", "evidence_file.id"],
            name=op.f("fk_evidence_likeness_contract_id_like_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"],
            ["contract.id"],
            name=op.f("fk_evidence_likeness_contract_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("contract_id", "file_id", "like_id", name=op.f("pk_evidence_likeness")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "export_file",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("ledger", sa.String(length=60), nullable=False),
        sa.Column("query", sa.JSON(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("format", sa.String(length=10), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("job_id", sa.BigInteger(), nullable=True),
        sa.Column("asked_by", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("format IN ('xlsx', 'csv')", name=op.f("ck_export_file_format")),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["user_account.id"], name=op.f("fk_export_file_asked_by"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_export_file_contract_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["job_id"], ["job.id"], name=op.f("fk_export_file_job_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export_file")),
        sa.UniqueConstraint("contract_id", "id", name=op.f("uq_export_file_contract_id_id")),
    )
    op.create_table(
        "fund_allotment",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("fund_id", sa.BigInteger(), nullable=False),
        sa.Column("line", sa.String(length=80), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("allotted_by", sa.BigInteger(), nullable=False),
        sa.Column("allotted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_by", sa.BigInteger(), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(released_by IS NULL) = (released_at IS NULL)", name=op.f("ck_fund_allotment_released")
        ),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_fund_allotment_amount")),
        sa.CheckConstraint("length(line) > 0", name=op.f("ck_fund_allotment_line")),
        sa.CheckConstraint(
            "released_at IS NULL OR length(reason) > 0", name=op.f("ck_fund_allotment_reason")
        ),
        sa.ForeignKeyConstraint(
            ["allotted_by"],
            ["user_account.id"],
            name=op.f("fk_fund_allotment_allotted_by"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["contract_id", "fund_id"],
            ["fund_source.contract_id", "fund_source.id"],
            name=op.f("fk_fund_allotment_contract_id_fund_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_fund_allotment_contract_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["released_by"],
            ["user_account.id"],
            name=op.f("fk_fund_allotment_released_by"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fund_allotment")),
        sa.UniqueConstraint("contract_id", "id", name=op.f("uq_fund_allotment_contract_id_id")),
    )
    with op.batch_alter_table("fund_allotment", schema=None) as batch_op:
        batch_op.create_index("ix_fund_allotment_line", ["contract_id", "line"], unique=False)

    op.create_table(
        "guarantee",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("form", sa.String(length=20), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("left_fen", sa.BigInteger(), nullable=False),
        sa.Column("issuer", sa.String(length=120), nullable=False),
        sa.Column("letter_number", sa.String(length=80), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("return_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=True),
        sa.Column("entered_by", sa.BigInteger(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("form = 'cash' OR expires_on IS NOT NULL", name=op.f("ck_guarantee_expires")),
        sa.CheckConstraint(
            "form IN ('cash', 'letter', 'insurance', 'draft')", name=op.f("ck_guarantee_form")
        ),
        sa.CheckConstraint("kind IN ('performance', 'warranty')", name=op.f("ck_guarantee_kind")),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_guarantee_amount")),
        sa.CheckConstraint("left_fen >= 0 AND left_fen <= amount_fen", name=op.f("ck_guarantee_left")),
        sa.ForeignKeyConstraint(
            ["contract_id", "file_id"],
            ["evidence_file.contract_id", "evidence_file.id"],
            name=op.f("fk_guarantee_contract_id_file_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_guarantee_contract_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["entered_by"], ["user_account.id"], name=op.f("fk_guarantee_entered_by"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guarantee")),
        sa.UniqueConstraint("contract_id", "id", name=op.f("uq_guarantee_contract_id_id")),
    )
    op.create_table(
        "import_batch",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("ledger", sa.String(length=60), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("mapping_id", sa.BigInteger(), nullable=True),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("good", sa.Integer(), nullable=False),
        sa.Column("bad", sa.Integer(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("job_id", sa.BigInteger(), nullable=True),
        sa.Column("retry_of", sa.BigInteger(), nullable=True),
        sa.Column("uploaded_by", sa.BigInteger(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('uploaded', 'checking', 'checked', 'importing', 'imported', 'undone', 'failed')",
            name=op.f("ck_import_batch_state"),
        ),
        sa.CheckConstraint("total >= 0 AND good >= 0 AND bad >= 0", name=op.f("ck_import_batch_counts")),
        sa.ForeignKeyConstraint(
            ["contract_id", "file_id"],
            ["evidence_file.contract_id", "evidence_file.id"],
            name=op.f("fk_import_batch_contract_id_file_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id", "mapping_id"],
            ["column_mapping.contract_id", "column_mapping.id"],
            name=op.f("fk_import_batch_contract_id_mapping_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id", "retry_of"],
            ["import_batch.contract_id", "import_batch.id"],
            name=op.f("fk_import_batch_contract_id_retry_of"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_import_batch_contract_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["job_id"], ["job.id"], name=op.f("fk_import_batch_job_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["undone_by"], ["user_account.id"], name=op.f("fk_import_batch_undone_by"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["uploaded_by"],
            ["user_account.id"],
            name=op.f("fk_import_batch_uploaded_by"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_batch")),
        sa.UniqueConstraint("contract_id", "id", name=op.f("uq_import_batch_contract_id_id")),
    )
    with op.batch_alter_table("import_batch", schema=None) as batch_op:
        batch_op.create_index("ix_import_batch_file", ["contract_id", "ledger", "file_id"], unique=False)

    op.create_table(
        "inspection",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("checklist", sa.String(length=60), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("clause", sa.String(length=120), nullable=False),
        sa.Column("rulebook_text_id", sa.BigInteger(), nullable=False),
        sa.Column("outlet_id", sa.BigInteger(), nullable=True),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("visited_on", sa.Date(), nullable=True),
        sa.Column("visited_time", sa.String(length=5), nullable=False),
        sa.Column("inspector_id", sa.BigInteger(), nullable=False),
        sa.Column("second_id", sa.BigInteger(), nullable=True),
        sa.Column("spoken_to", sa.JSON(), nullable=False),
        sa.Column("signature", sa.String(length=20), nullable=False),
        sa.Column("witness", sa.JSON(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("planned_by", sa.BigInteger(), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'done') = (closed_at IS NOT NULL)", name=op.f("ck_inspection_closed")),
        sa.CheckConstraint(
            "signature IN ('signed', 'refused', 'nobody')", name=op.f("ck_inspection_signature")
        ),
        sa.CheckConstraint("state <> 'cancelled' OR length(note) > 0", name=op.f("ck_inspection_cancelled")),
        sa.CheckConstraint("state <> 'done' OR second_id IS NOT NULL", name=op.f("ck_inspection_second")),
        sa.CheckConstraint(
            "state IN ('planned', 'under_way', 'done', 'cancelled')", name=op.f("ck_inspection_state")
        ),
        sa.CheckConstraint("length(place) > 0", name=op.f("ck_inspection_place")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_inspection_number")),
        sa.CheckConstraint(
            "second_id IS NULL OR second_id <> inspector_id", name=op.f("ck_inspection_two_people")
        ),
        sa.ForeignKeyConstraint(
            ["contract_id", "outlet_id"],
            ["outlet.contract_id", "outlet.id"],
            name=op.f("fk_inspection_contract_id_outlet_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_inspection_contract_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["inspector_id"],
            ["user_account.id"],
            name=op.f("fk_inspection_inspector_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["planned_by"], ["user_account.id"], name=op.f("fk_inspection_planned_by"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["rulebook_text_id"],
            ["rulebook_text.id"],
            name=op.f("fk_inspection_rulebook_text_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["second_id"], ["user_account.id"], name=op.f("fk_inspection_second_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection")),
        sa.UniqueConstraint("contract_id", "id", name=op.f("uq_inspection_contract_id_id")),
        sa.UniqueConstraint("contract_id", "number", name=op.f("uq_inspection_contract_id_number")),
    )
    with op.batch_alter_table("inspection", schema=None) as batch_op:
        batch_op.create_index("ix_inspection_day", ["contract_id", "state", "visited_on"], unique=False)

    op.create_table(
        "manual_paper",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("figure_id", sa.BigInteger(), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contract_id", "figure_id"],
            ["manual_figure.contract_id", "manual_figure.id"],
            name=op.f("fk_manual_paper_contract_id_figure_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id", "file_id"],
            ["evidence_file.contract_id", "evidence_file.id"],
            name=op.f("fk_manual_paper_contract_id_file_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_manual_paper_contract_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_manual_paper")),
        sa.UniqueConstraint("figure_id", "file_id", name=op.f("uq_manual_paper_figure_id_file_id")),
    )
    op.create_table(
        "money_posting",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("batch_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("debit", sa.String(length=20), nullable=False),
        sa.Column("credit", sa.String(length=20), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("debit_after", sa.BigInteger(), nullable=False),
        sa.Column("credit_after", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "credit IN ('price', 'amendments', 'outstanding', 'earned', 'payable', 'paid', 'advances', 'reductions', 'retained', 'receivable')",  # noqa: E501
            name=op.f("ck_money_posting_credit"),
        ),
        sa.CheckConstraint(
            "debit IN ('price', 'amendments', 'outstanding', 'earned', 'payable', 'paid', 'advances', 'reductions', 'retained', 'receivable')",  # noqa: E501
            name=op.f("ck_money_posting_debit"),
        ),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_money_posting_amount")),
        sa.CheckConstraint("debit <> credit", name=op.f("ck_money_posting_accounts")),
        sa.CheckConstraint("position >= 1", name=op.f("ck_money_posting_position")),
        sa.ForeignKeyConstraint(
            ["contract_id", "batch_id"],
            ["money_batch.contract_id", "money_batch.id"],
            name=op.f("fk_money_posting_contract_id_batch_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_money_posting_contract_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_money_posting")),
        sa.UniqueConstraint("batch_id", "position", name=op.f("uq_money_posting_batch_id_position")),
    )
    op.create_table(
        "opening_record",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=True),
        sa.Column("score", sa.String(length=20), nullable=True),
        sa.Column("tranche", sa.String(length=60), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=True),
        sa.Column("entered_by", sa.BigInteger(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.BigInteger(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind <> 'payment' OR amount_fen IS NOT NULL", name=op.f("ck_opening_record_amount")
        ),
        sa.CheckConstraint("kind <> 'score' OR score IS NOT NULL", name=op.f("ck_opening_record_score")),
        sa.CheckConstraint("kind IN ('score', 'payment', 'entries')", name=op.f("ck_opening_record_kind")),
        sa.CheckConstraint(
            "confirmed_by IS NULL OR confirmed_by <> entered_by", name=op.f("ck_opening_record_two_people")
        ),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_opening_record_period")),
        sa.ForeignKeyConstraint(
            ["confirmed_by"],
            ["user_account.id"],
            name=op.f("fk_opening_record_confirmed_by"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["contract_id", "file_id"],
            ["evidence_file.contract_id", "evidence_file.id"],
            name=op.f("fk_opening_record_contract_id_file_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_opening_record_contract_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["entered_by"],
            ["user_account.id"],
            name=op.f("fk_opening_record_entered_by"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opening_record")),
        sa.UniqueConstraint("contract_id", "id", name=op.f("uq_opening_record_contract_id_id")),
    )
    op.create_table(
        "payee_account",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("bank", sa.String(length=120), nullable=False),
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("letter_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("entered_by", sa.BigInteger(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.BigInteger(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refused_by", sa.BigInteger(), nullable=True),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(confirmed_by IS NULL) = (confirmed_at IS NULL)", name=op.f("ck_payee_account_confirmed")
        ),
        sa.CheckConstraint(
            "(refused_by IS NULL) = (refused_at IS NULL)", name=op.f("ck_payee_account_refused")
        ),
        sa.CheckConstraint(
            "confirmed_at IS NULL OR refused_at IS NULL", name=op.f("ck_payee_account_one_answer")
        ),
        sa.CheckConstraint(
            "confirmed_by IS NULL OR confirmed_by <> entered_by", name=op.f("ck_payee_account_two_people")
        ),
        sa.CheckConstraint("length(account) > 0", name=op.f("ck_payee_account_account")),
        sa.CheckConstraint("refused_at IS NULL OR length(answer) > 0", name=op.f("ck_payee_account_answer")),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_payee_account_revision")),
        sa.ForeignKeyConstraint(
            ["confirmed_by"],
            ["user_account.id"],
            name=op.f("fk_payee_account_confirmed_by"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["contract_id", "letter_id"],
            ["evidence_file.contract_id", "evidence_file.id"],
            name=op.f("fk_payee_account_contract_id_letter_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_payee_account_contract_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["entered_by"], ["user_account.id"], name=op.f("fk_payee_account_entered_by"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["refused_by"], ["user_account.id"], name=op.f("fk_payee_account_refused_by"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payee_account")),
        sa.UniqueConstraint("contract_id", "id", name=op.f("uq_payee_account_contract_id_id")),
        sa.UniqueConstraint("contract_id", "revision", name=op.f("uq_payee_account_contract_id_revision")),
    )
    op.create_table(
        "poll_answer",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("poll_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("way", sa.String(length=20), nullable=False),
        sa.Column("group_name", sa.String(length=120), nullable=False),
        sa.Column("reached", sa.String(length=20), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("satisfied", sa.Boolean(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("respondent", sa.JSON(), nullable=False),
        sa.Column("respondent_key", sa.String(length=64), nullable=True),
        sa.Column("entered_by", sa.BigInteger(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("struck_by", sa.BigInteger(), nullable=True),
        sa.Column("struck_reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(reached = 'answered') = (satisfied IS NOT NULL)", name=op.f("ck_poll_answer_satisfied")
        ),
        sa.CheckConstraint(
            "reached IN ('answered', 'no_reply', 'declined')", name=op.f("ck_poll_answer_reached")
        ),
        sa.CheckConstraint("way IN ('call', 'talk', 'paper')", name=op.f("ck_poll_answer_way")),
        sa.CheckConstraint(
            "(struck_by IS NULL) = (length(struck_reason) = 0)", name=op.f("ck_poll_answer_struck")
        ),
        sa.CheckConstraint("number >= 1", name=op.f("ck_poll_answer_number")),
        sa.ForeignKeyConstraint(
            ["contract_id", "poll_id"],
            ["poll.contract_id", "poll.id"],
            name=op.f("fk_poll_answer_contract_id_poll_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_poll_answer_contract_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["entered_by"], ["user_account.id"], name=op.f("fk_poll_answer_entered_by"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["struck_by"], ["user_account.id"], name=op.f("fk_poll_answer_struck_by"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_poll_answer")),
        sa.UniqueConstraint("contract_id", "id", name=op.f("uq_poll_answer_contract_id_id")),
        sa.UniqueConstraint(
            "contract_id", "poll_id", "number", name=op.f("uq_poll_answer_contract_id_poll_id_number")
        ),
        sa.UniqueConstraint(
            "contract_id",
            "poll_id",
            "respondent_key",
            name=op.f("uq_poll_answer_contract_id_poll_id_respondent_key"),
        ),
    )
    op.create_table(
        "rectification_case",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("notice_id", sa.BigInteger(), nullable=False),
        sa.Column("demand", sa.Text(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("clock_from", sa.Date(), nullable=True),
        sa.Column("opened_by", sa.BigInteger(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "state IN ('issued', 'served', 'reported', 'closed', 'reduced', 'exempted', 'void')",
            name=op.f("ck_rectification_case_state"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('served', 'reported') OR clock_from IS NOT NULL",
            name=op.f("ck_rectification_case_clock"),
        ),
        sa.CheckConstraint("days BETWEEN 1 AND 60", name=op.f("ck_rectification_case_days")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_rectification_case_number")),
        sa.ForeignKeyConstraint(
            ["contract_id", "notice_id"],
            ["official_document.contract_id", "official_document.id"],
            name=op.f("fk_rectification_case_contract_id_notice_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"],
            ["contract.id"],
            name=op.f("fk_rectification_case_contract_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["opened_by"],
            ["user_account.id"],
            name=op.f("fk_rectification_case_opened_by"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rectification_case")),
        sa.UniqueConstraint("contract_id", "id", name=op.f("uq_rectification_case_contract_id_id")),
        sa.UniqueConstraint(
            "contract_id", "notice_id", name=op.f("uq_rectification_case_contract_id_notice_id")
        ),
        sa.UniqueConstraint("contract_id", "number", name=op.f("uq_rectification_case_contract_id_number")),
    )
    op.create_table(
        "rollup",
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("plan_id", sa.BigInteger(), nullable=False),
        sa.Column("side", sa.String(length=10), nullable=False),
        sa.Column("figure", sa.String(length=140), nullable=False),
        sa.Column("member", sa.String(length=120), nullable=False),
        sa.Column("part", sa.String(length=6), nullable=False),
        sa.Column("cell", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=32), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("part IN ('key', 'entry', 'nil', 'who')", name=op.f("ck_rollup_part")),
        sa.CheckConstraint("side IN ('claimed', 'verified')", name=op.f("ck_rollup_side")),
        sa.CheckConstraint("n <> 0", name=op.f("ck_rollup_n")),
        sa.ForeignKeyConstraint(
            ["contract_id", "plan_id"],
            ["rollup_plan.contract_id", "rollup_plan.id"],
            name=op.f("fk_rollup_contract_id_plan_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_rollup_contract_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint(
            "contract_id",
            "plan_id",
            "side",
            "figure",
            "member",
            "part",
            "cell",
            "digest",
            name=op.f("pk_rollup"),
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "size_declaration",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("size", sa.String(length=20), nullable=False),
        sa.Column("declared_on", sa.Date(), nullable=False),
        sa.Column("daily_rate", sa.String(length=20), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=True),
        sa.Column("recorded_by", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "size IN ('large', 'medium', 'small', 'micro')", name=op.f("ck_size_declaration_size")
        ),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_size_declaration_revision")),
        sa.ForeignKeyConstraint(
            ["contract_id", "file_id"],
            ["evidence_file.contract_id", "evidence_file.id"],
            name=op.f("fk_size_declaration_contract_id_file_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"],
            ["contract.id"],
            name=op.f("fk_size_declaration_contract_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"],
            ["user_account.id"],
            name=op.f("fk_size_declaration_recorded_by"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_size_declaration")),
        sa.UniqueConstraint("contract_id", "revision", name=op.f("uq_size_declaration_contract_id_revision")),
    )
    op.create_table(
        "task_share",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("plan_id", sa.BigInteger(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("n > 0", name=op.f("ck_task_share_n")),
        sa.ForeignKeyConstraint(
            ["contract_id", "plan_id"],
            ["task_plan.contract_id", "task_plan.id"],
            name=op.f("fk_task_share_contract_id_plan_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_task_share_contract_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_task_share_user_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task_share")),
        sa.UniqueConstraint(
            "contract_id",
            "plan_id",
            "month",
            "user_id",
            "place",
            name=op.f("uq_task_share_contract_id_plan_id_month_user_id_place"),
        ),
    )
    with op.batch_alter_table("task_share", schema=None) as batch_op:
        batch_op.create_index("ix_task_share_own", ["contract_id", "user_id", "month"], unique=False)

    op.create_table(
        "acceptance_member",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("acceptance_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.String(length=120), nullable=False),
        sa.Column("head", sa.Boolean(), nullable=False),
        sa.Column("agrees", sa.Boolean(), nullable=True),
        sa.Column("opinion", sa.Text(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recusal", sa.Text(), nullable=False),
        sa.Column("recused_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(agrees IS NULL) = (given_at IS NULL)", name=op.f("ck_acceptance_member_given")),
        sa.CheckConstraint(
            "(recused_at IS NULL) = (length(recusal) = 0)", name=op.f("ck_acceptance_member_recusal")
        ),
        sa.CheckConstraint(
            "agrees IS NULL OR length(opinion) > 0", name=op.f("ck_acceptance_member_opinion")
        ),
        sa.CheckConstraint("recused_at IS NULL OR agrees IS NULL", name=op.f("ck_acceptance_member_either")),
        sa.ForeignKeyConstraint(
            ["contract_id", "acceptance_id"],
            ["acceptance.contract_id", "acceptance.id"],
            name=op.f("fk_acceptance_member_contract_id_acceptance_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"],
            ["contract.id"],
            name=op.f("fk_acceptance_member_contract_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_acceptance_member_user_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_acceptance_member")),
        sa.UniqueConstraint(
            "acceptance_id", "user_id", name=op.f("uq_acceptance_member_acceptance_id_user_id")
        ),
    )
    op.create_table(
        "assessment_signature",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("assessment_id", sa.BigInteger(), nullable=False),
        sa.Column("capsule_id", sa.BigInteger(), nullable=False),
        sa.Column("side", sa.String(length=10), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("refused", sa.Boolean(), nullable=False),
        sa.Column("witness", sa.String(length=120), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "NOT refused OR (side = 'supplier' AND length(note) > 0 AND length(witness) > 0)",
            name=op.f("ck_assessment_signature_refused"),
        ),
        sa.CheckConstraint("side IN ('buyer', 'supplier')", name=op.f("ck_assessment_signature_side")),
        sa.ForeignKeyConstraint(
            ["contract_id", "assessment_id"],
            ["assessment.contract_id", "assessment.id"],
            name=op.f("fk_assessment_signature_contract_id_assessment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id", "capsule_id"],
            ["assessment_capsule.contract_id", "assessment_capsule.id"],
            name=op.f("fk_assessment_signature_contract_id_capsule_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"],
            ["contract.id"],
            name=op.f("fk_assessment_signature_contract_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user_account.id"],
            name=op.f("fk_assessment_signature_user_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_signature")),
        sa.UniqueConstraint("assessment_id", "side", name=op.f("uq_assessment_signature_assessment_id_side")),
    )
    op.create_table(
        "bank_match",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("line_id", sa.BigInteger(), nullable=False),
        sa.Column("batch_id", sa.BigInteger(), nullable=False),
        sa.Column("why", sa.String(length=300), nullable=False),
        sa.Column("matched_by", sa.BigInteger(), nullable=False),
        sa.Column("matched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_by", sa.BigInteger(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(undone_by IS NULL) = (undone_at IS NULL)", name=op.f("ck_bank_match_undone")),
        sa.ForeignKeyConstraint(
            ["contract_id", "batch_id"],
            ["money_batch.contract_id", "money_batch.id"],
            name=op.f("fk_bank_match_contract_id_batch_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id", "line_id"],
            ["bank_line.contract_id", "bank_line.id"],
            name=op.f("fk_bank_match_contract_id_line_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_bank_match_contract_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["matched_by"], ["user_account.id"], name=op.f("fk_bank_match_matched_by"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["undone_by"], ["user_account.id"], name=op.f("fk_bank_match_undone_by"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_match")),
        sa.UniqueConstraint("contract_id", "id", name=op.f("uq_bank_match_contract_id_id")),
    )
    with op.batch_alter_table("bank_match", schema=None) as batch_op:
        batch_op.create_index(
            "uq_bank_match_batch",
            ["batch_id"],
            unique=True,
            sqlite_where=sa.text("undone_at IS NULL"),
            postgresql_where=sa.text("undone_at IS NULL"),
        )
        batch_op.create_index(
            "uq_bank_match_line",
            ["line_id"],
            unique=True,
            sqlite_where=sa.text("undone_at IS NULL"),
            postgresql_where=sa.text("undone_at IS NULL"),
        )

    op.create_table(
        "guarantee_event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("guarantee_id", sa.BigInteger(), nullable=False),
        sa.Column("deed", sa.String(length=20), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("clause", sa.String(length=80), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=True),
        sa.Column("by", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(deed = 'extended') = (until_on IS NOT NULL)", name=op.f("ck_guarantee_event_until")
        ),
        sa.CheckConstraint("deed = 'extended' OR amount_fen > 0", name=op.f("ck_guarantee_event_amount")),
        sa.CheckConstraint(
            "deed IN ('received', 'extended', 'deducted', 'returned')", name=op.f("ck_guarantee_event_deed")
        ),
        sa.CheckConstraint(
            "deed NOT IN ('deducted', 'extended') OR length(reason) > 0",
            name=op.f("ck_guarantee_event_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["by"], ["user_account.id"], name=op.f("fk_guarantee_event_by"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["contract_id", "file_id"],
            ["evidence_file.contract_id", "evidence_file.id"],
            name=op.f("fk_guarantee_event_contract_id_file_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id", "guarantee_id"],
            ["guarantee.contract_id", "guarantee.id"],
            name=op.f("fk_guarantee_event_contract_id_guarantee_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_guarantee_event_contract_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guarantee_event")),
    )
    with op.batch_alter_table("guarantee_event", schema=None) as batch_op:
        batch_op.create_index("ix_guarantee_event_guarantee", ["contract_id", "guarantee_id"], unique=False)

    op.create_table(
        "import_row",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("batch_id", sa.BigInteger(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("problems", sa.JSON(), nullable=False),
        sa.Column("good", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contract_id", "batch_id"],
            ["import_batch.contract_id", "import_batch.id"],
            name=op.f("fk_import_row_contract_id_batch_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_import_row_contract_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_row")),
        sa.UniqueConstraint(
            "contract_id", "batch_id", "line", name=op.f("uq_import_row_contract_id_batch_id_line")
        ),
    )
    op.create_table(
        "ledger_entry",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("ledger", sa.String(length=60), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("outlet_id", sa.BigInteger(), nullable=True),
        sa.Column("author_id", sa.BigInteger(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("warnings", sa.JSON(), nullable=False),
        sa.Column("nil", sa.Boolean(), nullable=False),
        sa.Column("trial", sa.Boolean(), nullable=False),
        sa.Column("opening", sa.Boolean(), nullable=False),
        sa.Column("validated", sa.Boolean(), nullable=True),
        sa.Column("rulebook_text_id", sa.BigInteger(), nullable=False),
        sa.Column("activity_id", sa.BigInteger(), nullable=True),
        sa.Column("batch_id", sa.BigInteger(), nullable=True),
        sa.Column("client_key", sa.String(length=64), nullable=True),
        sa.Column("captured_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verifier_id", sa.BigInteger(), nullable=True),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("return_reason", sa.Text(), nullable=False),
        sa.Column("contested", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'verified') = (verifier_id IS NOT NULL AND verified_at IS NOT NULL)",
            name=op.f("ck_ledger_entry_verified"),
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'to_check', 'submitted', 'verified', 'returned', 'withdrawn')",
            name=op.f("ck_ledger_entry_state"),
        ),
        sa.CheckConstraint(
            "verifier_id IS NULL OR verifier_id <> author_id", name=op.f("ck_ledger_entry_own_work")
        ),
        sa.CheckConstraint("version >= 1", name=op.f("ck_ledger_entry_version")),
        sa.ForeignKeyConstraint(
            ["author_id"], ["user_account.id"], name=op.f("fk_ledger_entry_author_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["contract_id", "activity_id"],
            ["ledger_entry.contract_id", "ledger_entry.id"],
            name=op.f("fk_ledger_entry_contract_id_activity_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id", "batch_id"],
            ["import_batch.contract_id", "import_batch.id"],
            name=op.f("fk_ledger_entry_contract_id_batch_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id", "outlet_id"],
            ["outlet.contract_id", "outlet.id"],
            name=op.f("fk_ledger_entry_contract_id_outlet_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_ledger_entry_contract_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["rulebook_text_id"],
            ["rulebook_text.id"],
            name=op.f("fk_ledger_entry_rulebook_text_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["verifier_id"],
            ["user_account.id"],
            name=op.f("fk_ledger_entry_verifier_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_entry")),
        sa.UniqueConstraint("contract_id", "client_key", name=op.f("uq_ledger_entry_contract_id_client_key")),
        sa.UniqueConstraint("contract_id", "id", name=op.f("uq_ledger_entry_contract_id_id")),
        sa.UniqueConstraint(
            "contract_id", "ledger", "number", name=op.f("uq_ledger_entry_contract_id_ledger_number")
        ),
    )
    with op.batch_alter_table("ledger_entry", schema=None) as batch_op:
        batch_op.create_index("ix_ledger_entry_activity", ["contract_id", "activity_id"], unique=False)
        batch_op.create_index("ix_ledger_entry_batch", ["contract_id", "batch_id"], unique=False)
        batch_op.create_index(
            "ix_ledger_entry_by_author", ["contract_id", "author_id", "state", "id"], unique=False
        )
        batch_op.create_index(
            "ix_ledger_entry_by_date", ["contract_id", "ledger", "business_date", "id"], unique=False
        )
        batch_op.create_index("ix_ledger_entry_by_number", ["contract_id", "ledger", "id"], unique=False)
        batch_op.create_index(
            "ix_ledger_entry_by_outlet",
            ["contract_id", "ledger", "outlet_id", "business_date", "id"],
            unique=False,
        )
        batch_op.create_index(
            "ix_ledger_entry_by_state",
            ["contract_id", "ledger", "state", "business_date", "id"],
            unique=False,
        )
        batch_op.create_index(
            "ix_ledger_entry_by_writer",
            ["contract_id", "ledger", "author_id", "business_date", "id"],
            unique=False,
        )
        batch_op.create_index(
            "ix_ledger_entry_queue", ["contract_id", "state", "submitted_at", "id"], unique=False
        )

    op.create_table(
        "rectification_report",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("measures", sa.Text(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.Column("reported_by", sa.BigInteger(), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(measures) > 0", name=op.f("ck_rectification_report_measures")),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_rectification_report_revision")),
        sa.ForeignKeyConstraint(
            ["contract_id", "case_id"],
            ["rectification_case.contract_id", "rectification_case.id"],
            name=op.f("fk_rectification_report_contract_id_case_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"],
            ["contract.id"],
            name=op.f("fk_rectification_report_contract_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["reported_by"],
            ["user_account.id"],
            name=op.f("fk_rectification_report_reported_by"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rectification_report")),
        sa.UniqueConstraint(
            "contract_id",
            "case_id",
            "revision",
            name=op.f("uq_rectification_report_contract_id_case_id_revision"),
        ),
    )
    op.create_table(
        "reinspection",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("spoken_to", sa.JSON(), nullable=False),
        sa.Column("signature", sa.String(length=20), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("checked_by", sa.BigInteger(), nullable=False),
        sa.Column("second_id", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("outcome IN ('done', 'again', 'reduced')", name=op.f("ck_reinspection_outcome")),
        sa.CheckConstraint(
            "signature IN ('signed', 'refused', 'nobody')", name=op.f("ck_reinspection_signature")
        ),
        sa.CheckConstraint("length(note) > 0", name=op.f("ck_reinspection_note")),
        sa.CheckConstraint("second_id <> checked_by", name=op.f("ck_reinspection_two_people")),
        sa.ForeignKeyConstraint(
            ["checked_by"], ["user_account.id"], name=op.f("fk_reinspection_checked_by"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["contract_id", "case_id"],
            ["rectification_case.contract_id", "rectification_case.id"],
            name=op.f("fk_reinspection_contract_id_case_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_reinspection_contract_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["second_id"], ["user_account.id"], name=op.f("fk_reinspection_second_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reinspection")),
    )
    with op.batch_alter_table("reinspection", schema=None) as batch_op:
        batch_op.create_index("ix_reinspection_case", ["contract_id", "case_id"], unique=False)

    op.create_table(
        "settlement_statement",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("plan", sa.String(length=80), nullable=False),
        sa.Column("line", sa.String(length=80), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("advance", sa.Boolean(), nullable=False),
        sa.Column("assessment_id", sa.BigInteger(), nullable=True),
        sa.Column("capsule_id", sa.BigInteger(), nullable=True),
        sa.Column("acceptance_id", sa.BigInteger(), nullable=True),
        sa.Column("rulebook_text_id", sa.BigInteger(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("reduction_fen", sa.BigInteger(), nullable=False),
        sa.Column("carried_in_fen", sa.BigInteger(), nullable=False),
        sa.Column("carried_fen", sa.BigInteger(), nullable=False),
        sa.Column("payable_fen", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(capsule_id IS NULL) = (assessment_id IS NULL)", name=op.f("ck_settlement_statement_capsule")
        ),
        sa.CheckConstraint("advance OR capsule_id IS NOT NULL", name=op.f("ck_settlement_statement_basis")),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_settlement_statement_sha256")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_settlement_statement_number")),
        sa.CheckConstraint(
            "payable_fen - carried_fen = amount_fen - reduction_fen - carried_in_fen",
            name=op.f("ck_settlement_statement_sum"),
        ),
        sa.CheckConstraint(
            "reduction_fen >= 0 AND carried_in_fen >= 0 AND carried_fen >= 0",
            name=op.f("ck_settlement_statement_reductions"),
        ),
        sa.CheckConstraint("revision = 1 OR length(reason) > 0", name=op.f("ck_settlement_statement_reason")),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_settlement_statement_revision")),
        sa.ForeignKeyConstraint(
            ["contract_id", "acceptance_id"],
            ["acceptance.contract_id", "acceptance.id"],
            name=op.f("fk_settlement_statement_contract_id_acceptance_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id", "assessment_id"],
            ["assessment.contract_id", "assessment.id"],
            name=op.f("fk_settlement_statement_contract_id_assessment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id", "capsule_id"],
            ["assessment_capsule.contract_id", "assessment_capsule.id"],
            name=op.f("fk_settlement_statement_contract_id_capsule_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"],
            ["contract.id"],
            name=op.f("fk_settlement_statement_contract_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["made_by"],
            ["user_account.id"],
            name=op.f("fk_settlement_statement_made_by"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["rulebook_text_id"],
            ["rulebook_text.id"],
            name=op.f("fk_settlement_statement_rulebook_text_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlement_statement")),
        sa.UniqueConstraint(
            "contract_id", "id", "made_by", name=op.f("uq_settlement_statement_contract_id_id_made_by")
        ),
        sa.UniqueConstraint("contract_id", "id", name=op.f("uq_settlement_statement_contract_id_id")),
        sa.UniqueConstraint(
            "contract_id", "line", "revision", name=op.f("uq_settlement_statement_contract_id_line_revision")
        ),
        sa.UniqueConstraint("contract_id", "number", name=op.f("uq_settlement_statement_contract_id_number")),
    )
    op.create_table(
        "entry_draft",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("ledger", sa.String(length=60), nullable=False),
        sa.Column("entry_id", sa.BigInteger(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["contract_id", "entry_id"],
            ["ledger_entry.contract_id", "ledger_entry.id"],
            name=op.f("fk_entry_draft_contract_id_entry_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_entry_draft_contract_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_entry_draft_user_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry_draft")),
        sa.UniqueConstraint(
            "contract_id",
            "user_id",
            "ledger",
            "entry_id",
            name=op.f("uq_entry_draft_contract_id_user_id_ledger_entry_id"),
        ),
    )
    with op.batch_alter_table("entry_draft", schema=None) as batch_op:
        batch_op.create_index(
            "uq_entry_draft_new",
            ["contract_id", "user_id", "ledger"],
            unique=True,
            sqlite_where=sa.text("entry_id IS NULL"),
            postgresql_where=sa.text("entry_id IS NULL"),
        )

    op.create_table(
        "entry_event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=True),
        sa.Column("deed", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("review_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "deed IN ('entered', 'imported', 'changed', 'sent', 'submitted', 'checked', 'sent_back', 'returned', 'verified', 'withdrawn', 'contested', 'answered', 'handed_over', 'reopened', 'spot_checked')",  # noqa: E501
            name=op.f("ck_entry_event_deed"),
        ),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["user_account.id"], name=op.f("fk_entry_event_actor_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["contract_id", "entry_id"],
            ["ledger_entry.contract_id", "ledger_entry.id"],
            name=op.f("fk_entry_event_contract_id_entry_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id", "review_id"],
            ["review_batch.contract_id", "review_batch.id"],
            name=op.f("fk_entry_event_contract_id_review_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_entry_event_contract_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry_event")),
    )
    with op.batch_alter_table("entry_event", schema=None) as batch_op:
        batch_op.create_index("ix_entry_event_entry", ["contract_id", "entry_id", "id"], unique=False)
        batch_op.create_index(
            "ix_entry_event_given_back",
            ["contract_id", "id"],
            unique=False,
            sqlite_where=sa.text("deed IN ('returned', 'sent_back')"),
            postgresql_where=sa.text("deed IN ('returned', 'sent_back')"),
        )

    op.create_table(
        "entry_evidence",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=120), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("captured_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("position >= 1", name=op.f("ck_entry_evidence_position")),
        sa.ForeignKeyConstraint(
            ["contract_id", "entry_id"],
            ["ledger_entry.contract_id", "ledger_entry.id"],
            name=op.f("fk_entry_evidence_contract_id_entry_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id", "file_id"],
            ["evidence_file.contract_id", "evidence_file.id"],
            name=op.f("fk_entry_evidence_contract_id_file_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_entry_evidence_contract_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry_evidence")),
        sa.UniqueConstraint(
            "contract_id",
            "entry_id",
            "kind",
            "file_id",
            name=op.f("uq_entry_evidence_contract_id_entry_id_kind_file_id"),
        ),
    )
    with op.batch_alter_table("entry_evidence", schema=None) as batch_op:
        batch_op.create_index("ix_entry_evidence_file", ["contract_id", "file_id"], unique=False)

    op.create_table(
        "entry_key",
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("ledger", sa.String(length=60), nullable=False),
        sa.Column("field", sa.String(length=60), nullable=False),
        sa.Column("value", sa.String(length=120), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contract_id", "entry_id"],
            ["ledger_entry.contract_id", "ledger_entry.id"],
            name=op.f("fk_entry_key_contract_id_entry_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_entry_key_contract_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint(
            "contract_id", "ledger", "field", "value", "business_date", "entry_id", name=op.f("pk_entry_key")
        ),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("entry_key", schema=None) as batch_op:
        batch_op.create_index("ix_entry_key_entry", ["contract_id", "entry_id"], unique=False)

    op.create_table(
        "entry_opening",
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["contract_id", "entry_id"],
            ["ledger_entry.contract_id", "ledger_entry.id"],
            name=op.f("fk_entry_opening_contract_id_entry_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_entry_opening_contract_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_entry_opening_user_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint(
            "contract_id", "user_id", "entry_id", "version", name=op.f("pk_entry_opening")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "finding",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("clause", sa.String(length=120), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("entry_id", sa.BigInteger(), nullable=True),
        sa.Column("found", sa.Text(), nullable=False),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.Column("found_time", sa.String(length=5), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("spoken_to", sa.JSON(), nullable=False),
        sa.Column("signature", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=True),
        sa.Column("record_id", sa.BigInteger(), nullable=True),
        sa.Column("found_by", sa.BigInteger(), nullable=False),
        sa.Column("second_id", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("signature IN ('signed', 'refused', 'nobody')", name=op.f("ck_finding_signature")),
        sa.CheckConstraint(
            "source IN ('spot_check', 'inspection', 'complaint', 'callback', 'entry')",
            name=op.f("ck_finding_source"),
        ),
        sa.CheckConstraint(
            "state IN ('open', 'noticed', 'rectified', 'reduced', 'exempted', 'withdrawn')",
            name=op.f("ck_finding_state"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('noticed', 'rectified', 'reduced') OR case_id IS NOT NULL",
            name=op.f("ck_finding_noticed"),
        ),
        sa.CheckConstraint("length(clause) > 0", name=op.f("ck_finding_clause")),
        sa.CheckConstraint("length(found) > 0", name=op.f("ck_finding_found")),
        sa.CheckConstraint("second_id <> found_by", name=op.f("ck_finding_two_people")),
        sa.ForeignKeyConstraint(
            ["contract_id", "case_id"],
            ["rectification_case.contract_id", "rectification_case.id"],
            name=op.f("fk_finding_contract_id_case_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id", "entry_id"],
            ["ledger_entry.contract_id", "ledger_entry.id"],
            name=op.f("fk_finding_contract_id_entry_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id", "record_id"],
            ["official_document.contract_id", "official_document.id"],
            name=op.f("fk_finding_contract_id_record_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_finding_contract_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["found_by"], ["user_account.id"], name=op.f("fk_finding_found_by"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["second_id"], ["user_account.id"], name=op.f("fk_finding_second_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding")),
        sa.UniqueConstraint("contract_id", "id", name=op.f("uq_finding_contract_id_id")),
        sa.UniqueConstraint("contract_id", "number", name=op.f("uq_finding_contract_id_number")),
    )
    with op.batch_alter_table("finding", schema=None) as batch_op:
        batch_op.create_index("ix_finding_case", ["contract_id", "case_id"], unique=False)

    op.create_table(
        "payment_request",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("statement_id", sa.BigInteger(), nullable=False),
        sa.Column("line", sa.String(length=80), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("payee_name", sa.String(length=120), nullable=False),
        sa.Column("payee_bank", sa.String(length=120), nullable=False),
        sa.Column("payee_account", sa.String(length=40), nullable=False),
        sa.Column("account_changed", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("requested_by", sa.BigInteger(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("chain", sa.JSON(), nullable=False),
        sa.Column("submitted_by", sa.BigInteger(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('wrong', 'sent', 'checked', 'approving', 'declined', 'approved', 'paid', 'bounced', 'withdrawn')",
            name=op.f("ck_payment_request_state"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('approving', 'approved', 'paid', 'bounced', 'declined') OR round > 0",
            name=op.f("ck_payment_request_approved"),
        ),
        sa.CheckConstraint("(submitted_by IS NULL) = (round = 0)", name=op.f("ck_payment_request_submitted")),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_payment_request_amount")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_payment_request_number")),
        sa.CheckConstraint("round >= 0", name=op.f("ck_payment_request_round")),
        sa.CheckConstraint(
            "submitted_by IS NULL OR submitted_by <> requested_by", name=op.f("ck_payment_request_two_people")
        ),
        sa.ForeignKeyConstraint(
            ["contract_id", "statement_id"],
            ["settlement_statement.contract_id", "settlement_statement.id"],
            name=op.f("fk_payment_request_contract_id_statement_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_payment_request_contract_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["requested_by"],
            ["user_account.id"],
            name=op.f("fk_payment_request_requested_by"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["submitted_by"],
            ["user_account.id"],
            name=op.f("fk_payment_request_submitted_by"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_request")),
        sa.UniqueConstraint("contract_id", "id", name=op.f("uq_payment_request_contract_id_id")),
        sa.UniqueConstraint("contract_id", "number", name=op.f("uq_payment_request_contract_id_number")),
    )
    with op.batch_alter_table("payment_request", schema=None) as batch_op:
        batch_op.create_index(
            "uq_payment_request_under_way",
            ["contract_id", "line"],
            unique=True,
            sqlite_where=sa.text("state NOT IN ('paid', 'withdrawn')"),
            postgresql_where=sa.text("state NOT IN ('paid', 'withdrawn')"),
        )

    op.create_table(
        "period_unlock",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("lock_id", sa.BigInteger(), nullable=False),
        sa.Column("ledger", sa.String(length=60), nullable=True),
        sa.Column("entry_id", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("asked_by", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("agreed_by", sa.BigInteger(), nullable=True),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refused_by", sa.BigInteger(), nullable=True),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("ended_by", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(agreed_by IS NULL) = (agreed_at IS NULL)", name=op.f("ck_period_unlock_agreed")),
        sa.CheckConstraint("(ended_by IS NULL) = (ended_at IS NULL)", name=op.f("ck_period_unlock_ended")),
        sa.CheckConstraint(
            "(refused_by IS NULL) = (refused_at IS NULL)", name=op.f("ck_period_unlock_refused")
        ),
        sa.CheckConstraint(
            "agreed_at IS NULL OR refused_at IS NULL", name=op.f("ck_period_unlock_one_answer")
        ),
        sa.CheckConstraint(
            "agreed_by IS NULL OR agreed_by <> asked_by", name=op.f("ck_period_unlock_two_people")
        ),
        sa.CheckConstraint("length(reason) > 0", name=op.f("ck_period_unlock_reason")),
        sa.ForeignKeyConstraint(
            ["agreed_by"], ["user_account.id"], name=op.f("fk_period_unlock_agreed_by"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["user_account.id"], name=op.f("fk_period_unlock_asked_by"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["contract_id", "entry_id"],
            ["ledger_entry.contract_id", "ledger_entry.id"],
            name=op.f("fk_period_unlock_contract_id_entry_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id", "lock_id"],
            ["period_lock.contract_id", "period_lock.id"],
            name=op.f("fk_period_unlock_contract_id_lock_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_period_unlock_contract_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["ended_by"], ["user_account.id"], name=op.f("fk_period_unlock_ended_by"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["refused_by"], ["user_account.id"], name=op.f("fk_period_unlock_refused_by"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_period_unlock")),
        sa.UniqueConstraint("contract_id", "id", name=op.f("uq_period_unlock_contract_id_id")),
    )
    with op.batch_alter_table("period_unlock", schema=None) as batch_op:
        batch_op.create_index("ix_period_unlock_lock", ["contract_id", "lock_id"], unique=False)

    op.create_table(
        "report",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("duty", sa.String(length=60), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("label", sa.String(length=120), nullable=False),
        sa.Column("every", sa.String(length=20), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("entry_id", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'final', 'submitted', 'returned', 'accepted')", name=op.f("ck_report_state")
        ),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_report_revision")),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_report_period")),
        sa.ForeignKeyConstraint(
            ["contract_id", "entry_id"],
            ["ledger_entry.contract_id", "ledger_entry.id"],
            name=op.f("fk_report_contract_id_entry_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_report_contract_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
        sa.UniqueConstraint(
            "contract_id",
            "duty",
            "from_on",
            "until_on",
            name=op.f("uq_report_contract_id_duty_from_on_until_on"),
        ),
        sa.UniqueConstraint("contract_id", "id", name=op.f("uq_report_contract_id_id")),
    )
    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.create_index("ix_report_until", ["contract_id", "until_on"], unique=False)

    op.create_table(
        "settlement_dispute",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("statement_id", sa.BigInteger(), nullable=False),
        sa.Column("side", sa.String(length=10), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("raised_by", sa.BigInteger(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('payable', 'not_payable')", name=op.f("ck_settlement_dispute_outcome")
        ),
        sa.CheckConstraint("side IN ('buyer', 'supplier')", name=op.f("ck_settlement_dispute_side")),
        sa.CheckConstraint(
            "(decided_by IS NULL) = (outcome IS NULL)", name=op.f("ck_settlement_dispute_decided")
        ),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_settlement_dispute_amount")),
        sa.CheckConstraint(
            "decided_by IS NULL OR decided_by <> raised_by", name=op.f("ck_settlement_dispute_two_people")
        ),
        sa.CheckConstraint("length(reason) > 0", name=op.f("ck_settlement_dispute_reason")),
        sa.CheckConstraint(
            "outcome IS NULL OR length(answer) > 0", name=op.f("ck_settlement_dispute_answer")
        ),
        sa.ForeignKeyConstraint(
            ["contract_id", "statement_id"],
            ["settlement_statement.contract_id", "settlement_statement.id"],
            name=op.f("fk_settlement_dispute_contract_id_statement_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"],
            ["contract.id"],
            name=op.f("fk_settlement_dispute_contract_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"],
            ["user_account.id"],
            name=op.f("fk_settlement_dispute_decided_by"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["raised_by"],
            ["user_account.id"],
            name=op.f("fk_settlement_dispute_raised_by"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlement_dispute")),
        sa.UniqueConstraint("contract_id", "id", name=op.f("uq_settlement_dispute_contract_id_id")),
    )
    op.create_table(
        "statement_signing",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("statement_id", sa.BigInteger(), nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=False),
        sa.Column("signed_by", sa.BigInteger(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("signed_by <> made_by", name=op.f("ck_statement_signing_two_people")),
        sa.ForeignKeyConstraint(
            ["contract_id", "statement_id", "made_by"],
            ["settlement_statement.contract_id", "settlement_statement.id", "settlement_statement.made_by"],
            name=op.f("fk_statement_signing_contract_id_statement_id_made_by"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"],
            ["contract.id"],
            name=op.f("fk_statement_signing_contract_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["signed_by"],
            ["user_account.id"],
            name=op.f("fk_statement_signing_signed_by"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement_signing")),
        sa.UniqueConstraint("statement_id", name=op.f("uq_statement_signing_statement_id")),
    )
    op.create_table(
        "case_event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("finding_id", sa.BigInteger(), nullable=True),
        sa.Column("case_id", sa.BigInteger(), nullable=True),
        sa.Column("document_id", sa.BigInteger(), nullable=True),
        sa.Column("incident_id", sa.BigInteger(), nullable=True),
        sa.Column("deed", sa.String(length=20), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("by", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "deed IN ('found', 'withdrew', 'drafted', 'numbered', 'printed', 'sealed', 'served', 'voided', 'noticed', 'started', 'reported', 'reinspected', 'applied', 'exemption_decided', 'event_recorded', 'event_decided')",  # noqa: E501
            name=op.f("ck_case_event_deed"),
        ),
        sa.CheckConstraint(
            "finding_id IS NOT NULL OR case_id IS NOT NULL OR document_id IS NOT NULL OR incident_id IS NOT NULL",
            name=op.f("ck_case_event_subject"),
        ),
        sa.ForeignKeyConstraint(
            ["by"], ["user_account.id"], name=op.f("fk_case_event_by"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["contract_id", "case_id"],
            ["rectification_case.contract_id", "rectification_case.id"],
            name=op.f("fk_case_event_contract_id_case_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id", "document_id"],
            ["official_document.contract_id", "official_document.id"],
            name=op.f("fk_case_event_contract_id_document_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id", "finding_id"],
            ["finding.contract_id", "finding.id"],
            name=op.f("fk_case_event_contract_id_finding_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id", "incident_id"],
            ["contract_event.contract_id", "contract_event.id"],
            name=op.f("fk_case_event_contract_id_incident_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_case_event_contract_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_event")),
    )
    with op.batch_alter_table("case_event", schema=None) as batch_op:
        batch_op.create_index("ix_case_event_case", ["contract_id", "case_id"], unique=False)
        batch_op.create_index("ix_case_event_document", ["contract_id", "document_id"], unique=False)
        batch_op.create_index("ix_case_event_finding", ["contract_id", "finding_id"], unique=False)

    op.create_table(
        "complaint",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("clause", sa.String(length=120), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("outlet_id", sa.BigInteger(), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("received_time", sa.String(length=5), nullable=False),
        sa.Column("received_by", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("complainant", sa.JSON(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("reply_due", sa.Date(), nullable=True),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("stated_by", sa.BigInteger(), nullable=True),
        sa.Column("stated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("investigation", sa.Text(), nullable=False),
        sa.Column("investigated_on", sa.Date(), nullable=True),
        sa.Column("investigated_by", sa.BigInteger(), nullable=True),
        sa.Column("second_id", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replied_on", sa.Date(), nullable=True),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("finding_id", sa.BigInteger(), nullable=True),
        sa.Column("entry_id", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'decided') = (outcome IS NOT NULL AND decided_by IS NOT NULL)",
            name=op.f("ck_complaint_decided"),
        ),
        sa.CheckConstraint(
            "channel IN ('hotline', 'visit', 'web', 'letter', 'forwarded')", name=op.f("ck_complaint_channel")
        ),
        sa.CheckConstraint("outcome IN ('upheld', 'dismissed')", name=op.f("ck_complaint_outcome")),
        sa.CheckConstraint(
            "state = 'received' OR length(investigation) > 0", name=op.f("ck_complaint_investigated")
        ),
        sa.CheckConstraint(
            "state IN ('received', 'looked_into', 'decided')", name=op.f("ck_complaint_state")
        ),
        sa.CheckConstraint(
            "decided_by IS NULL OR decided_by <> received_by", name=op.f("ck_complaint_own_work")
        ),
        sa.CheckConstraint("length(account) > 0", name=op.f("ck_complaint_account")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_complaint_number")),
        sa.CheckConstraint("reply_due IS NULL OR reply_due >= received_on", name=op.f("ck_complaint_due")),
        sa.CheckConstraint(
            "second_id IS NULL OR second_id <> investigated_by", name=op.f("ck_complaint_two_people")
        ),
        sa.ForeignKeyConstraint(
            ["contract_id", "entry_id"],
            ["ledger_entry.contract_id", "ledger_entry.id"],
            name=op.f("fk_complaint_contract_id_entry_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id", "finding_id"],
            ["finding.contract_id", "finding.id"],
            name=op.f("fk_complaint_contract_id_finding_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id", "outlet_id"],
            ["outlet.contract_id", "outlet.id"],
            name=op.f("fk_complaint_contract_id_outlet_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_complaint_contract_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["user_account.id"], name=op.f("fk_complaint_decided_by"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["investigated_by"],
            ["user_account.id"],
            name=op.f("fk_complaint_investigated_by"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["received_by"], ["user_account.id"], name=op.f("fk_complaint_received_by"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["second_id"], ["user_account.id"], name=op.f("fk_complaint_second_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["stated_by"], ["user_account.id"], name=op.f("fk_complaint_stated_by"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint")),
        sa.UniqueConstraint("contract_id", "id", name=op.f("uq_complaint_contract_id_id")),
        sa.UniqueConstraint("contract_id", "number", name=op.f("uq_complaint_contract_id_number")),
    )
    op.create_table(
        "exemption",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("finding_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("applied_by", sa.BigInteger(), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("document_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("outcome IN ('upheld', 'dismissed')", name=op.f("ck_exemption_outcome")),
        sa.CheckConstraint("(decided_by IS NULL) = (outcome IS NULL)", name=op.f("ck_exemption_decided")),
        sa.CheckConstraint(
            "decided_by IS NULL OR decided_by <> applied_by", name=op.f("ck_exemption_two_people")
        ),
        sa.CheckConstraint("length(reason) > 0", name=op.f("ck_exemption_reason")),
        sa.CheckConstraint("outcome IS NULL OR length(answer) > 0", name=op.f("ck_exemption_answer")),
        sa.ForeignKeyConstraint(
            ["applied_by"], ["user_account.id"], name=op.f("fk_exemption_applied_by"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["contract_id", "document_id"],
            ["official_document.contract_id", "official_document.id"],
            name=op.f("fk_exemption_contract_id_document_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id", "finding_id"],
            ["finding.contract_id", "finding.id"],
            name=op.f("fk_exemption_contract_id_finding_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_exemption_contract_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["user_account.id"], name=op.f("fk_exemption_decided_by"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exemption")),
        sa.UniqueConstraint("contract_id", "id", name=op.f("uq_exemption_contract_id_id")),
    )
    with op.batch_alter_table("exemption", schema=None) as batch_op:
        batch_op.create_index(
            "uq_exemption_waiting",
            ["finding_id"],
            unique=True,
            sqlite_where=sa.text("decided_by IS NULL"),
            postgresql_where=sa.text("decided_by IS NULL"),
        )

    op.create_table(
        "inspection_item",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("inspection_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.Column("clause", sa.String(length=120), nullable=False),
        sa.Column("result", sa.String(length=20), nullable=True),
        sa.Column("label", sa.String(length=120), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.BigInteger(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finding_id", sa.BigInteger(), nullable=True),
        sa.Column("entry_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("result IN ('pass', 'fail', 'none')", name=op.f("ck_inspection_item_result")),
        sa.CheckConstraint(
            "(result IS NULL) = (recorded_at IS NULL)", name=op.f("ck_inspection_item_recorded")
        ),
        sa.CheckConstraint("position >= 1", name=op.f("ck_inspection_item_position")),
        sa.ForeignKeyConstraint(
            ["contract_id", "entry_id"],
            ["ledger_entry.contract_id", "ledger_entry.id"],
            name=op.f("fk_inspection_item_contract_id_entry_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id", "finding_id"],
            ["finding.contract_id", "finding.id"],
            name=op.f("fk_inspection_item_contract_id_finding_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id", "inspection_id"],
            ["inspection.contract_id", "inspection.id"],
            name=op.f("fk_inspection_item_contract_id_inspection_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_inspection_item_contract_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"],
            ["user_account.id"],
            name=op.f("fk_inspection_item_recorded_by"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection_item")),
        sa.UniqueConstraint("contract_id", "id", name=op.f("uq_inspection_item_contract_id_id")),
        sa.UniqueConstraint(
            "contract_id",
            "inspection_id",
            "position",
            name=op.f("uq_inspection_item_contract_id_inspection_id_position"),
        ),
    )
    op.create_table(
        "invoice",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("request_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("corrects_id", sa.BigInteger(), nullable=True),
        sa.Column("file_id", sa.BigInteger(), nullable=True),
        sa.Column("entered_by", sa.BigInteger(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checked", sa.String(length=10), nullable=True),
        sa.Column("checked_by", sa.BigInteger(), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("proof_id", sa.BigInteger(), nullable=True),
        sa.Column("check_note", sa.Text(), nullable=False),
        sa.CheckConstraint("(kind = 'red') = (corrects_id IS NOT NULL)", name=op.f("ck_invoice_corrects")),
        sa.CheckConstraint("checked IN ('true', 'false')", name=op.f("ck_invoice_checked")),
        sa.CheckConstraint("kind IN ('blue', 'red')", name=op.f("ck_invoice_kind")),
        sa.CheckConstraint("state IN ('standing', 'wrong', 'cancelled')", name=op.f("ck_invoice_state")),
        sa.CheckConstraint("(checked IS NULL) = (checked_by IS NULL)", name=op.f("ck_invoice_checker")),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_invoice_amount")),
        sa.CheckConstraint(
            "checked IS NULL OR (checked_at IS NOT NULL AND proof_id IS NOT NULL)",
            name=op.f("ck_invoice_proof"),
        ),
        sa.CheckConstraint(
            "checked_by IS NULL OR checked_by <> entered_by", name=op.f("ck_invoice_two_people")
        ),
        sa.CheckConstraint("length(number) > 0", name=op.f("ck_invoice_number")),
        sa.ForeignKeyConstraint(
            ["checked_by"], ["user_account.id"], name=op.f("fk_invoice_checked_by"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["contract_id", "corrects_id"],
            ["invoice.contract_id", "invoice.id"],
            name=op.f("fk_invoice_contract_id_corrects_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id", "file_id"],
            ["evidence_file.contract_id", "evidence_file.id"],
            name=op.f("fk_invoice_contract_id_file_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id", "proof_id"],
            ["evidence_file.contract_id", "evidence_file.id"],
            name=op.f("fk_invoice_contract_id_proof_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id", "request_id"],
            ["payment_request.contract_id", "payment_request.id"],
            name=op.f("fk_invoice_contract_id_request_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_invoice_contract_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["entered_by"], ["user_account.id"], name=op.f("fk_invoice_entered_by"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice")),
        sa.UniqueConstraint("contract_id", "id", name=op.f("uq_invoice_contract_id_id")),
        sa.UniqueConstraint("corrects_id", name=op.f("uq_invoice_corrects_id")),
        sa.UniqueConstraint("number", name=op.f("uq_invoice_number")),
    )
    with op.batch_alter_table("invoice", schema=None) as batch_op:
        batch_op.create_index(
            "uq_invoice_standing",
            ["request_id"],
            unique=True,
            sqlite_where=sa.text("kind = 'blue' AND state = 'standing'"),
            postgresql_where=sa.text("kind = 'blue' AND state = 'standing'"),
        )

    op.create_table(
        "payment_approval",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("request_id", sa.BigInteger(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=120), nullable=False),
        sa.Column("consent", sa.String(length=10), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("for_id", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("consent = 'agreed' OR length(note) > 0", name=op.f("ck_payment_approval_note")),
        sa.CheckConstraint("consent IN ('agreed', 'declined')", name=op.f("ck_payment_approval_consent")),
        sa.CheckConstraint("for_id IS NULL OR for_id <> user_id", name=op.f("ck_payment_approval_delegated")),
        sa.CheckConstraint("position >= 1", name=op.f("ck_payment_approval_position")),
        sa.CheckConstraint("round >= 1", name=op.f("ck_payment_approval_round")),
        sa.ForeignKeyConstraint(
            ["contract_id", "request_id"],
            ["payment_request.contract_id", "payment_request.id"],
            name=op.f("fk_payment_approval_contract_id_request_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"],
            ["contract.id"],
            name=op.f("fk_payment_approval_contract_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["for_id"], ["user_account.id"], name=op.f("fk_payment_approval_for_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_payment_approval_user_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_approval")),
        sa.UniqueConstraint(
            "request_id", "round", "position", name=op.f("uq_payment_approval_request_id_round_position")
        ),
        sa.UniqueConstraint(
            "request_id", "round", "user_id", name=op.f("uq_payment_approval_request_id_round_user_id")
        ),
    )
    op.create_table(
        "payment_record",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("request_id", sa.BigInteger(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("voucher", sa.String(length=60), nullable=False),
        sa.Column("bank_reference", sa.String(length=60), nullable=False),
        sa.Column("recorded_by", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_payment_record_amount")),
        sa.CheckConstraint("attempt >= 1", name=op.f("ck_payment_record_attempt")),
        sa.CheckConstraint("length(bank_reference) > 0", name=op.f("ck_payment_record_bank_reference")),
        sa.CheckConstraint("length(voucher) > 0", name=op.f("ck_payment_record_voucher")),
        sa.ForeignKeyConstraint(
            ["contract_id", "request_id"],
            ["payment_request.contract_id", "payment_request.id"],
            name=op.f("fk_payment_record_contract_id_request_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_payment_record_contract_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"],
            ["user_account.id"],
            name=op.f("fk_payment_record_recorded_by"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_record")),
        sa.UniqueConstraint(
            "contract_id", "bank_reference", name=op.f("uq_payment_record_contract_id_bank_reference")
        ),
        sa.UniqueConstraint("contract_id", "id", name=op.f("uq_payment_record_contract_id_id")),
        sa.UniqueConstraint("request_id", "attempt", name=op.f("uq_payment_record_request_id_attempt")),
    )
    op.create_table(
        "report_event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("report_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=True),
        sa.Column("deed", sa.String(length=20), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "deed IN ('made', 'same', 'wrote', 'fixed', 'reopened', 'submitted', 'accepted', 'returned', 'downloaded')",
            name=op.f("ck_report_event_deed"),
        ),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["user_account.id"], name=op.f("fk_report_event_actor_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["contract_id", "report_id"],
            ["report.contract_id", "report.id"],
            name=op.f("fk_report_event_contract_id_report_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_report_event_contract_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_event")),
    )
    with op.batch_alter_table("report_event", schema=None) as batch_op:
        batch_op.create_index("ix_report_event_report", ["contract_id", "report_id", "id"], unique=False)

    op.create_table(
        "report_version",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("report_id", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("rulebook_text_id", sa.BigInteger(), nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.Column("case_event_id", sa.BigInteger(), nullable=False),
        sa.Column("sheets", sa.JSON(), nullable=False),
        sa.Column("head_position", sa.BigInteger(), nullable=False),
        sa.Column("head_hash", sa.String(length=64), nullable=False),
        sa.Column("final", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_report_version_sha256")),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_report_version_revision")),
        sa.ForeignKeyConstraint(
            ["contract_id", "report_id"],
            ["report.contract_id", "report.id"],
            name=op.f("fk_report_version_contract_id_report_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_report_version_contract_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["user_account.id"], name=op.f("fk_report_version_made_by"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["rulebook_text_id"],
            ["rulebook_text.id"],
            name=op.f("fk_report_version_rulebook_text_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_version")),
        sa.UniqueConstraint("contract_id", "id", name=op.f("uq_report_version_contract_id_id")),
        sa.UniqueConstraint("report_id", "revision", name=op.f("uq_report_version_report_id_revision")),
    )
    op.create_table(
        "request_paper",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("request_id", sa.BigInteger(), nullable=False),
        sa.Column("paper", sa.String(length=80), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=True),
        sa.Column("waiver", sa.Text(), nullable=False),
        sa.Column("by", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(file_id IS NULL) = (length(waiver) > 0)", name=op.f("ck_request_paper_either")),
        sa.ForeignKeyConstraint(
            ["by"], ["user_account.id"], name=op.f("fk_request_paper_by"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["contract_id", "file_id"],
            ["evidence_file.contract_id", "evidence_file.id"],
            name=op.f("fk_request_paper_contract_id_file_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id", "request_id"],
            ["payment_request.contract_id", "payment_request.id"],
            name=op.f("fk_request_paper_contract_id_request_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_request_paper_contract_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_paper")),
        sa.UniqueConstraint(
            "request_id", "paper", "file_id", name=op.f("uq_request_paper_request_id_paper_file_id")
        ),
    )
    with op.batch_alter_table("request_paper", schema=None) as batch_op:
        batch_op.create_index(
            "uq_request_paper_waived",
            ["request_id", "paper"],
            unique=True,
            sqlite_where=sa.text("file_id IS NULL"),
            postgresql_where=sa.text("file_id IS NULL"),
        )

    op.create_table(
        "settlement_event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("line", sa.String(length=80), nullable=False),
        sa.Column("statement_id", sa.BigInteger(), nullable=True),
        sa.Column("acceptance_id", sa.BigInteger(), nullable=True),
        sa.Column("request_id", sa.BigInteger(), nullable=True),
        sa.Column("deed", sa.String(length=30), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("by", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "deed IN ('applied', 'appointed', 'recused', 'opined', 'clauses', 'accepted', 'acceptance_voided', 'stated', 'superseded', 'signed', 'disputed', 'dispute_decided', 'requested', 'invoice_wrong', 'corrected', 'invoiced', 'checked', 'paper_added', 'paper_waived', 'submitted', 'agreed', 'declined', 'paid', 'bounced', 'withdrawn')",  # noqa: E501
            name=op.f("ck_settlement_event_deed"),
        ),
        sa.CheckConstraint("length(key) > 0", name=op.f("ck_settlement_event_key")),
        sa.ForeignKeyConstraint(
            ["by"], ["user_account.id"], name=op.f("fk_settlement_event_by"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["contract_id", "acceptance_id"],
            ["acceptance.contract_id", "acceptance.id"],
            name=op.f("fk_settlement_event_contract_id_acceptance_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id", "request_id"],
            ["payment_request.contract_id", "payment_request.id"],
            name=op.f("fk_settlement_event_contract_id_request_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id", "statement_id"],
            ["settlement_statement.contract_id", "settlement_statement.id"],
            name=op.f("fk_settlement_event_contract_id_statement_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"],
            ["contract.id"],
            name=op.f("fk_settlement_event_contract_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlement_event")),
        sa.UniqueConstraint("contract_id", "key", name=op.f("uq_settlement_event_contract_id_key")),
    )
    with op.batch_alter_table("settlement_event", schema=None) as batch_op:
        batch_op.create_index("ix_settlement_event_line", ["contract_id", "line", "id"], unique=False)

    op.create_table(
        "spot_check",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("entry_version", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("genuine", sa.Boolean(), nullable=True),
        sa.Column("round_id", sa.BigInteger(), nullable=True),
        sa.Column("finding_id", sa.BigInteger(), nullable=True),
        sa.Column("way", sa.String(length=20), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.Column("checked_time", sa.String(length=5), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("spoken_to", sa.JSON(), nullable=False),
        sa.Column("signature", sa.String(length=20), nullable=False),
        sa.Column("witness", sa.JSON(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("second_id", sa.BigInteger(), nullable=True),
        sa.Column("checked_by", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(outcome IN ('genuine', 'untrue')) = (genuine IS NOT NULL)", name=op.f("ck_spot_check_genuine")
        ),
        sa.CheckConstraint(
            "outcome IN ('genuine', 'untrue', 'partly', 'unknown')", name=op.f("ck_spot_check_outcome")
        ),
        sa.CheckConstraint(
            "signature IN ('signed', 'refused', 'nobody')", name=op.f("ck_spot_check_signature")
        ),
        sa.CheckConstraint("way = 'system' OR second_id IS NOT NULL", name=op.f("ck_spot_check_second")),
        sa.CheckConstraint(
            "way IN ('site', 'call', 'interview', 'papers', 'system')", name=op.f("ck_spot_check_way")
        ),
        sa.CheckConstraint("length(note) > 0", name=op.f("ck_spot_check_note")),
        sa.CheckConstraint(
            "second_id IS NULL OR second_id <> checked_by", name=op.f("ck_spot_check_two_people")
        ),
        sa.ForeignKeyConstraint(
            ["checked_by"], ["user_account.id"], name=op.f("fk_spot_check_checked_by"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["contract_id", "entry_id"],
            ["ledger_entry.contract_id", "ledger_entry.id"],
            name=op.f("fk_spot_check_contract_id_entry_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id", "finding_id"],
            ["finding.contract_id", "finding.id"],
            name=op.f("fk_spot_check_contract_id_finding_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id", "round_id"],
            ["spot_round.contract_id", "spot_round.id"],
            name=op.f("fk_spot_check_contract_id_round_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_spot_check_contract_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["second_id"], ["user_account.id"], name=op.f("fk_spot_check_second_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spot_check")),
    )
    with op.batch_alter_table("spot_check", schema=None) as batch_op:
        batch_op.create_index("ix_spot_check_entry", ["contract_id", "entry_id", "id"], unique=False)
        batch_op.create_index("ix_spot_check_round", ["contract_id", "round_id", "id"], unique=False)

    op.create_table(
        "payment_return",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("record_id", sa.BigInteger(), nullable=False),
        sa.Column("returned_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(reason) > 0", name=op.f("ck_payment_return_reason")),
        sa.ForeignKeyConstraint(
            ["contract_id", "record_id"],
            ["payment_record.contract_id", "payment_record.id"],
            name=op.f("fk_payment_return_contract_id_record_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_payment_return_contract_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"],
            ["user_account.id"],
            name=op.f("fk_payment_return_recorded_by"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_return")),
        sa.UniqueConstraint("record_id", name=op.f("uq_payment_return_record_id")),
    )
    op.create_table(
        "report_file",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("version_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('pdf', 'docx', 'xlsx')", name=op.f("ck_report_file_kind")),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_report_file_sha256")),
        sa.CheckConstraint("pages >= 0", name=op.f("ck_report_file_pages")),
        sa.CheckConstraint("size > 0", name=op.f("ck_report_file_size")),
        sa.ForeignKeyConstraint(
            ["contract_id", "version_id"],
            ["report_version.contract_id", "report_version.id"],
            name=op.f("fk_report_file_contract_id_version_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_report_file_contract_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_file")),
        sa.UniqueConstraint("contract_id", "id", name=op.f("uq_report_file_contract_id_id")),
        sa.UniqueConstraint("version_id", "kind", name=op.f("uq_report_file_version_id_kind")),
    )
    op.create_table(
        "dossier_item",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("contract_id", sa.BigInteger(), nullable=False),
        sa.Column("dossier_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("responsible", sa.String(length=120), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("dated", sa.Date(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("length(title) > 0", name=op.f("ck_dossier_item_title")),
        sa.CheckConstraint("pages >= 0", name=op.f("ck_dossier_item_pages")),
        sa.CheckConstraint("position >= 1", name=op.f("ck_dossier_item_position")),
        sa.ForeignKeyConstraint(
            ["contract_id", "dossier_id"],
            ["dossier.contract_id", "dossier.id"],
            name=op.f("fk_dossier_item_contract_id_dossier_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id", "file_id"],
            ["report_file.contract_id", "report_file.id"],
            name=op.f("fk_dossier_item_contract_id_file_id"),
        ),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_dossier_item_contract_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dossier_item")),
        sa.UniqueConstraint("dossier_id", "position", name=op.f("uq_dossier_item_dossier_id_position")),
    )
    with op.batch_alter_table("contract", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("internal_check", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.add_column(sa.Column("entry_days", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("history_days", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("review_days", sa.Integer(), nullable=False, server_default="5"))
        batch_op.add_column(sa.Column("live_on", sa.Date(), nullable=True))

    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.add_column(sa.Column("contract_id", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("asked_by", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("payload", sa.JSON(), nullable=False, server_default=sa.text("'{}'")))
        batch_op.create_index(batch_op.f("ix_job_asked_by"), ["asked_by"], unique=False)
        batch_op.create_index(batch_op.f("ix_job_contract_id"), ["contract_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_job_contract_id"), "contract", ["contract_id"], ["id"], ondelete="RESTRICT"
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_job_asked_by"), "user_account", ["asked_by"], ["id"], ondelete="RESTRICT"
        )
    with op.batch_alter_table("contract", schema=None) as batch_op:
        batch_op.alter_column("internal_check", existing_type=sa.Boolean(), server_default=None)
        batch_op.alter_column("review_days", existing_type=sa.Integer(), server_default=None)
        batch_op.create_check_constraint(batch_op.f("ck_contract_review_days"), "review_days >= 1")
        batch_op.create_check_constraint(
            batch_op.f("ck_contract_entry_days"), "entry_days IS NULL OR entry_days >= 0"
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_contract_history_days"), "history_days IS NULL OR history_days >= 1"
        )
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.alter_column("payload", existing_type=sa.JSON(), server_default=None)
    for table in APPEND_ONLY:
        for statement in triggers(op.get_bind().dialect.name, table):
            op.execute(statement)
    for code, gained in NEW_PERMISSIONS.items():
        change_permissions(gained, set(), code)


def downgrade() -> None:
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_job_asked_by"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_job_contract_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_job_contract_id"))
        batch_op.drop_index(batch_op.f("ix_job_asked_by"))
        batch_op.drop_column("payload")
        batch_op.drop_column("asked_by")
        batch_op.drop_column("contract_id")

    with op.batch_alter_table("contract", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_contract_review_days"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_contract_history_days"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_contract_entry_days"), type_="check")
        batch_op.drop_column("live_on")
        batch_op.drop_column("review_days")
        batch_op.drop_column("history_days")
        batch_op.drop_column("entry_days")
        batch_op.drop_column("internal_check")

    op.drop_table("dossier_item")
    op.drop_table("report_file")
    op.drop_table("payment_return")
    with op.batch_alter_table("spot_check", schema=None) as batch_op:
        batch_op.drop_index("ix_spot_check_round")
        batch_op.drop_index("ix_spot_check_entry")

    op.drop_table("spot_check")
    with op.batch_alter_table("settlement_event", schema=None) as batch_op:
        batch_op.drop_index("ix_settlement_event_line")

    op.drop_table("settlement_event")
    with op.batch_alter_table("request_paper", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_request_paper_waived",
            sqlite_where=sa.text("file_id IS NULL"),
            postgresql_where=sa.text("file_id IS NULL"),
        )

    op.drop_table("request_paper")
    op.drop_table("report_version")
    with op.batch_alter_table("report_event", schema=None) as batch_op:
        batch_op.drop_index("ix_report_event_report")

    op.drop_table("report_event")
    op.drop_table("payment_record")
    op.drop_table("payment_approval")
    with op.batch_alter_table("invoice", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_invoice_standing",
            sqlite_where=sa.text("kind = 'blue' AND state = 'standing'"),
            postgresql_where=sa.text("kind = 'blue' AND state = 'standing'"),
        )

    op.drop_table("invoice")
    op.drop_table("inspection_item")
    with op.batch_alter_table("exemption", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_exemption_waiting",
            sqlite_where=sa.text("decided_by IS NULL"),
            postgresql_where=sa.text("decided_by IS NULL"),
        )

    op.drop_table("exemption")
    op.drop_table("complaint")
    with op.batch_alter_table("case_event", schema=None) as batch_op:
        batch_op.drop_index("ix_case_event_finding")
        batch_op.drop_index("ix_case_event_document")
        batch_op.drop_index("ix_case_event_case")

    op.drop_table("case_event")
    op.drop_table("statement_signing")
    op.drop_table("settlement_dispute")
    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.drop_index("ix_report_until")

    op.drop_table("report")
    with op.batch_alter_table("period_unlock", schema=None) as batch_op:
        batch_op.drop_index("ix_period_unlock_lock")

    op.drop_table("period_unlock")
    with op.batch_alter_table("payment_request", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_payment_request_under_way",
            sqlite_where=sa.text("state NOT IN ('paid', 'withdrawn')"),
            postgresql_where=sa.text("state NOT IN ('paid', 'withdrawn')"),
        )

    op.drop_table("payment_request")
    with op.batch_alter_table("finding", schema=None) as batch_op:
        batch_op.drop_index("ix_finding_case")

    op.drop_table("finding")
    op.drop_table("entry_opening")
    with op.batch_alter_table("entry_key", schema=None) as batch_op:
        batch_op.drop_index("ix_entry_key_entry")

    op.drop_table("entry_key")
    with op.batch_alter_table("entry_evidence", schema=None) as batch_op:
        batch_op.drop_index("ix_entry_evidence_file")

    op.drop_table("entry_evidence")
    with op.batch_alter_table("entry_event", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_entry_event_given_back",
            sqlite_where=sa.text("deed IN ('returned', 'sent_back')"),
            postgresql_where=sa.text("deed IN ('returned', 'sent_back')"),
        )
        batch_op.drop_index("ix_entry_event_entry")

    op.drop_table("entry_event")
    with op.batch_alter_table("entry_draft", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_entry_draft_new",
            sqlite_where=sa.text("entry_id IS NULL"),
            postgresql_where=sa.text("entry_id IS NULL"),
        )

    op.drop_table("entry_draft")
    op.drop_table("settlement_statement")
    with op.batch_alter_table("reinspection", schema=None) as batch_op:
        batch_op.drop_index("ix_reinspection_case")

    op.drop_table("reinspection")
    op.drop_table("rectification_report")
    with op.batch_alter_table("ledger_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_ledger_entry_queue")
        batch_op.drop_index("ix_ledger_entry_by_writer")
        batch_op.drop_index("ix_ledger_entry_by_state")
        batch_op.drop_index("ix_ledger_entry_by_outlet")
        batch_op.drop_index("ix_ledger_entry_by_number")
        batch_op.drop_index("ix_ledger_entry_by_date")
        batch_op.drop_index("ix_ledger_entry_by_author")
        batch_op.drop_index("ix_ledger_entry_batch")
        batch_op.drop_index("ix_ledger_entry_activity")

    op.drop_table("ledger_entry")
    op.drop_table("import_row")
    with op.batch_alter_table("guarantee_event", schema=None) as batch_op:
        batch_op.drop_index("ix_guarantee_event_guarantee")

    op.drop_table("guarantee_event")
    with op.batch_alter_table("bank_match", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_bank_match_line",
            sqlite_where=sa.text("undone_at IS NULL"),
            postgresql_where=sa.text("undone_at IS NULL"),
        )
        batch_op.drop_index(
            "uq_bank_match_batch",
            sqlite_where=sa.text("undone_at IS NULL"),
            postgresql_where=sa.text("undone_at IS NULL"),
        )

    op.drop_table("bank_match")
    op.drop_table("assessment_signature")
    op.drop_table("acceptance_member")
    with op.batch_alter_table("task_share", schema=None) as batch_op:
        batch_op.drop_index("ix_task_share_own")

    op.drop_table("task_share")
    op.drop_table("size_declaration")
    op.drop_table("rollup")
    op.drop_table("rectification_case")
    op.drop_table("poll_answer")
    op.drop_table("payee_account")
    op.drop_table("opening_record")
    op.drop_table("money_posting")
    op.drop_table("manual_paper")
    with op.batch_alter_table("inspection", schema=None) as batch_op:
        batch_op.drop_index("ix_inspection_day")

    op.drop_table("inspection")
    with op.batch_alter_table("import_batch", schema=None) as batch_op:
        batch_op.drop_index("ix_import_batch_file")

    op.drop_table("import_batch")
    op.drop_table("guarantee")
    with op.batch_alter_table("fund_allotment", schema=None) as batch_op:
        batch_op.drop_index("ix_fund_allotment_line")

    op.drop_table("fund_allotment")
    op.drop_table("export_file")
    op.drop_table("evidence_likeness")
    with op.batch_alter_table("document_service", schema=None) as batch_op:
        batch_op.drop_index("ix_document_service_document")

    op.drop_table("document_service")
    op.drop_table("case_paper")
    with op.batch_alter_table("bank_line", schema=None) as batch_op:
        batch_op.drop_index("ix_bank_line_statement")
        batch_op.drop_index("ix_bank_line_amount")

    op.drop_table("bank_line")
    op.drop_table("assessment_self_score")
    with op.batch_alter_table("assessment_reopening", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_assessment_reopening_waiting",
            sqlite_where=sa.text("answered_by IS NULL"),
            postgresql_where=sa.text("answered_by IS NULL"),
        )

    op.drop_table("assessment_reopening")
    op.drop_table("assessment_paper")
    op.drop_table("assessment_member")
    op.drop_table("assessment_measure")
    op.drop_table("assessment_mark")
    op.drop_table("assessment_group")
    op.drop_table("assessment_fact")
    with op.batch_alter_table("assessment_event", schema=None) as batch_op:
        batch_op.drop_index("ix_assessment_event_assessment")

    op.drop_table("assessment_event")
    with op.batch_alter_table("assessment_decision", schema=None) as batch_op:
        batch_op.drop_index("ix_assessment_decision_clause")

    op.drop_table("assessment_decision")
    op.drop_table("assessment_capsule")
    with op.batch_alter_table("assessment_appeal", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_assessment_appeal_waiting",
            sqlite_where=sa.text("answered_by IS NULL"),
            postgresql_where=sa.text("answered_by IS NULL"),
        )

    op.drop_table("assessment_appeal")
    with op.batch_alter_table("acceptance", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_acceptance_standing",
            sqlite_where=sa.text("state IN ('draft', 'passed')"),
            postgresql_where=sa.text("state IN ('draft', 'passed')"),
        )

    op.drop_table("acceptance")
    op.drop_table("task_plan")
    with op.batch_alter_table("target_change", schema=None) as batch_op:
        batch_op.drop_index("ix_target_change_of")

    op.drop_table("target_change")
    op.drop_table("standing")
    with op.batch_alter_table("spot_round", schema=None) as batch_op:
        batch_op.drop_index("ix_spot_round_ledger")

    op.drop_table("spot_round")
    op.drop_table("rollup_plan")
    with op.batch_alter_table("review_batch", schema=None) as batch_op:
        batch_op.drop_index("ix_review_batch_stage")

    op.drop_table("review_batch")
    op.drop_table("report_template")
    op.drop_table("report_letter")
    op.drop_table("poll")
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_person_id_digest",
            sqlite_where=sa.text("id_digest IS NOT NULL"),
            postgresql_where=sa.text("id_digest IS NOT NULL"),
        )
        batch_op.drop_index("ix_person_phone_digest")

    op.drop_table("person")
    with op.batch_alter_table("period_lock", schema=None) as batch_op:
        batch_op.drop_index("ix_period_lock_span")

    op.drop_table("period_lock")
    op.drop_table("official_document")
    with op.batch_alter_table("money_batch", schema=None) as batch_op:
        batch_op.drop_index("ix_money_batch_source")

    op.drop_table("money_batch")
    op.drop_table("money_balance")
    op.drop_table("manual_figure")
    op.drop_table("ledger_view")
    op.drop_table("fund_source")
    with op.batch_alter_table("evidence_file", schema=None) as batch_op:
        batch_op.drop_index("ix_evidence_file_look_3")
        batch_op.drop_index("ix_evidence_file_look_2")
        batch_op.drop_index("ix_evidence_file_look_1")
        batch_op.drop_index("ix_evidence_file_look_0")

    op.drop_table("evidence_file")
    op.drop_table("dossier")
    op.drop_table("deliverable")
    with op.batch_alter_table("contract_rulebook", schema=None) as batch_op:
        batch_op.drop_index("ix_contract_rulebook_effective")

    op.drop_table("contract_rulebook")
    op.drop_table("contract_event")
    with op.batch_alter_table("column_mapping", schema=None) as batch_op:
        batch_op.drop_index("ix_column_mapping_headings")

    op.drop_table("column_mapping")
    op.drop_table("calendar_text")
    op.drop_table("bank_statement")
    op.drop_table("bank_mapping")
    with op.batch_alter_table("assessment", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_assessment_signed",
            sqlite_where=sa.text("state = 'signed'"),
            postgresql_where=sa.text("state = 'signed'"),
        )
        batch_op.drop_index(
            "uq_assessment_open",
            sqlite_where=sa.text("state NOT IN ('signed', 'superseded', 'dropped')"),
            postgresql_where=sa.text("state NOT IN ('signed', 'superseded', 'dropped')"),
        )

    op.drop_table("assessment")
    op.drop_table("document_sequence")
    if op.get_bind().dialect.name == "postgresql":
        for table in APPEND_ONLY:
            op.execute(f"DROP FUNCTION {table}_append_only()")
    for code, gained in NEW_PERMISSIONS.items():
        change_permissions(set(), gained, code)
