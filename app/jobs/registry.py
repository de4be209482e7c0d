"""The jobs there are: what each does, and when those run that nobody asks for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.jobs import amendments, assessments, evidence, exports, imports, nightly, reports, rollups, standing
from app.jobs.work import Outcome, Work
from app.services import background
from app.services.assessments import measuring
from app.services.reports import duties
from app.services.standing import refresh

Wanted = Callable[[Session, datetime], Sequence[tuple[str, int]]]


@dataclass(frozen=True)
class Kind:
    """A kind of job; `daily_at` is (hour, minute) in Shanghai, None where people ask for it.

    `wanted` looks now and then which contracts need it: pairs of period and contract.
    """

    name: str
    run: Callable[[Work], Outcome]
    daily_at: tuple[int, int] | None = None
    wanted: Wanted | None = None

    def period(self, day: date) -> str:
        """The period that a scheduled run is for: the pair of name and period exists once."""
        return day.isoformat()


EVERY = (
    Kind("审计链核对", nightly.verify_audit, daily_at=(2, 30)),
    Kind("指标汇总核对", rollups.check, daily_at=(2, 50)),
    Kind("补充协议生效", amendments.bring_into_force, daily_at=(0, 10)),
    Kind("佐证材料清理", evidence.tidy, daily_at=(3, 10)),
    Kind(refresh.JOB, standing.compute, wanted=standing.wanted),
    Kind(background.IMPORT_CHECK, imports.check),
    Kind(background.IMPORT, imports.commit),
    Kind(background.EXPORT, exports.make),
    Kind(measuring.JOB, assessments.measure),
    Kind(duties.JOB, reports.make, wanted=reports.wanted),
    Kind("到期成果登记", reports.expect, daily_at=(0, 20)),
    Kind("导入明细清理", imports.tidy, daily_at=(3, 20)),
    Kind("导出文件清理", exports.tidy, daily_at=(3, 30)),
)
KINDS = {kind.name: kind for kind in EVERY}
