"""The draw of a bulk decision: which n of N entries must be opened, and how anybody draws them again.

The order of entries is HMAC-SHA256 under a key made of the seed and the digest of what was drawn from, as
in the sampling of surveys (kpi.survey.sampling); each ledger and author has a share in proportion, at least
one where n allows it. The seed belongs to the console and to what is drawn from: drawing over the same
entries again gives the same ones, and what an earlier draw took that was given up stays drawn.
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from app.security.vault import Vault
from kpi.quantities import ceil_units
from kpi.survey.sampling import Seeds, Stratum, allocate, draw_key, population_hash, rank

LEAST, LEAST_SHARE = 10, Fraction(5, 100)
WHO = "抽核"


@dataclass(frozen=True)
class Drawn:
    """A draw. `record` is what it can be done again from, as JSON; `ids` the entries to open, in order."""

    ids: tuple[int, ...]
    seed: str
    record: dict[str, Any]


def least(total: int) -> int:
    """How many of so many entries are to be opened at least: ten, or one in twenty, or all of fewer."""
    return min(total, max(LEAST, ceil_units(total * LEAST_SHARE)))


def seed_of(vault: Vault, contract_id: int, entries: Mapping[int, tuple[str, int, int]]) -> str:
    """The console's secret word over what is drawn from; nobody can foresee it, nobody can choose it."""
    versions = [(f"{key}.{version}", (ledger, str(author))) for key, (ledger, author, version) in entries.items()]
    return vault.digest(f"review-draw:{contract_id}", population_hash(versions))


def draw(seed: str, strata: Mapping[Stratum, Sequence[int]], steps: Sequence[int], carried: Collection[int] = ()) -> list[int]:
    """The entries to open: what was carried over, then each step's. `steps`: how many each step adds."""
    population = [(str(key), stratum) for stratum, ids in strata.items() for key in ids]
    key = draw_key(Seeds(seed, WHO), population_hash(population))
    taken = list(dict.fromkeys(carried))
    first, *later = steps
    shares = allocate({stratum: len(ids) for stratum, ids in strata.items()}, first)
    for stratum in sorted(strata):
        taken += lowest(strata[stratum], shares.get(stratum, 0), key, ())
    taken = list(dict.fromkeys(taken))
    everything = [one for ids in strata.values() for one in ids]
    for more in later:
        taken += lowest(everything, more, key, set(taken))
    return taken


def lowest(ids: Sequence[int], number: int, key: bytes, but: Collection[int]) -> list[int]:
    """The first entries in the order of the draw."""
    left = (one for one in ids if one not in but)
    return heapq.nsmallest(number, left, key=lambda one: (rank(str(one), key), one))


def record_of(strata: Mapping[Stratum, Sequence[int]], steps: Sequence[int], carried: Collection[int]) -> dict[str, Any]:
    """What the draw can be done again from, as JSON."""
    return {
        "strata": [[*stratum, list(ids)] for stratum, ids in sorted(strata.items())],
        "steps": list(steps),
        "carried": sorted(carried),
    }


def again(seed: str, record: Mapping[str, Any]) -> list[int]:
    """The draw done once more from its record."""
    strata = {tuple(row[:-1]): row[-1] for row in record["strata"]}
    return draw(seed, strata, record["steps"], record["carried"])


def new_draw(seed: str, strata: Mapping[Stratum, Sequence[int]], number: int, carried: Collection[int]) -> Drawn:
    """The first step of a draw."""
    return Drawn(tuple(draw(seed, strata, [number], carried)), seed, record_of(strata, [number], carried))


def more(drawn: Drawn, number: int) -> Drawn:
    """The draw with so many further entries."""
    record = {**drawn.record, "steps": [*drawn.record["steps"], number]}
    return Drawn(tuple(again(drawn.seed, record)), drawn.seed, record)
