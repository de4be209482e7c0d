"""Until when a payment is due: by the contract, by law, and what lateness costs. All dates are passed in."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest

from app.security.money_terms import EnterpriseSize
from app.services.money.clock import Agreed, Clocks, Declared, Facts, clocks
from app.services.money.law import interest, law_on, laws
from app.services.money.lpr import floor_of, known, published
from kpi.calendar import WorkCalendar
from kpi.quantities import Money, plain

CALENDAR = WorkCalendar(provisional=True)
SMALL = Declared(EnterpriseSize.SMALL)
OWED = Money.parse("168000.00")


def at(day: date, declared: Declared | None = SMALL, **given: object) -> Clocks:
    return clocks(CALENDAR, Facts(OWED, **given), declared, day)  # type: ignore[arg-type]


def test_ten_working_days_after_the_invoice_over_the_national_day() -> None:
    """29 September 2025 plus ten working days: the holidays are left out, 28 September and 11 October were made up."""
    found = at(date(2025, 10, 9), accepted_on=date(2025, 9, 20), invoiced_on=date(2025, 9, 29), working_days=10)
    assert found.contract is not None
    assert found.contract.due is not None
    assert found.contract.due.on == date(2025, 10, 20)
    assert found.binding == date(2025, 10, 20)
    assert not found.overdue


def test_without_a_term_the_law_gives_thirty_days_from_acceptance() -> None:
    found = at(date(2026, 3, 5), accepted_on=date(2026, 1, 31))
    assert found.contract is None
    assert found.law is not None
    assert found.binding == date(2026, 3, 2)
    assert (found.late_days, found.interest) == (3, Money.parse("252.00"))  # 168 000 × 0.05% × 3


def test_the_contract_never_goes_beyond_sixty_days() -> None:
    """The invoice came late and the contract gives 90 days: the law's longest binds, whatever is done inside."""
    found = at(date(2026, 3, 5), accepted_on=date(2026, 1, 1), invoiced_on=date(2026, 2, 20), calendar_days=90)
    assert found.law is None
    assert found.binding == date(2026, 3, 2)
    assert found.late_days == 3
    waiting = at(date(2026, 3, 5), accepted_on=date(2026, 1, 1), working_days=10)
    assert waiting.contract is not None
    assert waiting.contract.due is None
    assert "发票" in waiting.contract.waits
    assert waiting.binding == date(2026, 3, 2)


def test_large_enterprises_have_the_contract_alone() -> None:
    given = {"accepted_on": date(2026, 1, 1), "invoiced_on": date(2026, 3, 1), "calendar_days": 10}
    found = at(date(2026, 3, 31), Declared(EnterpriseSize.LARGE), **given)
    assert (found.law, found.longest, found.rate, found.interest) == (None, None, None, Money(0))
    assert found.late_days == 20
    agreed = Declared(EnterpriseSize.LARGE, Fraction(3, 10000))
    found = at(date(2026, 3, 31), agreed, **given)
    assert found.interest == Money.parse("1008.00")


@pytest.mark.parametrize(("accepted", "start", "said"), [
    (date(2026, 1, 31), date(2026, 1, 12), "届满日 2026-01-12（2026-01-05 申请验收，约定 5 个工作日内完成，2026-01-31 才验收）"),
    (date(2026, 1, 13), date(2026, 1, 12), "2026-01-13 才验收"), (date(2026, 1, 12), date(2026, 1, 12), "从 2026-01-12 起"),
    (date(2026, 1, 9), date(2026, 1, 9), "从 2026-01-09 起"), (None, date(2026, 1, 12), "到期没有验收"),
])  # fmt: skip
def test_an_acceptance_that_takes_longer_than_agreed_does_not_put_the_payment_off(accepted: date | None, start: date, said: str) -> None:
    agreed = Agreed(date(2026, 1, 5), "5 个工作日", date(2026, 1, 12))
    found = at(date(2026, 1, 20), accepted_on=accepted, confirmed_on=date(2026, 2, 5), agreed=agreed, inspected=True)
    assert found.law is not None
    assert found.binding == start + timedelta(days=30)
    assert said in found.law.counted


def test_where_no_time_was_agreed_for_the_acceptance_that_is_said() -> None:
    found = at(date(2026, 1, 20), accepted_on=date(2026, 1, 31), inspected=True)
    assert found.law is not None
    assert "没有约定验收期限" in found.law.counted
    assert found.binding == date(2026, 3, 2)


def test_paying_stops_the_clock() -> None:
    late = at(date(2026, 12, 31), accepted_on=date(2026, 1, 1), paid_on=date(2026, 2, 1))
    assert (late.binding, late.late_days) == (date(2026, 1, 31), 1)
    in_time = at(date(2026, 12, 31), accepted_on=date(2026, 1, 1), paid_on=date(2026, 1, 31))
    assert not in_time.overdue
    assert in_time.interest == Money(0)


@pytest.mark.parametrize(("day", "article"), [(date(2021, 1, 1), "第八条"), (date(2025, 5, 31), "第八条"), (date(2025, 6, 1), "第九条")])
def test_the_text_in_force_counts(day: date, article: str) -> None:
    law = law_on(day)
    assert law is not None
    assert law.clauses["days"] == article
    assert (law.days, law.most_days, law.daily_interest) == (30, 60, Fraction(5, 10000))


def test_before_the_regulation_there_is_no_clock() -> None:
    assert law_on(date(2020, 8, 31)) is None
    assert len(laws()) == 2


def test_interest_is_rounded_once() -> None:
    assert interest(Money(1), 1000, Fraction(5, 10000)) == Money(1)  # 0.5 fen
    assert interest(Money.parse("0.03"), 333, Fraction(5, 10000)) == Money(0)  # 0.4995 fen
    assert interest(Money.parse("100"), -4, Fraction(5, 10000)) == Money(0)


@pytest.mark.parametrize(("day", "rate"), [
    (date(2019, 8, 19), None), (date(2019, 8, 20), "4.25%"), (date(2020, 4, 19), "4.05%"), (date(2020, 4, 20), "3.85%"),
    (date(2024, 10, 20), "3.35%"), (date(2024, 10, 21), "3.1%"), (date(2025, 11, 20), "3%"), (date(2025, 11, 21), None),
])  # fmt: skip
def test_the_one_year_rate_of_a_day_is_known_or_not_guessed(day: date, rate: str | None) -> None:
    found = published(day)
    assert (None if found is None else f"{plain(found.rate * 100)}%") == rate
    assert [one.since for one in known().rates] == sorted({one.since for one in known().rates})


def test_an_agreed_rate_is_never_less_than_the_one_year_rate() -> None:
    """3.35% ÷ 365 of ¥168,000.00 for three days are ¥46.257…; at the rate itself nothing is lifted, a hair below it is."""
    floor = floor_of(date(2024, 10, 20), None)
    assert floor is not None
    given = {"accepted_on": date(2026, 1, 31)}
    low = at(date(2026, 3, 5), Declared(EnterpriseSize.SMALL, Fraction(5, 100_000), floor), **given)
    assert (low.late_days, low.interest, low.rate_words) == (3, Money.parse("46.26"), "3.35% ÷ 365")
    assert "合同约定每日 0.005%，低于" in low.rate_basis
    assert "第十七条" in low.rate_basis
    same = Declared(EnterpriseSize.SMALL, floor.daily, floor)
    assert not same.below
    assert Declared(EnterpriseSize.SMALL, floor.daily - Fraction(1, 10**12), floor).below
    assert not Declared(EnterpriseSize.LARGE, Fraction(1, 10**6), floor).below


def test_where_the_one_year_rate_is_unknown_the_agreed_one_holds_and_that_is_said() -> None:
    assert floor_of(date(2026, 1, 5), None) is None
    found = at(date(2026, 3, 5), Declared(EnterpriseSize.SMALL, Fraction(5, 100_000)), accepted_on=date(2026, 1, 31))
    assert (found.interest, found.rate_words) == (Money.parse("25.20"), "0.005%")
    assert "没有核对" in found.rate_basis
    entered = floor_of(date(2026, 1, 5), Fraction(3, 100))
    assert entered is not None
    found = at(date(2026, 3, 5), Declared(EnterpriseSize.SMALL, Fraction(5, 100_000), entered), accepted_on=date(2026, 1, 31))
    assert found.rate_words == "3% ÷ 365"
