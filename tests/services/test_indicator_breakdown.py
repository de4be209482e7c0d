"""What an indicator comes to by place and by month: the parts are the engine's, and add up to the figure."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from app.services import books
from app.services.indicators.breakdown import Breakdown, Row
from app.services.indicators.live import live
from app.services.ledger import feed, rollups
from app.services.ledger.write import Typed
from app.store import rollups as stored
from kpi.indicators.collect import Collector
from kpi.indicators.values import FigureValue
from kpi.ledger import LedgerEntry
from kpi.quantities import percent
from kpi.verification import Verification, VerifiedEntry
from tests.factories.office import BOOK, Office, office
from tests.services.acting import act_of
from tests.services.rollup_hands import FIRST, LAST, Hands, fresh
from tests.services.test_indicators import TODAY, counted, detail_of

FIGURES = """
      every: {measure: count, ledger: visits, label: 走访次数, unit: 次}
      spent: {measure: sum, ledger: visits, field: cost, label: 交通费, unit: 元}
      policy: {measure: rate, ledger: visits, hits: "topic == '政策'", label: 讲政策的比例}
      other: {measure: failing, ledger: visits, require: "topic == '政策'", label: 没讲政策, unit: 次}
      firms: {measure: distinct, ledger: visits, field: enterprise, label: 企业数}
    criteria:
      - {value: spent / every, at_most: 2000, label: 每次交通费, unit: 元, scored: false}
      - {value: visited, at_least: 4, label: 走访企业, unit: 家}
"""
OLD = """
    criteria: [{value: visited, at_least: 4, label: 走访企业, unit: 家}]
"""


class Travellers(Hands):
    """Hands whose visits cost something now and then."""

    def visit(self) -> Typed:
        typed = super().visit()
        cost = self.draw.choice([None, "12.50", "8", "0"])
        return Typed({**typed.raw, **({"cost": cost} if cost else {})}, typed.files, send=typed.send)


@pytest.fixture
def made(session: Session, tmp_path: Path) -> Office:
    text = BOOK.read_text("utf-8")
    assert OLD in text
    book = tmp_path / "book.yaml"
    book.write_text(text.replace(OLD, FIGURES, 1), "utf-8")
    return office(session, book)


def test_parts_by_place_and_month_are_the_engines_and_add_up(session: Session, made: Office) -> None:
    plan, hands = rollups.ensure(act_of(session, made["supervisor"]), made.scope(session), FIRST, LAST), Travellers(session, made, 5)
    session.commit()
    for _ in range(25):
        hands._visit()
    session.commit()
    for _ in range(60):
        hands.one()
    assert stored.held(session, made.contract.id, plan.id) == fresh(session, made)
    counted(session, made)
    found = Breakdown(detail_of(session, made, "LK-1"))
    assert found.left_out == ["企业数"]
    assert found.by_place is not None
    assert found.by_month is not None
    assert found.by_place.columns == ("走访企业（家）", "走访次数（次）", "交通费（元）", "讲政策的比例", "没讲政策（次）", "每次交通费")
    assert len(found.by_place.rows) >= 2
    at_place = live(made.scope(session), TODAY).counted("城东街道")
    spent = next(row.cells[2].text for row in found.by_place.rows if row.title == "城东街道")
    assert at_place["verified", "LK-1/spent"].text == f"{spent}元"
    for key, table in ((place, found.by_place), (month, found.by_month)):
        for row in table.rows:
            same(row, engine(session, made, lambda entry, row=row, key=key: key(entry) == row.title))  # type: ignore[misc]
        same(table.total, engine(session, made, lambda entry: True))


def place(entry: LedgerEntry) -> str:
    return entry.outlet or "没有写网点"


def month(entry: LedgerEntry) -> str:
    return f"{entry.date:%Y-%m}"


def engine(session: Session, made: Office, mine: Callable[[LedgerEntry], bool]) -> dict[str, FigureValue]:
    """The figures as a collector counts them over these verified entries alone."""
    told = rollups.counted(session, made.scope(session), made.contract, FIRST, LAST)
    collector = Collector(told.book.rulebook, told.book.answers, told.given, books.calendar(session, provisional=True))
    verification = Verification(told.book.rulebook)
    for entry in feed.engine_entries(made.scope(session)):
        if entry.ledger == "visits" and mine(entry) and isinstance(one := verification.verify(entry), VerifiedEntry):
            collector.add(one)
    return {one.name: one for one in collector.values() if one.clause == "LK-1"}


def same(row: Row, values: dict[str, FigureValue]) -> None:
    """Visits, visits, fares, share, failing, fare a visit."""
    _, every, spent, policy, other, fare = row.cells
    assert number(every.text) == (values["every"].value or 0)
    assert number(spent.text) == (values["spent"].value or 0)
    share = values["policy"]
    assert policy.text == ("—" if share.value is None else percent(share.value))
    assert policy.fraction == ("" if share.value is None else f"{share.numerator}/{share.denominator}")
    assert number(other.text) == (values["other"].value or 0)
    assert fare.fraction == ("" if not values["every"].value else f"{spent.text.replace('—', '0')}/{every.text}")


def number(text: str) -> Fraction:
    return Fraction(0) if text == "—" else Fraction(text.replace(",", ""))
