"""Use cases. Each checks, changes, records the act in the audit chain and flushes; none commits."""
