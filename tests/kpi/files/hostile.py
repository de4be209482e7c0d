"""What a hostile or odd file is, and what must come of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

#: Numbers of the usual two rows and their posts.
BOTH = (("f-1", 5), ("f-2", 6))
FIRST = BOTH[:1]


@dataclass(frozen=True)
class Case:
    """`make` gives the file's bytes. `reads`: number and posts of every entry that must come out, and no other.

    `says`: what must stand in the problems; without it there must be none. `whole`: the file (or a sheet of it)
    is refused as a whole.
    """

    name: str
    make: Callable[[], bytes]
    reads: tuple[tuple[str, object], ...] = ()
    says: tuple[str, ...] = ()
    whole: bool = False
    suffix: str = ".xlsx"
    ledger: str = ""
    fields: dict[str, str] = field(default_factory=dict)


def refused(name: str, make: Callable[[], bytes], *says: str, suffix: str = ".xlsx", ledger: str = "") -> Case:
    """A file of which nothing is read, with the reason."""
    return Case(name, make, (), says, True, suffix, ledger)
