"""Each test here runs on both databases."""

from __future__ import annotations

from tests.factories.ground import app, clock, kind, session
from tests.factories.office import made

__all__ = ["app", "clock", "kind", "made", "session"]
