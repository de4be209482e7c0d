"""The sample: its minimum size, and a stratified draw that both sides can redo (commit–reveal).

Before the data are frozen each side hands over the SHA-256 of a secret seed. Then the data are frozen
and their digest is taken; then the seeds are revealed. The order of the records is HMAC-SHA256 under a
key made of both seeds and the digest, so neither side alone can steer the draw, nobody can know it
before the data are fixed, and the order of the input does not matter.
"""

from __future__ import annotations

import hashlib
import heapq
import hmac
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

from kpi.quantities import ceil_units, floor_units, half_up, plain
from kpi.rulebook.answers import Refused

Stratum = tuple[str, ...]
MIN_SEED = 16
_DOMAIN = b"kpi-survey-draw-1"
_HASH = re.compile(r"[0-9a-f]{64}\Z")


@dataclass(frozen=True, slots=True)
class Seeds:
    """The two revealed seeds."""

    buyer: str
    supplier: str


@dataclass(frozen=True, slots=True)
class Draw:
    """A finished draw with all that is needed to redo it. `allocation`: stratum → (population, drawn)."""

    size: int
    population: int
    commitments: tuple[str, str]
    data_hash: str
    allocation: Mapping[Stratum, tuple[int, int]]
    drawn: tuple[str, ...]


def minimum_size(population: int, share: Fraction, rounding: Literal["up", "down", "half_up"] = "up") -> int:
    """Smallest sample: `share` of the population in whole records."""
    if population < 0 or not 0 < share <= 1:
        raise Refused(
            "bad_input", f"样本量算不出来：总体 {population}、比例 {plain(share)}；比例应在 0 到 100% 之间"
        )
    exact = population * share
    return {"up": ceil_units(exact), "down": floor_units(exact), "half_up": int(half_up(exact, 0))}[rounding]


def commit(seed: str) -> str:
    """SHA-256 of the seed's UTF-8 bytes, lower-case hex: any tool can check it."""
    if len(seed) < MIN_SEED or len(set(seed)) < 4:
        raise Refused("bad_input", f"抽样种子太短或太简单，别人能猜出来；请用至少 {MIN_SEED} 个字符的随机文字")
    return hashlib.sha256(seed.encode()).hexdigest()


def verify(commitment: str, seed: str) -> bool:
    """Whether the revealed seed is the one committed to."""
    actual = hashlib.sha256(seed.encode()).hexdigest()
    return hmac.compare_digest(actual, commitment.strip().lower())


def stratum_of(values: Sequence[str | None]) -> Stratum:
    """The stratum of a record from its values; a day stands for its ISO week, a blank for itself."""
    return tuple(_part(value or "") for value in values)


def _part(value: str) -> str:
    try:
        year, week, _ = date.fromisoformat(value.strip()).isocalendar()
    except ValueError:
        return value.strip()
    return f"{year}-W{week:02d}"


def population_hash(records: Iterable[tuple[str, Stratum]]) -> str:
    """Digest of the frozen records (id and stratum), independent of their order."""
    whole = hashlib.sha256()
    for record, stratum in sorted(records):
        for part in (record, *stratum):
            data = part.encode()
            whole.update(len(data).to_bytes(4, "big") + data)
        whole.update(b"\xff\xff\xff\xff")
    return whole.hexdigest()


def allocate(sizes: Mapping[Stratum, int], size: int) -> dict[Stratum, int]:
    """`size` over the strata in proportion: largest remainder, ties to the stratum whose name sorts first.

    Each non-empty stratum gets at least one where the size allows it; none gets more than it holds.
    """
    strata = sorted(name for name, number in sizes.items() if number > 0)
    population = sum(sizes[name] for name in strata)
    if not 0 <= size <= population:
        raise Refused("bad_input", f"要抽 {size} 条，总体只有 {population} 条；请核对抽查比例")
    floor = {name: 1 if size >= len(strata) else 0 for name in strata}
    share = {name: Fraction(size * sizes[name], population) for name in strata}
    given = {name: max(floor[name], share[name].__floor__()) for name in strata}
    while sum(given.values()) > size:  # the guaranteed ones come off where they distort proportion least
        name = max(
            (one for one in strata if given[one] > floor[one]), key=lambda one: (given[one] - share[one], one)
        )
        given[name] -= 1
    rest = size - sum(given.values())
    open_ = [name for name in strata if given[name] < sizes[name]]
    for name in sorted(open_, key=lambda one: (given[one] - share[one], one))[:rest]:
        given[name] += 1
    return given


def draw(
    records: Iterable[tuple[str, Stratum]],
    size: int,
    seeds: Seeds,
    commitments: tuple[str, str],
    data_hash: str,
) -> Draw:
    """Draw `size` records, stratified. `records`: id and stratum; `commitments`: buyer's, supplier's.

    Raises Refused("bad_input") when a seed does not fit its commitment, the data are not those that were
    frozen, or an id stands twice.
    """
    population = list(records)
    _check(population, seeds, commitments, data_hash)
    strata: dict[Stratum, list[str]] = {}
    for record, stratum in population:
        strata.setdefault(stratum, []).append(record)
    allocation = allocate({name: len(ids) for name, ids in strata.items()}, size)
    key = draw_key(seeds, data_hash)
    drawn = [one for name in sorted(strata) for one in _lowest(strata[name], allocation[name], key)]
    shares = {name: (len(strata[name]), allocation[name]) for name in sorted(strata)}
    return Draw(size, len(population), commitments, data_hash, shares, tuple(sorted(drawn)))


def draw_key(seeds: Seeds, data_hash: str) -> bytes:
    """The HMAC key: SHA-256 over both seeds and the digest, each with its length."""
    key = hashlib.sha256(_DOMAIN)
    for part in (seeds.buyer, seeds.supplier, data_hash):
        data = part.encode()
        key.update(len(data).to_bytes(4, "big") + data)
    return key.digest()


def rank(record: str, key: bytes) -> bytes:
    """Place of a record in the draw: the lowest come first."""
    return hmac.digest(key, record.encode(), "sha256")


def _lowest(ids: Sequence[str], number: int, key: bytes) -> list[str]:
    ranked = heapq.nsmallest(number, ((rank(one, key), one) for one in ids))
    return [one for _, one in ranked]


def _check(
    population: Sequence[tuple[str, Stratum]], seeds: Seeds, commitments: tuple[str, str], data_hash: str
) -> None:
    for who, commitment, seed in zip(
        ("采购人", "供应商"), commitments, (seeds.buyer, seeds.supplier), strict=True
    ):
        if not verify(commitment, seed):
            raise Refused("bad_input", f"{who}公布的种子与事先提交的摘要不符；请核对种子，不符的不能用来抽样")
    if commitments[0] == commitments[1]:
        raise Refused("bad_input", "双方的种子相同，等于只有一方出种子；请双方各自重新生成并提交摘要")
    if not _HASH.match(data_hash):
        raise Refused("bad_input", "数据摘要应是 64 位十六进制文字；请用冻结数据时得到的摘要")
    if len({record for record, _ in population}) != len(population):
        raise Refused("bad_input", "待抽取的记录里有重复的记录编号；请先去重再冻结数据")
    if population_hash(population) != data_hash:
        raise Refused("bad_input", "数据与冻结时的摘要不符，冻结后有改动；请用冻结的那份数据抽样")
