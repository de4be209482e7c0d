"""检查 of a contract: 抽查, 现场检查, 投诉, 满意度调查."""

from __future__ import annotations

from app.web.fieldwork import (
    answering,
    complaints,
    deciding,
    drawing,
    files,
    inspections,
    polls,
    rounds,
    visits,
    walking,
)
from app.web.fieldwork.blueprint import bp

BLUEPRINTS = (bp,)

__all__ = [
    "BLUEPRINTS",
    "answering",
    "complaints",
    "deciding",
    "drawing",
    "files",
    "inspections",
    "polls",
    "rounds",
    "visits",
    "walking",
]
