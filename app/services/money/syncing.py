"""Keeps the ledger up with the contract: its price, changes of the price, payments from before the console."""

from __future__ import annotations

from app.security.money_terms import Account, SourceKind
from app.security.money_terms import PostingKind as K
from app.security.terms import OpeningKind
from app.services import books as rulebooks
from app.services.act import Act, Refused, found
from app.services.money.writing import Entry, Source, backwards, write
from app.store import setup
from app.store.contracts import Contract, ContractScope
from app.store.money import Books, MoneyBatch, Move
from app.store.setup import OpeningRecord
from kpi.quantities import Money


def behind(scope: ContractScope, contract: Contract) -> list[str]:
    """What the ledger does not know yet, in words; empty where it is up to date or has no price to go by."""
    books = Books(scope.session, scope.contract_id)
    if contract.price_fen is None:
        return []
    stated = _stated(books)
    told = [] if stated == contract.price_fen else [f"合同价款 {Money(contract.price_fen)}，总账里是 {Money(stated)}"]
    missing, gone = _openings(scope, books)
    told += [f"补登的付款“{row.title}”还没有入账" for row in missing]
    return told + [f"补登的付款“{row.title}”已撤回，总账里还没有冲回" for row, _ in gone]


def keep_up(act: Act, scope: ContractScope) -> None:
    """Posts what is missing. Refused where the contract states no price."""
    contract = found(scope.contract())
    if contract.price_fen is None:
        raise Refused("合同价款还没有填写，不能记账。请先到“合同设置”填写合同价款（按单价结算的填合同约定的上限）")
    books = Books(act.session, scope.contract_id)
    _price(act, scope, contract, books)
    missing, gone = _openings(scope, books)
    advances = _advances(scope, contract) if missing else frozenset()
    for row in missing:
        _post_opening(act, scope, row, row.tranche in advances)
    for row, batch in gone:
        source = Source(SourceKind.BATCH, batch.id)
        backwards(act, scope, batch, Entry(K.REVERSAL, source, act.today, f"补登已撤回：{row.title}"))


def _stated(books: Books) -> int:
    """The price as the ledger has it, with amendments, without settlement by count."""
    return books.balances().get(Account.PRICE, 0) + books.moved([K.AMENDMENT], Account.AMENDMENTS)


def _price(act: Act, scope: ContractScope, contract: Contract, books: Books) -> None:
    assert contract.price_fen is not None
    if _stated(books) == contract.price_fen:
        return
    books.hold()  # somebody else may be posting the same change
    change = contract.price_fen - _stated(books)
    if change == 0:
        return
    if not books.balances().get(Account.PRICE):
        source = Source(SourceKind.CONTRACT, contract.id)
        move = Move(Account.OUTSTANDING, Account.PRICE, change)
        write(act, scope, Entry(K.PRICE, source, contract.starts_on, f"合同价款：{contract.title}", (move,)))
        return
    source = Source(SourceKind.AMENDMENT, contract.id, f"v{contract.version}")
    move = Move(Account.OUTSTANDING, Account.AMENDMENTS, change) if change > 0 else Move(Account.AMENDMENTS, Account.OUTSTANDING, -change)
    summary = f"合同价款改为 {Money(contract.price_fen)}，{'增加' if change > 0 else '减少'} {Money(abs(change))}"
    write(act, scope, Entry(K.AMENDMENT, source, act.today, summary, (move,)))


def _openings(scope: ContractScope, books: Books) -> tuple[list[OpeningRecord], list[tuple[OpeningRecord, MoneyBatch]]]:
    """Earlier payments that count (confirmed by a second person) and are not posted; those withdrawn after they were."""
    rows = [row for row in setup.openings(scope.session, scope.contract_id) if row.kind == OpeningKind.PAYMENT.value]
    posted = books.posted(K.OPENING) if rows else {}
    missing, gone = [], []
    for row in rows:
        batch, is_reversed = posted.get(_opening(row).key(K.OPENING), (None, False))
        if batch is None and row.confirmed_at is not None and row.withdrawn_at is None:
            missing.append(row)
        elif batch is not None and row.withdrawn_at is not None and not is_reversed:
            gone.append((row, batch))
    return missing, gone


def _opening(row: OpeningRecord) -> Source:
    return Source(SourceKind.OPENING, row.id)


def _advances(scope: ContractScope, contract: Contract) -> frozenset[str]:
    """The tranches that are advances by the rulebook."""
    if contract.rulebook_text_id is None:
        return frozenset()
    payment = rulebooks.book_of(scope, contract).rulebook.payment
    plans = payment.plans if payment is not None else ()
    return frozenset(one.id for plan in plans for one in plan.tranches if one.advance)


def _post_opening(act: Act, scope: ContractScope, row: OpeningRecord, advance: bool) -> None:
    target = Account.ADVANCES if advance else Account.PAID
    move = Move(target, Account.OUTSTANDING, row.amount_fen or 0)
    write(act, scope, Entry(K.OPENING, _opening(row), row.until_on, f"系统上线以前已付：{row.title}", (move,)))
