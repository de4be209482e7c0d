"""Which rulebook a contract is set up with: chosen while it is a draft, kept for ever as text."""

from __future__ import annotations

from app.security.terms import ContractState
from app.services.act import Act, Refused, found
from app.services.setup.texts import read
from app.store import contracts, rulebooks, setup
from app.store.contracts import Contract, ContractScope
from app.store.setup import ContractRulebook

FIRST = "建账时选定"


def choose(act: Act, scope: ContractScope, text: str) -> ContractRulebook:
    """Sets a draft up with this text; an earlier choice is dropped, its answers stay where they fit.

    Raises BadText before anything is kept where the text cannot be a rulebook.
    """
    contract = found(scope.contract())
    if contract.state != ContractState.DRAFT:
        raise Refused("合同已经开始运行，规则书不能直接更换；请到“补充协议”里上传新版本")
    read(text)
    kept = contracts.keep_rulebook(act.session, text, act.now)
    if contract.rulebook_text_id == kept.id:
        raise Refused("选定的就是现在这本规则书，没有改动")
    for earlier in rulebooks.versions(act.session, scope.contract_id):
        earlier.dropped_at = act.now
    row = ContractRulebook(
        contract_id=scope.contract_id,
        revision=setup.next_revision(act.session, scope.contract_id),
        rulebook_text_id=kept.id,
        effective_on=contract.starts_on,
        reason=FIRST,
        adopted_by=act.person().user_id,
        adopted_at=act.now,
    )
    setup.add_version(act.session, row)
    contract.rulebook_text_id = kept.id
    act.session.flush()
    act.record("rulebook.chosen", "rulebook", row.id, scope.contract_id, sha256=kept.sha256, revision=row.revision)
    return row


def begin_with(act: Act, contract: Contract) -> None:
    """A draft's rulebook is in force from the contract's first day, wherever that day moves."""
    for row in rulebooks.versions(act.session, contract.id):
        row.effective_on = contract.starts_on
