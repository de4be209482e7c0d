"""报告 of a contract: the list, one report, its words, handing in, templates, the archive."""

from __future__ import annotations

from app.services.reports import waiting
from app.web.reports import acts, archive, bundles, dossiers, one, ordering, register, templates, wording
from app.web.reports.blueprint import bp

BLUEPRINTS = (bp,)

__all__ = ["BLUEPRINTS", "acts", "archive", "bundles", "dossiers", "one", "ordering", "register", "templates", "waiting", "wording"]
