"""补充协议: another version of the rulebook, looked at before it counts, in force from its day."""

from __future__ import annotations

from datetime import date

from app.security.terms import ContractState
from app.services.act import Act, Missing, Refused, found
from app.services.books import Book, book_by_text
from app.services.setup.findings import examined
from app.services.setup.texts import read
from app.store import contracts, rulebooks, setup
from app.store.contracts import Contract, ContractScope
from app.store.setup import ContractRulebook

RUNNING = frozenset({ContractState.TRIAL.value, ContractState.LIVE.value})


def propose(act: Act, scope: ContractScope, text: str, effective_on: date, reason: str) -> ContractRulebook:
    """Keeps the text for consideration; nothing is in force before somebody adopts it.

    Raises BadText where the text cannot be a rulebook.
    """
    contract = _running(scope)
    read(text)
    check_day(act, scope, contract, effective_on)
    if not reason.strip():
        raise Refused("请写明理由，例如补充协议的编号和事由", "reason")
    kept = contracts.keep_rulebook(act.session, text, act.now)
    if kept.id == contract.rulebook_text_id:
        raise Refused("上传的就是现在生效的规则书，没有任何改动", "file")
    row = ContractRulebook(
        contract_id=scope.contract_id,
        revision=setup.next_revision(act.session, scope.contract_id),
        rulebook_text_id=kept.id,
        effective_on=effective_on,
        reason=reason.strip(),
        proposed_by=act.person().user_id,
        proposed_at=act.now,
    )
    setup.add_version(act.session, row)
    said = {"sha256": kept.sha256, "revision": row.revision, "effective_on": str(effective_on)}
    act.record("amendment.proposed", "rulebook", row.id, scope.contract_id, **said)
    return row


def _running(scope: ContractScope) -> Contract:
    contract = found(scope.contract())
    if contract.state not in RUNNING:
        word = ContractState.of(contract.state).label
        raise Refused(f"合同现在是“{word}”。草拟的合同请直接更换规则书；已结束的合同不再修改")
    return contract


def check_day(act: Act, scope: ContractScope, contract: Contract, effective_on: date) -> None:
    """Refuses a day outside the term, or one before a version that already counts from later on.

    While nothing counts yet (test mode) a version may replace the first one from the first day on.
    """
    live = contract.state == ContractState.LIVE
    if not contract.starts_on <= effective_on <= contract.ends_on or (live and effective_on == contract.starts_on):
        first = "之后" if live else "当天或之后"
        raise Refused(f"生效日期应在合同起始日 {contract.starts_on} {first}，不晚于终止日 {contract.ends_on}", "effective_on")
    later = [one for one in rulebooks.versions(act.session, scope.contract_id) if one.effective_on > effective_on]
    if later:
        raise Refused(
            f"第 {later[-1].revision} 号版本从 {later[-1].effective_on} 起生效，新的补充协议不能早于它", "effective_on"
        )


def proposal(scope: ContractScope, version_id: int, *, to_change: bool = False) -> ContractRulebook:
    """A version of this contract."""
    row = setup.version(scope.session, scope.contract_id, version_id, to_change=to_change)
    if row is None:
        raise Missing
    return row


def book_before(scope: ContractScope, row: ContractRulebook) -> Book | None:
    """The book that a version replaces: the one adopted before it, None for the first one."""
    earlier = [one for one in rulebooks.versions(scope.session, scope.contract_id) if one.revision < row.revision]
    return book_by_text(scope, earlier[-1].rulebook_text_id) if earlier else None


def adopt(act: Act, scope: ContractScope, version_id: int) -> ContractRulebook:
    """The version counts from its day. Entries keep the version that they were checked by."""
    row = proposal(scope, version_id, to_change=True)
    contract = _running(scope)
    if row.adopted_at is not None or row.dropped_at is not None:
        raise Refused("这份补充协议已经处理过了，请刷新页面")
    check_day(act, scope, contract, row.effective_on)
    errors = examined(book_by_text(scope, row.rulebook_text_id).source).errors
    if errors:
        raise Refused(f"合同体检发现 {errors} 处错误，不能采用；请改正规则书后重新上传")
    row.adopted_by, row.adopted_at = act.person().user_id, act.now
    act.session.flush()
    take_effect(scope, contract, act.today)
    said = {"revision": row.revision, "effective_on": str(row.effective_on), "reason": row.reason}
    act.record("amendment.adopted", "rulebook", row.id, scope.contract_id, **said)
    return row


def drop(act: Act, scope: ContractScope, version_id: int) -> None:
    """Gives an amendment up: one that nobody adopted, or one that is not in force yet."""
    row = proposal(scope, version_id, to_change=True)
    contract = _running(scope)
    if row.dropped_at is not None:
        raise Refused("这份补充协议已经放弃了")
    if row.adopted_at is not None and row.effective_on <= act.today:
        raise Refused("这个版本已经生效，不能放弃；要改回去请再上传一份补充协议")
    row.dropped_at = act.now
    act.session.flush()
    take_effect(scope, contract, act.today)
    act.record("amendment.dropped", "rulebook", row.id, scope.contract_id, revision=row.revision)


def bring_into_force(act: Act) -> list[int]:
    """Points every contract at work to the version whose day has come; the contracts that moved."""
    moved = []
    for contract in contracts.contracts(act.session, None):
        scope = ContractScope(act.session, contract.id)
        if contract.state in RUNNING and take_effect(scope, contract, act.today):
            row = found(rulebooks.in_force(act.session, contract.id, act.today))
            said = {"revision": row.revision, "effective_on": str(row.effective_on)}
            act.record("amendment.in_force", "rulebook", row.id, contract.id, **said)
            moved.append(contract.id)
    return moved


def take_effect(scope: ContractScope, contract: Contract, day: date) -> bool:
    """Points the contract to the version in force on the day; whether that is another one than before."""
    row = rulebooks.in_force(scope.session, scope.contract_id, day)
    if row is None or row.rulebook_text_id == contract.rulebook_text_id:
        return False
    contract.rulebook_text_id = row.rulebook_text_id
    scope.session.flush()
    return True
