"""From the signed score to the payment: what is payable, who does which step, what stands in the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from app.security.settlement_terms import Checked, Consent, DisputeOutcome, RequestState
from app.services import approvals
from app.services.act import Refused
from app.services.approvals import Step
from app.services.assessments import reopening
from app.services.books import book_of
from app.services.evidence import keeping
from app.services.money import postings
from app.services.settlement import approving, disputes, papers, paying, requests, statements
from app.services.settlement.blocking import ceiling
from app.services.settlement.common import Done, Moved
from app.services.settlement.plan import plan_of
from app.services.settlement.requests import Correction
from app.services.settlement.statements import Wish
from app.services.settlement.typed import InvoiceTyped
from app.services.standing.inputs import paid_so_far
from app.store import payments, roles, settlement
from app.store.models import PaymentRequest
from app.store.money import Books
from kpi.quantities import Money
from tests.factories import cases
from tests.factories.ground import CLOCK
from tests.factories.invoices import tagged_ofd, xml
from tests.services.acting import recorded
from tests.services.frozen import frozen
from tests.services.settling import Till, answer_all, case_of, key, of_contract, signed

ZJ, MIDDLING = "zhenjiang-gig-market", "a middling year"
R = RequestState


@pytest.fixture
def early(session: Session) -> Till:
    """Zhenjiang's market with 10% in advance; nothing is assessed yet."""
    made = of_contract(session, ZJ, {"payment_plan": "advance_10"})
    answer_all(made)
    return made


@pytest.fixture
def gig(early: Till) -> Till:
    """The year is signed at 84.1 points."""
    frozen(early, case_of(ZJ, MIDDLING)["given"])
    return early


def states(made: Till) -> dict[str, str]:
    return {one.line.id: one.state for one in plan_of(made.scope).lines}


def test_the_worked_case_is_paid_to_the_fen(early: Till) -> None:
    """From the facts entered by hand, over the signatures of both sides, to the last payment."""
    signed(early, case_of(ZJ, MIDDLING))
    gig = early
    assert states(gig) == {"advance": "ready", "final": "later"}
    advance = gig.settled("advance")
    assert gig.request(advance).amount_fen == 16_800_000
    done = gig.stated("final")
    row = gig.statement(done)
    lines = {one["kind"]: one["fen"] for one in row.content["lines"]}
    assert lines == {"base": 151_200_000, "offset": -16_800_000, "payable": 134_400_000}
    assert row.content["in_words"] == "壹佰叁拾肆万肆仟元整"
    assert row.content["basis"]["score"] == "84.1"
    gig.pay(gig.approved(gig.ask(done)))
    assert states(gig) == {"advance": "paid", "final": "paid"}
    view = plan_of(gig.scope)
    assert view.sums["paid"] == view.sums["stated"] == 151_200_000
    books = Books(gig.session, gig.scope.contract_id).balances()
    assert sum(fen for account, fen in books.items() if account.value in {"paid"}) == 151_200_000
    said = recorded(gig.session)
    assert [one for one in said if one.startswith("settlement.")][-2:] == ["settlement.agreed", "settlement.paid"]


def test_nothing_is_stated_without_a_signed_assessment(session: Session) -> None:
    made = of_contract(session, ZJ, {"payment_plan": "advance_10"})
    answer_all(made)
    made.settled("advance")
    with pytest.raises(Refused, match="还没有签字的考核"):
        made.state("final")
    row = made.base.opened()
    with pytest.raises(Refused, match="现在是“评分中”"):
        made.state("final", assessment_id=row.id)


def test_open_questions_hold_the_advance_too(session: Session) -> None:
    made = of_contract(session, ZJ, {"payment_plan": "advance_10"})
    with pytest.raises(Refused, match="待确认事项没有答复"):
        made.state("advance")
    blockers = next(one.blockers for one in plan_of(made.scope).lines if one.line.id == "advance")
    assert {one.kind for one in blockers} == {"question"}
    assert all(one.who and one.about for one in blockers)


def test_rectifications_and_events_hold_every_step(early: Till) -> None:
    """Each is named with who can clear it; a statement that was made before waits, too."""
    done = early.ask(early.stated("advance"))
    early.check(done)
    early.papers(done)
    contract, she = early.base.made.contract, early.base.made["supervisor"]
    row = cases.case(early.session, contract, she, cases.document(early.session, contract, she))
    happened = cases.event(early.session, contract, she, title="重大安全事故")
    early.session.commit()
    with pytest.raises(Refused, match=r"整改没有办结.*由供应商整改，采购人复检办理.*重大安全事故.*还没有认定"):
        early.submit(done)
    early.session.rollback()
    row.state, other = "closed", early.base.made["supervisor2"].id
    early.session.commit()
    with early.session.no_autoflush:
        happened.outcome, happened.answer, happened.decided_by, happened.decided_at = "dismissed", "查无此事", other, CLOCK.now
    early.session.commit()
    early.submit(done)


def test_a_plan_without_its_choice_lists_what_to_answer(session: Session) -> None:
    made = of_contract(session, "xingan-employment-home")
    view = plan_of(made.scope)
    assert view.lines == ()
    assert any(one.about == "payment_plan" for one in view.blockers)


def test_who_stated_does_not_sign_and_who_scored_does_not_pay(early: Till) -> None:
    done = early.state("advance")
    with pytest.raises(Refused, match="签批考核结果"):
        early.sign(done, "supervisor")
    early.session.rollback()
    early.sign(done)
    with pytest.raises(Refused, match="申请付款"):
        early.ask(done, who="supervisor")


def test_a_statement_never_changes_and_is_replaced_with_a_reason(early: Till) -> None:
    first = early.stated("advance")
    row = early.statement(first)
    assert statements.holds(row)
    with pytest.raises(Refused, match="结果与现有的核定单完全一样"):
        early.state("advance", seen=1, reason="再核一遍")
    early.session.rollback()
    with pytest.raises(Moved, match="您看到的是还没有核定，现在是第 1 版"):
        early.state("advance")
    early.session.rollback()
    early.base.made.contract.price_fen = 170_000_000
    early.session.commit()
    again = early.state("advance", seen=1, reason="合同价款按补充协议调整")
    assert early.statement(again).payable_fen == 17_000_000
    with pytest.raises(Refused, match="已被第 2 版取代"):
        early.ask(first)


def test_one_key_has_one_effect(early: Till) -> None:
    sent = key()
    first = early.state("advance", key=sent)
    again = statements.state(early.act("supervisor"), early.scope, Wish("advance"), sent)
    assert (first.again, again.again, again.statement_id) == (False, True, first.statement_id)
    assert len(settlement.statements(early.session, early.scope.contract_id)) == 1
    with pytest.raises(Refused, match="别人打开的"):
        statements.state(early.act("supervisor2"), early.scope, Wish("advance"), sent)


def test_an_invoice_for_another_amount_waits_for_its_correction(early: Till) -> None:
    done = early.ask(early.stated("advance"), amount="168000.01")
    row = early.request(done)
    assert row.state == R.WRONG
    with pytest.raises(Refused, match="不能查验发票"):
        early.check(done)
    early.session.rollback()
    fixed = Correction("26320000000000000999", CLOCK.now.date(), InvoiceTyped("26320000000000001000", "168000.00", CLOCK.now.date()))
    early.done(requests.correct(early.act("project_manager"), early.scope, row.id, fixed, early.request(done).version, key()))
    assert early.request(done).state == R.SENT
    early.pay(early.approved(done))


def test_an_invoice_number_is_used_once_over_all_contracts(early: Till, session: Session) -> None:
    early.ask(early.stated("advance"), invoice="26320000000000000001")
    other = of_contract(session, "zhenjiang-gig-market", {"payment_plan": "advance_10"})
    answer_all(other)
    with pytest.raises(Refused, match="已在另一份合同登记过"):
        other.ask(other.stated("advance"), invoice="２６３２ 0000000000000001")


@pytest.mark.parametrize(("made", "called"), [(tagged_ofd, "发票.ofd"), (xml, "发票.xml")], ids=["ofd", "xml"])
def test_an_electronic_invoice_says_what_was_left_blank(early: Till, made: Callable[..., bytes], called: str) -> None:
    """And what was typed must agree with it; somebody else's is refused."""
    done, contract, day = early.stated("advance"), early.base.made.contract, CLOCK.now.date()
    names = {"buyer": contract.buyer.name, "seller": contract.supplier.name, "issued": day.isoformat()}

    def sent(typed: tuple[str, str], **given: str) -> Done:
        data = made(**{**names, **given})
        file = keeping.keep_bytes(early.act("project_manager"), early.scope, called, data).id
        asked = replace(early.asked(done), invoice=InvoiceTyped(*typed, None, file))
        return requests.ask(early.act("project_manager"), early.scope, asked, key())

    for typed, given, text in (
        (("", "168000.01"), {}, "发票文件上是 168000.00"), (("26362000000000000000", ""), {}, "发票文件上是 26362000000123456789"),
        (("", ""), {"seller": "另一家公司"}, "发票的销售方是“另一家公司”"),
    ):  # fmt: skip
        with pytest.raises(Refused, match=text):
            sent(typed, **given)
        early.session.rollback()
    early.done(sent(("", "")))
    [row] = payments.invoices(early.session, early.scope.contract_id)
    assert (row.number, row.amount_fen, row.issued_on, row.state) == ("26362000000123456789", 16_800_000, day, "standing")


def test_papers_block_and_a_waiver_has_a_name(early: Till) -> None:
    done = early.ask(early.stated("advance"))
    early.check(done)
    with pytest.raises(Refused, match="还缺 1 份材料：采购合同"):
        early.submit(done)
    early.session.rollback()
    row = early.request(done)
    with pytest.raises(Refused, match="不能免交"):
        papers.waive(early.act("supervisor"), early.scope, row.id, "invoice", "没有发票也要付", row.version, key())
    early.session.rollback()
    seen = early.request(done).version
    early.done(papers.waive(early.act("supervisor"), early.scope, row.id, "contract", "合同原件在档案室", seen, key()))
    [waived] = [one for one in papers.required(early.scope, early.request(done)) if one.waiver]
    assert waived.waiver is not None
    assert (waived.waiver.by, waived.waiver.waiver) == (early.base.made["supervisor"].id, "合同原件在档案室")
    early.submit(done)


@pytest.mark.parametrize(("waived", "wanting"), [(False, ["invoice"]), (True, ["contract", "invoice"])])
def test_a_paper_handed_in_once_is_not_asked_for_again(early: Till, waived: bool, wanting: list[str]) -> None:
    """Whoever withdraws and asks anew brings the invoice; the contract is there. A waiver was for that request alone."""
    stated = early.stated("advance")
    row = early.request(done := early.ask(stated))
    if waived:
        early.done(papers.waive(early.act("supervisor"), early.scope, row.id, "contract", "合同原件在档案室", row.version, key()))
    else:
        early.check(done)
        early.papers(done)
    row, red = early.request(done), ("26329999000000000001", CLOCK.now.date())
    early.done(requests.withdraw(early.act("project_manager"), early.scope, row.id, "账户更正后重报", red, row.version, key()))
    again = early.request(early.ask(stated))
    assert [one.id for one in papers.required(early.scope, again) if one.missing] == wanting


def test_approvals_go_along_the_chain_by_different_people(early: Till) -> None:
    done = early.ask(early.stated("advance"))
    early.check(done)
    early.papers(done)
    early.submit(done)
    with pytest.raises(Refused, match="由“财务人员”审批"):
        early.approve(done, "deputy_head")
    early.session.rollback()
    early.approve(done, "finance")
    with pytest.raises(Refused, match="已经审批过了"):
        early.approve(done, "finance")
    early.session.rollback()
    early.approve(done, "finance2", Consent.DECLINED, "收款账户要核对")
    assert early.request(done).state == R.DECLINED
    early.submit(done)
    for who in ("finance2", "finance", "deputy_head"):
        early.approve(done, who)
    row = early.request(done)
    assert (row.state, row.round) == (R.APPROVED, 2)
    with pytest.raises(Refused, match="由另一名财务人员登记"):
        early.pay(done, "deputy_head")
    early.session.rollback()
    early.pay(done)


def test_finance_has_two_stations_or_nothing_is_submitted(early: Till) -> None:
    done = early.ask(early.stated("advance"))
    early.check(done)
    early.papers(done)
    one, two = (roles.by_code(early.session, code) for code in ("finance", "deputy_head"))
    assert one is not None
    assert two is not None
    for steps, text in (
        ([Step(one.id, 0, "同意"), Step(two.id, 0, "同意")], "财务只有 1 步"),
        ([Step(one.id, 0, "同意"), Step(one.id, 16_800_001, "同意"), Step(two.id, 0, "同意")], "财务只有 1 步"),
    ):
        approvals.set_chain(early.act("supervisor"), early.scope, "payment", steps)
        early.session.commit()
        with pytest.raises(Refused, match=text):
            early.submit(done)
        early.session.rollback()


def test_a_delegate_approves_in_the_givers_name(early: Till) -> None:
    done = early.ask(early.stated("advance"))
    early.check(done)
    early.papers(done)
    early.submit(done)
    today = CLOCK.now.date()
    approvals.delegate(early.act("finance"), early.scope, early.base.made["deputy_head"].id, today, today + timedelta(days=3), "出差")
    early.session.commit()
    early.approve(done, "deputy_head")
    with pytest.raises(Refused, match="已经审批过了"):
        early.approve(done, "finance")
    early.session.rollback()
    early.approve(done, "finance2")
    with pytest.raises(Refused, match="已经审批过了"):
        early.approve(done, "deputy_head")


def test_a_returned_payment_reopens_and_another_account_needs_its_letter(early: Till) -> None:
    done = early.settled("advance")
    row = early.request(done)
    today = CLOCK.now.date()
    early.done(paying.bounce(early.act("finance"), early.scope, row.id, today, "户名与账号不符", row.version, key()))
    assert (early.request(done).state, states(early)["advance"]) == (R.BOUNCED, "asked")
    assert "advance" not in told_as_paid(early)
    payee = ("某某人力资源公司", "某某银行城西支行", "6222000099998888")
    early.done(paying.change_account(early.act("project_manager"), early.scope, row.id, payee, early.request(done).version, key()))
    with pytest.raises(Refused, match="变更收款账户的盖章函件"):
        early.submit(done)
    early.session.rollback()
    early.papers(done)
    early.submit(done)
    for who in ("finance", "finance2", "deputy_head"):
        early.approve(done, who)
    early.pay(done)
    assert states(early)["advance"] == "paid"
    assert told_as_paid(early)["advance"].fen == early.request(done).amount_fen
    assert Books(early.session, early.scope.contract_id).balances()


def told_as_paid(made: Till) -> dict[str, Money]:
    """What the standing on the home page starts from."""
    contract = made.scope.contract()
    return paid_so_far(made.scope, contract, book_of(made.scope, contract))


def test_what_rests_on_statement_or_payment_is_not_reversed_beside_them(early: Till) -> None:
    """One person in finance could make the books say unpaid of what the settlement says was paid."""
    early.settled("advance")
    books = Books(early.session, early.scope.contract_id)
    rows = [one for one in books.batches() if one.source_kind in {"statement", "payment"}]
    before = books.balances()
    assert {one.source_kind for one in rows} == {"statement", "payment"}
    for one in rows:
        with pytest.raises(Refused, match="重新核定" if one.source_kind == "statement" else "登记退票"):
            postings.reverse(early.act("finance"), early.scope, one.id, "记错了账")
        early.session.rollback()
    assert books.balances() == before


def test_a_failed_check_sends_the_invoice_back(early: Till) -> None:
    done = early.ask(early.stated("advance"))
    early.check(done, Checked.FALSE)
    assert early.request(done).state == R.WRONG


def test_the_undisputed_part_is_paid_while_the_rest_is_disputed(gig: Till) -> None:
    gig.settled("advance")
    done = gig.stated("final")
    gig.done(disputes.raise_one(gig.act("supervisor"), gig.scope, done.statement_id or 0, "44000.00", "岗位数正在复核", key()))
    asked = gig.ask(done, amount="1300000.00")
    assert gig.request(asked).amount_fen == 130_000_000
    gig.pay(gig.approved(asked))
    assert states(gig)["final"] == "disputed"
    [row] = settlement.disputes(gig.session, gig.scope.contract_id)
    with pytest.raises(Refused, match="不能自己处理"):
        disputes.decide(gig.act("supervisor"), gig.scope, row.id, DisputeOutcome.PAYABLE, "应当支付", key())
    gig.session.rollback()
    gig.done(disputes.decide(gig.act("deputy_head"), gig.scope, row.id, DisputeOutcome.PAYABLE, "复核无误", key()))
    rest = gig.ask(done, amount="44000.00")
    gig.pay(gig.approved(rest))
    assert states(gig)["final"] == "paid"


def test_a_stale_form_is_told_both_versions(early: Till) -> None:
    done = early.ask(early.stated("advance"))
    early.check(done)
    early.papers(done)
    row = early.request(done)
    early.submit(done)
    with pytest.raises(Moved, match=rf"第 {row.version - 1} 版，现在是第 \d+ 版（审批中）") as told:
        approving.submit(early.act("supervisor"), early.scope, row.id, row.version - 1, key())
    assert told.value.seen
    assert told.value.now
    early.session.rollback()
    assert early.session.get_one(PaymentRequest, row.id).round == 1


def test_a_reopened_assessment_holds_what_rests_on_it(gig: Till) -> None:
    gig.settled("advance")
    done = gig.stated("final")
    asked = gig.ask(done)
    row = gig.base.row(gig.statement(done).assessment_id or 0)
    wish = reopening.ask(gig.act("supervisor"), gig.scope, row.id, "漏计了一场招聘会", gig.base.row(row.id).version)
    gig.session.commit()
    reopening.agree(gig.act("deputy_head"), gig.scope, wish.id)
    gig.session.commit()
    gig.check(asked)
    gig.papers(asked)
    with pytest.raises(Refused, match="正在重新考核"):
        gig.submit(asked)


def test_the_price_is_the_ceiling(gig: Till) -> None:
    gig.stated("advance")
    view = plan_of(gig.scope)
    assert view.next is not None

    assert ceiling(view.past, "final", 151_200_000) == []
    [one] = ceiling(view.past, "final", 151_200_001)
    assert str(Money(168_000_001)) in one.text
