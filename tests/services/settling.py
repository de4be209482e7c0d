"""What the tests of the settlement share: a signed year, a chain with two in finance, and the steps of a payment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from app.security.money_terms import FundNature
from app.security.settlement_terms import Checked, Consent
from app.services import approvals
from app.services.act import Act
from app.services.approvals import Step
from app.services.money import funds
from app.services.money.funds import Budget
from app.services.settlement import acceptance, approving, papers, paying, requests, statements
from app.services.settlement.acceptance import Appointment
from app.services.settlement.common import Done
from app.services.settlement.paying import Paid
from app.services.settlement.plan import account_of
from app.services.settlement.requests import Asked
from app.services.settlement.statements import Wish
from app.services.settlement.typed import InvoiceTyped
from app.services.setup import questions
from app.store import payments, settlement
from app.store import roles as stored_roles
from app.store.assessments import Assessment
from app.store.contracts import ContractScope
from app.store.models import PaymentRequest, SettlementStatement, UserAccount
from app.store.money_funds import Funds
from kpi.quantities import Money
from tests.factories import people, roles
from tests.factories.ground import CLOCK
from tests.factories.office import evidence_file
from tests.services import test_assessment_cases as worked
from tests.services.assessing import Ground, ground

number = count(1)
#: Facts of the worked case of Zhenjiang: 84.1 points, 良好.
CHAIN = ("finance", "finance", "deputy_head")


def key() -> str:
    return f"form-{next(number)}"


@dataclass
class Till:
    """An office whose payments are made. Each step commits."""

    base: Ground

    def __getitem__(self, who: str) -> UserAccount:
        return self.base.made[who]

    @property
    def session(self) -> Session:
        return self.base.session

    @property
    def scope(self) -> Any:
        return self.base.scope

    def act(self, who: str) -> Any:
        return self.base.act(who)

    def scope_of(self, act: Act) -> ContractScope:
        """The contract in the transaction of an act."""
        return self.base.made.scope(act.session)

    def done(self, result: Done) -> Done:
        self.session.commit()
        return result

    # -- rows -----------------------------------------------------------------------------------

    def statement(self, done: Done) -> SettlementStatement:
        row = settlement.find(self.session, SettlementStatement, self.scope.contract_id, done.statement_id or 0)
        assert row is not None
        return row

    def request(self, done: Done) -> PaymentRequest:
        row = settlement.find(self.session, PaymentRequest, self.scope.contract_id, done.request_id or 0)
        assert row is not None
        self.session.refresh(row)
        return row

    def file(self, who: str = "finance") -> int:
        return evidence_file(self.session, self.base.made.contract, self.base.made[who]).id

    # -- steps ----------------------------------------------------------------------------------

    def state(self, line: str, who: str = "supervisor", **more: Any) -> Done:
        sent = more.pop("key", None) or key()
        return self.done(statements.state(self.act(who), self.scope, Wish(line, **more), sent))

    def sign(self, done: Done, who: str = "deputy_head", sent: str = "") -> Done:
        return self.done(statements.sign(self.act(who), self.scope, done.statement_id or 0, sent or key()))

    def stated(self, line: str) -> Done:
        done = self.state(line)
        self.sign(done)
        return done

    def asked(self, done: Done, amount: str = "", invoice: str = "", account: str = "6222000011112222") -> Asked:
        fen = account_of(self.scope, self.statement(done)).outstanding
        typed = InvoiceTyped(invoice or f"26320000{next(number):012}", amount or Money(fen).plain(), CLOCK.now.date())
        return Asked(done.statement_id or 0, typed, "某某人力资源公司", "某某银行城东支行", account)

    def ask(self, done: Done, amount: str = "", who: str = "project_manager", **more: str) -> Done:
        sent = more.pop("sent", "") or key()
        return self.done(requests.ask(self.act(who), self.scope, self.asked(done, amount, **more), sent))

    def check(self, done: Done, result: Checked = Checked.TRUE, who: str = "finance") -> Done:
        row = self.request(done)
        text = "" if result is Checked.TRUE else "查无此票"
        return self.done(approving.check(self.act(who), self.scope, row.id, result, [self.file()], text, row.version, key()))

    def papers(self, done: Done) -> None:
        """Every missing paper is handed in."""
        row = self.request(done)
        for one in papers.required(self.scope, row):
            if one.missing:
                row = self.request(done)
                self.done(papers.add(self.act("supervisor"), self.scope, row.id, one.id, [self.file()], row.version, key()))

    def submit(self, done: Done, who: str = "supervisor") -> Done:
        row = self.request(done)
        return self.done(approving.submit(self.act(who), self.scope, row.id, row.version, key()))

    def approve(self, done: Done, who: str, consent: Consent = Consent.AGREED, note: str = "") -> Done:
        row = self.request(done)
        return self.done(approving.approve(self.act(who), self.scope, row.id, consent, note, row.version, key()))

    def approved(self, done: Done) -> Done:
        self.check(done)
        self.papers(done)
        self.submit(done)
        for who in ("finance", "finance2", "deputy_head"):
            self.approve(done, who)
        return done

    @property
    def funds(self) -> Funds:
        return Funds(self.session, self.scope.contract_id)

    def fund(self, done: Done) -> None:
        """The request can be paid from a budget of its own; where it can already, nothing is done."""
        row, act = self.request(done), self.act("finance")
        amount = Money(row.amount_fen)
        if funds.covers(self.scope, {row.line: amount}, CLOCK.now.date()):
            budget = Budget(f"财社〔2026〕{next(number)}号", "就业服务", "", "", FundNature.EMPLOYMENT, amount.plain(), None, "")
            funds.allot(act, self.scope, funds.add_source(act, self.scope, budget).id, row.line, amount.plain())
        self.session.commit()

    def pay(self, done: Done, who: str = "finance", reference: str = "") -> Done:
        self.fund(done)
        row = self.request(done)
        paid = Paid(CLOCK.now.date(), f"记-{next(number)}", reference or f"B{next(number):08}")
        return self.done(paying.record(self.act(who), self.scope, row.id, paid, row.version, key()))

    def settled(self, line: str) -> Done:
        """All the way to the payment."""
        return self.pay(self.approved(self.ask(self.stated(line))))

    def raise_price(self) -> None:
        """By an amendment: there is a little more to pay."""
        contract = self.base.made.contract
        self.session.refresh(contract)
        contract.price_fen = (contract.price_fen or 0) + 1000
        self.session.commit()

    def more(self) -> Done:
        """The advance stated anew after the price rose: a little of it is outstanding again."""
        self.raise_price()
        latest = settlement.live(self.session, self.scope.contract_id)["advance"]
        done = self.state("advance", seen=latest.revision, reason="合同价款调整")
        self.sign(done)
        return done

    def latest_request(self) -> Done:
        row = payments.requests(self.session, self.scope.contract_id)[-1]
        return Done(row.line, statement_id=row.statement_id, request_id=row.id)

    # -- acceptance -----------------------------------------------------------------------------

    def accepted(self, line: str) -> Done:
        """Three of the buyer's people find it fit."""
        who = ("member", "member2", "supervisor2")
        people_of = {self.base.made[one].id: "县财政局" for one in who}
        wish = Appointment(line, None, "领导小组办公室验收通知", CLOCK.now.date(), people_of, self.base.made["member"].id)
        done = self.done(acceptance.appoint(self.act("supervisor"), self.scope, wish, key()))
        for one in who:
            self.done(acceptance.opine(self.act(one), self.scope, done.acceptance_id or 0, agrees=True, opinion="查看了材料", key=key()))
        row = settlement.standing(self.session, self.scope.contract_id, line)
        assert row is not None
        found = acceptance.Found({one["clause"]: ("met", "") for one in row.clauses})
        self.done(acceptance.record(self.act("member"), self.scope, row.id, found, row.version, key()))
        return self.done(
            acceptance.conclude(self.act("member"), self.scope, row.id, passed=True, opinion="同意验收", seen=row.version, key=key())
        )


def till(base: Ground) -> Till:
    """A second person in finance, and the chain of approvals."""
    session, made = base.session, base.made
    second = people.account(session, organisation=made.contract.buyer, display_name="finance2")
    roles.membership(session, made.contract, second, "finance")
    made.people["finance2"] = second
    session.flush()
    found = [stored_roles.by_code(session, code) for code in CHAIN]
    approvals.set_chain(base.act(), base.scope, "payment", [Step(one.id, 0, "同意") for one in found if one is not None])
    session.commit()
    return Till(base)


def of_contract(session: Session, contract: str, answers: Mapping[str, Any] | None = None, price: int = 168_000_000, **given: Any) -> Till:
    return till(ground(session, contract, answers, price_fen=price, **given))


def answer_all(made: Till) -> None:
    """Every open question by its default."""
    questions.accept_defaults(made.act("supervisor"), made.scope, "会议纪要明确按默认读法")
    made.session.commit()


def case_of(contract: str, name: str) -> dict[str, Any]:
    """A worked case by its name."""
    return next(
        one.values[1] for one in worked.cases() if one.values[0] == contract and one.values[1]["name"] == name
    )


def signed(made: Till, case: Mapping[str, Any]) -> Assessment:
    """The case entered by hand, scored, told, signed by both sides."""
    work = worked.entered(made.base, case)
    made.base.signed(work.row)
    return made.base.row(work.row.id)
