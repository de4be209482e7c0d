"""A bulk decision as the templates show it: how far the opening is, what it would do, what it did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.clock import SHANGHAI, business_day
from app.security.terms import EntryDeed, ReviewMode
from app.services.verification.bulk import Progress
from app.store.reviews import ReviewBatch
from app.web.access import current_person
from app.web.ground import ground
from app.web.review.where import Where

URLS = ("conclude", "conclude_return", "more", "cancel", "undo_many")


def mode_text(row: ReviewBatch) -> str:
    """逐条, or 抽核 10/200."""
    mode = ReviewMode.of(row.mode)
    return mode.label if mode is ReviewMode.EACH else f"{mode.label} {row.to_open:,}/{row.total:,}"


def outcome_text(row: ReviewBatch) -> str:
    """What became of it."""
    if row.cancelled_at is not None:
        return "已作废"
    if row.deed is None:
        return "还没有决定"
    return f"{EntryDeed.of(row.deed).label} {row.decided:,} 条"


@dataclass(frozen=True)
class BatchView:
    """One bulk decision."""

    row: ReviewBatch
    progress: Progress | None
    where: Where

    @property
    def own(self) -> bool:
        return self.row.reviewer_id == current_person().user_id

    @property
    def open(self) -> bool:
        """Whether it can still be decided on, by this person."""
        return self.own and self.row.decided_at is None and self.row.cancelled_at is None

    def url(self, name: str) -> str:
        return self.where.batch_url(name, self.row.id)

    def context(self) -> dict[str, Any]:
        row, seen = self.row, self.progress
        assert seen is not None
        today = business_day(ground().clock())
        fresh = row.decided_at is not None and business_day(row.decided_at) == today
        return {
            "id": row.id, "version": row.version, "mode": mode_text(row), "total": row.total, "to_open": row.to_open,
            "opened": row.to_open - len(seen.left), "left": len(seen.left), "failed": len(seen.failed),
            "rest": row.total - row.to_open, "complete": seen.complete, "open": self.open, "outcome": outcome_text(row),
            "seed": row.seed, "reviewer": row.reviewer.display_name, "made_at": row.made_at.astimezone(SHANGHAI),
            "decided": row.decided, "reason": row.reason, "undo": self.own and fresh,
            "decided_at": row.decided_at.astimezone(SHANGHAI) if row.decided_at else None,
            "left_out": [(why, len(ids)) for why, ids in row.left_out.items()],
            "failed_count": len(row.failed_ids),
            **{f"{name}_url": self.url(name) for name in URLS},
        }  # fmt: skip
