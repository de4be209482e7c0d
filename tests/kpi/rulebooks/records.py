"""What the rulebooks are held to: quotes of the documents, and clause ids.

`python -m tests.kpi.rulebooks.records` writes the two committed lists anew, with the documents and the
clause tables at hand (the folder `shared` beside the repository); it refuses quotes that are not in their document.
"""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from kpi.rulebook.loader import Source, known_keys, load_known

HERE = Path(__file__).parent
SHARED = HERE.parents[3] / "shared"
SEEDS = SHARED / "seeds"
CONTRACTS = SHARED / "spec" / "contracts.md"
QUOTES = HERE / "quotes.sha256"
CLAUSES = HERE / "clauses.txt"
FIVE = (
    "sandu-employment-data",
    "xingan-employment-home",
    "xinzhou-labour-survey",
    "yuehu-public-services",
    "zhenjiang-gig-market",
)

_SPACE = re.compile(r"\s+")
_HEADING = re.compile(r"^## .*\((?P<document>[\w-]+)\.txt\)")
_ROW = re.compile(r"^\| (?P<clause>[A-Z]{2}-[\w.-]+) \|")


def bare(text: str) -> str:
    """The text without white space: documents break lines anywhere."""
    return _SPACE.sub("", text)


def quotes(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """(place, quote) of every quote in a rulebook's raw text values, and of every text of the document's own table."""
    if isinstance(value, dict):
        for key, child in value.items():
            if key == "quote" and isinstance(child, str):
                yield path, child
            if key == "texts" and ".form." in f"{path}.":
                yield from ((f"{path}.{place}", text) for place, text in enumerate(child) if text)
            yield from quotes(child, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield from quotes(child, f"{path}.{index}")


def foreign(source: Source, document: str) -> list[str]:
    """Quotes that are not in the document, with their places."""
    whole = bare(document)
    return [
        f"{path}:{quote}" for path, quote in quotes(source.raw) if not bare(quote) or bare(quote) not in whole
    ]


def fingerprints(source: Source) -> set[str]:
    """One fingerprint for each quote of a rulebook."""
    key = source.rulebook.key
    return {f"{hashlib.sha256(bare(quote).encode()).hexdigest()}  {key}" for _, quote in quotes(source.raw)}


def clause_ids(table: str) -> Iterator[tuple[str, str]]:
    """(rulebook key, clause id) of every row of the clause tables."""
    key = ""
    for line in table.splitlines():
        if heading := _HEADING.match(line):
            key = heading["document"]
        if row := _ROW.match(line):
            yield key, row["clause"]


def listed(path: Path) -> list[str]:
    return path.read_text("utf-8").splitlines()


def _write(path: Path, lines: Iterable[str]) -> None:
    path.write_text("".join(f"{line}\n" for line in lines), "utf-8")


def main() -> int:
    sources = [load_known(key) for key in known_keys()]
    wrong = [
        f"{source.rulebook.key} {found}"
        for source in sources
        for found in foreign(source, (SEEDS / source.rulebook.document).read_text("utf-8"))
    ]
    if wrong:
        print("原文里没有这些引文：", *wrong, sep="\n")
        return 1
    _write(QUOTES, sorted(line for source in sources for line in fingerprints(source)))
    _write(CLAUSES, (f"{key} {clause}" for key, clause in clause_ids(CONTRACTS.read_text("utf-8"))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
