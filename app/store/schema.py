"""The metadata of all tables, for the session and the migrations."""

from __future__ import annotations

from app.store.models import Base

__all__ = ["Base"]
