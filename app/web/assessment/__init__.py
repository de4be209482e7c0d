"""考核 of a contract: periods, the sheet, self-score, appeal, signatures, the frozen result and its proof."""

from __future__ import annotations

from app.web.assessment import (
    appeals,
    export,
    facts,
    group,
    letter,
    listing,
    marks,
    own,
    proof,
    reopening,
    result,
    sheet,
    signing,
    steps,
)
from app.web.assessment.blueprint import bp

BLUEPRINTS = (bp,)

__all__ = [
    "BLUEPRINTS", "appeals", "export", "facts", "group", "letter", "listing", "marks", "own", "proof", "reopening", "result", "sheet",
    "signing", "steps",
]  # fmt: skip
