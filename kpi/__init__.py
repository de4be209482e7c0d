"""The engine of 履约台: from ledger entries to score, tier and payment. Pure, exact, no clock."""
