"""问题与整改: findings, notices with their clock, reports, reinspections, exemptions, contract events."""

from __future__ import annotations

from app.services.rectification.events import blocking
from app.services.rectification.findings import citable, finding_text
from app.services.rectification.waiting import Waiting, waiting

__all__ = ["Waiting", "blocking", "citable", "finding_text", "waiting"]
