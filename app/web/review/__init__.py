"""审核 and 内部复核: one desk for both."""

from __future__ import annotations

from app.web.review import checking, reviewing
from app.web.review.blueprints import check, review

BLUEPRINTS = (review, check)

__all__ = ["BLUEPRINTS", "checking", "reviewing"]
