"""规则书 and 合同设置 of a contract."""

from __future__ import annotations

from app.web.setup import amendments, choice, members, openings, questions, rulebook, stages, terms
from app.web.setup.blueprint import bp, rulebook_bp

PAGES = (stages, choice, questions, members, terms, amendments, openings, rulebook)
BLUEPRINTS = (bp, rulebook_bp)
