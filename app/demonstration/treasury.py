"""What finance keeps beside the payments of a contract: budgets, the payee's account, guarantees, the bank's statement."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib import resources
from typing import Any

import yaml

from app.clock import SHANGHAI
from app.demonstration import pictures
from app.demonstration.contracts import Staged
from app.demonstration.stage import Result, Stage, moment
from app.security.money_terms import EnterpriseSize, FundNature, GuaranteeForm, GuaranteeKind
from app.services.act import Act, found
from app.services.evidence import keeping
from app.services.money import bank_importing, declaring, funds, guarantees, payees, reconciling, spending
from app.services.money.declaring import Said
from app.services.money.funds import Budget
from app.services.money.guarantees import Given
from app.store import payments
from app.store.contracts import ContractScope
from app.store.money_funds import Funds
from kpi.quantities import Money, total

#: The supplier's bank, and how its account numbers begin.
BANK, ACCOUNT = "样例银行营业部", "6222{:012d}"
HEADINGS = "交易日期,借方发生额,贷方发生额,余额,对方户名,对方账号,交易流水号,摘要"
STRANGERS = (
    ("样例办公用品店", "办公用品采购"), ("样例物业服务公司", "办公楼物业费"), ("样例电信公司", "专线费"), ("", "账户管理费"),
)  # fmt: skip


@cache
def kept() -> Mapping[str, Mapping[str, Any]]:
    return dict(yaml.safe_load(resources.files("app.demonstration").joinpath("treasury.yaml").read_text("utf-8")))


@dataclass
class Treasurer:
    """The people of finance of one contract."""

    stage: Stage
    made: Staged

    @property
    def given(self) -> Mapping[str, Any]:
        return {**kept()["default"], **kept().get(self.made.show.key, {})}

    def play(self, day: date, use: Callable[[Act, ContractScope], Result], place: int = 0) -> Result:
        """An act of one of the two in finance."""
        user = self.made.cast.by_role["finance"][place]
        return self.stage.play(user, moment(day, 9, 40), lambda act: use(act, ContractScope(act.session, self.made.contract_id)))

    # -- before the first payment ---------------------------------------------------------------

    def open(self) -> None:
        """Everything that is there from the beginning of the contract on."""
        start = self.made.term.start
        entered = self.play(start, self.set_up)
        self.play(start, lambda act, scope: payees.confirm(act, scope, entered), 1)

    def set_up(self, act: Act, scope: ContractScope) -> int:
        """Budgets, guarantees, the size of the supplier, its account; the account's id."""
        contract = found(scope.contract())
        declaring.declare(act, scope, Said(EnterpriseSize.SMALL, act.today, "", "签订合同时的中小企业声明函", None))
        price = Money(contract.price_fen or 0)
        if price.fen:
            for one in self.given["budgets"]:
                funds.add_source(act, scope, self.budget(one, price))
            for one in self.given.get("guarantees", ()):
                guarantees.enter(act, scope, self.guarantee(act, scope, one, price))
        account = payees.Account(contract.supplier.name, BANK, ACCOUNT.format(scope.contract_id), "", [file(act, scope, "账户函件")])
        return payees.enter(act, scope, account).id

    def budget(self, one: Mapping[str, Any], price: Money) -> Budget:
        closes = self.closing(*one["closes"]) if "closes" in one else None
        document = one["document"].format(year=self.made.term.start.year)
        return Budget(
            document, one["project"], one["function_class"], "30227 委托业务费", FundNature.of(one["nature"]),
            share(price, one["share"]).plain(), closes, "",
        )  # fmt: skip

    def closing(self, month: int, day: int) -> date:
        """The next time the treasury closes, on the day on which the demonstration is looked at."""
        this = date(self.stage.today.year, month, day)
        return this if this >= self.stage.today else this.replace(year=this.year + 1)

    def guarantee(self, act: Act, scope: ContractScope, one: Mapping[str, Any], price: Money) -> Given:
        end, form = self.made.term.end, GuaranteeForm.of(one["form"])
        expires = end - timedelta(days=one["expires_before"]) if "expires_before" in one else None
        returns = end + timedelta(days=one["return_after"]) if "return_after" in one else None
        return Given(
            GuaranteeKind.of(one["kind"]), form, share(price, one["share"]).plain(), one.get("issuer", ""),
            one.get("letter_number", "").format(year=self.made.term.start.year), act.today, expires, returns, "",
            [file(act, scope, "保函" if form.expires else "收款凭证")],
        )  # fmt: skip

    # -- before each payment --------------------------------------------------------------------

    def fund(self, line: str, amount: Money, day: date) -> None:
        """The line is allotted what it lacks, from one budget after the other."""

        def allot(act: Act, scope: ContractScope) -> None:
            lacking = spending.lacking(scope, line, amount, act.today)
            for row in Funds(act.session, scope.contract_id).sources():
                part = min(lacking.fen, row.amount_fen - row.used_fen)
                if part > 0:
                    funds.allot(act, scope, row.id, line, Money(part).plain())
                    lacking -= Money(part)

        self.play(day, allot)

    # -- afterwards -----------------------------------------------------------------------------

    def reconcile(self) -> None:
        """The bank's statement, imported; what nothing speaks against is confirmed, the latest payment is left open."""
        lines = self.play(self.stage.today, lambda act, scope: list(self.statement(scope)))
        if len(lines) <= len(STRANGERS):
            return  # nothing was paid
        data = ("\n".join([HEADINGS, *lines]) + "\n").encode("gb18030")
        received = bank_importing.receive("网银流水.csv", data)

        def take(act: Act, scope: ContractScope) -> None:
            bank_importing.keep(act, scope, received)
            reconciling.confirm_sure(act, scope)

        self.play(self.stage.today, take)

    def statement(self, scope: ContractScope) -> Iterator[str]:
        """What the bank wrote: each payment, the last one without its number under a shortened name, and strangers."""
        rows = list(payments.records(scope.session, scope.contract_id))
        supplier, account = found(scope.contract()).supplier.name, ACCOUNT.format(scope.contract_id)
        balance = total(Money(one.amount_fen) for one in rows) + Money(5_000_000_00)
        for place, one in enumerate(rows):
            balance -= Money(one.amount_fen)
            plain, left, sure = Money(one.amount_fen).plain(), balance.plain(), place + 1 < len(rows) or len(rows) == 1
            if sure:
                yield f"{one.paid_on},{plain},,{left},{supplier},{account},{one.bank_reference},服务费"
            else:
                yield f"{one.paid_on + timedelta(days=1)},{plain},,{left},样例服务公司,,,服务费"
        last = rows[-1].paid_on if rows else self.stage.today
        for place, (name, purpose) in enumerate(STRANGERS):
            fee = Money((place + 3) * 137_50)
            balance -= fee
            yield f"{last},{fee.plain()},,{balance.plain()},{name},,{last:%Y%m%d}9{place:05d},{purpose}"


def share(price: Money, percent: int) -> Money:
    """A part of the price, to the yuan."""
    return Money(price.fen * percent // 100 // 100 * 100)


def file(act: Act, scope: ContractScope, name: str) -> int:
    data = pictures.photo(f"{scope.contract_id}:{name}", act.now.astimezone(SHANGHAI))
    return keeping.keep_bytes(act, scope, f"{name}.jpg", data).id
