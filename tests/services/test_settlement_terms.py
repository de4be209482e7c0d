"""The whole term of each of the five contracts, statement by statement, to the fen of the worked cases."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.security.money_terms import Account
from app.services.act import Refused, found
from app.services.finance.overview import overview
from app.services.money.due import agreed_of
from app.services.settlement import applying
from app.services.settlement.plan import plan_of
from app.services.settlement.preparing import Prepared
from app.store import money_due, settlement
from app.store.money import Books
from app.store.settlement import SettlementEvent
from kpi.calendar import WorkCalendar
from kpi.capsule import canonical
from kpi.quantities import Money, parse_exact
from tests.factories import organisations, people, settlements
from tests.factories.ground import CLOCK
from tests.services.frozen import frozen
from tests.services.settling import Till, answer_all, case_of, key, of_contract

ZJ, XZ, XG = "zhenjiang-gig-market", "xinzhou-labour-survey", "xingan-employment-home"
SD, YH = "sandu-employment-data", "yuehu-public-services"
TIERS = {
    "payment_plan": "tiers", "tier_high_from": 90, "tier_high_share": "100%", "tier_middle_from": 60, "tier_middle_share": "80%",
    "tier_low_share": "50%", "item_13_maximum": 5, "item_1_maximum": 11,
    **{f"item_{place}_maximum": 7 for place in range(2, 15) if place != 13},
}  # fmt: skip
EARLIER = (date(2025, 1, 1), date(2025, 6, 30))
LATER = (date(2025, 7, 1), date(2025, 12, 31))
DONE = {
    "SD-2": {"records": 400_000, "sample": 12_000, "right": 10_812},
    "SD-4": {
        "progress_certified": True, "completed_on": date(2018, 3, 31), "completion_approved": True, "accepted_on": date(2018, 4, 10),
        "year_checked_on": date(2019, 4, 1), "running_normal": True, "dynamic": True, "year_approved": True,
        "year_sample": 12_000, "year_right": 11_000,
    },
}  # fmt: skip


def some(cases: list[Any]) -> list[Any]:
    """The first of the readings; all of them in the long run."""
    return cases if os.environ.get("LONG") == "1" else cases[:1]


def term(session: Session, contract: str, answers: dict[str, Any], price: str, **given: Any) -> Till:
    made = of_contract(session, contract, answers, int(parse_exact(price) * 100), **given)
    answer_all(made)
    return made


def coming(made: Till) -> Prepared:
    """The line that is to be settled now."""
    return found(plan_of(made.scope).next)


def settle(made: Till) -> list[str]:
    """Every line that can be, in order; the sums. What they come to stands in the ledger as payable."""
    sums, advance = [], 0
    while True:
        view = plan_of(made.scope)
        if view.next is None:
            break
        if any(one.kind == "acceptance" for one in view.next.blockers):
            made.accepted(view.next.line.id)
        done = made.stated(view.next.line.id)
        if view.next.tranche.advance:
            advance = made.statement(made.pay(made.approved(made.ask(done)))).payable_fen
        sums.append(Money(made.statement(done).payable_fen).plain())
    books = Books(made.session, made.scope.contract_id).balances()
    assert books[Account.PAYABLE] == sum(int(parse_exact(one) * 100) for one in sums) - advance
    assert books[Account.EARNED] == 0
    return sums


@pytest.mark.parametrize(("plan", "sums"), [("advance_10", ["168000.00", "1344000.00"]), ("base_60", ["1008000.00", "604800.00"])])
def test_zhenjiang(session: Session, plan: str, sums: list[str]) -> None:
    made = term(session, ZJ, {"payment_plan": plan}, "1680000.00")
    frozen(made, case_of(ZJ, "a middling year")["given"])
    assert settle(made) == sums


@pytest.mark.parametrize(("way", "high"), some([("pro_rata", "624960.00"), ("keep", "0.00"), ("refund", "-168000.00")]))
def test_zhenjiang_poor(session: Session, way: str, high: str) -> None:
    """较差: nothing more is paid, or as the buyer answered."""
    made = term(session, ZJ, {"payment_plan": "advance_10", "poor_tier": way}, "1680000.00")
    _, evaluation = frozen(made, {**case_of(ZJ, "a middling year")["given"], "decided": {}, "otherwise": "met", "facts": POOR})
    assert evaluation.tier is not None
    assert (evaluation.tier.tier, evaluation.score) == ("较差", parse_exact("47.2"))
    made.settled("advance")
    view = plan_of(made.scope)
    assert view.next is not None
    assert view.next.payable is not None
    assert view.next.payable.plain() == high


POOR = {
    "ZJ-2.1": {"met": False}, "ZJ-2.2": {"met": False}, "ZJ-2.3": {"met": False}, "ZJ-2.4": {"met": False}, "ZJ-3.2c": {"placed": 100},
    "ZJ-3.1a": {"fairs_due": 52, "fairs_held": 20, "fairs_under_50_posts": 0}, "ZJ-3.7": {"respondents": 100, "satisfied": 62},
}  # fmt: skip


GOOD = {
    "XZ-6": {"base": 1000, "valid": 990}, "XZ-8": {"sample": 100, "unqualified_employment": 0, "unqualified_startup": 0},
    "XZ-7": dict.fromkeys(("deceased", "army_or_prison", "abroad", "unreachable"), 0), "XZ-9": {"rectified_and_checked_again": False},
    "XZ-11": {"exempted_employment": 0, "exempted_startup": 0},
}  # fmt: skip


def test_xinzhou(session: Session) -> None:
    """Stage at 40% by an interim check; the rest after the second failure, less the case's ¥66,000."""
    made = term(session, XZ, {"stage_share": "40%"}, "1400000.00")
    start = made.base.made.contract.starts_on
    frozen(made, {"otherwise": "met", "facts": GOOD}, interim=True, span=(start, start.replace(day=28)))
    case = case_of(XZ, "final acceptance, coverage and sample fail again after rectification")
    frozen(made, {**case["given"], "otherwise": "met"})
    text = "采集和自查整改已经完成，申请阶段性核验"
    made.done(applying.apply(made.act("project_manager"), made.scope, "stage", text, [made.file("project_manager")], key()))
    asked = applying.latest(made.scope, "stage", CLOCK.now.date())
    assert asked is not None
    assert (asked.days, asked.stage, len(asked.papers)) == (7, "阶段性核验", 4)
    assert asked.due is not None
    assert asked.due.days_left == 7
    assert settle(made) == ["560000.00", "774000.00"]
    content = settlement.live(made.session, made.scope.contract_id)["final"].content
    reduced = {one["id"]: one["fen"] for one in content["lines"] if one["kind"] == "reduction"}
    assert reduced == {"coverage": -840_000, "records": -5_760_000}


def test_the_time_for_acceptance_runs_from_the_first_application_since_the_last_failure(session: Session) -> None:
    """Asking again does not put it off; an acceptance that failed was in time, and the next one is asked for anew."""
    contract, maker = organisations.contract(session), people.account(session)
    row = settlements.statement(session, contract, maker)
    settlements.signing(session, row, people.account(session))

    def asked() -> date | None:
        (one,) = money_due.owed(session, [contract.id])
        return None if one.asked_at is None else one.asked_at.date()

    def note(deed: str, day: int, **more: Any) -> None:
        given = {"detail": {"days": 3, "calendar_days": True}, "note": "", "key": key(), "by": maker.id, **more}
        session.add(SettlementEvent(contract_id=contract.id, line=row.line, deed=deed, at=datetime(2026, 3, day, 4, tzinfo=UTC), **given))
        session.flush()

    assert asked() is None
    note("applied", 2)
    note("applied", 4)
    assert asked() == date(2026, 3, 2)
    failed = settlements.acceptance(session, contract, maker, state="failed", concluded_on=date(2026, 3, 5), opinion="不合格")
    note("accepted", 5, acceptance_id=failed.id)
    assert asked() is None
    note("applied", 9)
    assert asked() == date(2026, 3, 9)
    (one,) = money_due.owed(session, [contract.id])
    agreed = agreed_of(one, WorkCalendar(provisional=True))
    assert agreed is not None
    assert (agreed.days, agreed.until) == ("3 天", date(2026, 3, 12))


def test_xinzhou_suspended(session: Session) -> None:
    """A first failure suspends: nothing is deducted, nothing is paid, and the page says who clears it."""
    made = term(session, XZ, {"stage_share": "40%"}, "1400000.00")
    frozen(made, {**case_of(XZ, "first failure suspends, nothing is deducted yet")["given"], "otherwise": "met"})
    made.accepted("stage")
    view = plan_of(made.scope)
    assert view.next is not None
    assert {"gate", "reason"} <= {one.kind for one in view.next.blockers}
    assert view.next.made.decision.reduction_total == Money(0)
    with pytest.raises(Refused, match="核心指标"):
        made.state("stage")


def test_a_failed_check_gives_way_to_a_later_one_that_passed(session: Session) -> None:
    """After the rectification it is checked again; an earlier check that passed puts no later failure right."""
    made = term(session, XZ, {"stage_share": "40%"}, "1400000.00")
    start = made.base.made.contract.starts_on
    failed = {**case_of(XZ, "first failure suspends, nothing is deducted yet")["given"], "otherwise": "met"}
    row, _ = frozen(made, failed, interim=True, span=(start, start.replace(day=20)))
    assert found(coming(made).row).id == row.id
    again, _ = frozen(made, {"otherwise": "met", "facts": GOOD}, interim=True, span=(start, start.replace(day=28)))
    assert (found(coming(made).row).id, {one.kind for one in coming(made).blockers}) == (again.id, {"acceptance"})
    made.accepted("stage")
    made.stated("stage")
    frozen(made, failed)
    assert "gate" in {one.kind for one in coming(made).blockers}


@pytest.mark.parametrize(("plan", "sums"), some([("linear", ["1900000.00"]), ("tiers", ["2000000.00"])]))
def test_xingan(session: Session, plan: str, sums: list[str]) -> None:
    made = term(session, XG, {**TIERS, "payment_plan": plan}, "2000000.00")
    case = case_of(XG, "annual assessment with a tea meeting missed")
    _, evaluation = frozen(made, {"otherwise": "met", "facts": {"XG-2.14-1": {"enterprises_per_quarter": [5, 5, 5, 5]}}})
    assert case["expect"]
    assert evaluation.score == 95
    assert settle(made) == sums


@pytest.mark.parametrize(
    ("answers", "price", "records", "sums"),
    some([
        ({}, "1999999.99", 400_000, ["200000.00", "1399999.99", "400000.00"]),
        ({"under_target": "pro_rata"}, "2000000.00", 380_000, ["200000.00", "1330000.00", "400000.00"]),
        ({"price_basis": "unit", "under_target": "pro_rata"}, "2000000.00", 380_000, ["190000.00", "1330000.00", "380000.00"]),
    ]),
)  # fmt: skip
def test_sandu(session: Session, answers: dict[str, Any], price: str, records: int, sums: list[str]) -> None:
    """10 / 70 / 20, each after its acceptance group; on one result, as nothing is deducted."""
    span = {"starts_on": date(2018, 1, 1), "ends_on": date(2019, 6, 30)}
    made = term(session, SD, answers, price, **span)
    facts = {**DONE, "SD-2": {**DONE["SD-2"], "records": records}}
    frozen(made, {"otherwise": "met", "facts": facts})
    assert settle(made) == sums
    members = [one.state for one in settlement.acceptances(made.session, made.scope.contract_id)]
    assert members == ["passed"] * 3


def test_yuehu(session: Session) -> None:
    """Four instalments, the last balances to the fen; a result's reductions are charged once."""
    made = term(session, YH, {"instalments": 4}, "1000000.01")
    frozen(made, {"otherwise": "met"})
    assert settle(made) == ["250000.00", "250000.00", "250000.00", "250000.01"]


def test_reductions_of_a_result_are_charged_once(session: Session) -> None:
    made = term(session, YH, {"instalments": 4, "vacancy_effect": "pro_rata"}, "192000.00")
    frozen(made, {"otherwise": "met", "facts": {"YH-10": {"vacant_months": 3}}}, interim=True, span=EARLIER)
    assert made.statement(made.stated("instalment_1")).payable_fen == 4_500_000
    with pytest.raises(Refused, match="的扣款已在“各期款第1期”里扣过"):
        made.state("instalment_2")
    made.session.rollback()
    frozen(made, {"otherwise": "met", "facts": {"YH-10": {"vacant_months": 20}}}, interim=True, span=LATER)
    done = made.stated("instalment_2")
    assert made.statement(done).payable_fen == 2_800_000
    assert canonical(made.statement(done).content)


def test_a_reduction_above_the_payment_is_carried_on(session: Session) -> None:
    made = term(session, YH, {"instalments": 4, "vacancy_effect": "pro_rata"}, "192000.00")
    frozen(made, {"otherwise": "met", "facts": {"YH-10": {"vacant_months": 60}}}, interim=True, span=EARLIER)
    row = made.statement(made.stated("instalment_1"))
    assert (row.payable_fen, row.carried_fen, row.reduction_fen) == (0, 1_200_000, 6_000_000)
    frozen(made, {"otherwise": "met", "facts": {"YH-10": {"vacant_months": 1}}}, interim=True, span=LATER)
    row = made.statement(made.stated("instalment_2"))
    assert (row.payable_fen, row.carried_in_fen, row.carried_fen) == (4_800_000 - 100_000 - 1_200_000, 1_200_000, 0)


def test_an_instalment_waits_for_a_result_that_reaches_as_far_as_it_pays(session: Session) -> None:
    """A check of the first half pays two of four instalments; what comes later is not paid for before it was assessed."""
    made = term(session, YH, {"instalments": 4}, "1000000.00")
    frozen(made, {"otherwise": "met"}, interim=True, span=EARLIER)
    made.stated("instalment_1")
    made.stated("instalment_2")
    with pytest.raises(Refused, match=r"到 2025年9月30日 为止的服务，.*只考核到 2025年6月30日，要等"):
        made.state("instalment_3")
    made.session.rollback()
    expected = {one.title: one.on for one in overview(made.scope, date(2025, 7, 1)).coming}
    assert expected == {"各期款第3期": date(2025, 9, 30), "各期款第4期": date(2025, 12, 31)}
    frozen(made, {"otherwise": "met"}, interim=True, span=LATER)
    assert [made.statement(made.stated(f"instalment_{one}")).payable_fen for one in (3, 4)] == [25_000_000] * 2
