"""审核: one entry or many are verified or given back; nobody decides on their own work."""

from __future__ import annotations

from app.services.verification.waiting import Overdue, Waiting, overdue, returned_to, waiting

__all__ = ["Overdue", "Waiting", "overdue", "returned_to", "waiting"]
