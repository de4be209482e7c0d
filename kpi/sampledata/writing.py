"""Samples as files: `<contract>/setup.yaml` and `<contract>/entries.jsonl`."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from kpi.sampledata.generate import SampleSet

SETUP, ENTRIES = "setup.yaml", "entries.jsonl"


@dataclass(frozen=True, slots=True)
class Written:
    """Where a sample stands and how many entries each ledger has."""

    folder: Path
    counts: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


class _Whole(yaml.SafeDumper):
    """Writes everything out: the reader of set-up files refuses references inside a text."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def write_sample(
    folder: Path, sample: SampleSet, progress: Callable[[int], None] | None = None
) -> Written:
    """Write a sample below `folder`. `progress` is called with the number of entries after each thousand."""
    own = folder / sample.contract
    own.mkdir(parents=True, exist_ok=True)
    text = yaml.dump(sample.given, Dumper=_Whole, allow_unicode=True, sort_keys=False)
    (own / SETUP).write_text(text, "utf-8")
    counts: Counter[str] = Counter()
    with (own / ENTRIES).open("w", encoding="utf-8", newline="\n") as file:
        for number, entry in enumerate(sample.entries, 1):
            file.write(json.dumps(entry, ensure_ascii=False) + "\n")
            counts[entry["ledger"]] += 1
            if progress is not None and number % 1000 == 0:
                progress(number)
    return Written(own, dict(counts))
