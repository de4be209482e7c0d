"""Everything that is kept: models, queries by area, the audit chain. Knows SQLAlchemy, not Flask."""
