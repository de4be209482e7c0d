"""Rows of a contract's money; for those made by the rules, use the services."""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from app.store.models import (
    BankLine,
    BankMatch,
    BankStatement,
    Contract,
    EvidenceFile,
    FundAllotment,
    FundSource,
    Guarantee,
    MoneyBalance,
    MoneyBatch,
    MoneyPosting,
    PayeeAccount,
    UserAccount,
)
from tests.factories.ground import START

number = count(1)
Row = TypeVar("Row", EvidenceFile, FundSource, FundAllotment, PayeeAccount, Guarantee, BankStatement, BankLine, BankMatch)


def batch(session: Session, contract: Contract, user: UserAccount, **given: Any) -> MoneyBatch:
    """An earlier payment in the books, with its one line."""
    which = next(number)
    defaults: dict[str, Any] = {
        "contract_id": contract.id, "number": which, "kind": "opening", "happened_on": date(2026, 3, 1), "summary": "以前的付款",
        "source_kind": "contract", "source_id": contract.id, "source_key": f"opening:contract:{which}:", "posted_by": user.id,
        "posted_at": START,
    }  # fmt: skip
    row = MoneyBatch(**{**defaults, **given})
    session.add(row)
    session.flush()
    session.add(
        MoneyPosting(
            contract_id=contract.id, batch_id=row.id, position=1, debit="paid", credit="outstanding", amount_fen=100_00,
            debit_after=100_00, credit_after=0,
        )
    )  # fmt: skip
    session.add(MoneyBalance(contract_id=contract.id, account="paid", balance_fen=100_00))
    session.flush()
    return row


def added(session: Session, row: Row) -> Row:
    session.add(row)
    session.flush()
    return row


def fund(session: Session, contract: Contract, user: UserAccount, **given: Any) -> FundSource:
    """A budget of 100 000 yuan."""
    defaults: dict[str, Any] = {
        "contract_id": contract.id, "document": f"赣财社指〔2026〕{next(number)}号", "project": "就业服务", "nature": "employment",
        "amount_fen": 100_000_00, "added_by": user.id, "added_at": START,
    }  # fmt: skip
    return added(session, FundSource(**{**defaults, **given}))


def allotment(session: Session, row: FundSource, user: UserAccount, **given: Any) -> FundAllotment:
    defaults: dict[str, Any] = {
        "contract_id": row.contract_id, "fund_id": row.id, "line": "whole", "amount_fen": 1_00, "allotted_by": user.id,
        "allotted_at": START,
    }  # fmt: skip
    return added(session, FundAllotment(**{**defaults, **given}))


def letter(session: Session, contract: Contract, user: UserAccount) -> EvidenceFile:
    """The stamped letter of an account, a file of its own."""
    return added(
        session,
        EvidenceFile(
            contract_id=contract.id, sha256=f"{next(number):064x}", size=1, media_type="image/jpeg", name="账户函件.jpg",
            uploaded_by=user.id, uploaded_at=START,
        ),
    )  # fmt: skip


def account(session: Session, contract: Contract, user: UserAccount, letter_id: int, **given: Any) -> PayeeAccount:
    """An account that waits for its second person."""
    defaults: dict[str, Any] = {
        "contract_id": contract.id, "revision": next(number), "name": "某公司", "bank": "某银行", "account": "3600100000001",
        "letter_id": letter_id, "entered_by": user.id, "entered_at": START,
    }  # fmt: skip
    return added(session, PayeeAccount(**{**defaults, **given}))


def guarantee(session: Session, contract: Contract, user: UserAccount, **given: Any) -> Guarantee:
    """A letter of a bank."""
    defaults: dict[str, Any] = {
        "contract_id": contract.id, "kind": "performance", "form": "letter", "amount_fen": 5_000_00, "left_fen": 5_000_00,
        "issuer": "某银行", "letter_number": "BH-1", "received_on": date(2026, 1, 5), "expires_on": date(2026, 12, 31),
        "entered_by": user.id, "entered_at": START,
    }  # fmt: skip
    return added(session, Guarantee(**{**defaults, **given}))


def bank_file(session: Session, contract: Contract, user: UserAccount, **given: Any) -> BankStatement:
    """A file that was imported; `match` below adds a line and what it is."""
    defaults: dict[str, Any] = {
        "contract_id": contract.id, "name": "流水.csv", "sha256": f"{next(number):064x}", "lines": 1, "first_on": date(2026, 3, 1),
        "last_on": date(2026, 3, 1), "imported_by": user.id, "imported_at": START,
    }  # fmt: skip
    return added(session, BankStatement(**{**defaults, **given}))


def match(session: Session, file: BankStatement, row: MoneyBatch, user: UserAccount) -> BankMatch:
    """A line of the file, confirmed to be the payment."""
    line = added(
        session,
        BankLine(
            contract_id=file.contract_id, statement_id=file.id, row=2, booked_on=date(2026, 3, 1), amount_fen=-100_00,
            fingerprint=f"{next(number):064x}",
        ),
    )  # fmt: skip
    made = BankMatch(
        contract_id=file.contract_id, line_id=line.id, batch_id=row.id, why="金额相同", matched_by=user.id, matched_at=START
    )
    return added(session, made)
