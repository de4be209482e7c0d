"""Deciding over a filter: preview, draw, open, decide (docs/decisions/bulk-review.md).

What the preview found is frozen with its versions. 逐条: every entry must have been opened by the
reviewer; 抽核 n/N: the console draws n, which must be opened. The decision is one set, weighed by the
same rules as a single one; what has changed meanwhile is left out and named.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.security.terms import ReviewMode
from app.services.act import Act, Missing, Refused, found
from app.services.ledger.write import Stale
from app.services.verification import decide, drawing
from app.services.verification.deadlines import Clock
from app.services.verification.judging import Judge, Verdict, sift
from app.services.verification.queue import Filter, asked
from app.services.verification.stages import Stage
from app.store import review_queue, reviews
from app.store.contracts import ContractScope
from app.store.entries import Entries, LedgerEntry
from app.store.review_queue import Line
from app.store.reviews import ReviewBatch

MOST = 5000
CARRIED = timedelta(days=90)  # how long a draw that was given up still has to be opened
GONE = "这次批量审核已经办结或作废，没有再改动。请看登记簿，或从队列重新开始"


@dataclass(frozen=True)
class Preview:
    """What a decision over the filter would take in. `beyond`: there are more than MOST, the oldest are taken.

    `ledgers` and `authors`: what they are called, by id.
    """

    verdict: Verdict
    ledgers: Mapping[str, str]
    authors: Mapping[int, str]
    by_ledger: Mapping[str, int]
    by_author: Mapping[str, int]
    first: date | None
    last: date | None
    beyond: bool

    @property
    def total(self) -> int:
        return len(self.verdict.fit)

    @property
    def least(self) -> int:
        return drawing.least(self.total)

    @property
    def left_out(self) -> int:
        return sum(len(ids) for ids in self.verdict.left_out.values())


def preview(act: Act, scope: ContractScope, stage: Stage, wanted: Filter) -> Preview:
    """Weighs everything that the filter finds; nothing is changed."""
    contract = found(scope.contract())
    clock = Clock.of(scope, contract, act.today)
    ids = review_queue.ids(act.session, contract.id, asked(stage, contract, clock, wanted, None), MOST + 1)
    judge = Judge.of(act, scope, stage)
    entries = Entries(act.session, contract.id).by_ids(ids[:MOST])
    verdict = sift(act, scope, judge, entries, settle=True)
    facts = reviews.facts(act.session, contract.id, [each.id for each in verdict.fit])
    ledgers = {each.id: each.name for each in judge.book.rulebook.ledgers}
    days = [day for *_, day in facts]
    return Preview(
        verdict, ledgers, {author: name for _, _, author, name, _ in facts},
        Counter(ledgers[ledger] for _, ledger, *_ in facts),
        Counter(name for *_, name, _ in facts),
        min(days, default=None), max(days, default=None), len(ids) > MOST,
    )  # fmt: skip


def begin(act: Act, scope: ContractScope, stage: Stage, wanted: Filter, mode: ReviewMode, number: int | None) -> ReviewBatch:
    """Freezes what the filter finds and draws what is to be opened. `number`: how many, at least the rule's."""
    weighed = preview(act, scope, stage, wanted)
    fit = weighed.verdict.fit
    if not fit:
        raise Refused("筛选出的记录里没有可以一起审核的，原因列在下面")
    wished = weighed.total if mode is ReviewMode.EACH else number if number is not None else weighed.least
    if not weighed.least <= wished <= weighed.total:
        raise Refused(f"抽核条数应在 {weighed.least}（至少 10 条且不少于 5%）与 {weighed.total} 之间", "number")
    drawn = draw_from(act, scope, stage, fit, wished)
    order = [each.id for each in fit] if mode is ReviewMode.EACH else list(drawn.ids)
    row = ReviewBatch(
        contract_id=scope.contract_id, reviewer_id=act.person().user_id, stage=stage.key.value, mode=mode.value,
        query=wanted.plain(), entry_ids=[each.id for each in fit], versions=[each.version for each in fit],
        drawn_ids=order, seed=drawn.seed, draw=drawn.record, total=len(fit), to_open=len(order),
        made_at=act.now, left_out={},
    )  # fmt: skip
    reviews.add(act.session, row)
    act.record(
        "review.drawn", "review", row.id, scope.contract_id,
        mode=mode.value, total=row.total, to_open=row.to_open, seed=row.seed,
    )  # fmt: skip
    return row


def draw_from(act: Act, scope: ContractScope, stage: Stage, fit: Sequence[LedgerEntry], number: int) -> drawing.Drawn:
    """The draw over these entries, with what earlier draws took that nobody has decided on."""
    versions = {each.id: each.version for each in fit}
    strata: dict[tuple[str, ...], list[int]] = {}
    for each in fit:
        strata.setdefault((each.ledger, str(each.author_id)), []).append(each.id)
    carried: set[int] = set()
    since = act.now - CARRIED
    for ids, then, drawn in reviews.undecided(act.session, scope.contract_id, stage.key, since):
        was = dict(zip(ids, then, strict=True))
        carried |= {key for key in drawn if versions.get(key) == was[key]}
    seed = drawing.seed_of(
        act.vault, scope.contract_id, {each.id: (each.ledger, each.author_id, each.version) for each in fit}
    )
    return drawing.new_draw(seed, strata, number, carried)


@dataclass(frozen=True)
class Progress:
    """How far the opening is. `lines`: the drawn entries in their order; `left`: those still to be opened.

    `opened`: when each was first before the reviewer, by id.
    """

    lines: Sequence[Line]
    opened: Mapping[int, datetime]
    left: frozenset[int]
    failed: frozenset[int]

    @property
    def complete(self) -> bool:
        return not self.left


def progress(scope: ContractScope, stage: Stage, row: ReviewBatch) -> Progress:
    """Looks at what the reviewer has opened of what was drawn."""
    versions = dict(zip(row.entry_ids, row.versions, strict=True))
    lines = review_queue.of_ids(scope.session, scope.contract_id, row.drawn_ids, row.reviewer_id)
    wanted = {key: versions[key] for key in row.drawn_ids}
    opened = reviews.opened(scope.session, scope.contract_id, row.reviewer_id, wanted)
    left = {
        line.id
        for line in lines
        if line.id not in opened and line.state == stage.waits.value and line.version == versions[line.id]
    }
    failed = reviews.singled_out(scope.session, scope.contract_id, row.drawn_ids, stage.bad, row.made_at)
    return Progress(lines, opened, frozenset(left), frozenset(failed))


def open_entry(act: Act, scope: ContractScope, entry_id: int, version: int) -> None:
    """The person has this version of the entry before them. Stale where it is not that version any more."""
    entry = found(Entries(act.session, scope.contract_id).find(entry_id))
    if entry.version != version:
        raise Stale(entry)
    reviews.note_opening(act.session, scope.contract_id, act.person().user_id, entry_id, version, act.now)


def find(scope: ContractScope, stage: Stage, review_id: int) -> ReviewBatch:
    """A bulk decision of this stage; raises Missing."""
    return found(reviews.find(scope.session, scope.contract_id, stage.key, review_id))


def own(act: Act, scope: ContractScope, stage: Stage, review_id: int, version: int) -> ReviewBatch:
    """The person's own, still open, and as they saw it; nobody else touches it until this act ends."""
    row = reviews.find(act.session, scope.contract_id, stage.key, review_id, hold=True)
    if row is None or row.reviewer_id != act.person().user_id:
        raise Missing
    if row.version != version or row.decided_at is not None or row.cancelled_at is not None:
        raise Refused(GONE)
    return row


def add_draw(act: Act, scope: ContractScope, stage: Stage, review_id: int, version: int, number: int) -> ReviewBatch:
    """Draws so many more: for example because one of the first has failed."""
    row = own(act, scope, stage, review_id, version)
    rest = row.total - len(row.drawn_ids)
    if not 1 <= number <= rest:
        raise Refused(f"还能再抽 1 至 {rest} 条" if rest else "已经全部抽中了，不能再抽", "number")
    drawn = drawing.more(drawing.Drawn(tuple(row.drawn_ids), row.seed, row.draw), number)
    row.drawn_ids, row.draw, row.to_open = list(drawn.ids), drawn.record, len(drawn.ids)
    act.session.flush()
    act.record("review.drawn_more", "review", row.id, scope.contract_id, to_open=row.to_open, total=row.total)
    return row


def cancel(act: Act, scope: ContractScope, stage: Stage, review_id: int, version: int) -> ReviewBatch:
    """Gives the bulk decision up. The register keeps it, and what was drawn must still be opened next time."""
    row = own(act, scope, stage, review_id, version)
    row.cancelled_at = act.now
    act.session.flush()
    act.record("review.cancelled", "review", row.id, scope.contract_id, total=row.total, to_open=row.to_open)
    return row


def conclude(
    act: Act, scope: ContractScope, stage: Stage, review_id: int, version: int, *, fine: bool, reason: str = ""
) -> ReviewBatch:
    """Decides on all that was frozen, once what was drawn has been opened."""
    row = own(act, scope, stage, review_id, version)
    seen = progress(scope, stage, row)
    if not seen.complete:
        raise Refused(f"抽中的 {row.to_open} 条里还有 {len(seen.left)} 条没有打开看过，看完才能决定")
    deed = stage.deed(fine=fine)
    verdict = decide.decide_many(
        act, scope, row.entry_ids, deed, reason, row.id, dict(zip(row.entry_ids, row.versions, strict=True)),
        mode=row.mode, to_open=row.to_open, total=row.total, seed=row.seed,
    )  # fmt: skip
    if not verdict.fit:
        raise Refused("预览以后，这些记录都已被处理或改动，没有一条可以再决定。请作废这一次，从队列重新开始")
    row.deed, row.decided, row.decided_at, row.reason = deed.value, len(verdict.fit), act.now, reason.strip()
    row.opened_ids, row.failed_ids = sorted(seen.opened), sorted(seen.failed)
    row.left_out = {why: list(ids) for why, ids in verdict.left_out.items()}
    act.session.flush()
    return row


def redone(row: ReviewBatch) -> bool:
    """Whether drawing once more from what was recorded gives the same entries; where all are read, any order will do."""
    again = drawing.again(row.seed, row.draw)
    return sorted(again) == sorted(row.drawn_ids) if row.mode == ReviewMode.EACH else again == row.drawn_ids
