"""Statements, acceptances and requests as rows. For those made by the rules, use the services."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from app.store.models import (
    Acceptance,
    AcceptanceMember,
    Contract,
    Invoice,
    PaymentRecord,
    PaymentRequest,
    RetentionForfeit,
    SettlementDispute,
    SettlementEvent,
    SettlementStatement,
    StatementSigning,
    UserAccount,
)
from tests.factories import organisations
from tests.factories.ground import START
from tests.factories.office import BOOK

number = count(1)


def statement(session: Session, contract: Contract, maker: UserAccount, **given: Any) -> SettlementStatement:
    """Of lakeside's one line, as if it were an advance: it rests on nothing."""
    text = organisations.rulebook_text(session, BOOK.read_text("utf-8"))
    content = {
        "plan": "按档次付款", "basis": {"rulebook": text.sha256}, "in_words": "壹仟元整", "earlier": [], "due": "",
        "lines": [{"kind": "payable", "title": "本期应付款", "fen": 100_000, "text": "", "clause": "LK-4", "place": ""}],
    }  # fmt: skip
    defaults: dict[str, Any] = {
        "contract_id": contract.id, "number": next(number), "plan": "by_tier", "line": "whole", "title": "全部价款", "revision": 1,
        "reason": "", "advance": True, "rulebook_text_id": text.id, "amount_fen": 100_000, "reduction_fen": 0, "carried_in_fen": 0,
        "carried_fen": 0, "payable_fen": 100_000, "content": content, "sha256": "0" * 64, "made_by": maker.id, "made_at": START,
    }  # fmt: skip
    row = SettlementStatement(**{**defaults, **given})
    session.add(row)
    session.flush()
    return row


def signing(session: Session, row: SettlementStatement, signer: UserAccount) -> StatementSigning:
    made = StatementSigning(
        contract_id=row.contract_id, statement_id=row.id, made_by=row.made_by, signed_by=signer.id, signed_at=START
    )
    session.add(made)
    session.flush()
    return made


def request(session: Session, row: SettlementStatement, asker: UserAccount, **given: Any) -> PaymentRequest:
    """With its invoice."""
    defaults: dict[str, Any] = {
        "contract_id": row.contract_id, "number": next(number), "statement_id": row.id, "line": row.line,
        "amount_fen": row.payable_fen, "state": "sent", "payee_name": "某某公司", "payee_bank": "某某银行", "payee_account": "12345678",
        "requested_by": asker.id, "requested_at": START,
    }  # fmt: skip
    made = PaymentRequest(**{**defaults, **given})
    session.add(made)
    session.flush()
    invoice = Invoice(
        contract_id=row.contract_id, request_id=made.id, kind="blue", number=f"2600{next(number):016}", amount_fen=made.amount_fen,
        issued_on=date(2026, 3, 1), state="standing", entered_by=asker.id, entered_at=START,
    )  # fmt: skip
    session.add(invoice)
    session.flush()
    return made


def payment(session: Session, asked: PaymentRequest, user: UserAccount) -> PaymentRecord:
    made = PaymentRecord(
        contract_id=asked.contract_id, request_id=asked.id, attempt=1, amount_fen=asked.amount_fen, paid_on=date(2026, 3, 2),
        voucher="记-12", bank_reference=f"B{next(number)}", recorded_by=user.id, recorded_at=START,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def dispute(session: Session, row: SettlementStatement, user: UserAccount) -> SettlementDispute:
    made = SettlementDispute(
        contract_id=row.contract_id, statement_id=row.id, side="supplier", amount_fen=1, reason="有一场没有计入", raised_by=user.id,
        raised_at=START, answer="",
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def acceptance(session: Session, contract: Contract, maker: UserAccount, **given: Any) -> Acceptance:
    """Under way, with one member."""
    defaults: dict[str, Any] = {
        "contract_id": contract.id, "number": next(number), "line": "whole", "title": "全部价款", "appointment": "验收通知",
        "appointed_on": date(2026, 3, 1), "state": "draft", "made_by": maker.id, "made_at": START,
        "clauses": [{"clause": "LK-1", "title": "走访", "result": "met", "note": ""}],
    }  # fmt: skip
    row = Acceptance(**{**defaults, **given})
    session.add(row)
    session.flush()
    session.add(AcceptanceMember(contract_id=contract.id, acceptance_id=row.id, user_id=maker.id, unit="县财政局", head=True))
    session.flush()
    return row


def application(session: Session, row: SettlementStatement, user: UserAccount, files: Sequence[int] = ()) -> SettlementEvent:
    detail = {"title": row.title, "stage": "阶段核验", "papers": ["总结"], "files": list(files), "days": 7}
    made = SettlementEvent(
        contract_id=row.contract_id, line=row.line, deed="applied", note="已完成", detail=detail, key=f"key-{next(number)}", by=user.id,
        at=START,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def forfeit(session: Session, contract: Contract, proposer: UserAccount, decider: UserAccount) -> RetentionForfeit:
    """Agreed to, not seen by the contractor yet."""
    made = RetentionForfeit(
        contract_id=contract.id, number=next(number), line="whole", title="质保金", ground="never", clause="LK-4", amount_fen=1,
        reason="投诉没有办结", state="agreed", proposed_by=proposer.id, proposed_at=START, decided_by=decider.id, decided_at=START,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def everything(session: Session, contract: Contract, maker: UserAccount, other: UserAccount) -> dict[str, int | str]:
    """One row of each kind; ids by the names of the routes' parameters."""
    row = statement(session, contract, maker)
    signing(session, row, other)
    asked = request(session, row, other)
    return {
        "statement_id": row.id, "request_id": asked.id, "payment_id": payment(session, asked, maker).id,
        "dispute_id": dispute(session, row, other).id,
        "acceptance_id": acceptance(session, contract, maker).id, "paper": "invoice",
        "application_id": application(session, row, other).id, "forfeit_id": forfeit(session, contract, maker, other).id,
    }  # fmt: skip
