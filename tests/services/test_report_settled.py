"""What a report takes over from the assessment: nothing before both have signed, then the score with the capsule's hash."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from app.services.reports import making, showing
from app.store import assessments, reports
from app.store.evidence.blobs import FolderBlobs
from app.store.reports import ReportStore
from kpi.quantities import Period
from kpi.reports.model import Report
from tests.services.acting import SEALER, act_of
from tests.services.assessing import Ground, orchard

__all__ = ["orchard"]

DECEMBER = Period(date(2025, 12, 1), date(2025, 12, 31), "2025年12月")
TODAY = date(2026, 3, 5)


def made(ground: Ground) -> tuple[making.Computed, Report]:
    """A special report on the last month of the assessment period."""
    one = making.compute(ground.scope, DECEMBER, ["special"], TODAY)[0]
    ground.session.commit()
    return one, one.report


def test_no_score_before_both_sides_have_signed(orchard: Ground) -> None:
    assert any("还没有开始考核" in one for one in made(orchard)[1].warnings)
    row = orchard.opened()
    orchard.all_met(row)
    assert any("还在评分" in one for one in made(orchard)[1].warnings)
    orchard.confirm(row)
    orchard.scored(row)
    orchard.published(row)
    orchard.sign(row, "project_manager")
    _, half = made(orchard)
    assert any("双方还没有都签字" in one for one in half.warnings)
    assert not [key for key in half.numbers() if key.startswith("考核1/")]


def test_a_signed_score_stands_with_its_capsule_and_is_stale_once_another_is_signed(orchard: Ground, tmp_path: Path) -> None:
    store = ReportStore(FolderBlobs(tmp_path), SEALER)
    row = orchard.opened()
    orchard.all_met(row)
    orchard.signed(row)
    one, report = made(orchard)
    capsule = assessments.capsule(orchard.session, orchard.made.contract.id, row.id)
    assert capsule is not None
    score = report.numbers()["考核1/得分"]
    assert capsule.sha256 in report.sources[score.source - 1].text
    assert one.gathered.sheets == (capsule.sha256,)
    kept, _ = making.keep(act_of(orchard.session), orchard.scope, store, one)
    version = reports.version(orchard.session, orchard.made.contract.id, kept.id)
    assert version is not None
    assert not showing.stale(orchard.scope, version, report)
    orchard.session.expunge(version)
    version.sheets = ["0" * 64]
    found = showing.stale(orchard.scope, version, report)
    assert score.source in found.sources
    assert found.reasons == ("考核结果在生成以后有变动",)
