"""质保金不予返还: proposed, agreed to by a second person, posted as a reduction, revoked by reversal."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.security.settlement_terms import Consent, ForfeitGround, ForfeitState
from app.services.act import Act, Refused
from app.services.evidence.upkeep import remove_unused
from app.services.finance import ocds
from app.services.finance.overview import overview
from app.services.finance.sheet import sheet, span_of
from app.services.money import postings, retention
from app.services.settlement import forfeits
from app.services.settlement.common import Done
from app.services.settlement.forfeits import Wish
from app.services.settlement.plan import plan_of
from app.services.settlement.waiting import settlements
from app.services.standing.inputs import gather
from app.services.workbench.bench import Bench
from app.store import settlement
from app.store.evidence import links
from app.store.settlement import RetentionForfeit
from app.web.database import db
from kpi.quantities import Money
from tests.factories.ground import CLOCK
from tests.services.settling import Till, key
from tests.services.test_settlement_races import together
from tests.services.test_settlement_retained import KEPT, held, result, retaining, year_paid

TODAY = CLOCK.now.date()


@pytest.fixture
def lake(session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Till:
    """The year is paid; ¥5,000.00 stand in 保留."""
    return year_paid(session, tmp_path, monkeypatch)


def propose(made: Till, amount: str, *, who: str = "supervisor", sent: str = "", **more: Any) -> Done:
    given = {"ground": ForfeitGround.NEVER, "clause": "LK-4", "reason": "投诉到期没有办结", "files": [made.file("supervisor")], **more}
    return made.done(forfeits.propose(made.act(who), made.scope, Wish("deposit", amount=amount, **given), sent or key()))


def row_of(made: Till, done: Done) -> RetentionForfeit:
    row = settlement.find(made.session, RetentionForfeit, made.scope.contract_id, done.forfeit_id or 0)
    assert row is not None
    return row


def decide(made: Till, done: Done, who: str = "deputy_head", consent: Consent = Consent.AGREED, sent: str = "", text: str = "") -> Done:
    row = row_of(made, done)
    return made.done(forfeits.decide(made.act(who), made.scope, row.id, consent, text, row.version, sent or key()))


def revoke(made: Till, done: Done) -> Done:
    row = row_of(made, done)
    return made.done(forfeits.revoke(made.act("deputy_head"), made.scope, row.id, "复议认为应当返还", row.version, key()))


def states(made: Till) -> dict[str, str]:
    return {one.line.id: one.state for one in plan_of(made.scope).lines}


def waits(made: Till, who: str) -> list[tuple[str, str]]:
    bench = Bench(made.session, made.act(who).person(), CLOCK.now, (made.base.made.contract,))
    return [(one.word, one.note) for one in settlements(bench) if one.page == "settlement.forfeit"]


def test_all_of_it_is_kept_and_the_term_is_over(lake: Till) -> None:
    done = propose(lake, "5000.00")
    assert waits(lake, "deputy_head") == [("认定", "¥5,000.00")]
    with pytest.raises(Refused, match="由采购人一方"):
        decide(lake, done, "supervisor")
    lake.session.rollback()
    sent = key()
    assert [decide(lake, done, sent=sent).again for _ in range(2)] == [False, True]

    assert held(lake) == {"price": "100000.00", "paid": "95000.00", "reductions": "5000.00"}
    assert retention.kept(lake.scope) == {}
    plan = plan_of(lake.scope)
    assert (states(lake), plan.next) == ({"whole": "paid", "deposit": "kept"}, None)
    assert (plan.sums["reduced"], plan.sums["stated"], plan.sums["paid"]) == (5_000_00, 95_000_00, 95_000_00)
    given = gather(lake.scope, lake.base.made.contract, lake.base.made.contract.ends_on).given
    assert (given.paid["deposit"], given.forfeited) == (Money(0), {"deposit": Money(5_000_00)})
    seen = overview(lake.scope, TODAY)
    assert [(one.cause, one.clause, one.amount) for one in seen.causes] == [("质量保证金不予返还", "LK-4", Money(5_000_00))]
    assert not [*seen.retained, *seen.coming, *seen.blocked]
    books = sheet(lake.scope, span_of(f"{TODAY:%Y-%m}"))
    assert {one.account.value: one.after.fen for one in books.summaries if one.after.fen} == {
        "price": 100_000_00, "paid": 95_000_00, "reductions": 5_000_00
    }  # fmt: skip
    release = ocds.package(lake.scope, date(2026, 3, 5), "https://example.org", "ocds-x")["releases"][0]
    done_so_far = release["contracts"][0]["implementation"]
    status = {one["id"]: one["status"] for one in done_so_far["milestones"]}
    assert (status["payment-whole"], status["payment-deposit"]) == ("met", "notMet")
    assert sum(one["value"]["amount"] for one in done_so_far["transactions"]) == 95_000

    assert waits(lake, "project_manager") == [("知悉", "¥5,000.00")]
    row = row_of(lake, done)
    lake.done(forfeits.see(lake.act("project_manager"), lake.scope, row.id, "不同意，另行书面提出", [], row.version, key()))
    assert waits(lake, "project_manager") == []
    revoke(lake, done)
    assert waits(lake, "project_manager") == [("知悉", "¥5,000.00")]
    assert held(lake)["retained"] == "5000.00"
    assert states(lake)["deposit"] == "blocked"


def test_of_two_lines_one_is_wholly_kept(session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is wholly kept is over, although 保留 still holds the other: neither plan nor forecast waits for it."""
    second = KEPT.replace("id: deposit", "id: security").replace("质量保证金", "安全保证金").replace("5%", "2%")
    made = retaining(session, tmp_path, monkeypatch, f"{KEPT.replace('5%', '3%')}\n        {second}")
    result(made, unanswered=3)
    made.pay(made.approved(made.ask(made.stated("whole"))))
    decide(made, propose(made, "3000.00"))
    assert states(made) == {"whole": "paid", "deposit": "kept", "security": "blocked"}
    given = gather(made.scope, made.base.made.contract, made.base.made.contract.ends_on).given
    assert {line: sum.plain() for line, sum in given.paid.items()} == {"whole": "95000.00", "deposit": "0.00"}


def test_a_part_is_kept_and_the_rest_given_back(lake: Till) -> None:
    """Proposed, it holds the settlement; agreed to, the rest is stated and paid; revoked later, the difference is."""
    done = propose(lake, "2000.01")
    result(lake, unanswered=0, interim=True)
    with pytest.raises(Refused, match=r"第 1 号不予返还（¥2,000\.01）还没有认定"):
        lake.state("deposit")
    lake.session.rollback()
    with pytest.raises(Refused, match="还没有认定，认定或撤回以后再提"):
        propose(lake, "1.00", ground=ForfeitGround.AGREED)
    lake.session.rollback()
    decide(lake, done)
    last = lake.stated("deposit")
    lines = {one["kind"]: one["fen"] for one in lake.statement(last).content["lines"]}
    assert (lines["base"], lines["forfeited"], lines["payable"]) == (5_000_00, -2_000_01, 2_999_99)
    lake.pay(lake.approved(lake.ask(last)))
    end = {"price": "100000.00", "paid": "97999.99", "reductions": "2000.01"}
    assert held(lake) == end
    plan = plan_of(lake.scope)
    assert states(lake) == {"whole": "paid", "deposit": "paid"}
    assert plan.sums["price"] == plan.sums["paid"] + plan.sums["reduced"]

    revoke(lake, done)
    bench = Bench(lake.session, lake.act("supervisor").person(), CLOCK.now, (lake.base.made.contract,))
    assert ("重新核定", "¥2,000.01") in [(one.word, one.note) for one in settlements(bench)]
    again = lake.state("deposit", seen=1, reason="撤销了不予返还")
    lake.sign(again)
    assert held(lake) == {"price": "100000.00", "paid": "97999.99", "payable": "2000.01"}
    lake.pay(lake.approved(lake.ask(again)))
    assert held(lake) == {"price": "100000.00", "paid": "100000.00"}


def test_what_is_not_possible_is_said(lake: Till) -> None:
    for amount, more, said in (
        ("5000.01", {}, "不能超过还保留的 ¥5,000.00"), ("0", {}, "应大于 0"), ("1", {"files": []}, "请上传证明材料"),
        ("1", {"files": [999_999]}, "有的材料没有找到"), ("1", {"reason": "无"}, "不予返还的理由"), ("1", {"clause": ""}, "依据的合同条款"),
        ("1", {"who": "project_manager"}, "由采购人一方"),
    ):  # fmt: skip
        with pytest.raises(Refused, match=said):
            propose(lake, amount, **more)
        lake.session.rollback()
    first = propose(lake, "100")
    row = row_of(lake, first)
    lake.done(forfeits.withdraw(lake.act("supervisor"), lake.scope, row.id, row.version, key()))
    second = propose(lake, "100")
    with pytest.raises(Refused, match="不同意的理由"):
        decide(lake, second, consent=Consent.DECLINED)
    lake.session.rollback()
    decide(lake, second, consent=Consent.DECLINED, text="证据不足，不认定")
    assert [one.state for one in settlement.forfeits(lake.session, lake.scope.contract_id)] == [
        ForfeitState.WITHDRAWN, ForfeitState.DECLINED
    ]  # fmt: skip
    assert held(lake)["retained"] == "5000.00"
    result(lake, unanswered=0, interim=True)
    with pytest.raises(Refused, match="返还条件现在已经满足"):
        propose(lake, "100")
    lake.session.rollback()
    third = propose(lake, "100", ground=ForfeitGround.AGREED)
    decide(lake, third)
    (batch,) = [one for one in overview(lake.scope, TODAY).causes for one in one.batches]
    with pytest.raises(Refused, match="撤销认定"):
        postings.reverse(lake.act("finance"), lake.scope, batch.id, "记错了")
    lake.session.rollback()
    lake.stated("deposit")
    with pytest.raises(Refused, match="已经核定返还"):
        propose(lake, "100", ground=ForfeitGround.AGREED)


def test_two_decisions_at_once_move_the_money_once(app: Flask, session: Session, lake: Till) -> None:
    """The same proposal agreed to twice, and agreed to while it is withdrawn: one effect each, the other is told."""
    with app.app_context():
        engine = db.engine
    for other in ("deputy_head", "supervisor"):
        row = row_of(lake, propose(lake, "1000.00"))

        def agree(act: Act, at: tuple[int, int] = (row.id, row.version)) -> Done:
            return forfeits.decide(act, lake.scope_of(act), at[0], Consent.AGREED, "", at[1], key())

        def withdraw(act: Act, at: tuple[int, int] = (row.id, row.version)) -> Done:
            return forfeits.withdraw(act, lake.scope_of(act), *at, key())

        second = agree if other == "deputy_head" else withdraw
        assert together(engine, lake, ("deputy_head", agree), (other, second)) == {"done": 1, "told": 1}
        session.expire_all()
    agreed = [one for one in settlement.forfeits(session, lake.scope.contract_id) if one.state == ForfeitState.AGREED]
    assert held(lake)["reductions"] == Money(sum(one.amount_fen for one in agreed)).plain()


def test_files_handed_in_are_not_cleared_away(lake: Till) -> None:
    proof, loose = lake.file("supervisor"), lake.file("supervisor")
    done = propose(lake, "1.00", files=[proof])
    (event,) = forfeits.events(lake.scope, row_of(lake, done))
    assert settlement.files_of(lake.session, lake.scope.contract_id, [event.id]) == {event.id: [proof]}
    remove_unused(replace(lake.act("supervisor"), now=CLOCK.now + timedelta(days=60)))
    assert links.digests(lake.session, lake.scope.contract_id, {proof, loose}).keys() == {proof}
