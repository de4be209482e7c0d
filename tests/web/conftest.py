"""Pages are tested through a browser-like client, on both databases."""

from __future__ import annotations

from tests.factories.ground import app, clock, kind, session
from tests.factories.office import made
from tests.web.browser import browser

__all__ = ["app", "browser", "clock", "kind", "made", "session"]
