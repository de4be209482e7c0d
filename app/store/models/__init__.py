"""All models. Only app.store imports them; others take them from the store's areas."""

from __future__ import annotations

from app.store.models import append_only
from app.store.models.assessments import (
    Assessment,
    AssessmentCapsule,
    AssessmentEvent,
    AssessmentMeasure,
    AssessmentReopening,
    AssessmentSignature,
)
from app.store.models.bank import BankLine, BankMapping, BankMatch, BankStatement
from app.store.models.base import Base
from app.store.models.batches import ColumnMapping, ExportFile, ImportBatch, ImportRow, ReviewBatch
from app.store.models.cases import (
    ContractEvent,
    Exemption,
    Finding,
    RectificationCase,
    RectificationReport,
    Reinspection,
)
from app.store.models.documents import (
    CaseEvent,
    CasePaper,
    DocumentSequence,
    DocumentService,
    OfficialDocument,
)
from app.store.models.entries import EntryDraft, EntryEvent, EntryKey, LedgerEntry, LedgerView, Person
from app.store.models.evidence import EntryEvidence, EvidenceFile, EvidenceLikeness
from app.store.models.funds import (
    FundAllotment,
    FundSource,
    Guarantee,
    GuaranteeEvent,
    PayeeAccount,
)
from app.store.models.indicators import ManualFigure, ManualPaper, TargetChange, TaskPlan, TaskShare
from app.store.models.inspections import Complaint, Inspection, InspectionItem
from app.store.models.money import MoneyBalance, MoneyBatch, MoneyPosting, SizeDeclaration
from app.store.models.organisations import Contract, Organisation, RulebookText
from app.store.models.payments import (
    Invoice,
    PaymentApproval,
    PaymentRecord,
    PaymentRequest,
    PaymentReturn,
    RequestPaper,
)
from app.store.models.people import RecoveryCode, UserAccount, UserSession
from app.store.models.places import Outlet, RosterEntry
from app.store.models.polls import Poll, PollAnswer
from app.store.models.records import AuditEvent, Job, NumberSequence, SettingAnswer
from app.store.models.reports import (
    Deliverable,
    DeliverableDeed,
    Dossier,
    DossierItem,
    Report,
    ReportEvent,
    ReportFile,
    ReportLetter,
    ReportTemplate,
    ReportVersion,
)
from app.store.models.reviews import EntryOpening, SpotCheck
from app.store.models.roles import (
    ApprovalChain,
    ApprovalStep,
    ConsoleGrant,
    Delegation,
    Membership,
    Role,
)
from app.store.models.rollups import Rollup, RollupPlan
from app.store.models.sampling import SpotRound
from app.store.models.scoring import (
    AssessmentAppeal,
    AssessmentDecision,
    AssessmentFact,
    AssessmentGroup,
    AssessmentMark,
    AssessmentMember,
    AssessmentPaper,
    AssessmentSelfScore,
)
from app.store.models.settlement import (
    Acceptance,
    AcceptanceMember,
    SettlementDispute,
    SettlementEvent,
    SettlementStatement,
    StatementSigning,
)
from app.store.models.setup import (
    CalendarText,
    ContractRulebook,
    OpeningRecord,
    PeriodLock,
    PeriodUnlock,
    Standing,
)

__all__ = [
    "Acceptance",
    "AcceptanceMember",
    "ApprovalChain",
    "ApprovalStep",
    "Assessment",
    "AssessmentAppeal",
    "AssessmentCapsule",
    "AssessmentDecision",
    "AssessmentEvent",
    "AssessmentFact",
    "AssessmentGroup",
    "AssessmentMark",
    "AssessmentMeasure",
    "AssessmentMember",
    "AssessmentPaper",
    "AssessmentReopening",
    "AssessmentSelfScore",
    "AssessmentSignature",
    "AuditEvent",
    "BankLine",
    "BankMapping",
    "BankMatch",
    "BankStatement",
    "Base",
    "CalendarText",
    "CaseEvent",
    "CasePaper",
    "ColumnMapping",
    "Complaint",
    "ConsoleGrant",
    "Contract",
    "ContractEvent",
    "ContractRulebook",
    "Delegation",
    "Deliverable",
    "DeliverableDeed",
    "DocumentSequence",
    "DocumentService",
    "Dossier",
    "DossierItem",
    "EntryDraft",
    "EntryEvent",
    "EntryEvidence",
    "EntryKey",
    "EntryOpening",
    "EvidenceFile",
    "EvidenceLikeness",
    "Exemption",
    "ExportFile",
    "Finding",
    "FundAllotment",
    "FundSource",
    "Guarantee",
    "GuaranteeEvent",
    "ImportBatch",
    "ImportRow",
    "Inspection",
    "InspectionItem",
    "Invoice",
    "Job",
    "LedgerEntry",
    "LedgerView",
    "ManualFigure",
    "ManualPaper",
    "Membership",
    "MoneyBalance",
    "MoneyBatch",
    "MoneyPosting",
    "NumberSequence",
    "OfficialDocument",
    "OpeningRecord",
    "Organisation",
    "Outlet",
    "PayeeAccount",
    "PaymentApproval",
    "PaymentRecord",
    "PaymentRequest",
    "PaymentReturn",
    "PeriodLock",
    "PeriodUnlock",
    "Person",
    "Poll",
    "PollAnswer",
    "RecoveryCode",
    "RectificationCase",
    "RectificationReport",
    "Reinspection",
    "Report",
    "ReportEvent",
    "ReportFile",
    "ReportLetter",
    "ReportTemplate",
    "ReportVersion",
    "RequestPaper",
    "ReviewBatch",
    "Role",
    "Rollup",
    "RollupPlan",
    "RosterEntry",
    "RulebookText",
    "SettingAnswer",
    "SettlementDispute",
    "SettlementEvent",
    "SettlementStatement",
    "SizeDeclaration",
    "SpotCheck",
    "SpotRound",
    "Standing",
    "StatementSigning",
    "TargetChange",
    "TaskPlan",
    "TaskShare",
    "UserAccount",
    "UserSession",
    "append_only",
]
