"""Acceptance: pass rate with exemptions, the size gate, exact risks."""

from __future__ import annotations

import itertools
import math
import time
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.rulebook.answers import Refused
from kpi.survey.acceptance import (
    accept,
    binomial_at_most,
    hypergeometric_at_most,
    passing_probability,
)

NINETY = Fraction(9, 10)


def test_exempted_failures_leave_the_failures_and_stay_in_the_sample() -> None:
    result = accept(5180, 579, 3, NINETY, 5180, population=259_000)
    assert (result.counted_failures, result.rate, result.met) == (576, Fraction(4604, 5180), False)
    text = result.explain()
    assert text.startswith("抽查5180条（最低5180条），不合格579条，其中免责3条，合格4604 ÷ 5180 = 88.8803…%")
    assert "至多允许不合格518条" in text
    assert "通过的概率约为51.17…%" in text or "通过的概率约为51.17%" in text


def test_exempted_failures_leave_both_where_answered() -> None:
    result = accept(100, 12, 4, NINETY, 50, exempt_leaves_sample=True)
    assert result.rate == Fraction(88, 96)


@pytest.mark.parametrize(("failures", "met"), [(518, True), (519, False)])
def test_limit_itself_passes(failures: int, met: bool) -> None:
    assert accept(5180, failures, 0, NINETY, 5180).met is met


def test_sample_too_small_is_a_gate() -> None:
    result = accept(5179, 0, 0, NINETY, 5180)
    assert result.rate == 1
    assert not result.met
    assert "样本少1条" in result.explain()


def test_empty_sample_is_no_data() -> None:
    result = accept(0, 0, 0, NINETY, 5180)
    assert not result.met
    with pytest.raises(Refused) as refused:
        _ = result.rate
    assert refused.value.kind == "no_data"


@pytest.mark.parametrize("numbers", [(10, 11, 0), (10, 3, 4), (-1, 0, 0), (10, 1, True)])
def test_contradictory_numbers_are_refused(numbers: tuple[int, int, int]) -> None:
    with pytest.raises(Refused):
        accept(*numbers, NINETY, 5)


@given(st.integers(1, 40), st.integers(0, 40), st.fractions(0, 1, max_denominator=50))
def test_binomial_is_the_sum_of_its_terms(n: int, most: int, p: Fraction) -> None:
    terms = (math.comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(min(most, n) + 1))
    assert binomial_at_most(most, n, p) == sum(terms, Fraction(0))


@given(st.integers(0, 9), st.data())
def test_hypergeometric_counts_the_samples(population: int, data: st.DataObject) -> None:
    bad, n, most = (data.draw(st.integers(0, population)) for _ in range(3))
    samples = list(itertools.combinations([True] * bad + [False] * (population - bad), n))
    hits = sum(1 for one in samples if sum(one) <= most)
    assert hypergeometric_at_most(most, n, bad, population) == Fraction(hits, len(samples))


@given(st.fractions(0, 1, max_denominator=100), st.fractions(0, 1, max_denominator=100))
def test_better_survey_passes_more_often(one: Fraction, other: Fraction) -> None:
    worse, better = sorted((one, other))
    assert passing_probability(60, NINETY, worse) <= passing_probability(60, NINETY, better)
    assert passing_probability(60, NINETY, worse, 900) <= passing_probability(60, NINETY, better, 900)


def test_full_size_is_exact_and_takes_no_time() -> None:
    started = time.process_time()
    risk = accept(5180, 0, 0, NINETY, 5180).risk()
    spent = time.process_time() - started
    below = sum(math.comb(5180, k) * 9 ** (5180 - k) for k in range(519))
    assert risk == Fraction(below, 10**5180)
    assert spent < 5
