"""Every component on one page with made-up data, for those who build pages; in development only."""

from __future__ import annotations

from app.web.styleguide.views import styleguide

__all__ = ["styleguide"]
