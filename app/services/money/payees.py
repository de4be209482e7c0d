"""收款账户: entered from a stamped letter by one person, confirmed by another with the letter before them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.security.predicates import is_other
from app.services.act import Act, Refused, found
from app.services.money.amounts import check_files
from app.store.contracts import ContractScope
from app.store.money import Books
from app.store.money_funds import Funds, PayeeAccount

DIGITS = re.compile(r"[0-9]{8,40}\Z")
SHOWN = 4


@dataclass(frozen=True)
class Account:
    """An account as typed; `files` holds the stamped letter."""

    name: str
    bank: str
    account: str
    reason: str
    files: Sequence[int]


def current(scope: ContractScope) -> PayeeAccount | None:
    """The account that is paid to: the latest that a second person confirmed."""
    rows = Funds(scope.session, scope.contract_id).accounts()
    return next((row for row in rows if row.confirmed_at is not None), None)


def waits(rows: Sequence[PayeeAccount]) -> PayeeAccount | None:
    """The one that waits for its second person."""
    return next((row for row in rows if row.confirmed_at is None and row.refused_at is None), None)


def enter(act: Act, scope: ContractScope, given: Account) -> PayeeAccount:
    """Enters the first account, or a change of it; nothing is paid to it before another person confirms."""
    Books(act.session, scope.contract_id).hold()  # one account at a time waits for its second person
    funds = Funds(act.session, scope.contract_id)
    rows = funds.accounts()
    if waits(rows) is not None:
        raise Refused("还有一个账户在等另一人核对，请先处理那一个")
    number = re.sub(r"[\s-]", "", given.account)
    if not DIGITS.match(number):
        raise Refused("银行账号应为 8 至 40 位数字", "account")
    if rows and not given.reason.strip():
        raise Refused("变更账户要写明原因", "reason")
    standing = current(scope)
    if standing is not None and (standing.account, standing.name, standing.bank) == (number, given.name.strip(), given.bank.strip()):
        raise Refused("与现在的账户完全一样，没有变更", "account")
    letter = check_files(act, scope, given.files)
    if letter is None:
        raise Refused("请上传供应商盖章的账户函件", "files")
    row = funds.add(
        PayeeAccount(
            revision=len(rows) + 1, name=given.name.strip()[:120], bank=given.bank.strip()[:120], account=number, letter_id=letter,
            reason=given.reason.strip(), entered_by=act.person().user_id, entered_at=act.now,
        )
    )  # fmt: skip
    act.record("payee.entered", "payee", row.id, scope.contract_id, revision=row.revision, file=letter)
    return row


def confirm(act: Act, scope: ContractScope, account_id: int) -> PayeeAccount:
    """A second person has compared the account with the letter (and called back on a known number)."""
    row = _waiting(act, scope, account_id)
    row.confirmed_by, row.confirmed_at = act.person().user_id, act.now
    act.session.flush()
    act.record("payee.confirmed", "payee", row.id, scope.contract_id, revision=row.revision)
    return row


def refuse(act: Act, scope: ContractScope, account_id: int, answer: str) -> PayeeAccount:
    """It is not what the letter says, or the letter cannot be trusted."""
    row = _waiting(act, scope, account_id)
    if not answer.strip():
        raise Refused("请写明哪里不符", "answer")
    row.refused_by, row.refused_at, row.answer = act.person().user_id, act.now, answer.strip()
    act.session.flush()
    act.record("payee.refused", "payee", row.id, scope.contract_id, revision=row.revision, reason=row.answer)
    return row


def _waiting(act: Act, scope: ContractScope, account_id: int) -> PayeeAccount:
    row = found(Funds(act.session, scope.contract_id).hold(PayeeAccount, account_id))
    if row.confirmed_at is not None or row.refused_at is not None:
        raise Refused("这个账户已经处理过了，请刷新页面")
    if not is_other(act.person(), row.entered_by):
        raise Refused("自己登记的账户不能自己核对，请另一名财务人员核对")
    return row


def masked(account: str) -> str:
    """All but the last four digits hidden."""
    return f"{'*' * max(len(account) - SHOWN, 0)}{account[-SHOWN:]}"
