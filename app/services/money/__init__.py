"""The money of a contract: its ledger, clocks, sources of funds, guarantees, invoices, the bank's statement."""
