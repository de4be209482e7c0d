"""What every act of the settlement begins with: its turn, its key, who may do it, what it leaves behind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from app.security.case_terms import DocumentKind, DocumentState
from app.security.permissions import P
from app.security.predicates import Person, may
from app.security.settlement_terms import SettlementDeed
from app.services.act import Act, Refused, found
from app.store import documents, settlement
from app.store.contracts import Contract, ContractScope
from app.store.documents import OfficialDocument
from app.store.evidence import links
from app.store.settlement import SettlementEvent, SettlementFile

D = SettlementDeed
#: What the audit log calls each deed.
ACTIONS = {
    D.APPLIED: "settlement.applied", D.APPOINTED: "settlement.appointed", D.RECUSED: "settlement.recused", D.OPINED: "settlement.opined",
    D.CLAUSES: "settlement.clauses", D.ACCEPTED: "settlement.accepted", D.ACCEPTANCE_VOIDED: "settlement.acceptance_voided",
    D.STATED: "settlement.stated", D.SUPERSEDED: "settlement.superseded", D.SIGNED: "settlement.signed",
    D.DISPUTED: "settlement.disputed", D.DISPUTE_DECIDED: "settlement.dispute_decided", D.REQUESTED: "settlement.requested",
    D.INVOICE_WRONG: "settlement.invoice_wrong", D.CORRECTED: "settlement.corrected", D.INVOICED: "settlement.invoiced",
    D.CHECKED: "settlement.checked", D.PAPER_ADDED: "settlement.paper_added", D.PAPER_WAIVED: "settlement.paper_waived",
    D.SUBMITTED: "settlement.submitted", D.AGREED: "settlement.agreed", D.DECLINED: "settlement.declined",
    D.PAID: "settlement.paid", D.BOUNCED: "settlement.bounced", D.WITHDRAWN: "settlement.withdrawn",
    D.FORFEIT_PROPOSED: "settlement.forfeit_proposed", D.FORFEIT_AGREED: "settlement.forfeit_agreed",
    D.FORFEIT_DECLINED: "settlement.forfeit_declined", D.FORFEIT_WITHDRAWN: "settlement.forfeit_withdrawn",
    D.FORFEIT_REVOKED: "settlement.forfeit_revoked", D.FORFEIT_SEEN: "settlement.forfeit_seen",
}  # fmt: skip
LEAST_TEXT = 4
MOST_DOCUMENTS = 500
LONGEST_TEXT = 2000
LONGEST_KEY = 64
#: Who confirms for the buyer, who signs, who approves and pays, who asks for the contractor.
CONFIRMS, SIGNS, PAYS, ASKS = P.SCORE, P.SIGN, P.PAYMENT_APPROVE, P.PAYMENT_REQUEST
Result = TypeVar("Result")


class Moved(Refused):
    """Somebody was quicker: `seen` is what the person saw, `now` what it is, in words."""

    def __init__(self, what: str, seen: str, now: str) -> None:
        super().__init__(f"{what}刚刚被别人处理过：您看到的是{seen}，现在是{now}。没有改动，请核对后再做")
        self.what, self.seen, self.now = what, seen, now


@dataclass(frozen=True)
class Done:
    """What an act was about. `again`: it had been done already under the same key, nothing was done now."""

    line: str
    statement_id: int | None = None
    acceptance_id: int | None = None
    request_id: int | None = None
    forfeit_id: int | None = None
    again: bool = False


def once(act: Act, scope: ContractScope, key: str, deed: SettlementDeed, use_case: Callable[[], Done]) -> Done:
    """Does it, unless it has been done under this key; whoever is sent twice finds the first effect."""
    if not 0 < len(key) <= LONGEST_KEY:
        raise Refused("页面上的编号丢失了，请刷新页面后再办")
    settlement.hold(act.session, scope.contract_id)
    before = settlement.by_key(act.session, scope.contract_id, key)
    if before is None:
        return use_case()
    if before.by != act.person().user_id:
        raise Refused("这张表是别人打开的，请刷新页面后再办")
    if before.deed != deed.value:
        raise Refused("这张表已经用来办过另一件事，请刷新页面后再办")
    return Done(before.line, before.statement_id, before.acceptance_id, before.request_id, before.forfeit_id, again=True)


def note(
    act: Act, scope: ContractScope, deed: SettlementDeed, key: str, done: Done, text: str = "", handed: Sequence[int] = (), **detail: Any
) -> Done:  # fmt: skip
    """The deed in the history and in the audit log. `handed`: files that came with it, already looked up."""
    row = SettlementEvent(
        contract_id=scope.contract_id, line=done.line, statement_id=done.statement_id, acceptance_id=done.acceptance_id,
        request_id=done.request_id, forfeit_id=done.forfeit_id, deed=deed.value, note=text, detail=detail, key=key,
        by=act.person().user_id, at=act.now,
    )  # fmt: skip
    settlement.add(act.session, row)
    for each in dict.fromkeys(handed):
        settlement.add(act.session, SettlementFile(contract_id=scope.contract_id, event_id=row.id, file_id=each))
    about = {"line": done.line, "statement": done.statement_id, "acceptance": done.acceptance_id, "request": done.request_id}
    about["forfeit"] = done.forfeit_id
    told = {name: value for name, value in {**about, **detail}.items() if value is not None}
    act.record(ACTIONS[deed], "settlement", row.id, scope.contract_id, **told)
    return done


# -- people ---------------------------------------------------------------------------------------


def holds(person: Person, contract: Contract, *permissions: P, supplier: bool = False) -> bool:
    """Whether the person acts for that side with one of the permissions."""
    side = contract.supplier_id if supplier else contract.buyer_id
    return person.organisation_id == side and any(may(person, each, contract.id) for each in permissions)


def for_buyer(act: Act, scope: ContractScope, *permissions: P) -> int:
    """The person's id; Refused where somebody else is to do it."""
    if not holds(act.person(), contract_of(scope), *permissions):
        raise Refused(f"这一步由采购人一方有“{'”或“'.join(each.label for each in permissions)}”权限的人办理")
    return act.person().user_id


def for_supplier(act: Act, scope: ContractScope) -> int:
    if not holds(act.person(), contract_of(scope), ASKS, supplier=True):
        raise Refused("付款由供应商一方有“申请付款”权限的人申请")
    return act.person().user_id


def contract_of(scope: ContractScope) -> Contract:
    return found(scope.contract())


def check_files(scope: ContractScope, files: Sequence[int], field: str = "files") -> None:
    """Refused where one of them is not in the contract."""
    if set(files) - links.digests(scope.session, scope.contract_id, set(files)).keys():
        raise Refused("有的材料没有找到，请重新上传", field)


def checked_text(text: str, field: str, what: str, *, least: int = LEAST_TEXT, most: int = LONGEST_TEXT) -> str:
    """The text as it is kept."""
    text = text.strip()
    if len(text) < least:
        raise Refused(f"请写明{what}（至少 {least} 个字）" if least > 1 else f"请填写{what}", field)
    if len(text) > most:
        raise Refused(f"{what}最多 {most} 个字，现在有 {len(text)} 个", field)
    return text


def registered(scope: ContractScope, acceptance_id: int) -> OfficialDocument | None:
    """The standing document of the register that is the paper of an acceptance; void ones are left out."""
    every = documents.register(scope.session, scope.contract_id, DocumentKind.OTHER.value, size=MOST_DOCUMENTS)
    standing = (one for one in every if one.state != DocumentState.VOID)
    return next((one for one in standing if (one.content.get("about") or {}).get("acceptance") == acceptance_id), None)
