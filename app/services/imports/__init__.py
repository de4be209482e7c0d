"""Files of entries: received, mapped to a ledger, checked row by row, taken in at once, undone."""
