"""What the acts of the settlement do to the ledger of the contract, in their own transaction."""

from __future__ import annotations

from app.security.money_terms import Account, SourceKind
from app.services.act import Act
from app.services.money import effects, postings, retention
from app.services.money.effects import Part, Sums
from app.services.money.postings import Said, Source
from app.store import payments, settlement
from app.store.contracts import ContractScope
from app.store.payments import PaymentRecord
from app.store.settlement import SettlementDispute, SettlementStatement
from kpi.quantities import Money, parse_exact


def signed(act: Act, scope: ContractScope, row: SettlementStatement) -> None:
    """A statement counts from its signature on. What was paid on an earlier revision stays; the difference is posted."""
    before = _signed_before(scope, row)
    counted = row.content.get("count")
    if counted is not None:
        source, said = Source(SourceKind.COUNT, row.id), Said(act.today, f"{row.title}：按实际数量结算", row.content["clause"])
        postings.by_count(act, scope, source, parse_exact(counted["unit_price"]), int(counted["quantity"]), said)
    if before is not None and payments.paid_by_line(scope.session, scope.contract_id).get(row.line):
        _difference(act, scope, before, row)
        effects.held_back(act, scope, sums_of(row), act.today)
        return
    if before is not None:
        effects.statement_withdrawn(act, scope, before.id, row.reason)
    effects.statement_signed(act, scope, sums_of(row), act.today)


def _signed_before(scope: ContractScope, row: SettlementStatement) -> SettlementStatement | None:
    """The revision that was signed last before this one."""
    signings = settlement.signings(scope.session, scope.contract_id)
    rows = settlement.statements(scope.session, scope.contract_id, row.line)
    earlier = [one for one in rows if one.revision < row.revision and one.id in signings]
    return earlier[-1] if earlier else None


def _difference(act: Act, scope: ContractScope, before: SettlementStatement, row: SettlementStatement) -> None:
    source, more = Source(SourceKind.STATEMENT, row.id, "difference"), row.payable_fen - before.payable_fen
    said = Said(act.today, f"{row.title}：第 {row.revision} 版与第 {before.revision} 版的差额", row.content["clause"], "重新核定")
    if more > 0:
        if row.advance:
            postings.advance_approved(act, scope, source, Money(more), said)
        else:
            back, _ = retention.release(act, scope, row.id, row.line, Money(more), said)
            if (fresh := Money(more) - back).fen > 0:
                postings.earned(act, scope, source, fresh, said)
            postings.approved(act, scope, source, Money(more), said)
    elif more < 0:
        of = Account.ADVANCES if row.advance else Account.PAID
        postings.claimed_back(act, scope, source, Money(-more), said, of=of)


def sums_of(row: SettlementStatement) -> Sums:
    """The statement's sums as the ledger takes them."""
    lines = row.content["lines"]

    def parts(kind: str, sign: int = -1) -> list[Part]:
        taken = [one for one in lines if one["kind"] == kind and one["fen"]]
        return [Part(one["id"], one["title"], one["clause"], Money(sign * one["fen"])) for one in taken]

    return Sums(
        statement_id=row.id, title=row.title, clause=row.content["clause"], advance=row.advance, net=Money(row.amount_fen),
        payable=Money(row.payable_fen), offsets=parts("offset"), reductions=parts("reduction"),
        carried_in=Money(row.carried_in_fen), held=parts("held", 1), line=row.line,
    )  # fmt: skip


def paid(act: Act, scope: ContractScope, row: SettlementStatement, made: PaymentRecord) -> None:
    """A payment has left the account."""
    post = postings.advance_paid if row.advance else postings.paid
    said = Said(made.paid_on, f"{row.title}：支付，凭证 {made.voucher}", row.content["clause"])
    post(act, scope, Source(SourceKind.PAYMENT, made.id), Money(made.amount_fen), said)


def bounced(act: Act, scope: ContractScope, row: SettlementStatement, made: PaymentRecord, reason: str) -> None:
    """The bank sent it back: it is owed again."""
    postings.returned(act, scope, Source(SourceKind.PAYMENT, made.id), Said(act.today, f"{row.title}：退票，{reason}"[:300]))


def dispute_lost(act: Act, scope: ContractScope, row: SettlementStatement, dispute: SettlementDispute) -> None:
    """A disputed part is not payable after all."""
    source = Source(SourceKind.STATEMENT, row.id, f"dispute-{dispute.id}")
    said = Said(act.today, f"{row.title}：争议部分不予支付", row.content["clause"], "争议")
    effects.dispute_lost(act, scope, source, Money(dispute.amount_fen), said)
