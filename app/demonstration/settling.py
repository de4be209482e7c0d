"""The payments of a contract: accepted, stated, signed, asked for, checked, approved, paid; the last one under way."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from app.clock import SHANGHAI, business_day
from app.demonstration import pictures, treasury
from app.demonstration.contracts import Staged
from app.demonstration.stage import Result, Stage, moment
from app.demonstration.treasury import Treasurer
from app.security.settlement_terms import Checked, Consent
from app.services import approvals
from app.services.act import Act, Refused, found
from app.services.approvals import Step
from app.services.evidence import keeping
from app.services.settlement import acceptance, approving, papers, paying, requests, sitting, statements
from app.services.settlement.acceptance import Appointment, Found
from app.services.settlement.common import Done
from app.services.settlement.paying import Paid
from app.services.settlement.plan import account_of, plan_of
from app.services.settlement.preparing import Prepared
from app.services.settlement.requests import Asked
from app.services.settlement.statements import Wish
from app.services.settlement.typed import InvoiceTyped
from app.store import assessments, payments, settlement
from app.store import roles as stored_roles
from app.store.contracts import ContractScope
from app.store.payments import PaymentRequest
from app.store.settlement import SettlementStatement
from kpi.quantities import Money

CHAIN = ("finance", "finance", "deputy_head")
LEAST = 3
OPINION = "查看了台账、现场和系统，符合合同约定"


@dataclass
class Settler:
    """Settles what can be settled: everything but the last payment is paid, that one waits for its approval."""

    stage: Stage
    made: Staged
    paid: int = 0
    waiting: int = 0
    day: date = field(init=False)

    def __post_init__(self) -> None:
        self.day = self.made.term.start

    def settle(self) -> None:
        """In the order of the plan, as far as nothing stands in the way but the acceptance."""
        self.play("supervisor", moment(self.day - timedelta(days=2)), self.set_chain)
        most = self.made.show.pays
        while (most is None or self.paid < most) and (one := self.next()) is not None:
            line, advance, accepts, last = one
            self.day = self.after_signature(advance=advance)
            if last:
                self.day = max(self.day, self.stage.today - timedelta(days=6))
            if accepts:
                self.accept(line)
            self.pay(line, whole=not last)

    def next(self) -> tuple[str, bool, bool, bool] | None:
        """The line that comes next: whether it is an advance, is to be accepted first, is the last of all."""

        def look(act: Act) -> tuple[str, bool, bool, bool] | None:
            try:
                view = plan_of(self.scope(act))
            except Refused:  # the rulebook pays nothing
                return None
            now: Prepared | None = view.next
            if now is None or any(one.kind != "acceptance" for one in now.blockers) or now.payable is None:
                return None
            return now.line.id, now.tranche.advance, bool(now.blockers), now.line.id == view.lines[-1].line.id

        return self.play("supervisor", moment(self.stage.today, 8), look)

    def after_signature(self, *, advance: bool) -> date:
        """The day from which a line can be stated."""
        if advance:
            return self.made.term.start + timedelta(days=3)

        def look(act: Act) -> date:
            rows = assessments.every(act.session, self.made.contract_id)
            signed = [one.signed_at for row in rows for one in assessments.signatures(act.session, row.contract_id, row.id)]
            return business_day(max(signed))

        return max(self.day, self.play("supervisor", moment(self.stage.today, 8), look)) + timedelta(days=1)

    # -- steps ----------------------------------------------------------------------------------

    def scope(self, act: Act) -> ContractScope:
        return ContractScope(act.session, self.made.contract_id)

    def play(self, who: str, at: datetime, use: Callable[[Act], Result], place: int = 0) -> Result:
        return self.stage.play(self.made.cast.by_role[who][place], at, use)

    def step(self, who: str, hour: int, use: Callable[[Act, ContractScope, str], Done], place: int = 0) -> Done:
        """One act of the day, under a key of its own."""
        return self.act(self.made.cast.by_role[who][place], hour, use)

    def act(self, user_id: int, hour: int, use: Callable[[Act, ContractScope, str], Done]) -> Done:
        key = uuid.uuid4().hex
        return self.stage.play(user_id, moment(self.day, hour, 15), lambda act: use(act, self.scope(act), key))

    def set_chain(self, act: Act) -> None:
        codes = (found(stored_roles.by_code(act.session, code)) for code in CHAIN)
        approvals.set_chain(act, self.scope(act), "payment", [Step(role.id, 0, "同意支付") for role in codes])

    def file(self, act: Act, name: str) -> int:
        data = pictures.photo(f"{self.made.contract_id}:{name}:{self.day}", act.now.astimezone(SHANGHAI))
        return keeping.keep_bytes(act, self.scope(act), f"{name}.jpg", data).id

    def group(self) -> list[int]:
        """Who accepts: the invited members, as many of the supervisors as are wanting; the first is the head."""
        roles = self.made.cast.by_role
        return [*roles["group_member"], *reversed(roles["supervisor"])][:LEAST]

    def accept(self, line: str) -> None:
        """The group looks at everything and finds it fit."""
        people = self.group()

        def appoint(act: Act, scope: ContractScope, key: str) -> Done:
            units = sitting.units_of(scope, people)
            return acceptance.appoint(act, scope, Appointment(line, None, "关于组成履约验收工作组的通知", act.today, units, people[0]), key)

        number = self.step("supervisor", 9, appoint).acceptance_id or 0
        for each in people:
            self.act(each, 10, lambda act, scope, key: acceptance.opine(act, scope, number, agrees=True, opinion=OPINION, key=key))

        def look(act: Act, scope: ContractScope, key: str) -> Done:
            row = found(settlement.standing(act.session, scope.contract_id, line))
            results = {one["clause"]: ("met", "") if one["result"] == "unmet" else (one["result"], "") for one in row.clauses}
            told = Found(results, served="走访服务对象 6 人，均表示满意")
            return acceptance.record(act, scope, row.id, told, row.version, key)

        def conclude(act: Act, scope: ContractScope, key: str) -> Done:
            row = found(settlement.standing(act.session, scope.contract_id, line))
            return acceptance.conclude(
                act, scope, row.id, passed=True, opinion="同意通过本期履约验收", seen=row.version, key=key
            )  # fmt: skip

        self.step("group_member", 14, look)
        self.step("group_member", 15, conclude)

    def pay(self, line: str, *, whole: bool) -> None:
        """From the statement to the payment, or to the second person in finance."""
        done = self.step("supervisor", 16, lambda act, scope, key: statements.state(act, scope, Wish(line), key))
        number = done.statement_id or 0
        self.step("deputy_head", 17, lambda act, scope, key: statements.sign(act, scope, number, key))
        self.day = min(self.day + timedelta(days=2), self.stage.today)
        asked = self.step("project_manager", 9, lambda act, scope, key: requests.ask(act, scope, self.asked(act, scope, number), key))
        request_id = asked.request_id or 0
        self.step("finance", 10, lambda act, scope, key: self.check(act, scope, request_id, key))
        self.hand_in(request_id)
        self.step("supervisor", 14, lambda act, scope, key: approving.submit(act, scope, request_id, self.seen(act, request_id), key))
        for place in range(2 if whole else 1):
            self.step("finance", 15 + place, lambda act, scope, key: self.agree(act, scope, request_id, key), place)
        if not whole:
            self.waiting += 1
            return
        self.step("deputy_head", 17, lambda act, scope, key: self.agree(act, scope, request_id, key))
        self.day += timedelta(days=1)
        amount = self.play("finance", moment(self.day, 9), lambda act: self.amount(act, request_id))
        Treasurer(self.stage, self.made).fund(line, amount, self.day)
        self.step("finance", 10, lambda act, scope, key: self.record(act, scope, request_id, key))
        self.paid += 1

    def asked(self, act: Act, scope: ContractScope, number: int) -> Asked:
        row = found(settlement.find(act.session, SettlementStatement, scope.contract_id, number))
        left = account_of(scope, row).outstanding
        invoice = f"{act.today.year % 100:02d}36{self.made.contract_id:04d}{number:012d}"
        supplier = found(scope.contract()).supplier.name
        typed = InvoiceTyped(invoice, Money(left).plain(), act.today, self.file(act, "发票"))
        return Asked(number, typed, supplier, treasury.BANK, treasury.ACCOUNT.format(self.made.contract_id))

    def amount(self, act: Act, request_id: int) -> Money:
        return Money(found(settlement.find(act.session, PaymentRequest, self.made.contract_id, request_id)).amount_fen)

    def seen(self, act: Act, request_id: int) -> int:
        row = found(settlement.find(act.session, PaymentRequest, self.made.contract_id, request_id))
        return row.version

    def check(self, act: Act, scope: ContractScope, request_id: int, key: str) -> Done:
        proof = [self.file(act, "查验结果")]
        return approving.check(act, scope, request_id, Checked.TRUE, proof, "", self.seen(act, request_id), key)

    def hand_in(self, request_id: int) -> None:
        """Every paper that the console does not hold itself."""

        def missing(act: Act) -> list[tuple[str, str]]:
            row = found(settlement.find(act.session, PaymentRequest, self.made.contract_id, request_id))
            return [(one.id, one.title) for one in papers.required(self.scope(act), row) if one.missing]

        for paper, title in self.play("project_manager", moment(self.day, 11), missing):

            def bring(act: Act, scope: ContractScope, key: str, paper: str = paper, title: str = title) -> Done:
                files = [self.file(act, title)]
                return papers.add(act, scope, request_id, paper, files, self.seen(act, request_id), key)

            self.step("project_manager", 11, bring)

    def agree(self, act: Act, scope: ContractScope, request_id: int, key: str) -> Done:
        return approving.approve(act, scope, request_id, Consent.AGREED, "", self.seen(act, request_id), key)

    def record(self, act: Act, scope: ContractScope, request_id: int, key: str) -> Done:
        serial = len(payments.records(act.session, scope.contract_id)) + 1
        paid = Paid(act.today, f"记-{act.today.month:02d}-{serial:03d}", f"{act.today:%Y%m%d}{request_id:06d}")
        return paying.record(act, scope, request_id, paid, self.seen(act, request_id), key)
