"""草拟 → 试运行 → 执行中 → 已结束: what is still open, and the steps from one stage to the next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from app.security.permissions import Permission
from app.security.terms import ContractState
from app.services.act import Act, Refused, found
from app.services.books import Book, book_of
from app.services.setup import questions as asked
from app.services.setup.findings import examined
from app.services.setup.members import empty_sets
from app.services.setup.terms import price_words, proposed
from app.store import setup
from app.store.contracts import Contract, ContractScope

State = Literal["done", "open", "wrong"]
#: Nobody can work in a contract without these.
_NEEDED = (
    (Permission.ENTRY_WRITE, "供应商登记台账的人（一线人员或项目经理）"),
    (Permission.ENTRY_VERIFY, "采购人审核台账的人（主管人员）"),
)
_WANTED = ((Permission.SIGN, "签批考核结果的人（分管领导）"), (Permission.PAYMENT_APPROVE, "审批付款的人（财务人员）"))


@dataclass(frozen=True)
class Item:
    """A line of the checklist. `blocks`: the stages that cannot begin while it is open."""

    key: str
    title: str
    state: State
    text: str
    blocks: frozenset[ContractState] = frozenset()


@dataclass(frozen=True)
class Standing:
    """Where the set-up stands."""

    items: tuple[Item, ...]
    entries: dict[bool, int]

    def blocking(self, stage: ContractState) -> list[Item]:
        """What keeps a stage from beginning."""
        return [one for one in self.items if one.state != "done" and stage in one.blocks]


_BOTH = frozenset({ContractState.TRIAL, ContractState.LIVE})
_LIVE = frozenset({ContractState.LIVE})


def standing(act: Act, scope: ContractScope, contract: Contract) -> Standing:
    """The checklist of a contract."""
    book = book_of(scope, contract) if contract.rulebook_text_id is not None else None
    items = [_rulebook(book), *_terms(contract, book)]
    if book is not None:
        items += [_findings(book), *_questions(scope, book), *_members(book)]
    items += [*_people(act, scope), _outlets(scope, book)]
    return Standing(tuple(items), setup.entries(act.session, contract.id))


def _rulebook(book: Book | None) -> Item:
    if book is None:
        return Item("rulebook", "规则书", "open", "还没有选定；台账、指标和考核都按规则书来", _BOTH)
    return Item("rulebook", "规则书", "done", f"《{book.rulebook.title}》第 {book.rulebook.version} 版")


def _findings(book: Book) -> Item:
    found = examined(book.source)
    if found.errors:
        return Item("checkup", "合同体检", "wrong", f"有 {found.errors} 处错误，请改正规则书后重新上传", _BOTH)
    open_questions = len(found.checkup.of("question"))
    return Item("checkup", "合同体检", "done", f"没有错误；待确认 {open_questions} 条，不妨碍运行")


def _terms(contract: Contract, book: Book | None) -> list[Item]:
    price = Item("terms", "合同价款", "done", price_words(contract))
    if contract.price_fen is None:
        price = Item("terms", "合同价款", "open", "没有填写；填写以前，按价款计算的付款不能计算")
    said = proposed(book, contract.starts_on) if book is not None else None
    span = f"{contract.starts_on} 至 {contract.ends_on}"
    if said is not None and said.ends_on not in (None, contract.ends_on):
        note = f"{span}；规则书写的是 {said.said}，从起始日算到 {said.ends_on}，请核对"
        return [price, Item("terms", "服务期", "open", note)]
    parties = f"{contract.buyer.name}、{contract.supplier.name}"
    return [price, Item("terms", "服务期", "done", span), Item("terms", "双方", "done", parties)]


def _questions(scope: ContractScope, book: Book) -> list[Item]:
    every = [one for one in asked.questions(scope, book) if one.asked]
    waiting = sum(1 for one in every if not one.confirmed)
    money = asked.holding_payment(every)
    if money:
        text = f"还有 {money} 项影响付款的事项未确认，确认前不能计算付款"
        return [Item("questions", "待确认事项", "open", text + (f"；另有 {waiting - money} 项不影响付款" if waiting > money else ""))]
    if waiting:
        return [Item("questions", "待确认事项", "open", f"还有 {waiting} 项未确认，都不影响付款；现按默认读法")]
    return [Item("questions", "待确认事项", "done", f"{len(every)} 项都已确认")]


def _members(book: Book) -> list[Item]:
    if not any(not one.members for one in book.rulebook.members):
        return []
    if empty := empty_sets(book):
        names = "、".join(one.title for one in empty)
        return [Item("members", "成员名单", "open", f"还没有列出：{names}；列出以前，按成员考核的指标不能计算")]
    return [Item("members", "成员名单", "done", "都已列出")]


def _people(act: Act, scope: ContractScope) -> list[Item]:
    held = frozenset().union(*(each for _, each in setup.holders(act.session, scope.contract_id, act.today)))
    missing = [title for permission, title in _NEEDED if permission not in held]
    if missing:
        return [Item("people", "人员", "open", f"还缺：{'、'.join(missing)}；请到“成员”里增加", _LIVE)]
    wanted = [title for permission, title in _WANTED if permission not in held]
    if wanted:
        return [Item("people", "人员", "open", f"登记和审核的人都有了；还没有{'、'.join(wanted)}，到签批和付款时才用得上")]
    return [Item("people", "人员", "done", "登记、审核、签批和付款的人都有了")]


def _outlets(scope: ContractScope, book: Book | None) -> Item:
    number = sum(1 for one in scope.outlets() if one.closed_on is None)
    if number:
        return Item("outlets", "网点", "done", f"{number} 个")
    needed = book is not None and any(
        field.type == "outlet" and not field.choices for ledger in book.rulebook.ledgers for field in ledger.fields
    )
    if needed:
        return Item("outlets", "网点", "open", "还没有登记；有台账要填网点，登记以前这些台账填不了")
    return Item("outlets", "网点", "done", "没有登记；这本规则书的台账不用填网点")


# -- steps ----------------------------------------------------------------------------------------


def begin_trial(act: Act, scope: ContractScope) -> None:
    """From draft to test mode: what is entered from now on is marked and never counts."""
    _step(act, scope, {ContractState.DRAFT}, ContractState.TRIAL, "contract.trial")


def go_live(act: Act, scope: ContractScope) -> None:
    """From test mode to live: trial entries stay, marked; entries from now on count."""
    contract = _step(act, scope, {ContractState.TRIAL}, ContractState.LIVE, "contract.live")
    contract.live_on = act.today
    act.session.flush()


def close(act: Act, scope: ContractScope, reason: str) -> None:
    """Ends a contract: nothing more is entered or answered; everything stays readable."""
    _with_reason(act, scope, {ContractState.LIVE, ContractState.TRIAL}, ContractState.CLOSED, "contract.closed", reason)


def reopen(act: Act, scope: ContractScope, reason: str) -> None:
    """Takes a closing back."""
    contract = found(scope.contract())
    back = ContractState.LIVE if contract.live_on is not None else ContractState.TRIAL
    _with_reason(act, scope, {ContractState.CLOSED}, back, "contract.reopened", reason)


def _step(
    act: Act, scope: ContractScope, from_: set[ContractState], to: ContractState, action: str, **detail: str
) -> Contract:
    contract = found(scope.contract())
    if ContractState.of(contract.state) not in from_:
        raise Refused(f"合同现在是“{ContractState.of(contract.state).label}”，不能转为“{to.label}”；请刷新页面")
    if to in _BOTH and ContractState.CLOSED not in from_ and (left := standing(act, scope, contract).blocking(to)):
        listed = "；".join(f"{one.title}：{one.text}" for one in left)
        raise Refused(f"还不能转为“{to.label}”。{listed}")
    earlier, contract.state = contract.state, to.value
    act.session.flush()
    told = {"earlier": ContractState.of(earlier).label, "now": to.label}
    act.record(action, "contract", contract.id, contract.id, **told, **detail)
    return contract


def _with_reason(
    act: Act, scope: ContractScope, from_: set[ContractState], to: ContractState, action: str, reason: str
) -> None:
    if not reason.strip():
        raise Refused("请写明理由", "reason")
    _step(act, scope, from_, to, action, reason=reason.strip())
