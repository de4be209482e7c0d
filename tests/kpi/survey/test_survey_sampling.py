"""Sampling: minimum size, allocation over strata, commit–reveal, a draw that anybody can redo."""

from __future__ import annotations

import hashlib
import hmac
import random
from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.rulebook.answers import Refused
from kpi.survey.sampling import (
    Seeds,
    allocate,
    commit,
    draw,
    draw_key,
    minimum_size,
    population_hash,
    stratum_of,
    verify,
)

SEEDS = Seeds("采购人-7c1e0d5b92aa41f6", "供应商-0b64f1d29e3c7758")
COMMITMENTS = (commit(SEEDS.buyer), commit(SEEDS.supplier))
RECORDS = [
    (f"R{n:05d}", (("东镇", "西镇", "北镇")[n % 7 % 3], "在职" if n % 5 else "求职")) for n in range(3000)
]
FROZEN = population_hash(RECORDS)
SIZES = st.dictionaries(
    st.tuples(st.text(min_size=1, max_size=3)), st.integers(0, 500), min_size=1, max_size=12
)


@pytest.mark.parametrize(
    ("population", "share", "rounding", "size"),
    [
        (259_000, Fraction(2, 100), "up", 5180),
        (259_001, Fraction(2, 100), "up", 5181),
        (259_001, Fraction(2, 100), "down", 5180),
        (259_024, Fraction(2, 100), "half_up", 5180),
        (259_025, Fraction(2, 100), "half_up", 5181),
        (0, Fraction(2, 100), "up", 0),
    ],
)
def test_minimum_size(population: int, share: Fraction, rounding: str, size: int) -> None:
    assert minimum_size(population, share, rounding) == size  # type: ignore[arg-type]


@given(SIZES, st.data())
def test_allocation_adds_up_and_serves_every_stratum(
    sizes: dict[tuple[str], int], data: st.DataObject
) -> None:
    population = sum(sizes.values())
    size = data.draw(st.integers(0, population))
    given_ = allocate(sizes, size)
    held = [name for name, number in sizes.items() if number]
    assert sum(given_.values()) == size
    assert all(0 <= number <= sizes[name] for name, number in given_.items())
    if size >= len(held):
        assert all(given_[name] >= 1 for name in held)


def test_allocation_is_by_largest_remainder() -> None:
    assert allocate({("甲",): 410, ("乙",): 330, ("丙",): 260}, 10) == {("甲",): 4, ("乙",): 3, ("丙",): 3}


def test_draw_does_not_depend_on_the_order_of_the_input() -> None:
    shuffled = random.Random(3).sample(RECORDS, len(RECORDS))
    first = draw(RECORDS, 60, SEEDS, COMMITMENTS, FROZEN)
    assert draw(shuffled, 60, SEEDS, COMMITMENTS, FROZEN) == first
    strata = dict(RECORDS)
    by_stratum = Counter(strata[one] for one in first.drawn)
    assert by_stratum == {name: drawn for name, (_, drawn) in first.allocation.items()}


def test_other_side_can_redo_the_draw_with_plain_tools() -> None:
    result = draw(RECORDS, 60, SEEDS, COMMITMENTS, FROZEN)
    key = draw_key(SEEDS, FROZEN)
    redone = []
    for stratum, (_, number) in result.allocation.items():
        ids = [record for record, where in RECORDS if where == stratum]
        ids.sort(key=lambda one: hmac.new(key, one.encode(), hashlib.sha256).hexdigest())
        redone += ids[:number]
    assert sorted(redone) == list(result.drawn)


@pytest.mark.parametrize(
    "other",
    [Seeds(SEEDS.buyer, "供应商-改了一个字的种子 abc123"), Seeds("采购人-另一个种子 789xyz", SEEDS.supplier)],
)
def test_either_seed_changes_the_draw(other: Seeds) -> None:
    commitments = (commit(other.buyer), commit(other.supplier))
    assert (
        draw(RECORDS, 60, other, commitments, FROZEN).drawn
        != draw(RECORDS, 60, SEEDS, COMMITMENTS, FROZEN).drawn
    )


def test_commitment_is_the_plain_sha256_of_the_seed() -> None:
    assert commit(SEEDS.buyer) == hashlib.sha256(SEEDS.buyer.encode()).hexdigest()
    assert verify(commit(SEEDS.buyer).upper(), SEEDS.buyer)
    assert not verify(commit(SEEDS.buyer), SEEDS.buyer + "x")


@pytest.mark.parametrize("seed", ["", "123456", "aaaaaaaaaaaaaaaaaaaaaaaa"])
def test_guessable_seed_is_refused(seed: str) -> None:
    with pytest.raises(Refused, match="太短或太简单"):
        commit(seed)


def test_what_does_not_fit_is_refused() -> None:
    swapped = Seeds(SEEDS.supplier, SEEDS.buyer)
    twice = [*RECORDS, RECORDS[0]]
    moved = [(RECORDS[0][0], ("东镇", "别处")), *RECORDS[1:]]
    same = Seeds(SEEDS.buyer, SEEDS.buyer)
    for message, run in {
        "采购人公布的种子": lambda: draw(RECORDS, 60, swapped, COMMITMENTS, FROZEN),
        "冻结后有改动": lambda: draw(moved, 60, SEEDS, COMMITMENTS, FROZEN),
        "重复的记录编号": lambda: draw(twice, 60, SEEDS, COMMITMENTS, population_hash(twice)),
        "双方的种子相同": lambda: draw(RECORDS, 60, same, (COMMITMENTS[0],) * 2, FROZEN),
        "64 位十六进制": lambda: draw(RECORDS, 60, SEEDS, COMMITMENTS, "abc"),
        "总体只有 3000 条": lambda: draw(RECORDS, 3001, SEEDS, COMMITMENTS, FROZEN),
    }.items():
        with pytest.raises(Refused, match=message):
            run()


def test_population_hash_tells_texts_apart_that_join_alike() -> None:
    assert population_hash([("ab", ("c",))]) != population_hash([("a", ("bc",))])
    assert population_hash([("a", ("b", "c"))]) != population_hash([("a", ("bc",))])


def test_days_are_taken_by_their_iso_week() -> None:
    assert stratum_of(["东镇", "2026-12-31", None, " 在职 "]) == ("东镇", "2026-W53", "", "在职")
    assert stratum_of(["2027-01-03"]) == stratum_of(["2026-12-28"])
