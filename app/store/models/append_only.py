"""Triggers that let nobody change or delete a row of the append-only tables, in both databases.

A person with the rights to drop a trigger can still tamper; that is what the audit chain finds.
"""

from __future__ import annotations

import sqlalchemy as sa

from app.store.models.assessments import AssessmentCapsule, AssessmentEvent, AssessmentSignature
from app.store.models.cases import RectificationReport, Reinspection
from app.store.models.documents import CaseEvent, DocumentService
from app.store.models.entries import EntryEvent
from app.store.models.funds import GuaranteeEvent
from app.store.models.money import MoneyBatch, MoneyPosting
from app.store.models.organisations import RulebookText
from app.store.models.payments import PaymentApproval, PaymentRecord, PaymentReturn
from app.store.models.records import AuditEvent
from app.store.models.reports import (
    DeliverableDeed,
    ReportEvent,
    ReportFile,
    ReportLetter,
    ReportTemplate,
    ReportVersion,
)
from app.store.models.reviews import SpotCheck
from app.store.models.scoring import AssessmentDecision, AssessmentMark, AssessmentSelfScore
from app.store.models.settlement import (
    SettlementEvent,
    SettlementFile,
    SettlementStatement,
    StatementSigning,
)

MODELS = (
    AuditEvent, RulebookText, EntryEvent, SpotCheck, AssessmentEvent, AssessmentCapsule, AssessmentSignature,
    AssessmentDecision, AssessmentMark, AssessmentSelfScore, CaseEvent, DocumentService, RectificationReport, Reinspection,
    SettlementStatement, StatementSigning, SettlementEvent, PaymentApproval, PaymentRecord, PaymentReturn,
    MoneyBatch, MoneyPosting, GuaranteeEvent, ReportVersion, ReportFile, ReportEvent, ReportTemplate, ReportLetter,
    DeliverableDeed, SettlementFile,
)  # fmt: skip
TABLES = tuple(model.__tablename__ for model in MODELS)
WHY = "只增不改的表：不能修改或删除"


def statements(dialect: str, table: str) -> list[str]:
    """The DDL for one table."""
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


def protect(table: sa.Table, connection: sa.Connection, **_: object) -> None:
    """Adds the triggers after the table was created by metadata.create_all."""
    for statement in statements(connection.dialect.name, table.name):
        connection.exec_driver_sql(statement)


for model in MODELS:
    sa.event.listen(model.__table__, "after_create", protect)
