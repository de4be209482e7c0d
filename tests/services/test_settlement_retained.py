"""质保金 that a contract withholds: it stands in 保留 from the settlement before on, and its own line gives it back.

None of the five contracts retains anything; the rulebook is the lake's with 5% kept until complaints are settled.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from app.services.act import Refused
from app.services.finance.overview import overview
from app.services.money import effects, reading, retention
from app.services.settlement.ledger import sums_of
from app.services.settlement.plan import plan_of
from app.services.settlement.releasing import retained
from app.services.settlement.waiting import settlements
from app.services.workbench.bench import Bench
from kpi.quantities import Money
from tests.factories.ground import CLOCK
from tests.factories.office import BOOK
from tests.services import assessing
from tests.services.frozen import frozen
from tests.services.settling import Till, answer_all, till

WHOLE = "{id: whole, clause: LK-4, title: 全部价款, amount: {pays: tier_share, shares: {合格: 100%, 不合格: 50%}}}"
MOST = "{id: whole, clause: LK-4, title: 考核付款, amount: {pays: tier_share, base: price * 95%, shares: {合格: 100%, 不合格: 50%}}}"
KEPT = "- {id: deposit, clause: LK-4, title: 质量保证金, amount: {pays: holdback, share: 5%, release: unanswered == 0}}"


@pytest.fixture
def lake(session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Till:
    return retaining(session, tmp_path, monkeypatch)


def retaining(session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kept: str = KEPT) -> Till:
    """An office whose year is over, paid 95% by the tier; 5% wait for unanswered calls to be none."""
    text = BOOK.read_text("utf-8")
    assert WHOLE in text
    book = tmp_path / "retaining.yaml"
    book.write_text(text.replace(f"- {WHOLE}", f"- {MOST}\n        {kept}"), "utf-8")
    monkeypatch.setattr(assessing, "BOOK", book)
    made = till(assessing.ground(session, answers={"tolerance": "none"}, price_fen=100_000_00))
    answer_all(made)
    return made


def result(made: Till, unanswered: int, *, interim: bool = False, day: int = 1) -> None:
    """Signed by both sides; `unanswered` calls are what the deposit waits for."""
    span = (date(2025, 1, day), date(2025, 12, 31))
    frozen(made, {"facts": {"LK-3": {"unanswered": unanswered}}, "otherwise": "met"}, interim=interim, span=span)


def held(made: Till) -> dict[str, str]:
    standing = reading.standing(made.scope)
    assert standing.troubles == ()
    return {one.account.value: one.balance.plain() for one in standing.holdings if one.balance.fen}


def word_of(made: Till) -> list[tuple[str, str]]:
    """What the home page says to the supervisor about what may be given back."""
    act = made.act("supervisor")
    bench = Bench(made.session, act.person(), CLOCK.now, (made.base.made.contract,))
    return [(one.title, one.note) for one in settlements(bench) if one.word == "核定"]


def year_paid(session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Till:
    """The year is paid; ¥5,000.00 stand in 保留."""
    made = retaining(session, tmp_path, monkeypatch)
    result(made, unanswered=3)
    made.pay(made.approved(made.ask(made.stated("whole"))))
    return made


def test_it_stands_in_the_ledger_until_its_condition_holds_and_is_then_paid(lake: Till) -> None:
    fresh = overview(lake.scope, CLOCK.now.date())  # the books are not open yet, the price is there all the same
    assert (fresh.ceiling, fresh.months[-1].left.fen >= 0) == (Money.parse("100000.00"), True)
    result(lake, unanswered=3)
    first = lake.stated("whole")
    entry = next(one for one in lake.statement(first).content["lines"] if one["kind"] == "held")
    assert (entry["id"], entry["fen"]) == ("deposit", 5_000_00)
    assert held(lake) == {"price": "100000.00", "payable": "95000.00", "retained": "5000.00"}
    lake.pay(lake.approved(lake.ask(first)))
    assert held(lake) == {"price": "100000.00", "paid": "95000.00", "retained": "5000.00"}

    with pytest.raises(Refused, match="返还条件还没有满足"):
        lake.state("deposit")
    (waits,) = retained(plan_of(lake.scope))
    assert (waits.title, waits.amount, waits.state) == ("质量保证金", Money.parse("5000.00"), "blocked")
    seen = overview(lake.scope, CLOCK.now.date())
    assert [one.amount for one in seen.retained] == [one.amount for one in seen.coming] == [Money.parse("5000.00")]
    assert word_of(lake) == []

    result(lake, unanswered=0, interim=True)
    assert word_of(lake) == [("应付款核定：返还质量保证金", "¥5,000.00")]
    last = lake.stated("deposit")
    assert held(lake) == {"price": "100000.00", "paid": "95000.00", "payable": "5000.00"}
    assert retention.kept(lake.scope) == {}
    lake.pay(lake.approved(lake.ask(last)))
    assert held(lake) == {"price": "100000.00", "paid": "100000.00"}


def test_a_new_revision_keeps_back_what_it_says(lake: Till) -> None:
    """Unpaid it is taken back and held anew; paid in part, the difference alone is posted. Twice changes nothing."""
    result(lake, unanswered=3)
    lake.stated("whole")
    lake.raise_price()
    result(lake, unanswered=2, day=2)
    again = lake.state("whole", seen=1, reason="合同价款调整")
    lake.sign(again)
    assert held(lake)["retained"] == "5000.50"
    effects.statement_signed(lake.act("deputy_head"), lake.scope, sums_of(lake.statement(again)), CLOCK.now.date())
    assert held(lake)["retained"] == "5000.50"
    lake.pay(lake.approved(lake.ask(again)))
    lake.raise_price()
    result(lake, unanswered=2, day=3)
    lake.sign(lake.state("whole", seen=2, reason="合同价款再次调整"))
    assert held(lake) == {
        "price": "100000.00", "amendments": "20.00", "paid": "95009.50", "payable": "9.50", "retained": "5001.00"
    }
