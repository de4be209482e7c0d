"""Why a person may not decide on an entry now. One set of rules for one entry and for many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from app.security.permissions import Permission
from app.security.predicates import Person, may
from app.security.terms import EntryState
from app.services import books
from app.services.act import Act, found
from app.services.books import Book
from app.services.ledger import feed, gates
from app.services.verification.stages import CHECK, VERIFY, Stage
from app.store.contracts import Contract, ContractScope
from app.store.entries import LedgerEntry
from app.store.evidence import links
from kpi.rulebook.ledgers import Ledger
from kpi.verification import Finding, Verification

Pieces = tuple[tuple[str, str], ...]  # kind and SHA-256 of each piece of evidence
CHANGED_SINCE = "预览以后又改动过，没有看过现在这一版"


@dataclass(frozen=True)
class Judge:
    """Answers for one person, contract and stage; made once for many entries."""

    person: Person
    contract: Contract
    book: Book
    stage: Stage = VERIFY

    @classmethod
    def of(cls, act: Act, scope: ContractScope, stage: Stage = VERIFY) -> Judge:
        contract = found(scope.contract())
        return cls(act.person(), contract, books.book_of(scope, contract), stage)

    def obstacle(self, entry: LedgerEntry, pieces: Pieces, *, settle: bool) -> str:
        """Why the person may not pass (`settle`) or give back the entry now; blank where they may."""
        ledger = self.book.ledger(entry.ledger)
        if ledger is None:
            return "现行的规则书已没有这本台账，不能再审核"
        if why := self.wrong_person(ledger, entry):
            return why
        if entry.state not in {each.value for each in self.stage.begins(fine=settle)}:
            return f"这条记录现在是“{EntryState.of(entry.state).label}”，不在等待{self.stage.word}"
        return self.evidence_obstacle(entry, pieces) if settle else ""

    def wrong_person(self, ledger: Ledger, entry: LedgerEntry) -> str:
        """Nobody decides on their own work, and neither side on what is the other's to decide."""
        if why := self.closed[ledger.enters == "buyer"]:
            return why.format(ledger.name)
        if entry.author_id == self.person.user_id:
            return f"自己登记的记录不能自己{self.stage.word}，请由另一人{self.stage.word}"
        return ""

    @cached_property
    def closed(self) -> tuple[str, str]:
        """Why the person decides on no entry of the contractor's ledgers, and none of the buyer's."""
        own_side = {VERIFY.key: self.contract.buyer_id, CHECK.key: self.contract.supplier_id}[self.stage.key]
        here = self.person.organisation_id
        if not may(self.person, self.stage.permission, self.contract.id):
            return (f"您没有{self.stage.word}“{{}}”的权限",) * 2
        if self.stage is CHECK:
            foreign = "" if here == own_side else "“{}”由供应商内部复核，只有供应商的人可以复核"
            return foreign, "“{}”由采购人登记，不经过供应商内部复核"
        other = "供应商的人不能审核“{}”" if here == self.contract.supplier_id else ""
        return other, "" if here == own_side else "“{}”由采购人登记，须由采购人的另一人审核"

    def evidence_obstacle(self, entry: LedgerEntry, pieces: Pieces) -> str:
        """What evidence is missing, in the engine's words."""
        messages = [each.message.partition("；")[0] for each in self.missing(entry, pieces)]
        return "；".join(messages) + ("，不能通过。请退回补充" if messages else "")

    def missing(self, entry: LedgerEntry, pieces: Pieces) -> Sequence[Finding]:
        """The evidence that is due for the entry and not there."""
        ledger = self.book.ledger(entry.ledger)
        if entry.nil or ledger is None or not ledger.evidence:
            return ()
        made = feed.engine_entry(self.book, entry, pieces)
        assert made is not None
        judged = self.verification.verify(made._replace(state="verified", author="", verifier="", validated=None))
        return tuple(each for each in judged if isinstance(each, Finding) and each.kind == "evidence_missing")

    @cached_property
    def verification(self) -> Verification:
        return Verification(self.book.rulebook)

    def reads_evidence(self, entry: LedgerEntry) -> bool:
        """Whether passing the entry depends on its evidence."""
        ledger = self.book.ledger(entry.ledger)
        return ledger is not None and bool(ledger.evidence) and not entry.nil


def pieces_of(judge: Judge, scope: ContractScope, entries: Sequence[LedgerEntry], *, settle: bool) -> Mapping[int, Pieces]:
    """The evidence of those entries whose passing depends on it."""
    wanted = [each.id for each in entries if judge.reads_evidence(each)] if settle else []
    return links.kinds_of(scope.session, scope.contract_id, wanted)


def verifies(ledger: Ledger) -> Permission:
    """Entries of either side are verified with the same permission, by another person than the author."""
    return VERIFY.permission


def obstacle(
    person: Person, contract: Contract, book: Book, entry: LedgerEntry, pieces: Pieces,
    *, settle: bool, stage: Stage = VERIFY,
) -> str:  # fmt: skip
    """Why the person may not pass (`settle`) or give back the entry now; blank where they may."""
    return Judge(person, contract, book, stage).obstacle(entry, pieces, settle=settle)


@dataclass(frozen=True)
class Verdict:
    """What a bulk decision would do: the entries it takes in, and why it leaves the others out, by reason."""

    fit: tuple[LedgerEntry, ...]
    left_out: Mapping[str, tuple[int, ...]]


def sift(
    act: Act, scope: ContractScope, judge: Judge, entries: Sequence[LedgerEntry], *, settle: bool,
    versions: Mapping[int, int] | None = None,
) -> Verdict:  # fmt: skip
    """Those of the entries that the decision can take in. `versions`: what the person was shown of each."""
    pieces = pieces_of(judge, scope, entries, settle=settle)
    locked = gates.locked_days(act, scope)
    fit: list[LedgerEntry] = []
    left_out: dict[str, list[int]] = {}
    for entry in entries:
        why = judge.obstacle(entry, pieces.get(entry.id, ()), settle=settle) or locked(entry)
        if not why and versions is not None and versions.get(entry.id) != entry.version:
            why = CHANGED_SINCE
        if why:
            left_out.setdefault(why, []).append(entry.id)
        else:
            fit.append(entry)
    return Verdict(tuple(fit), {why: tuple(ids) for why, ids in left_out.items()})
