"""台账: the pages of every ledger of a contract's rulebook; none has code of its own."""

from __future__ import annotations

from app.web.ledger import (
    acts,
    book_file,
    detail,
    filling,
    helping,
    index,
    listing,
    printing,
    quick_saving,
    views,
)
from app.web.ledger.blueprint import bp

BLUEPRINTS = (bp,)

__all__ = ["BLUEPRINTS", "acts", "book_file", "detail", "filling", "helping", "index", "listing", "printing", "quick_saving", "views"]
