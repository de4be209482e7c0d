"""The two stages at which somebody else looks at an entry: the project manager's check, the buyer's review."""

from __future__ import annotations

from dataclasses import dataclass

from app.security.permissions import Permission
from app.security.terms import EntryDeed, EntryState, ReviewStage

S, D = EntryState, EntryDeed


@dataclass(frozen=True)
class Stage:
    """What waits at a stage, who decides on it, and what a decision makes of it.

    `returns_from`: the states out of which an entry can be given back to its author.
    """

    key: ReviewStage
    permission: Permission
    waits: EntryState
    passes: EntryState
    good: EntryDeed
    bad: EntryDeed
    returns_from: tuple[EntryState, ...]
    word: str

    def deed(self, *, fine: bool) -> EntryDeed:
        return self.good if fine else self.bad

    def begins(self, *, fine: bool) -> tuple[EntryState, ...]:
        """The states in which the decision finds the entry."""
        return (self.waits,) if fine else self.returns_from


VERIFY = Stage(
    ReviewStage.VERIFY, Permission.ENTRY_VERIFY, S.SUBMITTED, S.VERIFIED, D.VERIFIED, D.RETURNED,
    (S.SUBMITTED, S.VERIFIED), "审核",
)  # fmt: skip
CHECK = Stage(
    ReviewStage.CHECK, Permission.ENTRY_CHECK, S.TO_CHECK, S.SUBMITTED, D.CHECKED, D.SENT_BACK,
    (S.TO_CHECK,), "复核",
)  # fmt: skip
STAGES = {stage.key: stage for stage in (VERIFY, CHECK)}


def stage_of(deed: EntryDeed) -> Stage:
    """The stage of a decision; ValueError for a deed that decides nothing."""
    for stage in STAGES.values():
        if deed in {stage.good, stage.bad}:
            return stage
    raise ValueError(f"“{deed.label}”不是审核决定")
