"""What the checks of the running app need; the checks of the text need nothing."""

from __future__ import annotations

from tests.factories.ground import app, clock, kind, session

__all__ = ["app", "clock", "kind", "session"]
