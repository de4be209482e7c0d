"""Ledgers: rows of files and forms → typed ledger entries, or what is wrong with them in Chinese."""

from kpi.ledger.book import EntryChecker
from kpi.ledger.checker import LedgerChecker
from kpi.ledger.columns import FIXED, headings
from kpi.ledger.entries import (
    STATES,
    Checked,
    EntryProblem,
    Evidence,
    LedgerEntry,
    Severity,
    State,
)

__all__ = [
    "FIXED",
    "STATES",
    "Checked",
    "EntryChecker",
    "EntryProblem",
    "Evidence",
    "LedgerChecker",
    "LedgerEntry",
    "Severity",
    "State",
    "headings",
]
