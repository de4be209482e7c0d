"""对账: which line of the bank is which payment; proposed with the reasons, confirmed by a person, taken back by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from app.security.money_terms import Account, PostingKind, SourceKind
from app.services.act import Act, Refused, found
from app.services.imports.near import nearness
from app.store.contracts import ContractScope, organisation_by_id
from app.store.money import Books
from app.store.money_bank import Bank, BankLine, BankMatch, MoneyBatch, around
from kpi.quantities import Money

#: So many days lie at most between a payment in the ledger and its line at the bank.
REACH = 15
ALIKE = 0.8
MONEY = frozenset({Account.PAID, Account.ADVANCES, Account.RECEIVABLE})
POINTS = {"reference": 50, "payee": 25, "account": 25, "day": 20, "near": 10}
SURE = 70


@dataclass(frozen=True)
class Payment:
    """What moved money, as the bank shows it: `fen` below 0 where it left. `names`: the payee's and the supplier's."""

    batch: MoneyBatch
    fen: int
    bank_reference: str
    names: tuple[str, ...]
    account: str


@dataclass(frozen=True)
class Proposal:
    """A payment with the line that it most likely is. `rivals`: other lines that speak for it as much."""

    payment: Payment
    line: BankLine
    points: int
    reasons: tuple[str, ...]
    rivals: int = 0

    @property
    def sure(self) -> bool:
        return self.points >= SURE and not self.rivals

    @property
    def why(self) -> str:
        return "；".join(self.reasons)


def fen_of(batch: MoneyBatch) -> int:
    """What a batch took from the bank (below 0) or brought back."""
    into = sum(line.amount_fen for line in batch.lines if Account.of(line.credit) in MONEY)
    out = sum(line.amount_fen for line in batch.lines if Account.of(line.debit) in MONEY)
    return into - out


def payments(scope: ContractScope, batches: Sequence[MoneyBatch]) -> list[Payment]:
    """The payments with what the settlement recorded of them; else the supplier's name."""
    bank = Bank(scope.session, scope.contract_id)
    records = bank.records([row.source_id for row in batches if row.source_kind == SourceKind.PAYMENT.value])
    supplier = organisation_by_id(scope.session, found(scope.contract()).supplier_id)
    name = supplier.name if supplier is not None else ""
    made = []
    for row in batches:
        known = records.get(row.source_id, ("", name, "")) if row.source_kind == SourceKind.PAYMENT.value else ("", name, "")
        reference = "" if row.kind == PostingKind.RETURNED.value else known[0]
        made.append(Payment(row, fen_of(row), reference, (known[1], name), known[2]))
    return made


def proposals(scope: ContractScope) -> list[Proposal]:
    """For each payment that has no line yet the line that speaks most for it, the surest first."""
    bank = Bank(scope.session, scope.contract_id)
    waiting = payments(scope, bank.payments(matched=False))
    if not waiting:
        return []
    first, last = around([one.batch.happened_on for one in waiting], REACH)
    references = {one.bank_reference for one in waiting if one.bank_reference}
    lines = bank.candidates({one.fen for one in waiting}, first, last, references)
    ranked = chain.from_iterable((judged(one, line) for line in lines) for one in waiting)
    found_all = sorted((one for one in ranked if one is not None), key=lambda one: (-one.points, one.payment.batch.id, one.line.id))
    return assigned(found_all)


def assigned(ranked: Sequence[Proposal]) -> list[Proposal]:
    """Each payment and each line once, the best pairs first; how many others speak as much is told."""
    taken: set[tuple[str, int]] = set()
    chosen = []
    for one in ranked:
        keys = {("payment", one.payment.batch.id), ("line", one.line.id)}
        if keys & taken:
            continue
        taken |= keys
        same = [
            other for other in ranked
            if other is not one and other.points == one.points and other.payment.batch.id == one.payment.batch.id
        ]  # fmt: skip
        chosen.append(Proposal(one.payment, one.line, one.points, one.reasons, len(same)))
    return chosen


def judged(payment: Payment, line: BankLine) -> Proposal | None:
    """How much speaks for it; None where the amount is another or the days are too far apart."""
    days = abs((line.booked_on - payment.batch.happened_on).days)
    if line.amount_fen != payment.fen or days > REACH:
        return None
    points, reasons = 0, [f"金额相同（{Money(abs(line.amount_fen))}）"]
    if payment.bank_reference and payment.bank_reference == line.bank_reference:
        points += POINTS["reference"]
        reasons.append(f"流水号相同（{line.bank_reference}）")
    if line.payee and any(nearness(line.payee, name) >= ALIKE for name in payment.names if name):
        points += POINTS["payee"]
        reasons.append(f"户名相符（{line.payee}）")
    if payment.account and digits(line.account) == digits(payment.account):
        points += POINTS["account"]
        reasons.append("账号相同")
    points += POINTS["day"] if days == 0 else POINTS["near"] if days <= REACH // 3 else 0
    reasons.append("同一天" if days == 0 else f"相差 {days} 天")
    return Proposal(payment, line, points, tuple(reasons))


def digits(text: str) -> str:
    return "".join(sign for sign in text if sign.isdigit())


# -- confirming -----------------------------------------------------------------------------------


def confirm(act: Act, scope: ContractScope, batch_id: int, line_id: int) -> BankMatch:
    """A person says that the line is the payment; the amounts must be the same."""
    Books(act.session, scope.contract_id).hold()  # two who confirm at once take turns
    bank = Bank(act.session, scope.contract_id)
    line = found(bank.find(BankLine, line_id))
    row = next((one for one in payments(scope, bank.payments()) if one.batch.id == batch_id), None)
    if row is None:
        raise Refused("总账里没有这笔付款，或它已经冲销。请刷新页面")
    standing = bank.matches()
    if any(one.line_id == line_id or one.batch_id == batch_id for one in standing):
        raise Refused("这笔流水或这笔付款已经对上了，请刷新页面")
    judgement = judged(row, line)
    if line.amount_fen != row.fen:
        raise Refused(f"流水 {Money(line.amount_fen)} 与付款 {Money(row.fen)} 金额不同，不能对上；请查明差额")
    why = judgement.why if judgement is not None else "金额相同，日期相差较远，由人工确认"
    match = bank.add(
        BankMatch(line_id=line_id, batch_id=batch_id, why=why[:300], matched_by=act.person().user_id, matched_at=act.now)
    )
    act.record("bank.matched", "bank", match.id, scope.contract_id, entry=batch_id, line=line_id)
    return match


def confirm_sure(act: Act, scope: ContractScope) -> int:
    """Confirms every proposal that nothing speaks against; how many they were."""
    sure = [one for one in proposals(scope) if one.sure]
    for one in sure:
        confirm(act, scope, one.payment.batch.id, one.line.id)
    return len(sure)


def undo(act: Act, scope: ContractScope, match_id: int) -> BankMatch:
    """Takes a confirmation back; it stays readable."""
    match = found(Bank(act.session, scope.contract_id).find(BankMatch, match_id))
    if match.undone_at is not None:
        raise Refused("已经取消过了，请刷新页面")
    match.undone_by, match.undone_at = act.person().user_id, act.now
    act.session.flush()
    act.record("bank.unmatched", "bank", match.id, scope.contract_id, entry=match.batch_id, line=match.line_id)
    return match


@dataclass(frozen=True)
class Standing:
    """Where the reconciliation stands."""

    lines: int
    matched: int
    proposals: Sequence[Proposal]
    unmatched: Sequence[Payment]
    matches: Sequence[BankMatch]
    payments: Mapping[int, Payment]

    @property
    def waiting(self) -> list[Payment]:
        """Payments for which no line speaks."""
        told = {one.payment.batch.id for one in self.proposals}
        return [one for one in self.unmatched if one.batch.id not in told]


def standing(scope: ContractScope) -> Standing:
    """Everything that the page shows, apart from the lines themselves."""
    bank = Bank(scope.session, scope.contract_id)
    lines, matched = bank.counts()
    every = payments(scope, bank.payments())
    matches = bank.matches()
    done = {one.batch_id for one in matches}
    waiting = [one for one in every if one.batch.id not in done]
    return Standing(lines, matched, proposals(scope) if waiting else [], waiting, matches, {one.batch.id: one for one in every})
