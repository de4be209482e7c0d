"""A session on the database that the demonstration is played in."""

from __future__ import annotations

from tests.factories.ground import session

__all__ = ["session"]
