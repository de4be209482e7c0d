"""What the tests of reports share: a night school with lessons in January and February, and the steps of a report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from app.services.act import Act
from app.services.ledger import write
from app.services.ledger.write import Typed
from app.services.reports import making
from app.services.verification import decide
from app.store import reports
from app.store.contracts import ContractScope
from app.store.evidence.blobs import FolderBlobs
from app.store.reports import Report, ReportStore
from kpi.quantities import Period
from tests.factories.office import BOOK, Office, office
from tests.services.acting import SEALER, act_of

HARBOUR = BOOK.with_name("harbour.yaml")
TERM = {"starts_on": date(2025, 9, 1), "ends_on": date(2026, 8, 31)}
JANUARY = Period(date(2026, 1, 1), date(2026, 1, 31), "2026年1月")
FEBRUARY = Period(date(2026, 2, 1), date(2026, 2, 28), "2026年2月")
MARCH = Period(date(2026, 3, 1), date(2026, 3, 31), "2026年3月")
TODAY = date(2026, 3, 5)


@dataclass
class School:
    """The office, its folder of files, and what is done with reports."""

    session: Session
    made: Office
    store: ReportStore

    @property
    def scope(self) -> ContractScope:
        return self.made.scope(self.session)

    def act(self, who: str = "project_manager") -> Act:
        return act_of(self.session, self.made[who])

    def system(self) -> Act:
        return act_of(self.session)

    def lesson(self, day: date, learners: int, *, verified: bool = True, place: int = 1) -> int:
        raw = {"date": day.isoformat(), "outlet": self.made.outlets[place].name, "title": f"{day}的课", "learners": str(learners)}
        entry = write.enter(self.act(), self.scope, "lesson", Typed(raw))
        if verified:
            decide.verify(self.act("supervisor"), self.scope, entry.id, entry.version)
        self.session.commit()
        return entry.id

    def make(self, period: Period = FEBRUARY, ids: Sequence[str] = ("monthly",), who: str = "") -> Report:
        """The (first) report of a period, by the console itself where nobody asks."""
        act = self.act(who) if who else self.system()
        made = making.compute(self.scope, period, ids, TODAY)
        rows = [making.keep(act, self.scope, self.store, one)[0] for one in made]
        self.session.commit()
        return rows[0]

    def row(self, row: Report) -> Report:
        found = reports.find(self.session, self.made.contract.id, row.id)
        assert found is not None
        self.session.refresh(found)
        return found

    def data(self, row: Report, revision: int | None = None) -> str:
        found = reports.version(self.session, self.made.contract.id, row.id, revision, data=True)
        assert found is not None
        return found.data

    def bytes_of(self, row: Report, kind: str, revision: int | None = None) -> bytes:
        version = reports.version(self.session, self.made.contract.id, row.id, revision)
        assert version is not None
        file = reports.files_of(self.session, self.made.contract.id, [version.id])[version.id][kind]
        return self.store.read(self.made.contract.id, file.sha256)


@pytest.fixture
def school(session: Session, tmp_path: Path) -> School:
    made = office(session, HARBOUR, **TERM)
    found = School(session, made, ReportStore(FolderBlobs(tmp_path / "reports"), SEALER))
    for day, learners, place in ((5, 20, 0), (12, 25, 1)):
        found.lesson(date(2026, 1, day), learners, place=place)
    for day, learners, place in ((2, 30, 1), (9, 40, 1), (16, 1234, 0)):
        found.lesson(date(2026, 2, day), learners, place=place)
    return found
