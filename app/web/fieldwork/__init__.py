"""检查 of a contract: 抽查, 现场检查, 投诉, 满意度调查."""

from __future__ import annotations

from app.services.fieldwork import waiting
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
#: Told on the home page from here on: importing it registers what is waiting.
WAITING = waiting.fieldwork

__all__ = [
    "BLUEPRINTS",
    "WAITING",
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
