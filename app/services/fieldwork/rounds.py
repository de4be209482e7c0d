"""抽查: choose what is drawn from, commit to a seed nobody has seen, then draw; anybody can draw it again.

The list is frozen with its digest and the console's seed is committed to by its hash before either is used; the
contractor may add words of its own in between. The draw is that of kpi.survey.sampling, so that `python -m kpi
sample draw` gives the same entries from the list and the two seeds. A second draw over the same days says why.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from app.services.act import Act, Refused, found
from app.services.fieldwork.common import book_of, check_clause, check_version, checked_text
from app.services.fieldwork.framing import Plan, figure_of, frame
from app.services.official.people import DECIDERS, ISSUERS, for_buyer, for_supplier
from app.store.contracts import ContractScope
from app.store.entries import number_text
from app.store.sampling import Rounds, SpotRound
from kpi.rulebook.answers import Refused as CannotDraw
from kpi.survey.sampling import MIN_SEED, Draw, Seeds, Stratum, commit, draw, population_hash

SEQUENCE = "@spot_round"
Listed = list[tuple[str, Stratum]]


# -- commit ---------------------------------------------------------------------------------------


def commit_to(act: Act, scope: ContractScope, plan: Plan) -> SpotRound:
    """Freezes the list and commits to a seed that nobody has seen."""
    person_id = for_buyer(act, scope, *ISSUERS)
    check_clause(book_of(scope), plan.clause)
    reason = checked_text(plan.reason, "reason", "抽查的目的")
    frozen = frame(scope, plan)
    earlier = next(iter(frozen.earlier), None)
    repeat = ""
    if earlier is not None:
        said = f"{round_text(earlier.number)}已对这段时间的同一台账抽过，再抽的理由"
        repeat = checked_text(plan.repeat_reason, "repeat_reason", said)
    seed = secrets.token_hex(32)
    rows = [[one.id, one.version, number_text(plan.ledger, one.number), list(stratum)] for one, stratum in frozen.members]
    row = SpotRound(
        number=scope.next_number(SEQUENCE), ledger=plan.ledger, clause=plan.clause, from_on=plan.from_on, until_on=plan.until_on,
        query={
            "states": plan.states, "outlet": plan.outlet_id, "field": plan.strata_field, "only": [plan.only_field, plan.only_value],
            "figure": figure_of(scope, plan),
        },
        strata=plan.strata.value, size_by=plan.size_by.value, wished=plan.wished.strip(), size=frozen.size,
        population=frozen.population, fingerprint=population_hash(listed_rows(rows)), commitment=commit(seed),
        sealed_seed=act.vault.seal_text(seed, context_of(scope.contract_id)), listing={"rows": rows}, reason=reason,
        repeats_id=earlier.id if earlier is not None else None, repeat_reason=repeat, committed_by=person_id, committed_at=act.now,
    )  # fmt: skip
    Rounds(act.session, scope.contract_id).add(row)
    act.record(
        "spot.committed", "spot_round", row.id, scope.contract_id, number=row.number, ledger=row.ledger,
        population=row.population, size=row.size, fingerprint=row.fingerprint, commitment=row.commitment, repeats=row.repeats_id,
    )  # fmt: skip
    return row


def context_of(contract_id: int) -> str:
    """What a sealed seed is bound to."""
    return f"spot-seed:{contract_id}"


def round_text(number: int) -> str:
    return f"抽查{number:03d}号"


def listed_rows(rows: Sequence[Sequence[object]]) -> Listed:
    """The frozen list as the draw takes it: outside number with its version, and the stratum."""
    return [(f"{number}.{version}", tuple(stratum)) for _, version, number, stratum in rows]  # type: ignore[arg-type]


def add_words(act: Act, scope: ContractScope, round_id: int, words: str) -> SpotRound:
    """The contractor adds words of its own before the draw, so that the buyer alone cannot have steered it."""
    person_id = for_supplier(act, scope)
    row = found(Rounds(act.session, scope.contract_id).find(round_id, hold=True))
    if row.drawn_at is not None:
        raise Refused("已经抽取，不能再加随机文字")
    if row.supplier_by is not None:
        raise Refused("供应商已经给过随机文字，不能再改")
    words = words.strip()
    try:
        commit(words)
    except CannotDraw as error:
        raise Refused(f"随机文字至少 {MIN_SEED} 个字符，不要用重复的字", "words") from error
    row.supplier_seed, row.supplier_by, row.supplier_at = words[:200], person_id, act.now
    act.session.flush()
    act.record("spot.words_added", "spot_round", row.id, scope.contract_id, commitment=commit(row.supplier_seed))
    return row


# -- draw -----------------------------------------------------------------------------------------


def draw_now(act: Act, scope: ContractScope, round_id: int, seen: int) -> SpotRound:
    """Reveals the seed and draws; it happens once."""
    person_id = for_buyer(act, scope, *ISSUERS)
    row = found(Rounds(act.session, scope.contract_id).find(round_id, listing=True, hold=True))
    check_version(seen, row.version)
    if row.drawn_at is not None:
        raise Refused("这一次已经抽取，不能再抽。确需重抽，请另立一次，写明理由")
    seed = act.vault.open_text(row.sealed_seed, context_of(scope.contract_id))
    done = drawn_again(row, seed)
    row.seed, row.drawn, row.drawn_by, row.drawn_at = seed, [one.rpartition(".")[0] for one in done.drawn], person_id, act.now
    row.allocation = {"rows": [[list(name), population, number] for name, (population, number) in done.allocation.items()]}
    act.session.flush()
    act.record("spot.drawn", "spot_round", row.id, scope.contract_id, number=row.number, size=row.size, seed=seed)
    return row


def supplier_words(row: SpotRound) -> str:
    """The second seed: the contractor's words, or where it gave none a text that follows from the list."""
    return row.supplier_seed or f"供应商没有提供随机文字-{row.fingerprint}"


def drawn_again(row: SpotRound, seed: str) -> Draw:
    """The draw from what is on record. Refused where the list or a seed is not what was committed to."""
    words = supplier_words(row)
    try:
        return draw(
            listed_rows(row.listing["rows"]), row.size, Seeds(seed, words), (row.commitment, commit(words)), row.fingerprint
        )
    except CannotDraw as error:
        raise Refused(error.reason) from error


def holds(row: SpotRound) -> bool:
    """Whether drawing again from the record gives what was drawn."""
    if row.seed is None:
        return False
    try:
        return [one.rpartition(".")[0] for one in drawn_again(row, row.seed).drawn] == row.drawn
    except Refused:
        return False


def conclude(act: Act, scope: ContractScope, round_id: int, seen: int, conclusion: str) -> SpotRound:
    """Somebody who recorded none of it says what the round came to; the contractor then sees it."""
    person_id = for_buyer(act, scope, *DECIDERS)
    rounds = Rounds(act.session, scope.contract_id)
    row = found(rounds.find(round_id, hold=True))
    check_version(seen, row.version)
    if row.drawn_at is None or row.concluded_at is not None:
        raise Refused("还没有抽取，或已经办结")
    checks = rounds.checks([row.id])
    if person_id in {one.checked_by for one in checks}:
        raise Refused("您登记过这次抽查的结果，请由采购人的另一人办结")
    done = {one.entry_id for one in checks}
    left = [key for key in drawn_ids(scope, row) if key not in done]
    if left:
        raise Refused(f"抽中的 {row.size} 条里还有 {len(left)} 条没有登记结果；确实查不到的登记为“无法核实”")
    row.conclusion = checked_text(conclusion, "conclusion", "这次抽查的结论")
    row.concluded_by, row.concluded_at = person_id, act.now
    act.session.flush()
    act.record("spot.concluded", "spot_round", row.id, scope.contract_id, number=row.number)
    return row


def drawn_ids(scope: ContractScope, row: SpotRound) -> dict[int, tuple[str, int, Stratum]]:
    """The drawn entries by id, in the order of their numbers: outside number, version when frozen, stratum."""
    listing = row.listing if "listing" in row.__dict__ else found(
        Rounds(scope.session, scope.contract_id).find(row.id, listing=True)
    ).listing  # fmt: skip
    wanted = set(row.drawn)
    return {
        key: (number, version, tuple(stratum)) for key, version, number, stratum in listing["rows"] if number in wanted
    }

