"""人民币大写 against an oracle, and generated plans that sum exactly."""

from __future__ import annotations

import os
import random
from fractions import Fraction
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.services.settlement.words import in_words
from kpi.indicators.book import FigureBook
from kpi.payments import pay
from kpi.quantities import Money
from kpi.rulebook.answers import Answers
from kpi.rulebook.given import Given
from kpi.rulebook.loader import load_text
from kpi.rulebook.payments import Payment, Plan
from tests.factories.office import BOOK

LONG = os.environ.get("LONG") == "1"
PLANS = 100_000 if LONG else 1_000
DIGITS = {sign: value for value, sign in enumerate("零壹贰叁肆伍陆柒捌玖")}
SMALL = {"拾": 10, "佰": 100, "仟": 1000}


def section(text: str) -> int:
    """Below 万: 玖仟零玖拾伍."""
    value, digit = 0, 0
    for sign in text:
        if sign in DIGITS:
            digit = DIGITS[sign]
        else:
            value, digit = value + (digit or 1) * SMALL[sign], 0
    return value + digit


def below_yi(text: str) -> int:
    high, found, low = text.partition("万")
    return section(high) * 10_000 + section(low) if found else section(text)


def read(text: str) -> int:
    """The fen that the words say."""
    sign = -1 if text.startswith("负") else 1
    text = text.removeprefix("负").removesuffix("整")
    yuan, found, cents = text.rpartition("元")
    if not found:
        yuan, cents = "零", text
    high, yi, low = yuan.partition("亿")
    whole = below_yi(high) * 10**8 + below_yi(low) if yi else below_yi(yuan)
    fen = 0
    for digit, unit in pairwise(cents):
        if unit in "角分" and digit in DIGITS:
            fen += DIGITS[digit] * (10 if unit == "角" else 1)
    return sign * (whole * 100 + fen)


@given(st.integers(-(10**15) + 1, 10**15 - 1))
def test_the_words_say_the_amount(fen: int) -> None:
    text = in_words(Money(fen))
    assert read(text) == fen, text
    assert text.endswith(("整", "角", "分"))
    assert "零零" not in text
    assert ("整" in text) == (fen % 100 == 0)


@given(st.integers(0, 10**7 - 1), st.integers(1, 99_999))
def test_a_gap_after_yi_is_said(low: int, high: int) -> None:
    """100001000 is 壹亿零壹仟, not 壹亿壹仟."""
    text = in_words(Money((high * 10**8 + low) * 100))
    assert ("亿零" in text) == (low > 0)


def test_amounts_that_forms_show() -> None:
    assert in_words(Money(0)) == "零元整"
    assert in_words(Money(151_200_000)) == "壹佰伍拾壹万贰仟元整"
    assert in_words(Money(5)) == "伍分"
    assert in_words(Money(1_005)) == "壹拾元零伍分"
    assert in_words(Money(10_000_100_003)) == "壹亿零壹仟元零叁分"
    assert in_words(Money(-16_800_000)) == "负壹拾陆万捌仟元整"


def drawn(draw: random.Random) -> tuple[Plan, Fraction]:
    """A plan of one of four kinds, and the share of the price that all of it comes to."""
    weights = [draw.randint(1, 100) for _ in range(draw.randint(1, 12))]
    shares = [Fraction(one, sum(weights)) for one in weights]
    kind = draw.choice(("shares", "balance", "instalments", "tier"))
    if kind == "instalments":
        amounts: list[dict[str, Any]] = [{"pays": "instalments", "number": len(weights)}]
    elif kind == "tier":
        amounts = [{"pays": "share", "share": shares[0] / 2}, {"pays": "tier_share", "shares": {"合格": "90%"}, "less": ["t0"]}]
    else:
        amounts = [{"pays": "share", "share": one} for one in shares]
        amounts[-1] = {"pays": "balance"} if kind == "balance" else amounts[-1]
    tranches = [{"id": f"t{place}", "clause": "LK-4", "title": f"第{place}期", "amount": one} for place, one in enumerate(amounts)]
    plan = Plan.model_validate({"id": "drawn", "clause": "LK-4", "title": "抽样", "tranches": tranches})
    return plan, Fraction(9, 10) if kind == "tier" else Fraction(1)


def test_generated_plans_sum_exactly() -> None:
    """Any price, any plan: the engine's lines add up to the fen; no line is negative where there is more than small change."""
    draw, source = random.Random(5), load_text(BOOK.read_text("utf-8"))
    answers = Answers(source.rulebook, {})
    book = FigureBook(source.rulebook, answers, {}, {}, False)
    for _ in range(PLANS):
        plan, share = drawn(draw)
        price = Money(draw.randrange(1, 10 ** draw.randint(1, 13)))
        payment = Payment.model_validate({"clause": "LK-4", "plans": [plan]})
        decision = pay(payment, book, answers, Given(price=price), Fraction(90), "合格")
        lines = decision.plans["drawn"].lines
        assert decision.plans["drawn"].in_all == price.share(share)
        assert price.fen < 1000 or all(line.amount is not None and line.amount.fen >= 0 for line in lines)
