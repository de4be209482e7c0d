"""质保金 in the ledger: what a line of the plan is to give back later stands in 保留 until that line is settled.

A batch names the line of the plan as the `part` of its source, so each line's rest is known from the batches alone.
What is not given back (不予返还) leaves 保留 as a reduction with its own cause.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from app.security.money_terms import Account, SourceKind
from app.security.money_terms import PostingKind as K
from app.services.act import Act
from app.services.money import postings
from app.services.money.postings import Said, Source
from app.store.contracts import ContractScope
from app.store.money import Books, MoneyBatch
from kpi.quantities import Money


def kept(scope: ContractScope, beside: int | None = None) -> dict[str, Money]:
    """What is held back for each line, where something is. `beside`: as it was without one statement's postings."""
    return {line: Money(fen) for line, fen in Books(scope.session, scope.contract_id).kept_by_line(beside).items()}


def hold(act: Act, scope: ContractScope, statement_id: int, wanted: Mapping[str, tuple[Money, str, str]], on: date) -> list[MoneyBatch]:
    """What stands in 保留 becomes what the statement says: line → sum, title, clause. At most what is not settled yet."""
    before, made = kept(scope, statement_id), list[MoneyBatch]()
    for line, (amount, title, clause) in wanted.items():
        source, more = Source(SourceKind.STATEMENT, statement_id, line), amount - before.get(line, Money(0))
        said = Said(on, f"{title}：计价后留下，条件满足再付", clause)
        if more.fen < 0:
            text = f"{title}：留多了的部分退回未结算"
            made.append(postings.released(act, scope, source, Money(0), Said(on, text, clause), rest=-more))
        elif more.fen > 0 and (more := min(more, _room(act, scope, source, more))).fen > 0:
            made += [postings.earned(act, scope, source, more, said), postings.retained(act, scope, source, more, said)]
    return made


def _room(act: Act, scope: ContractScope, source: Source, wanted: Money) -> Money:
    """How much can be held: what is not settled yet. All of it where it is held already."""
    postings.open_books(act, scope)
    books = Books(scope.session, scope.contract_id)
    if (row := books.by_key(source.key(K.RETENTION))) is not None:
        return Money(sum(one.amount_fen for one in row.lines))
    return min(wanted, Money(books.hold()[Account.OUTSTANDING].balance_fen))


def release(act: Act, scope: ContractScope, statement_id: int, line: str, gross: Money, said: Said) -> tuple[Money, list[MoneyBatch]]:
    """The line itself is settled: what was held for it is priced again, as far as `gross`; the rest is not settled any more.

    How much of `gross` comes from there, and the batches.
    """
    held = kept(scope, statement_id).get(line, Money(0))
    taken = max(min(held, gross), Money(0))
    if held.fen == 0:
        return taken, []
    return taken, [postings.released(act, scope, Source(SourceKind.STATEMENT, statement_id, line), taken, said, rest=held - taken)]


def forfeit(act: Act, scope: ContractScope, forfeit_id: int, line: str, amount: Money, said: Said) -> MoneyBatch:
    """不予返还: a part of what is held for the line is not payable any more."""
    return postings.forfeited(act, scope, Source(SourceKind.FORFEIT, forfeit_id, line), amount, said)


def forfeit_revoked(act: Act, scope: ContractScope, forfeit_id: int, reason: str) -> MoneyBatch:
    """It stands in 保留 again, by reversal."""
    return postings.taken_back(act, scope, Source(SourceKind.FORFEIT, forfeit_id), reason)
