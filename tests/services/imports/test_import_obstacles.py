"""What stands against an import: locked days and days that are too late; files that no table can hold."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.services.act import Refused
from app.services.imports import deciding, papers, receiving
from app.services.imports.batches import Summary
from app.services.ledger.desk import Desk
from app.store.models import EntryEvidence, ImportBatch, LedgerEntry, PeriodLock
from tests.factories.ground import CLOCK
from tests.factories.office import BOOK, Office, office
from tests.services.imports.importing import Importing, csv_file, news_rows


@pytest.fixture
def way(session: Session, made: Office) -> Importing:
    return Importing(session, made)


def states(session: Session) -> Counter[str]:
    found = Counter(session.scalars(sa.select(LedgerEntry.state)))
    session.rollback()
    return found


def counts(batch: ImportBatch) -> tuple[str, int, int, int]:
    return batch.state, batch.total, batch.good, batch.bad


def test_a_locked_period_lets_nothing_in_and_nothing_out(session: Session, made: Office, way: Importing) -> None:
    batch = way.bring_in("news", "一.csv", csv_file(*news_rows(3)))
    later = way.upload("news", "二.csv", csv_file(*news_rows(4)))
    way.work()
    lock(session, made)
    way.confirm(later)
    way.work()
    assert counts(later) == ("imported", 4, 0, 4), "locked between the check and the commit"
    assert states(session) == {"submitted": 3}
    third = way.upload("news", "三.csv", csv_file(*news_rows(2)))
    way.work()
    assert counts(third) == ("checked", 2, 0, 2)
    act = way.act()
    told = papers.first_problems(act, way.scope, Desk.at(act, way.scope, "news"), third, 1)[0][3]
    assert "已锁定" in told
    assert "申请解锁" in told
    with pytest.raises(Refused, match="已锁定"):
        deciding.undo(way.act(), way.scope, batch.id, batch.version, "拿错了")


def lock(session: Session, made: Office) -> None:
    session.add(
        PeriodLock(
            contract_id=made.contract.id, from_on=date(2026, 2, 1), until_on=date(2026, 2, 28), reason="二月已签定",
            locked_by=made["supervisor"].id, locked_at=CLOCK.now,
        )
    )  # fmt: skip
    session.commit()


def test_days_beyond_the_entry_window_stay_out(session: Session) -> None:
    made = office(session, entry_days=5)
    way = Importing(session, made)
    batch = way.upload("news", "一.csv", csv_file(["日期", "渠道"], ["2026-03-04", "抖音"], ["2026-02-02", "抖音"], ["2026-03-06", "抖音"]))
    way.work()
    assert counts(batch) == ("checked", 3, 1, 2)


def test_a_required_file_that_no_table_can_hold_makes_a_draft(session: Session, tmp_path: Path) -> None:
    book = tmp_path / "book.yaml"
    file = "      - {id: paper, name: 盖章件, type: evidence, required: true}\n"
    at = "      - {id: channels, name: 渠道"
    book.write_text(BOOK.read_text("utf-8").replace(at, file + at), "utf-8")
    way = Importing(session, office(session, book))
    batch = way.upload("news", "一.csv", csv_file(*news_rows(2)))
    way.work()
    summary = Summary.of(batch)
    assert (counts(batch), summary.drafts, summary.due) == (("checked", 2, 2, 0), 2, {"盖章件": 2})
    way.confirm(batch)
    way.work()
    assert states(session) == {"draft": 2}


def test_an_export_that_the_rulebook_asks_for_is_what_is_due(session: Session, tmp_path: Path) -> None:
    book = tmp_path / "book.yaml"
    nil = "    nil_return: true\n"
    book.write_text(BOOK.read_text("utf-8").replace(nil, nil + "    evidence: [{kind: 平台导出文件, clause: LK-4}]\n"), "utf-8")
    way = Importing(session, office(session, book))
    batch = way.upload("news", "一.csv", csv_file(*news_rows(2)))
    way.work()
    assert Summary.of(batch).drafts == 2
    deciding.take_up(way.act(), way.scope, batch.id, batch.version)
    session.commit()
    act = way.act()
    given = receiving.planned(act, Desk.at(act, way.scope, "news"), batch).given
    way.map(batch, replace(given, trace=True))
    way.work()
    assert Summary.of(batch).drafts == 0
    way.confirm(batch)
    way.work()
    assert states(session) == {"submitted": 2}
    assert set(session.scalars(sa.select(EntryEvidence.kind))) == {"平台导出文件"}
